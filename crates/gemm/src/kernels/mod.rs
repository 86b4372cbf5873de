//! The kernels, one file for each instruction set, and the checked way to start them.
//!
//! A kernel computes one rectangle of results, described by raw pointers in [`F32Block`] or [`I8Block`];
//! [`run_f32`] and [`run_i8`] make these from slices whose sizes they have compared, which is where the `unsafe`
//! of this crate is argued.
#![allow(unsafe_code)]
// Tiles are arrays of registers that several loops index alike.
#![allow(clippy::needless_range_loop)]

use alloc::format;
use core::ops::Range;

use featherlite_base::arena::Parallel;
use featherlite_base::{Error, Result};

use crate::i8::Byte;
use crate::split::rectangles;
use crate::{
    Columns, F32Gemm, FinishF32, FinishReal, I8Gemm, PieceRows, Requantize, RowScale, RowsMut, WindowRows,
};

#[cfg(target_arch = "x86_64")]
pub(crate) mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx2_i16;
#[cfg(target_arch = "x86_64")]
pub mod avx2_requantize;
#[cfg(target_arch = "x86_64")]
mod avx2_store;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512;
#[cfg(target_arch = "x86_64")]
pub mod avx512_requantize;
#[cfg(target_arch = "x86_64")]
pub mod avx512_wide;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avx512vnni;
#[cfg(target_arch = "x86_64")]
mod avx512vnni_i16;
#[cfg(target_arch = "x86_64")]
pub(crate) mod avxvnni;
#[cfg(target_arch = "aarch64")]
pub(crate) mod dotprod;
#[cfg(target_arch = "aarch64")]
pub(crate) mod i8mm;
#[cfg(target_arch = "aarch64")]
pub(crate) mod neon;
#[cfg(target_arch = "aarch64")]
pub mod neon_requantize;
#[cfg(any(
    target_arch = "x86_64",
    target_arch = "aarch64",
    all(target_arch = "wasm32", target_feature = "simd128")
))]
mod panel;
pub(crate) mod scalar;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub(crate) mod simd128;
#[cfg(target_arch = "x86_64")]
pub(crate) mod wide;

/// How weights are laid out for a kernel.
///
/// Output channels are cut into panels of `vectors * lanes`; the last panel is as many vectors wide as it needs,
/// padded with zeros. Within a panel, `group` consecutive inputs of one channel lie together, then those of the next
/// channel, then the next `group` inputs of all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// Output channels in a vector of accumulators.
    pub(crate) lanes: usize,
    /// Vectors in a full panel.
    pub(crate) vectors: usize,
    /// Inputs that are multiplied and summed in one instruction.
    pub(crate) group: usize,
    /// Rows that a tile has at most: where threads split.
    pub(crate) rows: usize,
}

impl Layout {
    /// Output channels in a full panel.
    pub(crate) fn panel(&self) -> usize {
        self.lanes * self.vectors
    }

    /// Elements that `n` channels of `k` inputs take packed.
    pub(crate) fn packed_len(&self, n: usize, k: usize) -> Option<usize> {
        n.checked_next_multiple_of(self.lanes)?.checked_mul(k.checked_next_multiple_of(self.group)?)
    }
}

/// A kernel for `f32`.
pub struct F32Kernel {
    pub(crate) layout: Layout,
    pub(crate) run: unsafe fn(&F32Block<'_>),
}

/// A kernel for 8-bit activations and weights.
pub struct I8Kernel {
    pub(crate) layout: Layout,
    /// The activations that it multiplies.
    pub(crate) sign: Sign,
    pub(crate) run: unsafe fn(&I8Block<'_>),
}

/// Which activations a kernel multiplies; it makes others into such by flipping the top bit.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code, reason = "which there are kernels for depends on the processor")]
pub(crate) enum Sign {
    /// Signed or not, as they are.
    Either,
    /// Unsigned: 128 is added to signed ones.
    Unsigned,
    /// Signed: 128 is taken off unsigned ones.
    Signed,
}

impl Sign {
    /// What is added to activations that are signed, or not.
    pub(crate) fn offset(self, signed: bool) -> i32 {
        match (self, signed) {
            (Sign::Unsigned, true) => 128,
            (Sign::Signed, false) => -128,
            _ => 0,
        }
    }
}

/// A rectangle of an `f32` product.
pub(crate) struct F32Block<'a> {
    /// First row of activations, and elements from row to row.
    pub(crate) a: *const f32,
    pub(crate) a_stride: usize,
    /// Where in a row its pieces begin, and elements of a piece.
    pub(crate) offsets: &'a [usize],
    pub(crate) piece: usize,
    /// Rows and depth, that of all pieces.
    pub(crate) rows: usize,
    pub(crate) k: usize,
    /// First panel of weights.
    pub(crate) b: *const f32,
    /// Columns; they begin at a panel.
    pub(crate) columns: usize,
    /// First result, and elements from row to row.
    pub(crate) c: *mut f32,
    pub(crate) c_stride: usize,
    /// Bias of the first column, or null.
    pub(crate) bias: *const f32,
    pub(crate) min: f32,
    pub(crate) max: f32,
}

/// Where the rows of 8-bit activations lie: see [`WindowRows`].
#[derive(Clone, Copy)]
pub(crate) struct Source {
    start: *const u8,
    /// Row 0 of the block among all.
    first: usize,
    stride: usize,
    line: usize,
    line_stride: usize,
    /// Bytes of a piece: a multiple of the layout's group, or a whole row.
    pub(crate) piece: usize,
    piece_stride: usize,
}

impl Source {
    /// The offset of each piece in a row of `k` bytes.
    #[inline(always)]
    pub(crate) fn pieces(&self, k: usize) -> impl Iterator<Item = usize> {
        (0..k / self.piece.max(1)).map(|index| index * self.piece_stride)
    }

