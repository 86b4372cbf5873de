//! Copies of rows that are picked by numbers computed from another input.

use alloc::boxed::Box;
use alloc::vec;

use featherlite_base::arena::{Parallel, bytes_of, bytes_of_mut, for_each_chunk};
use featherlite_base::{DType, Error, Result, Shape};

use super::strings::{self, Strings};
use super::subbyte;
use crate::core::{Io, Kernel, Plan, Types};

/// The types of positions.
pub const POSITION: Types = Types::of(&[DType::I16, DType::I32, DType::I64]);

/// Bytes that one thread copies at a time.
const CHUNK: usize = 32 * 1024;

/// Positions of any width.
#[derive(Clone, Copy)]
pub enum Positions<'a> {
    /// INT16.
    I16(&'a [i16]),
    /// INT32.
    I32(&'a [i32]),
    /// INT64.
    I64(&'a [i64]),
}

impl<'a> Positions<'a> {
    /// Those of an input, which are of the type `dtype`.
    ///
    /// # Errors
    /// If they are not, or are no integers.
    pub fn of(io: &Io<'a>, input: usize, dtype: DType) -> Result<Self> {
        Ok(match dtype {
            DType::I16 => Self::I16(io.input(input)?),
            DType::I32 => Self::I32(io.input(input)?),
            DType::I64 => Self::I64(io.input(input)?),
            other => return Err(Error::internal(alloc::format!("positions of {other}"))),
        })
    }

    /// Position `index` of a dimension of `size`.
    ///
    /// # Errors
    /// If it lies outside.
    pub fn at(self, index: usize, size: usize) -> Result<usize> {
        position(
            match self {
                Self::I16(positions) => positions[index].into(),
                Self::I32(positions) => positions[index].into(),
                Self::I64(positions) => positions[index],
            },
            size,
        )
    }
}

/// How rows are found: from the positions (an input's contents) and the number of a row of the output, the number of
/// the row of the source.
pub trait Rows: Send + Sync + 'static {
    /// The source's row.
    ///
    /// # Errors
    /// If a position lies outside.
    fn source(&self, positions: Positions<'_>, row: usize) -> Result<usize>;
}

/// A kernel that fills output 0, of the shape `shape`, with rows of `row` elements of input 0; `rows` finds them from
/// input `positions`.
///
/// # Errors
/// If there are no positions.
pub fn kernel(
    plan: &mut Plan<'_>,
    rows: Box<dyn Rows>,
    row: usize,
    positions: usize,
    shape: Shape,
) -> Result<Box<dyn Kernel>> {
    let (dtype, elements) = (plan.node.output(0)?.dtype, shape.elements());
    let count = elements.checked_div(row).unwrap_or(0);
    let width = plan.node.input(positions)?.dtype;
    Ok(match dtype.bits() {
        0 => Box::new(move |io: &mut Io<'_>| {
            let (strings, positions) = (Strings::of(io, 0)?, Positions::of(io, positions, width)?);
            strings::write(io, 0, shape, |index| {
                strings.get(rows.source(positions, index / row)? * row + index % row)
            })
        }),
        bits if bits < 8 => {
            let from_elements = plan.node.input(0)?.shape.elements();
            let (source, target) = (plan.scratch(from_elements), plan.scratch(elements));
            Box::new(move |io: &mut Io<'_>| {
                let (source, target) = (io.scratch::<i8>(source)?, io.scratch::<i8>(target)?);
                let (source, target) = (&mut source[..from_elements], &mut target[..elements]);
                let positions = Positions::of(io, positions, width)?;
                (0..count).try_for_each(|row| rows.source(positions, row).map(drop))?;
                subbyte::unpack(dtype, io.input(0)?, source)?;
                copy(io.parallel, bytes_of(source), bytes_of_mut(target), row, &|row| {
                    rows.source(positions, row).unwrap_or(0)
                });
                subbyte::pack(dtype, target, io.output(0)?)
            })
        }
        bits => Box::new(move |io: &mut Io<'_>| {
            let positions = Positions::of(io, positions, width)?;
            (0..count).try_for_each(|row| rows.source(positions, row).map(drop))?;
            copy(io.parallel, io.input(0)?, io.output(0)?, row * bits / 8, &|row| {
                rows.source(positions, row).unwrap_or(0)
            });
            Ok(())
        }),
    })
}

