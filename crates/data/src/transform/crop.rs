//! Parts of images, and other sizes.

use std::mem::swap;

use super::Sides;
use crate::error::{Error, Result};
use crate::image::{Image, Size};
use crate::random::Random;
use crate::resize::{antialiased, bilinear};

/// A rectangle of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rectangle {
    pub(super) top: usize,
    pub(super) left: usize,
    pub(super) height: usize,
    pub(super) width: usize,
}

/// The sides with the shorter one of another length.
pub(super) fn with_shorter(sides: Sides, shorter: usize) -> Sides {
    let scaled = |side: usize, other: usize| (side * shorter + other / 2) / other.max(1);
    if sides.height < sides.width {
        Sides { height: shorter, width: scaled(sides.width, sides.height) }
    } else {
        Sides { height: scaled(sides.height, sides.width), width: shorter }
    }
}

pub(super) fn resize(image: &mut Image, spare: &mut Image, sides: Sides, is_smoothed: bool) {
    let size = image.size;
    if (size.height, size.width) == (sides.height, sides.width) {
        return;
    }
    let resize = if is_smoothed { antialiased } else { bilinear };
    resize(&image.pixels, size, (sides.height, sides.width), &mut spare.pixels);
    spare.size = Size { height: sides.height, width: sides.width, channels: size.channels };
    swap(image, spare);
}

fn cut(image: &mut Image, spare: &mut Image, Rectangle { top, left, height, width }: Rectangle) {
    let Size { width: full, channels, .. } = image.size;
    spare.pixels.clear();
    for row in top..top + height {
        let start = (row * full + left) * channels;
        spare.pixels.extend_from_slice(&image.pixels[start..start + width * channels]);
    }
    spare.size = Size { height, width, channels };
    swap(image, spare);
}

fn too_small(size: Size, part: Sides) -> Error {
    Error::invalid(format!(
        "an image of {} x {} is smaller than the part of {} x {}; resize it first",
        size.height, size.width, part.height, part.width
    ))
}

pub(super) fn center(image: &mut Image, spare: &mut Image, part: Sides) -> Result<()> {
    let size = image.size;
    if size.height < part.height || size.width < part.width {
        return Err(too_small(size, part));
    }
    let (top, left) = ((size.height - part.height) / 2, (size.width - part.width) / 2);
    cut(image, spare, Rectangle { top, left, height: part.height, width: part.width });
    Ok(())
}

/// A part at a random place; `padding` pixels around the image are `fill`.
pub(super) fn random(
    image: &mut Image,
    spare: &mut Image,
    part: Sides,
    (padding, fill): (usize, f32),
    random: &mut Random,
) -> Result<()> {
    let Size { height, width, channels } = image.size;
    let (high, wide) = (height + 2 * padding, width + 2 * padding);
    if high < part.height || wide < part.width {
        return Err(too_small(image.size, part));
    }
    let top = random.below(high - part.height + 1);
    let left = random.below(wide - part.width + 1);
    // Columns of the part that lie within the image.
    let (first, end) = (padding.saturating_sub(left), (padding + width).saturating_sub(left).min(part.width));
    spare.pixels.clear();
    spare.pixels.resize(part.height * part.width * channels, fill);
    if first < end {
        let rows = spare.pixels.chunks_exact_mut(part.width * channels).enumerate();
        for (row, line) in rows.filter_map(|(row, line)| Some(((row + top).checked_sub(padding)?, line))) {
            if row < height {
                let start = (row * width + first + left - padding) * channels;
                let pixels = &image.pixels[start..start + (end - first) * channels];
                line[first * channels..end * channels].copy_from_slice(pixels);
            }
        }
    }
    spare.size = Size { height: part.height, width: part.width, channels };
    swap(image, spare);
    Ok(())
}

/// Cuts out a part of random area and proportions.
pub(super) fn random_part(
    image: &mut Image,
    spare: &mut Image,
    (scale, ratio): ([f32; 2], [f32; 2]),
    random: &mut Random,
) {
    let part = rectangle(image.size, (scale, ratio), random).unwrap_or_else(|| largest(image.size, ratio));
    if (part.height, part.width) != (image.size.height, image.size.width) {
        cut(image, spare, part);
    }
}

