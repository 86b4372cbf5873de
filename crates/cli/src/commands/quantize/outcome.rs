//! What came of a quantization.

use std::io::Write;

use anyhow::Result;
use featherlite::quant::debug::Comparison;
use featherlite::quant::improve::Step;
use featherlite::quant::quantize::Quantized;
use serde_json::{Value, json};

use super::show::{self, Explanation};
use crate::terminal::Terminal;

/// A quantized network with its file, and what is to be said of it.
pub(crate) struct Outcome {
    pub(crate) quantized: Quantized,
    /// The file that was checked.
    pub(crate) file: bytes::Bytes,
    /// The size of the file without quantization.
    pub(super) float_bytes: usize,
    /// The signal to noise ratio of the outputs with each step, and whether it was kept.
    pub(super) trials: Vec<(Option<Step>, f64, bool)>,
    /// Errors of all operators, if asked for.
    pub(super) rows: Vec<Comparison>,
    /// What each operator becomes, if asked for.
    pub(super) explanation: Option<Explanation>,
}

impl Outcome {
    /// Says what operators became, what the steps gave, and what was asked for beyond that.
    pub(crate) fn print(&self, terminal: &mut Terminal) -> Result<()> {
        if let Some(explanation) = &self.explanation {
            explanation.print(terminal)?;
        }
        if !self.rows.is_empty() {
            show::errors(&self.rows, terminal)?;
        }
        for (step, ratio, is_kept) in &self.trials {
            let step = step.map_or("as it is", Step::name);
            let remark = if *is_kept { "" } else { ", not kept" };
            writeln!(terminal, "{step}: {ratio:.2} dB signal to quantization noise{remark}")?;
        }
        show::summary(&self.quantized, terminal)?;
        let share = 100.0 * self.file.len() as f64 / self.float_bytes.max(1) as f64;
        Ok(writeln!(terminal, "{share:.0} % of the floating-point model")?)
    }

    /// The same as JSON, without what is shown only on request.
    pub(crate) fn json(&self) -> Value {
        let forms = show::counts(&self.quantized);
        let forms = forms
            .iter()
            .map(|((form, reason), count)| json!({ "form": form, "reason": reason, "operators": count }));
        let steps = self.trials.iter().map(|(step, ratio, is_kept)| {
            json!({ "step": step.map(Step::name), "decibels": ratio, "kept": is_kept })
        });
        json!({
            "forms": forms.collect::<Vec<_>>(),
            "steps": steps.collect::<Vec<_>>(),
            "floating_point_bytes": self.float_bytes,
        })
    }
}
