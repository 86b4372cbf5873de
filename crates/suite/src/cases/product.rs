//! Products of matrices, and rows of tables.

use featherlite::DType;
use featherlite::schema::flexbuffer::MapBuilder;
use featherlite::schema::owned::{BatchMatMulOptions, EmbeddingLookupSparseOptions, FullyConnectedOptions};
use featherlite::schema::{
    ActivationFunctionType, BuiltinOperator, CombinerType, FullyConnectedOptionsWeightsFormat, TensorType,
};
use featherlite_testkit::{ModelBuilder, Op, Random, tensor_of};

use super::layer::{Layer, rows};
use super::{Case, Elements, Family, Scales, Tolerance, Value, draw, range};

pub(super) const FAMILY: Family = Family {
    name: "product",
    rows: &[
        ("FULLY_CONNECTED", |random| fully_connected(random, &[[DType::F32; 3]])),
        ("FULLY_CONNECTED", |random| fully_connected(random, BYTES)),
        ("FULLY_CONNECTED", |random| fully_connected(random, SHORT)),
        ("FULLY_CONNECTED", |random| fully_connected(random, HYBRID)),
        ("FULLY_CONNECTED", unsigned_to_short),
        ("FULLY_CONNECTED", shuffled),
        ("BATCH_MATMUL", |random| batch_matmul(random, [DType::F32; 3])),
        ("BATCH_MATMUL", |random| batch_matmul(random, [DType::I8; 3])),
        ("BATCH_MATMUL", |random| batch_matmul(random, [DType::I8, DType::I8, DType::I32])),
        ("BATCH_MATMUL", |random| batch_matmul(random, [DType::I16; 3])),
        ("BATCH_MATMUL", |random| batch_matmul(random, [DType::I16, DType::I8, DType::I16])),
        ("BATCH_MATMUL", |random| batch_matmul(random, [DType::F32, DType::I8, DType::F32])),
        ("EMBEDDING_LOOKUP", embedding_lookup),
        ("EMBEDDING_LOOKUP", embedding_lookup_quantized),
        ("EMBEDDING_LOOKUP_SPARSE", embedding_lookup_sparse),
        ("aeq.hadamard_rotation", hadamard_rotation),
    ],
};

const BYTES: &[[DType; 3]] = &[
    [DType::I8, DType::I8, DType::I32],
    [DType::I8, DType::I8, DType::I32],
    [DType::I8, DType::I4, DType::I32],
    [DType::I8, DType::I2, DType::I32],
    [DType::U8, DType::U8, DType::I32],
];
const SHORT: &[[DType; 3]] = &[
    [DType::I16, DType::I8, DType::I64],
    [DType::I16, DType::I8, DType::I32],
    [DType::I16, DType::I16, DType::I64],
    [DType::I16, DType::I16, DType::I32],
    [DType::I16, DType::I4, DType::I64],
    [DType::I16, DType::I2, DType::I64],
];
const HYBRID: &[[DType; 3]] = &[
    [DType::F32, DType::I8, DType::F32],
    [DType::F32, DType::I8, DType::F32],
    [DType::F32, DType::I4, DType::F32],
    [DType::F32, DType::I2, DType::F32],
    [DType::F32, DType::U8, DType::F32],
];

/// A size where registers and tiles have their edges.
fn edge(random: &mut Random) -> usize {
    random.pick(&[1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65])
}

/// `input * weights^T` of vectors one after another.
fn rows_by_rows(input: &[f64], weights: &[f64], depth: usize) -> Vec<f64> {
    let row = |row: &[f64]| -> Vec<f64> {
        weights.chunks(depth).map(|weights| row.iter().zip(weights).map(|(x, w)| x * w).sum()).collect()
    };
    input.chunks(depth).flat_map(row).collect()
}

