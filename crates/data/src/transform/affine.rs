//! Turning, shifting and slanting images.

use std::mem::swap;

use crate::image::{Image, Size};

/// Where each pixel comes from: `[x, y]` about the middle becomes `[a x + b y + c, d x + e y + f]`, in pixels.
pub(super) type Map = [f32; 6];

/// The map of a turn.
pub(super) fn rotation(angle: f32) -> Map {
    let (sin, cos) = angle.sin_cos();
    [cos, sin, 0.0, -sin, cos, 0.0]
}

/// Replaces an image by one whose pixels come from other places, between pixels bilinearly; outside of the image is `fill`.
pub(super) fn apply(image: &mut Image, spare: &mut Image, [a, b, c, d, e, f]: Map, fill: f32) {
    let Size { height, width, channels } = image.size;
    let (middle_x, middle_y) = ((width as f32 - 1.0) / 2.0, (height as f32 - 1.0) / 2.0);
    spare.size = image.size;
    spare.pixels.clear();
    for row in 0..height {
        for column in 0..width {
            let (x, y) = (column as f32 - middle_x, row as f32 - middle_y);
            let (x, y) = (a * x + b * y + c + middle_x, d * x + e * y + f + middle_y);
            let (left, top) = (x.floor(), y.floor());
            let (right_share, bottom_share) = (x - left, y - top);
            for channel in 0..channels {
                let pixel = |row: f32, column: f32| {
                    let is_inside =
                        row >= 0.0 && row < height as f32 && column >= 0.0 && column < width as f32;
                    let index = || (row as usize * width + column as usize) * channels + channel;
                    if is_inside { image.pixels[index()] } else { fill }
                };
                let between = |row: f32| {
                    let first = pixel(row, left);
                    first + (pixel(row, left + 1.0) - first) * right_share
                };
                let first = between(top);
                let value = if bottom_share > 0.0 {
                    first + (between(top + 1.0) - first) * bottom_share
                } else {
                    first
                };
                spare.pixels.push(value);
            }
        }
    }
    swap(image, spare);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image() -> Image {
        Image { size: Size { height: 2, width: 2, channels: 1 }, pixels: vec![1.0, 2.0, 3.0, 4.0] }
    }

    #[test]
    fn pixels_come_from_where_the_map_says() {
        let cases: [(Map, [f32; 4]); 4] = [
            ([1.0, 0.0, 0.0, 0.0, 1.0, 0.0], [1.0, 2.0, 3.0, 4.0]),
            ([1.0, 0.0, 1.0, 0.0, 1.0, 0.0], [2.0, 9.0, 4.0, 9.0]),
            ([1.0, 0.0, 0.5, 0.0, 1.0, 0.0], [1.5, 5.5, 3.5, 6.5]),
            (rotation(std::f32::consts::FRAC_PI_2), [3.0, 1.0, 4.0, 2.0]),
        ];
        for (map, expected) in cases {
            let (mut found, mut spare) = (image(), Image::default());
            apply(&mut found, &mut spare, map, 9.0);
            assert!(
                found.pixels.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-4),
                "{map:?} {found:?}"
            );
        }
    }
}
