use alloc::boxed::Box;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{DType, Element, Error, Result};
use featherlite_simd::{Family, Isa, Row};

use super::integer::Scales;
use super::{Geometry, LEFT, Left, Make, RIGHT, transpose};
use crate::core::{Io, Kernel, Plan};
use crate::parts::activation::bound;
use crate::parts::dot;

/// 16-bit activations by 16- or 8-bit ones, summed up exactly.
pub(super) static I16: Family<Make> = Family {
    name: "batch_matmul_i16",
    rows: &[
        Row { name: "batch_matmul_i16__dot", isa: Isa::Scalar, kernel: fast },
        Row { name: "batch_matmul_i16__reference", isa: Isa::Scalar, kernel: reference },
    ],
};

const RANGE: (i32, i32) = (-32768, 32767);

/// The scales, with zero points that are all 0.
fn symmetric(plan: &Plan<'_>) -> Result<Scales> {
    let scales = Scales::of(plan)?;
    match (scales.left, scales.right, scales.output) {
        (0, 0, 0) => Ok(scales),
        points => Err(Error::invalid_model(alloc::format!("zero points {points:?} of a 16-bit product"))),
    }
}

fn fast(plan: &mut Plan<'_>, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    match plan.node.input(RIGHT)?.dtype {
        DType::I16 => of::<i16>(plan, geometry, dot::i16_by_i16),
        _ => of::<i8>(plan, geometry, dot::i16_by_i8),
    }
}

/// Products of vectors that lie in one piece: right-hand matrices are brought to columns.
fn of<B: Element>(
    plan: &mut Plan<'_>,
    mut geometry: Geometry,
    dot: impl Fn(&[i16], &[B]) -> i64 + Copy + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let (scales, level, pairs) = (symmetric(plan)?, plan.setup.level, geometry.pairs(plan.node)?);
    let Geometry { rows, columns, depth, right_by_columns, .. } = geometry;
    let left = Left::plan::<i16>(plan, geometry);
    let bytes = if right_by_columns { 0 } else { geometry.right_len() * size_of::<B>() };
    let by_columns = plan.scratch(bytes);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, right) = (io.input::<i16>(LEFT)?, io.input::<B>(RIGHT)?);
        let (memory, by_columns) = (left.memory(io)?, io.scratch::<B>(by_columns)?);
        let mut outputs = io.output::<i16>(0)?.chunks_mut(rows * columns);
        for pairs in pairs.chunk_by(|a, b| a.1 == b.1) {
            let mut right = &right[pairs[0].1 * columns * depth..][..columns * depth];
            if !right_by_columns {
                transpose(right, columns, by_columns);
                right = by_columns;
            }
            for (&(index, _), output) in pairs.iter().zip(&mut outputs) {
                let input = left.matrix(input, index, memory);
                for_each_chunk(io.parallel, output, columns, |row, results| {
                    let input = &input[row * depth..][..depth];
                    for (result, right) in results.iter_mut().zip(right.chunks(depth)) {
                        let sum = level.vectorize(
                            #[inline(always)]
                            || dot(input, right),
                        );
                        *result = bound(scales.multiplier.apply_i64(sum), RANGE) as i16;
                    }
                });
            }
        }
        Ok(())
    }))
}

fn reference(plan: &mut Plan<'_>, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let scales = symmetric(plan)?;
    let finish = move |sum| bound(scales.multiplier.apply_i64(sum), RANGE) as i16;
    match plan.node.input(RIGHT)?.dtype {
        DType::I16 => {
            let step = |sum: i64, a: i16, b: i16| sum + i64::from(a) * i64::from(b);
            super::reference(plan, geometry, 0, step, finish)
        }
        _ => {
            let step = |sum: i64, a: i16, b: i8| sum + i64::from(a) * i64::from(b);
            super::reference(plan, geometry, 0, step, finish)
        }
    }
}
