//! Pictures as their files hold them: 8 bits a channel.

mod bitmap;
mod decode;

use crate::image::Size;
use crate::resize;

/// Endings of the names of files that [`Picture::read`] takes.
pub const EXTENSIONS: &[&str] = &["png", "jpg", "jpeg", "bmp", "ppm", "pgm"];

/// Pixels of 8 bits, row by row, with 1 (grey) or 3 (red, green, blue) channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// 1 or 3.
    pub channels: usize,
    /// `height` x `width` x `channels` bytes.
    pub pixels: Vec<u8>,
}

impl Picture {
    /// Height, width and channels.
    pub fn size(&self) -> Size {
        Size { height: self.height, width: self.width, channels: self.channels }
    }

    /// With red and blue in each other's place.
    pub fn swap_red_blue(&mut self) {
        if self.channels == 3 {
            self.pixels.chunks_exact_mut(3).for_each(|pixel| pixel.swap(0, 2));
        }
    }

    /// Pixels with another number of channels, 1 or 3. Grey is luminance.
    pub fn with_channels(&self, channels: usize) -> Vec<u8> {
        match (self.channels, channels) {
            (1, 3) => self.pixels.iter().flat_map(|&grey| [grey; 3]).collect(),
            (3, 1) => {
                let (colours, _) = self.pixels.as_chunks::<3>();
                let grey = |colour: &[u8; 3]| luminance(colour.map(f32::from)).round() as u8;
                colours.iter().map(grey).collect()
            }
            _ => self.pixels.clone(),
        }
    }

    /// The pixels with 1 or 3 channels in another size, [resized](resize::bilinear) as TensorFlow does it.
    pub fn resized(&self, height: usize, width: usize, channels: usize) -> Vec<f32> {
        let mut out = Vec::new();
        let size = Size { channels, ..self.size() };
        resize::bilinear(&self.with_channels(channels), size, (height, width), &mut out);
        out
    }
}

/// How bright a colour looks, in its own unit.
pub(crate) fn luminance([red, green, blue]: [f32; 3]) -> f32 {
    0.299 * red + 0.587 * green + 0.114 * blue
}
