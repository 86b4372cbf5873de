//! Arithmetic, element by element.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as B, owned};

use super::super::call::Call;
use super::{Rule, one, same};
use crate::build::Builder;
use crate::import::compose::activation::with_scalar;
use crate::{Error, Result};

pub(super) const RULES: &[Rule] = &[
    one(&["Add", "AddV2"], &[B::ADD], |call| binary(call, B::ADD)),
    one(&["Sub"], &[B::SUB], |call| binary(call, B::SUB)),
    one(&["Mul"], &[B::MUL], |call| binary(call, B::MUL)),
    one(&["RealDiv", "Div", "TruncateDiv"], &[B::DIV], |call| binary(call, B::DIV)),
    one(&["DivNoNan"], &[B::DIV, B::SELECT_V2], div_no_nan),
    one(&["MulNoNan"], &[B::MUL, B::SELECT_V2], mul_no_nan),
    one(&["AddN"], &[B::ADD_N, B::ADD], add_n),
    one(&["BiasAdd", "BiasAddV1"], &[B::ADD], bias_add),
    same(&["FloorDiv"], &[B::FLOOR_DIV]),
    same(&["FloorMod"], &[B::FLOOR_MOD]),
    same(&["Maximum"], &[B::MAXIMUM]),
    same(&["Minimum"], &[B::MINIMUM]),
    same(&["Pow"], &[B::POW]),
    same(&["SquaredDifference"], &[B::SQUARED_DIFFERENCE]),
    one(&["Atan2"], &[B::ATAN2, B::BROADCAST_TO], atan2),
    same(&["Neg"], &[B::NEG]),
    same(&["Abs"], &[B::ABS]),
    same(&["Sign"], &[B::SIGN]),
    same(&["Square"], &[B::SQUARE]),
    same(&["Sqrt"], &[B::SQRT]),
    same(&["Rsqrt"], &[B::RSQRT]),
    same(&["Exp"], &[B::EXP]),
    same(&["Log"], &[B::LOG]),
    same(&["Sin"], &[B::SIN]),
    same(&["Cos"], &[B::COS]),
    same(&["Floor"], &[B::FLOOR]),
    same(&["Ceil"], &[B::CEIL]),
    same(&["Round", "Rint"], &[B::ROUND]),
    same(&["BitwiseXor"], &[B::BITWISE_XOR]),
    same(&["RightShift"], &[B::RIGHT_SHIFT]),
    one(&["Reciprocal", "Inv"], &[B::DIV], reciprocal),
    one(&["Expm1"], &[B::EXP, B::SUB], expm1),
    one(&["Log1p"], &[B::ADD, B::LOG], log1p),
    one(&["Tan"], &[B::SIN, B::COS, B::DIV], tan),
    one(&["Sinh"], &[B::EXP, B::SUB, B::MUL], |call| hyperbolic(call, B::SUB)),
    one(&["Cosh"], &[B::EXP, B::ADD, B::MUL], |call| hyperbolic(call, B::ADD)),
    one(&["Xlogy"], &[B::LOG, B::MUL, B::SELECT_V2], xlogy),
    one(&["ClipByValue"], &[B::MAXIMUM, B::MINIMUM], clip_by_value),
    one(&["L2Loss"], &[B::SQUARE, B::SUM, B::MUL], l2_loss),
];

fn binary(call: &mut Call<'_, '_, '_>, op: B) -> Result<ValueId> {
    let (x, y) = (call.input(0)?, call.input(1)?);
    call.builder.binary(op, x, y)
}

/// TFLite's operator does not broadcast.
fn atan2(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (mut y, mut x) = (call.input(0)?, call.input(1)?);
    let b = &mut *call.builder;
    if b.dims(x)? != b.dims(y)? {
        let (sizes_x, sizes_y) = (b.shape_of(x)?, b.shape_of(y)?);
        let sizes = b.add(B::BROADCAST_ARGS, &[sizes_x, sizes_y])?;
        (y, x) = (b.add(B::BROADCAST_TO, &[y, sizes])?, b.add(B::BROADCAST_TO, &[x, sizes])?);
    }
    b.binary(B::ATAN2, y, x)
}

