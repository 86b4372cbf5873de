//! Rectangles that lose their contents.

use super::crop::{Rectangle, rectangle};
use crate::image::Image;
use crate::random::Random;

/// Fills a rectangle of random area, proportions and place.
pub(super) fn apply(image: &mut Image, bounds: ([f32; 2], [f32; 2]), fill: f32, random: &mut Random) {
    let size = image.size;
    if let Some(Rectangle { top, left, height, width }) = rectangle(size, bounds, random) {
        for row in top..top + height {
            let start = (row * size.width + left) * size.channels;
            image.pixels[start..start + width * size.channels].fill(fill);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Size;

    #[test]
    fn a_rectangle_is_filled() {
        for seed in 0..50 {
            let size = Size { height: 20, width: 30, channels: 3 };
            let mut image = Image { size, pixels: vec![1.0; size.elements()] };
            apply(&mut image, ([0.1, 0.3], [0.5, 2.0]), 0.0, &mut Random::of(&[seed]));
            let filled = image.pixels.iter().filter(|&&value| value == 0.0).count() as f32 / 1800.0;
            assert!((0.08..0.33).contains(&filled), "{filled}");
        }
    }
}
