//! Comparisons, logic and choices.

use std::cmp::Ordering;

use featherlite::DType;
use featherlite::schema::BuiltinOperator as Code;
use featherlite_testkit::{Op, Random};

use super::arithmetic::pairs;
use super::draw::{self, broadcast, broadcast_places, broadcast_shapes};
use super::{Case, Elements, Family, Scales, Tolerance, Value, range};

pub(super) const FAMILY: Family = Family {
    name: "comparison",
    rows: &[
        ("EQUAL", |random| numbers(random, Code::EQUAL, Ordering::is_eq)),
        ("EQUAL", |random| quantized(random, Code::EQUAL, Ordering::is_eq)),
        ("EQUAL", |random| others(random, Code::EQUAL, Ordering::is_eq)),
        ("NOT_EQUAL", |random| numbers(random, Code::NOT_EQUAL, Ordering::is_ne)),
        ("NOT_EQUAL", |random| quantized(random, Code::NOT_EQUAL, Ordering::is_ne)),
        ("NOT_EQUAL", |random| others(random, Code::NOT_EQUAL, Ordering::is_ne)),
        ("LESS", |random| numbers(random, Code::LESS, Ordering::is_lt)),
        ("LESS", |random| quantized(random, Code::LESS, Ordering::is_lt)),
        ("LESS_EQUAL", |random| numbers(random, Code::LESS_EQUAL, Ordering::is_le)),
        ("LESS_EQUAL", |random| quantized(random, Code::LESS_EQUAL, Ordering::is_le)),
        ("GREATER", |random| numbers(random, Code::GREATER, Ordering::is_gt)),
        ("GREATER", |random| quantized(random, Code::GREATER, Ordering::is_gt)),
        ("GREATER_EQUAL", |random| numbers(random, Code::GREATER_EQUAL, Ordering::is_ge)),
        ("GREATER_EQUAL", |random| quantized(random, Code::GREATER_EQUAL, Ordering::is_ge)),
        ("LOGICAL_AND", |random| logical(random, Code::LOGICAL_AND, |a, b| a & b)),
        ("LOGICAL_OR", |random| logical(random, Code::LOGICAL_OR, |a, b| a | b)),
        ("SELECT", |random| choice(random, Code::SELECT)),
        ("SELECT_V2", |random| choice(random, Code::SELECT_V2)),
        ("WHERE", places),
    ],
};

const NUMBERS: &[DType] =
    &[DType::F32, DType::F16, DType::Bf16, DType::I32, DType::I64, DType::I16, DType::I8, DType::U8];

const FLOATS: &[DType] = &[DType::F32, DType::F16, DType::Bf16, DType::F64];

type Holds = fn(Ordering) -> bool;

/// Numbers of a small range, so that many are equal, or of the whole range.
fn few(random: &mut Random, dtype: DType, shape: &[usize]) -> Value {
    let is_small = random.once_in(2);
    match dtype {
        _ if FLOATS.contains(&dtype) && is_small => {
            let special = [f64::NEG_INFINITY, f64::INFINITY, -0.0, f64::NAN];
            let rare = if random.once_in(3) { 8 } else { usize::MAX };
            let mut one = || match random.once_in(rare) {
                true => random.pick(&special),
                false => random.between(-4..=4) as f64 / 2.0,
            };
            Value::real(dtype, shape, (0..shape.iter().product()).map(|_| one()).collect())
        }
        _ if is_small && dtype != DType::Complex64 && !FLOATS.contains(&dtype) => {
            draw::whole(random, dtype, shape, range(dtype).0.max(-2), 1)
        }
        _ => draw::any(random, dtype, shape),
    }
}

fn compared(
    operator: Code,
    holds: Holds,
    a: Value,
    b: Value,
    output: &[usize],
    tolerance: Tolerance,
) -> Case {
    // What is no number differs from everything, and is neither less nor greater.
    let compare = |a: f64, b: f64| match a.partial_cmp(&b) {
        Some(order) => i64::from(holds(order)),
        None => i64::from(operator == Code::NOT_EQUAL),
    };
    let elements = match (&a.elements, &b.elements) {
        (Elements::Text(left), Elements::Text(right)) => {
            let places =
                broadcast_places(&a.shape, output).into_iter().zip(broadcast_places(&b.shape, output));
            places.map(|(a, b)| i64::from(holds(left[a].cmp(&right[b])))).collect()
        }
        (Elements::Whole(left), Elements::Whole(right)) if a.scales.is_none() => {
            pairs(left, &a.shape, right, &b.shape, output, |a, b| i64::from(holds(a.cmp(&b))))
        }
        _ => pairs(&a.to_real(), &a.shape, &b.to_real(), &b.shape, output, compare),
    };
    let expected = Value::whole(DType::Bool, output, elements);
    Case::new(Op::builtin(operator)).input(a).input(b).output(expected, tolerance)
}

fn numbers(random: &mut Random, operator: Code, holds: Holds) -> Case {
    // TensorFlow Lite's NOT_EQUAL leaves its output as it is when 16-bit integers are not quantized.
    let dtype = random.pick(&NUMBERS[..if operator == Code::NOT_EQUAL { 5 } else { 6 }]);
    let (a, b, output) = broadcast_shapes(random, 4);
    let (a, b) = (few(random, dtype, &a), few(random, dtype, &b));
    compared(operator, holds, a, b, &output, Tolerance::Exact)
}

fn others(random: &mut Random, operator: Code, holds: Holds) -> Case {
    let dtype = random.pick(&[DType::Bool, DType::String]);
    let (a, b, output) = broadcast_shapes(random, 4);
    let (a, mut b) = (draw::any(random, dtype, &a), draw::any(random, dtype, &b));
    if let (Elements::Text(left), Elements::Text(right)) = (&a.elements, &mut b.elements) {
        // Chance alone would make few equal.
        right.iter_mut().zip(left).step_by(2).for_each(|(right, left)| right.clone_from(left));
    }
    compared(operator, holds, a, b, &output, Tolerance::Exact)
}

