//! Operators as the runtime's own kernels of integers compute them.

use burn::tensor::Tensor;
use bytes::Bytes;
use featherlite_base::DType;
use featherlite_convert::export as file;
use featherlite_ir::{Dim, Graph, Model, Node, Op, Value};
use featherlite_ops::core::OpSet;
use featherlite_quant::params::{Levels, Params};
use featherlite_runtime::{Model as Runnable, SessionOptions};
use featherlite_schema::{ActivationFunctionType, BuiltinOperator, Padding as Same, owned};
use featherlite_train_kernels::{Activation, Padding};
use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};

use super::Simulation;
use crate::forward::constant;
use crate::graph::{Kind, Step};
use crate::parameters::Source;
use crate::{Error, ErrorKind, Result};

/// How the real numbers of a tensor become integers.
pub(super) type Form = (Levels, Params);

/// What a step is as an operator of integers.
pub(super) struct Kernel {
    pub(super) op: Op,
    /// What it reads behind its operands.
    pub(super) constants: Vec<Value>,
    /// Zeros around its first operand.
    pub(super) padding: Padding,
}

impl Kernel {
    /// An operator that has no options, and reads its operands only.
    fn plain(code: BuiltinOperator) -> Self {
        Self { op: Op::builtin(code), constants: Vec::new(), padding: Padding::default() }
    }
}

/// What an operator reads.
pub(super) struct Operand {
    pub(super) shape: Vec<usize>,
    pub(super) form: Form,
    /// Integers, in the bytes of its type.
    pub(super) levels: Vec<u8>,
}

impl Operand {
    /// Of real numbers that were rounded to the form before.
    fn new(tensor: Tensor<4>, form: Form) -> Result<Self> {
        let shape = tensor.dims().to_vec();
        let data = tensor.try_into_data().map_err(|error| internal(format!("{error:?}")))?;
        let values = data.as_slice().map_err(|error| internal(format!("{error:?}")))?;
        Ok(Self { shape, form, levels: quantize(values, form) })
    }
}

impl Simulation {
    /// What the kernel of integers gives for a step; nothing for steps that only move numbers, and while not all is integers. It has no
    /// gradient: it is for evaluation. Simulated sums are floating-point numbers, and once in a million they fall on the
    /// other side of a half. Every layer makes more of such a difference, so that networks are evaluated without it.
    pub(crate) fn by_kernel(
        &self,
        index: usize,
        step: &Step,
        inputs: &[Tensor<4>],
        source: &dyn Source,
    ) -> Result<Option<Tensor<4>>> {
        let read: Option<Vec<Form>> = step.inputs.iter().map(|&input| self.form(input)).collect();
        let (Some(read), Some(output), Some(first)) = (read, self.form(index), inputs.first()) else {
            return Ok(None);
        };
        let is_known = |levels: Levels| [Levels::INT8, Levels::INT16].contains(&levels);
        if !is_known(output.0) || read.iter().any(|(levels, _)| *levels != output.0) {
            return Ok(None);
        }
        if step.kind == Kind::Concat {
            return joined(inputs, &read, output).map(Some);
        }
        let kernel = match &step.kind {
            Kind::Convolve(convolve) => self.convolution(index, step, convolve, read[0], source)?,
            // Pools keep the form of what they read.
            Kind::AveragePool { .. } if read[0] != output => None,
            kind => of_kind(kind, output.0.dtype),
        };
        let Some(kernel) = kernel else { return Ok(None) };
        let [batch, ..] = first.dims();
        let operand = |(input, &form): (&Tensor<4>, &Form)| Operand::new(input.clone(), form);
        let mut operands = inputs.iter().zip(&read).map(operand).collect::<Result<Vec<Operand>>>()?;
        let [height, width, channels] = step.output;
        let mut shape = vec![batch, height, width, channels];
        if kernel.op.is(BuiltinOperator::FULLY_CONNECTED) {
            operands.iter_mut().for_each(|operand| drop(operand.shape.drain(1..3)));
            shape.drain(1..3);
        }
        let values = compute(kernel, &operands, (&shape, output))?;
        Ok(Some(constant(values, [batch, height, width, channels], &first.device())))
    }
}

