//! Convolutions and their transposes.

use featherlite::DType;
use featherlite::schema::owned::{
    Conv2DOptions, Conv3DOptions, DepthwiseConv2DOptions, TransposeConvOptions,
};
use featherlite::schema::{ActivationFunctionType, BuiltinOperator, Padding, TensorType};
use featherlite_testkit::{Op, Random};

use super::draw;
use super::layer::{Layer, Types};
use super::windows::Windows;
use super::{Case, Elements, Family, Value};

pub(super) const FAMILY: Family = Family {
    name: "convolution",
    rows: &[
        ("CONV_2D", |random| conv_2d(random, REAL)),
        ("CONV_2D", |random| conv_2d(random, QUANTIZED)),
        ("CONV_2D", |random| conv_2d(random, SHORT)),
        ("CONV_2D", |random| conv_2d(random, HYBRID)),
        ("DEPTHWISE_CONV_2D", |random| depthwise(random, REAL)),
        ("DEPTHWISE_CONV_2D", |random| depthwise(random, QUANTIZED)),
        // LiteRT does not have all forms that CONV_2D has.
        ("DEPTHWISE_CONV_2D", |random| {
            let types = if random.once_in(8) { SHORT } else { &SHORT[..2] };
            depthwise(random, types)
        }),
        ("DEPTHWISE_CONV_2D", |random| {
            let types = if random.once_in(4) { HYBRID } else { &HYBRID[..1] };
            depthwise(random, types)
        }),
        ("TRANSPOSE_CONV", |random| transpose_conv(random, REAL)),
        ("TRANSPOSE_CONV", |random| transpose_conv(random, &[BYTES, UNSIGNED])),
        ("TRANSPOSE_CONV", |random| transpose_conv(random, &SHORT[..3])),
        ("TRANSPOSE_CONV", |random| transpose_conv(random, &HYBRID[..1])),
        ("Convolution2DTransposeBias", transpose_bias),
        ("CONV_3D", conv_3d),
        ("CONV_3D_TRANSPOSE", conv_3d_transpose),
        ("DILATE", dilate),
    ],
};

const BYTES: Types = [DType::I8, DType::I8, DType::I32];
const UNSIGNED: Types = [DType::U8, DType::U8, DType::I32];
const REAL: &[Types] = &[[DType::F32; 3]];
const QUANTIZED: &[Types] = &[BYTES, BYTES, UNSIGNED, [DType::I8, DType::I4, DType::I32]];
const SHORT: &[Types] = &[
    [DType::I16, DType::I8, DType::I64],
    [DType::I16, DType::I8, DType::I64],
    [DType::I16, DType::I8, DType::I32],
    [DType::I16, DType::I4, DType::I64],
];
const HYBRID: &[Types] = &[
    [DType::F32, DType::I8, DType::F32],
    [DType::F32, DType::I8, DType::F32],
    [DType::F32, DType::I4, DType::F32],
    [DType::F32, DType::U8, DType::F32],
];

/// A number of channels where registers and tiles have their edges.
fn channels(random: &mut Random) -> usize {
    random.pick(&[1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 32, 33])
}

fn batch(random: &mut Random) -> usize {
    if random.once_in(30) { 0 } else { random.size(1..=2) }
}

/// For every window, batch entry and output channel: the sum of inputs by `weight(channel, tap, input channel of the
/// group)`.
fn convolve(
    windows: &Windows,
    [batch, inputs, outputs, groups]: [usize; 4],
    input: &[f64],
    weight: impl Fn(usize, usize, usize) -> f64,
) -> Vec<f64> {
    let depth = inputs / groups;
    let mut sums = Vec::new();
    for image in 0..batch {
        for window in draw::indices(&windows.count) {
            let taps = windows.taps(&window);
            for channel in 0..outputs {
                let first = channel / (outputs / groups) * depth;
                let of_tap = |&(tap, place): &(usize, usize)| {
                    let pixel = (image * windows.places() + place) * inputs + first;
                    (0..depth).map(|index| input[pixel + index] * weight(channel, tap, index)).sum::<f64>()
                };
                sums.push(taps.iter().map(of_tap).sum());
            }
        }
    }
    sums
}

