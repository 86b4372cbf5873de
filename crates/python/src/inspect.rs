//! What is in a model, and what the plan makes of it, as dictionaries.

use featherlite::{Model, Quantization, Session, SubgraphInfo, TensorInfo};
use pyo3::types::{PyDict, PyDictMethods, PyList, PyListMethods};
use pyo3::{Bound, PyResult, Python};

use crate::error;

/// The file, its signatures and subgraphs.
pub(crate) fn model<'py>(py: Python<'py>, model: &Model) -> PyResult<Bound<'py, PyDict>> {
    let schema = model.schema();
    let signatures = PyList::empty(py);
    for signature in model.signatures() {
        let entry = PyDict::new(py);
        entry.set_item("key", signature.key())?;
        entry.set_item("subgraph", signature.subgraph())?;
        for (kind, tensors) in [("inputs", signature.inputs()), ("outputs", signature.outputs())] {
            entry.set_item(kind, tensors.to_vec())?;
        }
        signatures.append(entry)?;
    }
    let subgraphs = PyList::empty(py);
    model.subgraphs().try_for_each(|graph| subgraphs.append(subgraph(py, graph)?))?;
    let result = PyDict::new(py);
    result.set_item("file", model.file())?;
    result.set_item("bytes", model.bytes().len())?;
    result.set_item("schema_version", schema.version())?;
    result.set_item("description", schema.description())?;
    result.set_item("signatures", signatures)?;
    result.set_item("subgraphs", subgraphs)?;
    Ok(result)
}

fn subgraph<'py>(py: Python<'py>, graph: SubgraphInfo<'_>) -> PyResult<Bound<'py, PyDict>> {
    let operators = PyList::empty(py);
    for node in graph.nodes() {
        let entry = PyDict::new(py);
        entry.set_item("operator", node.name())?;
        entry.set_item("version", node.version())?;
        entry.set_item("supported", node.is_known())?;
        entry.set_item("inputs", node.inputs().to_vec())?;
        entry.set_item("outputs", node.outputs().to_vec())?;
        operators.append(entry)?;
    }
    let tensors = PyList::empty(py);
    graph.tensors().iter().try_for_each(|info| tensors.append(tensor(py, info)?))?;
    let result = PyDict::new(py);
    result.set_item("name", graph.name())?;
    result.set_item("inputs", graph.inputs().to_vec())?;
    result.set_item("outputs", graph.outputs().to_vec())?;
    result.set_item("operators", operators)?;
    result.set_item("tensors", tensors)?;
    Ok(result)
}

fn tensor<'py>(py: Python<'py>, info: &TensorInfo) -> PyResult<Bound<'py, PyDict>> {
    let result = PyDict::new(py);
    result.set_item("name", info.name())?;
    result.set_item("dtype", info.dtype().name())?;
    result.set_item("shape", info.shape().dims().to_vec())?;
    result.set_item("shape_signature", info.shape_signature().map(<[i32]>::to_vec))?;
    result.set_item("bytes", info.shape().bytes(info.dtype()).ok())?;
    result.set_item("constant", info.is_constant())?;
    result.set_item("variable", info.is_variable())?;
    result.set_item("sparse", info.is_sparse())?;
    result.set_item("quantization", quantization(py, info.quantization())?)?;
    Ok(result)
}

fn quantization<'py>(py: Python<'py>, quantization: &Quantization) -> PyResult<Option<Bound<'py, PyDict>>> {
    let result = PyDict::new(py);
    match quantization {
        Quantization::None => return Ok(None),
        Quantization::Affine(affine) => {
            result.set_item("scales", affine.scales.clone())?;
            result.set_item("zero_points", affine.zero_points.clone())?;
            result.set_item("axis", affine.axis)?;
        }
        Quantization::Blockwise(blockwise) => {
            result.set_item("scales_tensor", blockwise.scales)?;
            result.set_item("zero_points_tensor", blockwise.zero_points)?;
            result.set_item("block_size", blockwise.block_size)?;
        }
    }
    Ok(Some(result))
}

/// Memory and kernels of a planned session.
pub(crate) fn plan<'py>(py: Python<'py>, session: &mut Session) -> PyResult<Bound<'py, PyDict>> {
    py.detach(|| session.prepare(0)).map_err(error::runtime)?;
    let memory = session.memory();
    let steps = PyList::empty(py);
    for step in session.steps(0) {
        let entry = PyDict::new(py);
        entry.set_item("node", step.node)?;
        entry.set_item("operator", step.operator)?;
        entry.set_item("kernel", step.kernel)?;
        entry.set_item("dynamic", step.is_dynamic)?;
        steps.append(entry)?;
    }
    let result = PyDict::new(py);
    for (name, bytes) in [
        ("arena_bytes", memory.arena),
        ("arena_bound_bytes", memory.arena_bound),
        ("arena_tensor_bytes", memory.arena_tensors),
        ("state_bytes", memory.persistent),
        ("dynamic_bytes", memory.dynamic),
        ("mapped_weight_bytes", memory.mapped_weights),
        ("packed_weight_bytes", memory.packed_weights),
        ("folded_weight_bytes", memory.folded_weights),
    ] {
        result.set_item(name, bytes)?;
    }
    result.set_item("steps", steps)?;
    Ok(result)
}
