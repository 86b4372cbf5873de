//! Tensors, operators and signatures as the dictionaries that TensorFlow Lite's `Interpreter` gives.

use featherlite::schema::{self, DimensionType, SparseIndexVector};
use featherlite::{Model, Quantization, Session};
use numpy::{PyArray1, PyArrayDescrMethods};
use pyo3::types::{PyDict, PyDictMethods, PyList, PyListMethods};
use pyo3::{Bound, PyErr, PyResult, Python};

use crate::core::{subgraph, tensor as find};
use crate::{array, dtype, error};

/// What is known of a tensor.
pub(crate) fn tensor<'py>(
    py: Python<'py>,
    session: &Session,
    graph: usize,
    index: isize,
) -> PyResult<Bound<'py, PyDict>> {
    let model = session.model();
    let (index, info) = find(model, graph, index)?;
    let shape = session.tensor_shape(graph, index).map_err(error::value)?;
    let shape: Vec<i32> = shape.dims().iter().map(|&dim| dim as i32).collect();
    let signature = info.shape_signature().filter(|signature| !signature.is_empty()).unwrap_or(&shape);
    let details = PyDict::new(py);
    details.set_item("name", info.name())?;
    details.set_item("index", index)?;
    details.set_item("shape", PyArray1::from_slice(py, &shape))?;
    details.set_item("shape_signature", PyArray1::from_slice(py, signature))?;
    details.set_item("dtype", dtype::descr(py, info.dtype())?.typeobj())?;
    let pair = match info.quantization().affine() {
        Some(affine) if affine.scales.len() == 1 => (affine.scales[0], affine.zero_points[0]),
        _ => (0.0, 0),
    };
    details.set_item("quantization", pair)?;
    details.set_item("quantization_parameters", quantization(py, session, graph, info.quantization())?)?;
    details.set_item("sparsity_parameters", sparsity(py, model, graph, index)?)?;
    Ok(details)
}

fn quantization<'py>(
    py: Python<'py>,
    session: &Session,
    graph: usize,
    quantization: &Quantization,
) -> PyResult<Bound<'py, PyDict>> {
    let no_scales: [f32; 0] = [];
    let mut scales = PyArray1::from_slice(py, &no_scales).into_any();
    let (mut zero_points, mut axis, mut block_size) = (Vec::new(), 0, 0);
    match quantization {
        Quantization::None => {}
        Quantization::Affine(affine) => {
            scales = PyArray1::from_slice(py, &affine.scales).into_any();
            zero_points.clone_from(&affine.zero_points);
            axis = affine.axis;
        }
        Quantization::Blockwise(blockwise) => {
            let view = session.tensor_of(graph, blockwise.scales).map_err(error::value)?;
            let count = view.shape().elements();
            scales = array::copy(dtype::descr(py, view.dtype())?, &[count], view.bytes())?.into_any();
            block_size = blockwise.block_size;
        }
    }
    let parameters = PyDict::new(py);
    parameters.set_item("scales", scales)?;
    parameters.set_item("zero_points", PyArray1::from_vec(py, zero_points))?;
    parameters.set_item("quantized_dimension", axis)?;
    parameters.set_item("block_size", block_size)?;
    Ok(parameters)
}

/// How a sparse tensor is stored; empty for dense ones.
fn sparsity<'py>(py: Python<'py>, model: &Model, graph: usize, index: usize) -> PyResult<Bound<'py, PyDict>> {
    let parameters = PyDict::new(py);
    let graph = model.schema().subgraphs().get(graph);
    let Some(sparsity) = graph.and_then(|graph| graph.tensors().get(index)?.sparsity()) else {
        return Ok(parameters);
    };
    parameters.set_item("traversal_order", PyArray1::from_vec(py, sparsity.traversal_order().to_vec()))?;
    if sparsity.block_map().is_present() {
        parameters.set_item("block_map", PyArray1::from_vec(py, sparsity.block_map().to_vec()))?;
    }
    let dimensions = PyList::empty(py);
    for dimension in sparsity.dim_metadata().iter() {
        let entry = PyDict::new(py);
        entry.set_item("format", dimension.format().0)?;
        if dimension.format() == DimensionType::DENSE {
            entry.set_item("dense_size", dimension.dense_size())?;
        } else {
            entry.set_item("array_segments", PyArray1::from_vec(py, segments(dimension)))?;
            entry.set_item("array_indices", PyArray1::from_vec(py, indices(dimension)))?;
        }
        dimensions.append(entry)?;
    }
    parameters.set_item("dim_metadata", dimensions)?;
    Ok(parameters)
}

