use std::path::Path;

use burn::tensor::{Device, Tensor};
use featherlite_arch::Weights;

use crate::forward::{Mode, Pass};
use crate::graph::Graph;
use crate::loss::{cross_entropy, softened};
use crate::parameters::{Fixed, Parameters};
use crate::recipe::Distill;
use crate::{Error, Result};

/// A trained network whose scores another one learns.
pub(super) struct Teacher {
    graph: Graph,
    parameters: Parameters,
    temperature: f32,
    share: f32,
}

impl Teacher {
    /// Reads its weights.
    pub(super) fn open(distill: &Distill, device: &Device) -> Result<Self> {
        let path = Path::new(&distill.teacher);
        let contents = std::fs::read(path).map_err(|error| Error::file(path, error))?;
        let (weights, arch) =
            Weights::from_safetensors(&contents).map_err(|error| Error::file(path, error))?;
        let arch =
            arch.ok_or_else(|| Error::file(path, "the file does not say of which architecture it is"))?;
        let network = arch.network()?;
        Ok(Self {
            graph: Graph::from(&network),
            parameters: Parameters::new(network.weights(), &weights, device)?,
            temperature: distill.temperature,
            share: distill.share,
        })
    }

    /// The loss by labels, and that by the teacher's scores of the same images.
    pub(super) fn join(&self, loss: Tensor<1>, scores: Tensor<2>, images: Tensor<4>) -> Result<Tensor<1>> {
        let fixed = Fixed(&self.parameters);
        let theirs = Pass::new(&fixed, Mode::Evaluate).run(&self.graph, images)?;
        let wanted = Tensor::from_inner(softened(theirs, self.temperature));
        let squared = self.temperature * self.temperature;
        let learned = cross_entropy(scores / self.temperature, wanted) * squared;
        Ok(loss * (1.0 - self.share) + learned * self.share)
    }
}