    /// How many rows, from one on, are one step apart.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    pub(crate) fn rest_of_line(&self, row: usize) -> usize {
        let row = self.first + row;
        if row < self.line { self.line - row } else { self.line - row % self.line }
    }

    /// The first piece of a row of the block.
    ///
    /// # Safety
    /// There is such a row.
    #[inline(always)]
    pub(crate) unsafe fn row(&self, row: usize) -> *const u8 {
        let row = self.first + row;
        let offset = match row < self.line {
            true => row * self.stride,
            false => row / self.line * self.line_stride + row % self.line * self.stride,
        };
        // SAFETY: the row lies in the activations.
        unsafe { self.start.add(offset) }
    }
}

/// A rectangle of an 8-bit product.
pub(crate) struct I8Block<'a> {
    /// Activations.
    pub(crate) a: Source,
    /// Whether they are `i8` rather than `u8`.
    pub(crate) signed: bool,
    /// Rows and depth.
    pub(crate) rows: usize,
    pub(crate) k: usize,
    /// First panel of weights.
    pub(crate) b: *const i8,
    /// Columns; they begin at a panel.
    pub(crate) columns: usize,
    /// What is added to the accumulators of each column; at least `columns` rounded up to whole vectors.
    pub(crate) constants: &'a [i32],
    /// This many times the sum of a row is taken off its accumulators.
    pub(crate) weights_zero_point: i32,
    /// Where results go.
    pub(crate) store: Store<'a>,
}

/// What becomes of 32-bit accumulators.
pub(crate) enum Store<'a> {
    /// They are the result.
    I32 { c: *mut i32, stride: usize },
    /// They are requantized to 8 bits.
    Byte { c: *mut u8, stride: usize, scale: Scale<'a> },
    /// They are scaled back to `f32`.
    Real { c: *mut f32, stride: usize, real: Real<'a> },
}

/// How the accumulators of a block become `f32`: slices begin at its first row or column.
#[derive(Clone, Copy)]
pub(crate) struct Real<'a> {
    /// One for each row, or one for all.
    pub(crate) rows: &'a [RowScale],
    /// The sum of each column's weights, and their scale.
    pub(crate) sums: &'a [i32],
    pub(crate) scales: &'a [f32],
    /// Empty if there is none.
    pub(crate) bias: &'a [f32],
    pub(crate) min: f32,
    pub(crate) max: f32,
}

impl Real<'_> {
    #[inline(always)]
    pub(crate) fn row(&self, row: usize) -> RowScale {
        if let &[one] = self.rows { one } else { self.rows[row] }
    }

    /// The results of a row from `column` on.
    #[inline(always)]
    pub(crate) fn finish(&self, row: usize, column: usize, sums: &[i32], results: &mut [f32]) {
        let row = self.row(row);
        let width = results.len();
        let (sums, weights) = (&sums[..width], &self.sums[column..column + width]);
        let scales = &self.scales[column..column + width];
        for index in 0..width {
            let sum = sums[index].wrapping_sub(weights[index].wrapping_mul(row.zero_point));
            results[index] = sum as f32 * (row.scale * scales[index]);
        }
        if !self.bias.is_empty() {
            let bias = &self.bias[column..column + width];
            for index in 0..width {
                results[index] += bias[index];
            }
        }
        for result in results {
            // NaN passes.
            let bounded = if *result < self.min { self.min } else { *result };
            *result = if self.max < bounded { self.max } else { bounded };
        }
    }
}

/// Requantization parameters of a range of columns, each slice at least the columns rounded up to whole vectors.
#[derive(Clone, Copy)]
pub(crate) struct Scale<'a> {
    pub(crate) mantissa: &'a [i32],
    pub(crate) left: &'a [i32],
    pub(crate) right: &'a [i32],
    /// What is known of sums: [`Requantize::known`].
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "others round in one way"))]
    pub(crate) known: u8,
    pub(crate) zero_point: i32,
    pub(crate) min: i32,
    pub(crate) max: i32,
}