/// The transpose: inputs are windows, and go to where they came from.
fn spread(
    windows: &Windows,
    [batch, inputs, outputs]: [usize; 3],
    input: &[f64],
    weight: impl Fn(usize, usize, usize) -> f64,
) -> Vec<f64> {
    let mut sums = vec![0.0; batch * windows.places() * outputs];
    for image in 0..batch {
        for (number, window) in draw::indices(&windows.count).enumerate() {
            let pixel = &input[(image * windows.windows() + number) * inputs..][..inputs];
            for (tap, place) in windows.taps(&window) {
                for channel in 0..outputs {
                    let sum =
                        (0..inputs).map(|index| pixel[index] * weight(channel, tap, index)).sum::<f64>();
                    sums[(image * windows.places() + place) * outputs + channel] += sum;
                }
            }
        }
    }
    sums
}

/// What the options say of the type of the bias: not always something.
fn bias_type(random: &mut Random, types: Types) -> TensorType {
    match types[2] {
        DType::I32 if types[0] == DType::I16 => TensorType::INT32,
        DType::I64 if random.once_in(2) => TensorType::INT64,
        _ => TensorType::FLOAT32,
    }
}

fn shape(batch: usize, space: &[usize], channels: usize) -> Vec<usize> {
    [&[batch][..], space, &[channels]].concat()
}

fn conv_2d(random: &mut Random, types: &[Types]) -> Case {
    let types = random.pick(types);
    let windows = Windows::draw(random, 2, true);
    let batch = batch(random);
    let groups = if random.once_in(4) { random.size(2..=4) } else { 1 };
    let (depth, mut outputs) = (channels(random), channels(random));
    if groups > 1 {
        outputs = groups * random.size(1..=9);
    }
    let inputs = depth * groups;
    let activation = draw::activation(random);
    let op = Op::builtin(BuiltinOperator::CONV_2D).options(Conv2DOptions {
        padding: windows.padding,
        stride_w: windows.stride[1] as i32,
        stride_h: windows.stride[0] as i32,
        fused_activation_function: activation,
        dilation_w_factor: windows.dilation[1] as i32,
        dilation_h_factor: windows.dilation[0] as i32,
        quantized_bias_type: bias_type(random, types),
    });
    let taps = windows.size.iter().product::<usize>();
    let layer = Layer {
        op,
        types,
        sizes: None,
        shapes: [
            shape(batch, &windows.space, inputs),
            shape(outputs, &windows.size, depth),
            shape(batch, &windows.count, outputs),
        ],
        axis: 0,
        activation,
        rows: batch,
        asymmetric: [true, groups > 1],
        per_channel: true,
    };
    layer.case(random, |x, w| {
        convolve(&windows, [batch, inputs, outputs, groups], x, |channel, tap, index| {
            w[(channel * taps + tap) * depth + index]
        })
    })
}

fn depthwise(random: &mut Random, types: &[Types]) -> Case {
    let types = random.pick(types);
    let windows = Windows::draw(random, 2, true);
    let batch = batch(random);
    let (multiplier, inputs) = match random.below(3) {
        0 => (random.pick(&[2, 3, 4, 8]), random.size(1..=9)),
        1 => (1, random.pick(&[31, 32, 48, 63, 64, 65, 80, 129])),
        _ => (1, channels(random)),
    };
    let outputs = multiplier * inputs;
    let activation = draw::activation(random);
    let op = Op::builtin(BuiltinOperator::DEPTHWISE_CONV_2D).options(DepthwiseConv2DOptions {
        padding: windows.padding,
        stride_w: windows.stride[1] as i32,
        stride_h: windows.stride[0] as i32,
        depth_multiplier: multiplier as i32,
        fused_activation_function: activation,
        dilation_w_factor: windows.dilation[1] as i32,
        dilation_h_factor: windows.dilation[0] as i32,
    });
    let layer = Layer {
        op,
        types,
        sizes: None,
        shapes: [
            shape(batch, &windows.space, inputs),
            shape(1, &windows.size, outputs),
            shape(batch, &windows.count, outputs),
        ],
        axis: 3,
        activation,
        rows: batch,
        asymmetric: [true, true],
        per_channel: true,
    };
    layer.case(random, |x, w| {
        convolve(&windows, [batch, inputs, outputs, inputs], x, |channel, tap, _| w[tap * outputs + channel])
    })
}

