//! Recurrent layers and single steps of cells.

use featherlite_ir::ValueId;
use serde_json::Value;

use super::cell::Cell;
use super::conv::ConvCell;
use super::fused;
use super::scan::{Scan, zeros};
use crate::import::compose::shape::{self, Extent, reverse};
use crate::import::keras::context::Context;
use crate::import::keras::network::Layer;
use crate::{Error, Result};

/// A layer that carries a cell along a sequence `[n, steps, …]`.
pub(super) fn layer(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let config = context.config();
    let returns_sequences = config.bool("return_sequences", false)?;
    let returns_state = config.bool("return_state", false)?;
    let goes_backwards = config.bool("go_backwards", false)?;
    let is_stateful = config.bool("stateful", false)?;
    let mask = context.x_mask();
    let given = given_states(context);
    let x = context.x()?;
    let variables = context.child("cell")?;
    context.mask = mask.filter(|_| returns_sequences);

    let is_lstm = context.layer.class.ends_with("LSTM");
    let is_plain = mask.is_none() && given.is_empty() && !returns_state;
    if is_lstm && is_plain && fused::fits(context.b, config, x)? {
        let x = if goes_backwards { reverse(context.b, x, &[1])? } else { x };
        let use_bias = config.bool("use_bias", true)?;
        let made = fused::lstm(context.b, x, variables, config.size("units")?, use_bias)?;
        return Ok(vec![if returns_sequences { made } else { shape::at(context.b, made, 1, -1)? }]);
    }
    if is_stateful {
        return Err(Error::unsupported("a layer that keeps its state from run to run (stateful=True)")
            .hint("give the state as an input (initial_state) and return it (return_state=True)"));
    }
    let layers = inner_layers(context.layer)?;
    let (cell_layer, cells) =
        layers.split_first().ok_or_else(|| Error::internal("a layer without a cell"))?;
    let carrier = Carrier { mask, given, goes_backwards, returns_sequences };
    let (outputs, states) = if context.layer.class.starts_with("ConvLSTM") {
        let cell = ConvCell::read(context.layer, variables, context.origin)?;
        cell.carried(context, x, &carrier)?
    } else {
        let cell = Cell::read(cell_layer, cells, variables, context.origin)?;
        carried(context, x, &cell, &carrier)?
    };
    let mut made = vec![outputs];
    if returns_state {
        made.extend(states);
    }
    Ok(made)
}

/// How a layer carries its cell along.
pub(super) struct Carrier {
    /// Which steps count: `[n, steps]`.
    pub(super) mask: Option<ValueId>,
    /// The states that the layer is called with.
    pub(super) given: Vec<ValueId>,
    pub(super) goes_backwards: bool,
    pub(super) returns_sequences: bool,
}

/// The layer that describes the cell, and the cells inside it.
fn inner_layers(layer: &Layer) -> Result<Vec<Layer>> {
    let Some(cell) = layer.config().get("cell") else {
        let mut cell = Layer::read(&serde_json::json!({"class_name": layer.class, "config": {}}))?;
        cell.config.clone_from(&layer.config);
        return Ok(vec![cell]);
    };
    let cell = match cell {
        // A list of cells is stacked.
        Value::Array(_) => {
            Layer::read(&serde_json::json!({"class_name": "StackedRNNCells", "config": {"cells": cell}}))?
        }
        cell => Layer::read(cell)?,
    };
    let inner =
        if cell.config().get("cells").is_some() { cell.config().layers("cells")? } else { Vec::new() };
    Ok(std::iter::once(cell).chain(inner).collect())
}

/// The states among the arguments.
fn given_states(context: &Context<'_, '_>) -> Vec<ValueId> {
    let mut tensors = context.inputs();
    if let Some(states) = context.kwargs.get("initial_state") {
        let mut found = Vec::new();
        states.tensors(&mut found);
        tensors.extend(found.into_iter().map(|tensor| tensor.id));
    }
    tensors.into_iter().skip(1).collect()
}

/// A cell along `[n, steps, inputs]`: what the layer gives, and the last states.
fn carried(
    context: &mut Context<'_, '_>,
    x: ValueId,
    cell: &Cell<'_>,
    carrier: &Carrier,
) -> Result<(ValueId, Vec<ValueId>)> {
    let batch = shape::extents_of(context.b, x, 2)?[0];
    let sizes = cell.state_sizes();
    let x = time_first(context, x, carrier.goes_backwards)?;
    let sequences = cell.prepare(context.b, x)?;
    let states =
        states(context, carrier, sizes.iter().map(|&size| vec![batch, Extent::Fixed(size)]).collect())?;
    let output = vec![batch, Extent::Fixed(cell.output_size())];
    scanned(context, sequences, states, output, carrier, &mut |b, x, states| cell.step(b, x, states))
}

/// The states that a layer starts with: those given, or zeros.
pub(super) fn states(
    context: &mut Context<'_, '_>,
    carrier: &Carrier,
    sizes: Vec<Vec<Extent>>,
) -> Result<Vec<ValueId>> {
    match carrier.given.len() {
        0 => sizes.iter().map(|sizes| zeros(context.b, sizes)).collect(),
        count if count == sizes.len() => Ok(carrier.given.clone()),
        count => Err(Error::invalid(format!("{count} states where {} are needed", sizes.len()))),
    }
}

/// `[n, steps, …]` as `[steps, n, …]`, perhaps in the opposite order.
pub(super) fn time_first(context: &mut Context<'_, '_>, x: ValueId, is_backwards: bool) -> Result<ValueId> {
    let mut axes: Vec<usize> = (0..context.b.rank(x)?).collect();
    if axes.len() < 2 {
        return Err(Error::invalid("its input is no sequence"));
    }
    axes.swap(0, 1);
    let x = context.b.transpose(x, &axes)?;
    if is_backwards { reverse(context.b, x, &[0]) } else { Ok(x) }
}

/// Carries steps along sequences `[steps, n, …]`.
pub(super) fn scanned(
    context: &mut Context<'_, '_>,
    sequences: Vec<ValueId>,
    states: Vec<ValueId>,
    output: Vec<Extent>,
    carrier: &Carrier,
    step: super::scan::StepFn<'_>,
) -> Result<(ValueId, Vec<ValueId>)> {
    let config = context.config();
    let mask = carrier.mask.map(|mask| time_first(context, mask, carrier.goes_backwards)).transpose()?;
    let scan = Scan {
        sequences,
        mask,
        states,
        output,
        keeps_outputs: carrier.returns_sequences,
        clears_hidden: config.bool("zero_output_for_mask", false)?,
        unroll: config.bool("unroll", false)?,
    };
    let made = scan.build(context.b, step)?;
    let Some(outputs) = made.outputs else { return Ok((made.last, made.states)) };
    Ok((time_first(context, outputs, false)?, made.states))
}

/// A cell on its own: an input and the states of one step.
pub(super) fn single_step(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let inputs: Vec<ValueId> = context.tensors().iter().map(|tensor| tensor.id).collect();
    let Some((&x, states)) = inputs.split_first() else {
        return Err(Error::invalid("it is called without a tensor"));
    };
    let cells = match context.config().get("cells") {
        Some(_) => context.config().layers("cells")?,
        None => Vec::new(),
    };
    let cell = Cell::read(context.layer, &cells, context.variables, context.origin)?;
    let x = cell.prepare(context.b, x)?;
    let step = cell.step(context.b, &x, states)?;
    Ok(std::iter::once(step.output).chain(step.states).collect())
}
