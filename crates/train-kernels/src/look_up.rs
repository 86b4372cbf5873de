//! Functions of 8-bit numbers, as tables.

use std::sync::Arc;

use featherlite_base::Result;
use featherlite_simd::{Level, truncate};
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};

use crate::activation::bounded;
use crate::shape::check;

/// A function of the numbers `scale * (q - zero_point)` with `-128 <= q <= 127`.
#[derive(Clone, Debug, PartialEq)]
pub struct LookUp {
    /// What an integer is worth.
    pub scale: f32,
    /// The integer that stands for 0.
    pub zero_point: i32,
    /// The results for all integers, from -128 on.
    pub table: Arc<[f32; 256]>,
}

/// Elements that a thread takes at once.
const CHUNK: usize = 1 << 14;

impl LookUp {
    /// The results for elements that are such numbers; others count as the nearest.
    ///
    /// # Errors
    /// If slices do not have the same length.
    pub fn forward(&self, level: Level, x: &[f32], y: &mut [f32]) -> Result<()> {
        check("a table", &[("y", y.len(), x.len())])?;
        let inverse = 1.0 / self.scale;
        // The conversion to integers cuts: with the half it rounds.
        let first = self.zero_point as f32 + 128.5;
        let table = &*self.table;
        y.par_chunks_mut(CHUNK).zip(x.par_chunks(CHUNK)).for_each(|(y, x)| {
            level.vectorize(
                #[inline(always)]
                || {
                    for (y, &x) in y.iter_mut().zip(x) {
                        let place = truncate(bounded(x * inverse + first, 0.0, 255.0));
                        *y = table[place as usize & 255];
                    }
                },
            );
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_integer_has_its_result_at_every_level() {
        for (scale, zero_point) in [(0.37, -128), (1e-4, 0), (2.5, 127), (0.0123, -7)] {
            let table: Arc<[f32; 256]> = Arc::new(std::array::from_fn(|place| (place * place) as f32));
            let look_up = LookUp { scale, zero_point, table: Arc::clone(&table) };
            let x: Vec<f32> = (-128..=127).map(|q| scale * (q - zero_point) as f32).collect();
            for isa in Level::detect().isas() {
                let level = Level::named(isa.name()).unwrap();
                let mut y = vec![0.0; 256];
                look_up.forward(level, &x, &mut y).unwrap();
                assert_eq!(y, *table);
                let beyond = [1e9 * scale, -1e9 * scale, scale * (0.4 - zero_point as f32)];
                look_up.forward(level, &beyond, &mut y[..3]).unwrap();
                assert_eq!(y[..3], [table[255], table[0], table[128]]);
            }
        }
    }

    #[test]
    fn lengths_are_checked() {
        let look_up = LookUp { scale: 1.0, zero_point: 0, table: Arc::new([0.0; 256]) };
        assert!(look_up.forward(Level::detect(), &[0.0; 3], &mut [0.0; 2]).is_err());
    }
}
