//! SignalStacker: joins a frame of features with those before and after it to one vector.
//!
//! A vector comes out, one `stacker_right_context` frames late, for every `stacker_step` frames; output 1 says whether one did (it
//! is zero otherwise). The first frame stands for those before it.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::signal::{MAX_LENGTH, remember, vector};

/// SignalStacker.
pub static OP: OpDef = OpDef {
    name: "SignalStacker",
    code: Code::Custom("SignalStacker"),
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
    name: "SignalStacker",
    summary: "Joins frames of features with their neighbours in time.",
    macs: None,
};

const I16: Types = Types::of(&[DType::I16]);
const BOOL: Types = Types::of(&[DType::Bool]);

const SIGS: &[Sig] =
    &[Sig { name: "int16", inputs: &[req(I16)], outputs: &[req(I16), req(BOOL)], version: 1 }];

/// The attributes.
#[derive(Clone, Copy)]
struct Stack {
    channels: usize,
    /// Frames before the one that a vector is about.
    left: usize,
    /// Frames of a vector.
    frames: usize,
    step: usize,
}

impl Stack {
    fn of(node: &Node<'_>) -> Result<Self> {
        let options = CustomOptions::of(node);
        let left = options.size("stacker_left_context", 0..=MAX_LENGTH)?;
        let right = options.size("stacker_right_context", 0..=MAX_LENGTH)?;
        let frames = left + 1 + right;
        let channels = options.size("num_channels", 1..=MAX_LENGTH)?;
        Ok(Self { channels, left, frames, step: options.size("stacker_step", 1..=frames)? })
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (stack, features) = (Stack::of(node)?, vector(node, 0)?);
    if features != stack.channels {
        return Err(Error::invalid_shape(format!("{features} values for {} channels", stack.channels)));
    }
    Ok(Outputs::Known([Shape::new(&[features * stack.frames])?, Shape::SCALAR].into()))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let stack = Stack::of(plan.node)?;
    // Whether there was a frame, and how many wait.
    let progress = plan.state(2 * size_of::<u32>());
    let history = plan.state(Shape::new(&[stack.channels * stack.frames])?.bytes(DType::I16)?);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<i16>(0)?, io.output::<i16>(0)?);
        let history = io.state::<i16>(history)?;
        let [began, waiting] = io.state::<u32>(progress)? else {
            return Err(Error::internal("the state of a stacker has two numbers"));
        };
        let repeats = if *began == 0 { stack.left + 1 } else { 1 };
        *began = 1;
        for _ in 0..repeats {
            remember(history, input);
        }
        *waiting += repeats as u32;
        let is_full = *waiting as usize == stack.frames;
        if is_full {
            output.copy_from_slice(history);
            *waiting -= stack.step as u32;
        } else {
            output.fill(0);
        }
        io.output::<u8>(1)?.fill(u8::from(is_full));
        Ok(())
    }))
}
