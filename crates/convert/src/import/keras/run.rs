//! A network: its calls, one after the other.

use std::collections::{BTreeMap, HashMap};

use featherlite_base::DType;
use featherlite_ir::{Model, Signature, ValueId};
use serde_json::Value;

use super::config::shortened;
use super::context::{Context, Input, Origin, Tensor};
use super::network::{Argument, Layer, Network, Reference};
use super::source::Source;
use super::variables::{self, Variables};
use super::{apply, order};
use crate::build::{Builder, Size};
use crate::import::Options;
use crate::import::compose::shape;
use crate::{Error, Result};

/// The graph of a network, with a signature in the names of its input and output layers.
pub(super) fn model(source: &Source, options: &Options) -> Result<Model> {
    let mut model = Model { graphs: vec![featherlite_ir::Graph::new("main")], ..Model::default() };
    let mut b = Builder::new(&mut model, 0);
    let Source { network: layers, variables, origin, .. } = source;
    let mut inputs = Vec::new();
    let mut input_names = Vec::new();
    for reference in &layers.inputs {
        let layer = &layers.layers[reference.layer];
        let id =
            input(&mut b, layer, options).map_err(|error| error.at(format!("input {:?}", layer.name)))?;
        inputs.push(Tensor { id, mask: None });
        input_names.push(layer.name.clone());
    }
    let outputs = network(&mut b, layers, variables, &inputs, *origin)?;
    let mut output_names: Vec<String> = Vec::new();
    for (reference, tensor) in layers.outputs.iter().zip(&outputs) {
        let name = unique(&layers.layers[reference.layer].name, &output_names);
        let id = own_output(&mut b, tensor.id, &name)?;
        b.output(id);
        output_names.push(name);
    }
    model.signatures = vec![Signature {
        key: "serving_default".to_owned(),
        graph: 0,
        inputs: input_names,
        outputs: output_names,
    }];
    Ok(model)
}

/// An output that nothing else is called by: inputs and earlier outputs are copied.
fn own_output(b: &mut Builder<'_>, id: ValueId, name: &str) -> Result<ValueId> {
    let graph = b.graph();
    let is_taken = graph.inputs.contains(&id) || graph.outputs.contains(&id) || b.is_constant(id);
    let id = if is_taken && !b.is_constant(id) {
        let sizes = shape::extents(b, id)?;
        shape::reshape(b, id, &sizes)?
    } else {
        id
    };
    b.rename(id, name);
    Ok(id)
}

fn unique(name: &str, used: &[String]) -> String {
    let mut proposal = name.to_owned();
    let mut count = 1;
    while used.contains(&proposal) {
        proposal = format!("{name}_{count}");
        count += 1;
    }
    proposal
}

/// An input of the graph, as an input layer describes it.
fn input(b: &mut Builder<'_>, layer: &Layer, options: &Options) -> Result<ValueId> {
    let config = layer.config();
    if config.bool("sparse", false)? || config.bool("ragged", false)? {
        return Err(Error::unsupported("sparse and ragged tensors have no counterpart"));
    }
    let shape = config.get("batch_shape").or(config.get("batch_input_shape"));
    let declared = shape.map(|shape| sizes(shape, &layer.name)).transpose()?;
    let sizes = options.sizes(&[&layer.name], declared.as_deref(), false)?;
    let dtype = dtype(config.get("dtype").unwrap_or(&Value::Null))?;
    b.set_scope(&layer.name);
    Ok(b.input(&layer.name, dtype, &sizes))
}

/// Sizes of a shape in the file, where `null` is an open one; the first is that of the batch.
fn sizes(shape: &Value, name: &str) -> Result<Vec<Size>> {
    let items = shape.as_array().map(Vec::as_slice).unwrap_or_default();
    let size = |(axis, item): (usize, &Value)| match (item.as_u64(), axis) {
        (Some(size @ 0..0x8000_0000), _) => Ok(Size::Fixed(size as usize)),
        (Some(_), _) => Err(Error::invalid(format!("the shape {}", shortened(shape)))),
        (None, 0) => Ok(Size::Open("batch".to_owned())),
        (None, _) => Ok(Size::Open(format!("{name}_{axis}"))),
    };
    items.iter().enumerate().map(size).collect()
}

