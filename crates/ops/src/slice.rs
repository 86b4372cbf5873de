//! SLICE: the part of a tensor that starts at an index and has a size.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::{self, ANY, INDEX, Move};
use crate::parts::strided::{self, Copy};

/// SLICE.
pub static OP: OpDef = OpDef {
    name: "SLICE",
    code: Code::Builtin(BuiltinOperator::SLICE),
    version: 8,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "SLICE",
    summary: "The part of a tensor that starts at an index and has a size.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(ANY), req(INDEX), req(INDEX)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let input = node.input(0)?.shape;
    let (begin, Some(sizes)) = (node.input(1)?.integers()?, node.input(2)?.integers()?) else {
        return Ok(Outputs::AtRun);
    };
    // Strings and packed elements are moved from a start that is known when the copy is planned.
    if begin.is_none() && (sizes.contains(&-1) || node.input(0)?.dtype.bits() < 8) {
        return Ok(Outputs::AtRun);
    }
    let rank = input.rank();
    let begin_count = node.input(1)?.shape.elements();
    if begin_count != rank || sizes.len() != rank {
        return Err(Error::invalid_shape(format!(
            "{begin_count} starts and {} sizes for {input}",
            sizes.len()
        )));
    }
    let sizes: Vec<i64> = match begin {
        None => sizes,
        Some(begin) => {
            let rest = |axis: usize| (input.dim(axis) as i64).saturating_sub(begin[axis]);
            let sizes: Vec<i64> = sizes
                .iter()
                .enumerate()
                .map(|(axis, &size)| if size == -1 { rest(axis) } else { size })
                .collect();
            if (0..rank).any(|axis| begin[axis] < 0 || sizes[axis] > rest(axis)) {
                return Err(Error::invalid_value(format!("{input} has no part of {sizes:?} at {begin:?}")));
            }
            sizes
        }
    };
    Ok(Outputs::one(Shape::from_signed(sizes.into_iter())?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let shape = rearrange::known(shapes(node)?)?[0];
    let input = node.input(0)?.shape;
    let steps = strided::steps(&input);
    let mut from = Move::into_dense(0, shape.dims(), &steps, 0);
    if let Some(begin) = node.input(1)?.integers()? {
        // An empty part may lie behind the end.
        let start = begin.iter().zip(&steps).map(|(&begin, &step)| begin as usize * step as usize).sum();
        from.from = if shape.elements() == 0 { 0 } else { start };
        return rearrange::one(plan, from, shape);
    }
    let element = match node.output(0)?.dtype.bits() {
        bits @ 8.. => bits / 8,
        _ => return Err(Error::unsupported("a slice of packed elements with a start that is computed")),
    };
    let wide = node.input(1)?.dtype == DType::I64;
    let copy = Copy::new(element, &from.axes, 0, 0)?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let mut start = 0;
        for (axis, &step) in steps.iter().enumerate() {
            let begin = if wide { io.input::<i64>(1)?[axis] } else { io.input::<i32>(1)?[axis].into() };
            match usize::try_from(begin) {
                Ok(begin) if begin <= input.dim(axis) && shape.dim(axis) <= input.dim(axis) - begin => {
                    start += begin * step as usize;
                }
                _ => {
                    return Err(Error::invalid_value(format!(
                        "{input} has no {} elements at {begin} of dimension {axis}",
                        shape.dim(axis)
                    )));
                }
            }
        }
        let from = io.input::<u8>(0)?;
        copy.run(io.parallel, from.get(start * element..).unwrap_or_default(), io.output(0)?)
    }))
}