/// `chosen` where `divisor` is not zero, else zero.
fn where_not_zero(b: &mut Builder<'_>, divisor: ValueId, chosen: ValueId) -> Result<ValueId> {
    let zero = b.scalar(0f32)?;
    let is_zero = b.binary(B::EQUAL, divisor, zero)?;
    b.add(B::SELECT_V2, &[is_zero, zero, chosen])
}

fn div_no_nan(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let quotient = binary(call, B::DIV)?;
    let divisor = call.input(1)?;
    where_not_zero(call.builder, divisor, quotient)
}

fn mul_no_nan(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let product = binary(call, B::MUL)?;
    let factor = call.input(1)?;
    where_not_zero(call.builder, factor, product)
}

fn xlogy(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (x, y) = (call.input(0)?, call.input(1)?);
    let log = call.builder.unary(B::LOG, y)?;
    let product = call.builder.binary(B::MUL, x, log)?;
    where_not_zero(call.builder, x, product)
}

fn add_n(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    match call.inputs()?.as_slice() {
        [] => Err(Error::invalid("it adds nothing")),
        &[x] => Ok(x),
        &[x, y] => call.builder.binary(B::ADD, x, y),
        all => call.builder.add(B::ADD_N, all),
    }
}

/// The bias is along the channels: the last axis, or the second one of an NCHW image.
fn bias_add(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (x, mut bias) = (call.input(0)?, call.input(1)?);
    let rank = call.builder.rank(x)?;
    if call.text_or("data_format", "NHWC")?.starts_with("NC") && rank > 2 {
        let mut sizes = vec![1; rank - 1];
        sizes[0] = -1;
        bias = call.builder.reshape(bias, &sizes)?;
    }
    call.builder.binary(B::ADD, x, bias)
}

fn reciprocal(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    let one = call.builder.scalar(1f32)?;
    call.builder.binary(B::DIV, one, x)
}

fn expm1(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    let power = call.builder.unary(B::EXP, x)?;
    with_scalar(call.builder, B::SUB, power, 1.0)
}

fn log1p(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    let sum = with_scalar(call.builder, B::ADD, x, 1.0)?;
    call.builder.unary(B::LOG, sum)
}

fn tan(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    let (sin, cos) = (call.builder.unary(B::SIN, x)?, call.builder.unary(B::COS, x)?);
    call.builder.binary(B::DIV, sin, cos)
}

/// `(exp(x) ± exp(-x)) / 2`.
fn hyperbolic(call: &mut Call<'_, '_, '_>, op: B) -> Result<ValueId> {
    let x = call.input(0)?;
    let b = &mut *call.builder;
    let negated = b.unary(B::NEG, x)?;
    let (up, down) = (b.unary(B::EXP, x)?, b.unary(B::EXP, negated)?);
    let sum = b.binary(op, up, down)?;
    with_scalar(b, B::MUL, sum, 0.5)
}

fn clip_by_value(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (x, low, high) = (call.input(0)?, call.input(1)?, call.input(2)?);
    let x = call.builder.binary(B::MAXIMUM, x, low)?;
    call.builder.binary(B::MINIMUM, x, high)
}

fn l2_loss(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let x = call.input(0)?;
    let b = &mut *call.builder;
    let axes: Vec<i32> = (0..b.rank(x)? as i32).collect();
    let squares = b.unary(B::SQUARE, x)?;
    let axes = b.constant(&[axes.len()], &axes)?;
    let sum = b.add(Op::with(B::SUM, owned::ReducerOptions { keep_dims: false }), &[squares, axes])?;
    with_scalar(b, B::MUL, sum, 0.5)
}
