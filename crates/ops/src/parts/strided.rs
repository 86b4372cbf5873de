//! Copies between tensors that lie in memory with different distances between neighbours along a dimension: what
//! slices, transposes, concatenations, paddings and broadcasts come down to.
//!
//! A copy is a nest of loops, one per [`Axis`], each with a step in the source and one in the target. [`Copy::new`]
//! joins the loops that walk both sides alike, so that the innermost block is as long as the layouts allow; nothing
//! depends on the element type but its size.

use alloc::format;
use alloc::vec::Vec;

use featherlite_base::arena::{Parallel, for_each_chunk};
use featherlite_base::{Error, Result, Shape};
use featherlite_simd::Level;

use self::kernels::Squares;

mod kernels;

/// Bytes that one thread copies at a time.
const CHUNK: usize = 64 * 1024;

/// Loops of the deepest nest: every dimension may be split in two.
const MAX_AXES: usize = 16;

/// One loop of a copy. Steps are in elements in an [`Axis`] that is passed to [`Copy::new`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Axis {
    /// Number of positions.
    pub size: usize,
    /// Step in the source; 0 repeats, negative walks back.
    pub from: isize,
    /// Step in the target.
    pub to: usize,
}

/// The axes of a copy that fills a dense tensor of the shape `dims`, given the step in the source for each of its
/// dimensions.
pub fn into_dense(dims: &[usize], from: &[isize]) -> Vec<Axis> {
    let mut axes: Vec<Axis> =
        dims.iter().zip(from).map(|(&size, &from)| Axis { size, from, to: 1 }).collect();
    for index in (1..axes.len()).rev() {
        axes[index - 1].to = axes[index].to * axes[index].size.max(1);
    }
    axes
}

/// The axes of a copy of a dense tensor of the shape `dims` to a part of another, given the step in the target for
/// each dimension.
pub fn from_dense(dims: &[usize], to: &[usize]) -> Vec<Axis> {
    let mut axes: Vec<Axis> = dims.iter().zip(to).map(|(&size, &to)| Axis { size, from: 1, to }).collect();
    for index in (1..axes.len()).rev() {
        axes[index - 1].from = axes[index].from * axes[index].size.max(1) as isize;
    }
    axes
}

/// The steps between neighbours in a dense tensor, signed.
pub fn steps(shape: &Shape) -> Vec<isize> {
    shape.strides()[..shape.rank()].iter().map(|&step| step as isize).collect()
}

/// A planned copy of elements of a certain size.
#[derive(Clone, Debug)]
pub struct Copy {
    /// In bytes, by descending step in the target.
    axes: Vec<Axis>,
    /// Bytes that lie together on both sides; 0 if there is nothing to copy.
    run: usize,
    /// Where the first element is, in bytes.
    from: usize,
    to: usize,
    /// Bytes that source and target must have at least.
    from_bytes: usize,
    to_bytes: usize,
    /// The loop that becomes the last but one, so that the last two can be walked in tiles.
    tiled: Option<usize>,
    squares: Option<Squares>,
}

impl Copy {
    /// A copy of elements of `element` bytes, starting at element `from` of the source and `to` of the target.
    ///
    /// # Errors
    /// If positions of the target overlap, a position lies before the start of the source, or there are more than 16
    /// axes; these are errors of the operator that asks.
    pub fn new(element: usize, axes: &[Axis], from: usize, to: usize) -> Result<Self> {
        let mut copy = Self {
            axes: Vec::new(),
            run: element,
            from: from * element,
            to: to * element,
            from_bytes: 0,
            to_bytes: 0,
            tiled: None,
            squares: None,
        };
        if axes.iter().any(|axis| axis.size == 0) {
            copy.run = 0;
            return Ok(copy);
        }
        let mut axes: Vec<Axis> = axes
            .iter()
            .filter(|axis| axis.size > 1)
            .map(|axis| Axis { from: axis.from * element as isize, to: axis.to * element, ..*axis })
            .collect();
        // They are few: to sort them is less code than to call a sort.
        for end in 1..axes.len() {
            let to = axes[end].to;
            let place = axes[..end].iter().position(|axis| axis.to < to).unwrap_or(end);
            axes[place..=end].rotate_right(1);
        }
        let mut merged: Vec<Axis> = Vec::with_capacity(axes.len());
        for axis in axes {
            match merged.last_mut() {
                Some(outer)
                    if outer.from == axis.from * axis.size as isize && outer.to == axis.to * axis.size =>
                {
                    *outer = Axis { size: outer.size * axis.size, ..axis };
                }
                _ => merged.push(axis),
            }
        }
        if let Some(axis) = merged.pop_if(|axis| axis.from == element as isize && axis.to == element) {
            copy.run *= axis.size;
        }
        copy.axes = merged;
        copy.check()?;
        let last = copy.axes.len().wrapping_sub(1);
        copy.tiled =
            copy.axes.iter().position(|axis| axis.from == copy.run as isize).filter(|&at| at != last);
        Ok(copy)
    }

