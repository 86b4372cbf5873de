//! The 64-bit fingerprint of the FarmHash library (its `Fingerprint64`), which TensorFlow's operators hash with: equal
//! everywhere and for ever.

const K0: u64 = 0xc3a5_c85c_97cb_3127;
const K1: u64 = 0xb492_b66f_be98_f273;
const K2: u64 = 0x9ae1_6a3b_2f90_404f;

/// Eight bytes of `bytes` from `at` on; zero where there are fewer.
fn word(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|word| word.try_into().ok()).map_or(0, u64::from_le_bytes)
}

/// Four bytes likewise.
fn half(bytes: &[u8], at: usize) -> u64 {
    bytes
        .get(at..at + 4)
        .and_then(|half| half.try_into().ok())
        .map_or(0, |half| u32::from_le_bytes(half).into())
}

fn fold(x: u64) -> u64 {
    x ^ (x >> 47)
}

fn mix(u: u64, v: u64, factor: u64) -> u64 {
    let a = fold((u ^ v).wrapping_mul(factor));
    fold((v ^ a).wrapping_mul(factor)).wrapping_mul(factor)
}

/// A running pair over 32 bytes.
fn absorb(bytes: &[u8], at: usize, a: u64, b: u64) -> (u64, u64) {
    let [w, x, y, z] = [0, 8, 16, 24].map(|offset| word(bytes, at + offset));
    let first = a.wrapping_add(w);
    let b = b.wrapping_add(first).wrapping_add(z).rotate_right(21);
    let sum = first.wrapping_add(x).wrapping_add(y);
    (sum.wrapping_add(z), b.wrapping_add(sum.rotate_right(44)).wrapping_add(first))
}

/// The fingerprint of some bytes.
pub fn fingerprint(bytes: &[u8]) -> u64 {
    let len = bytes.len();
    let factor = K2.wrapping_add(2 * len as u64);
    match len {
        0 => K2,
        1..4 => {
            let [first, middle, last] = [0, len / 2, len - 1].map(|at| u64::from(bytes[at]));
            let (y, z) = (first + (middle << 8), len as u64 + (last << 2));
            fold(y.wrapping_mul(K2) ^ z.wrapping_mul(K0)).wrapping_mul(K2)
        }
        4..8 => mix(len as u64 + (half(bytes, 0) << 3), half(bytes, len - 4), factor),
        8..=16 => {
            let (a, b) = (word(bytes, 0).wrapping_add(K2), word(bytes, len - 8));
            let c = b.rotate_right(37).wrapping_mul(factor).wrapping_add(a);
            let d = a.rotate_right(25).wrapping_add(b).wrapping_mul(factor);
            mix(c, d, factor)
        }
        17..=32 => {
            let (a, b) = (word(bytes, 0).wrapping_mul(K1), word(bytes, 8));
            let (y, v) = middle(bytes, a, b, factor);
            mix(y, v, factor)
        }
        33..=64 => {
            let (a, b) = (word(bytes, 0).wrapping_mul(K2), word(bytes, 8));
            let (y, v) = middle(bytes, a, b, factor);
            let z = mix(y, v, factor);
            let (e, f) = (word(bytes, 16).wrapping_mul(factor), word(bytes, 24));
            let g = y.wrapping_add(word(bytes, len - 32)).wrapping_mul(factor);
            let h = z.wrapping_add(word(bytes, len - 24)).wrapping_mul(factor);
            let u = e.wrapping_add(f).rotate_right(43).wrapping_add(g.rotate_right(30)).wrapping_add(h);
            let v = e.wrapping_add(f.wrapping_add(a).rotate_right(18)).wrapping_add(g);
            mix(u, v, factor)
        }
        _ => long(bytes),
    }
}

/// What inputs of 17 to 64 bytes begin with.
fn middle(bytes: &[u8], a: u64, b: u64, factor: u64) -> (u64, u64) {
    let len = bytes.len();
    let (c, d) = (word(bytes, len - 8).wrapping_mul(factor), word(bytes, len - 16).wrapping_mul(K2));
    let y = a.wrapping_add(b).rotate_right(43).wrapping_add(c.rotate_right(30)).wrapping_add(d);
    (y, a.wrapping_add(b.wrapping_add(K2).rotate_right(18)).wrapping_add(c))
}

/// More than 64 bytes: 56 bytes of state absorb 64 at a time.
fn long(bytes: &[u8]) -> u64 {
    const SEED: u64 = 81;
    let len = bytes.len();
    let mut y = SEED.wrapping_mul(K1).wrapping_add(113);
    let mut z = fold(y.wrapping_mul(K2).wrapping_add(113)).wrapping_mul(K2);
    let mut x = SEED.wrapping_mul(K2).wrapping_add(word(bytes, 0));
    let (mut v, mut w) = ((0u64, 0u64), (0u64, 0u64));
    let mut round = |at: usize, factor: u64, last: bool, v: &mut (u64, u64), w: &mut (u64, u64)| {
        let weight = if last { 9 } else { 1 };
        x = x.wrapping_add(y).wrapping_add(v.0).wrapping_add(word(bytes, at + 8));
        x = x.rotate_right(37).wrapping_mul(factor);
        y = y.wrapping_add(v.1).wrapping_add(word(bytes, at + 48)).rotate_right(42).wrapping_mul(factor);
        x ^= w.1.wrapping_mul(weight);
        y = y.wrapping_add(v.0.wrapping_mul(weight)).wrapping_add(word(bytes, at + 40));
        z = z.wrapping_add(w.0).rotate_right(33).wrapping_mul(factor);
        *v = absorb(bytes, at, v.1.wrapping_mul(factor), x.wrapping_add(w.0));
        *w = absorb(bytes, at + 32, z.wrapping_add(w.1), y.wrapping_add(word(bytes, at + 16)));
        (x, z) = (z, x);
        (x, y, z)
    };
    let mut state = (0, 0, 0);
    for block in 0..(len - 1) / 64 {
        state = round(64 * block, K1, false, &mut v, &mut w);
    }
    let factor = K1.wrapping_add((state.2 & 0xff) << 1);
    w.0 = w.0.wrapping_add((len as u64 - 1) & 63);
    v.0 = v.0.wrapping_add(w.0);
    w.0 = w.0.wrapping_add(v.0);
    let (x, y, z) = round(len - 64, factor, true, &mut v, &mut w);
    let u = mix(v.0, w.0, factor).wrapping_add(fold(y).wrapping_mul(K0)).wrapping_add(z);
    mix(u, mix(v.1, w.1, factor).wrapping_add(x), factor)
}
