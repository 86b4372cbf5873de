//! Arithmetic on two tensors, with broadcasting.

use featherlite::DType;
use featherlite::schema::owned::{AddOptions, DivOptions, MulOptions, SubOptions};
use featherlite::schema::{ActivationFunctionType, BuiltinOperator};
use featherlite_testkit::{Op, Random};

use super::draw::{self, broadcast_places, broadcast_shapes};
use super::{Case, Elements, Family, Scales, Value, range};

pub(super) const FAMILY: Family = Family {
    name: "arithmetic",
    rows: &[
        ("ADD", |random| float(random, Operation::Add)),
        ("ADD", |random| integer(random, Operation::Add, &[DType::I32, DType::I64, DType::I16])),
        ("ADD", |random| quantized(random, Operation::Add, &[DType::I8, DType::U8, DType::I16])),
        ("ADD", |random| shifted(random, Operation::Add)),
        ("SUB", |random| shifted(random, Operation::Sub)),
        ("SUB", |random| float(random, Operation::Sub)),
        ("SUB", |random| integer(random, Operation::Sub, &[DType::I32, DType::I64])),
        ("SUB", |random| quantized(random, Operation::Sub, &[DType::I8, DType::U8, DType::I16])),
        ("MUL", |random| float(random, Operation::Mul)),
        ("MUL", |random| integer(random, Operation::Mul, &[DType::I32, DType::I64, DType::U32, DType::I16])),
        ("MUL", |random| quantized(random, Operation::Mul, &[DType::I8, DType::U8, DType::I16])),
        ("MUL", complex_product),
        ("MUL", fraction_product),
        ("DIV", |random| float(random, Operation::Div)),
        ("DIV", |random| integer(random, Operation::Div, &[DType::I32])),
        ("DIV", quotient),
        ("SQUARED_DIFFERENCE", |random| of_reals(random, BuiltinOperator::SQUARED_DIFFERENCE, &[DType::F32])),
        ("SQUARED_DIFFERENCE", |random| {
            of_wholes(random, BuiltinOperator::SQUARED_DIFFERENCE, &[DType::I32])
        }),
        ("SQUARED_DIFFERENCE", squared_difference),
        ("MAXIMUM", |random| of_reals(random, BuiltinOperator::MAXIMUM, SMALL_FLOATS)),
        ("MAXIMUM", |random| of_wholes(random, BuiltinOperator::MAXIMUM, EXTREMES)),
        ("MINIMUM", |random| of_reals(random, BuiltinOperator::MINIMUM, SMALL_FLOATS)),
        ("MINIMUM", |random| of_wholes(random, BuiltinOperator::MINIMUM, EXTREMES)),
        ("POW", power),
        ("POW", |random| of_wholes(random, BuiltinOperator::POW, &[DType::I32])),
        ("FLOOR_DIV", |random| of_reals(random, BuiltinOperator::FLOOR_DIV, &[DType::F32])),
        ("FLOOR_DIV", |random| {
            of_wholes(random, BuiltinOperator::FLOOR_DIV, &[DType::I32, DType::I16, DType::I8])
        }),
        ("FLOOR_MOD", |random| of_reals(random, BuiltinOperator::FLOOR_MOD, &[DType::F32])),
        ("FLOOR_MOD", |random| {
            of_wholes(random, BuiltinOperator::FLOOR_MOD, &[DType::I32, DType::I64, DType::I16, DType::I8])
        }),
        ("ATAN2", |random| {
            of_reals(random, BuiltinOperator::ATAN2, &[DType::F32, DType::F64, DType::F16, DType::Bf16])
        }),
        ("BITWISE_XOR", |random| of_wholes(random, BuiltinOperator::BITWISE_XOR, &INTEGERS)),
        ("RIGHT_SHIFT", |random| of_wholes(random, BuiltinOperator::RIGHT_SHIFT, &INTEGERS[..6])),
        ("ADD_N", sum_of_many),
        ("STABLEHLO_ADD", |random| of_reals(random, BuiltinOperator::STABLEHLO_ADD, FLOATS)),
        ("STABLEHLO_ADD", |random| of_wholes(random, BuiltinOperator::STABLEHLO_ADD, NUMBERS)),
        ("STABLEHLO_AND", |random| of_wholes(random, BuiltinOperator::STABLEHLO_AND, NUMBERS)),
        ("STABLEHLO_MAXIMUM", |random| of_reals(random, BuiltinOperator::STABLEHLO_MAXIMUM, FLOATS)),
        ("STABLEHLO_MAXIMUM", |random| of_wholes(random, BuiltinOperator::STABLEHLO_MAXIMUM, NUMBERS)),
        ("STABLEHLO_MINIMUM", |random| of_reals(random, BuiltinOperator::STABLEHLO_MINIMUM, FLOATS)),
        ("STABLEHLO_MINIMUM", |random| of_wholes(random, BuiltinOperator::STABLEHLO_MINIMUM, NUMBERS)),
        ("STABLEHLO_MULTIPLY", |random| of_reals(random, BuiltinOperator::STABLEHLO_MULTIPLY, FLOATS)),
        ("STABLEHLO_MULTIPLY", |random| of_wholes(random, BuiltinOperator::STABLEHLO_MULTIPLY, NUMBERS)),
        ("STABLEHLO_SHIFT_LEFT", |random| {
            of_wholes(random, BuiltinOperator::STABLEHLO_SHIFT_LEFT, &[DType::I8, DType::I16, DType::I32])
        }),
    ],
};