/// Scales that are powers of two are compared exactly; others are rescaled in fixed point, which is not exact near
/// equality, so that only the kernels are compared with each other.
fn quantized(random: &mut Random, operator: Code, holds: Holds) -> Case {
    let dtype = random.pick(&[DType::I8, DType::U8, DType::I16]);
    let (a, b, output) = broadcast_shapes(random, 4);
    let is_exact = random.once_in(2);
    let mut scales = || match is_exact {
        true => Scales::whole(2f32.powi(-random.between(1..=4) as i32), draw::zero_point(random, dtype)),
        false => draw::scales(random, dtype),
    };
    let (left, mut right) = (scales(), scales());
    // What orders 16-bit numbers looks at their integers alone.
    let is_plain = dtype == DType::I16 && !matches!(operator, Code::EQUAL | Code::NOT_EQUAL);
    if random.once_in(3) || is_plain {
        right = left.clone();
    }
    let is_exact = is_exact || left == right;
    let (a, b) = (draw::quantized(random, dtype, &a, left), draw::quantized(random, dtype, &b, right));
    let tolerance = if is_exact { Tolerance::Exact } else { Tolerance::Steps(1) };
    compared(operator, holds, a, b, &output, tolerance)
}

fn logical(random: &mut Random, operator: Code, function: fn(i64, i64) -> i64) -> Case {
    let (a, b, output) = broadcast_shapes(random, 4);
    let (a, b) = (draw::any(random, DType::Bool, &a), draw::any(random, DType::Bool, &b));
    let elements = pairs(a.to_whole(), &a.shape, b.to_whole(), &b.shape, &output, function);
    Case::new(Op::builtin(operator)).input(a).input(b).exact(Value::whole(DType::Bool, &output, elements))
}

/// SELECT has values of one shape, and a condition of that shape, for each row, or for all; SELECT_V2 broadcasts.
fn choice(random: &mut Random, operator: Code) -> Case {
    let types: [&[DType]; 3] = [
        NUMBERS,
        FLOATS,
        &[DType::Bool, DType::U16, DType::U32, DType::U64, DType::Complex64, DType::F32, DType::I32],
    ];
    let types = random.pick(&types);
    let dtype = random.pick(types);
    let (x, y, condition) = if operator == Code::SELECT {
        let shape = draw::edgy_shape(random);
        let condition = match random.below(4) {
            0 => Vec::new(),
            1 => vec![shape[0]],
            _ => shape.clone(),
        };
        (shape.clone(), shape, condition)
    } else {
        let (x, y, both) = broadcast_shapes(random, 4);
        let mut condition = both.clone();
        condition.iter_mut().for_each(|size| {
            if random.once_in(3) && *size != 0 {
                *size = 1
            }
        });
        let shared = random.below(condition.len() + 1);
        if random.once_in(3) {
            condition.drain(..shared);
        }
        (x, y, condition)
    };
    let output = if operator == Code::SELECT { x.clone() } else { broadcast(&broadcast(&x, &y), &condition) };
    let (x, y) = (few(random, dtype, &x), few(random, dtype, &y));
    let condition = draw::any(random, DType::Bool, &condition);
    let mut chooses = condition.shape.clone();
    if operator == Code::SELECT && chooses.len() == 1 {
        // For each row.
        chooses.resize(output.len(), 1);
    }
    let chosen = broadcast_places(&chooses, &output);
    let (from_x, from_y) = (broadcast_places(&x.shape, &output), broadcast_places(&y.shape, &output));
    let count = x.elements.len();
    let both = match (&x.elements, &y.elements) {
        (Elements::Real(x), Elements::Real(y)) => Elements::Real([&x[..], y].concat()),
        (Elements::Whole(x), Elements::Whole(y)) => Elements::Whole([&x[..], y].concat()),
        (Elements::Complex(x), Elements::Complex(y)) => Elements::Complex([&x[..], y].concat()),
        _ => unreachable!("both are of one type"),
    };
    let place = |(at, &choice): (usize, &usize)| match condition.to_whole()[choice] {
        0 => count + from_y[at],
        _ => from_x[at],
    };
    let places: Vec<usize> = chosen.iter().enumerate().map(place).collect();
    let expected = Value::new(dtype, &output, both.at(&places));
    Case::new(Op::builtin(operator)).input(condition).input(x).input(y).exact(expected)
}

fn places(random: &mut Random) -> Case {
    let dtype = random.pick(&[
        DType::Bool,
        DType::F32,
        DType::I8,
        DType::U8,
        DType::I16,
        DType::U16,
        DType::I32,
        DType::U32,
        DType::I64,
    ]);
    let shape = draw::edgy_shape(random);
    let mut input = few(random, dtype, &shape);
    if random.once_in(10) {
        input = draw::whole(random, DType::Bool, &shape, 0, 0);
    }
    let is_set: Vec<bool> = match &input.elements {
        Elements::Whole(elements) => elements.iter().map(|&element| element != 0).collect(),
        _ => input.to_real().iter().map(|&element| element != 0.0).collect(),
    };
    let indices: Vec<Vec<usize>> =
        draw::indices(&shape).zip(&is_set).filter(|(_, is_set)| **is_set).map(|(index, _)| index).collect();
    let elements = indices.iter().flatten().map(|&index| index as i64).collect();
    let expected = Value::whole(DType::I64, &[indices.len(), shape.len()], elements);
    Case::new(Op::builtin(Code::WHERE)).input(input).exact(expected)
}
