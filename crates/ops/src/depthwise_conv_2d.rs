//! DEPTHWISE_CONV_2D: convolution of each input channel on its own, with one filter or several.
//!
//! Input NHWC, weights `[1, height, width, channels]`, bias `[channels]`; output channels `m * c .. m * (c + 1)` come
//! from input channel `c`, where `m` is how many times more of them there are.

use alloc::boxed::Box;

use featherlite_base::arena::{Parallel, for_each_chunk};
use featherlite_base::{Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, DepthwiseConv2DOptions, TensorType};
use featherlite_simd::{Family, Isa, Level, Row};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan};
use crate::parts::convolution::{self, Arithmetic, Layer, Loops};
use crate::parts::window::{Span, Window};

/// DEPTHWISE_CONV_2D.
pub static OP: OpDef = OpDef {
    name: "DEPTHWISE_CONV_2D",
    code: Code::Builtin(BuiltinOperator::DEPTHWISE_CONV_2D),
    version: 7,
    sigs: convolution::SIGS,
    kernels: &[&KERNELS],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "DEPTHWISE_CONV_2D",
    summary: "Convolution of each channel on its own, with a depth multiplier, strides and dilations.",
    macs: Some(|node| Geometry::of(node).map_or(0, |geometry| geometry.macs())),
};

