//! 16-bit activations times 8-bit weights on x86-64, and how their sums become results.
//!
//! Weights are such that no sum leaves 32 bits whatever the activations are.

use alloc::vec::Vec;
use core::ops::Range;

use featherlite_base::arena::Parallel;
use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{Error, Result};
use featherlite_simd::{IS_COMPACT, Isa, Level};

use super::avx512_wide::WideMultipliers;
use super::{Layout, Shared, avx2_i16, avx512vnni_i16, mismatch, row_block};
use crate::split::rectangles;
use crate::{Rows, RowsMut, Weights};

/// Columns whose multipliers are kept together.
const LANES: usize = 16;

/// The most that the weights of a channel may add up to, without their signs.
const MAX_SUM: i32 = u16::MAX as i32;

/// How sums become 16-bit results: `clamp(multiplier(sum + bias), min, max)`, a multiplier and a bias for each column.
#[derive(Clone, Copy, Debug)]
pub struct FinishWide<'a> {
    /// One for each column.
    pub multipliers: &'a [Multiplier],
    /// One for each column.
    pub bias: &'a [i64],
    /// Lower and upper bound of results.
    pub range: (i16, i16),
}

/// 8-bit weights for 16-bit activations, packed with what finishes their sums. That they exist proves that the processor
/// has the instructions.
pub struct PackedI16 {
    kernel: &'static Kernel,
    n: usize,
    pub(super) k: usize,
    pub(super) weights: Vec<i8>,
    /// Of 16 columns each.
    pub(super) multipliers: Vec<WideMultipliers>,
    pub(super) range: (i16, i16),
}

/// A kernel, and how it wants weights.
pub(super) struct Kernel {
    pub(super) layout: Layout,
    /// For the last panel, if it has no more columns than the layout has lanes,
    pub(super) narrow: Tiles,
    /// and for others.
    pub(super) wide: Tiles,
}

/// Ways to compute a panel: so many rows at a time, and one.
pub(super) struct Tiles {
    pub(super) rows: usize,
    pub(super) several: Tile,
    pub(super) one: Tile,
}

/// Computes rows from one on, of a panel that begins at a column and has so many.
///
/// # Safety
/// The processor has the instructions; the block's pointers are valid for the rows and columns.
pub(super) type Tile = unsafe fn(&Block<'_>, usize, usize, usize);

/// Operands: where the first rows begin, and elements from row to row.
pub(super) struct Block<'a> {
    pub(super) packed: &'a PackedI16,
    pub(super) a: (*const i16, usize),
    pub(super) c: (*mut i16, usize),
}

impl PackedI16 {
    /// Packs weights without a zero point; `None` if there is no kernel for the processor, or sums may leave 32 bits.
    ///
    /// # Errors
    /// If the finish is for another number of columns, or sizes overflow.
    pub fn new(level: Level, weights: Weights<'_, i8>, finish: &FinishWide<'_>) -> Result<Option<Self>> {
        let Weights { n, k, .. } = weights;
        if (finish.multipliers.len(), finish.bias.len()) != (n, n) {
            return Err(mismatch("multipliers, bias", (finish.multipliers.len(), finish.bias.len()), n));
        }
        let has_avx2 = level.has(Isa::Avx2) && !IS_COMPACT && avx2_i16::suits(finish.multipliers);
        let kernel = if weights.largest_sum() > MAX_SUM {
            return Ok(None);
        } else if level.has(Isa::Avx512Vnni) {
            &avx512vnni_i16::KERNEL
        } else if has_avx2 {
            &avx2_i16::KERNEL
        } else {
            return Ok(None);
        };
        let layout = &kernel.layout;
        let too_many = || Error::invalid_shape(alloc::format!("{n} x {k} weights are too many"));
        let mut packed = alloc::vec![0; layout.packed_len(n, k).ok_or_else(too_many)?];
        layout.pack(weights, &mut packed);
        let column = |column: usize| Some((*finish.multipliers.get(column)?, finish.bias[column]));
        let multipliers = (0..n.next_multiple_of(LANES.max(layout.lanes)))
            .step_by(LANES)
            .map(|first| WideMultipliers::new(|lane| column(first + lane)))
            .collect();
        Ok(Some(Self { kernel, n, k, weights: packed, multipliers, range: finish.range }))
    }

    /// Memory it takes.
    pub fn bytes(&self) -> usize {
        self.weights.len() + size_of_val(&*self.multipliers)
    }

    /// `c = finish(a * weights^T)`.
    ///
    /// # Errors
    /// If sizes do not fit: `a` is `[m, k]`, `c` is `[m, n]`.
    pub fn multiply(&self, parallel: &dyn Parallel, a: Rows<'_, i16>, c: RowsMut<'_, i16>) -> Result<()> {
        if (a.width, c.rows, c.width) != (self.k, a.rows, self.n) {
            return Err(mismatch("sizes", (a.width, c.rows, c.width), (self.k, a.rows, self.n)));
        }
        let layout = &self.kernel.layout;
        let (start, target) = (Shared(a.data.as_ptr()), Shared(c.data.as_mut_ptr()));
        let task = |rows: Range<usize>, columns: Range<usize>| {
            let (a, c) = ((start.get(), a.stride), (target.get(), c.stride));
            // SAFETY: `Rows` and `RowsMut` checked that every row lies in its slice; `rectangles` hands out ranges inside
            // of their sizes, columns beginning at a panel, and no two that overlap. `self` proves the instructions.
            unsafe { Block { packed: self, a, c }.run(rows, columns) }
        };
        rectangles(parallel, (a.rows, layout.rows), (self.n, layout.panel()), self.k, &task);
        Ok(())
    }
}

