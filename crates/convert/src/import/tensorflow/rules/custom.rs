//! Operations that the user keeps as custom operators.

use featherlite_base::DType;
use featherlite_ir::{Dim, Op, Value};
use featherlite_schema::flexbuffer::MapBuilder;

use super::super::call::Call;
use super::super::messages::attr_value::Value as Attribute;
use super::super::operand::Operand;
use super::super::tensor;
use crate::Result;

/// The node as a custom operator of the same name, with its attributes as a FlexBuffer map.
///
/// # Errors
/// Operands that are no tensors.
pub(crate) fn custom<'a>(call: &mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>> {
    let inputs: Vec<_> = call.inputs()?.into_iter().map(Some).collect();
    let op = Op::custom(&call.node.def.op, options(call));
    let outputs = outputs(call)?;
    let values = call.builder.add_values(op, &inputs, outputs)?;
    Ok(values.into_iter().map(Operand::from).collect())
}

fn options(call: &Call<'_, '_, '_>) -> Vec<u8> {
    let mut map = MapBuilder::new();
    let attributes = call.node.def.attr.iter().filter(|(name, _)| !name.starts_with('_'));
    for (name, value) in attributes {
        map = match &value.value {
            Some(Attribute::Int(value)) => map.int(name, *value),
            Some(Attribute::Float(value)) => map.float(name, f64::from(*value)),
            Some(Attribute::Bool(value)) => map.bool(name, *value),
            Some(Attribute::Type(code)) => map.int(name, i64::from(*code)),
            Some(Attribute::Text(text)) => match str::from_utf8(text) {
                Ok(text) => map.string(name, text),
                Err(_) => map,
            },
            Some(Attribute::List(list)) if !list.int.is_empty() => map.ints(name, &list.int),
            _ => map,
        };
    }
    map.build()
}

/// The outputs, as far as the file says what they are: by the operation's definition and `_output_shapes`.
fn outputs(call: &Call<'_, '_, '_>) -> Result<Vec<Value>> {
    let node = call.node.def;
    let attribute = |name: &str| match node.attr.get(name).and_then(|value| value.value.as_ref()) {
        Some(Attribute::Type(code)) => Some(*code),
        _ => None,
    };
    let definition = call.translator.program.definition(&node.op);
    let mut types: Vec<i32> = definition
        .iter()
        .flat_map(|op| &op.output_arg)
        .map(|output| {
            if output.type_attr.is_empty() {
                output.r#type
            } else {
                attribute(&output.type_attr).unwrap_or(1)
            }
        })
        .collect();
    if types.is_empty() {
        types.push(attribute("Tout").or(attribute("T")).or(attribute("dtype")).unwrap_or(1));
    }
    let shapes = match node.attr.get("_output_shapes").and_then(|value| value.value.as_ref()) {
        Some(Attribute::List(list)) => &list.shape[..],
        _ => &[],
    };
    let value = |(index, code): (usize, i32)| {
        let dtype: DType = tensor::computed(tensor::dtype(code)?);
        let mut value = Value::new(format!("{}:{index}", call.node.name), dtype);
        if let Ok(dims) =
            tensor::dims(shapes.get(index)).map(|dims| dims.into_iter().map(Dim::fixed).collect())
        {
            value.shape = shapes.get(index).is_some().then_some(dims);
        }
        Ok(value)
    };
    types.into_iter().enumerate().map(value).collect()
}
