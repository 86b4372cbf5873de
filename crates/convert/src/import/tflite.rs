//! `.tflite` itself, to optimize or quantize once more.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use featherlite_base::{Affine, Blockwise, DType, Quantization};
use featherlite_ir::{Dim, Graph, Model, Node, Op, Signature, Value, ValueId, aligned};
use featherlite_schema::owned::QuantizationDetails;
use featherlite_schema::{self as schema, BuiltinOperator, owned};

use super::{Options, file};
use crate::build::Size;
use crate::{Error, Result, build};

/// Reads a `.tflite` file. Contents of constants stay where the file is mapped. Of the options the choice of signatures and
/// the shapes of inputs mean something here.
///
/// # Errors
/// If it can not be read, is damaged, holds sparse constants, or lacks a signature.
pub fn import(path: &Path, options: &Options) -> Result<Model> {
    let import = || {
        let mut model = read(file::map(path)?, options)?;
        let keys: Vec<String> = model.signatures.iter().map(|signature| signature.key.clone()).collect();
        if let Some(missing) = options.signatures.iter().find(|key| !keys.contains(key)) {
            return Err(Error::argument(format!("there is no signature {missing:?}; there are {keys:?}")));
        }
        if !options.signatures.is_empty() {
            model.signatures.retain(|signature| options.signatures.contains(&signature.key));
        }
        Ok(model)
    };
    import().map_err(|error: Error| error.at(path.display()))
}

/// Reads a `.tflite` file in memory.
///
/// # Errors
/// As [`import`].
pub fn from_bytes(file: Bytes) -> Result<Model> {
    read(file, &Options::default())
}

fn read(file: Bytes, options: &Options) -> Result<Model> {
    let view = schema::Model::read(&file)?;
    let model = owned::Model::read(view)?;
    let mut reader = Reader { view, file: &file, model: &model, open_sizes: 0 };
    let graphs = model.subgraphs.iter().map(|subgraph| reader.graph(subgraph)).collect::<Result<Vec<_>>>()?;
    let signatures = signatures(&model)?;
    let metadata = model.metadata.iter().filter(|metadata| metadata.name != "min_runtime_version");
    let metadata = metadata.map(|metadata| Ok((metadata.name.clone(), reader.buffer(metadata.buffer)?)));
    let metadata = metadata.collect::<Result<Vec<_>>>()?;
    let mut imported = Model { graphs, signatures, description: model.description.clone(), metadata };
    imported.check().map_err(|error| Error::invalid(error.message()))?;
    state_shapes(&mut imported, options)?;
    // Called graphs come after those that call them, and must know their shapes before.
    (0..imported.graphs.len()).rev().try_for_each(|index| follow_shapes(&mut imported, index))?;
    Ok(imported)
}

/// Gives the inputs that signatures name, or those of the first graph, the shapes that the user asks for.
fn state_shapes(model: &mut Model, options: &Options) -> Result<()> {
    let called: BTreeSet<usize> =
        model.signatures.iter().map(|signature| signature.graph).chain([0]).collect();
    for index in called {
        let Some(graph) = model.graphs.get_mut(index) else { continue };
        let signatures: Vec<_> =
            model.signatures.iter().filter(|signature| signature.graph == index).collect();
        for (position, input) in graph.inputs.clone().into_iter().enumerate() {
            let value = graph.value(input);
            let own = value.name.clone();
            let named = signatures.iter().filter_map(|signature| signature.inputs.get(position));
            let names: Vec<&str> = named.map(String::as_str).chain([own.as_str()]).collect();
            let Some(dims) = value.shape.clone() else { continue };
            let declared = |(axis, dim): (usize, &Dim)| {
                dim.size().map_or_else(|| Size::Open(format!("{own}_{axis}")), Size::Fixed)
            };
            let declared: Vec<Size> = dims.iter().enumerate().map(declared).collect();
            let wanted = options.sizes(&names, Some(&declared), false)?;
            if wanted == declared {
                continue;
            }
            let open = |(axis, (size, dim)): (usize, (&Size, &Dim))| match size {
                Size::Fixed(size) => Dim::fixed(*size),
                Size::Open(_) if dim.size().is_none() => *dim,
                Size::Open(name) => graph.open_size(name, axis == 0),
            };
            let shape = wanted.iter().zip(&dims).enumerate().map(open).collect();
            graph.value_mut(input).shape = Some(shape);
        }
    }
    Ok(())
}

