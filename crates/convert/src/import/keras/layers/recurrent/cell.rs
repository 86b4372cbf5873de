//! The cells of recurrent layers: what one step makes of an input and of the states.

use featherlite_ir::ValueId;
use featherlite_schema::BuiltinOperator;

use super::names;
use crate::build::Builder;
use crate::import::compose::shape;
use crate::import::keras::config::Config;
use crate::import::keras::context::{Origin, array, constant};
use crate::import::keras::layers::activation::described;
use crate::import::keras::network::Layer;
use crate::import::keras::variables::Variables;
use crate::{Error, Result};

/// A cell with its variables.
pub(super) struct Cell<'a> {
    kind: Kind<'a>,
}

enum Kind<'a> {
    Simple(Gates<'a>),
    Lstm(Gates<'a>),
    Gru { gates: Gates<'a>, reset_after: bool },
    Stacked(Vec<Cell<'a>>),
}

/// A cell whose kernels `[inputs, gates · units]` and `[units, gates · units]` have its gates side by side.
struct Gates<'a> {
    config: Config<'a>,
    variables: &'a Variables,
    origin: Origin,
    units: usize,
}

/// What a step gives.
pub(super) struct Step {
    pub(super) output: ValueId,
    pub(super) states: Vec<ValueId>,
}

impl<'a> Cell<'a> {
    /// The cell that a layer describes, which may be a recurrent layer.
    pub(super) fn read(
        layer: &'a Layer,
        cells: &'a [Layer],
        variables: &'a Variables,
        origin: Origin,
    ) -> Result<Self> {
        let config = layer.config();
        let gates = || Ok::<_, Error>(Gates { config, variables, origin, units: config.size("units")? });
        let kind = match layer.class.trim_end_matches("Cell") {
            "SimpleRNN" => Kind::Simple(gates()?),
            "LSTM" => Kind::Lstm(gates()?),
            "GRU" => Kind::Gru { gates: gates()?, reset_after: config.bool("reset_after", true)? },
            "StackedRNN" | "StackedRNNCells" => {
                let inner = variables.child("cells");
                let inner = inner.ok_or_else(|| Error::invalid("the file has no variables of its cells"))?;
                let read = |(cell, name): (&'a Layer, String)| {
                    let variables = inner.child(&name);
                    let variables = variables
                        .ok_or_else(|| Error::invalid(format!("no variables of the cell {name}")))?;
                    Self::read(cell, &[], variables, origin)
                };
                Kind::Stacked(cells.iter().zip(names(cells)).map(read).collect::<Result<_>>()?)
            }
            class => return Err(Error::unsupported(format!("cells of class {class} have no rule"))),
        };
        Ok(Self { kind })
    }

    /// The widths of the states, in the order of Keras.
    pub(super) fn state_sizes(&self) -> Vec<usize> {
        match &self.kind {
            Kind::Simple(gates) | Kind::Gru { gates, .. } => vec![gates.units],
            Kind::Lstm(gates) => vec![gates.units; 2],
            Kind::Stacked(cells) => cells.iter().flat_map(Self::state_sizes).collect(),
        }
    }

    /// The width of what a step gives.
    pub(super) fn output_size(&self) -> usize {
        match &self.kind {
            Kind::Simple(gates) | Kind::Lstm(gates) | Kind::Gru { gates, .. } => gates.units,
            Kind::Stacked(cells) => cells.last().map_or(0, Self::output_size),
        }
    }

    /// The part of the steps that needs no state, for all steps at once: inputs `[…, inputs]` times the kernel.
    pub(super) fn prepare(&self, b: &mut Builder<'_>, x: ValueId) -> Result<Vec<ValueId>> {
        match &self.kind {
            Kind::Simple(gates) => Ok(vec![gates.input(b, x, 0, 1)?]),
            Kind::Lstm(gates) => Ok(vec![gates.input(b, x, 0, 4)?]),
            Kind::Gru { gates, .. } => Ok(vec![gates.input(b, x, 0, 2)?, gates.input(b, x, 2, 1)?]),
            Kind::Stacked(cells) => cells.first().map_or_else(|| Ok(vec![x]), |cell| cell.prepare(b, x)),
        }
    }

    /// One step, from what [`Cell::prepare`] gives for it and from the states.
    pub(super) fn step(&self, b: &mut Builder<'_>, x: &[ValueId], states: &[ValueId]) -> Result<Step> {
        let missing = || Error::invalid("a cell is called with too few states");
        match (&self.kind, x, states) {
            (Kind::Simple(gates), &[x], &[h]) => gates.simple(b, x, h),
            (Kind::Lstm(gates), &[x], &[h, c]) => gates.lstm(b, x, h, c),
            (Kind::Gru { gates, reset_after }, &[zr, x], &[h]) => gates.gru(b, zr, x, h, *reset_after),
            (Kind::Stacked(cells), ..) => {
                let mut rest = states;
                let mut made: Option<Step> = None;
                let mut all = Vec::new();
                for cell in cells {
                    let (own, others) =
                        rest.split_at_checked(cell.state_sizes().len()).ok_or_else(missing)?;
                    rest = others;
                    let step = match made {
                        None => cell.step(b, x, own)?,
                        Some(before) => {
                            let x = cell.prepare(b, before.output)?;
                            cell.step(b, &x, own)?
                        }
                    };
                    all.extend_from_slice(&step.states);
                    made = Some(step);
                }
                let output = made.ok_or_else(missing)?.output;
                Ok(Step { output, states: all })
            }
            _ => Err(missing()),
        }
    }
}

impl Gates<'_> {
    fn activation(&self, b: &mut Builder<'_>, name: &str, default: &str, x: ValueId) -> Result<ValueId> {
        match self.config.get(name) {
            Some(value) => described(b, value, x, self.origin),
            None => described(b, &serde_json::Value::from(default), x, self.origin),
        }
    }

    fn outer(&self, b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
        self.activation(b, "activation", "tanh", x)
    }

    fn inner(&self, b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
        self.activation(b, "recurrent_activation", "sigmoid", x)
    }

    /// The columns of some gates of variable `index`, as weights of FULLY_CONNECTED.
    fn weights(&self, b: &mut Builder<'_>, index: usize, gate: usize, gates: usize) -> Result<ValueId> {
        let kernel = constant(b, array(self.variables, index)?)?;
        let kernel = self.columns(b, kernel, gate, gates)?;
        b.transpose(kernel, &[1, 0])
    }

    fn columns(&self, b: &mut Builder<'_>, x: ValueId, gate: usize, gates: usize) -> Result<ValueId> {
        let last = b.rank(x)?.saturating_sub(1);
        shape::slice_axis(b, x, last, (gate * self.units) as i32, (gates * self.units) as i32)
    }

    /// The bias of some gates: row `row` of a bias with one for inputs and one for states.
    fn bias(&self, b: &mut Builder<'_>, row: usize, gate: usize, gates: usize) -> Result<Option<ValueId>> {
        if !self.config.bool("use_bias", true)? {
            return Ok(None);
        }
        let stored = array(self.variables, 2)?;
        let bias = constant(b, stored)?;
        let bias = match stored.dims.len() {
            2 => {
                let row = shape::slice_axis(b, bias, 0, row as i32, 1)?;
                b.reshape(row, &[-1])?
            }
            _ if row > 0 => return Ok(None),
            _ => bias,
        };
        self.columns(b, bias, gate, gates).map(Some)
    }

    /// `x` times the kernel of some gates, plus their bias.
    fn input(&self, b: &mut Builder<'_>, x: ValueId, gate: usize, gates: usize) -> Result<ValueId> {
        let weights = self.weights(b, 0, gate, gates)?;
        let bias = self.bias(b, 0, gate, gates)?;
        b.fully_connected(x, weights, bias)
    }

    /// A state times the recurrent kernel of some gates, plus their second bias.
    fn recurrent(&self, b: &mut Builder<'_>, h: ValueId, gate: usize, gates: usize) -> Result<ValueId> {
        let weights = self.weights(b, 1, gate, gates)?;
        let bias = self.bias(b, 1, gate, gates)?;
        b.fully_connected(h, weights, bias)
    }

    fn simple(&self, b: &mut Builder<'_>, x: ValueId, h: ValueId) -> Result<Step> {
        let recurrent = self.recurrent(b, h, 0, 1)?;
        let sum = b.binary(BuiltinOperator::ADD, x, recurrent)?;
        let output = self.outer(b, sum)?;
        Ok(Step { output, states: vec![output] })
    }

    /// Gates in the order input, forget, cell, output.
    fn lstm(&self, b: &mut Builder<'_>, x: ValueId, h: ValueId, c: ValueId) -> Result<Step> {
        let recurrent = self.recurrent(b, h, 0, 4)?;
        let sum = b.binary(BuiltinOperator::ADD, x, recurrent)?;
        let gates = shape::split(b, sum, 1, 4)?;
        let [input, forget, cell, output] = gates[..] else { return Err(Error::internal("four gates")) };
        let input = self.inner(b, input)?;
        let forget = self.inner(b, forget)?;
        let cell = self.outer(b, cell)?;
        let output = self.inner(b, output)?;
        let kept = b.binary(BuiltinOperator::MUL, forget, c)?;
        let added = b.binary(BuiltinOperator::MUL, input, cell)?;
        let c = b.binary(BuiltinOperator::ADD, kept, added)?;
        let shown = self.outer(b, c)?;
        let h = b.binary(BuiltinOperator::MUL, output, shown)?;
        Ok(Step { output: h, states: vec![h, c] })
    }

    /// Gates in the order update, reset, new.
    fn gru(
        &self,
        b: &mut Builder<'_>,
        zr: ValueId,
        x: ValueId,
        h: ValueId,
        reset_after: bool,
    ) -> Result<Step> {
        let recurrent = self.recurrent(b, h, 0, 2)?;
        let sum = b.binary(BuiltinOperator::ADD, zr, recurrent)?;
        let gates = self.inner(b, sum)?;
        let gates = shape::split(b, gates, 1, 2)?;
        let [update, reset] = gates[..] else { return Err(Error::internal("two gates")) };
        let remembered = if reset_after {
            let recurrent = self.recurrent(b, h, 2, 1)?;
            b.binary(BuiltinOperator::MUL, reset, recurrent)?
        } else {
            let h = b.binary(BuiltinOperator::MUL, reset, h)?;
            self.recurrent(b, h, 2, 1)?
        };
        let new = b.binary(BuiltinOperator::ADD, x, remembered)?;
        let new = self.outer(b, new)?;
        let kept = b.binary(BuiltinOperator::MUL, update, h)?;
        let opposite = b.scalar(1f32)?;
        let opposite = b.binary(BuiltinOperator::SUB, opposite, update)?;
        let added = b.binary(BuiltinOperator::MUL, opposite, new)?;
        let output = b.binary(BuiltinOperator::ADD, kept, added)?;
        Ok(Step { output, states: vec![output] })
    }
}
