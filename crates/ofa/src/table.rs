//! Measured times of layers, whose sum is the time of a network.

use std::collections::BTreeMap;

use featherlite_arch::Arch;
use serde::{Deserialize, Serialize};

use crate::measure::Scheme;
use crate::{Error, Result, Space, layers};

/// Times of layers on a device. A table of anything else that adds up, as energy, serves as well.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The device, by whatever name.
    pub device: String,
    /// The space whose layers these are.
    pub space: String,
    /// What the networks computed with.
    pub scheme: Scheme,
    /// Threads of a run.
    pub threads: usize,
    /// What the numbers are.
    #[serde(default = "microseconds")]
    pub unit: String,
    /// By key of the layer.
    pub layers: BTreeMap<String, f64>,
}

fn microseconds() -> String {
    "µs".to_owned()
}

impl Table {
    /// Reads a table.
    ///
    /// # Errors
    /// If it is none.
    pub fn from_json(text: &str) -> Result<Self> {
        let table: Self =
            serde_json::from_str(text).map_err(|error| Error::new(format!("no table: {error}")))?;
        match table.layers.iter().find(|(_, time)| !(time.is_finite() && **time >= 0.0)) {
            Some((key, time)) => Err(Error::new(format!("the table has the time {time} for {key}"))),
            None => Ok(table),
        }
    }

    /// One without layers, of microseconds.
    pub fn new(device: &str, space: &Space, scheme: Scheme, threads: usize) -> Self {
        let (device, space) = (device.to_owned(), space.name.clone());
        Self { device, space, scheme, threads, unit: microseconds(), layers: BTreeMap::new() }
    }

    /// Whether it has all layers of a space for images of a resolution.
    ///
    /// # Errors
    /// If the resolution is none of the space.
    pub fn covers(&self, space: &Space, resolution: usize) -> Result<bool> {
        for arch in space.probes(resolution)? {
            if layers(&arch)?.iter().any(|layer| !self.layers.contains_key(&layer.to_string())) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// It as text.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The time of a network: that of its layers.
    ///
    /// # Errors
    /// If a layer is not in the table, which was made for another space then.
    pub fn predict(&self, arch: &Arch) -> Result<f64> {
        let time = |key: String| {
            self.layers.get(&key).copied().ok_or_else(|| {
                Error::new(format!(
                    "the table of {:?} is for {} and has no {key}, which {} needs: another space, or a resolution that was not measured",
                    self.device, self.space, arch.name
                ))
            })
        };
        let times: Result<Vec<f64>> = layers(arch)?.iter().map(|layer| time(layer.to_string())).collect();
        Ok(times?.iter().sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spaces;

    #[test]
    fn times_of_layers_add_up_and_missing_ones_are_named() {
        let space = spaces::find("ofa-small").unwrap();
        let arch = space.arch(&space.smallest()).unwrap();
        let keys: Vec<String> = layers(&arch).unwrap().iter().map(ToString::to_string).collect();
        let layers = keys.iter().cloned().map(|key| (key, 2.5)).collect();
        let table = Table { layers, ..Table::new("a test", &space, Scheme::Int8, 1) };
        assert_eq!(Table::from_json(&table.to_json()), Ok(table.clone()));
        assert_eq!(table.predict(&arch).unwrap(), 2.5 * keys.len() as f64);
        let error = table.predict(&space.arch(&space.largest()).unwrap()).unwrap_err().to_string();
        assert!(error.contains("another space") && error.contains("a test"), "{error}");
    }
}