    /// This copy, with the instructions that may be used.
    #[must_use]
    pub fn at_level(self, level: Level) -> Self {
        Self { squares: Squares::new(level), ..self }
    }

    /// Computes the bytes needed on both sides.
    fn check(&mut self) -> Result<()> {
        let (mut least, mut greatest, mut extent) = (self.from as isize, self.from as isize, self.run);
        for axis in self.axes.iter().rev() {
            if axis.to < extent {
                return Err(Error::internal(format!("a copy writes a place twice: {:?}", self.axes)));
            }
            extent += (axis.size - 1) * axis.to;
            let reach = (axis.size - 1) as isize * axis.from;
            least += reach.min(0);
            greatest += reach.max(0);
        }
        if least < 0 || self.axes.len() > MAX_AXES {
            return Err(Error::internal(format!("a copy starts {least} bytes from its source")));
        }
        self.from_bytes = greatest as usize + self.run;
        self.to_bytes = self.to + extent;
        Ok(())
    }

    /// Whether this copies a source and a target of `bytes` bytes as they are.
    pub fn is_plain(&self, bytes: usize) -> bool {
        self.axes.is_empty() && self.run == bytes && self.from == 0 && self.to == 0
    }

    /// Copies.
    ///
    /// # Errors
    /// If source or target are too short.
    pub fn run(&self, parallel: &dyn Parallel, from: &[u8], to: &mut [u8]) -> Result<()> {
        if from.len() < self.from_bytes || to.len() < self.to_bytes {
            return Err(Error::internal(format!(
                "a copy from {} to {} bytes needs {} and {}",
                from.len(),
                to.len(),
                self.from_bytes,
                self.to_bytes
            )));
        }
        if self.run == 0 {
            return Ok(());
        }
        let to = &mut to[self.to..self.to_bytes];
        let Some(&first) = self.axes.first() else {
            to.copy_from_slice(&from[self.from..self.from_bytes]);
            return Ok(());
        };
        // Copied so that the loop that is split between threads can be shortened.
        let mut nest = [Axis::default(); MAX_AXES];
        let count = self.axes.len();
        nest[..count].copy_from_slice(&self.axes);
        let row: usize = self.run * self.axes[1..].iter().map(|axis| axis.size).product::<usize>();
        let rows = (CHUNK / row.max(1)).max(1);
        for_each_chunk(parallel, to, rows * first.to, |index, part| {
            let mut nest = nest;
            let start = index * rows;
            nest[0].size = rows.min(first.size - start);
            let nest = &mut nest[..count];
            if let Some(at) = self.tiled {
                nest[at..count - 1].rotate_left(1);
            }
            walk(
                nest,
                (self.run, self.squares),
                from,
                self.from as isize + start as isize * first.from,
                part,
            );
        });
        Ok(())
    }
}

/// The loops of `axes` from position `at` of the source and the start of the target.
fn walk(axes: &[Axis], (run, squares): (usize, Option<Squares>), from: &[u8], at: isize, to: &mut [u8]) {
    match run {
        1 => nest::<1>(axes, squares, from, at, to),
        2 => nest::<2>(axes, squares, from, at, to),
        3 => nest::<3>(axes, squares, from, at, to),
        4 => nest::<4>(axes, squares, from, at, to),
        8 => nest::<8>(axes, squares, from, at, to),
        16 => nest::<16>(axes, squares, from, at, to),
        _ => rows(axes, run, from, at, to),
    }
}

