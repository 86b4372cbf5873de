//! `featherlite compare`: two models, or one model run in two ways, layer by layer.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;
use featherlite::{DType, Model, Session, SessionOptions, TensorView};

use crate::entry::Entry;
use crate::exit::{FAILED, usage};
use crate::inputs::InputOptions;
use crate::session::{KernelSet, RunOptions, open, session, threads};
use crate::summary::number;
use crate::table::Table;
use crate::terminal::Terminal;

pub(super) const EXAMPLES: &str = "\
Both sides get the same inputs, and every intermediate tensor is kept and compared. Layers are matched by position where
both models have the same operators, otherwise by the names of their outputs. The exit code is 1 if something differs.

Examples:
  featherlite compare model.tflite                            reference kernels against fast ones
  featherlite compare model.tflite --threads 1,4
  featherlite compare model.tflite --isa scalar,avx2 --kernels fast
  featherlite compare old.tflite new.tflite                   the first layer that differs
  featherlite compare float.tflite int8.tflite --tolerance 0.1 -i photo.jpg";

/// Find the first layer that differs between two models or kernel sets
#[derive(Args)]
pub(crate) struct Compare {
    /// The first .tflite file
    a: PathBuf,
    /// The second [default: the first one, with other kernels]
    b: Option<PathBuf>,
    /// Largest error allowed, as a share of a tensor's largest magnitude [default: 0.0001, and none for integers
    /// that are quantized alike]
    #[arg(long, value_name = "SHARE")]
    tolerance: Option<f32>,
    /// What to run [default: the main subgraph]
    #[arg(long, value_name = "KEY")]
    signature: Option<String>,
    /// Print every layer, not only those that differ
    #[arg(long)]
    all: bool,
    /// Threads of both runs, or of each [default: 1]
    #[arg(long, value_name = "N[,N]", value_delimiter = ',', value_parser = threads, help_heading = "How to run")]
    threads: Vec<usize>,
    /// Kernels of both runs, or of each [default: reference,fast for one model, fast for two]
    #[arg(long, value_name = "SET[,SET]", value_delimiter = ',', value_enum, help_heading = "How to run")]
    kernels: Vec<KernelSet>,
    /// Highest instruction set of both runs, or of each
    #[arg(long, value_name = "LEVEL[,LEVEL]", value_delimiter = ',', help_heading = "How to run")]
    isa: Vec<String>,
    #[command(flatten)]
    inputs: InputOptions,
}

/// One of the two runs.
struct Side {
    model: Model,
    entry: Entry,
    session: Session,
}

/// An output of an operator that both sides have.
struct Layer {
    node: usize,
    operator: String,
    tensors: [usize; 2],
    /// The node of the second side.
    other_node: usize,
}

/// How far two tensors are apart.
struct Difference {
    greatest: f32,
    mean: f32,
    /// The greatest difference over the first side's largest magnitude.
    share: f32,
    count: usize,
    elements: usize,
    /// Both hold integers of one type and quantization.
    exact: bool,
}

