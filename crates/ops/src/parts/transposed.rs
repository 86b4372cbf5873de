//! Transposed convolution: each input element adds its product with a filter to the output window that a convolution
//! would have read it from.
//!
//! Seen from the output, the filter elements that reach a pixel are those whose distance to it is a multiple of the
//! stride, so the output falls into `stride * stride` phases, and each phase is a plain convolution of the input with
//! every `stride`-th filter element in reverse order. `Phase`s compute it so, as matrix products.

use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

use featherlite_base::arena::{Parallel, for_each_chunk};
use featherlite_base::{DType, Element, Error, Result, Shape};
use featherlite_gemm::{
    Byte, Columns, F32Gemm, FinishF32, I8Gemm, PackedF32, PackedI8, Requantize, Rows, RowsMut, Weights,
};
use featherlite_simd::{Family, Isa, Row};

use crate::core::{Io, Kernel, Plan};
use crate::parts::convolution::{self, Arithmetic, Float, Layer, Loops, optional};
use crate::parts::patches::Patches;
use crate::parts::window::Window;

type Make = fn(&mut Plan<'_>, &Layer, Geometry) -> Result<Box<dyn Kernel>>;

/// Kernels for `f32` and constant weights.
pub static F32: Family<Make> = Family {
    name: "transpose_conv_f32",
    rows: &[
        Row { name: "transpose_conv_f32__gemm", isa: Isa::Scalar, kernel: float },
        Row { name: "transpose_conv_f32__reference", isa: Isa::Scalar, kernel: convolution::plan },
    ],
};

/// Kernels for INT8 and UINT8 with constant weights.
pub static I8: Family<Make> = Family {
    name: "transpose_conv_i8",
    rows: &[
        Row { name: "transpose_conv_i8__gemm", isa: Isa::Scalar, kernel: integer },
        Row { name: "transpose_conv_i8__reference", isa: Isa::Scalar, kernel: convolution::plan },
    ],
};

/// The shapes of a transposed convolution.
#[derive(Clone, Copy, Debug)]
pub struct Geometry {
    batch: usize,
    /// The window that slides over the *output*; its positions are input elements.
    rows: Window,
    columns: Window,
    input_channels: usize,
    channels: usize,
}

/// Strides of a transposed convolution, and how far the filter of the first input element lies before the output.
pub struct Placement {
    /// Down and across.
    pub stride: [usize; 2],
    /// Down and across.
    pub before: [usize; 2],
}

impl Geometry {
    /// The geometry of a convolution from `input` to `output` with OHWI `weights`.
    ///
    /// # Errors
    /// If the shapes do not fit each other.
    pub fn new(input: &Shape, weights: &Shape, output: &Shape, placement: &Placement) -> Result<Self> {
        let ([batch, height, width, input_channels], [channels, filter_height, filter_width, depth]) =
            (input.nhwc()?, weights.nhwc()?);
        let [output_batch, output_height, output_width, output_channels] = output.nhwc()?;
        if depth != input_channels
            || output_channels != channels
            || output_batch != batch
            || filter_height * filter_width == 0
            || depth == 0
        {
            return Err(Error::invalid_shape(format!(
                "input {input}, weights {weights} and output {output} do not fit"
            )));
        }
        let window = |axis: usize, input, output, size| Window {
            input: output,
            output: input,
            size,
            stride: placement.stride[axis],
            dilation: 1,
            before: placement.before[axis] as isize,
        };
        Ok(Self {
            batch,
            rows: window(0, height, output_height, filter_height),
            columns: window(1, width, output_width, filter_width),
            input_channels,
            channels,
        })
    }

    /// Multiply-accumulate operations, those that fall outside the output included.
    pub fn macs(&self) -> u64 {
        [self.batch, self.rows.output, self.columns.output, self.channels]
            .into_iter()
            .chain([self.rows.size, self.columns.size, self.input_channels])
            .fold(1u64, |product, size| product.saturating_mul(size as u64))
    }

    /// Whether every output pixel has a filter element that reaches it.
    fn is_covered(&self) -> bool {
        self.rows.size >= self.rows.stride && self.columns.size >= self.columns.stride
    }
}

/// A kernel for a transposed convolution.
///
/// # Errors
/// If quantization parameters are missing or impossible, or the activation is not one that is fused.
pub fn plan(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let (input, weights) = (plan.node.input(layer.input)?, plan.node.input(layer.weights)?);
    if plan.node.output(0)?.shape.elements() == 0 {
        return Ok(Box::new(|_: &mut Io<'_>| Ok(())));
    }
    let bias_is_constant = plan.node.optional(layer.bias).is_none_or(|bias| bias.is_constant);
    let make = match (input.dtype, weights.dtype) {
        _ if !weights.is_constant || !geometry.is_covered() => convolution::plan,
        (DType::F32, DType::F32) => plan.choose(&F32).kernel,
        (DType::I8 | DType::U8, _) if bias_is_constant => plan.choose(&I8).kernel,
        _ => convolution::plan,
    };
    make(plan, layer, geometry)
}

impl Loops for Geometry {
    fn image<A: Arithmetic>(
        &self,
        arithmetic: &A,
        parallel: &dyn Parallel,
        input: &[A::Input],
        weights: &[A::Weight],
        bias: &[A::Bias],
        output: &mut [A::Output],
    ) {
        let Self { rows, columns, input_channels: depth, channels, .. } = *self;
        for_each_chunk(parallel, output, columns.input * channels, |y, line| {
            for (x, pixel) in line.chunks_exact_mut(channels).enumerate() {
                for (channel, result) in pixel.iter_mut().enumerate() {
                    let mut sum = A::Sum::default();
                    for ky in 0..rows.size {
                        for kx in 0..columns.size {
                            let (Some(y), Some(x)) = (rows.position(y, ky), columns.position(x, kx)) else {
                                continue;
                            };
                            let tap = (channel * rows.size + ky) * columns.size + kx;
                            let inputs = &input[(y * columns.output + x) * depth..][..depth];
                            let weights = &weights[tap * depth..][..depth];
                            for (&x, &weight) in inputs.iter().zip(weights) {
                                sum = arithmetic.multiply_add(sum, x, weight);
                            }
                        }
                    }
                    *result = arithmetic.finish(sum, channel, bias);
                }
            }
        });
    }
}

/// Output pixels whose distance is the stride, as a convolution of the input.
struct Phase {
    /// Row and column of the first.
    first: [usize; 2],
    /// How many there are, down and across.
    size: [usize; 2],
    patches: Patches,
    tile: usize,
    /// The filter elements down and across, in the order of the patches.
    taps: [Vec<usize>; 2],
}

impl Phase {
    /// The phases of a convolution whose outputs are all covered.
    fn all<T>(geometry: &Geometry, threads: usize) -> Result<Vec<Self>> {
        let Geometry { batch, rows, columns, input_channels, .. } = *geometry;
        let phases = |window: Window| (0..window.stride.min(window.input)).map(move |first| (first, window));
        let mut all = Vec::new();
        for (y, rows) in phases(rows) {
            for (x, columns) in phases(columns) {
                let ((rows, down), (columns, across)) = (phase(&rows, y), phase(&columns, x));
                let patches = Patches::new(batch, [rows, columns], input_channels, input_channels)?;
                all.push(Self {
                    first: [y, x],
                    size: [rows.output, columns.output],
                    tile: patches.tile::<T>(threads),
                    patches,
                    taps: [down, across],
                });
            }
        }
        Ok(all)
    }

    /// The weights of the phase, as rows for each output channel.
    fn weights<T: Element>(&self, geometry: &Geometry, weights: &[T]) -> Vec<T> {
        let Geometry { rows, columns, input_channels: depth, channels, .. } = *geometry;
        let [down, across] = &self.taps;
        let mut values = Vec::with_capacity(channels * self.patches.width());
        for channel in 0..channels {
            for &ky in down {
                for &kx in across {
                    let tap = (channel * rows.size + ky) * columns.size + kx;
                    values.extend_from_slice(weights.get(tap * depth..(tap + 1) * depth).unwrap_or_default());
                }
            }
        }
        values
    }
}

/// The window over the input that gives the outputs `first`, `first + stride`, ... of one dimension, and the filter
/// elements that it weighs, those farther from the start of the filter first.
fn phase(window: &Window, first: usize) -> (Window, Vec<usize>) {
    let Window { input: outputs, output: inputs, size, stride, before, .. } = *window;
    let start = first as isize + before;
    let residue = start.rem_euclid(stride as isize) as usize;
    let mut taps: Vec<usize> = (residue..size).step_by(stride).collect();
    taps.reverse();
    let farthest = taps.first().map_or(0, |&tap| tap as isize);
    let window = Window {
        input: inputs,
        output: outputs.saturating_sub(first).div_ceil(stride),
        size: taps.len(),
        stride: 1,
        dilation: 1,
        before: (farthest - start) / stride as isize,
    };
    (window, taps)
}

/// A transposed convolution in phases.
struct Phases {
    geometry: Geometry,
    phases: Vec<Phase>,
}

impl Phases {
    fn new<T>(geometry: Geometry, threads: usize) -> Result<Self> {
        Ok(Self { geometry, phases: Phase::all::<T>(&geometry, threads)? })
    }

    /// Elements of scratch that gathering takes.
    fn scratch(&self, threads: usize) -> usize {
        self.phases.iter().map(|phase| threads * phase.tile * phase.patches.width()).max().unwrap_or(0)
    }

    /// Elements of scratch that the results of a phase take before they are spread over the output.
    fn results(&self) -> usize {
        let all = self.phases.iter().map(|phase| phase.patches.count() * self.geometry.channels);
        if self.phases.len() == 1 { 0 } else { all.max().unwrap_or(0) }
    }

    /// The weights of all phases, packed by `pack`.
    fn pack<T: Element, P>(
        &self,
        weights: &[T],
        pack: impl Fn(Weights<'_, T>) -> Result<P>,
    ) -> Result<Vec<P>> {
        let pack = |phase: &Phase| {
            let weights = phase.weights(&self.geometry, weights);
            pack(Weights::new(&weights, self.geometry.channels, phase.patches.width())?)
        };
        self.phases.iter().map(pack).collect()
    }

    /// Computes the output with `multiply`, which is given the number of a phase, patches, and where their results
    /// go.
    fn run<T: Element, U: Element>(
        &self,
        parallel: &dyn Parallel,
        (input, pad): (&[T], T),
        scratch: &mut [T],
        results: &mut [U],
        output: &mut [U],
        multiply: impl Fn(usize, &dyn Parallel, Rows<'_, T>, RowsMut<'_, U>) -> Result<()> + Sync,
    ) -> Result<()> {
        let channels = self.geometry.channels;
        for (index, phase) in self.phases.iter().enumerate() {
            let Phase { patches, tile, .. } = phase;
            let mut product = |results: &mut [U]| {
                patches.multiply(
                    parallel,
                    (input, 0, pad),
                    (&mut *scratch, *tile),
                    (results, channels),
                    |parallel, rows, results| {
                        let count = results.len() / channels;
                        multiply(index, parallel, rows, RowsMut::dense(results, count, channels)?)
                    },
                )
            };
            if self.phases.len() == 1 {
                return product(output);
            }
            let results = &mut results[..patches.count() * channels];
            product(results)?;
            self.spread(parallel, phase, results, output);
        }
        Ok(())
    }

    /// Copies the results of a phase to their places.
    fn spread<U: Element>(&self, parallel: &dyn Parallel, phase: &Phase, results: &[U], output: &mut [U]) {
        let Geometry { rows, columns, channels, .. } = self.geometry;
        let ([y, x], [height, width]) = (phase.first, phase.size);
        for_each_chunk(parallel, output, columns.input * channels, |line, output| {
            let (image, row) = (line / rows.input, line % rows.input);
            if row % rows.stride != y {
                return;
            }
            let results =
                &results[(image * height + row / rows.stride) * width * channels..][..width * channels];
            let pixels = output.chunks_exact_mut(channels).skip(x).step_by(columns.stride);
            for (pixel, result) in pixels.zip(results.chunks_exact(channels)) {
                pixel.copy_from_slice(result);
            }
        });
    }
}

fn float(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let (gemm, threads) = (F32Gemm::best(plan.setup.level), plan.setup.threads);
    let phases = Phases::new::<f32>(geometry, threads)?;
    let weights = plan.node.input(layer.weights)?.constant::<f32>()?;
    let packed: Arc<Vec<PackedF32>> =
        plan.shared(gemm.name(), || phases.pack(weights, |weights| gemm.pack(weights)))?;
    let scratch = plan.scratch(phases.scratch(threads) * size_of::<f32>());
    let results = plan.scratch(phases.results() * size_of::<f32>());
    let Float { min, max } = Float::new(layer.activation)?;
    let (input, bias) = (layer.input, convolution::bias_of(plan.node, layer));
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<f32>(input)?, io.output::<f32>(0)?);
        let bias = optional(io, bias)?;
        let finish = FinishF32 { bias: (!bias.is_empty()).then_some(bias), min, max };
        let (scratch, results) = (io.scratch(scratch)?, io.scratch(results)?);
        phases.run(io.parallel, (input, 0.0), scratch, results, output, |phase, parallel, rows, results| {
            packed[phase].panels().multiply(parallel, rows, &finish, results)
        })
    }))
}

