//! Recipes as text.

use serde::Deserialize;

use super::{Compute, Fit, Grain, Recipe, Scheme};
use crate::observer::Observer;
use crate::{Error, Result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(default = "everything")]
    regex: String,
    #[serde(default = "any")]
    operation: String,
    /// A name of ours; instead of the following.
    scheme: Option<String>,
    observer: Option<String>,
    algorithm_key: Option<String>,
    op_config: Option<Config>,
}

#[derive(Default, Deserialize)]
struct Config {
    activation_tensor_config: Option<TensorConfig>,
    weight_tensor_config: Option<TensorConfig>,
    #[serde(default)]
    compute_precision: String,
    #[serde(default)]
    explicit_dequantize: bool,
    #[serde(default)]
    min_weight_elements: usize,
}

#[derive(Deserialize)]
struct TensorConfig {
    num_bits: u8,
    #[serde(default = "yes")]
    symmetric: bool,
    #[serde(default)]
    granularity: String,
}

fn everything() -> String {
    ".*".to_owned()
}

fn any() -> String {
    "*".to_owned()
}

fn yes() -> bool {
    true
}

impl Recipe {
    /// Reads a list of rules, each `{"regex", "operation", "scheme", "observer"}` with one of [`Scheme::NAMES`], or with
    /// ai-edge-quantizer's `"algorithm_key"` and `"op_config"` in place of the scheme.
    ///
    /// # Errors
    /// If it is no such list, or asks for what is not supported; it names the rule.
    pub fn from_json(text: &str) -> Result<Self> {
        let lines: Vec<Line> =
            serde_json::from_str(text).map_err(|error| Error::recipe(format!("not a recipe: {error}")))?;
        let mut recipe = Self::default();
        for (index, line) in lines.iter().enumerate() {
            let scheme = scheme(line).map_err(|error| Error::recipe(format!("rule {index}: {error}")))?;
            let operator = match line.operation.as_str() {
                "*" => None,
                "CONV_2D_TRANSPOSE" => Some("TRANSPOSE_CONV"),
                operator => Some(operator),
            };
            recipe.add(&line.regex, operator, scheme)?;
        }
        Ok(recipe)
    }
}

fn scheme(line: &Line) -> Result<Scheme> {
    let observer = line.observer.as_deref().map(str::parse::<Observer>).transpose()?;
    let scheme = match (&line.scheme, &line.algorithm_key) {
        (Some(name), None) => Scheme::named(name)?,
        (None, Some(key)) => foreign(key, line.op_config.as_ref())?,
        _ => return Err(Error::recipe("a rule has either \"scheme\" or \"algorithm_key\"")),
    };
    Ok(Scheme { observer: observer.or(scheme.observer), ..scheme })
}

/// A rule in ai-edge-quantizer's terms.
fn foreign(key: &str, config: Option<&Config>) -> Result<Scheme> {
    let default = Config::default();
    let config = config.unwrap_or(&default);
    let fit = match key {
        "no_quantize" => return Ok(Scheme::FLOAT),
        "float_casting" => return Scheme::named("float16"),
        "min_max_uniform_quantize" => Fit::MinMax,
        "MSE" | "OCTAV" | "OSCAR" | "GPTQ" => Fit::Mse,
        _ => return Err(Error::recipe(format!("the algorithm {key:?} is not supported"))),
    };
    let weights = config.weight_tensor_config.as_ref();
    if weights.is_some_and(|weights| !weights.symmetric) {
        return Err(Error::recipe("weights with zero points are not supported: kernels take symmetric ones"));
    }
    let activation_bits = config.activation_tensor_config.as_ref().map(|activation| activation.num_bits);
    let compute = match (config.compute_precision.as_str(), config.explicit_dequantize, activation_bits) {
        ("INTEGER", false, Some(8 | 16)) => Compute::Integer,
        ("INTEGER", false, None) => Compute::Dynamic,
        ("FLOAT", _, None) | (_, true, None) => Compute::WeightOnly,
        (precision, _, bits) => {
            return Err(Error::recipe(format!(
                "compute_precision {precision:?} with activations of {bits:?} bits is not supported"
            )));
        }
    };
    let weight_bits = weights.map_or(8, |weights| weights.num_bits);
    if !matches!(weight_bits, 2 | 4 | 8) {
        return Err(Error::recipe(format!(
            "weights of {weight_bits} bits are not supported; 8, 4 and 2 are"
        )));
    }
    Ok(Scheme {
        compute,
        activation_bits: activation_bits.unwrap_or(8),
        weight_bits,
        grain: weights.map_or(Ok(Grain::Channel), |weights| grain(&weights.granularity))?,
        fit,
        least_elements: config.min_weight_elements,
        observer: None,
    })
}

fn grain(name: &str) -> Result<Grain> {
    match name {
        "TENSORWISE" => Ok(Grain::Tensor),
        "CHANNELWISE" | "" => Ok(Grain::Channel),
        _ => match name.strip_prefix("BLOCKWISE_").map(str::parse) {
            Some(Ok(block)) if block > 0 => Ok(Grain::Block(block)),
            _ => Err(Error::recipe(format!("the granularity {name:?} is not supported"))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipes_of_ai_edge_quantizer_are_read() {
        let text = r#"[
            {"regex": ".*", "operation": "*", "algorithm_key": "min_max_uniform_quantize", "op_config": {
                "activation_tensor_config": {"num_bits": 8, "symmetric": false, "granularity": "TENSORWISE",
                    "dtype": "INT"},
                "weight_tensor_config": {"num_bits": 8, "symmetric": true, "granularity": "CHANNELWISE",
                    "dtype": "INT"},
                "compute_precision": "INTEGER", "explicit_dequantize": false, "skip_checks": false,
                "min_weight_elements": 0}},
            {"regex": "Dense", "operation": "FULLY_CONNECTED", "algorithm_key": "MSE", "op_config": {
                "weight_tensor_config": {"num_bits": 4, "symmetric": true, "granularity": "BLOCKWISE_32"},
                "compute_precision": "INTEGER"}},
            {"regex": "Logits", "operation": "*", "algorithm_key": "no_quantize"},
            {"regex": "stem", "scheme": "int8", "observer": "percentile:99.9"}
        ]"#;
        let recipe = Recipe::from_json(text).unwrap();
        assert_eq!(recipe.scheme("CONV_2D", "a"), Scheme::named("int8").unwrap());
        let dense = recipe.scheme("FULLY_CONNECTED", "x/Dense/y");
        assert_eq!((dense.compute, dense.grain, dense.weight_bits), (Compute::Dynamic, Grain::Block(32), 4));
        assert_eq!(recipe.scheme("ADD", "Logits"), Scheme::FLOAT);
        assert_eq!(recipe.scheme("ADD", "stem").observer, Some(Observer::Percentile(99.9)));
    }

    #[test]
    fn what_is_not_supported_is_named() {
        for (text, expected) in [
            ("{}", "not a recipe"),
            (r#"[{"regex": ".*"}]"#, "rule 0"),
            (r#"[{"scheme": "int8"}, {"scheme": "int7"}]"#, "rule 1"),
            (r#"[{"scheme": "int8", "regex": "("}]"#, "regular expression"),
            (r#"[{"scheme": "int8", "skope": "x"}]"#, "skope"),
            (r#"[{"algorithm_key": "magic"}]"#, "magic"),
            (
                r#"[{"algorithm_key": "MSE", "op_config": {"compute_precision": "INTEGER",
                    "weight_tensor_config": {"num_bits": 3}}}]"#,
                "3 bits",
            ),
        ] {
            let error = Recipe::from_json(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
