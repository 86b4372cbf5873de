//! The options of custom operators: a FlexBuffers map.

use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{Error, Result};
use featherlite_schema::flexbuffer::{self, Value};

use crate::core::Node;

/// The options of one node, by name.
pub struct CustomOptions<'a>(Option<Value<'a>>);

impl<'a> CustomOptions<'a> {
    /// The options of a node; empty if the file has none.
    pub fn of(node: &Node<'a>) -> Self {
        Self(flexbuffer::root(node.custom_options))
    }

    fn get(&self, name: &str) -> Option<Value<'a>> {
        self.0?.get(name).filter(|value| !value.is_null())
    }

    /// A number if the option is there, as an integer.
    ///
    /// # Errors
    /// If it is not a number of 32 bits.
    pub fn optional_integer(&self, name: &str) -> Result<Option<i32>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let integer = value.as_i64().and_then(|value| i32::try_from(value).ok());
        integer.map(Some).ok_or_else(|| wrong(name, value))
    }

    /// An integer.
    ///
    /// # Errors
    /// If it is absent, or not a number of 32 bits.
    pub fn integer(&self, name: &str) -> Result<i32> {
        self.optional_integer(name)?.ok_or_else(|| missing(name))
    }

    /// An integer that counts something.
    ///
    /// # Errors
    /// As [`CustomOptions::integer`], and if it lies outside `range`.
    pub fn size(&self, name: &str, range: core::ops::RangeInclusive<usize>) -> Result<usize> {
        let value = self.integer(name)?;
        usize::try_from(value).ok().filter(|size| range.contains(size)).ok_or_else(|| {
            Error::invalid_model(format!(
                "the option {name:?} is {value}, not {} to {}",
                range.start(),
                range.end()
            ))
        })
    }

    /// A number if the option is there.
    ///
    /// # Errors
    /// If it is not a number.
    pub fn optional_float(&self, name: &str) -> Result<Option<f32>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        value.as_f64().map(|value| Some(value as f32)).ok_or_else(|| wrong(name, value))
    }

    /// A number.
    ///
    /// # Errors
    /// If it is absent or not a number.
    pub fn float(&self, name: &str) -> Result<f32> {
        self.optional_float(name)?.ok_or_else(|| missing(name))
    }

    /// A list of integers.
    ///
    /// # Errors
    /// If it is absent, or anything else.
    pub fn integers(&self, name: &str) -> Result<Vec<i64>> {
        let value = self.get(name).ok_or_else(|| missing(name))?;
        value.iter().map(|value| value.as_i64()).collect::<Option<_>>().ok_or_else(|| wrong(name, value))
    }

    /// A text.
    ///
    /// # Errors
    /// If it is absent, or anything else.
    pub fn text(&self, name: &str) -> Result<&'a str> {
        let value = self.get(name).ok_or_else(|| missing(name))?;
        value.as_str().ok_or_else(|| wrong(name, value))
    }

    /// A truth value; false if absent.
    ///
    /// # Errors
    /// If it is neither that nor a number.
    pub fn flag(&self, name: &str) -> Result<bool> {
        let Some(value) = self.get(name) else { return Ok(false) };
        value.as_bool().ok_or_else(|| wrong(name, value))
    }
}

fn missing(name: &str) -> Error {
    Error::invalid_model(format!("the option {name:?} is missing"))
}

fn wrong(name: &str, value: Value<'_>) -> Error {
    Error::invalid_model(format!("the option {name:?} can not be {value:?}"))
}
