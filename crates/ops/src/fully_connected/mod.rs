//! FULLY_CONNECTED: `activation(input * weights^T + bias)`, one row of weights for each unit.
//!
//! Products go through packed weights, read once for all rows of the input; many weights for one row, or weights that
//! change from run to run for few rows, are cheaper to read as they lie. Quantized results are rescaled in double precision and rounded once,
//! which is how TensorFlow Lite's reference kernel for this operator does it (and no other operator).

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Quantization, Result, Shape};
use featherlite_schema::{
    ActivationFunctionType, BuiltinOperator, FullyConnectedOptions, FullyConnectedOptionsWeightsFormat,
    TensorType,
};
use featherlite_simd::Family;

use crate::core::{
    Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, opt, req, sparse,
};

mod blockwise;
mod float;
mod hybrid;
mod integer;
mod integer_i16;
mod kernels;
mod shuffled;

/// FULLY_CONNECTED.
pub static OP: OpDef = OpDef {
    name: "FULLY_CONNECTED",
    code: Code::Builtin(BuiltinOperator::FULLY_CONNECTED),
    version: 14,
    sigs: SIGS,
    kernels: &[
        &float::F32,
        &integer::I8,
        &integer::U8,
        &integer_i16::I16,
        &hybrid::HYBRID,
        &blockwise::BLOCKWISE,
    ],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// FULLY_CONNECTED in FLOAT32.
pub static FLOAT: OpDef =
    OpDef { sigs: FLOAT_SIGS, kernels: &[&float::F32], plan: |plan| plan_from(plan, &float::F32), ..OP };

/// FULLY_CONNECTED in UINT8.
pub static UINT8: OpDef =
    OpDef { sigs: UINT8_SIGS, kernels: &[&integer::U8], plan: |plan| plan_from(plan, &integer::U8), ..OP };

/// FULLY_CONNECTED in INT8.
pub static INT8: OpDef =
    OpDef { sigs: INT8_SIGS, kernels: &[&integer::I8], plan: |plan| plan_from(plan, &integer::I8), ..OP };

/// FULLY_CONNECTED in INT16.
pub static INT16: OpDef = OpDef {
    sigs: INT16_SIGS,
    kernels: &[&integer_i16::I16],
    plan: |plan| plan_from(plan, &integer_i16::I16),
    ..OP
};

/// FULLY_CONNECTED of FLOAT32 inputs with integer weights.
pub static WEIGHTS_INT8: OpDef = OpDef {
    sigs: HYBRID_SIGS,
    kernels: &[&hybrid::HYBRID, &blockwise::BLOCKWISE],
    plan: |plan| plan_from(plan, hybrid_family(plan.node)?),
    ..OP
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "FULLY_CONNECTED",
    summary: "activation(input * weights^T + bias), one row of weights for each unit.",
    macs: Some(|node| {
        Layer::of(node)
            .map_or(0, |layer| (layer.rows as u64).saturating_mul(layer.depth as u64 * layer.units as u64))
    }),
};

const F32: Types = Types::of(&[DType::F32]);
const U8: Types = Types::of(&[DType::U8]);
const I8: Types = Types::of(&[DType::I8]);
const I16: Types = Types::of(&[DType::I16]);
const I32: Types = Types::of(&[DType::I32]);
const WEIGHTS: Types = Types::of(&[DType::I8, DType::I4, DType::I2]);
const BIAS_I16: Types = Types::of(&[DType::I32, DType::I64]);

const SIGS: &[Sig] =
    &[FLOAT_SIGS[0], HYBRID_SIGS[0], INT8_SIGS[0], UINT8_SIGS[0], SHUFFLED_SIG, INT16_SIGS[0], INT16_SIGS[1]];

const FLOAT_SIGS: &[Sig] =
    &[Sig { name: "float32", inputs: &[req(F32), sparse(F32), opt(F32)], outputs: &[req(F32)], version: 1 }];

// Old files call the signed weights of hybrid operators UINT8.
const HYBRID_SIGS: &[Sig] = &[Sig {
    name: "hybrid",
    inputs: &[req(F32), sparse(WEIGHTS.or(U8)), opt(F32)],
    outputs: &[req(F32)],
    version: 3,
}];

const INT8_SIGS: &[Sig] =
    &[Sig { name: "int8", inputs: &[req(I8), sparse(WEIGHTS), opt(I32)], outputs: &[req(I8)], version: 4 }];

const UINT8_SIGS: &[Sig] =
    &[Sig { name: "uint8", inputs: &[req(U8), req(U8), opt(I32)], outputs: &[req(U8.or(I16))], version: 1 }];

// The second output is a workspace in TensorFlow Lite: the shuffled input.
const SHUFFLED_SIG: Sig = Sig {
    name: "uint8, shuffled weights",
    inputs: &[req(U8), req(U8), opt(I32)],
    outputs: &[req(I16), req(U8)],
    version: 2,
};

const INT16_SIGS: &[Sig] = &[
    Sig {
        name: "int16x8",
        inputs: &[req(I16), req(WEIGHTS), opt(BIAS_I16)],
        outputs: &[req(I16)],
        version: 7,
    },
    Sig { name: "int16", inputs: &[req(I16), req(I16), opt(BIAS_I16)], outputs: &[req(I16)], version: 14 },
];

const INPUT: usize = 0;
const WEIGHTS_INPUT: usize = 1;
const BIAS: usize = 2;

/// Makes a planned kernel.
type Make = fn(&mut Plan<'_>, Layer) -> Result<Box<dyn Kernel>>;

/// Sizes and options of the operator.
#[derive(Clone, Copy)]
struct Layer {
    /// Input vectors.
    rows: usize,
    /// Elements of an input vector and of a row of weights.
    depth: usize,
    /// Elements of an output vector.
    units: usize,
    activation: ActivationFunctionType,
    /// Whether hybrid products give each row a zero point.
    asymmetric: bool,
    /// Whether 16-bit products are summed up in 32 bits (as their bias is) and not in 64.
    sum_i32: bool,
    is_shuffled: bool,
}

impl Layer {
    fn of(node: &Node<'_>) -> Result<Self> {
        let (input, weights) = (node.input(INPUT)?.shape, node.input(WEIGHTS_INPUT)?.shape);
        let options: FullyConnectedOptions<'_> = node.options();
        let &[units, depth] = weights.dims() else {
            return Err(Error::invalid_shape(format!("weights {weights} must have 2 dimensions")));
        };
        let rows = match depth {
            0 => input.outer(),
            _ => input.elements() / depth,
        };
        if depth != 0 && input.elements() % depth != 0 {
            return Err(Error::invalid_shape(format!("input {input} is no rows of {depth} elements")));
        }
        let bias = node.optional(BIAS);
        if let Some(bias) = bias.filter(|bias| bias.shape_known && bias.shape.elements() != units) {
            return Err(Error::invalid_shape(format!("bias {} of {units} units", bias.shape)));
        }
        let bias_type =
            bias.map_or(options.quantized_bias_type() == TensorType::INT32, |bias| bias.dtype == DType::I32);
        Ok(Self {
            rows,
            depth,
            units,
            activation: options.fused_activation_function(),
            asymmetric: options.asymmetric_quantize_inputs(),
            sum_i32: bias_type,
            is_shuffled: match options.weights_format() {
                FullyConnectedOptionsWeightsFormat::DEFAULT => false,
                FullyConnectedOptionsWeightsFormat::SHUFFLED4x16INT8 => true,
                other => return Err(Error::unsupported(format!("weights format {other:?}"))),
            },
        })
    }

    /// Whether there are no products.
    fn is_empty(&self) -> bool {
        self.depth == 0 || self.rows == 0 || self.units == 0
    }

    /// Rows that are worked on at a time, so that what lies between product and result stays in the cache.
    fn block(&self) -> usize {
        (64 * 1024 / self.units.max(1)).max(48).min(self.rows)
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let layer = Layer::of(node)?;
    let input = node.input(INPUT)?.shape;
    let output = if node.options::<FullyConnectedOptions<'_>>().keep_num_dims() {
        let last = input.rank().checked_sub(1).filter(|_| input.last() == layer.depth || layer.depth == 0);
        let last = last.ok_or_else(|| {
            Error::invalid_shape(format!("input {input} does not end in {} elements", layer.depth))
        })?;
        input.with_dim(last, layer.units)?
    } else {
        Shape::new(&[layer.rows, layer.units])?
    };
    Ok(match node.outputs.get(1) {
        Some(workspace) => Outputs::Known([output, workspace.shape].into()),
        None => Outputs::one(output),
    })
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let layer = Layer::of(plan.node)?;
    if layer.is_shuffled && !layer.is_empty() {
        return shuffled::plan(plan, layer);
    }
    let family = match (plan.node.input(INPUT)?.dtype, plan.node.input(WEIGHTS_INPUT)?.dtype) {
        (DType::F32, DType::F32) => &float::F32,
        (DType::F32, _) => hybrid_family(plan.node)?,
        (DType::I16, _) => &integer_i16::I16,
        (DType::U8, _) => &integer::U8,
        _ => &integer::I8,
    };
    plan_from(plan, family)
}

/// The kernels for integer weights of real inputs.
fn hybrid_family(node: &Node<'_>) -> Result<&'static Family<Make>> {
    Ok(match node.input(WEIGHTS_INPUT)?.quantization {
        Quantization::Blockwise(_) => &blockwise::BLOCKWISE,
        _ => &hybrid::HYBRID,
    })
}

/// A kernel of a family.
fn plan_from(plan: &mut Plan<'_>, family: &Family<Make>) -> Result<Box<dyn Kernel>> {
    let layer = Layer::of(plan.node)?;
    if layer.is_empty() {
        // Without a depth there is not even a bias.
        return Ok(Box::new(|io: &mut Io<'_>| {
            io.output::<u8>(0)?.fill(0);
            Ok(())
        }));
    }
    if plan.node.outputs.len() > 1 || layer.is_shuffled {
        return Err(Error::invalid_model("shuffled weights, or a second output as for these, but not both"));
    }
    (plan.choose(family).kernel)(plan, layer)
}
