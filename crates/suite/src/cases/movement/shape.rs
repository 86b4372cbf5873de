use featherlite::DType;
use featherlite::schema::owned::{
    BroadcastToOptions, ExpandDimsOptions, FillOptions, RangeOptions, RankOptions, ReshapeOptions,
    ShapeOptions, SqueezeOptions, TileOptions,
};
use featherlite::schema::{BuiltinOperator, TensorType};
use featherlite_testkit::{Op, Random};

use super::{any_but, any_shape, either_end, like, list, moved, sizes};
use crate::cases::{Case, Value, draw};

/// Another shape of as many elements.
fn regrouped(random: &mut Random, shape: &[usize]) -> Vec<usize> {
    let mut factors = Vec::new();
    for &size in shape {
        let divisors: Vec<usize> = (1..=size).filter(|divisor| size % divisor == 0).collect();
        let divisor = if size == 0 { 1 } else { random.pick(&divisors) };
        factors.extend([divisor, size / divisor]);
    }
    random.shuffle(&mut factors);
    let mut regrouped: Vec<usize> = Vec::new();
    for factor in factors {
        match regrouped.last_mut() {
            Some(last) if random.once_in(2) || shape.len() > 4 => *last *= factor,
            _ => regrouped.push(factor),
        }
    }
    regrouped
}

pub(super) fn reshape(random: &mut Random) -> Case {
    let shape = any_shape(random, 0..=5);
    let input = any_but(random, &[], &shape);
    let target = regrouped(random, &shape);
    let expected = like(&input, &target, input.elements.clone());
    let mut asked = sizes(&target);
    if !asked.is_empty() && !target.contains(&0) && random.once_in(2) {
        let place = random.below(asked.len());
        asked[place] = -1;
    }
    let new_shape: Vec<i32> = asked.iter().map(|&size| size as i32).collect();
    let op = Op::builtin(BuiltinOperator::RESHAPE);
    match random.below(4) {
        0 => Case::new(op.options(ReshapeOptions { new_shape })).input(input),
        1 => Case::new(op.options(ReshapeOptions { new_shape })).input(input).input(Value::list(&asked)),
        _ => Case::new(op).input(input).input(Value::list(&asked)),
    }
    .exact(expected)
}

pub(super) fn expand_dims(random: &mut Random) -> Case {
    let mut shape = any_shape(random, 0..=5);
    let input = any_but(random, &[], &shape);
    let axis = random.below(shape.len() + 1);
    shape.insert(axis, 1);
    let place = either_end(random, axis, shape.len());
    let mut axis = list(random, &[place]);
    if random.once_in(2) {
        axis.shape.clear();
    }
    let expected = like(&input, &shape, input.elements.clone());
    Case::new(Op::builtin(BuiltinOperator::EXPAND_DIMS).options(ExpandDimsOptions {}))
        .input(input)
        .input(axis)
        .exact(expected)
}

pub(super) fn squeeze(random: &mut Random) -> Case {
    let mut shape = any_shape(random, 0..=6);
    for size in &mut shape {
        *size = if random.once_in(2) { 1 } else { *size };
    }
    let input = any_but(random, &[], &shape);
    let ones: Vec<usize> = (0..shape.len()).filter(|&axis| shape[axis] == 1).collect();
    let asked: Vec<usize> = ones.iter().copied().filter(|_| random.once_in(2)).collect();
    let dropped = if asked.is_empty() { &ones } else { &asked };
    let squeeze_dims = asked.iter().map(|&axis| either_end(random, axis, shape.len()) as i32).collect();
    let left: Vec<usize> =
        (0..shape.len()).filter(|axis| !dropped.contains(axis)).map(|axis| shape[axis]).collect();
    let expected = like(&input, &left, input.elements.clone());
    Case::new(Op::builtin(BuiltinOperator::SQUEEZE).options(SqueezeOptions { squeeze_dims }))
        .input(input)
        .exact(expected)
}

