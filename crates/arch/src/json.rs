//! Architectures as JSON, and limits of what is read.

use crate::{Arch, Error, Network, Result};

/// Most rows and columns of an image.
const MAX_RESOLUTION: usize = 1 << 12;
/// Most channels, classes, and units of a layer.
const MAX_CHANNELS: usize = 1 << 16;
/// Most blocks.
pub(crate) const MAX_BLOCKS: usize = 1 << 10;
/// Largest windows and strides.
const MAX_KERNEL: usize = 1 << 6;
/// Most values of all weights.
const MAX_WEIGHTS: u64 = 1 << 30;

impl Arch {
    /// Reads an architecture that [`Arch::to_json`] wrote, or somebody.
    ///
    /// # Errors
    /// If it is no JSON, has fields that do not exist, or makes no network.
    pub fn from_json(text: &str) -> Result<Self> {
        let arch: Self = serde_json::from_str(text)
            .map_err(|error| Error::argument(format!("not an architecture: {error}")))?;
        arch.network()?;
        Ok(arch)
    }

    /// As JSON, with line breaks.
    pub fn to_json(&self) -> String {
        // Plain data always has a JSON form.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Checks sizes before anything is computed of them.
    pub(crate) fn check(&self) -> Result<()> {
        let at_most = |what: &str, value: usize, most: usize| match value {
            0 => Err(Error::argument(format!("{}: {what} is 0", self.name))),
            _ if value > most => {
                Err(Error::argument(format!("{}: {what} is {value}; at most {most}", self.name)))
            }
            _ => Ok(()),
        };
        at_most("resolution", self.resolution, MAX_RESOLUTION)?;
        at_most("channels", self.channels, MAX_CHANNELS)?;
        at_most("classes", self.classes, MAX_CHANNELS)?;
        at_most("stem.kernel", self.stem.kernel, MAX_KERNEL)?;
        at_most("stem.stride", self.stem.stride, MAX_KERNEL)?;
        at_most("stem.out", self.stem.out, MAX_CHANNELS)?;
        at_most("number of blocks", self.stages.iter().map(Vec::len).sum(), MAX_BLOCKS)?;
        if self.stem.pool && !self.stem.activation.is_non_negative() {
            let name = self.stem.activation.name();
            return Err(Error::argument(format!("{}: a pool behind {name} in the stem", self.name)));
        }
        for (index, stage) in self.stages.iter().enumerate() {
            if stage.is_empty() {
                return Err(Error::argument(format!("{}: stage {index} has no blocks", self.name)));
            }
            for block in stage {
                at_most("kernel", block.kernel, MAX_KERNEL)?;
                at_most("stride", block.stride, MAX_KERNEL)?;
                at_most("out", block.out, MAX_CHANNELS)?;
                block.groups.iter().try_for_each(|&groups| at_most("groups", groups, MAX_CHANNELS))?;
            }
        }
        let head = [self.head.conv.map(|conv| conv.out), self.head.hidden.map(|hidden| hidden.out)];
        head.into_iter().flatten().try_for_each(|out| at_most("out of the head", out, MAX_CHANNELS))?;
        let rates = [("dropout", self.head.dropout), ("drop_path", self.drop_path)];
        if let Some((what, rate)) = rates.into_iter().find(|(_, rate)| !(0.0..1.0).contains(rate)) {
            return Err(Error::argument(format!("{}: {what} is {rate}; from 0 to below 1", self.name)));
        }
        self.check_rescale()
    }

    fn check_rescale(&self) -> Result<()> {
        let Some(rescale) = &self.rescale else { return Ok(()) };
        let lengths = [rescale.scale.len(), rescale.offset.len()];
        match lengths.iter().all(|&length| length == 1 || length == self.channels) {
            true => Ok(()),
            false => Err(Error::argument(format!("{}: rescale has {lengths:?} values", self.name))),
        }
    }

    /// Checks that memory for the weights is no madness.
    pub(crate) fn check_size(&self, network: &Network) -> Result<()> {
        let values = network.weights().iter().map(|weight| weight.len() as u64).fold(0, u64::saturating_add);
        match values <= MAX_WEIGHTS {
            true => Ok(()),
            false => Err(Error::argument(format!("{}: {values} weights; at most {MAX_WEIGHTS}", self.name))),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Arch, catalogue};

    #[test]
    fn every_row_survives_json() {
        for row in catalogue() {
            let arch = row.arch();
            assert_eq!(Arch::from_json(&arch.to_json()).as_ref(), Ok(&arch));
        }
    }

    #[test]
    fn nonsense_is_refused() {
        let text = catalogue()[0].arch().to_json();
        let cases = [
            ("\"resolution\": 224", "\"resolution\": 0", "resolution is 0"),
            ("\"resolution\": 224", "\"resolution\": 99999999", "at most"),
            ("\"kernel\": 3", "\"kernel\": 18446744073709551615", "at most"),
            ("\"out\": 64", "\"out\": 63.5", "not an architecture"),
            ("\"classes\"", "\"clases\"", "clases"),
        ];
        for (old, new, expected) in cases {
            assert!(text.contains(old), "{old}");
            let message = Arch::from_json(&text.replace(old, new)).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
