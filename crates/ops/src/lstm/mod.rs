//! LSTM: one step of long short-term memory, in two forms: FULL, the layer that the sequence operators share (see
//! [`lstm`](crate::parts::lstm)), with its state in variables; and BASIC, a cell that receives and returns its state.

mod basic;
mod integer_8;

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, LSTMKernelType, LSTMOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::lstm::{self, Options, Real, Sizes, Tensors};
use crate::parts::sequence::Sequence;

/// LSTM.
pub static OP: OpDef = OpDef {
    name: "LSTM",
    code: Code::Builtin(BuiltinOperator::LSTM),
    version: 4,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::Some,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "LSTM",
    summary: "One step of long short-term memory.",
    macs: Some(|node| {
        if is_basic(node) {
            return basic::macs(node);
        }
        let macs = |sequence: Sequence| {
            let layer = Sizes::of(node, &Tensors::ONE_DIRECTION, sequence.batch)?.macs();
            Ok(layer.saturating_mul(sequence.batch as u64))
        };
        sequence(node).and_then(macs).unwrap_or(0)
    }),
};

const F32: Types = Types::of(&[DType::F32]);
const I32: Types = Types::of(&[DType::I32]);
const I16: Types = Types::of(&[DType::I16]);
const I8: Types = Types::of(&[DType::I8]);
const U8: Types = Types::of(&[DType::U8]);
/// Old files call the signed weights of hybrid operators UINT8.
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);

const SIGS: &[Sig] = &[
    Sig {
        name: "float32",
        inputs: &lstm::one_direction([F32, F32, F32, F32, F32, F32, F32, F32]),
        outputs: &[req(F32)],
        version: 1,
    },
    Sig {
        name: "hybrid",
        inputs: &lstm::one_direction([F32, BYTES, BYTES, BYTES, F32, F32, F32, F32]),
        outputs: &[req(F32)],
        version: 3,
    },
    Sig {
        name: "int8",
        inputs: &lstm::one_direction([I8, I8, I8, I16, I32, I8, I16, I16]),
        outputs: &[req(I8)],
        version: 1,
    },
    Sig {
        name: "basic float32",
        inputs: &[req(F32), req(F32), req(F32), req(F32), req(F32)],
        outputs: &[req(F32), req(F32), req(F32), req(F32)],
        version: 2,
    },
    Sig {
        name: "basic uint8",
        inputs: &[req(U8), req(U8), req(U8), req(I32), req(I16)],
        outputs: &[req(U8), req(I16), req(U8), req(I16)],
        version: 2,
    },
];

fn is_basic(node: &Node<'_>) -> bool {
    node.options::<LSTMOptions<'_>>().kernel_type() == LSTMKernelType::BASIC
}

fn sequence(node: &Node<'_>) -> Result<Sequence> {
    let shape = node.input(0)?.shape;
    if shape.rank() != 2 {
        return Err(Error::invalid_shape(format!("the input {shape} must have 2 dimensions")));
    }
    Sequence::of(shape, true)
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    if is_basic(node) {
        return basic::shapes(node);
    }
    let batch = sequence(node)?.batch;
    let outputs = Sizes::of(node, &Tensors::ONE_DIRECTION, batch)?.outputs;
    Ok(Outputs::one(Shape::new(&[batch, outputs])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    if is_basic(node) {
        return basic::plan(plan);
    }
    let sequence = sequence(node)?;
    let file: LSTMOptions<'_> = node.options();
    let options = Options {
        activation: file.fused_activation_function(),
        cell_clip: file.cell_clip(),
        projection_clip: file.proj_clip(),
        asymmetric: file.asymmetric_quantize_inputs(),
        backward: false,
    };
    if node.input(0)?.dtype == DType::I8 {
        // The number of intermediate tensors tells the two integer forms apart.
        return match node.operator.intermediates().len() {
            12 => integer_8::plan(plan, sequence.batch, options),
            _ => lstm::integer(plan, sequence, options),
        };
    }
    let keys = ["input", "state", "aux", "projection"];
    let layer = Real::plan(plan, Tensors::ONE_DIRECTION, sequence, options, keys)?;
    Ok(Box::new(move |io: &mut Io<'_>| layer.run(io, io.output(0)?, layer.outputs(), 0)))
}
