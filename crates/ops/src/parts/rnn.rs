//! Plain recurrent layers: `h = activation(W x + A aux + R h + bias)`, as three operators have it.

use alloc::format;

use featherlite_base::{Error, Result};
use featherlite_schema::ActivationFunctionType;

use crate::core::{Io, Node, Plan};
use crate::parts::sequence::{self, Sequence};
use crate::parts::stacked::Stacked;
use crate::parts::vector_math::{Activation, Vectors};

/// Which of the operator's inputs is what.
#[derive(Clone, Copy, Debug)]
pub struct Tensors {
    /// The sequence.
    pub input: usize,
    /// A second sequence of the same length, and its weights `[units, aux]`.
    pub aux: Option<(usize, usize)>,
    /// `[units, input]`.
    pub weights: usize,
    /// `[units, units]`.
    pub recurrent_weights: usize,
    /// `[units]`.
    pub bias: usize,
    /// The previous output, `[batch, units]`, a variable.
    pub state: usize,
}

impl Tensors {
    /// The inputs of the operators with one direction.
    pub const ONE_DIRECTION: Tensors =
        Tensors { input: 0, aux: None, weights: 1, recurrent_weights: 2, bias: 3, state: 4 };

    /// The units of the layer, all shapes checked.
    ///
    /// # Errors
    /// If a tensor is missing or has a shape that does not fit the others.
    pub fn units(&self, node: &Node<'_>, batch: usize) -> Result<usize> {
        let depth = node.input(self.input)?.shape.last();
        let units = node.input(self.weights)?.shape.dim(0);
        if depth == 0 || units == 0 {
            return Err(Error::invalid_shape(format!("{depth} inputs, {units} units")));
        }
        let check = |index: usize, expected: &[usize]| -> Result<()> {
            let tensor = node.input(index)?;
            if tensor.shape.dims() == expected {
                return Ok(());
            }
            let message =
                format!("{:?} has the shape {} where {expected:?} is needed", tensor.name, tensor.shape);
            Err(Error::invalid_shape(message))
        };
        check(self.weights, &[units, depth])?;
        check(self.recurrent_weights, &[units, units])?;
        check(self.bias, &[units])?;
        check(self.state, &[batch, units])?;
        if let Some((aux, weights)) = self.aux {
            check(weights, &[units, node.input(aux)?.shape.last()])?;
        }
        node.variable(self.state)?;
        Ok(units)
    }

    /// Multiply-accumulate operations of a run.
    pub fn macs(&self, node: &Node<'_>, sequence: Sequence) -> u64 {
        let Ok(units) = self.units(node, sequence.batch) else { return 0 };
        let rows = (sequence.batch as u64).saturating_mul(sequence.steps as u64);
        let depth = |index| node.input(index).map_or(0, |tensor| tensor.shape.last() as u64);
        let inputs = depth(self.input) + self.aux.map_or(0, |(aux, _)| depth(aux));
        rows.saturating_mul(units as u64).saturating_mul(inputs + units as u64)
    }
}

/// What the options table says of a layer.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Of the output.
    pub activation: ActivationFunctionType,
    /// How hybrid layers quantize rows.
    pub asymmetric: bool,
    /// Whether the sequence is worked on from its end.
    pub backward: bool,
    /// How often the sequence is worked on, each time from the state that the last left.
    pub passes: usize,
}

/// A planned layer.
pub struct Layer {
    tensors: Tensors,
    sequence: Sequence,
    units: usize,
    backward: bool,
    passes: usize,
    vectors: Vectors,
    activation: Activation,
    input: Stacked,
    aux: Option<Stacked>,
    recurrent: Stacked,
    /// Steps whose input products are made together.
    part: usize,
    /// Scratch: products of the inputs of a part, and of the second inputs.
    from_input: usize,
    from_aux: usize,
    sums: usize,
}

