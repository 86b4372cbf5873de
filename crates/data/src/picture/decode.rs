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
pub(super) const MOST_PIXELS: usize = 1 << 28;

const FORMATS: &str = "PNG, JPEG, BMP, PPM and PGM files can be read";

impl Picture {
    /// Reads a picture file; the contents say which kind it is.
    ///
    /// # Errors
    ///
    /// If the file can not be read, is damaged, or is no picture of a kind that is known.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|error| Error::read(&error).in_file(path))?;
        Self::decode(&bytes).map_err(|error| error.in_file(path))
    }

    /// Decodes the bytes of a picture file.
    ///
    /// # Errors
    ///
    /// If they are damaged, or no picture of a kind that is known.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        let picture = match bytes {
            [0x89, b'P', b'N', b'G', ..] => decode_png(bytes),
            [0xff, 0xd8, ..] => decode_jpeg(bytes),
            [b'B', b'M', ..] => bitmap::decode_bmp(bytes),
            [b'P', b'5' | b'6', ..] => bitmap::decode_pnm(bytes),
            _ => return Err(Error::unsupported(format!("not a picture; {FORMATS}"))),
        };
        let picture =
            picture.map_err(|error| error.of("the picture is damaged or of a kind that is not supported"))?;
        match picture.pixels.is_empty() {
            true => Err(Error::damaged("the picture has no pixels")),
            false => Ok(picture),
        }
    }
}

fn too_large() -> Error {
    Error::unsupported("the picture is too large")
}

fn decode_png(bytes: &[u8]) -> Result<Picture> {
    let failed = |error: png::DecodingError| Error::damaged(error.to_string());
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(failed)?;
    let (width, height) = reader.info().size();
    let size = reader.output_buffer_size().filter(|&size| size <= 4 * MOST_PIXELS);
    let mut buffer = vec![0; size.ok_or_else(too_large)?];
    let info = reader.next_frame(&mut buffer).map_err(failed)?;
    buffer.truncate(info.buffer_size());
    let (width, height) = (width as usize, height as usize);
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

fn decode_jpeg(bytes: &[u8]) -> Result<Picture> {
    let options = DecoderOptions::new_safe().jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    let failed = |error| Error::damaged(format!("{error:?}"));
    decoder.decode_headers().map_err(failed)?;
    let info = decoder.info().ok_or_else(|| Error::damaged("no header"))?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    if width * height > MOST_PIXELS {
        return Err(too_large());
    }
    let pixels = decoder.decode().map_err(failed)?;
    if pixels.len() != width * height * 3 {
        return Err(Error::damaged(format!("{} bytes for {width} x {height} pixels", pixels.len())));
    }
    Ok(Picture { width, height, channels: 3, pixels })
}