fn fully_connected(random: &mut Random, types: &[[DType; 3]]) -> Case {
    let types = random.pick(types);
    let (depth, units) = (edge(random), edge(random));
    let rank = random.below(3);
    let mut input = draw::shape(random, rank, 3);
    if random.once_in(3) {
        input.insert(0, random.pick(&[1, 4, 5, 6, 7, 12, 13, 17]));
    }
    let rows = input.iter().product::<usize>();
    let keep_num_dims = random.once_in(3) || rank == 0;
    let output = if keep_num_dims { [&input[..], &[units]].concat() } else { vec![rows, units] };
    input.push(depth);
    if !keep_num_dims && random.once_in(4) {
        // Vectors need not be the last dimension.
        input = vec![rows * depth];
    }
    let (activation, asymmetric) = (draw::activation(random), random.once_in(2));
    let quantized_bias_type = match types {
        [DType::I16, _, DType::I32] => TensorType::INT32,
        [DType::I16, ..] => random.pick(&[TensorType::FLOAT32, TensorType::INT64]),
        _ => TensorType::FLOAT32,
    };
    let op = Op::builtin(BuiltinOperator::FULLY_CONNECTED).options(FullyConnectedOptions {
        fused_activation_function: activation,
        keep_num_dims,
        asymmetric_quantize_inputs: asymmetric,
        quantized_bias_type,
        ..FullyConnectedOptions::default()
    });
    let layer = Layer {
        op,
        types,
        sizes: None,
        shapes: [input, vec![units, depth], output],
        axis: 0,
        activation,
        rows,
        asymmetric: [asymmetric; 2],
        per_channel: !matches!(types[1], DType::I16),
    };
    layer.case(random, |x, w| rows_by_rows(x, w, depth))
}

/// Activations, weights and bias of UINT8, and what they give.
fn unsigned(
    random: &mut Random,
    [rows, depth, units]: [usize; 3],
    zero_points: [i64; 2],
) -> ([Value; 3], Vec<f64>) {
    let mut scale = || (2f64).powf(random.real() * 3.0 - 5.0) as f32;
    let (left, right) = (scale(), scale());
    let input = draw::quantized(random, DType::U8, &[rows, depth], Scales::whole(left, zero_points[0]));
    let weights = draw::quantized(random, DType::U8, &[units, depth], Scales::whole(right, zero_points[1]));
    let bias = draw::whole(random, DType::I32, &[units], -9000, 9000).scaled(Scales::whole(left * right, 0));
    let mut sums = rows_by_rows(&input.to_real(), &weights.to_real(), depth);
    let added = bias.to_real();
    sums.iter_mut().enumerate().for_each(|(index, sum)| *sum += added[index % units]);
    ([input, weights, bias], sums)
}

/// Results of 16 bits.
fn short(random: &mut Random, rows: usize, sums: &[f64], activation: ActivationFunctionType) -> Value {
    let scales = draw::scales_for(random, DType::I16, sums);
    let real: Vec<f64> = sums.iter().map(|&sum| draw::activate(activation, sum)).collect();
    Value::quantize(DType::I16, &[rows, sums.len() / rows.max(1)], scales, &real)
}

fn unsigned_to_short(random: &mut Random) -> Case {
    let sizes @ [rows, ..] = [random.size(1..=5), edge(random), edge(random)];
    let zero_points = [random.between(0..=255), random.between(0..=255)];
    let ([input, weights, bias], sums) = unsigned(random, sizes, zero_points);
    let activation = draw::activation(random);
    let op = Op::builtin(BuiltinOperator::FULLY_CONNECTED).options(FullyConnectedOptions {
        fused_activation_function: activation,
        ..FullyConnectedOptions::default()
    });
    let output = short(random, rows, &sums, activation);
    Case::new(op).input(input).input(weights).input(bias).steps(output, 1)
}

/// Weights in blocks of 4 units by 16 elements, without their zero point; the second output is a workspace.
fn shuffled(random: &mut Random) -> Case {
    let sizes @ [rows, depth, units] =
        [random.pick(&[1, 4]), 16 * random.size(1..=4), 4 * random.size(1..=9)];
    let ([input, weights, bias], sums) = unsigned(random, sizes, [128, 128]);
    let activation = draw::activation(random);
    let op = Op::builtin(BuiltinOperator::FULLY_CONNECTED).options(FullyConnectedOptions {
        fused_activation_function: activation,
        weights_format: FullyConnectedOptionsWeightsFormat::SHUFFLED4x16INT8,
        ..FullyConnectedOptions::default()
    });
    let stored = draw::indices(&[units / 4, depth / 16, 4, 16])
        .map(|at| weights.to_whole()[(at[0] * 4 + at[2]) * depth + at[1] * 16 + at[3]] ^ 128);
    let weights = Value { elements: Elements::Whole(stored.collect()), ..weights };
    let output = short(random, rows, &sums, activation);
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let constants = [&weights, &bias].map(|value| value.spec().containing(value.bytes()));
    let inputs =
        [graph.input(input.spec()), graph.tensor(constants[0].clone()), graph.tensor(constants[1].clone())];
    // The workspace's shape is as declared.
    let results =
        [graph.tensor(output.spec()), graph.tensor(tensor_of(DType::U8, &[rows as i32, depth as i32]))];
    graph.operator(op.version(2), &inputs, &results);
    graph.output(results[0]);
    Case::of_model(model).fed(input).steps(output, 1)
}

