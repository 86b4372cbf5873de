//! Arithmetic, comparison and logic, element by element.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::BuiltinOperator as Tflite;

use super::activation::of_input;
use super::call::Call;
use super::rules::Row;
use super::rules::Rule::{Is, One};
use crate::import::compose::activation as compose;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("Abs", Is(Tflite::ABS)),
    ("Acos", One(acos, "MUL, SUB, SQRT, ATAN2")),
    ("Acosh", One(acosh, "MUL, SUB, SQRT, ADD, LOG")),
    ("Add", Is(Tflite::ADD)),
    ("And", Is(Tflite::LOGICAL_AND)),
    ("Asin", One(asin, "MUL, SUB, SQRT, ATAN2")),
    ("Asinh", One(asinh, "SIGN, ABS, MUL, ADD, SQRT, LOG")),
    ("Atan", One(atan, "ATAN2")),
    ("Atanh", One(atanh, "ADD, SUB, DIV, LOG, MUL")),
    ("BitShift", One(bit_shift, "RIGHT_SHIFT, MUL")),
    ("BitwiseAnd", One(bitwise_and, "STABLEHLO_AND")),
    ("BitwiseNot", One(bitwise_not, "BITWISE_XOR")),
    ("BitwiseOr", One(bitwise_or, "STABLEHLO_AND, BITWISE_XOR")),
    ("BitwiseXor", One(bitwise_xor, "BITWISE_XOR")),
    ("Ceil", Is(Tflite::CEIL)),
    ("Cos", Is(Tflite::COS)),
    ("Cosh", One(cosh, "EXP, NEG, ADD, MUL")),
    ("Div", One(divide, "DIV")),
    ("Equal", One(equal, "EQUAL")),
    ("Erf", One(|c| of_input(c, compose::erf), "GELU; ABS, MUL, ADD, DIV, EXP, SIGN")),
    ("Erfc", One(|c| of_input(c, compose::erfc), "GELU; ABS, MUL, ADD, DIV, EXP, SIGN")),
    ("Exp", Is(Tflite::EXP)),
    ("Floor", Is(Tflite::FLOOR)),
    ("Greater", Is(Tflite::GREATER)),
    ("GreaterOrEqual", Is(Tflite::GREATER_EQUAL)),
    ("IsInf", One(is_inf, "ABS, EQUAL")),
    ("IsNaN", One(is_nan, "NOT_EQUAL")),
    ("Less", Is(Tflite::LESS)),
    ("LessOrEqual", Is(Tflite::LESS_EQUAL)),
    ("Log", Is(Tflite::LOG)),
    ("Max", One(|c| chain(c, Tflite::MAXIMUM), "MAXIMUM")),
    ("Mean", One(mean, "ADD, MUL")),
    ("Min", One(|c| chain(c, Tflite::MINIMUM), "MINIMUM")),
    ("Mod", One(modulo, "FLOOR_MOD")),
    ("Mul", Is(Tflite::MUL)),
    ("Neg", Is(Tflite::NEG)),
    ("Not", Is(Tflite::LOGICAL_NOT)),
    ("Or", Is(Tflite::LOGICAL_OR)),
    ("Pow", One(pow, "POW, SQUARE, SQRT")),
    ("Reciprocal", One(reciprocal, "DIV")),
    ("Round", Is(Tflite::ROUND)),
    ("Sign", Is(Tflite::SIGN)),
    ("Sin", Is(Tflite::SIN)),
    ("Sinh", One(sinh, "EXP, NEG, SUB, MUL")),
    ("Sqrt", Is(Tflite::SQRT)),
    ("Sub", Is(Tflite::SUB)),
    ("Sum", One(|c| chain(c, Tflite::ADD), "ADD")),
    ("Tan", One(tan, "SIN, COS, DIV")),
    ("Where", One(select, "SELECT_V2")),
    ("Xor", One(xor, "NOT_EQUAL")),
];

/// `op(op(a, b), c)`, and so on.
fn chain(c: &mut Call<'_, '_>, op: Tflite) -> Result<ValueId> {
    let inputs = c.all_inputs()?;
    let mut result = inputs[0];
    for &input in &inputs[1..] {
        result = c.elementwise(op, &[result, input])?;
    }
    Ok(result)
}

fn mean(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let sum = chain(c, Tflite::ADD)?;
    c.with_scalar(Tflite::MUL, sum, 1.0 / c.inputs.len() as f64)
}

fn divide(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, y) = (c.input(0)?, c.input(1)?);
    c.elementwise(Tflite::DIV, &[x, y])
}

/// Strings are compared as well.
fn equal(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, y) = (c.input(0)?, c.input(1)?);
    c.elementwise(Tflite::EQUAL, &[x, y])
}