const SMALL_FLOATS: &[DType] = &[DType::F32, DType::F16, DType::Bf16];
const FLOATS: &[DType] = &[DType::F32, DType::F16, DType::Bf16, DType::F64];
const EXTREMES: &[DType] = &[DType::I32, DType::I64, DType::I16, DType::I8, DType::U8];
const INTEGERS: [DType; 8] =
    [DType::I8, DType::U8, DType::I16, DType::U16, DType::I32, DType::U32, DType::I64, DType::U64];
const NUMBERS: &[DType] = &[
    DType::Bool,
    DType::I8,
    DType::U8,
    DType::I16,
    DType::U16,
    DType::I32,
    DType::U32,
    DType::I64,
    DType::U64,
];

#[derive(Clone, Copy, PartialEq)]
enum Operation {
    Add,
    Sub,
    Mul,
    Div,
}

impl Operation {
    fn real(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Add => a + b,
            Self::Sub => a - b,
            Self::Mul => a * b,
            Self::Div => a / b,
        }
    }

    /// The result with all its bits; it is cut down to the type later.
    fn whole(self, a: i64, b: i64) -> i64 {
        match self {
            Self::Add => a.wrapping_add(b),
            Self::Sub => a.wrapping_sub(b),
            Self::Mul => a.wrapping_mul(b),
            Self::Div => a / b,
        }
    }

    fn op(self, activation: ActivationFunctionType) -> Op {
        let fused_activation_function = activation;
        match self {
            Self::Add => Op::builtin(BuiltinOperator::ADD)
                .options(AddOptions { fused_activation_function, ..AddOptions::default() }),
            Self::Sub => Op::builtin(BuiltinOperator::SUB)
                .options(SubOptions { fused_activation_function, ..SubOptions::default() }),
            Self::Mul => Op::builtin(BuiltinOperator::MUL).options(MulOptions { fused_activation_function }),
            Self::Div => Op::builtin(BuiltinOperator::DIV).options(DivOptions { fused_activation_function }),
        }
    }
}

fn float(random: &mut Random, operation: Operation) -> Case {
    let half = if operation == Operation::Div { DType::F32 } else { DType::F16 };
    let dtype = random.pick(&[DType::F32, DType::F32, half]);
    let activation = draw::activation(random);
    let (a, b, output) = broadcast_shapes(random, 5);
    let (a, mut b) = (draw::real(random, dtype, &a, 8.0), draw::real(random, dtype, &b, 8.0));
    if let (Operation::Div, Elements::Real(divisors)) = (operation, &mut b.elements) {
        divisors.iter_mut().for_each(|divisor| *divisor += 1f64.copysign(*divisor));
        b = Value::real(dtype, &b.shape, divisors.clone());
    }
    let function = |a, b| draw::activate(activation, operation.real(a, b));
    let elements = pairs(&a.to_real(), &a.shape, &b.to_real(), &b.shape, &output, function);
    let tolerance = if dtype == DType::F32 { 1e-6 } else { 1e-3 };
    Case::new(operation.op(activation))
        .input(a)
        .input(b)
        .close(Value::real(dtype, &output, elements), tolerance)
}