/// Matrices whose last two dimensions are exchanged.
fn transposed(value: &Value) -> Value {
    let rank = value.shape.len();
    let mut shape = value.shape.clone();
    shape.swap(rank - 2, rank - 1);
    let place = |mut index: Vec<usize>| {
        index.swap(rank - 2, rank - 1);
        draw::place_of(&index, &value.shape)
    };
    let places: Vec<usize> = draw::indices(&shape).map(place).collect();
    let scales = value.scales.clone().map(|scales| Scales {
        axis: match scales.axis + rank {
            axis if axis + 1 == 2 * rank => rank - 2,
            axis if axis + 2 == 2 * rank => rank - 1,
            axis => axis - rank,
        },
        ..scales
    });
    Value { scales, ..Value::new(value.dtype, &shape, value.elements.at(&places)) }
}

fn batch_matmul(random: &mut Random, [left_type, right_type, output_type]: [DType; 3]) -> Case {
    let (rows_, columns, depth) = (random.size(1..=9), edge(random), edge(random));
    let rows_ = if random.once_in(3) { edge(random).min(20) } else { rows_ };
    let is_hybrid = left_type != right_type && left_type == DType::F32;
    // LiteRT mixes up the scales of rows where stacks of hybrid products have several dimensions.
    let rank = if is_hybrid && !random.once_in(5) { 1 } else { 3 };
    let (left, right, output) = loop {
        let (left, right, output) = draw::broadcast_shapes(random, rank);
        if output.iter().product::<usize>() <= 6 {
            break (left, right, output);
        }
    };
    let of = |batches: &[usize], matrix: [usize; 2]| [batches, &matrix].concat();
    let (left_shape, right_shape) = (of(&left, [rows_, depth]), of(&right, [columns, depth]));
    let (adj_x, adj_y, asymmetric) = (random.once_in(2), random.once_in(2), random.once_in(2));
    let mut rounding = 0.0;
    // Both have the depth last here.
    let left_value = match left_type {
        DType::F32 if is_hybrid => {
            let input;
            let count = left.iter().product::<usize>() * rows_;
            (input, rounding) = rows(random, &left_shape, count, asymmetric);
            input
        }
        DType::F32 => draw::real(random, DType::F32, &left_shape, 2.0),
        _ => {
            let scales = draw::scales(random, left_type);
            draw::quantized(random, left_type, &left_shape, scales)
        }
    };
    let right_value = match right_type {
        DType::F32 => draw::real(random, DType::F32, &right_shape, 2.0),
        _ if is_hybrid => {
            let count = if random.once_in(3) { columns } else { 1 };
            let scales = (0..count).map(|_| (2f64).powf(random.real() * 2.0 - 6.0) as f32).collect();
            let scales = Scales { axis: right.len(), scales, zero_points: vec![0; count] };
            draw::whole(random, DType::I8, &right_shape, -127, 127).scaled(scales)
        }
        _ => {
            let scales = draw::scales(random, right_type);
            let scales = if left_type == DType::I16 { Scales::whole(scales.scales[0], 0) } else { scales };
            draw::quantized(random, right_type, &right_shape, scales)
        }
    };
    let is_plain = output_type == DType::I32;
    let real = |value: &Value| match is_plain {
        true => value.to_whole().iter().map(|&whole| whole as f64).collect(),
        false => value.to_real(),
    };
    let product = |left_real: &[f64], right_real: &[f64]| -> Vec<f64> {
        let places =
            draw::broadcast_places(&left, &output).into_iter().zip(draw::broadcast_places(&right, &output));
        let matrix = |(a, b): (usize, usize)| {
            let (a, b) = (
                &left_real[a * rows_ * depth..][..rows_ * depth],
                &right_real[b * columns * depth..][..columns * depth],
            );
            rows_by_rows(a, b, depth)
        };
        places.flat_map(matrix).collect()
    };
    let (x, w) = (real(&left_value), real(&right_value));
    let sums = product(&x, &w);
    let shape = of(&output, [rows_, columns]);
    let op = Op::builtin(BuiltinOperator::BATCH_MATMUL).options(BatchMatMulOptions {
        adj_x,
        adj_y,
        asymmetric_quantize_inputs: asymmetric,
    });
    let left_value = if adj_x { transposed(&left_value) } else { left_value };
    let right_value = if adj_y { right_value } else { transposed(&right_value) };
    let case = Case::new(op).input(left_value);
    let case =
        if is_hybrid && !random.once_in(4) { case.constant(right_value) } else { case.input(right_value) };
    match output_type {
        DType::F32 => {
            let absolute = |real: &[f64]| real.iter().map(|real| real.abs()).collect::<Vec<_>>();
            let greatest = |real: Vec<f64>| real.into_iter().fold(0.0, f64::max);
            let magnitude = greatest(product(&absolute(&x), &absolute(&w))) * 2e-6;
            let rounded = rounding * greatest(product(&vec![1.0; x.len()], &absolute(&w)));
            let tolerance = Tolerance::Real { absolute: magnitude + rounded + 1e-6, relative: 1e-6 };
            case.output(Value::float(&shape, sums), tolerance)
        }
        DType::I32 => {
            case.exact(Value::whole(DType::I32, &shape, sums.iter().map(|&sum| sum as i64).collect()))
        }
        _ => {
            let scales = draw::scales_for(random, output_type, &sums);
            case.steps(Value::quantize(output_type, &shape, scales, &sums), 1)
        }
    }
}

