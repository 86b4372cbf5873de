//! A float network in the form in which it is exported: every tensor that quantization gives a scale to is the result of a step.

use std::collections::BTreeMap;

use featherlite_base::arena;
use featherlite_ir::{Code, Graph as Source, Model, Node, NodeId, ValueId};
use featherlite_schema::owned::BuiltinOptions;
use featherlite_schema::{ActivationFunctionType, BuiltinOperator, Padding as Same};
use featherlite_train_kernels::{Activation, Padding, Window};

use super::{Convolve, Graph, Kind, Step};
use crate::{Error, Result};

/// A graph, and where its steps are in the network that it was made of.
#[derive(Clone, Debug)]
pub(crate) struct Exported {
    pub(crate) graph: Graph,
    /// The value that each step gives.
    pub(crate) values: Vec<ValueId>,
    /// Further values that hold what a step gives: padded, or in another shape.
    pub(crate) aliases: Vec<(ValueId, usize)>,
    /// The node of each step with weights.
    pub(crate) nodes: BTreeMap<usize, NodeId>,
}

/// What a value is while the graph is translated.
#[derive(Clone)]
struct Place {
    /// The step that gives its elements.
    step: usize,
    /// Zeros around it that the next window takes in.
    padding: Padding,
    /// For a value on its way through a channel shuffle: how many groups there are, and whether they are transposed already.
    shuffle: Option<(usize, bool)>,
}

/// Translates the main graph of a network of convolutions.
///
/// # Errors
/// If there is an operator that can not be trained, by its name.
pub(crate) fn from_model(model: &Model) -> Result<Exported> {
    let source = model.graphs.first().ok_or_else(|| Error::unsupported("a model without graphs"))?;
    let [input] = source.inputs[..] else {
        let count = source.inputs.len();
        return Err(Error::unsupported(format!(
            "networks of one input can be trained; this one has {count}"
        )));
    };
    let graph = Graph { name: model.description.clone(), steps: Vec::new() };
    let exported = Exported { graph, values: Vec::new(), aliases: Vec::new(), nodes: BTreeMap::new() };
    let mut translation = Translation { source, exported, places: BTreeMap::new() };
    translation.push(input, Kind::Input, vec![])?;
    for (id, node) in source.nodes() {
        translation
            .node(id, node)
            .map_err(|error| Error::unsupported(format!("{} ({}): {error}", node.name, node.op.name())))?;
    }
    let last = source.outputs.first().and_then(|output| translation.places.get(output));
    match last {
        Some(place) if place.step + 1 == translation.exported.graph.steps.len() => {
            let Translation { mut exported, places, .. } = translation;
            let others = places.into_iter().map(|(value, place)| (value, place.step));
            exported.aliases = others.filter(|&(value, step)| exported.values[step] != value).collect();
            Ok(exported)
        }
        _ => Err(Error::unsupported("the network's output is not what it computes last")),
    }
}

struct Translation<'a> {
    source: &'a Source,
    exported: Exported,
    places: BTreeMap<ValueId, Place>,
}

