//! BIDIRECTIONAL_SEQUENCE_RNN: two plain recurrent layers over a sequence, one from its start and one from its end (see
//! [`rnn`](crate::parts::rnn)).

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result};
use featherlite_schema::{BidirectionalSequenceRNNOptions, BuiltinOperator};

use crate::core::{
    Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, opt, req, rest,
};
use crate::parts::rnn::{Layer, Options, Tensors};
use crate::parts::sequence::{self, Sequence};

/// BIDIRECTIONAL_SEQUENCE_RNN.
pub static OP: OpDef = OpDef {
    name: "BIDIRECTIONAL_SEQUENCE_RNN",
    code: Code::Builtin(BuiltinOperator::BIDIRECTIONAL_SEQUENCE_RNN),
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
    name: "BIDIRECTIONAL_SEQUENCE_RNN",
    summary: "Two plain recurrent layers over a sequence, from its start and from its end.",
    macs: Some(|node| {
        let macs = |sequence| Ok(tensors(node)?.map(|tensors| tensors.macs(node, sequence)));
        sequence(node).and_then(macs).map_or(0, |[forward, backward]| forward.saturating_add(backward))
    }),
};

const F32: Types = Types::of(&[DType::F32]);
/// Old files call the signed weights of hybrid operators UINT8.
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);

const SIGS: &[Sig] = &[
    Sig {
        name: "float32",
        inputs: &[
            req(F32),
            req(F32),
            req(F32),
            req(F32),
            req(F32),
            req(F32),
            req(F32),
            req(F32),
            req(F32),
            opt(F32),
            opt(F32),
            opt(F32),
        ],
        outputs: &[req(F32), rest(F32)],
        version: 1,
    },
    Sig {
        name: "hybrid",
        inputs: &[
            req(F32),
            req(BYTES),
            req(BYTES),
            req(F32),
            req(F32),
            req(BYTES),
            req(BYTES),
            req(F32),
            req(F32),
            opt(F32),
            opt(BYTES),
            opt(BYTES),
        ],
        outputs: &[req(F32), rest(F32)],
        version: 2,
    },
];

const AUX: usize = 9;

/// The tensors of both directions. A second sequence without weights is the backward layer's input.
fn tensors(node: &Node<'_>) -> Result<[Tensors; 2]> {
    let aux = sequence::aux_role(node, AUX, &[10, 11])?;
    let direction = |first: usize, aux_weights: usize| Tensors {
        input: 0,
        aux: aux.weighted.map(|aux| (aux, aux_weights)),
        weights: first,
        recurrent_weights: first + 1,
        bias: first + 2,
        state: first + 3,
    };
    // TensorFlow Lite's kernel gives the second sequence to the backward layer only where time comes first.
    let backward_input = match aux.backward_input {
        Some(input) if node.options::<BidirectionalSequenceRNNOptions<'_>>().time_major() => input,
        _ => 0,
    };
    Ok([direction(1, 10), Tensors { input: backward_input, ..direction(5, 11) }])
}

fn sequence(node: &Node<'_>) -> Result<Sequence> {
    let shape = node.input(0)?.shape;
    if shape.rank() != 3 {
        return Err(Error::invalid_shape(format!("the input {shape} must have 3 dimensions")));
    }
    Sequence::of(shape, node.options::<BidirectionalSequenceRNNOptions<'_>>().time_major())
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let batch = sequence(node)?.batch;
    let [forward, backward] = tensors(node)?;
    let units = [forward.units(node, batch)?, backward.units(node, batch)?];
    sequence::two_directions(
        node.input(0)?.shape,
        units,
        node.options::<BidirectionalSequenceRNNOptions<'_>>().merge_outputs(),
    )
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let sequence = sequence(plan.node)?;
    let file: BidirectionalSequenceRNNOptions<'_> = plan.node.options();
    let [forward, backward] = tensors(plan.node)?;
    let is_hybrid = plan.node.input(1)?.dtype != DType::F32;
    let options = |backward| Options {
        activation: file.fused_activation_function(),
        asymmetric: file.asymmetric_quantize_inputs(),
        backward,
        // TensorFlow Lite's hybrid kernel goes through a time-major sequence as many times as it has steps.
        passes: if is_hybrid && sequence.time_major { sequence.steps } else { 1 },
    };
    let forward = Layer::plan(plan, forward, sequence, options(false), ["input", "state", "aux"])?;
    let keys = ["backward input", "backward state", "backward aux"];
    let backward = Layer::plan(plan, backward, sequence, options(true), keys)?;
    let (units, merge) = ([forward.units(), backward.units()], file.merge_outputs());
    Ok(Box::new(move |io: &mut Io<'_>| {
        let output = io.output(0)?;
        if merge {
            forward.run(io, output, units[0] + units[1], 0)?;
            backward.run(io, output, units[0] + units[1], units[0])
        } else {
            forward.run(io, output, units[0], 0)?;
            backward.run(io, io.output(1)?, units[1], 0)
        }
    }))
}
