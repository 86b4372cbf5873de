//! Random numbers that depend on a key and a counter only (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3",
//! SC 2011).

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape, math};
use featherlite_schema::RandomOptions;

use crate::core::{Io, Kernel, Node, Outputs, Plan, Sig, Types, req};

/// Philox of four 32-bit words and ten rounds.
pub fn philox(mut key: [u32; 2], mut counter: [u32; 4]) -> [u32; 4] {
    let product = |a: u32, b: u32| {
        let product = u64::from(a) * u64::from(b);
        ((product >> 32) as u32, product as u32)
    };
    for _ in 0..10 {
        let (high_0, low_0) = product(0xd251_1f53, counter[0]);
        let (high_1, low_1) = product(0xcd9e_8d57, counter[2]);
        counter = [high_1 ^ counter[1] ^ key[0], low_1, high_0 ^ counter[3] ^ key[1], low_0];
        key = [key[0].wrapping_add(0x9e37_79b9), key[1].wrapping_add(0xbb67_ae85)];
    }
    counter
}

/// Threefry of two 32-bit words and twenty rounds.
pub fn threefry(key: [u32; 2], counter: [u32; 2]) -> [u32; 2] {
    const ROTATIONS: [[u32; 4]; 2] = [[13, 15, 26, 6], [17, 29, 16, 24]];
    let keys = [key[0], key[1], key[0] ^ key[1] ^ 0x1bd1_1bda];
    let [mut a, mut b] = [counter[0].wrapping_add(keys[0]), counter[1].wrapping_add(keys[1])];
    for group in 0..5 {
        for rotation in ROTATIONS[group % 2] {
            a = a.wrapping_add(b);
            b = b.rotate_left(rotation) ^ a;
        }
        a = a.wrapping_add(keys[(group + 1) % 3]);
        b = b.wrapping_add(keys[(group + 2) % 3]).wrapping_add(group as u32 + 1);
    }
    [a, b]
}

/// A sequence of blocks of four random words.
pub struct Generator {
    key: [u32; 2],
    /// Blocks to the number that [`Generator::block`] counts from: the high half is the second seed.
    start: u128,
}

impl Generator {
    /// The sequence for an operator's two seeds. If both are 0 any sequence will do; without a source of chance this
    /// is always the same.
    pub fn of(node: &Node<'_>) -> Self {
        let options: RandomOptions<'_> = node.options();
        // TensorFlow Lite keeps 32 bits of a seed, as a signed number.
        let [seed, second] = [options.seed(), options.seed2()].map(|seed| i64::from(seed as i32) as u64);
        Self { key: halves(seed), start: u128::from(second) << 64 }
    }

    /// Block `number`.
    pub fn block(&self, number: u64) -> [u32; 4] {
        let counter = self.start.wrapping_add(number.into());
        let ([a, b], [c, d]) = (halves(counter as u64), halves((counter >> 64) as u64));
        philox(self.key, [a, b, c, d])
    }
}

fn halves(word: u64) -> [u32; 2] {
    [word as u32, (word >> 32) as u32]
}

/// A number in `[0, 1)` from the low 23 bits.
pub fn unit_f32(word: u32) -> f32 {
    f32::from_bits(127 << 23 | word & 0x7f_ffff) - 1.0
}

/// A number in `[0, 1)` from 52 bits of two words.
pub fn unit_f64(high: u32, low: u32) -> f64 {
    f64::from_bits(1023 << 52 | u64::from(high & 0xf_ffff) << 32 | u64::from(low)) - 1.0
}

/// Two normally distributed numbers from two words (Box and Muller).
pub fn normal_pair(a: u32, b: u32) -> [f32; 2] {
    let radius = math::sqrt(-2.0 * math::log(unit_f32(a).max(1.0e-7)));
    let angle = 2.0 * core::f32::consts::PI * unit_f32(b);
    [math::sin(angle) * radius, math::cos(angle) * radius]
}

/// What the operators that fill a tensor with random numbers take.
pub const SIGS: &[Sig] = &[Sig {
    name: "float32",
    inputs: &[req(Types::of(&[DType::I32]))],
    outputs: &[req(Types::of(&[DType::F32]))],
    version: 1,
}];

/// The shape that input 0 holds.
///
/// # Errors
/// If it is no list of sizes.
pub fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let sizes = node.input(0)?;
    if sizes.shape.rank() != 1 {
        return Err(Error::invalid_shape(format!("a list of sizes of the shape {}", sizes.shape)));
    }
    let Some(dims) = sizes.integers()? else { return Ok(Outputs::AtRun) };
    Ok(Outputs::one(Shape::from_signed(dims.into_iter())?))
}

/// A kernel that fills output 0 with numbers made of blocks; every run goes on where the last one stopped.
///
/// # Errors
/// Never; for use as a plan.
pub fn fill(plan: &mut Plan<'_>, numbers: fn([u32; 4]) -> [f32; 4]) -> Result<Box<dyn Kernel>> {
    let generator = Generator::of(plan.node);
    let state = plan.state(size_of::<u64>());
    Ok(Box::new(move |io: &mut Io<'_>| {
        let next = &mut io.state::<u64>(state)?[0];
        for out in io.output::<f32>(0)?.chunks_mut(4) {
            out.copy_from_slice(&numbers(generator.block(*next))[..out.len()]);
            *next = next.wrapping_add(1);
        }
        Ok(())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    // The vectors that the authors publish.
    #[test]
    fn known_answers() {
        assert_eq!(philox([0; 2], [0; 4]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            philox([u32::MAX; 2], [u32::MAX; 4]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(threefry([0; 2], [0; 2]), [0x6b20_0159, 0x99ba_4efe]);
        assert_eq!(threefry([u32::MAX; 2], [u32::MAX; 2]), [0x1cb9_96fc, 0xbb00_2be7]);
    }

    #[test]
    fn numbers_lie_in_their_range() {
        assert_eq!([unit_f32(0), unit_f32(0x40_0000)], [0.0, 0.5]);
        assert!(unit_f32(u32::MAX) < 1.0 && unit_f64(u32::MAX, u32::MAX) < 1.0);
        assert_eq!(unit_f64(0x8_0000, 0), 0.5);
    }
}
