//! `featherlite convert`: TensorFlow, Keras, ONNX to an optimized, perhaps quantized `.tflite`.

mod dump;
mod report;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::{Arg, Args};
use featherlite::convert::import::Format;
use featherlite::convert::targets;
use featherlite::convert::verify::{OutputError, verify};
use featherlite::convert::{export, passes};
use featherlite::ir::Model;
use featherlite::quant::expand_halves;
use featherlite::schema::owned::Placement;

use super::quantize::{self, Outcome, Quantization};
use super::source::SourceOptions;
use crate::exit::FAILED;
use crate::files;
use crate::terminal::Terminal;
use dump::Dump;
use report::Report;

pub(super) const EXAMPLES: &str = "\
Sources are a SavedModel folder, a frozen GraphDef (.pb), a Keras model (.keras, .h5), an ONNX model (.onnx; from PyTorch
by torch.onnx), or a .tflite to optimize once more. Inputs and outputs keep their names and order, and sizes that the source
leaves open stay open. At the end source and result run on the same random inputs; the exit code is 1 if they differ.
With --quantize (or --recipe) the result is then quantized: `featherlite quantize --help` explains schemes and recipes.

Examples:
  featherlite convert model.keras -o model.tflite
  featherlite convert saved_model -o model.tflite --signature serving_default
  featherlite convert model.onnx -o model.tflite --shape input=1,3,224,224
  featherlite convert model.onnx -o model.tflite --nhwc input       rows, columns, channels instead of channels first
  featherlite convert graph.pb -o model.tflite --inputs image --outputs scores --shape image=1,224,224,3
  featherlite convert model.keras -o model.tflite --dump-ir passes  the graph after each pass, as text
  featherlite convert model.keras -o int8.tflite --quantize int8 --calibrate photos/ --range -1,1";

/// Convert a TensorFlow, Keras or ONNX network to .tflite
#[derive(Args)]
#[command(mut_args(only_with_quantization))]
pub(crate) struct Convert {
    /// A SavedModel folder, or a .pb, .keras, .h5, .onnx or .tflite file
    #[arg(value_name = "SOURCE")]
    path: PathBuf,
    /// The .tflite file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: SourceOptions,
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
    #[command(flatten)]
    quantization: Quantization,
}

/// Here the options of quantization need one that asks for it.
fn only_with_quantization(arg: Arg) -> Arg {
    match arg.get_help_heading() {
        _ if arg.get_id() == "scheme" => arg.long("quantize").help("Quantize all operators by this scheme"),
        Some(quantize::HEADING | quantize::CALIBRATION | quantize::ACCURACY) if arg.get_id() != "recipe" => {
            arg.requires(quantize::HOW)
        }
        _ => arg,
    }
}

impl Convert {
    pub(crate) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let start = Instant::now();
        let format = Format::of(&self.path)?;
        let mut model = self.source.open(&self.path, terminal)?;
        if self.quantization.is_asked() {
            expand_halves(&mut model)?;
        }
        let source = (!self.no_verify).then(|| model.clone());
        let nodes = report::count(&model);
        let mut dump = Dump::new(self.dump_ir.as_deref(), &model)?;
        passes::run(&mut model, self.passes.as_deref(), |pass, model| dump.write(pass, model))?;
        dump.write("final", &model);
        dump.finish()?;
        let (errors, quantized, targets, bytes) = match self.quantization.is_asked() {
            false => {
                let file = export::export(&model)?;
                let pieces = file.pieces(Placement::Auto)?;
                let errors = files::write_and_check(
                    &self.output,
                    |out| pieces.iter().try_for_each(|piece| out.write_all(piece)),
                    |path| compared(source.as_ref(), &featherlite::open(path)?),
                )?;
                (errors, None, targets::of(&file), pieces.len())
            }
            true => {
                let float = featherlite::from_bytes(export::to_bytes(&model)?)?;
                let errors = compared(source.as_ref(), &float)?;
                let outcome = self.quantization.apply(&model, &float, &self.path, terminal)?;
                files::write(&self.output, |out| out.write_all(&outcome.file))?;
                let targets = targets::of(&export::export(&outcome.quantized.model)?);
                let bytes = outcome.file.len();
                (errors, Some(outcome), targets, bytes)
            }
        };
        let report = Report {
            format,
            nodes,
            bytes,
            errors,
            tolerance: self.tolerance,
            quantized: quantized.as_ref(),
            targets,
            seconds: start.elapsed().as_secs_f64(),
        };
        let model = quantized.as_ref().map_or(&model, |outcome: &Outcome| &outcome.quantized.model);
        if self.json {
            terminal.json(&report.json(model))?;
        } else {
            report.print(&self.output, model, terminal)?;
        }
        Ok(if report.differs() { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
    }
}

/// How far the result is from its source. What this program has no operator for can not be run to compare it.
fn compared(source: Option<&Model>, result: &featherlite::Model) -> Result<Vec<OutputError>> {
    let Some(source) = source.filter(|_| result.unsupported().is_empty()) else { return Ok(Vec::new()) };
    Ok(verify(source, result).map_err(|error| error.at("comparing source and result"))?)
}
