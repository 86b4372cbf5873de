//! What `featherlite convert` says of its result.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use featherlite::convert::import::Format;
use featherlite::convert::targets::Target;
use featherlite::convert::verify::OutputError;
use featherlite::ir::{Graph, Model};
use serde_json::json;

use crate::commands::quantize::Outcome;
use crate::table::Table;
use crate::terminal::Terminal;

/// How many nodes all graphs have together.
pub(super) fn count(model: &Model) -> usize {
    model.graphs.iter().map(Graph::node_count).sum()
}

/// How often each operator occurs.
fn operators(model: &Model) -> BTreeMap<String, usize> {
    let mut operators = BTreeMap::new();
    for (_, node) in model.graphs.iter().flat_map(|graph| graph.nodes()) {
        *operators.entry(node.op.name()).or_default() += 1;
    }
    operators
}

/// What came of a conversion.
pub(super) struct Report<'a> {
    /// The source's format.
    pub(super) format: Format,
    /// How many nodes the source has.
    pub(super) nodes: usize,
    /// The size of the file.
    pub(super) bytes: usize,
    /// How far the outputs are from those of the source, before quantization.
    pub(super) errors: Vec<OutputError>,
    /// The largest error that is none, as a share of an output's largest magnitude.
    pub(super) tolerance: f32,
    /// What quantization made of it, if it was asked for.
    pub(super) quantized: Option<&'a Outcome>,
    /// What can run it.
    pub(super) targets: Vec<Target>,
    /// How long it took.
    pub(super) seconds: f64,
}

impl Report<'_> {
    /// Whether an output is not that of the source.
    pub(super) fn differs(&self) -> bool {
        self.errors.iter().any(|error| error.relative() > self.tolerance)
    }

    /// As JSON; `model` is what was written.
    pub(super) fn json(&self, model: &Model) -> serde_json::Value {
        let errors: Vec<_> = self
            .errors
            .iter()
            .map(|error| {
                json!({
                    "signature": error.signature,
                    "output": error.output,
                    "max_error": error.max_error,
                    "relative_error": error.relative(),
                })
            })
            .collect();
        let runs_on: Vec<_> = self
            .targets
            .iter()
            .map(|target| {
                json!({
                    "name": target.name,
                    "runs": target.runs(),
                    "from": target.from.map(|release| release.to_string()),
                    "lacks": target.lacks,
                })
            })
            .collect();
        json!({
            "format": self.format.name(),
            "source_nodes": self.nodes,
            "operators": operators(model),
            "operator_count": count(model),
            "bytes": self.bytes,
            "verified": errors,
            "quantized": self.quantized.map(Outcome::json),
            "runs_on": runs_on,
            "seconds": self.seconds,
        })
    }

    /// As text; `model` is what was written, to `path`.
    pub(super) fn print(&self, path: &Path, model: &Model, terminal: &mut Terminal) -> Result<()> {
        let mut table = Table::new("rl");
        for (name, count) in operators(model) {
            table.row([format!("{count}"), name]);
        }
        table.print(terminal, "  ")?;
        let path = path.display();
        let (after, kilobytes) = (count(model), self.bytes as f64 / 1e3);
        writeln!(
            terminal,
            "{path}: {} of {} nodes became {after} operators, {kilobytes:.1} kB, {:.2} s",
            self.format.name(),
            self.nodes,
            self.seconds
        )?;
        for graph in &model.graphs {
            let left = graph.nodes().filter(|(_, node)| node.op.name() == "TRANSPOSE");
            let left: Vec<&str> = left.map(|(_, node)| node.name.as_str()).collect();
            if !left.is_empty() {
                writeln!(terminal, "TRANSPOSE is left {} times: {}", left.len(), left.join(", "))?;
            }
        }
        for error in &self.errors {
            let verdict = match error.relative() <= self.tolerance {
                true => terminal.good("same"),
                false => terminal.bad("differs"),
            };
            let signature = error.signature.as_ref().map(|key| format!("{key} ")).unwrap_or_default();
            writeln!(
                terminal,
                "{verdict}  {signature}{}: largest error {:.2e} of {:.3}",
                error.output, error.max_error, error.max_value
            )?;
        }
        if let Some(quantized) = self.quantized {
            writeln!(terminal, "quantized")?;
            quantized.print(terminal)?;
        }
        self.print_targets(terminal)
    }

    fn print_targets(&self, terminal: &mut Terminal) -> Result<()> {
        writeln!(terminal, "runs on")?;
        let mut table = Table::new("ll");
        for target in &self.targets {
            let verdict = match target.from {
                _ if !target.runs() => terminal.bad(format_args!("no: lacks {}", target.lacks.join(", "))),
                Some(release) => terminal.good(format_args!("{release} or later")),
                None => terminal.good("yes"),
            };
            table.row([target.name.to_owned(), verdict]);
        }
        table.print(terminal, "  ")?;
        Ok(())
    }
}
