//! The rules for functions between layers: those of `keras.ops`, which Keras 3 records, and those of TensorFlow, which Keras 2
//! records. Rows have the names of both, in snake case and without the module.

use super::rules::Rule;

mod elementwise;
mod image;
mod indexing;
mod linear;
mod operands;
mod reduction;
mod shape;

/// All rules.
pub(super) static TABLES: &[&[Rule]] = &[
    elementwise::RULES,
    elementwise::ACTIVATIONS,
    image::RULES,
    indexing::RULES,
    linear::RULES,
    reduction::RULES,
    shape::RULES,
];
