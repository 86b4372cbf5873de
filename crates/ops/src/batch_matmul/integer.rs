use alloc::boxed::Box;
use alloc::vec::Vec;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{DType, Result};
use featherlite_gemm::{Columns, I8Gemm, PackedI8, PanelsI8, Requantize, Rows, RowsMut};
use featherlite_simd::{Family, Isa, Row};

use super::{Geometry, LEFT, Left, Make, RIGHT};
use crate::core::{Io, Kernel, Packed, Plan};
use crate::parts::activation::bound;
use crate::parts::requantize::{first_scale, tensor_multiplier};

pub(super) static I8: Family<Make> = Family {
    name: "batch_matmul_i8",
    rows: &[
        Row { name: "batch_matmul_i8__gemm", isa: Isa::Scalar, kernel: packed },
        Row { name: "batch_matmul_i8__reference", isa: Isa::Scalar, kernel: reference },
    ],
};

/// Packed right-hand matrices.
pub(super) struct Matrices(pub(super) Vec<PackedI8>);

impl Packed for Matrices {
    fn bytes(&self) -> usize {
        self.0.iter().map(PackedI8::bytes).sum()
    }
}

/// Zero points of both operands and of the output, and the multiplier of products.
///
/// Tensors without a scale count as ones with the scale 0, which makes all results 0; a 32-bit output takes the sums of
/// plain products.
#[derive(Clone, Copy)]
pub(super) struct Scales {
    pub(super) left: i32,
    pub(super) right: i32,
    pub(super) output: i32,
    pub(super) multiplier: Multiplier,
}

impl Scales {
    pub(super) fn of(plan: &Plan<'_>) -> Result<Self> {
        let (left, right, output) = (plan.node.input(LEFT)?, plan.node.input(RIGHT)?, plan.node.output(0)?);
        let plain = Self { left: 0, right: 0, output: 0, multiplier: Multiplier::default() };
        if output.dtype == DType::I32 || [left, right].iter().any(|one| one.quantization.affine().is_none()) {
            return Ok(plain);
        }
        Ok(Self {
            left: first_scale(left)?.1,
            right: first_scale(right)?.1,
            output: first_scale(output)?.1,
            multiplier: tensor_multiplier(left, right, None, output)?,
        })
    }
}

/// The constant right-hand matrices, packed, or where they are packed in every run.
pub(super) enum Right {
    Constant(alloc::sync::Arc<Matrices>),
    Scratch { gemm: I8Gemm, zero_point: i32, panels: usize, sums: usize },
}

impl Right {
    /// # Errors
    /// If there is no memory.
    pub(super) fn plan(plan: &mut Plan<'_>, geometry: Geometry, zero_point: i32) -> Result<Self> {
        let right = plan.node.input(RIGHT)?;
        let gemm = I8Gemm::best(plan.setup.level);
        if right.is_constant {
            return Ok(Self::Constant(plan.shared(gemm.name(), || {
                let values = right.constant()?;
                let matrices = 0..values.len() / geometry.right_len().max(1);
                let packed = matrices.map(|index| gemm.pack(geometry.weights(values, index)?, zero_point));
                packed.collect::<Result<_>>().map(Matrices)
            })?));
        }
        Ok(Self::Scratch {
            gemm,
            zero_point,
            panels: plan.scratch(gemm.packed_len(geometry.columns, geometry.depth)?),
            sums: plan.scratch(geometry.columns * size_of::<i32>()),
        })
    }

    /// Calls `run` with each right-hand matrix that `pairs` name and the pairs that follow one another with it.
    ///
    /// # Errors
    /// Whatever `run` returns.
    pub(super) fn for_each(
        &self,
        io: &Io<'_>,
        geometry: Geometry,
        pairs: &[(usize, usize)],
        mut run: impl FnMut(PanelsI8<'_>, &[(usize, usize)]) -> Result<()>,
    ) -> Result<()> {
        let groups = pairs.chunk_by(|a, b| a.1 == b.1);
        match self {
            Self::Constant(matrices) => {
                for pairs in groups {
                    run(matrices.0[pairs[0].1].panels(), pairs)?;
                }
            }
            &Self::Scratch { gemm, zero_point, panels, sums } => {
                let right = io.input::<i8>(RIGHT)?;
                let (panels, sums) = (io.scratch(panels)?, io.scratch(sums)?);
                for pairs in groups {
                    let weights = geometry.weights(right, pairs[0].1)?;
                    run(gemm.pack_into(weights, zero_point, panels, sums)?, pairs)?;
                }
            }
        }
        Ok(())
    }
}

fn packed(plan: &mut Plan<'_>, mut geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let pairs = geometry.pairs(plan.node)?;
    let Geometry { rows, columns, depth, .. } = geometry;
    let scales = Scales::of(plan)?;
    let requantize = match plan.node.output(0)?.dtype {
        DType::I32 => None,
        _ => {
            let multipliers = alloc::vec![scales.multiplier; columns];
            Some(Requantize::new(&multipliers, scales.output, (-128, 127))?)
        }
    };
    let right = Right::plan(plan, geometry, scales.right)?;
    let left = Left::plan::<i8>(plan, geometry);
    let constants = plan.scratch(Columns::len(columns) * size_of::<i32>());
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, memory, constants) =
            (io.input::<i8>(LEFT)?, left.memory(io)?, io.scratch::<i32>(constants)?);
        let (mut bytes, mut words): (&mut [i8], &mut [i32]) = (&mut [], &mut []);
        match requantize {
            Some(_) => bytes = io.output(0)?,
            None => words = io.output(0)?,
        }
        let (mut bytes, mut words) = (bytes.chunks_mut(rows * columns), words.chunks_mut(rows * columns));
        right.for_each(io, geometry, &pairs, |panels, pairs| {
            let constants = panels.columns_in::<i8>(None, scales.left, constants)?;
            for &(index, _) in pairs {
                let input = Rows::dense(left.matrix(input, index, memory), rows, depth)?;
                if let Some(requantize) = &requantize {
                    let output = RowsMut::dense(bytes.next().unwrap_or_default(), rows, columns)?;
                    panels.multiply(io.parallel, input, &constants, requantize, output)?;
                } else {
                    let output = RowsMut::dense(words.next().unwrap_or_default(), rows, columns)?;
                    panels.multiply_i32(io.parallel, input, &constants, output)?;
                }
            }
            Ok(())
        })
    }))
}

fn reference(plan: &mut Plan<'_>, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let scales = Scales::of(plan)?;
    let step = move |sum: i32, a: i8, b: i8| {
        let (a, b) = (i32::from(a).wrapping_sub(scales.left), i32::from(b).wrapping_sub(scales.right));
        sum.wrapping_add(a.wrapping_mul(b))
    };
    match plan.node.output(0)?.dtype {
        DType::I32 => super::reference(plan, geometry, 0, step, |sum| sum),
        _ => super::reference(plan, geometry, 0, step, move |sum| {
            bound(scales.multiplier.apply(sum).saturating_add(scales.output), (-128, 127)) as i8
        }),
    }
}
