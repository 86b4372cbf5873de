//! From a file to a graph: inputs, outputs, signature.

use std::path::Path;

use bytes::Bytes;
use featherlite_base::DType;
use featherlite_ir::{Dim, Graph, Model, Signature, ValueId};
use featherlite_schema::BuiltinOperator as Tflite;
use prost::Message;

use super::external::Folder;
use super::graph::{Importer, Item, Scope};
use super::{proto, tensor};
use crate::build::{Builder, Size};
use crate::import::{Options, file};
use crate::{Error, Result};

/// The name of the signature; TensorFlow's.
const SIGNATURE: &str = "serving_default";

/// Reads an ONNX file. Contents of constants stay where it and the files beside it are mapped.
///
/// # Errors
/// If it can not be read, is damaged, or a node has no counterpart.
pub fn import(path: &Path, options: &Options) -> Result<Model> {
    let read = || read(file::map(path)?, Folder::of(path), options);
    read().map_err(|error| error.at(path.display()))
}

/// Reads an ONNX file in memory, beside which no other files are looked for.
///
/// # Errors
/// As [`import`].
pub fn from_bytes(file: Bytes, options: &Options) -> Result<Model> {
    read(file, Folder::none(), options)
}

fn read(file: Bytes, folder: Folder, options: &Options) -> Result<Model> {
    let source =
        proto::Model::decode(file).map_err(|error| Error::invalid(format!("not an ONNX model: {error}")))?;
    let Some(graph) = &source.graph else {
        return Err(Error::invalid("not an ONNX model: there is no graph"));
    };
    let mut model = Model { graphs: vec![Graph::new("main")], ..Model::default() };
    let read = read_names(graph).into_iter().map(str::to_owned).chain(options.outputs.iter().cloned());
    let read = source.functions.is_empty().then(|| read.collect());
    let mut importer = Importer::new(source.functions, folder, options.custom.clone());
    importer.read = read;
    let mut b = Builder::new(&mut model, 0);
    let mut scope = Scope::main(&source.opset_import);
    importer.initializers(&mut b, &mut scope, graph)?;
    let inputs = inputs(&mut b, &mut scope, graph, options)?;
    let nodes = needed(graph, options)?;
    for node in nodes {
        importer.nodes(&mut b, &mut scope, std::slice::from_ref(node))?;
    }
    let outputs = outputs(&mut b, &scope, graph, options)?;
    model.signatures.push(Signature { key: SIGNATURE.to_owned(), graph: 0, inputs, outputs });
    model.check().map_err(|error| Error::invalid(error.message()))?;
    Ok(model)
}

/// What is declared of a value.
struct Declared {
    dtype: DType,
    sizes: Option<Vec<Size>>,
}

fn declared(info: &proto::ValueInfo) -> Result<Declared> {
    let Some(proto::TypeValue::Tensor(found)) = info.r#type.as_ref().and_then(|found| found.value.as_ref())
    else {
        let message = format!("{:?} is no tensor, but a sequence, a map or an optional", info.name);
        return Err(Error::unsupported(message)
            .hint("begin or end the graph at tensors: --inputs NAME, --outputs NAME"));
    };
    let dtype = tensor::dtype(found.elem_type).map_err(|error| error.at(format!("{:?}", info.name)))?;
    let size = |(axis, dim): (usize, &proto::Dimension)| match &dim.value {
        Some(proto::DimensionValue::Size(size)) if *size >= 0 => usize::try_from(*size).map(Size::Fixed).ok(),
        Some(proto::DimensionValue::Name(name)) if !name.is_empty() => Some(Size::Open(name.clone())),
        _ => Some(Size::Open(format!("{}_{axis}", info.name))),
    };
    let sizes = found.shape.as_ref().and_then(|shape| shape.dim.iter().enumerate().map(size).collect());
    Ok(Declared { dtype, sizes })
}

/// The sizes that the file states of a value, unless it leaves the number of dimensions open.
pub(super) fn stated_dims(b: &mut Builder<'_>, info: &proto::ValueInfo) -> Option<Vec<Dim>> {
    let sizes = declared(info).ok()?.sizes?;
    let dim = |size: Size| match size {
        Size::Fixed(size) => Dim::fixed(size),
        Size::Open(name) => b.graph_mut().open_size(&name, false),
    };
    Some(sizes.into_iter().map(dim).collect())
}

