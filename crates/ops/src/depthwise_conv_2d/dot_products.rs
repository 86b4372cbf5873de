//! DEPTHWISE_CONV_2D by 8-bit dot products, of INT8 and of quantized images.

use alloc::boxed::Box;

use featherlite_base::Result;
use featherlite_base::arena::for_each_chunk;
use featherlite_gemm::FinishReal;

use super::kernels::avx512vnni::{Filters, Parameters, RealFilters};
use super::{BIAS, Geometry, HYBRID_BLOCKS, I8_BLOCKS, INPUT};
use crate::core::{Io, Kernel, Plan};
use crate::parts::convolution::{self, Layer};
use crate::parts::hybrid;

/// 8-bit dot products, where weights and scales allow them.
pub(super) fn integer(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let (node, level, geometry) = (plan.node, plan.setup.level, geometry.in_long_lines());
    let scaled = convolution::scaled(node, layer)?;
    let bias = node.optional(BIAS).map(|bias| bias.constant::<i32>()).transpose()?;
    let make = || {
        Filters::new(
            level,
            &geometry,
            &Parameters {
                weights: &convolution::signed_weights(node, layer)?.0,
                bias: bias.unwrap_or_default(),
                multipliers: &scaled.multipliers,
                input_zero_point: scaled.input_zero_point,
                output_zero_point: scaled.output_zero_point,
                range: scaled.range,
            },
        )
    };
    let filters = plan.shared("depthwise_conv_2d_i8__avx512vnni_64", make)?;
    if filters.is_none() {
        return (I8_BLOCKS.kernel)(plan, layer, geometry);
    }
    let rows = geometry.rows.spans()?;
    let len = geometry.columns.output * geometry.channels;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<i8>(INPUT)?, io.output::<i8>(0)?);
        let parallel = geometry.threads(io.parallel);
        convolution::for_each_image(geometry.batch, input, output, |input, output| {
            for_each_chunk(parallel, output, len, |y, line| {
                if let Some(filters) = &*filters {
                    filters.line(&geometry, input, &rows[y], line);
                }
            });
            Ok(())
        })
    }))
}

