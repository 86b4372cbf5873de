//! How gradients change parameters.

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::parameters::{Parameters, numbers};

/// A rule of descent. Weight decay is for kernels only: neither biases nor what batch normalization learns.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Optimizer {
    /// Stochastic gradient descent with momentum.
    Sgd {
        /// The share of the last step that goes on.
        #[serde(default = "momentum")]
        momentum: f32,
        /// Whether the gradient is taken as if the step had gone on already.
        #[serde(default = "yes")]
        nesterov: bool,
        /// Added to the gradient, times the weight.
        #[serde(default)]
        weight_decay: f32,
    },
    /// RMSProp as TensorFlow has it: epsilon within the root, the learning rate within the momentum, means that begin at 1.
    Rmsprop {
        /// The share of the old mean of squares.
        #[serde(default = "momentum")]
        decay: f32,
        /// The share of the last step that goes on.
        #[serde(default = "momentum")]
        momentum: f32,
        /// Keeps the root from 0.
        #[serde(default = "large_epsilon")]
        epsilon: f32,
        /// Added to the gradient, times the weight.
        #[serde(default)]
        weight_decay: f32,
    },
    /// Adam with decoupled weight decay (arXiv 1711.05101).
    Adamw {
        /// The share of the old mean of gradients.
        #[serde(default = "momentum")]
        beta_1: f32,
        /// The share of the old mean of squares.
        #[serde(default = "beta_2")]
        beta_2: f32,
        /// Keeps the root from 0.
        #[serde(default = "small_epsilon")]
        epsilon: f32,
        /// The share of a weight that a step takes off, times the learning rate.
        #[serde(default)]
        weight_decay: f32,
    },
}

fn momentum() -> f32 {
    0.9
}

fn beta_2() -> f32 {
    0.999
}

fn large_epsilon() -> f32 {
    1e-3
}

fn small_epsilon() -> f32 {
    1e-8
}

fn yes() -> bool {
    true
}

impl Default for Optimizer {
    fn default() -> Self {
        Self::Sgd { momentum: momentum(), nesterov: true, weight_decay: 4e-5 }
    }
}

/// What a rule remembers of each parameter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    tensors: BTreeMap<String, Vec<Tensor<1>>>,
    steps: u64,
}

/// The last step, or the mean of gradients.
const VELOCITY: usize = 0;
/// The mean of squares.
const SQUARES: usize = 1;

impl Optimizer {
    /// How many tensors it remembers for each parameter.
    fn slots(&self) -> usize {
        match self {
            Self::Sgd { .. } => 1,
            Self::Rmsprop { .. } | Self::Adamw { .. } => 2,
        }
    }

    fn begin(&self, like: &Tensor<1>) -> Vec<Tensor<1>> {
        let begins_at_one = |slot: usize| slot == SQUARES && matches!(self, Self::Rmsprop { .. });
        let slots = 0..self.slots();
        slots.map(|slot| if begins_at_one(slot) { like.ones_like() } else { like.zeros_like() }).collect()
    }
}

impl Memory {
    /// One step of all parameters: name, whether it decays, value, gradient. Gradients are scaled down to `limit` as [`clip`] does, unless it is
    /// 0.
    pub(crate) fn step(
        &mut self,
        rule: &Optimizer,
        mut gradients: Vec<(String, bool, Tensor<1>, Tensor<1>)>,
        (rate, limit): (f32, f32),
        parameters: &mut Parameters,
    ) -> Result<()> {
        if limit > 0.0 {
            clip(&mut gradients, limit);
        }
        self.steps += 1;
        for (name, decays, value, gradient) in gradients {
            let value = self.descend(rule, &name, (value, gradient), rate, decays);
            parameters.set(&name, value)?;
        }
        Ok(())
    }

    /// The parameter after the step.
    fn descend(
        &mut self,
        rule: &Optimizer,
        name: &str,
        (value, gradient): (Tensor<1>, Tensor<1>),
        rate: f32,
        decays: bool,
    ) -> Tensor<1> {
        let slots = self.tensors.entry(name.to_owned()).or_insert_with(|| rule.begin(&value));
        let with_decay = |weight_decay: f32, gradient: Tensor<1>| match decays && weight_decay != 0.0 {
            true => gradient + value.clone() * weight_decay,
            false => gradient,
        };
        match *rule {
            Optimizer::Sgd { momentum, nesterov, weight_decay } => {
                let gradient = with_decay(weight_decay, gradient);
                let velocity = slots[VELOCITY].clone() * momentum + gradient.clone();
                slots[VELOCITY] = velocity.clone();
                let step = if nesterov { gradient + velocity * momentum } else { velocity };
                value.clone() - step * rate
            }
            Optimizer::Rmsprop { decay, momentum, epsilon, weight_decay } => {
                let gradient = with_decay(weight_decay, gradient);
                let squares = slots[SQUARES].clone() * decay + gradient.clone().square() * (1.0 - decay);
                slots[SQUARES] = squares.clone();
                let velocity =
                    slots[VELOCITY].clone() * momentum + gradient * rate / (squares + epsilon).sqrt();
                slots[VELOCITY] = velocity.clone();
                value.clone() - velocity
            }
            Optimizer::Adamw { beta_1, beta_2, epsilon, weight_decay } => {
                let mean = slots[VELOCITY].clone() * beta_1 + gradient.clone() * (1.0 - beta_1);
                let squares = slots[SQUARES].clone() * beta_2 + gradient.square() * (1.0 - beta_2);
                slots[VELOCITY] = mean.clone();
                slots[SQUARES] = squares.clone();
                let correction = |beta: f32| 1.0 - (f64::from(beta)).powf(self.steps as f64) as f32;
                let step = (mean / correction(beta_1)) / ((squares / correction(beta_2)).sqrt() + epsilon);
                let kept = if decays { 1.0 - rate * weight_decay } else { 1.0 };
                value.clone() * kept - step * rate
            }
        }
    }

    /// What is remembered, by name, for a checkpoint.
    pub(crate) fn save(&self) -> Result<Vec<(String, Vec<f32>)>> {
        let mut saved = Vec::new();
        for (name, slots) in &self.tensors {
            for (slot, tensor) in slots.iter().enumerate() {
                saved.push((format!("{name}/{slot}"), numbers(tensor.clone())?));
            }
        }
        Ok(saved)
    }

    /// Takes in what [`Memory::save`] gave after so many steps, in its order.
    pub(crate) fn load(saved: Vec<(String, Vec<f32>)>, steps: u64, device: &Device) -> Self {
        let mut memory = Self { tensors: BTreeMap::new(), steps };
        for (name, values) in saved {
            let name = name.rsplit_once('/').map_or(name.clone(), |(name, _)| name.to_owned());
            let data = TensorData::new(values.clone(), [values.len()]);
            memory.tensors.entry(name).or_default().push(Tensor::from_data(data, device));
        }
        memory
    }
}

/// Scales gradients down so that their common norm is at most `limit`.
fn clip(gradients: &mut [(String, bool, Tensor<1>, Tensor<1>)], limit: f32) {
    let squares: f64 = gradients
        .iter()
        .map(|(.., gradient)| f64::from(gradient.clone().square().sum().into_scalar::<f32>()))
        .sum();
    let norm = squares.sqrt() as f32;
    if norm > limit {
        for (.., gradient) in gradients {
            *gradient = gradient.clone() * (limit / norm);
        }
    }
}