/// Channels one behind the other: those of another form are brought into that of the result first.
fn joined(inputs: &[Tensor<4>], read: &[Form], output: Form) -> Result<Tensor<4>> {
    let converted = |(input, &form): (&Tensor<4>, &Form)| {
        if form == output {
            return Ok(input.clone());
        }
        let shape = input.dims();
        let operands = [Operand::new(input.clone(), form)?];
        let values = compute(Kernel::plain(BuiltinOperator::QUANTIZE), &operands, (&shape, output))?;
        Ok(constant(values, shape, &input.device()))
    };
    let parts: Result<Vec<Tensor<4>>> = inputs.iter().zip(read).map(converted).collect();
    Ok(Tensor::cat(parts?, 3))
}

/// The operator of a step without weights that computes with integers.
pub(super) fn of_kind(kind: &Kind, dtype: DType) -> Option<Kernel> {
    let (mut constants, mut padding) = (Vec::new(), Padding::default());
    let op = match kind {
        Kind::Add { activation, .. } => {
            let fused_activation_function = fused(*activation)?;
            Op::with(
                BuiltinOperator::ADD,
                owned::AddOptions { fused_activation_function, ..owned::AddOptions::default() },
            )
        }
        Kind::Multiply => Op::with(BuiltinOperator::MUL, owned::MulOptions::default()),
        Kind::Mean => {
            constants.push(integers("axes", &[2], &[1, 2]));
            Op::with(BuiltinOperator::MEAN, owned::ReducerOptions { keep_dims: true })
        }
        Kind::Activate(activation) => Op::builtin(function(*activation)?),
        Kind::Rescale { scale, offset, activation: Activation::None }
            if offset.iter().all(|&offset| offset == 0.0) =>
        {
            constants.push(factor_levels(scale, dtype));
            Op::with(BuiltinOperator::MUL, owned::MulOptions::default())
        }
        Kind::AveragePool { window, counts_padding } => {
            if *counts_padding {
                padding = window.padding;
            }
            let options = owned::Pool2DOptions {
                padding: if *counts_padding { Same::VALID } else { Same::SAME },
                stride_h: window.stride[0] as i32,
                stride_w: window.stride[1] as i32,
                filter_height: window.kernel[0] as i32,
                filter_width: window.kernel[1] as i32,
                fused_activation_function: ActivationFunctionType::NONE,
            };
            Op::with(BuiltinOperator::AVERAGE_POOL_2D, options)
        }
        _ => return None,
    };
    Some(Kernel { op, constants, padding })
}

/// The operator of a function of one number.
fn function(activation: Activation) -> Option<BuiltinOperator> {
    match activation {
        Activation::Relu => Some(BuiltinOperator::RELU),
        Activation::Relu6 => Some(BuiltinOperator::RELU6),
        Activation::HardSwish => Some(BuiltinOperator::HARD_SWISH),
        Activation::Sigmoid => Some(BuiltinOperator::LOGISTIC),
        _ => None,
    }
}

/// A function as part of another operator, if it can be.
pub(super) fn fused(activation: Activation) -> Option<ActivationFunctionType> {
    match activation {
        Activation::None => Some(ActivationFunctionType::NONE),
        Activation::Relu => Some(ActivationFunctionType::RELU),
        Activation::Relu6 => Some(ActivationFunctionType::RELU6),
        _ => None,
    }
}

/// A constant, as a file holds it.
pub(super) fn stored(name: &str, dtype: DType, shape: &[usize], contents: Vec<u8>) -> Value {
    let shape = shape.iter().map(|&size| Dim::from(size)).collect();
    Value::new(name, dtype).with_shape(shape).with_constant(Bytes::from(contents))
}

fn integers(name: &str, shape: &[usize], values: &[i32]) -> Value {
    stored(name, DType::I32, shape, values.iter().flat_map(|value| value.to_le_bytes()).collect())
}

/// Constant factors, one for all or one for each channel, as the quantizer stores them.
fn factor_levels(factors: &[f32], dtype: DType) -> Value {
    let levels = if dtype == DType::I16 { Levels::INT16 } else { Levels::INT8 };
    let range = factors.iter().fold((0f32, 0f32), |(low, high), &factor| (low.min(factor), high.max(factor)));
    let params = levels.params(range);
    let level = |&factor: &f32| levels.quantize(factor, params);
    let contents = match dtype {
        DType::I16 => factors.iter().flat_map(|factor| (level(factor) as i16).to_le_bytes()).collect(),
        _ => factors.iter().map(|factor| level(factor) as i8 as u8).collect(),
    };
    stored("factors", dtype, &[factors.len()], contents).with_quantization(params.into())
}

