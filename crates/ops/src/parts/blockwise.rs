//! INT4 weights with a scale for each block of neighbours along the innermost dimension.

use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Error, F16, Quantization, Result};

use crate::core::{Node, Tensor};

/// The scales of blocks, in the order of memory.
pub struct BlockScales {
    /// Elements that share a scale; even, so that blocks begin at a byte.
    pub block: usize,
    /// One for each block.
    pub scales: Vec<f32>,
}

impl BlockScales {
    /// The scales of `weights`, which `node` knows where to find.
    ///
    /// # Errors
    /// If they are not quantized that way, or blocks do not divide the innermost dimension.
    pub fn of(node: &Node<'_>, weights: &Tensor<'_>) -> Result<Self> {
        let &Quantization::Blockwise(blockwise) = weights.quantization else {
            return Err(Error::internal("weights without blocks"));
        };
        let (block, depth) = (blockwise.block_size, weights.shape.last());
        if weights.dtype != DType::I4 || block == 0 || block % 2 != 0 || depth % block != 0 {
            return Err(Error::unsupported(format!(
                "{} weights {} in blocks of {block}; INT4 in blocks of an even size that divides the depth are",
                weights.dtype, weights.shape
            )));
        }
        let find = |index| {
            (node.tensor)(index)
                .ok_or_else(|| Error::invalid_model(format!("there is no tensor {index} with scales")))
        };
        if let Some(zero_points) = blockwise.zero_points {
            let zero_points = find(zero_points)?;
            if zero_points.data.is_none_or(|data| data.iter().any(|&byte| byte != 0)) {
                return Err(Error::unsupported(format!("zero points {:?} of blocks", zero_points.name)));
            }
        }
        let scales = find(blockwise.scales)?;
        let scales: Vec<f32> = match scales.dtype {
            DType::F16 => scales.constant::<F16>()?.iter().map(|scale| scale.to_f32()).collect(),
            _ => scales.constant::<f32>()?.to_vec(),
        };
        let blocks = weights.shape.elements() / block;
        if scales.len() != blocks {
            return Err(Error::invalid_model(format!("{} scales for {blocks} blocks", scales.len())));
        }
        Ok(Self { block, scales })
    }
}
