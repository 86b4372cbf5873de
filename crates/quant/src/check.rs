//! Whether a written file is what was asked for.

use bytes::Bytes;
use featherlite_base::{DType, F16, Quantization};
use featherlite_convert::import::tflite;
use featherlite_ir::{Code, Graph, Model, Node, Value, ValueId};
use featherlite_schema::BuiltinOperator;

use crate::quantize::constants::floats;
use crate::quantize::{Border, Form, Layer, Options, Quantized, is_float, weights};
use crate::recipe::Grain;
use crate::rules;
use crate::{Error, ErrorKind, Result};

/// Reads a file that was made of a quantized network, and holds each of its operators against the form that the network's
/// layers are said to have, its inputs and outputs against `options`. `source` is the network before.
///
/// # Errors
/// If something is not as it was asked; that is a defect of Featherlite.
pub fn check(source: &Model, quantized: &Quantized, options: &Options, file: Bytes) -> Result<()> {
    let written = tflite::from_bytes(file)?;
    let (before, planned, now) = (&source.graphs[0], &quantized.model.graphs[0], &written.graphs[0]);
    if planned.node_count() != now.node_count() {
        return Err(wrong("the file", "has another number of operators"));
    }
    let nodes: Vec<&Node> = now.nodes().map(|(_, node)| node).collect();
    for layer in quantized.layers.iter().filter(|layer| layer.has_floats) {
        let output = before.node(layer.node).outputs.first();
        let value = output.and_then(|output| quantized.values.get(output));
        let producer = value.and_then(|&value| planned.producer(value));
        let node = producer.and_then(|node| planned.position(node)).and_then(|position| nodes.get(position));
        let node = node.ok_or_else(|| wrong(&layer.name, "is missing"))?;
        Written { before, now, layer, node }.check()?;
    }
    border("input", before, &before.inputs, now, &now.inputs, options.inputs)?;
    border("output", before, &before.outputs, now, &now.outputs, options.outputs)?;
    if options.integers_only { integers_only(now) } else { Ok(()) }
}

fn wrong(name: &str, what: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Internal, format!("the written file is not as asked: {name:?} {what}"))
}

/// An operator before, and in the file.
struct Written<'a> {
    before: &'a Graph,
    now: &'a Graph,
    layer: &'a Layer,
    node: &'a Node,
}