impl Block<'_> {
    /// # Safety
    /// The processor has the instructions; the pointers are valid for the rows and columns, which begin at a panel.
    unsafe fn run(&self, rows: Range<usize>, columns: Range<usize>) {
        let Kernel { layout, narrow, wide } = self.packed.kernel;
        let step = row_block(2 * self.packed.k);
        for first in rows.clone().step_by(step) {
            let rows = first..rows.end.min(first + step);
            for column in columns.clone().step_by(layout.panel()) {
                let width = (columns.end - column).min(layout.panel());
                let tiles = if width <= layout.lanes { narrow } else { wide };
                // SAFETY: the caller's promise; the last of several rows may be some that are done.
                unsafe {
                    if rows.len() < tiles.rows {
                        rows.clone().for_each(|row| (tiles.one)(self, row, column, width));
                    } else {
                        for row in rows.clone().step_by(tiles.rows) {
                            (tiles.several)(self, row.min(rows.end - tiles.rows), column, width);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use featherlite_base::arena::Serial;

    use super::*;

    const WHOLE: (i16, i16) = (i16::MIN, i16::MAX);

    /// Those that there are kernels for.
    fn levels() -> impl Iterator<Item = Level> {
        let avx2 = Level::named("avx2").ok().filter(|_| !IS_COMPACT);
        avx2.into_iter().chain(Some(Level::detect()).filter(|level| level.has(Isa::Avx512Vnni)))
    }

    fn noise(len: usize, seed: u32) -> Vec<i16> {
        let step = |state: &mut u32| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some((*state >> 16) as i16)
        };
        core::iter::successors(Some(seed), |state| Some(state.wrapping_mul(3)))
            .zip(0..len)
            .map(|(state, index)| step(&mut state.wrapping_add(index as u32 * 7919)).unwrap_or(0))
            .collect()
    }

    /// Sizes round the tiles; the largest sums that fit.
    #[test]
    fn products_are_the_definition() {
        for (m, n, k) in
            [(1, 1, 1), (5, 31, 2), (6, 32, 3), (7, 33, 16), (13, 64, 27), (25, 65, 40), (30, 130, 7)]
        {
            let a = noise(m * k, 1);
            let weights: Vec<i8> = noise(n * k, 2).into_iter().map(|x| (x >> 8) as i8).collect();
            let bias: Vec<i64> = noise(n, 3).into_iter().map(|x| i64::from(x) << (x & 15)).collect();
            // Shifts of up to 32 bits, and more.
            for most in [16, 31] {
                let factor = |column: usize| 3.1 / f64::from(1u32 << (column * 5 % most));
                let multipliers: Vec<_> =
                    (0..n).map(|column| Multiplier::from_real(factor(column))).collect();
                for (level, range) in levels().flat_map(|level| [(level, WHOLE), (level, (0, 900))]) {
                    let finish = FinishWide { multipliers: &multipliers, bias: &bias, range };
                    let packed = PackedI16::new(level, Weights::new(&weights, n, k).unwrap(), &finish);
                    let Some(packed) = packed.unwrap() else {
                        assert!(most == 31 && !level.has(Isa::Avx512Vnni));
                        continue;
                    };
                    let mut found = alloc::vec![0; m * n];
                    let rows = Rows::dense(&a, m, k).unwrap();
                    packed.multiply(&Serial, rows, RowsMut::dense(&mut found, m, n).unwrap()).unwrap();
                    for (index, &result) in found.iter().enumerate() {
                        let (row, column) = (index / n, index % n);
                        let products = a[row * k..][..k].iter().zip(&weights[column * k..][..k]);
                        let sum =
                            products.fold(bias[column], |sum, (&x, &w)| sum + i64::from(x) * i64::from(w));
                        let expected = multipliers[column].apply_i64(sum);
                        let expected = expected.clamp(range.0.into(), range.1.into()) as i16;
                        assert_eq!(result, expected, "{m} {n} {k} {index} {level:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn sums_of_more_than_32_bits_are_refused() {
        let finish = FinishWide { multipliers: &[Multiplier::from_real(0.1)], bias: &[0], range: (-9, 9) };
        for (k, fits) in [(512, false), (511, true)] {
            let weights = alloc::vec![-128; k];
            for level in levels() {
                let packed = PackedI16::new(level, Weights::new(&weights, 1, k).unwrap(), &finish);
                assert_eq!(packed.unwrap().is_some(), fits);
            }
        }
    }
}
