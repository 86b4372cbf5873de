//! Reductions, and what else looks along an axis.

use std::cmp::Ordering;

use featherlite::DType;
use featherlite::schema::owned::{
    ArgMaxOptions, ArgMinOptions, CumsumOptions, L2NormOptions, LocalResponseNormalizationOptions,
    ReducerOptions, SoftmaxOptions, UniqueOptions,
};
use featherlite::schema::{ActivationFunctionType, BuiltinOperator as Code, TensorType};
use featherlite_testkit::{Op, Random};

use super::{Case, Elements, Family, Scales, Value, draw, range};

pub(super) const FAMILY: Family = Family {
    name: "reduction",
    rows: &[
        ("MEAN", |random| reduction(random, Code::MEAN, NUMBERS)),
        ("MEAN", |random| quantized(random, Code::MEAN, &[DType::I8, DType::U8, DType::I16])),
        ("SUM", |random| reduction(random, Code::SUM, NUMBERS)),
        ("SUM", |random| quantized(random, Code::SUM, &[DType::I8, DType::U8, DType::I16])),
        ("REDUCE_PROD", |random| reduction(random, Code::REDUCE_PROD, NUMBERS)),
        ("REDUCE_PROD", |random| quantized(random, Code::REDUCE_PROD, &[DType::I8, DType::I16])),
        ("REDUCE_PROD", |random| reduction(random, Code::REDUCE_PROD, &[DType::I8, DType::U8, DType::I16])),
        ("REDUCE_MAX", |random| reduction(random, Code::REDUCE_MAX, NUMBERS)),
        ("REDUCE_MAX", |random| reduction(random, Code::REDUCE_MAX, &[DType::I8, DType::U8, DType::I16])),
        ("REDUCE_MIN", |random| reduction(random, Code::REDUCE_MIN, NUMBERS)),
        ("REDUCE_MIN", |random| reduction(random, Code::REDUCE_MIN, &[DType::I8, DType::U8, DType::I16])),
        ("REDUCE_ANY", |random| reduction(random, Code::REDUCE_ANY, &[DType::Bool])),
        ("REDUCE_ALL", |random| reduction(random, Code::REDUCE_ALL, &[DType::Bool])),
        ("ARG_MAX", |random| extreme(random, Code::ARG_MAX, Ordering::is_gt)),
        ("ARG_MIN", |random| extreme(random, Code::ARG_MIN, Ordering::is_lt)),
        ("CUMSUM", running_sum),
        ("SOFTMAX", |random| softmax(random, &[(DType::F32, DType::F32)])),
        ("SOFTMAX", |random| softmax(random, &[(DType::I8, DType::I8), (DType::I8, DType::I16)])),
        ("SOFTMAX", |random| softmax(random, &[(DType::U8, DType::U8), (DType::U8, DType::I16)])),
        ("SOFTMAX", |random| softmax(random, &[(DType::I16, DType::I16)])),
        ("LOG_SOFTMAX", |random| log_softmax(random, &[DType::F32])),
        ("LOG_SOFTMAX", |random| log_softmax(random, &[DType::I8, DType::U8])),
        ("L2_NORMALIZATION", |random| unit_rows(random, &[DType::F32])),
        ("L2_NORMALIZATION", |random| unit_rows(random, &[DType::I8, DType::U8])),
        ("LOCAL_RESPONSE_NORMALIZATION", local_response),
        ("TOPK_V2", greatest),
        ("UNIQUE", unique),
    ],
};

const NUMBERS: &[DType] = &[DType::F32, DType::F32, DType::I32, DType::I64];

/// A reduction's shape, the input that says which axes, whether these stay with size 1, and the output.
struct Axes {
    shape: Vec<usize>,
    listed: Value,
    keep_dims: bool,
    output: Vec<usize>,
    /// The elements of the input that each element of the output is made of.
    groups: Vec<Vec<usize>>,
}

