//! Where along an axis the greatest element is, or the least (ARG_MAX, ARG_MIN): the first one if there are several.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{DType, Element, Error, MAX_RANK, Result, Shape};

use crate::core::{Io, Kernel, Node, Outputs, Plan, Sig, Types, req};

/// Results that one thread finds at a time.
const CHUNK: usize = 64;

const VALUES: Types = Types::of(&[DType::F32, DType::I8, DType::U8, DType::I32, DType::Bool]);
const INDEX: Types = Types::of(&[DType::I32, DType::I64]);

/// The types that both operators take.
pub const SIGS: &[Sig] =
    &[Sig { name: "number", inputs: &[req(VALUES), req(INDEX)], outputs: &[req(INDEX)], version: 1 }];

/// The axis, which may count from the end; `None` if it is not known yet.
fn axis(node: &Node<'_>) -> Result<Option<usize>> {
    let shape = node.input(0)?.shape;
    let Some(axes) = node.input(1)?.integers()? else { return Ok(None) };
    let &[axis] = &axes[..] else {
        return Err(Error::invalid_shape(format!("{} axes where there is one", axes.len())));
    };
    shape.axis(axis).map(Some)
}

/// The shape function: the input's shape without the axis.
///
/// # Errors
/// If the axis is outside the rank, or empty.
pub fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (shape, Some(axis)) = (node.input(0)?.shape, axis(node)?) else { return Ok(Outputs::AtRun) };
    if shape.dim(axis) == 0 {
        return Err(Error::invalid_shape(format!("nothing along axis {axis} of {shape}")));
    }
    let mut dims = [0; MAX_RANK];
    let rank = shape.rank() - 1;
    for (to, (_, dim)) in dims.iter_mut().zip(shape.dims().iter().enumerate().filter(|(at, _)| *at != axis)) {
        *to = *dim;
    }
    Ok(Outputs::one(Shape::new(&dims[..rank])?))
}

/// The kernel for the greatest element, or the least.
///
/// # Errors
/// If the axis is not known.
pub fn plan(plan: &Plan<'_>, is_greatest: bool) -> Result<Box<dyn Kernel>> {
    let axis = axis(plan.node)?.ok_or_else(|| Error::internal("the axis is not known"))?;
    let dims = plan.node.input(0)?.shape;
    let (size, inner) = (dims.dim(axis), dims.dims()[axis + 1..].iter().product());
    Ok(match (plan.node.input(0)?.dtype, is_greatest) {
        (DType::F32, true) => of(plan, size, inner, |x: f32, best| x > best)?,
        (DType::F32, false) => of(plan, size, inner, |x: f32, best| x < best)?,
        (DType::I8, true) => of(plan, size, inner, |x: i8, best| x > best)?,
        (DType::I8, false) => of(plan, size, inner, |x: i8, best| x < best)?,
        (DType::I32, true) => of(plan, size, inner, |x: i32, best| x > best)?,
        (DType::I32, false) => of(plan, size, inner, |x: i32, best| x < best)?,
        (_, true) => of(plan, size, inner, |x: u8, best| x > best)?,
        (_, false) => of(plan, size, inner, |x: u8, best| x < best)?,
    })
}

fn of<T: Element>(
    plan: &Plan<'_>,
    size: usize,
    inner: usize,
    is_better: impl Fn(T, T) -> bool + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let find =
        move |input: &[T], result: usize| {
            let mut along =
                input[result / inner * size * inner + result % inner..].iter().step_by(inner).take(size);
            let first = along.next().copied().unwrap_or_default();
            let best = along.enumerate().fold((0, first), |(at, best), (index, &x)| {
                if is_better(x, best) { (index + 1, x) } else { (at, best) }
            });
            best.0
        };
    Ok(match plan.node.output(0)?.dtype {
        DType::I64 => Box::new(move |io: &mut Io<'_>| {
            let (input, output) = (io.input::<T>(0)?, io.output::<i64>(0)?);
            for_each_chunk(io.parallel, output, CHUNK, |index, results| {
                for (at, result) in results.iter_mut().enumerate() {
                    *result = find(input, index * CHUNK + at) as i64;
                }
            });
            Ok(())
        }),
        _ => Box::new(move |io: &mut Io<'_>| {
            let (input, output) = (io.input::<T>(0)?, io.output::<i32>(0)?);
            for_each_chunk(io.parallel, output, CHUNK, |index, results| {
                for (at, result) in results.iter_mut().enumerate() {
                    *result = find(input, index * CHUNK + at) as i32;
                }
            });
            Ok(())
        }),
    })
}
