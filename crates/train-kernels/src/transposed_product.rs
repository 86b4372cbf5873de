//! `P += A^T B` for tall matrices: the gradient of weights, a sum over all pixels of a batch.
//!
//! Both matrices are read where they lie; a tile of `P` stays in registers while all rows pass by.
#![allow(unsafe_code)]
#![allow(clippy::needless_range_loop, reason = "indices of tiles, which unrolled loops go through together")]

use featherlite_simd::Level;

use crate::vector::{self, Kernel, Vector};

/// Rows of `width` elements inside `data`, each `stride` after the one before.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a> {
    data: &'a [f32],
    rows: usize,
    width: usize,
    stride: usize,
}

impl<'a> Matrix<'a> {
    /// # Panics
    /// If the rows do not lie in `data`.
    pub(crate) fn new(data: &'a [f32], rows: usize, width: usize, stride: usize) -> Self {
        assert!(rows == 0 || (rows - 1) * stride + width <= data.len(), "rows outside of the matrix");
        Self { data, rows, width, stride }
    }
}

/// Adds `a^T b` to `product`, which is `[a.width, b.width]`.
///
/// # Panics
/// If the matrices differ in rows or `product` has another length.
pub(crate) fn add(level: Level, a: Matrix<'_>, b: Matrix<'_>, product: &mut [f32]) {
    assert_eq!(a.rows, b.rows, "rows of the factors");
    assert_eq!(product.len(), a.width * b.width, "elements of the product");
    vector::run(level, Product { a, b, product });
}

/// Steps that a product takes whose second factor has `width` columns, which vectors run along, and whose first has `height`.
pub(crate) fn steps(height: usize, width: usize) -> usize {
    height * width.div_ceil(16)
}

struct Product<'a> {
    a: Matrix<'a>,
    b: Matrix<'a>,
    product: &'a mut [f32],
}

impl Kernel for Product<'_> {
    #[inline(always)]
    unsafe fn run<V: Vector>(self) {
        let Self { a, b, product } = self;
        let mut column = 0;
        while column < b.width {
            let columns = b.width - column;
            let strip = Strip { a, b, column, columns, product: product.as_mut_ptr() };
            // SAFETY: the strip's columns lie in `b`, and the product has as many elements as it needs.
            unsafe {
                let vectors = match columns.div_ceil(V::LANES) {
                    1 => 1,
                    2 | 4 => 2,
                    _ => 3,
                };
                match (vectors, columns < vectors * V::LANES) {
                    (1, false) => strip.run::<V, 1, false>(),
                    (1, true) => strip.run::<V, 1, true>(),
                    (2, false) => strip.run::<V, 2, false>(),
                    (2, true) => strip.run::<V, 2, true>(),
                    (_, false) => strip.run::<V, 3, false>(),
                    (_, true) => strip.run::<V, 3, true>(),
                }
                column += vectors * V::LANES;
            }
        }
    }
}

/// Columns of the product from `column` on.
struct Strip<'a> {
    a: Matrix<'a>,
    b: Matrix<'a>,
    column: usize,
    columns: usize,
    product: *mut f32,
}

impl Strip<'_> {
    /// Computes `T` vectors of columns, the last of them `PART` of one.
    #[inline(always)]
    unsafe fn run<V: Vector, const T: usize, const PART: bool>(&self) {
        let width = self.a.width;
        let mut row = 0;
        // SAFETY: rows of the product are columns of `a`; tiles of as many as there are registers for, then fewer.
        unsafe {
            if matches!((T, V::REGISTERS), (1, _) | (2, 32)) {
                while width - row >= 12 {
                    self.tile::<V, 12, T, PART>(row);
                    row += 12;
                }
            }
            if V::REGISTERS == 32 {
                while width - row >= 8 {
                    self.tile::<V, 8, T, PART>(row);
                    row += 8;
                }
            }
            while width - row >= 4 {
                self.tile::<V, 4, T, PART>(row);
                row += 4;
            }
            if width - row >= 2 {
                self.tile::<V, 2, T, PART>(row);
                row += 2;
            }
            if row < width {
                self.tile::<V, 1, T, PART>(row);
            }
        }
    }

    /// `M` rows of the product from `row` on.
    #[inline(always)]
    unsafe fn tile<V: Vector, const M: usize, const T: usize, const PART: bool>(&self, row: usize) {
        let (a_stride, b_stride, width) = (self.a.stride, self.b.stride, self.b.width);
        let last = self.columns.min(T * V::LANES) - (T - 1) * V::LANES;
        // SAFETY: every row of `a` has `M` elements from `row` on and every row of `b` has the columns from `column` on,
        // of which the last vector reads `last` if it is not whole; so does the product.
        unsafe {
            let mut sums = [[V::splat(0.0); T]; M];
            let mut a = self.a.data.as_ptr().add(row);
            let mut b = self.b.data.as_ptr().add(self.column);
            for _ in 0..self.a.rows {
                let mut columns = [V::splat(0.0); T];
                for t in 0..T {
                    columns[t] = load::<V, T, PART>(b.add(t * V::LANES), t, last);
                }
                for m in 0..M {
                    let x = V::splat(*a.add(m));
                    for t in 0..T {
                        sums[m][t] = x.mul_add(columns[t], sums[m][t]);
                    }
                }
                a = a.wrapping_add(a_stride);
                b = b.wrapping_add(b_stride);
            }
            for m in 0..M {
                for t in 0..T {
                    let to = self.product.add((row + m) * width + self.column + t * V::LANES);
                    let sum = sums[m][t].add(load::<V, T, PART>(to, t, last));
                    if PART && t + 1 == T { sum.store_first(to, last) } else { sum.store_all(to) }
                }
            }
        }
    }
}

/// Vector `t` of `T`, the last of which has `last` elements if it is `PART` of one.
#[inline(always)]
unsafe fn load<V: Vector, const T: usize, const PART: bool>(from: *const f32, t: usize, last: usize) -> V {
    // SAFETY: the caller's promise.
    unsafe { if PART && t + 1 == T { V::load_first(from, last) } else { V::load_all(from) } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use featherlite_testkit::Random;

    #[test]
    fn products_are_those_of_plain_loops() {
        let mut random = Random::new(5);
        for _ in 0..200 {
            let rows = random.size(1..=20);
            let (a_width, b_width) = (random.size(1..=30), random.size(1..=130));
            let (a_stride, b_stride) = (a_width + random.below(3), b_width + random.below(3));
            let (a_data, b_data) = (random.reals(rows * a_stride), random.reals(rows * b_stride));
            let start = random.reals(a_width * b_width);
            let expected: Vec<f64> = (0..a_width * b_width)
                .map(|at| {
                    let (i, j) = (at / b_width, at % b_width);
                    let products = (0..rows)
                        .map(|r| f64::from(a_data[r * a_stride + i]) * f64::from(b_data[r * b_stride + j]));
                    f64::from(start[at]) + products.sum::<f64>()
                })
                .collect();
            for isa in Level::detect().isas() {
                let level = Level::named(isa.name()).unwrap();
                let mut product = start.clone();
                let a = Matrix::new(&a_data, rows, a_width, a_stride);
                let b = Matrix::new(&b_data, rows, b_width, b_stride);
                add(level, a, b, &mut product);
                for (found, expected) in product.iter().zip(&expected) {
                    assert!((f64::from(*found) - expected).abs() < 1e-5, "{isa} {a_width} {b_width}");
                }
            }
        }
    }
}
