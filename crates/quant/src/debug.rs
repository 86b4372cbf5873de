//! A quantized network beside the one it was made of, tensor by tensor.

use featherlite_ir::Model;

use crate::Result;
use crate::metrics::{Noise, overlap, saturation};
use crate::quantize::Quantized;
use crate::run::{Runner, Sample};
use crate::statistics::TensorStatistics;

/// How far a result of an operator is from what it was.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The operator's position in the network before.
    pub index: usize,
    /// What it computes, such as `CONV_2D`.
    pub operator: String,
    /// The name of the result.
    pub name: String,
    /// What the operator became.
    pub form: String,
    /// Errors of the result, with those that its inputs brought along.
    pub noise: Noise,
    /// By how many dB the result is worse than the worst input: what the operator itself costs.
    pub loss: f64,
    /// The share of the result's integers that are the least or greatest of their type; `None` for floats.
    pub saturation: Option<f64>,
    /// The share that both distributions have in common.
    pub overlap: f64,
    /// Values before.
    pub exact: TensorStatistics,
    /// Values now.
    pub approximate: TensorStatistics,
}

/// Ratios above this are as good as exact.
const EXACT: f64 = 120.0;

/// Compares the floating-point results of all operators over samples.
///
/// # Errors
/// If one of the networks can not be run.
pub fn compare(
    model: &Model,
    quantized: &Quantized,
    samples: &[Sample],
    done: &dyn Fn(usize),
) -> Result<Vec<Comparison>> {
    let (mut before, mut now) = (Runner::new(model)?, Runner::new(&quantized.model)?);
    let mut rows = Vec::new();
    let mut slots = Vec::new();
    for (index, layer) in quantized.layers.iter().enumerate().filter(|(_, layer)| layer.has_floats) {
        for &output in &model.graphs[0].node(layer.node).outputs {
            slots.push((output, quantized.values.get(&output).copied().unwrap_or(output), 0.0, 0));
            rows.push(Comparison {
                index,
                operator: layer.operator.clone(),
                name: model.graphs[0].value(output).name.clone(),
                form: layer.form.to_string(),
                noise: Noise::default(),
                loss: 0.0,
                saturation: None,
                overlap: 0.0,
                exact: TensorStatistics::default(),
                approximate: TensorStatistics::default(),
            });
        }
    }
    for (count, sample) in samples.iter().enumerate() {
        before.run(sample)?;
        now.run(sample)?;
        for (row, (own, its, share, seen)) in rows.iter_mut().zip(&mut slots) {
            let (Some(exact), Some(view)) = (before.real(*own), now.value(*its)) else { continue };
            let Ok(approximate) = view.to_real() else { continue };
            row.noise.add(&exact, &approximate);
            row.exact.add(&exact, 0);
            row.approximate.add(&approximate, 0);
            if let Some(more) = saturation(view.bytes(), view.dtype()) {
                *share += more;
                *seen += 1;
            }
        }
        done(count + 1);
    }
    for (row, (_, _, share, seen)) in rows.iter_mut().zip(&slots) {
        row.overlap = overlap(&row.exact.histogram, &row.approximate.histogram);
        row.saturation = (*seen > 0).then(|| share / f64::from(*seen));
    }
    losses(model, quantized, &mut rows);
    Ok(rows)
}

/// Fills in how much worse each result is than its operator's worst input.
fn losses(model: &Model, quantized: &Quantized, rows: &mut [Comparison]) {
    let graph = &model.graphs[0];
    let ratios: std::collections::BTreeMap<&str, f64> =
        rows.iter().map(|row| (row.name.as_str(), row.noise.sqnr().min(EXACT))).collect();
    let losses: Vec<f64> = rows
        .iter()
        .map(|row| {
            let node = graph.node(quantized.layers[row.index].node);
            let inputs = node.inputs.iter().flatten().map(|&input| graph.value(input).name.as_str());
            let worst = inputs.filter_map(|name| ratios.get(name).copied()).fold(EXACT, f64::min);
            (worst - row.noise.sqnr().min(EXACT)).max(0.0)
        })
        .collect();
    rows.iter_mut().zip(losses).for_each(|(row, loss)| row.loss = loss);
}

/// The rows with the least signal to noise ratios, worst first.
pub fn worst(rows: &[Comparison], count: usize) -> Vec<&Comparison> {
    let mut sorted: Vec<&Comparison> = rows.iter().collect();
    sorted.sort_by(|a, b| a.noise.sqnr().total_cmp(&b.noise.sqnr()));
    sorted.truncate(count);
    sorted
}
