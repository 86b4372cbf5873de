//! Graphs to `.tflite` models.

use std::collections::{BTreeSet, HashMap, HashSet};

use bytes::Bytes;
use featherlite_base::{DType, Quantization};
use featherlite_ir::{Code, Contents, Graph, Model, Node, Op, Value, ValueId};
use featherlite_ops::core::Operator;
use featherlite_schema::{TensorType, owned};

use crate::infer::{operator, operator_code, operator_table};
use crate::{Error, Result, versions};

/// The name under which files say what wrote them.
const DESCRIPTION: &str = "Featherlite converted.";

/// The model as a file that can still be changed. Contents of constants are borrowed.
///
/// # Errors
/// If an operator does not take the types that a node has, or the model is too large for the format.
pub fn export(model: &Model) -> Result<owned::Model<'_>> {
    let mut exporter = Exporter::default();
    exporter.file.description = match model.description.is_empty() {
        true => DESCRIPTION.to_owned(),
        false => model.description.clone(),
    };
    for (index, graph) in model.graphs.iter().enumerate() {
        let mut subgraph = exporter.graph(graph)?;
        if index > 0 && model.signatures.iter().all(|signature| signature.graph != index) {
            drop_scope(&mut subgraph);
        }
        tell_apart(&mut subgraph);
        exporter.file.subgraphs.push(subgraph);
    }
    exporter.signatures(model);
    for (name, contents) in &model.metadata {
        exporter.metadata(name, contents);
    }
    let version = versions::min_runtime_version(&exporter.file);
    exporter.metadata_owned("min_runtime_version", version);
    Ok(exporter.file)
}

/// The bytes of the `.tflite` file.
///
/// # Errors
/// As [`export`].
pub fn to_bytes(model: &Model) -> Result<Vec<u8>> {
    Ok(export(model)?.write()?)
}

#[derive(Default)]
struct Exporter<'m> {
    file: owned::Model<'m>,
    codes: HashMap<(String, i32), u32>,
    buffers: HashMap<Contents<'m>, u32>,
    /// For each graph, the tensor that each value became.
    tensors: Vec<HashMap<ValueId, i32>>,
}

impl<'m> Exporter<'m> {
    fn graph(&mut self, graph: &'m Graph) -> Result<owned::SubGraph> {
        let mut subgraph = owned::SubGraph { name: graph.name.clone(), ..owned::SubGraph::default() };
        let mut tensors = HashMap::new();
        for &value in &graph.inputs {
            self.tensor(graph, value, &mut subgraph, &mut tensors);
        }
        for (_, node) in graph.nodes() {
            for &value in node.inputs.iter().flatten().chain(&node.outputs).chain(&node.intermediates) {
                self.tensor(graph, value, &mut subgraph, &mut tensors);
            }
            let operator = self
                .operator(graph, node, &tensors)
                .map_err(|error| error.at(format!("node {:?} ({})", node.name, node.op.name())))?;
            subgraph.operators.push(operator);
        }
        for &value in &graph.outputs {
            self.tensor(graph, value, &mut subgraph, &mut tensors);
        }
        let indices = |values: &[ValueId]| values.iter().map(|value| tensors[value]).collect();
        subgraph.inputs = indices(&graph.inputs);
        subgraph.outputs = indices(&graph.outputs);
        self.tensors.push(tensors);
        Ok(subgraph)
    }

