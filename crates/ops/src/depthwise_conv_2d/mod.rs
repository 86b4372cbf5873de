//! DEPTHWISE_CONV_2D: convolution of each input channel on its own, with one filter or several.
//!
//! Input NHWC, weights `[1, height, width, channels]`, bias `[channels]`; output channels `m * c .. m * (c + 1)` come
//! from input channel `c`, where `m` is how many times more of them there are.

use alloc::boxed::Box;

use featherlite_base::arena::{Parallel, for_each_chunk};
use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, DepthwiseConv2DOptions, TensorType};
use featherlite_simd::{Family, Isa, Level, Row};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan};
use crate::parts::convolution::{self, Arithmetic, Layer, Loops};
use crate::parts::window::{Span, Window};

#[cfg(target_arch = "x86_64")]
mod dot_products;
mod kernels;
#[cfg(target_arch = "aarch64")]
mod widened;

/// DEPTHWISE_CONV_2D.
pub static OP: OpDef = OpDef {
    name: "DEPTHWISE_CONV_2D",
    code: Code::Builtin(BuiltinOperator::DEPTHWISE_CONV_2D),
    version: 7,
    sigs: convolution::SIGS,
    kernels: &[&I8, &HYBRID, &F32, &KERNELS],
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

/// INT8 with constant weights and bias, and one output for each input channel.
static I8: Family<Make> = Family {
    name: "depthwise_conv_2d_i8",
    rows: &[
        #[cfg(target_arch = "x86_64")]
        Row {
            name: "depthwise_conv_2d_i8__avx512vnni_64",
            isa: Isa::Avx512Vnni,
            kernel: dot_products::integer,
        },
        #[cfg(target_arch = "aarch64")]
        Row { name: "depthwise_conv_2d_i8__neon_4x16", isa: Isa::Neon, kernel: widened::integer },
        Row { name: "depthwise_conv_2d_i8__blocks", isa: Isa::Scalar, kernel: blocks },
        Row { name: "depthwise_conv_2d_i8__reference", isa: Isa::Scalar, kernel: reference },
    ],
};

/// FLOAT32 throughout, and one output for each input channel.
static F32: Family<Make> = Family {
    name: "depthwise_conv_2d_f32",
    rows: &[
        #[cfg(target_arch = "x86_64")]
        Row {
            name: "depthwise_conv_2d_f32__avx512_8x32",
            isa: Isa::Avx512,
            kernel: |plan, layer, geometry| tiles(plan, layer, geometry, &kernels::float::AVX512),
        },
        #[cfg(target_arch = "x86_64")]
        Row {
            name: "depthwise_conv_2d_f32__avx2_8x8",
            isa: Isa::Avx2,
            kernel: |plan, layer, geometry| tiles(plan, layer, geometry, &kernels::float::AVX2),
        },
        #[cfg(target_arch = "aarch64")]
        Row {
            name: "depthwise_conv_2d_f32__neon_8x8",
            isa: Isa::Neon,
            kernel: |plan, layer, geometry| tiles(plan, layer, geometry, &kernels::float::NEON),
        },
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        Row {
            name: "depthwise_conv_2d_f32__simd128_8x4",
            isa: Isa::Simd128,
            kernel: |plan, layer, geometry| tiles(plan, layer, geometry, &kernels::float::SIMD128),
        },
        Row { name: "depthwise_conv_2d_f32__blocks", isa: Isa::Scalar, kernel: blocks },
        Row { name: "depthwise_conv_2d_f32__reference", isa: Isa::Scalar, kernel: reference },
    ],
};

/// Quantized images with constant weights, and one output for each input channel.
static HYBRID: Family<Make> = Family {
    name: "depthwise_conv_2d_hybrid",
    rows: &[
        #[cfg(target_arch = "x86_64")]
        Row {
            name: "depthwise_conv_2d_hybrid__avx512vnni_64",
            isa: Isa::Avx512Vnni,
            kernel: dot_products::hybrid,
        },
        Row { name: "depthwise_conv_2d_hybrid__blocks", isa: Isa::Scalar, kernel: blocks },
        Row { name: "depthwise_conv_2d_hybrid__reference", isa: Isa::Scalar, kernel: reference },
    ],
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
    let (input, weights) = (plan.node.input(INPUT)?, plan.node.input(WEIGHTS)?);
    let is_constant = weights.is_constant && plan.node.optional(BIAS).is_none_or(|bias| bias.is_constant);
    let family = match (input.dtype, weights.dtype) {
        _ if geometry.multiplier() != 1 => &KERNELS,
        (DType::I8, _) if is_constant => &I8,
        (DType::F32, DType::F32) => &F32,
        (DType::F32, _) if weights.is_constant => &HYBRID,
        _ => &KERNELS,
    };
    (plan.choose(family).kernel)(plan, &layer, geometry)
}

/// Tiles of pixels and channels.
#[cfg(any(
    target_arch = "x86_64",
    target_arch = "aarch64",
    all(target_arch = "wasm32", target_feature = "simd128")
))]
fn tiles(
    plan: &mut Plan<'_>,
    layer: &Layer,
    geometry: Geometry,
    tiles: &'static kernels::float::Tiles,
) -> Result<Box<dyn Kernel>> {
    use kernels::{float::Task, line::Line};
    let level = plan.setup.level;
    let convolution::Float { min, max } = convolution::Float::new(layer.activation)?;
    let bias = convolution::bias_of(plan.node, layer);
    let (rows, columns) = (geometry.rows.spans()?, geometry.columns.spans()?);
    let len = geometry.columns.output * geometry.channels;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<f32>(INPUT)?, io.output::<f32>(0)?);
        let (weights, bias) = (io.input::<f32>(WEIGHTS)?, convolution::optional(io, bias)?);
        convolution::for_each_image(geometry.batch, input, output, |image, output| {
            for_each_chunk(io.parallel, output, len, |y, output| {
                let line = Line { geometry: &geometry, image, weights, rows: &rows[y], columns: &columns };
                tiles.line(level, &Task { line, bias, range: (min, max) }, output);
            });
            Ok(())
        })
    }))
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
    fn are_sums_short(&self) -> bool {
        // A product has 23 bits with its sign.
        self.geometry.rows.size * self.geometry.columns.size <= 256
    }

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
    use alloc::vec::Vec;

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

    #[cfg(any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        all(target_arch = "wasm32", target_feature = "simd128")
    ))]
    #[test]
    fn tiles_are_the_reference() {
        use featherlite_base::arena::Serial;

        use super::kernels::float::{ALL, Task};
        use super::kernels::line::Line;
        use crate::parts::convolution::Float;
        use crate::parts::convolution::tests::noise;

        let windows = [
            ([3, 3], 1, 1, Padding::SAME),
            ([3, 3], 2, 1, Padding::SAME),
            ([5, 5], 1, 1, Padding::SAME),
            ([1, 4], 1, 1, Padding::VALID),
            ([2, 3], 1, 2, Padding::SAME),
            // Windows that are larger than the image.
            ([7, 83], 2, 1, Padding::SAME),
            ([5, 2], 3, 1, Padding::SAME),
        ];
        let floats = |len, seed| noise(len, seed).iter().map(|&x| f32::from(x) / 64.0).collect::<Vec<_>>();
        for channels in [1, 3, 7, 8, 9, 16, 17, 24, 31, 32, 33, 48, 50, 63, 64, 65, 80, 96, 130] {
            for (number, (size, stride, dilation, padding)) in windows.into_iter().enumerate() {
                let window = |input, size| Window::new(input, size, stride, dilation, padding).unwrap();
                let (rows, columns) = (window(6, size[0]), window(40, size[1]));
                let geometry = Geometry { batch: 1, rows, columns, input_channels: channels, channels };
                let (image, weights) = (floats(240 * channels, 1), floats(size[0] * size[1] * channels, 2));
                let bias = floats(if number % 2 == 0 { channels } else { 0 }, 3);
                let float = Float { min: -2.5, max: 6.0 };
                let mut expected = alloc::vec![0.0; rows.output * columns.output * channels];
                geometry.image(&float, &Serial, &image, &weights, &bias, &mut expected);
                let level = Level::detect();
                for tiles in ALL.iter().filter(|tiles| level.has(tiles.isa)) {
                    let mut found = alloc::vec![0.0; expected.len()];
                    let spans = columns.spans().unwrap();
                    let lines = found.chunks_mut(columns.output * channels).zip(rows.spans().unwrap());
                    for (output, rows) in lines {
                        let (image, weights) = (&image, &weights);
                        let line = Line { geometry: &geometry, image, weights, rows: &rows, columns: &spans };
                        let task = Task { line, bias: &bias, range: (float.min, float.max) };
                        tiles.line(level, &task, output);
                    }
                    let worst = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                    assert!(worst < 1e-3, "{} {geometry:?}: off by {worst}", tiles.isa);
                }
            }
        }
    }
}
