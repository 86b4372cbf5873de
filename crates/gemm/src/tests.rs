//! Every kernel that this processor can run against a plain triple loop, at sizes round the tiles.

use alloc::vec::Vec;

use featherlite_base::arena::{Parallel, Serial};
use featherlite_base::fixed_point::Multiplier;
use featherlite_simd::{Level, Row};

use super::*;

/// Tasks in reverse order, several of them: results must not depend on it.
struct Three;
// SAFETY: a plain loop over the indices.
#[allow(unsafe_code)]
unsafe impl Parallel for Three {
    fn width(&self) -> usize {
        3
    }
    fn run(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
        (0..tasks).rev().for_each(task);
    }
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }
    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.next() as u8).collect()
    }
    fn floats(&mut self, len: usize) -> Vec<f32> {
        (0..len).map(|_| (self.next() % 2001) as f32 / 1000.0 - 1.0).collect()
    }
}

/// Rows, columns, depth: below, at, above and at multiples of the tiles.
fn sizes(random: &mut Random) -> Vec<(usize, usize, usize)> {
    let mut sizes = Vec::new();
    for m in [0, 1, 2, 3, 5, 6, 7, 12, 13, 25] {
        for n in [1, 7, 8, 9, 15, 16, 17, 31, 33, 48, 50, 64, 65, 130] {
            sizes.push((m, n, random.below(12)));
            sizes.push((m, n, random.below(70)));
        }
    }
    sizes.extend([(300, 20, 700), (1, 1000, 300), (2, 0, 3), (70, 70, 4099)]);
    sizes
}

#[test]
fn float_products() {
    let mut random = Random(1);
    let sizes = sizes(&mut random);
    for row in F32.eligible(Level::detect()) {
        let gemm = F32Gemm::new(Level::detect(), row).unwrap();
        for &(m, n, k) in &sizes {
            let (a_stride, c_stride) = (k + random.below(3), n + random.below(3));
            let (a, b) = (random.floats(m * a_stride), random.floats(n * k));
            let bias = random.floats(n);
            let bias = (random.below(3) > 0).then_some(bias);
            let finish = FinishF32 { bias: bias.as_deref(), min: -1.5, max: f32::INFINITY };
            let packed = gemm.pack(Weights::new(&b, n, k).unwrap()).unwrap();
            let run = |parallel: &dyn Parallel| {
                let mut c = alloc::vec![7.0; m * c_stride];
                let rows = Rows::new(&a, m, k, a_stride).unwrap();
                packed
                    .panels()
                    .multiply(parallel, rows, &finish, RowsMut::new(&mut c, m, n, c_stride).unwrap())
                    .unwrap();
                c
            };
            let c = run(&Serial);
            assert_eq!(c, run(&Three), "{} {m} {n} {k}", row.name);
            for (index, &c) in c.iter().enumerate() {
                let (i, j) = (index / c_stride, index % c_stride);
                let expected = if j < n {
                    let sum: f64 =
                        (0..k).map(|p| f64::from(a[i * a_stride + p]) * f64::from(b[j * k + p])).sum();
                    (sum + bias.as_ref().map_or(0.0, |bias| f64::from(bias[j]))).max(-1.5)
                } else {
                    7.0
                };
                let error = (f64::from(c) - expected).abs();
                assert!(error <= 1e-6 * (k + 1) as f64, "{} {m} {n} {k}: {c} for {expected}", row.name);
            }
        }
    }
}

