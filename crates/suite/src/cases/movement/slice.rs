use featherlite::schema::BuiltinOperator;
use featherlite::schema::owned::{SliceOptions, StridedSliceOptions};
use featherlite_testkit::{Op, Random};

use super::{any_but, any_shape, list, moved};
use crate::cases::{Case, Value};

pub(super) fn slice(random: &mut Random) -> Case {
    let shape = any_shape(random, 0..=6);
    let input = any_but(random, &[], &shape);
    let begin: Vec<usize> = shape.iter().map(|&size| random.below(size + 1)).collect();
    let mut asked = Vec::new();
    let mut output = Vec::new();
    for (&size, &begin) in shape.iter().zip(&begin) {
        let to_end = random.once_in(4);
        output.push(if to_end { size - begin } else { random.below(size - begin + 1) });
        asked.push(if to_end { -1 } else { output[output.len() - 1] as i64 });
    }
    let expected =
        moved(&input, &output, |index| index.iter().zip(&begin).map(|(i, begin)| i + begin).collect());
    let begin = list(random, &super::sizes(&begin));
    let sizes = Value::whole(begin.dtype, &[asked.len()], asked);
    Case::new(Op::builtin(BuiltinOperator::SLICE).options(SliceOptions {}))
        .input(input)
        .input(begin)
        .input(sizes)
        .exact(expected)
}

/// One entry of the lists of a strided slice, and the positions that it picks from its dimension.
#[derive(Default)]
struct Entry {
    begin: i64,
    end: i64,
    step: i64,
    begin_mask: bool,
    end_mask: bool,
    positions: Vec<usize>,
}

/// The positions `[begin:end:step]` of a dimension, as Python has them; `None` is an edge.
fn positions(size: i64, begin: Option<i64>, end: Option<i64>, step: i64) -> Vec<usize> {
    let place = |place: i64| if place < 0 { place + size } else { place };
    let (least, greatest) = if step > 0 { (0, size) } else { (-1, size - 1) };
    let begin =
        begin.map_or(if step > 0 { 0 } else { size - 1 }, |begin| place(begin).clamp(least, greatest));
    let end = end.map_or(if step > 0 { size } else { -1 }, |end| place(end).clamp(least, greatest));
    let mut positions = Vec::new();
    let mut at = begin;
    while (step > 0 && at < end) || (step < 0 && at > end) {
        positions.push(at as usize);
        at += step;
    }
    positions
}

fn entry(random: &mut Random, size: usize, offset: bool) -> Entry {
    let size = size as i64;
    let step: i64 = random.pick(&[1, 1, 1, 2, 3, -1, -1, -2, -3, 100]);
    let (begin_mask, end_mask) = (random.once_in(4), random.once_in(4));
    if offset {
        // The end counts from the start: only steps forward that stay inside are meant.
        let (begin, step) = (random.between(0..=(size - 1).max(0)), step.abs());
        let from = if begin_mask { 0 } else { begin };
        let end = random.between(0..=size - from);
        let positions = (0..(end + step - 1) / step).map(|index| (from + index * step) as usize).collect();
        return Entry { begin, end, step, begin_mask, end_mask: false, positions };
    }
    let (mut begin, mut end) = (random.between(-size - 2..=size + 2), random.between(-size - 2..=size + 2));
    if !random.once_in(4) {
        // Seldom nothing.
        let (one, other) = (random.between(0..=(size - 1).max(0)), random.between(0..=(size - 1).max(0)));
        (begin, end) = if step > 0 {
            (one.min(other), one.max(other) + 1)
        } else {
            (one.max(other), one.min(other) - 1)
        };
        end -= if end < 0 || (end < size && random.once_in(2)) { size } else { 0 };
        begin -= if random.once_in(2) { size } else { 0 };
    }
    let positions = positions(size, (!begin_mask).then_some(begin), (!end_mask).then_some(end), step);
    Entry { begin, end, step, begin_mask, end_mask, positions }
}

/// Each entry is an ellipsis, a new dimension, a dimension that is dropped, or a range.
pub(super) fn strided(random: &mut Random) -> Case {
    let shape = any_shape(random, 1..=5);
    let input = any_but(random, &[], &shape);
    let offset = random.once_in(8);
    let mut options = StridedSliceOptions { offset, ..StridedSliceOptions::default() };
    let mut entries: Vec<Entry> = Vec::new();
    // For each dimension of the output the positions in one of the input, or none for a new one.
    let mut output: Vec<Option<(usize, Vec<usize>)>> = Vec::new();
    let mut fixed = vec![0; shape.len()];
    let ellipsis = if random.once_in(3) { random.below(shape.len() + 1) } else { usize::MAX };
    let hidden = if ellipsis < shape.len() { random.below(shape.len() - ellipsis + 1) } else { 0 };
    let unlisted = if ellipsis == usize::MAX && random.once_in(3) { random.below(shape.len()) } else { 0 };
    let mut axis = 0;
    loop {
        let bit = 1 << entries.len();
        if random.once_in(8) && shape.len() < 5 && entries.len() < 6 {
            options.new_axis_mask |= bit;
            entries.push(Entry { step: 1, end: random.between(-2..=2), ..Entry::default() });
            output.push(None);
            continue;
        }
        if axis == ellipsis && options.ellipsis_mask == 0 {
            options.ellipsis_mask = bit;
            entries.push(Entry { step: 1, end: random.between(-2..=2), ..Entry::default() });
            output.extend((axis..axis + hidden).map(|axis| Some((axis, (0..shape[axis]).collect()))));
            axis += hidden;
            continue;
        }
        if axis >= shape.len() - unlisted {
            break;
        }
        let size = shape[axis];
        if size > 0 && random.once_in(5) {
            options.shrink_axis_mask |= bit;
            fixed[axis] = random.below(size);
            let begin = super::either_end(random, fixed[axis], size);
            let end = if offset { 1 } else { begin.wrapping_add(1) };
            entries.push(Entry { begin, end, step: 1, ..Entry::default() });
        } else {
            let mut entry = entry(random, size, offset);
            output.push(Some((axis, std::mem::take(&mut entry.positions))));
            entries.push(entry);
        }
        axis += 1;
    }
    output.extend((axis..shape.len()).map(|axis| Some((axis, (0..shape[axis]).collect()))));
    let dims: Vec<usize> =
        output.iter().map(|dim| dim.as_ref().map_or(1, |(_, positions)| positions.len())).collect();
    let expected = moved(&input, &dims, |index| {
        let mut source = fixed.clone();
        for (dim, &index) in output.iter().zip(index) {
            if let Some((axis, positions)) = dim {
                source[*axis] = positions[index];
            }
        }
        source
    });
    for (bit, entry) in entries.iter().enumerate() {
        options.begin_mask |= i32::from(entry.begin_mask) << bit;
        options.end_mask |= i32::from(entry.end_mask) << bit;
    }
    let begin = list(random, &entries.iter().map(|entry| entry.begin).collect::<Vec<_>>());
    let other = |number: fn(&Entry) -> i64| {
        Value::whole(begin.dtype, &[entries.len()], entries.iter().map(number).collect())
    };
    let (end, steps) = (other(|entry| entry.end), other(|entry| entry.step));
    Case::new(Op::builtin(BuiltinOperator::STRIDED_SLICE).options(options))
        .input(input)
        .input(begin)
        .input(end)
        .input(steps)
        .exact(expected)
}