/// [`walk`] for blocks of any length.
fn rows(axes: &[Axis], run: usize, from: &[u8], at: isize, to: &mut [u8]) {
    match axes {
        [] => copy(&from[at as usize..at as usize + run], &mut to[..run]),
        [axis] => {
            for index in 0..axis.size {
                let start = (at + index as isize * axis.from) as usize;
                copy(&from[start..start + run], &mut to[index * axis.to..][..run]);
            }
        }
        [axis, inner @ ..] => {
            for index in 0..axis.size {
                rows(inner, run, from, at + index as isize * axis.from, &mut to[index * axis.to..]);
            }
        }
    }
}

/// Copies a block. Short ones as two that may overlap: copies of constant length are a few instructions, others a call.
fn copy(from: &[u8], to: &mut [u8]) {
    fn halves<const N: usize>(from: &[u8], to: &mut [u8]) {
        let second = from.len() - N;
        to[..N].copy_from_slice(&from[..N]);
        to[second..][..N].copy_from_slice(&from[second..][..N]);
    }
    match from.len() {
        16..32 => halves::<16>(from, to),
        32..64 => halves::<32>(from, to),
        64..=128 => halves::<64>(from, to),
        _ => to.copy_from_slice(from),
    }
}

/// [`walk`] for blocks of `N` bytes.
fn nest<const N: usize>(axes: &[Axis], squares: Option<Squares>, from: &[u8], at: isize, to: &mut [u8]) {
    match axes {
        [] => rows(axes, N, from, at, to),
        [axis] => line::<N>(*axis, from, at, to),
        [outer, inner] if outer.from == N as isize && inner.to == N && inner.from > 0 => {
            let from = &from[at as usize..];
            match squares {
                Some(squares) if N == 4 && outer.size.min(inner.size) >= 8 => {
                    squares.transpose([outer.size, inner.size], (from, inner.from as usize), (to, outer.to));
                }
                _ => transpose::<N>(*outer, *inner, from, to),
            }
        }
        [axis, inner @ ..] => {
            for index in 0..axis.size {
                nest::<N>(inner, squares, from, at + index as isize * axis.from, &mut to[index * axis.to..]);
            }
        }
    }
}

fn line<const N: usize>(axis: Axis, from: &[u8], at: isize, to: &mut [u8]) {
    let block = |index: usize| {
        let start = (at + index as isize * axis.from) as usize;
        &from[start..start + N]
    };
    if axis.to == N {
        let (blocks, _) = to.as_chunks_mut::<N>();
        if axis.from == 0 {
            let mut value = [0; N];
            value.copy_from_slice(block(0));
            blocks[..axis.size].fill(value);
        } else {
            for (index, to) in blocks[..axis.size].iter_mut().enumerate() {
                to.copy_from_slice(block(index));
            }
        }
    } else {
        for index in 0..axis.size {
            to[index * axis.to..][..N].copy_from_slice(block(index));
        }
    }
}

/// The side of the squares in which a matrix is transposed: a few rows of both sides stay in the nearest cache.
const TILE: usize = 16;

/// Writes rows (`inner`) of a matrix whose columns (`outer`) are dense in the source.
fn transpose<const N: usize>(outer: Axis, inner: Axis, from: &[u8], to: &mut [u8]) {
    let step = inner.from as usize;
    match inner.size {
        2 => return interleave::<N, 2>(outer, step, from, to),
        3 => return interleave::<N, 3>(outer, step, from, to),
        4 => return interleave::<N, 4>(outer, step, from, to),
        _ => {}
    }
    let (whole_outer, whole_inner) = (outer.size / TILE * TILE, inner.size / TILE * TILE);
    for column in (0..whole_inner).step_by(TILE) {
        for row in (0..whole_outer).step_by(TILE) {
            let mut tile = [[[0u8; N]; TILE]; TILE];
            for (index, tile) in tile.iter_mut().enumerate() {
                let start = (column + index) * step + row * N;
                tile.copy_from_slice(from[start..start + TILE * N].as_chunks::<N>().0);
            }
            for index in 0..TILE {
                let start = (row + index) * outer.to + column * N;
                let (to, _) = to[start..start + TILE * N].as_chunks_mut::<N>();
                for (to, tile) in to.iter_mut().zip(&tile) {
                    *to = tile[index];
                }
            }
        }
    }
    for row in 0..outer.size {
        let done = if row < whole_outer { whole_inner } else { 0 };
        let rest = Axis { size: inner.size - done, ..inner };
        line::<N>(rest, from, (done * step + row * N) as isize, &mut to[row * outer.to + done * N..]);
    }
}