#[test]
fn rows_of_pieces_are_rows() {
    let mut random = Random(2);
    for row in F32.eligible(Level::detect()) {
        let gemm = F32Gemm::new(Level::detect(), row).unwrap();
        for (m, n, offsets, piece, stride) in
            [(13, 24, &[0, 40, 7][..], 5, 3), (4, 9, &[2], 1, 1), (30, 16, &[9, 0], 6, 2), (3, 5, &[], 2, 1)]
        {
            let k = offsets.len() * piece;
            let (image, b) = (random.floats(200), random.floats(n * k));
            let starts = (0..m).flat_map(|row| offsets.iter().map(move |offset| row * stride + offset));
            let gathered: Vec<f32> = starts.flat_map(|at| &image[at..at + piece]).copied().collect();
            let packed = gemm.pack(Weights::new(&b, n, k).unwrap()).unwrap();
            let finish = FinishF32 { bias: None, min: -1.0, max: 9.0 };
            let (mut c, mut expected) = (alloc::vec![0.0; m * n], alloc::vec![0.0; m * n]);
            let rows = PieceRows::new(&image, m, (offsets, piece), stride).unwrap();
            packed.panels().multiply(&Serial, rows, &finish, RowsMut::dense(&mut c, m, n).unwrap()).unwrap();
            let rows = Rows::dense(&gathered, m, k).unwrap();
            let results = RowsMut::dense(&mut expected, m, n).unwrap();
            packed.panels().multiply(&Serial, rows, &finish, results).unwrap();
            assert_eq!(c, expected, "{} {offsets:?}", row.name);
        }
        let packed = gemm.pack(Weights::new(&[0.0; 6], 1, 6).unwrap()).unwrap();
        let rows = PieceRows::new(&[0.0; 9], 2, (&[0, 5], 3), 1).unwrap();
        let finish = FinishF32 { bias: None, min: 0.0, max: 0.0 };
        let results = &mut [0.0; 2];
        assert!(
            packed.panels().multiply(&Serial, rows, &finish, RowsMut::dense(results, 2, 1).unwrap()).is_ok()
        );
    }
    assert!(PieceRows::new(&[0.0f32; 8], 2, (&[0, 5], 3), 1).is_err());
    assert!(PieceRows::new(&[0.0f32; 8], 1, (&[usize::MAX], 3), 1).is_err());
}

#[test]
fn float_special_values_pass() {
    for row in F32.eligible(Level::detect()) {
        let packed = F32Gemm::new(Level::detect(), row).unwrap();
        let packed = packed.pack(Weights::new(&[1.0, 2.0], 2, 1).unwrap()).unwrap();
        let mut c = [0.0; 4];
        let finish = FinishF32 { bias: None, min: 0.0, max: 6.0 };
        let a = [f32::NAN, f32::INFINITY];
        packed
            .panels()
            .multiply(&Serial, Rows::dense(&a, 2, 1).unwrap(), &finish, RowsMut::dense(&mut c, 2, 2).unwrap())
            .unwrap();
        assert!(c[0].is_nan() && c[1].is_nan() && c[2] == 6.0, "{} {c:?}", row.name);
    }
}

/// The kernels for bytes that this processor can run.
fn byte_kernels() -> impl Iterator<Item = &'static Row<I8Kernel>> {
    let level = Level::detect();
    #[cfg(target_arch = "x86_64")]
    {
        /// Most of the kernel for AVX-VNNI, where there is AVX-512 instead.
        static EVEX: Row<I8Kernel> = Row {
            name: "gemm_i8__avxvnni_6x16_evex",
            isa: featherlite_simd::Isa::Avx512Vnni,
            kernel: crate::kernels::avxvnni::I8_EVEX,
        };
        I8.eligible(level).chain(level.has(EVEX.isa).then_some(&EVEX))
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        I8.eligible(level)
    }
}

fn multipliers(random: &mut Random, n: usize) -> Vec<Multiplier> {
    (0..n)
        .map(|_| match random.below(8) {
            0 => Multiplier::default(),
            1 => Multiplier { mantissa: i32::MAX, shift: random.below(63) as i32 - 31 },
            2 => Multiplier { mantissa: 1 << 30, shift: random.below(63) as i32 - 31 },
            _ => Multiplier::from_real((random.below(10_000) + 1) as f64 / 3e6),
        })
        .collect()
}

