//! `featherlite arch import`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use featherlite::arch::{
    self, BuildOptions, ImportOptions, ImportReport, Imported, Padding, build, build_tflite,
};
use featherlite::convert::build::Size;
use featherlite::convert::export;
use featherlite::convert::import::{Options, open};
use featherlite::convert::verify::verify;
use featherlite::ir::{Model, ValueId};
use serde_json::{Value, json};

use super::source::Changes;
use super::{costs_json, count};
use crate::exit::{FAILED, usage};
use crate::files;
use crate::terminal::Terminal;

pub(super) const EXAMPLES: &str = "\
Sources are Keras files (.keras, .h5: whole models, or weights alone as the Keras applications are published), PyTorch state dicts (.pth,
.pt; nothing in them is executed), .safetensors, and .tflite models (float or integer). Names are those of keras.applications,
torchvision, timm, efficientnet-pytorch and Featherlite; operators of a .tflite are taken in order. Padding, epsilon, the number of classes
and what a Keras model does to pixels are the source's. What does not match is listed, and the exit code is 1.
A Keras or .tflite model is also run beside the result on random images.

Examples:
  featherlite arch import mobilenet_v2.keras --arch mobilenet_v2 -o mobilenet_v2.safetensors
  featherlite arch import shufflenetv2_x1.pth --arch shufflenet_v2 -o shufflenet_v2.tflite --softmax
  featherlite arch import tf_efficientnet_lite0.pth --arch efficientnet_lite0 --padding same --epsilon 1e-3 -o lite0.tflite
  featherlite arch import backbone.pth --arch mobilenet_v2 --classes 10 --allow-missing -o start.safetensors";

/// Take over weights that Keras, PyTorch or others have trained
#[derive(Args)]
pub(super) struct Import {
    /// A .keras, .h5, .pth, .pt, .safetensors or .tflite file
    #[arg(value_name = "SOURCE")]
    path: PathBuf,
    /// The network that the weights are of: a name, or a .json file
    #[arg(long, value_name = "NAME")]
    arch: String,
    /// The .safetensors file to write, or a .tflite model
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The epsilon of batch normalization [default: the source's]
    #[arg(long, value_name = "X")]
    epsilon: Option<f32>,
    /// Leave out what the source does to pixels ahead of the first convolution
    #[arg(long)]
    drop_rescale: bool,
    /// Have random weights where the source has none, or others
    #[arg(long)]
    allow_missing: bool,
    /// Give probabilities instead of logits, in a .tflite model
    #[arg(long)]
    softmax: bool,
    /// Do not run source and result to compare them
    #[arg(long)]
    no_verify: bool,
    /// Largest difference of source and result, as a share of an output's largest magnitude
    #[arg(long, value_name = "SHARE", default_value_t = 1e-4)]
    tolerance: f32,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    changes: Changes,
}

impl Import {
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let is_tflite = match self.output.extension().and_then(|extension| extension.to_str()) {
            Some("tflite") => true,
            Some("safetensors") => false,
            _ => return Err(usage("-o: a .safetensors or .tflite file")),
        };
        let options = ImportOptions {
            padding: self.changes.padding(),
            epsilon: self.epsilon,
            keep_classes: self.changes.has_classes(),
            drop_rescale: self.drop_rescale,
        };
        let imported = arch::import(&self.path, &self.changes.open(&self.arch)?, options)?;
        let is_complete = imported.report.is_complete();
        if is_complete || self.allow_missing {
            let options = BuildOptions { softmax: self.softmax, ..BuildOptions::default() };
            let contents = match is_tflite {
                true => build_tflite(&imported.arch.network()?, &imported.weights, options)?,
                false => imported.weights.to_safetensors(Some(&imported.arch))?,
            };
            files::write(&self.output, |out| out.write_all(&contents))?;
        }
        let is_compared = is_complete && imported.report.is_whole && !self.no_verify && !self.drop_rescale;
        let difference = is_compared.then(|| compared(&self.path, &imported));
        let is_same = difference.as_ref().is_none_or(|difference| match difference {
            Ok(difference) => *difference <= self.tolerance,
            Err(_) => true,
        });
        match self.json {
            true => terminal.json(&as_json(&imported, difference.as_ref())?)?,
            false => self.print(&imported, difference.as_ref(), terminal)?,
        }
        let is_good = (is_complete || self.allow_missing) && is_same;
        Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
    }

