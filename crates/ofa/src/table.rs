//! Measured times of layers, whose sum is the time of a network.

use std::collections::BTreeMap;

use featherlite_arch::Arch;
use serde::{Deserialize, Serialize};

use crate::{Error, Result, layers};

/// Times of layers on a device.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// What was measured where, in words.
    pub device: String,
    /// What is measured beside all layers: the overhead of a run, in microseconds.
    #[serde(default)]
    pub overhead: f64,
    /// Microseconds by key of the layer.
    pub layers: BTreeMap<String, f64>,
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

    /// It as text.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The time of a network in microseconds: that of its layers.
    ///
    /// # Errors
    /// If a layer is not in the table, which was made for another space then.
    pub fn predict(&self, arch: &Arch) -> Result<f64> {
        let time = |key: String| {
            self.layers.get(&key).copied().ok_or_else(|| {
                Error::new(format!(
                    "the table {:?} has no {key}, which {} needs: it was made for another space",
                    self.device, arch.name
                ))
            })
        };
        let times: Result<Vec<f64>> = layers(arch)?.iter().map(|layer| time(layer.to_string())).collect();
        Ok(self.overhead + times?.iter().sum::<f64>())
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
        let table = Table { device: "a test".to_owned(), overhead: 1.0, layers };
        assert_eq!(Table::from_json(&table.to_json()), Ok(table.clone()));
        assert_eq!(table.predict(&arch).unwrap(), 1.0 + 2.5 * keys.len() as f64);
        let error = table.predict(&space.arch(&space.largest()).unwrap()).unwrap_err().to_string();
        assert!(error.contains("another space") && error.contains("a test"), "{error}");
    }
}
