//! Bilinear resizing with the numbers of `tf.image.resize`: pixel centres at halves, single precision.

use crate::image::Size;

/// The two source positions that an output position lies between, and how far it is from the first.
struct Source {
    low: usize,
    high: usize,
    share: f32,
}

fn sources(from: usize, to: usize) -> Vec<Source> {
    let scale = from as f32 / to as f32;
    (0..to)
        .map(|position| {
            let exact = (position as f32 + 0.5) * scale - 0.5;
            let floor = exact.floor();
            let last = from - 1;
            Source {
                low: (floor.max(0.0) as usize).min(last),
                high: (exact.ceil().max(0.0) as usize).min(last),
                share: exact - floor,
            }
        })
        .collect()
}

/// Resizes an image without smoothing into `out`, `[new_height, new_width, channels]`; no size may be 0.
pub fn bilinear<P: Copy + Into<f32>>(
    pixels: &[P],
    Size { height, width, channels }: Size,
    (new_height, new_width): (usize, usize),
    out: &mut Vec<f32>,
) {
    let columns = sources(width, new_width);
    out.clear();
    out.reserve(new_height * new_width * channels);
    for row in sources(height, new_height) {
        let (top, bottom) = (&pixels[row.low * width * channels..], &pixels[row.high * width * channels..]);
        for column in &columns {
            for channel in 0..channels {
                let between = |line: &[P]| {
                    let left: f32 = line[column.low * channels + channel].into();
                    let right: f32 = line[column.high * channels + channel].into();
                    left + (right - left) * column.share
                };
                let (top, bottom) = (between(top), between(bottom));
                out.push(top + (bottom - top) * row.share);
            }
        }
    }
}

/// The source positions from `first` on that an output position is a weighted mean of.
struct Window {
    first: usize,
    weights: Vec<f32>,
}

/// Triangles as wide as the pixels of the smaller image.
fn windows(from: usize, to: usize) -> Vec<Window> {
    let scale = from as f32 / to as f32;
    let radius = scale.max(1.0);
    (0..to)
        .map(|position| {
            let centre = (position as f32 + 0.5) * scale;
            let first = (centre - radius).floor().max(0.0) as usize;
            let end = ((centre + radius).ceil() as usize).min(from);
            let weight = |index: usize| (1.0 - ((index as f32 + 0.5 - centre) / radius).abs()).max(0.0);
            let mut weights: Vec<f32> = (first..end).map(weight).collect();
            let sum: f32 = weights.iter().sum();
            weights.iter_mut().for_each(|weight| *weight /= sum);
            Window { first, weights }
        })
        .collect()
}

/// As [`bilinear`], but smoothed where the image becomes smaller, as `antialias=True` does it: every pixel of the source counts.
pub fn antialiased<P: Copy + Into<f32>>(
    pixels: &[P],
    Size { height, width, channels }: Size,
    (new_height, new_width): (usize, usize),
    out: &mut Vec<f32>,
) {
    let mut narrow = vec![0.0; height * new_width * channels];
    let columns = windows(width, new_width);
    for (line, narrow) in
        pixels.chunks_exact(width * channels).zip(narrow.chunks_exact_mut(new_width * channels))
    {
        for (window, pixel) in columns.iter().zip(narrow.chunks_exact_mut(channels)) {
            for (&weight, source) in
                window.weights.iter().zip(line[window.first * channels..].chunks_exact(channels))
            {
                for (value, &source) in pixel.iter_mut().zip(source) {
                    *value += weight * source.into();
                }
            }
        }
    }
    let stride = new_width * channels;
    out.clear();
    out.resize(new_height * stride, 0.0);
    for (window, line) in windows(height, new_height).iter().zip(out.chunks_exact_mut(stride)) {
        for (&weight, source) in
            window.weights.iter().zip(narrow[window.first * stride..].chunks_exact(stride))
        {
            for (value, source) in line.iter_mut().zip(source) {
                *value += weight * source;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(height: usize, width: usize, channels: usize) -> Size {
        Size { height, width, channels }
    }

    #[test]
    fn the_numbers_are_tensorflows() {
        let mut out = Vec::new();
        // tf.image.resize([[0, 10, 20], [30, 40, 250]], (3, 2))
        bilinear(&[0u8, 10, 20, 30, 40, 250], size(2, 3, 1), (3, 2), &mut out);
        assert_eq!(out, [2.5, 17.5, 17.5, 107.5, 32.5, 197.5]);
        // To one pixel, and the same size.
        bilinear(&[0u8, 100, 50, 250], size(2, 2, 1), (1, 1), &mut out);
        assert_eq!(out, [100.0]);
        bilinear(&[1u8, 2, 3, 4, 5, 6], size(1, 2, 3), (1, 2), &mut out);
        assert_eq!(out, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn smoothing_takes_all_pixels_into_account() {
        let mut out = Vec::new();
        // tf.image.resize([[0, 0, 0, 80, 0, 0, 0, 0]], (1, 2), antialias=True): triangles of radius 4.
        antialiased(&[0u8, 0, 0, 80, 0, 0, 0, 0], size(1, 8, 1), (1, 2), &mut out);
        let expected = [80.0 * 0.625 / 3.5, 80.0 * 0.375 / 3.5];
        assert!(out.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-4), "{out:?}");
        // Without shrinking it is the same as the plain one.
        let pixels: Vec<f32> = (0..24).map(|value| (value * value % 97) as f32).collect();
        let mut plain = Vec::new();
        bilinear(&pixels, size(2, 4, 3), (5, 7), &mut plain);
        antialiased(&pixels, size(2, 4, 3), (5, 7), &mut out);
        assert!(out.iter().zip(&plain).all(|(a, b)| (a - b).abs() < 1e-4));
    }
}
