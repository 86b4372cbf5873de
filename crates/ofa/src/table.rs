//! Measured times of layers, whose sum is the time of a network.

use std::collections::BTreeMap;

use featherlite_arch::Arch;
use serde::{Deserialize, Serialize};

use crate::measure::{Scheme, Timed};
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
    /// What a run of [`Space::yardstick`] took when the table was begun: how quick the machine was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yardstick: Option<f64>,
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
        if let Some((key, time)) = table.layers.iter().find(|(_, time)| !(time.is_finite() && **time >= 0.0))
        {
            return Err(Error::new(format!("the table has the time {time} for {key}")));
        }
        match table.yardstick {
            Some(time) if !(time.is_finite() && time > 0.0) => {
                Err(Error::new(format!("the table has the time {time} for its yardstick")))
            }
            _ => Ok(table),
        }
    }

    /// One without layers, of microseconds.
    pub fn new(device: &str, space: &Space, scheme: Scheme, threads: usize) -> Self {
        let (device, space) = (device.to_owned(), space.name.clone());
        Self {
            device,
            space,
            scheme,
            threads,
            unit: microseconds(),
            yardstick: None,
            layers: BTreeMap::new(),
        }
    }

    /// Adds measured layers, with times of a machine as quick as when the table was begun.
    pub fn add(&mut self, measured: Timed<BTreeMap<String, f64>>) {
        if self.layers.is_empty() {
            self.yardstick = Some(measured.yardstick);
        }
        let slower = self.slower(measured.yardstick);
        self.layers.extend(measured.times.into_iter().map(|(key, time)| (key, time / slower)));
    }

    /// How many times as long anything takes on a machine where a run of the yardstick takes so many microseconds, as when the table was
    /// begun. A table that does not say is of a machine that does not change.
    pub fn slower(&self, yardstick: f64) -> f64 {
        self.yardstick.map_or(1.0, |then| yardstick / then)
    }

    /// What there is to say of a machine that is not as quick as when the table was begun, beside times that were divided by
    /// [`Table::slower`].
    pub fn changed(&self, yardstick: f64) -> Option<String> {
        let slower = self.slower(yardstick);
        (!(0.95..1.05).contains(&slower)).then(|| {
            format!(
                "the machine takes {slower:.2} times as long as when the table was begun; times are of then"
            )
        })
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

    #[test]
    fn times_are_of_a_machine_as_quick_as_at_first() {
        let mut table = Table::new("a test", &spaces::find("ofa-small").unwrap(), Scheme::Int8, 1);
        let measured =
            |key: &str, time, yardstick| Timed { times: [(key.to_owned(), time)].into(), yardstick };
        table.add(measured("a", 6.0, 100.0));
        table.add(measured("b", 6.0, 150.0));
        assert_eq!((table.layers["a"], table.layers["b"]), (6.0, 4.0));
        assert_eq!((table.slower(100.0), table.slower(50.0)), (1.0, 0.5));
        assert_eq!(Table::from_json(&table.to_json()), Ok(table.clone()));
        let damaged = table.to_json().replace("100.0", "0.0");
        assert!(Table::from_json(&damaged).unwrap_err().to_string().contains("yardstick"));
        // Tables that say nothing of it, as those made by hand.
        table.yardstick = None;
        assert_eq!(Table::from_json(&table.to_json()).unwrap().slower(7.0), 1.0);
    }
}
