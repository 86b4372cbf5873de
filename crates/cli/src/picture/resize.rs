//! Bilinear resizing with the numbers of `tf.image.resize`: pixel centres at halves, no smoothing, single precision.

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

/// Resizes `height` x `width` pixels; neither size may be 0.
pub(super) fn bilinear(
    pixels: &[u8],
    (height, width, channels): (usize, usize, usize),
    (new_height, new_width): (usize, usize),
) -> Vec<f32> {
    let columns = sources(width, new_width);
    let mut out = Vec::with_capacity(new_height * new_width * channels);
    for row in sources(height, new_height) {
        let (top, bottom) = (&pixels[row.low * width * channels..], &pixels[row.high * width * channels..]);
        for column in &columns {
            for channel in 0..channels {
                let between = |line: &[u8]| {
                    let left = f32::from(line[column.low * channels + channel]);
                    let right = f32::from(line[column.high * channels + channel]);
                    left + (right - left) * column.share
                };
                let (top, bottom) = (between(top), between(bottom));
                out.push(top + (bottom - top) * row.share);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_tensorflows() {
        // tf.image.resize([[0, 10, 20], [30, 40, 250]], (3, 2))
        let found = bilinear(&[0, 10, 20, 30, 40, 250], (2, 3, 1), (3, 2));
        assert_eq!(found, [2.5, 17.5, 17.5, 107.5, 32.5, 197.5]);
        // To one pixel, and the same size.
        assert_eq!(bilinear(&[0, 100, 50, 250], (2, 2, 1), (1, 1)), [100.0]);
        assert_eq!(bilinear(&[1, 2, 3, 4, 5, 6], (1, 2, 3), (1, 2)), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    }
}
