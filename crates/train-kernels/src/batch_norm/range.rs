use std::sync::{Mutex, PoisonError};

use featherlite_simd::Level;

/// Elements that are compared at once.
const LANES: usize = 32;

/// The least and the greatest of all elements that several threads look at, each at some.
#[derive(Debug)]
pub(crate) struct Range(Mutex<[f32; 2]>);

impl Range {
    /// Of nothing.
    pub(crate) fn new() -> Self {
        Self(Mutex::new([f32::INFINITY, f32::NEG_INFINITY]))
    }

    pub(crate) fn get(&self) -> [f32; 2] {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in some elements.
    pub(crate) fn add(&self, level: Level, elements: &[f32]) {
        let (least, greatest) = level.vectorize(
            #[inline(always)]
            || extremes(elements),
        );
        let mut range = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *range = [range[0].min(least), range[1].max(greatest)];
    }
}

#[inline(always)]
fn extremes(elements: &[f32]) -> (f32, f32) {
    let (mut least, mut greatest) = ([f32::INFINITY; LANES], [f32::NEG_INFINITY; LANES]);
    let (chunks, rest) = elements.as_chunks::<LANES>();
    for chunk in chunks {
        // To other arrays: the compiler keeps these in registers, and would store to the same ones lane by lane.
        let (mut low, mut high) = ([0.0; LANES], [0.0; LANES]);
        for lane in 0..LANES {
            low[lane] = if chunk[lane] < least[lane] { chunk[lane] } else { least[lane] };
            high[lane] = if chunk[lane] > greatest[lane] { chunk[lane] } else { greatest[lane] };
        }
        (least, greatest) = (low, high);
    }
    let least = least.iter().chain(rest).copied().fold(f32::INFINITY, f32::min);
    (least, greatest.iter().chain(rest).copied().fold(f32::NEG_INFINITY, f32::max))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_elements_count() {
        let elements: Vec<f32> = (0..150).map(|x| ((x * 37) % 150) as f32 - 20.0).collect();
        let range = Range::new();
        range.add(Level::detect(), &elements[..70]);
        range.add(Level::detect(), &elements[70..]);
        assert_eq!(range.get(), [-20.0, 129.0]);
    }
}
