//! Tables about a quantized network.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use featherlite::ir::Model;
use featherlite::quant::debug::{Comparison, worst};
use featherlite::quant::explain::expectations;
use featherlite::quant::quantize::Quantized;
use featherlite::quant::statistics::Statistics;

use crate::table::Table;
use crate::terminal::Terminal;

/// How many of the worst operators are named.
const WORST: usize = 5;

/// How many operators became what, by form and the reason why it is not more.
pub(super) fn counts(quantized: &Quantized) -> BTreeMap<(String, &str), usize> {
    let mut counts = BTreeMap::new();
    for layer in quantized.layers.iter().filter(|layer| layer.has_floats) {
        *counts.entry((layer.form.to_string(), layer.reason.as_str())).or_default() += 1;
    }
    counts
}

/// How many operators became what, and why not more.
pub(super) fn summary(quantized: &Quantized, terminal: &mut Terminal) -> Result<()> {
    let mut table = Table::new("rll");
    for ((form, reason), count) in counts(quantized) {
        table.row([count.to_string(), form, reason.to_owned()]);
    }
    Ok(table.print(terminal, "  ")?)
}

/// What each operator is stored and computed in, and what that is expected to cost.
pub(super) struct Explanation(Table);

pub(super) fn explanation(
    model: &Model,
    quantized: &Quantized,
    statistics: Option<&Statistics>,
) -> Explanation {
    let mut table = Table::new("rllrrll");
    table.row(["#", "operator", "becomes", "weights", "results", "name", ""]);
    let decibels = |ratio: Option<f64>| ratio.map_or(String::new(), |ratio| format!("{ratio:.1} dB"));
    for (index, (layer, expected)) in
        quantized.layers.iter().zip(expectations(model, quantized, statistics)).enumerate()
    {
        table.row([
            index.to_string(),
            layer.operator.clone(),
            layer.form.to_string(),
            decibels(expected.weights),
            decibels(expected.results),
            layer.name.clone(),
            layer.reason.clone(),
        ]);
    }
    Explanation(table)
}

impl Explanation {
    pub(super) fn print(&self, terminal: &mut Terminal) -> Result<()> {
        self.0.print(terminal, "")?;
        Ok(writeln!(
            terminal,
            "dB: signal to noise of the weights as stored, and of the rounding of the results\n"
        )?)
    }
}

/// Every operator's error, the worst at the end.
pub(super) fn errors(rows: &[Comparison], terminal: &mut Terminal) -> Result<()> {
    let mut table = Table::new("rlrrrrl");
    table.row(["#", "operator", "SQNR", "lost here", "saturated", "overlap", "result"]);
    for row in rows {
        let is_bad = row.noise.sqnr() < 10.0;
        let ratio = format!("{:.1} dB", row.noise.sqnr());
        table.row([
            row.index.to_string(),
            row.operator.clone(),
            ratio,
            format!("{:.1} dB", row.loss),
            row.saturation.map_or(String::new(), |share| format!("{:.2} %", 100.0 * share)),
            format!("{:.3}", row.overlap),
            if is_bad { terminal.bad(&row.name) } else { row.name.clone() },
        ]);
    }
    table.print(terminal, "")?;
    writeln!(terminal)?;
    for row in worst(rows, WORST) {
        let text = format!("{} {:?}: {:.1} dB", row.operator, row.name, row.noise.sqnr());
        writeln!(terminal, "{} {text}, {:.1} of them lost here", terminal.bad("worst:"), row.loss)?;
    }
    Ok(())
}