/// Adds the inputs, and returns their names.
fn inputs(
    b: &mut Builder<'_>,
    scope: &mut Scope<'_>,
    graph: &proto::Graph,
    options: &Options,
) -> Result<Vec<String>> {
    let all = || graph.input.iter().chain(&graph.value_info);
    let infos: Vec<&proto::ValueInfo> = if options.inputs.is_empty() {
        // The first versions of the format declare constants as inputs as well.
        graph.input.iter().filter(|info| scope.find(&info.name).is_none()).collect()
    } else {
        let find = |name: &String| {
            let hint = "run ONNX shape inference on the model first, so that its values have types";
            let unknown = || Error::argument(format!("nothing is known of a value {name:?}")).hint(hint);
            all().find(|info| info.name == *name).ok_or_else(unknown)
        };
        options.inputs.iter().map(find).collect::<Result<_>>()?
    };
    let mut names = Vec::with_capacity(infos.len());
    for info in infos {
        let Declared { dtype, sizes } = declared(info)?;
        let sizes = options.sizes(&[&info.name], sizes.as_deref(), true)?;
        let input = b.input(&info.name, dtype, &sizes);
        b.set_scope(&info.name);
        let value = computed(b, input)?;
        scope.set(&info.name, Item::Tensor(value));
        names.push(info.name.clone());
    }
    Ok(names)
}

/// The type that numbers of this type are computed in. Unsigned numbers of 64 bits are taken as signed ones.
pub(super) fn computed_type(dtype: DType) -> DType {
    match dtype {
        DType::F16 | DType::Bf16 | DType::F64 => DType::F32,
        DType::U64 => DType::I64,
        DType::I4 | DType::U4 | DType::I2 => DType::I8,
        other => other,
    }
}

/// A value in the type that it is computed in.
fn computed(b: &mut Builder<'_>, value: ValueId) -> Result<ValueId> {
    match b.dtype(value) {
        DType::U64 => b.add_typed(Tflite::BITCAST, &[value], DType::I64),
        DType::I4 | DType::U4 | DType::I2 => {
            let real = b.cast(value, DType::F32)?;
            b.cast(real, DType::I8)
        }
        dtype => b.cast(value, computed_type(dtype)),
    }
}

/// A computed value in the type that is declared.
fn declared_value(b: &mut Builder<'_>, value: ValueId, dtype: DType) -> Result<ValueId> {
    match dtype {
        DType::U64 if b.dtype(value) == DType::I64 => b.add_typed(Tflite::BITCAST, &[value], dtype),
        DType::I4 | DType::U4 | DType::I2 => {
            let real = b.cast(value, DType::F32)?;
            b.cast(real, dtype)
        }
        _ => b.cast(value, dtype),
    }
}

/// The nodes that are imported: all that outputs depend on, in the file's order.
fn needed<'g>(graph: &'g proto::Graph, options: &Options) -> Result<Vec<&'g proto::Node>> {
    let mut wanted: std::collections::HashSet<&str> = match options.outputs.is_empty() {
        true => graph.output.iter().map(|info| info.name.as_str()).collect(),
        false => options.outputs.iter().map(String::as_str).collect(),
    };
    let mut nodes = Vec::new();
    for node in graph.node.iter().rev() {
        let is_cut = |name: &String| options.inputs.contains(name);
        if node.output.iter().all(|name| is_cut(name) || !wanted.contains(name.as_str())) {
            continue;
        }
        wanted.extend(node.input.iter().map(String::as_str));
        wanted
            .extend(node.attribute.iter().filter_map(|attribute| attribute.g.as_ref()).flat_map(read_names));
        nodes.push(node);
    }
    nodes.reverse();
    Ok(nodes)
}

/// The names that a graph in an attribute may read from the graph around it.
pub(super) fn read_names(graph: &proto::Graph) -> Vec<&str> {
    let nodes = graph.node.iter().flat_map(|node| {
        let inner = node.attribute.iter().filter_map(|attribute| attribute.g.as_ref()).flat_map(read_names);
        node.input.iter().map(String::as_str).chain(inner)
    });
    nodes.chain(graph.output.iter().map(|info| info.name.as_str())).collect()
}

/// Makes values the outputs, and returns their names.
fn outputs(
    b: &mut Builder<'_>,
    scope: &Scope<'_>,
    graph: &proto::Graph,
    options: &Options,
) -> Result<Vec<String>> {
    let declared_as =
        |name: &str| graph.output.iter().find(|info| info.name == name).map(declared).transpose();
    let names: Vec<String> = match options.outputs.is_empty() {
        true => graph.output.iter().map(|info| info.name.clone()).collect(),
        false => options.outputs.clone(),
    };
    for name in &names {
        let unknown = || Error::argument(format!("no value {name:?} is computed"));
        let item = scope.find(name).ok_or_else(unknown)?;
        let value = item.tensor().map_err(|error| error.at(format!("output {name:?}")))?;
        b.set_scope(name);
        let dtype = declared_as(name)?.map_or(b.dtype(value), |declared| declared.dtype);
        let value = own(b, value, dtype)?;
        b.rename(value, name);
        b.output(value);
    }
    Ok(names)
}

/// A value for an output to be, with nothing else of that name: computed, and no other output.
fn own(b: &mut Builder<'_>, value: ValueId, dtype: DType) -> Result<ValueId> {
    let value = declared_value(b, value, dtype)?;
    let graph = b.graph();
    if !graph.inputs.contains(&value) && !graph.is_output(value) {
        return Ok(value);
    }
    let shape = b.shape_of(value)?;
    b.add(Tflite::RESHAPE, &[value, shape])
}
