//! The rules for `keras.layers`, by subject.

use super::rules::Rule;

pub(super) mod activation;
mod attention;
mod convolution;
mod core;
mod merging;
mod normalization;
mod padding;
mod pooling;
mod preprocessing;
mod recurrent;
mod reshaping;
mod resizing;

pub(super) use resizing::{repeated, resized};

/// All rules.
pub(super) static TABLES: &[&[Rule]] = &[
    activation::RULES,
    attention::RULES,
    convolution::RULES,
    core::RULES,
    merging::RULES,
    normalization::RULES,
    padding::RULES,
    pooling::RULES,
    preprocessing::RULES,
    recurrent::RULES,
    reshaping::RULES,
    resizing::RULES,
];
