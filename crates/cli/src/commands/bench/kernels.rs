//! Every kernel that there is for the shapes of a model, one against the other.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use featherlite::{Level, Model};

use crate::macs;
use crate::session::{KernelSet, RunOptions};
use crate::table::Table;
use crate::terminal::Terminal;

use super::Bench;
use super::profile::least_times;

/// An operator with the shapes of its tensors.
type Shape = (String, String);

/// A kernel's name and the instruction set of its loops.
type Kernel = (&'static str, String);

/// The least times of kernels in microseconds.
type Kernels = BTreeMap<Kernel, f64>;

/// The kernels for each shape, and the subgraph and number of a node of that shape.
#[derive(Default)]
struct Times {
    shapes: BTreeMap<Shape, (Kernels, (usize, usize))>,
}

impl Bench {
    /// Runs the model at every instruction set of this processor, and with the reference kernels, and prints how long each
    /// kernel took for each shape; that of a normal run is marked.
    pub(super) fn compare_kernels(&self, path: &Path, terminal: &mut Terminal) -> Result<ExitCode> {
        let levels: Vec<String> = Level::detect().isas().map(|isa| isa.name().to_owned()).collect();
        let best = self.run.isa.clone().or(levels.last().cloned()).unwrap_or_default();
        let mut times = Times::default();
        let mut model = None;
        for isa in levels {
            for kernels in [KernelSet::Fast, KernelSet::Reference] {
                if kernels == KernelSet::Reference && isa != best {
                    continue;
                }
                let options = RunOptions { kernels, isa: Some(isa.clone()), ..self.run.clone() };
                let mut loaded = self.load(path, &options, terminal)?;
                times.measure(self, &mut loaded, &isa)?;
                model = Some(loaded.session.model().clone());
            }
        }
        if let Some(model) = model {
            times.print(&model, &best, terminal)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Times {
    fn measure(&mut self, bench: &Bench, loaded: &mut super::Loaded, isa: &str) -> Result<()> {
        let seen = least_times(loaded, &bench.limits)?;
        let model = loaded.session.model();
        for (&place, &(kernel, time)) in &seen {
            let Some(kernel) = kernel else { continue };
            let (kernels, _) =
                self.shapes.entry(shape(model, place)).or_insert_with(|| (Kernels::new(), place));
            let least = kernels.entry((kernel, isa.to_owned())).or_insert(time);
            *least = least.min(time);
        }
        Ok(())
    }

    fn print(&self, model: &Model, best: &str, terminal: &mut Terminal) -> Result<()> {
        for ((operator, tensors), (kernels, place)) in &self.shapes {
            writeln!(terminal, "{} {tensors}", terminal.bold(operator))?;
            let mut rows: Vec<_> = kernels.iter().collect();
            rows.sort_by(|a, b| a.1.total_cmp(b.1));
            let macs = macs::of(model, place.0, place.1);
            let mut table = Table::new("lllrr");
            for ((kernel, isa), &time) in rows {
                let is_chosen = isa == best && !kernel.ends_with("__reference");
                let rate =
                    macs.map_or(String::new(), |macs| format!("{:.1} GOP/s", 2e-3 * macs as f64 / time));
                let mark = if is_chosen { "*" } else { " " };
                table.row([
                    mark.to_owned(),
                    (*kernel).to_owned(),
                    isa.clone(),
                    format!("{time:.1} us"),
                    rate,
                ]);
            }
            table.print(terminal, "  ")?;
        }
        let note = "* is what runs; GOP/s count a multiplication and an addition as two operations";
        writeln!(terminal, "{}", terminal.dim(note))?;
        Ok(())
    }
}

/// The operator at a place and the types and shapes of its tensors.
fn shape(model: &Model, (subgraph, node): (usize, usize)) -> Shape {
    let Some(graph) = model.subgraphs().nth(subgraph) else { return Shape::default() };
    let info = &graph.nodes()[node];
    let describe = |&tensor: &usize| {
        let tensor = &graph.tensors()[tensor];
        format!("{} {}", tensor.dtype(), tensor.shape())
    };
    let inputs: Vec<String> = info.inputs().iter().flatten().map(describe).collect();
    let outputs: Vec<String> = info.outputs().iter().map(describe).collect();
    (info.name().to_owned(), format!("{} -> {}", inputs.join(", "), outputs.join(", ")))
}
