//! Elements moved, repeated or left out, and shapes as values.

mod join;
mod order;
mod pad;
mod shape;
mod slice;

use featherlite::DType;
use featherlite_testkit::Random;

use super::draw::{self, indices, place_of};
use super::{Elements, Family, Value};

pub(super) const FAMILY: Family = Family {
    name: "movement",
    rows: &[
        ("RESHAPE", shape::reshape),
        ("EXPAND_DIMS", shape::expand_dims),
        ("SQUEEZE", shape::squeeze),
        ("SHAPE", shape::shape),
        ("RANK", shape::rank),
        ("BROADCAST_ARGS", shape::broadcast_args),
        ("BROADCAST_TO", shape::broadcast_to),
        ("FILL", shape::fill),
        ("RANGE", shape::range),
        ("TILE", shape::tile),
        ("TRANSPOSE", order::transpose),
        ("TRANSPOSE", order::transpose_of_edges),
        ("REVERSE_V2", order::reverse),
        ("REVERSE_SEQUENCE", order::reverse_sequence),
        ("Roll", order::roll),
        ("SPACE_TO_BATCH_ND", order::space_to_batch),
        ("BATCH_TO_SPACE_ND", order::batch_to_space),
        ("SPACE_TO_DEPTH", order::space_to_depth),
        ("DEPTH_TO_SPACE", order::depth_to_space),
        ("PAD", pad::pad),
        ("PADV2", pad::pad_with_value),
        ("MIRROR_PAD", pad::mirror),
        ("STABLEHLO_PAD", pad::spread),
        ("SLICE", slice::slice),
        ("STRIDED_SLICE", slice::strided),
        ("SPLIT", join::split),
        ("SPLIT_V", join::split_to_sizes),
        ("CONCATENATION", join::concatenate),
        ("CONCATENATION", join::concatenate_rescaled),
        ("PACK", join::pack),
        ("UNPACK", join::unpack),
    ],
};

/// Types without elements of a size of their own.
pub(super) const TEXT: &[DType] = &[DType::String];
/// Those, and types with several elements in a byte.
pub(super) const TEXT_AND_PACKED: &[DType] = &[DType::String, DType::I4, DType::I2, DType::U4];

/// Any element type but some, those of most models more often than others.
pub(super) fn dtype_but(random: &mut Random, excluded: &[DType]) -> DType {
    let common = [DType::F32, DType::I8, DType::U8, DType::I16, DType::I32, DType::I64, DType::Bool];
    if random.once_in(2) {
        return random.pick(&common);
    }
    loop {
        let dtype = random.pick(DType::ALL);
        if !excluded.contains(&dtype) && !matches!(dtype, DType::Resource | DType::Variant) {
            return dtype;
        }
    }
}

/// A tensor of any contents, quantized or not.
pub(super) fn tensor(random: &mut Random, dtype: DType, shape: &[usize]) -> Value {
    let value = draw::any(random, dtype, shape);
    if matches!(dtype, DType::I8 | DType::U8 | DType::I16) && random.once_in(2) {
        let scales = draw::scales(random, dtype);
        return value.scaled(scales);
    }
    value
}

/// A tensor of any type but some, and of any contents.
pub(super) fn any_but(random: &mut Random, excluded: &[DType], shape: &[usize]) -> Value {
    let dtype = dtype_but(random, excluded);
    tensor(random, dtype, shape)
}

/// A shape of any rank up to `rank`, of some hundred elements at most.
pub(super) fn any_shape(random: &mut Random, rank: std::ops::RangeInclusive<usize>) -> Vec<usize> {
    let rank = random.size(rank);
    let mut shape = draw::shape(random, rank, if rank > 4 { 3 } else { 5 });
    if rank > 0 && rank < 4 && random.once_in(3) {
        let place = random.below(rank);
        shape[place] = random.pick(&[1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65]);
    }
    shape
}

/// Sizes, axes or indices as a list of 32-bit or 64-bit integers.
pub(super) fn list(random: &mut Random, elements: &[i64]) -> Value {
    let dtype = if random.once_in(8) { DType::I64 } else { DType::I32 };
    Value::whole(dtype, &[elements.len()], elements.to_vec())
}

/// A shape as numbers.
pub(super) fn sizes(shape: &[usize]) -> Vec<i64> {
    shape.iter().map(|&size| size as i64).collect()
}

/// An axis, from the front or (negative) from the end.
pub(super) fn either_end(random: &mut Random, axis: usize, rank: usize) -> i64 {
    if random.once_in(2) { axis as i64 } else { axis as i64 - rank as i64 }
}

/// A tensor of a shape whose element at an index is the one that `from` has at another.
pub(super) fn moved(from: &Value, shape: &[usize], source: impl Fn(&[usize]) -> Vec<usize>) -> Value {
    let places: Vec<usize> = indices(shape).map(|index| place_of(&source(&index), &from.shape)).collect();
    like(from, shape, from.elements.at(&places))
}

/// [`moved`], and an element of another tensor where there is no source.
pub(super) fn moved_or(
    from: &Value,
    other: &Value,
    shape: &[usize],
    source: impl Fn(&[usize]) -> Option<Vec<usize>>,
) -> Value {
    let pool = joined(&[from, other]);
    let place = |index: Vec<usize>| match source(&index) {
        Some(index) => place_of(&index, &from.shape),
        None => from.elements.len(),
    };
    like(from, shape, pool.at(&indices(shape).map(place).collect::<Vec<_>>()))
}

/// A tensor of the type and scales of another.
pub(super) fn like(from: &Value, shape: &[usize], elements: Elements) -> Value {
    Value { scales: from.scales.clone(), ..Value::new(from.dtype, shape, elements) }
}

/// The elements of several tensors of a type, one after the other.
pub(super) fn joined(values: &[&Value]) -> Elements {
    let mut all = values[0].elements.clone();
    for value in &values[1..] {
        match (&mut all, &value.elements) {
            (Elements::Real(all), Elements::Real(more)) => all.extend(more),
            (Elements::Whole(all), Elements::Whole(more)) => all.extend(more),
            (Elements::Complex(all), Elements::Complex(more)) => all.extend(more),
            (Elements::Text(all), Elements::Text(more)) => all.extend(more.iter().cloned()),
            _ => panic!("elements of different kinds"),
        }
    }
    all
}

/// What a tensor holds where nothing was put: its zero point, 0 or an empty string.
pub(super) fn zero(dtype: DType, of: Option<&Value>) -> Value {
    let zero_point = of.and_then(|value| value.scales.as_ref()).map_or(0, |scales| scales.zero_points[0]);
    let elements = match dtype {
        DType::String => Elements::Text(vec![Vec::new()]),
        DType::Complex64 | DType::Complex128 => Elements::Complex(vec![[0.0; 2]]),
        DType::F32 | DType::F16 | DType::Bf16 | DType::F64 => Elements::Real(vec![0.0]),
        _ => Elements::Whole(vec![zero_point]),
    };
    Value::new(dtype, &[], elements)
}