impl Compare {
    pub(crate) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let model_a = open(&self.a)?;
        let model_b = self.b.as_deref().map_or_else(|| Ok(model_a.clone()), open)?;
        let mut a = self.side(model_a, 0)?;
        let mut b = self.side(model_b, 1)?;
        self.inputs.read(&a.session, &a.entry)?.set(&mut a.session, &a.entry, terminal)?;
        copy_inputs(&a, &mut b)?;
        a.entry.run(&mut a.session)?;
        b.entry.run(&mut b.session)?;
        let (layers, matched) = match_layers(&a, &b);
        writeln!(terminal, "{} of {} layers matched by {matched}", layers.len(), a.graph_outputs())?;
        let first = self.compare_layers(&a, &b, &layers, terminal)?;
        let outputs_differ = self.compare_outputs(&a, &b, terminal)?;
        if let Some(layer) = first {
            let (_, difference) = self.judge(&a, &b, layer.tensors)?;
            let title = terminal.bad("first difference:");
            writeln!(terminal, "{title} {} {difference}", describe(&a, layer))?;
            for (_, line) in self.changed_constants(&a, &b, layer)? {
                writeln!(terminal, "  {line}")?;
            }
        }
        if first.is_some() || outputs_differ {
            return Ok(ExitCode::from(FAILED));
        }
        writeln!(terminal, "{}", terminal.good("no difference beyond the tolerance"))?;
        Ok(ExitCode::SUCCESS)
    }

    fn side(&self, model: Model, index: usize) -> Result<Side> {
        let pick = |length: usize| if length > 1 { index } else { 0 };
        if self.threads.len() > 2 || self.kernels.len() > 2 || self.isa.len() > 2 {
            return Err(usage("--threads, --kernels and --isa take one value, or one for each side"));
        }
        let usual = if self.b.is_none() && index == 0 { KernelSet::Reference } else { KernelSet::Fast };
        let run = RunOptions {
            threads: self.threads.get(pick(self.threads.len())).copied().unwrap_or(1),
            kernels: self.kernels.get(pick(self.kernels.len())).copied().unwrap_or(usual),
            isa: self.isa.get(pick(self.isa.len())).cloned(),
        };
        let entry = Entry::find(&model, self.signature.as_deref())?;
        let options = SessionOptions { preserve_all_tensors: true, ..run.options() };
        let session = session(&model, options)?;
        Ok(Side { model, entry, session })
    }

    /// The first layer that differs beyond the tolerance.
    fn compare_layers<'l>(
        &self,
        a: &Side,
        b: &Side,
        layers: &'l [Layer],
        terminal: &mut Terminal,
    ) -> Result<Option<&'l Layer>> {
        let mut table = Table::new("rlll");
        let mut first = None;
        for layer in layers {
            let (mut differs, mut text) = self.judge(a, b, layer.tensors)?;
            // A changed weight need not show in the results for these inputs.
            if !differs && self.changed_constants(a, b, layer)?.iter().any(|(beyond, _)| *beyond) {
                (differs, text) = (true, format!("{text}, but its constants differ"));
            }
            if differs {
                first = first.or(Some(layer));
            }
            if differs || self.all {
                let name = a.tensor_name(layer.tensors[0]);
                let text = if differs { terminal.bad(text) } else { text };
                table.row([format!("{}", layer.node), layer.operator.clone(), name.to_owned(), text]);
            }
        }
        table.print(terminal, "  ")?;
        Ok(first)
    }

    fn compare_outputs(&self, a: &Side, b: &Side, terminal: &mut Terminal) -> Result<bool> {
        let (count_a, count_b) = (a.entry.outputs.len(), b.entry.outputs.len());
        let mut any = count_a != count_b;
        if any {
            writeln!(terminal, "{}", terminal.bad(format!("{count_a} outputs against {count_b}")))?;
        }
        for (position, (port_a, port_b)) in a.entry.outputs.iter().zip(&b.entry.outputs).enumerate() {
            let (differs, text) = self.judge(a, b, [port_a.tensor, port_b.tensor])?;
            any |= differs;
            let title = terminal.bold(format!("output {position} {}", port_a.name));
            writeln!(terminal, "{title}  {}", if differs { terminal.bad(text) } else { text })?;
        }
        Ok(any)
    }

    /// Whether two tensors differ beyond the tolerance, and in words.
    fn judge(&self, a: &Side, b: &Side, tensors: [usize; 2]) -> Result<(bool, String)> {
        let (view_a, view_b) = (a.tensor(tensors[0])?, b.tensor(tensors[1])?);
        if view_a.shape() != view_b.shape() {
            return Ok((true, format!("shape {} against {}", view_a.shape(), view_b.shape())));
        }
        let Some(difference) = Difference::of(&view_a, &view_b) else {
            let same = view_a.bytes() == view_b.bytes();
            return Ok((!same, if same { "same".to_owned() } else { "other contents".to_owned() }));
        };
        let allowed = self.tolerance.unwrap_or(if difference.exact { 0.0 } else { 1e-4 });
        Ok((difference.share > allowed, difference.describe()))
    }

    /// Which constants of a layer are not the same on both sides, and whether they are to be: float weights and their
    /// quantized form never are.
    fn changed_constants(&self, a: &Side, b: &Side, layer: &Layer) -> Result<Vec<(bool, String)>> {
        let mut lines = Vec::new();
        let (inputs_a, inputs_b) = (a.inputs_of(layer.node), b.inputs_of(layer.other_node));
        for (from, to) in inputs_a.into_iter().zip(inputs_b) {
            let (Some(from), Some(to)) = (from, to) else { continue };
            let (view_a, view_b) = (a.tensor(from)?, b.tensor(to)?);
            let both = view_a.info().is_constant() && view_b.info().is_constant();
            if !both || std::ptr::eq(view_a.bytes(), view_b.bytes()) {
                continue;
            }
            let name = format!("constant {from} {:?}", a.tensor_name(from));
            if view_a.dtype() != view_b.dtype() {
                lines.push((false, format!("{name}: {} against {}", view_a.dtype(), view_b.dtype())));
            } else if view_a.bytes() != view_b.bytes() {
                let (beyond, text) = self.judge(a, b, [from, to])?;
                lines.push((beyond, format!("{name}: {text}")));
            } else if view_a.info().quantization() != view_b.info().quantization() {
                lines.push((true, format!("{name}: other scales or zero points")));
            }
        }
        Ok(lines)
    }
}

