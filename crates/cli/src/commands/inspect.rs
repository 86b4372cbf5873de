//! `featherlite inspect`: what is in a model file, and what the plan makes of it.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use featherlite::metadata::{self, Metadata, Normalization};
use featherlite::schema::metadata::TensorMetadata;
use featherlite::schema::owned;
use featherlite::{Model, NodeInfo, Quantization, Session, StepReport, SubgraphInfo, TensorInfo};
use serde_json::{Value, json};

use crate::session::{RunOptions, open};
use crate::summary::{bytes, declared_shape, quantization};
use crate::table::Table;
use crate::terminal::Terminal;

pub(super) const EXAMPLES: &str = "\
Examples:
  featherlite inspect model.tflite                 its graph, signatures and metadata
  featherlite inspect model.tflite --plan          also memory, and the kernel of each operator
  featherlite inspect model.tflite --json | jq '.subgraphs[0].inputs'";

/// Show what is in a model
#[derive(Args)]
pub(crate) struct Inspect {
    /// The .tflite file
    model: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Plan the model, and show its memory and kernels
    #[arg(long)]
    plan: bool,
    #[command(flatten)]
    run: RunOptions,
}

impl Inspect {
    pub(crate) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let model = open(&self.model)?;
        let tables = owned::Model::read(model.schema()).unwrap_or_default();
        let report = Report { model: &model, metadata: Metadata::of(&model)?, tables };
        if self.json {
            let mut value = report.json();
            if self.plan {
                value["plan"] = plan_json(&self.run.session(&model)?);
            }
            terminal.json(&value)?;
            return Ok(ExitCode::SUCCESS);
        }
        report.print(terminal)?;
        if self.plan {
            terminal.flush()?;
            print_plan(&self.run.session(&model)?, terminal)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

struct Report<'m> {
    model: &'m Model,
    metadata: Option<Metadata<'m>>,
    /// The file as plain data; empty if it has options that are not known.
    tables: owned::Model<'m>,
}

impl<'m> Report<'m> {
    /// Bytes of the file that hold a tensor's contents.
    fn stored(&self, subgraph: usize, tensor: usize) -> usize {
        let schema = self.model.schema();
        let graph = schema.subgraphs().get(subgraph);
        let buffer = graph.and_then(|graph| graph.tensors().get(tensor)).map(|tensor| tensor.buffer());
        buffer.and_then(|buffer| schema.buffer_data(buffer).ok()).map_or(0, <[u8]>::len)
    }

    fn constants(&self, index: usize, graph: SubgraphInfo<'_>) -> usize {
        (0..graph.tensors().len()).map(|tensor| self.stored(index, tensor)).sum()
    }

    /// A node's options, such as `stride_w: 2, stride_h: 2`.
    fn options(&self, subgraph: usize, node: usize) -> String {
        let graph = self.tables.subgraphs.get(subgraph);
        let Some(operator) = graph.and_then(|graph| graph.operators.get(node)) else { return String::new() };
        let text = match (&operator.builtin_options, &operator.builtin_options_2) {
            (Some(options), _) => format!("{options:?}"),
            (None, Some(options)) => format!("{options:?}"),
            (None, None) if operator.custom_options.is_empty() => String::new(),
            (None, None) => return format!("{} of options", bytes(operator.custom_options.len())),
        };
        // What stands between the braces of `Kind(Kind { … })`.
        let fields = text.split_once(" { ").and_then(|(_, fields)| fields.strip_suffix(" })"));
        fields.unwrap_or_default().to_owned()
    }

    /// Names and sizes of the file's metadata buffers.
    fn buffers(&self) -> Vec<(&'m str, usize)> {
        let schema = self.model.schema();
        let size = |buffer| schema.buffer_data(buffer).map_or(0, <[u8]>::len);
        schema.metadata().iter().map(|entry| (entry.name().unwrap_or("?"), size(entry.buffer()))).collect()
    }

