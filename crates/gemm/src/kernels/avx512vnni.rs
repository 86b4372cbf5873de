//! AVX-512 with 8-bit dot products: panels of up to 64 columns, 6 to 12 rows at a time.
//!
//! The instruction multiplies unsigned activations by signed weights, so 128 is added to signed ones (by flipping
//! the top bit); the constants of the columns take it off again.

use core::arch::x86_64::*;

use super::avx512::last_mask;
use super::{I8Block, I8Kernel, Layout, MAX_ROW_BLOCK, Scale, Sign, Store, last_bytes, row_block, row_sum};

const LANES: usize = 16;
const VECTORS: usize = 4;

pub(crate) const I8: I8Kernel = I8Kernel {
    layout: Layout { lanes: LANES, vectors: VECTORS, group: 4, rows: 12 },
    sign: Sign::Unsigned,
    run: i8_block,
};

/// # Safety
/// The processor has AVX-512 F, BW, DQ, VL and VNNI, and the block's pointers are valid for its sizes.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
unsafe fn i8_block(block: &I8Block<'_>) {
    // SAFETY: the caller's promise.
    unsafe { if block.signed { i8_rows::<true>(block) } else { i8_rows::<false>(block) } }
}

/// # Safety
/// As [`i8_block`].
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
unsafe fn i8_rows<const SIGNED: bool>(block: &I8Block<'_>) {
    let step = row_block(block.k);
    let mut corrections = [0i32; MAX_ROW_BLOCK];
    for first in (0..block.rows).step_by(step) {
        let end = block.rows.min(first + step);
        if block.weights_zero_point != 0 {
            for row in first..end {
                // SAFETY: a row of the block.
                let sum = unsafe { row_sum(block.a.row(row), block.k, SIGNED) };
                corrections[row - first] = sum.wrapping_mul(block.weights_zero_point);
            }
        }
        for column in (0..block.columns).step_by(LANES * VECTORS) {
            let panel = Panel { block, first, end, column, corrections: &corrections };
            // SAFETY: the rows and columns lie in the block.
            unsafe {
                match (block.columns - column).div_ceil(LANES) {
                    1 => panel.run::<12, 1, SIGNED>(),
                    2 => panel.run::<12, 2, SIGNED>(),
                    3 => panel.run::<8, 3, SIGNED>(),
                    _ => panel.run::<6, 4, SIGNED>(),
                }
            }
        }
    }
}

/// The rows `first..end` of a panel that begins at `column`.
struct Panel<'a> {
    block: &'a I8Block<'a>,
    first: usize,
    end: usize,
    column: usize,
    /// For each row: what its zero point of weights takes off.
    corrections: &'a [i32; MAX_ROW_BLOCK],
}