type Make = fn(&mut Plan<'_>, &Layer, Geometry) -> Result<Box<dyn Kernel>>;

static KERNELS: Family<Make> = Family {
    name: "depthwise_conv_2d",
    rows: &[
        Row { name: "depthwise_conv_2d__blocks", isa: Isa::Scalar, kernel: blocks },
        Row { name: "depthwise_conv_2d__reference", isa: Isa::Scalar, kernel: reference },
    ],
};

const INPUT: usize = 0;
const WEIGHTS: usize = 1;
const BIAS: usize = 2;

/// The shapes of a depthwise convolution.
#[derive(Clone, Copy, Debug)]
struct Geometry {
    batch: usize,
    rows: Window,
    columns: Window,
    input_channels: usize,
    /// Output channels, a multiple of the input's.
    channels: usize,
}

impl Geometry {
    fn of(node: &Node<'_>) -> Result<Self> {
        let options: DepthwiseConv2DOptions<'_> = node.options();
        let (input, weights) = (node.input(INPUT)?.shape, node.input(WEIGHTS)?.shape);
        let ([batch, height, width, input_channels], [one, filter_height, filter_width, channels]) =
            (input.nhwc()?, weights.nhwc()?);
        if one != 1 || input_channels == 0 || !channels.is_multiple_of(input_channels) {
            return Err(Error::invalid_shape(alloc::format!(
                "weights {weights} do not fit the input {input}"
            )));
        }
        convolution::check_bias(node, BIAS, channels)?;
        let padding = options.padding();
        Ok(Self {
            batch,
            rows: Window::new(
                height,
                filter_height,
                options.stride_h(),
                options.dilation_h_factor(),
                padding,
            )?,
            columns: Window::new(
                width,
                filter_width,
                options.stride_w(),
                options.dilation_w_factor(),
                padding,
            )?,
            input_channels,
            channels,
        })
    }

    /// Output channels of an input channel.
    fn multiplier(&self) -> usize {
        self.channels / self.input_channels
    }

    fn macs(&self) -> u64 {
        [self.batch, self.rows.output, self.columns.output, self.channels, self.rows.size, self.columns.size]
            .into_iter()
            .fold(1u64, |product, size| product.saturating_mul(size as u64))
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let Geometry { batch, rows, columns, channels, .. } = Geometry::of(node)?;
    Ok(Outputs::one(Shape::new(&[batch, rows.output, columns.output, channels])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let geometry = Geometry::of(plan.node)?;
    if plan.node.output(0)?.shape.elements() == 0 {
        return Ok(Box::new(|_: &mut Io<'_>| Ok(())));
    }
    let options: DepthwiseConv2DOptions<'_> = plan.node.options();
    let layer = Layer {
        input: INPUT,
        weights: WEIGHTS,
        bias: BIAS,
        channels: geometry.channels,
        activation: options.fused_activation_function(),
        bias_type: TensorType::INT64,
        asymmetric: true,
    };
    (plan.choose(&KERNELS).kernel)(plan, &layer, geometry)
}

fn reference(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    convolution::plan(plan, layer, geometry)
}

fn blocks(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let blocks = Blocks::new(geometry, plan.setup.level)?;
    convolution::plan(plan, layer, blocks)
}

/// Loops over blocks of channels: the sums of a block stay in registers while the window is summed up.
struct Blocks {
    geometry: Geometry,
    level: Level,
    rows: Box<[Span]>,
    columns: Box<[Span]>,
}

impl Blocks {
    fn new(geometry: Geometry, level: Level) -> Result<Self> {
        Ok(Self { geometry, level, rows: geometry.rows.spans()?, columns: geometry.columns.spans()? })
    }
}

impl Loops for Blocks {
    fn image<A: Arithmetic>(
        &self,
        arithmetic: &A,
        parallel: &dyn Parallel,
        input: &[A::Input],
        weights: &[A::Weight],
        bias: &[A::Bias],
        output: &mut [A::Output],
    ) {
        let Geometry { columns, channels, .. } = self.geometry;
        for_each_chunk(parallel, output, columns.output * channels, |y, line| {
            let tensors = Line { input, weights, bias, rows: &self.rows[y] };
            self.level.vectorize(
                #[inline(always)]
                || self.line(arithmetic, &tensors, line),
            );
        });
    }
}

/// What a line of the output is made from.
struct Line<'a, A: Arithmetic> {
    input: &'a [A::Input],
    weights: &'a [A::Weight],
    bias: &'a [A::Bias],
    rows: &'a Span,
}

impl Blocks {
    #[inline(always)]
    fn line<A: Arithmetic>(&self, arithmetic: &A, line: &Line<'_, A>, output: &mut [A::Output]) {
        let channels = self.geometry.channels;
        for (pixel, columns) in output.chunks_exact_mut(channels).zip(&self.columns) {
            let wide = channels / 64 * 64;
            for first in (0..wide).step_by(64) {
                self.block::<A, 64>(arithmetic, line, columns, first, pixel);
            }
            match channels {
                16.. => self.rest::<A, 16>(arithmetic, line, columns, wide, pixel),
                8.. => self.rest::<A, 8>(arithmetic, line, columns, wide, pixel),
                _ => self.rest::<A, 1>(arithmetic, line, columns, wide, pixel),
            }
        }
    }

    /// Channels from `first` on, of which there are at least `N` in all: the last block overlaps the one before it.
    #[inline(always)]
    fn rest<A: Arithmetic, const N: usize>(
        &self,
        arithmetic: &A,
        line: &Line<'_, A>,
        columns: &Span,
        first: usize,
        pixel: &mut [A::Output],
    ) {
        for first in (first..pixel.len()).step_by(N) {
            self.block::<A, N>(arithmetic, line, columns, first.min(pixel.len() - N), pixel);
        }
    }

    /// The results of channels `first..first + N` of one pixel.
    #[inline(always)]
    fn block<A: Arithmetic, const N: usize>(
        &self,
        arithmetic: &A,
        line: &Line<'_, A>,
        columns: &Span,
        first: usize,
        pixel: &mut [A::Output],
    ) {
        let Geometry { rows: down, columns: across, input_channels, channels, .. } = self.geometry;
        let multiplier = self.geometry.multiplier();
        let mut sums = [A::Sum::default(); N];
        for (row, ky) in line.rows.taps.clone().enumerate() {
            let row = (line.rows.first + row * down.dilation) * across.input;
            for (column, kx) in columns.taps.clone().enumerate() {
                let input = (row + columns.first + column * across.dilation) * input_channels;
                let weights = &line.weights[(ky * across.size + kx) * channels + first..][..N];
                if multiplier == 1 {
                    let inputs = &line.input[input + first..][..N];
                    for index in 0..N {
                        sums[index] = arithmetic.multiply_add(sums[index], inputs[index], weights[index]);
                    }
                } else if multiplier.is_multiple_of(N) {
                    let x = line.input[input + first / multiplier];
                    for index in 0..N {
                        sums[index] = arithmetic.multiply_add(sums[index], x, weights[index]);
                    }
                } else {
                    for index in 0..N {
                        let x = line.input[input + (first + index) / multiplier];
                        sums[index] = arithmetic.multiply_add(sums[index], x, weights[index]);
                    }
                }
            }
        }
        pixel[first..first + N].copy_from_slice(&arithmetic.finish_all(&sums, first, line.bias));
    }
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
        let multiplier = self.multiplier();
        for_each_chunk(parallel, output, self.columns.output * self.channels, |y, line| {
            for (x, pixel) in line.chunks_exact_mut(self.channels).enumerate() {
                for (channel, result) in pixel.iter_mut().enumerate() {
                    let mut sum = A::Sum::default();
                    for ky in 0..self.rows.size {
                        for kx in 0..self.columns.size {
                            let (Some(y), Some(x)) = (self.rows.at(y, ky), self.columns.at(x, kx)) else {
                                continue;
                            };
                            let pixel = y * self.columns.input + x;
                            let x = input[pixel * self.input_channels + channel / multiplier];
                            let weight = weights[(ky * self.columns.size + kx) * self.channels + channel];
                            sum = arithmetic.multiply_add(sum, x, weight);
                        }
                    }
                    *result = arithmetic.finish(sum, channel, bias);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use featherlite_schema::Padding;

    use super::*;
    use crate::parts::convolution::tests::assert_same;

    #[test]
    fn blocks_are_the_reference() {
        // Channels below, at and above the sizes of blocks; multipliers that are and are not multiples of them.
        let channels = [
            (1, 1),
            (3, 1),
            (8, 1),
            (13, 1),
            (16, 1),
            (24, 1),
            (70, 1),
            (130, 1),
            (1, 8),
            (1, 64),
            (2, 16),
            (5, 3),
        ];
        for (input_channels, multiplier) in channels {
            for (size, stride, dilation, padding) in [
                ([3, 3], 1, 1, Padding::SAME),
                ([3, 3], 2, 1, Padding::SAME),
                ([1, 5], 1, 1, Padding::VALID),
                ([2, 3], 1, 2, Padding::SAME),
                ([5, 2], 3, 1, Padding::SAME),
            ] {
                let window = |input, size| Window::new(input, size, stride, dilation, padding).unwrap();
                let (rows, columns) = (window(6, size[0]), window(7, size[1]));
                let channels = input_channels * multiplier;
                let geometry = Geometry { batch: 1, rows, columns, input_channels, channels };
                let sizes = [
                    42 * input_channels,
                    size[0] * size[1] * channels,
                    rows.output * columns.output * channels,
                ];
                for level in [Level::SCALAR, Level::detect()] {
                    assert_same(
                        &Blocks::new(geometry, level).unwrap(),
                        &geometry,
                        sizes,
                        channels,
                        &geometry,
                    );
                }
            }
        }
    }
}
