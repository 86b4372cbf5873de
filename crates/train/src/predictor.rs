//! How accurate networks of a space will be, learned from some that were looked at: a network of three hidden layers on what was chosen
//! (arXiv 1908.09791, section 3.4).

use std::path::Path;

use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use featherlite_arch::{Tensor as Values, Weights};
use featherlite_data::Random;
use featherlite_ofa::{Choice, Encoding, Space};
use serde::{Deserialize, Serialize};

use crate::forward::constant;
use crate::optimizer::{Memory, Optimizer};
use crate::parameters::{Fixed, Parameters, Source, numbers};
use crate::schedule::Schedule;
use crate::trainer::Checkpoint;
use crate::{Error, Result};

/// Hidden layers.
const LAYERS: usize = 3;
/// Weight decays that are tried: accuracies of a few thousand images are noisy, and a predictor of hundreds of networks would learn the noise.
const DECAYS: [f32; 4] = [0.01, 1.0, 5.0, 15.0];
/// Parts of the samples, each of which is once not learned from, by which a weight decay is chosen.
const FOLDS: usize = 4;

/// How a predictor is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fit {
    /// Numbers of a hidden layer.
    pub hidden: usize,
    /// Passes over the samples.
    pub epochs: usize,
    /// Samples of a step.
    pub batch: usize,
    /// The peak of the learning rate.
    pub learning_rate: f64,
    /// Weight decay; without it, that of a few which predicts best what it has not learned from, the samples held out aside.
    pub weight_decay: Option<f32>,
    /// The share of samples that is not learned from, to see how good predictions are.
    pub held_out: f64,
    /// All draws follow from it.
    pub seed: u64,
}

impl Default for Fit {
    fn default() -> Self {
        Self {
            hidden: 400,
            epochs: 100,
            batch: 64,
            learning_rate: 1e-3,
            weight_decay: None,
            held_out: 0.2,
            seed: 0,
        }
    }
}

/// Predicts accuracies.
pub struct Predictor {
    space: Space,
    resolutions: Vec<usize>,
    encoding: Encoding,
    /// Mean and deviation of what was learned from; the network predicts how many deviations from the mean.
    base: f32,
    spread: f32,
    parameters: Parameters,
    device: Device,
}

/// What a file says beside the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct State {
    space: Space,
    resolutions: Vec<usize>,
    base: f32,
    spread: f32,
}

impl Predictor {
    /// Learns from networks and their accuracies; also what it predicts, and what was measured, of those held out.
    ///
    /// # Errors
    /// If there are too few samples, or one is none of the space.
    pub fn fit(
        space: &Space,
        samples: &[(Choice, f64)],
        fit: &Fit,
        device: &Device,
    ) -> Result<(Self, Vec<(f64, f64)>)> {
        let mut order: Vec<usize> = (0..samples.len()).collect();
        Random::of(&[fit.seed]).shuffle(&mut order);
        let held_out = (samples.len() as f64 * fit.held_out.clamp(0.0, 0.9)) as usize;
        let (held, learned) = order.split_at(held_out);
        if learned.len() < 10 {
            return Err(Error::recipe(format!("{} networks are too few to learn from", learned.len())));
        }
        for (choice, _) in samples {
            space.accepts(choice)?;
        }
        let decay = match fit.weight_decay {
            Some(decay) => decay,
            None => Self::best_decay(space, samples, learned, fit, device)?,
        };
        let predictor =
            Self::of(space, samples, learned, &Fit { weight_decay: Some(decay), ..fit.clone() }, device)?;
        let pairs = predictor.beside(samples, held)?;
        Ok((predictor, pairs))
    }

    /// The weight decay with the least squared error on samples that were not learned from.
    fn best_decay(
        space: &Space,
        samples: &[(Choice, f64)],
        learned: &[usize],
        fit: &Fit,
        device: &Device,
    ) -> Result<f32> {
        let mut best = (f64::INFINITY, DECAYS[0]);
        for decay in DECAYS {
            let fit = Fit { weight_decay: Some(decay), ..fit.clone() };
            let mut error = 0.0;
            for fold in 0..FOLDS {
                let is_in = |at: usize| at % FOLDS == fold;
                let (inside, outside): (Vec<_>, Vec<_>) =
                    learned.iter().copied().enumerate().partition(|&(at, _)| is_in(at));
                let [inside, outside] =
                    [inside, outside].map(|part| part.into_iter().map(|(_, at)| at).collect::<Vec<_>>());
                let pairs = Self::of(space, samples, &outside, &fit, device)?.beside(samples, &inside)?;
                error +=
                    pairs.iter().map(|(predicted, measured)| (predicted - measured).powi(2)).sum::<f64>();
            }
            if error < best.0 {
                best = (error, decay);
            }
        }
        Ok(best.1)
    }