/// Most rows that a kernel works through before it goes to the next panel: those that stay in the cache.
pub(crate) const MAX_ROW_BLOCK: usize = 240;

/// Rows of `bytes` bytes that stay in the second-level cache beside a panel of weights.
pub(crate) fn row_block(bytes: usize) -> usize {
    (128 * 1024 / bytes.max(1)).clamp(24, MAX_ROW_BLOCK) / 24 * 24
}

/// Pointers that tasks share; each uses a rectangle of its own.
struct Shared<T>(T);
// SAFETY: the tasks of `rectangles` get disjoint parts of the results, and everything else is only read.
unsafe impl<T> Sync for Shared<T> {}

impl<T: Copy> Shared<T> {
    fn get(&self) -> T {
        self.0
    }
}

fn mismatch(what: &str, found: impl core::fmt::Debug, expected: impl core::fmt::Debug) -> Error {
    Error::internal(format!("matrix product: {what} {found:?} where {expected:?} fits"))
}

/// Runs an `f32` kernel on checked operands.
///
/// # Errors
/// If sizes do not fit.
pub(crate) fn run_f32(
    gemm: F32Gemm,
    parallel: &dyn Parallel,
    a: PieceRows<'_, f32>,
    (packed, n, k): (&[f32], usize, usize),
    finish: &FinishF32<'_>,
    c: RowsMut<'_, f32>,
) -> Result<()> {
    let kernel = gemm.kernel();
    if a.width() != k {
        return Err(mismatch("activations of width", a.width(), k));
    }
    if (c.rows, c.width) != (a.rows, n) {
        return Err(mismatch("results of size", (c.rows, c.width), (a.rows, n)));
    }
    if finish.bias.is_some_and(|bias| bias.len() != n) {
        return Err(mismatch("bias of length", finish.bias.map(<[f32]>::len), n));
    }
    if kernel.layout.packed_len(n, k) != Some(packed.len()) {
        return Err(mismatch("packed weights of length", packed.len(), kernel.layout.packed_len(n, k)));
    }
    let (a_start, c_start) = (Shared(a.data.as_ptr()), Shared(c.data.as_mut_ptr()));
    let (a_stride, c_stride) = (a.stride, c.stride);
    let packed = Shared(packed.as_ptr());
    let bias = Shared(finish.bias.map_or(core::ptr::null(), <[f32]>::as_ptr));
    let (min, max) = (finish.min, finish.max);
    let task = |rows: Range<usize>, columns: Range<usize>| {
        // SAFETY: `PieceRows` and `RowsMut` checked that every row lies in its slice, the weights have the length that the
        // layout gives, the bias has `n` elements; `rectangles` hands out ranges inside those sizes, columns
        // beginning at a panel, and no two that overlap; so each task writes its own part of `c`, which is
        // borrowed mutably until all tasks are done. A gemm can only be made where the processor has the
        // instructions.
        unsafe {
            (kernel.run)(&F32Block {
                a: a_start.get().add(rows.start * a_stride),
                a_stride,
                offsets: a.offsets,
                piece: a.piece,
                rows: rows.len(),
                k,
                b: packed.get().add(columns.start * k),
                columns: columns.len(),
                c: c_start.get().add(rows.start * c_stride + columns.start),
                c_stride,
                bias: if bias.get().is_null() { bias.get() } else { bias.get().add(columns.start) },
                min,
                max,
            });
        }
    };
    rectangles(parallel, (a.rows, kernel.layout.rows), (n, kernel.layout.panel()), k, &task);
    Ok(())
}

