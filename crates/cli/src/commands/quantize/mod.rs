//! `featherlite quantize`: a network in fewer bits.

mod options;
mod outcome;
mod samples;
mod show;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use featherlite::convert::{export, passes};
use featherlite::ir::Model;
use featherlite::quant::advice::advice;
use featherlite::quant::expand_halves;

use super::source::SourceOptions;
use crate::exit::usage;
use crate::files;
use crate::terminal::Terminal;
pub(super) use options::{ACCURACY, CALIBRATION, HEADING, HOW, Quantization};
pub(super) use outcome::Outcome;

pub(super) const EXAMPLES: &str = "\
Schemes: float16, dynamic, dynamic-int4, weight-only, weight-only-int4, int8, int8-per-tensor, int4, int16x8,
int4-blockN (FULLY_CONNECTED in blocks of N), float. Recipes choose one for each operator: a JSON list of
{\"regex\": \"…\", \"operation\": \"CONV_2D\", \"scheme\": \"int8\"}, of which the last that fits decides; those of
ai-edge-quantizer are read as well.

Examples:
  featherlite quantize model.tflite -o small.tflite --scheme float16
  featherlite quantize model.tflite -o int8.tflite -c photos/ --range -1,1
  featherlite quantize model.tflite -o int8.tflite -c inputs.npy --input-type int8 --output-type int8
  featherlite quantize model.keras -o int4.tflite -c photos/ --scheme int4 --improve all --report errors.html
  featherlite quantize model.onnx -o int8.tflite -c photos/ --shape image=1,3,224,224 --nhwc image
  featherlite quantize model.tflite --calibrate-only -c photos/ -o statistics.json
  featherlite quantize model.tflite -o int8.tflite -s part1.json -s part2.json --keep-float 'head/.*'";

/// Quantize a floating-point model
#[derive(Args)]
pub(crate) struct Quantize {
    /// A floating-point .tflite file, or what `featherlite convert` reads
    model: PathBuf,
    /// What to write: the quantized model, or statistics with --calibrate-only
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Write the statistics and nothing else
    #[arg(long)]
    calibrate_only: bool,
    #[command(flatten)]
    quantization: Quantization,
    #[command(flatten)]
    source: SourceOptions,
}

impl Quantize {
    pub(crate) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let mut model = self.source.open(&self.model, terminal)?;
        expand_halves(&mut model)?;
        passes::run(&mut model, None, |_, _| {})?;
        let float = featherlite::from_bytes(export::to_bytes(&model)?)?;
        if self.calibrate_only {
            return self.calibrate(&model, &float, terminal);
        }
        let outcome = self.quantization.apply(&model, &float, &self.model, terminal)?;
        files::write(&self.output, |out| out.write_all(&outcome.file))?;
        outcome.print(terminal)?;
        writeln!(terminal, "{}: {:.1} kB", self.output.display(), outcome.file.len() as f64 / 1e3)?;
        Ok(ExitCode::SUCCESS)
    }

    fn calibrate(
        &self,
        model: &Model,
        float: &featherlite::Model,
        terminal: &mut Terminal,
    ) -> Result<ExitCode> {
        let samples = self.quantization.read_samples(float)?;
        let Some(statistics) = self.quantization.statistics(model, &samples, terminal)? else {
            return Err(usage("--calibrate-only needs samples (--calibrate) or statistics (--statistics)"));
        };
        files::write(&self.output, |file| file.write_all(statistics.to_json().as_bytes()))?;
        advice(model, &statistics).iter().for_each(|remark| terminal.note(remark));
        writeln!(terminal, "{} samples, {} tensors", statistics.samples.len(), statistics.tensors.len())?;
        Ok(ExitCode::SUCCESS)
    }
}
