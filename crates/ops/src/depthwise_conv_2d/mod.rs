//! DEPTHWISE_CONV_2D: convolution of each input channel on its own, with one filter or several.
//!
//! Input NHWC, weights `[1, height, width, channels]`, bias `[channels]`; output channels `m * c .. m * (c + 1)` come
//! from input channel `c`, where `m` is how many times more of them there are.

use alloc::boxed::Box;

use featherlite_base::arena::{Parallel, for_each_chunk, worth};
use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, DepthwiseConv2DOptions, TensorType};
use featherlite_simd::{Family, Isa, Row};

use self::blocks::Blocks;
use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan};
use crate::parts::convolution::{self, Arithmetic, Layer, Loops};
use crate::parts::window::Window;

mod blocks;
mod kernels;
mod one_channel;
#[cfg(target_arch = "x86_64")]
mod packed;
#[cfg(target_arch = "x86_64")]
mod passes;
#[cfg(target_arch = "aarch64")]
mod widened;
#[cfg(target_arch = "x86_64")]
mod word_products;

/// DEPTHWISE_CONV_2D.
pub static OP: OpDef = OpDef {
    name: "DEPTHWISE_CONV_2D",
    code: Code::Builtin(BuiltinOperator::DEPTHWISE_CONV_2D),
    version: 7,
    sigs: convolution::SIGS,
    kernels: &[&I8, &U8, &HYBRID, &F32, &I16, &F32_ANY, &I8_ANY, &HYBRID_ANY],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// DEPTHWISE_CONV_2D in FLOAT32.
pub static FLOAT: OpDef = OpDef {
    sigs: convolution::FLOAT_SIGS,
    kernels: &[&F32, &F32_ANY],
    plan: |plan| plan_from(plan, &F32, &F32_ANY),
    ..OP
};

/// DEPTHWISE_CONV_2D in UINT8.
pub static UINT8: OpDef =
    OpDef { sigs: convolution::UINT8_SIGS, kernels: &[&U8], plan: |plan| plan_from(plan, &U8, &U8), ..OP };

/// DEPTHWISE_CONV_2D in INT8.
pub static INT8: OpDef = OpDef {
    sigs: convolution::INT8_SIGS,
    kernels: &[&I8, &I8_ANY],
    plan: |plan| plan_from(plan, &I8, &I8_ANY),
    ..OP
};

/// DEPTHWISE_CONV_2D in INT16.
pub static INT16: OpDef =
    OpDef { sigs: convolution::INT16_SIGS, kernels: &[&I16], plan: |plan| plan_from(plan, &I16, &I16), ..OP };

/// DEPTHWISE_CONV_2D of FLOAT32 images with integer weights.
pub static WEIGHTS_INT8: OpDef = OpDef {
    sigs: convolution::HYBRID_SIGS,
    kernels: &[&HYBRID, &HYBRID_ANY],
    plan: |plan| plan_from(plan, &HYBRID, &HYBRID_ANY),
    ..OP
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
            kernel: |plan, layer, geometry| {
                let pack = ("depthwise_conv_2d_i8__avx512vnni_64", kernels::avx512vnni::integer as _);
                packed::integer(plan, layer, geometry, pack)
            },
        },
        #[cfg(target_arch = "x86_64")]
        Row {
            name: "depthwise_conv_2d_i8__avx2_4x16",
            isa: Isa::Avx2,
            kernel: |plan, layer, geometry| {
                let pack = ("depthwise_conv_2d_i8__avx2_4x16", kernels::avx2_i8::integer as _);
                packed::integer(plan, layer, geometry, pack)
            },
        },
        #[cfg(target_arch = "aarch64")]
        Row { name: "depthwise_conv_2d_i8__neon_4x16", isa: Isa::Neon, kernel: widened::integer },
        I8_BLOCKS,
        I8_REFERENCE,
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
        F32_BLOCKS,
        F32_REFERENCE,
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
            kernel: |plan, layer, geometry| {
                let pack = ("depthwise_conv_2d_hybrid__avx512vnni_64", kernels::avx512vnni::real as _);
                packed::real(plan, layer, geometry, pack)
            },
        },
        #[cfg(target_arch = "x86_64")]
        Row {
            name: "depthwise_conv_2d_hybrid__avx2_4x16",
            isa: Isa::Avx2,
            kernel: |plan, layer, geometry| {
                let pack = ("depthwise_conv_2d_hybrid__avx2_4x16", kernels::avx2_i8::real as _);
                packed::real(plan, layer, geometry, pack)
            },
        },
        HYBRID_BLOCKS,
        HYBRID_REFERENCE,
    ],
};

