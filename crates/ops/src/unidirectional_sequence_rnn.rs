//! UNIDIRECTIONAL_SEQUENCE_RNN: a plain recurrent layer over a sequence (see [`rnn`](crate::parts::rnn)).

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result};
use featherlite_schema::{BuiltinOperator, SequenceRNNOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rnn::{Layer, Options, Tensors};
use crate::parts::sequence::Sequence;

/// UNIDIRECTIONAL_SEQUENCE_RNN.
pub static OP: OpDef = OpDef {
    name: "UNIDIRECTIONAL_SEQUENCE_RNN",
    code: Code::Builtin(BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_RNN),
    version: 3,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::Some,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "UNIDIRECTIONAL_SEQUENCE_RNN",
    summary: "A plain recurrent layer over a sequence.",
    macs: Some(|node| sequence(node).map_or(0, |sequence| Tensors::ONE_DIRECTION.macs(node, sequence))),
};

const F32: Types = Types::of(&[DType::F32]);
/// Old files call the signed weights of hybrid operators UINT8.
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);

const SIGS: &[Sig] = &[
    Sig {
        name: "float32",
        inputs: &[req(F32), req(F32), req(F32), req(F32), req(F32)],
        outputs: &[req(F32)],
        version: 1,
    },
    Sig {
        name: "hybrid",
        inputs: &[req(F32), req(BYTES), req(BYTES), req(F32), req(F32)],
        outputs: &[req(F32)],
        version: 2,
    },
];

fn sequence(node: &Node<'_>) -> Result<Sequence> {
    let shape = node.input(0)?.shape;
    if shape.rank() != 3 {
        return Err(Error::invalid_shape(format!("the input {shape} must have 3 dimensions")));
    }
    Sequence::of(shape, node.options::<SequenceRNNOptions<'_>>().time_major())
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let units = Tensors::ONE_DIRECTION.units(node, sequence(node)?.batch)?;
    Ok(Outputs::one(node.input(0)?.shape.with_dim(2, units)?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let sequence = sequence(plan.node)?;
    let file: SequenceRNNOptions<'_> = plan.node.options();
    let options = Options {
        activation: file.fused_activation_function(),
        asymmetric: file.asymmetric_quantize_inputs(),
        backward: false,
        passes: 1,
    };
    let layer = Layer::plan(plan, Tensors::ONE_DIRECTION, sequence, options, ["input", "state", "aux"])?;
    Ok(Box::new(move |io: &mut Io<'_>| layer.run(io, io.output(0)?, layer.units(), 0)))
}
