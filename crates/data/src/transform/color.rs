//! Changes of colour: each mixes the image with one that lacks something, or has too much of it.

use crate::image::Image;
use crate::picture::luminance;
use crate::random::Random;

/// Brightness, contrast and saturation by factors around 1, the hue by turns around 0, in random order.
pub(super) fn jitter(image: &mut Image, changes: [f32; 3], hue_change: f32, random: &mut Random) {
    let factors = changes.map(|change| random.between((1.0 - change).max(0.0), 1.0 + change));
    let turn = random.between(-hue_change, hue_change);
    let mut order = [0, 1, 2, 3];
    random.shuffle(&mut order);
    for kind in order {
        match kind {
            0 if changes[0] > 0.0 => brightness(image, factors[0]),
            1 if changes[1] > 0.0 => contrast(image, factors[1]),
            2 if changes[2] > 0.0 => saturation(image, factors[2]),
            3 if hue_change > 0.0 => hue(image, turn),
            _ => {}
        }
    }
}

fn clamped(value: f32) -> f32 {
    value.clamp(0.0, 255.0)
}

/// Mixes with black.
pub(super) fn brightness(image: &mut Image, factor: f32) {
    image.pixels.iter_mut().for_each(|value| *value = clamped(*value * factor));
}

/// Mixes with the mean of the grey image.
pub(super) fn contrast(image: &mut Image, factor: f32) {
    let sum: f32 = match image.size.channels {
        3 => image.pixels.as_chunks::<3>().0.iter().map(|&colour| luminance(colour)).sum(),
        _ => image.pixels.iter().sum(),
    };
    let mean = sum / (image.size.height * image.size.width).max(1) as f32;
    image.pixels.iter_mut().for_each(|value| *value = clamped(mean + (*value - mean) * factor));
}

/// Mixes with the grey image.
pub(super) fn saturation(image: &mut Image, factor: f32) {
    for_colours(image, |colour| {
        let grey = luminance(colour);
        colour.map(|value| clamped(grey + (value - grey) * factor))
    });
}

/// Turns the hue by a share of the circle.
pub(super) fn hue(image: &mut Image, turn: f32) {
    for_colours(image, |colour| turned(colour, turn));
}

pub(super) fn swap_red_blue(image: &mut Image) {
    for_colours(image, |[red, green, blue]| [blue, green, red]);
}

fn for_colours(image: &mut Image, change: impl Fn([f32; 3]) -> [f32; 3]) {
    if image.size.channels == 3 {
        image.pixels.as_chunks_mut::<3>().0.iter_mut().for_each(|colour| *colour = change(*colour));
    }
}

/// A colour with its hue turned, by way of hue, chroma and value.
fn turned([red, green, blue]: [f32; 3], turn: f32) -> [f32; 3] {
    let greatest = red.max(green).max(blue);
    let chroma = greatest - red.min(green).min(blue);
    if chroma <= 0.0 {
        return [red, green, blue];
    }
    let sixths = if greatest == red {
        (green - blue) / chroma
    } else if greatest == green {
        (blue - red) / chroma + 2.0
    } else {
        (red - green) / chroma + 4.0
    };
    let sixths = sixths + 6.0 * turn;
    let channel = |offset: f32| {
        let place = (sixths + offset).rem_euclid(6.0);
        greatest - chroma * place.min(4.0 - place).clamp(0.0, 1.0)
    };
    [channel(5.0), channel(3.0), channel(1.0)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Size;

    fn image(pixels: &[f32]) -> Image {
        Image { size: Size { height: 1, width: pixels.len() / 3, channels: 3 }, pixels: pixels.to_vec() }
    }

    fn close(found: &[f32], expected: &[f32]) {
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-2), "{found:?} {expected:?}");
    }

    #[test]
    fn hues_turn_round() {
        let colours = [200.0, 10.0, 60.0, 5.0, 250.0, 9.0, 3.0, 80.0, 81.0];
        for turn in [0.0, 1.0, -1.0] {
            let mut found = image(&colours);
            hue(&mut found, turn);
            close(&found.pixels, &colours);
        }
        let mut found = image(&[255.0, 0.0, 0.0, 90.0, 90.0, 90.0]);
        hue(&mut found, 1.0 / 3.0);
        close(&found.pixels, &[0.0, 255.0, 0.0, 90.0, 90.0, 90.0]);
    }

    #[test]
    fn factors_of_one_change_nothing_and_of_zero_everything() {
        let colours = [200.0, 10.0, 60.0, 5.0, 250.0, 9.0];
        let mut found = image(&colours);
        brightness(&mut found, 1.0);
        contrast(&mut found, 1.0);
        saturation(&mut found, 1.0);
        close(&found.pixels, &colours);
        saturation(&mut found, 0.0);
        let grey = luminance([200.0, 10.0, 60.0]);
        close(&found.pixels[..3], &[grey; 3]);
        contrast(&mut found, 0.0);
        let mean = (grey + luminance([5.0, 250.0, 9.0])) / 2.0;
        close(&found.pixels, &[mean; 6]);
    }
}
