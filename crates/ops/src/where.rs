//! WHERE: the coordinates of all elements that are not zero.

use alloc::boxed::Box;

use featherlite_base::{DType, Element, Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};

/// WHERE.
pub static OP: OpDef = OpDef {
    name: "WHERE",
    code: Code::Builtin(BuiltinOperator::WHERE),
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
    HostDef { name: "WHERE", summary: "The coordinates of all elements that are not zero.", macs: None };

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(NUMBER)], outputs: &[req(Types::of(&[DType::I64]))], version: 1 }];

const NUMBER: Types = Types::of(&[
    DType::Bool,
    DType::F32,
    DType::I8,
    DType::U8,
    DType::I16,
    DType::U16,
    DType::I32,
    DType::U32,
    DType::I64,
]);

fn shapes(_: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::AtRun)
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(match plan.node.input(0)?.dtype {
        DType::Bool | DType::U8 => kernel::<u8>(),
        DType::F32 => kernel::<f32>(),
        DType::I8 => kernel::<i8>(),
        DType::I16 => kernel::<i16>(),
        DType::U16 => kernel::<u16>(),
        DType::I32 => kernel::<i32>(),
        DType::U32 => kernel::<u32>(),
        DType::I64 => kernel::<i64>(),
        other => return Err(Error::internal(alloc::format!("WHERE planned for {other}"))),
    })
}

fn kernel<T: Element>() -> Box<dyn Kernel> {
    Box::new(|io: &mut Io<'_>| {
        let (input, shape) = (io.input::<T>(0)?, io.shapes[0]);
        let is_set = |value: &&T| **value != T::default();
        let (count, rank, strides) = (input.iter().filter(is_set).count(), shape.rank(), shape.strides());
        let out = io.allocate::<i64>(0, Shape::new(&[count, rank])?)?;
        let places = input.iter().enumerate().filter(|(_, value)| is_set(value));
        for (out, (place, _)) in out.chunks_exact_mut(rank.max(1)).zip(places) {
            for (axis, out) in out.iter_mut().enumerate() {
                *out = (place / strides[axis] % shape.dim(axis)) as i64;
            }
        }
        Ok(())
    })
}
