//! Transposes matrices of elements of 32 bits in squares of eight by eight.

use core::arch::x86_64::*;

use featherlite_simd::{Isa, Level};

/// Rows and columns of a square.
const SIDE: usize = 8;
/// Columns that are gone through together: a cache line of the target.
const COLUMNS: usize = 2 * SIDE;

/// That there is one proves that the processor has the instructions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Squares(());

impl Squares {
    /// `None` if the processor lacks the instructions.
    pub(crate) fn new(level: Level) -> Option<Self> {
        level.has(Isa::Avx2).then_some(Self(()))
    }

    /// Writes a matrix of `rows` by `columns` elements, of which columns lie together in `from`, at the steps in bytes that are
    /// given. There must be 8 rows and 8 columns at least.
    ///
    /// # Panics
    /// If there are fewer, or they do not fit the memory.
    pub(crate) fn transpose(
        self,
        [rows, columns]: [usize; 2],
        (from, from_step): (&[u8], usize),
        (to, to_step): (&mut [u8], usize),
    ) {
        let reach = |count: usize, step: usize, len: usize| {
            count
                .checked_sub(SIDE)
                .and(step.checked_mul(count - 1))
                .and_then(|last| last.checked_add(4 * len))
        };
        assert!(reach(columns, from_step, rows).is_some_and(|end| end <= from.len()));
        assert!(reach(rows, to_step, columns).is_some_and(|end| end <= to.len()));
        // SAFETY: the processor has the instructions, or there would be no `self`; sizes have just been checked.
        unsafe { squares([rows, columns], (from.as_ptr(), from_step), (to.as_mut_ptr(), to_step)) }
    }
}

/// The last squares of a row or column overlap those before them where sizes are no multiples of eight.
///
/// # Safety
/// There is AVX2, and memory for 8 rows and 8 columns at least.
#[target_feature(enable = "avx2")]
unsafe fn squares(
    [rows, columns]: [usize; 2],
    (from, from_step): (*const u8, usize),
    (to, to_step): (*mut u8, usize),
) {
    for first in (0..columns).step_by(COLUMNS) {
        for row in (0..rows).step_by(SIDE) {
            let row = row.min(rows - SIDE);
            for column in (first..columns.min(first + COLUMNS)).step_by(SIDE) {
                let column = column.min(columns - SIDE);
                // SAFETY: the square lies in the matrix.
                unsafe {
                    let from = from.add(column * from_step + 4 * row);
                    square((from, from_step), (to.add(row * to_step + 4 * column), to_step));
                }
            }
        }
    }
}

/// # Safety
/// There is AVX2, and memory for 8 rows and 8 columns.
#[inline]
#[target_feature(enable = "avx2")]
unsafe fn square((from, from_step): (*const u8, usize), (to, to_step): (*mut u8, usize)) {
    let mut lines = [_mm256_setzero_ps(); SIDE];
    for (index, line) in lines.iter_mut().enumerate() {
        // SAFETY: the caller's promise.
        *line = unsafe { _mm256_loadu_ps(from.add(index * from_step).cast()) };
    }
    let [a, b, c, d, e, f, g, h] = lines;
    // Pairs of columns, then fours, then all eight.
    let (ab, cd) = (
        [_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b)],
        [_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d)],
    );
    let (ef, gh) = (
        [_mm256_unpacklo_ps(e, f), _mm256_unpackhi_ps(e, f)],
        [_mm256_unpacklo_ps(g, h), _mm256_unpackhi_ps(g, h)],
    );
    let left = [
        _mm256_shuffle_ps::<0x44>(ab[0], cd[0]),
        _mm256_shuffle_ps::<0xee>(ab[0], cd[0]),
        _mm256_shuffle_ps::<0x44>(ab[1], cd[1]),
        _mm256_shuffle_ps::<0xee>(ab[1], cd[1]),
    ];
    let right = [
        _mm256_shuffle_ps::<0x44>(ef[0], gh[0]),
        _mm256_shuffle_ps::<0xee>(ef[0], gh[0]),
        _mm256_shuffle_ps::<0x44>(ef[1], gh[1]),
        _mm256_shuffle_ps::<0xee>(ef[1], gh[1]),
    ];
    for index in 0..SIDE / 2 {
        let upper = _mm256_permute2f128_ps::<0x20>(left[index], right[index]);
        let lower = _mm256_permute2f128_ps::<0x31>(left[index], right[index]);
        // SAFETY: the caller's promise.
        unsafe {
            _mm256_storeu_ps(to.add(index * to_step).cast(), upper);
            _mm256_storeu_ps(to.add((index + SIDE / 2) * to_step).cast(), lower);
        }
    }
}
