use alloc::boxed::Box;
use alloc::vec::Vec;

use featherlite_base::Result;
use featherlite_base::arena::for_each_chunk;
use featherlite_gemm::{F32Gemm, FinishF32, PackedF32, Rows, RowsMut};
use featherlite_simd::{Family, Isa, Row};

use super::{Geometry, LEFT, Left, Make, RIGHT};
use crate::core::{Io, Kernel, Packed, Plan};
use crate::parts::dot;

pub(super) static F32: Family<Make> = Family {
    name: "batch_matmul_f32",
    rows: &[
        Row { name: "batch_matmul_f32__gemm", isa: Isa::Scalar, kernel: packed },
        Row { name: "batch_matmul_f32__reference", isa: Isa::Scalar, kernel: reference },
    ],
};

/// Fewer rows than this do not make up for packing in every run.
const FEW_ROWS: usize = 4;

const NO_FINISH: FinishF32<'_> = FinishF32 { bias: None, min: f32::NEG_INFINITY, max: f32::INFINITY };

/// Packed right-hand matrices.
struct Matrices(Vec<PackedF32>);

impl Packed for Matrices {
    fn bytes(&self) -> usize {
        self.0.iter().map(PackedF32::bytes).sum()
    }
}

fn packed(plan: &mut Plan<'_>, mut geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let pairs = geometry.pairs(plan.node)?;
    let right = plan.node.input(RIGHT)?;
    let gemm = F32Gemm::best(plan.setup.level);
    let Geometry { rows, columns, depth, .. } = geometry;
    if right.is_constant {
        let matrices = plan.shared(gemm.name(), || {
            let values = right.constant()?;
            let matrices = 0..values.len() / geometry.right_len().max(1);
            let packed = matrices.map(|index| gemm.pack(geometry.weights(values, index)?));
            packed.collect::<Result<_>>().map(Matrices)
        })?;
        let left = Left::plan::<f32>(plan, geometry);
        return Ok(Box::new(move |io: &mut Io<'_>| {
            let (input, output) = (io.input::<f32>(LEFT)?, io.output::<f32>(0)?);
            let memory = left.memory(io)?;
            for (&(index, matrix), output) in pairs.iter().zip(output.chunks_mut(rows * columns)) {
                let input = Rows::dense(left.matrix(input, index, memory), rows, depth)?;
                let output = RowsMut::dense(output, rows, columns)?;
                matrices.0[matrix].panels().multiply(io.parallel, input, &NO_FINISH, output)?;
            }
            Ok(())
        }));
    }
    if rows < FEW_ROWS {
        return direct(plan, geometry, pairs);
    }
    let panels = plan.scratch(gemm.packed_len(columns, depth)? * size_of::<f32>());
    let left = Left::plan::<f32>(plan, geometry);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, right) = (io.input::<f32>(LEFT)?, io.input::<f32>(RIGHT)?);
        let (panels, memory) = (io.scratch::<f32>(panels)?, left.memory(io)?);
        let mut outputs = io.output::<f32>(0)?.chunks_mut(rows * columns);
        for pairs in pairs.chunk_by(|a, b| a.1 == b.1) {
            let panels = gemm.pack_into(geometry.weights(right, pairs[0].1)?, panels)?;
            for (&(index, _), output) in pairs.iter().zip(&mut outputs) {
                let input = Rows::dense(left.matrix(input, index, memory), rows, depth)?;
                panels.multiply(io.parallel, input, &NO_FINISH, RowsMut::dense(output, rows, columns)?)?;
            }
        }
        Ok(())
    }))
}

/// Results that one thread makes at a time where nothing is packed.
const CHUNK: usize = 256;

/// Right-hand matrices that change from run to run, read as they lie.
fn direct(plan: &mut Plan<'_>, geometry: Geometry, pairs: Vec<(usize, usize)>) -> Result<Box<dyn Kernel>> {
    let Geometry { rows, columns, depth, right_by_columns, .. } = geometry;
    let level = plan.setup.level;
    let all = Geometry { rows: rows * pairs.len(), ..geometry };
    let left = Left { scratch: Left::plan::<f32>(plan, all).scratch, geometry };
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (mut input, right) = (io.input::<f32>(LEFT)?, io.input::<f32>(RIGHT)?);
        let memory = left.memory(io)?;
        if left.scratch.is_some() {
            let len = geometry.left_len();
            for (index, memory) in memory.chunks_mut(len).enumerate().take(input.len() / len) {
                left.matrix(input, index, memory);
            }
            input = memory;
        }
        for_each_chunk(io.parallel, io.output::<f32>(0)?, CHUNK, |index, mut results| {
            let mut position = index * CHUNK;
            while !results.is_empty() {
                let (row, column) = (position / columns, position % columns);
                let (part, rest) = results.split_at_mut(results.len().min(columns - column));
                let (left, matrix) = pairs[row / rows];
                let input = &input[(left * rows + row % rows) * depth..][..depth];
                let right = &right[matrix * columns * depth..][..columns * depth];
                level.vectorize(
                    #[inline(always)]
                    || {
                        if right_by_columns {
                            for (result, right) in part.iter_mut().zip(right[column * depth..].chunks(depth))
                            {
                                *result = dot::real(input, right);
                            }
                        } else {
                            part.fill(0.0);
                            for (&x, right) in input.iter().zip(right.chunks(columns)) {
                                let right = &right[column..];
                                part.iter_mut().zip(right).for_each(|(result, right)| *result += x * right);
                            }
                        }
                    },
                );
                position += part.len();
                results = rest;
            }
        });
        Ok(())
    }))
}

fn reference(plan: &mut Plan<'_>, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    super::reference(plan, geometry, 0.0, |sum: f32, a: f32, b: f32| sum + a * b, |sum| sum)
}