pub(super) fn shape(random: &mut Random) -> Case {
    let shape = any_shape(random, 0..=6);
    let dtype = random.pick(&[DType::I32, DType::I64]);
    let op = Op::builtin(BuiltinOperator::SHAPE).options(ShapeOptions { out_type: TensorType(dtype as i8) });
    let input = any_but(random, &[], &shape);
    Case::new(op).input(input).exact(Value::whole(dtype, &[shape.len()], sizes(&shape)))
}

pub(super) fn rank(random: &mut Random) -> Case {
    let shape = any_shape(random, 0..=6);
    let input = any_but(random, &[], &shape);
    Case::new(Op::builtin(BuiltinOperator::RANK).options(RankOptions {}))
        .input(input)
        .exact(Value::int(shape.len() as i64))
}

pub(super) fn broadcast_args(random: &mut Random) -> Case {
    let (a, b, output) = draw::broadcast_shapes(random, 6);
    let dtype = random.pick(&[DType::I32, DType::I64]);
    let value = |shape: &[usize]| Value::whole(dtype, &[shape.len()], sizes(shape));
    Case::new(Op::builtin(BuiltinOperator::BROADCAST_ARGS))
        .input(value(&a))
        .input(value(&b))
        .exact(value(&output))
}

pub(super) fn broadcast_to(random: &mut Random) -> Case {
    let output = any_shape(random, 0..=8);
    let mut shape = output.clone();
    shape.drain(..random.below(output.len() + 1));
    for size in &mut shape {
        *size = if random.once_in(2) { 1 } else { *size };
    }
    let input = any_but(random, &[], &shape);
    let expected = like(&input, &output, input.elements.at(&draw::broadcast_places(&shape, &output)));
    Case::new(Op::builtin(BuiltinOperator::BROADCAST_TO).version(2).options(BroadcastToOptions {}))
        .input(input)
        .input(list(random, &sizes(&output)))
        .exact(expected)
}

pub(super) fn fill(random: &mut Random) -> Case {
    let shape = any_shape(random, 0..=5);
    let value = any_but(random, &[], &[]);
    let expected = moved(&value, &shape, |_| Vec::new());
    Case::new(Op::builtin(BuiltinOperator::FILL).options(FillOptions {}))
        .input(list(random, &sizes(&shape)))
        .input(value)
        .exact(expected)
}

pub(super) fn range(random: &mut Random) -> Case {
    let dtype = random.pick(&[DType::F32, DType::I32, DType::I64]);
    let count = if random.once_in(10) { 0 } else { random.size(1..=70) as i64 };
    let start = random.between(-1000..=1000);
    let step = random.between(1..=300) * random.pick(&[-1, 1]);
    // The limit need not be a whole number of steps away.
    let limit =
        start + count * step - if count > 0 { random.between(0..=step.abs() - 1) * step.signum() } else { 0 };
    let numbers = (0..count).map(|index| start + index * step);
    let op = Op::builtin(BuiltinOperator::RANGE).options(RangeOptions {});
    if dtype == DType::F32 {
        // Eighths are exact.
        let real = |number: i64| number as f64 / 8.0;
        let number = |number: i64| Value::float(&[], vec![real(number)]);
        let expected = Value::float(&[count as usize], numbers.map(real).collect());
        return Case::new(op).input(number(start)).input(number(limit)).input(number(step)).exact(expected);
    }
    let number = |number: i64| Value::whole(dtype, &[], vec![number]);
    let expected = Value::whole(dtype, &[count as usize], numbers.collect());
    Case::new(op).input(number(start)).input(number(limit)).input(number(step)).exact(expected)
}

pub(super) fn tile(random: &mut Random) -> Case {
    let shape = any_shape(random, 0..=5);
    let input = any_but(random, &[], &shape);
    let mut multiples: Vec<usize> = shape.iter().map(|_| random.size(1..=3)).collect();
    if !shape.is_empty() && random.once_in(20) {
        multiples[0] = 0;
    }
    let output: Vec<usize> = shape.iter().zip(&multiples).map(|(size, multiple)| size * multiple).collect();
    let expected =
        moved(&input, &output, |index| index.iter().zip(&shape).map(|(i, size)| i % size).collect());
    Case::new(Op::builtin(BuiltinOperator::TILE).options(TileOptions {}))
        .input(input)
        .input(list(random, &sizes(&multiples)))
        .exact(expected)
}
