//! Functions of one number.

use featherlite::DType;
use featherlite::schema::BuiltinOperator;
use featherlite::schema::owned::{GeluOptions, LeakyReluOptions};
use featherlite_testkit::{Op, Random};

use super::arithmetic::pairs;
use super::{Case, Elements, Family, Scales, Value, draw, range};

pub(super) const FAMILY: Family = Family {
    name: "unary",
    rows: &[
        ("ABS", |random| float(random, Code::ABS, FLOATS)),
        ("ABS", |random| integer(random, Code::ABS, &[DType::I32, DType::I16])),
        ("ABS", |random| quantized(random, Code::ABS, &[DType::I8, DType::I16])),
        ("NEG", |random| float(random, Code::NEG, FLOATS)),
        ("NEG", |random| integer(random, Code::NEG, &[DType::I32, DType::I64, DType::I16, DType::I8])),
        ("SIN", |random| float(random, Code::SIN, FLOATS)),
        ("COS", |random| float(random, Code::COS, FLOATS)),
        ("EXP", |random| float(random, Code::EXP, FLOATS)),
        ("EXP", |random| quantized(random, Code::EXP, &[DType::I8, DType::I16])),
        ("LOG", |random| float(random, Code::LOG, FLOATS)),
        ("LOG", |random| quantized(random, Code::LOG, &[DType::I8, DType::I16])),
        ("SQRT", |random| float(random, Code::SQRT, FLOATS)),
        ("SQRT", |random| quantized(random, Code::SQRT, &[DType::I8, DType::I16])),
        ("RSQRT", |random| float(random, Code::RSQRT, FLOATS)),
        ("RSQRT", |random| quantized(random, Code::RSQRT, &[DType::I8, DType::I16])),
        ("SQUARE", |random| float(random, Code::SQUARE, FLOATS)),
        ("CEIL", |random| float(random, Code::CEIL, FLOATS)),
        ("FLOOR", |random| float(random, Code::FLOOR, FLOATS)),
        ("ROUND", |random| float(random, Code::ROUND, FLOATS)),
        ("SIGN", |random| float(random, Code::SIGN, &[DType::F32, DType::F16, DType::Bf16, DType::F64])),
        ("SIGN", |random| integer(random, Code::SIGN, &[DType::I32])),
        ("RELU", |random| float(random, Code::RELU, &[DType::F32])),
        ("RELU", |random| quantized(random, Code::RELU, &[DType::I8, DType::U8, DType::I16])),
        ("RELU6", |random| float(random, Code::RELU6, &[DType::F32])),
        ("RELU6", |random| quantized(random, Code::RELU6, &[DType::I8, DType::U8, DType::I16])),
        ("RELU_0_TO_1", |random| float(random, Code::RELU_0_TO_1, &[DType::F32])),
        ("RELU_0_TO_1", |random| quantized(random, Code::RELU_0_TO_1, &[DType::I8, DType::U8])),
        ("RELU_N1_TO_1", |random| float(random, Code::RELU_N1_TO_1, &[DType::F32])),
        ("RELU_N1_TO_1", |random| quantized(random, Code::RELU_N1_TO_1, &[DType::I8, DType::U8])),
        ("TANH", |random| float(random, Code::TANH, FLOATS)),
        ("TANH", |random| quantized(random, Code::TANH, &[DType::I8, DType::U8, DType::I16])),
        ("LOGISTIC", |random| float(random, Code::LOGISTIC, FLOATS)),
        ("LOGISTIC", |random| quantized(random, Code::LOGISTIC, &[DType::I8, DType::U8, DType::I16])),
        ("ELU", |random| float(random, Code::ELU, FLOATS)),
        ("ELU", |random| quantized(random, Code::ELU, &[DType::I8, DType::U8])),
        ("GELU", |random| float(random, Code::GELU, FLOATS)),
        ("GELU", |random| quantized(random, Code::GELU, &[DType::I8, DType::U8, DType::I16])),
        ("HARD_SWISH", |random| float(random, Code::HARD_SWISH, &[DType::F32])),
        ("HARD_SWISH", |random| quantized(random, Code::HARD_SWISH, &[DType::I8, DType::U8])),
        ("LEAKY_RELU", |random| float(random, Code::LEAKY_RELU, FLOATS)),
        ("LEAKY_RELU", |random| quantized(random, Code::LEAKY_RELU, &[DType::I8, DType::U8, DType::I16])),
        ("PRELU", float_slopes),
        ("PRELU", |random| quantized_slopes(random, &[(DType::I8, DType::I8), (DType::U8, DType::U8)])),
        ("PRELU", |random| quantized_slopes(random, &[(DType::I16, DType::I8), (DType::I16, DType::I16)])),
        ("LOGICAL_NOT", |random| integer(random, Code::LOGICAL_NOT, &[DType::Bool])),
        ("ZEROS_LIKE", zeros),
        ("COMPLEX_ABS", |random| complex(random, Code::COMPLEX_ABS, |[re, im]| re.hypot(im))),
        ("REAL", |random| complex(random, Code::REAL, |[re, _]| re)),
        ("IMAG", |random| complex(random, Code::IMAG, |[_, im]| im)),
    ],
};

