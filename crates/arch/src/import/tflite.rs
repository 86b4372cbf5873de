//! `.tflite` files: their operators have no names to rely on, but an order. Kernels are matched by it, and by their shapes. What batch
//! normalization was folded into them becomes its `beta`.

use std::path::Path;

use featherlite_base::{DType, arena};
use featherlite_convert::import::{Options, tflite};
use featherlite_ir::{Graph, Node, ValueId};
use featherlite_schema::owned::BuiltinOptions;
use featherlite_schema::{ActivationFunctionType, BuiltinOperator};

use super::{ImportOptions, ImportReport, Imported, adapted};
use crate::arch::{Arch, Padding};
use crate::network::{Kind, Network, Role};
use crate::tensor_file::{FloatType, floats};
use crate::weights::{Tensor, Weights};
use crate::{Activation, Error, Result};

/// An operator with a kernel.
struct Product {
    name: String,
    is_depthwise: bool,
    /// Whether it is depthwise on an image of one channel.
    makes_many_of_one: bool,
    /// The activation that it ends with itself.
    activation: Activation,
    /// Whether its kernel is of real numbers.
    is_real: bool,
    kernel: Tensor,
    bias: Option<Tensor>,
}

impl Product {
    /// A depthwise convolution that makes many channels of one, `[1, kh, kw, out]`, as the standard one that it is, `[out, kh, kw, 1]`.
    fn make_standard(&mut self) {
        let &[1, rows, columns, out] = &self.kernel.shape[..] else { return };
        if !self.is_depthwise || !self.makes_many_of_one {
            return;
        }
        let values = &self.kernel.values;
        let window = rows * columns;
        let channel = |channel: usize| (0..window).map(move |place| values[place * out + channel]);
        let values = (0..out).flat_map(channel).collect();
        self.kernel = Tensor { shape: vec![out, rows, columns, 1], values };
        self.is_depthwise = false;
    }
}

pub(super) fn import(path: &Path, arch: &Arch, options: ImportOptions) -> Result<Imported> {
    let model = tflite::import(path, &Options::default())?;
    let graph = model.graphs.first().ok_or_else(|| Error::invalid("the model has no graphs"))?;
    let products: Vec<Product> = graph.nodes().filter_map(|(_, node)| product(graph, node)).collect();
    let (arch, is_changed) = with_their_activation(arch, &products);
    let classes = products.last().and_then(|last| last.kernel.shape.first().copied());
    let (arch, network) =
        adapted(&arch, options, padding(graph), arch.norm.epsilon, classes, arch.rescale.clone())?;
    let mut report = ImportReport {
        format: "TensorFlow Lite".to_owned(),
        names: "none: operators are taken in order".to_owned(),
        is_whole: products.iter().all(|product| product.is_real) && has_real_inputs(graph),
        ..ImportReport::default()
    };
    if is_changed {
        report.notes.push("the model has relu where the network has relu6: relu it is".to_owned());
    }
    if has_scaled_pixels(graph) {
        report
            .notes
            .push("what the model does to pixels before its first convolution is left out".to_owned());
    }
    let weights = take(&network, &arch, products, &mut report);
    Ok(Imported { arch, weights, report })
}

fn has_real_inputs(graph: &Graph) -> bool {
    graph.inputs.iter().all(|&input| graph.value(input).dtype == DType::F32)
}

/// The architecture, with RELU in the place of RELU6 if that is what the model has throughout.
fn with_their_activation(arch: &Arch, products: &[Product]) -> (Arch, bool) {
    let has = |activation: Activation| products.iter().any(|product| product.activation == activation);
    let mut arch = arch.clone();
    let blocks = arch.stages.iter_mut().flatten().map(|block| &mut block.activation);
    let head = arch.head.conv.iter_mut().map(|conv| &mut conv.activation);
    let mut own: Vec<&mut Activation> = blocks.chain(head).chain([&mut arch.stem.activation]).collect();
    let is_changed = has(Activation::Relu)
        && !has(Activation::Relu6)
        && own.iter().all(|activation| **activation == Activation::Relu6);
    if is_changed {
        own.iter_mut().for_each(|activation| **activation = Activation::Relu);
    }
    (arch, is_changed)
}

