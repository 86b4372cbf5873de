//! Conversions: quantized, real, other types, other readings of the same bits.

use featherlite::DType;
use featherlite::schema::BuiltinOperator as Code;
use featherlite::schema::flexbuffer::MapBuilder;
use featherlite::schema::owned::{BucketizeOptions, FakeQuantOptions};
use featherlite_testkit::{Op, Random};

use super::{Case, Elements, Family, Scales, Value, draw, range};

pub(super) const FAMILY: Family = Family {
    name: "quantization",
    rows: &[
        ("QUANTIZE", |random| quantize(random, &[DType::I8, DType::U8, DType::I16, DType::I4])),
        ("QUANTIZE", requantize),
        ("DEQUANTIZE", |random| dequantize(random, &[DType::I8, DType::U8, DType::I16])),
        ("DEQUANTIZE", |random| dequantize(random, &[DType::I4, DType::U4, DType::I2])),
        ("DEQUANTIZE", |random| cast(random, DType::F16, DType::F32, Code::DEQUANTIZE)),
        ("FAKE_QUANT", fake_quantize),
        ("CAST", |random| {
            let (from, to) = (random.pick(NUMBERS), random.pick(NUMBERS));
            cast(random, from, to, Code::CAST)
        }),
        ("CAST", |random| {
            let from = random.pick(PACKED);
            cast(random, from, DType::F32, Code::CAST)
        }),
        ("CAST", |random| {
            let to = random.pick(PACKED);
            cast(random, DType::F32, to, Code::CAST)
        }),
        ("BITCAST", bitcast),
        ("NumericVerify", |random| verify(random, &[DType::I8, DType::U8, DType::I16])),
        ("NumericVerify", |random| verify(random, &[DType::F16])),
        ("BUCKETIZE", buckets),
    ],
};

const NUMBERS: &[DType] = &[
    DType::F32,
    DType::F16,
    DType::Bf16,
    DType::F64,
    DType::I8,
    DType::U8,
    DType::I16,
    DType::U16,
    DType::I32,
    DType::U32,
    DType::I64,
    DType::Bool,
    DType::Complex64,
];

const PACKED: &[DType] = &[DType::I4, DType::U4, DType::I2];

/// Scales for the whole tensor, or for each index along an axis.
fn scales(random: &mut Random, dtype: DType, shape: &[usize]) -> Scales {
    if shape.is_empty() || random.once_in(2) {
        return draw::scales(random, dtype);
    }
    let axis = random.below(shape.len());
    let each: Vec<Scales> = (0..shape[axis]).map(|_| draw::scales(random, dtype)).collect();
    if each.is_empty() {
        return draw::scales(random, dtype);
    }
    Scales {
        axis,
        scales: each.iter().map(|scales| scales.scales[0]).collect(),
        zero_points: each.iter().map(|scales| scales.zero_points[0]).collect(),
    }
}

/// Some numbers lie outside of what the scales reach.
fn quantize(random: &mut Random, types: &[DType]) -> Case {
    let (dtype, shape) = (random.pick(types), draw::edgy_shape(random));
    let scales = if dtype == DType::I4 { draw::scales(random, dtype) } else { scales(random, dtype, &shape) };
    let reach = f64::from(scales.scales[0]) * range(dtype).1 as f64 * 1.5;
    let input = draw::real(random, DType::F32, &shape, reach);
    let expected = Value::quantize(dtype, &shape, scales, &input.to_real());
    Case::new(Op::builtin(Code::QUANTIZE)).input(input).steps(expected, 1)
}

fn requantize(random: &mut Random) -> Case {
    let types = [DType::I8, DType::U8, DType::I16, DType::I32];
    let (from, to, shape) = (random.pick(&types), random.pick(&types), draw::edgy_shape(random));
    let scales = draw::scales(random, from);
    let (least, greatest) = range(from);
    let input = draw::whole(random, from, &shape, least.max(-1 << 24), greatest.min(1 << 24)).scaled(scales);
    let real = input.to_real();
    let scales = match (to, random.once_in(3)) {
        // The same scale with another zero point, as between signed and unsigned bytes.
        (DType::I8 | DType::U8, true) => Scales::whole(
            input.scales.as_ref().map_or(1.0, |scales| scales.scales[0]),
            draw::zero_point(random, to),
        ),
        // 32 bits are for sums, not for numbers that fill them.
        (DType::I32, _) => Scales::whole(draw::scales_for(random, DType::I16, &real).scales[0] / 256.0, 0),
        _ => draw::scales_for(random, to, &real),
    };
    let expected = Value::quantize(to, &shape, scales, &real);
    Case::new(Op::builtin(Code::QUANTIZE)).input(input).steps(expected, 1)
}