fn integer(random: &mut Random, operation: Operation, types: &[DType]) -> Case {
    let dtype = random.pick(types);
    let activation = draw::activation(random);
    let (a, b, output) = broadcast_shapes(random, 5);
    let (a, mut b) = (draw::any(random, dtype, &a), draw::any(random, dtype, &b));
    if operation == Operation::Div {
        avoid(&mut b, 0, 1);
    }
    let (least, greatest) = match activation {
        ActivationFunctionType::NONE => (i64::MIN, i64::MAX),
        ActivationFunctionType::RELU => (0, i64::MAX),
        ActivationFunctionType::RELU6 => (0, 6),
        _ => (-1, 1),
    };
    let function = |a, b| draw::wrap(dtype, operation.whole(a, b)).clamp(least, greatest);
    let elements = pairs(a.to_whole(), &a.shape, b.to_whole(), &b.shape, &output, function);
    Case::new(operation.op(activation)).input(a).input(b).exact(Value::whole(dtype, &output, elements))
}

fn quantized(random: &mut Random, operation: Operation, types: &[DType]) -> Case {
    let dtype = random.pick(types);
    let activation = draw::activation(random);
    let (a, b, output) = broadcast_shapes(random, 5);
    let (left, right) = (draw::scales(random, dtype), draw::scales(random, dtype));
    let (a, b) = (draw::quantized(random, dtype, &a, left), draw::quantized(random, dtype, &b, right));
    let function = |a, b| operation.real(a, b);
    let real = pairs(&a.to_real(), &a.shape, &b.to_real(), &b.shape, &output, function);
    let scales = draw::scales_for(random, dtype, &real);
    let real: Vec<f64> = real.into_iter().map(|real| draw::activate(activation, real)).collect();
    let expected = Value::quantize(dtype, &output, scales, &real);
    Case::new(operation.op(activation)).input(a).input(b).steps(expected, 1)
}

/// 16-bit numbers whose scales are powers of two: the finer ones are shifted to the scale of the others.
fn shifted(random: &mut Random, operation: Operation) -> Case {
    let activation = draw::activation(random);
    let (a, b, output) = broadcast_shapes(random, 4);
    let exponent = -random.between(6..=12) as i32;
    let (mut left, mut right) =
        (Scales::whole(2f32.powi(exponent), 0), Scales::whole(2f32.powi(exponent), 0));
    let finer = if random.once_in(2) { &mut left } else { &mut right };
    finer.scales[0] /= 2f32.powi(random.between(0..=4) as i32);
    let (a, b) =
        (draw::quantized(random, DType::I16, &a, left), draw::quantized(random, DType::I16, &b, right));
    let function = |a, b| draw::activate(activation, operation.real(a, b));
    let real = pairs(&a.to_real(), &a.shape, &b.to_real(), &b.shape, &output, function);
    let expected = Value::quantize(DType::I16, &output, Scales::whole(2f32.powi(exponent), 0), &real);
    Case::new(operation.op(activation)).input(a).input(b).steps(expected, 1)
}

/// Puts another integer in place of one.
fn avoid(value: &mut Value, avoided: i64, instead: i64) {
    if let Elements::Whole(elements) = &mut value.elements {
        elements.iter_mut().filter(|element| **element == avoided).for_each(|element| *element = instead);
    }
}

