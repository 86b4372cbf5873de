//! Every pass on small graphs: which operators are left, and that they compute the same.

use featherlite_base::{DType, Quantization};
use featherlite_convert::build::{Builder, Size, Window};
use featherlite_convert::{Result, export, passes};
use featherlite_ir::{Graph, Model, Op, Value, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned;
use featherlite_testkit::Random;

type Build = fn(&mut Builder<'_>, ValueId) -> Result<ValueId>;

struct Case {
    name: &'static str,
    input: &'static [usize],
    build: Build,
    /// The operators that are left.
    left: &'static [&'static str],
}

/// Runs a model on the same random numbers each time.
fn run(model: &Model) -> Vec<f32> {
    let ops = featherlite_ops::core::OpSet::new(featherlite_ops::ALL);
    let file = export::to_bytes(model).unwrap();
    let loaded = featherlite_runtime::Model::from_bytes(file, &ops).unwrap();
    let mut session = loaded.session().unwrap();
    let mut random = Random::new(7);
    session.input_mut::<f32>(0).unwrap().iter_mut().for_each(|x| *x = 2.0 * random.real() as f32);
    session.run().unwrap();
    session.output(0).unwrap().values::<f32>().unwrap().to_vec()
}

fn check(case: &Case) {
    let mut model = Model { graphs: vec![Graph::new("main")], ..Model::default() };
    let mut builder = Builder::new(&mut model, 0);
    let sizes: Vec<Size> = case.input.iter().copied().map(Size::Fixed).collect();
    let x = builder.input("x", DType::F32, &sizes);
    let y = (case.build)(&mut builder, x).unwrap_or_else(|error| panic!("{}: {error}", case.name));
    builder.rename(y, "y");
    builder.output(y);
    let before = run_or_skip(&model);
    let source = model.clone();
    passes::run(&mut model, None, |_, _| {}).unwrap_or_else(|error| panic!("{}: {error}", case.name));
    let left: Vec<String> = model.graphs[0].nodes().map(|(_, node)| node.op.name()).collect();
    assert_eq!(left, case.left, "{}:\n{source}\n{model}", case.name);
    assert_eq!(model.graphs[0].value(model.graphs[0].outputs[0]).name, "y", "{}", case.name);
    let Some(before) = before else { return };
    for (index, (after, before)) in run(&model).iter().zip(&before).enumerate() {
        let is_close = (after - before).abs() <= 1e-4 * before.abs().max(1.0);
        assert!(is_close, "{}: element {index} is {after}, was {before}\n{source}\n{model}", case.name);
    }
}

/// The source's results, unless it has an operator that only passes know.
fn run_or_skip(model: &Model) -> Option<Vec<f32>> {
    let is_custom = |op: &Op| matches!(op.code, featherlite_ir::Code::Custom(_));
    (!model.graphs[0].nodes().any(|(_, node)| is_custom(&node.op))).then(|| run(model))
}

fn numbers(count: usize) -> Vec<f32> {
    let mut random = Random::new(11);
    random.reals(count)
}

fn constant(b: &mut Builder<'_>, sizes: &[usize]) -> Result<ValueId> {
    b.constant(sizes, &numbers(sizes.iter().product()))
}

/// A convolution between channels-first images, as ONNX has it.
fn conv_nchw(b: &mut Builder<'_>, x: ValueId, units: usize, window: Window) -> Result<ValueId> {
    let channels = b.fixed_dims(x)?[1];
    let weights = constant(b, &[units, 3, 3, channels])?;
    let x = b.transpose(x, &[0, 2, 3, 1])?;
    let y = b.conv_2d(x, weights, None, window)?;
    b.transpose(y, &[0, 3, 1, 2])
}

const SAME: Window = Window { strides: [1, 1], dilations: [1, 1], is_same: true };

const CASES: &[Case] = &[
    Case {
        name: "batch normalization and bias become part of a convolution",
        input: &[1, 6, 6, 2],
        build: |b, x| {
            let weights = constant(b, &[4, 3, 3, 2])?;
            let y = b.conv_2d(x, weights, None, SAME)?;
            let (scale, offset) = (constant(b, &[4])?, constant(b, &[1, 1, 1, 4])?);
            let y = b.binary(B::MUL, y, scale)?;
            let y = b.binary(B::ADD, offset, y)?;
            b.unary(B::RELU6, y)
        },
        left: &["CONV_2D"],
    },
    Case {
        name: "so do differences and quotients behind a depthwise convolution",
        input: &[1, 6, 6, 2],
        build: |b, x| {
            let weights = constant(b, &[1, 3, 3, 4])?;
            let y = b.depthwise_conv_2d(x, weights, None, SAME, 2)?;
            let (mean, deviation) = (constant(b, &[4])?, b.scalar(0.25f32)?);
            let y = b.binary(B::SUB, y, mean)?;
            b.binary(B::DIV, y, deviation)
        },
        left: &["DEPTHWISE_CONV_2D"],
    },
    Case {
        name: "a constant minus a product is left alone",
        input: &[1, 4],
        build: |b, x| {
            let weights = constant(b, &[3, 4])?;
            let y = b.fully_connected(x, weights, None)?;
            let c = constant(b, &[3])?;
            b.binary(B::SUB, c, y)
        },
        left: &["FULLY_CONNECTED", "SUB"],
    },
    Case {
        name: "a value that is read twice keeps its activation apart",
        input: &[1, 4, 4, 2],
        build: |b, x| {
            let weights = constant(b, &[2, 1, 1, 2])?;
            let y = b.conv_2d(x, weights, None, SAME)?;
            let z = b.unary(B::RELU, y)?;
            b.binary(B::ADD, y, z)
        },
        left: &["CONV_2D", "RELU", "ADD"],
    },
    Case {
        name: "chains of constants are joined",
        input: &[2, 3],
        build: |b, x| {
            let (a, c) = (constant(b, &[3])?, b.scalar(2f32)?);
            let y = b.binary(B::MUL, x, a)?;
            let y = b.binary(B::MUL, y, c)?;
            let y = b.binary(B::ADD, y, a)?;
            b.binary(B::SUB, y, c)
        },
        left: &["MUL", "ADD"],
    },
    Case {
        name: "a bias behind a change of shape reaches the product",
        input: &[1, 1, 8, 2],
        build: |b, x| {
            let weights = constant(b, &[4, 1, 3, 2])?;
            let y = b.conv_2d(x, weights, None, SAME)?;
            let y = b.reshape(y, &[1, 8, 4])?;
            let bias = constant(b, &[4])?;
            let y = b.binary(B::ADD, y, bias)?;
            b.unary(B::RELU, y)
        },
        left: &["CONV_2D", "RESHAPE"],
    },
    Case {
        name: "PAD as SAME pads",
        input: &[1, 8, 8, 2],
        build: |b, x| {
            let weights = constant(b, &[1, 3, 3, 2])?;
            let x = b.pad(x, &[[0, 0], [0, 1], [0, 1], [0, 0]])?;
            let window = Window { strides: [2, 2], ..Window::default() };
            b.depthwise_conv_2d(x, weights, None, window, 1)
        },
        left: &["DEPTHWISE_CONV_2D"],
    },
    Case {
        name: "PAD otherwise than SAME pads",
        input: &[1, 8, 8, 2],
        build: |b, x| {
            let weights = constant(b, &[1, 3, 3, 2])?;
            let x = b.pad(x, &[[0, 0], [1, 1], [1, 1], [0, 0]])?;
            let window = Window { strides: [2, 2], ..Window::default() };
            b.depthwise_conv_2d(x, weights, None, window, 1)
        },
        left: &["PAD", "DEPTHWISE_CONV_2D"],
    },
    Case {
        name: "zeros before a maximum of numbers that are not negative",
        input: &[1, 7, 7, 2],
        build: |b, x| {
            let x = b.unary(B::RELU, x)?;
            let x = b.pad(x, &[[0, 0], [1, 1], [1, 1], [0, 0]])?;
            max_pool(b, x)
        },
        left: &["RELU", "MAX_POOL_2D"],
    },
    Case {
        name: "zeros before a maximum of any numbers",
        input: &[1, 7, 7, 2],
        build: |b, x| {
            let x = b.pad(x, &[[0, 0], [1, 1], [1, 1], [0, 0]])?;
            max_pool(b, x)
        },
        left: &["PAD", "MAX_POOL_2D"],
    },
    Case {
        name: "channels-first convolutions",
        input: &[1, 3, 8, 8],
        build: |b, x| {
            let y = conv_nchw(b, x, 4, SAME)?;
            let scale = constant(b, &[1, 4, 1, 1])?;
            let y = b.binary(B::MUL, y, scale)?;
            let y = b.unary(B::RELU, y)?;
            let z = conv_nchw(b, y, 4, SAME)?;
            let z = b.binary(B::ADD, z, y)?;
            let z = b.concatenation(&[z, y], 1)?;
            let z = conv_nchw(b, z, 5, SAME)?;
            b.reduce(B::MEAN, z, &[2, 3], false)
        },
        left: &["TRANSPOSE", "CONV_2D", "CONV_2D", "ADD", "CONCATENATION", "CONV_2D", "MEAN"],
    },
    Case {
        name: "the input's own permutation stays behind the input",
        input: &[1, 3, 6, 6],
        build: |b, x| {
            let (mean, one) = (b.constant(&[3, 1, 1], &[0.5f32, 1.0, -1.0])?, b.scalar(2f32)?);
            let y = b.binary(B::SUB, x, mean)?;
            let y = b.binary(B::POW, y, one)?;
            let y = b.pad(y, &[[0, 0], [0, 0], [2, 1], [0, 3]])?;
            let y = conv_nchw(b, y, 4, Window::default())?;
            b.reduce(B::MEAN, y, &[2, 3], false)
        },
        left: &["TRANSPOSE", "SUB", "POW", "PAD", "CONV_2D", "MEAN"],
    },
    Case {
        name: "an input that is read on a second way",
        input: &[1, 3, 6, 6],
        build: |b, x| {
            let y = conv_nchw(b, x, 3, SAME)?;
            let y = b.binary(B::ADD, y, x)?;
            let y = conv_nchw(b, y, 4, SAME)?;
            b.reduce(B::MEAN, y, &[2, 3], false)
        },
        left: &["TRANSPOSE", "CONV_2D", "ADD", "CONV_2D", "MEAN"],
    },
    Case {
        name: "squeeze and excite, channels first",
        input: &[1, 4, 6, 6],
        build: |b, x| {
            let x = conv_nchw(b, x, 4, SAME)?;
            let s = b.reduce(B::MEAN, x, &[2, 3], true)?;
            let s = conv_nchw(b, s, 4, SAME)?;
            let s = b.unary(B::LOGISTIC, s)?;
            let y = b.binary(B::MUL, x, s)?;
            let y = conv_nchw(b, y, 2, SAME)?;
            b.reduce(B::REDUCE_MAX, y, &[-1, -2], false)
        },
        left: &["TRANSPOSE", "CONV_2D", "MEAN", "CONV_2D", "LOGISTIC", "MUL", "CONV_2D", "REDUCE_MAX"],
    },
    Case {
        name: "a flattened image before a product",
        input: &[1, 2, 5, 3],
        build: |b, x| {
            let y = conv_nchw(b, x, 4, SAME)?;
            let y = b.reshape(y, &[-1, 60])?;
            let weights = constant(b, &[7, 60])?;
            b.fully_connected(y, weights, None)
        },
        left: &["TRANSPOSE", "CONV_2D", "RESHAPE", "FULLY_CONNECTED"],
    },
    Case {
        name: "patches to tokens",
        input: &[1, 3, 8, 8],
        build: |b, x| {
            let y = conv_nchw(b, x, 6, Window { strides: [2, 2], ..SAME })?;
            let y = b.reshape(y, &[1, 6, 16])?;
            let y = b.transpose(y, &[0, 2, 1])?;
            let weights = constant(b, &[5, 6])?;
            b.fully_connected(y, weights, None)
        },
        left: &["TRANSPOSE", "CONV_2D", "RESHAPE", "FULLY_CONNECTED"],
    },
    Case {
        name: "channel shuffle",
        input: &[1, 6, 4, 4],
        build: |b, x| {
            let y = conv_nchw(b, x, 6, SAME)?;
            let y = b.reshape(y, &[1, 2, 3, 4, 4])?;
            let y = b.transpose(y, &[0, 2, 1, 3, 4])?;
            let y = b.reshape(y, &[1, 6, 4, 4])?;
            let y = conv_nchw(b, y, 2, SAME)?;
            b.reduce(B::MEAN, y, &[2, 3], false)
        },
        left: &["TRANSPOSE", "CONV_2D", "GATHER", "CONV_2D", "MEAN"],
    },
    Case {
        name: "slices, splits, paddings, channels first",
        input: &[1, 4, 6, 6],
        build: |b, x| {
            let y = conv_nchw(b, x, 4, SAME)?;
            let y = b.pad(y, &[[0, 0], [0, 0], [1, 0], [0, 2]])?;
            let axis = b.scalar(1i32)?;
            let split = Op::with(B::SPLIT, owned::SplitOptions { num_splits: 2 });
            let halves = b.add_many(split, &[Some(axis), Some(y)], 2)?;
            let (begin, sizes) = (b.constant(&[4], &[0, 1, 2, 0])?, b.constant(&[4], &[1, 1, 3, 5])?);
            let y = b.add(Op::with(B::SLICE, owned::SliceOptions::default()), &[halves[1], begin, sizes])?;
            let z = b.add(Op::with(B::SLICE, owned::SliceOptions::default()), &[halves[0], begin, sizes])?;
            let y = b.binary(B::SUB, y, z)?;
            let y = conv_nchw(b, y, 2, SAME)?;
            b.reduce(B::SUM, y, &[2, 3], false)
        },
        left: &["TRANSPOSE", "CONV_2D", "PAD", "SPLIT", "SLICE", "SLICE", "SUB", "CONV_2D", "SUM"],
    },
    Case {
        name: "hard swish",
        input: &[1, 4, 4, 2],
        build: |b, x| {
            let (three, sixth) = (b.scalar(3f32)?, b.scalar(1f32 / 6.0)?);
            let y = b.binary(B::ADD, x, three)?;
            let y = b.unary(B::RELU6, y)?;
            let y = b.binary(B::MUL, y, sixth)?;
            b.binary(B::MUL, x, y)
        },
        left: &["HARD_SWISH"],
    },
    Case {
        name: "hard swish with a quotient",
        input: &[1, 4],
        build: |b, x| {
            let (three, six, zero) = (b.scalar(3f32)?, b.scalar(6f32)?, b.scalar(0f32)?);
            let y = b.binary(B::ADD, x, three)?;
            let y = b.binary(B::MAXIMUM, y, zero)?;
            let y = b.binary(B::MINIMUM, y, six)?;
            let y = b.binary(B::MUL, x, y)?;
            b.binary(B::DIV, y, six)
        },
        left: &["HARD_SWISH"],
    },
    Case {
        name: "GELU with the error function",
        input: &[1, 4],
        build: |b, x| {
            let (root, one, half) = (b.scalar(2f32.sqrt())?, b.scalar(1f32)?, b.scalar(0.5f32)?);
            let y = b.binary(B::DIV, x, root)?;
            let y = b.add_typed(Op::custom("Erf", Vec::new()), &[y], DType::F32)?;
            let shape = b.dims(x)?.to_vec();
            b.graph_mut().value_mut(y).shape = Some(shape);
            let y = b.binary(B::ADD, y, one)?;
            let z = b.binary(B::MUL, x, half)?;
            b.binary(B::MUL, z, y)
        },
        left: &["GELU"],
    },
    Case {
        name: "GELU with tanh",
        input: &[1, 4],
        build: |b, x| {
            let factor = (2.0 / std::f32::consts::PI).sqrt();
            let [c, k, one, half, three] = [factor, 0.044715, 1.0, 0.5, 3.0].map(|x| b.scalar(x).unwrap());
            let cube = b.add(Op::with(B::POW, owned::PowOptions::default()), &[x, three])?;
            let cube = b.binary(B::MUL, cube, k)?;
            let sum = b.binary(B::ADD, x, cube)?;
            let y = b.binary(B::MUL, sum, c)?;
            let y = b.unary(B::TANH, y)?;
            let y = b.binary(B::ADD, one, y)?;
            let y = b.binary(B::MUL, y, half)?;
            b.binary(B::MUL, x, y)
        },
        left: &["GELU"],
    },
    Case {
        name: "softmax",
        input: &[2, 5],
        build: |b, x| {
            let max = b.reduce(B::REDUCE_MAX, x, &[-1], true)?;
            let y = b.binary(B::SUB, x, max)?;
            let y = b.unary(B::EXP, y)?;
            let sum = b.reduce(B::SUM, y, &[1], true)?;
            b.binary(B::DIV, y, sum)
        },
        left: &["SOFTMAX"],
    },
    Case {
        name: "L2 normalization",
        input: &[2, 5],
        build: |b, x| {
            let y = b.binary(B::MUL, x, x)?;
            let sum = b.reduce(B::SUM, y, &[1], true)?;
            let epsilon = b.scalar(1e-12f32)?;
            let sum = b.binary(B::MAXIMUM, sum, epsilon)?;
            let root = b.unary(B::RSQRT, sum)?;
            b.binary(B::MUL, x, root)
        },
        left: &["L2_NORMALIZATION"],
    },
    Case {
        name: "PRELU",
        input: &[1, 3, 3, 2],
        build: |b, x| {
            let y = b.unary(B::NEG, x)?;
            let y = b.unary(B::RELU, y)?;
            let alpha = b.constant(&[1, 1, 2], &[-0.25f32, -0.5])?;
            let y = b.binary(B::MUL, alpha, y)?;
            let z = b.unary(B::RELU, x)?;
            b.binary(B::ADD, z, y)
        },
        left: &["PRELU"],
    },
    Case {
        name: "LEAKY_RELU",
        input: &[1, 6],
        build: |b, x| {
            let alpha = b.scalar(0.2f32)?;
            let y = b.binary(B::MUL, x, alpha)?;
            b.binary(B::MAXIMUM, y, x)
        },
        left: &["LEAKY_RELU"],
    },
    Case {
        name: "squared difference",
        input: &[2, 5],
        build: |b, x| {
            let mean = b.reduce(B::MEAN, x, &[1], true)?;
            let y = b.binary(B::SUB, x, mean)?;
            b.binary(B::MUL, y, y)
        },
        left: &["MEAN", "SQUARED_DIFFERENCE"],
    },
    Case {
        name: "a matrix product with constants",
        input: &[2, 3, 4],
        build: |b, x| {
            let matrix = constant(b, &[4, 5])?;
            let options = owned::BatchMatMulOptions::default();
            let y = b.add(Op::with(B::BATCH_MATMUL, options), &[x, matrix])?;
            let bias = constant(b, &[5])?;
            b.binary(B::ADD, y, bias)
        },
        left: &["FULLY_CONNECTED"],
    },
    Case {
        name: "changes of shape in a row, and back",
        input: &[2, 3, 4],
        build: |b, x| {
            let y = b.reshape(x, &[6, 4])?;
            let y = b.reshape(y, &[2, 12])?;
            let axis = b.scalar(0i32)?;
            let y = b.add(Op::with(B::EXPAND_DIMS, owned::ExpandDimsOptions::default()), &[y, axis])?;
            let y = b.reshape(y, &[2, 3, 4])?;
            b.unary(B::NEG, y)
        },
        left: &["NEG"],
    },
    Case {
        name: "a mean that keeps dimensions to drop them",
        input: &[1, 3, 3, 4],
        build: |b, x| {
            let y = b.reduce(B::MEAN, x, &[1, 2], true)?;
            b.reshape(y, &[1, 4])
        },
        left: &["MEAN"],
    },
    Case {
        name: "a dilated convolution of old TensorFlow",
        input: &[1, 8, 8, 1],
        build: |b, x| {
            let weights = constant(b, &[1, 3, 3, 1])?;
            let (factors, paddings) = (b.constant(&[2], &[2, 2])?, b.constant(&[2, 2], &[2, 2, 2, 2])?);
            let crops = b.constant(&[2, 2], &[0, 0, 0, 0])?;
            let y = b.add(B::SPACE_TO_BATCH_ND, &[x, factors, paddings])?;
            let y = b.conv_2d(y, weights, None, Window::default())?;
            b.add(B::BATCH_TO_SPACE_ND, &[y, factors, crops])
        },
        left: &["CONV_2D"],
    },
    Case {
        name: "what is computed twice",
        input: &[2, 3],
        build: |b, x| {
            let (one, other) = (b.scalar(2f32)?, b.scalar(2f32)?);
            let y = b.binary(B::POW, x, one)?;
            let z = b.binary(B::POW, x, other)?;
            let (y, z) = (b.unary(B::ABS, y)?, b.unary(B::NEG, z)?);
            b.concatenation(&[y, z], 0)
        },
        left: &["POW", "ABS", "NEG", "CONCATENATION"],
    },
];

fn max_pool(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let options = owned::Pool2DOptions {
        padding: featherlite_schema::Padding::VALID,
        stride_w: 2,
        stride_h: 2,
        filter_width: 3,
        filter_height: 3,
        ..Default::default()
    };
    b.add(Op::with(B::MAX_POOL_2D, options), &[x])
}

#[test]
fn graphs_get_simpler_and_compute_the_same() {
    CASES.iter().for_each(check);
}

/// `x` in UINT8 and back, as ONNX writes it.
fn through_bytes(b: &mut Builder<'_>, x: ValueId, scale: f32, zero_point: i32) -> Result<ValueId> {
    let bytes = Value::new("bytes", DType::U8).with_quantization(Quantization::per_tensor(scale, zero_point));
    let bytes = b.add_values(B::QUANTIZE, &[Some(x)], vec![bytes])?[0];
    b.add_typed(B::DEQUANTIZE, &[bytes], DType::F32)
}

#[test]
fn networks_that_come_quantized_become_integers() -> Result<()> {
    let mut model = Model { graphs: vec![Graph::new("main")], ..Model::default() };
    let b = &mut Builder::new(&mut model, 0);
    let x = b.input("x", DType::F32, &[1, 3, 6, 6].map(Size::Fixed));
    let image = through_bytes(b, x, 1.0 / 64.0, 128)?;
    let weights: Vec<i8> = (0..108).map(|index| (index * 37 % 251 - 125) as i8).collect();
    let weights = b.constant(&[4, 3, 3, 3], &weights)?;
    let scales = vec![0.01, 0.02, 0.015, 0.005];
    b.graph_mut().value_mut(weights).quantization = Quantization::per_axis(scales, vec![0; 4], 0);
    let weights = b.add_typed(B::DEQUANTIZE, &[weights], DType::F32)?;
    // From ONNX's [out, in, h, w] to [out, h, w, in].
    let weights = b.transpose(weights, &[0, 2, 3, 1])?;
    let bias = b.constant(&[4], &[0.5f32, -1.0, 0.25, 2.0])?;
    let y = b.transpose(image, &[0, 2, 3, 1])?;
    let y = b.conv_2d(y, weights, Some(bias), SAME)?;
    let y = b.transpose(y, &[0, 3, 1, 2])?;
    let y = b.unary(B::RELU, y)?;
    let y = through_bytes(b, y, 0.15, 0)?;
    let z = b.binary(B::ADD, y, y)?;
    let z = through_bytes(b, z, 0.25, 0)?;
    let z = b.concatenation(&[y, z], 1)?;
    let z = through_bytes(b, z, 0.25, 0)?;
    let z = b.reduce(B::MEAN, z, &[2, 3], false)?;
    let z = through_bytes(b, z, 0.2, 10)?;
    let z = b.unary(B::LOGISTIC, z)?;
    let z = through_bytes(b, z, 1.0 / 255.0, 0)?;
    b.rename(z, "y");
    b.output(z);
    let before = run(&model);
    let source = model.clone();
    passes::run(&mut model, None, |_, _| {})?;
    let left: Vec<String> = model.graphs[0].nodes().map(|(_, node)| node.op.name()).collect();
    let expected = "TRANSPOSE QUANTIZE CONV_2D ADD QUANTIZE CONCATENATION MEAN LOGISTIC QUANTIZE DEQUANTIZE";
    assert_eq!(left.join(" "), expected, "{source}\n{model}");
    let after = run(&model);
    let steps = before.iter().zip(&after).map(|(before, after)| (before - after).abs() * 255.0);
    assert!(steps.fold(0.0, f32::max) <= 2.01, "{before:?} {after:?}");
    Ok(())
}

#[test]
fn passes_can_be_chosen() {
    let mut model = Model { graphs: vec![Graph::new("main")], ..Model::default() };
    let error = passes::run(&mut model, Some(&["layuot".into()]), |_, _| {}).unwrap_err();
    assert!(error.to_string().contains("the passes are dead_code, "), "{error}");
    passes::run(&mut model, Some(&["layout".into()]), |_, _| panic!("there is nothing to change")).unwrap();
}

#[test]
fn passes_are_documented() {
    let page = include_str!("../../../docs/converting.md");
    let stage = |stage| if stage == passes::Stage::Tidy { "tidy" } else { "lower" };
    for pass in passes::PASSES {
        let row = format!("| `{}` | {} | {} |", pass.name, stage(pass.stage), pass.summary);
        assert!(page.contains(&row), "docs/converting.md lacks {row:?}");
    }
}

#[test]
fn graphs_of_different_sources_become_alike() {
    let text = |is_other: bool| {
        let mut model = Model { graphs: vec![Graph::new("main")], ..Model::default() };
        let mut b = Builder::new(&mut model, 0);
        let x = b.input("x", DType::F32, &[1, 4, 4, 2].map(Size::Fixed));
        let (op, shape, elements): (B, &[usize], [f32; 2]) =
            if is_other { (B::DIV, &[1, 1, 1, 2], [4.0, 8.0]) } else { (B::MUL, &[2], [0.25, 0.125]) };
        let constant = b.constant(shape, &elements).unwrap();
        let y = b.binary(op, x, constant).unwrap();
        let options =
            owned::ConcatenationOptions { axis: if is_other { -1 } else { 3 }, ..Default::default() };
        let y = b.add(Op::with(B::CONCATENATION, options), &[x, y]).unwrap();
        b.output(y);
        passes::run(&mut model, None, |_, _| {}).unwrap();
        model.text(featherlite_ir::Names::Numbers)
    };
    assert_eq!(text(false), text(true));
}
