//! Typed access to the attributes of a node.

use bytes::Bytes;

use super::proto::{self, AttributeType};
use crate::{Error, Result};

/// The attributes of a node. In the body of a function they may refer to those of the call.
#[derive(Clone, Copy)]
pub(super) struct Attributes<'a> {
    own: &'a [proto::Attribute],
    call: &'a [proto::Attribute],
}

impl<'a> Attributes<'a> {
    /// Those of `node` within a call with the attributes `call`.
    pub(super) fn new(node: &'a proto::Node, call: &'a [proto::Attribute]) -> Self {
        Self { own: &node.attribute, call }
    }

    /// The attribute, if it is there and of one of these types. Files of the first versions do not say the type.
    fn get(self, name: &str, expected: AttributeType) -> Result<Option<&'a proto::Attribute>> {
        let Some(found) = self.own.iter().find(|attribute| attribute.name == name) else { return Ok(None) };
        let value = if found.ref_attr_name.is_empty() {
            Some(found)
        } else {
            self.call.iter().find(|attribute| attribute.name == found.ref_attr_name)
        };
        let Some(value) = value else { return Ok(None) };
        match AttributeType::try_from(value.r#type) {
            Ok(found) if found == expected || found == AttributeType::Undefined => Ok(Some(value)),
            Ok(found) => Err(Error::invalid(format!(
                "the attribute {name:?} is {found:?} where {expected:?} is expected"
            ))),
            Err(_) => Err(Error::invalid(format!("the attribute {name:?} is of an unknown type"))),
        }
    }

    /// Whether there is one of this name.
    pub(super) fn has(self, name: &str) -> bool {
        self.resolved().any(|(found, _)| found == name)
    }

    /// Names and values, with references to the call resolved; those that refer to nothing are left out.
    pub(super) fn resolved(self) -> impl Iterator<Item = (&'a str, &'a proto::Attribute)> {
        self.own.iter().filter_map(move |attribute| {
            let refers = &attribute.ref_attr_name;
            let value = if refers.is_empty() {
                Some(attribute)
            } else {
                self.call.iter().find(|value| value.name == *refers)
            };
            value.map(|value| (attribute.name.as_str(), value))
        })
    }

    pub(super) fn int(self, name: &str) -> Result<Option<i64>> {
        Ok(self.get(name, AttributeType::Int)?.map(|attribute| attribute.i))
    }

    pub(super) fn float(self, name: &str) -> Result<Option<f32>> {
        Ok(self.get(name, AttributeType::Float)?.map(|attribute| attribute.f))
    }

    pub(super) fn ints(self, name: &str) -> Result<Option<&'a [i64]>> {
        Ok(self.get(name, AttributeType::Ints)?.map(|attribute| attribute.ints.as_slice()))
    }

    pub(super) fn floats(self, name: &str) -> Result<Option<&'a [f32]>> {
        Ok(self.get(name, AttributeType::Floats)?.map(|attribute| attribute.floats.as_slice()))
    }

    pub(super) fn string(self, name: &str) -> Result<Option<&'a str>> {
        let Some(attribute) = self.get(name, AttributeType::String)? else { return Ok(None) };
        let text = std::str::from_utf8(&attribute.s);
        text.map(Some).map_err(|_| Error::invalid(format!("the attribute {name:?} is not UTF-8")))
    }

    pub(super) fn strings(self, name: &str) -> Result<Option<Vec<&'a str>>> {
        let Some(attribute) = self.get(name, AttributeType::Strings)? else { return Ok(None) };
        let texts: Result<Vec<_>, _> =
            attribute.strings.iter().map(|text| std::str::from_utf8(text)).collect();
        texts.map(Some).map_err(|_| Error::invalid(format!("the attribute {name:?} is not UTF-8")))
    }

    pub(super) fn tensor(self, name: &str) -> Result<Option<&'a proto::Tensor>> {
        Ok(self.get(name, AttributeType::Tensor)?.and_then(|attribute| attribute.t.as_ref()))
    }

    pub(super) fn sparse(self, name: &str) -> Result<Option<&'a proto::SparseTensor>> {
        Ok(self
            .get(name, AttributeType::SparseTensor)?
            .and_then(|attribute| attribute.sparse_tensor.as_ref()))
    }

    /// A string of any bytes.
    pub(super) fn text(self, name: &str) -> Result<Option<&'a Bytes>> {
        Ok(self.get(name, AttributeType::String)?.map(|attribute| &attribute.s))
    }

    /// Strings of any bytes.
    pub(super) fn texts(self, name: &str) -> Result<Option<&'a [Bytes]>> {
        Ok(self.get(name, AttributeType::Strings)?.map(|attribute| attribute.strings.as_slice()))
    }

    /// # Errors
    /// If it is absent.
    pub(super) fn graph(self, name: &str) -> Result<&'a proto::Graph> {
        let graph = self.get(name, AttributeType::Graph)?.and_then(|attribute| attribute.g.as_ref());
        graph.ok_or_else(|| missing(name))
    }

    pub(super) fn int_or(self, name: &str, default: i64) -> Result<i64> {
        Ok(self.int(name)?.unwrap_or(default))
    }

    pub(super) fn float_or(self, name: &str, default: f32) -> Result<f32> {
        Ok(self.float(name)?.unwrap_or(default))
    }

    pub(super) fn string_or(self, name: &str, default: &'a str) -> Result<&'a str> {
        Ok(self.string(name)?.unwrap_or(default))
    }

    /// A number that is not 0.
    pub(super) fn flag(self, name: &str) -> Result<bool> {
        Ok(self.int_or(name, 0)? != 0)
    }

    /// A number of things.
    ///
    /// # Errors
    /// If it is negative.
    pub(super) fn size_or(self, name: &str, default: usize) -> Result<usize> {
        let Some(value) = self.int(name)? else { return Ok(default) };
        usize::try_from(value).map_err(|_| Error::invalid(format!("the attribute {name:?} is {value}")))
    }
}

