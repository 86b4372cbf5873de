//! The graph with each operator in its form, and QUANTIZE and DEQUANTIZE where forms meet.

use std::collections::{BTreeMap, HashMap};

use featherlite_base::{DType, Quantization};
use featherlite_ir::{Code, Graph, Node, NodeId, Op, Value, ValueId};
use featherlite_schema::BuiltinOperator;
use featherlite_schema::owned::BuiltinOptions;

use super::constants::{self, Weights};
use super::form::{self, is_float};
use super::scales::{Integer, Scales, constant_range, levels};
use super::{Border, Form, Layer, Options};
use crate::params::{Levels, Params};
use crate::recipe::Grain;
use crate::rules::{self, Sharing};
use crate::weights::halves;
use crate::{Error, ErrorKind, Result};

/// The graph in its new form, and for values of the old one those that stand for them in it.
pub(super) fn rewrite(
    graph: &Graph,
    layers: &BTreeMap<NodeId, &Layer>,
    scales: &Scales,
    options: &Options,
) -> Result<(Graph, BTreeMap<ValueId, ValueId>)> {
    let mut rewriter = Rewriter::new(graph, scales, options);
    rewriter.inputs()?;
    for (id, node) in graph.nodes() {
        let Some(layer) = layers.get(&id) else { continue };
        match layer.form {
            Form::Unchanged => rewriter.unchanged(node),
            Form::Float16 => rewriter.halves(node),
            Form::WeightOnly(dtype) => rewriter.weight_only(node, layer, dtype),
            Form::Dynamic(dtype) => rewriter.dynamic(node, layer, dtype),
            Form::Integer { activations, weights } => rewriter.integer(node, layer, activations, weights),
        }
        .map_err(|error| {
            Error::new(error.kind(), format!("node {:?} ({}): {error}", node.name, layer.operator))
        })?;
    }
    rewriter.outputs()?;
    let values = rewriter.values();
    Ok((rewriter.graph, values))
}

/// A form of a value, as a key: type, bits of the scale, zero point.
type FormKey = (ValueId, DType, u32, i32);

struct Rewriter<'a> {
    source: &'a Graph,
    scales: &'a Scales,
    options: &'a Options,
    /// What is being made. The source's values keep their numbers in it.
    graph: Graph,
    /// The integer form in which each value is computed or given.
    computed: BTreeMap<ValueId, (ValueId, Integer)>,
    /// All integer forms of values there are.
    forms: HashMap<FormKey, ValueId>,
    /// Values that have been computed as floats or expanded to floats.
    floats: BTreeMap<ValueId, bool>,
    /// Constants that have been stored in another form, by how.
    stored: HashMap<(ValueId, String), ValueId>,
}

impl<'a> Rewriter<'a> {
    fn new(source: &'a Graph, scales: &'a Scales, options: &'a Options) -> Self {
        let mut graph = Graph::new(&source.name);
        graph.share_open_sizes(source);
        for (_, value) in source.values() {
            graph.add_value(value.clone());
        }
        (graph.inputs, graph.outputs) = (source.inputs.clone(), source.outputs.clone());
        let (computed, floats) = (BTreeMap::new(), BTreeMap::new());
        Self {
            source,
            scales,
            options,
            graph,
            computed,
            forms: HashMap::new(),
            floats,
            stored: HashMap::new(),
        }
    }

    /// The source's values, each with what it became: its integer form if it has one.
    fn values(&self) -> BTreeMap<ValueId, ValueId> {
        self.source
            .values()
            .map(|(id, _)| (id, self.computed.get(&id).map_or(id, |(value, _)| *value)))
            .collect()
    }

    /// Gives the inputs the types that were asked for.
    fn inputs(&mut self) -> Result<()> {
        let Border::Integer(dtype) = self.options.inputs else { return Ok(()) };
        for (position, &input) in self.source.inputs.iter().enumerate() {
            if !is_float(self.source, input) {
                continue;
            }
            let name = self.graph.value(input).name.clone();
            let form = self.scales.form(input);
            let (form, outer) =
                bordering(form, dtype).ok_or_else(|| no_border("input", &name, form, dtype))?;
            let outer_value = self.integer_value(input, outer, &name);
            self.graph.inputs[position] = outer_value;
            let value = if outer == form { outer_value } else { self.convert(outer_value, input, form) };
            self.computed(input, value, form);
            self.graph.value_mut(input).name = format!("{name}/float");
        }
        Ok(())
    }

