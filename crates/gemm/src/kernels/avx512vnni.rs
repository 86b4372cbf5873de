//! AVX-512 with 8-bit dot products: panels of up to 64 columns, 6 to 12 rows at a time.
//!
//! The instruction multiplies unsigned activations by signed weights, so 128 is added to signed ones (by flipping
//! the top bit); the constants of the columns take it off again.

use core::arch::x86_64::*;
use core::mem::MaybeUninit;
use core::ops::Range;

use super::avx512::last_mask;
use super::avx512_requantize::{Bytes, Multipliers};
use super::{I8Block, I8Kernel, Layout, MAX_ROW_BLOCK, Real, Scale, Sign, Store, row_block, row_sum};
use crate::requantize::{ABOVE_ZERO, ANY, SMALL};

const LANES: usize = 16;
const VECTORS: usize = 4;
/// Vectors of sums that are in memory at a time: whole tiles.
const SUMS: usize = 48;

pub(crate) const I8: I8Kernel = I8Kernel {
    layout: Layout { lanes: LANES, vectors: VECTORS, group: 4, rows: 12 },
    sign: Sign::Unsigned,
    run: i8_block,
};

/// # Safety
/// The processor has AVX-512 F, BW, DQ, VL and VNNI, and the block's pointers are valid for its sizes.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
unsafe fn i8_block(block: &I8Block<'_>) {
    let step = row_block(block.k);
    for first in (0..block.rows).step_by(step) {
        let rows = first..block.rows.min(first + step);
        // SAFETY: rows of the block.
        unsafe {
            match block.weights_zero_point {
                0 => panels(block, rows, &[0; MAX_ROW_BLOCK]),
                _ => panels(block, rows.clone(), &corrections(block, rows)),
            }
        }
    }
}

/// What the zero point of weights takes off the sums of each of the rows.
///
/// # Safety
/// As [`i8_block`], for some rows of the block.
#[cold]
unsafe fn corrections(block: &I8Block<'_>, rows: Range<usize>) -> [i32; MAX_ROW_BLOCK] {
    let mut corrections = [0; MAX_ROW_BLOCK];
    for (correction, row) in corrections.iter_mut().zip(rows) {
        // SAFETY: a row of the block.
        let sum = unsafe { row_sum(block.a.row(row), block.k, block.signed) };
        *correction = sum.wrapping_mul(block.weights_zero_point);
    }
    corrections
}

/// # Safety
/// As [`i8_block`], for some rows of the block, the first of which has the first of the corrections.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
unsafe fn panels(block: &I8Block<'_>, rows: Range<usize>, corrections: &[i32]) {
    for column in (0..block.columns).step_by(LANES * VECTORS) {
        let rows = rows.clone();
        // SAFETY: the rows and columns lie in the block.
        unsafe {
            match (block.columns - column).div_ceil(LANES) {
                1 => Panel::<1> { block, column }.run::<12>(rows, corrections),
                2 => Panel::<2> { block, column }.run::<12>(rows, corrections),
                3 => Panel::<3> { block, column }.run::<8>(rows, corrections),
                _ => Panel::<4> { block, column }.run::<6>(rows, corrections),
            }
        }
    }
}

/// A panel of `T` vectors of columns.
struct Panel<'a, const T: usize> {
    block: &'a I8Block<'a>,
    /// Its first column.
    column: usize,
}

