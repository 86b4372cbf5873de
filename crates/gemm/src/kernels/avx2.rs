//! AVX2 and FMA: `f32` and 8-bit products in tiles of 6 by 16.
//!
//! The 8-bit kernel widens both sides to 16 bits and multiplies pairs (`madd`), which is exact; the shorter
//! `maddubs` would saturate. Activations are widened in memory, from which pairs are read into all lanes at once.

use core::arch::x86_64::*;
use core::mem::MaybeUninit;

use featherlite_simd::IS_COMPACT;

use super::avx2_store::{self, LANES, Row};
use super::panel::{Panel, for_each_panel};
use super::{F32Block, F32Kernel, I8Block, I8Kernel, Layout, Sign, row_block};

const VECTORS: usize = 2;
/// Columns of wide results,
const WIDE: usize = 256;
/// and weights that stay in the first-level cache beside them.
const FEW: usize = 8192;
/// Rows of a tile of one vector: whole tiles of two vectors.
const TALL: usize = 12;
/// Inputs of 8 bits whose products are summed up at a time.
const GROUP: usize = 2;
/// Rows whose inputs are in memory as words at a time: whole tiles,
const ROWS: usize = 24;
/// and how many inputs of each.
const DEPTH: usize = 512;

pub(crate) const F32: F32Kernel =
    F32Kernel { layout: Layout { lanes: LANES, vectors: VECTORS, group: 1, rows: 6 }, run: f32_block };

pub(crate) const I8: I8Kernel = I8Kernel {
    layout: Layout { lanes: LANES, vectors: VECTORS, group: GROUP, rows: 6 },
    sign: Sign::Signed,
    run: i8_block,
};

/// # Safety
/// The processor has AVX2 and FMA, and the block's pointers are valid for its sizes.
#[target_feature(enable = "avx2,fma")]
unsafe fn f32_block(block: &F32Block<'_>) {
    // Wide results of few products are written in the order of memory, which then keeps up.
    let is_streamed = block.columns >= WIDE && block.columns * block.k <= FEW;
    let step = if is_streamed { TALL } else { row_block(block.k * size_of::<f32>()) };
    for first in (0..block.rows).step_by(step) {
        let end = block.rows.min(first + step);
        for column in (0..block.columns).step_by(LANES * VECTORS) {
            let columns = (LANES * VECTORS).min(block.columns - column);
            let mut row = first;
            // SAFETY: the rows and columns lie in the block, the columns are a panel of one or two vectors.
            unsafe {
                if columns > LANES {
                    while end - row >= 6 {
                        f32_tile::<6, 2>(block, row, column, columns);
                        row += 6;
                    }
                    while end - row >= 3 {
                        f32_tile::<3, 2>(block, row, column, columns);
                        row += 3;
                    }
                    while end > row {
                        f32_tile::<1, 2>(block, row, column, columns);
                        row += 1;
                    }
                } else {
                    while end - row >= TALL {
                        f32_tile::<TALL, 1>(block, row, column, columns);
                        row += TALL;
                    }
                    while end > row {
                        f32_tile::<1, 1>(block, row, column, columns);
                        row += 1;
                    }
                }
            }
        }
    }
}

/// # Safety
/// As [`f32_block`], for `M` rows from `row` on and a panel of `T` vectors.
#[target_feature(enable = "avx2,fma")]
unsafe fn f32_tile<const M: usize, const T: usize>(
    block: &F32Block<'_>,
    row: usize,
    column: usize,
    columns: usize,
) {
    let stride = block.a_stride;
    let mut sums = [[_mm256_setzero_ps(); T]; M];
    // SAFETY: the panel holds `k * T` vectors, each of the `M` rows `k` elements.
    unsafe {
        let a = block.a.add(row * stride);
        let mut b = block.b.add(column * block.k);
        for &offset in block.offsets {
            let a = a.add(offset);
            for index in 0..block.piece {
                let mut weights = [_mm256_setzero_ps(); T];
                for (t, weights) in weights.iter_mut().enumerate() {
                    *weights = _mm256_loadu_ps(b.add(t * LANES));
                }
                for m in 0..M {
                    let x = _mm256_set1_ps(*a.add(m * stride + index));
                    for t in 0..T {
                        sums[m][t] = _mm256_fmadd_ps(x, weights[t], sums[m][t]);
                    }
                }
                b = b.add(T * LANES);
            }
        }
    }
    let (min, max) = (_mm256_set1_ps(block.min), _mm256_set1_ps(block.max));
    for t in 0..T {
        let (at, width) = (column + t * LANES, LANES.min(columns - t * LANES));
        let mut part = [0.0f32; LANES];
        if !block.bias.is_null() {
            // SAFETY: there is a bias for each column.
            part[..width].copy_from_slice(unsafe { core::slice::from_raw_parts(block.bias.add(at), width) });
        }
        // SAFETY: an array of eight; results of the block, all eight of a vector only where there are so many.
        unsafe {
            let bias = _mm256_loadu_ps(part.as_ptr());
            for (m, sums) in sums.iter().enumerate() {
                // With the bound as first operand NaN passes.
                let result = _mm256_max_ps(min, _mm256_add_ps(sums[t], bias));
                let result = _mm256_min_ps(max, result);
                let c = block.c.add((row + m) * block.c_stride + at);
                if width == LANES {
                    _mm256_storeu_ps(c, result);
                } else {
                    _mm256_storeu_ps(part.as_mut_ptr(), result);
                    core::slice::from_raw_parts_mut(c, width).copy_from_slice(&part[..width]);
                }
            }
        }
    }
}