    fn print(&self, out: &mut Terminal) -> Result<()> {
        let (model, schema) = (self.model, self.model.schema());
        let title = out.bold(model.file().unwrap_or("model"));
        writeln!(out, "{title}  {}  schema version {}", bytes(model.bytes().len()), schema.version())?;
        let mut facts = Table::new("ll");
        if let Some(text) = schema.description().filter(|text| !text.is_empty()) {
            facts.row(["description", text]);
        }
        for (name, size) in self.buffers() {
            facts.row(["metadata", &format!("{name} ({})", bytes(size))]);
        }
        for file in metadata::files(model.bytes()) {
            facts.row(["file", &format!("{} ({})", file.name, bytes(file.size))]);
        }
        facts.print(out, "  ")?;
        self.print_metadata(out)?;
        for signature in model.signatures() {
            let title = out.bold(format!("signature {}", signature.key()));
            writeln!(out, "{title}  runs subgraph {}", signature.subgraph())?;
            let mut ports = Table::new("llr");
            for (kind, list) in [("input", signature.inputs()), ("output", signature.outputs())] {
                list.iter().for_each(|(name, tensor)| ports.row([kind, name, &format!("t{tensor}")]));
            }
            ports.print(out, "  ")?;
        }
        for (index, graph) in model.subgraphs().enumerate() {
            self.print_subgraph(index, graph, out)?;
        }
        Ok(())
    }

    fn print_metadata(&self, out: &mut Terminal) -> Result<()> {
        let Some(metadata) = &self.metadata else { return Ok(()) };
        let title = out.bold("model metadata");
        writeln!(out, "{title}")?;
        let mut facts = Table::new("ll");
        for (key, text) in texts(metadata) {
            if let Some(text) = text.and_then(|text| text.lines().next()) {
                facts.row([key, text]);
            }
        }
        for (kind, tensors) in [("input", inputs(metadata)), ("output", outputs(metadata))] {
            for (number, tensor) in tensors.into_iter().enumerate() {
                facts.row([format!("{kind} {number}"), describe(tensor)]);
            }
        }
        facts.print(out, "  ")?;
        Ok(())
    }

    fn print_subgraph(&self, index: usize, graph: SubgraphInfo<'_>, out: &mut Terminal) -> Result<()> {
        let title = out.bold(format!("subgraph {index} {}", graph.name()));
        writeln!(
            out,
            "{}: {} operators, {} tensors, {} of constants",
            title.trim_end(),
            graph.nodes().len(),
            graph.tensors().len(),
            bytes(self.constants(index, graph))
        )?;
        let heading = |out: &Terminal, text: &str| out.dim(text);
        for (name, list) in [("inputs", graph.inputs()), ("outputs", graph.outputs())] {
            writeln!(out, "  {}", heading(out, name))?;
            let mut table = Table::new("rlllll");
            list.iter().for_each(|&tensor| table.row(self.tensor_row(index, graph, tensor)));
            table.print(out, "    ")?;
        }
        writeln!(out, "  {}", heading(out, "operators"))?;
        let mut table = Table::new("rllll");
        for (number, node) in graph.nodes().iter().enumerate() {
            let known = if node.is_known() { "" } else { " (not supported)" };
            let results: Vec<String> = node
                .outputs()
                .iter()
                .map(|&tensor| {
                    let info = &graph.tensors()[tensor];
                    format!("t{tensor} {} {}", info.dtype(), declared_shape(info))
                })
                .collect();
            table.row([
                number.to_string(),
                format!("{} v{}{known}", node.name(), node.version()),
                format!("({})", inputs_of(node)),
                format!("-> {}", results.join(", ")),
                self.options(index, number),
            ]);
        }
        table.print(out, "    ")?;
        writeln!(out, "  {}", heading(out, "tensors"))?;
        let mut table = Table::new("rlllll");
        (0..graph.tensors().len()).for_each(|tensor| table.row(self.tensor_row(index, graph, tensor)));
        table.print(out, "    ")?;
        Ok(())
    }

