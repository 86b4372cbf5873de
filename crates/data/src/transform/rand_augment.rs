//! The operations of RandAugment (arXiv 1909.13719), with the ranges of AutoAugment (arXiv 1805.09501).

use super::{affine, color};
use crate::image::{Image, Size};
use crate::random::Random;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Identity,
    AutoContrast,
    Equalize,
    Rotate,
    Solarize,
    Color,
    Posterize,
    Contrast,
    Brightness,
    Sharpness,
    ShearX,
    ShearY,
    TranslateX,
    TranslateY,
}

const OPERATIONS: [Operation; 14] = [
    Operation::Identity,
    Operation::AutoContrast,
    Operation::Equalize,
    Operation::Rotate,
    Operation::Solarize,
    Operation::Color,
    Operation::Posterize,
    Operation::Contrast,
    Operation::Brightness,
    Operation::Sharpness,
    Operation::ShearX,
    Operation::ShearY,
    Operation::TranslateX,
    Operation::TranslateY,
];

const MOST_DEGREES: f32 = 30.0;
const MOST_SHEAR: f32 = 0.3;
/// As a share of the side.
const MOST_SHIFT: f32 = 0.45;
const MOST_CHANGE: f32 = 0.9;
const MOST_BITS_LESS: f32 = 4.0;

/// Applies so many operations that are drawn, with a strength from 0 to 1.
pub(super) fn apply(
    image: &mut Image,
    spare: &mut Image,
    (count, strength, fill): (usize, f32, f32),
    random: &mut Random,
) {
    for _ in 0..count {
        let operation = OPERATIONS[random.below(OPERATIONS.len())];
        let signed = if random.is_drawn(0.5) { strength } else { -strength };
        perform(operation, image, spare, (strength, signed, fill));
    }
}

fn perform(
    operation: Operation,
    image: &mut Image,
    spare: &mut Image,
    (strength, signed, fill): (f32, f32, f32),
) {
    let (height, width) = (image.size.height as f32, image.size.width as f32);
    let factor = 1.0 + MOST_CHANGE * signed;
    let mut moved = |map| affine::apply(image, spare, map, fill);
    match operation {
        Operation::Identity => {}
        Operation::Rotate => moved(affine::rotation((MOST_DEGREES * signed).to_radians())),
        Operation::ShearX => moved([1.0, MOST_SHEAR * signed, 0.0, 0.0, 1.0, 0.0]),
        Operation::ShearY => moved([1.0, 0.0, 0.0, MOST_SHEAR * signed, 1.0, 0.0]),
        Operation::TranslateX => moved([1.0, 0.0, (MOST_SHIFT * signed * width).round(), 0.0, 1.0, 0.0]),
        Operation::TranslateY => moved([1.0, 0.0, 0.0, 0.0, 1.0, (MOST_SHIFT * signed * height).round()]),
        Operation::Color => color::saturation(image, factor),
        Operation::Contrast => color::contrast(image, factor),
        Operation::Brightness => color::brightness(image, factor),
        Operation::Sharpness => sharpness(image, spare, factor),
        Operation::AutoContrast => auto_contrast(image),
        Operation::Equalize => equalize(image),
        Operation::Solarize => solarize(image, 256.0 * (1.0 - strength)),
        Operation::Posterize => posterize(image, 8 - (MOST_BITS_LESS * strength).round() as u32),
    }
}

fn solarize(image: &mut Image, threshold: f32) {
    for value in image.pixels.iter_mut().filter(|value| **value >= threshold) {
        *value = 255.0 - *value;
    }
}

fn posterize(image: &mut Image, bits: u32) {
    let step = 2f32.powi(8 - bits as i32);
    image.pixels.iter_mut().for_each(|value| *value = (*value / step).floor() * step);
}

