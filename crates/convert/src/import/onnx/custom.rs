//! Options of custom operators: the attributes of a node as a FlexBuffer.

use featherlite_schema::flexbuffer::MapBuilder;

use super::attributes::Attributes;
use super::proto::AttributeType;
use crate::{Error, Result};

/// A map of the attributes.
///
/// # Errors
/// If one is neither a number, nor a text, nor a list of integers.
pub(super) fn options(attributes: Attributes<'_>) -> Result<Vec<u8>> {
    let mut map = MapBuilder::new();
    for (name, attribute) in attributes.resolved() {
        map = match AttributeType::try_from(attribute.r#type) {
            Ok(AttributeType::Int) => map.int(name, attribute.i),
            Ok(AttributeType::Float) => map.float(name, f64::from(attribute.f)),
            Ok(AttributeType::Ints) => map.ints(name, &attribute.ints),
            Ok(AttributeType::String) => {
                let text = std::str::from_utf8(&attribute.s);
                map.string(
                    name,
                    text.map_err(|_| Error::invalid(format!("the attribute {name:?} is not UTF-8")))?,
                )
            }
            _ => {
                let message = format!("the attribute {name:?} does not fit the options of a custom operator");
                return Err(Error::unsupported(message));
            }
        };
    }
    Ok(map.build())
}