/// A rectangle in an image, of random area, proportions and place; `None` if none that was drawn fits.
pub(super) fn rectangle(
    size: Size,
    (scale, ratio): ([f32; 2], [f32; 2]),
    random: &mut Random,
) -> Option<Rectangle> {
    const TRIES: usize = 10;
    for _ in 0..TRIES {
        let area = (size.height * size.width) as f32 * random.between(scale[0], scale[1]);
        let ratio = random.between(ratio[0].ln(), ratio[1].ln()).exp();
        let (height, width) =
            ((area / ratio).sqrt().round() as usize, (area * ratio).sqrt().round() as usize);
        if (1..=size.height).contains(&height) && (1..=size.width).contains(&width) {
            let top = random.below(size.height - height + 1);
            let left = random.below(size.width - width + 1);
            return Some(Rectangle { top, left, height, width });
        }
    }
    None
}

/// The largest part in the middle that has allowed proportions.
fn largest(size: Size, ratio: [f32; 2]) -> Rectangle {
    let (full_height, full_width) = (size.height as f32, size.width as f32);
    let ratio = (full_width / full_height).clamp(ratio[0], ratio[1]);
    let height = (full_height.min(full_width / ratio).round() as usize).clamp(1, size.height);
    let width = (full_width.min(full_height * ratio).round() as usize).clamp(1, size.width);
    Rectangle { top: (size.height - height) / 2, left: (size.width - width) / 2, height, width }
}

pub(super) fn flip(image: &mut Image) {
    let Size { width, channels, .. } = image.size;
    for line in image.pixels.chunks_exact_mut(width * channels) {
        line.reverse();
        if channels > 1 {
            line.chunks_exact_mut(channels).for_each(<[f32]>::reverse);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pixels that say where they are: `10 * row + column`, and a second channel of their negatives if there are two.
    fn image(height: usize, width: usize, channels: usize) -> Image {
        let size = Size { height, width, channels };
        let place = |index: usize| ((index / width) * 10 + index % width) as f32;
        let pixels =
            (0..size.elements()).map(|index| place(index / channels) * [1.0, -1.0, 2.0][index % channels]);
        Image { size, pixels: pixels.collect() }
    }

    #[test]
    fn parts_lie_where_they_should() {
        let (mut found, mut spare) = (image(4, 5, 1), Image::default());
        center(&mut found, &mut spare, Sides { height: 2, width: 3 }).unwrap();
        assert_eq!(found.pixels, [11.0, 12.0, 13.0, 21.0, 22.0, 23.0]);
        assert!(center(&mut found, &mut spare, 3.into()).is_err());
        let mut found = image(1, 3, 3);
        flip(&mut found);
        assert_eq!(found.pixels, [2.0, -2.0, 4.0, 1.0, -1.0, 2.0, 0.0, -0.0, 0.0]);
        assert_eq!(with_shorter(Sides { height: 300, width: 200 }, 100), Sides { height: 150, width: 100 });
    }

    #[test]
    fn random_parts_are_padded() {
        let mut tops = Vec::new();
        for seed in 0..64 {
            let (mut found, mut spare) = (image(3, 3, 1), Image::default());
            found.pixels.iter_mut().for_each(|value| *value += 1.0);
            random(&mut found, &mut spare, 3.into(), (1, -7.0), &mut Random::of(&[seed])).unwrap();
            assert_eq!(found.pixels.len(), 9);
            let inside = found.pixels.iter().position(|&value| value != -7.0).unwrap();
            let corner = found.pixels[inside];
            // All that is inside keeps its place relative to the first pixel.
            for (index, &value) in found.pixels.iter().enumerate().filter(|(_, value)| **value != -7.0) {
                let rows = (index / 3) as f32 - (inside / 3) as f32;
                let columns = (index % 3) as f32 - (inside % 3) as f32;
                assert_eq!(value, corner + 10.0 * rows + columns);
            }
            tops.push(found.pixels[4]);
        }
        tops.sort_unstable_by(f32::total_cmp);
        tops.dedup();
        assert_eq!(tops.len(), 9, "all places are drawn: {tops:?}");
    }

    #[test]
    fn random_areas_are_within_bounds() {
        let size = Size { height: 40, width: 60, channels: 3 };
        for seed in 0..200 {
            let part = rectangle(size, ([0.1, 0.5], [0.5, 2.0]), &mut Random::of(&[seed])).unwrap();
            assert!(part.top + part.height <= 40 && part.left + part.width <= 60);
            let share = (part.height * part.width) as f32 / 2400.0;
            assert!((0.08..0.55).contains(&share), "{part:?}");
        }
        // A strip has no part with these proportions.
        let strip = Size { height: 1, width: 100, channels: 1 };
        assert_eq!(rectangle(strip, ([1.0, 1.0], [1.0, 1.0]), &mut Random::of(&[1])), None);
        assert_eq!(largest(strip, [1.0, 1.0]), Rectangle { top: 0, left: 49, height: 1, width: 1 });
    }
}