impl Written<'_> {
    fn check(&self) -> Result<()> {
        let source = self.before.node(self.layer.node);
        if source.op.code != self.node.op.code {
            return Err(self.wrong(format!("is {}", self.node.op.name())));
        }
        for (index, (&before, &now)) in source.inputs.iter().zip(&self.node.inputs).enumerate() {
            let (Some(before), Some(now)) = (before, now) else { continue };
            if is_float(self.before, before) {
                self.input(index, before, now)?;
            }
        }
        let activations = match self.layer.form {
            Form::Integer { activations, .. } => activations,
            _ => DType::F32,
        };
        for (&before, &now) in source.outputs.iter().zip(&self.node.outputs) {
            if is_float(self.before, before) {
                self.has(now, activations)?;
            }
        }
        Ok(())
    }

    fn input(&self, index: usize, before: ValueId, now: ValueId) -> Result<()> {
        let source = self.before.node(self.layer.node);
        let Code::Builtin(code) = source.op.code else { return self.has(now, DType::F32) };
        let are_weights = weights(self.before, source, code).is_some_and(|(input, _)| input == index);
        match self.layer.form {
            Form::Integer { activations, weights } => {
                let roles = rules::weighted(code);
                if roles.is_some_and(|roles| roles.weights == index) {
                    return self.weights(now, weights.unwrap_or(DType::I8));
                }
                let is_bias = roles.is_some_and(|roles| roles.bias == index);
                let sums = if activations == DType::I16 { DType::I64 } else { DType::I32 };
                self.has(now, if is_bias { sums } else { activations })
            }
            Form::Dynamic(dtype) if are_weights => self.weights(now, dtype),
            Form::WeightOnly(dtype) if are_weights => self.weights(self.expanded(now)?, dtype),
            Form::Float16
                if self.before.value(before).constant.is_some() && fits_half(self.before, before) =>
            {
                self.has(self.expanded(now)?, DType::F16)
            }
            _ => self.has(now, DType::F32),
        }
    }

    /// Whether constants are of a type, with scales as the scheme says.
    fn weights(&self, value: ValueId, dtype: DType) -> Result<()> {
        self.has(value, dtype)?;
        let stored = self.now.value(value);
        let code = &self.node.op.code;
        let is_tensor_only = *code == Code::Builtin(BuiltinOperator::BATCH_MATMUL);
        match (&stored.quantization, self.layer.scheme.grain) {
            (Quantization::Affine(affine), Grain::Channel) if !is_tensor_only => {
                let channels = stored.fixed_shape().and_then(|shape| shape.get(affine.axis).copied());
                match channels == Some(affine.scales.len()) {
                    true => Ok(()),
                    false => Err(self.wrong(format!("has {} scales of weights", affine.scales.len()))),
                }
            }
            (Quantization::Affine(affine), Grain::Tensor) if affine.scales.len() != 1 => {
                Err(self.wrong("has weights with several scales"))
            }
            (Quantization::None, _) => Err(self.wrong("has weights without a scale")),
            _ => Ok(()),
        }
    }

    /// What a DEQUANTIZE expands to a value.
    fn expanded(&self, value: ValueId) -> Result<ValueId> {
        let producer = self.now.producer(value).map(|node| self.now.node(node));
        let stored = producer.filter(|node| node.op.is(BuiltinOperator::DEQUANTIZE));
        stored
            .and_then(|node| node.input(0))
            .ok_or_else(|| self.wrong("has constants that are not stored small"))
    }

    fn has(&self, value: ValueId, dtype: DType) -> Result<()> {
        let value = self.now.value(value);
        match value.dtype == dtype && is_quantized(value) == is_integer(dtype) {
            true => Ok(()),
            false => Err(self.wrong(format!("has {:?} in {}, not {dtype}", value.name, value.dtype))),
        }
    }

    fn wrong(&self, what: impl std::fmt::Display) -> Error {
        wrong(&self.layer.name, format!("({}, to be {}) {what}", self.layer.operator, self.layer.form))
    }
}

fn is_quantized(value: &Value) -> bool {
    value.quantization != Quantization::None
}

fn is_integer(dtype: DType) -> bool {
    !matches!(dtype, DType::F32 | DType::F16)
}

fn fits_half(graph: &Graph, value: ValueId) -> bool {
    let elements = floats(graph, value).unwrap_or_default();
    elements.iter().all(|&element| !element.is_finite() || F16::from_f32(element).to_f32().is_finite())
}

/// Whether inputs or outputs of the graph have the types that were asked for.
fn border(
    what: &str,
    before: &Graph,
    sources: &[ValueId],
    now: &Graph,
    values: &[ValueId],
    wanted: Border,
) -> Result<()> {
    if sources.len() != values.len() {
        return Err(wrong(what, format!("is there {} times, not {}", values.len(), sources.len())));
    }
    for (&source, &value) in sources.iter().zip(values) {
        let (source, value) = (before.value(source), now.value(value));
        let dtype = match wanted {
            Border::Integer(dtype) if source.dtype == DType::F32 && source.constant.is_none() => dtype,
            _ => source.dtype,
        };
        if value.dtype != dtype {
            return Err(wrong(&value.name, format!("is an {what} of {}, not {dtype}", value.dtype)));
        }
    }
    Ok(())
}

/// Whether nothing but QUANTIZE and DEQUANTIZE reads or gives floats.
fn integers_only(graph: &Graph) -> Result<()> {
    let borders = [BuiltinOperator::QUANTIZE, BuiltinOperator::DEQUANTIZE];
    for (_, node) in graph.nodes().filter(|(_, node)| !borders.iter().any(|&code| node.op.is(code))) {
        let mut values = node.inputs.iter().flatten().chain(&node.outputs);
        if let Some(&value) = values.find(|&&value| graph.value(value).dtype == DType::F32) {
            return Err(wrong(
                &node.name,
                format!("computes with {:?} in floating point", graph.value(value).name),
            ));
        }
    }
    Ok(())
}
