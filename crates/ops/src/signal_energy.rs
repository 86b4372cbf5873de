//! SignalEnergy: the squared magnitudes of a part of a complex spectrum; 0 outside of that part.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::signal::vector;

/// SignalEnergy.
pub static OP: OpDef = OpDef {
    name: "SignalEnergy",
    code: Code::Custom("SignalEnergy"),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "SignalEnergy",
    summary: "Squared magnitudes of a part of a 16-bit complex spectrum.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "int16",
    inputs: &[req(Types::of(&[DType::I16]))],
    outputs: &[req(Types::of(&[DType::U32]))],
    version: 1,
}];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::one(Shape::new(&[vector(node, 0)? / 2])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let bins = vector(plan.node, 0)? / 2;
    let options = CustomOptions::of(plan.node);
    let end = options.size("end_index", 0..=bins)?;
    let start = options.size("start_index", 0..=bins)?;
    if start > end {
        return Err(Error::invalid_model(format!("energies from {start} to {end}")));
    }
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (spectrum, _) = io.input::<i16>(0)?.as_chunks::<2>();
        let output = io.output::<u32>(0)?;
        output.fill(0);
        for (out, part) in output[start..end].iter_mut().zip(&spectrum[start..end]) {
            let [re, im] = part.map(i32::from);
            *out = (re * re).wrapping_add(im * im) as u32;
        }
        Ok(())
    }))
}