    fn tensor_row(&self, subgraph: usize, graph: SubgraphInfo<'_>, tensor: usize) -> [String; 6] {
        let info = &graph.tensors()[tensor];
        let kind = match (info.is_constant(), info.is_variable()) {
            (_, true) => "variable".to_owned(),
            (true, _) => {
                let sparse = if info.is_sparse() { "sparse " } else { "" };
                format!("{sparse}constant {}", bytes(self.stored(subgraph, tensor)))
            }
            (false, false) => info.shape().bytes(info.dtype()).map_or_else(|_| String::new(), bytes),
        };
        [
            format!("t{tensor}"),
            info.dtype().to_string(),
            declared_shape(info),
            kind,
            info.name().to_owned(),
            quantization(info),
        ]
    }

    fn json(&self) -> Value {
        let (model, schema) = (self.model, self.model.schema());
        let buffers: Vec<Value> =
            self.buffers().iter().map(|(name, size)| json!({"name": name, "bytes": size})).collect();
        let files: Vec<Value> = metadata::files(model.bytes())
            .iter()
            .map(|file| json!({"name": file.name, "bytes": file.size}))
            .collect();
        let port = |(name, tensor): &(String, usize)| json!({"name": name, "tensor": tensor});
        let signatures: Vec<Value> = model
            .signatures()
            .iter()
            .map(|signature| {
                json!({
                    "key": signature.key(),
                    "subgraph": signature.subgraph(),
                    "inputs": signature.inputs().iter().map(port).collect::<Vec<_>>(),
                    "outputs": signature.outputs().iter().map(port).collect::<Vec<_>>(),
                })
            })
            .collect();
        let subgraphs: Vec<Value> =
            model.subgraphs().enumerate().map(|(index, graph)| self.subgraph_json(index, graph)).collect();
        json!({
            "file": model.file(),
            "bytes": model.bytes().len(),
            "schema_version": schema.version(),
            "description": schema.description(),
            "metadata_buffers": buffers,
            "files": files,
            "metadata": self.metadata.as_ref().map(metadata_json),
            "signatures": signatures,
            "subgraphs": subgraphs,
        })
    }

    fn subgraph_json(&self, index: usize, graph: SubgraphInfo<'_>) -> Value {
        let nodes = graph.nodes().iter().enumerate().map(|(number, node)| {
            json!({
                "operator": node.name(),
                "version": node.version(),
                "options": self.options(index, number),
                "supported": node.is_known(),
                "inputs": node.inputs(),
                "outputs": node.outputs(),
            })
        });
        let tensors = graph.tensors().iter().enumerate().map(|(tensor, info)| {
            let dense = info.shape().bytes(info.dtype()).ok();
            json!({
                "name": info.name(),
                "dtype": info.dtype().name(),
                "shape": info.shape().dims(),
                "shape_signature": info.shape_signature(),
                "bytes": dense,
                "stored_bytes": self.stored(index, tensor),
                "constant": info.is_constant(),
                "variable": info.is_variable(),
                "sparse": info.is_sparse(),
                "quantization": quantization_json(info),
            })
        });
        json!({
            "name": graph.name(),
            "inputs": graph.inputs(),
            "outputs": graph.outputs(),
            "constant_bytes": self.constants(index, graph),
            "operators": nodes.collect::<Vec<_>>(),
            "tensors": tensors.collect::<Vec<_>>(),
        })
    }
}

fn inputs_of(node: &NodeInfo) -> String {
    let name = |input: &Option<usize>| input.map_or_else(|| "-".to_owned(), |tensor| format!("t{tensor}"));
    node.inputs().iter().map(name).collect::<Vec<_>>().join(", ")
}

/// What the metadata say of the model as a whole.
fn texts<'m>(metadata: &Metadata<'m>) -> [(&'static str, Option<&'m str>); 5] {
    let table = metadata.table();
    [
        ("name", table.name()),
        ("description", table.description()),
        ("version", table.version()),
        ("author", table.author()),
        ("license", table.license()),
    ]
}

fn inputs<'m>(metadata: &Metadata<'m>) -> Vec<TensorMetadata<'m>> {
    (0..).map_while(|index| metadata.input(index)).collect()
}

fn outputs<'m>(metadata: &Metadata<'m>) -> Vec<TensorMetadata<'m>> {
    (0..).map_while(|index| metadata.output(index)).collect()
}

