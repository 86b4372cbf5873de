//! What training makes small.

use burn::tensor::Tensor;
use burn::tensor::activation::{log_softmax, softmax};

/// Mean cross-entropy of scores `[n, classes]` and probabilities `[n, classes]` that are wanted.
pub(crate) fn cross_entropy(scores: Tensor<2>, wanted: Tensor<2>) -> Tensor<1> {
    let batch = scores.dims()[0].max(1);
    (log_softmax(scores, 1) * wanted).sum() * (-1.0 / batch as f32)
}

/// Probabilities of labels, with a share of them spread over all classes (label smoothing, arXiv 1512.00567 section 7).
pub(crate) fn smoothed(wanted: Tensor<2>, share: f32) -> Tensor<2> {
    let classes = wanted.dims()[1].max(1);
    if share == 0.0 { wanted } else { wanted * (1.0 - share) + share / classes as f32 }
}

/// What a teacher's scores say, softened by a temperature (arXiv 1503.02531).
pub(crate) fn softened(scores: Tensor<2>, temperature: f32) -> Tensor<2> {
    softmax(scores / temperature, 1)
}