/// The kernel and bias of a convolution or dense layer, as real numbers.
fn product(graph: &Graph, node: &Node) -> Option<Product> {
    let is_depthwise = node.op.is(BuiltinOperator::DEPTHWISE_CONV_2D);
    if !is_depthwise && !node.op.is(BuiltinOperator::CONV_2D) && !node.op.is(BuiltinOperator::FULLY_CONNECTED)
    {
        return None;
    }
    let kernel = real(graph, node.input(1)?)?;
    let elements = kernel.shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size))?;
    if kernel.values.len() != elements {
        return None;
    }
    let bias = node.input(2).and_then(|bias| real(graph, bias));
    let name = node.outputs.first().map(|&output| graph.value(output).name.clone()).unwrap_or_default();
    let is_real = matches!(graph.value(node.input(1)?).dtype, DType::F32 | DType::F16);
    let channels = graph.value(node.input(0)?).shape.as_ref().and_then(|shape| shape.last()?.size());
    let makes_many_of_one = is_depthwise && channels == Some(1);
    Some(Product { name, is_depthwise, makes_many_of_one, activation: fused(node), is_real, kernel, bias })
}

/// The activation that an operator ends with itself.
fn fused(node: &Node) -> Activation {
    let function = match &node.op.options {
        Some(BuiltinOptions::Conv2DOptions(options)) => options.fused_activation_function,
        Some(BuiltinOptions::DepthwiseConv2DOptions(options)) => options.fused_activation_function,
        Some(BuiltinOptions::FullyConnectedOptions(options)) => options.fused_activation_function,
        _ => ActivationFunctionType::NONE,
    };
    match function {
        ActivationFunctionType::RELU => Activation::Relu,
        ActivationFunctionType::RELU6 => Activation::Relu6,
        _ => Activation::Linear,
    }
}

/// A constant as real numbers, which may be dequantized by an operator ahead.
fn real(graph: &Graph, id: ValueId) -> Option<Tensor> {
    let value = graph.value(id);
    let Some(contents) = &value.constant else {
        let node = graph.node(graph.producer(id)?);
        let is_conversion = node.op.is(BuiltinOperator::DEQUANTIZE);
        // What a conversion reads is a constant, or nothing that is read here.
        let source =
            node.input(0).filter(|&source| is_conversion && graph.value(source).constant.is_some())?;
        return real(graph, source);
    };
    let shape = value.fixed_shape()?;
    let integers: Vec<i64> = match value.dtype {
        DType::F32 => return Some(Tensor { shape, values: floats(FloatType::F32, contents) }),
        DType::F16 => return Some(Tensor { shape, values: floats(FloatType::F16, contents) }),
        DType::I8 => contents.iter().map(|&byte| i64::from(byte as i8)).collect(),
        DType::U8 => contents.iter().map(|&byte| i64::from(byte)).collect(),
        DType::I32 => arena::cast::<i32>(contents).ok()?.iter().map(|&value| i64::from(value)).collect(),
        DType::I64 => arena::cast::<i64>(contents).ok()?.to_vec(),
        _ => return None,
    };
    let affine = value.quantization.affine()?;
    let behind: usize = shape.get(affine.axis + 1..).unwrap_or_default().iter().product();
    let pairs = affine.scales.len().min(affine.zero_points.len()).max(1);
    let at = |index: usize| if pairs == 1 { 0 } else { index / behind.max(1) % pairs };
    let values = integers.iter().enumerate();
    let values = values.map(|(index, value)| {
        let pair = at(index);
        let zero_point = affine.zero_points.get(pair).copied().unwrap_or(0);
        let scale = affine.scales.get(pair).copied().unwrap_or(1.0);
        (value.wrapping_sub(i64::from(zero_point))) as f32 * scale
    });
    Some(Tensor { shape, values: values.collect() })
}