impl Side {
    fn graph_outputs(&self) -> usize {
        self.nodes().iter().map(|(_, outputs)| outputs.len()).sum()
    }

    /// Operator and outputs of each node.
    fn nodes(&self) -> Vec<(&str, &[usize])> {
        let graph = self.model.subgraphs().nth(self.entry.subgraph);
        let nodes = graph.iter().flat_map(|graph| graph.nodes());
        nodes.map(|node| (node.name(), node.outputs())).collect()
    }

    fn tensor(&self, tensor: usize) -> Result<TensorView<'_>> {
        Ok(self.session.tensor_of(self.entry.subgraph, tensor)?)
    }

    fn tensor_name(&self, tensor: usize) -> &str {
        let graph = self.model.subgraphs().nth(self.entry.subgraph);
        graph.and_then(|graph| graph.tensors().get(tensor)).map_or("", |info| info.name())
    }

    fn inputs_of(&self, node: usize) -> Vec<Option<usize>> {
        let graph = self.model.subgraphs().nth(self.entry.subgraph);
        graph.and_then(|graph| graph.nodes().get(node)).map_or(Vec::new(), |node| node.inputs().to_vec())
    }

    fn has_value(&self, tensor: usize) -> bool {
        self.session.tensor_of(self.entry.subgraph, tensor).is_ok()
    }
}

/// Gives the second side the first one's inputs, quantized its own way.
fn copy_inputs(a: &Side, b: &mut Side) -> Result<()> {
    let (count_a, count_b) = (a.entry.inputs.len(), b.entry.inputs.len());
    ensure!(count_a == count_b, "the models have {count_a} and {count_b} inputs");
    let subgraph = b.entry.subgraph;
    let same_names =
        a.entry.inputs.iter().all(|port| b.entry.inputs.iter().any(|other| other.name == port.name));
    let partner = |position: usize| {
        let wanted = |port: &crate::entry::Port| port.name == a.entry.inputs[position].name;
        if same_names { b.entry.inputs.iter().position(wanted).unwrap_or(position) } else { position }
    };
    let pairs: Vec<(usize, usize)> = (0..count_a).map(|position| (position, partner(position))).collect();
    for &(from, to) in &pairs {
        let shape = a.session.input_shape_of(a.entry.subgraph, from)?;
        b.session.resize_input_of(subgraph, to, shape.dims())?;
    }
    for &(from, to) in &pairs {
        let view = a.tensor(a.entry.inputs[from].tensor)?;
        let Some(info) = b.entry.input_info(&b.model, to).filter(|info| !info.is_constant()) else {
            continue;
        };
        let alike = info.dtype() == view.dtype() && info.quantization() == view.info().quantization();
        if alike {
            b.session.set_input_bytes(subgraph, to, view.bytes())?;
        } else {
            b.session.set_input_real_of(subgraph, to, &view.to_real()?)?;
        }
    }
    Ok(())
}