/// The error for an attribute that must be there.
pub(super) fn missing(name: &str) -> Error {
    Error::invalid(format!("the attribute {name:?} is missing"))
}

/// Texts up to this many bytes are shown in errors.
const MOST_TEXT: usize = 80;

impl std::fmt::Display for Attributes<'_> {
    /// `axis = 1, pads = [0, 0, 1, 1]`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (name, attribute)) in self.resolved().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{name} = ")?;
            value(attribute, f)?;
        }
        Ok(())
    }
}

/// Longest list that is printed in full.
const LIST: usize = 16;

fn value(attribute: &proto::Attribute, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    match AttributeType::try_from(attribute.r#type) {
        Ok(AttributeType::Float) => write!(f, "{}", attribute.f),
        Ok(AttributeType::Int) => write!(f, "{}", attribute.i),
        Ok(AttributeType::String) => match std::str::from_utf8(&attribute.s) {
            Ok(text) if text.len() <= MOST_TEXT => write!(f, "{text:?}"),
            _ => write!(f, "<{} bytes>", attribute.s.len()),
        },
        Ok(AttributeType::Ints) if attribute.ints.len() <= LIST => write!(f, "{:?}", attribute.ints),
        Ok(AttributeType::Floats) if attribute.floats.len() <= LIST => write!(f, "{:?}", attribute.floats),
        Ok(AttributeType::Tensor) => {
            let dims = attribute.t.as_ref().map_or(&[][..], |tensor| &tensor.dims);
            write!(f, "a tensor of {dims:?}")
        }
        Ok(other) => write!(f, "{other:?}"),
        Err(_) => f.write_str("?"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(name: &str, r#type: AttributeType) -> proto::Attribute {
        proto::Attribute { name: name.into(), r#type: r#type as i32, ..Default::default() }
    }

    #[test]
    fn values_of_the_call_and_own_ones() {
        let own = [
            proto::Attribute { i: 3, ..attribute("axis", AttributeType::Int) },
            proto::Attribute { ref_attr_name: "a".into(), ..attribute("alpha", AttributeType::Float) },
            proto::Attribute { ref_attr_name: "absent".into(), ..attribute("beta", AttributeType::Float) },
            proto::Attribute { s: Bytes::from_static(b"SAME"), ..attribute("pad", AttributeType::String) },
        ];
        let node = proto::Node { attribute: own.into(), ..Default::default() };
        let call = [proto::Attribute { f: 0.5, ..attribute("a", AttributeType::Float) }];
        let attributes = Attributes::new(&node, &call);
        assert_eq!(attributes.int_or("axis", 0).unwrap(), 3);
        assert_eq!(attributes.float("alpha").unwrap(), Some(0.5));
        assert_eq!(attributes.float("beta").unwrap(), None);
        assert_eq!(attributes.string_or("pad", "").unwrap(), "SAME");
        assert!(attributes.has("alpha") && !attributes.has("beta"));
        assert_eq!(attributes.to_string(), "axis = 3, alpha = 0.5, pad = \"SAME\"");
        let message = attributes.float("axis").unwrap_err().to_string();
        assert!(message.contains("\"axis\" is Int where Float is expected"), "{message}");
    }
}
