//! Rows of tables, looked up by what never is negative (words, classes): without the steps that have negative numbers count
//! from the end, as arrays of numpy do.

use featherlite_ir::{NodeId, ValueId};
use featherlite_schema::BuiltinOperator as B;

use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "gather",
    Stage::Lower,
    "looks up rows of constant tables without counting negative numbers from the end",
    &[rule],
);

fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::GATHER) else { return Ok(false) };
    let (Some(table), Some(indices)) = (node.input(0), node.input(1)) else { return Ok(false) };
    let table = rewriter.graph().value(table);
    let sizes = table.fixed_shape().filter(|_| table.constant.is_some());
    let Some(&[rows, _]) = sizes.as_deref() else { return Ok(false) };
    let Some(plain) = from_end(rewriter, indices, rows) else { return Ok(false) };
    rewriter.graph_mut().set_input(id, 1, Some(plain));
    Ok(true)
}

/// The `x` of `x < 0 ? x + rows : x`.
fn from_end(rewriter: &Rewriter<'_>, indices: ValueId, rows: usize) -> Option<ValueId> {
    let select = [B::SELECT_V2, B::SELECT].iter().find_map(|&op| rewriter.made_by(indices, op));
    let (_, select) = select?;
    let [condition, shifted, x] = [select.input(0)?, select.input(1)?, select.input(2)?];
    let is_number = |value: ValueId, number: i64| rewriter.integers(value).is_some_and(|n| n == [number]);
    let (_, less) = rewriter.made_by(condition, B::LESS)?;
    let (_, add) = rewriter.made_by(shifted, B::ADD)?;
    let (augend, addend) = rewriter.with_constant(add)?;
    let is_negative = less.input(0) == Some(x) && is_number(less.input(1)?, 0);
    (is_negative && augend == x && is_number(addend, rows as i64)).then_some(x)
}
