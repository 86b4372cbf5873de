//! The error function where it is no part of GELU: an approximation by elementary operators, with an error of at most
//! 1.5e-7 (Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26).

use featherlite_ir::{Code, NodeId};
use featherlite_schema::BuiltinOperator as B;

use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass =
    Pass::rules("erf", Stage::Lower, "approximates the error function by elementary operators", &[rule]);

/// `t = 1 / (1 + P x)`, `erf(x) = 1 - (C0 t + C1 t^2 + … + C4 t^5) exp(-x^2)` for `x >= 0`.
const P: f32 = 0.327_591_1;
const C: [f32; 5] = [0.254_829_6, -0.284_496_74, 1.421_413_7, -1.453_152, 1.061_405_4];

fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let node = rewriter.graph().node(id);
    if node.op.code != Code::Custom("Erf".to_owned()) {
        return Ok(false);
    }
    let (Some(x), old) = (node.input(0), node.outputs[0]) else { return Ok(false) };
    let mut builder = rewriter.before(id);
    let one = builder.scalar(1f32)?;
    let size = builder.unary(B::ABS, x)?;
    let p = builder.scalar(P)?;
    let scaled = builder.binary(B::MUL, size, p)?;
    let divisor = builder.binary(B::ADD, scaled, one)?;
    let t = builder.binary(B::DIV, one, divisor)?;
    let mut sum = builder.scalar(C[4])?;
    for &coefficient in C[..4].iter().rev() {
        let product = builder.binary(B::MUL, sum, t)?;
        let coefficient = builder.scalar(coefficient)?;
        sum = builder.binary(B::ADD, product, coefficient)?;
    }
    let polynomial = builder.binary(B::MUL, sum, t)?;
    let square = builder.binary(B::MUL, x, x)?;
    let negative = builder.unary(B::NEG, square)?;
    let exponential = builder.unary(B::EXP, negative)?;
    let tail = builder.binary(B::MUL, polynomial, exponential)?;
    let positive = builder.binary(B::SUB, one, tail)?;
    let sign = builder.unary(B::SIGN, x)?;
    let new = builder.binary(B::MUL, sign, positive)?;
    rewriter.replace(old, new);
    Ok(true)
}