/// Half the numbers are quarters, so that many are equal, and quotients are whole.
fn of_reals(random: &mut Random, operator: BuiltinOperator, types: &[DType]) -> Case {
    let function: fn(f64, f64) -> f64 = match operator {
        BuiltinOperator::SQUARED_DIFFERENCE => |a, b| (a - b) * (a - b),
        // What is no number is not greater, and so gives way or not: TensorFlow Lite's operators differ.
        BuiltinOperator::MAXIMUM => |a, b| if a > b { a } else { b },
        BuiltinOperator::STABLEHLO_MAXIMUM => |a, b| if a < b { b } else { a },
        BuiltinOperator::MINIMUM => |a, b| if a < b { a } else { b },
        BuiltinOperator::STABLEHLO_MINIMUM => |a, b| if b < a { b } else { a },
        BuiltinOperator::FLOOR_DIV => |a, b| (a / b).floor(),
        BuiltinOperator::FLOOR_MOD => |a, b| a - b * (a / b).floor(),
        BuiltinOperator::ATAN2 => f64::atan2,
        BuiltinOperator::STABLEHLO_ADD => |a, b| a + b,
        _ => |a, b| a * b,
    };
    let divides = matches!(operator, BuiltinOperator::FLOOR_DIV | BuiltinOperator::FLOOR_MOD);
    let in_quarters = divides || random.once_in(2);
    let dtype = random.pick(types);
    let (mut a, mut b, output) = shapes(random, operator);
    if operator == BuiltinOperator::ATAN2 && !random.once_in(4) {
        // TensorFlow Lite does not broadcast.
        (a, b) = (output.clone(), output.clone());
    }
    let mut side = |shape: &[usize]| {
        let mut numbers = draw::reals(random, shape.iter().product(), 8.0);
        for number in numbers.iter_mut().filter(|_| in_quarters) {
            *number = (*number * 4.0).round() / 4.0;
            // Neither may be zero where the other's sign or the quotient then depends on the zero's.
            if *number == 0.0 && operator != BuiltinOperator::STABLEHLO_ADD {
                *number = 0.25;
            }
        }
        Value::real(dtype, shape, numbers)
    };
    let (mut a, b) = (side(&a), side(&b));
    if let (Elements::Real(elements), true) = (&mut a.elements, random.once_in(8)) {
        let special = random.pick(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY]);
        elements.iter_mut().step_by(5).for_each(|element| *element = special);
    }
    let elements = pairs(&a.to_real(), &a.shape, &b.to_real(), &b.shape, &output, function);
    let expected = Value::real(dtype, &output, elements);
    Case::new(Op::builtin(operator)).input(a).input(b).close(expected, draw::tolerance(dtype))
}

fn of_wholes(random: &mut Random, operator: BuiltinOperator, types: &[DType]) -> Case {
    use BuiltinOperator as Code;
    let dtype = random.pick(types);
    let bits = dtype.bits() as i64;
    let function = |a: i64, b: i64| match operator {
        Code::SQUARED_DIFFERENCE => a.wrapping_sub(b).wrapping_mul(a.wrapping_sub(b)),
        Code::MAXIMUM | Code::STABLEHLO_MAXIMUM => a.max(b),
        Code::MINIMUM | Code::STABLEHLO_MINIMUM => a.min(b),
        Code::POW => (0..b).fold(1, |power, _| power * a),
        Code::FLOOR_DIV => a.div_euclid(b) - i64::from(b < 0 && a.rem_euclid(b) != 0),
        Code::FLOOR_MOD => a.rem_euclid(b) + if b < 0 && a.rem_euclid(b) != 0 { b } else { 0 },
        Code::BITWISE_XOR => a ^ b,
        // Below no bits, and beyond all: as far as there is something to shift.
        Code::RIGHT_SHIFT => a >> b.clamp(0, bits - 1),
        Code::STABLEHLO_SHIFT_LEFT => a << b,
        Code::STABLEHLO_ADD if dtype == DType::Bool => a | b,
        Code::STABLEHLO_ADD => a.wrapping_add(b),
        Code::STABLEHLO_AND => a & b,
        _ => a.wrapping_mul(b),
    };
    let (a, b, output) = shapes(random, operator);
    let (mut a, mut b) = (draw::any(random, dtype, &a), draw::any(random, dtype, &b));
    match operator {
        Code::POW => {
            a = draw::whole(random, dtype, &a.shape, -6, 6);
            b = draw::whole(random, dtype, &b.shape, 0, 8);
        }
        Code::FLOOR_DIV | Code::FLOOR_MOD => avoid(&mut b, 0, 1),
        Code::RIGHT_SHIFT => {
            let least = if range(dtype).0 < 0 { -2 } else { 0 };
            b = draw::whole(random, dtype, &b.shape, least, bits + 1);
        }
        Code::STABLEHLO_SHIFT_LEFT => b = draw::whole(random, dtype, &b.shape, 0, bits - 1),
        Code::MAXIMUM | Code::MINIMUM if matches!(dtype, DType::I8 | DType::U8) && random.once_in(2) => {
            let scales = draw::scales(random, dtype);
            (a, b) = (a.scaled(scales.clone()), b.scaled(scales));
        }
        _ => {}
    }
    let wrapped = |a, b| draw::wrap(dtype, function(a, b));
    let elements = pairs(a.to_whole(), &a.shape, b.to_whole(), &b.shape, &output, wrapped);
    let scales = a.scales.clone();
    let expected = Value { scales, ..Value::whole(dtype, &output, elements) };
    Case::new(Op::builtin(operator)).input(a).input(b).exact(expected)
}

