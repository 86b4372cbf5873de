//! Pictures as inputs: decoded, resized as TensorFlow does it, brought to the numbers that a model takes.

mod bitmap;
mod decode;
mod feed;
mod resize;

pub(crate) use feed::{Layout, Normalize, feed, normalized};

/// Pixels of 8 bits, row by row, with 1 (grey) or 3 (red, green, blue) channels.
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) channels: usize,
    pub(crate) pixels: Vec<u8>,
}

impl Picture {
    /// With red and blue in each other's place.
    pub(crate) fn swap_red_blue(&mut self) {
        if self.channels == 3 {
            self.pixels.chunks_exact_mut(3).for_each(|pixel| pixel.swap(0, 2));
        }
    }

    /// Pixels with another number of channels, 1 or 3. Grey is luminance.
    fn with_channels(&self, channels: usize) -> Vec<u8> {
        match (self.channels, channels) {
            (1, 3) => self.pixels.iter().flat_map(|&grey| [grey; 3]).collect(),
            (3, 1) => {
                let (colours, _) = self.pixels.as_chunks::<3>();
                let grey = |&[red, green, blue]: &[u8; 3]| {
                    0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue)
                };
                colours.iter().map(|colour| grey(colour).round() as u8).collect()
            }
            _ => self.pixels.clone(),
        }
    }
}