impl Axes {
    /// Axes may count from the end, be listed twice, or not at all.
    fn draw(random: &mut Random, allow_empty: bool) -> Self {
        let mut shape = if random.once_in(3) {
            let rank = random.size(1..=5);
            draw::shape(random, rank, 5)
        } else {
            draw::edgy_shape(random)
        };
        if !allow_empty {
            shape.iter_mut().for_each(|size| *size = (*size).max(1));
        }
        let rank = shape.len() as i64;
        let is_reduced: Vec<bool> = shape.iter().map(|_| random.once_in(2)).collect();
        let mut listed: Vec<i64> = (0..rank).filter(|&axis| is_reduced[axis as usize]).collect();
        if let (Some(&first), true) = (listed.first(), random.once_in(8)) {
            listed.push(first);
        }
        listed.iter_mut().for_each(|axis| *axis -= if random.once_in(3) { rank } else { 0 });
        random.shuffle(&mut listed);
        let listed = match listed[..] {
            [axis] if random.once_in(2) => Value::ints(&[], &[axis]),
            _ => Value::list(&listed),
        };
        let kept: Vec<usize> = shape
            .iter()
            .zip(&is_reduced)
            .map(|(&size, &is_reduced)| if is_reduced { 1 } else { size })
            .collect();
        let mut groups = vec![Vec::new(); kept.iter().product()];
        for (place, mut index) in draw::indices(&shape).enumerate() {
            index
                .iter_mut()
                .zip(&is_reduced)
                .filter(|(_, is_reduced)| **is_reduced)
                .for_each(|(at, _)| *at = 0);
            groups[draw::place_of(&index, &kept)].push(place);
        }
        let keep_dims = random.once_in(2);
        let stays = |axis: &usize| keep_dims || !is_reduced[*axis];
        let output = (0..kept.len()).filter(stays).map(|axis| kept[axis]).collect();
        Self { shape, listed, keep_dims, output, groups }
    }

    fn case(&self, operator: Code, input: Value) -> Case {
        let options = ReducerOptions { keep_dims: self.keep_dims };
        Case::new(Op::builtin(operator).options(options)).input(input).input(self.listed.clone())
    }
}

fn reduction(random: &mut Random, operator: Code, types: &[DType]) -> Case {
    let dtype = random.pick(types);
    let axes = Axes::draw(random, matches!(operator, Code::SUM | Code::REDUCE_ANY | Code::REDUCE_ALL));
    if dtype == DType::F32 {
        let input =
            draw::real(random, dtype, &axes.shape, if operator == Code::REDUCE_PROD { 1.5 } else { 10.0 });
        let reals = input.to_real();
        let function = |group: &Vec<usize>| {
            let all = group.iter().map(|&place| reals[place]);
            match operator {
                Code::MEAN => all.sum::<f64>() / group.len() as f64,
                Code::SUM => all.sum(),
                Code::REDUCE_PROD => all.product(),
                Code::REDUCE_MAX => all.fold(f64::MIN, f64::max),
                _ => all.fold(f64::MAX, f64::min),
            }
        };
        let expected = Value::float(&axes.output, axes.groups.iter().map(function).collect());
        return axes.case(operator, input).close(expected, 2e-4);
    }
    let mut input = draw::any(random, dtype, &axes.shape);
    let may_be_quantized = matches!(operator, Code::REDUCE_MAX | Code::REDUCE_MIN);
    if may_be_quantized && dtype.bits() <= 16 && random.once_in(2) {
        let scales = draw::scales(random, dtype);
        input = input.scaled(scales);
    }
    let function = |group: &Vec<usize>| {
        let mut all = group.iter().map(|&place| input.to_whole()[place]);
        match operator {
            Code::MEAN => all.fold(0i64, i64::wrapping_add) / group.len() as i64,
            Code::SUM => draw::wrap(dtype, all.fold(0, i64::wrapping_add)),
            Code::REDUCE_PROD => draw::wrap(dtype, all.fold(1, i64::wrapping_mul)),
            Code::REDUCE_MAX => all.max().unwrap_or(i64::MIN),
            Code::REDUCE_MIN => all.min().unwrap_or(i64::MAX),
            Code::REDUCE_ANY => i64::from(all.any(|x| x != 0)),
            _ => i64::from(all.all(|x| x != 0)),
        }
    };
    let elements = axes.groups.iter().map(function).collect();
    let expected = Value { scales: input.scales.clone(), ..Value::whole(dtype, &axes.output, elements) };
    axes.case(operator, input).exact(expected)
}

