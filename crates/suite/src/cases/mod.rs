//! Operators with drawn shapes, attributes, quantization and values, and what oracles say they give.
//!
//! A [`Family`] is a table of operators, each with a function that draws a [`Case`]: a node, its inputs, and the outputs
//! that an oracle, written plainly in `f64` or `i64` and sharing no code with the kernels, expects. [`check`] runs a case
//! with every kernel that this machine has, compares, and damages it.

mod arithmetic;
mod case;
mod check;
mod comparison;
mod convolution;
mod damage;
mod detection;
pub mod draw;
mod indexing;
mod layer;
mod movement;
mod pooling;
mod product;
mod quantization;
mod random;
mod recurrent;
mod reduction;
mod resize;
mod signal;
mod state;
mod unary;
mod value;
mod windows;

pub use case::{Case, Input, Node, Output, Role, Tolerance};
pub use check::{check, outputs};
pub use damage::{damaged, run_damaged};
pub use value::{Elements, Scales, Value, range};

use featherlite_testkit::Random;

/// Operators that are drawn in a similar way.
pub struct Family {
    /// What they are.
    pub name: &'static str,
    /// The operators. One may have several rows.
    pub rows: &'static [(&'static str, Draw)],
}

/// Draws a case.
pub type Draw = fn(&mut Random) -> Case;

/// Every family.
pub const FAMILIES: &[Family] = &[
    arithmetic::FAMILY,
    comparison::FAMILY,
    convolution::FAMILY,
    detection::FAMILY,
    indexing::FAMILY,
    movement::FAMILY,
    pooling::FAMILY,
    product::FAMILY,
    quantization::FAMILY,
    random::FAMILY,
    recurrent::FAMILY,
    reduction::FAMILY,
    resize::FAMILY,
    signal::FAMILY,
    state::FAMILY,
    unary::FAMILY,
];

/// The random numbers of a case: each has its own, so that it can be had alone.
pub fn random_of(operator: &str, row: usize, number: u64) -> Random {
    let seed = operator
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Random::new(seed ^ (row as u64) << 32 ^ number)
}
