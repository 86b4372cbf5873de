//! Fast Fourier transforms of any size, in `f32`, `f64` and in fixed point with 15 or 31 fraction bits.
//!
//! Sizes are split into the radices 4, 2, 3, 5 and the primes above (decimation in time, mixed radix). In fixed point
//! every stage divides its inputs by its radix so that sums can not overflow: a forward transform of `n` points comes
//! out divided by `n`. Where it rounds is part of the definition of TensorFlow Lite Micro's signal operators, which
//! compute with KISS FFT, and is followed to the bit.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::f64::consts::PI;

use featherlite_base::{Element, Error, Result};

/// Real and imaginary part.
pub type Complex<T> = [T; 2];

/// The largest size, so that a file can not ask for unreasonable tables.
pub const MAX_SIZE: usize = 1 << 20;

/// The largest prime factor of a size: the time of a transform grows with it.
pub const MAX_RADIX: usize = 1 << 12;

/// A number that can be transformed. Integers are fractions between -1 and 1, and wrap.
pub trait Sample: Element {
    /// The nearest value to a number between -1 and 1.
    fn from_unit(x: f64) -> Self;
    /// `self + other`.
    fn plus(self, other: Self) -> Self;
    /// `self - other`.
    fn minus(self, other: Self) -> Self;
    /// `self * other`.
    fn times(self, other: Self) -> Self;
    /// The complex product; in fixed point each part is rounded once.
    fn product(a: Complex<Self>, b: Complex<Self>) -> Complex<Self>;
    /// In fixed point `self / terms`, so that as many can be added; floats stay as they are.
    fn make_room(self, terms: usize) -> Self;
    /// `self / 2`, towards minus infinity in fixed point.
    fn half(self) -> Self;
    /// `(self + other) / 2`.
    fn half_sum(self, other: Self) -> Self;
    /// `(self - other) / 2`.
    fn half_difference(self, other: Self) -> Self;
}