fn quantized(random: &mut Random, operator: Code, types: &[DType]) -> Case {
    let dtype = random.pick(types);
    let axes = Axes::draw(random, false);
    let mut scales = draw::scales(random, dtype);
    if operator == Code::REDUCE_PROD {
        // Products of many neither vanish nor explode.
        scales.scales[0] = 1.5 / range(dtype).1 as f32;
    }
    let input = draw::quantized(random, dtype, &axes.shape, scales.clone());
    let reals = input.to_real();
    let function = |group: &Vec<usize>| {
        let all = group.iter().map(|&place| reals[place]);
        match operator {
            Code::MEAN => all.sum::<f64>() / group.len() as f64,
            Code::SUM => all.sum::<f64>(),
            _ => all.product(),
        }
    };
    let real: Vec<f64> = axes.groups.iter().map(function).collect();
    let is_same = operator != Code::REDUCE_PROD && random.once_in(3);
    let scales = if is_same { scales } else { draw::scales_for(random, dtype, &real) };
    let expected = Value::quantize(dtype, &axes.output, scales, &real);
    // A product is rounded after each factor.
    let longest = axes.groups.iter().map(Vec::len).max().unwrap_or(0);
    let steps = if operator == Code::REDUCE_PROD && longest > 2 { 1 << 20 } else { 2 };
    axes.case(operator, input).steps(expected, steps)
}

/// The rows of a tensor along an axis: the places of their elements.
fn rows(shape: &[usize], axis: usize) -> Vec<Vec<usize>> {
    let inner: usize = shape[axis + 1..].iter().product();
    let outer: usize = shape[..axis].iter().product();
    let row = |outer: usize, inside: usize| {
        (0..shape[axis]).map(|at| (outer * shape[axis] + at) * inner + inside).collect()
    };
    (0..outer)
        .flat_map(|outer| (0..inner).map(move |inside| (outer, inside)))
        .map(|(o, i)| row(o, i))
        .collect()
}

/// An axis that may count from the end, as an integer of a type: a scalar or a list of one.
fn axis_of(random: &mut Random, dtype: DType, rank: usize) -> (usize, Value) {
    let axis = random.below(rank);
    let listed = axis as i64 - if random.once_in(2) { rank as i64 } else { 0 };
    let shape: &[usize] = if random.once_in(2) { &[] } else { &[1] };
    (axis, Value::whole(dtype, shape, vec![listed]))
}

/// Numbers of which several are equal.
fn few(random: &mut Random, dtype: DType, shape: &[usize]) -> Value {
    match dtype {
        DType::F32 => {
            let halves = (0..shape.iter().product()).map(|_| random.between(-20..=20) as f64 / 2.0).collect();
            Value::float(shape, halves)
        }
        DType::Bool | DType::U8 => {
            draw::whole(random, dtype, shape, 0, if dtype == DType::Bool { 1 } else { 40 })
        }
        _ => draw::whole(random, dtype, shape, -20, 20),
    }
}

/// The first of several that are equal.
fn extreme(random: &mut Random, operator: Code, is_better: fn(Ordering) -> bool) -> Case {
    let dtype = random.pick(&[DType::F32, DType::I8, DType::U8, DType::I32, DType::Bool]);
    let mut shape = draw::edgy_shape(random);
    shape.iter_mut().for_each(|size| *size = (*size).max(1));
    let index = random.pick(&[DType::I32, DType::I64]);
    let (axis, listed) = axis_of(random, index, shape.len());
    let (index, output_type) =
        random.pick(&[(DType::I32, TensorType::INT32), (DType::I64, TensorType::INT64)]);
    let input = few(random, dtype, &shape);
    let reals = input.to_real();
    let best = |row: &Vec<usize>| {
        let mut best = 0;
        for (at, &place) in row.iter().enumerate() {
            if is_better(reals[place].total_cmp(&reals[row[best]])) {
                best = at;
            }
        }
        best as i64
    };
    let elements = rows(&shape, axis).iter().map(best).collect();
    let mut output = shape;
    output.remove(axis);
    let op = Op::builtin(operator);
    let op = match operator {
        Code::ARG_MAX => op.options(ArgMaxOptions { output_type }),
        _ => op.options(ArgMinOptions { output_type }),
    };
    Case::new(op).input(input).input(listed).exact(Value::whole(index, &output, elements))
}

fn running_sum(random: &mut Random) -> Case {
    let (dtype, shape) = (random.pick(NUMBERS), draw::edgy_shape(random));
    let (axis, listed) = axis_of(random, DType::I32, shape.len());
    let (exclusive, reverse) = (random.once_in(2), random.once_in(2));
    let input = if dtype == DType::F32 {
        draw::real(random, dtype, &shape, 4.0)
    } else {
        draw::whole(random, dtype, &shape, -1000, 1000)
    };
    let reals = input.to_real();
    let mut sums = vec![0.0; reals.len()];
    for mut row in rows(&shape, axis) {
        if reverse {
            row.reverse();
        }
        let mut sum = 0.0;
        for place in row {
            sums[place] = if exclusive { sum } else { sum + reals[place] };
            sum += reals[place];
        }
    }
    let case = Case::new(Op::builtin(Code::CUMSUM).options(CumsumOptions { exclusive, reverse }));
    let case = case.input(input).input(listed);
    if dtype == DType::F32 {
        return case.close(Value::float(&shape, sums), 1e-5);
    }
    case.exact(Value::whole(dtype, &shape, sums.into_iter().map(|sum| sum as i64).collect()))
}

