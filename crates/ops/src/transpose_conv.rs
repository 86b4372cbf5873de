//! TRANSPOSE_CONV: the transpose of a convolution, which makes images larger.
//!
//! Inputs are the output's shape, weights `[channels, height, width, input channels]`, the image, and perhaps a bias.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, Padding, TransposeConvOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, opt, req};
use crate::parts::convolution::{self, Layer};
use crate::parts::transposed::{self, Geometry, Placement};

/// TRANSPOSE_CONV.
pub static OP: OpDef = OpDef {
    name: "TRANSPOSE_CONV",
    code: Code::Builtin(BuiltinOperator::TRANSPOSE_CONV),
    version: 5,
    sigs: SIGS,
    kernels: &[&transposed::F32, &transposed::I8],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "TRANSPOSE_CONV",
    summary: "The transpose of a convolution of images.",
    macs: Some(|node| {
        let output = node.output(0).map(|output| output.shape);
        output.and_then(|output| geometry(node, &output)).map_or(0, |geometry| geometry.macs())
    }),
};

const F32: Types = Types::of(&[DType::F32]);
const I8: Types = Types::of(&[DType::I8]);
const U8: Types = Types::of(&[DType::U8]);
const I16: Types = Types::of(&[DType::I16]);
const I32: Types = Types::of(&[DType::I32]);
const I32_I64: Types = Types::of(&[DType::I32, DType::I64]);

const SIGS: &[Sig] = &[
    Sig {
        name: "float32",
        inputs: &[req(I32), req(F32), req(F32), opt(F32)],
        outputs: &[req(F32)],
        version: 1,
    },
    Sig { name: "uint8", inputs: &[req(I32), req(U8), req(U8), opt(I32)], outputs: &[req(U8)], version: 1 },
    Sig { name: "int8", inputs: &[req(I32), req(I8), req(I8), opt(I32)], outputs: &[req(I8)], version: 2 },
    Sig {
        name: "int16x8",
        inputs: &[req(I32), req(I8), req(I16), opt(I32_I64)],
        outputs: &[req(I16)],
        version: 2,
    },
    Sig {
        name: "hybrid",
        inputs: &[req(I32), req(I8), req(F32), opt(F32)],
        outputs: &[req(F32)],
        version: 2,
    },
];

const SHAPE: usize = 0;
const WEIGHTS: usize = 1;
const INPUT: usize = 2;
const BIAS: usize = 3;

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let dims = node.input(SHAPE)?;
    if dims.shape_known && dims.shape.elements() != 4 {
        return Err(Error::invalid_shape(format!("4 sizes are needed, not {}", dims.shape)));
    }
    let Some(dims) = dims.integers()? else { return Ok(Outputs::AtRun) };
    let shape = Shape::from_signed(dims.into_iter())?;
    geometry(node, &shape)?;
    Ok(Outputs::one(shape))
}

fn geometry(node: &Node<'_>, output: &Shape) -> Result<Geometry> {
    let options: TransposeConvOptions<'_> = node.options();
    let (input, weights) = (node.input(INPUT)?.shape, node.input(WEIGHTS)?.shape);
    let [_, height, width, channels] = output.nhwc()?;
    convolution::check_bias(node, BIAS, channels)?;
    let stride = |stride| match usize::try_from(stride) {
        Ok(stride) if stride > 0 => Ok(stride),
        _ => Err(Error::invalid_model(format!("stride {stride} must be positive"))),
    };
    let stride = [stride(options.stride_h())?, stride(options.stride_w())?];
    // The padding of the convolution that has the output as its input.
    let before = |size: usize, filter: usize, stride: usize| match options.padding() {
        Padding::SAME => {
            let last = size.div_ceil(stride).saturating_sub(1).saturating_mul(stride);
            last.saturating_add(filter).saturating_sub(size) / 2
        }
        _ => 0,
    };
    let before = [before(height, weights.dim(1), stride[0]), before(width, weights.dim(2), stride[1])];
    Geometry::new(&input, &weights, output, &Placement { stride, before })
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let options: TransposeConvOptions<'_> = node.options();
    let shape = node.output(0)?.shape;
    let layer = Layer {
        input: INPUT,
        weights: WEIGHTS,
        bias: BIAS,
        channels: shape.last(),
        activation: options.fused_activation_function(),
        bias_type: options.quantized_bias_type(),
        asymmetric: true,
    };
    transposed::plan(plan, &layer, geometry(node, &shape)?)
}
