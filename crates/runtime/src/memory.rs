//! Where tensors go in the arena: buffers that are alive at the same time must not overlap, and the arena shall be
//! little larger than the most that is ever alive at once.

use alloc::vec;
use alloc::vec::Vec;

/// A run of bytes that is needed from one step to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) bytes: usize,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

impl Request {
    fn overlaps(&self, other: &Request) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// Large buffers start at cache lines; small ones are packed, since padding would outweigh them.
    fn align(&self) -> usize {
        match self.bytes {
            0..64 => 8.min(self.bytes.next_power_of_two()).max(1),
            64..2048 => 16,
            _ => 64,
        }
    }
}

/// Offsets of the requests, and the bytes they take together.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) offsets: Vec<usize>,
    pub(crate) bytes: usize,
    /// What those that are not scratch take; the rest is what scratch adds where it found no gap.
    pub(crate) tensor_bytes: usize,
}

/// More requests than this are placed in one pass over time instead of by comparison with all others.
const MANY: usize = 8192;

/// What requests are sorted by before they are placed.
type Order = fn(&Request) -> (usize, usize);

/// Places the requests: the best of a few greedy orders. Those from number `tensors` on are scratch, which comes last,
/// into the gaps that tensors leave.
pub(crate) fn place(requests: &[Request], tensors: usize) -> Layout {
    let by_start: Order = |request| (request.first, usize::MAX - request.bytes);
    if requests.len() > MANY {
        return place_by(requests, tensors, by_start, Some(64));
    }
    let orders: [Order; 3] = [
        |request| (usize::MAX - request.bytes, request.first),
        |request| (usize::MAX - (request.last - request.first), usize::MAX - request.bytes),
        by_start,
    ];
    let bound = lower_bound(requests);
    let mut best: Option<Layout> = None;
    for order in orders {
        let layout = place_by(requests, tensors, order, None);
        let size = |layout: &Layout| (layout.tensor_bytes, layout.bytes);
        if best.as_ref().is_none_or(|best| size(&layout) < size(best)) {
            best = Some(layout);
        }
        if best.as_ref().is_some_and(|best| best.bytes <= bound) {
            break;
        }
    }
    best.unwrap_or(Layout { offsets: Vec::new(), bytes: 0, tensor_bytes: 0 })
}

/// Takes the requests in `order` and gives each the smallest gap between those placed before that it fits in. With
/// `window`, only that many of the latest placed are looked at and the rest is passed over at the end of the arena.
fn place_by(requests: &[Request], tensors: usize, order: Order, window: Option<usize>) -> Layout {
    let mut sequence: Vec<usize> = (0..requests.len()).filter(|&index| requests[index].bytes > 0).collect();
    sequence.sort_by_key(|&index| (index >= tensors, order(&requests[index])));
    let mut offsets = vec![0; requests.len()];
    let mut placed: Vec<usize> = Vec::with_capacity(sequence.len());
    let mut neighbours: Vec<(usize, usize)> = Vec::new();
    let (mut bytes, mut tensor_bytes) = (0usize, 0usize);
    for index in sequence {
        let request = &requests[index];
        if window.is_some() {
            placed.retain(|&other| requests[other].last >= request.first);
        }
        let mut offset = 0usize;
        if window.is_some_and(|window| placed.len() > window) {
            offset = bytes.next_multiple_of(request.align());
        } else {
            neighbours.clear();
            neighbours.extend(
                placed
                    .iter()
                    .filter(|&&other| requests[other].overlaps(request))
                    .map(|&other| (offsets[other], offsets[other] + requests[other].bytes)),
            );
            neighbours.sort_unstable();
            let (mut end, mut best) = (0usize, None::<(usize, usize)>);
            for &(start, stop) in &neighbours {
                let candidate = end.next_multiple_of(request.align());
                if candidate + request.bytes <= start && best.is_none_or(|(gap, _)| start - end < gap) {
                    best = Some((start - end, candidate));
                }
                end = end.max(stop);
            }
            offset = best
                .map_or_else(|| end.next_multiple_of(request.align()), |(_, candidate)| candidate)
                .max(offset);
        }
        offsets[index] = offset;
        bytes = bytes.max(offset.saturating_add(request.bytes));
        if index < tensors {
            tensor_bytes = bytes;
        }
        placed.push(index);
    }
    Layout { offsets, bytes, tensor_bytes }
}

/// The largest sum of bytes alive at one step: no layout can be smaller.
pub(crate) fn lower_bound(requests: &[Request]) -> usize {
    let mut changes: Vec<(usize, bool, usize)> = Vec::with_capacity(requests.len() * 2);
    for request in requests {
        changes.push((request.first, true, request.bytes));
        changes.push((request.last + 1, false, request.bytes));
    }
    // At equal steps ends come first (`false < true`).
    changes.sort_unstable();
    let (mut alive, mut most) = (0usize, 0usize);
    for (_, starts, bytes) in changes {
        if starts {
            alive = alive.saturating_add(bytes);
            most = most.max(alive);
        } else {
            alive = alive.saturating_sub(bytes);
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(bytes: usize, first: usize, last: usize) -> Request {
        Request { bytes, first, last }
    }

    fn check(requests: &[Request]) -> Layout {
        let layout = place(requests, requests.len());
        for (i, a) in requests.iter().enumerate() {
            assert!(layout.offsets[i] + a.bytes <= layout.bytes);
            for (j, b) in requests.iter().enumerate().skip(i + 1) {
                let (x, y) = (layout.offsets[i], layout.offsets[j]);
                let apart = x + a.bytes <= y || y + b.bytes <= x;
                assert!(apart || !a.overlaps(b) || a.bytes == 0 || b.bytes == 0, "{i} and {j} overlap");
            }
        }
        layout
    }

    #[test]
    fn a_chain_needs_the_largest_pair() {
        let chain: Vec<_> =
            [100, 400, 300, 200, 50].iter().enumerate().map(|(i, &b)| request(b * 64, i, i + 1)).collect();
        assert_eq!(check(&chain).bytes, 700 * 64);
        assert_eq!(lower_bound(&chain), 700 * 64);
    }

    #[test]
    fn random_graphs_stay_near_the_bound_and_never_overlap() {
        let mut state = 0x2545_f491_4f6c_dd1du64;
        let mut next = |limit: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % limit as u64) as usize
        };
        for _ in 0..50 {
            let count = 1 + next(120);
            let requests: Vec<_> = (0..count)
                .map(|_| {
                    let first = next(100);
                    request(next(100_000), first, first + next(6))
                })
                .collect();
            let (layout, bound) = (check(&requests), lower_bound(&requests));
            assert!(
                layout.bytes >= bound && layout.bytes <= bound * 3 / 2 + 4096,
                "{} over {bound}",
                layout.bytes
            );
        }
    }

    #[test]
    fn scratch_goes_into_gaps_and_displaces_no_tensor() {
        let requests = [request(640, 0, 1), request(64, 1, 2), request(640, 2, 3), request(128, 2, 2)];
        let layout = place(&requests, 3);
        assert_eq!((layout.tensor_bytes, layout.bytes), (704, 832));
        let layout = place(&[request(640, 0, 1), request(64, 1, 2), request(128, 2, 2)], 2);
        assert_eq!((layout.tensor_bytes, layout.bytes), (704, 704));
    }

    #[test]
    fn many_requests_are_placed_quickly() {
        let requests: Vec<_> = (0..50_000).map(|i| request(1 + i % 777, i, i + 2)).collect();
        let layout = place(&requests, requests.len());
        assert!(layout.bytes < 10_000, "{}", layout.bytes);
    }
}
