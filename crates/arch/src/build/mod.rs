//! From a network and its weights to a graph that becomes a `.tflite` file.

mod convolution;

use featherlite_base::DType;
use featherlite_convert::build::{Builder, Size};
use featherlite_convert::passes;
use featherlite_ir::{Graph, Model, Op, Signature, ValueId};
use featherlite_schema::{ActivationFunctionType, BuiltinOperator, owned};

use crate::network::{Kind, Layer, Network, Role};
use crate::weights::{Tensor, Weights};
use crate::{Activation, Error, Rescale, Result};

/// The signature of graphs, as TensorFlow calls the one for serving.
const SIGNATURE: &str = "serving_default";
/// What a graph's input is called.
const INPUT: &str = "image";
/// What the scores are called, whether they are the output or what it is made of.
const LOGITS: &str = "logits";

/// How a graph is built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BuildOptions {
    /// Whether it gives probabilities instead of logits.
    pub softmax: bool,
    /// Whether the number of images stays open; otherwise it is 1.
    pub open_batch: bool,
}

/// A graph of the network: input `image` `[1, resolution, resolution, channels]`, output `logits` (or `probabilities`)
/// `[1, classes]`, batch normalization folded into convolutions. Values are called by the layers that give them, before an activation
/// that is an operator of its own `<layer>/CONV_2D`, those of the last one `logits`; constants `<layer>.kernel` and `<layer>.bias`. The passes of the converter keep these
/// names.
///
/// # Errors
/// If weights are missing or have other shapes.
pub fn build(network: &Network, weights: &Weights, options: BuildOptions) -> Result<Model> {
    weights.check(&network.weights())?;
    let mut model = Model { graphs: vec![Graph::new("main")], ..Model::default() };
    let output = if options.softmax { "probabilities" } else { LOGITS };
    let builder = Builder::new(&mut model, 0);
    let mut building = Building { network, weights, builder, values: Vec::new() };
    for layer in 0..network.layers.len() {
        let value = building.layer(layer, options).map_err(|error| error.at(&network.layers[layer].name))?;
        building.values.push(value);
    }
    building.finish(output, options)?;
    model.signatures.push(Signature {
        key: SIGNATURE.to_owned(),
        graph: 0,
        inputs: vec![INPUT.to_owned()],
        outputs: vec![output.to_owned()],
    });
    model.description = network.name.clone();
    Ok(model)
}

/// The graph of [`build`] as the bytes of a `.tflite` file, optimized by the passes of the converter.
///
/// # Errors
/// If weights are missing or have other shapes.
pub fn build_tflite(network: &Network, weights: &Weights, options: BuildOptions) -> Result<Vec<u8>> {
    let mut model = build(network, weights, options)?;
    passes::run(&mut model, None, |_, _| {})?;
    Ok(featherlite_convert::export::to_bytes(&model)?)
}

/// A graph so far.
struct Building<'a> {
    network: &'a Network,
    weights: &'a Weights,
    builder: Builder<'a>,
    /// What each layer gives.
    values: Vec<ValueId>,
}

