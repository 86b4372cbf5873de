//! BIDIRECTIONAL_SEQUENCE_LSTM: two layers of long short-term memory over a sequence, one from its start and one from
//! its end (see [`lstm`]).

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result};
use featherlite_schema::{BidirectionalSequenceLSTMOptions, BuiltinOperator};

use crate::core::{
    Arg, Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, opt, req, rest,
};
use crate::parts::lstm::{self, Options, Real, Sizes, Tensors};
use crate::parts::sequence::{self, Sequence};

/// BIDIRECTIONAL_SEQUENCE_LSTM.
pub static OP: OpDef = OpDef {
    name: "BIDIRECTIONAL_SEQUENCE_LSTM",
    code: Code::Builtin(BuiltinOperator::BIDIRECTIONAL_SEQUENCE_LSTM),
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
    name: "BIDIRECTIONAL_SEQUENCE_LSTM",
    summary: "Two layers of long short-term memory over a sequence, from its start and from its end.",
    macs: Some(|node| {
        let macs = |sequence: Sequence| {
            let rows = (sequence.batch as u64).saturating_mul(sequence.steps as u64);
            let mut macs = 0u64;
            for tensors in tensors(node)? {
                let layer = Sizes::of(node, &tensors, sequence.batch)?.macs();
                macs = macs.saturating_add(rows.saturating_mul(layer));
            }
            Ok(macs)
        };
        sequence(node).and_then(macs).unwrap_or(0)
    }),
};

const F32: Types = Types::of(&[DType::F32]);
/// Old files call the signed weights of hybrid operators UINT8.
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &inputs(F32), outputs: &[req(F32), rest(F32)], version: 1 },
    Sig { name: "hybrid", inputs: &inputs(BYTES), outputs: &[req(F32), rest(F32)], version: 2 },
];

const AUX: usize = 39;

const fn inputs(weights: Types) -> [Arg; 48] {
    let mut args = [opt(weights); 48];
    let direction = lstm::direction([weights, weights, weights, F32]);
    let mut index = 0;
    while index < 17 {
        args[1 + index] = direction[index];
        args[18 + index] = direction[index];
        index += 1;
    }
    args[0] = req(F32);
    let mut state = 35;
    while state < AUX {
        args[state] = req(F32);
        state += 1;
    }
    args[AUX] = opt(F32);
    args
}

/// The tensors of both directions. A second sequence without weights is the backward layer's input.
fn tensors(node: &Node<'_>) -> Result<[Tensors; 2]> {
    let aux = sequence::aux_role(node, AUX, &[41, 42, 43, 45, 46, 47])?;
    let forward =
        Tensors { aux_input: aux.weighted, aux_weights: [40, 41, 42, 43], ..Tensors::direction(1, 35) };
    let backward = Tensors {
        input: aux.backward_input.unwrap_or(0),
        aux_input: aux.weighted,
        aux_weights: [44, 45, 46, 47],
        ..Tensors::direction(18, 37)
    };
    Ok([forward, backward])
}

fn sequence(node: &Node<'_>) -> Result<Sequence> {
    let shape = node.input(0)?.shape;
    if shape.rank() != 3 {
        return Err(Error::invalid_shape(format!("the input {shape} must have 3 dimensions")));
    }
    Sequence::of(shape, node.options::<BidirectionalSequenceLSTMOptions<'_>>().time_major())
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let batch = sequence(node)?.batch;
    let [forward, backward] = tensors(node)?;
    let outputs = [Sizes::of(node, &forward, batch)?.outputs, Sizes::of(node, &backward, batch)?.outputs];
    let options: BidirectionalSequenceLSTMOptions<'_> = node.options();
    sequence::two_directions(node.input(0)?.shape, outputs, options.merge_outputs())
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let sequence = sequence(plan.node)?;
    let file: BidirectionalSequenceLSTMOptions<'_> = plan.node.options();
    let [forward, backward] = tensors(plan.node)?;
    let options = |backward| Options {
        activation: file.fused_activation_function(),
        cell_clip: file.cell_clip(),
        projection_clip: file.proj_clip(),
        asymmetric: file.asymmetric_quantize_inputs(),
        backward,
    };
    let keys = ["input", "state", "aux", "projection"];
    let forward = Real::plan(plan, forward, sequence, options(false), keys)?;
    let keys = ["backward input", "backward state", "backward aux", "backward projection"];
    let backward = Real::plan(plan, backward, sequence, options(true), keys)?;
    let (outputs, merge) = ([forward.outputs(), backward.outputs()], file.merge_outputs());
    Ok(Box::new(move |io: &mut Io<'_>| {
        let output = io.output(0)?;
        if merge {
            forward.run(io, output, outputs[0] + outputs[1], 0)?;
            backward.run(io, output, outputs[0] + outputs[1], outputs[0])
        } else {
            forward.run(io, output, outputs[0], 0)?;
            backward.run(io, io.output(1)?, outputs[1], 0)
        }
    }))
}
