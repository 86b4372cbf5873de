//! Reproducible inputs.

use featherlite::{DType, F16};

/// A small generator (SplitMix64): the same seed gives the same numbers everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Uniform in 0..1.
    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Uniform in the range, both ends included.
    pub(crate) fn between(&mut self, least: i64, greatest: i64) -> i64 {
        let count = (greatest - least) as u64 + 1;
        least + (self.next() % count.max(1)) as i64
    }

    /// The bytes of a tensor: floats in -1..1, 8- and 16-bit integers over their whole range, wider ones 0 or 1,
    /// since they are mostly indices and sizes; empty strings.
    pub(crate) fn bytes(&mut self, dtype: DType, elements: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        match dtype {
            DType::String => {
                bytes.extend((elements as i32).to_le_bytes());
                let end = 4 * (elements as i32 + 2);
                (0..=elements).for_each(|_| bytes.extend(end.to_le_bytes()));
            }
            DType::Variant | DType::Resource => bytes.resize(dtype.storage_bytes(elements).unwrap_or(0), 0),
            DType::Bool => bytes.extend((0..elements).map(|_| self.next() as u8 & 1)),
            DType::F32 | DType::Complex64 => {
                let count = elements * dtype.bits() / 32;
                (0..count).for_each(|_| bytes.extend((2.0 * self.unit() - 1.0).to_le_bytes()));
            }
            DType::F64 | DType::Complex128 => {
                let count = elements * dtype.bits() / 64;
                (0..count).for_each(|_| bytes.extend(f64::from(2.0 * self.unit() - 1.0).to_le_bytes()));
            }
            DType::F16 => {
                let half = |value: f32| F16::from_f32(value).0.to_le_bytes();
                (0..elements).for_each(|_| bytes.extend(half(2.0 * self.unit() - 1.0)));
            }
            DType::Bf16 => (0..elements).for_each(|_| {
                bytes.extend(&(2.0 * self.unit() - 1.0).to_le_bytes()[2..]);
            }),
            DType::I32 | DType::U32 => {
                (0..elements).for_each(|_| bytes.extend((self.between(0, 1) as i32).to_le_bytes()));
            }
            DType::I64 | DType::U64 => {
                (0..elements).for_each(|_| bytes.extend(self.between(0, 1).to_le_bytes()));
            }
            _ => {
                let count = dtype.storage_bytes(elements).unwrap_or(0);
                bytes.extend((0..count).map(|_| self.next() as u8));
            }
        }
        bytes
    }
}
