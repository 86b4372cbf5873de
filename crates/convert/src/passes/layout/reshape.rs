//! RESHAPE of permuted dimensions, where it only splits and joins neighbours: the splitting and joining is done on the
//! dimensions as they were, and the rest of the permutation comes after it.

use featherlite_ir::{Dim, NodeId, Op};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::ReshapeOptions;

use super::{finish, permuted};
use crate::Result;
use crate::passes::{Rewriter, reshape::target};

/// Neighbouring dimensions of the one shape that hold the elements of neighbouring dimensions of the other.
#[derive(Clone, Debug, PartialEq)]
struct Segment {
    before: std::ops::Range<usize>,
    after: std::ops::Range<usize>,
}

pub(super) fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::RESHAPE) else { return Ok(false) };
    let (Some(input), output) = (node.input(0), node.outputs[0]) else { return Ok(false) };
    let Some(found) = permuted(rewriter, input) else { return Ok(false) };
    let graph = rewriter.graph();
    let (Some(before), Some(after)) = (&graph.value(input).shape, &graph.value(output).shape) else {
        return Ok(false);
    };
    let Some(segments) = segments(before, after) else { return Ok(false) };
    // Segments in the order in which their first dimension lies before the permutation.
    let mut order: Vec<usize> = (0..segments.len()).collect();
    order.sort_by_key(|&index| segments[index].before.clone().map(|axis| found.axes[axis]).min());
    let arranged: Vec<usize> =
        order.iter().flat_map(|&index| segments[index].before.clone()).map(|axis| found.axes[axis]).collect();
    if arranged == found.axes {
        return Ok(false);
    }
    let is_in_place = arranged.is_sorted();
    // A permutation that stays is worth it only where the other one is on its way to cancel (channel shuffle).
    if !is_in_place && before.len() <= after.len() {
        return Ok(false);
    }
    let joined: Vec<Dim> =
        order.iter().flat_map(|&index| after[segments[index].after.clone()].to_vec()).collect();
    let Some(target) = target(&joined) else { return Ok(false) };
    let mut axes = vec![0; after.len()];
    let mut position = 0;
    for &index in &order {
        for axis in segments[index].after.clone() {
            axes[axis] = position;
            position += 1;
        }
    }
    let mut builder = rewriter.before(id);
    let mut x = found.source;
    if !is_in_place {
        x = builder.transpose(x, &arranged)?;
    }
    let shape = builder.constant(&[target.len()], &target)?;
    let op = Op::with(B::RESHAPE, ReshapeOptions { new_shape: target });
    let value = builder.add_typed_like(op, &[x, shape], output)?;
    finish(rewriter, id, 0, value, &axes)?;
    Ok(true)
}

/// How a shape is made of another by splitting and joining neighbours; `None` if it is not, or sizes are open in between.
fn segments(before: &[Dim], after: &[Dim]) -> Option<Vec<Segment>> {
    let mut segments = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < before.len() && j < after.len() {
        let start = (i, j);
        let products = |range: &[Dim]| {
            range.iter().fold([1usize; 2], |[a, b], dim| [a * dim.trial(0), b * dim.trial(1)])
        };
        (i, j) = (i + 1, j + 1);
        loop {
            let (left, right) = (products(&before[start.0..i]), products(&after[start.1..j]));
            match left.cmp(&right) {
                std::cmp::Ordering::Equal => break,
                std::cmp::Ordering::Less if i < before.len() => i += 1,
                std::cmp::Ordering::Greater if j < after.len() => j += 1,
                _ => return None,
            }
        }
        segments.push(Segment { before: start.0..i, after: start.1..j });
    }
    // Sizes of 1 that are left over belong to the last segment.
    let is_one = |dims: &[Dim]| dims.iter().all(|&dim| dim == Dim::fixed(1));
    if !is_one(&before[i..]) || !is_one(&after[j..]) {
        return None;
    }
    let last = segments.last_mut()?;
    (last.before.end, last.after.end) = (before.len(), after.len());
    Some(segments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_split_and_joined() {
        let dims = |sizes: &[usize]| sizes.iter().copied().map(Dim::fixed).collect::<Vec<_>>();
        let ranges = |before: &[usize], after: &[usize]| {
            let found = segments(&dims(before), &dims(after))?;
            Some(found.into_iter().map(|segment| (segment.before, segment.after)).collect::<Vec<_>>())
        };
        assert_eq!(ranges(&[2, 12, 5], &[2, 3, 4, 5]), Some(vec![(0..1, 0..1), (1..2, 1..3), (2..3, 3..4)]));
        assert_eq!(ranges(&[2, 3, 4], &[2, 12]), Some(vec![(0..1, 0..1), (1..3, 1..2)]));
        assert_eq!(ranges(&[2, 3], &[3, 2]), Some(vec![(0..2, 0..2)]));
        assert_eq!(ranges(&[6, 1], &[6]), Some(vec![(0..2, 0..1)]));
    }
}