impl<const T: usize> Panel<'_, T> {
    /// # Safety
    /// As [`i8_block`], for some rows of the block, the first of which has the first of the corrections: what the zero
    /// point of weights takes off.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    #[inline(never)]
    unsafe fn run<const M: usize>(&self, rows: Range<usize>, corrections: &[i32]) {
        let mut memory = [const { MaybeUninit::<[__m512i; T]>::uninit() }; SUMS];
        let step = SUMS / T;
        for (first, corrections) in rows.clone().step_by(step).zip(corrections.chunks(step)) {
            let count = step.min(rows.end - first);
            let mut row = 0;
            // SAFETY: tiles of `M`, 4 and 1 rows as long as there are so many; all of their sums are written.
            unsafe {
                while count - row >= M {
                    self.tile::<M>(first + row, &corrections[row..], &mut memory[row..]);
                    row += M;
                }
                while count - row >= 4 {
                    self.tile::<4>(first + row, &corrections[row..], &mut memory[row..]);
                    row += 4;
                }
                while count > row {
                    self.tile::<1>(first + row, &corrections[row..], &mut memory[row..]);
                    row += 1;
                }
                self.store(first, memory[..count].assume_init_ref());
            }
        }
    }

    /// Writes the sums of `M` rows from `row` on to the first of `target`.
    ///
    /// # Safety
    /// As [`Panel::run`].
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn tile<const M: usize>(
        &self,
        row: usize,
        corrections: &[i32],
        target: &mut [MaybeUninit<[__m512i; T]>],
    ) {
        // In registers to the end, which they would not be if their address were known.
        let mut sums = [[_mm512_setzero_si512(); T]; M];
        for t in 0..T {
            let constants = load(self.block.constants, self.column + t * LANES);
            for m in 0..M {
                sums[m][t] = constants;
            }
        }
        if self.block.weights_zero_point != 0 {
            let corrections = &corrections[..M];
            for m in 0..M {
                for t in 0..T {
                    sums[m][t] = _mm512_sub_epi32(sums[m][t], _mm512_set1_epi32(corrections[m]));
                }
            }
        }
        // SAFETY: the caller's promise.
        unsafe { self.add_products(row, &mut sums) };
        let target = &mut target[..M];
        for m in 0..M {
            target[m].write(sums[m]);
        }
    }

    /// Adds the products of `M` rows from `row` on and the weights.
    ///
    /// # Safety
    /// As [`Panel::tile`].
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn add_products<const M: usize>(&self, row: usize, sums: &mut [[__m512i; T]; M]) {
        let (a, k) = (&self.block.a, self.block.k);
        let flip = _mm512_set1_epi8(if self.block.signed { -128 } else { 0 });
        // SAFETY: the panel holds `k` rounded up to 4 times `T` vectors' width of bytes, each of the `M` rows `k` bytes
        // in pieces.
        unsafe {
            let mut rows = [core::ptr::null::<u8>(); M];
            for m in 0..M {
                rows[m] = a.row(row + m);
            }
            let mut b = self.block.b.add(self.column * k.next_multiple_of(4));
            for first in a.pieces(k) {
                let (mut at, end) = (first, first + a.piece / 4 * 4);
                if M == 1 {
                    // Two sums side by side, since there are fewer products than the processor could have in flight.
                    let mut others = [[_mm512_setzero_si512(); T]; M];
                    while at + 8 <= end {
                        multiply_add(sums, &rows, at, b, flip);
                        multiply_add(&mut others, &rows, at + 4, b.add(T * 4 * LANES), flip);
                        (at, b) = (at + 8, b.add(T * 8 * LANES));
                    }
                    for t in 0..T {
                        sums[0][t] = _mm512_add_epi32(sums[0][t], others[0][t]);
                    }
                }
                while at < end {
                    multiply_add(sums, &rows, at, b, flip);
                    (at, b) = (at + 4, b.add(T * 4 * LANES));
                }
            }
            if a.piece % 4 != 0 {
                let mask = (1 << (k % 4)) - 1;
                for m in 0..M {
                    // The weights beyond `k` are 0, so it does not matter that their activations become 128.
                    let x = _mm_maskz_loadu_epi8(mask, rows[m].add(k / 4 * 4).cast());
                    let x = _mm512_xor_si512(_mm512_broadcastd_epi32(x), flip);
                    for t in 0..T {
                        let weights = _mm512_loadu_si512(b.add(t * 4 * LANES).cast());
                        sums[m][t] = _mm512_dpbusd_epi32(sums[m][t], x, weights);
                    }
                }
            }
        }
    }

    /// Finishes and stores the sums of rows from `row` on.
    ///
    /// # Safety
    /// As [`Panel::run`].
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn store(&self, row: usize, sums: &[[__m512i; T]]) {
        // SAFETY: the caller's promise.
        unsafe {
            match &self.block.store {
                Store::Byte { c, stride, scale } => {
                    let c = c.wrapping_add(row * stride + self.column);
                    match scale.known {
                        ABOVE_ZERO => self.store_bytes::<ABOVE_ZERO>(c, *stride, scale, sums),
                        SMALL => self.store_bytes::<SMALL>(c, *stride, scale, sums),
                        _ => self.store_bytes::<ANY>(c, *stride, scale, sums),
                    }
                }
                &Store::I32 { c, stride } => self.store_words(row, sums, c, stride, None),
                Store::Real { c, stride, real } => self.store_words(row, sums, c.cast(), *stride, Some(real)),
            }
        }
    }

    /// Requantizes and stores rows from `c` on, as many at a time as make up four vectors; `KNOWN` as in
    /// [`Multipliers::apply`].
    ///
    /// # Safety
    /// As [`Panel::run`].
    // Apart from the rest, which should not pay for so many constants.
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn store_bytes<const KNOWN: u8>(
        &self,
        mut c: *mut u8,
        stride: usize,
        scale: &Scale<'_>,
        sums: &[[__m512i; T]],
    ) {
        let mask: u64 = !0 >> (64 - (self.block.columns - self.column).min(T * LANES));
        let mut multipliers = [Multipliers::load(scale, self.column); T];
        for t in 1..T {
            multipliers[t] = Multipliers::load(scale, self.column + t * LANES);
        }
        let bytes = Bytes::of(scale);
        // From lanes of all vectors to vectors.
        let order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        let together = (VECTORS / T).max(1);
        for sums in sums.chunks(together) {
            let mut results = [_mm512_setzero_si512(); VECTORS];
            for index in 0..together * T {
                // The last row again where there is none.
                let sums = sums[(index / T).min(sums.len() - 1)][index % T];
                results[index] = multipliers[index % T].apply::<KNOWN>(sums);
            }
            let mut results = _mm512_permutexvar_epi32(order, bytes.pack(results));
            // SAFETY: the rows exist, and the mask leaves the columns of the panel.
            unsafe {
                match T {
                    1 => {
                        for m in 0..sums.len() {
                            let low = _mm512_castsi512_si128(results);
                            _mm_mask_storeu_epi8(c.wrapping_add(m * stride).cast(), mask as u16, low);
                            results = _mm512_alignr_epi32::<4>(results, results);
                        }
                    }
                    2 => {
                        let (low, high) =
                            (_mm512_castsi512_si256(results), _mm512_extracti64x4_epi64::<1>(results));
                        _mm256_mask_storeu_epi8(c.cast(), mask as u32, low);
                        if sums.len() > 1 {
                            _mm256_mask_storeu_epi8(c.wrapping_add(stride).cast(), mask as u32, high);
                        }
                    }
                    _ => _mm512_mask_storeu_epi8(c.cast(), mask, results),
                }
            }
            c = c.wrapping_add(together * stride);
        }
    }

    /// Stores sums, scaled back if `real` says how.
    ///
    /// # Safety
    /// As [`Panel::run`].
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn store_words(
        &self,
        row: usize,
        sums: &[[__m512i; T]],
        c: *mut i32,
        stride: usize,
        real: Option<&Real<'_>>,
    ) {
        for t in 0..T {
            let column = self.column + t * LANES;
            let mask = last_mask((self.block.columns - column).min(LANES));
            // SAFETY: the mask leaves the columns of the block.
            let real = real.map(|real| unsafe { RealColumns::load(real, column, mask) });
            for (m, sums) in sums.iter().enumerate() {
                let result = match &real {
                    Some(real) => real.finish(sums[t], row + m),
                    None => sums[t],
                };
                // SAFETY: the mask leaves the columns of the block.
                unsafe { _mm512_mask_storeu_epi32(c.add((row + m) * stride + column), mask, result) };
            }
        }
    }
}