fn dequantize(random: &mut Random, types: &[DType]) -> Case {
    let (dtype, shape) = (random.pick(types), draw::edgy_shape(random));
    let scales = scales(random, dtype, &shape);
    let input = draw::quantized(random, dtype, &shape, scales);
    let expected = Value::float(&shape, input.to_real());
    Case::new(Op::builtin(Code::DEQUANTIZE)).input(input).close(expected, 1e-6)
}

/// The range is moved so that zero is one of the numbers that can be had. Inputs stay away from the middle between two
/// of them.
fn fake_quantize(random: &mut Random) -> Case {
    let (shape, num_bits) = (draw::edgy_shape(random), random.between(2..=16) as i32);
    let (min, max) = (-(random.real() * 4.0).abs() as f32, (random.real() * 4.0).abs() as f32 + 0.5);
    let most = f64::from((1 << num_bits) - 1);
    let scale = (f64::from(max) - f64::from(min)) / most;
    let zero_point = (-f64::from(min) / scale).round().clamp(0.0, most);
    let mut one = || {
        let step = random.between(-3..=most as i64 + 3) as f64;
        let value = (step + random.real() * 0.3 - zero_point) * scale;
        (value, (step.clamp(0.0, most) - zero_point) * scale)
    };
    let pairs: Vec<(f64, f64)> = (0..shape.iter().product()).map(|_| one()).collect();
    let input = Value::float(&shape, pairs.iter().map(|pair| pair.0).collect());
    let expected = Value::float(&shape, pairs.iter().map(|pair| pair.1).collect());
    let options = FakeQuantOptions { min, max, num_bits, narrow_range: false };
    Case::new(Op::builtin(Code::FAKE_QUANT).options(options)).input(input).close(expected, 4e-6)
}

fn is_real(dtype: DType) -> bool {
    matches!(dtype, DType::F32 | DType::F16 | DType::Bf16 | DType::F64)
}

/// Real numbers stay within the range of the type that they become; integers wrap.
fn cast(random: &mut Random, from: DType, to: DType, operator: Code) -> Case {
    let shape = draw::edgy_shape(random);
    let mut input = match from {
        DType::Complex64 => draw::any(random, from, &shape),
        _ if !is_real(from) => draw::any(random, from, &shape),
        _ if is_real(to) || to == DType::Complex64 => draw::real(random, from, &shape, 100.0),
        _ => {
            let (least, greatest) = range(to);
            let (least, greatest) = (least.max(-60_000) as f64, greatest.min(60_000) as f64);
            // Not to the very end, which rounding may pass.
            let one = |x: f64| least + (x * 0.495 + 0.5) * (greatest - least);
            let elements = draw::reals(random, shape.iter().product(), 1.0).into_iter().map(one);
            Value::real(from, &shape, elements.collect())
        }
    };
    if let (Elements::Real(elements), DType::Bool) = (&mut input.elements, to) {
        elements.iter_mut().step_by(2).for_each(|element| *element = 0.0);
    }
    if from == DType::Complex64 && !is_real(to) && to != DType::Complex64 {
        // Nothing below zero, which unsigned types do not have.
        if let Elements::Complex(elements) = &mut input.elements {
            elements.iter_mut().for_each(|[re, _]| *re = re.abs().round());
        }
    }
    let reals: Vec<f64> = match &input.elements {
        Elements::Complex(elements) => elements.iter().map(|[re, _]| *re).collect(),
        Elements::Whole(elements) => elements.iter().map(|&element| element as f64).collect(),
        _ => input.to_real(),
    };
    let expected = match (&input.elements, to) {
        (elements, to) if from == to => Value::new(to, &shape, elements.clone()),
        (_, DType::Complex64) => {
            let elements = reals.iter().map(|&re| [f64::from(re as f32), 0.0]).collect();
            Value::new(to, &shape, Elements::Complex(elements))
        }
        (_, to) if is_real(to) => Value::real(to, &shape, reals),
        (_, DType::Bool) => Value::whole(to, &shape, reals.iter().map(|&x| i64::from(x != 0.0)).collect()),
        (Elements::Whole(elements), to) => {
            Value::whole(to, &shape, elements.iter().map(|&element| draw::wrap(to, element)).collect())
        }
        (_, to) => Value::whole(to, &shape, reals.iter().map(|&x| x.trunc() as i64).collect()),
    };
    Case::new(Op::builtin(operator)).input(input).close(expected, draw::tolerance(to))
}

