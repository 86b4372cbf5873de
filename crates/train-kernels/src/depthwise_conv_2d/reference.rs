//! What the methods of [`DepthwiseConv2d`] compute.

use featherlite_base::Result;

use super::DepthwiseConv2d;
use crate::Float;

/// See [`DepthwiseConv2d::forward`].
///
/// # Errors
/// As there.
pub fn forward<F: Float>(conv: &DepthwiseConv2d, x: &[F], w: &[F], y: &mut [F]) -> Result<()> {
    conv.check(x.len(), w.len(), y.len())?;
    y.fill(F::from_f64(0.0));
    for_each_product(conv, |x_at, w_at, y_at| y[y_at] += x[x_at] * w[w_at])
}

/// See [`DepthwiseConv2d::input_gradient`].
///
/// # Errors
/// As there.
pub fn input_gradient<F: Float>(conv: &DepthwiseConv2d, dy: &[F], w: &[F], dx: &mut [F]) -> Result<()> {
    conv.check(dx.len(), w.len(), dy.len())?;
    dx.fill(F::from_f64(0.0));
    for_each_product(conv, |x_at, w_at, y_at| dx[x_at] += dy[y_at] * w[w_at])
}

/// See [`DepthwiseConv2d::weight_gradient`].
///
/// # Errors
/// As there.
pub fn weight_gradient<F: Float>(conv: &DepthwiseConv2d, x: &[F], dy: &[F], dw: &mut [F]) -> Result<()> {
    conv.check(x.len(), dw.len(), dy.len())?;
    dw.fill(F::from_f64(0.0));
    for_each_product(conv, |x_at, w_at, y_at| dw[w_at] += dy[y_at] * x[x_at])
}

/// Calls `visit` with the places in `x`, `w` and `y` of every product that the convolution adds up.
fn for_each_product(conv: &DepthwiseConv2d, mut visit: impl FnMut(usize, usize, usize)) -> Result<()> {
    let (input, output, window) = (conv.input, conv.output()?, conv.window);
    let channels = input.channels;
    let mut y_at = 0;
    for image in 0..output.batch {
        for line in 0..output.height {
            for pixel in 0..output.width {
                for tap in 0..window.kernel[0] * window.kernel[1] {
                    let (down, across) = (tap / window.kernel[1], tap % window.kernel[1]);
                    let source_line = window.source(0, input.height, line, down);
                    let source_pixel = window.source(1, input.width, pixel, across);
                    if let (Some(line), Some(pixel)) = (source_line, source_pixel) {
                        let x_at = ((image * input.height + line) * input.width + pixel) * channels;
                        (0..channels).for_each(|c| visit(x_at + c, tap * channels + c, y_at + c));
                    }
                }
                y_at += channels;
            }
        }
    }
    Ok(())
}
