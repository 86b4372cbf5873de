//! What the methods of [`Conv2d`] compute.

use featherlite_base::Result;

use super::Conv2d;
use crate::Float;

/// See [`Conv2d::forward`].
///
/// # Errors
/// As there.
pub fn forward<F: Float>(conv: &Conv2d, x: &[F], w: &[F], y: &mut [F]) -> Result<()> {
    conv.check(x.len(), w.len(), y.len())?;
    y.fill(F::from_f64(0.0));
    for_each_product(conv, |x_at, w_at, y_at| y[y_at] += x[x_at] * w[w_at])
}

/// See [`Conv2d::input_gradient`].
///
/// # Errors
/// As there.
pub fn input_gradient<F: Float>(conv: &Conv2d, dy: &[F], w: &[F], dx: &mut [F]) -> Result<()> {
    conv.check(dx.len(), w.len(), dy.len())?;
    dx.fill(F::from_f64(0.0));
    for_each_product(conv, |x_at, w_at, y_at| dx[x_at] += dy[y_at] * w[w_at])
}

/// See [`Conv2d::weight_gradient`].
///
/// # Errors
/// As there.
pub fn weight_gradient<F: Float>(conv: &Conv2d, x: &[F], dy: &[F], dw: &mut [F]) -> Result<()> {
    conv.check(x.len(), dw.len(), dy.len())?;
    dw.fill(F::from_f64(0.0));
    for_each_product(conv, |x_at, w_at, y_at| dw[w_at] += dy[y_at] * x[x_at])
}

/// Calls `visit` with the places in `x`, `w` and `y` of every product that the convolution adds up.
fn for_each_product(conv: &Conv2d, mut visit: impl FnMut(usize, usize, usize)) -> Result<()> {
    let (input, output, window) = (conv.input, conv.output()?, conv.window);
    let [kernel_height, kernel_width] = window.kernel;
    let (group_in, group_out) = (conv.group_in(), conv.out_channels / conv.groups);
    let mut y_at = 0;
    for image in 0..output.batch {
        for line in 0..output.height {
            for pixel in 0..output.width {
                for channel in 0..output.channels {
                    let first = channel / group_out * group_in;
                    for tap in 0..kernel_height * kernel_width {
                        let (down, across) = (tap / kernel_width, tap % kernel_width);
                        let source_line = window.source(0, input.height, line, down);
                        let source_pixel = window.source(1, input.width, pixel, across);
                        if let (Some(line), Some(pixel)) = (source_line, source_pixel) {
                            let x_at = ((image * input.height + line) * input.width + pixel) * input.channels;
                            let w_at = (channel * kernel_height * kernel_width + tap) * group_in;
                            (0..group_in).for_each(|index| visit(x_at + first + index, w_at + index, y_at));
                        }
                    }
                    y_at += 1;
                }
            }
        }
    }
    Ok(())
}