    fn tensor(
        &mut self,
        graph: &'m Graph,
        id: ValueId,
        subgraph: &mut owned::SubGraph,
        tensors: &mut HashMap<ValueId, i32>,
    ) {
        if tensors.contains_key(&id) {
            return;
        }
        let value = graph.value(id);
        if let Quantization::Blockwise(blockwise) = &value.quantization {
            let parts = [Some(blockwise.scales), blockwise.zero_points];
            let parts = parts.into_iter().flatten().filter_map(|index| graph.values().nth(index));
            for (part, _) in parts {
                self.tensor(graph, part, subgraph, tensors);
            }
        }
        let shape = value.shape.as_deref();
        let sizes = |open: i32| -> Vec<i32> {
            shape.unwrap_or_default().iter().map(|dim| dim.size().map_or(open, |size| size as i32)).collect()
        };
        let is_open = shape.is_some_and(|shape| shape.iter().any(|dim| dim.size().is_none()));
        let lookup = |index: usize| {
            let (part, _) = graph.values().nth(index)?;
            tensors.get(&part).copied()
        };
        let tensor = owned::Tensor {
            name: name(value).to_owned(),
            shape: sizes(1),
            shape_signature: is_open.then(|| sizes(-1)),
            has_rank: shape.is_some(),
            type_: TensorType(value.dtype as i8),
            buffer: self.buffer(value),
            quantization: quantization(&value.quantization, &lookup),
            is_variable: value.is_variable,
            ..owned::Tensor::default()
        };
        tensors.insert(id, subgraph.tensors.len() as i32);
        subgraph.tensors.push(tensor);
    }

    /// The buffer of a constant; equal contents share one.
    fn buffer(&mut self, value: &'m Value) -> u32 {
        let Some(contents) = &value.constant else { return 0 };
        if let Some(&buffer) = self.buffers.get(&Contents(contents)) {
            return buffer;
        }
        let buffer = self.file.add_buffer(&contents[..]);
        self.buffers.insert(Contents(contents), buffer);
        buffer
    }

    fn operator(
        &mut self,
        graph: &Graph,
        node: &Node,
        tensors: &HashMap<ValueId, i32>,
    ) -> Result<owned::Operator> {
        let version = version(graph, node)?;
        let mut inputs: Vec<i32> =
            node.inputs.iter().map(|input| input.map_or(-1, |id| tensors[&id])).collect();
        // An absent input at the end needs no place, but convolutions and products are read with one for the bias.
        while inputs.len() > 3 && inputs.last() == Some(&-1) && !keeps_absent(&node.op) {
            inputs.pop();
        }
        let outputs = node.outputs.iter().map(|output| tensors[output]).collect();
        let intermediates = node.intermediates.iter().map(|value| tensors[value]).collect();
        let opcode_index = self.code(&node.op, version);
        Ok(owned::Operator { opcode_index, inputs, outputs, intermediates, ..operator_table(&node.op) })
    }

    fn code(&mut self, op: &Op, version: i32) -> u32 {
        let codes = &mut self.file.operator_codes;
        *self.codes.entry((op.name(), version)).or_insert_with(|| {
            codes.push(operator_code(op, version));
            codes.len() as u32 - 1
        })
    }

    fn signatures(&mut self, model: &Model) {
        for signature in &model.signatures {
            let (graph, tensors) = (&model.graphs[signature.graph], &self.tensors[signature.graph]);
            let map = |names: &[String], values: &[ValueId]| {
                let pairs = names.iter().zip(values);
                pairs
                    .map(|(name, value)| owned::TensorMap {
                        name: name.clone(),
                        tensor_index: tensors[value] as u32,
                    })
                    .collect()
            };
            self.file.signature_defs.push(owned::SignatureDef {
                signature_key: signature.key.clone(),
                subgraph_index: signature.graph as u32,
                inputs: map(&signature.inputs, &graph.inputs),
                outputs: map(&signature.outputs, &graph.outputs),
            });
        }
    }

    fn metadata(&mut self, name: &str, contents: &'m Bytes) {
        let buffer = self.file.add_buffer(&contents[..]);
        self.file.metadata.push(owned::Metadata { name: name.to_owned(), buffer });
    }

    fn metadata_owned(&mut self, name: &str, contents: Vec<u8>) {
        if self.file.metadata.iter().any(|metadata| metadata.name == name) {
            return;
        }
        let buffer = self.file.add_buffer(contents);
        self.file.metadata.push(owned::Metadata { name: name.to_owned(), buffer });
    }
}

/// What a tensor is called. Shapes, axes and the like have no names in sources.
fn name(value: &Value) -> &str {
    let is_integer =
        matches!(value.dtype, DType::I32 | DType::I64) && value.quantization == Quantization::None;
    if is_integer && value.constant.is_some() { "constant" } else { &value.name }
}