impl Translation<'_> {
    fn node(&mut self, id: NodeId, node: &Node) -> Result<()> {
        let Code::Builtin(code) = node.op.code else { return Err(no("custom operators can not be trained")) };
        let output = *node.outputs.first().ok_or_else(|| no("it gives nothing"))?;
        match code {
            BuiltinOperator::CONV_2D
            | BuiltinOperator::DEPTHWISE_CONV_2D
            | BuiltinOperator::FULLY_CONNECTED => {
                let (kind, step) = (self.convolve(code, node)?, self.input(node, 0)?.step);
                let layer = self.layer(&node.name);
                let index = self.push(output, kind, vec![step])?;
                self.exported.nodes.insert(index, id);
                self.exported.graph.steps[index].layer = layer;
            }
            BuiltinOperator::ADD | BuiltinOperator::SUB | BuiltinOperator::MUL => self.binary(code, node)?,
            BuiltinOperator::CONCATENATION => {
                let steps: Result<Vec<usize>> =
                    (0..node.inputs.len()).map(|index| Ok(self.input(node, index)?.step)).collect();
                self.push(output, Kind::Concat, steps?)?;
            }
            BuiltinOperator::SPLIT => self.split(node)?,
            BuiltinOperator::SLICE | BuiltinOperator::STRIDED_SLICE => {
                let begin = self.integers(node, 1)?;
                let start = *begin.last().ok_or_else(|| no("it begins nowhere"))? as usize;
                let input = self.input(node, 0)?.step;
                if begin.len() != 4 || self.spatial(input) != self.sizes(output)?[..2] {
                    return Err(no("only channels can be sliced"));
                }
                self.push(output, Kind::Slice { start }, vec![input])?;
            }
            BuiltinOperator::MEAN => {
                let axes = self.integers(node, 1)?;
                if axes != [1, 2] {
                    return Err(no("means are over height and width"));
                }
                let input = self.input(node, 0)?.step;
                self.push(output, Kind::Mean, vec![input])?;
            }
            BuiltinOperator::AVERAGE_POOL_2D | BuiltinOperator::MAX_POOL_2D => self.pool(code, node)?,
            BuiltinOperator::PAD => self.pad(node)?,
            BuiltinOperator::RESHAPE => self.reshape(node)?,
            BuiltinOperator::TRANSPOSE => self.transpose(node)?,
            BuiltinOperator::GATHER => {
                let input = self.input(node, 0)?.step;
                let is_of_channels = self.spatial(input) == self.sizes(output)?[..2];
                let groups = shuffled(&self.integers(node, 1)?).filter(|_| is_of_channels);
                let groups =
                    groups.ok_or_else(|| no("only channels can be gathered, as a shuffle of groups"))?;
                self.push(output, Kind::Shuffle { groups }, vec![input])?;
            }
            BuiltinOperator::SOFTMAX if self.source.is_output(output) => {
                let place = self.input(node, 0)?;
                self.places.insert(output, place);
            }
            _ => {
                let activation = function(code).ok_or_else(|| no("this operator can not be trained"))?;
                let input = self.input(node, 0)?.step;
                self.push(output, Kind::Activate(activation), vec![input])?;
            }
        }
        Ok(())
    }

    fn push(&mut self, value: ValueId, kind: Kind, inputs: Vec<usize>) -> Result<usize> {
        let step = self.exported.graph.steps.len();
        let (name, output) = (self.source.value(value).name.clone(), self.sizes(value)?);
        self.exported.graph.steps.push(Step { layer: name.clone(), name, kind, inputs, output });
        self.exported.values.push(value);
        self.places.insert(value, Place { step, padding: Padding::default(), shuffle: None });
        Ok(step)
    }

    /// What a layer is called: as its node, with a number if another one has this name.
    fn layer(&self, name: &str) -> String {
        let Exported { graph, nodes, .. } = &self.exported;
        let is_taken = |name: &str| nodes.keys().any(|&step| graph.steps[step].layer == name);
        let mut names = (2..).map(|number| format!("{name}_{number}"));
        match is_taken(name) {
            true => names.find(|name| !is_taken(name)).unwrap_or_default(),
            false => name.to_owned(),
        }
    }

    /// Height, width and channels of a value; `[n, c]` is one pixel.
    fn sizes(&self, value: ValueId) -> Result<[usize; 3]> {
        match self.shape(value)?[..] {
            [_, height, width, channels] => Ok([height, width, channels]),
            [_, channels] => Ok([1, 1, channels]),
            ref shape => Err(no(format!("shape {shape:?} is none of images"))),
        }
    }

    /// Sizes under one trial of the open ones, which are those of the batch.
    fn shape(&self, value: ValueId) -> Result<Vec<usize>> {
        self.source.value(value).trial_shape(0).ok_or_else(|| no("a shape that is not known"))
    }

    fn spatial(&self, step: usize) -> [usize; 2] {
        let [height, width, _] = self.exported.graph.steps[step].output;
        [height, width]
    }

    fn input(&self, node: &Node, index: usize) -> Result<Place> {
        let place = node.input(index).and_then(|value| self.places.get(&value));
        let place =
            place.ok_or_else(|| no(format!("input {index} is not computed from the network's input")))?;
        if place.shuffle.is_some()
            && !node.op.is(BuiltinOperator::RESHAPE)
            && !node.op.is(BuiltinOperator::TRANSPOSE)
        {
            return Err(no("it reads channels in groups"));
        }
        Ok(place.clone())
    }

    /// A constant of floats.
    fn floats(&self, node: &Node, index: usize) -> Option<Vec<f32>> {
        let contents = self.source.value(node.input(index)?).constant.as_ref()?;
        arena::cast::<f32>(contents).ok().map(<[f32]>::to_vec)
    }

    fn integers(&self, node: &Node, index: usize) -> Result<Vec<i32>> {
        let value = node.input(index).map(|value| self.source.value(value));
        let contents =
            value.and_then(|value| value.constant.as_ref()).ok_or_else(|| no("an operand varies"))?;
        Ok(contents.as_chunks().0.iter().map(|&bytes| i32::from_le_bytes(bytes)).collect())
    }

    fn convolve(&self, code: BuiltinOperator, node: &Node) -> Result<Kind> {
        let place = self.input(node, 0)?;
        let weights = node.input(1).ok_or_else(|| no("it has no weights"))?;
        if self.source.value(weights).constant.is_none() {
            return Err(no("its weights are computed"));
        }
        let shape = self.shape(weights)?;
        let channels = self.exported.graph.steps[place.step].output[2];
        let has_bias = node.input(2).is_some();
        let (kernel, stride, same, activation, groups, dilation) = match (&node.op.options, &shape[..]) {
            (Some(BuiltinOptions::Conv2DOptions(options)), &[_, height, width, depth]) => (
                [height, width],
                [options.stride_h, options.stride_w],
                options.padding,
                options.fused_activation_function,
                channels / depth.max(1),
                options.dilation_h_factor.max(options.dilation_w_factor),
            ),
            (Some(BuiltinOptions::DepthwiseConv2DOptions(options)), &[_, height, width, outputs])
                if outputs == channels =>
            {
                (
                    [height, width],
                    [options.stride_h, options.stride_w],
                    options.padding,
                    options.fused_activation_function,
                    channels,
                    options.dilation_h_factor.max(options.dilation_w_factor),
                )
            }
            (Some(BuiltinOptions::FullyConnectedOptions(options)), &[_, depth]) if depth == channels => {
                ([1, 1], [1, 1], Same::VALID, options.fused_activation_function, 1, 1)
            }
            _ => return Err(no(format!("weights of shape {shape:?} for {channels} channels"))),
        };
        if dilation > 1 {
            return Err(no("dilated convolutions can not be trained"));
        }
        Ok(Kind::Convolve(Convolve {
            window: self.window(&place, kernel, stride, same)?,
            groups,
            is_depthwise: code == BuiltinOperator::DEPTHWISE_CONV_2D,
            is_dense: code == BuiltinOperator::FULLY_CONNECTED,
            has_bias,
            shift: Vec::new(),
            norm: None,
            activation: fused(activation)?,
            is_frozen: false,
        }))
    }

    fn window(&self, place: &Place, kernel: [usize; 2], stride: [i32; 2], same: Same) -> Result<Window> {
        let stride = stride.map(|stride| stride.max(1) as usize);
        let mut padding = place.padding;
        if same == Same::SAME {
            if padding != Padding::default() {
                return Err(no("it is padded twice"));
            }
            let sizes = self.spatial(place.step);
            let [(top, bottom), (left, right)] = [0, 1].map(|axis| {
                let output = sizes[axis].div_ceil(stride[axis]);
                let all = ((output - 1) * stride[axis] + kernel[axis]).saturating_sub(sizes[axis]);
                (all / 2, all - all / 2)
            });
            padding = Padding { top, left, bottom, right };
        }
        Ok(Window { kernel, stride, padding })
    }

    fn pool(&mut self, code: BuiltinOperator, node: &Node) -> Result<()> {
        let Some(BuiltinOptions::Pool2DOptions(options)) = &node.op.options else {
            return Err(no("it has no options"));
        };
        let place = self.input(node, 0)?;
        let kernel = [options.filter_height, options.filter_width].map(|size| size.max(1) as usize);
        let window = self.window(&place, kernel, [options.stride_h, options.stride_w], options.padding)?;
        if fused(options.fused_activation_function)? != Activation::None {
            return Err(no("pools with activations can not be trained"));
        }
        let kind = match code {
            BuiltinOperator::MAX_POOL_2D => Kind::MaxPool(window),
            _ => Kind::AveragePool { window, counts_padding: options.padding != Same::SAME },
        };
        self.push(node.outputs[0], kind, vec![place.step])?;
        Ok(())
    }

    /// Sums, differences and products of two values, or of one and a constant.
    fn binary(&mut self, code: BuiltinOperator, node: &Node) -> Result<()> {
        let activation = fused(match &node.op.options {
            Some(BuiltinOptions::AddOptions(options)) => options.fused_activation_function,
            Some(BuiltinOptions::SubOptions(options)) => options.fused_activation_function,
            Some(BuiltinOptions::MulOptions(options)) => options.fused_activation_function,
            _ => ActivationFunctionType::NONE,
        })?;
        let output = node.outputs[0];
        let (first, second) = (self.floats(node, 0), self.floats(node, 1));
        if first.is_none() && second.is_none() {
            let (mut x, mut y) = (self.input(node, 0)?.step, self.input(node, 1)?.step);
            if self.spatial(x) == [1, 1] && self.spatial(y) != [1, 1] {
                (x, y) = (y, x);
            }
            let kind = match code {
                BuiltinOperator::ADD => Kind::Add { drop_rate: 0.0, activation },
                BuiltinOperator::MUL if activation == Activation::None => Kind::Multiply,
                _ => return Err(no("this operator can not be trained")),
            };
            self.push(output, kind, vec![x, y])?;
            return Ok(());
        }
        let (operand, constant, is_swapped) = match (first, second) {
            (None, Some(constant)) => (0, constant, false),
            (Some(constant), None) => (1, constant, true),
            _ => return Err(no("both operands are constants")),
        };
        let negated = |values: Vec<f32>| values.into_iter().map(|value| -value).collect::<Vec<f32>>();
        let (scale, offset) = match code {
            BuiltinOperator::ADD => (vec![1.0], constant),
            BuiltinOperator::SUB if is_swapped => (vec![-1.0], constant),
            BuiltinOperator::SUB => (vec![1.0], negated(constant)),
            _ => (constant, vec![0.0]),
        };
        let input = self.input(node, operand)?.step;
        let channels = self.exported.graph.steps[input].output[2];
        if [scale.len(), offset.len()].iter().any(|&len| len != 1 && len != channels) {
            return Err(no("constants are one number, or one for each channel"));
        }
        self.push(output, Kind::Rescale { scale, offset, activation }, vec![input])?;
        Ok(())
    }

    fn split(&mut self, node: &Node) -> Result<()> {
        let input =
            node.input(1).and_then(|value| self.places.get(&value)).ok_or_else(|| no("no input"))?.step;
        if !matches!(self.integers(node, 0)?[..], [3 | -1]) {
            return Err(no("only channels can be split"));
        }
        let mut start = 0;
        for &output in &node.outputs {
            self.push(output, Kind::Slice { start }, vec![input])?;
            start += self.sizes(output)?[2];
        }
        Ok(())
    }

    fn pad(&mut self, node: &Node) -> Result<()> {
        let mut place = self.input(node, 0)?;
        let paddings = self.integers(node, 1)?;
        let &[0, 0, top, bottom, left, right, 0, 0] = &paddings[..] else {
            return Err(no("only images are padded, by zeros"));
        };
        let [top, bottom, left, right] = [top, bottom, left, right].map(|size| size.max(0) as usize);
        if place.padding != Padding::default() {
            return Err(no("it is padded twice"));
        }
        place.padding = Padding { top, left, bottom, right };
        self.places.insert(node.outputs[0], place);
        Ok(())
    }

    /// Between pixels and vectors, and into and out of groups of channels.
    fn reshape(&mut self, node: &Node) -> Result<()> {
        let (mut place, output) = (self.input(node, 0)?, node.outputs[0]);
        let from = self.exported.graph.steps[place.step].output;
        let to = self.shape(output)?;
        match (place.shuffle, &to[..]) {
            (None, &[_, channels] | &[_, 1, 1, channels]) if from == [1, 1, channels] => {
                self.places.insert(output, place);
            }
            (None, &[.., groups, rows]) if groups * rows == from[2] => {
                place.shuffle = Some((groups, false));
                self.places.insert(output, place);
            }
            (Some((groups, true)), &[_, height, width, channels]) if [height, width, channels] == from => {
                self.push(output, Kind::Shuffle { groups }, vec![place.step])?;
            }
            _ => return Err(no(format!("from {from:?} to {to:?}"))),
        }
        Ok(())
    }

    fn transpose(&mut self, node: &Node) -> Result<()> {
        let mut place = self.input(node, 0)?;
        let order = self.integers(node, 1)?;
        let rank = order.len();
        let swaps_last = order.iter().enumerate().all(|(axis, &from)| {
            let wanted = if axis + 2 == rank {
                axis + 1
            } else if axis + 1 == rank {
                axis - 1
            } else {
                axis
            };
            from as usize == wanted
        });
        match place.shuffle {
            Some((groups, false)) if swaps_last => {
                place.shuffle = Some((groups, true));
                self.places.insert(node.outputs[0], place);
                Ok(())
            }
            _ => Err(no(format!("order {order:?}"))),
        }
    }
}

