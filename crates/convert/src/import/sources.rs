//! What the operators of other frameworks become, for the documentation.

use super::{keras, onnx, tensorflow};

/// An operator, layer or operation of another framework that there is a rule for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The framework: `TensorFlow`, `ONNX` or `Keras`.
    pub framework: &'static str,
    /// Its name there.
    pub name: String,
    /// The TFLite operators that come of it, the main one first; none where it disappears.
    pub operators: Vec<String>,
}

/// All rules of all importers.
pub fn sources() -> Vec<Source> {
    let of = |framework| move |(name, operators)| Source { framework, name, operators };
    let mut sources: Vec<Source> = tensorflow::sources().map(of("TensorFlow")).collect();
    sources.extend(onnx::sources().map(of("ONNX")));
    sources.extend(keras::sources().map(of("Keras")));
    sources
}

/// The names in a list such as `MUL, ADD`; other words are dropped.
pub(super) fn listed(operators: &str) -> Vec<String> {
    let is_name = |word: &&str| {
        !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    operators.split([',', ' ']).filter(is_name).map(str::to_owned).collect()
}
