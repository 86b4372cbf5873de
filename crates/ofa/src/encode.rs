//! A network as numbers, for what predicts its accuracy.

use crate::{BlockChoice, Choice, Error, Result, Space};

/// Which numbers stand for what: for every block one for each kernel, then for every block one for each expansion, then one for each
/// resolution. That of what was chosen is 1, the others, and those of blocks that a network does not have, are 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoding {
    kernels: Vec<usize>,
    expands: Vec<f64>,
    resolutions: Vec<usize>,
    slots: usize,
}

impl Encoding {
    /// For networks of a space, with these resolutions.
    ///
    /// # Errors
    /// If the space does not have them.
    pub fn new(space: &Space, resolutions: &[usize]) -> Result<Self> {
        if let Some(unknown) = resolutions.iter().find(|resolution| !space.resolutions.contains(resolution)) {
            return Err(Error::new(format!("the space {:?} has no resolution {unknown}", space.name)));
        }
        Ok(Self {
            kernels: space.kernels.clone(),
            expands: space.expands.clone(),
            resolutions: resolutions.to_vec(),
            slots: space.slots(),
        })
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        self.slots * (self.kernels.len() + self.expands.len()) + self.resolutions.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The numbers of a network.
    ///
    /// # Errors
    /// If it has another resolution.
    pub fn encode(&self, space: &Space, choice: &Choice) -> Result<Vec<f32>> {
        let mut numbers = vec![0.0; self.len()];
        let expands = self.slots * self.kernels.len();
        let mut start = 0;
        for ((_, all), (_, blocks)) in space.stages().zip(choice.stages(space)) {
            for (slot, BlockChoice { kernel, expand }) in (start..).zip(blocks) {
                let kernel = self.kernels.iter().position(|known| known == kernel);
                let expand = self.expands.iter().position(|known| known == expand);
                if let (Some(kernel), Some(expand)) = (kernel, expand) {
                    numbers[slot * self.kernels.len() + kernel] = 1.0;
                    numbers[expands + slot * self.expands.len() + expand] = 1.0;
                }
            }
            start += all.len();
        }
        let resolution = self.resolutions.iter().position(|&known| known == choice.resolution);
        let resolution = resolution
            .ok_or_else(|| Error::new(format!("resolution {} was not learned", choice.resolution)))?;
        numbers[expands + self.slots * self.expands.len() + resolution] = 1.0;
        Ok(numbers)
    }
}