/// A table, numbers of its rows, and the shape of what they give.
fn table(random: &mut Random) -> (Vec<usize>, Value, Vec<usize>) {
    let (count, rows) = (random.below(7), random.size(1..=9));
    let mut table = vec![rows];
    (0..random.size(1..=2)).for_each(|_| table.push(random.size(1..=9)));
    let numbers = draw::whole(random, DType::I32, &[count], 0, rows as i64 - 1);
    let output = [&[count], &table[1..]].concat();
    (table, numbers, output)
}

/// The places of the elements of rows.
fn places(numbers: &Value, table: &[usize]) -> Vec<usize> {
    let width: usize = table[1..].iter().product();
    numbers.to_whole().iter().flat_map(|&row| row as usize * width..(row as usize + 1) * width).collect()
}

fn embedding_lookup(random: &mut Random) -> Case {
    let dtype =
        random.pick(&[DType::F32, DType::F32, DType::I8, DType::U8, DType::I16, DType::I32, DType::I64]);
    let (shape, numbers, output) = table(random);
    let table = draw::any(random, dtype, &shape);
    let expected = Value::new(dtype, &output, table.elements.at(&places(&numbers, &shape)));
    Case::new(Op::builtin(BuiltinOperator::EMBEDDING_LOOKUP)).input(numbers).input(table).exact(expected)
}

/// Rows of a quantized table as real numbers.
fn embedding_lookup_quantized(random: &mut Random) -> Case {
    let dtype = random.pick(&[DType::I8, DType::I8, DType::I4, DType::I2, DType::U8]);
    let to = random.pick(&[DType::F32, DType::F32, DType::F16]);
    let (mut shape, numbers, mut output) = table(random);
    if dtype.bits() < 8 && !random.once_in(5) {
        // LiteRT takes rows to begin at bytes.
        let last = 4 * random.size(1..=4);
        [&mut shape, &mut output].into_iter().for_each(|shape| *shape.last_mut().expect("not empty") = last);
    }
    let count = if random.once_in(2) { shape[0] } else { 1 };
    let scales = (0..count).map(|_| (2f64).powf(random.real() * 2.0 - 6.0) as f32).collect();
    let scales = Scales { axis: 0, scales, zero_points: vec![0; count] };
    // Tables of UINT8 hold signed numbers too.
    let signed = if dtype == DType::U8 { DType::I8 } else { dtype };
    let table = draw::quantized(random, signed, &shape, scales);
    let Elements::Real(real) = Elements::Real(table.to_real()).at(&places(&numbers, &shape)) else {
        unreachable!("real numbers stay real")
    };
    let mask = if dtype == DType::U8 { 255 } else { -1 };
    let bits = table.to_whole().iter().map(|whole| whole & mask).collect();
    let table = Value { dtype, elements: Elements::Whole(bits), ..table };
    let tolerance = if to == DType::F16 { 1e-3 } else { 1e-6 };
    let expected = Value::real(to, &output, real);
    let case = Case::new(Op::builtin(BuiltinOperator::EMBEDDING_LOOKUP)).input(numbers);
    let case = if range(signed).1 < 127 { case.constant(table) } else { case.input(table) };
    case.close(expected, tolerance)
}