    /// Has the outputs computed in the types that were asked for.
    fn outputs(&mut self) -> Result<()> {
        for (position, &output) in self.source.outputs.iter().enumerate() {
            if !is_float(self.source, output) || self.source.value(output).constant.is_some() {
                continue;
            }
            let name = self.source.value(output).name.clone();
            let computed = self.computed.get(&output).copied();
            let outer = match (self.options.outputs, computed) {
                (Border::Float, None) => continue,
                (Border::Float, Some(_)) => self.float(output)?,
                (Border::Integer(dtype), computed) => {
                    let form = computed.map(|(_, form)| form);
                    let (form, outer) =
                        bordering(form, dtype).ok_or_else(|| no_border("output", &name, form, dtype))?;
                    let value = computed.map_or(output, |(value, _)| value);
                    if outer == form { value } else { self.convert(value, output, outer) }
                }
            };
            self.graph.outputs[position] = outer;
            if outer != output {
                self.graph.value_mut(output).name = format!("{name}/float");
                if let Some((value, _)) = computed.filter(|(value, _)| *value != outer) {
                    self.graph.value_mut(value).name = format!("{name}/integer");
                }
                self.graph.value_mut(outer).name = name;
            }
        }
        Ok(())
    }

    fn unchanged(&mut self, node: &Node) -> Result<()> {
        let inputs = node.inputs.iter().map(|input| input.map(|input| self.float(input)).transpose());
        let inputs = inputs.collect::<Result<Vec<_>>>()?;
        self.push_float(node, node.op.clone(), inputs);
        Ok(())
    }

    /// Adds a node whose results are as before.
    fn push_float(&mut self, node: &Node, op: Op, inputs: Vec<Option<ValueId>>) {
        self.floats.extend(node.outputs.iter().map(|&output| (output, true)));
        self.graph.push(Node { op, inputs, ..node.clone() });
    }

    fn halves(&mut self, node: &Node) -> Result<()> {
        let mut inputs = Vec::with_capacity(node.inputs.len());
        for &input in &node.inputs {
            let Some(input) = input else {
                inputs.push(None);
                continue;
            };
            let is_constant = is_float(self.source, input) && self.source.value(input).constant.is_some();
            inputs.push(Some(if is_constant { self.half(input)? } else { self.float(input)? }));
        }
        self.push_float(node, node.op.clone(), inputs);
        Ok(())
    }

    /// A constant stored in half precision and expanded; as it is if a value is too large for that.
    fn half(&mut self, input: ValueId) -> Result<ValueId> {
        let key = (input, "half".to_owned());
        if let Some(&value) = self.stored.get(&key) {
            return Ok(value);
        }
        let elements = constants::floats(self.source, input).unwrap_or_default();
        let (bytes, beyond) = halves(elements, false);
        if beyond > 0 {
            self.stored.insert(key, input);
            return Ok(input);
        }
        let like = self.source.value(input);
        let mut stored = constants::constant(like, DType::F16, bytes, Quantization::None)?;
        stored.name = format!("{}/half", like.name);
        let value = self.expand(input, stored);
        self.stored.insert(key, value);
        Ok(value)
    }

    /// A stored constant behind a DEQUANTIZE, in place of `input`.
    fn expand(&mut self, input: ValueId, stored: Value) -> ValueId {
        let like = self.source.value(input);
        let expanded = Value { constant: None, ..like.clone() };
        let (name, stored) = (like.name.clone(), self.graph.add_value(stored));
        let expanded = self.graph.add_value(expanded);
        self.graph.push(Node::new(name, Op::builtin(BuiltinOperator::DEQUANTIZE), &[stored], &[expanded]));
        expanded
    }

    fn weight_only(&mut self, node: &Node, layer: &Layer, dtype: DType) -> Result<()> {
        let mut inputs = self.float_inputs(node)?;
        if let Some((index, value, axis)) = self.weights(node) {
            let weights = Weights::new(value, dtype, axis, layer.scheme, self.options.rounding.get(&value));
            let key = (value, format!("expanded {dtype} {:?}", weights.granularity));
            let expanded = match self.stored.get(&key) {
                Some(&expanded) => expanded,
                None => {
                    let integers = weights.integers(self.source, None)?;
                    let mut stored = weights.store(self.source, &integers)?;
                    stored.name = format!("{}/integers", stored.name);
                    let expanded = self.expand(value, stored);
                    self.stored.insert(key, expanded);
                    expanded
                }
            };
            inputs[index] = Some(expanded);
        }
        self.push_float(node, node.op.clone(), inputs);
        Ok(())
    }

