//! Where measurements are made.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use featherlite::Model;
use featherlite::ofa::measure::{Scheme, Stopwatch, Timed, model};
use featherlite::ofa::{Choice, Space};

use super::remote::Remote;

/// This machine or another one.
pub(super) enum Place {
    Here(Box<Here>),
    There(Remote),
}

/// This machine.
pub(super) struct Here {
    space: Space,
    stopwatch: Stopwatch,
    /// The networks that have all layers of the space, of a scheme.
    probes: Option<(Scheme, Vec<Model>)>,
}

impl Place {
    pub(super) fn here(space: Space, stopwatch: Stopwatch) -> Self {
        Self::Here(Box::new(Here { space, stopwatch, probes: None }))
    }

    /// Times of layers by key, for images of one size. `options` is what a program there needs to be told.
    pub(super) fn layers(
        &mut self,
        scheme: Scheme,
        resolution: usize,
        options: &str,
        done: &mut dyn FnMut(),
    ) -> Result<Timed<BTreeMap<String, f64>>> {
        match self {
            Self::Here(here) => here.layers(scheme, resolution, done),
            Self::There(remote) => {
                let timed = remote.measure("layers", options)?;
                done();
                Ok(serde_json::from_value(timed).context("what the remote program printed")?)
            }
        }
    }

    /// Times of networks.
    pub(super) fn networks(
        &mut self,
        scheme: Scheme,
        choices: &[Choice],
        options: &str,
        done: &mut dyn FnMut(),
    ) -> Result<Timed<Vec<f64>>> {
        match self {
            Self::Here(here) => here.networks(scheme, choices, done),
            Self::There(remote) => {
                let lines: Result<Vec<String>, _> = choices.iter().map(serde_json::to_string).collect();
                let list = remote.send("networks.jsonl", lines?.join("\n").as_bytes())?;
                let timed = remote.measure("networks", &format!("{options} --networks {list}"))?;
                done();
                Ok(serde_json::from_value(timed).context("what the remote program printed")?)
            }
        }
    }

    /// How often `done` is called for the layers of a resolution.
    pub(super) fn turns_of_layers(&self, space: &Space, rounds: usize) -> usize {
        match self {
            Self::Here(_) => rounds * space.kernels.len() * space.expands.len(),
            Self::There(_) => 1,
        }
    }

    /// How often it is for networks.
    pub(super) fn turns_of_networks(&self, count: usize, rounds: usize) -> usize {
        match self {
            Self::Here(_) => rounds * count,
            Self::There(_) => 1,
        }
    }
}

impl Here {
    fn layers(
        &mut self,
        scheme: Scheme,
        resolution: usize,
        done: &mut dyn FnMut(),
    ) -> Result<Timed<BTreeMap<String, f64>>> {
        let probes = match self.probes.take() {
            Some((built, probes)) if built == scheme => probes,
            _ => {
                let archs = self.space.probes(self.space.full.resolution)?;
                let models: featherlite::ofa::Result<Vec<Model>> =
                    archs.iter().map(|arch| model(arch, scheme)).collect();
                models?
            }
        };
        let yardstick = model(&self.space.yardstick()?, scheme)?;
        let timed = self.stopwatch.layers(&self.space, resolution, &probes, &yardstick, done);
        self.probes = Some((scheme, probes));
        Ok(timed?)
    }

    fn networks(
        &mut self,
        scheme: Scheme,
        choices: &[Choice],
        done: &mut dyn FnMut(),
    ) -> Result<Timed<Vec<f64>>> {
        self.probes = None;
        let models: featherlite::ofa::Result<Vec<Model>> =
            choices.iter().map(|choice| model(&self.space.arch(choice)?, scheme)).collect();
        let yardstick = model(&self.space.yardstick()?, scheme)?;
        Ok(self.stopwatch.networks(&models?, &yardstick, done)?)
    }
}
