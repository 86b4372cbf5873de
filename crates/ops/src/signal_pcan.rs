//! SignalPCAN: per-channel amplitude normalization, a gain control by the channel's noise estimate (Wang et al.,
//! "Trainable Frontend for Robust and Far-Field Keyword Spotting", ICASSP 2017).
//!
//! The gain is a function of the estimate, given as a table: three coefficients of a parabola for each power of two.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::signal::{bits, vector};

/// SignalPCAN.
pub static OP: OpDef = OpDef {
    name: "SignalPCAN",
    code: Code::Custom("SignalPCAN"),
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
    name: "SignalPCAN",
    summary: "Normalizes the amplitude of each channel by its noise estimate.",
    macs: None,
};

const U32: Types = Types::of(&[DType::U32]);
const I16: Types = Types::of(&[DType::I16]);

const SIGS: &[Sig] =
    &[Sig { name: "uint32", inputs: &[req(U32), req(U32), req(I16)], outputs: &[req(U32)], version: 1 }];

/// Fraction bits of the ratio of signal and noise, and of the output.
const RATIO_BITS: u32 = 12;
const OUTPUT_BITS: u32 = 6;

/// Entries of the table: four for each number of bits from 2 to 32, the last of which is not used, after two odd ones.
const TABLE: usize = 125;

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (length, estimates, table) = (vector(node, 0)?, vector(node, 1)?, vector(node, 2)?);
    if length != estimates || table < TABLE {
        return Err(Error::invalid_shape(format!(
            "{length} channels with {estimates} noise estimates, and a table of {table} where {TABLE} are needed"
        )));
    }
    Ok(Outputs::one(Shape::new(&[length])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let shift = CustomOptions::of(plan.node).size("snr_shift", 0..=63)?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (signals, estimates, table) = (io.input::<u32>(0)?, io.input::<u32>(1)?, io.input::<i16>(2)?);
        for ((out, &signal), &estimate) in io.output::<u32>(0)?.iter_mut().zip(signals).zip(estimates) {
            let gain = i32::from(gain(estimate, table)) as u32;
            *out = shrink(((u64::from(signal) * u64::from(gain)) >> shift) as u32);
        }
        Ok(())
    }))
}

/// The gain for a noise estimate.
fn gain(estimate: u32, table: &[i16]) -> i16 {
    if estimate <= 2 {
        return table[estimate as usize];
    }
    let bits = bits(estimate);
    let at = 4 * bits as usize - 6;
    // The place within the power of two, in 10 bits.
    let place = if bits < 11 { estimate << (11 - bits) } else { estimate >> (bits - 11) };
    let place = (place & 0x3ff) as i32;
    let [constant, linear, square] = [0, 1, 2].map(|index| i32::from(table[at + index]));
    let slope = ((square * place) >> 5) + (linear << 5);
    ((slope.wrapping_mul(place).wrapping_add(1 << 14) >> 15) + constant) as i16
}

/// `x² / 4` for x below 2, from there on `x - 1`.
fn shrink(x: u32) -> u32 {
    if x < 2 << RATIO_BITS {
        (x * x) >> (2 + 2 * RATIO_BITS - OUTPUT_BITS)
    } else {
        (x >> (RATIO_BITS - OUTPUT_BITS)) - (1 << OUTPUT_BITS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_estimate_has_its_place_in_the_table() {
        // Constants that are the number of bits, all else 0.
        let mut table = [0i16; TABLE];
        for bits in 2..=32 {
            table[4 * bits - 6] = bits as i16;
        }
        table[0..3].copy_from_slice(&[100, 101, 102]);
        for (estimate, expected) in
            [(0, 100), (1, 101), (2, 102), (3, 102), (4, 3), (7, 3), (1 << 20, 21), (u32::MAX, 32)]
        {
            assert_eq!(gain(estimate, &table), expected, "{estimate}");
        }
    }

    #[test]
    fn shrinking_is_continuous() {
        assert_eq!(shrink(0), 0);
        assert_eq!([shrink((2 << 12) - 1), shrink(2 << 12)], [63, 64]);
        assert_eq!(shrink(u32::MAX), (1 << 26) - 1 - 64);
    }
}