/// The rows of the matrix that is transposed when indices are read in this order.
fn shuffled(indices: &[i32]) -> Option<usize> {
    let count = indices.len();
    let rows = *indices.get(1)? as usize;
    let groups = count.checked_div(rows)?;
    let is_shuffle = groups * rows == count
        && indices
            .iter()
            .enumerate()
            .all(|(place, &index)| index as usize == place % groups * rows + place / groups);
    is_shuffle.then_some(groups)
}

fn no(why: impl Into<String>) -> Error {
    Error::unsupported(why)
}

fn fused(activation: ActivationFunctionType) -> Result<Activation> {
    match activation {
        ActivationFunctionType::NONE => Ok(Activation::None),
        ActivationFunctionType::RELU => Ok(Activation::Relu),
        ActivationFunctionType::RELU6 => Ok(Activation::Relu6),
        other => Err(no(format!("its activation {other:?} can not be trained"))),
    }
}

fn function(code: BuiltinOperator) -> Option<Activation> {
    Some(match code {
        BuiltinOperator::RELU => Activation::Relu,
        BuiltinOperator::RELU6 => Activation::Relu6,
        BuiltinOperator::HARD_SWISH => Activation::HardSwish,
        BuiltinOperator::LOGISTIC => Activation::Sigmoid,
        _ => return None,
    })
}