/// Adds the products of four inputs, `at` bytes from the start of each row, and their weights; `flip` makes inputs unsigned.
///
/// # Safety
/// There are so many bytes, and `T` vectors at `b`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
unsafe fn multiply_add<const M: usize, const T: usize>(
    sums: &mut [[__m512i; T]; M],
    rows: &[*const u8; M],
    at: usize,
    b: *const i8,
    flip: __m512i,
) {
    let mut weights = [_mm512_setzero_si512(); T];
    for t in 0..T {
        // SAFETY: the caller's promise.
        weights[t] = unsafe { _mm512_loadu_si512(b.add(t * 4 * LANES).cast()) };
    }
    for m in 0..M {
        // SAFETY: the caller's promise.
        let x = unsafe { _mm512_set1_epi32(rows[m].add(at).cast::<i32>().read_unaligned()) };
        let x = _mm512_xor_si512(x, flip);
        for t in 0..T {
            sums[m][t] = _mm512_dpbusd_epi32(sums[m][t], x, weights[t]);
        }
    }
}

/// How a vector of columns is scaled back to `f32`.
struct RealColumns<'a> {
    real: &'a Real<'a>,
    /// The sums of weights.
    weights: __m512i,
    scales: __m512,
    bias: __m512,
}

impl<'a> RealColumns<'a> {
    /// # Safety
    /// The processor has the instructions, and `mask` leaves columns of the block from `column` on.
    #[target_feature(enable = "avx512f")]
    unsafe fn load(real: &'a Real<'a>, column: usize, mask: __mmask16) -> Self {
        // SAFETY: the slices have one element for each column that the mask leaves.
        unsafe {
            Self {
                real,
                weights: _mm512_maskz_loadu_epi32(mask, real.sums[column..].as_ptr()),
                scales: _mm512_maskz_loadu_ps(mask, real.scales[column..].as_ptr()),
                bias: match real.bias.is_empty() {
                    true => _mm512_setzero_ps(),
                    false => _mm512_maskz_loadu_ps(mask, real.bias[column..].as_ptr()),
                },
            }
        }
    }

    /// The bits of a row's results.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn finish(&self, mut sums: __m512i, row: usize) -> __m512i {
        let row_scale = self.real.row(row);
        if row_scale.zero_point != 0 {
            let zero_point = _mm512_set1_epi32(row_scale.zero_point);
            sums = _mm512_sub_epi32(sums, _mm512_mullo_epi32(self.weights, zero_point));
        }
        let scale = _mm512_mul_ps(_mm512_set1_ps(row_scale.scale), self.scales);
        let result = _mm512_add_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(sums), scale), self.bias);
        // With the bound as first operand NaN passes.
        let (min, max) = (_mm512_set1_ps(self.real.min), _mm512_set1_ps(self.real.max));
        _mm512_castps_si512(_mm512_min_ps(max, _mm512_max_ps(min, result)))
    }
}

#[target_feature(enable = "avx512f")]
fn load(values: &[i32], column: usize) -> __m512i {
    let values: &[i32] = &values[column..column + LANES];
    // SAFETY: there are so many.
    unsafe { _mm512_loadu_si512(values.as_ptr().cast()) }
}
