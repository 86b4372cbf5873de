//! A list of samples, and where their images are.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::image::{Image, Size};
use crate::picture::Picture;

/// Larger pictures are refused: a small file may claim to be one, and each worker has room for two.
const MOST_PIXELS: usize = 1 << 26;

/// Where the images of a dataset are.
#[derive(Debug)]
pub(super) enum Source {
    Files(Vec<PathBuf>),
    /// `[images, height, width, channels]`.
    Bytes(Size, Vec<u8>),
    /// The same in floating point, with what brings the numbers to 0 to 255.
    Floats(Size, Vec<f32>, f32),
}

impl Source {
    fn len(&self) -> usize {
        match self {
            Self::Files(paths) => paths.len(),
            Self::Bytes(size, pixels) => pixels.len() / size.elements().max(1),
            Self::Floats(size, pixels, _) => pixels.len() / size.elements().max(1),
        }
    }
}

/// Samples of a dataset: images with labels. Copies share the images.
#[derive(Clone, Debug)]
pub struct Split {
    source: Arc<Source>,
    labels: Arc<[u32]>,
    /// Which images of the source these are, with positions as in `labels`.
    order: Arc<[u32]>,
}

impl Split {
    pub(super) fn new(source: Source, labels: Vec<u32>) -> Result<Self> {
        let count = source.len();
        if count != labels.len() {
            return Err(Error::damaged(format!("{count} images, but {} labels", labels.len())));
        }
        let count =
            u32::try_from(count).map_err(|_| Error::unsupported(format!("{count} images are too many")))?;
        Ok(Self { source: Arc::new(source), labels: labels.into(), order: (0..count).collect() })
    }

    /// How many samples there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The class of a sample.
    ///
    /// # Panics
    ///
    /// If there is no such sample; so do the other functions of samples.
    pub fn label(&self, sample: usize) -> usize {
        self.labels[self.order[sample] as usize] as usize
    }

    /// How many samples each of so many classes has.
    pub fn class_counts(&self, classes: usize) -> Vec<usize> {
        let mut counts = vec![0; classes];
        for sample in 0..self.len() {
            if let Some(count) = counts.get_mut(self.label(sample)) {
                *count += 1;
            }
        }
        counts
    }

    /// What to call a sample: its file, or its number.
    pub fn name(&self, sample: usize) -> Cow<'_, str> {
        let index = self.order[sample] as usize;
        match &*self.source {
            Source::Files(paths) => paths[index].to_string_lossy(),
            _ => format!("image {index}").into(),
        }
    }

    /// The size that all images have; `None` for files, which may have any.
    pub fn size(&self) -> Option<Size> {
        match &*self.source {
            Source::Files(_) => None,
            Source::Bytes(size, _) | Source::Floats(size, ..) => Some(*size),
        }
    }

    /// Reads the image of a sample, with numbers from 0 to 255. Numbers of floating-point arrays that do not lie in 0 to 1 are
    /// left as they are.
    ///
    /// # Errors
    ///
    /// If its file can not be read or decoded.
    pub fn read(&self, sample: usize, image: &mut Image) -> Result<()> {
        let index = self.order[sample] as usize;
        match &*self.source {
            Source::Files(paths) => {
                let picture = Picture::read_within(&paths[index], MOST_PIXELS)?;
                image.set(picture.size(), &picture.pixels);
            }
            Source::Bytes(size, pixels) => {
                let elements = size.elements();
                image.set(*size, &pixels[index * elements..(index + 1) * elements]);
            }
            Source::Floats(size, pixels, factor) => {
                let elements = size.elements();
                image.set(*size, &pixels[index * elements..(index + 1) * elements]);
                image.pixels.iter_mut().for_each(|pixel| *pixel *= factor);
            }
        }
        Ok(())
    }

    /// Some of the samples, in the order given.
    pub fn select(&self, samples: &[usize]) -> Self {
        let order = samples.iter().map(|&sample| self.order[sample]).collect();
        Self { source: self.source.clone(), labels: self.labels.clone(), order }
    }

    /// At most so many samples, evenly spread.
    pub fn limit(&self, most: usize) -> Self {
        let count = self.len();
        if count <= most {
            return self.clone();
        }
        let samples: Vec<usize> = (0..most).map(|index| index * count / most).collect();
        self.select(&samples)
    }
}