use BuiltinOperator as Code;

const FLOATS: &[DType] = &[DType::F32, DType::F16, DType::Bf16];

/// An operator and its function of real numbers.
type Function = (Op, Box<dyn Fn(f64) -> f64>);

fn function(random: &mut Random, operator: Code) -> Function {
    let op = Op::builtin(operator);
    let plain = |function: fn(f64) -> f64| -> Function { (op.clone(), Box::new(function)) };
    match operator {
        Code::ABS => plain(f64::abs),
        Code::NEG => plain(|x| -x),
        Code::SIN => plain(f64::sin),
        Code::COS => plain(f64::cos),
        Code::EXP => plain(f64::exp),
        Code::LOG => plain(f64::ln),
        Code::SQRT => plain(f64::sqrt),
        Code::RSQRT => plain(|x| x.sqrt().recip()),
        Code::SQUARE => plain(|x| x * x),
        Code::CEIL => plain(f64::ceil),
        Code::FLOOR => plain(f64::floor),
        Code::ROUND => plain(f64::round_ties_even),
        Code::SIGN => plain(|x| if x == 0.0 { 0.0 } else { x.signum() }),
        Code::RELU => plain(|x| x.max(0.0)),
        Code::RELU6 => plain(|x| x.clamp(0.0, 6.0)),
        Code::RELU_0_TO_1 => plain(|x| x.clamp(0.0, 1.0)),
        Code::RELU_N1_TO_1 => plain(|x| x.clamp(-1.0, 1.0)),
        Code::TANH => plain(f64::tanh),
        Code::LOGISTIC => plain(|x| 1.0 / (1.0 + (-x).exp())),
        Code::ELU => plain(|x| if x < 0.0 { x.exp_m1() } else { x }),
        Code::HARD_SWISH => plain(|x| x * (x + 3.0).clamp(0.0, 6.0) / 6.0),
        Code::LEAKY_RELU => {
            let alpha = random.pick(&[0.01, 0.2, 0.5, 1.0, 1.5, -0.25]);
            let leaky = move |x: f64| if x < 0.0 { x * f64::from(alpha) } else { x };
            (op.options(LeakyReluOptions { alpha }), Box::new(leaky))
        }
        Code::GELU => {
            let approximate = random.once_in(2);
            let gelu = move |x: f64| match approximate {
                true => {
                    0.5 * x
                        * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3))).tanh())
                }
                false => x * normal_below(x),
            };
            (op.options(GeluOptions { approximate }), Box::new(gelu))
        }
        other => panic!("{other:?} is no function of real numbers"),
    }
}

