use featherlite::DType;
use featherlite::schema::owned::{LSHProjectionOptions, SkipGramOptions};
use featherlite::schema::{BuiltinOperator, LSHProjectionType};
use featherlite_testkit::{Op, Random};

use super::full_shape;
use crate::cases::movement::{TEXT, TEXT_AND_PACKED, dtype_but, moved_or, zero};
use crate::cases::{Case, Elements, Value, draw};

pub(super) fn table(random: &mut Random) -> Case {
    let count = random.size(1..=9);
    let mut keys: Vec<i64> = (0..count).map(|_| random.between(-20..=20)).collect();
    keys.sort_unstable();
    keys.dedup();
    let dtype = if random.once_in(4) { TEXT[0] } else { dtype_but(random, TEXT_AND_PACKED) };
    let rest = if dtype == DType::String { 0 } else { random.below(3) };
    let mut shape = full_shape(random, rest, 5);
    shape.insert(0, keys.len());
    let values = draw::any(random, dtype, &shape);
    let wanted: Vec<i64> = (0..random.size(1..=9))
        .map(|_| if random.once_in(3) { random.between(-20..=20) } else { random.pick(&keys) })
        .collect();
    let found: Vec<Option<usize>> =
        wanted.iter().map(|wanted| keys.iter().position(|key| key == wanted)).collect();
    shape[0] = wanted.len();
    let expected = moved_or(&values, &zero(dtype, None), &shape, |index| {
        let mut source = index.to_vec();
        source[0] = found[index[0]]?;
        Some(source)
    });
    let hits = found.iter().map(|found| i64::from(found.is_some())).collect();
    Case::new(Op::builtin(BuiltinOperator::HASHTABLE_LOOKUP))
        .input(Value::list(&wanted))
        .input(Value::list(&keys))
        .input(values)
        .exact(expected)
        .exact(Value::whole(DType::U8, &[wanted.len()], hits))
}

/// FarmHash's Fingerprint64 of 5 to 32 bytes, as its authors define it for short strings.
fn farm_hash(bytes: &[u8]) -> u64 {
    const K1: u64 = 0xb492_b66f_be98_f273;
    const K2: u64 = 0x9ae1_6a3b_2f90_404f;
    let size = bytes.len();
    let mul = K2.wrapping_add(2 * size as u64);
    let number = |at: usize, count: usize| {
        bytes[at..at + count].iter().rev().fold(0u64, |number, &byte| number << 8 | u64::from(byte))
    };
    let mix = |u: u64, v: u64| {
        let a = (u ^ v).wrapping_mul(mul);
        let b = (v ^ a ^ a >> 47).wrapping_mul(mul);
        (b ^ b >> 47).wrapping_mul(mul)
    };
    match size {
        4..8 => mix((number(0, 4) << 3).wrapping_add(size as u64), number(size - 4, 4)),
        8..=16 => {
            let (a, b) = (number(0, 8).wrapping_add(K2), number(size - 8, 8));
            let c = b.rotate_right(37).wrapping_mul(mul).wrapping_add(a);
            mix(c, a.rotate_right(25).wrapping_add(b).wrapping_mul(mul))
        }
        17..=32 => {
            let (a, b) = (number(0, 8).wrapping_mul(K1), number(8, 8));
            let (c, d) = (number(size - 8, 8).wrapping_mul(mul), number(size - 16, 8).wrapping_mul(K2));
            let left = a.wrapping_add(b).rotate_right(43).wrapping_add(c.rotate_right(30)).wrapping_add(d);
            mix(left, a.wrapping_add(b.wrapping_add(K2).rotate_right(18)).wrapping_add(c))
        }
        _ => panic!("{size} bytes are not short"),
    }
}

pub(super) fn projection(random: &mut Random) -> Case {
    let dtype = random.pick(&[DType::I32, DType::F32, DType::I64, DType::U8, DType::I16]);
    let (hashes, bits, count) = (random.size(1..=4), random.pick(&[1, 2, 5, 8, 31]), random.size(1..=5));
    let per_item = random.size(1..=3);
    let items = draw::any(random, dtype, &[count, per_item]);
    let seeds = draw::real(random, DType::F32, &[hashes, bits], 2.0);
    let weights = random.once_in(2).then(|| draw::real(random, DType::F32, &[count], 3.0));
    let (item_bytes, seed_bytes) = (items.bytes(), seeds.bytes());
    let bit = |seed: &[u8]| {
        let terms = item_bytes.chunks(item_bytes.len() / count).enumerate().map(|(index, item)| {
            let number = farm_hash(&[seed, item].concat()) as i64 as f64;
            weights.as_ref().map_or(number, |weights| weights.to_real()[index] * number)
        });
        i64::from(terms.sum::<f64>() > 0.0)
    };
    let all: Vec<i64> = seed_bytes.chunks(4).map(bit).collect();
    let is_sparse = random.once_in(2);
    let expected = if is_sparse {
        // Each hash has a range of numbers of its own.
        let number = |(hash, bits): (usize, &[i64])| {
            let number = bits.iter().fold(0, |number, bit| number * 2 + bit);
            draw::wrap(DType::I32, number + ((hash as i64) << bits.len()))
        };
        all.chunks(bits).enumerate().map(number).collect()
    } else {
        all
    };
    let type_ = if is_sparse { LSHProjectionType::SPARSE } else { LSHProjectionType::DENSE };
    let case =
        Case::new(Op::builtin(BuiltinOperator::LSH_PROJECTION).options(LSHProjectionOptions { type_ }))
            .input(seeds)
            .input(items);
    match weights {
        Some(weights) => case.input(weights),
        None => case,
    }
    .exact(Value::list(&expected))
}

/// The n-grams that begin with some words: all continuations by a word that is at most `reach` further.
fn continued(
    words: &[Vec<u8>],
    chosen: &[usize],
    size: usize,
    reach: usize,
    shorter: bool,
    found: &mut Vec<Vec<u8>>,
) {
    if chosen.len() < size {
        let (first, end) = match chosen.last() {
            None => (0, words.len()),
            Some(last) => (last + 1, (last + reach + 1).min(words.len())),
        };
        for next in first..end {
            continued(words, &[chosen, &[next]].concat(), size, reach, shorter, found);
        }
    }
    if chosen.len() == size || (shorter && !chosen.is_empty()) {
        found.push(chosen.iter().map(|&word| words[word].clone()).collect::<Vec<_>>().join(&b' '));
    }
}

pub(super) fn grams(random: &mut Random) -> Case {
    let count = random.size(1..=6);
    let words: Vec<Vec<u8>> = (0..count)
        .map(|_| (0..random.size(1..=4)).map(|_| random.between(97..=122) as u8).collect())
        .collect();
    let sentence = words.join(random.pick(&[&b" "[..], b" ", b"  ", b"\t"]));
    let (ngram_size, max_skip_size) = (random.between(1..=4) as i32, random.between(0..=2) as i32);
    let include_all_ngrams = random.once_in(2);
    let mut found = Vec::new();
    if words.len() >= ngram_size as usize {
        let reach = max_skip_size as usize + 1;
        continued(&words, &[], ngram_size as usize, reach, include_all_ngrams, &mut found);
    }
    let options = SkipGramOptions { ngram_size, max_skip_size, include_all_ngrams };
    let text = |texts: Vec<Vec<u8>>| Value::new(DType::String, &[texts.len()], Elements::Text(texts));
    Case::new(Op::builtin(BuiltinOperator::SKIP_GRAM).options(options))
        .input(text(vec![sentence]))
        .exact(text(found))
}