/// # Safety
/// The processor has AVX2 and FMA, and the block's pointers are valid for its sizes.
#[target_feature(enable = "avx2,fma")]
unsafe fn i8_block(block: &I8Block<'_>) {
    let mut words = Words { values: [const { MaybeUninit::uninit() }; DEPTH * ROWS], held: None };
    // SAFETY: the caller's promise; a panel of more than eight columns has two vectors.
    unsafe {
        for_each_panel(block, (ROWS, LANES * VECTORS), |panel| match panel.columns > LANES {
            true => i8_panel::<6, 2>(panel, &mut words),
            false => i8_panel::<12, 1>(panel, &mut words),
        });
    }
}

/// Activations of some rows as words, [`DEPTH`] from row to row.
struct Words {
    values: [MaybeUninit<i16>; DEPTH * ROWS],
    /// The first row, and the first input of each row.
    held: Option<(usize, usize)>,
}

impl Words {
    /// Those of the panel's rows, of `len` inputs from `start` on.
    ///
    /// # Safety
    /// The processor has AVX2, the panel lies in its block, and there are so many inputs.
    #[inline(never)]
    #[target_feature(enable = "avx2,fma")]
    unsafe fn of(&mut self, panel: &Panel<'_>, start: usize, len: usize) -> *const i16 {
        let held = Some((panel.rows.start, start));
        if self.held != held {
            self.held = held;
            let stride = if panel.rows.len() == 1 { DEPTH * ROWS } else { DEPTH };
            let (a, mut row) = (&panel.block.a, panel.rows.start);
            let mut values = self.values.chunks_exact_mut(stride);
            while row < panel.rows.end {
                // The rows of a line are one step apart.
                let count = a.rest_of_line(row).min(panel.rows.end - row);
                // SAFETY: the caller's promise.
                let first = unsafe { a.row(row) };
                for (index, words) in values.by_ref().take(count).enumerate() {
                    let words = &mut words[..len.next_multiple_of(GROUP)];
                    // SAFETY: the caller's promise.
                    unsafe { widen_row(panel.block, first.add(index * a.stride), start, words) };
                }
                row += count;
            }
        }
        self.values.as_ptr().cast()
    }
}

/// Computes a panel of `T` vectors in tiles of `M` rows.
///
/// # Safety
/// As [`i8_block`]; the panel lies in the block, has at most [`ROWS`] rows, and is `T` vectors wide.
#[inline(never)]
#[target_feature(enable = "avx2,fma")]
unsafe fn i8_panel<const M: usize, const T: usize>(panel: &Panel<'_>, words: &mut Words) {
    let mut sums = [const { Row::<T>::uninit() }; ROWS];
    let sums = &mut sums[..panel.rows.len()];
    for (row, sums) in panel.rows.clone().zip(&mut *sums) {
        let correction = _mm256_set1_epi32(panel.correction(row));
        let mut first = [correction; T];
        for t in 0..T {
            let constants = load(panel.block.constants, panel.column + t * LANES);
            first[t] = _mm256_sub_epi32(constants, correction);
        }
        sums.write(first);
    }
    // SAFETY: all have just been written.
    let sums: &mut [[__m256i; T]] = unsafe { sums.assume_init_mut() };
    // SAFETY: the caller's promise; the panel holds `k` rounded up to pairs times `T` vectors of columns.
    let mut b = unsafe { panel.b(GROUP) };
    // A single row has all the memory.
    let depth = if sums.len() == 1 { DEPTH * ROWS } else { DEPTH };
    for start in (0..panel.block.k).step_by(depth) {
        let len = depth.min(panel.block.k - start);
        let pairs = len.div_ceil(GROUP);
        // SAFETY: the caller's promise: there are words of all rows, and weights; tiles of `M`, 2 and 1 rows as long as there
        // are so many.
        unsafe {
            let words = words.of(panel, start, len);
            let (mut row, count) = (0, sums.len());
            while count - row >= M {
                i8_tile::<M, T>(words.add(row * DEPTH), pairs, b, &mut sums[row..]);
                row += M;
            }
            while !IS_COMPACT && count - row >= 2 {
                i8_tile::<2, T>(words.add(row * DEPTH), pairs, b, &mut sums[row..]);
                row += 2;
            }
            while count > row {
                i8_tile::<1, T>(words.add(row * DEPTH), pairs, b, &mut sums[row..]);
                row += 1;
            }
            b = b.add(pairs * T * GROUP * LANES);
        }
    }
    // SAFETY: the caller's promise.
    unsafe { avx2_store::store(panel, panel.rows.start, sums) }
}