fn embedding_lookup_sparse(random: &mut Random) -> Case {
    let (rank, rows) = (random.size(1..=3), random.size(1..=6));
    let dense: Vec<usize> = (0..rank).map(|_| random.size(1..=4)).collect();
    let mut table = vec![rows];
    (0..random.size(1..=2)).for_each(|_| table.push(random.size(1..=5)));
    let width: usize = table[1..].iter().product();
    // Places of the sparse tensor in order, some of them taken.
    let taken: Vec<Vec<usize>> = draw::indices(&dense).filter(|_| random.once_in(2)).collect();
    let count = taken.len();
    let numbers = draw::whole(random, DType::I32, &[count], 0, rows as i64 - 1);
    let weights: Vec<f64> =
        draw::reals(random, count, 1.0).into_iter().map(|weight| weight.abs() + 0.5).collect();
    let weights = Value::float(&[count], weights);
    let rows = draw::real(random, DType::F32, &table, 4.0);
    let combiner = random.pick(&[CombinerType::SUM, CombinerType::MEAN, CombinerType::SQRTN]);
    let outer = &dense[..rank - 1];
    let output = [outer, &table[1..]].concat();
    let mut elements = vec![0.0; output.iter().product()];
    let mut sums = vec![(0.0, 0.0); outer.iter().product()];
    let (real, factors) = (rows.to_real(), weights.to_real());
    for (index, at) in taken.iter().enumerate() {
        let (place, factor) = (draw::place_of(&at[..rank - 1], outer), factors[index]);
        sums[place] = (sums[place].0 + factor, sums[place].1 + factor * factor);
        let row = &real[numbers.to_whole()[index] as usize * width..][..width];
        row.iter().zip(&mut elements[place * width..]).for_each(|(x, sum)| *sum += x * factor);
    }
    for (element, index) in elements.iter_mut().zip(0..) {
        let (sum, squares) = sums[index / width];
        *element /= match combiner {
            _ if sum == 0.0 => 1.0,
            CombinerType::MEAN => sum,
            CombinerType::SQRTN => f64::sqrt(squares),
            _ => 1.0,
        };
    }
    let coordinates: Vec<i64> = taken.iter().flatten().map(|&at| at as i64).collect();
    let dims: Vec<i64> = dense.iter().map(|&dim| dim as i64).collect();
    let op = Op::builtin(BuiltinOperator::EMBEDDING_LOOKUP_SPARSE)
        .options(EmbeddingLookupSparseOptions { combiner });
    Case::new(op)
        .input(numbers)
        .input(Value::ints(&[count, rank], &coordinates))
        .input(Value::list(&dims))
        .input(weights)
        .input(rows)
        .close(Value::float(&output, elements), 1e-5)
}

/// Multiplies pieces of rows by a matrix of ones whose sign is the parity of the bits that row and column share.
fn hadamard_rotation(random: &mut Random) -> Case {
    let size = 1usize << random.below(7);
    let rank = random.below(3);
    let mut shape = draw::shape(random, rank, 3);
    shape.push(size * random.size(1..=3));
    let input = draw::real(random, DType::F32, &shape, 4.0);
    let sign =
        |row: usize, column: usize| if (row & column).count_ones().is_multiple_of(2) { 1.0 } else { -1.0 };
    let piece = |piece: &[f64]| -> Vec<f64> {
        let row = |row| piece.iter().enumerate().map(|(column, x)| x * sign(row, column)).sum::<f64>();
        (0..size).map(|index| row(index) / (size as f64).sqrt()).collect()
    };
    let output = input.to_real().chunks(size).flat_map(piece).collect();
    let options = MapBuilder::new().int("hadamard_size", size as i64).build();
    Case::new(Op::custom("aeq.hadamard_rotation", &options))
        .input(input)
        .close(Value::float(&shape, output), 1e-5)
}