    fn dynamic(&mut self, node: &Node, layer: &Layer, dtype: DType) -> Result<()> {
        let mut inputs = self.float_inputs(node)?;
        if let Some((index, value, axis)) = self.weights(node) {
            let mut scheme = layer.scheme;
            if node.op.is(BuiltinOperator::BATCH_MATMUL) {
                scheme.grain = Grain::Tensor;
            }
            let weights = Weights::new(value, dtype, axis, scheme, self.options.rounding.get(&value));
            let key = (value, format!("{dtype} {:?} {:?}", weights.granularity, scheme.grain));
            let stored = match self.stored.get(&key) {
                Some(&stored) => stored,
                None => {
                    let stored = self.dynamic_weights(node, &weights, scheme.grain)?;
                    let stored = self.graph.add_value(stored);
                    self.stored.insert(key, stored);
                    stored
                }
            };
            inputs[index] = Some(stored);
        }
        let mut op = node.op.clone();
        quantize_inputs_asymmetrically(&mut op);
        self.push_float(node, op, inputs);
        Ok(())
    }

    fn dynamic_weights(&mut self, node: &Node, weights: &Weights<'_>, grain: Grain) -> Result<Value> {
        if let Grain::Block(block) = grain
            && node.op.is(BuiltinOperator::FULLY_CONNECTED)
            && let Some(stored) = weights.store_blocks(&mut self.graph, self.source, block)?
        {
            return Ok(stored);
        }
        weights.store(self.source, &weights.integers(self.source, None)?)
    }

    /// The weights of a node: which input, the constant, and the dimension of the channels.
    fn weights(&self, node: &Node) -> Option<(usize, ValueId, usize)> {
        let Code::Builtin(code) = node.op.code else { return None };
        let (index, value) = form::weights(self.source, node, code)?;
        Some((index, value, rules::weighted(code).map_or(0, |roles| roles.axis)))
    }

    fn float_inputs(&mut self, node: &Node) -> Result<Vec<Option<ValueId>>> {
        node.inputs.iter().map(|input| input.map(|input| self.float(input)).transpose()).collect()
    }

    fn integer(
        &mut self,
        node: &Node,
        layer: &Layer,
        activations: DType,
        weights: Option<DType>,
    ) -> Result<()> {
        let Code::Builtin(code) = node.op.code else { return self.unchanged(node) };
        let inputs = match rules::weighted(code) {
            Some(roles) => {
                self.weighted_inputs(node, layer, activations, weights.unwrap_or(DType::I8), roles)?
            }
            None => self.plain_inputs(node, code, activations)?,
        };
        let mut outputs = Vec::with_capacity(node.outputs.len());
        for &output in &node.outputs {
            match self.scales.form(output) {
                Some(form) if is_float(self.source, output) => {
                    let name = self.source.value(output).name.clone();
                    let value = self.integer_value(output, form, &name);
                    self.computed(output, value, form);
                    outputs.push(value);
                }
                _ => outputs.push(output),
            }
        }
        self.graph.push(Node { inputs, outputs, ..node.clone() });
        Ok(())
    }

    /// Inputs of an operator that does not distinguish weights.
    fn plain_inputs(
        &mut self,
        node: &Node,
        code: BuiltinOperator,
        dtype: DType,
    ) -> Result<Vec<Option<ValueId>>> {
        let shared = match rules::sharing(code) {
            Sharing::Free => None,
            Sharing::Moves | Sharing::Joins => {
                node.outputs.first().and_then(|&output| self.scales.form(output))
            }
        };
        let mut inputs = Vec::with_capacity(node.inputs.len());
        for &input in &node.inputs {
            let Some(input) = input else {
                inputs.push(None);
                continue;
            };
            inputs.push(Some(if !is_float(self.source, input) {
                self.float(input)?
            } else if let Some(range) = constant_range(self.source, input) {
                let is_matrix = code == BuiltinOperator::BATCH_MATMUL && dtype == DType::I8;
                let usual = if is_matrix { Levels::WEIGHTS_INT8 } else { levels(dtype) };
                let form = shared.unwrap_or_else(|| Integer { dtype, params: usual.params(range) });
                let value = constants::activation(self.source, input, form)?;
                self.graph.add_value(value)
            } else {
                let form = shared.or_else(|| self.scales.form_in(input, dtype));
                self.integer_form(input, form.ok_or_else(|| self.no_form(input))?)?
            }));
        }
        Ok(inputs)
    }

