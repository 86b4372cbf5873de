//! Weights by name.

use std::collections::BTreeMap;

use crate::{Error, Result, Weight};

/// Values with sizes, the last one contiguous.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Sizes.
    pub shape: Vec<usize>,
    /// As many values as their product.
    pub values: Vec<f32>,
}

/// Weights by name, ordered by it. Names are `<layer>.<role>`, as [`Network::weights`](crate::Network::weights) lists them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights {
    tensors: BTreeMap<String, Tensor>,
}

impl Weights {
    /// The weight of this name.
    ///
    /// # Errors
    /// If there is none.
    pub fn get(&self, name: &str) -> Result<&Tensor> {
        self.tensors.get(name).ok_or_else(|| Error::invalid(format!("there are no weights {name:?}")))
    }

    /// The weight of this name, to change.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Tensor> {
        self.tensors.get_mut(name)
    }

    /// Puts a weight in, in the place of one of this name.
    pub fn insert(&mut self, name: impl Into<String>, tensor: Tensor) {
        self.tensors.insert(name.into(), tensor);
    }

    /// Names and weights, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Tensor)> {
        self.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor))
    }

    /// How many weights there are.
    pub fn len(&self) -> usize {
        self.tensors.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tensors.is_empty()
    }

    /// Checks that all weights that a network needs are there, in their shapes.
    ///
    /// # Errors
    /// If one is missing or has another shape.
    pub fn check(&self, needed: &[Weight]) -> Result<()> {
        for weight in needed {
            let tensor = self.get(&weight.name)?;
            let len = weight.len();
            if tensor.shape != weight.shape || tensor.values.len() != len {
                let (name, found, expected) = (&weight.name, &tensor.shape, &weight.shape);
                return Err(Error::invalid(format!("{name} is {found:?}; the network has {expected:?}")));
            }
        }
        Ok(())
    }
}
