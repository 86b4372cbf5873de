//! Matrix products, and normalizations as functions.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, owned};

use crate::build::Builder;
use crate::import::compose::einsum::einsum;
use crate::import::compose::normalization::{layer_norm, rms_norm};
use crate::import::compose::{activation, shape};
use crate::import::keras::context::Context;
use crate::import::keras::rules::Rule;
use crate::{Error, Result};

pub(super) static RULES: &[Rule] = &[
    Rule::new(&["matmul", "batch_dot"], "BATCH_MATMUL, FULLY_CONNECTED", |context| {
        let (x, y) = context.operands(&["x2", "b", "y"])?;
        let adj_x = context.any_bool(usize::MAX, &["transpose_a", "adjoint_a"], false)?;
        let adj_y = context.any_bool(usize::MAX, &["transpose_b", "adjoint_b"], false)?;
        Ok(vec![matmul(context.b, x, y, adj_x, adj_y)?])
    }),
    Rule::new(&["dot"], "FULLY_CONNECTED, BATCH_MATMUL", |context| {
        let (x, y) = context.operands(&["x2", "b", "y"])?;
        tensor_product(context, x, y, 1)
    }),
    Rule::new(&["tensordot"], "FULLY_CONNECTED, BATCH_MATMUL", |context| {
        let (x, y) = context.operands(&["x2", "b", "y"])?;
        let axes = context.any_constant(2, &["axes"]).unwrap_or_else(|| 2.into());
        let axes = axes.as_u64().filter(|&axes| axes < 8);
        let axes = axes
            .ok_or_else(|| Error::unsupported("a product along listed axes").hint("use keras.ops.einsum"))?;
        tensor_product(context, x, y, axes as usize)
    }),
    Rule::new(&["einsum"], "BATCH_MATMUL, FULLY_CONNECTED", |context| {
        let equation = match context.config().text("subscripts")? {
            Some(equation) => equation.to_owned(),
            None => {
                context.any_text(0, &["equation"])?.ok_or_else(|| Error::invalid("it has no equation"))?
            }
        };
        let tensors: Vec<_> = context.tensors().iter().map(|tensor| tensor.id).collect();
        match tensors[..] {
            [x, y] => Ok(vec![einsum(context.b, &equation, x, y)?]),
            _ => Err(Error::unsupported(format!("an einsum of {} tensors", tensors.len()))),
        }
    }),
    Rule::new(&["layer_norm", "layer_normalization"], "MEAN, SQUARED_DIFFERENCE, RSQRT, MUL", |context| {
        let x = context.x()?;
        let (axes, epsilon) = normalized(context, x)?;
        let gamma = optional(context, 1, "gamma")?;
        let beta = optional(context, 2, "beta")?;
        Ok(vec![match context.any_bool(usize::MAX, &["rms_scaling"], false)? {
            true => rms_norm(context.b, x, &axes, gamma, epsilon)?,
            false => layer_norm(context.b, x, &axes, gamma, beta, epsilon)?,
        }])
    }),
    Rule::new(&["rms_norm", "rms_normalization"], "SQUARE, MEAN, RSQRT, MUL", |context| {
        let x = context.x()?;
        let (axes, epsilon) = normalized(context, x)?;
        let gamma = optional(context, 1, "scale")?;
        Ok(vec![rms_norm(context.b, x, &axes, gamma, epsilon)?])
    }),
    Rule::new(&["batch_norm", "batch_normalization"], "SUB, RSQRT, MUL, ADD", batch_norm),
];

fn matmul(b: &mut Builder<'_>, x: ValueId, y: ValueId, adj_x: bool, adj_y: bool) -> Result<ValueId> {
    let (x_rank, y_rank) = (b.rank(x)?, b.rank(y)?);
    if x_rank < 1 || y_rank < 1 {
        return Err(Error::invalid("a matrix product with a number"));
    }
    if y_rank == 2 && !adj_x && b.is_constant(y) {
        let weights = if adj_y { y } else { b.transpose(y, &[1, 0])? };
        return b.fully_connected(x, weights, None);
    }
    // A vector is a matrix of one row or one column.
    let left = if x_rank == 1 { shape::expand_dims(b, x, 0)? } else { x };
    let right = if y_rank == 1 { shape::expand_dims(b, y, 1)? } else { y };
    let options = owned::BatchMatMulOptions { adj_x, adj_y, asymmetric_quantize_inputs: false };
    let mut made = b.add(Op::with(BuiltinOperator::BATCH_MATMUL, options), &[left, right])?;
    if y_rank == 1 {
        let last = b.rank(made)? - 1;
        made = shape::squeeze(b, made, last)?;
    }
    if x_rank == 1 {
        let row = b.rank(made)?.saturating_sub(if y_rank == 1 { 1 } else { 2 });
        made = shape::squeeze(b, made, row)?;
    }
    Ok(made)
}

