//! What draws have in common.

use featherlite::DType;
use featherlite::schema::ActivationFunctionType;
use featherlite_testkit::Random;

use super::{Scales, Value, range};

/// One of the activations that operators may have built in.
pub fn activation(random: &mut Random) -> ActivationFunctionType {
    use ActivationFunctionType as Function;
    random.pick(&[Function::NONE, Function::NONE, Function::RELU, Function::RELU_N1_TO_1, Function::RELU6])
}

/// What an activation makes of a number.
///
/// # Panics
/// If it is not one that operators have built in.
pub fn activate(activation: ActivationFunctionType, real: f64) -> f64 {
    match activation {
        ActivationFunctionType::NONE => real,
        ActivationFunctionType::RELU => real.max(0.0),
        ActivationFunctionType::RELU_N1_TO_1 => real.clamp(-1.0, 1.0),
        ActivationFunctionType::RELU6 => real.clamp(0.0, 6.0),
        other => panic!("{other:?} is not built into operators"),
    }
}

/// An integer cut down to a type, as sums that overflow are.
pub fn wrap(dtype: DType, whole: i64) -> i64 {
    let unused = 64 - dtype.bits() as u32;
    if range(dtype).0 < 0 { whole << unused >> unused } else { ((whole as u64) << unused >> unused) as i64 }
}

/// How close a function of numbers of a float type must come: a few roundings.
pub fn tolerance(dtype: DType) -> f64 {
    match dtype {
        DType::F64 | DType::Complex128 => 1e-12,
        DType::F16 => 1e-3,
        DType::Bf16 => 8e-3,
        _ => 2e-6,
    }
}

/// A shape of a rank, with sizes up to `limit`; once in 20 times one of them is 0.
pub fn shape(random: &mut Random, rank: usize, limit: usize) -> Vec<usize> {
    let mut shape: Vec<usize> = (0..rank).map(|_| random.size(1..=limit)).collect();
    if rank > 0 && random.once_in(20) {
        shape[random.below(rank)] = 0;
    }
    shape
}

/// A shape of rank 1 to 4 whose elements are of a number where vector kernels have their edges: below, at and above
/// multiples of the widths of registers.
pub fn edgy_shape(random: &mut Random) -> Vec<usize> {
    let last = random.pick(&[1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100]);
    let rank = random.below(4);
    let mut shape = shape(random, rank, 3);
    shape.push(last);
    shape
}

/// Two shapes that broadcast against each other, of ranks up to `rank`, and what they give.
pub fn broadcast_shapes(random: &mut Random, rank: usize) -> (Vec<usize>, Vec<usize>, Vec<usize>) {
    let rank = random.below(rank + 1);
    let mut output = shape(random, rank, 5);
    if random.once_in(2)
        && let Some(last) = output.last_mut()
    {
        *last = random.pick(&[1, 8, 16, 17, 33, 64]);
    }
    let mut sides = [output.clone(), output.clone()];
    if !random.once_in(3) {
        let side = random.below(2);
        for (index, size) in output.iter().enumerate() {
            let narrowed = if random.once_in(2) { side } else { random.below(2) };
            if *size != 0 && random.once_in(2) {
                sides[narrowed][index] = 1;
            }
        }
        let drop = random.below(output.len() + 1);
        if random.once_in(3) {
            // Leading dimensions may be left out on one side.
            sides[side].drain(..drop);
        }
    }
    let [a, b] = sides;
    let output = broadcast(&a, &b);
    (a, b, output)
}

/// What two shapes that go together give.
pub fn broadcast(a: &[usize], b: &[usize]) -> Vec<usize> {
    let rank = a.len().max(b.len());
    let size = |shape: &[usize], index: usize| {
        (index + shape.len()).checked_sub(rank).map_or(1, |index| shape[index])
    };
    (0..rank).map(|index| if size(a, index) == 1 { size(b, index) } else { size(a, index) }).collect()
}

/// For every element of `output`, the element of a tensor of `shape` that is broadcast to it.
pub fn broadcast_places(shape: &[usize], output: &[usize]) -> Vec<usize> {
    let lead = output.len() - shape.len();
    indices(output)
        .map(|index| {
            index[lead..]
                .iter()
                .zip(shape)
                .fold(0, |place, (&i, &size)| place * size + if size == 1 { 0 } else { i })
        })
        .collect()
}