/// Windows over the output of a transposed convolution. The output may be larger than the windows reach, which LiteRT does
/// not take.
fn over_output(random: &mut Random, rank: usize) -> Windows {
    let Windows { mut space, size, stride, dilation, padding, count, .. } =
        Windows::draw(random, rank, false);
    if random.once_in(20) {
        space.iter_mut().for_each(|size| *size += random.below(3));
    }
    Windows { count, ..Windows::new(space, size, stride, dilation, padding) }
}

fn transpose_conv(random: &mut Random, types: &[Types]) -> Case {
    let types = random.pick(types);
    let windows = over_output(random, 2);
    let batch = batch(random).max(1);
    let (inputs, outputs) = (channels(random), channels(random));
    let activation = draw::activation(random);
    let op = Op::builtin(BuiltinOperator::TRANSPOSE_CONV).options(TransposeConvOptions {
        padding: windows.padding,
        stride_w: windows.stride[1] as i32,
        stride_h: windows.stride[0] as i32,
        fused_activation_function: activation,
        quantized_bias_type: bias_type(random, types),
    });
    let output = shape(batch, &windows.space, outputs);
    let sizes: Vec<i64> = output.iter().map(|&size| size as i64).collect();
    let layer = Layer {
        op,
        types,
        sizes: Some(Value::list(&sizes)),
        shapes: [shape(batch, &windows.count, inputs), shape(outputs, &windows.size, inputs), output],
        axis: 0,
        activation,
        rows: batch,
        asymmetric: [true, true],
        per_channel: true,
    };
    let taps = windows.size.iter().product::<usize>();
    layer.case(random, |x, w| {
        spread(&windows, [batch, inputs, outputs], x, |channel, tap, index| {
            w[(channel * taps + tap) * inputs + index]
        })
    })
}

/// Its options are the numbers of a C structure: padding, stride across, stride down.
fn transpose_bias(random: &mut Random) -> Case {
    let Windows { count, size, stride, dilation, padding, .. } = Windows::draw(random, 2, false);
    // With SAME padding, windows are cut as those of an image of the input's size are.
    let cut = |axis: usize| match padding {
        Padding::SAME => size[axis].saturating_sub((count[axis] - 1) % stride[axis] + 1),
        _ => 0,
    };
    let before = (0..2).map(|axis| cut(axis) / 2).collect();
    let space = (0..2).map(|axis| (count[axis] - 1) * stride[axis] + size[axis] - cut(axis)).collect();
    let windows = Windows { space, size, stride, dilation, before, count, padding };
    let batch = batch(random).max(1);
    let (inputs, outputs) = (channels(random), channels(random));
    let number = if padding == Padding::SAME { 1 } else { 2 };
    let options = [number, windows.stride[1] as i32, windows.stride[0] as i32].map(i32::to_le_bytes).concat();
    let input = draw::real(random, DType::F32, &shape(batch, &windows.count, inputs), 2.0);
    let weights = draw::real(random, DType::F32, &shape(outputs, &windows.size, inputs), 1.0);
    let bias = draw::real(random, DType::F32, &[outputs], 2.0);
    let (taps, w, b) = (windows.size.iter().product::<usize>(), weights.to_real(), bias.to_real());
    let sums = spread(&windows, [batch, inputs, outputs], &input.to_real(), |channel, tap, index| {
        w[(channel * taps + tap) * inputs + index]
    });
    let sums = sums.iter().enumerate().map(|(index, sum)| sum + b[index % outputs]).collect();
    Case::new(Op::custom("Convolution2DTransposeBias", &options))
        .input(input)
        .input(weights)
        .input(bias)
        .close(Value::float(&shape(batch, &windows.space, outputs), sums), 1e-4)
}

fn options_3d(windows: &Windows, activation: ActivationFunctionType) -> Conv3DOptions {
    let [stride_d, stride_h, stride_w] = [0, 1, 2].map(|axis| windows.stride[axis] as i32);
    let dilation = [0, 1, 2].map(|axis| windows.dilation[axis] as i32);
    Conv3DOptions {
        padding: windows.padding,
        stride_d,
        stride_w,
        stride_h,
        fused_activation_function: activation,
        dilation_d_factor: dilation[0],
        dilation_h_factor: dilation[1],
        dilation_w_factor: dilation[2],
    }
}