/// Replaces declared shapes by those that follow from the inputs, open sizes included. From here on every node is one that its
/// operator takes.
fn follow_shapes(model: &mut Model, index: usize) -> Result<()> {
    let nodes: Vec<_> = model.graphs[index].nodes().map(|(id, _)| id).collect();
    for id in nodes {
        let graph = &model.graphs[index];
        let node = graph.node(id);
        let outputs = node.outputs.iter().map(|&output| graph.value(output).clone()).collect();
        let found = build::complete(model, graph, &node.op, &node.inputs, outputs)
            .map_err(|error| error.at(format!("node {:?} ({})", node.name, node.op.name())))?;
        for (output, found) in node.outputs.clone().into_iter().zip(found) {
            let value = model.graphs[index].value_mut(output);
            let known = found.constant.map(|contents| [contents.clone(), contents]);
            (value.shape, value.trials) = (found.shape, found.trials.or(known));
        }
    }
    Ok(())
}

struct Reader<'a> {
    view: schema::Model<'a>,
    file: &'a Bytes,
    model: &'a owned::Model<'a>,
    open_sizes: usize,
}

impl Reader<'_> {
    fn buffer(&self, index: u32) -> Result<Bytes> {
        Ok(self.file.slice_ref(self.view.buffer_data(index)?))
    }

    fn graph(&mut self, subgraph: &owned::SubGraph) -> Result<Graph> {
        let mut graph = Graph::new(&subgraph.name);
        let mut ids = Vec::with_capacity(subgraph.tensors.len());
        for tensor in &subgraph.tensors {
            let value = self
                .value(&mut graph, tensor)
                .map_err(|error| error.at(format!("tensor {:?}", tensor.name)))?;
            ids.push(graph.add_value(value));
        }
        let id = |index: i32| {
            let found = usize::try_from(index).ok().and_then(|index| ids.get(index));
            found.copied().ok_or_else(|| Error::invalid(format!("tensor {index} does not exist")))
        };
        for operator in &subgraph.operators {
            let optional = |&index: &i32| if index < 0 { Ok(None) } else { id(index).map(Some) };
            let inputs = operator.inputs.iter().map(optional).collect::<Result<Vec<_>>>()?;
            let outputs = operator.outputs.iter().map(|&index| id(index)).collect::<Result<Vec<_>>>()?;
            let intermediates =
                operator.intermediates.iter().map(|&index| id(index)).collect::<Result<_>>()?;
            let name = outputs.first().map(|&output| graph.value(output).name.clone()).unwrap_or_default();
            let op = self.op(operator)?;
            for &output in &outputs {
                // Empty buffers of computed tensors say nothing.
                graph.value_mut(output).constant = None;
            }
            graph.push(Node { name, op, inputs, outputs, intermediates });
        }
        let list = |indices: &[i32]| indices.iter().map(|&index| id(index)).collect::<Result<Vec<ValueId>>>();
        graph.inputs = list(&subgraph.inputs)?;
        graph.outputs = list(&subgraph.outputs)?;
        for input in graph.inputs.clone() {
            graph.value_mut(input).constant = None;
        }
        Ok(graph)
    }

    fn value(&mut self, graph: &mut Graph, tensor: &owned::Tensor) -> Result<Value> {
        let code = tensor.type_.0;
        let dtype = u8::try_from(code).ok().and_then(DType::from_code);
        let dtype = dtype.ok_or_else(|| Error::unsupported(format!("element type {code} is not known")))?;
        if tensor.sparsity.is_some() {
            return Err(Error::unsupported("sparse constants are not read"));
        }
        let signature = tensor.shape_signature.as_ref().filter(|sizes| sizes.len() == tensor.shape.len());
        let mut shape = Vec::with_capacity(tensor.shape.len());
        for (axis, &size) in tensor.shape.iter().enumerate() {
            if signature.is_some_and(|sizes| sizes[axis] < 0) || size < 0 {
                shape.push(graph.open_size(&format!("size{}", self.open_sizes), axis == 0));
                self.open_sizes += 1;
            } else {
                shape.push(Dim::fixed(size as usize));
            }
        }
        let contents = if tensor.buffer == 0 { Bytes::new() } else { self.buffer(tensor.buffer)? };
        let is_empty = shape.contains(&Dim::fixed(0));
        let is_constant = !contents.is_empty() || (is_empty && tensor.buffer != 0 && !tensor.is_variable);
        Ok(Value {
            shape: (tensor.has_rank || !tensor.shape.is_empty() || is_constant).then_some(shape),
            quantization: quantization(tensor)?,
            constant: if is_constant { Some(aligned(contents)?) } else { None },
            is_variable: tensor.is_variable,
            ..Value::new(&tensor.name, dtype)
        })
    }

    fn op(&self, operator: &owned::Operator) -> Result<Op> {
        let codes = &self.model.operator_codes;
        let code = codes.get(operator.opcode_index as usize);
        let code = code.ok_or_else(|| Error::invalid("an operator has no code"))?;
        let deprecated = BuiltinOperator(i32::from(code.deprecated_builtin_code));
        // Files from before `builtin_code` have a zero there.
        let builtin = code.builtin_code.max(deprecated);
        let mut op = match builtin {
            BuiltinOperator::CUSTOM => Op::custom(&code.custom_code, operator.custom_options.clone()),
            builtin => Op::builtin(builtin),
        };
        (op.options, op.options_2) = (operator.builtin_options.clone(), operator.builtin_options_2.clone());
        Ok(op)
    }
}

