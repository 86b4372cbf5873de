//! How good a network is as a file: what the runtime computes, which is much quicker than passes of training.

use featherlite_arch::{Arch, BuildOptions, Weights, build_tflite};
use featherlite_data::{Batch, Loader};
use featherlite_ops::core::OpSet;
use featherlite_runtime::{Model, Session};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};
use rayon::slice::ParallelSlice;

use crate::trainer::Score;
use crate::{Error, ErrorKind, Result};

/// A model file, with a session for each thread.
pub(crate) struct Computed {
    sessions: Vec<Session>,
    /// Height, width and channels of images.
    input: [usize; 3],
}

impl Computed {
    /// A model of one input, images, and one output, scores.
    pub(crate) fn new(file: Vec<u8>) -> Result<Self> {
        let model = Model::from_bytes(file, &OpSet::new(featherlite_ops::ALL)).map_err(internal)?;
        let threads = rayon::current_num_threads().max(1);
        let sessions: Result<Vec<Session>> =
            (0..threads).map(|_| model.session().map_err(internal)).collect();
        let sessions = sessions?;
        let shape = sessions[0].input_shape(0).map_err(internal)?;
        let [_, height, width, channels] = shape.nhwc().map_err(internal)?;
        Ok(Self { sessions, input: [height, width, channels] })
    }

    /// An architecture with its weights.
    pub(crate) fn of_arch(arch: &Arch, weights: &Weights) -> Result<Self> {
        Self::new(build_tflite(&arch.network()?, weights, BuildOptions::default())?)
    }

    /// How good it is on images, of which `sized` makes those that it reads: height, width, channels and the numbers of a batch.
    pub(crate) fn score(&mut self, loader: &Loader, sized: &dyn Fn(&Batch) -> Vec<f32>) -> Result<Score> {
        let mut score = Score::default();
        for batch in loader.epoch(0) {
            let batch = batch.map_err(|error| Error::new(ErrorKind::File, error.to_string()))?;
            let scores = self.scores(&sized(&batch))?;
            let loss = cross_entropy(&scores, &batch.labels)?;
            score.add(loss, &scores, &batch.labels, &mut |_, _| {});
        }
        Ok(score.mean())
    }

    /// The scores of images, in their order.
    fn scores(&mut self, images: &[f32]) -> Result<Vec<f32>> {
        let pixels = self.input.iter().product::<usize>().max(1);
        if !images.len().is_multiple_of(pixels) {
            return Err(Error::mismatch(format!(
                "{} numbers are no images of {:?}",
                images.len(),
                self.input
            )));
        }
        let share = (images.len() / pixels).div_ceil(self.sessions.len()).max(1);
        let work = |(session, images): (&mut Session, &[f32])| {
            let mut scores = Vec::new();
            for image in images.chunks_exact(pixels) {
                session.set_input_real(0, image).map_err(internal)?;
                session.run().map_err(internal)?;
                scores.extend(session.output(0).and_then(|output| output.to_real()).map_err(internal)?);
            }
            Ok(scores)
        };
        let parts: Result<Vec<Vec<f32>>> =
            self.sessions.par_iter_mut().zip(images.par_chunks(share * pixels)).map(work).collect();
        Ok(parts?.concat())
    }
}

/// The mean loss of scores before a softmax.
fn cross_entropy(scores: &[f32], labels: &[u32]) -> Result<f64> {
    let classes = scores.len() / labels.len().max(1);
    if labels.iter().any(|&label| label as usize >= classes) {
        return Err(Error::mismatch(format!("the model gives {classes} scores; there are more classes")));
    }
    let loss = |(row, &label): (&[f32], &u32)| {
        let greatest = row.iter().copied().fold(f32::MIN, f32::max);
        let sum: f64 = row.iter().map(|score| f64::from(score - greatest).exp()).sum();
        sum.ln() - f64::from(row[label as usize] - greatest)
    };
    let sum: f64 = scores.chunks_exact(classes.max(1)).zip(labels).map(loss).sum();
    Ok(sum / labels.len().max(1) as f64)
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Internal, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_those_of_a_softmax() {
        let loss = cross_entropy(&[0.0, 0.0, 1000.0, 0.0], &[1, 0]).unwrap();
        assert!((loss - 2f64.ln() / 2.0).abs() < 1e-12, "{loss}");
        assert!(cross_entropy(&[0.0, 1.0], &[2]).is_err());
    }

    #[test]
    fn images_are_shared_by_threads_in_order() {
        let arch = featherlite_arch::find("mobilenet_v1_0.25").unwrap().with_resolution(32).with_classes(3);
        let weights = arch.network().unwrap().initialize(1);
        let mut computed = Computed::of_arch(&arch, &weights).unwrap();
        let images: Vec<f32> = (0..5 * 32 * 32 * 3).map(|at| (at as f32 * 0.7).sin()).collect();
        let all = computed.scores(&images).unwrap();
        let singly = images.chunks(32 * 32 * 3).flat_map(|image| computed.scores(image).unwrap());
        assert_eq!(all, singly.collect::<Vec<f32>>());
        assert_eq!(all.len(), 15);
        assert!(computed.scores(&images[1..]).is_err());
    }
}
