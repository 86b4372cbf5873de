//! DEPTHWISE_CONV_2D of integers, and of quantized images, with weights that kernels read packed.

use alloc::boxed::Box;
use alloc::sync::Arc;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{Element, Result};
use featherlite_gemm::FinishReal;
use featherlite_simd::Level;

use super::{BIAS, Geometry, HYBRID_BLOCKS, I8_BLOCKS, INPUT};
use crate::core::{Io, Kernel, Packed, Plan};
use crate::parts::convolution::{self, Layer};
use crate::parts::hybrid;
use crate::parts::window::Span;

/// What filters are made from.
pub(super) struct Parameters<'a> {
    /// `[rows, columns, channels]`.
    pub(super) weights: &'a [i8],
    /// Empty, or one for each channel.
    pub(super) bias: &'a [i32],
    pub(super) multipliers: &'a [Multiplier],
    pub(super) input_zero_point: i32,
    pub(super) output_zero_point: i32,
    pub(super) range: (i32, i32),
}

impl Parameters<'_> {
    /// No sum is larger, without its sign.
    pub(super) fn largest_sum(&self) -> u64 {
        let bias = self.bias.iter().map(|bias| u64::from(bias.unsigned_abs())).max().unwrap_or(0);
        (self.weights.len() / self.multipliers.len()) as u64 * 255 * 128 + bias
    }
}

/// Weights and what else depends on channels, in the order in which a kernel reads them.
pub(super) trait Filters<T>: Packed {
    /// A line of the output, `[width, channels]`, of an image `[height, width, channels]`; `rows` is the part of the
    /// windows of `geometry` inside of it.
    ///
    /// # Panics
    /// If image, line or window have another size.
    fn line(&self, geometry: &Geometry, image: &[T], rows: &Span, line: &mut [T]);
}

/// The same for quantized images, whose results are scaled back to `f32`.
pub(super) trait RealFilters: Packed {
    /// As [`Filters::line`]; the finish is that of one row.
    ///
    /// # Panics
    /// If image, line, window or finish have another size.
    fn line(&self, geometry: &Geometry, image: &[i8], rows: &Span, finish: &FinishReal<'_>, line: &mut [f32]);
}

impl<T: 'static> Packed for Box<dyn Filters<T>> {
    fn bytes(&self) -> usize {
        (**self).bytes()
    }
}

impl Packed for Box<dyn RealFilters> {
    fn bytes(&self) -> usize {
        (**self).bytes()
    }
}

