//! `featherlite convert`: TensorFlow, Keras, ONNX to an optimized `.tflite`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::Args;
use featherlite::convert::build::Size;
use featherlite::convert::import::{self, Format, Options};
use featherlite::convert::targets::{self, Target};
use featherlite::convert::verify::{OutputError, verify};
use featherlite::convert::{export, inputs, passes};
use featherlite::ir::{Model, Names};
use serde_json::json;

use crate::exit::{FAILED, usage};
use crate::files;
use crate::table::Table;
use crate::terminal::Terminal;

pub(super) const EXAMPLES: &str = "\
Sources are a SavedModel folder, a frozen GraphDef (.pb), a Keras model (.keras, .h5), an ONNX model (.onnx; from PyTorch
by torch.onnx), or a .tflite to optimize once more. Inputs and outputs keep their names and order, and sizes that the source
leaves open stay open. At the end source and result run on the same random inputs; the exit code is 1 if they differ.

Examples:
  featherlite convert model.keras -o model.tflite
  featherlite convert saved_model -o model.tflite --signature serving_default
  featherlite convert model.onnx -o model.tflite --shape input=1,3,224,224
  featherlite convert model.onnx -o model.tflite --nhwc input       rows, columns, channels instead of channels first
  featherlite convert graph.pb -o model.tflite --inputs image --outputs scores --shape image=1,224,224,3
  featherlite convert model.keras -o model.tflite --dump-ir passes  the graph after each pass, as text";

/// Convert a TensorFlow, Keras or ONNX network to .tflite
#[derive(Args)]
pub(crate) struct Convert {
    /// A SavedModel folder, or a .pb, .keras, .h5, .onnx or .tflite file
    source: PathBuf,
    /// The .tflite file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The shape of an input; a size that is no number stays open under that name
    #[arg(long, value_name = "INPUT=N,N,…", help_heading = "What to convert")]
    shape: Vec<String>,
    /// A size to leave open: batch, height, width, or INPUT:AXIS
    #[arg(long, value_name = "SIZE", value_delimiter = ',', help_heading = "What to convert")]
    dynamic: Vec<String>,
    /// The signatures to convert [default: all]
    #[arg(long, value_name = "KEY", value_delimiter = ',', help_heading = "What to convert")]
    signature: Vec<String>,
    /// The tag of the SavedModel's graph [default: serve]
    #[arg(long, help_heading = "What to convert")]
    tag: Option<String>,
    /// Where the graph begins, in place of the source's own inputs
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "What to convert")]
    inputs: Vec<String>,
    /// Where the graph ends, in place of the source's own outputs
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "What to convert")]
    outputs: Vec<String>,
    /// Operators of the source that become custom operators if there is no rule for them
    #[arg(long, value_name = "OP", value_delimiter = ',', help_heading = "What to convert")]
    allow_custom: Vec<String>,
    /// Channels-first inputs that become channels-last ones
    #[arg(long, value_name = "INPUT", value_delimiter = ',', help_heading = "How to convert")]
    nhwc: Vec<String>,
    /// Channels-first inputs that stay so [default: all]
    #[arg(long, value_name = "INPUT", value_delimiter = ',', help_heading = "How to convert")]
    keep_nchw: Vec<String>,
    /// The passes to run, by name; none if empty [default: all]
    #[arg(long, value_name = "PASS", value_delimiter = ',', num_args = 0.., help_heading = "How to convert")]
    passes: Option<Vec<String>>,
    /// A folder for the text form of the graph after each pass
    #[arg(long, value_name = "DIR", help_heading = "How to convert")]
    dump_ir: Option<PathBuf>,
    /// Do not run source and result to compare them
    #[arg(long, help_heading = "How to convert")]
    no_verify: bool,
    /// Largest difference of source and result, as a share of an output's largest magnitude
    #[arg(long, value_name = "SHARE", default_value_t = 1e-4, help_heading = "How to convert")]
    tolerance: f32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// `NAME=1,224,224,3`.
fn shape(text: &String) -> Result<(String, Vec<Size>)> {
    let wrong = || usage(format!("--shape {text}: it must be INPUT=N,N,…, such as input=1,224,224,3"));
    let (name, sizes) = text.rsplit_once('=').ok_or_else(wrong)?;
    let size = |size: &str| match size.trim() {
        "" => Err(wrong()),
        "-1" | "?" => Ok(Size::Open(format!("{name}_size"))),
        size => Ok(size.parse().map_or_else(|_| Size::Open(size.to_owned()), Size::Fixed)),
    };
    let sizes: Result<Vec<Size>> = match sizes {
        "" | "[]" => Ok(Vec::new()),
        sizes => sizes.trim_matches(['[', ']']).split(',').map(size).collect(),
    };
    Ok((name.to_owned(), sizes?))
}