/// Shapes that broadcast, except for operators of StableHLO.
fn shapes(random: &mut Random, operator: BuiltinOperator) -> (Vec<usize>, Vec<usize>, Vec<usize>) {
    if operator.0 >= BuiltinOperator::STABLEHLO_LOGISTIC.0 {
        let shape = draw::edgy_shape(random);
        return (shape.clone(), shape.clone(), shape);
    }
    broadcast_shapes(random, 4)
}

fn squared_difference(random: &mut Random) -> Case {
    let (a, b, output) = broadcast_shapes(random, 4);
    let (left, right) = (draw::scales(random, DType::I8), draw::scales(random, DType::I8));
    let (a, b) =
        (draw::quantized(random, DType::I8, &a, left), draw::quantized(random, DType::I8, &b, right));
    let function = |a: f64, b: f64| (a - b) * (a - b);
    let real = pairs(&a.to_real(), &a.shape, &b.to_real(), &b.shape, &output, function);
    let scales = draw::scales_for(random, DType::I8, &real);
    let expected = Value::quantize(DType::I8, &output, scales, &real);
    Case::new(Op::builtin(BuiltinOperator::SQUARED_DIFFERENCE)).input(a).input(b).steps(expected, 1)
}

/// Negative numbers have whole exponents; one exponent for all may be a constant.
fn power(random: &mut Random) -> Case {
    let (a, mut b, mut output) = broadcast_shapes(random, 4);
    if random.once_in(3) {
        (b, output) = (Vec::new(), a.clone());
    }
    let is_whole = random.once_in(2);
    let base = |random: &mut Random| {
        let number = random.real() * 3.0;
        if is_whole { number + 0.5f64.copysign(number) } else { number.abs() + 0.1 }
    };
    let exponent = |random: &mut Random| {
        if is_whole { random.between(-3..=4) as f64 } else { random.real() * 3.0 }
    };
    let bases = (0..a.iter().product()).map(|_| base(random)).collect();
    let exponents = (0..b.iter().product()).map(|_| exponent(random)).collect();
    let (a, b) = (Value::float(&a, bases), Value::float(&b, exponents));
    let elements = pairs(&a.to_real(), &a.shape, &b.to_real(), &b.shape, &output, f64::powf);
    let expected = Value::float(&output, elements);
    Case::new(Op::builtin(BuiltinOperator::POW)).input(a).input(b).close(expected, 2e-6)
}

fn sum_of_many(random: &mut Random) -> Case {
    let (dtype, shape) = (random.pick(&[DType::F32, DType::I32]), draw::edgy_shape(random));
    let terms: Vec<Value> =
        (0..random.pick(&[1, 2, 2, 3, 3, 4, 5])).map(|_| draw::any(random, dtype, &shape)).collect();
    let sum = |place: usize| terms.iter().map(|term| term.to_real()[place]).sum::<f64>();
    let sums = (0..shape.iter().product()).map(sum).collect::<Vec<f64>>();
    let mut case = Case::new(Op::builtin(BuiltinOperator::ADD_N));
    for term in terms {
        case = case.input(term);
    }
    if dtype == DType::F32 {
        return case.close(Value::float(&shape, sums), 1e-4);
    }
    let sums = sums.into_iter().map(|sum| draw::wrap(dtype, sum as i64)).collect();
    case.exact(Value::whole(dtype, &shape, sums))
}