fn bitcast(random: &mut Random) -> Case {
    let types = [&NUMBERS[..11], &[DType::U64, DType::Complex64, DType::Complex128]].concat();
    let (from, to) = (random.pick(&types[4..]), random.pick(&types));
    let mut shape = draw::edgy_shape(random);
    let mut output = shape.clone();
    match (from.bits(), to.bits()) {
        (small, large) if small < large => shape.push(large / small),
        (large, small) if large > small => output.push(large / small),
        _ => {}
    }
    let input = draw::any(random, from, &shape);
    let elements = match to {
        DType::Complex64 | DType::Complex128 => Elements::Complex(Vec::new()),
        _ if is_real(to) => Elements::Real(Vec::new()),
        _ => Elements::Whole(Vec::new()),
    };
    let expected = Value::new(to, &[0], elements).with_bytes(&output, &input.bytes());
    Case::new(Op::builtin(Code::BITCAST)).input(input).exact(expected)
}

fn verify(random: &mut Random, types: &[DType]) -> Case {
    let (dtype, shape) = (random.pick(types), draw::edgy_shape(random));
    let input = match dtype {
        DType::F16 => draw::real(random, dtype, &shape, 10.0),
        _ => {
            let scales = scales(random, dtype, &shape);
            draw::quantized(random, dtype, &shape, scales)
        }
    };
    let reference = draw::real(random, DType::F32, &shape, 10.0);
    let differences = input.to_real().iter().zip(reference.to_real()).map(|(a, b)| a - b).collect();
    let (tolerance, log) = (random.pick(&[0.0, 0.05, 5.0]), random.once_in(2));
    // What is checked may fail.
    let log = log && tolerance < 0.1;
    let options = MapBuilder::new().bool("log_if_failed", log).float("tolerance", tolerance).build();
    let expected = Value::float(&shape, differences);
    Case::new(Op::custom("NumericVerify", &options)).input(input).input(reference).close(expected, 1e-5)
}

/// A number on a boundary is above it.
fn buckets(random: &mut Random) -> Case {
    let dtype = random.pick(&[DType::F32, DType::F64, DType::I32, DType::I64]);
    let shape = draw::edgy_shape(random);
    let mut boundaries: Vec<f32> = (0..random.size(0..=9))
        .map(|_| (random.real() * 40.0) as f32)
        .map(|x| (x * 2.0).round() / 2.0)
        .collect();
    boundaries.sort_by(f32::total_cmp);
    let input = match dtype {
        DType::I32 | DType::I64 => draw::whole(random, dtype, &shape, -25, 25),
        _ => {
            let mut halves = draw::reals(random, shape.iter().product(), 50.0);
            halves.iter_mut().step_by(2).for_each(|x| *x = x.round() / 2.0);
            Value::real(dtype, &shape, halves)
        }
    };
    let bucket = |x: &f64| boundaries.iter().filter(|&&boundary| f64::from(boundary) <= *x).count() as i64;
    let expected = Value::ints(&shape, &input.to_real().iter().map(bucket).collect::<Vec<_>>());
    Case::new(Op::builtin(Code::BUCKETIZE).options(BucketizeOptions { boundaries }))
        .input(input)
        .exact(expected)
}
