//! `Convolution2DTransposeBias`: MediaPipe's custom operator for a transposed convolution with a bias.
//!
//! It differs from TRANSPOSE_CONV in that the output's shape follows from the input's.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::{ActivationFunctionType, TensorType};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::convolution::{self, Layer};
use crate::parts::transposed::{self, Geometry, Placement};

/// `Convolution2DTransposeBias`.
pub static OP: OpDef = OpDef {
    name: "Convolution2DTransposeBias",
    code: Code::Custom("Convolution2DTransposeBias"),
    version: 1,
    sigs: SIGS,
    kernels: &[&transposed::F32],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "Convolution2DTransposeBias",
    summary: "The transpose of a convolution of images, with a bias (MediaPipe).",
    macs: Some(|node| geometry(node).map_or(0, |(geometry, _)| geometry.macs())),
};

const F32: Types = Types::of(&[DType::F32]);

const SIGS: &[Sig] =
    &[Sig { name: "float32", inputs: &[req(F32), req(F32), req(F32)], outputs: &[req(F32)], version: 1 }];

const INPUT: usize = 0;
const WEIGHTS: usize = 1;
const BIAS: usize = 2;

/// The padding that the options ask for: the numbers of a C enumeration.
const SAME: i32 = 1;

fn geometry(node: &Node<'_>) -> Result<(Geometry, Shape)> {
    // Three 32-bit numbers: padding, stride across, stride down.
    let (words, _) = node.custom_options.as_chunks::<4>();
    let &[padding, across, down, ..] = words else {
        let bytes = node.custom_options.len();
        return Err(Error::invalid_model(format!("{bytes} bytes of options where there must be 12")));
    };
    let stride = |bytes: [u8; 4]| match i32::from_le_bytes(bytes) {
        stride @ 1.. => Ok(stride as usize),
        stride => Err(Error::invalid_model(format!("stride {stride} must be positive"))),
    };
    let stride = [stride(down)?, stride(across)?];
    let (input, weights) = (node.input(INPUT)?.shape, node.input(WEIGHTS)?.shape);
    let ([batch, height, width, _], [channels, filter_height, filter_width, _]) =
        (input.nhwc()?, weights.nhwc()?);
    convolution::check_bias(node, BIAS, channels)?;
    let inputs = [height, width];
    let filters = [filter_height, filter_width];
    let (mut before, mut sizes) = ([0; 2], [0; 2]);
    for axis in 0..2 {
        let Some(last) = inputs[axis].checked_sub(1) else { continue };
        let cut = if i32::from_le_bytes(padding) == SAME {
            filters[axis].saturating_sub(last % stride[axis] + 1)
        } else {
            0
        };
        before[axis] = cut / 2;
        sizes[axis] = last.saturating_mul(stride[axis]).saturating_add(filters[axis] - cut);
    }
    let output = Shape::new(&[batch, sizes[0], sizes[1], channels])?;
    Ok((Geometry::new(&input, &weights, &output, &Placement { stride, before })?, output))
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    geometry(node).map(|(_, output)| Outputs::one(output))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (geometry, output) = geometry(plan.node)?;
    let layer = Layer {
        input: INPUT,
        weights: WEIGHTS,
        bias: BIAS,
        channels: output.last(),
        activation: ActivationFunctionType::NONE,
        bias_type: TensorType::FLOAT32,
        asymmetric: false,
    };
    transposed::plan(plan, &layer, geometry)
}
