//! What is done to an image before a network sees it, as data that recipes can name.

mod affine;
mod check;
mod color;
mod crop;
mod erase;
mod rand_augment;
mod step;

use serde::{Deserialize, Serialize};

pub use step::{Sides, Step};

use crate::error::Result;
use crate::image::{Image, Size};
use crate::random::Random;

/// Steps, one after the other. Images come with numbers from 0 to 255.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Transform {
    /// The steps.
    pub steps: Vec<Step>,
}

impl Transform {
    /// The transform with these steps.
    pub fn new(steps: Vec<Step>) -> Self {
        Self { steps }
    }

    /// Applies the steps to an image. `spare` is memory that is used again.
    ///
    /// # Errors
    ///
    /// If a step can not be applied to an image of this size.
    pub fn apply(&self, image: &mut Image, spare: &mut Image, random: &Random) -> Result<()> {
        for (index, step) in self.steps.iter().enumerate() {
            step.apply(image, spare, &mut random.branch(index as u64))
                .map_err(|error| error.of(step.name()))?;
        }
        Ok(())
    }

    /// The size that images have afterwards, if it does not depend on the images; `input` is the size that all have.
    pub fn output_size(&self, input: Option<Size>) -> Option<Size> {
        let mut sides = input.map(|size| Sides { height: size.height, width: size.width });
        let mut channels = input.map(|size| size.channels);
        for step in &self.steps {
            match step {
                Step::Resize { size, .. }
                | Step::CenterCrop { size }
                | Step::RandomCrop { size, .. }
                | Step::RandomResizedCrop { size, .. } => sides = Some(*size),
                Step::ResizeShorter { size, .. } => {
                    sides = sides.map(|sides| crop::with_shorter(sides, *size))
                }
                Step::Channels { count } => channels = Some(*count),
                _ => {}
            }
        }
        sides.zip(channels).map(|(Sides { height, width }, channels)| Size { height, width, channels })
    }
}
