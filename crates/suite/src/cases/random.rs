//! Random numbers, which the definition of their generator and their seeds determine.

use featherlite::DType;
use featherlite::schema::owned::{RandomOptions, StablehloRngBitGeneratorOptions};
use featherlite::schema::{BuiltinOperator, RngAlgorithm};
use featherlite_testkit::{ModelBuilder, Op, Random};

use super::{Case, Family, Value, draw};

pub(super) const FAMILY: Family = Family {
    name: "random",
    rows: &[
        ("RANDOM_UNIFORM", |random| numbers(random, BuiltinOperator::RANDOM_UNIFORM)),
        ("RANDOM_STANDARD_NORMAL", |random| numbers(random, BuiltinOperator::RANDOM_STANDARD_NORMAL)),
        ("MULTINOMIAL", multinomial),
        ("STABLEHLO_RNG_BIT_GENERATOR", bits),
    ],
};

/// Philox4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011): in each round, two halves of a
/// counter of four words are multiplied, mixed with a key that grows, and swapped.
fn philox(key: u64, counter: u128) -> [u32; 4] {
    let mut key = [key as u32, (key >> 32) as u32];
    let mut words = [0, 32, 64, 96].map(|shift| (counter >> shift) as u32);
    for _ in 0..10 {
        let first = u64::from(words[0]) * 0xD251_1F53;
        let second = u64::from(words[2]) * 0xCD9E_8D57;
        words = [
            (second >> 32) as u32 ^ words[1] ^ key[0],
            second as u32,
            (first >> 32) as u32 ^ words[3] ^ key[1],
            first as u32,
        ];
        key = [key[0].wrapping_add(0x9E37_79B9), key[1].wrapping_add(0xBB67_AE85)];
    }
    words
}

/// Threefry2x32-20 of the same paper: twenty rounds of sum, rotation and exclusive or; a key after every fourth.
fn threefry(key: u64, counter: u64) -> [u32; 2] {
    let turns = [13, 15, 26, 6, 17, 29, 16, 24];
    let [low, high] = [key as u32, (key >> 32) as u32];
    let keys = [low, high, low ^ high ^ 0x1BD1_1BDA];
    let mut left = (counter as u32).wrapping_add(low);
    let mut right = ((counter >> 32) as u32).wrapping_add(high);
    for round in 0..20 {
        left = left.wrapping_add(right);
        right = right.rotate_left(turns[round % 8]) ^ left;
        if round % 4 == 3 {
            let number = round / 4 + 1;
            left = left.wrapping_add(keys[number % 3]);
            right = right.wrapping_add(keys[(number + 1) % 3]).wrapping_add(number as u32);
        }
    }
    [left, right]
}

/// The numbers for a pair of seeds: Philox with the first as key, and the second as the upper half of the counter.
fn words(seed: i64, second: i64, count: usize) -> Vec<u32> {
    // TensorFlow Lite keeps 32 bits of a seed, as a signed number.
    let [seed, second] = [seed, second].map(|seed| draw::wrap(DType::I32, seed) as u64);
    (0..count as u128).flat_map(|block| philox(seed, u128::from(second) << 64 | block)).collect()
}

fn seeds(random: &mut Random) -> (i64, i64) {
    // Without seeds any numbers will do.
    let seed = |random: &mut Random| random.between(-1 << 40..=1 << 40);
    (seed(random) | 1, if random.once_in(2) { 0 } else { seed(random) })
}

fn numbers(random: &mut Random, operator: BuiltinOperator) -> Case {
    let rank = random.below(4);
    let shape = draw::shape(random, rank, 9);
    let (seed, seed2) = seeds(random);
    let count = shape.iter().product::<usize>();
    let blocks = count.div_ceil(4);
    let words = words(seed, seed2, 2 * blocks);
    // 23 bits behind the point.
    let unit: Vec<f64> = words.iter().map(|word| f64::from(word % (1 << 23)) / f64::from(1 << 23)).collect();
    // Box and Muller: a radius and an angle make two.
    let normal = |pair: &[f64]| {
        let (radius, angle) = ((-2.0 * pair[0].max(1e-7).ln()).sqrt(), std::f64::consts::TAU * pair[1]);
        [angle.sin() * radius, angle.cos() * radius]
    };
    let all: Vec<f64> = match operator {
        BuiltinOperator::RANDOM_UNIFORM => unit,
        _ => unit.chunks(2).flat_map(normal).collect(),
    };
    // The next run goes on with the next block.
    let [first, second] =
        [0, blocks].map(|block| Value::float(&shape, all[4 * block..4 * block + count].to_vec()));
    let sizes = Value::list(&shape.iter().map(|&size| size as i64).collect::<Vec<_>>());
    let case = Case::new(Op::builtin(operator).options(RandomOptions { seed, seed2 })).close(first, 1e-5);
    if random.once_in(2) {
        case.constant(sizes).then(Vec::new(), vec![second])
    } else {
        case.fed(sizes.clone()).then(vec![sizes], vec![second])
    }
}

