//! Attention.

use featherlite_ir::ValueId;
use featherlite_schema::BuiltinOperator;

use crate::Result;
use crate::build::Builder;
use crate::import::keras::rules::Rule;

pub(super) static RULES: &[Rule] = &[];

/// What is put in place of scores that do not count: exp of it is 0, and sums with it do not overflow.
const HIDDEN: f32 = -1e9;

/// `scores` where `mask` is true, very low ones elsewhere.
pub(super) fn hide(b: &mut Builder<'_>, scores: ValueId, mask: ValueId) -> Result<ValueId> {
    let low = b.scalar(HIDDEN)?;
    b.add(BuiltinOperator::SELECT_V2, &[mask, scores, low])
}
