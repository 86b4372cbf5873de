//! 16-bit activations times 8-bit weights with AVX-512 VNNI: panels of 64 or 32 columns, 6 or 12 rows at a time.
//!
//! An instruction multiplies two neighbouring inputs by their weights, which are widened as they are loaded, and adds both
//! products to a 32-bit sum.

use core::arch::x86_64::*;

use super::Layout;
use super::avx512_wide::Words;
use super::wide::{Block, Kernel, PackedI16, Tiles};

const LANES: usize = 16;
const LAYOUT: Layout = Layout { lanes: 2 * LANES, vectors: 2, group: 2, rows: 12 };

/// For processors with these instructions.
pub(super) const KERNEL: Kernel = Kernel {
    layout: LAYOUT,
    narrow: Tiles { rows: 12, several: tile::<2, 12>, one: tile::<2, 1> },
    wide: Tiles { rows: 6, several: tile::<4, 6>, one: tile::<4, 1> },
};

/// # Safety
/// As [`Tile`](super::wide::Tile), for `M` rows and a panel of `T` vectors.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
unsafe fn tile<const T: usize, const M: usize>(block: &Block<'_>, row: usize, column: usize, width: usize) {
    let PackedI16 { k, ref weights, ref multipliers, range, .. } = *block.packed;
    let mut sums = [[_mm512_setzero_si512(); T]; M];
    // SAFETY: the panel's weights are `T` vectors' width for each of `k` inputs, rounded up to pairs; each of the rows
    // has `k` elements.
    unsafe {
        let mut b = weights.as_ptr().add(column * k.next_multiple_of(2));
        let mut rows = [core::ptr::null::<i16>(); M];
        for m in 0..M {
            rows[m] = block.a.0.add((row + m) * block.a.1);
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
            let c = block.c.0.wrapping_add((row + m) * block.c.1 + column + t * LANES);
            // SAFETY: the mask leaves the columns of the block.
            unsafe { _mm512_mask_storeu_epi16(c, (mask >> (t * LANES)) as u32, results) };
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
