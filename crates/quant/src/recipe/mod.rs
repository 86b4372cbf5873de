//! Which operator is quantized how: a list of rules, of which the last that fits an operator decides.
//!
//! The JSON form is that of ai-edge-quantizer's recipes: see [`Recipe::from_json`].

mod json;

use regex_lite::Regex;

use crate::observer::Observer;
use crate::{Error, Result};

/// What an operator computes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compute {
    /// Nothing changes.
    Float,
    /// Constants are stored in half precision and computed with in single precision.
    Float16,
    /// Weights are stored as integers and expanded to floats before they are used.
    WeightOnly,
    /// Weights are integers; the other operand is quantized during the run, by its own range.
    Dynamic,
    /// Weights and activations are integers.
    Integer,
}

/// What shares a scale among weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// The whole tensor.
    Tensor,
    /// Each output channel.
    Channel,
    /// Blocks of this many elements of a row, for FULLY_CONNECTED; others go by channel.
    Block(usize),
}

/// How weights get their scales.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The greatest magnitude is the greatest integer.
    MinMax,
    /// Least squared error.
    Mse,
}

/// How one operator is quantized.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scheme {
    /// What it computes in.
    pub compute: Compute,
    /// Bits of activations with [`Compute::Integer`]: 8 or 16.
    pub activation_bits: u8,
    /// Bits of weights: 8, 4 or 2.
    pub weight_bits: u8,
    /// What shares a scale among weights.
    pub grain: Grain,
    /// How weights get their scales.
    pub fit: Fit,
    /// Weights of fewer elements stay as they are, but with [`Compute::Integer`].
    pub least_elements: usize,
    /// The rule for the range of its results; the quantization's own rule otherwise.
    pub observer: Option<Observer>,
}

impl Scheme {
    /// Nothing changes.
    pub const FLOAT: Scheme = Scheme {
        compute: Compute::Float,
        activation_bits: 8,
        weight_bits: 8,
        grain: Grain::Channel,
        fit: Fit::MinMax,
        least_elements: 0,
        observer: None,
    };

    /// Names for [`named`](Self::named), with what they mean.
    pub const NAMES: &'static [(&'static str, &'static str)] = &[
        ("float", "nothing changes"),
        ("float16", "constants in half precision, half the size"),
        ("dynamic", "INT8 weights, activations quantized while it runs"),
        ("dynamic-int4", "INT4 weights, activations quantized while it runs"),
        ("weight-only", "INT8 weights, computed with in floating point"),
        ("weight-only-int4", "INT4 weights, computed with in floating point"),
        ("int8", "all integers; needs calibration"),
        ("int8-per-tensor", "as int8, with one scale for each tensor of weights"),
        ("int4", "as int8, with INT4 weights where kernels take them"),
        ("int16x8", "INT16 activations, INT8 weights; needs calibration"),
        ("int4-block32", "INT4 weights of FULLY_CONNECTED in blocks of 32, dynamic"),
    ];

    /// The scheme of a name.
    ///
    /// # Errors
    /// If there is none; it lists those there are.
    pub fn named(name: &str) -> Result<Self> {
        /// TensorFlow's converter leaves smaller weights alone, too.
        const LEAST: usize = 1024;
        let dynamic = Scheme { compute: Compute::Dynamic, least_elements: LEAST, ..Self::FLOAT };
        let weight_only = Scheme { compute: Compute::WeightOnly, ..dynamic };
        let integer = Scheme { compute: Compute::Integer, ..Self::FLOAT };
        let int4 = |scheme: Scheme| Scheme { weight_bits: 4, fit: Fit::Mse, ..scheme };
        Ok(match name {
            "float" => Self::FLOAT,
            "float16" => Scheme { compute: Compute::Float16, ..Self::FLOAT },
            "dynamic" => dynamic,
            "dynamic-int4" => int4(dynamic),
            "weight-only" => weight_only,
            "weight-only-int4" => int4(weight_only),
            "int8" => integer,
            "int8-per-tensor" => Scheme { grain: Grain::Tensor, ..integer },
            "int4" => int4(integer),
            "int16x8" => Scheme { activation_bits: 16, ..integer },
            _ => match name.strip_prefix("int4-block").map(str::parse) {
                Some(Ok(block)) => Scheme { grain: Grain::Block(block), ..int4(dynamic) },
                _ => {
                    let names: Vec<&str> = Self::NAMES.iter().map(|(name, _)| *name).collect();
                    return Err(Error::recipe(format!("no scheme {name:?}; there are {}", names.join(", "))));
                }
            },
        })
    }
}

/// One line of a recipe.
#[derive(Clone, Debug)]
struct Rule {
    scope: Regex,
    /// An operator's name; all of them if absent.
    operator: Option<String>,
    scheme: Scheme,
}

/// Rules, of which the last that fits decides.
#[derive(Clone, Debug, Default)]
pub struct Recipe {
    rules: Vec<Rule>,
}

impl Recipe {
    /// One scheme for everything.
    ///
    /// # Errors
    /// Never for a scheme that [`Scheme::named`] gave.
    pub fn all(scheme: Scheme) -> Result<Self> {
        let mut recipe = Self::default();
        recipe.add(".*", None, scheme)?;
        Ok(recipe)
    }

    /// Adds a rule for operators whose scope (the names of their outputs) a regular expression matches somewhere.
    ///
    /// # Errors
    /// If the expression is wrong.
    pub fn add(&mut self, scope: &str, operator: Option<&str>, scheme: Scheme) -> Result<()> {
        let scope = Regex::new(scope)
            .map_err(|error| Error::recipe(format!("regular expression {scope:?}: {error}")))?;
        self.rules.push(Rule { scope, operator: operator.map(str::to_owned), scheme });
        Ok(())
    }

    /// How an operator is quantized; nothing changes if no rule fits.
    pub fn scheme(&self, operator: &str, scope: &str) -> Scheme {
        let fits = |rule: &&Rule| {
            rule.operator.as_deref().is_none_or(|wanted| wanted == operator) && rule.scope.is_match(scope)
        };
        self.rules.iter().rev().find(fits).map_or(Scheme::FLOAT, |rule| rule.scheme)
    }

    /// Whether some rule asks for quantized activations, which need statistics.
    pub fn needs_statistics(&self) -> bool {
        self.rules.iter().any(|rule| rule.scheme.compute == Compute::Integer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rule_that_fits_decides() {
        let mut recipe = Recipe::all(Scheme::named("int8").unwrap()).unwrap();
        recipe.add("^head/", None, Scheme::FLOAT).unwrap();
        recipe.add("head/", Some("CONV_2D"), Scheme::named("int16x8").unwrap()).unwrap();
        assert_eq!(recipe.scheme("ADD", "body/add").compute, Compute::Integer);
        assert_eq!(recipe.scheme("ADD", "head/add").compute, Compute::Float);
        assert_eq!(recipe.scheme("CONV_2D", "the/head/x").activation_bits, 16);
        assert!(recipe.needs_statistics());
        assert_eq!(Recipe::default().scheme("ADD", "x"), Scheme::FLOAT);
    }

    #[test]
    fn every_listed_name_is_a_scheme() {
        for (name, _) in Scheme::NAMES {
            Scheme::named(name).unwrap();
        }
        assert_eq!(Scheme::named("int4-block64").unwrap().grain, Grain::Block(64));
        assert!(Scheme::named("int3").unwrap_err().to_string().contains("int16x8"));
    }
}