/// Where the indices of each element of the dimension before begin and end.
fn segments(dimension: schema::DimensionMetadata<'_>) -> Vec<i32> {
    match dimension.array_segments_type() {
        SparseIndexVector::Uint8Vector => widened(dimension.array_segments(), schema::Uint8Vector::values),
        SparseIndexVector::Uint16Vector => widened(dimension.array_segments(), schema::Uint16Vector::values),
        _ => widened(dimension.array_segments(), schema::Int32Vector::values),
    }
}

/// The indices that are stored.
fn indices(dimension: schema::DimensionMetadata<'_>) -> Vec<i32> {
    match dimension.array_indices_type() {
        SparseIndexVector::Uint8Vector => widened(dimension.array_indices(), schema::Uint8Vector::values),
        SparseIndexVector::Uint16Vector => widened(dimension.array_indices(), schema::Uint16Vector::values),
        _ => widened(dimension.array_indices(), schema::Int32Vector::values),
    }
}

fn widened<'a, V, T: Into<i32> + schema::Scalar>(
    table: Option<V>,
    values: impl Fn(V) -> schema::Vector<'a, T>,
) -> Vec<i32> {
    table.map(|table| values(table).iter().map(Into::into).collect()).unwrap_or_default()
}

/// An operator of the main subgraph with its tensors; absent inputs have index -1.
pub(crate) fn op<'py>(py: Python<'py>, session: &Session, index: isize) -> PyResult<Bound<'py, PyDict>> {
    let graph = subgraph(session.model(), 0)?;
    let node = usize::try_from(index).ok().and_then(|index| graph.nodes().get(index));
    let node = node.ok_or_else(|| error::value(format!("Invalid node index {index}")))?;
    let number = |tensor: &Option<usize>| tensor.map_or(-1, |tensor| tensor as i32);
    let inputs: Vec<i32> = node.inputs().iter().map(number).collect();
    let outputs: Vec<i32> = node.outputs().iter().map(|&tensor| tensor as i32).collect();
    let types = |tensors: &[i32]| {
        let present = tensors.iter().filter_map(|&tensor| usize::try_from(tensor).ok());
        let types = present.map(|tensor| Ok(dtype::descr(py, graph.tensors()[tensor].dtype())?.typeobj()));
        types.collect::<PyResult<Vec<_>>>()
    };
    let details = PyDict::new(py);
    details.set_item("index", index)?;
    details.set_item("op_name", node.name())?;
    details.set_item("operand_types", types(&inputs)?)?;
    details.set_item("result_types", types(&outputs)?)?;
    details.set_item("inputs", PyArray1::from_vec(py, inputs))?;
    details.set_item("outputs", PyArray1::from_vec(py, outputs))?;
    Ok(details)
}

/// The model's signatures: for each key, tensors by the names of inputs and outputs, in the order of the names.
pub(crate) fn signatures<'py>(py: Python<'py>, model: &Model) -> PyResult<Bound<'py, PyDict>> {
    let tensors = |names: &[(String, usize)]| {
        let mut sorted: Vec<_> = names.iter().collect();
        sorted.sort();
        let tensors = PyDict::new(py);
        sorted.into_iter().try_for_each(|(name, tensor)| tensors.set_item(name, tensor))?;
        Ok::<_, PyErr>(tensors)
    };
    let signatures = PyDict::new(py);
    for signature in model.signatures() {
        let entry = PyDict::new(py);
        entry.set_item("inputs", tensors(signature.inputs())?)?;
        entry.set_item("outputs", tensors(signature.outputs())?)?;
        signatures.set_item(signature.key(), entry)?;
    }
    Ok(signatures)
}