/// Adds the products of `pairs` pairs of inputs of `M` rows and the weights at `b` to the first of `sums`.
///
/// # Safety
/// The processor has AVX2, and there are so many words in each row, and weights.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn i8_tile<const M: usize, const T: usize>(
    words: *const i16,
    pairs: usize,
    mut b: *const i8,
    sums: &mut [[__m256i; T]],
) {
    let results: &mut [[__m256i; T]; M] = sums.first_chunk_mut().expect("sums of all rows of the tile");
    // In registers to the end, which they would not be if their address were known.
    let mut sums = *results;
    for pair in 0..pairs {
        let mut weights = [_mm256_setzero_si256(); T];
        // SAFETY: the caller's promise.
        unsafe {
            for t in 0..T {
                let bytes = _mm_loadu_si128(b.add(t * GROUP * LANES).cast());
                weights[t] = _mm256_cvtepi8_epi16(bytes);
            }
            for m in 0..M {
                let x = words.add(m * DEPTH).cast::<i32>().add(pair).read_unaligned();
                let x = _mm256_set1_epi32(x);
                for t in 0..T {
                    sums[m][t] = _mm256_add_epi32(sums[m][t], _mm256_madd_epi16(x, weights[t]));
                }
            }
            b = b.add(T * GROUP * LANES);
        }
    }
    *results = sums;
}

/// Writes inputs of the row at `row` from `start` on as words, as many as there are places; one more than there are if these are odd.
///
/// # Safety
/// The processor has AVX2, and there are so many inputs.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn widen_row(block: &I8Block<'_>, row: *const u8, start: usize, words: &mut [MaybeUninit<i16>]) {
    let a = &block.a;
    let flip = if block.signed { 0 } else { -128 };
    let (mut at, end) = (start, block.k.min(start + words.len()));
    // Most chunks begin with a row.
    let (mut piece, mut within) = if start == 0 { (0, 0) } else { (start / a.piece, start % a.piece) };
    while at < end {
        let len = (a.piece - within).min(end - at);
        // SAFETY: these are bytes of a piece of the row.
        unsafe { widen(row.add(piece * a.piece_stride + within), len, flip, &mut words[at - start..]) };
        (at, piece, within) = (at + len, piece + 1, 0);
    }
}

/// Writes `len` bytes as words, and one more if they are odd; `flip` makes them signed.
///
/// # Safety
/// The processor has AVX2, and there are so many bytes.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn widen(bytes: *const u8, len: usize, flip: i8, words: &mut [MaybeUninit<i16>]) {
    let words = words[..len.next_multiple_of(GROUP)].as_mut_ptr().cast::<i16>();
    let sign = _mm_set1_epi8(flip);
    // SAFETY: the caller's promise; the last vector of each width overlaps the one before it.
    unsafe {
        if len >= 16 {
            let vector = |at: usize| {
                let x = _mm_xor_si128(_mm_loadu_si128(bytes.add(at).cast()), sign);
                _mm256_storeu_si256(words.add(at).cast(), _mm256_cvtepi8_epi16(x));
            };
            for at in (0..len / 16 * 16).step_by(16) {
                vector(at);
            }
            if !len.is_multiple_of(16) {
                vector(len - 16);
            }
        } else if len >= 8 {
            for at in [0, len - 8] {
                let x = _mm_xor_si128(_mm_loadl_epi64(bytes.add(at).cast()), sign);
                _mm_storeu_si128(words.add(at).cast(), _mm_cvtepi8_epi16(x));
            }
        } else {
            for at in 0..len {
                words.add(at).write(i16::from((*bytes.add(at)).cast_signed() ^ flip));
            }
        }
        if !len.is_multiple_of(GROUP) {
            // Its weight is 0.
            words.add(len).write(0);
        }
    }
}

#[target_feature(enable = "avx2")]
fn load(values: &[i32], column: usize) -> __m256i {
    let values: &[i32] = &values[column..column + LANES];
    // SAFETY: there are so many.
    unsafe { _mm256_loadu_si256(values.as_ptr().cast()) }
}