/// Sums along the last `axes` axes of `x` and the first ones of `y`, which is a constant of two dimensions when flattened.
fn tensor_product(
    context: &mut Context<'_, '_>,
    x: ValueId,
    y: ValueId,
    axes: usize,
) -> Result<Vec<ValueId>> {
    let b = &mut *context.b;
    let (x_rank, y_rank) = (b.rank(x)?, b.rank(y)?);
    if axes == 1 && x_rank <= 2 && y_rank <= 2 {
        return Ok(vec![matmul(b, x, y, false, false)?]);
    }
    if !b.is_constant(y) || axes == 0 || axes > x_rank || axes >= y_rank {
        return Err(Error::unsupported(format!(
            "a product of {x_rank} and {y_rank} dimensions along {axes}"
        ))
        .hint("use keras.ops.einsum"));
    }
    let weights = shape::flatten(b, y, 0..axes)?;
    let weights = shape::flatten(b, weights, 1..y_rank - axes + 1)?;
    let weights = b.transpose(weights, &[1, 0])?;
    let flat = if axes == 1 { x } else { shape::flatten(b, x, x_rank - axes..x_rank)? };
    let made = b.fully_connected(flat, weights, None)?;
    if y_rank == axes + 1 {
        return Ok(vec![made]);
    }
    let mut sizes = shape::extents(b, x)?;
    sizes.truncate(x_rank - axes);
    sizes.extend(shape::extents(b, y)?.split_off(axes));
    Ok(vec![shape::reshape(b, made, &sizes)?])
}

fn optional(context: &mut Context<'_, '_>, position: usize, name: &str) -> Result<Option<ValueId>> {
    if context.any(position, &[name]).is_none() {
        return Ok(None);
    }
    let dtype = Some(featherlite_base::DType::F32);
    context.operand(position, &[name], dtype).map(Some)
}

fn normalized(context: &Context<'_, '_>, x: ValueId) -> Result<(Vec<i32>, f32)> {
    let rank = context.b.rank(x)?;
    let axes = context.any_ints(usize::MAX, &["axis"])?.unwrap_or_else(|| vec![-1]);
    let mut axes =
        axes.into_iter().map(|axis| Ok(shape::axis(axis, rank)? as i32)).collect::<Result<Vec<_>>>()?;
    axes.sort_unstable();
    // The default of Keras is the smallest difference between numbers around 1.
    Ok((axes, context.any_float(usize::MAX, &["epsilon"])?.unwrap_or(f32::EPSILON)))
}

fn batch_norm(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let x = context.x()?;
    let rank = context.b.rank(x)?;
    let axis = shape::axis(context.any_int(usize::MAX, &["axis"])?.unwrap_or(-1), rank)?;
    let epsilon = context.any_float(usize::MAX, &["epsilon"])?.unwrap_or(1e-3);
    let along = |context: &mut Context<'_, '_>, position: usize, name: &str| -> Result<Option<ValueId>> {
        let Some(value) = optional(context, position, name)? else { return Ok(None) };
        let mut sizes = vec![1i64; rank];
        sizes[axis] = -1;
        context.b.reshape(value, &sizes).map(Some)
    };
    let missing = || Error::invalid("it has no mean or variance");
    let mean = along(context, 1, "mean")?.ok_or_else(missing)?;
    let variance = along(context, 2, "variance")?.ok_or_else(missing)?;
    let offset = along(context, 3, "offset")?;
    let scale = along(context, 4, "scale")?;
    let b = &mut *context.b;
    let variance = activation::with_scalar(b, BuiltinOperator::ADD, variance, epsilon)?;
    let mut factor = b.unary(BuiltinOperator::RSQRT, variance)?;
    if let Some(scale) = scale {
        factor = b.binary(BuiltinOperator::MUL, factor, scale)?;
    }
    let centered = b.binary(BuiltinOperator::SUB, x, mean)?;
    let scaled = b.binary(BuiltinOperator::MUL, centered, factor)?;
    Ok(vec![match offset {
        Some(offset) => b.binary(BuiltinOperator::ADD, scaled, offset)?,
        None => scaled,
    }])
}
