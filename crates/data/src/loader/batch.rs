//! What a network is given at once.

use crate::error::Error;
use crate::image::Size;

/// A sample that is not in its batch, since its image can not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Its position in the split.
    pub sample: usize,
    /// What is wrong, with the name of the file.
    pub error: Error,
}

/// Images with labels. It is empty only where a shard has no part of a small last batch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// The epoch that it belongs to.
    pub epoch: u64,
    /// Its number in the epoch.
    pub index: usize,
    /// The size of an image.
    pub size: Size,
    /// `[len, height, width, channels]`.
    pub images: Vec<f32>,
    /// The class of each image.
    pub labels: Vec<u32>,
    /// For each image of a mixed batch the class of the one that it is mixed with, and the share that is left of its own; empty
    /// if the batch is not mixed.
    pub mixed: Vec<(u32, f32)>,
    /// The position of each image's sample in the split.
    pub samples: Vec<usize>,
    /// How many samples the batches of all shards have together, readable or not.
    pub joint: usize,
    /// Samples of this batch that can not be read.
    pub skipped: Vec<Skipped>,
}

impl Batch {
    /// How many images there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The shape of the images: number, height, width, channels.
    pub fn shape(&self) -> [usize; 4] {
        [self.len(), self.size.height, self.size.width, self.size.channels]
    }

    /// Shares of the classes for each image, `[len, classes]`; `smoothing` is spread evenly over all classes.
    pub fn targets(&self, classes: usize, smoothing: f32) -> Vec<f32> {
        let mut targets = vec![smoothing / classes.max(1) as f32; self.len() * classes];
        for (row, (shares, &label)) in targets.chunks_exact_mut(classes.max(1)).zip(&self.labels).enumerate()
        {
            let (other, share) = self.mixed.get(row).copied().unwrap_or((label, 1.0));
            for (class, share) in [(label, share), (other, 1.0 - share)] {
                if let Some(target) = shares.get_mut(class as usize) {
                    *target += (1.0 - smoothing) * share;
                }
            }
        }
        targets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_mixed_and_smoothed() {
        let batch = Batch { labels: vec![0, 2], mixed: vec![(1, 0.75), (2, 0.5)], ..Batch::default() };
        assert_eq!(batch.targets(4, 0.0), [0.75, 0.25, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        let batch = Batch { mixed: Vec::new(), ..batch };
        assert_eq!(batch.targets(4, 0.25), [0.8125, 0.0625, 0.0625, 0.0625, 0.0625, 0.0625, 0.8125, 0.0625]);
    }
}
