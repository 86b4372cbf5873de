//! 16-bit activations times 8-bit weights with AVX-512 VNNI: panels of 64 or 32 columns, 6 or 12 rows at a time.
//!
//! An instruction multiplies two neighbouring inputs by their weights, which are widened as they are loaded, and adds both
//! products to a 32-bit sum. Weights are such that no sum leaves 32 bits whatever the activations are.

use alloc::vec::Vec;
use core::arch::x86_64::*;
use core::ops::Range;

use featherlite_base::arena::Parallel;
use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{Error, Result};
use featherlite_simd::{Isa, Level};

use super::avx512_wide::{WideMultipliers, Words};
use super::{Layout, Shared, mismatch, row_block};
use crate::split::rectangles;
use crate::{Rows, RowsMut, Weights};

const LANES: usize = 16;
const LAYOUT: Layout = Layout { lanes: 2 * LANES, vectors: 2, group: 2, rows: 12 };

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
    n: usize,
    k: usize,
    weights: Vec<i8>,
    multipliers: Vec<WideMultipliers>,
    range: (i16, i16),
}

impl PackedI16 {
    /// Packs weights without a zero point; `None` if the processor lacks the instructions, or sums may leave 32 bits.
    ///
    /// # Errors
    /// If the finish is for another number of columns, or sizes overflow.
    pub fn new(level: Level, weights: Weights<'_, i8>, finish: &FinishWide<'_>) -> Result<Option<Self>> {
        let Weights { n, k, .. } = weights;
        if (finish.multipliers.len(), finish.bias.len()) != (n, n) {
            return Err(mismatch("multipliers, bias", (finish.multipliers.len(), finish.bias.len()), n));
        }
        if !level.has(Isa::Avx512Vnni) || weights.largest_sum() > MAX_SUM {
            return Ok(None);
        }
        let too_many = || Error::invalid_shape(alloc::format!("{n} x {k} weights are too many"));
        let mut packed = alloc::vec![0; LAYOUT.packed_len(n, k).ok_or_else(too_many)?];
        LAYOUT.pack(weights, &mut packed);
        let column = |column: usize| Some((*finish.multipliers.get(column)?, finish.bias[column]));
        let multipliers = (0..n.next_multiple_of(LAYOUT.lanes))
            .step_by(LANES)
            .map(|first| WideMultipliers::new(|lane| column(first + lane)))
            .collect();
        Ok(Some(Self { n, k, weights: packed, multipliers, range: finish.range }))
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
        let (start, target) = (Shared(a.data.as_ptr()), Shared(c.data.as_mut_ptr()));
        let task = |rows: Range<usize>, columns: Range<usize>| {
            let (a, c) = ((start.get(), a.stride), (target.get(), c.stride));
            // SAFETY: `Rows` and `RowsMut` checked that every row lies in its slice; `rectangles` hands out ranges inside
            // of their sizes, columns beginning at a panel, and no two that overlap. `self` proves the instructions.
            unsafe { Block { packed: self, a, c }.run(rows, columns) }
        };
        rectangles(parallel, (a.rows, LAYOUT.rows), (self.n, LAYOUT.panel()), self.k, &task);
        Ok(())
    }
}

/// Operands: where the first rows begin, and elements from row to row.
struct Block<'a> {
    packed: &'a PackedI16,
    a: (*const i16, usize),
    c: (*mut i16, usize),
}