/// An input or output as the metadata describe it.
fn describe(tensor: TensorMetadata<'_>) -> String {
    let mut line = tensor.name().unwrap_or_default().to_owned();
    if let Some(Normalization { mean, std }) = Normalization::of(tensor) {
        line += &format!("  mean {mean:?} std {std:?}");
    }
    for file in tensor.associated_files().iter() {
        let kind = file.type_().name().unwrap_or("of another kind");
        line += &format!("  {} ({kind})", file.name().unwrap_or_default());
    }
    line
}

fn metadata_json(metadata: &Metadata<'_>) -> Value {
    let tensor = |tensor: TensorMetadata<'_>| {
        let files = tensor.associated_files().iter().map(|file| file.name());
        json!({
            "name": tensor.name(),
            "description": tensor.description(),
            "normalization": Normalization::of(tensor).map(|n| json!({"mean": n.mean, "std": n.std})),
            "files": files.collect::<Vec<_>>(),
        })
    };
    let mut value = json!({
        "inputs": inputs(metadata).into_iter().map(tensor).collect::<Vec<_>>(),
        "outputs": outputs(metadata).into_iter().map(tensor).collect::<Vec<_>>(),
    });
    for (key, text) in texts(metadata) {
        value[key] = text.into();
    }
    value
}

fn quantization_json(info: &TensorInfo) -> Value {
    match info.quantization() {
        Quantization::None => Value::Null,
        Quantization::Affine(affine) => {
            json!({"scales": affine.scales, "zero_points": affine.zero_points, "axis": affine.axis})
        }
        Quantization::Blockwise(blockwise) => json!({
            "scales_tensor": blockwise.scales,
            "zero_points_tensor": blockwise.zero_points,
            "block_size": blockwise.block_size,
        }),
    }
}

/// How much larger the arena is than it must be.
fn ratio(arena: usize, bound: usize) -> f64 {
    if bound == 0 { 1.0 } else { arena as f64 / bound as f64 }
}

fn print_plan(session: &Session, out: &mut Terminal) -> Result<()> {
    let memory = session.memory();
    let title = out.bold("plan");
    writeln!(out, "{title}")?;
    let mut table = Table::new("lrl");
    let share = format!(
        "tensors take {}, {:.2} times the {} that are alive at once",
        bytes(memory.arena_tensors),
        ratio(memory.arena_tensors, memory.arena_bound),
        bytes(memory.arena_bound)
    );
    let rows = [
        ("arena", memory.arena, share.as_str()),
        ("state", memory.persistent, "kept from run to run"),
        ("dynamic", memory.dynamic, "sizes known only during a run"),
        ("weights in the file", memory.mapped_weights, "read where they are"),
        ("weights packed", memory.packed_weights, "in the order that kernels want"),
        ("weights folded", memory.folded_weights, "expanded or computed once"),
    ];
    rows.iter().for_each(|(name, size, remark)| table.row([*name, &bytes(*size), *remark]));
    table.print(out, "  ")?;
    let heading = out.dim("steps");
    writeln!(out, "  {heading}")?;
    let mut table = Table::new("rll");
    for StepReport { node, operator, kernel, is_dynamic } in session.steps(0) {
        let kernel = kernel.unwrap_or(if is_dynamic { "planned during the run" } else { "" });
        table.row([&node.to_string(), &operator, kernel]);
    }
    table.print(out, "    ")?;
    Ok(())
}

fn plan_json(session: &Session) -> Value {
    let memory = session.memory();
    let steps: Vec<Value> = session
        .steps(0)
        .iter()
        .map(|step| {
            json!({
                "node": step.node,
                "operator": step.operator,
                "kernel": step.kernel,
                "dynamic": step.is_dynamic,
            })
        })
        .collect();
    json!({
        "arena_bytes": memory.arena,
        "arena_bound_bytes": memory.arena_bound,
        "arena_tensor_bytes": memory.arena_tensors,
        "arena_ratio": ratio(memory.arena_tensors, memory.arena_bound),
        "state_bytes": memory.persistent,
        "dynamic_bytes": memory.dynamic,
        "mapped_weight_bytes": memory.mapped_weights,
        "packed_weight_bytes": memory.packed_weights,
        "folded_weight_bytes": memory.folded_weights,
        "steps": steps,
    })
}