    /// Learns from these of the samples.
    fn of(
        space: &Space,
        samples: &[(Choice, f64)],
        learned: &[usize],
        fit: &Fit,
        device: &Device,
    ) -> Result<Self> {
        let mut resolutions: Vec<usize> = samples.iter().map(|(choice, _)| choice.resolution).collect();
        resolutions.sort_unstable();
        resolutions.dedup();
        let encoding = Encoding::new(space, &resolutions)?;
        let base = learned.iter().map(|&at| samples[at].1).sum::<f64>() / learned.len() as f64;
        let squares = learned.iter().map(|&at| (samples[at].1 - base).powi(2)).sum::<f64>();
        let spread = (squares / learned.len() as f64).sqrt().max(1e-6);
        let parameters = Parameters::of_all(&initial(encoding.len(), fit.hidden, fit.seed), device);
        let mut predictor = Self {
            space: space.clone(),
            resolutions,
            encoding,
            base: base as f32,
            spread: spread as f32,
            parameters,
            device: device.clone(),
        };
        predictor.learn(samples, learned, fit)?;
        Ok(predictor)
    }

    /// What it predicts for these of the samples, beside what was measured.
    fn beside(&self, samples: &[(Choice, f64)], of: &[usize]) -> Result<Vec<(f64, f64)>> {
        if of.is_empty() {
            return Ok(Vec::new());
        }
        let choices: Vec<Choice> = of.iter().map(|&at| samples[at].0.clone()).collect();
        let predicted = self.predict(&choices)?;
        Ok(predicted.into_iter().zip(of).map(|(predicted, &at)| (predicted, samples[at].1)).collect())
    }

    fn learn(&mut self, samples: &[(Choice, f64)], learned: &[usize], fit: &Fit) -> Result<()> {
        let weight_decay = fit.weight_decay.unwrap_or(DECAYS[0]);
        let rule = Optimizer::Adamw { beta_1: 0.9, beta_2: 0.999, epsilon: 1e-8, weight_decay };
        let mut memory = Memory::default();
        let mut order = learned.to_vec();
        for epoch in 0..fit.epochs {
            Random::of(&[fit.seed, epoch as u64 + 1]).shuffle(&mut order);
            for part in order.chunks(fit.batch.max(1)) {
                let choices: Vec<Choice> = part.iter().map(|&at| samples[at].0.clone()).collect();
                let wanted =
                    part.iter().map(|&at| (samples[at].1 as f32 - self.base) / self.spread).collect();
                let device = self.parameters.device().clone();
                let inputs = self.inputs(&choices, &device)?;
                let wanted: Tensor<2> = constant(wanted, [part.len(), 1], &device);
                let loss = (forward(&self.parameters, inputs)? - wanted).square().mean();
                let gradients = self.parameters.gradients(loss.backward());
                let rate = fit.learning_rate * Schedule::Cosine.share(epoch as f64, fit.epochs as f64, 0.0);
                memory.step(&rule, gradients, (rate as f32, 0.0), &mut self.parameters)?;
            }
        }
        Ok(())
    }

    fn inputs(&self, choices: &[Choice], device: &Device) -> Result<Tensor<2>> {
        let mut numbers = Vec::with_capacity(choices.len() * self.encoding.len());
        for choice in choices {
            numbers.extend(self.encoding.encode(&self.space, choice)?);
        }
        Ok(constant(numbers, [choices.len(), self.encoding.len()], device))
    }

    /// The space that it was made for.
    pub fn space(&self) -> &Space {
        &self.space
    }

    /// The part of the space that it knows: with the resolutions that it has learned.
    pub fn known(&self) -> Space {
        Space { resolutions: self.resolutions.clone(), ..self.space.clone() }
    }

    /// The accuracies of networks, as shares of images.
    ///
    /// # Errors
    /// If one has a resolution that was not learned.
    pub fn predict(&self, choices: &[Choice]) -> Result<Vec<f64>> {
        let inputs = self.inputs(choices, &self.device)?;
        let predicted = numbers(forward(&Fixed(&self.parameters), inputs)?)?;
        Ok(predicted.into_iter().map(|x| f64::from(x * self.spread + self.base)).collect())
    }