/// The outputs of operators that both sides have, and how they were found.
fn match_layers(a: &Side, b: &Side) -> (Vec<Layer>, &'static str) {
    let (nodes_a, nodes_b) = (a.nodes(), b.nodes());
    let same = nodes_a.len() == nodes_b.len()
        && nodes_a.iter().zip(&nodes_b).all(|(a, b)| a.0 == b.0 && a.1.len() == b.1.len());
    let by_name: BTreeMap<&str, (usize, usize)> = nodes_b
        .iter()
        .enumerate()
        .flat_map(|(node, (_, outputs))| outputs.iter().map(move |&tensor| (node, tensor)))
        .map(|(node, tensor)| (b.tensor_name(tensor), (node, tensor)))
        .collect();
    let mut layers = Vec::new();
    for (node, (operator, outputs)) in nodes_a.iter().enumerate() {
        for (position, &tensor) in outputs.iter().enumerate() {
            let partner = match same {
                true => Some((node, nodes_b[node].1[position])),
                false => by_name.get(a.tensor_name(tensor)).copied(),
            };
            let Some((other_node, other)) = partner else { continue };
            if a.has_value(tensor) && b.has_value(other) {
                let operator = (*operator).to_owned();
                layers.push(Layer { node, operator, tensors: [tensor, other], other_node });
            }
        }
    }
    (layers, if same { "position" } else { "name" })
}

fn describe(side: &Side, layer: &Layer) -> String {
    format!(
        "node {} ({}), tensor {} {:?}:",
        layer.node,
        layer.operator,
        layer.tensors[0],
        side.tensor_name(layer.tensors[0])
    )
}

impl Difference {
    /// `None` if the tensors do not hold real numbers. They must have the same shape.
    fn of(a: &TensorView<'_>, b: &TensorView<'_>) -> Option<Self> {
        let (values_a, values_b) = (a.to_real().ok()?, b.to_real().ok()?);
        let (mut greatest, mut sum, mut count, mut magnitude) = (0f32, 0f64, 0usize, 0f32);
        for (&x, &y) in values_a.iter().zip(&values_b) {
            if x.is_finite() {
                magnitude = magnitude.max(x.abs());
            }
            if x == y || (x.is_nan() && y.is_nan()) {
                continue;
            }
            let error = (x - y).abs();
            greatest = greatest.max(if error.is_nan() { f32::INFINITY } else { error });
            sum += f64::from(error);
            count += 1;
        }
        let elements = values_a.len();
        let is_integer = !matches!(a.dtype(), DType::F32 | DType::F16 | DType::F64 | DType::Bf16);
        let alike = a.dtype() == b.dtype() && a.info().quantization() == b.info().quantization();
        Some(Self {
            greatest,
            mean: (sum / elements.max(1) as f64) as f32,
            share: if greatest == 0.0 { 0.0 } else { greatest / magnitude },
            count,
            elements,
            exact: is_integer && alike,
        })
    }

    fn describe(&self) -> String {
        if self.count == 0 {
            return "same".to_owned();
        }
        format!(
            "max |a-b| {} ({} of the range), mean {}, in {} of {} elements",
            number(self.greatest),
            number(self.share),
            number(self.mean),
            self.count,
            self.elements
        )
    }
}
