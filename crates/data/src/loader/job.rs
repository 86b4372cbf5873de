//! What every thread that makes batches knows.

use std::ops::Range;

use super::LoaderOptions;
use super::batch::{Batch, Skipped};
use crate::dataset::Split;
use crate::error::{Error, Result};
use crate::image::{Image, Size};
use crate::mix::Mixing;
use crate::random::Random;

/// The first name of each kind of random draws.
const ORDER: u64 = 0;
const SAMPLE: u64 = 1;
const MIXING: u64 = 2;

#[derive(Debug)]
pub(super) struct Job {
    pub(super) split: Split,
    pub(super) options: LoaderOptions,
    /// The size that all images must have in the end.
    pub(super) size: Size,
}

/// What a thread keeps from batch to batch: memory, and the order of the last epoch.
#[derive(Default)]
pub(super) struct Scratch {
    image: Image,
    spare: Image,
    order: Option<(u64, Vec<u32>)>,
}

impl Job {
    pub(super) fn batches_per_epoch(&self) -> usize {
        let (samples, batch) = (self.split.len(), self.options.batch);
        if self.options.drop_last { samples / batch } else { samples.div_ceil(batch) }
    }

    /// Which samples come when.
    fn order(&self, epoch: u64) -> Vec<u32> {
        let mut order: Vec<u32> = (0..self.split.len() as u32).collect();
        if self.options.shuffle {
            Random::of(&[ORDER, self.options.seed, epoch]).shuffle(&mut order);
        }
        order
    }

    /// Makes a batch of an epoch.
    pub(super) fn batch(&self, (epoch, index): (u64, usize), scratch: &mut Scratch) -> Result<Batch> {
        let order = match scratch.order.take() {
            Some((known, order)) if known == epoch => order,
            _ => self.order(epoch),
        };
        let start = index * self.options.batch;
        let end = (start + self.options.batch).min(order.len());
        let batch = self.fill((epoch, index), &order[start..end], scratch);
        scratch.order = Some((epoch, order));
        batch
    }

    /// The rows of a joint batch that are this shard's.
    fn rows(&self, joint: usize) -> Range<usize> {
        let shard = self.options.shard;
        shard.index * joint / shard.count..(shard.index + 1) * joint / shard.count
    }

    fn fill(&self, (epoch, index): (u64, usize), joint: &[u32], scratch: &mut Scratch) -> Result<Batch> {
        let rows = self.rows(joint.len());
        let elements = self.size.elements();
        let mut batch = Batch { epoch, index, size: self.size, joint: joint.len(), ..Batch::default() };
        batch.images.reserve_exact(rows.len() * elements);
        // Where in the batch each row is.
        let mut places = Vec::with_capacity(rows.len());
        for row in rows.clone() {
            let sample = joint[row] as usize;
            match self.split.read(sample, &mut scratch.image) {
                Ok(()) => {
                    self.transform(epoch, sample, scratch)?;
                    places.push(Some(batch.len()));
                    batch.images.extend_from_slice(&scratch.image.pixels);
                    batch.labels.push(self.split.label(sample) as u32);
                    batch.samples.push(sample);
                }
                Err(error) => {
                    places.push(None);
                    batch.skipped.push(Skipped { sample, error });
                }
            }
        }
        if let (true, Some(Skipped { error, .. })) = (batch.is_empty(), batch.skipped.first()) {
            let count = batch.skipped.len();
            return Err(error.clone().of(format!("none of the {count} images of a batch can be read")));
        }
        let mut random = Random::of(&[MIXING, self.options.seed, epoch, index as u64]);
        if let Some(mixing) = self.options.mix.and_then(|mix| mix.draw(self.size, &mut random)) {
            self.mix(mixing, &mut batch, (joint, rows, &places), scratch)?;
        }
        Ok(batch)
    }

    /// Transforms the image of a sample, in place.
    fn transform(&self, epoch: u64, sample: usize, scratch: &mut Scratch) -> Result<()> {
        let random = Random::of(&[SAMPLE, self.options.seed, epoch, sample as u64]);
        let Scratch { image, spare, .. } = scratch;
        let applied = self.options.transform.apply(image, spare, &random);
        applied.map_err(|error| error.of(self.split.name(sample)))?;
        if image.size != self.size {
            let text = |size: Size| format!("{} x {} x {}", size.height, size.width, size.channels);
            return Err(Error::invalid(format!(
                "the image has {} numbers, others have {}: the transform needs a step that gives all one size, such as resize, \
                 and one that gives all as many channels",
                text(image.size),
                text(self.size)
            ))
            .of(self.split.name(sample)));
        }
        Ok(())
    }

    /// Mixes each image with the one before it in the joint batch, the first with the last.
    fn mix(
        &self,
        mixing: Mixing,
        batch: &mut Batch,
        (joint, rows, places): (&[u32], Range<usize>, &[Option<usize>]),
        scratch: &mut Scratch,
    ) -> Result<()> {
        let elements = self.size.elements();
        let originals = batch.images.clone();
        for (row, place) in rows.clone().zip(places) {
            let Some(place) = *place else { continue };
            let other_row = row.checked_sub(1).unwrap_or(joint.len() - 1);
            let other = joint[other_row] as usize;
            let pixels = if rows.contains(&other_row) {
                places[other_row - rows.start]
                    .map(|place| &originals[place * elements..(place + 1) * elements])
            } else if self.split.read(other, &mut scratch.image).is_ok() {
                self.transform(batch.epoch, other, scratch)?;
                Some(&scratch.image.pixels[..])
            } else {
                None
            };
            let image = &mut batch.images[place * elements..(place + 1) * elements];
            let share = pixels.map_or(1.0, |pixels| mixing.apply(image, pixels, self.size));
            batch.mixed.push((self.split.label(other) as u32, share));
        }
        Ok(())
    }
}
