//! The two kinds of uncompressed picture files: BMP, and PPM and PGM.

use super::Picture;
use super::decode::check_size;
use crate::error::{Error, Result};

fn cut_short(what: &str) -> Error {
    Error::damaged(format!("the {what} is cut short"))
}

/// Uncompressed BMP with 8 (palette), 24 or 32 bits a pixel.
pub(super) fn decode_bmp(bytes: &[u8], most_pixels: usize) -> Result<Picture> {
    let number = |at: usize| {
        let bytes = bytes.get(at..).and_then(|rest| rest.first_chunk());
        bytes.copied().map(i32::from_le_bytes).ok_or_else(|| cut_short("header"))
    };
    let (data, header) = (number(10)? as u32 as usize, number(14)? as u32 as usize);
    let (width, height) = (number(18)?, number(22)?);
    let (bits, compression) = ((number(26)? as u32 >> 16) as usize, number(30)?);
    if !matches!(bits, 8 | 24 | 32) {
        return Err(Error::unsupported(format!("BMP with {bits} bits a pixel is not supported")));
    }
    // Kind 3 gives the bits of each channel; with 32 bits a pixel they are almost always those of kind 0.
    if compression != 0 && (compression != 3 || bits != 32) {
        return Err(Error::unsupported("compressed BMP is not supported"));
    }
    let from_top = height < 0;
    let width = usize::try_from(width).map_err(|_| Error::damaged("the width is negative"))?;
    let height = height.unsigned_abs() as usize;
    check_size(width, height, most_pixels)?;
    let palette = bytes.get(14usize.saturating_add(header)..).unwrap_or_default();
    let stride = (width * (bits / 8)).next_multiple_of(4);
    let rows = data.checked_add(stride * height).and_then(|end| bytes.get(data..end));
    let rows = rows.ok_or_else(|| cut_short("list of pixels"))?;
    let mut pixels = Vec::with_capacity(width * height * 3);
    for row in 0..height {
        let line = stride * if from_top { row } else { height - 1 - row };
        let line = &rows[line..line + stride];
        for column in 0..width {
            let pixel = match bits {
                8 => palette.get(4 * usize::from(line[column])..).and_then(|colours| colours.first_chunk()),
                24 => line[3 * column..].first_chunk(),
                _ => line[4 * column..].first_chunk(),
            };
            let &[blue, green, red] =
                pixel.ok_or_else(|| Error::damaged("a colour is not in the palette"))?;
            pixels.extend([red, green, blue]);
        }
    }
    Ok(Picture { width, height, channels: 3, pixels })
}

/// Binary PGM (P5, grey) and PPM (P6, colour) with 8 bits a channel.
pub(super) fn decode_pnm(bytes: &[u8], most_pixels: usize) -> Result<Picture> {
    let channels = if bytes.get(1) == Some(&b'5') { 1 } else { 3 };
    let mut rest = bytes.get(2..).unwrap_or_default();
    let mut number = || -> Result<usize> {
        loop {
            rest = rest.trim_ascii_start();
            match rest.first() {
                Some(b'#') => rest = rest.splitn(2, |&byte| byte == b'\n').nth(1).unwrap_or_default(),
                _ => break,
            }
        }
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (text, after) = rest.split_at(digits);
        rest = after;
        let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        number.ok_or_else(|| cut_short("header"))
    };
    let (width, height, greatest) = (number()?, number()?, number()?);
    if greatest != 255 {
        return Err(Error::unsupported("only 8 bits a channel are supported"));
    }
    check_size(width, height, most_pixels)?;
    let pixels = rest.get(1..1 + width * height * channels).ok_or_else(|| cut_short("list of pixels"))?;
    Ok(Picture { width, height, channels, pixels: pixels.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_bmp_run_upwards_and_are_padded() {
        let mut file = b"BM".to_vec();
        for number in [0i32, 0, 54, 40, 2, 2, 24 << 16 | 1, 0, 0, 0, 0, 0, 0] {
            file.extend(number.to_le_bytes());
        }
        file.extend([1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 11, 12, 0, 0]);
        let picture = decode_bmp(&file, 4).unwrap();
        assert_eq!((picture.width, picture.height, picture.channels), (2, 2, 3));
        assert_eq!(picture.pixels, [9, 8, 7, 12, 11, 10, 3, 2, 1, 6, 5, 4]);
        assert!(decode_bmp(&file[..60], 4).is_err());
        assert!(decode_bmp(&file, 3).unwrap_err().to_string().contains("2 x 2 pixels are too many"));
    }

    #[test]
    fn headers_of_a_pgm_may_have_remarks() {
        let picture = decode_pnm(b"P5 # grey\n2 1\n255\n\x01\xff", 2).unwrap();
        assert_eq!((picture.width, picture.height, picture.pixels), (2, 1, vec![1, 255]));
        assert!(decode_pnm(b"P6 2 1 255\nabc", 2).is_err());
        assert!(decode_pnm(b"P5", 2).is_err());
    }
}