/// Stretches each channel to 0 to 255.
fn auto_contrast(image: &mut Image) {
    let channels = image.size.channels;
    for channel in 0..channels {
        let values = image.pixels[channel..].iter().step_by(channels);
        let (low, high) =
            values.fold((f32::MAX, f32::MIN), |(low, high), &value| (low.min(value), high.max(value)));
        if high > low {
            let values = image.pixels[channel..].iter_mut().step_by(channels);
            values.for_each(|value| *value = (*value - low) * (255.0 / (high - low)));
        }
    }
}

/// Spreads the values of each channel so that all are about as frequent.
fn equalize(image: &mut Image) {
    let channels = image.size.channels;
    let level = |value: f32| value.clamp(0.0, 255.0).round() as usize;
    for channel in 0..channels {
        let mut counts = [0usize; 256];
        image.pixels[channel..].iter().step_by(channels).for_each(|&value| counts[level(value)] += 1);
        let total: usize = counts.iter().sum();
        let last = counts.iter().rev().find(|count| **count > 0).copied().unwrap_or(0);
        let step = (total - last) / 255;
        if step == 0 {
            continue;
        }
        let mut below = step / 2;
        let mut table = [0f32; 256];
        for (entry, count) in table.iter_mut().zip(counts) {
            *entry = (below / step).min(255) as f32;
            below += count;
        }
        image.pixels[channel..].iter_mut().step_by(channels).for_each(|value| *value = table[level(*value)]);
    }
}

/// Mixes with a smoothed image; the border stays.
fn sharpness(image: &mut Image, spare: &mut Image, factor: f32) {
    let Size { height, width, channels } = image.size;
    if height < 3 || width < 3 {
        return;
    }
    spare.pixels.clone_from(&image.pixels);
    let stride = width * channels;
    let source = &spare.pixels;
    for row in 1..height - 1 {
        for index in row * stride + channels..(row + 1) * stride - channels {
            let line = |start: usize| source[start - channels] + source[start] + source[start + channels];
            let sum = line(index - stride) + line(index) + line(index + stride) + 4.0 * source[index];
            let smooth = sum / 13.0;
            image.pixels[index] = (smooth + (source[index] - smooth) * factor).clamp(0.0, 255.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(channels: usize) -> Image {
        let size = Size { height: 30, width: 20, channels };
        let mut random = Random::of(&[5]);
        Image { size, pixels: (0..size.elements()).map(|_| random.between(20.0, 200.0)).collect() }
    }

    #[test]
    fn operations_keep_size_and_range() {
        for channels in [1, 3] {
            for operation in OPERATIONS {
                for signed in [-1.0, 1.0] {
                    let (mut found, mut spare) = (image(channels), Image::default());
                    perform(operation, &mut found, &mut spare, (1.0, signed, 0.0));
                    assert_eq!(found.size, image(channels).size);
                    assert_eq!(found.pixels.len(), found.size.elements());
                    assert!(found.pixels.iter().all(|value| (0.0..=255.01).contains(value)), "{operation:?}");
                    let is_same = found.pixels == image(channels).pixels;
                    let may_be =
                        operation == Operation::Identity || (operation == Operation::Color && channels == 1);
                    assert_eq!(is_same, may_be, "{operation:?}");
                }
            }
        }
    }

    #[test]
    fn tables_of_values() {
        let size = Size { height: 1, width: 4, channels: 1 };
        let of = |pixels: [f32; 4]| Image { size, pixels: pixels.to_vec() };
        let mut found = of([0.0, 100.0, 200.0, 255.0]);
        solarize(&mut found, 128.0);
        assert_eq!(found.pixels, [0.0, 100.0, 55.0, 0.0]);
        let mut found = of([0.0, 100.0, 200.0, 255.0]);
        posterize(&mut found, 2);
        assert_eq!(found.pixels, [0.0, 64.0, 192.0, 192.0]);
        let mut found = of([50.0, 100.0, 50.0, 75.0]);
        auto_contrast(&mut found);
        assert_eq!(found.pixels, [0.0, 255.0, 0.0, 127.5]);
    }
}