fn xor(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, y) = (c.input(0)?, c.input(1)?);
    c.elementwise(Tflite::NOT_EQUAL, &[x, y])
}

/// With the base's type, whatever that of the exponent.
fn pow(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, y) = (c.input(0)?, c.input(1)?);
    let dtype = c.dtype(x);
    if dtype == DType::F32 {
        let y = c.b.cast(y, DType::F32)?;
        return match c.b.elements::<f32>(y) {
            Some([2.0]) => c.binary(Tflite::MUL, x, x),
            Some([0.5]) => c.unary(Tflite::SQRT, x),
            Some([1.0]) => Ok(x),
            _ => c.binary(Tflite::POW, x, y),
        };
    }
    if c.dtype(y) == DType::F32 {
        let x = c.b.cast(x, DType::F32)?;
        let power = c.binary(Tflite::POW, x, y)?;
        return c.b.cast(power, dtype);
    }
    let y = c.b.cast(y, dtype)?;
    c.elementwise(Tflite::POW, &[x, y])
}

fn reciprocal(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let one = c.scalar_like(x, 1.0)?;
    c.binary(Tflite::DIV, one, x)
}

/// The rest has the sign of the divisor, or with `fmod` that of the dividend.
fn modulo(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, y) = (c.input(0)?, c.input(1)?);
    if !c.attributes.flag("fmod")? {
        return c.elementwise(Tflite::FLOOR_MOD, &[x, y]);
    }
    let sign = c.elementwise(Tflite::SIGN, &[x])?;
    let (x, y) = (c.elementwise(Tflite::ABS, &[x])?, c.elementwise(Tflite::ABS, &[y])?);
    let rest = c.elementwise(Tflite::FLOOR_MOD, &[x, y])?;
    c.elementwise(Tflite::MUL, &[sign, rest])
}

fn select(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (condition, x, y) = (c.input(0)?, c.input(1)?, c.input(2)?);
    let dtype = c.dtype(x);
    c.b.add_typed(Tflite::SELECT_V2, &[condition, x, y], dtype)
}

fn is_nan(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    c.binary(Tflite::NOT_EQUAL, x, x)
}

fn is_inf(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let negative = c.attributes.int_or("detect_negative", 1)? != 0;
    let positive = c.attributes.int_or("detect_positive", 1)? != 0;
    match (negative, positive) {
        (true, true) => {
            let x = c.unary(Tflite::ABS, x)?;
            c.with_scalar(Tflite::EQUAL, x, f64::INFINITY)
        }
        (true, false) => c.with_scalar(Tflite::EQUAL, x, f64::NEG_INFINITY),
        (false, true) => c.with_scalar(Tflite::EQUAL, x, f64::INFINITY),
        (false, false) => c.binary(Tflite::LESS, x, x),
    }
}

fn tan(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let (sin, cos) = (c.unary(Tflite::SIN, x)?, c.unary(Tflite::COS, x)?);
    c.binary(Tflite::DIV, sin, cos)
}

/// `e^x` and `e^-x`, each halved.
fn halves(c: &mut Call<'_, '_>) -> Result<(ValueId, ValueId)> {
    let x = c.input(0)?;
    let minus = c.unary(Tflite::NEG, x)?;
    let (up, down) = (c.unary(Tflite::EXP, x)?, c.unary(Tflite::EXP, minus)?);
    Ok((c.with_scalar(Tflite::MUL, up, 0.5)?, c.with_scalar(Tflite::MUL, down, 0.5)?))
}

fn sinh(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (up, down) = halves(c)?;
    c.binary(Tflite::SUB, up, down)
}

fn cosh(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (up, down) = halves(c)?;
    c.binary(Tflite::ADD, up, down)
}

/// √(1 - x²)
fn other_leg(c: &mut Call<'_, '_>, x: ValueId) -> Result<ValueId> {
    let (one, square) = (c.b.scalar(1f32)?, c.binary(Tflite::MUL, x, x)?);
    let rest = c.binary(Tflite::SUB, one, square)?;
    c.unary(Tflite::SQRT, rest)
}

fn asin(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let other = other_leg(c, x)?;
    c.binary(Tflite::ATAN2, x, other)
}

fn acos(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let other = other_leg(c, x)?;
    c.binary(Tflite::ATAN2, other, x)
}

/// ATAN2 does not broadcast.
fn atan(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let zero = c.with_scalar(Tflite::MUL, x, 0.0)?;
    let one = c.with_scalar(Tflite::ADD, zero, 1.0)?;
    c.binary(Tflite::ATAN2, x, one)
}

