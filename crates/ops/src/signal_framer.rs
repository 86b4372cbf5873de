//! SignalFramer: cuts each row of a stream of samples into overlapping frames.
//!
//! A frame comes out for every `frame_step` samples. At the start of a stream the frames lack samples: either zeros stand
//! for them (`prefill`), or output 1 says that not all frames are valid; those are zero then.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::signal::{MAX_LENGTH, copy_joined, remember, with_last};

/// SignalFramer.
pub static OP: OpDef = OpDef {
    name: "SignalFramer",
    code: Code::Custom("SignalFramer"),
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
    name: "SignalFramer",
    summary: "Cuts a stream of 16-bit samples into overlapping frames.",
    macs: None,
};

const I16: Types = Types::of(&[DType::I16]);
const BOOL: Types = Types::of(&[DType::Bool]);

const SIGS: &[Sig] =
    &[Sig { name: "int16", inputs: &[req(I16)], outputs: &[req(I16), req(BOOL)], version: 1 }];

/// The attributes.
#[derive(Clone, Copy)]
struct Frames {
    size: usize,
    step: usize,
    /// Whether zeros stand for the samples before the first.
    prefill: bool,
}

impl Frames {
    fn of(node: &Node<'_>) -> Result<Self> {
        let options = CustomOptions::of(node);
        let (size, step) =
            (options.size("frame_size", 1..=MAX_LENGTH)?, options.size("frame_step", 1..=MAX_LENGTH)?);
        let prefill = options.flag("prefill")?;
        if prefill && step > size {
            return Err(Error::invalid_model(format!("prefilled frames of {size} samples, {step} apart")));
        }
        Ok(Self { size, step, prefill })
    }

    /// Samples before a step that its frame may reach back to: as many as a frame overlaps its predecessors, but
    /// whole steps where there are no zeros to fill up.
    fn overlap(self) -> usize {
        if self.prefill { self.size - self.step } else { (self.size.div_ceil(self.step) - 1) * self.step }
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (shape, frames) = (node.input(0)?.shape, Frames::of(node)?);
    if shape.last() == 0 || !shape.last().is_multiple_of(frames.step) {
        return Err(Error::invalid_shape(format!(
            "rows of {shape} are not whole steps of {} samples",
            frames.step
        )));
    }
    let output = with_last(shape, &[shape.last() / frames.step, frames.size])?;
    Ok(Outputs::Known([output, Shape::SCALAR].into()))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (shape, frames) = (plan.node.input(0)?.shape, Frames::of(plan.node)?);
    let overlap = frames.overlap();
    let (samples, steps) = (shape.last(), shape.last() / frames.step);
    // How many steps came before, up to the number that fills a frame.
    let seen = plan.state(size_of::<u32>());
    let state = plan.state(with_last(shape, &[overlap])?.bytes(DType::I16)?);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let output = io.output::<i16>(0)?.chunks_mut(steps * frames.size);
        let (seen, state) = (&mut io.state::<u32>(seen)?[0], io.state::<i16>(state)?);
        let missing = if frames.prefill { 0 } else { (overlap / frames.step).saturating_sub(*seen as usize) };
        for (index, (row, output)) in io.input::<i16>(0)?.chunks(samples).zip(output).enumerate() {
            let history = &mut state[index * overlap..(index + 1) * overlap];
            for (step, frame) in output.chunks_mut(frames.size).enumerate() {
                if step < missing {
                    frame.fill(0);
                } else {
                    copy_joined(history, row, step * frames.step, frame);
                }
            }
            remember(history, row);
        }
        *seen = seen.saturating_add(steps as u32);
        io.output::<u8>(1)?.fill(u8::from(missing == 0));
        Ok(())
    }))
}
