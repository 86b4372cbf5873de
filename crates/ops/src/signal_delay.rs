//! SignalDelay: each row of samples, some samples later; zeros at first.

use alloc::boxed::Box;

use featherlite_base::{DType, Result};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::signal::{MAX_LENGTH, copy_joined, remember, with_last};

/// SignalDelay.
pub static OP: OpDef = OpDef {
    name: "SignalDelay",
    code: Code::Custom("SignalDelay"),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::Some,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "SignalDelay", summary: "Delays 16-bit samples from run to run.", macs: None };

const I16: Types = Types::of(&[DType::I16]);

const SIGS: &[Sig] = &[Sig { name: "int16", inputs: &[req(I16)], outputs: &[req(I16)], version: 1 }];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let shape = node.input(0)?.shape;
    Ok(Outputs::one(with_last(shape, &[shape.last()])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let delay = CustomOptions::of(plan.node).size("delay_length", 0..=MAX_LENGTH)?;
    let shape = plan.node.input(0)?.shape;
    let state = plan.state(with_last(shape, &[delay])?.bytes(DType::I16)?);
    let samples = shape.last().max(1);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let rows = io.input::<i16>(0)?.chunks(samples).zip(io.output::<i16>(0)?.chunks_mut(samples));
        let state = io.state::<i16>(state)?;
        for (index, (row, out)) in rows.enumerate() {
            let history = &mut state[index * delay..(index + 1) * delay];
            copy_joined(history, row, 0, out);
            remember(history, row);
        }
        Ok(())
    }))
}