impl Building<'_> {
    fn layer(&mut self, index: usize, options: BuildOptions) -> Result<ValueId> {
        let layer = &self.network.layers[index];
        self.builder.set_scope(&layer.name);
        let value = match &layer.kind {
            Kind::Input => self.input(layer, options),
            Kind::Rescale(rescale) => self.rescale(self.operand(layer, 0)?, rescale)?,
            Kind::Conv(conv) => self.conv(layer, conv)?,
            Kind::MaxPool(pool) => self.pool(BuiltinOperator::MAX_POOL_2D, layer, pool)?,
            Kind::AveragePool(pool) => self.pool(BuiltinOperator::AVERAGE_POOL_2D, layer, pool)?,
            Kind::GlobalAveragePool => {
                let keep_dims = self.is_gate(index);
                self.builder.reduce(BuiltinOperator::MEAN, self.operand(layer, 0)?, &[1, 2], keep_dims)?
            }
            Kind::Dense(dense) => match self.is_gate(index) {
                true => self.gate(layer, dense)?,
                false => self.dense(layer, dense)?,
            },
            Kind::Add { activation, .. } => {
                let (fused, rest) = fused(*activation);
                let options =
                    owned::AddOptions { fused_activation_function: fused, ..owned::AddOptions::default() };
                let operands = [self.operand(layer, 0)?, self.operand(layer, 1)?];
                let sum = self.builder.add(Op::with(BuiltinOperator::ADD, options), &operands)?;
                self.activation(sum, rest)?
            }
            Kind::Multiply => {
                let (x, gates) = (self.operand(layer, 0)?, self.operand(layer, 1)?);
                self.builder.binary(BuiltinOperator::MUL, x, gates)?
            }
            Kind::Concat => {
                let operands = [self.operand(layer, 0)?, self.operand(layer, 1)?];
                self.builder.concatenation(&operands, 3)?
            }
            Kind::Slice { start } => {
                let begin = [0, 0, 0, *start as i32];
                self.builder.slice(self.operand(layer, 0)?, &begin, &[-1, -1, -1, layer.output[2] as i32])?
            }
            Kind::ChannelShuffle { groups } => self.shuffle(layer, *groups)?,
            Kind::Activation(activation) => self.activation(self.operand(layer, 0)?, *activation)?,
            Kind::Dropout { .. } => return self.operand(layer, 0),
        };
        self.builder.rename(value, &layer.name);
        Ok(value)
    }

    fn input(&mut self, layer: &Layer, options: BuildOptions) -> ValueId {
        let batch = if options.open_batch { Size::Open("batch".to_owned()) } else { Size::Fixed(1) };
        let sizes: Vec<Size> = std::iter::once(batch).chain(layer.output.map(Size::Fixed)).collect();
        self.builder.input(INPUT, DType::F32, &sizes)
    }

    fn finish(&mut self, name: &str, options: BuildOptions) -> Result<()> {
        let Some(&last) = self.values.last() else { return Err(Error::argument("a network without layers")) };
        let input = self.builder.graph().inputs[0];
        self.builder.rename(input, INPUT);
        let output = match options.softmax {
            true => {
                self.builder.rename(last, LOGITS);
                self.builder.set_scope(name);
                let softmax = owned::SoftmaxOptions { beta: 1.0 };
                self.builder.add(Op::with(BuiltinOperator::SOFTMAX, softmax), &[last])?
            }
            false => last,
        };
        self.builder.rename(output, name);
        self.builder.output(output);
        Ok(())
    }

    /// What an input of a layer is in the graph.
    fn operand(&self, layer: &Layer, position: usize) -> Result<ValueId> {
        let input = layer.inputs.get(position).and_then(|&input| self.values.get(input));
        input.copied().ok_or_else(|| Error::argument(format!("it has no input {position}")))
    }

    fn weight(&self, layer: &Layer, role: Role) -> Result<&Tensor> {
        self.weights.get(&format!("{}.{}", layer.name, role.name()))
    }

    /// Whether a layer gives factors of channels, or what they are computed of.
    fn is_gate(&self, index: usize) -> bool {
        let readers = self.network.layers.iter().enumerate().skip(index + 1);
        let mut readers = readers.filter(|(_, reader)| reader.inputs.contains(&index));
        readers.any(|(reader, layer)| match layer.kind {
            Kind::Multiply => layer.inputs.get(1) == Some(&index),
            Kind::Dense(_) => self.is_gate(reader),
            _ => false,
        })
    }

    fn rescale(&mut self, x: ValueId, rescale: &Rescale) -> Result<ValueId> {
        let scale = self.builder.constant(&[rescale.scale.len()], &rescale.scale)?;
        let offset = self.builder.constant(&[rescale.offset.len()], &rescale.offset)?;
        let x = self.builder.binary(BuiltinOperator::MUL, x, scale)?;
        Ok(self.builder.binary(BuiltinOperator::ADD, x, offset)?)
    }

    fn shuffle(&mut self, layer: &Layer, groups: usize) -> Result<ValueId> {
        let x = self.operand(layer, 0)?;
        let [rows, columns, channels] = layer.output.map(|size| size as i64);
        let split = self.builder.reshape(x, &[-1, rows, columns, groups as i64, channels / groups as i64])?;
        let swapped = self.builder.transpose(split, &[0, 1, 2, 4, 3])?;
        Ok(self.builder.reshape(swapped, &[-1, rows, columns, channels])?)
    }

    /// An activation as operators of its own.
    fn activation(&mut self, x: ValueId, activation: Activation) -> Result<ValueId> {
        let builder = &mut self.builder;
        Ok(match activation {
            Activation::Linear => x,
            Activation::Relu => builder.unary(BuiltinOperator::RELU, x)?,
            Activation::Relu6 => builder.unary(BuiltinOperator::RELU6, x)?,
            Activation::HardSwish => builder.unary(BuiltinOperator::HARD_SWISH, x)?,
            Activation::HardSigmoid => {
                let three = builder.scalar(3f32)?;
                let options = owned::AddOptions {
                    fused_activation_function: ActivationFunctionType::RELU6,
                    ..owned::AddOptions::default()
                };
                let clipped = builder.add(Op::with(BuiltinOperator::ADD, options), &[x, three])?;
                let sixth = builder.scalar(1f32 / 6.0)?;
                builder.binary(BuiltinOperator::MUL, clipped, sixth)?
            }
            Activation::Silu => {
                let gate = builder.unary(BuiltinOperator::LOGISTIC, x)?;
                builder.binary(BuiltinOperator::MUL, x, gate)?
            }
            Activation::Sigmoid => builder.unary(BuiltinOperator::LOGISTIC, x)?,
        })
    }
}

/// What operators can do of an activation themselves, and the rest.
fn fused(activation: Activation) -> (ActivationFunctionType, Activation) {
    match activation {
        Activation::Relu => (ActivationFunctionType::RELU, Activation::Linear),
        Activation::Relu6 => (ActivationFunctionType::RELU6, Activation::Linear),
        other => (ActivationFunctionType::NONE, other),
    }
}
