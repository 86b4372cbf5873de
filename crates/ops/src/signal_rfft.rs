//! SignalRfft: the complex spectrum of real samples along the last dimension, real and imaginary parts interleaved.
//!
//! In fixed point the spectrum is divided by the size of the transform ([`crate::parts::fft`]).

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::fft::{MAX_SIZE, RealFft, Sample};
use crate::parts::signal::with_last;

/// SignalRfft.
pub static OP: OpDef = OpDef {
    name: "SignalRfft",
    code: Code::Custom("SignalRfft"),
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
    name: "SignalRfft",
    summary: "The complex spectrum of real samples, in float or fixed point.",
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
    if input.last() > size {
        return Err(Error::invalid_shape(format!("rows of {input} exceed the transform's {size} samples")));
    }
    Ok(Outputs::one(with_last(input, &[2 * (size / 2 + 1)])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::I16 => kernel::<i16>(plan),
        DType::I32 => kernel::<i32>(plan),
        _ => kernel::<f32>(plan),
    }
}

fn kernel<T: Sample>(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let size = CustomOptions::of(plan.node).size("fft_length", 2..=MAX_SIZE)?;
    let fft = RealFft::<T>::new(size, false)?;
    let samples = plan.node.input(0)?.shape.last();
    let scratch = plan.scratch(fft.scratch() * 2 * size_of::<T>());
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (scratch, _) = io.scratch::<T>(scratch)?.as_chunks_mut::<2>();
        let (input, (output, _)) = (io.input::<T>(0)?, io.output::<T>(0)?.as_chunks_mut::<2>());
        for (index, spectrum) in output.chunks_mut(fft.frequencies()).enumerate() {
            fft.forward(&input[index * samples..(index + 1) * samples], spectrum, scratch);
        }
        Ok(())
    }))
}
