//! Products of `f32` rows with weights that are stacked from several tensors: the gates of recurrent operators.
//!
//! Weights are `f32`, or 8 bits for hybrid operators, which quantize the rows on the fly (see [`hybrid`](super::hybrid)).

use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;

use featherlite_base::arena::{Parallel, cast};
use featherlite_base::{DType, Error, Result};
use featherlite_gemm::{
    Columns, F32, F32Gemm, FinishF32, I8, I8Gemm, PackedF32, PackedI8, PanelsF32, PanelsI8, Rows, RowsMut,
    Weights,
};

use super::hybrid_product::{Finish, HybridProduct};
use super::requantize::first_scale;
use crate::core::{Io, Node, Plan};

/// Weights of `n` channels of `k` inputs each, channels stacked.
pub struct Stacked {
    n: usize,
    k: usize,
    kind: Kind,
}

enum Kind {
    F32(Arc<PackedF32>),
    /// Weights that are not constant: stacked and packed in every run.
    Late {
        gemm: F32Gemm,
        tensors: Vec<usize>,
        stacked: usize,
        packed: usize,
    },
    Hybrid(Hybrid),
}

struct Hybrid {
    packed: Arc<PackedI8>,
    columns: Columns,
    /// Of each channel.
    scales: Vec<f32>,
    product: HybridProduct,
}

/// The bytes of a constant tensor of 8-bit weights; old files call them UINT8.
///
/// # Errors
/// If it is not a constant.
pub fn constant_bytes<'a>(node: &Node<'a>, index: usize) -> Result<&'a [i8]> {
    let tensor = node.input(index)?;
    let data = tensor.data.filter(|_| tensor.is_constant);
    let data = data.ok_or_else(|| {
        Error::unsupported(format!("8-bit weights {:?} must be a constant of the model", tensor.name))
    })?;
    cast(data)
}

/// Stacks the values of constant tensors.
///
/// # Errors
/// If one is not a constant.
pub fn stack_bytes(node: &Node<'_>, tensors: &[usize]) -> Result<Vec<i8>> {
    let mut stacked = Vec::new();
    for &tensor in tensors {
        stacked.extend_from_slice(constant_bytes(node, tensor)?);
    }
    Ok(stacked)
}

impl Stacked {
    /// Plans products of up to `rows` rows with the inputs `tensors`, each `[channels, k]`. `key` tells the products of
    /// one node apart; `asymmetric` says how hybrid operators quantize rows.
    ///
    /// # Errors
    /// If weights of 8 bits are not constant or have no scale.
    pub fn plan(
        plan: &mut Plan<'_>,
        key: &'static str,
        tensors: &[usize],
        k: usize,
        rows: usize,
        asymmetric: bool,
    ) -> Result<Self> {
        let node = plan.node;
        let mut n = 0usize;
        for &tensor in tensors {
            n = n.saturating_add(node.input(tensor)?.shape.dim(0));
        }
        let first = node.input(tensors[0])?;
        let kind = if first.dtype != DType::F32 {
            Kind::Hybrid(Hybrid::plan(plan, key, tensors, (n, k), rows, asymmetric)?)
        } else {
            let gemm = F32Gemm::new(plan.setup.level, plan.choose(&F32))?;
            let mut constants = Vec::new();
            for &tensor in tensors {
                let tensor = node.input(tensor)?;
                constants.push(if tensor.is_constant { tensor.values::<f32>()? } else { None });
            }
            match constants.into_iter().collect::<Option<Vec<_>>>() {
                Some(parts) => {
                    let pack = || gemm.pack(Weights::new(&parts.concat(), n, k)?);
                    Kind::F32(plan.shared(key, pack)?)
                }
                None => {
                    let stacked = plan.scratch(n.saturating_mul(k).saturating_mul(4));
                    let packed = plan.scratch(gemm.packed_len(n, k)?.saturating_mul(4));
                    Kind::Late { gemm, tensors: tensors.to_vec(), stacked, packed }
                }
            }
        };
        Ok(Self { n, k, kind })
    }

    /// The number of channels.
    pub fn channels(&self) -> usize {
        self.n
    }

    /// Takes what the products of one run need.
    ///
    /// # Errors
    /// None but defects.
    pub fn start<'r, 'io: 'r>(&'r self, io: &Io<'io>) -> Result<Running<'r>> {
        let kind = match &self.kind {
            Kind::F32(packed) => RunningKind::F32(packed.panels()),
            Kind::Late { gemm, tensors, stacked, packed } => {
                let (stacked, mut start) = (io.scratch::<f32>(*stacked)?, 0);
                for &tensor in tensors {
                    let part = io.input::<f32>(tensor)?;
                    stacked[start..start + part.len()].copy_from_slice(part);
                    start += part.len();
                }
                let weights = Weights::new(stacked, self.n, self.k)?;
                RunningKind::F32(gemm.pack_into(weights, io.scratch(*packed)?)?)
            }
            Kind::Hybrid(hybrid) => RunningKind::Hybrid {
                panels: hybrid.packed.panels(),
                hybrid,
                memory: hybrid.product.memory(io)?,
            },
        };
        Ok(Running { n: self.n, k: self.k, parallel: io.parallel, kind })
    }
}

impl Hybrid {
    fn plan(
        plan: &mut Plan<'_>,
        key: &'static str,
        tensors: &[usize],
        (n, k): (usize, usize),
        rows: usize,
        asymmetric: bool,
    ) -> Result<Self> {
        let node = plan.node;
        let gemm = I8Gemm::new(plan.setup.level, plan.choose(&I8))?;
        let packed = plan.shared(key, || gemm.pack(Weights::new(&stack_bytes(node, tensors)?, n, k)?, 0))?;
        let mut scales = Vec::with_capacity(n);
        for &tensor in tensors {
            let tensor = node.input(tensor)?;
            let (scale, _) = first_scale(tensor)?;
            scales.resize(scales.len() + tensor.shape.dim(0), scale);
        }
        Ok(Self {
            columns: packed.panels().columns::<i8>(None, 0)?,
            packed,
            scales,
            product: HybridProduct::plan(plan, rows, k, n, asymmetric),
        })
    }
}

/// Products in a run.
pub struct Running<'r> {
    n: usize,
    k: usize,
    parallel: &'r dyn Parallel,
    kind: RunningKind<'r>,
}

enum RunningKind<'r> {
    F32(PanelsF32<'r>),
    Hybrid { panels: PanelsI8<'r>, hybrid: &'r Hybrid, memory: &'r mut [i8] },
}

impl Running<'_> {
    /// `out = rows * weights^T + bias`, for `count` rows without gaps.
    ///
    /// # Errors
    /// None but defects.
    pub fn multiply(
        &mut self,
        rows: &[f32],
        count: usize,
        bias: Option<&[f32]>,
        out: &mut [f32],
    ) -> Result<()> {
        let (n, k) = (self.n, self.k);
        match &mut self.kind {
            RunningKind::F32(panels) => {
                let finish = FinishF32 { bias, min: f32::NEG_INFINITY, max: f32::INFINITY };
                let out = RowsMut::dense(out, count, n)?;
                panels.multiply(self.parallel, Rows::dense(rows, count, k)?, &finish, out)
            }
            RunningKind::Hybrid { panels, hybrid, memory } => {
                let range = (f32::NEG_INFINITY, f32::INFINITY);
                let finish = Finish { scales: &hybrid.scales, bias, range };
                let (rows, out) = (&rows[..count * k], &mut out[..count * n]);
                hybrid.product.run(self.parallel, memory, (*panels, &hybrid.columns), finish, rows, out)
            }
        }
    }
}