impl Panel<'_> {
    /// # Safety
    /// As [`i8_block`]; the panel is `T` vectors wide.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn run<const M: usize, const T: usize, const SIGNED: bool>(&self) {
        let (mut row, end) = (self.first, self.end);
        // SAFETY: tiles of `M`, 4, 2 and 1 rows as long as there are so many.
        unsafe {
            while end - row >= M {
                self.tile::<M, T, SIGNED>(row);
                row += M;
            }
            while end - row >= 4 {
                self.tile::<4, T, SIGNED>(row);
                row += 4;
            }
            if end - row >= 2 {
                self.tile::<2, T, SIGNED>(row);
                row += 2;
            }
            if end > row {
                self.tile::<1, T, SIGNED>(row);
            }
        }
    }

    /// # Safety
    /// As [`Panel::run`], for `M` rows from `row` on.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn tile<const M: usize, const T: usize, const SIGNED: bool>(&self, row: usize) {
        let (a, k) = (&self.block.a, self.block.k);
        let mut sums = [[_mm512_setzero_si512(); T]; M];
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
                        multiply_add::<M, T, SIGNED>(&mut sums, &rows, at, b);
                        multiply_add::<M, T, SIGNED>(&mut others, &rows, at + 4, b.add(T * 4 * LANES));
                        (at, b) = (at + 8, b.add(T * 8 * LANES));
                    }
                    for t in 0..T {
                        sums[0][t] = _mm512_add_epi32(sums[0][t], others[0][t]);
                    }
                }
                while at < end {
                    multiply_add::<M, T, SIGNED>(&mut sums, &rows, at, b);
                    (at, b) = (at + 4, b.add(T * 4 * LANES));
                }
            }
            if a.piece % 4 != 0 {
                for m in 0..M {
                    // The weights beyond `k` are 0, so it does not matter that their activations become 128.
                    let x = unsigned::<SIGNED>(last_bytes(rows[m], k, 4) as i32);
                    for t in 0..T {
                        let weights = _mm512_loadu_si512(b.add(t * 4 * LANES).cast());
                        sums[m][t] = _mm512_dpbusd_epi32(sums[m][t], x, weights);
                    }
                }
            }
            for t in 0..T {
                let mut column = [_mm512_setzero_si512(); M];
                for m in 0..M {
                    column[m] = sums[m][t];
                }
                self.store(row, self.column + t * LANES, &column);
            }
        }
    }

    /// Finishes and stores the sums of a vector of columns.
    ///
    /// # Safety
    /// As [`Panel::tile`].
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    unsafe fn store(&self, row: usize, column: usize, sums: &[__m512i]) {
        let block = self.block;
        let mask = if block.columns - column >= LANES { !0 } else { last_mask(block.columns - column) };
        let constants = load(block.constants, column);
        let corrections = &self.corrections[row - self.first..][..sums.len()];
        match &block.store {
            Store::I32 { c, stride } => {
                for (m, (&sum, &correction)) in sums.iter().zip(corrections).enumerate() {
                    let sum =
                        _mm512_sub_epi32(_mm512_add_epi32(sum, constants), _mm512_set1_epi32(correction));
                    // SAFETY: the mask leaves the columns of the block.
                    unsafe { _mm512_mask_storeu_epi32(c.add((row + m) * stride + column), mask, sum) };
                }
            }
            Store::Real { c, stride, real } => {
                // SAFETY: the mask leaves the columns of the block, of which the slices have one element each.
                let (weights, scales, bias) = unsafe {
                    (
                        _mm512_maskz_loadu_epi32(mask, real.sums[column..].as_ptr()),
                        _mm512_maskz_loadu_ps(mask, real.scales[column..].as_ptr()),
                        match real.bias.is_empty() {
                            true => _mm512_setzero_ps(),
                            false => _mm512_maskz_loadu_ps(mask, real.bias[column..].as_ptr()),
                        },
                    )
                };
                let (min, max) = (_mm512_set1_ps(real.min), _mm512_set1_ps(real.max));
                for (m, (&sum, &correction)) in sums.iter().zip(corrections).enumerate() {
                    let row_scale = real.row(row + m);
                    let mut sum =
                        _mm512_sub_epi32(_mm512_add_epi32(sum, constants), _mm512_set1_epi32(correction));
                    if row_scale.zero_point != 0 {
                        let zero_point = _mm512_set1_epi32(row_scale.zero_point);
                        sum = _mm512_sub_epi32(sum, _mm512_mullo_epi32(weights, zero_point));
                    }
                    let scale = _mm512_mul_ps(_mm512_set1_ps(row_scale.scale), scales);
                    let result = _mm512_add_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(sum), scale), bias);
                    // With the bound as first operand NaN passes.
                    let result = _mm512_min_ps(max, _mm512_max_ps(min, result));
                    // SAFETY: the mask leaves the columns of the block.
                    unsafe { _mm512_mask_storeu_ps(c.add((row + m) * stride + column), mask, result) };
                }
            }
            Store::Byte { c, stride, scale } => {
                let scale = Vector::new(scale, column);
                for (m, (&sum, &correction)) in sums.iter().zip(corrections).enumerate() {
                    let sum =
                        _mm512_sub_epi32(_mm512_add_epi32(sum, constants), _mm512_set1_epi32(correction));
                    let bytes = _mm512_cvtepi32_epi8(scale.apply(sum));
                    // SAFETY: the mask leaves the columns of the block.
                    unsafe { _mm_mask_storeu_epi8(c.add((row + m) * stride + column).cast(), mask, bytes) };
                }
            }
        }
    }
}

/// Adds the products of four inputs, `at` bytes from the start of each row, and their weights.
///
/// # Safety
/// There are so many bytes, and `T` vectors at `b`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
unsafe fn multiply_add<const M: usize, const T: usize, const SIGNED: bool>(
    sums: &mut [[__m512i; T]; M],
    rows: &[*const u8; M],
    at: usize,
    b: *const i8,
) {
    let mut weights = [_mm512_setzero_si512(); T];
    for (t, weights) in weights.iter_mut().enumerate() {
        // SAFETY: the caller's promise.
        *weights = unsafe { _mm512_loadu_si512(b.add(t * 4 * LANES).cast()) };
    }
    for m in 0..M {
        // SAFETY: the caller's promise.
        let x = unsigned::<SIGNED>(unsafe { rows[m].add(at).cast::<i32>().read_unaligned() });
        for t in 0..T {
            sums[m][t] = _mm512_dpbusd_epi32(sums[m][t], x, weights[t]);
        }
    }
}

