//! What several frameworks have and TensorFlow Lite has not, composed of its operators. Importers share these forms, so that
//! one network gives one graph wherever it comes from.

pub(crate) mod activation;
pub(crate) mod einsum;
pub(crate) mod lstm;
pub(crate) mod normalization;
pub(crate) mod shape;