macro_rules! floating_point {
    ($($ty:ty)*) => {$(
        impl Sample for $ty {
            fn from_unit(x: f64) -> Self {
                x as $ty
            }
            fn plus(self, other: Self) -> Self {
                self + other
            }
            fn minus(self, other: Self) -> Self {
                self - other
            }
            fn times(self, other: Self) -> Self {
                self * other
            }
            fn product(a: Complex<Self>, b: Complex<Self>) -> Complex<Self> {
                [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
            }
            fn make_room(self, _: usize) -> Self {
                self
            }
            fn half(self) -> Self {
                self * 0.5
            }
            fn half_sum(self, other: Self) -> Self {
                (self + other) * 0.5
            }
            fn half_difference(self, other: Self) -> Self {
                (self - other) * 0.5
            }
        }
    )*};
}

floating_point! { f32 f64 }

/// `$wide` holds products, `$sum` is what C adds two values of `$ty` in.
macro_rules! fixed_point {
    ($($ty:ty, $wide:ty, $sum:ty;)*) => {$(
        impl Sample for $ty {
            fn from_unit(x: f64) -> Self {
                libm::floor(0.5 + f64::from(<$ty>::MAX) * x) as $ty
            }
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
            fn times(self, other: Self) -> Self {
                const FRACTION: u32 = <$ty>::BITS - 1;
                let product = <$wide>::from(self) * <$wide>::from(other);
                (product.wrapping_add(1 << (FRACTION - 1)) >> FRACTION) as $ty
            }
            fn product(a: Complex<Self>, b: Complex<Self>) -> Complex<Self> {
                const FRACTION: u32 = <$ty>::BITS - 1;
                let [ar, ai, br, bi] = [a[0], a[1], b[0], b[1]].map(<$wide>::from);
                [(ar * br).wrapping_sub(ai * bi), (ar * bi).wrapping_add(ai * br)]
                    .map(|part| (part.wrapping_add(1 << (FRACTION - 1)) >> FRACTION) as $ty)
            }
            fn make_room(self, terms: usize) -> Self {
                self.times((<$ty>::MAX as usize / terms.max(1)) as $ty)
            }
            fn half(self) -> Self {
                self >> 1
            }
            fn half_sum(self, other: Self) -> Self {
                (<$sum>::from(self).wrapping_add(<$sum>::from(other)) >> 1) as $ty
            }
            fn half_difference(self, other: Self) -> Self {
                (<$sum>::from(self).wrapping_sub(<$sum>::from(other)) >> 1) as $ty
            }
        }
    )*};
}

fixed_point! {
    i16, i32, i32;
    i32, i64, i32;
}

fn add<T: Sample>(a: Complex<T>, b: Complex<T>) -> Complex<T> {
    [a[0].plus(b[0]), a[1].plus(b[1])]
}

fn sub<T: Sample>(a: Complex<T>, b: Complex<T>) -> Complex<T> {
    [a[0].minus(b[0]), a[1].minus(b[1])]
}

/// `a + i * b`.
fn add_turned<T: Sample>(a: Complex<T>, b: Complex<T>) -> Complex<T> {
    [a[0].minus(b[1]), a[1].plus(b[0])]
}

/// `a - i * b`.
fn sub_turned<T: Sample>(a: Complex<T>, b: Complex<T>) -> Complex<T> {
    [a[0].plus(b[1]), a[1].minus(b[0])]
}

fn scale<T: Sample>(a: Complex<T>, factor: T) -> Complex<T> {
    a.map(|part| part.times(factor))
}

fn make_room<T: Sample>(a: Complex<T>, terms: usize) -> Complex<T> {
    a.map(|part| part.make_room(terms))
}

/// `exp(i * phase)`.
fn on_circle<T: Sample>(phase: f64) -> Complex<T> {
    [T::from_unit(libm::cos(phase)), T::from_unit(libm::sin(phase))]
}

/// A complex transform: `y[k] = sum x[j] * exp(∓2πi jk / n)`, divided by `n` in fixed point, otherwise not scaled.
pub struct Fft<T> {
    inverse: bool,
    /// `exp(∓2πi k / n)`.
    twiddles: Box<[Complex<T>]>,
    /// The input that each place starts with.
    order: Box<[u32]>,
    /// In the order in which they run.
    stages: Vec<Stage>,
}

/// Joins `radix` transforms of `span` points each to one.
#[derive(Clone, Copy)]
struct Stage {
    radix: usize,
    span: usize,
    /// Places in the table of twiddles from one power to the next.
    stride: usize,
}

impl<T: Sample> Fft<T> {
    /// A transform of `size` points.
    ///
    /// # Errors
    /// If the size is 0 or above [`MAX_SIZE`], or a prime factor above [`MAX_RADIX`].
    pub fn new(size: usize, inverse: bool) -> Result<Self> {
        let radices = if (1..=MAX_SIZE).contains(&size) { radices(size) } else { Vec::new() };
        if radices.iter().max().is_none_or(|&radix| radix > MAX_RADIX) {
            return Err(Error::unsupported(format!("a Fourier transform of {size} points")));
        }
        let sign = if inverse { 1.0 } else { -1.0 };
        let twiddles = (0..size).map(|k| on_circle(sign * (2.0 * PI * k as f64 / size as f64))).collect();
        let mut stages = Vec::new();
        let mut order = alloc::vec![0u32; size];
        let mut span = size;
        for radix in radices {
            let stride = size / span;
            span /= radix;
            for (place, source) in order.iter_mut().enumerate() {
                *source += (place / span % radix * stride) as u32;
            }
            stages.push(Stage { radix, span, stride });
        }
        stages.reverse();
        Ok(Self { inverse, twiddles, order: order.into(), stages })
    }

    /// The number of points.
    pub fn size(&self) -> usize {
        self.order.len()
    }

    /// How many values of scratch [`Fft::run`] needs: none unless the size has a prime factor above 5.
    pub fn scratch(&self) -> usize {
        self.stages
            .iter()
            .map(|stage| stage.radix)
            .filter(|&radix| !(2..=5).contains(&radix))
            .max()
            .unwrap_or(0)
    }

    /// Transforms the values `input(0..size)` to `output`, of [`Fft::size`] values; `scratch` has
    /// [`Fft::scratch`].
    pub fn run(
        &self,
        input: impl Fn(usize) -> Complex<T>,
        output: &mut [Complex<T>],
        scratch: &mut [Complex<T>],
    ) {
        for (value, &source) in output.iter_mut().zip(&self.order) {
            *value = input(source as usize);
        }
        for &stage in &self.stages {
            for block in output.chunks_exact_mut(stage.radix * stage.span) {
                match stage.radix {
                    2 => self.join_2(block, stage),
                    3 => self.join_3(block, stage),
                    4 => self.join_4(block, stage),
                    5 => self.join_5(block, stage),
                    radix => self.join_any(block, stage, &mut scratch[..radix]),
                }
            }
        }
    }

    /// The values at `k` of each of the `N` parts, with room for their sum, turned to their places.
    fn gather<const N: usize>(&self, block: &[Complex<T>], stage: Stage, k: usize) -> [Complex<T>; N] {
        core::array::from_fn(|part| {
            let value = make_room(block[part * stage.span + k], N);
            if part == 0 { value } else { T::product(value, self.twiddles[part * k * stage.stride]) }
        })
    }

    fn join_2(&self, block: &mut [Complex<T>], stage: Stage) {
        for k in 0..stage.span {
            let [a, b] = self.gather(block, stage, k);
            block[k] = add(a, b);
            block[k + stage.span] = sub(a, b);
        }
    }

    fn join_3(&self, block: &mut [Complex<T>], stage: Stage) {
        let span = stage.span;
        let third = self.twiddles[stage.stride * span][1];
        for k in 0..span {
            let [a, b, c] = self.gather(block, stage, k);
            let sum = add(b, c);
            let turned = scale(sub(b, c), third);
            let middle = sub(a, sum.map(T::half));
            block[k] = add(a, sum);
            block[k + span] = add_turned(middle, turned);
            block[k + 2 * span] = sub_turned(middle, turned);
        }
    }

    fn join_4(&self, block: &mut [Complex<T>], stage: Stage) {
        let span = stage.span;
        for k in 0..span {
            let [a, b, c, d] = self.gather(block, stage, k);
            let (even, odd) = (add(a, c), add(b, d));
            let (even_rest, odd_rest) = (sub(a, c), sub(b, d));
            let (plus, minus) = (add_turned(even_rest, odd_rest), sub_turned(even_rest, odd_rest));
            block[k] = add(even, odd);
            block[k + 2 * span] = sub(even, odd);
            (block[k + span], block[k + 3 * span]) = if self.inverse { (plus, minus) } else { (minus, plus) };
        }
    }

    fn join_5(&self, block: &mut [Complex<T>], stage: Stage) {
        let span = stage.span;
        let [first, second] = [1, 2].map(|power| self.twiddles[power * stage.stride * span]);
        for k in 0..span {
            let [a, b, c, d, e] = self.gather(block, stage, k);
            let (outer, outer_rest) = (add(b, e), sub(b, e));
            let (inner, inner_rest) = (add(c, d), sub(c, d));
            let real = |x: T, y: T| add(add(a, scale(outer, x)), scale(inner, y));
            block[k] = add(a, add(outer, inner));
            let near = real(first[0], second[0]);
            let near_rest = add(scale(outer_rest, first[1]), scale(inner_rest, second[1]));
            block[k + span] = add_turned(near, near_rest);
            block[k + 4 * span] = sub_turned(near, near_rest);
            let far = real(second[0], first[0]);
            let far_rest = sub(scale(outer_rest, second[1]), scale(inner_rest, first[1]));
            block[k + 2 * span] = add_turned(far, far_rest);
            block[k + 3 * span] = sub_turned(far, far_rest);
        }
    }

    fn join_any(&self, block: &mut [Complex<T>], stage: Stage, scratch: &mut [Complex<T>]) {
        let size = self.size();
        for k in 0..stage.span {
            for (part, value) in scratch.iter_mut().enumerate() {
                *value = make_room(block[part * stage.span + k], stage.radix);
            }
            for place in (k..block.len()).step_by(stage.span) {
                let mut power = 0;
                block[place] = scratch[1..].iter().fold(scratch[0], |sum, &value| {
                    power = (power + stage.stride * place) % size;
                    add(sum, T::product(value, self.twiddles[power]))
                });
            }
        }
    }
}

/// The radices that a size is split into, the outermost first: fours, a two, threes, fives, larger primes.
fn radices(size: usize) -> Vec<usize> {
    let (mut rest, mut radix) = (size, 4);
    let mut found = Vec::new();
    while rest > 1 {
        while !rest.is_multiple_of(radix) {
            radix = match radix {
                4 => 2,
                2 => 3,
                _ => radix + 2,
            };
            if radix * radix > size {
                radix = rest;
            }
        }
        rest /= radix;
        found.push(radix);
    }
    if found.is_empty() { alloc::vec![1] } else { found }
}

/// A transform between `n` real values, `n` even, and the `n / 2 + 1` complex ones up to the highest frequency; done
/// by a complex transform of half the size.
pub struct RealFft<T> {
    half: Fft<T>,
    /// What turns the spectra of the even and odd samples into that of all: `∓i * exp(∓2πi k / n)` for `k` from 1.
    turns: Box<[Complex<T>]>,
}

impl<T: Sample> RealFft<T> {
    /// A transform of `size` real values, to ([`RealFft::forward`]) or from ([`RealFft::backward`]) frequencies.
    ///
    /// # Errors
    /// If the size is odd, or [`Fft::new`] refuses half of it.
    pub fn new(size: usize, backward: bool) -> Result<Self> {
        if !size.is_multiple_of(2) {
            return Err(Error::unsupported(format!("a Fourier transform of {size} real values: not even")));
        }
        let half = Fft::new(size / 2, backward)?;
        let sign = if backward { 1.0 } else { -1.0 };
        let points = half.size();
        let turns =
            (1..=points / 2).map(|k| on_circle(sign * PI * (k as f64 / points as f64 + 0.5))).collect();
        Ok(Self { half, turns })
    }

    /// The number of real values.
    pub fn size(&self) -> usize {
        2 * self.half.size()
    }

    /// The number of complex values, `size / 2 + 1`.
    pub fn frequencies(&self) -> usize {
        self.half.size() + 1
    }

    /// How many complex values of scratch both directions need.
    pub fn scratch(&self) -> usize {
        self.half.size() + self.half.scratch()
    }

    /// The frequencies of real values. `input` may be shorter than [`RealFft::size`], zeros follow then; `output` has
    /// [`RealFft::frequencies`] values and `scratch` [`RealFft::scratch`]. In fixed point the result is divided by
    /// the size.
    pub fn forward(&self, input: &[T], output: &mut [Complex<T>], scratch: &mut [Complex<T>]) {
        let points = self.half.size();
        let (packed, scratch) = scratch.split_at_mut(points);
        let sample = |index: usize| input.get(index).copied().unwrap_or_default();
        self.half.run(|index| [sample(2 * index), sample(2 * index + 1)], packed, scratch);
        let [even, odd] = make_room(packed[0], 2);
        output[0] = [even.plus(odd), T::default()];
        output[points] = [even.minus(odd), T::default()];
        for k in 1..=points / 2 {
            let value = make_room(packed[k], 2);
            let mirror = packed[points - k];
            let mirror = make_room([mirror[0], T::default().minus(mirror[1])], 2);
            let even = add(value, mirror);
            let odd = T::product(sub(value, mirror), self.turns[k - 1]);
            output[k] = [even[0].half_sum(odd[0]), even[1].half_sum(odd[1])];
            output[points - k] = [even[0].half_difference(odd[0]), odd[1].half_difference(even[1])];
        }
    }

    /// Real values from their frequencies, `size / 2` times too large in floating point. Slices have the lengths that
    /// [`RealFft::forward`] states.
    pub fn backward(&self, input: &[Complex<T>], output: &mut [T], scratch: &mut [Complex<T>]) {
        let points = self.half.size();
        let (packed, scratch) = scratch.split_at_mut(points);
        let (lowest, highest) = (input[0][0], input[points][0]);
        packed[0] = make_room([lowest.plus(highest), lowest.minus(highest)], 2);
        for k in 1..=points / 2 {
            let value = make_room(input[k], 2);
            let mirror = input[points - k];
            let mirror = make_room([mirror[0], T::default().minus(mirror[1])], 2);
            let even = add(value, mirror);
            let odd = T::product(sub(value, mirror), self.turns[k - 1]);
            packed[k] = add(even, odd);
            let difference = sub(even, odd);
            packed[points - k] = [difference[0], T::default().minus(difference[1])];
        }
        let (pairs, _) = output.as_chunks_mut::<2>();
        self.half.run(|index| packed[index], pairs, scratch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(size: usize) -> Vec<Complex<f64>> {
        (0..size)
            .map(|j| {
                let x = j as f64;
                [libm::sin(0.37 * x * x) * 0.6, libm::cos(1.3 * x + 0.1 * x * x) * 0.6]
            })
            .collect()
    }

    /// The definition.
    fn dft(input: &[Complex<f64>], inverse: bool) -> Vec<Complex<f64>> {
        let size = input.len();
        let sign = if inverse { 1.0 } else { -1.0 };
        (0..size)
            .map(|k| {
                input.iter().enumerate().fold([0.0, 0.0], |sum, (j, &x)| {
                    add(
                        sum,
                        f64::product(x, on_circle(sign * 2.0 * PI * (j * k % size) as f64 / size as f64)),
                    )
                })
            })
            .collect()
    }

    fn farthest(a: &[Complex<f64>], b: &[Complex<f64>]) -> f64 {
        assert_eq!(a.len(), b.len());
        a.iter().flatten().zip(b.iter().flatten()).fold(0.0, |most, (a, b)| f64::max(most, (a - b).abs()))
    }

    const SIZES: [usize; 20] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 15, 16, 25, 30, 49, 60, 77, 128, 360];

    #[test]
    fn complex_transforms_are_the_sums_of_their_definition() {
        for size in SIZES {
            for inverse in [false, true] {
                let input = wave(size);
                let expected = dft(&input, inverse);
                let fft = Fft::<f64>::new(size, inverse).unwrap();
                let mut output = alloc::vec![[0.0; 2]; size];
                let mut scratch = alloc::vec![[0.0; 2]; fft.scratch()];
                fft.run(|j| input[j], &mut output, &mut scratch);
                assert!(farthest(&output, &expected) < 1e-11 * size as f64, "{size}");

                let fft = Fft::<i32>::new(size, inverse).unwrap();
                let fixed: Vec<Complex<i32>> = input.iter().map(|x| x.map(i32::from_unit)).collect();
                let mut output = alloc::vec![[0; 2]; size];
                let mut scratch = alloc::vec![[0; 2]; fft.scratch()];
                fft.run(|j| fixed[j], &mut output, &mut scratch);
                let real: Vec<_> = output
                    .iter()
                    .map(|x| x.map(|x| f64::from(x) / f64::from(i32::MAX) * size as f64))
                    .collect();
                assert!(farthest(&real, &expected) < 3e-9 * (size * size) as f64, "{size}");
            }
        }
    }

    #[test]
    fn real_transforms_go_there_and_back() {
        for size in SIZES.map(|size| 2 * size) {
            let input: Vec<f64> = wave(size).iter().map(|x| x[0]).collect();
            let forward = RealFft::<f64>::new(size, false).unwrap();
            let mut spectrum = alloc::vec![[0.0; 2]; forward.frequencies()];
            let mut scratch = alloc::vec![[0.0; 2]; forward.scratch()];
            forward.forward(&input, &mut spectrum, &mut scratch);
            let complex: Vec<_> = input.iter().map(|&x| [x, 0.0]).collect();
            let expected = dft(&complex, false);
            assert!(farthest(&spectrum, &expected[..=size / 2]) < 1e-11 * size as f64, "{size}");

            let mut output = alloc::vec![0.0; size];
            RealFft::<f64>::new(size, true).unwrap().backward(&spectrum, &mut output, &mut scratch);
            let error =
                input.iter().zip(&output).map(|(x, y)| (x - y / size as f64).abs()).fold(0.0, f64::max);
            assert!(error < 1e-12 * size as f64, "{size}: {error}");
        }
    }

    /// The spectrum of `size` pseudo-random samples, and the samples that come back.
    fn there_and_back<T: Sample>(size: usize, sample: fn(i64) -> T) -> (Vec<T>, Vec<T>) {
        let mut state = 1i64;
        let input: Vec<T> = (0..size)
            .map(|_| {
                state = (state * 1_103_515_245 + 12345) & 0x7fff_ffff;
                sample(state)
            })
            .collect();
        let forward = RealFft::<T>::new(size, false).unwrap();
        let mut spectrum = alloc::vec![[T::default(); 2]; forward.frequencies()];
        let mut scratch = alloc::vec![[T::default(); 2]; forward.scratch()];
        forward.forward(&input, &mut spectrum, &mut scratch);
        let mut output = input.clone();
        RealFft::<T>::new(size, true).unwrap().backward(&spectrum, &mut output, &mut scratch);
        (spectrum.into_flattened(), output)
    }

    /// What TensorFlow Lite Micro (0.dev20261023182759) computes.
    #[test]
    fn fixed_point_rounds_as_the_original() {
        let (spectrum, samples) = there_and_back::<i16>(24, |x| ((x >> 15) - 32768) as i16);
        let expected = [
            -784, 0, 429, 5032, -4620, -4001, -1466, 1439, -179, -509, 1626, 2473, 959, 3118, 1688, -511,
            -1217, 375, -28, -4848, -1893, 624, 1626, 667, 7844, 0,
        ];
        assert_eq!(spectrum, expected);
        let expected = [
            38, -884, -523, 94, 1222, -896, 553, -745, -13, -1024, -1134, -302, -608, -360, 1319, 96, 726,
            400, 729, 765, 881, -950, 342, -506,
        ];
        assert_eq!(samples, expected);

        let (spectrum, samples) = there_and_back::<i16>(20, |x| ((x >> 15) - 32768) as i16);
        let expected = [
            -664, 0, 4747, 3516, -5397, 1775, 51, 1928, -398, 3859, 504, 3210, 1402, -1629, 2004, 810, -4963,
            -652, -263, 1969, 6196, 0,
        ];
        assert_eq!(spectrum, expected);
        let expected = [
            45, -1061, -627, 114, 1464, -1074, 663, -896, -18, -1228, -1363, -361, -729, -432, 1584, 116,
            871, 480, 874, 918,
        ];
        assert_eq!(samples, expected);

        let (spectrum, samples) = there_and_back::<i32>(20, |x| ((x << 1) - (1 << 31)) as i32);
        let expected = [-43481179, 0, 311174949, 230532485, -353760509, 116406482, 3329576, 126460982];
        assert_eq!(spectrum[..8], expected);
        let expected = [2978576, -69634024, -41091773, 7416096, 96127364, -70494090, 43428812, -58748564];
        assert_eq!(samples[..8], expected);
    }

    #[test]
    fn short_inputs_are_padded_and_bad_sizes_refused() {
        let fft = RealFft::<f32>::new(8, false).unwrap();
        let (mut short, mut long) = ([[0.0; 2]; 5], [[0.0; 2]; 5]);
        let mut scratch = [[0.0; 2]; 4];
        fft.forward(&[1.0, 2.0, 3.0], &mut short, &mut scratch);
        fft.forward(&[1.0, 2.0, 3.0, 0.0, 0.0, 0.0, 0.0, 0.0], &mut long, &mut scratch);
        assert_eq!(short, long);
        assert!(RealFft::<i16>::new(7, false).is_err());
        assert!(RealFft::<i16>::new(0, false).is_err());
        assert!(Fft::<f32>::new(MAX_SIZE + 1, false).is_err());
        assert!(Fft::<f32>::new(8191, false).is_err());
    }
}
