//! Reductions of the slices of a tensor that have the same number (SEGMENT_SUM, UNSORTED_SEGMENT_*).

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Element, Error, Result, Shape};

use crate::core::{Io, Kernel, Node, Outputs, Plan, Sig, Types, req};

const VALUES: Types = Types::of(&[DType::F32, DType::I32]);
const I32: Types = Types::of(&[DType::I32]);

/// The types of the operators that are told how many segments there are.
pub const UNSORTED: &[Sig] = &[Sig {
    name: "number",
    inputs: &[req(VALUES), req(I32), req(I32)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

/// The types of SEGMENT_SUM.
pub const SORTED: &[Sig] =
    &[Sig { name: "number", inputs: &[req(VALUES), req(I32)], outputs: &[req(Types::SAME)], version: 1 }];

/// Results for `count` segments of data whose leading dimensions are those of the numbers.
fn shape(node: &Node<'_>, count: usize) -> Result<Outputs> {
    let (data, ids) = (node.input(0)?.shape, node.input(1)?.shape);
    if ids.rank() > data.rank() || data.dims()[..ids.rank()] != *ids.dims() {
        return Err(Error::invalid_shape(format!("segment numbers {ids} for data {data}")));
    }
    let dims: Vec<usize> = [count].iter().chain(&data.dims()[ids.rank()..]).copied().collect();
    Ok(Outputs::one(Shape::new(&dims)?))
}

/// The shape function where input 2 is the number of segments.
///
/// # Errors
/// If the numbers' shape is not how that of the data begins, or the number of segments is negative.
pub fn unsorted_shapes(node: &Node<'_>) -> Result<Outputs> {
    let Some(counts) = node.input(2)?.integers()? else { return Ok(Outputs::AtRun) };
    match counts[..] {
        [count] if count >= 0 => shape(node, usize::try_from(count).unwrap_or(usize::MAX)),
        _ => Err(Error::invalid_value(format!("{counts:?} segments"))),
    }
}

/// The shape function where segment numbers ascend from 0 without gaps.
///
/// # Errors
/// If they do not, or there are not as many as slices.
pub fn sorted_shapes(node: &Node<'_>) -> Result<Outputs> {
    let ids = node.input(1)?;
    if ids.shape.rank() != 1 || node.input(0)?.shape.rank() == 0 {
        return Err(Error::invalid_shape(format!(
            "segment numbers {} for data {}",
            ids.shape,
            node.input(0)?.shape
        )));
    }
    let Some(ids) = ids.integers()? else { return Ok(Outputs::AtRun) };
    let mut last = -1;
    for (index, &id) in ids.iter().enumerate() {
        if id != last + 1 && (index == 0 || id != last) {
            return Err(Error::invalid_value(format!("segment number {id} after {last}")));
        }
        last = id;
    }
    shape(node, (last + 1) as usize)
}

/// A kernel that starts each result from `init` and takes the elements of its slices in with `step`. Negative numbers
/// belong to no segment.
pub fn kernel<T: Element>(
    plan: &Plan<'_>,
    init: T,
    step: impl Fn(T, T) -> T + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let (data, ids) = (plan.node.input(0)?.shape, plan.node.input(1)?.shape);
    let slice: usize = data.dims()[ids.rank()..].iter().product();
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, ids, output) = (io.input::<T>(0)?, io.input::<i32>(1)?, io.output::<T>(0)?);
        output.fill(init);
        for (index, &id) in ids.iter().enumerate() {
            let Ok(id) = usize::try_from(id) else { continue };
            let data = &input[index * slice..][..slice];
            let count = output.len() / slice.max(1);
            let Some(results) = output.get_mut(id * slice..).and_then(|rest| rest.get_mut(..slice)) else {
                return Err(Error::invalid_value(format!("segment number {id} of {count} segments")));
            };
            results.iter_mut().zip(data).for_each(|(result, &x)| *result = step(*result, x));
        }
        Ok(())
    }))
}
