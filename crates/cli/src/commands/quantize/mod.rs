//! `featherlite quantize`: a network in fewer bits.

mod samples;
mod show;

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use featherlite::convert::{export, import, passes};
use featherlite::ir::Model;
use featherlite::quant::advice::advice;
use featherlite::quant::calibrate::{calibrate, network};
use featherlite::quant::debug::compare;
use featherlite::quant::expand_halves;
use featherlite::quant::improve::{Step, improve};
use featherlite::quant::observer::Observer;
use featherlite::quant::quantize::{Border, Options, Quantized, quantize};
use featherlite::quant::recipe::{Recipe, Scheme};
use featherlite::quant::report::html;
use featherlite::quant::run::Sample;
use featherlite::quant::statistics::Statistics;

use crate::exit::usage;
use crate::files;
use crate::session::threads;
use crate::terminal::Terminal;
use samples::SampleOptions;

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
    /// How all operators are quantized
    #[arg(long, value_name = "NAME", default_value = "int8", conflicts_with = "recipe")]
    scheme: String,
    /// A recipe: how each operator is quantized
    #[arg(long, value_name = "FILE")]
    recipe: Option<PathBuf>,
    /// Leave operators in floating point of which an output's name matches; may be given several times
    #[arg(long, value_name = "REGEX")]
    keep_float: Vec<String>,
    /// What the inputs become
    #[arg(long, value_enum, default_value_t = Type::Float)]
    input_type: Type,
    /// What the outputs become
    #[arg(long, value_enum, default_value_t = Type::Float)]
    output_type: Type,
    /// Fail if an operator would stay in floating point
    #[arg(long)]
    integers_only: bool,
    /// How ranges are chosen: min-max, moving-average, percentile[:P], mse, entropy
    #[arg(long, value_name = "RULE", default_value = "min-max", help_heading = "Calibration")]
    observer: Observer,
    /// Statistics made before; several are merged
    #[arg(long, short, value_name = "FILE", help_heading = "Calibration")]
    statistics: Vec<PathBuf>,
    /// Write the statistics and nothing else
    #[arg(long, help_heading = "Calibration")]
    calibrate_only: bool,
    /// Try to lose less, and keep what helps on the samples: equalize (channels brought to like ranges), ranges (activations
    /// give up rare values for finer steps), round (errors of weights make up for each other), bias (mean errors taken back),
    /// all, or none [default: ranges,round,bias if there are samples]
    #[arg(long, value_name = "STEP", value_delimiter = ',', help_heading = "Accuracy")]
    improve: Option<Vec<String>>,
    /// Say for each operator what is stored, what it computes in, and what that is expected to cost
    #[arg(long, help_heading = "Accuracy")]
    explain: bool,
    /// List the error of every operator on the samples, and name the worst
    #[arg(long, help_heading = "Accuracy")]
    debug: bool,
    /// Write these errors as an HTML page with plots
    #[arg(long, value_name = "FILE", help_heading = "Accuracy")]
    report: Option<PathBuf>,
    /// Samples that errors are measured on
    #[arg(long, value_name = "N", default_value_t = 16, help_heading = "Accuracy")]
    debug_samples: usize,
    /// Threads of the calibration
    #[arg(long, value_name = "N", default_value = "0", value_parser = threads)]
    threads: usize,
    #[command(flatten)]
    samples: SampleOptions,
}

/// The type of inputs or outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Type {
    Float,
    Int8,
    Uint8,
    Int16,
}