fn layer_3d(op: Op, activation: ActivationFunctionType, axis: usize, shapes: [Vec<usize>; 3]) -> Layer {
    let types = [DType::F32; 3];
    Layer {
        op,
        types,
        sizes: None,
        shapes,
        axis,
        activation,
        rows: 1,
        asymmetric: [false; 2],
        per_channel: false,
    }
}

fn conv_3d(random: &mut Random) -> Case {
    let windows = Windows::draw(random, 3, true);
    let (batch, inputs, outputs) = (batch(random), random.size(1..=5), random.pick(&[1, 2, 3, 8, 9, 17]));
    let activation = draw::activation(random);
    let op = Op::builtin(BuiltinOperator::CONV_3D).options(options_3d(&windows, activation));
    let shapes = [
        shape(batch, &windows.space, inputs),
        [&windows.size[..], &[inputs, outputs]].concat(),
        shape(batch, &windows.count, outputs),
    ];
    layer_3d(op, activation, 4, shapes).case(random, |x, w| {
        convolve(&windows, [batch, inputs, outputs, 1], x, |channel, tap, index| {
            w[(tap * inputs + index) * outputs + channel]
        })
    })
}

fn conv_3d_transpose(random: &mut Random) -> Case {
    let windows = Windows::draw(random, 3, true);
    let (batch, inputs, outputs) = (batch(random).max(1), random.size(1..=5), random.pick(&[1, 2, 3, 8, 9]));
    let activation = draw::activation(random);
    let op = Op::builtin(BuiltinOperator::CONV_3D_TRANSPOSE).options(options_3d(&windows, activation));
    let output = shape(batch, &windows.space, outputs);
    let sizes: Vec<i64> = output.iter().map(|&size| size as i64).collect();
    let shapes =
        [shape(batch, &windows.count, inputs), [&windows.size[..], &[outputs, inputs]].concat(), output];
    let layer = Layer { sizes: Some(Value::list(&sizes)), ..layer_3d(op, activation, 3, shapes) };
    layer.case(random, |x, w| {
        spread(&windows, [batch, inputs, outputs], x, |channel, tap, index| {
            w[(tap * outputs + channel) * inputs + index]
        })
    })
}

/// Elements apart, with a value between them.
fn dilate(random: &mut Random) -> Case {
    let dtype =
        random.pick(&[DType::F32, DType::I8, DType::U8, DType::I16, DType::I32, DType::I64, DType::Bool]);
    let rank = random.size(1..=5);
    let from = draw::shape(random, rank, 4);
    let distances: Vec<usize> = (0..rank).map(|_| random.size(1..=3)).collect();
    let to: Vec<usize> = from
        .iter()
        .zip(&distances)
        .map(|(size, distance)| size.max(&1) * distance - distance + usize::from(*size > 0))
        .collect();
    let (input, between) = (draw::any(random, dtype, &from), draw::any(random, dtype, &[]));
    // The value between is the element behind the last.
    let last = input.elements.len();
    let places: Vec<usize> = draw::indices(&to)
        .map(|index| {
            let is_new = index.iter().zip(&distances).any(|(at, distance)| at % distance != 0);
            let at: Vec<usize> = index.iter().zip(&distances).map(|(at, distance)| at / distance).collect();
            if is_new { last } else { draw::place_of(&at, &from) }
        })
        .collect();
    let elements = match (&input.elements, &between.elements) {
        (Elements::Real(a), Elements::Real(b)) => Elements::Real([&a[..], b].concat()),
        (a, b) => {
            let (Elements::Whole(a), Elements::Whole(b)) = (a, b) else { unreachable!("numbers are drawn") };
            Elements::Whole([&a[..], b].concat())
        }
    };
    let distances: Vec<i64> = distances.iter().map(|&distance| distance as i64).collect();
    let distances = Value {
        dtype: random.pick(&[DType::I32, DType::I32, DType::I32, DType::I64]),
        ..Value::list(&distances)
    };
    let expected = Value::new(dtype, &to, elements.at(&places));
    Case::new(
        Op::builtin(BuiltinOperator::DILATE).options_2(featherlite::schema::owned::DilateOptions::default()),
    )
    .input(input)
    .input(distances)
    .input(between)
    .exact(expected)
}