impl Block<'_> {
    /// # Safety
    /// The processor has the instructions; the pointers are valid for the rows and columns, which begin at a panel.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn run(&self, rows: Range<usize>, columns: Range<usize>) {
        let step = row_block(2 * self.packed.k);
        for first in rows.clone().step_by(step) {
            let rows = first..rows.end.min(first + step);
            for column in columns.clone().step_by(LAYOUT.panel()) {
                let width = (columns.end - column).min(LAYOUT.panel());
                // SAFETY: the caller's promise.
                unsafe {
                    match width <= LAYOUT.lanes {
                        true => self.panel::<2, 12>(rows.clone(), column, width),
                        false => self.panel::<4, 6>(rows.clone(), column, width),
                    }
                }
            }
        }
    }

    /// Up to `T` vectors of columns, `M` rows at a time; the last of them may be some that are done.
    ///
    /// # Safety
    /// As [`Block::run`].
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn panel<const T: usize, const M: usize>(&self, rows: Range<usize>, column: usize, width: usize) {
        // SAFETY: the caller's promise.
        unsafe {
            if rows.len() < M {
                return rows.for_each(|row| self.tile::<T, 1>(row, column, width));
            }
            for row in rows.clone().step_by(M) {
                self.tile::<T, M>(row.min(rows.end - M), column, width);
            }
        }
    }

    /// # Safety
    /// As [`Block::run`].
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn tile<const T: usize, const M: usize>(&self, row: usize, column: usize, width: usize) {
        let PackedI16 { k, ref weights, ref multipliers, range, .. } = *self.packed;
        let mut sums = [[_mm512_setzero_si512(); T]; M];
        // SAFETY: the panel's weights are `T` vectors' width for each of `k` inputs, rounded up to pairs; each of the rows
        // has `k` elements.
        unsafe {
            let mut b = weights.as_ptr().add(column * k.next_multiple_of(2));
            let mut rows = [core::ptr::null::<i16>(); M];
            for m in 0..M {
                rows[m] = self.a.0.add((row + m) * self.a.1);
            }
            for at in (0..k / 2 * 2).step_by(2) {
                multiply_add(&mut sums, |m| rows[m].add(at).cast::<i32>().read_unaligned(), b);
                b = b.add(T * 2 * LANES);
            }
            if k % 2 != 0 {
                multiply_add(&mut sums, |m| i32::from(*rows[m].add(k - 1)) & 0xffff, b);
            }
        }
        let multipliers = &multipliers[column / LANES..][..T];
        for t in 0..T {
            for m in 0..M {
                sums[m][t] = multipliers[t].apply(sums[m][t]);
            }
        }
        let (words, mask) = (Words::new(range), !0u64 >> (64 - width));
        let order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
        for m in 0..M {
            for t in (0..T).step_by(2) {
                let results = _mm512_permutexvar_epi64(order, words.pack(sums[m][t], sums[m][t + 1]));
                let c = self.c.0.wrapping_add((row + m) * self.c.1 + column + t * LANES);
                // SAFETY: the mask leaves the columns of the block.
                unsafe { _mm512_mask_storeu_epi16(c, (mask >> (t * LANES)) as u32, results) };
            }
        }
    }
}

/// Adds the products of two inputs of each row and their weights.
///
/// # Safety
/// The processor has the instructions, and there are `T` vectors of pairs at `b`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
unsafe fn multiply_add<const T: usize, const M: usize>(
    sums: &mut [[__m512i; T]; M],
    pair: impl Fn(usize) -> i32,
    b: *const i8,
) {
    let mut weights = [_mm512_setzero_si512(); T];
    for t in 0..T {
        // SAFETY: the caller's promise.
        weights[t] = _mm512_cvtepi8_epi16(unsafe { _mm256_loadu_si256(b.add(t * 2 * LANES).cast()) });
    }
    for m in 0..M {
        let x = _mm512_set1_epi32(pair(m));
        for t in 0..T {
            sums[m][t] = _mm512_dpwssd_epi32(sums[m][t], x, weights[t]);
        }
    }
}

#[cfg(test)]
mod tests {
    use featherlite_base::arena::Serial;

    use super::*;

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
        let level = Level::detect();
        for (m, n, k) in
            [(1, 1, 1), (5, 31, 2), (6, 32, 3), (7, 33, 16), (13, 64, 27), (25, 65, 40), (30, 130, 7)]
        {
            let a = noise(m * k, 1);
            let weights: Vec<i8> = noise(n * k, 2).into_iter().map(|x| (x >> 8) as i8).collect();
            let bias: Vec<i64> = noise(n, 3).into_iter().map(|x| i64::from(x) << (x & 15)).collect();
            let factor = |column: usize| 3.1 / f64::from(1u32 << (column * 5 % 31));
            let multipliers: Vec<_> = (0..n).map(|column| Multiplier::from_real(factor(column))).collect();
            for range in [(i16::MIN, i16::MAX), (0, 900)] {
                let finish = FinishWide { multipliers: &multipliers, bias: &bias, range };
                let packed = PackedI16::new(level, Weights::new(&weights, n, k).unwrap(), &finish).unwrap();
                let Some(packed) = packed else { return };
                let mut found = alloc::vec![0; m * n];
                let rows = Rows::dense(&a, m, k).unwrap();
                packed.multiply(&Serial, rows, RowsMut::dense(&mut found, m, n).unwrap()).unwrap();
                for (index, &result) in found.iter().enumerate() {
                    let (row, column) = (index / n, index % n);
                    let products = a[row * k..][..k].iter().zip(&weights[column * k..][..k]);
                    let sum = products.fold(bias[column], |sum, (&x, &w)| sum + i64::from(x) * i64::from(w));
                    let expected = multipliers[column].apply_i64(sum);
                    assert_eq!(
                        result,
                        expected.clamp(range.0.into(), range.1.into()) as i16,
                        "{m} {n} {k} {index}"
                    );
                }
            }
        }
    }

    #[test]
    fn sums_of_more_than_32_bits_are_refused() {
        let finish = FinishWide { multipliers: &[Multiplier::from_real(0.1)], bias: &[0], range: (-9, 9) };
        for (k, fits) in [(512, false), (511, true)] {
            let weights = alloc::vec![-128; k];
            let packed = PackedI16::new(Level::detect(), Weights::new(&weights, 1, k).unwrap(), &finish);
            assert_eq!(packed.unwrap().is_some(), fits && Level::detect().has(Isa::Avx512Vnni));
        }
    }
}