    fn weighted_inputs(
        &mut self,
        node: &Node,
        layer: &Layer,
        activations: DType,
        dtype: DType,
        roles: rules::Weighted,
    ) -> Result<Vec<Option<ValueId>>> {
        let mut inputs = node.inputs.clone();
        let (Some(data), Some(value)) = (node.input(roles.data), node.input(roles.weights)) else {
            return Err(Error::new(ErrorKind::Model, "an input is absent"));
        };
        let form = self.scales.form_in(data, activations).ok_or_else(|| self.no_form(data))?;
        inputs[roles.data] = Some(self.integer_form(data, form)?);
        let bias = node.input(roles.bias);
        let elements = bias.and_then(|bias| constants::floats(self.source, bias));
        let least = elements.map(|elements| constants::least_scales(elements, form.params.scale));
        let weights = Weights::new(value, dtype, roles.axis, layer.scheme, self.options.rounding.get(&value));
        let integers = weights.integers(self.source, least.as_deref())?;
        let stored = weights.store(self.source, &integers)?;
        inputs[roles.weights] = Some(self.graph.add_value(stored));
        if let Some(bias) = bias {
            let dtype = if activations == DType::I16 { DType::I64 } else { DType::I32 };
            let stored = constants::bias(self.source, bias, dtype, form.params.scale, &integers.scales)?;
            inputs[roles.bias] = Some(self.graph.add_value(stored));
        }
        Ok(inputs)
    }

    fn no_form(&self, value: ValueId) -> Error {
        let name = &self.source.value(value).name;
        Error::new(ErrorKind::Internal, format!("{name:?} has no integer form"))
    }

    /// A value as floats, dequantized if it is computed in integers.
    fn float(&mut self, value: ValueId) -> Result<ValueId> {
        let Some(&(integer, _)) = self.computed.get(&value) else { return Ok(value) };
        if self.floats.insert(value, true).is_some() {
            return Ok(value);
        }
        let name = self.source.value(value).name.clone();
        if !self.source.is_output(value) {
            self.graph.value_mut(value).name = format!("{name}/float");
        } else if self.options.outputs == Border::Float {
            self.graph.value_mut(integer).name = format!("{name}/integer");
        }
        self.graph.push(Node::new(name, Op::builtin(BuiltinOperator::DEQUANTIZE), &[integer], &[value]));
        Ok(value)
    }

    /// A value in an integer form, quantized or requantized if it is not computed so.
    fn integer_form(&mut self, value: ValueId, form: Integer) -> Result<ValueId> {
        if let Some(&found) = self.forms.get(&key(value, form)) {
            return Ok(found);
        }
        let from = self.computed.get(&value).map_or(value, |(computed, _)| *computed);
        Ok(self.convert(from, value, form))
    }

    /// Adds a QUANTIZE from a form of a value to another.
    fn convert(&mut self, from: ValueId, value: ValueId, form: Integer) -> ValueId {
        let name = self.source.value(value).name.clone();
        let to = self.integer_value(value, form, &format!("{name}/{}", form.dtype.name().to_lowercase()));
        self.graph.push(Node::new(name, Op::builtin(BuiltinOperator::QUANTIZE), &[from], &[to]));
        self.forms.insert(key(value, form), to);
        to
    }

    fn computed(&mut self, value: ValueId, integer: ValueId, form: Integer) {
        self.computed.insert(value, (integer, form));
        self.forms.insert(key(value, form), integer);
    }

    /// A new value in an integer form of one of the source.
    fn integer_value(&mut self, like: ValueId, form: Integer, name: &str) -> ValueId {
        let like = self.source.value(like);
        let value = Value {
            name: name.to_owned(),
            dtype: form.dtype,
            quantization: form.params.into(),
            constant: None,
            ..like.clone()
        };
        self.graph.add_value(value)
    }
}

fn key(value: ValueId, form: Integer) -> FormKey {
    (value, form.dtype, form.params.scale.to_bits(), form.params.zero_point)
}

/// The form of a value at the border, and that of an input or output of type `dtype` that stands for it: itself, or the same
/// numbers as UINT8. `None` if there is no such form.
fn bordering(form: Option<Integer>, dtype: DType) -> Option<(Integer, Integer)> {
    let form = form?;
    if form.dtype == DType::I8 && dtype == DType::U8 {
        let params = Params { zero_point: form.params.zero_point + 128, ..form.params };
        return Some((form, Integer { dtype, params }));
    }
    (form.dtype == dtype).then_some((form, form))
}

fn no_border(what: &str, name: &str, form: Option<Integer>, dtype: DType) -> Error {
    let why = match form {
        Some(form) => format!("the operators there compute in {}", form.dtype),
        None => "the operators there compute in floating point".to_owned(),
    };
    Error::new(ErrorKind::Unsupported, format!("{what} {name:?} can not be {dtype}: {why}"))
}

/// Has an operator quantize its inputs with zero points during the run, as TensorFlow's converter does.
fn quantize_inputs_asymmetrically(op: &mut Op) {
    match &mut op.options {
        Some(BuiltinOptions::FullyConnectedOptions(options)) => options.asymmetric_quantize_inputs = true,
        Some(BuiltinOptions::BatchMatMulOptions(options)) => options.asymmetric_quantize_inputs = true,
        _ => {}
    }
}