/// Drops the scope that all tensors of a graph have in common.
fn drop_scope(subgraph: &mut owned::SubGraph) {
    let names = subgraph.tensors.iter().map(|tensor| tensor.name.as_str()).filter(|&name| name != "constant");
    let common = names.reduce(|common, name| {
        let same = common.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
        common.get(..same).unwrap_or_default()
    });
    let scope = common.and_then(|common| common.rfind('/')).map_or(0, |slash| slash + 1);
    for tensor in subgraph.tensors.iter_mut().filter(|tensor| tensor.name != "constant") {
        tensor.name.drain(..scope);
    }
}

/// Gives tensors of one name different ones, since tools know tensors by them. Inputs and outputs keep theirs.
fn tell_apart(subgraph: &mut owned::SubGraph) {
    let border = subgraph.inputs.iter().chain(&subgraph.outputs);
    let border: BTreeSet<usize> = border.filter_map(|&index| usize::try_from(index).ok()).collect();
    let mut taken: HashSet<String> =
        border.iter().map(|&index| subgraph.tensors[index].name.clone()).collect();
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for (index, tensor) in subgraph.tensors.iter_mut().enumerate() {
        if border.contains(&index) || tensor.name.is_empty() || taken.insert(tensor.name.clone()) {
            continue;
        }
        let number = numbers.entry(tensor.name.clone()).or_default();
        let mut name = String::new();
        while name.is_empty() || taken.contains(&name) {
            *number += 1;
            name = format!("{}_{number}", tensor.name);
        }
        taken.insert(name.clone());
        tensor.name = name;
    }
}

/// Whether readers count on a fixed number of inputs.
fn keeps_absent(op: &Op) -> bool {
    use featherlite_schema::BuiltinOperator as B;
    matches!(
        op.code,
        Code::Builtin(
            B::UNIDIRECTIONAL_SEQUENCE_LSTM
                | B::BIDIRECTIONAL_SEQUENCE_LSTM
                | B::LSTM
                | B::SVDF
                | B::BIDIRECTIONAL_SEQUENCE_RNN
        )
    )
}

/// The version of a node's operator, if it takes the types that the node has.
fn version(graph: &Graph, node: &Node) -> Result<i32> {
    let Some(Operator::Defined(parts)) = operator(&node.op)? else { return Ok(1) };
    let dtype = |value: ValueId| graph.value(value).dtype;
    let inputs: Vec<Option<DType>> = node.inputs.iter().map(|input| input.map(dtype)).collect();
    let outputs: Vec<DType> = node.outputs.iter().map(|&output| dtype(output)).collect();
    let mut sigs = parts.iter().flat_map(|part| part.sigs);
    if sigs.any(|sig| sig.admits_types(inputs.iter().copied(), outputs.iter().copied())) {
        return versions::needed(graph, node);
    }
    let names = |types: &mut dyn Iterator<Item = Option<DType>>| {
        types.map(|dtype| dtype.map_or("absent", DType::name)).collect::<Vec<_>>().join(", ")
    };
    let (inputs, outputs) =
        (names(&mut inputs.iter().copied()), names(&mut outputs.iter().copied().map(Some)));
    Err(Error::unsupported(format!("no version takes ({inputs}) -> ({outputs})")))
}

/// Quantization as files have it; `tensor` is where the tensor of a value is.
pub(crate) fn quantization(
    quantization: &Quantization,
    tensor: &dyn Fn(usize) -> Option<i32>,
) -> Option<owned::QuantizationParameters> {
    match quantization {
        Quantization::None => None,
        Quantization::Affine(affine) => Some(owned::QuantizationParameters {
            scale: affine.scales.clone(),
            zero_point: affine.zero_points.iter().map(|&zero| i64::from(zero)).collect(),
            quantized_dimension: affine.axis as i32,
            ..Default::default()
        }),
        Quantization::Blockwise(blockwise) => Some(owned::QuantizationParameters {
            details: Some(
                owned::BlockwiseQuantization {
                    scales: tensor(blockwise.scales).unwrap_or(-1),
                    zero_points: blockwise.zero_points.and_then(tensor).unwrap_or(-1),
                    block_size: blockwise.block_size as i32,
                    ..Default::default()
                }
                .into(),
            ),
            ..Default::default()
        }),
    }
}
