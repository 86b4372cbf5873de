//! DEPTHWISE_CONV_2D of INT8 by products of 16 bits.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_base::arena::for_each_chunk;
use featherlite_gemm::Requantize;

use super::kernels::line::Line;
use super::kernels::neon::{CHANNELS, Task};
use super::{Geometry, I8_BLOCKS, INPUT};
use crate::core::{Io, Kernel, Plan};
use crate::parts::convolution::{self, Layer, Unpacked};

/// Tiles of pixels and channels, where there are enough of these.
pub(super) fn integer(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let (level, geometry) = (plan.setup.level, geometry.in_long_lines());
    let scaled = convolution::scaled(plan.node, layer)?;
    let Ok(input_zero_point) = i8::try_from(scaled.input_zero_point) else {
        return (I8_BLOCKS.kernel)(plan, layer, geometry);
    };
    if geometry.channels < CHANNELS {
        return (I8_BLOCKS.kernel)(plan, layer, geometry);
    }
    let requantize = Requantize::new(&scaled.multipliers, scaled.output_zero_point, scaled.range)?;
    let weights = Unpacked::new(plan, layer)?;
    let bias = convolution::bias_of(plan.node, layer);
    let (rows, columns) = (geometry.rows.spans()?, geometry.columns.spans()?);
    let len = geometry.columns.output * geometry.channels;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<i8>(INPUT)?, io.output::<i8>(0)?);
        let (weights, bias) = (weights.get::<i8>(io)?, convolution::optional(io, bias)?);
        convolution::for_each_image(geometry.batch, input, output, |image, output| {
            for_each_chunk(io.parallel, output, len, |y, output| {
                let line = Line { geometry: &geometry, image, weights, rows: &rows[y], columns: &columns };
                Task { line, bias, input_zero_point, requantize: &requantize }.run(level, output);
            });
            Ok(())
        })
    }))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use featherlite_base::arena::Serial;
    use featherlite_base::fixed_point::Multiplier;
    use featherlite_schema::Padding;
    use featherlite_simd::Level;

    use super::*;
    use crate::parts::convolution::tests::noise;
    use crate::parts::convolution::{Loops, Scaled, Signed};
    use crate::parts::window::Window;

    #[test]
    fn tiles_are_the_reference() {
        let windows = [
            ([3, 3], 1, 1, Padding::SAME),
            ([3, 3], 2, 1, Padding::SAME),
            ([5, 5], 2, 1, Padding::SAME),
            ([1, 4], 1, 1, Padding::VALID),
            ([2, 3], 1, 2, Padding::SAME),
            ([7, 13], 2, 1, Padding::SAME),
            ([5, 2], 3, 1, Padding::SAME),
        ];
        for channels in [8, 9, 15, 16, 17, 24, 25, 31, 32, 48, 70] {
            for (number, (size, stride, dilation, padding)) in windows.into_iter().enumerate() {
                let window = |input, size| Window::new(input, size, stride, dilation, padding).unwrap();
                let (rows, columns) = (window(6, size[0]), window(11, size[1]));
                let geometry = Geometry { batch: 1, rows, columns, input_channels: channels, channels };
                let (image, weights) = (noise(66 * channels, 1), noise(size[0] * size[1] * channels, 2));
                let bias = noise(if number % 2 == 0 { channels } else { 0 }, 3);
                let bias: Vec<i32> = bias.iter().map(|&x| i32::from(x) * 99).collect();
                // From factors above 1, which shift left, to those that shift by everything.
                let factor = |channel: usize| 4.7 / f64::from(1u32 << (channel * 7 % 31)) / 1.3;
                let multipliers: Vec<_> =
                    (0..channels).map(|channel| Multiplier::from_real(factor(channel + number))).collect();
                let (range, zero_point) = ([(-128, 127), (-100, 90)][number % 2], number as i32 * 41 - 120);
                let requantize = Requantize::new(&multipliers, -zero_point, range).unwrap();
                let scaled = Scaled::new(zero_point, multipliers, -zero_point, range);
                let mut expected = alloc::vec![0; rows.output * columns.output * channels];
                geometry.image(&Signed(scaled), &Serial, &image, &weights, &bias, &mut expected);
                let mut found = alloc::vec![0; expected.len()];
                let spans = columns.spans().unwrap();
                let lines = found.chunks_mut(columns.output * channels).zip(rows.spans().unwrap());
                for (output, rows) in lines {
                    let (image, weights) = (&image, &weights);
                    let line = Line { geometry: &geometry, image, weights, rows: &rows, columns: &spans };
                    let input_zero_point = zero_point as i8;
                    Task { line, bias: &bias, input_zero_point, requantize: &requantize }
                        .run(Level::detect(), output);
                }
                assert!(found == expected, "{geometry:?}: {found:?} instead of {expected:?}");
            }
        }
    }
}