/// Copies rows of `row` bytes; `source` gives the source's row for each row of the target.
fn copy(
    parallel: &dyn Parallel,
    from: &[u8],
    to: &mut [u8],
    row: usize,
    source: &(dyn Fn(usize) -> usize + Sync),
) {
    match row {
        0 => {}
        1 => blocks::<1>(parallel, from, to, source),
        2 => blocks::<2>(parallel, from, to, source),
        4 => blocks::<4>(parallel, from, to, source),
        8 => blocks::<8>(parallel, from, to, source),
        16 => blocks::<16>(parallel, from, to, source),
        _ => {
            let rows = (CHUNK / row).max(1);
            for_each_chunk(parallel, to, rows * row, |index, to| {
                for (number, to) in to.chunks_exact_mut(row).enumerate() {
                    to.copy_from_slice(&from[source(index * rows + number) * row..][..row]);
                }
            });
        }
    }
}

/// A kernel that fills each row of output 0 with the elements, of `bytes` bytes each, at `positions` of a row of input 0,
/// which has `columns` of them.
pub fn columns(bytes: usize, columns: usize, positions: Box<[u32]>) -> Box<dyn Kernel> {
    fn pick<const N: usize>(
        parallel: &dyn Parallel,
        from: &[u8],
        to: &mut [u8],
        columns: usize,
        positions: &[u32],
    ) {
        let (from, to) = (from.as_chunks::<N>().0, to.as_chunks_mut::<N>().0);
        let rows = (CHUNK / N / positions.len().max(1)).max(1);
        for_each_chunk(parallel, to, rows * positions.len(), |index, to| {
            let rows = from[index * rows * columns..].chunks_exact(columns);
            for (from, to) in rows.zip(to.chunks_exact_mut(positions.len())) {
                for (to, &position) in to.iter_mut().zip(positions) {
                    *to = from[position as usize];
                }
            }
        });
    }
    Box::new(move |io: &mut Io<'_>| {
        let (from, to) = (io.input(0)?, io.output(0)?);
        if positions.is_empty() || columns == 0 {
            return Ok(());
        }
        match bytes {
            1 => pick::<1>(io.parallel, from, to, columns, &positions),
            2 => pick::<2>(io.parallel, from, to, columns, &positions),
            4 => pick::<4>(io.parallel, from, to, columns, &positions),
            8 => pick::<8>(io.parallel, from, to, columns, &positions),
            16 => pick::<16>(io.parallel, from, to, columns, &positions),
            _ => return Err(Error::internal(alloc::format!("elements of {bytes} bytes"))),
        }
        Ok(())
    })
}

fn blocks<const N: usize>(
    parallel: &dyn Parallel,
    from: &[u8],
    to: &mut [u8],
    source: &(dyn Fn(usize) -> usize + Sync),
) {
    let (from, to) = (from.as_chunks::<N>().0, to.as_chunks_mut::<N>().0);
    for_each_chunk(parallel, to, CHUNK / N, |index, to| {
        for (number, to) in to.iter_mut().enumerate() {
            *to = from[source(index * (CHUNK / N) + number)];
        }
    });
}

/// Position `value` as an index below `size`.
///
/// # Errors
/// If it is none.
pub fn position(value: impl Into<i64>, size: usize) -> Result<usize> {
    let value = value.into();
    usize::try_from(value)
        .ok()
        .filter(|&index| index < size)
        .ok_or_else(|| Error::invalid_value(alloc::format!("position {value} of a dimension of {size}")))
}

/// Rows that are found by coordinates: each row of the output has its own list of positions, one for each of the
/// source's first dimensions.
pub struct Coordinates {
    /// Size and distance in rows of these dimensions.
    dims: alloc::vec::Vec<(usize, usize)>,
}

impl Coordinates {
    /// For a tensor of the shape `shape` and positions of its first `count` dimensions, with the number of elements
    /// of a row.
    ///
    /// # Errors
    /// If it has fewer dimensions.
    pub fn new(shape: &Shape, count: usize) -> Result<(Self, usize)> {
        let (Some(outer), Some(inner)) = (shape.dims().get(..count), shape.dims().get(count..)) else {
            return Err(Error::invalid_shape(alloc::format!("{count} coordinates for {shape}")));
        };
        let mut dims = vec![(0, 1); count];
        let mut distance = 1;
        for (dim, &size) in dims.iter_mut().zip(outer).rev() {
            *dim = (size, distance);
            distance *= size;
        }
        Ok((Self { dims }, inner.iter().product()))
    }
}

impl Rows for Coordinates {
    fn source(&self, positions: Positions<'_>, row: usize) -> Result<usize> {
        let first = row * self.dims.len();
        self.dims.iter().enumerate().try_fold(0, |sum, (index, &(size, distance))| {
            Ok(sum + positions.at(first + index, size)? * distance)
        })
    }
}
