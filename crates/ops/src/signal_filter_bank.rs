//! SignalFilterBank: energies of frequencies summed up to channels of overlapping triangular filters (a mel scale).
//!
//! Each frequency belongs to two neighbouring channels: with its weight to one, with its "unweight" to the next. The
//! tables describe one channel more than there are outputs, in front of the first, which only passes its unweighted sum on.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::signal::{MAX_LENGTH, vector};

/// SignalFilterBank.
pub static OP: OpDef = OpDef {
    name: "SignalFilterBank",
    code: Code::Custom("SignalFilterBank"),
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
    name: "SignalFilterBank",
    summary: "Energies of frequencies summed up to the channels of overlapping filters.",
    macs: None,
};

const U32: Types = Types::of(&[DType::U32]);
const I16: Types = Types::of(&[DType::I16]);

const SIGS: &[Sig] = &[Sig {
    name: "uint32",
    inputs: &[req(U32), req(I16), req(I16), req(I16), req(I16), req(I16)],
    outputs: &[req(Types::of(&[DType::U64]))],
    version: 1,
}];

const INPUT: usize = 0;
const WEIGHTS: usize = 1;
const UNWEIGHTS: usize = 2;
const FREQUENCY_STARTS: usize = 3;
const WEIGHT_STARTS: usize = 4;
const WIDTHS: usize = 5;

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let channels = CustomOptions::of(node).size("num_channels", 0..=MAX_LENGTH)?;
    vector(node, INPUT)?;
    for table in [FREQUENCY_STARTS, WEIGHT_STARTS, WIDTHS] {
        let length = vector(node, table)?;
        if length <= channels {
            return Err(Error::invalid_shape(format!(
                "input {table} has {length} entries; {channels} channels need one more than that"
            )));
        }
    }
    Ok(Outputs::one(Shape::new(&[channels])?))
}

fn plan(_: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(Box::new(|io: &mut Io<'_>| {
        let energies = io.input::<u32>(INPUT)?;
        let (weights, unweights) = (io.input::<i16>(WEIGHTS)?, io.input::<i16>(UNWEIGHTS)?);
        let (starts, places) = (io.input::<i16>(FREQUENCY_STARTS)?, io.input::<i16>(WEIGHT_STARTS)?);
        let channels = starts.iter().zip(places).zip(io.input::<i16>(WIDTHS)?);
        let output = io.output::<u64>(0)?;
        let mut passed_on = 0u64;
        for (index, ((&start, &place), &width)) in channels.take(output.len() + 1).enumerate() {
            let energies = part(energies, start, width)?;
            let sum = weighted_sum(energies, part(weights, place, width)?, passed_on);
            passed_on = weighted_sum(energies, part(unweights, place, width)?, 0);
            if let Some(index) = index.checked_sub(1) {
                output[index] = sum;
            }
        }
        Ok(())
    }))
}

fn weighted_sum(energies: &[u32], weights: &[i16], start: u64) -> u64 {
    energies.iter().zip(weights).fold(start, |sum, (&energy, &weight)| {
        sum.wrapping_add((i64::from(weight) as u64).wrapping_mul(energy.into()))
    })
}

/// `width` values of a table from `start` on; none if the width is negative.
fn part<T>(table: &[T], start: i16, width: i16) -> Result<&[T]> {
    let width = usize::try_from(width).unwrap_or(0);
    let values = usize::try_from(start).ok().and_then(|start| table.get(start..start + width));
    values.or((width == 0).then_some(&[])).ok_or_else(|| {
        Error::invalid_value(format!("a channel of {width} entries from {start} on of {}", table.len()))
    })
}
