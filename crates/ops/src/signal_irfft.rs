//! SignalIrfft: real samples from their complex spectrum along the last dimension, the inverse of SignalRfft.
//!
//! Floats are scaled so that it undoes SignalRfft; in fixed point both transforms divide by their size
//! ([`crate::parts::fft`]).

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::fft::{MAX_SIZE, RealFft, Sample};
use crate::parts::signal::with_last;

/// SignalIrfft.
pub static OP: OpDef = OpDef {
    name: "SignalIrfft",
    code: Code::Custom("SignalIrfft"),
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
    name: "SignalIrfft",
    summary: "Real samples from their complex spectrum, in float or fixed point.",
    macs: None,
};

const SIGS: &[Sig] = &[
    Sig { name: "int16", inputs: &[req(Types::of(&[DType::I16]))], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "int32", inputs: &[req(Types::of(&[DType::I32]))], outputs: &[req(Types::SAME)], version: 1 },
    Sig {
        name: "float32",
        inputs: &[req(Types::of(&[DType::F32]))],
        outputs: &[req(Types::SAME)],
        version: 1,
    },
];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let input = node.input(0)?.shape;
    let size = CustomOptions::of(node).size("fft_length", 2..=MAX_SIZE)?;
    let parts = 2 * (size / 2 + 1);
    if input.last() != parts {
        return Err(Error::invalid_shape(format!(
            "the spectrum {input} of {size} samples must have rows of {parts}"
        )));
    }
    Ok(Outputs::one(with_last(input, &[size])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::I16 => kernel::<i16>(plan, |_| ()),
        DType::I32 => kernel::<i32>(plan, |_| ()),
        _ => kernel::<f32>(plan, |samples| {
            let size = samples.len() as f32;
            samples.iter_mut().for_each(|sample| *sample /= size);
        }),
    }
}

fn kernel<T: Sample>(plan: &mut Plan<'_>, finish: fn(&mut [T])) -> Result<Box<dyn Kernel>> {
    let size = CustomOptions::of(plan.node).size("fft_length", 2..=MAX_SIZE)?;
    let fft = RealFft::<T>::new(size, true)?;
    let scratch = plan.scratch(fft.scratch() * 2 * size_of::<T>());
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (scratch, _) = io.scratch::<T>(scratch)?.as_chunks_mut::<2>();
        let (input, _) = io.input::<T>(0)?.as_chunks::<2>();
        let samples = io.output::<T>(0)?.chunks_mut(fft.size());
        for (spectrum, row) in input.chunks(fft.frequencies()).zip(samples) {
            fft.backward(spectrum, row, scratch);
            finish(row);
        }
        Ok(())
    }))
}
