//! SignalOverlapAdd: puts a stream of overlapping frames together to samples, the inverse of SignalFramer.
//!
//! Frames `[…, frames, size]` are added up `frame_step` samples apart; what lies behind the last step waits for the next
//! run. Sums of 16-bit samples saturate one frame at a time.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Element, Error, Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::signal::MAX_LENGTH;

/// SignalOverlapAdd.
pub static OP: OpDef = OpDef {
    name: "SignalOverlapAdd",
    code: Code::Custom("SignalOverlapAdd"),
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
    name: "SignalOverlapAdd",
    summary: "Adds overlapping frames of a stream up to samples.",
    macs: None,
};

const SIGS: &[Sig] = &[
    Sig { name: "int16", inputs: &[req(Types::of(&[DType::I16]))], outputs: &[req(Types::SAME)], version: 1 },
    Sig {
        name: "float32",
        inputs: &[req(Types::of(&[DType::F32]))],
        outputs: &[req(Types::SAME)],
        version: 1,
    },
];

/// Dimensions and attribute.
#[derive(Clone, Copy)]
struct Frames {
    /// The streams.
    outer: Shape,
    /// Of each stream.
    count: usize,
    size: usize,
    step: usize,
}

impl Frames {
    fn of(node: &Node<'_>) -> Result<Self> {
        let [outer @ .., count, size] = node.input(0)?.shape.dims() else {
            return Err(Error::invalid_shape(format!(
                "frames {} must have at least two dimensions",
                node.input(0)?.shape
            )));
        };
        let (count, size) = (*count, *size);
        let step = CustomOptions::of(node).size("frame_step", 1..=MAX_LENGTH)?;
        if step > size {
            return Err(Error::invalid_model(format!("frames of {size} samples, {step} apart")));
        }
        Ok(Self { outer: Shape::new(outer)?, count, size, step })
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let frames = Frames::of(node)?;
    Ok(Outputs::one(Shape::new(&[frames.outer.dims(), &[frames.count * frames.step]].concat())?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::I16 => kernel::<i16>(plan, i16::saturating_add),
        _ => kernel::<f32>(plan, |sum, sample| sum + sample),
    }
}

fn kernel<T: Element>(plan: &mut Plan<'_>, add: fn(T, T) -> T) -> Result<Box<dyn Kernel>> {
    let Frames { outer, count, size, step } = Frames::of(plan.node)?;
    let state = plan.state(Shape::new(&[outer.dims(), &[size]].concat())?.bytes(T::DTYPE)?);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<T>(0)?, io.output::<T>(0)?);
        if count == 0 {
            return Ok(());
        }
        let streams = input.chunks(count * size).zip(output.chunks_mut(count * step));
        for ((frames, samples), sum) in streams.zip(io.state::<T>(state)?.chunks_mut(size)) {
            for (frame, samples) in frames.chunks(size).zip(samples.chunks_mut(step)) {
                sum.iter_mut().zip(frame).for_each(|(sum, &sample)| *sum = add(*sum, sample));
                samples.copy_from_slice(&sum[..step]);
                sum.copy_within(step.., 0);
                sum[size - step..].fill(T::default());
            }
        }
        Ok(())
    }))
}