/// The real numbers that a kernel gives, as a model of its own.
pub(super) fn compute(
    kernel: Kernel,
    inputs: &[Operand],
    (shape, output): (&[usize], Form),
) -> Result<Vec<f32>> {
    let mut graph = Graph::new("alone");
    let value = |name: &str, shape: &[usize], (levels, params): Form| {
        let shape = shape.iter().map(|&size| Dim::from(size)).collect();
        Value::new(name, levels.dtype).with_shape(shape).with_quantization(params.into())
    };
    for input in inputs {
        let value = graph.add_value(value("x", &input.shape, input.form));
        graph.inputs.push(value);
    }
    let mut read = graph.inputs.clone();
    let Padding { top, left, bottom, right } = kernel.padding;
    if let Some(first) = inputs.first().filter(|_| kernel.padding != Padding::default()) {
        let around = [0, 0, top, bottom, left, right, 0, 0].map(|size| size as i32);
        let around = graph.add_value(integers("around", &[4, 2], &around));
        let [batch, height, width, channels] = first.shape[..] else { return Err(internal("no image")) };
        let shape = [batch, height + top + bottom, width + left + right, channels];
        let padded = graph.add_value(value("padded", &shape, first.form));
        let op = Op::with(BuiltinOperator::PAD, owned::PadOptions {});
        graph.push(Node::new("padded", op, &[read[0], around], &[padded]));
        read[0] = padded;
    }
    for constant in kernel.constants {
        read.push(graph.add_value(constant));
    }
    let result = graph.add_value(value("y", shape, output));
    graph.outputs.push(result);
    graph.push(Node::new("y", kernel.op, &read, &[result]));
    let file = file::to_bytes(&Model { graphs: vec![graph], ..Model::default() }).map_err(internal)?;
    let model = Runnable::from_bytes(file, &OpSet::new(featherlite_ops::ALL)).map_err(internal)?;
    let options = SessionOptions { threads: rayon::current_num_threads(), ..SessionOptions::default() };
    let mut session = model.session_with(options).map_err(internal)?;
    for (index, input) in inputs.iter().enumerate() {
        session.set_input_bytes(0, index, &input.levels).map_err(internal)?;
    }
    session.run().map_err(internal)?;
    Ok(dequantize(session.output(0).map_err(internal)?.bytes(), output))
}

/// Elements that one thread converts at a time.
const CHUNK: usize = 1 << 14;

/// The integers that real numbers stand for, as a tensor holds them. The numbers are within the range, and multiples of the
/// scale but for the rounding of floats.
fn quantize(values: &[f32], (levels, params): Form) -> Vec<u8> {
    // Floats near this one are 1 apart: a sum with it is rounded, and its lowest bits are an integer.
    const UNIT: f32 = (3 << 22) as f32;
    let origin = params.zero_point - UNIT.to_bits() as i32;
    let level = |value: &f32| (value / params.scale + UNIT).to_bits() as i32 + origin;
    let size = if levels.dtype == DType::I16 { 2 } else { 1 };
    let mut bytes = vec![0; size * values.len()];
    bytes.par_chunks_mut(size * CHUNK).zip(values.par_chunks(CHUNK)).for_each(|(bytes, values)| {
        if levels.dtype == DType::I16 {
            let bytes = bytes.as_chunks_mut::<2>().0.iter_mut();
            bytes.zip(values).for_each(|(bytes, value)| *bytes = (level(value) as i16).to_le_bytes());
        } else {
            bytes.iter_mut().zip(values).for_each(|(byte, value)| *byte = level(value) as u8);
        }
    });
    bytes
}

/// The real numbers that the integers of a tensor stand for.
fn dequantize(bytes: &[u8], (levels, params): Form) -> Vec<f32> {
    let real = |level: i32| params.scale * (level - params.zero_point) as f32;
    let size = if levels.dtype == DType::I16 { 2 } else { 1 };
    let mut values = vec![0.0; bytes.len() / size];
    values.par_chunks_mut(CHUNK).zip(bytes.par_chunks(size * CHUNK)).for_each(|(values, bytes)| {
        if levels.dtype == DType::I16 {
            let bytes = bytes.as_chunks::<2>().0;
            let reals = bytes.iter().map(|&bytes| real(i16::from_le_bytes(bytes).into()));
            values.iter_mut().zip(reals).for_each(|(value, real)| *value = real);
        } else {
            let reals = bytes.iter().map(|&byte| real((byte as i8).into()));
            values.iter_mut().zip(reals).for_each(|(value, real)| *value = real);
        }
    });
    values
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Internal, error.to_string())
}

