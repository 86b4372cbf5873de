//! What the weights of an operator are multiplied by: rows of its input, gathered as a convolution reads them.

use featherlite_ir::{Code, Graph, Node, ValueId};
use featherlite_schema::owned::BuiltinOptions;
use featherlite_schema::{BuiltinOperator, Padding};

use crate::quantize::constants::floats;
use crate::rules;

/// An operator as products of rows and weights: `groups` times `outputs` sums of `depth` products.
#[derive(Clone, Debug)]
pub(super) struct Linear {
    pub(super) data: ValueId,
    pub(super) weights: ValueId,
    pub(super) bias: Option<ValueId>,
    pub(super) groups: usize,
    /// Output channels of a group.
    pub(super) outputs: usize,
    /// Products of an output.
    pub(super) depth: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Dense,
    Window { size: [usize; 2], strides: [usize; 2], dilations: [usize; 2], same: bool, is_depthwise: bool },
}

impl Linear {
    /// An operator of constant weights; `None` for others.
    pub(super) fn of(graph: &Graph, node: &Node) -> Option<Self> {
        let Code::Builtin(code) = node.op.code else { return None };
        let roles = rules::weighted(code)?;
        let (data, weights) = (node.input(roles.data)?, node.input(roles.weights)?);
        floats(graph, weights)?;
        let bias = node.input(roles.bias);
        let dims = graph.value(weights).fixed_shape()?;
        let size = |value: i32| usize::try_from(value).ok().filter(|&value| value > 0);
        let (groups, outputs, depth, kind) = match (code, &dims[..]) {
            (BuiltinOperator::FULLY_CONNECTED, &[outputs, depth]) => (1, outputs, depth, Kind::Dense),
            (BuiltinOperator::CONV_2D, &[outputs, height, width, channels]) => {
                let Some(BuiltinOptions::Conv2DOptions(options)) = &node.op.options else { return None };
                let all = last_size(graph, data)?;
                let groups = all.checked_div(channels)?;
                let kind = Kind::Window {
                    size: [height, width],
                    strides: [size(options.stride_h)?, size(options.stride_w)?],
                    dilations: [size(options.dilation_h_factor)?, size(options.dilation_w_factor)?],
                    same: options.padding == Padding::SAME,
                    is_depthwise: false,
                };
                (groups, outputs.checked_div(groups)?, height * width * channels, kind)
            }
            (BuiltinOperator::DEPTHWISE_CONV_2D, &[1, height, width, channels]) => {
                let Some(BuiltinOptions::DepthwiseConv2DOptions(options)) = &node.op.options else {
                    return None;
                };
                let groups = last_size(graph, data)?;
                let kind = Kind::Window {
                    size: [height, width],
                    strides: [size(options.stride_h)?, size(options.stride_w)?],
                    dilations: [size(options.dilation_h_factor)?, size(options.dilation_w_factor)?],
                    same: options.padding == Padding::SAME,
                    is_depthwise: true,
                };
                (groups, channels.checked_div(groups)?, height * width, kind)
            }
            _ => return None,
        };
        (groups > 0 && outputs > 0 && depth > 0).then_some(Self {
            data,
            weights,
            bias,
            groups,
            outputs,
            depth,
            kind,
        })
    }

    /// Whether the element `k` of the row of output `output` of group `group` is where in the weights.
    pub(super) fn position(&self, group: usize, output: usize, k: usize) -> usize {
        match self.kind {
            Kind::Window { is_depthwise: true, .. } => {
                k * self.groups * self.outputs + group * self.outputs + output
            }
            _ => (group * self.outputs + output) * self.depth + k,
        }
    }

    /// The channel of an output.
    pub(super) fn channel(&self, group: usize, output: usize) -> usize {
        group * self.outputs + output
    }

    /// Up to `most` rows of an input of shape `shape`, evenly taken from all positions of the output: each has the
    /// elements of all groups, group after group.
    pub(super) fn rows(&self, values: &[f32], shape: &[usize], most: usize, seed: usize) -> Vec<f32> {
        match (self.kind, shape) {
            (Kind::Dense, _) => {
                let count = values.len() / self.depth;
                let picks = picks(count, most, seed);
                picks
                    .flat_map(|row| values[row * self.depth..(row + 1) * self.depth].iter().copied())
                    .collect()
            }
            (
                Kind::Window { size, strides, dilations, same, is_depthwise },
                &[batch, height, width, channels],
            ) => {
                let window = |axis: usize, input: usize| {
                    let reach = (size[axis] - 1) * dilations[axis] + 1;
                    let output = if same {
                        input.div_ceil(strides[axis])
                    } else {
                        (input + strides[axis]).saturating_sub(reach) / strides[axis]
                    };
                    let needed = (output.max(1) - 1) * strides[axis] + reach;
                    let before = if same { needed.saturating_sub(input) / 2 } else { 0 };
                    (output, before)
                };
                let ((rows, top), (columns, left)) = (window(0, height), window(1, width));
                let mut gathered = Vec::new();
                for pick in picks(batch * rows * columns, most, seed) {
                    let (image, row, column) =
                        (pick / (rows * columns), pick / columns % rows, pick % columns);
                    let at = |y: usize, x: usize| {
                        let y =
                            (row * strides[0] + y * dilations[0]).checked_sub(top).filter(|&y| y < height)?;
                        let x = (column * strides[1] + x * dilations[1])
                            .checked_sub(left)
                            .filter(|&x| x < width)?;
                        Some(((image * height + y) * width + x) * channels)
                    };
                    self.gather(&mut gathered, values, size, channels, is_depthwise, at);
                }
                gathered
            }
            _ => Vec::new(),
        }
    }

    fn gather(
        &self,
        gathered: &mut Vec<f32>,
        values: &[f32],
        size: [usize; 2],
        channels: usize,
        is_depthwise: bool,
        at: impl Fn(usize, usize) -> Option<usize>,
    ) {
        let width = if is_depthwise { 1 } else { channels / self.groups };
        for group in 0..self.groups {
            for y in 0..size[0] {
                for x in 0..size[1] {
                    match at(y, x) {
                        Some(start) => gathered.extend_from_slice(&values[start + group * width..][..width]),
                        None => gathered.resize(gathered.len() + width, 0.0),
                    }
                }
            }
        }
    }
}

fn last_size(graph: &Graph, value: ValueId) -> Option<usize> {
    graph.value(value).shape.as_ref()?.last()?.size()
}

/// At most `most` of `count` positions, spread so that other seeds give others.
fn picks(count: usize, most: usize, seed: usize) -> impl Iterator<Item = usize> {
    let taken = count.min(most);
    let step = count.checked_div(taken).unwrap_or(1).max(1);
    let offset = seed.wrapping_mul(7919) % step;
    (0..taken).map(move |index| index * step + offset)
}
