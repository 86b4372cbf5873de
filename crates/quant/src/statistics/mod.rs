//! What the tensors of a network held while it ran over samples, and the file that keeps it.
//!
//! Statistics are made once and serve every scheme. Those of several runs over parts of the samples can be merged: the
//! result is that of one run over all of them.

mod histogram;
mod tensor;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use histogram::Histogram;
pub use tensor::{ChannelStatistics, TensorStatistics};

use crate::{Error, Result};

const FORMAT: &str = "featherlite-statistics";
const VERSION: u32 = 1;

/// Statistics of all activations of a network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statistics {
    format: String,
    version: u32,
    /// Which network this is of: those of others can not be merged.
    pub network: String,
    /// One number for each sample, made of its bytes, in ascending order: duplicates show.
    pub samples: Vec<u64>,
    /// By name.
    pub tensors: BTreeMap<String, TensorStatistics>,
}

impl Statistics {
    /// No samples yet.
    pub fn new(network: impl Into<String>) -> Self {
        let tensors = BTreeMap::new();
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            network: network.into(),
            samples: Vec::new(),
            tensors,
        }
    }

    /// Of tensors of which only the least and the greatest value are known.
    pub fn of_ranges(
        network: impl Into<String>,
        ranges: impl IntoIterator<Item = (String, (f32, f32))>,
    ) -> Self {
        let tensor =
            |range| TensorStatistics { samples: 1, range: Some(range), ..TensorStatistics::default() };
        let mut statistics = Self::new(network);
        statistics.tensors.extend(ranges.into_iter().map(|(name, range)| (name, tensor(range))));
        statistics
    }

    /// Reads the file's text.
    ///
    /// # Errors
    /// If it is not a file of statistics, of a version that is not known, or contradicts itself.
    pub fn from_json(text: &str) -> Result<Self> {
        let statistics: Self = serde_json::from_str(text)
            .map_err(|error| Error::statistics(format!("not a file of statistics: {error}")))?;
        if statistics.format != FORMAT || statistics.version != VERSION {
            return Err(Error::statistics(format!(
                "{} version {} is not supported; {FORMAT} version {VERSION} is",
                statistics.format, statistics.version
            )));
        }
        if let Some((name, _)) = statistics.tensors.iter().find(|(_, tensor)| !tensor.is_sound()) {
            return Err(Error::statistics(format!("the numbers of tensor {name:?} contradict each other")));
        }
        Ok(statistics)
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Takes in those of other samples.
    ///
    /// # Errors
    /// If they are of another network.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.network != other.network {
            return Err(Error::statistics(format!(
                "statistics of different networks ({} and {}) can not be merged",
                self.network, other.network
            )));
        }
        self.samples.extend(&other.samples);
        self.samples.sort_unstable();
        for (name, tensor) in &other.tensors {
            self.tensors.entry(name.clone()).or_default().merge(tensor);
        }
        Ok(())
    }

    /// How many samples are bytewise the same as another.
    pub fn duplicates(&self) -> usize {
        self.samples.windows(2).filter(|pair| pair[0] == pair[1]).count()
    }
}

/// The number of a sample in [`Statistics::samples`]: FNV-1a over its bytes.
pub fn fingerprint<'a>(inputs: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    let step = |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    inputs.into_iter().flatten().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(network: &str, value: f32) -> Statistics {
        let mut statistics = Statistics::new(network);
        statistics.samples.push(fingerprint([&value.to_le_bytes()[..]]));
        statistics.tensors.entry("x".to_owned()).or_default().add(&[value, 1.5], 2);
        statistics
    }

    #[test]
    fn a_file_keeps_everything() {
        let mut statistics = sample("net", 1.0);
        statistics.merge(&sample("net", -0.1)).unwrap();
        statistics.merge(&sample("net", 1.0)).unwrap();
        assert_eq!(Statistics::from_json(&statistics.to_json()).unwrap(), statistics);
        assert_eq!((statistics.samples.len(), statistics.duplicates()), (3, 1));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut statistics = sample("net", 1.0);
        assert!(statistics.merge(&sample("other", 1.0)).is_err());
        assert!(Statistics::from_json("{}").is_err());
        let newer = statistics.to_json().replace("\"version\":1", "\"version\":2");
        assert!(Statistics::from_json(&newer).unwrap_err().to_string().contains("version 2"));
        let damaged = statistics.to_json().replace("\"exponent\":", "\"exponent\":500,\"was\":");
        assert!(Statistics::from_json(&damaged).unwrap_err().to_string().contains("\"x\""));
    }
}
