//! Comparisons, logic and choices, element by element.

use featherlite_base::DType;
use featherlite_ir::ValueId;
use featherlite_schema::BuiltinOperator as B;

use super::super::call::Call;
use super::{Rule, one, same};
use crate::Result;
use crate::import::compose::activation::with_scalar;

pub(super) const RULES: &[Rule] = &[
    same(&["Equal"], &[B::EQUAL]),
    same(&["NotEqual"], &[B::NOT_EQUAL]),
    same(&["Less"], &[B::LESS]),
    same(&["LessEqual"], &[B::LESS_EQUAL]),
    same(&["Greater"], &[B::GREATER]),
    same(&["GreaterEqual"], &[B::GREATER_EQUAL]),
    same(&["LogicalAnd"], &[B::LOGICAL_AND]),
    same(&["LogicalOr"], &[B::LOGICAL_OR]),
    same(&["LogicalNot"], &[B::LOGICAL_NOT]),
    same(&["LogicalXor"], &[B::BITWISE_XOR]),
    same(&["SelectV2"], &[B::SELECT_V2]),
    one(&["Select"], &[B::SELECT, B::SELECT_V2], select),
    one(&["ApproximateEqual"], &[B::SUB, B::ABS, B::LESS], approximate_equal),
    one(&["IsNan"], &[B::NOT_EQUAL], is_nan),
    one(&["IsInf"], &[B::ABS, B::EQUAL], |call| against_infinity(call, B::EQUAL)),
    one(&["IsFinite"], &[B::ABS, B::LESS], |call| against_infinity(call, B::LESS)),
    one(&["Cast"], &[B::CAST], cast),
    one(&["Bitcast"], &[B::BITCAST], bitcast),
];

/// A condition of one dimension chooses whole rows.
fn select(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let inputs = call.inputs()?;
    let is_by_element = match inputs[..] {
        [condition, x, _] => call.builder.rank(condition)? == call.builder.rank(x)?,
        _ => false,
    };
    call.builder.add(if is_by_element { B::SELECT_V2 } else { B::SELECT }, &inputs)
}

fn approximate_equal(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (x, y, tolerance) = (call.input(0)?, call.input(1)?, call.float_or("tolerance", 1e-5)?);
    let difference = call.builder.binary(B::SUB, x, y)?;
    let size = call.builder.unary(B::ABS, difference)?;
    with_scalar(call.builder, B::LESS, size, tolerance)
}

fn is_nan(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    call.builder.binary(B::NOT_EQUAL, x, x)
}

fn against_infinity(call: &mut Call<'_, '_, '_>, op: B) -> Result<ValueId> {
    let x = call.input(0)?;
    let size = call.builder.unary(B::ABS, x)?;
    with_scalar(call.builder, op, size, f32::INFINITY)
}

fn cast(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (x, dtype) = (call.input(0)?, call.dtype("DstT")?);
    if dtype == DType::Bool && call.builder.dtype(x) == DType::F32 {
        return with_scalar(call.builder, B::NOT_EQUAL, x, 0.0);
    }
    call.builder.cast(x, dtype)
}

fn bitcast(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (x, dtype) = (call.input(0)?, call.dtype("type")?);
    call.builder.add_typed(B::BITCAST, &[x], dtype)
}
