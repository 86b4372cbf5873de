//! How far a quantized tensor is from what it stands for.

use featherlite_base::DType;

use crate::statistics::Histogram;

/// Energies of a signal and of its error, added up over any number of tensors.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Noise {
    signal: f64,
    error: f64,
    greatest: f64,
}

impl Noise {
    /// Takes in values and what they became; both of one length.
    pub fn add(&mut self, exact: &[f32], approximate: &[f32]) {
        for (&exact, &approximate) in exact.iter().zip(approximate) {
            let (exact, error) = (f64::from(exact), f64::from(exact) - f64::from(approximate));
            self.signal += exact * exact;
            self.error += error * error;
            self.greatest = self.greatest.max(error.abs());
        }
    }

    /// Signal to quantization noise, in dB; infinite without an error.
    pub fn sqnr(&self) -> f64 {
        match (self.signal, self.error) {
            (_, 0.0) => f64::INFINITY,
            (signal, error) => 10.0 * (signal / error).log10(),
        }
    }

    /// The greatest error of a single value.
    pub fn greatest(&self) -> f64 {
        self.greatest
    }
}

/// The share of the integers in `bytes` that are the least or the greatest of their type, and so may stand for something
/// beyond. `None` for other types.
pub fn saturation(bytes: &[u8], dtype: DType) -> Option<f64> {
    let (ends, count) = match dtype {
        DType::I8 => (bytes.iter().filter(|&&byte| byte == 0x80 || byte == 0x7f).count(), bytes.len()),
        DType::U8 => (bytes.iter().filter(|&&byte| byte == 0 || byte == 255).count(), bytes.len()),
        DType::I16 => {
            let (values, _) = bytes.as_chunks::<2>();
            let at_end = |&&pair: &&[u8; 2]| matches!(i16::from_le_bytes(pair), i16::MIN | i16::MAX);
            (values.iter().filter(at_end).count(), values.len())
        }
        _ => return None,
    };
    Some(ends as f64 / count.max(1) as f64)
}

/// The share that two sets of values have in common as distributions, from 0 to 1.
pub fn overlap(exact: &Histogram, approximate: &Histogram) -> f64 {
    /// So few that a quantized tensor's gaps do not show.
    const BINS: usize = 48;
    exact.overlap(approximate, BINS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_adds_up() {
        let mut noise = Noise::default();
        assert_eq!(noise.sqnr(), f64::INFINITY);
        noise.add(&[10.0, 0.0], &[10.0, 1.0]);
        assert!((noise.sqnr() - 20.0).abs() < 1e-9);
        noise.add(&[0.0], &[3.0]);
        assert!((noise.sqnr() - 10.0).abs() < 1e-9);
        assert_eq!(noise.greatest(), 3.0);
    }

    #[test]
    fn the_ends_of_a_type_are_saturated() {
        assert_eq!(saturation(&[0x80, 0x7f, 0, 1], DType::I8), Some(0.5));
        assert_eq!(saturation(&[0, 1, 2, 3], DType::U8), Some(0.25));
        assert_eq!(saturation(&[0xff, 0x7f, 0, 0], DType::I16), Some(0.5));
        assert_eq!(saturation(&[0; 4], DType::F32), None);
    }
}
