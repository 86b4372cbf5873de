use featherlite::DType;
use featherlite::schema::BuiltinOperator;
use featherlite::schema::owned::{
    ConcatenationOptions, PackOptions, SplitOptions, SplitVOptions, UnpackOptions,
};
use featherlite_testkit::{Op, Random};

use super::{TEXT, any_but, any_shape, dtype_but, either_end, joined, like, moved, tensor};
use crate::cases::{Case, Value, draw};

/// The part of a tensor from index `first` of an axis on.
fn part(from: &Value, axis: usize, first: usize, size: usize) -> Value {
    let mut shape = from.shape.clone();
    shape[axis] = size;
    moved(from, &shape, |index| {
        let mut source = index.to_vec();
        source[axis] += first;
        source
    })
}

/// A number as a scalar or a list of one.
fn number(random: &mut Random, number: i64) -> Value {
    if random.once_in(2) { Value::int(number) } else { Value::list(&[number]) }
}

pub(super) fn split(random: &mut Random) -> Case {
    let mut shape = any_shape(random, 1..=5);
    let (axis, count) = (random.below(shape.len()), random.size(1..=4));
    let size = shape[axis].min(9);
    shape[axis] = size * count;
    let input = any_but(random, &[], &shape);
    let axis_input = either_end(random, axis, shape.len());
    let op = Op::builtin(BuiltinOperator::SPLIT).options(SplitOptions { num_splits: count as i32 });
    let case = Case::new(op).input(number(random, axis_input)).input(input.clone());
    (0..count).fold(case, |case, index| case.exact(part(&input, axis, index * size, size)))
}

pub(super) fn split_to_sizes(random: &mut Random) -> Case {
    let mut shape = any_shape(random, 1..=5);
    let axis = random.below(shape.len());
    let sizes: Vec<usize> = (0..random.size(1..=4)).map(|_| random.below(6)).collect();
    shape[axis] = sizes.iter().sum();
    let input = any_but(random, &[], &shape);
    let mut asked = super::sizes(&sizes);
    if random.once_in(3) {
        let open = random.below(asked.len());
        asked[open] = -1;
    }
    let axis_input = either_end(random, axis, shape.len());
    let op = Op::builtin(BuiltinOperator::SPLIT_V).options(SplitVOptions { num_splits: sizes.len() as i32 });
    let mut case = Case::new(op)
        .input(input.clone())
        .input(super::list(random, &asked))
        .input(number(random, axis_input));
    let mut first = 0;
    for size in sizes {
        case = case.exact(part(&input, axis, first, size));
        first += size;
    }
    case
}

/// Shapes that differ along an axis, and where each element of the tensor that they make comes from: the place in all
/// their elements, one tensor after the other.
fn side_by_side(random: &mut Random) -> (usize, Vec<Vec<usize>>, Vec<usize>, Vec<usize>) {
    let shape = any_shape(random, 1..=5);
    let axis = random.below(shape.len());
    let shapes: Vec<Vec<usize>> = (0..random.pick(&[1, 2, 2, 3, 5]))
        .map(|_| {
            let mut own = shape.clone();
            own[axis] = if random.once_in(12) { 0 } else { random.size(1..=4) };
            own
        })
        .collect();
    let mut output = shape;
    output[axis] = shapes.iter().map(|shape| shape[axis]).sum();
    let places = draw::indices(&output).map(|mut index| {
        let mut before = 0;
        for shape in &shapes {
            if index[axis] < shape[axis] {
                return before + draw::place_of(&index, shape);
            }
            index[axis] -= shape[axis];
            before += shape.iter().product::<usize>();
        }
        unreachable!("an index beyond the last tensor")
    });
    let places = places.collect();
    (axis, shapes, output, places)
}

fn concatenation(random: &mut Random, axis: usize, rank: usize) -> Op {
    let axis = either_end(random, axis, rank) as i32;
    let options = ConcatenationOptions { axis, ..ConcatenationOptions::default() };
    Op::builtin(BuiltinOperator::CONCATENATION).options(options)
}

pub(super) fn concatenate(random: &mut Random) -> Case {
    let (axis, shapes, output, places) = side_by_side(random);
    let dtype = dtype_but(random, TEXT);
    let first = tensor(random, dtype, &shapes[0]);
    let mut inputs = vec![first];
    for shape in &shapes[1..] {
        let elements = draw::any(random, dtype, shape).elements;
        inputs.push(like(&inputs[0], shape, elements));
    }
    let elements = joined(&inputs.iter().collect::<Vec<_>>()).at(&places);
    let expected = like(&inputs[0], &output, elements);
    let case = Case::new(concatenation(random, axis, output.len()));
    inputs.into_iter().fold(case, Case::input).exact(expected)
}

/// 8-bit tensors of different scales.
pub(super) fn concatenate_rescaled(random: &mut Random) -> Case {
    let (axis, shapes, output, places) = side_by_side(random);
    let dtype = random.pick(&[DType::U8, DType::U8, DType::I8]);
    let scales = draw::scales(random, dtype);
    let inputs: Vec<Value> = shapes
        .iter()
        .map(|shape| {
            let own = if random.once_in(2) { scales.clone() } else { draw::scales(random, dtype) };
            draw::quantized(random, dtype, shape, own)
        })
        .collect();
    let real: Vec<f64> = inputs.iter().flat_map(Value::to_real).collect();
    let real: Vec<f64> = places.iter().map(|&place| real[place]).collect();
    let expected = Value::quantize(dtype, &output, scales, &real);
    let case = Case::new(concatenation(random, axis, output.len()));
    inputs.into_iter().fold(case, Case::input).steps(expected, 1)
}

pub(super) fn pack(random: &mut Random) -> Case {
    let shape = any_shape(random, 0..=4);
    let (dtype, count) = (dtype_but(random, TEXT), random.size(1..=4));
    let first = tensor(random, dtype, &shape);
    let mut inputs = vec![first];
    for _ in 1..count {
        let elements = draw::any(random, dtype, &shape).elements;
        inputs.push(like(&inputs[0], &shape, elements));
    }
    let axis = random.below(shape.len() + 1);
    let mut output = shape.clone();
    output.insert(axis, count);
    let size: usize = shape.iter().product();
    let places: Vec<usize> = draw::indices(&output)
        .map(|mut index| index.remove(axis) * size + draw::place_of(&index, &shape))
        .collect();
    let expected = like(&inputs[0], &output, joined(&inputs.iter().collect::<Vec<_>>()).at(&places));
    let axis = either_end(random, axis, output.len()) as i32;
    let op = Op::builtin(BuiltinOperator::PACK).options(PackOptions { values_count: count as i32, axis });
    inputs.into_iter().fold(Case::new(op), Case::input).exact(expected)
}

pub(super) fn unpack(random: &mut Random) -> Case {
    let mut shape = any_shape(random, 1..=5);
    let (axis, count) = (random.below(shape.len()), random.size(1..=4));
    shape[axis] = count;
    let input = any_but(random, TEXT, &shape);
    let options = UnpackOptions { num: count as i32, axis: either_end(random, axis, shape.len()) as i32 };
    let case = Case::new(Op::builtin(BuiltinOperator::UNPACK).options(options)).input(input.clone());
    shape.remove(axis);
    (0..count).fold(case, |case, number| {
        case.exact(moved(&input, &shape, |index| {
            let mut source = index.to_vec();
            source.insert(axis, number);
            source
        }))
    })
}