impl Quantize {
    pub(crate) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let recipe = self.recipe()?;
        let mut model = import::open(&self.model, &import::Options::default())?;
        expand_halves(&mut model)?;
        passes::run(&mut model, None, |_, _| {})?;
        let model = model;
        let samples = match self.samples.is_empty() {
            true => Vec::new(),
            false => self.samples.read(&featherlite::from_bytes(export::to_bytes(&model)?)?)?,
        };
        let statistics = self.statistics(&model, &samples, terminal)?;
        if self.calibrate_only {
            let Some(statistics) = statistics else {
                return Err(usage(
                    "--calibrate-only needs samples (--calibrate) or statistics (--statistics)",
                ));
            };
            files::write(&self.output, |file| file.write_all(statistics.to_json().as_bytes()))?;
            advice(&model, &statistics).iter().for_each(|remark| terminal.note(remark));
            writeln!(terminal, "{} samples, {} tensors", statistics.samples.len(), statistics.tensors.len())?;
            return Ok(ExitCode::SUCCESS);
        }
        if recipe.needs_statistics() && statistics.is_none() {
            return Err(usage(
                "integer activations need samples of the inputs: --calibrate PATH (or --random 8 to try things out)",
            ));
        }
        let quantized = self.quantized(&model, &recipe, statistics.as_ref(), &samples, terminal)?;
        let remarks = statistics.as_ref().map_or(Vec::new(), |statistics| advice(&model, statistics));
        if recipe.needs_statistics() {
            remarks.iter().for_each(|remark| terminal.note(remark));
        }
        if self.explain {
            show::explanation(&model, &quantized, statistics.as_ref(), terminal)?;
        }
        if self.debug || self.report.is_some() {
            self.compare(&model, &quantized, &samples, &remarks, terminal)?;
        }
        show::summary(&quantized, terminal)?;
        let file = export::to_bytes(&quantized.model)?;
        let before = export::to_bytes(&model)?.len();
        files::write(&self.output, |out| out.write_all(&file))?;
        writeln!(
            terminal,
            "{}: {:.1} kB, {:.0} % of the floating-point model",
            self.output.display(),
            file.len() as f64 / 1e3,
            100.0 * file.len() as f64 / before.max(1) as f64
        )?;
        Ok(ExitCode::SUCCESS)
    }

    fn recipe(&self) -> Result<Recipe> {
        let mut recipe = match &self.recipe {
            None => Recipe::all(Scheme::named(&self.scheme).map_err(|error| usage(error.to_string()))?)?,
            Some(path) => {
                let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
                Recipe::from_json(&text).with_context(|| path.display().to_string())?
            }
        };
        for scope in &self.keep_float {
            recipe.add(scope, None, Scheme::FLOAT).map_err(|error| usage(error.to_string()))?;
        }
        Ok(recipe)
    }

    fn options(&self, recipe: &Recipe) -> Result<Options> {
        let border = |wanted: Type, which: &str| match wanted {
            Type::Float => Ok(Border::Float),
            Type::Uint8 => Ok(Border::Uint8),
            Type::Int8 | Type::Int16 if recipe.needs_statistics() => Ok(Border::Integer),
            _ => Err(usage(format!(
                "{which} become integers only where operators are: with an integer scheme"
            ))),
        };
        Ok(Options {
            observer: self.observer,
            inputs: border(self.input_type, "inputs")?,
            outputs: border(self.output_type, "outputs")?,
            integers_only: self.integers_only,
            ..Options::default()
        })
    }

    /// Statistics from files and from samples, together.
    fn statistics(
        &self,
        model: &Model,
        samples: &[Sample],
        terminal: &Terminal,
    ) -> Result<Option<Statistics>> {
        let mut all: Option<Statistics> = None;
        let mut add = |found: Statistics| match &mut all {
            Some(all) => all.merge(&found),
            None => {
                all = Some(found);
                Ok(())
            }
        };
        for path in &self.statistics {
            let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
            let found = Statistics::from_json(&text).with_context(|| path.display().to_string())?;
            if found.network != network(model) {
                bail!("{}: these statistics are of another network", path.display());
            }
            add(found)?;
        }
        if !samples.is_empty() {
            let bar = terminal.progress(samples.len());
            let found = calibrate(model, samples, self.threads, &|done| bar.set_position(done as u64))?;
            bar.finish_and_clear();
            add(found)?;
        }
        Ok(all)
    }

    fn quantized(
        &self,
        model: &Model,
        recipe: &Recipe,
        statistics: Option<&Statistics>,
        samples: &[Sample],
        terminal: &mut Terminal,
    ) -> Result<Quantized> {
        let options = self.options(recipe)?;
        let steps = match &self.improve {
            None if samples.is_empty() => Vec::new(),
            None => vec![Step::Ranges, Step::Round, Step::Bias],
            Some(names) => steps(names)?,
        };
        if steps.is_empty() {
            return Ok(quantize(model, recipe, statistics, &options)?);
        }
        if samples.is_empty() {
            return Err(usage("--improve needs samples of the inputs: --calibrate PATH"));
        }
        let bar = terminal.progress(steps.len() + 1);
        let improved = improve(model, recipe, statistics, samples, &steps, &options, &|step| {
            bar.set_message(step.to_owned());
            bar.inc(1);
        })?;
        bar.finish_and_clear();
        for (step, ratio, is_kept) in &improved.trials {
            let step = step.map_or("as it is", Step::name);
            let remark = if *is_kept { "" } else { ", not kept" };
            writeln!(terminal, "{step}: {ratio:.2} dB signal to quantization noise{remark}")?;
        }
        Ok(improved.quantized)
    }

    /// Compares the result with the source on the samples.
    fn compare(
        &self,
        model: &Model,
        quantized: &Quantized,
        samples: &[Sample],
        remarks: &[String],
        terminal: &mut Terminal,
    ) -> Result<()> {
        if samples.is_empty() {
            return Err(usage("--debug and --report need samples of the inputs: --calibrate PATH"));
        }
        let samples: Vec<Sample> = samples.iter().take(self.debug_samples).cloned().collect();
        let bar = terminal.progress(samples.len());
        let rows = compare(model, quantized, &samples, &|done| bar.set_position(done as u64))?;
        bar.finish_and_clear();
        if self.debug {
            show::errors(&rows, terminal)?;
        }
        if let Some(path) = &self.report {
            let page = html(&format!("{} quantized", self.model.display()), &rows, remarks);
            files::write(path, |file| file.write_all(page.as_bytes()))?;
        }
        Ok(())
    }
}

fn steps(names: &[String]) -> Result<Vec<Step>> {
    let steps = names.iter().map(|name| match name.as_str() {
        "all" => Ok(Step::ALL.to_vec()),
        "none" => Ok(Vec::new()),
        name => Ok(vec![name.parse().map_err(|error: featherlite::quant::Error| usage(error.to_string()))?]),
    });
    Ok(steps.collect::<Result<Vec<_>>>()?.concat())
}
