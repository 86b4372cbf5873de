use serde::{Deserialize, Serialize};

use super::Histogram;

/// Most channels whose ranges are kept one by one.
const CHANNELS: usize = 4096;

/// What the values of a tensor were over a number of samples.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TensorStatistics {
    /// Samples seen.
    pub samples: u64,
    /// Values that are exactly zero.
    pub zeros: u64,
    /// Values that are infinite or no numbers; they are in nothing else.
    pub nonfinite: u64,
    /// Each sample's least value, added up.
    pub sum_of_least: f64,
    /// Each sample's greatest value, added up.
    pub sum_of_greatest: f64,
    /// The least and the greatest value of all; `None` if there was none.
    pub range: Option<(f32, f32)>,
    /// How often which values came.
    pub histogram: Histogram,
    /// Range and mean of each index of the last dimension; empty if there are too many or their number changed.
    pub channels: Vec<ChannelStatistics>,
}

/// What the values of one channel were.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelStatistics {
    /// The least value.
    pub least: f32,
    /// The greatest value.
    pub greatest: f32,
    /// All finite values added up.
    pub sum: f64,
    /// How many these are.
    pub count: u64,
}

impl TensorStatistics {
    /// Takes in the values of one sample, of which the last dimension has `channels` elements.
    pub fn add(&mut self, values: &[f32], channels: usize) {
        let (mut least, mut greatest) = (f32::INFINITY, f32::NEG_INFINITY);
        for &value in values.iter().filter(|value| value.is_finite()) {
            least = least.min(value);
            greatest = greatest.max(value);
            self.zeros += u64::from(value == 0.0);
        }
        self.nonfinite += values.iter().filter(|value| !value.is_finite()).count() as u64;
        self.samples += 1;
        if least <= greatest {
            self.sum_of_least += f64::from(least);
            self.sum_of_greatest += f64::from(greatest);
            self.range = union(self.range, Some((least, greatest)));
            self.histogram.add(values, (least, greatest));
        }
        let own = if (1..=CHANNELS).contains(&channels) && values.len().is_multiple_of(channels) {
            channel_statistics(values, channels)
        } else {
            Vec::new()
        };
        if self.samples == 1 {
            self.channels = own;
        } else {
            merge_channels(&mut self.channels, &own);
        }
    }

    /// Takes in what was seen elsewhere.
    pub fn merge(&mut self, other: &Self) {
        if self.samples == 0 {
            *self = other.clone();
            return;
        }
        if other.samples == 0 {
            return;
        }
        self.samples += other.samples;
        self.zeros += other.zeros;
        self.nonfinite += other.nonfinite;
        self.sum_of_least += other.sum_of_least;
        self.sum_of_greatest += other.sum_of_greatest;
        self.range = union(self.range, other.range);
        self.histogram.merge(&other.histogram);
        merge_channels(&mut self.channels, &other.channels);
    }

    /// The mean of all finite values.
    pub fn mean(&self) -> Option<f64> {
        let total = self.histogram.total();
        let middle = self.histogram.width() / 2.0;
        let sum: f64 = self.histogram.bins().map(|(start, count)| (start + middle) * count as f64).sum();
        (total > 0).then(|| sum / total as f64)
    }

    /// Whether the values can have come from [`add`](Self::add), for those from files.
    pub(super) fn is_sound(&self) -> bool {
        let range_is_sound = self.range.is_none_or(|(low, high)| low <= high && (high - low).is_finite());
        range_is_sound && self.range.is_some() == (self.histogram.total() > 0) && self.histogram.is_sound()
    }
}

fn union(a: Option<(f32, f32)>, b: Option<(f32, f32)>) -> Option<(f32, f32)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    }
}

fn channel_statistics(values: &[f32], channels: usize) -> Vec<ChannelStatistics> {
    let empty = ChannelStatistics { least: f32::MAX, greatest: f32::MIN, sum: 0.0, count: 0 };
    let mut statistics = vec![empty; channels];
    for row in values.chunks_exact(channels) {
        for (channel, &value) in statistics.iter_mut().zip(row) {
            if value.is_finite() {
                channel.least = channel.least.min(value);
                channel.greatest = channel.greatest.max(value);
                channel.sum += f64::from(value);
                channel.count += 1;
            }
        }
    }
    statistics
}

fn merge_channels(own: &mut Vec<ChannelStatistics>, other: &[ChannelStatistics]) {
    if own.len() != other.len() {
        own.clear();
    }
    for (own, other) in own.iter_mut().zip(other) {
        own.least = own.least.min(other.least);
        own.greatest = own.greatest.max(other.greatest);
        own.sum += other.sum;
        own.count += other.count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_number_is_counted_apart() {
        let mut statistics = TensorStatistics::default();
        statistics.add(&[1.0, f32::NAN, 0.0, -2.0, f32::INFINITY, 3.0], 2);
        assert_eq!((statistics.nonfinite, statistics.zeros), (2, 1));
        assert_eq!(statistics.range, Some((-2.0, 3.0)));
        let [even, odd] = statistics.channels[..] else { panic!() };
        assert_eq!((even.least, even.greatest, even.count), (0.0, 1.0, 2));
        assert_eq!((odd.least, odd.greatest, odd.count), (-2.0, 3.0, 2));
        assert!(statistics.is_sound());
    }

    #[test]
    fn shards_merge_to_what_one_run_gives() {
        let samples: Vec<Vec<f32>> = (0..6u8)
            .map(|n| (0..12u8).map(|i| f32::from(i * 7 % 12) * f32::from(n) - 5.0).collect())
            .collect();
        let of = |samples: &[Vec<f32>]| {
            let mut statistics = TensorStatistics::default();
            samples.iter().for_each(|sample| statistics.add(sample, 3));
            statistics
        };
        let mut merged = of(&samples[..2]);
        merged.merge(&of(&[]));
        let mut rest = of(&samples[2..3]);
        rest.merge(&of(&samples[3..]));
        merged.merge(&rest);
        assert_eq!(merged, of(&samples));
    }
}
