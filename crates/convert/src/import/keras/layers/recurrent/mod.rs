//! Recurrent layers: cells ([`cell`]) carried over a sequence ([`scan`]), or one fused operator ([`fused`]).

mod cell;
mod conv;
mod fused;
mod rnn;
mod scan;
mod wrappers;

use crate::Result;
use crate::import::keras::network::Layer;
use crate::import::keras::rules::{Masking, Rule};
use crate::import::keras::slots::Slots;

pub(super) static RULES: &[Rule] = &[
    Rule::new(&["LSTM"], "UNIDIRECTIONAL_SEQUENCE_LSTM, or WHILE", rnn::layer)
        .with_slots(layer_slots)
        .with_masking(Masking::Makes),
    Rule::new(&["GRU"], "WHILE with FULLY_CONNECTED, LOGISTIC, TANH", rnn::layer)
        .with_slots(layer_slots)
        .with_masking(Masking::Makes),
    Rule::new(&["SimpleRNN"], "WHILE with FULLY_CONNECTED", rnn::layer)
        .with_slots(layer_slots)
        .with_masking(Masking::Makes),
    Rule::new(&["RNN"], "WHILE with what its cells are", rnn::layer)
        .with_slots(|layer| Ok(Slots::default().with("cell", Slots::inside(layer, "cell")?)))
        .with_masking(Masking::Makes),
    Rule::new(&["ConvLSTM1D", "ConvLSTM2D"], "WHILE with CONV_2D", rnn::layer)
        .with_slots(layer_slots)
        .with_masking(Masking::Makes),
    Rule::new(&["LSTMCell", "GRUCell", "SimpleRNNCell"], "FULLY_CONNECTED, LOGISTIC, TANH", rnn::single_step)
        .with_slots(cell_slots),
    Rule::new(&["StackedRNNCells"], "what its cells are", rnn::single_step).with_slots(stacked_slots),
    Rule::new(&["Bidirectional"], "REVERSE_V2, CONCATENATION and the layer inside", wrappers::bidirectional)
        .with_slots(bidirectional_slots)
        .with_masking(Masking::Makes),
    Rule::new(&["TimeDistributed"], "RESHAPE and the layer inside", wrappers::time_distributed)
        .with_slots(|layer| Ok(Slots::default().with("layer", Slots::inside(layer, "layer")?))),
];

/// Kernel, recurrent kernel, and perhaps a bias.
fn cell_slots(layer: &Layer) -> Result<Slots> {
    Ok(Slots::trained(2 + usize::from(layer.config().bool("use_bias", true)?)))
}

fn layer_slots(layer: &Layer) -> Result<Slots> {
    Ok(Slots::default().with("cell", cell_slots(layer)?))
}

fn stacked_slots(layer: &Layer) -> Result<Slots> {
    let cells = layer.config().layers("cells")?;
    let mut slots = Slots::default();
    for (cell, name) in cells.iter().zip(names(&cells)) {
        slots = slots.with(&name, Slots::of_layer(cell)?);
    }
    Ok(Slots::default().with("cells", slots))
}

fn bidirectional_slots(layer: &Layer) -> Result<Slots> {
    let forward = Slots::inside(layer, "layer")?;
    let backward = if layer.config().get("backward_layer").is_some() { "backward_layer" } else { "layer" };
    let backward = Slots::inside(layer, backward)?;
    Ok(Slots::default().with("forward_layer", forward).with("backward_layer", backward))
}

/// The names of stacked cells among the variables.
fn names(cells: &[Layer]) -> Vec<String> {
    crate::import::keras::variables::names_of(cells.iter())
}