/// ±log(|x| + √(x² + 1))
fn asinh(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let (sign, size) = (c.unary(Tflite::SIGN, x)?, c.unary(Tflite::ABS, x)?);
    let log = log_with_root(c, size, 1.0)?;
    c.binary(Tflite::MUL, sign, log)
}

/// log(x + √(x² - 1))
fn acosh(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    log_with_root(c, x, -1.0)
}

/// log(x + √(x² + offset))
fn log_with_root(c: &mut Call<'_, '_>, x: ValueId, offset: f64) -> Result<ValueId> {
    let square = c.binary(Tflite::MUL, x, x)?;
    let square = c.with_scalar(Tflite::ADD, square, offset)?;
    let root = c.unary(Tflite::SQRT, square)?;
    let sum = c.binary(Tflite::ADD, x, root)?;
    c.unary(Tflite::LOG, sum)
}

/// ½ log((1 + x) / (1 - x))
fn atanh(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let one = c.b.scalar(1f32)?;
    let (above, below) = (c.binary(Tflite::ADD, one, x)?, c.binary(Tflite::SUB, one, x)?);
    let ratio = c.binary(Tflite::DIV, above, below)?;
    let log = c.unary(Tflite::LOG, ratio)?;
    c.with_scalar(Tflite::MUL, log, 0.5)
}

/// An operator on bits.
fn bits(c: &mut Call<'_, '_>, op: impl Into<Op>, x: ValueId, y: ValueId) -> Result<ValueId> {
    let dtype = c.dtype(x);
    c.b.add_typed(op, &[x, y], dtype)
}

fn bitwise_and(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, y) = (c.input(0)?, c.input(1)?);
    let (x, y) = same_shape(c, x, y)?;
    bits(c, Tflite::STABLEHLO_AND, x, y)
}

fn bitwise_xor(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, y) = (c.input(0)?, c.input(1)?);
    bits(c, Tflite::BITWISE_XOR, x, y)
}

/// a ^ b ^ (a & b)
fn bitwise_or(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, y) = (c.input(0)?, c.input(1)?);
    let (x, y) = same_shape(c, x, y)?;
    let both = bits(c, Tflite::STABLEHLO_AND, x, y)?;
    let either = bits(c, Tflite::BITWISE_XOR, x, y)?;
    bits(c, Tflite::BITWISE_XOR, either, both)
}

fn bitwise_not(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let ones = c.b.scalar(-1i32)?;
    let ones = c.b.cast(ones, c.dtype(x))?;
    bits(c, Tflite::BITWISE_XOR, x, ones)
}

/// Both broadcast to the same sizes, for operators that do not do it themselves.
fn same_shape(c: &mut Call<'_, '_>, x: ValueId, y: ValueId) -> Result<(ValueId, ValueId)> {
    let (from, to) = (c.b.fixed_dims(x)?, c.b.fixed_dims(y)?);
    let rank = from.len().max(to.len());
    let size =
        |dims: &[usize], axis: usize| (axis + dims.len()).checked_sub(rank).map_or(1, |axis| dims[axis]);
    let sizes: Vec<i64> = (0..rank).map(|axis| size(&from, axis).max(size(&to, axis)) as i64).collect();
    let broadcast = |c: &mut Call<'_, '_>, value, dims: &[usize]| {
        if dims.iter().map(|&dim| dim as i64).eq(sizes.iter().copied()) {
            return Ok(value);
        }
        let sizes = c.vector(&sizes)?;
        c.b.add(Tflite::BROADCAST_TO, &[value, sizes])
    };
    Ok((broadcast(c, x, &from)?, broadcast(c, y, &to)?))
}

/// To the left, numbers are multiplied by a power of two.
fn bit_shift(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (x, amount) = (c.input(0)?, c.input(1)?);
    let dtype = c.dtype(x);
    match c.attributes.string_or("direction", "")? {
        "RIGHT" if dtype == DType::I64 => {
            let factor = power_of_two(c, amount)?;
            c.elementwise(Tflite::FLOOR_DIV, &[x, factor])
        }
        "RIGHT" => c.b.add_typed(Tflite::RIGHT_SHIFT, &[x, amount], dtype),
        "LEFT" => {
            let factor = power_of_two(c, amount)?;
            let wide = c.b.cast(x, DType::I64)?;
            let product = c.binary(Tflite::MUL, wide, factor)?;
            c.b.cast(product, dtype)
        }
        other => Err(Error::invalid(format!("the attribute \"direction\" is {other:?}"))),
    }
}

fn power_of_two(c: &mut Call<'_, '_>, exponent: ValueId) -> Result<ValueId> {
    let exponent = c.b.cast(exponent, DType::F32)?;
    let two = c.b.scalar(2f32)?;
    let power = c.binary(Tflite::POW, two, exponent)?;
    c.b.cast(power, DType::I64)
}