/// Packs weights; `None` if the processor lacks the instructions, or the shapes are not the kernel's. Results that are no 8-bit values
/// are an error.
pub(super) type Pack = fn(Level, &Geometry, &Parameters<'_>) -> Result<Option<Box<dyn Filters<i8>>>>;

/// The same for quantized images, of weights `[rows, columns, channels]`.
pub(super) type PackReal = fn(Level, &Geometry, &[i8]) -> Option<Box<dyn RealFilters>>;

/// Checks that a finish is that of one row of so many channels.
///
/// # Panics
/// If not so.
pub(super) fn check_finish(finish: &FinishReal<'_>, channels: usize) {
    let found = (finish.scales.len(), finish.bias.map_or(channels, <[f32]>::len), finish.rows.len());
    assert_eq!(found, (channels, channels, 1));
}

/// INT8 where weights and scales allow it.
pub(super) fn integer(
    plan: &mut Plan<'_>,
    layer: &Layer,
    geometry: Geometry,
    (kernel, pack): (&'static str, Pack),
) -> Result<Box<dyn Kernel>> {
    let (node, level, geometry) = (plan.node, plan.setup.level, geometry.in_long_lines());
    let scaled = convolution::scaled(node, layer)?;
    let bias = node.optional(BIAS).map(|bias| bias.constant::<i32>()).transpose()?;
    let make = || {
        pack(
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
    let filters = plan.shared(kernel, make)?;
    if filters.is_none() {
        return (I8_BLOCKS.kernel)(plan, layer, geometry);
    }
    lines(geometry, filters)
}

/// Line by line with filters, if there are any.
pub(super) fn lines<T: Element>(
    geometry: Geometry,
    filters: Arc<Option<Box<dyn Filters<T>>>>,
) -> Result<Box<dyn Kernel>> {
    let rows = geometry.rows.spans()?;
    let len = geometry.columns.output * geometry.channels;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<T>(INPUT)?, io.output::<T>(0)?);
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

/// Images that are quantized on the fly, where weights are constant.
pub(super) fn real(
    plan: &mut Plan<'_>,
    layer: &Layer,
    geometry: Geometry,
    (kernel, pack): (&'static str, PackReal),
) -> Result<Box<dyn Kernel>> {
    let (node, level, geometry) = (plan.node, plan.setup.level, geometry.in_long_lines());
    let make = || {
        let (weights, _) = convolution::signed_weights(node, layer)?;
        Ok(pack(level, &geometry, &weights))
    };
    let filters = plan.shared(kernel, make)?;
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

    use featherlite_base::arena::Serial;
    use featherlite_schema::Padding;

    use super::super::kernels::{avx2_i8, avx512vnni};
    use super::*;
    use crate::parts::convolution::tests::noise;
    use crate::parts::convolution::{Float, Hybrid, Loops, Scaled, Signed};
    use crate::parts::window::Window;

    #[test]
    fn dot_products_are_the_reference() {
        are_the_reference(avx512vnni::integer, avx512vnni::real);
    }

    #[test]
    fn pairs_of_rows_are_the_reference() {
        are_the_reference(avx2_i8::integer, avx2_i8::real);
    }

    fn are_the_reference(pack: Pack, pack_real: PackReal) {
        let level = Level::detect();
        let windows = [
            ([3, 3], 1, 1, Padding::SAME),
            ([3, 3], 2, 1, Padding::SAME),
            ([5, 5], 2, 1, Padding::SAME),
            ([7, 7], 1, 1, Padding::SAME),
            ([1, 4], 1, 1, Padding::VALID),
            ([2, 3], 1, 2, Padding::SAME),
            ([1, 1], 1, 1, Padding::VALID),
            ([5, 2], 3, 1, Padding::SAME),
            ([6, 1], 1, 1, Padding::SAME),
        ];
        for channels in [1, 3, 8, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 80, 96, 100, 128, 150] {
            for (number, (size, stride, dilation, padding)) in windows.into_iter().enumerate() {
                // Lines that are short, and one that is longer than what a kernel may have in memory.
                let width = if channels == 17 { 300 } else { 3 + 4 * (number % 4) };
                let window = |input, size| Window::new(input, size, stride, dilation, padding).unwrap();
                let (rows, columns) = (window(6, size[0]), window(width.max(size[1]), size[1]));
                let geometry = Geometry { batch: 1, rows, columns, input_channels: channels, channels };
                let taps = size[0] * size[1];
                let input = noise(rows.input * columns.input * channels, 1);
                let weights = noise(taps * channels, 2);
                let bias: Vec<i32> = noise(channels, 3).iter().map(|&x| i32::from(x) * 99).collect();
                // From factors above 1, which shift left, to those that shift by everything; and some that only shift right.
                let shifts = if number % 3 == 2 { 1.0 / 3.0 } else { 4.7 };
                let factor = |channel: usize| shifts / f64::from(1u32 << (channel * 7 % 31)) / 1.3;
                let multipliers: Vec<_> =
                    (0..channels).map(|channel| Multiplier::from_real(factor(channel + number))).collect();
                let output_zero_point = 120 - number as i32 * 30;
                let range = [(-128, 127), (-100, 90), (output_zero_point, 127)][number % 3];
                let parameters = Parameters {
                    weights: &weights,
                    bias: &bias,
                    multipliers: &multipliers,
                    input_zero_point: -output_zero_point,
                    output_zero_point,
                    range,
                };
                let Some(filters) = pack(level, &geometry, &parameters).unwrap() else { continue };
                let scaled = Scaled::new(-output_zero_point, multipliers.clone(), output_zero_point, range);
                let mut expected = alloc::vec![0; rows.output * columns.output * channels];
                let mut found = expected.clone();
                geometry.image(&Signed(scaled), &Serial, &input, &weights, &bias, &mut expected);
                let lines = found.chunks_mut(columns.output * channels).zip(rows.spans().unwrap());
                for (line, rows) in lines {
                    filters.line(&geometry, &input, &rows, line);
                }
                assert!(found == expected, "{geometry:?}: {found:?} instead of {expected:?}");

                let image = hybrid::RowScale { scale: 0.01, zero_point: -output_zero_point };
                let scales: Vec<f32> = (0..channels).map(|channel| 0.02 / (channel + 1) as f32).collect();
                let bias: Vec<f32> = bias.iter().map(|&x| x as f32 / 999.0).collect();
                let float = Float { min: -5.0, max: 6.0 };
                let arithmetic = Hybrid { image, scales: &scales, float: &float };
                let mut expected = alloc::vec![0.0; expected.len()];
                let mut found = expected.clone();
                geometry.image(&arithmetic, &Serial, &input, &weights, &bias, &mut expected);
                let filters = pack_real(level, &geometry, &weights).unwrap();
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

    #[test]
    fn kernels_take_the_usual_shapes() {
        let level = Level::detect();
        let window = Window::new(28, 7, 1, 1, Padding::SAME).unwrap();
        let geometry = Geometry { batch: 1, rows: window, columns: window, input_channels: 16, channels: 16 };
        let multipliers = [Multiplier::from_real(0.01); 16];
        let parameters = Parameters {
            weights: &noise(49 * 16, 1),
            bias: &[],
            multipliers: &multipliers,
            input_zero_point: 3,
            output_zero_point: 4,
            range: (-128, 127),
        };
        let is_taken = |isa, made| assert_eq!(level.has(isa), made);
        use featherlite_simd::Isa;
        is_taken(Isa::Avx2, avx2_i8::integer(level, &geometry, &parameters).unwrap().is_some());
        is_taken(Isa::Avx512Vnni, avx512vnni::integer(level, &geometry, &parameters).unwrap().is_some());
    }
}