impl Convert {
    pub(crate) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let start = Instant::now();
        let format = Format::of(&self.source)?;
        let mut model = import::open(&self.source, &self.options()?)?;
        for input in &self.keep_nchw {
            inputs::find(&model, input)?;
            if self.nhwc.contains(input) {
                return Err(usage(format!("--nhwc and --keep-nchw both name {input}")));
            }
        }
        for input in &self.nhwc {
            inputs::to_nhwc(&mut model, input)?;
        }
        let source = (!self.no_verify).then(|| model.clone());
        let nodes = count(&model);
        let mut dump = Dump::new(self.dump_ir.as_deref(), &model)?;
        passes::run(&mut model, self.passes.as_deref(), |pass, model| dump.write(pass, model))?;
        dump.write("final", &model);
        dump.finish()?;
        let file = export::export(&model)?;
        let targets = targets::of(&file);
        let result = featherlite::from_bytes(file.write()?)?;
        // What this program has no operator for can not be run to compare it.
        let source = source.filter(|_| result.unsupported().is_empty());
        let errors = match &source {
            Some(source) => {
                verify(source, &result).map_err(|error| error.at("comparing source and result"))?
            }
            None => Vec::new(),
        };
        let bytes = result.bytes();
        let differs = errors.iter().any(|error| error.relative() > self.tolerance);
        files::write(&self.output, |out| out.write_all(bytes))?;
        let report = Report {
            format,
            nodes,
            bytes: bytes.len(),
            errors,
            targets,
            seconds: start.elapsed().as_secs_f64(),
        };
        if self.json {
            terminal.json(&report.json(&model))?;
        } else {
            report.print(self, &model, terminal)?;
        }
        Ok(if differs { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
    }

    fn options(&self) -> Result<Options> {
        Ok(Options {
            shapes: self.shape.iter().map(shape).collect::<Result<_>>()?,
            dynamic: self.dynamic.iter().map(|size| size.parse()).collect::<Result<_, _>>()?,
            tag: self.tag.clone(),
            signatures: self.signature.clone(),
            inputs: self.inputs.clone(),
            outputs: self.outputs.clone(),
            custom: self.allow_custom.clone(),
        })
    }
}

fn count(model: &Model) -> usize {
    model.graphs.iter().map(featherlite::ir::Graph::node_count).sum()
}

/// How often each operator occurs.
fn operators(model: &Model) -> BTreeMap<String, usize> {
    let mut operators = BTreeMap::new();
    for (_, node) in model.graphs.iter().flat_map(|graph| graph.nodes()) {
        *operators.entry(node.op.name()).or_default() += 1;
    }
    operators
}

struct Report {
    format: Format,
    nodes: usize,
    bytes: usize,
    errors: Vec<OutputError>,
    targets: Vec<Target>,
    seconds: f64,
}

impl Report {
    fn json(&self, model: &Model) -> serde_json::Value {
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
            "runs_on": runs_on,
            "seconds": self.seconds,
        })
    }

    fn print(&self, command: &Convert, model: &Model, terminal: &mut Terminal) -> Result<()> {
        let mut table = Table::new("rl");
        for (name, count) in operators(model) {
            table.row([format!("{count}"), name]);
        }
        table.print(terminal, "  ")?;
        let path = command.output.display();
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
            let verdict = match error.relative() <= command.tolerance {
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

/// Text forms of the graph, one file for each pass that changed something.
struct Dump {
    folder: Option<PathBuf>,
    number: usize,
    failed: Option<anyhow::Error>,
}

impl Dump {
    fn new(folder: Option<&Path>, model: &Model) -> Result<Self> {
        if let Some(folder) = folder {
            if folder.is_file() {
                return Err(usage(format!("--dump-ir: {} is a file", folder.display())));
            }
            files::make_folder(folder)?;
        }
        let mut dump = Self { folder: folder.map(Path::to_owned), number: 0, failed: None };
        dump.write("import", model);
        Ok(dump)
    }

    fn write(&mut self, pass: &str, model: &Model) {
        let Some(folder) = &self.folder else { return };
        let names = [("", Names::Own), (".numbered", Names::Numbers)];
        for (suffix, names) in names.into_iter().take(if pass == "final" { 2 } else { 1 }) {
            let path = folder.join(format!("{:03}_{pass}{suffix}.txt", self.number));
            let written = files::write(&path, |out| out.write_all(model.text(names).as_bytes()));
            if let Err(error) = written {
                self.failed.get_or_insert(error);
            }
        }
        self.number += 1;
    }

    fn finish(self) -> Result<()> {
        self.failed.map_or(Ok(()), Err)
    }
}
