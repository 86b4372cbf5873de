//! Layers that apply another one in both directions, or to each step.

use featherlite_ir::ValueId;
use featherlite_schema::BuiltinOperator;

use crate::import::compose::activation::with_scalar;
use crate::import::compose::shape::{self, reverse};
use crate::import::keras::apply;
use crate::import::keras::context::{Context, Input, Tensor};
use crate::import::keras::network::Layer;
use crate::{Error, Result};

/// A layer and its like in the opposite direction, whose results are joined.
pub(super) fn bidirectional(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let config = context.config();
    let forward = config.layer("layer")?;
    let backward = match config.get("backward_layer") {
        Some(_) => config.layer("backward_layer")?,
        None => reversed(&forward)?,
    };
    let returns_sequences = forward.config().bool("return_sequences", false)?;
    let mask = context.x_mask();
    let x = context.x()?;
    let states: Vec<ValueId> = context.inputs().into_iter().skip(1).collect();
    let halves = states.len() / 2;
    let ahead = one_direction(context, &forward, "forward_layer", x, &states[..halves], mask)?;
    let back = one_direction(context, &backward, "backward_layer", x, &states[halves..], mask)?;
    context.mask = mask.filter(|_| returns_sequences);
    let (Some((&y, ahead_states)), Some((&z, back_states))) = (ahead.split_first(), back.split_first())
    else {
        return Err(Error::internal("a layer gives nothing"));
    };
    let z = if returns_sequences { reverse(context.b, z, &[1])? } else { z };
    let b = &mut *context.b;
    let mut made = match config.text("merge_mode")? {
        Some("concat") => vec![b.concatenation(&[y, z], -1)?],
        Some("sum") => vec![b.binary(BuiltinOperator::ADD, y, z)?],
        Some("mul") => vec![b.binary(BuiltinOperator::MUL, y, z)?],
        Some("ave") => {
            let sum = b.binary(BuiltinOperator::ADD, y, z)?;
            vec![with_scalar(b, BuiltinOperator::MUL, sum, 0.5)?]
        }
        Some(mode) => return Err(Error::invalid(format!("the merge_mode {mode:?}"))),
        None => vec![y, z],
    };
    made.extend(ahead_states);
    made.extend(back_states);
    Ok(made)
}

/// The layer with its direction turned.
fn reversed(layer: &Layer) -> Result<Layer> {
    let mut other = Layer::read(&serde_json::json!({"class_name": layer.class, "config": {}}))?;
    other.config.clone_from(&layer.config);
    let goes_backwards = layer.config().bool("go_backwards", false)?;
    other.config.insert("go_backwards".to_owned(), (!goes_backwards).into());
    Ok(other)
}

fn one_direction(
    context: &mut Context<'_, '_>,
    layer: &Layer,
    name: &str,
    x: ValueId,
    states: &[ValueId],
    mask: Option<ValueId>,
) -> Result<Vec<ValueId>> {
    let variables = context.child(name)?;
    let outer = context.b.scope().to_owned();
    context.b.set_scope(format!("{outer}/{name}"));
    let mut inner = context.inner(layer, variables, x);
    inner.args = vec![Input::Tensor(Tensor { id: x, mask })];
    inner.args.extend(states.iter().map(|&id| Input::Tensor(Tensor { id, mask: None })));
    let made = apply::values(&mut inner);
    context.b.set_scope(outer);
    made
}

/// A layer on each step of `[n, steps, …]`: on `[n · steps, …]`.
pub(super) fn time_distributed(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let layer = context.config().layer("layer")?;
    let (x, variables) = (context.x()?, context.child("layer").unwrap_or(context.variables));
    if layer.class == "Dense" {
        return apply::values(&mut context.inner(&layer, variables, x));
    }
    let sizes = shape::extents(context.b, x)?;
    if sizes.len() < 2 {
        return Err(Error::invalid("its input is no sequence"));
    }
    let flat = shape::flatten(context.b, x, 0..2)?;
    let made = apply::values(&mut context.inner(&layer, variables, flat))?;
    let apart = made.into_iter().map(|made| {
        let inner = shape::extents(context.b, made)?;
        shape::reshape(context.b, made, &[&sizes[..2], &inner[1..]].concat())
    });
    apart.collect()
}
