//! Training with quantization simulated (arXiv 1712.05877): the network learns to live with the integers it will run in.

mod convolutions;
mod export;
mod fidelity;
mod kernels;
mod learned;
mod simulation;
mod tables;

use featherlite_quant::recipe::{Compute, Scheme};
use serde::{Deserialize, Serialize};

pub(crate) use export::{integer_model, quantized_afterwards, simulated};
pub use fidelity::Fidelity;
pub(crate) use simulation::Simulation;

use crate::{Error, Result};

/// How quantization is simulated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Qat {
    /// Passes over the data.
    pub epochs: usize,
    /// The peak of the learning rate.
    pub learning_rate: f64,
    /// Epochs in which the rate rises to its peak.
    #[serde(default)]
    pub warmup: f64,
    /// What integers there will be: `int8`, `int8-per-tensor`, `int4` (weights), `int16x8`.
    #[serde(default = "int8")]
    pub scheme: String,
    /// Steps that only observe ranges, before anything is rounded.
    #[serde(default = "delay")]
    pub delay: u64,
    /// The share of a batch in the ranges of activations.
    #[serde(default = "momentum")]
    pub momentum: f32,
    /// The share of the run after which ranges stay as they are.
    #[serde(default = "half")]
    pub freeze_ranges: f64,
    /// Whether ranges are learned from then on, by gradients.
    #[serde(default)]
    pub learn_ranges: bool,
    /// The share of the run after which batch normalization uses its running statistics, as the exported network does.
    #[serde(default = "half")]
    pub freeze_norms: f64,
}

impl Qat {
    /// The quantizer's name for what is simulated.
    ///
    /// # Errors
    /// If there is no such scheme, or it computes with floats.
    pub fn scheme(&self) -> Result<Scheme> {
        let scheme = Scheme::named(&self.scheme).map_err(|error| Error::recipe(error.to_string()))?;
        match scheme.compute {
            Compute::Integer => Ok(scheme),
            _ => Err(Error::recipe(format!("the scheme {:?} does not compute in integers", self.scheme))),
        }
    }
}

impl Default for Qat {
    fn default() -> Self {
        Self {
            epochs: 1,
            learning_rate: 0.005,
            warmup: 0.0,
            scheme: int8(),
            delay: delay(),
            momentum: momentum(),
            freeze_ranges: half(),
            learn_ranges: false,
            freeze_norms: half(),
        }
    }
}

fn int8() -> String {
    "int8".to_owned()
}

fn delay() -> u64 {
    50
}

fn momentum() -> f32 {
    0.01
}

fn half() -> f64 {
    0.5
}