fn bytes_match<T: Byte + Into<i32> + TryFrom<i32>>(seed: u64, view: fn(&[u8]) -> Vec<T>) {
    let mut random = Random(seed);
    let sizes = sizes(&mut random);
    for row in byte_kernels() {
        let gemm = I8Gemm::new(Level::detect(), row).unwrap();
        for &(m, n, k) in &sizes {
            let (a_stride, c_stride) = (k + random.below(3), n + random.below(3));
            let a = view(&random.bytes(m * a_stride));
            let b: Vec<i8> = random.bytes(n * k).into_iter().map(|x| x as i8).collect();
            let bias: Vec<i32> = (0..n).map(|_| random.next() as i32 >> 14).collect();
            let bias = (random.below(3) > 0).then_some(bias);
            let za = random.below(256) as i32 - if T::SIGNED { 128 } else { 0 };
            let zb = if random.below(2) == 0 { 0 } else { random.below(256) as i32 - 128 };
            let multipliers = multipliers(&mut random, n);
            let (low, high) = if T::SIGNED { (-128, 127) } else { (0, 255) };
            let (zero_point, min) = (low + random.below(256) as i32, low + random.below(9) as i32);
            let requantize = Requantize::new(&multipliers, zero_point, (min, high)).unwrap();
            let packed = gemm.pack(Weights::new(&b, n, k).unwrap(), zb).unwrap();
            let columns = packed.panels().columns::<T>(bias.as_deref(), za).unwrap();
            let run = |parallel: &dyn Parallel| {
                let (mut c32, mut c8) =
                    (alloc::vec![7; m * c_stride], alloc::vec![T::default(); m * c_stride]);
                let rows = Rows::new(&a, m, k, a_stride).unwrap();
                let c = RowsMut::new(&mut c32, m, n, c_stride).unwrap();
                packed.panels().multiply_i32(parallel, rows, &columns, c).unwrap();
                let c = RowsMut::new(&mut c8, m, n, c_stride).unwrap();
                packed.panels().multiply(parallel, rows, &columns, &requantize, c).unwrap();
                (c32, c8)
            };
            let (c32, c8) = run(&Serial);
            assert_eq!((&c32, &c8), (&run(&Three).0, &run(&Three).1));
            for (index, (&c32, &c8)) in c32.iter().zip(&c8).enumerate() {
                let (i, j) = (index / c_stride, index % c_stride);
                if j >= n {
                    assert_eq!((c32, c8), (7, T::default()));
                    continue;
                }
                let product = |p: usize| {
                    let a: i32 = a[i * a_stride + p].into();
                    (a - za) * (i32::from(b[j * k + p]) - zb)
                };
                let sum = (0..k).map(product).sum::<i32>() + bias.as_ref().map_or(0, |bias| bias[j]);
                assert_eq!(c32, sum, "{} {m} {n} {k}", row.name);
                let scaled = multipliers[j].apply(sum).saturating_add(zero_point).clamp(min, high);
                assert_eq!(c8.into(), scaled, "{} {m} {n} {k}: {sum} * {:?}", row.name, multipliers[j]);
            }
        }
    }
}

#[test]
fn signed_byte_products() {
    bytes_match::<i8>(2, |bytes| bytes.iter().map(|&x| x as i8).collect());
}

#[test]
fn unsigned_byte_products() {
    bytes_match::<u8>(3, <[u8]>::to_vec);
}

