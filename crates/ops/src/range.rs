//! RANGE: numbers from a start up to a limit by a step.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Element, Error, Result, Shape, math};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};

/// RANGE.
pub static OP: OpDef = OpDef {
    name: "RANGE",
    code: Code::Builtin(BuiltinOperator::RANGE),
    version: 2,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "RANGE", summary: "Numbers from a start up to a limit by a step.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(NUMBER), req(Types::SAME), req(Types::SAME)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

const NUMBER: Types = Types::of(&[DType::F32, DType::I32, DType::I64]);

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    if let Some(operand) = node.inputs.iter().flatten().find(|operand| operand.shape.elements() != 1) {
        return Err(Error::invalid_shape(format!("an operand of the shape {} is no number", operand.shape)));
    }
    let size = if node.input(0)?.dtype == DType::F32 {
        let value = |index: usize| Ok(node.input(index)?.values::<f32>()?.map(|values| f64::from(values[0])));
        let (Some(start), Some(limit), Some(step)) = (value(0)?, value(1)?, value(2)?) else {
            return Ok(Outputs::AtRun);
        };
        let size = math::ceil((((limit - start) / step) as f32).abs());
        ((limit - start) * step >= 0.0 && step != 0.0 && size < 1e9).then_some(size as usize)
    } else {
        let value = |index: usize| Ok(node.input(index)?.integers()?.map(|values| i128::from(values[0])));
        let (Some(start), Some(limit), Some(step)) = (value(0)?, value(1)?, value(2)?) else {
            return Ok(Outputs::AtRun);
        };
        let distance = limit - start;
        let size = distance.unsigned_abs().checked_div(step.unsigned_abs());
        let rest = u128::from(step != 0 && distance % step != 0);
        size.filter(|_| distance == 0 || (distance < 0) == (step < 0))
            .and_then(|size| usize::try_from(size + rest).ok())
    };
    let size =
        size.ok_or_else(|| Error::invalid_value("the step does not lead from the start to the limit"))?;
    Ok(Outputs::one(Shape::new(&[size])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(match plan.node.input(0)?.dtype {
        DType::F32 => Box::new(|io: &mut Io<'_>| count(io, |a: f32, b| a + b)),
        DType::I32 => Box::new(|io: &mut Io<'_>| count(io, i32::wrapping_add)),
        _ => Box::new(|io: &mut Io<'_>| count(io, i64::wrapping_add)),
    })
}

fn count<T: Element>(io: &Io<'_>, add: impl Fn(T, T) -> T) -> Result<()> {
    let (start, step) = (io.input::<T>(0)?, io.input::<T>(2)?);
    let mut value = start[0];
    for out in io.output::<T>(0)? {
        *out = value;
        value = add(value, step[0]);
    }
    Ok(())
}
