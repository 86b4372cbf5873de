//! A layer's settings, as the file has them in JSON.

use serde_json::{Map, Value};

use super::network::Layer;
use crate::{Error, Result};

/// The settings of one layer. A setting that is absent or `null` has the default that the reader gives.
#[derive(Clone, Copy)]
pub(super) struct Config<'a>(pub(super) &'a Map<String, Value>);

impl<'a> Config<'a> {
    /// The setting `name`, unless it is absent or `null`.
    pub(super) fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn read<T>(self, name: &str, kind: &str, read: impl Fn(&'a Value) -> Option<T>) -> Result<Option<T>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match read(value) {
            Some(read) => Ok(Some(read)),
            None => Err(Error::invalid(format!("the setting {name} is {}, not {kind}", shortened(value)))),
        }
    }

    pub(super) fn bool(self, name: &str, default: bool) -> Result<bool> {
        Ok(self.read(name, "true or false", Value::as_bool)?.unwrap_or(default))
    }

    pub(super) fn float(self, name: &str) -> Result<Option<f32>> {
        Ok(self.read(name, "a number", number)?.map(|number| number as f32))
    }

    pub(super) fn float_or(self, name: &str, default: f32) -> Result<f32> {
        Ok(self.float(name)?.unwrap_or(default))
    }

    pub(super) fn text(self, name: &str) -> Result<Option<&'a str>> {
        self.read(name, "text", Value::as_str)
    }

    pub(super) fn text_or(self, name: &str, default: &'a str) -> Result<&'a str> {
        Ok(self.text(name)?.unwrap_or(default))
    }

    pub(super) fn int(self, name: &str) -> Result<Option<i64>> {
        self.read(name, "an integer", integer)
    }

    pub(super) fn int_or(self, name: &str, default: i64) -> Result<i64> {
        Ok(self.int(name)?.unwrap_or(default))
    }

    /// A size: an integer from 1 to 2³¹ − 1.
    pub(super) fn size(self, name: &str) -> Result<usize> {
        let size = self.int(name)?.ok_or_else(|| Error::invalid(format!("the setting {name} is missing")))?;
        match i32::try_from(size) {
            Ok(size @ 1..) => Ok(size as usize),
            _ => Err(Error::invalid(format!("the setting {name} is {size}"))),
        }
    }

    /// A list of integers; one integer is a list of one.
    pub(super) fn ints(self, name: &str) -> Result<Option<Vec<i64>>> {
        self.read(name, "a list of integers", integers)
    }

    /// One positive size for each of `N` dimensions; one integer stands for all.
    pub(super) fn sizes<const N: usize>(self, name: &str, default: usize) -> Result<[usize; N]> {
        let Some(values) = self.ints(name)? else { return Ok([default; N]) };
        let size =
            |value: i64| i32::try_from(value).ok().filter(|&value| value > 0).map(|value| value as usize);
        let sizes: Option<Vec<usize>> = values.iter().map(|&value| size(value)).collect();
        match sizes.as_deref() {
            Some(&[size]) => Ok([size; N]),
            Some(sizes) if sizes.len() == N => Ok(std::array::from_fn(|axis| sizes[axis])),
            _ => Err(Error::invalid(format!("the setting {name} is {values:?}, not {N} positive sizes"))),
        }
    }

    /// A layer inside this one.
    pub(super) fn layer(self, name: &str) -> Result<Layer> {
        let value = self.get(name).ok_or_else(|| Error::invalid(format!("the setting {name} is missing")))?;
        Layer::read(value).map_err(|error| error.at(format!("the setting {name}")))
    }

    /// Layers inside this one.
    pub(super) fn layers(self, name: &str) -> Result<Vec<Layer>> {
        let values = self.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        values
            .iter()
            .map(|value| Layer::read(value).map_err(|error| error.at(format!("the setting {name}"))))
            .collect()
    }
}

/// A number; JSON as Python writes it has the others as text.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value.as_str() {
        Some("inf" | "Infinity") => Some(f64::INFINITY),
        Some("-inf" | "-Infinity") => Some(f64::NEG_INFINITY),
        Some(_) => None,
        None => value.as_f64(),
    }
}

/// An integer, also one that is written as `2.0`.
pub(super) fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let number = value.as_f64()?;
        (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
    })
}

/// Integers; one is a list of one.
pub(super) fn integers(value: &Value) -> Option<Vec<i64>> {
    match value.as_array() {
        Some(values) => values.iter().map(integer).collect(),
        None => Some(vec![integer(value)?]),
    }
}

/// The value as text that fits into a message.
pub(super) fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
