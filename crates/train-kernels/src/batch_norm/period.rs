/// Least length of a loop over repeated channels, and the most that repeating may lengthen it to.
const LENGTHS: (usize, usize) = (256, 4096);

/// Elements that most loops are unrolled for.
const STEP: usize = 64;

/// How numbers of channels are repeated, so that loops over pixels run along flat memory in long, whole steps, however few
/// channels there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) channels: usize,
    /// A multiple of the channels.
    pub(crate) len: usize,
}

impl Period {
    pub(crate) fn new(channels: usize) -> Self {
        let channels = channels.max(1);
        let common = channels / gcd(channels, STEP) * STEP;
        let len = common * LENGTHS.0.div_ceil(common);
        Self { channels, len: if len <= LENGTHS.1 { len } else { channels } }
    }

    /// Writes `of(channel)` for each element of the period.
    pub(crate) fn fill(&self, to: &mut [f32], of: impl Fn(usize) -> f32) {
        for (channel, to) in to[..self.channels].iter_mut().enumerate() {
            *to = of(channel);
        }
        for at in self.channels..self.len {
            to[at] = to[at - self.channels];
        }
    }

    /// Adds the elements that belong to each channel to its sum.
    pub(crate) fn fold(&self, from: &[f32], sums: &mut [f64]) {
        for repeat in from[..self.len].chunks(self.channels) {
            for (sum, &x) in sums.iter_mut().zip(repeat) {
                *sum += f64::from(x);
            }
        }
    }

    /// Elements of a part of flat memory that is worked on at once: whole periods, at least `least` elements.
    pub(crate) fn chunk(&self, least: usize) -> usize {
        self.len * least.div_ceil(self.len)
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_multiples_of_channels() {
        for channels in 1..2000 {
            let period = Period::new(channels);
            assert!(period.len.is_multiple_of(channels), "{period:?}");
            assert!(period.len == channels || (256..=4096).contains(&period.len), "{period:?}");
        }
        assert_eq!(Period::new(24).len, 384);
    }

    #[test]
    fn what_is_filled_in_is_folded() {
        let period = Period::new(3);
        let mut values = vec![0.0; period.len];
        period.fill(&mut values, |channel| channel as f32);
        let repeats = (period.len / 3) as f64;
        let mut sums = [0.0; 3];
        period.fold(&values, &mut sums);
        assert_eq!(sums, [0.0, repeats, 2.0 * repeats]);
    }
}
