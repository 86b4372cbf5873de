//! Convolutions, and what else slides windows.

use featherlite::DType;
use featherlite::schema::owned::{
    Conv2DOptions, Conv3DOptions, DepthwiseConv2DOptions, TransposeConvOptions,
};
use featherlite::schema::{ActivationFunctionType, BuiltinOperator, Padding, TensorType};
use featherlite_testkit::{Op, Random};

use super::draw;
use super::{Case, Elements, Family, Scales, Tolerance, Value, range};

pub(super) const FAMILY: Family = Family {
    name: "convolution",
    rows: &[
        ("CONV_2D", |random| conv_2d(random, REAL)),
        ("CONV_2D", |random| conv_2d(random, QUANTIZED)),
        ("CONV_2D", |random| conv_2d(random, SHORT)),
        ("CONV_2D", |random| conv_2d(random, HYBRID)),
        ("DEPTHWISE_CONV_2D", |random| depthwise(random, REAL)),
        ("DEPTHWISE_CONV_2D", |random| depthwise(random, QUANTIZED)),
        ("DEPTHWISE_CONV_2D", |random| depthwise(random, SHORT)),
        ("DEPTHWISE_CONV_2D", |random| depthwise(random, HYBRID)),
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

/// Element types of input (and output), weights and bias.
type Types = [DType; 3];

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

/// Windows over the dimensions of a space.
pub(super) struct Windows {
    /// Sizes of the space.
    pub(super) space: Vec<usize>,
    /// Sizes of a window.
    pub(super) size: Vec<usize>,
    /// Distances between windows.
    pub(super) stride: Vec<usize>,
    /// Distances within a window.
    pub(super) dilation: Vec<usize>,
    /// What the first window lies before the space.
    pub(super) before: Vec<usize>,
    /// How many windows there are.
    pub(super) count: Vec<usize>,
    /// The padding that led to these numbers.
    pub(super) padding: Padding,
}

impl Windows {
    /// Windows of any size over a space of a rank.
    pub(super) fn draw(random: &mut Random, rank: usize, dilates: bool) -> Self {
        let padding = random.pick(&[Padding::SAME, Padding::VALID]);
        let mut sizes = |limit| (0..rank).map(|_| random.size(1..=limit)).collect::<Vec<_>>();
        let (size, stride) = (sizes(4), sizes(3));
        // Window and stride of 1 have kernels of their own.
        let is_point = random.once_in(5);
        let size = if is_point { vec![1; rank] } else { size };
        let stride = if random.once_in(2) { vec![1; rank] } else { stride };
        let dilation = if dilates && random.once_in(3) {
            (0..rank).map(|_| random.size(1..=3)).collect()
        } else {
            vec![1; rank]
        };
        let least =
            |axis: usize| if padding == Padding::SAME { 1 } else { (size[axis] - 1) * dilation[axis] + 1 };
        let space = (0..rank).map(|axis| least(axis) + random.below(7)).collect();
        Self::new(space, size, stride, dilation, padding)
    }

    /// By the definition of the paddings.
    pub(super) fn new(
        space: Vec<usize>,
        size: Vec<usize>,
        stride: Vec<usize>,
        dilation: Vec<usize>,
        padding: Padding,
    ) -> Self {
        let axes = |axis: usize| {
            let (space, stride, extent) = (space[axis], stride[axis], (size[axis] - 1) * dilation[axis] + 1);
            match padding {
                Padding::SAME => {
                    let count = space.div_ceil(stride);
                    (count, ((count.max(1) - 1) * stride + extent).saturating_sub(space) / 2)
                }
                _ => ((space + stride).saturating_sub(extent) / stride, 0),
            }
        };
        let (count, before) = (0..space.len()).map(axes).unzip();
        Self { space, size, stride, dilation, before, count, padding }
    }

    /// Elements of a window that lie in the space: which of the window, and where.
    pub(super) fn taps(&self, window: &[usize]) -> Vec<(usize, usize)> {
        let place = |tap: Vec<usize>| {
            let at: Option<Vec<usize>> = (0..tap.len())
                .map(|axis| {
                    let at = window[axis] * self.stride[axis] + tap[axis] * self.dilation[axis];
                    at.checked_sub(self.before[axis]).filter(|&at| at < self.space[axis])
                })
                .collect();
            Some((draw::place_of(&tap, &self.size), draw::place_of(&at?, &self.space)))
        };
        draw::indices(&self.size).filter_map(place).collect()
    }

    fn places(&self) -> usize {
        self.space.iter().product()
    }

    fn windows(&self) -> usize {
        self.count.iter().product()
    }
}

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

/// A layer: its weights have a scale for each index along `axis`, or one.
pub(super) struct Layer {
    pub(super) op: Op,
    pub(super) types: Types,
    /// The output's shape, where that is the first input.
    pub(super) sizes: Option<Value>,
    /// Input, weights, output.
    pub(super) shapes: [Vec<usize>; 3],
    pub(super) axis: usize,
    pub(super) activation: ActivationFunctionType,
    /// Rows of the input that hybrid forms quantize apart, and whether with a zero point if scales differ, or do not.
    pub(super) rows: usize,
    pub(super) asymmetric: [bool; 2],
    /// Whether weights of more than one scale exist.
    pub(super) per_channel: bool,
}

impl Layer {
    /// A case, given what input and weights give.
    pub(super) fn case(self, random: &mut Random, product: impl Fn(&[f64], &[f64]) -> Vec<f64>) -> Case {
        let [input_type, weights_type, bias_type] = self.types;
        let [input_shape, weights_shape, output_shape] = &self.shapes;
        let channels = weights_shape[self.axis];
        let count = weights_shape.iter().product::<usize>();
        let may_differ = self.per_channel && weights_type != DType::U8 && channels > 0;
        let differs = may_differ && !random.once_in(3);
        let weights = if weights_type == DType::F32 {
            draw::real(random, DType::F32, weights_shape, 1.0)
        } else {
            let mut scale = || (2f64).powf(random.real() * 2.0 - 6.0) as f32;
            let scales: Vec<f32> = (0..if differs { channels } else { 1 }).map(|_| scale()).collect();
            let zero_point = if input_type == DType::U8 { random.between(0..=255) } else { 0 };
            let scales = Scales { axis: self.axis, zero_points: vec![zero_point; scales.len()], scales };
            let signed =
                if input_type == DType::F32 && weights_type == DType::U8 { DType::I8 } else { weights_type };
            // Hybrid kernels of TensorFlow Lite do without -128.
            let (least, greatest) = range(signed);
            let least = if input_type == DType::F32 { -greatest } else { least };
            draw::whole(random, signed, weights_shape, least, greatest).scaled(scales)
        };
        let is_hybrid = input_type == DType::F32 && weights_type != DType::F32;
        let scale_count = weights.scales.as_ref().map_or(1, |scales| scales.scales.len());
        let (input, rounding) = match input_type {
            DType::F32 if is_hybrid => {
                let asymmetric = self.asymmetric[usize::from(scale_count < 2)];
                rows(random, input_shape, self.rows, asymmetric)
            }
            DType::F32 => (draw::real(random, DType::F32, input_shape, 2.0), 0.0),
            _ => {
                let scales = draw::scales(random, input_type);
                (draw::quantized(random, input_type, input_shape, scales), 0.0)
            }
        };
        let has_bias = random.below(if self.sizes.is_some() { 3 } else { 12 }) > 0;
        let bias = has_bias.then(|| bias(random, bias_type, &input, &weights, channels));
        let (x, w) = (input.to_real(), weights.to_real());
        let add = |real: Vec<f64>| -> Vec<f64> {
            let Some(bias) = &bias else { return real };
            let bias = bias.to_real();
            real.iter().enumerate().map(|(index, real)| real + bias[index % channels]).collect()
        };
        let real = add(product(&x, &w));
        let activated: Vec<f64> = real.iter().map(|&real| draw::activate(self.activation, real)).collect();
        let absolute = |real: &[f64]| real.iter().map(|real| real.abs()).collect::<Vec<_>>();
        let magnitude = product(&absolute(&x), &absolute(&w)).into_iter().fold(0.0, f64::max);
        let greatest = vec![1.0; x.len()];
        let (expected, tolerance) = if input_type == DType::F32 {
            let steps = if rounding == 0.0 {
                0.0
            } else {
                product(&greatest, &absolute(&w)).into_iter().fold(0.0, f64::max) * rounding
            };
            let tolerance = Tolerance::Real { absolute: steps + 2e-6 * magnitude + 1e-6, relative: 1e-6 };
            (Value::float(output_shape, activated), tolerance)
        } else {
            let scales = draw::scales_for(random, input_type, &real);
            (Value::quantize(input_type, output_shape, scales, &activated), Tolerance::Steps(1))
        };
        let weights = if weights_type == DType::U8 && weights.dtype == DType::I8 {
            let bits = weights.to_whole().iter().map(|byte| byte & 255).collect();
            Value { dtype: DType::U8, elements: Elements::Whole(bits), ..weights }
        } else {
            weights
        };
        let is_packed = weights_type.bits() < 8;
        let transposed = self.sizes.is_some();
        let mut case = Case::new(self.op);
        if let Some(sizes) = self.sizes {
            case = case.input(sizes);
        } else {
            case = case.input(input.clone());
        }
        case =
            if is_packed || is_hybrid || count == 0 { case.constant(weights) } else { case.input(weights) };
        if transposed {
            case = case.input(input);
        }
        case = match bias {
            Some(bias) => case.input(bias),
            None if random.once_in(2) => case.absent(),
            None => case,
        };
        case.output(expected, tolerance)
    }
}

/// Rows of real numbers that are quantized on the way, and how far off that makes them. Mostly they are whole numbers
/// of steps, so that nothing is lost.
pub(super) fn rows(random: &mut Random, shape: &[usize], rows: usize, asymmetric: bool) -> (Value, f64) {
    let count = shape.iter().product::<usize>();
    let length = count.checked_div(rows).unwrap_or(0);
    if random.once_in(4) {
        let limit = 4.0;
        return (draw::real(random, DType::F32, shape, limit), 2.0 * limit / 254.0);
    }
    let mut elements = Vec::new();
    for _ in 0..if length == 0 { 0 } else { rows } {
        let step = random.pick(&[0.25, 0.125, 2.0, 0.03125]);
        let (least, greatest) = match (asymmetric, length) {
            (false, _) => (-127, 127),
            (true, 1) => random.pick(&[(0, 255), (-255, 0)]),
            (true, _) => random.pick(&[(0, 255), (-255, 0), (-100, 155), (-28, 227)]),
        };
        let mut row: Vec<i64> = (0..length).map(|_| random.between(least..=greatest)).collect();
        // Both ends are there, so that the scale is the step.
        let place = random.below(length);
        row[place] = if greatest > 0 { greatest } else { least };
        if asymmetric && length > 1 {
            row[(place + 1) % length] = if greatest > 0 { least } else { greatest };
        }
        elements.extend(row.into_iter().map(|whole| whole as f64 * step));
    }
    (Value::float(shape, elements), 0.0)
}

/// A bias that counts about as much as the products.
fn bias(random: &mut Random, dtype: DType, input: &Value, weights: &Value, channels: usize) -> Value {
    if dtype == DType::F32 {
        return draw::real(random, dtype, &[channels], 4.0);
    }
    let scale = |value: &Value| value.scales.clone().expect("quantized").scales;
    let scales: Vec<f32> = scale(weights).iter().map(|weight| weight * scale(input)[0]).collect();
    let zero_points = vec![0; scales.len()];
    let limit = 1 << random.pick(&[8, 12, 16]);
    draw::whole(random, dtype, &[channels], -limit, limit.min(range(dtype).1)).scaled(Scales {
        axis: 0,
        scales,
        zero_points,
    })
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

/// Windows over the output of a transposed convolution, which the padding leaves more than one size to.
fn over_output(random: &mut Random, rank: usize, dilates: bool) -> Windows {
    let Windows { space, size, stride, dilation, padding, .. } = Windows::draw(random, rank, dilates);
    Windows::new(space, size, stride, dilation, padding)
}

fn transpose_conv(random: &mut Random, types: &[Types]) -> Case {
    let types = random.pick(types);
    let windows = over_output(random, 2, false);
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
    let windows = over_output(random, 3, true);
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