/// Every index of a shape, in order.
pub fn indices(shape: &[usize]) -> impl Iterator<Item = Vec<usize>> + use<> {
    let shape = shape.to_vec();
    (0..shape.iter().product()).map(move |place| index_of(place, &shape))
}

/// The index of an element.
pub fn index_of(mut place: usize, shape: &[usize]) -> Vec<usize> {
    let mut index = vec![0; shape.len()];
    for (index, &size) in index.iter_mut().zip(shape).rev() {
        *index = place % size;
        place /= size;
    }
    index
}

/// The place of the element with an index.
pub fn place_of(index: &[usize], shape: &[usize]) -> usize {
    index.iter().zip(shape).fold(0, |place, (index, size)| place * size + index)
}

/// Real numbers from `-limit` up to `limit`.
pub fn reals(random: &mut Random, count: usize, limit: f64) -> Vec<f64> {
    (0..count).map(|_| random.real() * limit).collect()
}

/// A tensor of a float type with numbers from `-limit` up to `limit`.
pub fn real(random: &mut Random, dtype: DType, shape: &[usize], limit: f64) -> Value {
    let elements = reals(random, shape.iter().product(), limit);
    Value::real(dtype, shape, elements)
}

/// A tensor of an integer type with numbers of a range.
pub fn whole(random: &mut Random, dtype: DType, shape: &[usize], least: i64, greatest: i64) -> Value {
    let count = shape.iter().product::<usize>();
    Value::whole(dtype, shape, (0..count).map(|_| random.between(least..=greatest)).collect())
}

/// A tensor of any type of numbers, complex numbers or strings, with all that the type holds (64-bit integers: 60
/// bits).
pub fn any(random: &mut Random, dtype: DType, shape: &[usize]) -> Value {
    use super::Elements;
    let count = shape.iter().product::<usize>();
    match dtype {
        DType::F32 | DType::F16 | DType::Bf16 | DType::F64 => real(random, dtype, shape, 100.0),
        DType::Complex64 | DType::Complex128 => {
            let elements = (0..count).map(|_| [random.real(), random.real()]).collect();
            Value::new(dtype, shape, Elements::Complex(elements))
        }
        DType::String => {
            let mut text = || (0..random.below(6)).map(|_| random.between(97..=122) as u8).collect();
            Value::new(dtype, shape, Elements::Text((0..count).map(|_| text()).collect()))
        }
        _ => {
            let (least, greatest) = range(dtype);
            whole(random, dtype, shape, least.max(-1 << 60), greatest.min(1 << 60))
        }
    }
}

/// Scale and zero point of a quantized type. 16-bit (and wider) types are symmetric.
pub fn scales(random: &mut Random, dtype: DType) -> Scales {
    let scale = (2f64).powf(random.real() * 4.0 - 4.0) as f32;
    Scales::whole(scale, zero_point(random, dtype))
}

/// A zero point.
pub fn zero_point(random: &mut Random, dtype: DType) -> i64 {
    match dtype {
        DType::I8 => random.between(-128..=127),
        DType::U8 => random.between(0..=255),
        _ => 0,
    }
}

/// A quantized tensor with all that the type holds.
pub fn quantized(random: &mut Random, dtype: DType, shape: &[usize], scales: Scales) -> Value {
    let (least, greatest) = range(dtype);
    whole(random, dtype, shape, least, greatest).scaled(scales)
}

/// A scale and zero point for which a type covers these numbers, more or less.
pub fn scales_for(random: &mut Random, dtype: DType, real: &[f64]) -> Scales {
    let (least, greatest) = range(dtype);
    let low = real.iter().copied().fold(0.0, f64::min);
    let high = real.iter().copied().fold(0.0, f64::max).max(low + 0.25);
    let stretch = 1.0 + random.real() * 0.3;
    if matches!(dtype, DType::I8 | DType::U8) {
        let scale = (high - low) / (greatest - least) as f64 * stretch;
        let zero_point = (least as f64 - low / scale).round() as i64;
        return Scales::whole(scale as f32, zero_point.clamp(least, greatest));
    }
    Scales::whole((high.max(-low) / greatest as f64 * stretch) as f32, 0)
}
