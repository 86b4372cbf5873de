//! SOFTMAX for `exp(x - max(x)) / sum(exp(x - max(x)))` along the last dimension.

use featherlite_ir::{NodeId, Op, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::{BuiltinOptions, SoftmaxOptions};

use super::rewriter::is_plain;
use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules("softmax", Stage::Lower, "recognizes SOFTMAX", &[rule]);

fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::DIV).filter(|node| is_plain(&node.op)) else { return Ok(false) };
    let (Some(exponential), Some(divisor)) = (node.input(0), node.input(1)) else { return Ok(false) };
    match source(rewriter, exponential, divisor) {
        Some(x) => rewriter.substitute(id, Op::with(B::SOFTMAX, SoftmaxOptions { beta: 1.0 }), &[x]),
        None => Ok(false),
    }
}

fn source(rewriter: &Rewriter<'_>, exponential: ValueId, divisor: ValueId) -> Option<ValueId> {
    let (_, exp) = rewriter.made_by(exponential, B::EXP)?;
    if reduced(rewriter, divisor, B::SUM)? != exponential {
        return None;
    }
    let (_, sub) = rewriter.made_by(exp.input(0)?, B::SUB).filter(|(_, sub)| is_plain(&sub.op))?;
    let x = sub.input(0)?;
    (reduced(rewriter, sub.input(1)?, B::REDUCE_MAX)? == x).then_some(x)
}

/// What a value is the reduction of, along the last dimension, which it keeps.
pub(super) fn reduced(rewriter: &Rewriter<'_>, value: ValueId, code: B) -> Option<ValueId> {
    let (_, node) = rewriter.made_by(value, code)?;
    let x = node.input(0)?;
    let rank = rewriter.graph().value(x).shape.as_ref()?.len() as i64;
    let axes = rewriter.integers(node.input(1)?)?;
    let keeps =
        matches!(&node.op.options, Some(BuiltinOptions::ReducerOptions(options)) if options.keep_dims);
    (keeps && (axes == [rank - 1] || axes == [-1])).then_some(x)
}
