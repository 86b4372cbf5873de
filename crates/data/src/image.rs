//! Images while they are worked on: numbers from 0 to 255 until something normalizes them.

use crate::picture::luminance;

/// Height, width and channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Rows.
    pub height: usize,
    /// Pixels in a row.
    pub width: usize,
    /// Numbers of a pixel.
    pub channels: usize,
}

impl Size {
    /// How many numbers an image of this size has.
    pub fn elements(self) -> usize {
        self.height * self.width * self.channels
    }
}

/// An image in floating point, row by row, `[height, width, channels]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Image {
    /// Its size.
    pub size: Size,
    /// As many numbers as the size says.
    pub pixels: Vec<f32>,
}

impl Image {
    /// Takes over the pixels of another; the memory that this image has is used again.
    pub(crate) fn set<P: Copy + Into<f32>>(&mut self, size: Size, pixels: &[P]) {
        self.size = size;
        self.pixels.clear();
        self.pixels.extend(pixels.iter().map(|&pixel| pixel.into()));
    }

    /// Gives every pixel `channels` (1 or 3) numbers: grey is the luminance of a colour, a grey colour has it three times.
    pub(crate) fn set_channels(&mut self, channels: usize) {
        match (self.size.channels, channels) {
            (1, 3) => {
                let count = self.pixels.len();
                self.pixels.resize(3 * count, 0.0);
                for index in (0..count).rev() {
                    let grey = self.pixels[index];
                    self.pixels[3 * index..3 * index + 3].fill(grey);
                }
            }
            (3, 1) => {
                let count = self.pixels.len() / 3;
                for index in 0..count {
                    let colour = &self.pixels[3 * index..3 * index + 3];
                    self.pixels[index] = luminance([colour[0], colour[1], colour[2]]);
                }
                self.pixels.truncate(count);
            }
            _ => return,
        }
        self.size.channels = channels;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_becomes_colour_and_colour_grey() {
        let mut image = Image::default();
        image.set(Size { height: 1, width: 2, channels: 1 }, &[7u8, 9]);
        image.set_channels(3);
        assert_eq!(image.pixels, [7.0, 7.0, 7.0, 9.0, 9.0, 9.0]);
        image.pixels[..3].copy_from_slice(&[100.0, 0.0, 0.0]);
        image.set_channels(1);
        assert_eq!(image.pixels.iter().map(|value| value.round()).collect::<Vec<_>>(), [30.0, 9.0]);
        assert_eq!(image.size, Size { height: 1, width: 2, channels: 1 });
    }
}