impl Layer {
    /// Plans the layer of a node for a sequence. `keys` tell its weights apart from those of other layers of the
    /// node.
    ///
    /// # Errors
    /// If tensors do not fit together or weights of 8 bits are not constant.
    pub fn plan(
        plan: &mut Plan<'_>,
        tensors: Tensors,
        sequence: Sequence,
        options: Options,
        keys: [&'static str; 3],
    ) -> Result<Self> {
        let node = plan.node;
        let units = tensors.units(node, sequence.batch)?;
        let part = sequence::part_length(sequence, units);
        let rows = part.saturating_mul(sequence.batch);
        let depth = node.input(tensors.input)?.shape.last();
        let asymmetric = options.asymmetric;
        let input = Stacked::plan(plan, keys[0], &[tensors.weights], depth, rows, asymmetric)?;
        let recurrent =
            Stacked::plan(plan, keys[1], &[tensors.recurrent_weights], units, sequence.batch, asymmetric)?;
        let aux = match tensors.aux {
            Some((aux, weights)) => {
                let depth = node.input(aux)?.shape.last();
                Some(Stacked::plan(plan, keys[2], &[weights], depth, rows, asymmetric)?)
            }
            None => None,
        };
        let floats = |rows: usize| rows.saturating_mul(units).saturating_mul(4);
        Ok(Self {
            tensors,
            sequence,
            units,
            backward: options.backward,
            passes: options.passes,
            vectors: Vectors::new(plan.setup),
            activation: Activation::new(plan.setup, options.activation)?,
            input,
            recurrent,
            part,
            from_input: plan.scratch(floats(rows)),
            from_aux: plan.scratch(if aux.is_some() { floats(rows) } else { 0 }),
            sums: plan.scratch(floats(sequence.batch)),
            aux,
        })
    }

    /// Values of an output row.
    pub fn units(&self) -> usize {
        self.units
    }

    /// Runs the layer; row `r` of the result goes to `output[r * stride + offset..]`.
    ///
    /// # Errors
    /// None but defects.
    pub fn run(&self, io: &Io<'_>, output: &mut [f32], stride: usize, offset: usize) -> Result<()> {
        let Self { sequence, units, tensors, .. } = *self;
        let (input, depth) = (io.input::<f32>(tensors.input)?, io.shapes[tensors.input].last());
        let mut from_input = self.input.start(io)?;
        let mut recurrent = self.recurrent.start(io)?;
        let mut from_aux = self.aux.as_ref().map(|aux| aux.start(io)).transpose()?;
        let input_products = io.scratch::<f32>(self.from_input)?;
        let aux_products = io.scratch::<f32>(self.from_aux)?;
        let sums = io.scratch::<f32>(self.sums)?;
        let bias = io.input::<f32>(tensors.bias)?;
        let state = io.variable::<f32>(tensors.state)?;
        let parts = || sequence.parts(self.part, self.backward);
        for part in (0..self.passes).flat_map(|_| parts()) {
            let inner = sequence.with_steps(part.len());
            sequence.for_each_run(part.clone(), |from, to, rows| {
                let products = &mut input_products[to * units..][..rows * units];
                from_input.multiply(&input[from * depth..], rows, Some(bias), products)?;
                if let (Some(aux), Some((index, _))) = (&mut from_aux, tensors.aux) {
                    let (aux_input, k) = (io.input::<f32>(index)?, io.shapes[index].last());
                    let aux_products = &mut aux_products[to * units..][..rows * units];
                    aux.multiply(&aux_input[from * k..], rows, None, aux_products)?;
                    self.vectors.add(products, aux_products);
                }
                Ok(())
            })?;
            for step in sequence::steps(part.clone(), self.backward) {
                recurrent.multiply(state, sequence.batch, None, sums)?;
                for (entry, sums) in sums.chunks_exact_mut(units).enumerate() {
                    let row = inner.row(step - part.start, entry);
                    self.vectors.add(sums, &input_products[row * units..][..units]);
                }
                self.activation.apply(sums);
                state.copy_from_slice(sums);
                for (entry, state) in state.chunks_exact(units).enumerate() {
                    let row = sequence.row(step, entry);
                    output[row * stride + offset..][..units].copy_from_slice(state);
                }
            }
        }
        Ok(())
    }
}