/// Where the results of [`run_i8`] go.
pub(crate) enum Target<'a, 'b, C> {
    I32(RowsMut<'a, i32>),
    Byte(RowsMut<'a, C>, &'b Requantize),
    /// The sum of each column's weights comes last.
    Real(RowsMut<'a, f32>, &'b FinishReal<'b>, &'b [i32]),
}

/// Runs an 8-bit kernel on checked operands.
///
/// # Errors
/// If sizes do not fit.
pub(crate) fn run_i8<A: Byte, C: Byte>(
    gemm: I8Gemm,
    parallel: &dyn Parallel,
    a: WindowRows<'_, A>,
    (packed, n, k): (&[i8], usize, usize),
    columns: Columns<&[i32]>,
    target: Target<'_, '_, C>,
) -> Result<()> {
    let kernel = gemm.kernel();
    if a.width != k {
        return Err(mismatch("activations of width", a.width, k));
    }
    let group = kernel.layout.group;
    if a.piece != a.width && (!a.piece.is_multiple_of(group) || columns.weights_zero_point != 0) {
        return Err(mismatch("pieces, zero point", (a.piece, columns.weights_zero_point), (group, 0)));
    }
    if columns.n != n || columns.signed != A::SIGNED {
        return Err(mismatch("constants for", (columns.n, columns.signed), (n, A::SIGNED)));
    }
    if kernel.layout.packed_len(n, k) != Some(packed.len()) {
        return Err(mismatch("packed weights of length", packed.len(), kernel.layout.packed_len(n, k)));
    }
    #[derive(Clone, Copy)]
    enum To<'b> {
        I32(*mut i32, usize),
        Byte(*mut u8, usize, &'b Requantize),
        Real(*mut f32, usize, &'b FinishReal<'b>, &'b [i32]),
    }
    let (size, to) = match target {
        Target::I32(c) => ((c.rows, c.width), To::I32(c.data.as_mut_ptr(), c.stride)),
        Target::Byte(c, scale) => {
            if scale.n != n {
                return Err(mismatch("multipliers for", scale.n, n));
            }
            ((c.rows, c.width), To::Byte(c.data.as_mut_ptr().cast(), c.stride, scale))
        }
        Target::Real(c, finish, sums) => {
            let found = (sums.len(), finish.scales.len(), finish.bias.map_or(n, <[f32]>::len));
            if found != (n, n, n) || finish.rows.len() != 1 && finish.rows.len() != a.rows {
                return Err(mismatch("sums, scales, bias for", (found, finish.rows.len()), (n, a.rows)));
            }
            ((c.rows, c.width), To::Real(c.data.as_mut_ptr(), c.stride, finish, sums))
        }
    };
    if size != (a.rows, n) {
        return Err(mismatch("results of size", size, (a.rows, n)));
    }
    let WindowRows { stride, line, line_stride, piece, piece_stride, .. } = a;
    let start = a.data.as_ptr().cast::<u8>();
    let source = Shared(Source { start, first: 0, stride, line, line_stride, piece, piece_stride });
    let to = Shared(to);
    let packed = Shared(packed.as_ptr());
    let padded_k = k.next_multiple_of(group);
    let task = |rows: Range<usize>, range: Range<usize>| {
        // SAFETY: as in `run_f32`; constants and multipliers are padded to whole vectors by their constructors.
        // `A` and `C` are bytes.
        unsafe {
            let store = match to.get() {
                To::I32(c, stride) => Store::I32 { c: c.add(rows.start * stride + range.start), stride },
                To::Byte(c, stride, scale) => Store::Byte {
                    c: c.add(rows.start * stride + range.start),
                    stride,
                    scale: scale.from(range.start, scale.known(columns.largest_sum(k))),
                },
                To::Real(c, stride, finish, sums) => Store::Real {
                    c: c.add(rows.start * stride + range.start),
                    stride,
                    real: Real {
                        rows: if finish.rows.len() == 1 { finish.rows } else { &finish.rows[rows.clone()] },
                        sums: &sums[range.clone()],
                        scales: &finish.scales[range.clone()],
                        bias: finish.bias.map_or(&[], |bias| &bias[range.clone()]),
                        min: finish.min,
                        max: finish.max,
                    },
                },
            };
            (kernel.run)(&I8Block {
                a: Source { first: rows.start, ..source.get() },
                signed: A::SIGNED,
                rows: rows.len(),
                k,
                b: packed.get().add(range.start * padded_k),
                columns: range.len(),
                constants: &columns.constants[range.start..],
                weights_zero_point: columns.weights_zero_point,
                store,
            });
        }
    };
    rectangles(parallel, (a.rows, kernel.layout.rows), (n, kernel.layout.panel()), k, &task);
    Ok(())
}

/// The sum of a row of `k` bytes at `a`.
///
/// # Safety
/// `a` is valid for `k` bytes.
#[inline(never)]
pub(crate) unsafe fn row_sum(a: *const u8, k: usize, signed: bool) -> i32 {
    // SAFETY: the caller's promise.
    let row = unsafe { core::slice::from_raw_parts(a, k) };
    if signed {
        row.iter().fold(0i32, |sum, &x| sum.wrapping_add(i32::from(x as i8)))
    } else {
        row.iter().fold(0i32, |sum, &x| sum.wrapping_add(i32::from(x)))
    }
}

/// The last `k % group` bytes of a row of `k` bytes as the low bytes of a word; `group` is at most 8.
///
/// # Safety
/// `a` is valid for `k` bytes.
#[inline]
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(crate) unsafe fn last_bytes(a: *const u8, k: usize, group: usize) -> u64 {
    let rest = k % group;
    (0..rest).fold(0, |word, index| {
        // SAFETY: `k - rest + index < k`, valid by the caller's promise.
        word | u64::from(unsafe { *a.add(k - rest + index) }) << (8 * index)
    })
}
