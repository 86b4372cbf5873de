//! LSTM cells whose products are convolutions.

use featherlite_ir::ValueId;
use featherlite_schema::BuiltinOperator;

use super::cell::Step;
use super::rnn::{Carrier, scanned, states, time_first};
use crate::build::{Builder, Window};
use crate::import::compose::shape::{self, Extent, expand_dims};
use crate::import::keras::config::Config;
use crate::import::keras::context::{Context, Origin, array, constant};
use crate::import::keras::layers::activation::described;
use crate::import::keras::network::Layer;
use crate::import::keras::variables::Variables;
use crate::{Error, Result};

/// The cell of ConvLSTM1D and ConvLSTM2D, on images `[n, h, w, c]`. Those of one dimension have a height of 1.
pub(super) struct ConvCell<'a> {
    config: Config<'a>,
    variables: &'a Variables,
    origin: Origin,
    is_flat: bool,
    window: Window,
}

impl<'a> ConvCell<'a> {
    pub(super) fn read(layer: &'a Layer, variables: &'a Variables, origin: Origin) -> Result<Self> {
        let config = layer.config();
        let is_flat = layer.class == "ConvLSTM1D";
        let sizes = |name: &str| -> Result<[usize; 2]> {
            if !is_flat {
                return config.sizes(name, 1);
            }
            let [size] = config.sizes(name, 1)?;
            Ok([1, size])
        };
        let window = Window {
            strides: sizes("strides")?,
            dilations: sizes("dilation_rate")?,
            is_same: config.text_or("padding", "valid")? == "same",
        };
        if config.text_or("data_format", "channels_last")? == "channels_first" {
            return Err(Error::unsupported("a convolutional LSTM with channels first")
                .hint("build the network with data_format=\"channels_last\""));
        }
        Ok(Self { config, variables, origin, is_flat, window })
    }

    /// Along `[n, steps, …, c]`: what the layer gives, and the last states.
    pub(super) fn carried(
        &self,
        context: &mut Context<'_, '_>,
        x: ValueId,
        carrier: &Carrier,
    ) -> Result<(ValueId, Vec<ValueId>)> {
        let x = time_first(context, x, carrier.goes_backwards)?;
        let x = if self.is_flat { expand_dims(context.b, x, 2)? } else { x };
        let sizes = shape::extents(context.b, x)?;
        let [steps, batch, ..] = sizes[..] else {
            return Err(Error::invalid("its input is no sequence of images"));
        };
        let frames = shape::flatten(context.b, x, 0..2)?;
        let kernel = self.kernel(context.b, 0)?;
        let bias = match self.config.bool("use_bias", true)? {
            true => Some(constant(context.b, array(self.variables, 2)?)?),
            false => None,
        };
        let gates = context.b.conv_2d(frames, kernel, bias, self.window)?;
        let made = shape::extents(context.b, gates)?;
        let sequence = shape::reshape(context.b, gates, &[steps, batch, made[1], made[2], made[3]])?;
        let filters = self.config.size("filters")?;
        let state = vec![batch, made[1], made[2], Extent::Fixed(filters)];
        let mut given = Vec::new();
        for &state in &carrier.given {
            given.push(if self.is_flat { expand_dims(context.b, state, 1)? } else { state });
        }
        let carrier = Carrier { given, ..*carrier };
        let start = states(context, &carrier, vec![state.clone(); 2])?;
        let step = &mut |b: &mut Builder<'_>, x: &[ValueId], states: &[ValueId]| self.step(b, x, states);
        let (outputs, mut last) = scanned(context, vec![sequence], start, state, &carrier, step)?;
        if !self.is_flat {
            return Ok((outputs, last));
        }
        for state in &mut last {
            *state = shape::squeeze(context.b, *state, 1)?;
        }
        let axis = context.b.rank(outputs)? - 3;
        Ok((shape::squeeze(context.b, outputs, axis)?, last))
    }

    /// Variable `index`, `[kh, kw, in, out]`, as weights of CONV_2D.
    fn kernel(&self, b: &mut Builder<'_>, index: usize) -> Result<ValueId> {
        let kernel = constant(b, array(self.variables, index)?)?;
        let kernel = if self.is_flat { expand_dims(b, kernel, 0)? } else { kernel };
        b.transpose(kernel, &[3, 0, 1, 2])
    }

    /// Gates in the order input, forget, cell, output.
    fn step(&self, b: &mut Builder<'_>, x: &[ValueId], states: &[ValueId]) -> Result<Step> {
        let (&[x], &[h, c]) = (x, states) else {
            return Err(Error::internal("a step of one input and two states"));
        };
        let kernel = self.kernel(b, 1)?;
        let recurrent = b.conv_2d(h, kernel, None, Window { is_same: true, ..Window::default() })?;
        let sum = b.binary(BuiltinOperator::ADD, x, recurrent)?;
        let gates = shape::split(b, sum, 3, 4)?;
        let [input, forget, cell, output] = gates[..] else { return Err(Error::internal("four gates")) };
        let input = self.activation(b, "recurrent_activation", "sigmoid", input)?;
        let forget = self.activation(b, "recurrent_activation", "sigmoid", forget)?;
        let cell = self.activation(b, "activation", "tanh", cell)?;
        let output = self.activation(b, "recurrent_activation", "sigmoid", output)?;
        let kept = b.binary(BuiltinOperator::MUL, forget, c)?;
        let added = b.binary(BuiltinOperator::MUL, input, cell)?;
        let c = b.binary(BuiltinOperator::ADD, kept, added)?;
        let shown = self.activation(b, "activation", "tanh", c)?;
        let h = b.binary(BuiltinOperator::MUL, output, shown)?;
        Ok(Step { output: h, states: vec![h, c] })
    }

    fn activation(&self, b: &mut Builder<'_>, name: &str, default: &str, x: ValueId) -> Result<ValueId> {
        match self.config.get(name) {
            Some(value) => described(b, value, x, self.origin),
            None => described(b, &serde_json::Value::from(default), x, self.origin),
        }
    }
}
