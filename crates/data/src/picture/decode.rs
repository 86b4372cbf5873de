//! Picture files: PNG, JPEG, BMP, PPM and PGM.

use std::io::Cursor;
use std::path::Path;

use png::{ColorType, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::{Picture, bitmap};
use crate::error::{Error, Result};

/// Larger pictures are refused: they are damaged or hostile.
const MOST_PIXELS: usize = 1 << 28;

const FORMATS: &str = "PNG, JPEG, BMP, PPM and PGM files can be read";

impl Picture {
    /// Reads a picture file; the contents say which kind it is.
    ///
    /// # Errors
    ///
    /// If the file can not be read, is damaged, or is no picture of a kind that is known.
    pub fn read(path: &Path) -> Result<Self> {
        Self::read_within(path, MOST_PIXELS)
    }

    /// Reads a picture file of at most so many pixels.
    pub(crate) fn read_within(path: &Path, most_pixels: usize) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|error| Error::read(&error).in_file(path))?;
        Self::decode_within(&bytes, most_pixels).map_err(|error| error.in_file(path))
    }

    /// Decodes the bytes of a picture file.
    ///
    /// # Errors
    ///
    /// If they are damaged, or no picture of a kind that is known.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        Self::decode_within(bytes, MOST_PIXELS)
    }

    fn decode_within(bytes: &[u8], most_pixels: usize) -> Result<Self> {
        let picture = match bytes {
            [0x89, b'P', b'N', b'G', ..] => decode_png(bytes, most_pixels),
            [0xff, 0xd8, ..] => decode_jpeg(bytes, most_pixels),
            [b'B', b'M', ..] => bitmap::decode_bmp(bytes, most_pixels),
            [b'P', b'5' | b'6', ..] => bitmap::decode_pnm(bytes, most_pixels),
            _ => return Err(Error::unsupported(format!("not a picture; {FORMATS}"))),
        };
        picture.map_err(|error| error.of("the picture is damaged or of a kind that is not supported"))
    }
}

/// Checks the size of a picture before memory is taken for it.
pub(super) fn check_size(width: usize, height: usize, most_pixels: usize) -> Result<()> {
    match width.saturating_mul(height) {
        0 => Err(Error::damaged("the picture has no pixels")),
        pixels if pixels > most_pixels => {
            Err(Error::unsupported(format!("{width} x {height} pixels are too many")))
        }
        _ => Ok(()),
    }
}

fn decode_png(bytes: &[u8], most_pixels: usize) -> Result<Picture> {
    let failed = |error: png::DecodingError| Error::damaged(error.to_string());
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(failed)?;
    let (width, height) = reader.info().size();
    let (width, height) = (width as usize, height as usize);
    check_size(width, height, most_pixels)?;
    let size = reader.output_buffer_size().ok_or_else(|| Error::damaged("no size"))?;
    let mut buffer = vec![0; size];
    let info = reader.next_frame(&mut buffer).map_err(failed)?;
    buffer.truncate(info.buffer_size());
    let (channels, pixels) = match info.color_type {
        ColorType::Grayscale => (1, buffer),
        ColorType::GrayscaleAlpha => (1, buffer.chunks_exact(2).map(|pixel| pixel[0]).collect()),
        ColorType::Rgb => (3, buffer),
        ColorType::Rgba => {
            (3, buffer.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect())
        }
        ColorType::Indexed => return Err(Error::damaged("the palette is missing")),
    };
    Ok(Picture { width, height, channels, pixels })
}

fn decode_jpeg(bytes: &[u8], most_pixels: usize) -> Result<Picture> {
    // Strict: files that are cut short are errors.
    let options = DecoderOptions::new_safe().set_strict_mode(true).jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    let failed = |error| Error::damaged(format!("{error:?}"));
    decoder.decode_headers().map_err(failed)?;
    let info = decoder.info().ok_or_else(|| Error::damaged("no header"))?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    check_size(width, height, most_pixels)?;
    let pixels = decoder.decode().map_err(failed)?;
    if pixels.len() != width * height * 3 {
        return Err(Error::damaged(format!("{} bytes for {width} x {height} pixels", pixels.len())));
    }
    Ok(Picture { width, height, channels: 3, pixels })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Grey, 32 x 32, with a mean of about 95.
    const JPEG: &str = "\
        ffd8ffe000104a46494600010100000100010000ffdb0043001b12141714111b1716171e1c1b2028422b28252528513a3d3042605565\
        645f555d5b6a7899816a7190735b5d85b586909ea3abadab6780bcc9baa6c799a8aba4ffc0000b080020002001011100ffc400180000\
        0301010000000000000000000000000405060203ffc400201000020105000203000000000000000000000111213141516171a10222c1\
        ffda0008010100003f001ed34f6324b77e12d0e37be0c5f9a833fabc724c2ed0eb859f2136555c3754b213671b38350920f5b99a08e6\
        9fa547c6b2c8d7eb7252da21cc9fffd9";

    fn jpeg() -> Vec<u8> {
        let byte = |index| u8::from_str_radix(&JPEG[index..index + 2], 16).unwrap();
        (0..JPEG.len()).step_by(2).map(byte).collect()
    }

    #[test]
    fn jpegs_that_are_cut_short_are_errors() {
        let bytes = jpeg();
        let picture = Picture::decode(&bytes).unwrap();
        assert_eq!((picture.width, picture.height, picture.channels), (32, 32, 3));
        let mean = picture.pixels.iter().map(|&pixel| f32::from(pixel)).sum::<f32>() / 3072.0;
        assert!((90.0..100.0).contains(&mean), "{mean}");
        for length in [10, 100, 190, 210] {
            assert!(Picture::decode(&bytes[..length]).is_err(), "{length}");
        }
        // What follows the picture does not matter.
        Picture::decode(&[&bytes[..], b"more"].concat()).unwrap();
    }
}
