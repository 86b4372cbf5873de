//! Arithmetic on two tensors, with broadcasting.

use featherlite::DType;
use featherlite::schema::owned::{AddOptions, DivOptions, MulOptions, SubOptions};
use featherlite::schema::{ActivationFunctionType, BuiltinOperator};
use featherlite_testkit::{Op, Random};

use super::draw::{self, broadcast_places, broadcast_shapes};
use super::{Case, Elements, Family, Value};

pub(super) const FAMILY: Family = Family {
    name: "arithmetic",
    rows: &[
        ("ADD", |random| float(random, Operation::Add)),
        ("ADD", |random| integer(random, Operation::Add, &[DType::I32, DType::I64, DType::I16])),
        ("ADD", |random| quantized(random, Operation::Add, &[DType::I8, DType::U8, DType::I16])),
        ("SUB", |random| float(random, Operation::Sub)),
        ("SUB", |random| integer(random, Operation::Sub, &[DType::I32, DType::I64])),
        ("SUB", |random| quantized(random, Operation::Sub, &[DType::I8, DType::U8, DType::I16])),
        ("MUL", |random| float(random, Operation::Mul)),
        ("MUL", |random| integer(random, Operation::Mul, &[DType::I32, DType::I64, DType::U32, DType::I16])),
        ("MUL", |random| quantized(random, Operation::Mul, &[DType::I8, DType::U8, DType::I16])),
        ("MUL", complex_product),
        ("DIV", |random| float(random, Operation::Div)),
    ],
};

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
    let (a, b) = (draw::any(random, dtype, &a), draw::any(random, dtype, &b));
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