type Make = fn(&mut Plan<'_>, &Layer, Geometry) -> Result<Box<dyn Kernel>>;

/// FLOAT32, any number of outputs for each input channel.
static F32_ANY: Family<Make> = Family {
    name: "depthwise_conv_2d_f32_any",
    rows: &[
        Row { name: "depthwise_conv_2d_f32__one_channel", isa: Isa::Scalar, kernel: one_channel::float },
        F32_BLOCKS,
        F32_REFERENCE,
    ],
};

const F32_BLOCKS: Row<Make> = Row {
    name: "depthwise_conv_2d_f32__blocks",
    isa: Isa::Scalar,
    kernel: |plan, layer, geometry| convolution::float(plan, layer, Blocks::new(geometry, plan.setup.level)?),
};

const F32_REFERENCE: Row<Make> =
    Row { name: "depthwise_conv_2d_f32__reference", isa: Isa::Scalar, kernel: convolution::float };

/// INT8, likewise, and weights that are not constant.
static I8_ANY: Family<Make> = Family {
    name: "depthwise_conv_2d_i8_any",
    rows: &[
        Row { name: "depthwise_conv_2d_i8__one_channel", isa: Isa::Scalar, kernel: one_channel::integer },
        I8_BLOCKS,
        I8_REFERENCE,
    ],
};

const I8_BLOCKS: Row<Make> = Row {
    name: "depthwise_conv_2d_i8__blocks",
    isa: Isa::Scalar,
    kernel: |plan, layer, geometry| {
        convolution::signed(plan, layer, Blocks::new(geometry, plan.setup.level)?)
    },
};

const I8_REFERENCE: Row<Make> =
    Row { name: "depthwise_conv_2d_i8__reference", isa: Isa::Scalar, kernel: convolution::signed };

/// UINT8.
static U8: Family<Make> = Family { name: "depthwise_conv_2d_u8", rows: &[U8_BLOCKS, U8_REFERENCE] };

const U8_BLOCKS: Row<Make> = Row {
    name: "depthwise_conv_2d_u8__blocks",
    isa: Isa::Scalar,
    kernel: |plan, layer, geometry| {
        convolution::unsigned(plan, layer, Blocks::new(geometry, plan.setup.level)?)
    },
};

const U8_REFERENCE: Row<Make> =
    Row { name: "depthwise_conv_2d_u8__reference", isa: Isa::Scalar, kernel: convolution::unsigned };

/// Quantized images, likewise.
static HYBRID_ANY: Family<Make> =
    Family { name: "depthwise_conv_2d_hybrid_any", rows: &[HYBRID_BLOCKS, HYBRID_REFERENCE] };

const HYBRID_BLOCKS: Row<Make> = Row {
    name: "depthwise_conv_2d_hybrid__blocks",
    isa: Isa::Scalar,
    kernel: |plan, layer, geometry| {
        convolution::hybrid(plan, layer, Blocks::new(geometry, plan.setup.level)?)
    },
};

const HYBRID_REFERENCE: Row<Make> =
    Row { name: "depthwise_conv_2d_hybrid__reference", isa: Isa::Scalar, kernel: convolution::hybrid };

/// INT16.
static I16: Family<Make> = Family {
    name: "depthwise_conv_2d_i16",
    rows: &[
        #[cfg(target_arch = "x86_64")]
        Row {
            name: "depthwise_conv_2d_i16__avx512vnni_32",
            isa: Isa::Avx512Vnni,
            kernel: word_products::integer,
        },
        I16_BLOCKS,
        I16_REFERENCE,
    ],
};

const I16_BLOCKS: Row<Make> = Row {
    name: "depthwise_conv_2d_i16__blocks",
    isa: Isa::Scalar,
    kernel: |plan, layer, geometry| {
        convolution::sixteen_bits(plan, layer, Blocks::new(geometry, plan.setup.level)?)
    },
};

const I16_REFERENCE: Row<Make> =
    Row { name: "depthwise_conv_2d_i16__reference", isa: Isa::Scalar, kernel: convolution::sixteen_bits };

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

    /// The same convolution, over a single line where lines have one pixel (their memory is the same).
    #[cfg(any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        all(target_arch = "wasm32", target_feature = "simd128")
    ))]
    fn in_long_lines(self) -> Self {
        let Self { rows, columns, .. } = self;
        match (columns.input, columns.output, columns.size) {
            (1, 1, 1) => Self { rows: columns, columns: rows, ..self },
            _ => self,
        }
    }

    /// Output channels of an input channel.
    fn multiplier(&self) -> usize {
        self.channels / self.input_channels
    }

    /// The threads to spread an image over.
    fn threads<'a>(&self, parallel: &'a dyn Parallel) -> &'a dyn Parallel {
        worth(parallel, (self.macs() / self.batch.max(1) as u64) as usize)
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
    match (plan.node.input(INPUT)?.dtype, plan.node.input(WEIGHTS)?.dtype) {
        (DType::F32, DType::F32) => plan_from(plan, &F32, &F32_ANY),
        (DType::F32, _) => plan_from(plan, &HYBRID, &HYBRID_ANY),
        (DType::I16, _) => plan_from(plan, &I16, &I16),
        (DType::U8, _) => plan_from(plan, &U8, &U8),
        _ => plan_from(plan, &I8, &I8_ANY),
    }
}