/// How much of the normal distribution is below a number: the density's Taylor series, integrated term by term.
fn normal_below(x: f64) -> f64 {
    if x.abs() > 8.0 {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut sum, mut term) = (0.0, x);
    for n in 1..300 {
        sum += term;
        term *= x * x / f64::from(2 * n + 1);
    }
    0.5 + sum * (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// Whether a function is one of numbers above zero.
fn is_of_positive(operator: Code) -> bool {
    matches!(operator, Code::LOG | Code::SQRT | Code::RSQRT)
}

/// A third of the tensors have multiples of a half.
fn float(random: &mut Random, operator: Code, types: &[DType]) -> Case {
    let (op, function) = function(random, operator);
    let (dtype, shape) = (random.pick(types), draw::edgy_shape(random));
    let limit = random.pick(&[1.0, 8.0, 8.0, 100.0]);
    let mut numbers = draw::reals(random, shape.iter().product(), limit);
    if random.once_in(3) {
        numbers.iter_mut().for_each(|x| *x = (*x * 2.0).round() / 2.0);
    }
    if is_of_positive(operator) {
        numbers.iter_mut().for_each(|x| *x = x.abs() + 1.0 / 64.0);
    }
    if random.once_in(6) && !matches!(operator, Code::SIN | Code::COS) {
        let least = if is_of_positive(operator) { 0.0 } else { f64::NEG_INFINITY };
        numbers.iter_mut().step_by(3).for_each(|x| *x = random.pick(&[least, f64::INFINITY, 0.0]));
    }
    let input = Value::real(dtype, &shape, numbers);
    let expected = Value::real(dtype, &shape, input.to_real().into_iter().map(function).collect());
    Case::new(op).input(input).close(expected, draw::tolerance(dtype))
}

fn integer(random: &mut Random, operator: Code, types: &[DType]) -> Case {
    let (dtype, shape) = (random.pick(types), draw::edgy_shape(random));
    let input = draw::any(random, dtype, &shape);
    let function = |&x: &i64| match operator {
        Code::ABS => draw::wrap(dtype, x.abs()),
        Code::NEG => draw::wrap(dtype, -x),
        Code::SIGN => x.signum(),
        _ => 1 - x,
    };
    let expected = Value::whole(dtype, &shape, input.to_whole().iter().map(function).collect());
    Case::new(Op::builtin(operator)).input(input).exact(expected)
}

fn quantized(random: &mut Random, operator: Code, types: &[DType]) -> Case {
    let (op, function) = function(random, operator);
    let (dtype, shape) = (random.pick(types), draw::edgy_shape(random));
    let (least, greatest) = range(dtype);
    let reach = 2f64.powf(random.real() * 2.0 + 2.0) / greatest as f64;
    let mut scales = Scales::whole(reach as f32, draw::zero_point(random, dtype));
    if dtype == DType::I16 && matches!(operator, Code::TANH | Code::LOGISTIC) && random.once_in(2) {
        scales = Scales::whole(1.0 / 4096.0, 0);
    }
    let mut least = least;
    if is_of_positive(operator) {
        scales.zero_points[0] = if dtype == DType::I8 { random.between(-128..=-100) } else { 0 };
        least = scales.zero_points[0] + 1;
    }
    let input = draw::whole(random, dtype, &shape, least, greatest).scaled(scales);
    let real: Vec<f64> = input.to_real().into_iter().map(function).collect();
    let scales = match (operator, dtype) {
        (Code::TANH, DType::I16) | (Code::LOGISTIC, DType::I16) => Scales::whole(1.0 / 32_768.0, 0),
        (Code::TANH, DType::I8) => Scales::whole(1.0 / 128.0, 0),
        (Code::TANH, _) => Scales::whole(1.0 / 128.0, 128),
        (Code::LOGISTIC, DType::I8) => Scales::whole(1.0 / 256.0, -128),
        (Code::LOGISTIC, _) => Scales::whole(1.0 / 256.0, 0),
        // A much finer scale than the input's is refused.
        (Code::HARD_SWISH, _) => draw::scales_for(random, dtype, &[-0.375, reach * greatest as f64]),
        // Between two points of a table, one of which is cut to the type, results are far off.
        (Code::EXP | Code::GELU, DType::I16) => {
            let scales = draw::scales_for(random, dtype, &real);
            Scales::whole(scales.scales[0] * 1.5, 0)
        }
        _ => draw::scales_for(random, dtype, &real),
    };
    let expected = Value::quantize(dtype, &shape, scales, &real);
    // Functions of 16 bits are interpolated between points of tables.
    let steps = match (operator, dtype) {
        (Code::ABS | Code::RELU | Code::RELU6 | Code::LEAKY_RELU, _) => 1,
        (Code::LOG | Code::SQRT | Code::RSQRT, DType::I16) => i64::MAX >> 1,
        (_, DType::I16) => 40,
        (Code::HARD_SWISH, _) => 2,
        _ => 1,
    };
    Case::new(op).input(input).steps(expected, steps)
}

fn slope_shapes(random: &mut Random) -> (Vec<usize>, Vec<usize>) {
    let input = draw::edgy_shape(random);
    let mut slopes = input.clone();
    for size in &mut slopes {
        if random.once_in(2) {
            *size = (*size).min(1);
        }
    }
    let shared = random.below(slopes.len() + 1);
    if random.once_in(2) {
        slopes.drain(..shared);
    }
    (input, slopes)
}

fn float_slopes(random: &mut Random) -> Case {
    let (shape, slopes) = slope_shapes(random);
    let (input, slopes) =
        (draw::real(random, DType::F32, &shape, 4.0), draw::real(random, DType::F32, &slopes, 1.0));
    let function = |x: f64, slope: f64| if x < 0.0 { x * slope } else { x };
    let elements = pairs(&input.to_real(), &shape, &slopes.to_real(), &slopes.shape, &shape, function);
    Case::new(Op::builtin(Code::PRELU)).input(input).input(slopes).close(Value::float(&shape, elements), 1e-6)
}

fn quantized_slopes(random: &mut Random, types: &[(DType, DType)]) -> Case {
    let (dtype, slope_dtype) = random.pick(types);
    let (shape, slopes) = slope_shapes(random);
    let scales = draw::scales(random, dtype);
    let input = draw::quantized(random, dtype, &shape, scales);
    let scales = draw::scales(random, slope_dtype);
    let slopes = draw::quantized(random, slope_dtype, &slopes, scales);
    let mut read = slopes.clone();
    if slope_dtype == DType::I16 {
        // TensorFlow Lite reads the bytes as slopes of 8 bits, as many as there are.
        let bytes = &slopes.bytes()[..slopes.elements.len()];
        read.dtype = DType::I8;
        read.elements = Elements::Whole(bytes.iter().map(|&byte| i64::from(byte as i8)).collect());
    }
    let function = |x: f64, slope: f64| if x < 0.0 { x * slope } else { x };
    let real = pairs(&input.to_real(), &shape, &read.to_real(), &slopes.shape, &shape, function);
    let scales = draw::scales_for(random, dtype, &real);
    let expected = Value::quantize(dtype, &shape, scales, &real);
    Case::new(Op::builtin(Code::PRELU)).input(input).input(slopes).steps(expected, 1)
}

fn zeros(random: &mut Random) -> Case {
    let types = DType::ALL.iter().copied().filter(|dtype| dtype.bits() >= 8 && *dtype != DType::Resource);
    let dtype = random.pick(&types.chain([DType::F32, DType::I32, DType::I64]).collect::<Vec<_>>());
    let input = draw::edgy_shape(random);
    let input = draw::any(random, dtype, &input);
    let count = input.elements.len();
    let zeros = match &input.elements {
        Elements::Real(_) => Elements::Real(vec![0.0; count]),
        Elements::Complex(_) => Elements::Complex(vec![[0.0; 2]; count]),
        _ => Elements::Whole(vec![0; count]),
    };
    let expected = Value::new(dtype, &input.shape, zeros);
    Case::new(Op::builtin(Code::ZEROS_LIKE)).input(input).exact(expected)
}

fn complex(random: &mut Random, operator: Code, function: fn([f64; 2]) -> f64) -> Case {
    let (dtype, part) = random.pick(&[(DType::Complex64, DType::F32), (DType::Complex128, DType::F64)]);
    let shape = draw::edgy_shape(random);
    let input = draw::any(random, dtype, &shape);
    let Elements::Complex(numbers) = &input.elements else {
        unreachable!("complex numbers are drawn as such")
    };
    let expected = Value::real(part, &shape, numbers.iter().copied().map(function).collect());
    Case::new(Op::builtin(operator)).input(input).close(expected, draw::tolerance(part))
}
