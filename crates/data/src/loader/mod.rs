//! Batches of a split, epoch by epoch.

mod batch;
mod batches;
mod job;

use std::sync::Arc;

pub use batch::{Batch, Skipped};
pub use batches::Batches;
use job::Job;

use crate::dataset::Split;
use crate::error::{Error, Result};
use crate::image::{Image, Size};
use crate::mix::Mix;
use crate::random::Random;
use crate::transform::Transform;

/// Which part of each batch a process makes, where several share the work: the `index`th of `count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 0 on.
    pub index: usize,
    /// How many there are.
    pub count: usize,
}

impl Default for Shard {
    fn default() -> Self {
        Self { index: 0, count: 1 }
    }
}

/// How batches are made.
#[derive(Clone, Debug)]
pub struct LoaderOptions {
    /// Images of a batch, of all shards together.
    pub batch: usize,
    /// Whether samples come in another order in each epoch.
    pub shuffle: bool,
    /// What every random draw starts from.
    pub seed: u64,
    /// Whether the last samples of an epoch are left out if they do not fill a batch.
    pub drop_last: bool,
    /// Threads that prepare batches; with none the caller's does, when it asks for a batch.
    pub workers: usize,
    /// How many batches may be ready before they are asked for.
    pub ahead: usize,
    /// Which part of each batch is wanted.
    pub shard: Shard,
    /// What is done to each image.
    pub transform: Transform,
    /// What is done to the images of a batch together.
    pub mix: Option<Mix>,
}

impl Default for LoaderOptions {
    fn default() -> Self {
        Self {
            batch: 32,
            shuffle: false,
            seed: 0,
            drop_last: false,
            workers: 1,
            ahead: 4,
            shard: Shard::default(),
            transform: Transform::default(),
            mix: None,
        }
    }
}

/// Makes batches. The batch with a number of an epoch is always the same, whoever asks for it and whatever came before.
#[derive(Clone, Debug)]
pub struct Loader {
    job: Arc<Job>,
}

impl Loader {
    /// A loader of a split's samples.
    ///
    /// # Errors
    ///
    /// If the options make no sense, if an epoch would have no batch, or if no image can be read.
    pub fn new(split: &Split, options: LoaderOptions) -> Result<Self> {
        let Shard { index, count } = options.shard;
        if options.batch == 0 || index >= count {
            return Err(Error::invalid(format!("shard {index} of {count} of a batch of {}", options.batch)));
        }
        options.transform.check()?;
        options.mix.iter().try_for_each(Mix::check)?;
        if split.is_empty() || (options.drop_last && split.len() < options.batch) {
            return Err(Error::invalid(format!(
                "{} samples make no batch of {}",
                split.len(),
                options.batch
            )));
        }
        let size = match options.transform.output_size(split.size()) {
            Some(size) => size,
            None => first_size(split, &options.transform)?,
        };
        Ok(Self { job: Arc::new(Job { split: split.clone(), options, size }) })
    }

    /// The size that all images have.
    pub fn size(&self) -> Size {
        self.job.size
    }

    /// How many batches an epoch has.
    pub fn batches_per_epoch(&self) -> usize {
        self.job.batches_per_epoch()
    }

    /// The batches of one epoch.
    pub fn epoch(&self, epoch: u64) -> Batches {
        let count = self.batches_per_epoch();
        Batches::new(self.job.clone(), (epoch, 0), Some(count))
    }

    /// The batches from one of an epoch on, and those of the epochs after it, without end.
    pub fn from(&self, epoch: u64, batch: usize) -> Batches {
        Batches::new(self.job.clone(), (epoch, batch), None)
    }
}

/// The size of the first image that can be read.
fn first_size(split: &Split, transform: &Transform) -> Result<Size> {
    const TRIES: usize = 64;
    let (mut image, mut spare) = (Image::default(), Image::default());
    let mut failure = None;
    for sample in 0..split.len().min(TRIES) {
        match split.read(sample, &mut image) {
            Ok(()) => {
                let applied = transform.apply(&mut image, &mut spare, &Random::of(&[]));
                return applied.map(|()| image.size).map_err(|error| error.of(split.name(sample)));
            }
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    Err(failure.unwrap_or_else(|| Error::invalid("there are no images")))
}
