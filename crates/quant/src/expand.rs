//! Constants in half precision as the floats that a network computes with: quantization starts from those.

use bytes::Bytes;
use featherlite_base::{DType, F16, Quantization};
use featherlite_ir::{Model, NodeId, ValueId, aligned};
use featherlite_schema::BuiltinOperator;

use crate::Result;

/// Replaces DEQUANTIZE of constants in half precision by constants in single precision.
///
/// # Errors
/// If there is no memory for them.
pub fn expand_halves(model: &mut Model) -> Result<()> {
    for graph in &mut model.graphs {
        let found: Vec<(NodeId, ValueId, ValueId)> = graph
            .nodes()
            .filter(|(_, node)| node.op.is(BuiltinOperator::DEQUANTIZE))
            .filter_map(|(id, node)| Some((id, node.input(0)?, *node.outputs.first()?)))
            .collect();
        for (id, input, output) in found {
            let half = graph.value(input);
            let Some(contents) = half.constant.as_ref().filter(|_| half.dtype == DType::F16) else {
                continue;
            };
            let (halves, _) = contents.as_chunks::<2>();
            let floats: Vec<u8> = halves
                .iter()
                .flat_map(|&half| F16(u16::from_le_bytes(half)).to_f32().to_le_bytes())
                .collect();
            let shape = half.shape.clone();
            graph.remove(id);
            let value = graph.value_mut(output);
            value.constant = Some(aligned(Bytes::from(floats))?);
            (value.shape, value.quantization) = (shape, Quantization::None);
        }
    }
    Ok(())
}
