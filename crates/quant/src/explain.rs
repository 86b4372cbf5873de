//! What quantization is expected to cost, operator by operator, before anything is run.

use featherlite_base::DType;
use featherlite_ir::{Code, Graph, Model, Value};

use crate::calibrate::keys;
use crate::quantize::constants::floats;
use crate::quantize::{Layer, Quantized};
use crate::rules;
use crate::statistics::{Statistics, TensorStatistics};
use crate::weights::unpack;

/// What is known of an operator.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Expectation {
    /// Signal to noise ratio of the weights as they are stored, in dB.
    pub weights: Option<f64>,
    /// Signal to noise ratio of the results by their rounding alone, in dB.
    pub results: Option<f64>,
}

/// What to expect of each layer of a quantized network.
pub fn expectations(
    model: &Model,
    quantized: &Quantized,
    statistics: Option<&Statistics>,
) -> Vec<Expectation> {
    let (before, now) = (&model.graphs[0], &quantized.model.graphs[0]);
    let keys = keys(before);
    let of = |layer: &Layer| {
        let output = before.node(layer.node).outputs.first()?;
        let value = *quantized.values.get(output)?;
        let tensor = keys.get(output).and_then(|key| statistics?.tensors.get(key));
        Some(Expectation {
            weights: weights(before, now, layer, value),
            results: tensor.and_then(|tensor| rounding(tensor, now.value(value))),
        })
    };
    quantized.layers.iter().map(|layer| of(layer).unwrap_or_default()).collect()
}

/// The noise of weights: stored against exact ones.
fn weights(before: &Graph, now: &Graph, layer: &Layer, output: featherlite_ir::ValueId) -> Option<f64> {
    let node = before.node(layer.node);
    let Code::Builtin(code) = node.op.code else { return None };
    let input = rules::weighted(code)?.weights;
    let exact = floats(before, node.input(input)?)?;
    let mut stored = now.node(now.producer(output)?).input(input)?;
    if let Some(expanded) = now.producer(stored) {
        stored = now.node(expanded).input(0)?;
    }
    let stored = now.value(stored);
    let affine = stored.quantization.affine()?;
    let dims = stored.fixed_shape()?;
    let inner: usize = dims.iter().skip(affine.axis + 1).product();
    let count = affine.scales.len();
    let integers = match stored.dtype {
        DType::I8 | DType::I4 | DType::I2 => unpack(stored.constant.as_ref()?, stored.dtype, exact.len()),
        _ => return None,
    };
    let (mut signal, mut noise) = (0f64, 0f64);
    for (index, (&exact, &integer)) in exact.iter().zip(&integers).enumerate() {
        let scale = affine.scales[if count == 1 { 0 } else { index / inner.max(1) % count }];
        signal += f64::from(exact * exact);
        noise += f64::from(exact - f32::from(integer) * scale).powi(2);
    }
    ratio(signal, noise)
}

/// The noise of a result's own rounding: a twelfth of a squared step.
fn rounding(tensor: &TensorStatistics, value: &Value) -> Option<f64> {
    let affine = value.quantization.affine()?;
    let step = f64::from(*affine.scales.first()?);
    let (total, middle) = (tensor.histogram.total() as f64, tensor.histogram.width() / 2.0);
    let squares: f64 =
        tensor.histogram.bins().map(|(start, count)| (start + middle).powi(2) * count as f64).sum();
    let rounded = total - tensor.zeros as f64;
    ratio(squares, rounded * step * step / 12.0)
}

fn ratio(signal: f64, noise: f64) -> Option<f64> {
    (signal > 0.0 && noise > 0.0).then(|| 10.0 * (signal / noise).log10())
}