fn integer(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    match plan.node.input(layer.input)?.dtype {
        DType::U8 => integer_of(plan, layer, geometry, |zero_point| zero_point as u8),
        _ => integer_of(plan, layer, geometry, |zero_point| zero_point as i8),
    }
}

fn integer_of<T: Byte>(
    plan: &mut Plan<'_>,
    layer: &Layer,
    geometry: Geometry,
    pad: fn(i32) -> T,
) -> Result<Box<dyn Kernel>> {
    let (gemm, threads, node) = (I8Gemm::best(plan.setup.level), plan.setup.threads, plan.node);
    let phases = Phases::new::<T>(geometry, threads)?;
    let packed: Arc<Vec<PackedI8>> = plan.shared(gemm.name(), || {
        let (weights, zero_point) = convolution::signed_weights(node, layer)?;
        phases.pack(&weights, |weights| gemm.pack(weights, zero_point))
    })?;
    let scaled = convolution::scaled(node, layer)?;
    let bias = node.optional(layer.bias).map(|bias| bias.constant::<i32>()).transpose()?;
    let columns: Box<[Columns]> = packed
        .iter()
        .map(|packed| packed.panels().columns::<T>(bias, scaled.input_zero_point))
        .collect::<Result<_>>()?;
    let requantize = Requantize::new(&scaled.multipliers, scaled.output_zero_point, scaled.range)?;
    let (scratch, results) = (plan.scratch(phases.scratch(threads)), plan.scratch(phases.results()));
    let (input, pad) = (layer.input, pad(scaled.input_zero_point));
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<T>(input)?, io.output::<T>(0)?);
        let (scratch, results) = (io.scratch(scratch)?, io.scratch(results)?);
        phases.run(io.parallel, (input, pad), scratch, results, output, |phase, parallel, rows, results| {
            let panels = packed[phase].panels();
            panels.multiply(parallel, rows, &columns[phase], &requantize, results)
        })
    }))
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use featherlite_base::arena::Serial;
    use featherlite_simd::Level;

    use super::*;
    use crate::parts::convolution::tests::noise;

    /// The definition: each input element is spread over the output.
    fn scatter(geometry: &Geometry, input: &[f32], weights: &[f32]) -> Vec<f32> {
        let Geometry { batch, rows, columns, input_channels: depth, channels } = *geometry;
        let mut output = vec![0.0; batch * rows.input * columns.input * channels];
        for (index, &x) in input.iter().enumerate() {
            let (pixel, c) = (index / depth, index % depth);
            let (image, y, x_position) = (
                pixel / columns.output / rows.output,
                pixel / columns.output % rows.output,
                pixel % columns.output,
            );
            for (tap, &weight) in weights.iter().enumerate().filter(|(tap, _)| tap % depth == c) {
                let (kx, ky) = (tap / depth % columns.size, tap / depth / columns.size % rows.size);
                let channel = tap / depth / columns.size / rows.size;
                if let (Some(y), Some(x_position)) = (rows.at(y, ky), columns.at(x_position, kx)) {
                    let pixel = (image * rows.input + y) * columns.input + x_position;
                    output[pixel * channels + channel] += x * weight;
                }
            }
        }
        output
    }

    #[test]
    fn phases_and_reference_are_the_definition() {
        let gemm = F32Gemm::best(Level::detect());
        let mut covered = 0;
        for (batch, [height, width], [depth, channels]) in
            [(1, [3, 4], [2, 3]), (2, [1, 5], [5, 1]), (1, [6, 6], [1, 17])]
        {
            for (size, stride, before, extra) in [
                ([2, 2], 2, 0, 0),
                ([3, 3], 2, 0, 1),
                ([4, 5], 2, 1, 0),
                ([3, 2], 1, 1, 2),
                ([2, 3], 3, 0, 0),
                ([3, 3], 3, 1, 3),
                ([5, 4], 4, 2, 7),
            ] {
                let extent = |inputs: usize, size: usize| (inputs - 1) * stride + size + extra - 2 * before;
                let output = [batch, extent(height, size[0]), extent(width, size[1]), channels];
                let shape = |dims: &[usize]| Shape::new(dims).unwrap();
                let placement = Placement { stride: [stride; 2], before: [before; 2] };
                let geometry = Geometry::new(
                    &shape(&[batch, height, width, depth]),
                    &shape(&[channels, size[0], size[1], depth]),
                    &shape(&output),
                    &placement,
                )
                .unwrap();
                let real = |len, seed| noise(len, seed).into_iter().map(f32::from).collect::<Vec<f32>>();
                let input = real(batch * height * width * depth, 1);
                let weights = real(channels * size[0] * size[1] * depth, 2);
                let expected = scatter(&geometry, &input, &weights);
                // The numbers are small integers: sums are exact in any order.
                let mut results = vec![0.0; expected.len()];
                let float = Float { min: f32::NEG_INFINITY, max: f32::INFINITY };
                convolution::for_each_image(batch, &input, &mut results, |input, output| {
                    geometry.image(&float, &Serial, input, &weights, &[], output);
                    Ok(())
                })
                .unwrap();
                assert_eq!(results, expected, "{geometry:?}");
                if !geometry.is_covered() {
                    continue;
                }
                covered += 1;
                let phases = Phases::new::<f32>(geometry, 1).unwrap();
                let packed = phases.pack(&weights, |weights| gemm.pack(weights)).unwrap();
                let finish = FinishF32 { bias: None, min: f32::NEG_INFINITY, max: f32::INFINITY };
                let (mut scratch, mut dense) = (vec![0.0; phases.scratch(1)], vec![0.0; phases.results()]);
                results.fill(f32::NAN);
                phases
                    .run(
                        &Serial,
                        (&input, 0.0),
                        &mut scratch,
                        &mut dense,
                        &mut results,
                        |phase, parallel, rows, results| {
                            packed[phase].panels().multiply(parallel, rows, &finish, results)
                        },
                    )
                    .unwrap();
                assert_eq!(results, expected, "{geometry:?}");
            }
        }
        assert!(covered > 10);
    }
}