/// Applies a function to every innermost row.
fn by_rows(shape: &[usize], reals: &[f64], function: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    let last = shape.last().copied().unwrap_or(1).max(1);
    reals.chunks(last).flat_map(function).collect()
}

/// Numbers, or quantized ones that reach about as far.
fn reaching(random: &mut Random, dtype: DType, shape: &[usize], reach: f64) -> Value {
    if dtype == DType::F32 {
        return draw::real(random, dtype, shape, reach);
    }
    let scale = reach * 2.0 / (1u64 << dtype.bits()) as f64;
    let scales = Scales::whole(scale as f32, draw::zero_point(random, dtype));
    draw::quantized(random, dtype, shape, scales)
}

/// Outputs of 8 bits in 256ths, of 16 bits in 32768ths, or in 65536ths from the middle where inputs have 8.
fn softmax(random: &mut Random, types: &[(DType, DType)]) -> Case {
    let ((from, to), shape) = (random.pick(types), draw::edgy_shape(random));
    let beta = random.pick(&[1.0f32, 1.0, 0.5, 2.0]);
    let reach = random.pick(&[1.0, 4.0, 10.0]);
    let input = reaching(random, from, &shape, reach);
    let real = by_rows(&shape, &input.to_real(), |row| {
        let most = row.iter().copied().fold(f64::MIN, f64::max);
        let powers: Vec<f64> = row.iter().map(|x| ((x - most) * f64::from(beta)).exp()).collect();
        let sum: f64 = powers.iter().sum();
        powers.into_iter().map(|power| power / sum).collect()
    });
    let case = Case::new(Op::builtin(Code::SOFTMAX).options(SoftmaxOptions { beta })).input(input);
    let scales = match (from, to) {
        (_, DType::F32) => return case.close(Value::float(&shape, real), 2e-6),
        (_, DType::I8) => Scales::whole(1.0 / 256.0, -128),
        (_, DType::U8) => Scales::whole(1.0 / 256.0, 0),
        (DType::I16, _) => Scales::whole(1.0 / 32_768.0, 0),
        _ => Scales::whole(1.0 / 65_536.0, -32_768),
    };
    // Exponentials of 16 bits are interpolated between points of a table.
    let steps = if to == DType::I16 { 200 } else { 1 };
    case.steps(Value::quantize(to, &shape, scales, &real), steps)
}

fn log_softmax(random: &mut Random, types: &[DType]) -> Case {
    let (dtype, shape) = (random.pick(types), draw::edgy_shape(random));
    let reach = random.pick(&[1.0, 4.0, 10.0]);
    let input = reaching(random, dtype, &shape, reach);
    let real = by_rows(&shape, &input.to_real(), |row| {
        let most = row.iter().copied().fold(f64::MIN, f64::max);
        let sum: f64 = row.iter().map(|x| (x - most).exp()).sum();
        row.iter().map(|x| x - most - sum.ln()).collect()
    });
    let case = Case::new(Op::builtin(Code::LOG_SOFTMAX)).input(input);
    if dtype == DType::F32 {
        return case.close(Value::float(&shape, real), 4e-6);
    }
    let scales = Scales::whole(16.0 / 256.0, if dtype == DType::I8 { 127 } else { 255 });
    case.steps(Value::quantize(dtype, &shape, scales, &real), 1)
}

fn unit_rows(random: &mut Random, types: &[DType]) -> Case {
    let (dtype, shape) = (random.pick(types), draw::edgy_shape(random));
    let mut input = reaching(random, dtype, &shape, 4.0);
    if let (Elements::Whole(elements), Some(scales)) = (&mut input.elements, &input.scales)
        && random.once_in(4)
    {
        // A row without length.
        let last = shape.last().copied().unwrap_or(1);
        elements.iter_mut().take(last).for_each(|element| *element = scales.zero_points[0]);
    }
    let real = by_rows(&shape, &input.to_real(), |row| {
        let length = row.iter().map(|x| x * x).sum::<f64>().sqrt().max(1e-6);
        row.iter().map(|x| x / length).collect()
    });
    let options = L2NormOptions { fused_activation_function: ActivationFunctionType::NONE };
    let case = Case::new(Op::builtin(Code::L2_NORMALIZATION).options(options)).input(input);
    if dtype == DType::F32 {
        return case.close(Value::float(&shape, real), 2e-6);
    }
    let scales = Scales::whole(1.0 / 128.0, if dtype == DType::I8 { 0 } else { 128 });
    case.steps(Value::quantize(dtype, &shape, scales, &real), 1)
}

