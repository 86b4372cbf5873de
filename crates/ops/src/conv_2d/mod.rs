//! CONV_2D: convolution of images with a filter for each output channel.
//!
//! Input NHWC, weights `[channels, height, width, input channels / groups]`, bias `[channels]`. Output channels are
//! cut into as many groups as input channels are, and each group sees only its part of the input.
//!
//! With constant weights it is a matrix product (`gemm`); otherwise, and as the reference, plain loops.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::arena::{Parallel, for_each_chunk};
use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, Conv2DOptions};
use featherlite_simd::{Family, Isa, Row};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan};
use crate::parts::convolution::{self, Arithmetic, Layer, Loops};
use crate::parts::window::Window;

mod gemm;
#[cfg(target_arch = "x86_64")]
mod short_sums;
mod split;
mod strips;

/// CONV_2D.
pub static OP: OpDef = OpDef {
    name: "CONV_2D",
    code: Code::Builtin(BuiltinOperator::CONV_2D),
    version: 8,
    sigs: convolution::SIGS,
    kernels: &[&F32, &I8, &U8, &I16, &HYBRID],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// CONV_2D in FLOAT32.
pub static FLOAT: OpDef =
    OpDef { sigs: convolution::FLOAT_SIGS, kernels: &[&F32], plan: |plan| plan_from(plan, &F32), ..OP };

/// CONV_2D in UINT8.
pub static UINT8: OpDef =
    OpDef { sigs: convolution::UINT8_SIGS, kernels: &[&U8], plan: |plan| plan_from(plan, &U8), ..OP };

/// CONV_2D in INT8.
pub static INT8: OpDef =
    OpDef { sigs: convolution::INT8_SIGS, kernels: &[&I8], plan: |plan| plan_from(plan, &I8), ..OP };

/// CONV_2D in INT16.
pub static INT16: OpDef =
    OpDef { sigs: convolution::INT16_SIGS, kernels: &[&I16], plan: |plan| plan_from(plan, &I16), ..OP };

/// CONV_2D of FLOAT32 images with integer weights.
pub static WEIGHTS_INT8: OpDef = OpDef {
    sigs: convolution::HYBRID_SIGS,
    kernels: &[&HYBRID],
    plan: |plan| plan_from(plan, &HYBRID),
    ..OP
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "CONV_2D",
    summary: "Convolution of images, with groups, strides and dilations.",
    macs: Some(|node| Geometry::of(node).map_or(0, |geometry| geometry.macs())),
};

type Make = fn(&mut Plan<'_>, &Layer, Geometry) -> Result<Box<dyn Kernel>>;

/// Convolution of images with one channel by FLOAT32 weights `[1, height, width, channels]`: a form of
/// DEPTHWISE_CONV_2D.
pub(crate) fn one_channel_float(
    plan: &mut Plan<'_>,
    layer: &Layer,
    batch: usize,
    windows: [Window; 2],
) -> Result<Box<dyn Kernel>> {
    gemm::float(plan, layer, Geometry::of_one_channel(layer, batch, windows))
}

/// The same for INT8, with constant weights and bias.
pub(crate) fn one_channel_integer(
    plan: &mut Plan<'_>,
    layer: &Layer,
    batch: usize,
    windows: [Window; 2],
) -> Result<Box<dyn Kernel>> {
    gemm::signed(plan, layer, Geometry::of_one_channel(layer, batch, windows))
}

/// Kernels for `f32`.
static F32: Family<Make> = Family {
    name: "conv_2d_f32",
    rows: &[
        Row { name: "conv_2d_f32__gemm", isa: Isa::Scalar, kernel: gemm::float },
        Row { name: "conv_2d_f32__reference", isa: Isa::Scalar, kernel: convolution::float },
    ],
};

/// Kernels for INT8 with constant weights and bias.
static I8: Family<Make> = Family {
    name: "conv_2d_i8",
    rows: &[
        Row { name: "conv_2d_i8__gemm", isa: Isa::Scalar, kernel: gemm::signed },
        Row { name: "conv_2d_i8__reference", isa: Isa::Scalar, kernel: convolution::signed },
    ],
};

/// Kernels for UINT8 with constant weights and bias.
static U8: Family<Make> = Family {
    name: "conv_2d_u8",
    rows: &[
        Row { name: "conv_2d_u8__gemm", isa: Isa::Scalar, kernel: gemm::unsigned },
        Row { name: "conv_2d_u8__reference", isa: Isa::Scalar, kernel: convolution::unsigned },
    ],
};

/// Kernels for `f32` inputs and constant 8-bit weights.
static HYBRID: Family<Make> = Family {
    name: "conv_2d_hybrid",
    rows: &[
        Row { name: "conv_2d_hybrid__gemm", isa: Isa::Scalar, kernel: gemm::hybrid },
        Row { name: "conv_2d_hybrid__reference", isa: Isa::Scalar, kernel: convolution::hybrid },
    ],
};

/// Kernels for INT16 with constant weights and bias.
static I16: Family<Make> = Family {
    name: "conv_2d_i16",
    rows: &[
        #[cfg(target_arch = "x86_64")]
        Row {
            name: "conv_2d_i16__avx512vnni_6x64",
            isa: Isa::Avx512Vnni,
            kernel: |plan, layer, geometry| {
                short_sums::integer(plan, layer, geometry, "conv_2d_i16__avx512vnni_6x64")
            },
        },
        #[cfg(target_arch = "x86_64")]
        Row {
            name: "conv_2d_i16__avx2_6x16",
            isa: Isa::Avx2,
            kernel: |plan, layer, geometry| {
                short_sums::integer(plan, layer, geometry, "conv_2d_i16__avx2_6x16")
            },
        },
        Row { name: "conv_2d_i16__split_gemm", isa: Isa::Scalar, kernel: split::integer },
        Row { name: "conv_2d_i16__reference", isa: Isa::Scalar, kernel: convolution::sixteen_bits },
    ],
};

const INPUT: usize = 0;
const WEIGHTS: usize = 1;
const BIAS: usize = 2;

/// The shapes of a convolution.
#[derive(Clone, Copy, Debug)]
struct Geometry {
    batch: usize,
    rows: Window,
    columns: Window,
    input_channels: usize,
    /// Output channels.
    channels: usize,
    groups: usize,
    /// Whether weights are `[height, width, input channels, channels]`.
    channels_last: bool,
}

impl Geometry {
    fn of(node: &Node<'_>) -> Result<Self> {
        let options: Conv2DOptions<'_> = node.options();
        let (input, weights) = (node.input(INPUT)?.shape, node.input(WEIGHTS)?.shape);
        let ([batch, height, width, input_channels], [channels, filter_height, filter_width, depth]) =
            (input.nhwc()?, weights.nhwc()?);
        let groups = input_channels.checked_div(depth).unwrap_or(0);
        if groups == 0 || groups * depth != input_channels || !channels.is_multiple_of(groups) {
            return Err(Error::invalid_shape(format!("weights {weights} do not fit the input {input}")));
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
            groups,
            channels_last: false,
        })
    }

    fn of_one_channel(layer: &Layer, batch: usize, [rows, columns]: [Window; 2]) -> Self {
        let channels = layer.channels;
        Self { batch, rows, columns, input_channels: 1, channels, groups: 1, channels_last: true }
    }

    /// Input channels of a group.
    fn depth(&self) -> usize {
        self.input_channels / self.groups
    }

    fn macs(&self) -> u64 {
        [self.batch, self.rows.output, self.columns.output, self.channels]
            .into_iter()
            .chain([self.rows.size, self.columns.size, self.depth()])
            .fold(1u64, |product, size| product.saturating_mul(size as u64))
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let geometry = Geometry::of(node)?;
    let Geometry { batch, rows, columns, channels, .. } = geometry;
    Ok(Outputs::one(Shape::new(&[batch, rows.output, columns.output, channels])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let family = match (plan.node.input(INPUT)?.dtype, plan.node.input(WEIGHTS)?.dtype) {
        (DType::F32, DType::F32) => &F32,
        (DType::F32, _) => &HYBRID,
        (DType::I16, _) => &I16,
        (DType::U8, _) => &U8,
        _ => &I8,
    };
    plan_from(plan, family)
}

/// A kernel of a family; its reference if weights or bias are not constant where that is asked for.
fn plan_from(plan: &mut Plan<'_>, family: &Family<Make>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let geometry = Geometry::of(node)?;
    if node.output(0)?.shape.elements() == 0 {
        return Ok(Box::new(|_: &mut Io<'_>| Ok(())));
    }
    let options: Conv2DOptions<'_> = node.options();
    let (input, weights) = (node.input(INPUT)?, node.input(WEIGHTS)?);
    let hybrid = input.dtype == DType::F32 && weights.dtype != DType::F32;
    let layer = Layer {
        input: INPUT,
        weights: WEIGHTS,
        bias: BIAS,
        channels: geometry.channels,
        activation: options.fused_activation_function(),
        bias_type: options.quantized_bias_type(),
        // TensorFlow Lite quantizes inputs symmetrically unless filters have different scales; its grouped kernel
        // is that of different scales.
        asymmetric: hybrid && (geometry.groups > 1 || has_different_scales(node)?),
    };
    let is_ready = match input.dtype {
        DType::F32 => !hybrid || weights.is_constant,
        _ => weights.is_constant && node.optional(BIAS).is_none_or(|bias| bias.is_constant),
    };
    let make = if is_ready { plan.choose(family).kernel } else { family.reference().kernel };
    make(plan, &layer, geometry)
}

fn has_different_scales(node: &Node<'_>) -> Result<bool> {
    let affine = node.input(WEIGHTS)?.quantization.affine();
    Ok(affine.is_some_and(|affine| affine.scales.iter().any(|&scale| scale != affine.scales[0])))
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
        let (depth, group) = (self.depth(), self.channels / self.groups);
        let filter = self.rows.size * self.columns.size * depth;
        for_each_chunk(parallel, output, self.columns.output * self.channels, |y, line| {
            for (x, pixel) in line.chunks_exact_mut(self.channels).enumerate() {
                for (channel, result) in pixel.iter_mut().enumerate() {
                    let weights = &weights[channel * filter..][..filter];
                    let mut sum = A::Sum::default();
                    for ky in 0..self.rows.size {
                        for kx in 0..self.columns.size {
                            let (Some(y), Some(x)) = (self.rows.at(y, ky), self.columns.at(x, kx)) else {
                                continue;
                            };
                            let first = (y * self.columns.input + x) * self.input_channels;
                            let inputs = &input[first + channel / group * depth..][..depth];
                            let weights = &weights[(ky * self.columns.size + kx) * depth..][..depth];
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
