//! SignalFilterBankSquareRoot: square roots of 64-bit energies, shifted down by the bits that SignalFftAutoScale
//! had shifted up.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::signal::vector;

/// SignalFilterBankSquareRoot.
pub static OP: OpDef = OpDef {
    name: "SignalFilterBankSquareRoot",
    code: Code::Custom("SignalFilterBankSquareRoot"),
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
    name: "SignalFilterBankSquareRoot",
    summary: "Rounded square roots of 64-bit energies, shifted down.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "uint64",
    inputs: &[req(Types::of(&[DType::U64])), req(Types::of(&[DType::I32]))],
    outputs: &[req(Types::of(&[DType::U32]))],
    version: 1,
}];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let bits = node.input(1)?.shape;
    if bits.elements() != 1 {
        return Err(Error::invalid_shape(format!("{bits} numbers of bits to shift by where one is needed")));
    }
    Ok(Outputs::one(Shape::new(&[vector(node, 0)?])?))
}

fn plan(_: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(Box::new(|io: &mut Io<'_>| {
        let bits = io.input::<i32>(1)?[0];
        if !(0..32).contains(&bits) {
            return Err(Error::invalid_value(format!("a shift by {bits} bits")));
        }
        for (out, &energy) in io.output::<u32>(0)?.iter_mut().zip(io.input::<u64>(0)?) {
            *out = root(energy) >> bits;
        }
        Ok(())
    }))
}

/// The nearest integer to the square root, but never above the greatest of half the bits: 65535 where `x` fits 32 bits.
fn root(x: u64) -> u32 {
    let floor = x.isqrt();
    let limit = if x >> 32 == 0 { u64::from(u16::MAX) } else { u64::from(u32::MAX) };
    let nearest = if x - floor * floor > floor { floor + 1 } else { floor };
    nearest.min(limit) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_rounded_and_limited() {
        let top = u64::from(u32::MAX);
        let cases = [
            (0, 0),
            (1, 1),
            (2, 1),
            (3, 2),
            (6, 2),
            (7, 3),
            (top, 65535),
            (top + 1, 65536),
            (u64::MAX, u32::MAX),
            (top * top, u32::MAX),
        ];
        for (x, expected) in cases {
            assert_eq!(root(x), expected, "{x}");
        }
    }
}
