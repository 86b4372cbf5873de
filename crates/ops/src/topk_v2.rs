//! TOPK_V2: the greatest elements of each row, and where they are, in descending order; of equal ones the first comes
//! first.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Element, Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::sort::sort_indices;

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
        DType::F32 => of(plan, rank),
        DType::I8 => of(plan, |x: i8| x.into()),
        DType::U8 => of(plan, |x: u8| x.into()),
        DType::I16 => of(plan, |x: i16| x.into()),
        DType::I32 => of(plan, |x: i32| x.into()),
        _ => of(plan, |x: i64| x),
    }
}

/// A kernel for elements that are in the order of their ranks.
fn of<T: Element>(plan: &mut Plan<'_>, rank: fn(T) -> i64) -> Result<Box<dyn Kernel>> {
    let (depth, count) = (plan.node.input(0)?.shape.last(), plan.node.output(0)?.shape.last());
    if u32::try_from(depth).is_err() {
        return Err(Error::unsupported(format!("rows of {depth} elements")));
    }
    let (ranks, order) = (plan.scratch(depth * size_of::<i64>()), plan.scratch(depth * size_of::<u32>()));
    let is_narrow = plan.node.output(1)?.dtype == DType::I16;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, values) = (io.input::<T>(0)?, io.output::<T>(0)?);
        let (ranks, order) = (io.scratch::<i64>(ranks)?, io.scratch::<u32>(order)?);
        let (mut narrow, mut wide): (&mut [i16], &mut [i32]) = (&mut [], &mut []);
        match is_narrow {
            true => narrow = io.output(1)?,
            false => wide = io.output(1)?,
        }
        if count == 0 {
            return Ok(());
        }
        for (number, (row, values)) in input.chunks(depth).zip(values.chunks_mut(count)).enumerate() {
            ranks.iter_mut().zip(row).for_each(|(to, &x)| *to = rank(x));
            select(ranks, &mut order[..depth], count);
            let order = &order[..count];
            values.iter_mut().zip(order).for_each(|(value, &at)| *value = row[at as usize]);
            let indices = number * count..(number + 1) * count;
            match is_narrow {
                true => narrow[indices].iter_mut().zip(order).for_each(|(to, &at)| *to = at as i16),
                false => wide[indices].iter_mut().zip(order).for_each(|(to, &at)| *to = at as i32),
            }
        }
        Ok(())
    }))
}

/// Puts the indices of the `count` greatest ranks, in descending order, at the front of `order`.
fn select(ranks: &[i64], order: &mut [u32], count: usize) {
    order.iter_mut().zip(0..).for_each(|(order, index)| *order = index);
    let descending = |a: u32, b: u32| ranks[b as usize].cmp(&ranks[a as usize]).then(a.cmp(&b));
    if count < order.len() {
        order.select_nth_unstable_by(count - 1, |&a, &b| descending(a, b));
    }
    sort_indices(&mut order[..count], &descending);
}

/// Integers in the order of `f32`, both zeros as one; what is not a number comes last.
fn rank(x: f32) -> i64 {
    if x.is_nan() {
        return i64::MIN;
    }
    let bits = (x + 0.0).to_bits() as i32;
    i64::from(bits ^ (bits >> 31 & i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_in_the_order_of_numbers() {
        let numbers =
            [f32::NEG_INFINITY, -2.0, -1.0, -f32::MIN_POSITIVE, 0.0, 1e-45, 1.0, 1.5, f32::INFINITY];
        assert!(numbers.is_sorted_by(|a, b| rank(*a) < rank(*b)));
        assert_eq!(rank(0.0), rank(-0.0));
        assert!(rank(f32::NAN) < rank(f32::NEG_INFINITY) && rank(-f32::NAN) == rank(f32::NAN));
    }

    #[test]
    fn of_equal_ones_the_first_comes_first() {
        let mut order = [0; 6];
        select(&[3, 7, 3, 9, 7, 1], &mut order, 4);
        assert_eq!(order[..4], [3, 1, 4, 0]);
    }
}