/// Four inputs in every column, 128 added to signed ones.
#[inline]
#[target_feature(enable = "avx512f")]
fn unsigned<const SIGNED: bool>(word: i32) -> __m512i {
    let x = _mm512_set1_epi32(word);
    if SIGNED { _mm512_xor_si512(x, _mm512_set1_epi8(-128)) } else { x }
}

#[target_feature(enable = "avx512f")]
fn load(values: &[i32], column: usize) -> __m512i {
    let values: &[i32] = &values[column..column + LANES];
    // SAFETY: there are so many.
    unsafe { _mm512_loadu_si512(values.as_ptr().cast()) }
}

/// Requantization of a vector of columns.
struct Vector {
    mantissa: __m512i,
    mantissa_odd: __m512i,
    left: __m512i,
    right: __m512i,
    /// Half a step of the right shift; 0 where there is none.
    half: __m512i,
    is_shifted: __mmask16,
    is_small: bool,
    zero_point: __m512i,
    /// The bounds of results before the zero point is added.
    min: __m512i,
    max: __m512i,
}

impl Vector {
    #[target_feature(enable = "avx512f")]
    fn new(scale: &Scale<'_>, column: usize) -> Self {
        let (mantissa, right) = (load(scale.mantissa, column), load(scale.right, column));
        Self {
            mantissa,
            mantissa_odd: _mm512_srli_epi64::<32>(mantissa),
            left: load(scale.left, column),
            right,
            half: _mm512_srli_epi32::<1>(_mm512_sllv_epi32(_mm512_set1_epi32(1), right)),
            is_shifted: _mm512_test_epi32_mask(right, right),
            is_small: scale.is_small,
            zero_point: _mm512_set1_epi32(scale.zero_point),
            min: _mm512_set1_epi32(scale.min - scale.zero_point),
            max: _mm512_set1_epi32(scale.max - scale.zero_point),
        }
    }

    /// `clamp(multiplier(x) + zero_point)`, as `Multiplier::apply` lane by lane. Mantissas are not negative, so the
    /// doubling high product can not saturate.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn apply(&self, x: __m512i) -> __m512i {
        let x = _mm512_sllv_epi32(x, self.left);
        // `(x * mantissa + 2^30) >> 31` rounds halves up, which is what the scalar definition does.
        let nudge = _mm512_set1_epi64(1 << 30);
        let even = _mm512_add_epi64(_mm512_mul_epi32(x, self.mantissa), nudge);
        let odd = _mm512_mul_epi32(_mm512_srli_epi64::<32>(x), self.mantissa_odd);
        let odd = _mm512_add_epi64(odd, nudge);
        let high =
            _mm512_mask_blend_epi32(0xaaaa, _mm512_srli_epi64::<31>(even), _mm512_slli_epi64::<1>(odd));
        let negative = _mm512_srai_epi32::<31>(high);
        let rounded = if self.is_small {
            // Halves away from zero: half a step is added, less one below zero, where there is a shift.
            let high = _mm512_mask_add_epi32(high, self.is_shifted, high, negative);
            _mm512_srav_epi32(_mm512_add_epi32(high, self.half), self.right)
        } else {
            // The same without sums that could overflow: the remainder is above the threshold, which is one more
            // below zero.
            let one = _mm512_set1_epi32(1);
            let mask = _mm512_sub_epi32(_mm512_sllv_epi32(one, self.right), one);
            let threshold = _mm512_sub_epi32(_mm512_srli_epi32::<1>(mask), negative);
            let up = _mm512_cmpgt_epi32_mask(_mm512_and_si512(high, mask), threshold);
            let shifted = _mm512_srav_epi32(high, self.right);
            _mm512_mask_add_epi32(shifted, up, shifted, one)
        };
        let bounded = _mm512_min_epi32(_mm512_max_epi32(rounded, self.min), self.max);
        _mm512_add_epi32(bounded, self.zero_point)
    }
}