/// The element type that a layer's `dtype` stands for. Real numbers of all sizes become `f32`.
pub(super) fn dtype(value: &Value) -> Result<DType> {
    let name = value.as_str().or_else(|| value["config"]["name"].as_str()).unwrap_or("float32");
    Ok(match name {
        "bool" => DType::Bool,
        "int8" => DType::I8,
        "uint8" => DType::U8,
        "int16" => DType::I16,
        "uint16" => DType::U16,
        "int32" => DType::I32,
        "uint32" => DType::U32,
        "int64" => DType::I64,
        "string" => {
            return Err(Error::unsupported(
                "the network reads text, which has to be turned into numbers before it",
            )
            .hint("end the preprocessing before the network, and give it the numbers of the words"));
        }
        _ => DType::F32,
    })
}

/// Adds the calls of a network, given its inputs.
///
/// # Errors
/// If its layers need each other's results, or a rule refuses.
pub(super) fn network(
    b: &mut Builder<'_>,
    network: &Network,
    variables: &Variables,
    inputs: &[Tensor],
    origin: Origin,
) -> Result<Vec<Tensor>> {
    let order = order::order(network)?;
    let names = variables::names(network);
    let empty = Variables::default();
    let layers = variables.layers().unwrap_or(&empty);
    let outer = b.scope().to_owned();
    let mut known: HashMap<Reference, Tensor> = HashMap::new();
    if inputs.len() != network.inputs.len() {
        let needed = network.inputs.len();
        return Err(Error::invalid(format!("a model with {needed} inputs is called with {}", inputs.len())));
    }
    for (&reference, &tensor) in network.inputs.iter().zip(inputs) {
        let tensor = Tensor { id: of_rank(b, tensor.id, &network.layers[reference.layer])?, ..tensor };
        known.insert(reference, tensor);
    }
    for (index, call) in order {
        let layer = &network.layers[index];
        if known.contains_key(&Reference { layer: index, call, output: 0 }) {
            continue;
        }
        b.set_scope(scoped(&outer, &layer.name));
        let arguments = &layer.calls[call];
        let args = arguments.args.iter().map(|argument| given(&known, argument)).collect::<Result<_>>()?;
        let kwargs =
            arguments.kwargs.iter().map(|(name, argument)| Ok((name.clone(), given(&known, argument)?)));
        let kwargs: BTreeMap<_, _> = kwargs.collect::<Result<_>>()?;
        let variables = layers.children.get(&names[index]).unwrap_or(&empty);
        let mut context = Context { b: &mut *b, layer, variables, args, kwargs, origin, mask: None };
        for (output, tensor) in apply::tensors(&mut context)?.into_iter().enumerate() {
            known.insert(Reference { layer: index, call, output }, tensor);
        }
    }
    b.set_scope(outer);
    network.outputs.iter().map(|output| found(&known, output)).collect()
}

fn scoped(outer: &str, name: &str) -> String {
    if outer.is_empty() { name.to_owned() } else { format!("{outer}/{name}") }
}

fn given(known: &HashMap<Reference, Tensor>, argument: &Argument) -> Result<Input> {
    Ok(match argument {
        Argument::Tensor(reference) => Input::Tensor(found(known, reference)?),
        Argument::List(items) => {
            Input::List(items.iter().map(|item| given(known, item)).collect::<Result<_>>()?)
        }
        Argument::Value(value) => Input::Value(value.clone()),
    })
}

fn found(known: &HashMap<Reference, Tensor>, reference: &Reference) -> Result<Tensor> {
    let tensor = known.get(reference).copied();
    tensor.ok_or_else(|| Error::invalid(format!("a layer has no output number {}", reference.output)))
}

/// A model's input may come with a last dimension of 1 more or less than its input layer declares.
fn of_rank(b: &mut Builder<'_>, x: ValueId, layer: &Layer) -> Result<ValueId> {
    let config = layer.config();
    let declared = config.get("batch_shape").or(config.get("batch_input_shape")).and_then(Value::as_array);
    let (Some(declared), Ok(rank)) = (declared, b.rank(x)) else { return Ok(x) };
    if rank == declared.len() + 1 && b.dims(x)?[rank - 1].size() == Some(1) {
        return shape::squeeze(b, x, rank - 1);
    }
    if rank + 1 == declared.len() && declared[rank].as_u64() == Some(1) {
        return shape::expand_dims(b, x, rank);
    }
    Ok(x)
}
