//! Picture files: PNG, JPEG, BMP, PPM and PGM.

use std::io::Cursor;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use png::{ColorType, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::{Picture, bitmap};

/// Larger pictures are refused: they are damaged or hostile.
pub(super) const MOST_PIXELS: usize = 1 << 28;

const FORMATS: &str = "PNG, JPEG, BMP, PPM and PGM files can be read";

impl Picture {
    /// Reads a picture file; the contents say which kind it is.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let name = || path.display().to_string();
        let bytes = std::fs::read(path).with_context(name)?;
        Self::decode(&bytes).with_context(name)
    }

    /// Decodes the bytes of a picture file.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self> {
        let picture = match bytes {
            [0x89, b'P', b'N', b'G', ..] => decode_png(bytes),
            [0xff, 0xd8, ..] => decode_jpeg(bytes),
            [b'B', b'M', ..] => bitmap::decode_bmp(bytes),
            [b'P', b'5' | b'6', ..] => bitmap::decode_pnm(bytes),
            _ => bail!("not a picture; {FORMATS}"),
        }
        .context("the picture is damaged or of a kind that is not supported")?;
        ensure!(picture.width > 0 && picture.height > 0, "the picture has no pixels");
        Ok(picture)
    }
}

fn decode_png(bytes: &[u8]) -> Result<Picture> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info()?;
    let (width, height) = reader.info().size();
    let size = reader.output_buffer_size().filter(|&size| size <= 4 * MOST_PIXELS);
    let mut buffer = vec![0; size.context("the picture is too large")?];
    let info = reader.next_frame(&mut buffer)?;
    buffer.truncate(info.buffer_size());
    let (width, height) = (width as usize, height as usize);
    let (channels, pixels) = match info.color_type {
        ColorType::Grayscale => (1, buffer),
        ColorType::GrayscaleAlpha => (1, buffer.chunks_exact(2).map(|pixel| pixel[0]).collect()),
        ColorType::Rgb => (3, buffer),
        ColorType::Rgba => {
            (3, buffer.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect())
        }
        ColorType::Indexed => bail!("the palette is missing"),
    };
    Ok(Picture { width, height, channels, pixels })
}

fn decode_jpeg(bytes: &[u8]) -> Result<Picture> {
    let options = DecoderOptions::new_safe().jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    let failed = |error| anyhow::anyhow!("{error:?}");
    decoder.decode_headers().map_err(failed)?;
    let info = decoder.info().context("no header")?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    ensure!(width * height <= MOST_PIXELS, "the picture is too large");
    let pixels = decoder.decode().map_err(failed)?;
    ensure!(pixels.len() == width * height * 3, "{} bytes for {width} x {height} pixels", pixels.len());
    Ok(Picture { width, height, channels: 3, pixels })
}