/// The same for `f32` images, quantized on the fly.
pub(super) fn hybrid(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let (node, level, geometry) = (plan.node, plan.setup.level, geometry.in_long_lines());
    let make = || {
        let (weights, _) = convolution::signed_weights(node, layer)?;
        RealFilters::new(level, &geometry, &weights)
    };
    let filters = plan.shared("depthwise_conv_2d_hybrid__avx512vnni_64", make)?;
    if filters.is_none() {
        return (HYBRID_BLOCKS.kernel)(plan, layer, geometry);
    }
    let scales = convolution::channel_scales(node, layer)?;
    let convolution::Float { min, max } = convolution::Float::new(layer.activation)?;
    let bias = convolution::bias_of(node, layer);
    let (batch, image) = convolution::images(node, layer)?;
    let quantized = plan.scratch(image);
    let rows = geometry.rows.spans()?;
    let len = geometry.columns.output * geometry.channels;
    let asymmetric = layer.asymmetric;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<f32>(INPUT)?, io.output::<f32>(0)?);
        let bias = convolution::optional(io, bias)?;
        let quantized = io.scratch::<i8>(quantized)?;
        convolution::for_each_image(batch, input, output, |input, output| {
            let image = hybrid::quantize_row(level, input, asymmetric, quantized);
            let bias = (!bias.is_empty()).then_some(bias);
            let finish = FinishReal { rows: &[image], scales: &scales, bias, min, max };
            let quantized = &*quantized;
            for_each_chunk(geometry.threads(io.parallel), output, len, |y, line| {
                if let Some(filters) = &*filters {
                    filters.line(&geometry, quantized, &rows[y], &finish, line);
                }
            });
            Ok(())
        })
    }))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use crate::parts::convolution::tests::noise;
    use crate::parts::convolution::{Float, Hybrid, Scaled, Signed};
    use featherlite_base::arena::Serial;
    use featherlite_base::fixed_point::Multiplier;
    use featherlite_schema::Padding;
    use featherlite_simd::{Isa, Level};

    use super::*;
    use crate::parts::convolution::Loops;
    use crate::parts::window::Window;

    #[test]
    fn dot_products_are_the_reference() {
        let windows = [
            ([3, 3], 1, 1, Padding::SAME),
            ([3, 3], 2, 1, Padding::SAME),
            ([5, 5], 2, 1, Padding::SAME),
            ([1, 4], 1, 1, Padding::VALID),
            ([2, 3], 1, 2, Padding::SAME),
            ([1, 1], 1, 1, Padding::VALID),
            ([5, 2], 3, 1, Padding::SAME),
        ];
        for channels in [1, 3, 8, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 80, 96, 100, 128, 150] {
            for (number, (size, stride, dilation, padding)) in windows.into_iter().enumerate() {
                let window = |input, size| Window::new(input, size, stride, dilation, padding).unwrap();
                let (rows, columns) = (window(6, size[0]), window(11, size[1]));
                let geometry = Geometry { batch: 1, rows, columns, input_channels: channels, channels };
                let taps = size[0] * size[1];
                let (input, weights) = (noise(66 * channels, 1), noise(taps * channels, 2));
                let bias: Vec<i32> = noise(channels, 3).iter().map(|&x| i32::from(x) * 99).collect();
                // From factors above 1, which shift left, to those that shift by everything.
                let factor = |channel: usize| 4.7 / f64::from(1u32 << (channel * 7 % 31)) / 1.3;
                let multipliers: Vec<_> =
                    (0..channels).map(|channel| Multiplier::from_real(factor(channel + number))).collect();
                let (range, zero_point) = ([(-128, 127), (-100, 90)][number % 2], number as i32 * 41 - 120);
                let scaled = Scaled::new(zero_point, multipliers.clone(), -zero_point, range);
                let filters = Filters::new(
                    Level::detect(),
                    &geometry,
                    &Parameters {
                        weights: &weights,
                        bias: &bias,
                        multipliers: &multipliers,
                        input_zero_point: zero_point,
                        output_zero_point: -zero_point,
                        range,
                    },
                );
                let Some(filters) = filters.unwrap() else {
                    assert!(!Level::detect().has(Isa::Avx512Vnni));
                    return;
                };
                let mut expected = alloc::vec![0; rows.output * columns.output * channels];
                let mut found = expected.clone();
                geometry.image(&Signed(scaled), &Serial, &input, &weights, &bias, &mut expected);
                let lines = found.chunks_mut(columns.output * channels).zip(rows.spans().unwrap());
                for (line, rows) in lines {
                    filters.line(&geometry, &input, &rows, line);
                }
                assert!(found == expected, "{geometry:?}: {found:?} instead of {expected:?}");

                let image = hybrid::RowScale { scale: 0.01, zero_point };
                let scales: Vec<f32> = (0..channels).map(|channel| 0.02 / (channel + 1) as f32).collect();
                let bias: Vec<f32> = bias.iter().map(|&x| x as f32 / 999.0).collect();
                let float = Float { min: -5.0, max: 6.0 };
                let arithmetic = Hybrid { image, scales: &scales, float: &float };
                let mut expected = alloc::vec![0.0; expected.len()];
                let mut found = expected.clone();
                geometry.image(&arithmetic, &Serial, &input, &weights, &bias, &mut expected);
                let filters = RealFilters::new(Level::detect(), &geometry, &weights).unwrap().unwrap();
                let finish =
                    FinishReal { rows: &[image], scales: &scales, bias: Some(&bias), min: -5.0, max: 6.0 };
                let lines = found.chunks_mut(columns.output * channels).zip(rows.spans().unwrap());
                for (line, rows) in lines {
                    filters.line(&geometry, &input, &rows, &finish, line);
                }
                assert!(found == expected, "{geometry:?}: {found:?} instead of {expected:?}");
            }
        }
    }
}