    /// Writes it.
    ///
    /// # Errors
    /// If the file can not be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let state = State {
            space: self.space.clone(),
            resolutions: self.resolutions.clone(),
            base: self.base,
            spread: self.spread,
        };
        let mut checkpoint = Checkpoint { state, tensors: Default::default() };
        for (name, tensor) in self.parameters.iter() {
            checkpoint.tensors.insert(name.to_owned(), numbers(tensor)?);
        }
        checkpoint.write(path)
    }

    /// Reads what [`Predictor::write`] wrote.
    ///
    /// # Errors
    /// If it is no predictor.
    pub fn read(path: &Path, device: &Device) -> Result<Self> {
        let Checkpoint { state: State { space, resolutions, base, spread }, tensors } =
            Checkpoint::<State>::read(path)?;
        let encoding = Encoding::new(&space, &resolutions)?;
        let hidden = tensors.get("layers.0.bias").map_or(0, Vec::len);
        let mut weights = initial(encoding.len(), hidden, 0);
        let names: Vec<String> = weights.iter().map(|(name, _)| name.to_owned()).collect();
        for name in names {
            let found = tensors.get(&name).cloned().unwrap_or_default();
            if let Some(tensor) = weights.get_mut(&name) {
                if tensor.values.len() != found.len() || found.is_empty() {
                    return Err(Error::file(path, format!("{name} does not fit the space {:?}", space.name)));
                }
                tensor.values = found;
            }
        }
        let parameters = Parameters::of_all(&weights, device);
        Ok(Self { space, resolutions, encoding, base, spread, parameters, device: device.clone() })
    }
}

/// The result `[n, 1]` for inputs `[n, len]`.
fn forward(source: &dyn Source, inputs: Tensor<2>) -> Result<Tensor<2>> {
    let mut x = inputs;
    for layer in 0..LAYERS {
        let bias = source.tensor(&format!("layers.{layer}.bias"))?;
        let (rows, columns) = (x.dims()[1], bias.dims()[0]);
        let kernel: Tensor<2> = source.tensor(&format!("layers.{layer}.kernel"))?.reshape([rows, columns]);
        x = relu(x.matmul(kernel) + bias.reshape([1, columns]));
    }
    let rows = x.dims()[1];
    Ok(x.matmul(source.tensor("last.kernel")?.reshape([rows, 1])))
}

/// Weights to begin with: each layer keeps the size of numbers (arXiv 1502.01852).
fn initial(len: usize, hidden: usize, seed: u64) -> Weights {
    let mut weights = Weights::default();
    let mut random = Random::of(&[seed, 0x7072_6564]);
    let mut drawn = |rows: usize, columns: usize| {
        let deviation = (2.0 / rows.max(1) as f32).sqrt();
        let values = (0..rows * columns).map(|_| deviation * random.normal()).collect();
        Values { shape: vec![rows, columns], values }
    };
    for layer in 0..LAYERS {
        let rows = if layer == 0 { len } else { hidden };
        weights.insert(format!("layers.{layer}.kernel"), drawn(rows, hidden));
        weights.insert(
            format!("layers.{layer}.bias"),
            Values { shape: vec![hidden], values: vec![0.0; hidden] },
        );
    }
    // Nothing but the mean is predicted at first, so that few samples need not undo what was drawn.
    weights.insert("last.kernel", Values { shape: vec![hidden, 1], values: vec![0.0; hidden] });
    weights
}

#[cfg(test)]
mod tests {
    use featherlite_ofa::{Agreement, spaces};

    use super::*;

    /// Accuracy grows with multiply-adds, and with the kernels of the last stage.
    fn made_up(space: &Space, choice: &Choice) -> f64 {
        let macs = space.arch(choice).unwrap().network().unwrap().macs() as f64;
        let kernels: usize = choice.stages(space).last().unwrap().1.iter().map(|block| block.kernel).sum();
        0.5 + 0.02 * macs.ln() + 0.002 * kernels as f64
    }

    #[test]
    fn accuracies_are_learned() {
        let space = spaces::find("ofa-small").unwrap();
        let mut random = Random::of(&[3]);
        let samples: Vec<(Choice, f64)> = (0..400)
            .map(|_| space.draw(&mut random))
            .map(|choice| (choice.clone(), made_up(&space, &choice)))
            .collect();
        let device = crate::processor();
        let fit = Fit { hidden: 128, epochs: 60, ..Fit::default() };
        let (predictor, pairs) = Predictor::fit(&space, &samples, &fit, &device).unwrap();
        let agreement = Agreement::of(&pairs);
        assert_eq!(agreement.pairs, 80);
        assert!(agreement.tau > 0.8 && agreement.rmse < 0.01, "{agreement:?}");

        let path = std::env::temp_dir().join(format!("featherlite-predictor-{}", std::process::id()));
        predictor.write(&path).unwrap();
        let again = Predictor::read(&path, &device).unwrap();
        std::fs::remove_file(&path).unwrap();
        let choices: Vec<Choice> = samples[..5].iter().map(|(choice, _)| choice.clone()).collect();
        assert_eq!(again.predict(&choices).unwrap(), predictor.predict(&choices).unwrap());
        assert_eq!(again.space(), &space);
    }

    #[test]
    fn too_few_samples_are_an_error() {
        let space = spaces::find("ofa-small").unwrap();
        let samples = vec![(space.largest(), 0.9); 5];
        assert!(Predictor::fit(&space, &samples, &Fit::default(), &crate::processor()).is_err());
    }
}
