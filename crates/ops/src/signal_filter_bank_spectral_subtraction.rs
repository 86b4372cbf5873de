//! SignalFilterBankSpectralSubtraction: takes the noise out of each channel, which it estimates by smoothing the
//! channel over time.
//!
//! Output 1 is the estimate. Odd channels have smoothing factors of their own.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::signal::{MAX_LENGTH, vector};

/// SignalFilterBankSpectralSubtraction.
pub static OP: OpDef = OpDef {
    name: "SignalFilterBankSpectralSubtraction",
    code: Code::Custom("SignalFilterBankSpectralSubtraction"),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::Some,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "SignalFilterBankSpectralSubtraction",
    summary: "Subtracts from each channel a running estimate of its noise.",
    macs: None,
};

const U32: Types = Types::of(&[DType::U32]);

const SIGS: &[Sig] =
    &[Sig { name: "uint32", inputs: &[req(U32)], outputs: &[req(U32), req(U32)], version: 1 }];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (length, channels) =
        (vector(node, 0)?, CustomOptions::of(node).size("num_channels", 0..=MAX_LENGTH)?);
    if length != channels {
        return Err(Error::invalid_shape(format!("{length} values for {channels} channels")));
    }
    let shape = Shape::new(&[length])?;
    Ok(Outputs::Known([shape, shape].into()))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let options = CustomOptions::of(plan.node);
    let factor = |name| options.integer(name).map(|value| value as u32);
    let filter = Subtraction {
        // Of even and odd channels.
        smoothing: [factor("smoothing")?, factor("alternate_smoothing")?],
        one_minus_smoothing: [factor("one_minus_smoothing")?, factor("alternate_one_minus_smoothing")?],
        smoothing_bits: options.size("smoothing_bits", 0..=31)? as u32,
        bits: options.size("spectral_subtraction_bits", 0..=63)? as u32,
        min_signal_remaining: factor("min_signal_remaining")?,
        clamping: options.flag("clamping")?,
    };
    let state = plan.state(vector(plan.node, 0)? * size_of::<u32>());
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, estimates, output) = (io.input::<u32>(0)?, io.state::<u32>(state)?, io.output::<u32>(0)?);
        for (channel, (estimate, (out, &signal))) in
            estimates.iter_mut().zip(output.iter_mut().zip(input)).enumerate()
        {
            *out = filter.apply(channel, signal, estimate);
        }
        io.output::<u32>(1)?.copy_from_slice(estimates);
        Ok(())
    }))
}

struct Subtraction {
    /// Weight of the new value in the estimate, in units of `2^-bits`.
    smoothing: [u32; 2],
    /// Weight of the estimate so far.
    one_minus_smoothing: [u32; 2],
    /// Fraction bits of the estimate.
    smoothing_bits: u32,
    bits: u32,
    /// The share of a signal that always remains.
    min_signal_remaining: u32,
    /// Whether the estimate is kept at or below the signal.
    clamping: bool,
}

impl Subtraction {
    fn apply(&self, channel: usize, signal: u32, estimate: &mut u32) -> u32 {
        let parity = channel % 2;
        let share = |value: u32, factor: u32| u64::from(value) * u64::from(factor);
        let fine = signal << self.smoothing_bits;
        let smoothed = share(fine, self.smoothing[parity])
            .wrapping_add(share(*estimate, self.one_minus_smoothing[parity]));
        *estimate = (smoothed >> self.bits) as u32;
        let noise = (*estimate).min(fine);
        if self.clamping {
            *estimate = noise;
        }
        let floor = (share(signal, self.min_signal_remaining) >> self.bits) as u32;
        floor.max((fine - noise) >> self.smoothing_bits)
    }
}
