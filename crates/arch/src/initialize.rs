//! Weights before training.

use crate::network::{Kind, Network, Role, Weight};
use crate::random::Random;
use crate::weights::{Tensor, Weights};

/// The deviation of the last layer's kernel, as usual: all classes begin nearly equal.
const CLASSIFIER_DEVIATION: f64 = 0.01;

impl Network {
    /// Random weights, the same for a seed: kernels normally distributed with variance `2 / fan_out` (He's, by what a value is
    /// spread to), those of the classifier with deviation 0.01; biases 0; normalization that changes nothing.
    pub fn initialize(&self, seed: u64) -> Weights {
        let mut weights = Weights::default();
        for (number, weight) in self.weights().into_iter().enumerate() {
            let values = match weight.role {
                Role::Kernel => {
                    // Each has a stream of its own, whatever the sizes of those before it.
                    let mut random = Random::new(Random::new(seed ^ ((number as u64) << 32)).bits());
                    let deviation = self.deviation(&weight);
                    (0..weight.len()).map(|_| (random.normal() * deviation) as f32).collect()
                }
                Role::Gamma | Role::Variance => vec![1.0; weight.len()],
                Role::Bias | Role::Beta | Role::Mean => vec![0.0; weight.len()],
            };
            weights.insert(weight.name, Tensor { shape: weight.shape, values });
        }
        weights
    }

    /// Lets blocks that are added to what they read begin with nothing to add, by a last `gamma` of 0 (section 5.1 of
    /// arXiv 1706.02677): a network of many such blocks learns faster at first.
    pub fn zero_init_last(&self, weights: &mut Weights) {
        for layer in self.layers.iter().filter(|layer| matches!(layer.kind, Kind::Add { .. })) {
            let last = layer.inputs.get(1).map(|&input| &self.layers[input].name);
            if let Some(gamma) = last.and_then(|last| weights.get_mut(&format!("{last}.gamma"))) {
                gamma.values.fill(0.0);
            }
        }
    }

    fn deviation(&self, weight: &Weight) -> f64 {
        let is_last = weight.layer + 1 == self.layers.len();
        let out = self.layers[weight.layer].output[2];
        let fan_out = match self.layers[weight.layer].kind {
            Kind::Conv(conv) => conv.kernel * conv.kernel * out / conv.groups,
            _ if is_last => return CLASSIFIER_DEVIATION,
            _ => out,
        };
        (2.0 / fan_out.max(1) as f64).sqrt()
    }
}
