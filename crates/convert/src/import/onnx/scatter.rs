//! Updates put into a tensor by position.

use featherlite_base::DType;
use featherlite_ir::{Dim, Op, Value, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, owned};

use super::call::Call;
use super::gather::{coordinates, nd_from_front};
use super::rules::Row;
use super::rules::Rule::One;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("Scatter", One(scatter_elements, "SCATTER_ND, SELECT_V2")),
    ("ScatterElements", One(scatter_elements, "SCATTER_ND, SELECT_V2, ADD, STABLEHLO_SCATTER")),
    ("ScatterND", One(scatter_nd, "SCATTER_ND, SELECT_V2, ADD, STABLEHLO_SCATTER")),
];

/// Each element of the updates goes to its own place along the axis.
fn scatter_elements(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (data, indices, updates) = (c.input(0)?, c.input(1)?, c.input(2)?);
    let axis = c.axis_or(0, c.rank(data)?)?;
    let coordinates = coordinates(c, data, indices, axis)?;
    scatter(c, data, coordinates, updates)
}

fn scatter_nd(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (data, indices, updates) = (c.input(0)?, c.input(1)?, c.input(2)?);
    let indices = nd_from_front(c, data, indices, 0)?;
    let indices = c.index(indices)?;
    scatter(c, data, indices, updates)
}

/// `data` with `updates` at `indices`, `[…, k]`: put in place of what is there, or combined with it.
fn scatter(c: &mut Call<'_, '_>, data: ValueId, indices: ValueId, updates: ValueId) -> Result<ValueId> {
    match c.attributes.string_or("reduction", "none")? {
        "none" => replace(c, data, indices, updates),
        "add" => {
            let sums = scattered(c, data, indices, updates)?;
            c.elementwise(Tflite::ADD, &[data, sums])
        }
        "mul" => combine(c, data, indices, updates, Tflite::MUL),
        "max" => combine(c, data, indices, updates, Tflite::MAXIMUM),
        "min" => combine(c, data, indices, updates, Tflite::MINIMUM),
        other => Err(Error::invalid(format!("the reduction {other:?}"))),
    }
}

/// The sums of updates at each place of a tensor as large as `data`.
fn scattered(c: &mut Call<'_, '_>, data: ValueId, indices: ValueId, updates: ValueId) -> Result<ValueId> {
    let dims = c.dims(data)?;
    let shape = c.shape_tensor(&dims, &[data])?;
    let dtype = c.dtype(updates);
    c.b.add_typed(Tflite::SCATTER_ND, &[indices, updates, shape], dtype)
}

fn replace(c: &mut Call<'_, '_>, data: ValueId, indices: ValueId, updates: ValueId) -> Result<ValueId> {
    let dtype = c.dtype(data);
    let wide = match dtype {
        DType::F32 | DType::I32 | DType::I64 => dtype,
        _ => DType::I32,
    };
    let (data, updates) = (c.b.cast(data, wide)?, c.b.cast(updates, wide)?);
    let dims = c.dims(updates)?;
    let shape = c.shape_tensor(&dims, &[updates])?;
    let one = c.b.scalar(1i32)?;
    let ones = c.b.add_typed(Tflite::FILL, &[shape, one], DType::I32)?;
    let hits = scattered(c, data, indices, ones)?;
    let is_hit = c.with_scalar(Tflite::GREATER, hits, 0.0)?;
    let new = scattered(c, data, indices, updates)?;
    let result = c.b.add_typed(Tflite::SELECT_V2, &[is_hit, new, data], wide)?;
    c.b.cast(result, dtype)
}

/// `op` of what is there and each update, one after the other.
fn combine(
    c: &mut Call<'_, '_>,
    data: ValueId,
    indices: ValueId,
    updates: ValueId,
    op: Tflite,
) -> Result<ValueId> {
    let dtype = c.dtype(data);
    let (graph, ()) = c.b.subgraph(&format!("{op:?}"), |b| {
        let scalar = |name: &str| Value::new(name, dtype).with_shape(Vec::<Dim>::new());
        let (x, y) = (b.input_of(scalar("x")), b.input_of(scalar("y")));
        let result = b.binary(op, x, y)?;
        b.output(result);
        Ok(())
    })?;
    let (rank, count) = (c.rank(indices)?, c.size(indices, c.rank(indices)?.saturating_sub(1))?);
    let operand: Vec<i64> = (0..count as i64).collect();
    let options = owned::StablehloScatterOptions {
        update_window_dims: (rank as i64 - 1..c.rank(updates)? as i64).collect(),
        inserted_window_dims: operand.clone(),
        scatter_dims_to_operand_dims: operand,
        index_vector_dim: rank as i64 - 1,
        update_computation_subgraph_index: graph as i32,
        ..Default::default()
    };
    let op = Op::with_2(Tflite::STABLEHLO_SCATTER, options);
    c.b.add_typed(op, &[data, indices, updates], dtype)
}
