//! SignalWindow: samples times the weights of a window, row by row.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::arena::Pair;
use featherlite_base::{DType, Error, Result};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::signal::vector;

/// SignalWindow.
pub static OP: OpDef = OpDef {
    name: "SignalWindow",
    code: Code::Custom("SignalWindow"),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "SignalWindow",
    summary: "Samples times the weights of a window, in 16-bit fixed point.",
    macs: None,
};

const I16: Types = Types::of(&[DType::I16]);

const SIGS: &[Sig] =
    &[Sig { name: "int16", inputs: &[req(I16), req(I16)], outputs: &[req(I16)], version: 1 }];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (shape, size) = (node.input(0)?.shape, vector(node, 1)?);
    if size == 0 || !shape.elements().is_multiple_of(size) {
        return Err(Error::invalid_shape(format!("a window of {size} samples over {shape}")));
    }
    Ok(Outputs::one(shape))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let shift = CustomOptions::of(plan.node).size("shift", 0..=31)?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let weights = io.input::<i16>(1)?;
        let samples = match io.pair::<i16, i16>(0, 0)? {
            Pair::InPlace(samples) => samples,
            Pair::Apart(from, to) => {
                to.copy_from_slice(from);
                to
            }
        };
        for row in samples.chunks_mut(weights.len()) {
            for (sample, &weight) in row.iter_mut().zip(weights) {
                let product = (i32::from(*sample) * i32::from(weight)) >> shift;
                *sample = product.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
            }
        }
        Ok(())
    }))
}
