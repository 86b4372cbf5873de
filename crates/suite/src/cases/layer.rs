//! Layers with weights and perhaps a bias: their quantization, and cases of them.

use featherlite::DType;
use featherlite::schema::ActivationFunctionType;
use featherlite_testkit::{Op, Random};

use super::draw;
use super::{Case, Elements, Scales, Tolerance, Value, range};

/// Element types of input (and output), weights and bias.
pub(super) type Types = [DType; 3];

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
            let mut scales = draw::scales_for(random, input_type, &real);
            if random.once_in(6) {
                // Factors above 1, and results beyond the type.
                scales.scales[0] /= 64.0;
            }
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
    let limit =
        1 << if dtype == DType::I64 { random.pick(&[8, 12, 16, 30]) } else { random.pick(&[8, 12, 16]) };
    draw::whole(random, dtype, &[channels], -limit, limit.min(range(dtype).1)).scaled(Scales {
        axis: 0,
        scales,
        zero_points,
    })
}