/// How the model pads: PyTorch's way shows as padding that is not less before than behind.
fn padding(graph: &Graph) -> Padding {
    let is_pad = |node: &Node| node.op.is(BuiltinOperator::PAD) || node.op.is(BuiltinOperator::PADV2);
    let pads = graph.nodes().filter(|(_, node)| is_pad(node)).filter_map(|(_, node)| {
        let value = graph.value(node.input(1)?);
        let contents = value.constant.as_ref().filter(|_| value.dtype == DType::I32)?;
        let list = arena::cast::<i32>(contents).ok()?;
        Some((*list.get(2)?, *list.get(3)?))
    });
    let mut pads = pads.filter(|&(before, behind)| before + behind > 0);
    if pads.any(|(before, behind)| before >= behind) { Padding::Symmetric } else { Padding::Same }
}

/// Whether something is computed ahead of the first convolution.
fn has_scaled_pixels(graph: &Graph) -> bool {
    const SCALING: &[BuiltinOperator] =
        &[BuiltinOperator::MUL, BuiltinOperator::ADD, BuiltinOperator::SUB, BuiltinOperator::DIV];
    let ahead = graph.nodes().take_while(|(_, node)| !node.op.is(BuiltinOperator::CONV_2D));
    ahead.into_iter().any(|(_, node)| SCALING.iter().any(|&operator| node.op.is(operator)))
}

/// Takes the weights of layers in order; what the model lacks is random.
fn take(network: &Network, arch: &Arch, products: Vec<Product>, report: &mut ImportReport) -> Weights {
    let mut weights = network.initialize(0);
    let mut left: Vec<Option<Product>> = products.into_iter().map(Some).collect();
    for (index, layer) in network.layers.iter().enumerate() {
        let own = network.weights_of(index);
        let Some(kernel) = own.iter().find(|weight| weight.role == Role::Kernel) else { continue };
        let is_depthwise = matches!(layer.kind, Kind::Conv(conv) if conv.depthwise);
        let is_of_one_channel = network.in_channels(index) == 1 && !is_depthwise;
        left.iter_mut().flatten().filter(|_| is_of_one_channel).for_each(Product::make_standard);
        let fits = |product: &&mut Option<Product>| {
            product.as_ref().is_some_and(|product| {
                product.is_depthwise == is_depthwise
                    && without_ones(&product.kernel.shape) == without_ones(&kernel.shape)
            })
        };
        let Some(product) = left.iter_mut().find(fits).and_then(Option::take) else {
            report.missing.extend(own.into_iter().map(|weight| weight.name));
            continue;
        };
        let out = layer.output[2];
        let bias = product.bias.filter(|bias| bias.values.len() == out).map(|bias| bias.values);
        let mut bias = bias.unwrap_or_else(|| vec![0.0; out]);
        let is_gate = matches!(layer.kind, Kind::Dense(dense) if dense.activation == Activation::HardSigmoid);
        if is_gate && product.activation == Activation::Relu6 {
            // The 3 of relu6(x + 3) / 6 became part of the bias.
            bias.iter_mut().for_each(|bias| *bias -= 3.0);
        }
        for weight in own {
            let values = match weight.role {
                Role::Kernel => product.kernel.values.clone(),
                Role::Bias | Role::Beta => bias.clone(),
                Role::Gamma => vec![1.0; out],
                Role::Mean => vec![0.0; out],
                Role::Variance => vec![1.0 - arch.norm.epsilon; out],
            };
            report.matched += 1;
            weights.insert(weight.name, Tensor { shape: weight.shape, values });
        }
    }
    report.unexpected = left.into_iter().flatten().map(|product| product.name).collect();
    weights
}

fn without_ones(shape: &[usize]) -> Vec<usize> {
    shape.iter().copied().filter(|&size| size != 1).collect()
}