fn quantization(tensor: &owned::Tensor) -> Result<Quantization> {
    let Some(parameters) = &tensor.quantization else { return Ok(Quantization::None) };
    match &parameters.details {
        None => {}
        Some(QuantizationDetails::BlockwiseQuantization(blockwise)) => {
            let index = |index: i32| usize::try_from(index).ok();
            return Ok(Quantization::Blockwise(Blockwise {
                scales: index(blockwise.scales).ok_or_else(|| Error::invalid("blocks without scales"))?,
                zero_points: index(blockwise.zero_points),
                block_size: index(blockwise.block_size).unwrap_or(0),
            }));
        }
        Some(_) => return Err(Error::unsupported("this kind of quantization is not read")),
    }
    if parameters.scale.is_empty() {
        return Ok(Quantization::None);
    }
    let scales = parameters.scale.clone();
    let zero_point = |index: usize| {
        let zero_points = &parameters.zero_point;
        zero_points.get(index).or(zero_points.first()).map_or(0, |&zero| zero as i32)
    };
    let zero_points = (0..scales.len()).map(zero_point).collect();
    let axis = usize::try_from(parameters.quantized_dimension).unwrap_or(0);
    Ok(Quantization::Affine(Arc::new(Affine { scales, zero_points, axis })))
}

fn signatures(model: &owned::Model<'_>) -> Result<Vec<Signature>> {
    let mut signatures = Vec::new();
    for def in &model.signature_defs {
        let graph = def.subgraph_index as usize;
        let subgraph = model.subgraphs.get(graph);
        let subgraph = subgraph.ok_or_else(|| {
            Error::invalid(format!(
                "signature {:?} is of graph {graph}, which does not exist",
                def.signature_key
            ))
        })?;
        let names = |tensors: &[i32], maps: &[owned::TensorMap]| {
            let name = |&tensor: &i32| {
                let map = maps.iter().find(|map| i64::from(map.tensor_index) == i64::from(tensor));
                let own = || subgraph.tensors.get(tensor as usize).map(|tensor| tensor.name.clone());
                map.map(|map| map.name.clone()).or_else(own).unwrap_or_default()
            };
            tensors.iter().map(name).collect()
        };
        signatures.push(Signature {
            key: def.signature_key.clone(),
            graph,
            inputs: names(&subgraph.inputs, &def.inputs),
            outputs: names(&subgraph.outputs, &def.outputs),
        });
    }
    Ok(signatures)
}
