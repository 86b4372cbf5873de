//! UNIDIRECTIONAL_SEQUENCE_LSTM: a layer of long short-term memory over a sequence (see [`lstm`]).

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result};
use featherlite_schema::{BuiltinOperator, UnidirectionalSequenceLSTMOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::lstm::{self, Options, Real, Sizes, Tensors};
use crate::parts::sequence::Sequence;

/// UNIDIRECTIONAL_SEQUENCE_LSTM.
pub static OP: OpDef = OpDef {
    name: "UNIDIRECTIONAL_SEQUENCE_LSTM",
    code: Code::Builtin(BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_LSTM),
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
    name: "UNIDIRECTIONAL_SEQUENCE_LSTM",
    summary: "A layer of long short-term memory over a sequence.",
    macs: Some(|node| {
        let sequence = sequence(node);
        let macs = |sequence: Sequence| {
            let rows = (sequence.batch as u64).saturating_mul(sequence.steps as u64);
            Ok(rows.saturating_mul(Sizes::of(node, &Tensors::ONE_DIRECTION, sequence.batch)?.macs()))
        };
        sequence.and_then(macs).unwrap_or(0)
    }),
};

const F32: Types = Types::of(&[DType::F32]);
const I32: Types = Types::of(&[DType::I32]);
const I16: Types = Types::of(&[DType::I16]);
const I8: Types = Types::of(&[DType::I8]);
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
        version: 2,
    },
    Sig {
        name: "hybrid, diagonal",
        inputs: &lstm::one_direction([F32, BYTES, F32, BYTES, F32, F32, F32, F32]),
        outputs: &[req(F32)],
        version: 4,
    },
    Sig {
        name: "int8",
        inputs: &lstm::one_direction([I8, I8, I8, I16, I32, I8, I16, I16]),
        outputs: &[req(I8)],
        version: 1,
    },
];

fn sequence(node: &Node<'_>) -> Result<Sequence> {
    let options: UnidirectionalSequenceLSTMOptions<'_> = node.options();
    let shape = node.input(0)?.shape;
    if shape.rank() != 3 {
        return Err(Error::invalid_shape(format!("the input {shape} must have 3 dimensions")));
    }
    Sequence::of(shape, options.time_major())
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let sizes = Sizes::of(node, &Tensors::ONE_DIRECTION, sequence(node)?.batch)?;
    Ok(Outputs::one(node.input(0)?.shape.with_dim(2, sizes.outputs)?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let sequence = sequence(plan.node)?;
    let file: UnidirectionalSequenceLSTMOptions<'_> = plan.node.options();
    let options = Options {
        activation: file.fused_activation_function(),
        cell_clip: file.cell_clip(),
        projection_clip: file.proj_clip(),
        asymmetric: file.asymmetric_quantize_inputs(),
        backward: false,
    };
    if plan.node.input(0)?.dtype == DType::I8 {
        return lstm::integer(plan, sequence, options);
    }
    let keys = ["input", "state", "aux", "projection"];
    let layer = Real::plan(plan, Tensors::ONE_DIRECTION, sequence, options, keys)?;
    Ok(Box::new(move |io: &mut Io<'_>| layer.run(io, io.output(0)?, layer.outputs(), 0)))
}
