//! Draws that depend on nothing but what they are for.

use std::f32::consts::TAU;

/// Multiplied with the counter of draws, the golden ratio in 64 bits keeps neighbours apart.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// A generator whose place in the sequence of all draws is named by numbers: a seed, an epoch, a sample, a purpose. The same
/// names give the same draws in any thread and after any interruption. (SplitMix64 over a hash of the names.)
#[derive(Clone, Debug)]
pub struct Random {
    key: u64,
    drawn: u64,
}

fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

impl Random {
    /// The generator with these names.
    pub fn of(names: &[u64]) -> Self {
        let key =
            names.iter().fold(STEP, |key, &name| mix(key.wrapping_add(STEP) ^ mix(name.wrapping_add(STEP))));
        Self { key, drawn: 0 }
    }

    /// Another generator: this one's names and one more.
    pub fn branch(&self, name: u64) -> Self {
        Self::of(&[self.key, name])
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.drawn += 1;
        mix(self.key.wrapping_add(self.drawn.wrapping_mul(STEP)))
    }

    /// Uniform in 0..1.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Uniform between two numbers.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Uniform in 0..`count`; 0 if `count` is 0.
    pub fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.bits()) * count as u128) >> 64) as usize
    }

    /// True with a probability.
    pub fn is_drawn(&mut self, probability: f32) -> bool {
        self.unit() < probability
    }

    /// Normally distributed, mean 0, deviation 1.
    pub fn normal(&mut self) -> f32 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (TAU * self.unit()).cos()
    }

    /// Beta distributed with both parameters `alpha`, which must be positive.
    pub fn beta(&mut self, alpha: f32) -> f32 {
        let (a, b) = (self.gamma(alpha), self.gamma(alpha));
        // Both are 0 where alpha is so small that the distribution has two points.
        if a + b > 0.0 { a / (a + b) } else { f32::from(self.is_drawn(0.5)) }
    }

    /// Gamma distributed with scale 1 (Marsaglia and Tsang, "A simple method for generating gamma variables").
    fn gamma(&mut self, shape: f32) -> f32 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.unit().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && (1.0 - self.unit()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// Brings a list into a random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_depend_on_their_names_only() {
        let draw = |names: &[u64]| Random::of(names).bits();
        assert_eq!(draw(&[1, 2, 3]), draw(&[1, 2, 3]));
        let mut found: Vec<u64> =
            (0..1000).map(|index| draw(&[index / 100, index / 10 % 10, index % 10])).collect();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), 1000);
        assert_ne!(draw(&[0]), draw(&[0, 0]));
    }

    #[test]
    fn distributions_have_their_moments() {
        const COUNT: usize = 20_000;
        let mut random = Random::of(&[7]);
        let mut moments = |draw: &mut dyn FnMut(&mut Random) -> f32| {
            let values: Vec<f32> = (0..COUNT).map(|_| draw(&mut random)).collect();
            let mean = values.iter().sum::<f32>() / COUNT as f32;
            (mean, values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / COUNT as f32)
        };
        let close = |(mean, variance): (f32, f32), expected: (f32, f32)| {
            assert!(
                (mean - expected.0).abs() < 0.02 && (variance - expected.1).abs() < 0.02,
                "{mean} {variance}"
            );
        };
        close(moments(&mut |random| random.unit()), (0.5, 1.0 / 12.0));
        close(moments(&mut |random| random.normal()), (0.0, 1.0));
        for alpha in [0.2, 1.0, 3.0] {
            close(moments(&mut |random| random.beta(alpha)), (0.5, 0.25 / (2.0 * alpha + 1.0)));
        }
        close(moments(&mut |random| random.below(3) as f32), (1.0, 2.0 / 3.0));
    }

    #[test]
    fn shuffling_keeps_everything() {
        let mut list: Vec<usize> = (0..100).collect();
        Random::of(&[3]).shuffle(&mut list);
        assert_ne!(list, (0..100).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..100).collect::<Vec<_>>());
    }
}