/// The vector epilogues against the scalar definition on accumulators near every power of two and extreme shifts.
#[test]
fn requantization_is_exact() {
    let mut random = Random(4);
    let mut sums: Vec<i32> =
        (0..32).flat_map(|bit| [-2, -1, 0, 1, 2].map(|d| (1i32 << bit).wrapping_add(d))).collect();
    sums.extend(sums.clone().iter().map(|x| x.wrapping_neg()));
    sums.extend([i32::MIN, i32::MIN + 1, i32::MAX, i32::MAX - 1]);
    sums.extend((0..2000).map(|_| random.next() as i32 >> random.below(24)));
    let mut multipliers = multipliers(&mut random, 40);
    for shift in -40..=33 {
        multipliers.push(Multiplier { mantissa: 1 << 30, shift });
        multipliers.push(Multiplier { mantissa: i32::MAX, shift });
        multipliers.push(Multiplier { mantissa: (1 << 30) + random.below(1 << 30) as i32, shift });
    }
    // Without those that shift left, and for small sums, kernels may round in a quicker way.
    let right: Vec<Multiplier> =
        multipliers.iter().copied().filter(|multiplier| multiplier.shift <= 0).collect();
    for (row, multipliers) in byte_kernels().flat_map(|row| [(row, &multipliers), (row, &right)]) {
        let n = multipliers.len();
        let requantize = Requantize::new(multipliers, 3, (-128, 127)).unwrap();
        let packed = I8Gemm::new(Level::detect(), row).unwrap();
        let packed = packed.pack(Weights::new(&[], n, 0).unwrap(), 0).unwrap();
        for &sum in &sums {
            let columns = packed.panels().columns::<i8>(Some(&alloc::vec![sum; n]), 0).unwrap();
            let mut c = alloc::vec![0i8; n];
            let c_rows = RowsMut::dense(&mut c, 1, n).unwrap();
            packed
                .panels()
                .multiply(&Serial, Rows::<i8>::dense(&[], 1, 0).unwrap(), &columns, &requantize, c_rows)
                .unwrap();
            for (&c, multiplier) in c.iter().zip(multipliers) {
                let expected = multiplier.apply(sum).saturating_add(3).clamp(-128, 127);
                assert_eq!(i32::from(c), expected, "{}: {sum} * {multiplier:?}", row.name);
            }
        }
    }
}

#[test]
fn windows_are_the_rows_that_they_gather_to() {
    let mut random = Random(6);
    for row in I8.eligible(Level::detect()) {
        let gemm = I8Gemm::new(Level::detect(), row).unwrap();
        for lines in [1, 2, 5] {
            for across in [1, 3, 8, 13] {
                for (pieces, groups) in [(1, 1), (3, 1), (3, 3), (5, 5)] {
                    let piece = groups * gemm.group();
                    for n in [5, 16, 33, 70] {
                        let stride = 1 + random.below(2 * piece);
                        let line = across * stride + piece;
                        let windows = Windows {
                            lines: (lines, 2 * line),
                            across: (across, stride),
                            pieces: (pieces, line),
                            piece,
                        };
                        let a = random.bytes((2 * (lines - 1) + pieces) * line);
                        let gathered: Vec<u8> = (0..lines * across)
                            .flat_map(|row| (0..pieces * piece).map(move |index| (row, index)))
                            .map(|(row, index)| {
                                let line = (row / across * 2 + index / piece) * line;
                                a[line + row % across * stride + index % piece]
                            })
                            .collect();
                        let (m, k) = (lines * across, pieces * piece);
                        let weights: Vec<i8> = random.bytes(n * k).into_iter().map(|x| x as i8).collect();
                        let packed = gemm.pack(Weights::new(&weights, n, k).unwrap(), 0).unwrap();
                        let columns = packed.panels().columns::<u8>(None, 7).unwrap();
                        let multiply = |rows: WindowRows<'_, u8>| {
                            let mut c = alloc::vec![0; m * n];
                            let results = RowsMut::dense(&mut c, m, n).unwrap();
                            packed.panels().multiply_i32(&Three, rows, &columns, results).unwrap();
                            c
                        };
                        let expected = multiply(Rows::dense(&gathered, m, k).unwrap().into());
                        let found = multiply(WindowRows::new(&a, &windows).unwrap());
                        assert_eq!(found, expected, "{} {windows:?} {n}", row.name);
                    }
                }
            }
        }
    }
}

#[test]
fn windows_that_do_not_fit_are_errors() {
    let windows = Windows { lines: (2, 8), across: (2, 4), pieces: (2, 8), piece: 4 };
    assert!(WindowRows::new(&[0i8; 24], &windows).is_ok());
    assert!(WindowRows::new(&[0i8; 23], &windows).is_err());
    assert!(WindowRows::new(&[0i8; 24], &Windows { lines: (2, usize::MAX), ..windows }).is_err());
    assert!(WindowRows::new(&[0i8; 0], &Windows { lines: (0, 8), ..windows }).is_ok());
}

