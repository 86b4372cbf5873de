//! Networks of convolutions, and what is on the way to them.

use featherlite_base::DType;
use featherlite_convert::Result;
use featherlite_convert::build::{Builder, Window};
use featherlite_ir::{Op, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned;

use super::{Case, SAME, constant};

/// A convolution between channels-first images, as ONNX has it.
fn conv_nchw(b: &mut Builder<'_>, x: ValueId, units: usize, window: Window) -> Result<ValueId> {
    let channels = b.fixed_dims(x)?[1];
    let weights = constant(b, &[units, 3, 3, channels])?;
    let x = b.transpose(x, &[0, 2, 3, 1])?;
    let y = b.conv_2d(x, weights, None, window)?;
    b.transpose(y, &[0, 3, 1, 2])
}

pub(crate) const CASES: &[Case] = &[
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
        name: "a normalized image before a convolution without zeros around it",
        input: &[1, 6, 6, 2],
        build: |b, x| {
            let (scale, offset) = (b.scalar(0.25f32)?, constant(b, &[2])?);
            let y = b.binary(B::MUL, x, scale)?;
            let y = b.binary(B::ADD, y, offset)?;
            let weights = constant(b, &[4, 3, 3, 2])?;
            b.conv_2d(y, weights, None, Window::default())
        },
        left: &["CONV_2D"],
    },
    Case {
        name: "a normalized image before a convolution with zeros around it",
        input: &[1, 6, 6, 2],
        build: |b, x| {
            let (scale, offset) = (b.scalar(0.25f32)?, constant(b, &[2])?);
            let y = b.binary(B::MUL, x, scale)?;
            let y = b.binary(B::ADD, y, offset)?;
            let weights = constant(b, &[4, 3, 3, 2])?;
            b.conv_2d(y, weights, None, SAME)
        },
        left: &["MUL", "ADD", "CONV_2D"],
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
