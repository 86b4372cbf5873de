//! FILL: a tensor of a given shape, full of one value.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, req};
use crate::parts::pad;
use crate::parts::rearrange::{self, ANY, INDEX};
use crate::parts::strings::{self, Strings};

/// FILL.
pub static OP: OpDef = OpDef {
    name: "FILL",
    code: Code::Builtin(BuiltinOperator::FILL),
    version: 5,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "FILL", summary: "A tensor of a given shape, full of one value.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(INDEX), req(ANY)], outputs: &[req(ANY)], version: 1 }];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (dims, value) = (node.input(0)?, node.input(1)?.shape);
    if dims.shape.rank() != 1 || value.elements() != 1 {
        return Err(Error::invalid_shape(format!("a list of sizes {} to fill with {value}", dims.shape)));
    }
    let Some(dims) = dims.integers()? else { return Ok(Outputs::AtRun) };
    Ok(Outputs::one(Shape::from_signed(dims.into_iter())?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let shape = rearrange::known(shapes(plan.node)?)?[0];
    if plan.node.output(0)?.dtype != plan.node.input(1)?.dtype {
        return Err(Error::invalid_model("the output's type is not the value's"));
    }
    Ok(match plan.node.output(0)?.dtype.bits() {
        0 => Box::new(move |io: &mut Io<'_>| {
            let value = Strings::of(io, 1)?;
            strings::write(io, 0, shape, |_| value.get(0))
        }),
        bits if bits < 8 => Box::new(move |io: &mut Io<'_>| {
            let value = io.input::<u8>(1)?[0] & ((1 << bits) - 1);
            io.output::<u8>(0)?.fill((0..8).step_by(bits).fold(0, |byte, shift| byte | value << shift));
            Ok(())
        }),
        _ => Box::new(|io: &mut Io<'_>| {
            pad::fill(io.output(0)?, io.input(1)?);
            Ok(())
        }),
    })
}
