//! Which variables a layer has, for files that list them without saying which is which.
//!
//! `.h5` files with whole models have all variables of a layer in one list: first those that can be trained, then the
//! others, each in the order in which layers and the layers inside them make them.

use super::network::{Layer, Network};
use super::variables::{self, Variables};
use super::weight_file::Array;
use crate::{Error, Result};

/// The places for the variables of a layer.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    trained: usize,
    fixed: usize,
    children: Vec<(String, Slots)>,
    is_frozen: bool,
}

impl Slots {
    /// A layer with `trained` variables that can be trained.
    pub(super) fn trained(trained: usize) -> Self {
        Self { trained, ..Self::default() }
    }

    /// … and `fixed` variables that can not.
    pub(super) fn and_fixed(mut self, fixed: usize) -> Self {
        self.fixed = fixed;
        self
    }

    /// … and the variables of the layer that its attribute `name` holds.
    pub(super) fn with(mut self, name: &str, slots: Slots) -> Self {
        self.children.push((name.to_owned(), slots));
        self
    }

    /// The places of a layer, which fill a list of `total` variables. Layers whose places are not known have no others
    /// inside.
    pub(super) fn of(layer: &Layer, total: usize) -> Result<Self> {
        Ok(Self::known(layer)?.unwrap_or_else(|| Self::trained(total)))
    }

    /// The places of the layer that the setting `name` of `layer` describes.
    pub(super) fn inside(layer: &Layer, name: &str) -> Result<Self> {
        Self::of_layer(&layer.config().layer(name)?)
    }

    /// The places of a layer inside another one.
    pub(super) fn of_layer(layer: &Layer) -> Result<Self> {
        Ok(Self::known(layer)?.unwrap_or_default())
    }

    fn known(layer: &Layer) -> Result<Option<Self>> {
        let slots = match &layer.network {
            Some(network) => Some(Self::of_network(network)?),
            None => super::rules::slots(layer)?,
        };
        let is_frozen = !layer.config().bool("trainable", true)?;
        Ok(slots.map(|slots| Self { is_frozen, ..slots }))
    }

    fn of_network(network: &Network) -> Result<Self> {
        let mut layers = Self::default();
        for (layer, name) in network.layers.iter().zip(variables::names(network)) {
            let slots = Self::known(layer)?;
            if !layer.is_operation() {
                layers.children.push((name, slots.unwrap_or_default()));
            }
        }
        Ok(Self::default().with("layers", layers))
    }

    /// Puts `arrays` into the places.
    ///
    /// # Errors
    /// If there are more or fewer than places.
    pub(super) fn fill(&self, arrays: Vec<Array>) -> Result<Variables> {
        let (trained, fixed) = self.count(false);
        if trained + fixed != arrays.len() {
            return Err(Error::invalid(format!(
                "it has {} variables where the file has {}",
                trained + fixed,
                arrays.len()
            )));
        }
        let mut arrays = arrays.into_iter();
        let first: Vec<Array> = arrays.by_ref().take(trained).collect();
        Ok(self.take(false, &mut first.into_iter(), &mut arrays))
    }

    /// How many variables can be trained and how many can not, with those of the layers inside.
    fn count(&self, is_frozen: bool) -> (usize, usize) {
        let is_frozen = is_frozen || self.is_frozen;
        let own = if is_frozen { (0, self.trained + self.fixed) } else { (self.trained, self.fixed) };
        let children = self.children.iter().map(|(_, child)| child.count(is_frozen));
        children.fold(own, |sum, child| (sum.0 + child.0, sum.1 + child.1))
    }

    fn take(
        &self,
        is_frozen: bool,
        trained: &mut impl Iterator<Item = Array>,
        fixed: &mut impl Iterator<Item = Array>,
    ) -> Variables {
        let is_frozen = is_frozen || self.is_frozen;
        let mut own: Vec<Array> = Vec::new();
        if is_frozen {
            own.extend(fixed.by_ref().take(self.trained + self.fixed));
        } else {
            own.extend(trained.by_ref().take(self.trained));
            own.extend(fixed.by_ref().take(self.fixed));
        }
        let mut children = std::collections::BTreeMap::new();
        for (name, slots) in &self.children {
            children.insert(name.clone(), slots.take(is_frozen, trained, fixed));
        }
        Variables { own, children }
    }
}