/// The product of 16-bit fractions, of which 8 bits are kept.
fn fraction_product(random: &mut Random) -> Case {
    let dtype = random.pick(&[DType::I8, DType::U8]);
    let (a, b, output) = broadcast_shapes(random, 4);
    let mut side =
        |shape: &[usize]| draw::any(random, DType::I16, shape).scaled(Scales::whole(1.0 / 32_768.0, 0));
    let (a, b) = (side(&a), side(&b));
    let real = pairs(&a.to_real(), &a.shape, &b.to_real(), &b.shape, &output, |a, b| a * b);
    let scales = Scales::whole(1.0 / 128.0, draw::zero_point(random, dtype));
    let expected = Value::quantize(dtype, &output, scales, &real);
    let op = Operation::Mul.op(ActivationFunctionType::NONE);
    Case::new(op).input(a).input(b).steps(expected, 1)
}

/// Quotients that round to zero are garbage in TensorFlow Lite, and so in its equals: here there are none.
fn quotient(random: &mut Random) -> Case {
    let dtype = random.pick(&[DType::I8, DType::U8, DType::I16]);
    let (left, right) = (draw::scales(random, dtype), draw::scales(random, dtype));
    let (least, greatest) = range(dtype);
    let step = (greatest - least) / 16;
    let activation = draw::activation(random);
    let (a, b, output) = broadcast_shapes(random, 5);
    // Differences to the zero point, as far as the type goes.
    let mut side = |shape: &[usize], scales: &Scales, smallest: i64, largest: i64| {
        let zero_point = scales.zero_points[0];
        let one = |_| {
            let difference = random.between(smallest..=largest);
            let (above, below) = (zero_point + difference, zero_point - difference);
            if above > greatest || (below >= least && random.once_in(2)) { below } else { above }
        };
        let elements = (0..shape.iter().product()).map(one).collect();
        Value::whole(dtype, shape, elements).scaled(scales.clone())
    };
    let (a, b) = (side(&a, &left, 4 * step, 8 * step), side(&b, &right, 1, 2 * step));
    let real = pairs(&a.to_real(), &a.shape, &b.to_real(), &b.shape, &output, |a, b| a / b);
    let real: Vec<f64> = real.into_iter().map(|real| draw::activate(activation, real)).collect();
    let scale = left.scales[0] / right.scales[0] * (random.real() as f32 * 0.3 + 0.7);
    let scales = Scales::whole(scale, draw::zero_point(random, dtype));
    let expected = Value::quantize(dtype, &output, scales, &real);
    Case::new(Operation::Div.op(activation)).input(a).input(b).steps(expected, 1)
}

fn complex_product(random: &mut Random) -> Case {
    let (a, b, output) = broadcast_shapes(random, 4);
    let (a, b) = (draw::any(random, DType::Complex64, &a), draw::any(random, DType::Complex64, &b));
    let (Elements::Complex(left), Elements::Complex(right)) = (&a.elements, &b.elements) else {
        unreachable!("complex numbers are drawn as such")
    };
    let product = |[a, b]: [f64; 2], [c, d]: [f64; 2]| [a * c - b * d, a * d + b * c];
    let elements = pairs(left, &a.shape, right, &b.shape, &output, product);
    let expected = Value::new(DType::Complex64, &output, Elements::Complex(elements));
    Case::new(Operation::Mul.op(ActivationFunctionType::NONE)).input(a).input(b).close(expected, 1e-6)
}

/// A function of two tensors that are broadcast to an output.
pub(super) fn pairs<T: Copy, U>(
    a: &[T],
    a_shape: &[usize],
    b: &[T],
    b_shape: &[usize],
    output: &[usize],
    function: impl Fn(T, T) -> U,
) -> Vec<U> {
    let places = broadcast_places(a_shape, output).into_iter().zip(broadcast_places(b_shape, output));
    places.map(|(left, right)| function(a[left], b[right])).collect()
}