/// A kernel of the family `single` for one output for each input channel and constants where these are asked for, of `any`
/// otherwise.
fn plan_from(plan: &mut Plan<'_>, single: &Family<Make>, any: &Family<Make>) -> Result<Box<dyn Kernel>> {
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
    let is_single = geometry.multiplier() == 1
        && match (input.dtype, weights.dtype) {
            (DType::F32, DType::F32) => true,
            (DType::F32, _) => weights.is_constant,
            (DType::I8, _) => {
                weights.is_constant && plan.node.optional(BIAS).is_none_or(|bias| bias.is_constant)
            }
            _ => false,
        };
    (plan.choose(if is_single { single } else { any }).kernel)(plan, &layer, geometry)
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
    let (level, geometry) = (plan.setup.level, geometry.in_long_lines());
    let convolution::Float { min, max } = convolution::Float::new(layer.activation)?;
    let bias = convolution::bias_of(plan.node, layer);
    let (rows, columns) = (geometry.rows.spans()?, geometry.columns.spans()?);
    // Of a single line threads take parts.
    let part = if rows.len() == 1 { columns.len().min(LINE_PART) } else { columns.len() };
    let parts = columns.len().div_ceil(part);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<f32>(INPUT)?, io.output::<f32>(0)?);
        let (weights, bias) = (io.input::<f32>(WEIGHTS)?, convolution::optional(io, bias)?);
        let parallel = geometry.threads(io.parallel);
        convolution::for_each_image(geometry.batch, input, output, |image, output| {
            for_each_chunk(parallel, output, part * geometry.channels, |index, output| {
                let (rows, start) = (&rows[index / parts], index % parts * part);
                let columns = &columns[start..start + output.len() / geometry.channels];
                let line = Line { geometry: &geometry, image, weights, rows, columns };
                tiles.line(level, &Task { line, start, bias, range: (min, max) }, output);
            });
            Ok(())
        })
    }))
}

/// Pixels of a part of a line: a whole number of tiles.
#[cfg(any(
    target_arch = "x86_64",
    target_arch = "aarch64",
    all(target_arch = "wasm32", target_feature = "simd128")
))]
const LINE_PART: usize = 32;

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

    use featherlite_simd::Level;

    use super::*;

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
                        for (part, output) in output.chunks_mut(LINE_PART * channels).enumerate() {
                            let start = part * LINE_PART;
                            let columns = &spans[start..start + output.len() / channels];
                            let line = Line { geometry: &geometry, image, weights, rows: &rows, columns };
                            let range = (float.min, float.max);
                            tiles.line(level, &Task { line, start, bias: &bias, range }, output);
                        }
                    }
                    let worst = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                    assert!(worst < 1e-3, "{} {geometry:?}: off by {worst}", tiles.isa);
                }
            }
        }
    }
}