#[cfg(test)]
mod tests {
    use featherlite_base::fixed_point::Multiplier;

    use super::*;

    const X: Params = Params { scale: 0.03, zero_point: -10 };
    const Y: Params = Params { scale: 1.0 / 256.0, zero_point: -128 };
    const Z: Params = Params { scale: 0.022, zero_point: -117 };

    fn operand(shape: &[usize], params: Params, levels: impl Iterator<Item = i32>) -> Operand {
        let levels = levels.map(|level| level as u8).collect();
        Operand { shape: shape.to_vec(), form: (Levels::INT8, params), levels }
    }

    fn computed(kind: &Kind, inputs: &[Operand], shape: &[usize], params: Params) -> Vec<f32> {
        let kernel = of_kind(kind, DType::I8).unwrap();
        compute(kernel, inputs, (shape, (Levels::INT8, params))).unwrap()
    }

    fn all() -> std::ops::RangeInclusive<i32> {
        Levels::INT8.least..=Levels::INT8.greatest
    }

    #[test]
    fn integers_stay_what_they_are() {
        for (levels, zero_point) in [(Levels::INT8, -77), (Levels::INT8, 127), (Levels::INT16, 0)] {
            for scale in [1e-6, 0.003_921_569, 1.0 / 3.0, 977.0] {
                let form = (levels, Params { scale, zero_point });
                let all = levels.least..=levels.greatest;
                let bytes: Vec<u8> = match levels.dtype {
                    DType::I16 => all.flat_map(|level| (level as i16).to_le_bytes()).collect(),
                    _ => all.map(|level| level as u8).collect(),
                };
                let reals = dequantize(&bytes, form);
                assert_eq!(reals[0], scale * (levels.least - zero_point) as f32);
                assert!(quantize(&reals, form) == bytes, "{form:?}");
            }
        }
    }

    #[test]
    fn products_are_rounded_as_fixed_point_numbers() {
        let product = |multiplier: Multiplier, x: i32, y: i32| {
            let level = multiplier.apply((x - X.zero_point) * y) + Z.zero_point;
            Z.scale * (level.clamp(-128, 127) - Z.zero_point) as f32
        };
        let x = operand(&[1, 16, 16, 1], X, all());
        let y = operand(&[1, 1, 1, 256], Y, all());
        let found = computed(&Kind::Multiply, &[x, y], &[1, 16, 16, 256], Z);
        let multiplier = Multiplier::from_real(f64::from(X.scale * Y.scale / Z.scale));
        let expected = all().flat_map(|x| all().map(move |y| product(multiplier, x, y - Y.zero_point)));
        assert!(found.len() == 256 * 256 && found.into_iter().eq(expected));

        let times = Kind::Rescale { scale: vec![-0.3], offset: vec![0.0], activation: Activation::None };
        let found = computed(&times, &[operand(&[1, 256], X, all())], &[1, 256], Z);
        let multiplier = Multiplier::from_real(f64::from(X.scale * (0.3 / 255.0) / Z.scale));
        assert!(found.into_iter().eq(all().map(|x| product(multiplier, x, -255))));
    }

    #[test]
    fn sums_and_means_are_near_real_ones() {
        let sum = Kind::Add { drop_rate: 0.0, activation: Activation::Relu };
        let x = operand(&[1, 16, 16, 1], X, all());
        let y = operand(&[1, 16, 16, 1], Z, all().rev());
        let near = |found: f32, real: f32| {
            let (low, high) = Levels::INT8.range(X);
            (found - real.clamp(low, high)).abs() < 0.51 * X.scale
        };
        let reals = |operand: &Operand| dequantize(&operand.levels, operand.form);
        let sums: Vec<f32> = reals(&x).iter().zip(reals(&y)).map(|(x, y)| (x + y).max(0.0)).collect();
        let mean = reals(&x).iter().sum::<f32>() / sums.len() as f32;
        let found = computed(&sum, &[x, y], &[1, 16, 16, 1], X);
        assert!(found.iter().zip(&sums).all(|(&found, &real)| near(found, real)), "{found:?} {sums:?}");
        let found = computed(&Kind::Mean, &[operand(&[1, 16, 16, 1], X, all())], &[1, 1, 1, 1], X);
        assert!(found.len() == 1 && near(found[0], mean), "{found:?} {mean}");
    }
}
