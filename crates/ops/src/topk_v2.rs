//! TOPK_V2: the greatest elements of each row, and where they are, in descending order; of equal ones the first comes
//! first.

use alloc::boxed::Box;
use alloc::format;
use core::cmp::Ordering;

use featherlite_base::{DType, Element, Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};

/// TOPK_V2.
pub static OP: OpDef = OpDef {
    name: "TOPK_V2",
    code: Code::Builtin(BuiltinOperator::TOPK_V2),
    version: 3,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "TOPK_V2",
    summary: "The greatest elements along the innermost dimension, and their indices.",
    macs: None,
};

const NUMBER: Types = Types::of(&[DType::F32, DType::I8, DType::U8, DType::I16, DType::I32, DType::I64]);
const INDEX: Types = Types::of(&[DType::I32, DType::I16]);

const SIGS: &[Sig] = &[Sig {
    name: "number",
    inputs: &[req(NUMBER), req(INDEX)],
    outputs: &[req(Types::SAME), req(INDEX)],
    version: 1,
}];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let shape = node.input(0)?.shape;
    let Some(count) = node.input(1)?.integers()? else { return Ok(Outputs::AtRun) };
    let &[count] = &count[..] else {
        return Err(Error::invalid_shape(format!("{} counts where there is one", count.len())));
    };
    let Some(last) = shape.rank().checked_sub(1) else {
        return Err(Error::invalid_shape("the input is a scalar"));
    };
    let count = usize::try_from(count).unwrap_or(0);
    if count > shape.last() {
        return Err(Error::invalid_value(format!("the {count} greatest of rows of {shape}")));
    }
    let output = shape.with_dim(last, count)?;
    Ok(Outputs::Known([output, output].into()))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.input(0)?.dtype {
        DType::F32 => of::<f32>(plan),
        DType::I8 => of::<i8>(plan),
        DType::U8 => of::<u8>(plan),
        DType::I16 => of::<i16>(plan),
        DType::I32 => of::<i32>(plan),
        _ => of::<i64>(plan),
    }
}

fn of<T: Element + PartialOrd>(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    match plan.node.output(1)?.dtype {
        DType::I16 => with_index::<T, i16>(plan, |index| index as i16),
        _ => with_index::<T, i32>(plan, |index| index as i32),
    }
}

fn with_index<T: Element + PartialOrd, I: Element>(
    plan: &mut Plan<'_>,
    narrow: fn(u32) -> I,
) -> Result<Box<dyn Kernel>> {
    let (depth, count) = (plan.node.input(0)?.shape.last(), plan.node.output(0)?.shape.last());
    if u32::try_from(depth).is_err() {
        return Err(Error::unsupported(format!("rows of {depth} elements")));
    }
    let order = plan.scratch(depth * size_of::<u32>());
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, order) = (io.input::<T>(0)?, io.scratch::<u32>(order)?);
        let (values, indices) = (io.output::<T>(0)?, io.output::<I>(1)?);
        if count == 0 {
            return Ok(());
        }
        let outputs = values.chunks_mut(count).zip(indices.chunks_mut(count));
        for (row, (values, indices)) in input.chunks(depth).zip(outputs) {
            order.iter_mut().zip(0..).for_each(|(order, index)| *order = index);
            let descending =
                |&a: &u32, &b: &u32| descending(row[a as usize], row[b as usize]).then(a.cmp(&b));
            if count < depth {
                order.select_nth_unstable_by(count - 1, descending);
            }
            order[..count].sort_unstable_by(descending);
            for ((value, index), &at) in values.iter_mut().zip(indices).zip(&*order) {
                (*value, *index) = (row[at as usize], narrow(at));
            }
        }
        Ok(())
    }))
}

/// The greater one first; what is not a number comes last.
fn descending<T: PartialOrd>(a: T, b: T) -> Ordering {
    #[allow(clippy::eq_op)]
    b.partial_cmp(&a).unwrap_or_else(|| (a != a).cmp(&(b != b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_number_comes_last() {
        let mut values = [1.0, f32::NAN, 3.0, f32::NEG_INFINITY, f32::NAN, f32::INFINITY];
        values.sort_by(|a, b| descending(*a, *b));
        assert_eq!(values[..4], [f32::INFINITY, 3.0, 1.0, f32::NEG_INFINITY]);
        assert!(values[4].is_nan() && values[5].is_nan());
    }
}
