//! What training simulates beside what the integer network computes.

use featherlite_base::Quantization;
use featherlite_data::{Loader, Split};
use featherlite_ops::core::OpSet;
use featherlite_runtime::{Model, Session, SessionOptions};

use crate::trainer::Trainer;
use crate::{Error, ErrorKind, Result};

/// How near the two are on some images.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fidelity {
    /// Images.
    pub images: usize,
    /// Those whose first class is the same.
    pub same_class: usize,
    /// Scores.
    pub scores: usize,
    /// Those that are the same integer.
    pub same: usize,
    /// Those that are at most one integer apart.
    pub near: usize,
}

impl Fidelity {
    /// Compares a trainer that simulates quantization with the network that it exports, on the first images of a part.
    ///
    /// # Errors
    /// If it simulates nothing, or images can not be read.
    pub fn measure(trainer: &Trainer, split: &Split, images: usize) -> Result<Self> {
        let model =
            Model::from_bytes(trainer.export()?, &OpSet::new(featherlite_ops::ALL)).map_err(internal)?;
        let tensor = scores(&model, trainer)?;
        let options = SessionOptions { preserve_all_tensors: true, ..SessionOptions::default() };
        let mut session = model.session_with(options).map_err(internal)?;
        let mut fidelity = Self::default();
        let loader = trainer.evaluation_loader(&split.limit(images))?;
        fidelity.add_all(trainer, &loader, (&mut session, tensor))?;
        Ok(fidelity)
    }

    fn add_all(
        &mut self,
        trainer: &Trainer,
        loader: &Loader,
        (session, tensor): (&mut Session, usize),
    ) -> Result<()> {
        let classes = trainer.classes();
        for batch in loader.epoch(0) {
            let batch = batch.map_err(|error| Error::new(ErrorKind::File, error.to_string()))?;
            let simulated = trainer.scores(&batch.images)?;
            let pixels = batch.images.len() / batch.len().max(1);
            for (image, simulated) in batch.images.chunks_exact(pixels).zip(simulated.chunks_exact(classes)) {
                let (computed, scale) = compute(session, tensor, image)?;
                self.add(simulated, &computed, scale);
            }
        }
        Ok(())
    }

    fn add(&mut self, simulated: &[f32], computed: &[f32], scale: f32) {
        let first = |scores: &[f32]| {
            scores.iter().zip(0..).fold(
                (f32::MIN, 0),
                |best, (&score, class)| {
                    if score > best.0 { (score, class) } else { best }
                },
            )
        };
        self.images += 1;
        self.same_class += usize::from(first(simulated).1 == first(computed).1);
        for (simulated, computed) in simulated.iter().zip(computed) {
            let apart = ((simulated - computed) / scale).abs().round();
            self.scores += 1;
            self.same += usize::from(apart == 0.0);
            self.near += usize::from(apart <= 1.0);
        }
    }
}

/// The tensor with the scores, behind which there may be probabilities.
fn scores(model: &Model, trainer: &Trainer) -> Result<usize> {
    let mut tensors = model.subgraphs().flat_map(|graph| graph.tensors());
    let found = tensors.position(|tensor| tensor.name() == trainer.scores_name());
    found.ok_or_else(|| internal(format!("the file has no tensor {:?}", trainer.scores_name())))
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Internal, error.to_string())
}

/// The scores of an image, and what an integer of them stands for.
fn compute(session: &mut Session, tensor: usize, image: &[f32]) -> Result<(Vec<f32>, f32)> {
    session.set_input_real(0, image).map_err(internal)?;
    session.run().map_err(internal)?;
    let output = session.tensor(tensor).map_err(internal)?;
    match output.info().quantization() {
        Quantization::Affine(affine) if affine.scales.len() == 1 => {
            Ok((output.to_real().map_err(internal)?, affine.scales[0]))
        }
        _ => Err(Error::unsupported("the exported network does not give integers: nothing was simulated")),
    }
}