#[test]
fn transposed_weights_pack_alike() {
    let gemm = F32Gemm::best(Level::detect());
    let b: Vec<f32> = (0..6).map(|x| x as f32).collect();
    let transposed = [0.0, 3.0, 1.0, 4.0, 2.0, 5.0];
    let a = [1.0, 10.0, 100.0];
    let finish = FinishF32 { bias: None, min: f32::MIN, max: f32::MAX };
    for weights in [Weights::new(&b, 2, 3), Weights::transposed(&transposed, 2, 3)] {
        let mut c = [0.0; 2];
        let packed = gemm.pack(weights.unwrap()).unwrap();
        let c_rows = RowsMut::dense(&mut c, 1, 2).unwrap();
        packed.panels().multiply(&Serial, Rows::dense(&a, 1, 3).unwrap(), &finish, c_rows).unwrap();
        assert_eq!(c, [210.0, 543.0]);
    }
}

#[test]
fn sizes_that_do_not_fit_are_errors() {
    let gemm = F32Gemm::best(Level::detect());
    let packed = gemm.pack(Weights::new(&[1.0; 6], 2, 3).unwrap()).unwrap();
    let finish = FinishF32 { bias: None, min: 0.0, max: 1.0 };
    let mut c = [0.0; 4];
    let wrong = Rows::dense(&[0.0; 8], 2, 4).unwrap();
    assert!(
        packed.panels().multiply(&Serial, wrong, &finish, RowsMut::dense(&mut c, 2, 2).unwrap()).is_err()
    );
    assert!(Rows::new(&[0.0; 5], 2, 3, 3).is_err());
    assert!(RowsMut::new(&mut c, 2, 2, 1).is_err());
    assert!(Weights::new(&[0i8; 5], 2, 3).is_err());
    assert!(Rows::new(&[0.0; 5], usize::MAX, 3, 3).is_err());
}

#[test]
fn real_results_are_scaled_sums() {
    let mut random = Random(5);
    let sizes = sizes(&mut random);
    for row in byte_kernels() {
        let gemm = I8Gemm::new(Level::detect(), row).unwrap();
        for &(m, n, k) in &sizes {
            let signed = |bytes: Vec<u8>| bytes.into_iter().map(|x| x as i8).collect::<Vec<_>>();
            let (a, b) = (signed(random.bytes(m * k)), signed(random.bytes(n * k)));
            let (scales, bias) = (random.floats(n), random.floats(n));
            let bias = (random.below(3) > 0).then_some(bias);
            let is_one = random.below(2) == 0;
            let rows: Vec<RowScale> = (0..if is_one { 1 } else { m })
                .map(|_| RowScale {
                    scale: random.below(100) as f32 / 1e5,
                    zero_point: random.below(3) as i32 * 50 - 50,
                })
                .collect();
            let packed = gemm.pack(Weights::new(&b, n, k).unwrap(), 0).unwrap();
            let columns = packed.panels().columns::<i8>(None, 0).unwrap();
            let (min, max) = (-1.5, f32::INFINITY);
            let finish = FinishReal { rows: &rows, scales: &scales, bias: bias.as_deref(), min, max };
            let mut c = alloc::vec![0.0; m * n];
            let results = RowsMut::dense(&mut c, m, n).unwrap();
            let a_rows = Rows::dense(&a, m, k).unwrap();
            packed.panels().multiply_real(&Three, a_rows, &columns, &finish, results).unwrap();
            for (index, &c) in c.iter().enumerate() {
                let (i, j) = (index / n, index % n);
                let RowScale { scale, zero_point } = rows[if is_one { 0 } else { i }];
                let products =
                    (0..k).map(|p| (i32::from(a[i * k + p]) - zero_point) * i32::from(b[j * k + p]));
                let scaled = products.sum::<i32>() as f32 * (scale * scales[j]);
                let expected = (scaled + bias.as_ref().map_or(0.0, |bias| bias[j])).max(-1.5);
                assert_eq!(c, expected, "{} {m} {n} {k}", row.name);
            }
        }
    }
}