/// [`transpose`] of `C` columns: each is read from start to end.
fn interleave<const N: usize, const C: usize>(outer: Axis, step: usize, from: &[u8], to: &mut [u8]) {
    let mut columns: [&[[u8; N]]; C] = [&[]; C];
    for (index, column) in columns.iter_mut().enumerate() {
        *column = from[index * step..index * step + outer.size * N].as_chunks().0;
    }
    for row in 0..outer.size {
        let (to, _) = to[row * outer.to..][..C * N].as_chunks_mut::<N>();
        for (to, column) in to.iter_mut().zip(&columns) {
            *to = column[row];
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use featherlite_base::arena::Serial;

    use super::*;

    /// Runs a copy of `element`-byte numbers and compares it with plain loops.
    fn check(element: usize, axes: &[Axis], from_offset: usize, to_offset: usize) {
        let reach = |step: fn(&Axis) -> usize| -> usize {
            axes.iter().map(|axis| (axis.size.max(1) - 1) * step(axis)).sum()
        };
        let from_len = from_offset + reach(|axis| axis.from.max(0) as usize) + 1;
        let to_len = to_offset + reach(|axis| axis.to) + 1;
        let from: Vec<u8> = (0..from_len * element).map(|index| (index * 7 + index / 256) as u8).collect();
        let mut expected = vec![0u8; to_len * element];
        let total: usize = axes.iter().map(|axis| axis.size).product();
        for number in 0..total {
            let (mut rest, mut at, mut place) = (number, from_offset as isize, to_offset);
            for axis in axes.iter().rev() {
                let index = rest % axis.size;
                rest /= axis.size;
                at += index as isize * axis.from;
                place += index * axis.to;
            }
            let at = at as usize;
            expected[place * element..][..element].copy_from_slice(&from[at * element..][..element]);
        }
        for level in [Level::SCALAR, Level::detect()] {
            let mut found = vec![0u8; to_len * element];
            let copy = Copy::new(element, axes, from_offset, to_offset).unwrap().at_level(level);
            copy.run(&Serial, &from, &mut found).unwrap();
            assert_eq!(found, expected, "{element} {axes:?}");
        }
    }

    #[test]
    fn agrees_with_plain_loops() {
        for element in [1, 2, 3, 4, 8, 12, 16] {
            // A dense copy, a transpose (tiles and rests), one with three axes, reversal, repetition, a window.
            check(element, &into_dense(&[3, 5], &[5, 1]), 0, 0);
            check(element, &into_dense(&[37, 50], &[1, 37]), 0, 0);
            check(element, &into_dense(&[19, 3, 33], &[1, 19, 57]), 0, 0);
            check(element, &into_dense(&[3, 19, 33], &[33, 99, 1]), 0, 0);
            check(element, &into_dense(&[4, 6], &[6, -1]), 5, 0);
            check(element, &into_dense(&[4, 6], &[-6, -1]), 23, 0);
            check(element, &into_dense(&[4, 3, 6], &[6, 0, 1]), 0, 0);
            check(element, &into_dense(&[4, 6], &[0, 0]), 2, 0);
            check(element, &from_dense(&[4, 6], &[11, 1]), 0, 3);
            check(element, &from_dense(&[4, 6], &[40, 3]), 0, 3);
            check(element, &into_dense(&[4, 0], &[1, 1]), 0, 0);
            check(element, &[], 2, 1);
        }
        // Larger than a chunk, so that the outermost loop is split.
        check(4, &into_dense(&[300, 200], &[1, 300]), 0, 0);
        check(4, &into_dense(&[40, 30, 50], &[1, 2000, 40]), 0, 0);
    }

    #[test]
    fn loops_are_joined() {
        let copy = Copy::new(4, &into_dense(&[2, 3, 4, 5], &[60, 20, 5, 1]), 0, 0).unwrap();
        assert!(copy.is_plain(480));
        let copy = Copy::new(2, &into_dense(&[2, 5, 3, 4], &[60, 1, 20, 5]), 0, 0).unwrap();
        assert_eq!((copy.axes.len(), copy.run), (3, 2));
        assert!(Copy::new(1, &into_dense(&[2], &[-1]), 0, 0).is_err());
        assert!(Copy::new(1, &from_dense(&[2, 3], &[2, 1]), 0, 0).is_err());
    }
}
