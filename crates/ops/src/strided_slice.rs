//! STRIDED_SLICE: the part of a tensor between two indices of each dimension, by steps.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, StridedSliceOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::{self, ANY, INDEX, Move};
use crate::parts::strided::{self, Copy};

/// STRIDED_SLICE.
pub static OP: OpDef = OpDef {
    name: "STRIDED_SLICE",
    code: Code::Builtin(BuiltinOperator::STRIDED_SLICE),
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
    name: "STRIDED_SLICE",
    summary: "The part of a tensor between two indices of each dimension, by steps.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(ANY), req(INDEX), req(INDEX), req(INDEX)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

/// What becomes of a dimension of the output (or of one that is dropped from it).
#[derive(Clone, Copy, Debug)]
struct Range {
    /// The input's dimension; a new one has none.
    axis: Option<usize>,
    /// The entry of the list of starts that decides where it begins.
    entry: usize,
    /// Where it begins; `None` if the entry is not known yet.
    start: Option<usize>,
    step: isize,
    size: usize,
    /// Not a dimension of the output.
    dropped: bool,
}

fn has(mask: i32, bit: usize) -> bool {
    bit < 32 && mask >> bit & 1 == 1
}

/// The index that `value` stands for, counted from the end if negative and cut to the positions that a walk in the
/// direction of `step` may start or end at.
fn index(value: i64, size: usize, step: i64) -> i64 {
    let size = size as i64;
    let value = if value < 0 { value.saturating_add(size) } else { value };
    if step > 0 { value.clamp(0, size) } else { value.clamp(-1, size - 1) }
}

/// The ranges of all dimensions; `None` if the output's shape is not known yet.
fn ranges(node: &Node<'_>) -> Result<Option<Vec<Range>>> {
    let options: StridedSliceOptions<'_> = node.options();
    let input = node.input(0)?.shape;
    let (begin, end) = (node.input(1)?.integers()?, node.input(2)?.integers()?);
    let Some(steps) = node.input(3)?.integers()? else { return Ok(None) };
    // Strings and packed elements are moved from starts that are known when the copy is planned.
    if begin.is_none() && node.input(0)?.dtype.bits() < 8 {
        return Ok(None);
    }
    let entries = node.input(1)?.shape.elements();
    if node.input(2)?.shape.elements() != entries || steps.len() != entries || entries > 31 {
        return Err(Error::invalid_shape(format!(
            "{entries} starts, {} ends and {} steps for {input}",
            node.input(2)?.shape.elements(),
            steps.len()
        )));
    }
    let is_new = |entry| has(options.new_axis_mask(), entry) && !has(options.ellipsis_mask(), entry);
    let mut ranges = Vec::with_capacity(input.rank() + entries);
    let (mut entry, mut axis) = (0, 0);
    while entry < entries || axis < input.rank() {
        let size = input.dim(axis);
        let whole = Range { axis: Some(axis), entry, start: Some(0), step: 1, size, dropped: false };
        if entry >= entries {
            ranges.push(whole);
            axis += 1;
        } else if has(options.ellipsis_mask(), entry) {
            // As many dimensions as the other entries leave.
            let behind = (entry + 1..entries).filter(|&entry| !is_new(entry)).count();
            let count = input.rank().saturating_sub(axis + behind);
            for axis in axis..axis + count {
                ranges.push(Range { axis: Some(axis), size: input.dim(axis), ..whole });
            }
            (entry, axis) = (entry + 1, axis + count);
        } else if is_new(entry) {
            ranges.push(Range { axis: None, size: 1, ..whole });
            entry += 1;
        } else if axis >= input.rank() {
            return Err(Error::invalid_shape(format!("{entries} starts are too many for {input}")));
        } else {
            let of = |values: &Option<Vec<i64>>| values.as_ref().map(|values| values[entry]);
            let masks = [options.begin_mask(), options.end_mask(), options.shrink_axis_mask()];
            let [begin_mask, end_mask, shrink] = masks.map(|mask| has(mask, entry));
            let begin = if begin_mask { Begin::Edge } else { Begin::At(of(&begin)) };
            let end = if end_mask { End::Edge } else { End::At(of(&end), options.offset()) };
            let Some(range) = range(size, begin, end, steps[entry], shrink)? else { return Ok(None) };
            ranges.push(Range { axis: Some(axis), entry, ..range });
            (entry, axis) = (entry + 1, axis + 1);
        }
    }
    Ok(Some(ranges))
}

/// Where a range starts: at the edge (the first position in the direction of the walk), or at an index if it is known.
#[derive(Clone, Copy)]
enum Begin {
    Edge,
    At(Option<i64>),
}

/// Where a range ends: at the edge, or at an index if it is known (counted from the start if true).
#[derive(Clone, Copy)]
enum End {
    Edge,
    At(Option<i64>, bool),
}

/// The range of a dimension of `size` positions; `None` if its size can not be known yet.
fn range(size: usize, begin: Begin, end: End, step: i64, shrink: bool) -> Result<Option<Range>> {
    if step == 0 {
        return Err(Error::invalid_value("a step of 0"));
    }
    let begin = match begin {
        Begin::Edge => Some(if step > 0 { 0 } else { size as i64 - 1 }),
        Begin::At(begin) => begin.map(|begin| index(begin, size, step)),
    };
    let length = match (end, begin) {
        _ if shrink => Some(step.signum()),
        (End::Edge, Some(begin)) => Some(if step > 0 { size as i64 - begin } else { -1 - begin }),
        (End::At(Some(length), true), _) => Some(length),
        (End::At(Some(end), false), Some(begin)) => Some(index(end, size, step) - begin),
        _ => None,
    };
    let Some(length) = length else { return Ok(None) };
    let count =
        if (length < 0) != (step < 0) { 0 } else { length.unsigned_abs().div_ceil(step.unsigned_abs()) };
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let start = match begin {
        None => None,
        Some(_) if count == 0 => Some(0),
        Some(begin) => Some(check(begin, count, step, size)?),
    };
    let step = isize::try_from(step).map_err(|_| Error::unsupported(format!("a step of {step} elements")))?;
    Ok(Some(Range { axis: None, entry: 0, start, step, size: count, dropped: shrink }))
}

/// Checks that `count` positions from `begin` on lie inside.
fn check(begin: i64, count: usize, step: i64, size: usize) -> Result<usize> {
    let last = i64::try_from(count - 1).ok().and_then(|count| count.checked_mul(step)?.checked_add(begin));
    match last {
        Some(last) if (0..size as i64).contains(&begin) && (0..size as i64).contains(&last) => {
            Ok(begin as usize)
        }
        _ => Err(Error::invalid_value(format!(
            "{count} elements from {begin} on by {step} of a dimension of {size}"
        ))),
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let Some(ranges) = ranges(node)? else { return Ok(Outputs::AtRun) };
    let dims: Vec<usize> = ranges.iter().filter(|range| !range.dropped).map(|range| range.size).collect();
    Ok(Outputs::one(Shape::new(&dims)?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let shape = rearrange::known(shapes(node)?)?[0];
    let ranges = ranges(node)?.unwrap_or_default();
    let input = node.input(0)?.shape;
    let distances = strided::steps(&input);
    let distance = |range: &Range| range.axis.map_or(0, |axis| distances[axis]);
    let sizes: Vec<usize> = ranges.iter().map(|range| range.size).collect();
    let steps: Vec<isize> = ranges
        .iter()
        .map(|range| distance(range).wrapping_mul(if range.size > 1 { range.step } else { 1 }))
        .collect();
    let known: usize = ranges.iter().filter_map(|range| Some(range.start? * distance(range) as usize)).sum();
    let mut from = Move::into_dense(0, &sizes, &steps, known);
    let open: Vec<(Range, usize)> = ranges
        .iter()
        .filter(|range| range.start.is_none())
        .map(|range| (*range, distance(range) as usize))
        .collect();
    if open.is_empty() || shape.elements() == 0 {
        from.from = if shape.elements() == 0 { 0 } else { known };
        return rearrange::one(plan, from, shape);
    }
    // Copied as if the unknown starts were the first possible; the source is moved by the rest.
    let element = match node.output(0)?.dtype.bits() {
        bits @ 8.. => bits / 8,
        _ => return Err(Error::unsupported("a slice of packed elements with a start that is computed")),
    };
    let least = |range: &Range| if range.step < 0 { (range.size - 1) * range.step.unsigned_abs() } else { 0 };
    let lowest: usize = open.iter().map(|(range, distance)| least(range) * distance).sum();
    let copy = Copy::new(element, &from.axes, known + lowest, 0)?;
    let wide = node.input(1)?.dtype == DType::I64;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let mut start = 0;
        for &(range, distance) in &open {
            let entry = range.entry;
            let begin = if wide { io.input::<i64>(1)?[entry] } else { io.input::<i32>(1)?[entry].into() };
            let size = range.axis.map_or(1, |axis| input.dim(axis));
            let step = range.step as i64;
            let begin = check(index(begin, size, step), range.size, step, size)?;
            start += (begin - least(&range)) * distance;
        }
        let from = io.input::<u8>(0)?;
        copy.run(io.parallel, from.get(start * element..).unwrap_or_default(), io.output(0)?)
    }))
}
