//! SignalFilterBankLog: natural logarithms of the channels of a filter bank, in integers.

use alloc::boxed::Box;

use featherlite_base::{DType, Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::signal::{bits, vector};

/// SignalFilterBankLog.
pub static OP: OpDef = OpDef {
    name: "SignalFilterBankLog",
    code: Code::Custom("SignalFilterBankLog"),
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
    name: "SignalFilterBankLog",
    summary: "Scaled natural logarithms of 32-bit integers.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "uint32",
    inputs: &[req(Types::of(&[DType::U32]))],
    outputs: &[req(Types::of(&[DType::I16]))],
    version: 1,
}];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::one(Shape::new(&[vector(node, 0)?])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let options = CustomOptions::of(plan.node);
    let shift = options.size("input_correction_bits", 0..=31)?;
    let scale = options.integer("output_scale")? as u32;
    let log = Log::new();
    Ok(Box::new(move |io: &mut Io<'_>| {
        for (out, &value) in io.output::<i16>(0)?.iter_mut().zip(io.input::<u32>(0)?) {
            let scaled = value << shift;
            *out = if scaled > 1 { log.natural(scaled, scale).min(i16::MAX as u32) as i16 } else { 0 };
        }
        Ok(())
    }))
}

/// Bits of a logarithm's fraction.
const FRACTION: u32 = 16;
/// The table has an entry for each of `2^SEGMENTS` segments between two powers of two, and one for the end.
const SEGMENTS: u32 = 7;

/// Logarithms by a table of how far `log2(1 + x)` lies above `x`.
struct Log {
    table: [u16; (1 << SEGMENTS) + 1],
}

impl Log {
    fn new() -> Self {
        let excess = |index: usize| {
            let x = index as f64 / f64::from(1 << SEGMENTS);
            libm::round((libm::log2(1.0 + x) - x) * f64::from(1 << FRACTION)) as u16
        };
        Self { table: core::array::from_fn(excess) }
    }

    /// `scale * ln(x)` for `x` above 0.
    fn natural(&self, x: u32, scale: u32) -> u32 {
        const LN_2: u64 = 45426;
        let whole = bits(x) - 1;
        let log2 = (whole << FRACTION) + self.fraction(x, whole);
        let half = 1 << (FRACTION - 1);
        let natural = ((LN_2 * u64::from(log2) + half) >> FRACTION) as u32;
        scale.wrapping_mul(natural).wrapping_add(half as u32) >> FRACTION
    }

    /// `log2(x) - whole`, where `whole` is its integer part.
    fn fraction(&self, x: u32, whole: u32) -> u32 {
        let rest = x - (1 << whole);
        let rest = if whole < FRACTION { rest << (FRACTION - whole) } else { rest >> (whole - FRACTION) };
        let segment = rest >> (FRACTION - SEGMENTS);
        let (from, to) = (self.table[segment as usize], self.table[segment as usize + 1]);
        let within = rest - (segment << (FRACTION - SEGMENTS));
        // The original shifts by all fraction bits, not by those of a segment, so this hardly interpolates.
        let step = ((i32::from(to) - i32::from(from)) * within as i32) >> FRACTION;
        (rest + u32::from(from)).wrapping_add_signed(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_close() {
        let log = Log::new();
        assert_eq!(log.table[..4], [0, 224, 442, 654]);
        assert_eq!((log.table[57], log.table[127], log.table[128]), (5641, 142, 0));
        for x in [2, 3, 5, 255, 256, 1000, 65535, 65536, 1 << 20, 12_345_678, u32::MAX] {
            let exact = 64.0 * libm::log(f64::from(x));
            let found = f64::from(log.natural(x, 64 << FRACTION >> FRACTION));
            assert!((found - exact).abs() < 1.2, "{x}: {found} {exact}");
        }
    }
}