    fn print(
        &self,
        imported: &Imported,
        difference: Option<&Result<f32>>,
        terminal: &mut Terminal,
    ) -> Result<()> {
        let Imported { arch, report, .. } = imported;
        let padding = if arch.padding == Padding::Same { "same" } else { "symmetric" };
        writeln!(terminal, "{} file, names: {}", report.format, report.names)?;
        writeln!(
            terminal,
            "{} weights matched, {} missing, {} of other shapes, {} left over; {} classes, padding {padding}, epsilon {}",
            report.matched,
            report.missing.len(),
            report.misshapen.len(),
            report.unexpected.len(),
            arch.classes,
            arch.norm.epsilon
        )?;
        if let Some(rescale) = &arch.rescale {
            writeln!(terminal, "pixels      x * {:?} + {:?}", rescale.scale, rescale.offset)?;
        }
        print_mismatches(report, terminal)?;
        match difference {
            Some(Ok(value)) => {
                let verdict =
                    if *value <= self.tolerance { terminal.good("same") } else { terminal.bad("differs") };
                writeln!(
                    terminal,
                    "{verdict}        largest difference to the source's outputs {value:.1e}"
                )?;
            }
            Some(Err(error)) => writeln!(terminal, "not compared: {error:#}")?,
            None => {}
        }
        if report.is_complete() || self.allow_missing {
            let parameters = count(arch.network()?.parameters());
            writeln!(terminal, "{}: {}, {parameters} parameters", self.output.display(), arch.name)?;
        } else {
            writeln!(
                terminal,
                "nothing is written; --allow-missing has random weights where there are none"
            )?;
        }
        Ok(())
    }
}

fn print_mismatches(report: &ImportReport, terminal: &mut Terminal) -> Result<()> {
    for name in &report.missing {
        writeln!(terminal, "missing     {name}")?;
    }
    for weight in &report.misshapen {
        let arch::Misshapen { name, expected, source, found } = weight;
        writeln!(terminal, "shape       {name} {expected:?}; {source} is {found:?}")?;
    }
    for name in &report.unexpected {
        writeln!(terminal, "left over   {name}")?;
    }
    for note in &report.notes {
        writeln!(terminal, "note        {note}")?;
    }
    Ok(())
}

fn as_json(imported: &Imported, difference: Option<&Result<f32>>) -> Result<Value> {
    let Imported { arch, report, .. } = imported;
    let mut value = costs_json(arch, &arch.network()?);
    value["format"] = json!(report.format);
    value["names"] = json!(report.names);
    value["matched"] = json!(report.matched);
    value["missing"] = json!(report.missing);
    value["unexpected"] = json!(report.unexpected);
    let misshapen = report.misshapen.iter().map(|weight| {
        json!({"name": weight.name, "expected": weight.expected, "source": weight.source, "found": weight.found})
    });
    value["misshapen"] = misshapen.collect();
    value["notes"] = json!(report.notes);
    value["difference"] = json!(difference.and_then(|difference| difference.as_ref().ok()));
    Ok(value)
}

/// How far the network's outputs are from those of the source, which is a whole model.
fn compared(path: &Path, imported: &Imported) -> Result<f32> {
    let mut source = sized(path, imported.arch.resolution, imported.arch.channels)?;
    let graph = source.graphs.first_mut().context("a model without graphs")?;
    let is_score = |&output: &ValueId| {
        let sizes = graph.value(output).shape.as_ref();
        sizes.and_then(|sizes| sizes.last()?.size()) == Some(imported.arch.classes)
    };
    let scores = graph.outputs.iter().copied().find(is_score).context("a model without scores")?;
    graph.outputs = vec![scores];
    source.signatures.clear();
    let graph = source.graphs.first().context("a model without graphs")?;
    let last = graph.producer(scores);
    let softmax = last.is_some_and(|last| graph.node(last).op.name() == "SOFTMAX");
    let network = imported.arch.network()?;
    let options = BuildOptions { softmax, ..BuildOptions::default() };
    let built = build(&network, &imported.weights, options)?;
    let built = featherlite::from_bytes(export::to_bytes(&built)?)?;
    let errors = verify(&source, &built)?;
    Ok(errors.iter().map(|error| error.relative()).fold(0.0, f32::max))
}

/// The source, with images of this size.
fn sized(path: &Path, resolution: usize, channels: usize) -> Result<Model> {
    let source = open(path, &Options::default())?.model;
    let graph = source.graphs.first().context("a model without graphs")?;
    let input = graph.value(*graph.inputs.first().context("a model without inputs")?);
    let sizes = [1, resolution, resolution, channels];
    if input.fixed_shape().is_some_and(|shape| shape == sizes) {
        return Ok(source);
    }
    let shapes = vec![(input.name.clone(), sizes.map(Size::Fixed).to_vec())];
    Ok(open(path, &Options { shapes, ..Options::default() })?.model)
}
