use alloc::sync::Arc;
use alloc::vec::Vec;

/// How the stored numbers of a tensor stand for real ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Quantization {
    /// Plain numbers.
    #[default]
    None,
    /// `real = scale * (q - zero_point)`, with one pair for the tensor or one for each index along an axis.
    Affine(Arc<Affine>),
    /// Scales stored in another tensor of the subgraph, one for each block along the innermost dimension.
    Blockwise(Blockwise),
}

/// Scales and zero points, one each per tensor or per index of `axis`.
#[derive(Clone, Debug, PartialEq)]
pub struct Affine {
    /// One scale, or as many as the tensor is long along `axis`; never empty.
    pub scales: Vec<f32>,
    /// As many as `scales`.
    pub zero_points: Vec<i32>,
    /// The dimension that the scales run along when there are several.
    pub axis: usize,
}

/// Where the scales of a block-quantized tensor are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blockwise {
    /// Index of the tensor that holds the scales.
    pub scales: usize,
    /// Index of the tensor that holds the zero points; all zero if absent.
    pub zero_points: Option<usize>,
    /// Elements of the innermost dimension that share a scale.
    pub block_size: usize,
}

impl Quantization {
    /// Parameters for a whole tensor.
    pub fn per_tensor(scale: f32, zero_point: i32) -> Self {
        Self::per_axis([scale].into(), [zero_point].into(), 0)
    }

    /// Parameters along an axis; both lists have the same length, at least 1.
    pub fn per_axis(scales: Vec<f32>, zero_points: Vec<i32>, axis: usize) -> Self {
        debug_assert!(!scales.is_empty() && scales.len() == zero_points.len());
        Self::Affine(Arc::new(Affine { scales, zero_points, axis }))
    }

    /// The affine parameters, if that is the scheme.
    pub fn affine(&self) -> Option<&Affine> {
        match self {
            Self::Affine(affine) => Some(affine),
            _ => None,
        }
    }
}