/// Each sample is the class at which the sum of odds passes a random share of the whole; two words make a share.
fn multinomial(random: &mut Random) -> Case {
    let (rows, classes, samples) = (random.size(1..=3), random.size(1..=7), random.below(20));
    let (seed, seed2) = seeds(random);
    let logits = draw::real(random, DType::F32, &[rows, classes], 4.0);
    let words = words(seed, seed2, (rows * samples).div_ceil(2));
    let expected: Vec<i64> = (0..rows * samples)
        .map(|index| {
            let (high, low) = (u64::from(words[2 * index]) & 0xF_FFFF, u64::from(words[2 * index + 1]));
            let share = (high << 32 | low) as f64 / (1u64 << 52) as f64;
            let row = &logits.to_real()[index / samples * classes..][..classes];
            let odds: Vec<f64> = row.iter().map(|logit| logit.exp()).collect();
            let mut left = share * odds.iter().sum::<f64>();
            let passes = |odd: &f64| {
                left -= odd;
                left < 0.0
            };
            odds.iter().position(passes).unwrap_or(classes - 1) as i64
        })
        .collect();
    let dtype = random.pick(&[DType::I32, DType::I64]);
    Case::new(Op::builtin(BuiltinOperator::MULTINOMIAL).options(RandomOptions { seed, seed2 }))
        .input(logits)
        .input(Value::int(samples as i64))
        .exact(Value::whole(dtype, &[rows, samples], expected))
}

fn bits(random: &mut Random) -> Case {
    let algorithm = random.pick(&[RngAlgorithm::DEFAULT, RngAlgorithm::PHILOX, RngAlgorithm::THREEFRY]);
    let is_threefry = algorithm == RngAlgorithm::THREEFRY;
    let size = if is_threefry { 2 } else { random.size(2..=3) };
    let state: Vec<u64> = (0..size)
        .map(|_| if random.once_in(4) { u64::MAX - random.below(3) as u64 } else { random.bits() })
        .collect();
    let rank = random.below(4);
    let shape = draw::shape(random, rank, 7);
    let dtype = random.pick(&[DType::I32, DType::U32, DType::I64, DType::U64]);
    let bytes = shape.iter().product::<usize>() * dtype.bits() / 8;
    let mut counter = state[1];
    let mut words: Vec<u32> = Vec::new();
    while words.len() * 4 < bytes {
        if is_threefry {
            words.extend(threefry(state[0], counter));
        } else {
            // With three words, the last is the upper half of the counter; otherwise the key is.
            let upper = if size > 2 { state[2] } else { state[0] };
            words.extend(philox(state[0], u128::from(upper) << 64 | u128::from(counter)));
        }
        counter = counter.wrapping_add(1);
    }
    let mut numbers: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    numbers.truncate(bytes);
    let of_state = |words: &[u64]| {
        Value::whole(DType::U64, &[words.len()], words.iter().map(|&word| word as i64).collect())
    };
    let next: Vec<u64> =
        state.iter().enumerate().map(|(at, &word)| if at == 1 { counter } else { word }).collect();
    let like = Value::whole(dtype, &[0], Vec::new());
    let options = StablehloRngBitGeneratorOptions { algorithm };
    let (next, numbers) = (of_state(&next), like.with_bytes(&shape, &numbers));
    // The shape that the file declares says how many bits are wanted.
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let input = graph.input(of_state(&state).spec());
    let outputs = [&next, &numbers].map(|value| graph.tensor(value.spec()));
    let generator = Op::builtin(BuiltinOperator::STABLEHLO_RNG_BIT_GENERATOR).options_2(options);
    graph.operator(generator, &[input], &outputs);
    outputs.into_iter().for_each(|output| graph.output(output));
    Case::of_model(model).fed(of_state(&state)).exact(next).exact(numbers)
}
