//! SignalFftAutoScale: shifts samples up as far as the greatest allows, so that a fixed-point transform loses less.
//!
//! Output 1 is the number of bits. TensorFlow Lite Micro keeps the greatest magnitude in 16 bits, where that of the
//! least sample, -32768, turns negative: it counts as smaller than whatever follows. Samples that are all 0 are not
//! shifted.

use alloc::boxed::Box;

use featherlite_base::arena::Pair;
use featherlite_base::{DType, Error, Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::signal::{bits, vector};

/// SignalFftAutoScale.
pub static OP: OpDef = OpDef {
    name: "SignalFftAutoScale",
    code: Code::Custom("SignalFftAutoScale"),
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
    name: "SignalFftAutoScale",
    summary: "Shifts 16-bit samples up to use all bits, and tells by how many.",
    macs: None,
};

const I16: Types = Types::of(&[DType::I16]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] =
    &[Sig { name: "int16", inputs: &[req(I16)], outputs: &[req(I16), req(I32)], version: 1 }];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::Known([Shape::new(&[vector(node, 0)?])?, Shape::SCALAR].into()))
}

fn plan(_: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(Box::new(|io: &mut Io<'_>| {
        let samples = match io.pair::<i16, i16>(0, 0)? {
            Pair::InPlace(samples) => samples,
            Pair::Apart(from, to) => {
                to.copy_from_slice(from);
                to
            }
        };
        let scale = free_bits(samples);
        samples.iter_mut().for_each(|sample| *sample <<= scale);
        let out = io.output::<i32>(1)?.first_mut().ok_or_else(|| Error::internal("no room for a scalar"))?;
        *out = scale as i32;
        Ok(())
    }))
}

/// How far all samples can be shifted up.
fn free_bits(samples: &[i16]) -> u32 {
    let greatest = samples.iter().fold(0i16, |greatest, &sample| {
        if sample > greatest {
            sample
        } else if -i32::from(sample) > i32::from(greatest) {
            sample.wrapping_neg()
        } else {
            greatest
        }
    });
    15u32.saturating_sub(bits(i32::from(greatest) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_magnitude_decides() {
        let cases: [(&[i16], u32); 7] = [
            (&[1, 0], 14),
            (&[0, -3, 2], 13),
            (&[0, 0], 0),
            (&[], 0),
            (&[32767, 5], 0),
            (&[3, -32768], 0),
            (&[-32768, 3], 13),
        ];
        for (samples, expected) in cases {
            assert_eq!(free_bits(samples), expected, "{samples:?}");
        }
    }
}
