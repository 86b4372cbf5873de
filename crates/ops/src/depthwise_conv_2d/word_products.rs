//! DEPTHWISE_CONV_2D of INT16 by dot products of 16 bits.

use alloc::boxed::Box;

use featherlite_base::Result;

use super::kernels::avx512vnni_i16::WordFilters;
use super::packed::{self, Filters};
use super::{BIAS, Geometry, I16_BLOCKS};
use crate::core::{Kernel, Plan};
use crate::parts::convolution::{self, Layer};

/// One output for each input channel, constant weights and bias, sums without bounds; blocks of sums otherwise.
pub(super) fn integer(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let (node, level) = (plan.node, plan.setup.level);
    let is_constant =
        node.input(layer.weights)?.is_constant && node.optional(BIAS).is_none_or(|bias| bias.is_constant);
    if !is_constant || geometry.multiplier() != 1 || convolution::has_narrow_bias(node, layer) {
        return (I16_BLOCKS.kernel)(plan, layer, geometry);
    }
    let geometry = geometry.in_long_lines();
    let scaled = convolution::scaled(node, layer)?;
    let make = || {
        let (weights, _) = convolution::signed_weights(node, layer)?;
        let bias = convolution::wide_bias(node, layer)?;
        let range = (scaled.range.0 as i16, scaled.range.1 as i16);
        let filters = WordFilters::new(level, &geometry, &weights, &scaled.multipliers, &bias, range);
        Ok(filters.map(|filters| Box::new(filters) as Box<dyn Filters<i16>>))
    };
    let filters = plan.shared("depthwise_conv_2d_i16__avx512vnni_32", make)?;
    if filters.is_none() {
        return (I16_BLOCKS.kernel)(plan, layer, geometry);
    }
    packed::lines(geometry, filters)
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
    use crate::parts::convolution::{Loops, Scaled, Wide};
    use crate::parts::window::Window;

    #[test]
    fn word_products_are_the_reference() {
        let windows = [
            ([3, 3], 1, 1, Padding::SAME),
            ([3, 3], 2, 1, Padding::SAME),
            ([1, 4], 1, 1, Padding::VALID),
            ([2, 3], 1, 2, Padding::SAME),
            ([1, 1], 1, 1, Padding::VALID),
            ([5, 2], 3, 1, Padding::SAME),
        ];
        for channels in [1, 3, 16, 31, 32, 33, 64, 70, 130] {
            for (size, stride, dilation, padding) in windows {
                let window = |input, size| Window::new(input, size, stride, dilation, padding).unwrap();
                let (rows, columns) = (window(6, size[0]), window(11, size[1]));
                let geometry = Geometry { batch: 1, rows, columns, input_channels: channels, channels };
                let halves = noise(66 * channels, 1).into_iter().zip(noise(66 * channels, 4));
                let input: Vec<i16> =
                    halves.map(|(high, low)| i16::from(high) << 8 | i16::from(low as u8)).collect();
                let weights = noise(size[0] * size[1] * channels, 2);
                let bias: Vec<i64> = noise(channels, 3).iter().map(|&x| i64::from(x) * 9999).collect();
                let factor = |channel: usize| 3.1 / f64::from(1u32 << (channel * 7 % 31));
                let multipliers: Vec<_> =
                    (0..channels).map(|channel| Multiplier::from_real(factor(channel))).collect();
                for range in [(i16::MIN, i16::MAX), (0, 9000)] {
                    let scaled = Scaled::new(0, multipliers.clone(), 0, (range.0.into(), range.1.into()));
                    let level = Level::detect();
                    let filters = WordFilters::new(level, &geometry, &weights, &multipliers, &bias, range);
                    let Some(filters) = filters else { return };
                    let mut expected = alloc::vec![0; rows.output * columns.output * channels];
                    let mut found = expected.clone();
                    geometry.image(&Wide(scaled), &Serial, &input, &weights, &bias, &mut expected);
                    let lines = found.chunks_mut(columns.output * channels).zip(rows.spans().unwrap());
                    lines.for_each(|(line, rows)| filters.line(&geometry, &input, &rows, line));
                    assert!(found == expected, "{geometry:?}: {found:?} instead of {expected:?}");
                }
            }
        }
    }
}