fn local_response(random: &mut Random) -> Case {
    let mut shape = draw::edgy_shape(random);
    if !random.once_in(4) {
        shape.splice(..0, vec![1; 4 - shape.len()]);
    }
    let input = draw::real(random, DType::F32, &shape, 3.0);
    let radius = random.between(0..=6) as i32;
    let (bias, alpha) = (random.pick(&[1.0f32, 2.0, 0.5]), random.pick(&[1.0f32, 0.1, 1e-4]));
    let beta = random.pick(&[0.5f32, 0.75, 1.0, -0.5]);
    let real = by_rows(&shape, &input.to_real(), |row| {
        let one = |(at, x): (usize, &f64)| {
            let near = row.iter().enumerate().filter(|(other, _)| other.abs_diff(at) <= radius as usize);
            let sum: f64 = near.map(|(_, x)| x * x).sum();
            x * (f64::from(bias) + f64::from(alpha) * sum).powf(-f64::from(beta))
        };
        row.iter().enumerate().map(one).collect()
    });
    let options = LocalResponseNormalizationOptions { radius, bias, alpha, beta };
    let op = Op::builtin(Code::LOCAL_RESPONSE_NORMALIZATION).options(options);
    Case::new(op).input(input).close(Value::float(&shape, real), 4e-6)
}

/// Of several that are equal the first comes first.
fn greatest(random: &mut Random) -> Case {
    let dtype = random.pick(&[DType::F32, DType::I8, DType::U8, DType::I16, DType::I32, DType::I64]);
    let shape = draw::edgy_shape(random);
    let last = shape.len() - 1;
    let count = random.size(0..=shape[last]);
    let input = few(random, dtype, &shape);
    let reals = input.to_real();
    let mut output = shape.clone();
    output[last] = count;
    let (mut places, mut indices) = (Vec::new(), Vec::new());
    for row in rows(&shape, last) {
        let mut order: Vec<usize> = (0..row.len()).collect();
        order.sort_by(|&a, &b| reals[row[b]].total_cmp(&reals[row[a]]));
        places.extend(order[..count].iter().map(|&at| row[at]));
        indices.extend(order[..count].iter().map(|&at| at as i64));
    }
    let values = Value::new(dtype, &output, input.elements.at(&places));
    let (count_type, index_type) =
        random.pick(&[(DType::I32, DType::I32), (DType::I32, DType::I16), (DType::I16, DType::I16)]);
    let count_shape: &[usize] = if random.once_in(2) { &[] } else { &[1] };
    let count = Value::whole(count_type, count_shape, vec![count as i64]);
    Case::new(Op::builtin(Code::TOPK_V2))
        .input(input)
        .input(count)
        .exact(values)
        .exact(Value::whole(index_type, &output, indices))
}

fn unique(random: &mut Random) -> Case {
    let dtype = random.pick(&[DType::F32, DType::I8, DType::U8, DType::I16, DType::I32, DType::I64]);
    let size = random.pick(&[0, 1, 2, 7, 8, 9, 40, 100]);
    let input = few(random, dtype, &[size]);
    let (index, idx_out_type) =
        random.pick(&[(DType::I32, TensorType::INT32), (DType::I64, TensorType::INT64)]);
    let reals = input.to_real();
    let (mut firsts, mut indices): (Vec<usize>, Vec<i64>) = (Vec::new(), Vec::new());
    for (place, x) in reals.iter().enumerate() {
        let known = firsts.iter().position(|&first| reals[first] == *x);
        indices.push(known.unwrap_or(firsts.len()) as i64);
        if known.is_none() {
            firsts.push(place);
        }
    }
    let values = Value::new(dtype, &[firsts.len()], input.elements.at(&firsts));
    Case::new(Op::builtin(Code::UNIQUE).options(UniqueOptions { idx_out_type }))
        .input(input)
        .exact(values)
        .exact(Value::whole(index, &[size], indices))
}
