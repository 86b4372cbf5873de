//! FAKE_QUANT as QUANTIZE and DEQUANTIZE.

use featherlite_base::DType;
use featherlite_ir::{NodeId, Value};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::BuiltinOptions;

use super::parameters;
use crate::Result;
use crate::passes::Rewriter;

/// The range is nudged so that zero is one of its steps, as the operator itself does. Of 8 bits, the narrow range leaves out the
/// lowest.
pub(super) fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::FAKE_QUANT) else { return Ok(false) };
    let Some(x) = node.input(0) else { return Ok(false) };
    let Some(BuiltinOptions::FakeQuantOptions(options)) = &node.op.options else { return Ok(false) };
    let (min, max) = (options.min.min(0.0), options.max.max(0.0));
    if options.num_bits != 8 || max <= min {
        return Ok(false);
    }
    let low = if options.narrow_range { -127 } else { -128 };
    let scale = (max - min) / (127 - low) as f32;
    let zero_point = (low as f32 - min / scale).round().clamp(low as f32, 127.0) as i32;
    let mut builder = rewriter.before(id);
    let integers = Value::new(format!("{}/quantized", builder.scope()), DType::I8);
    let integers = integers.with_quantization(parameters(scale, zero_point));
    let q = builder.add_values(B::QUANTIZE, &[Some(x)], vec![integers])?[0];
    rewriter.substitute(id, B::DEQUANTIZE, &[q])
}
