//! CUMSUM: sums of all elements up to each, along an axis.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{DType, Element, Error, Result};
use featherlite_schema::{BuiltinOperator, CumsumOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::same_shape;

/// CUMSUM.
pub static OP: OpDef = OpDef {
    name: "CUMSUM",
    code: Code::Builtin(BuiltinOperator::CUMSUM),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "CUMSUM", summary: "Sums of all elements up to each, along an axis.", macs: None };

const NUMBER: Types = Types::of(&[DType::F32, DType::I32, DType::I64]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] =
    &[Sig { name: "number", inputs: &[req(NUMBER), req(I32)], outputs: &[req(Types::SAME)], version: 1 }];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::F32 => of(plan, |a: f32, b| a + b),
        DType::I32 => of(plan, i32::wrapping_add),
        _ => of(plan, i64::wrapping_add),
    }
}

fn of<T: Element>(
    plan: &Plan<'_>,
    add: impl Fn(T, T) -> T + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let (shape, options) = (plan.node.input(0)?.shape, plan.node.options::<CumsumOptions<'_>>());
    let (is_exclusive, is_reverse) = (options.exclusive(), options.reverse());
    if plan.node.input(1)?.shape.elements() != 1 || shape.rank() == 0 {
        return Err(Error::invalid_shape(format!("axes {} of {shape}", plan.node.input(1)?.shape)));
    }
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<T>(0)?, io.output::<T>(0)?);
        let axis = io.input::<i32>(1)?.first().copied().unwrap_or(0);
        let axis = shape.axis(axis.into()).map_err(|error| Error::invalid_value(error.message()))?;
        let inner: usize = shape.dims()[axis + 1..].iter().product();
        let block = shape.dim(axis) * inner;
        for_each_chunk(io.parallel, output, block, |index, output| {
            let input = &input[index * block..][..output.len()];
            for column in 0..inner {
                let mut sum = T::default();
                let mut visit = |at: usize| {
                    let (before, after) = (sum, add(sum, input[at]));
                    output[at] = if is_exclusive { before } else { after };
                    sum = after;
                };
                let along = (column..input.len()).step_by(inner);
                if is_reverse { along.rev().for_each(&mut visit) } else { along.for_each(&mut visit) }
            }
        });
        Ok(())
    }))
}
