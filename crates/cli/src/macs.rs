//! Multiply-accumulate operations of a model's operators, by the shapes that its file declares.

use featherlite::operator::{Node, Tensor};
use featherlite::{Code, Model, TensorInfo, ops};

/// Those of a node; `None` for operators that are not dominated by them, and where shapes are not known.
pub(crate) fn of(model: &Model, subgraph: usize, node: usize) -> Option<u64> {
    let graph = model.subgraphs().nth(subgraph)?;
    let info = graph.nodes().get(node)?;
    let (def, host) = ops::ALL.iter().zip(ops::HOST).find(|(def, _)| match def.code {
        Code::Builtin(_) => !info.is_custom() && def.name == info.name(),
        Code::Custom(name) => info.is_custom() && name == info.name(),
    })?;
    debug_assert_eq!(def.name, host.name);
    let lookup = |index: usize| graph.tensors().get(index).map(tensor);
    let inputs: Vec<_> = info.inputs().iter().map(|input| input.and_then(lookup)).collect();
    let outputs: Vec<_> = info.outputs().iter().filter_map(|&output| lookup(output)).collect();
    let macs = (host.macs?)(&Node {
        model: model.schema(),
        operator: model.schema().subgraphs().get(subgraph)?.operators().get(node)?,
        index: (subgraph, node),
        version: info.version(),
        custom_options: &[],
        inputs: &inputs,
        outputs: &outputs,
        tensor: &lookup,
    });
    Some(macs).filter(|&macs| macs > 0)
}

fn tensor(info: &TensorInfo) -> Tensor<'_> {
    Tensor {
        name: info.name(),
        dtype: info.dtype(),
        shape: info.shape(),
        shape_known: true,
        is_open: false,
        quantization: info.quantization(),
        data: None,
        is_constant: info.is_constant(),
        is_variable: info.is_variable(),
        sparsity: None,
    }
}
