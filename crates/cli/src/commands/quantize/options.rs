//! The options of quantization, which `quantize` and `convert` have in common, and what comes of them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use featherlite::convert::export;
use featherlite::ir::Model;
use featherlite::quant::advice::advice;
use featherlite::quant::calibrate::{calibrate, network};
use featherlite::quant::check::check;
use featherlite::quant::debug::{Comparison, compare};
use featherlite::quant::improve::{Improved, Step, improve};
use featherlite::quant::observer::Observer;
use featherlite::quant::quantize::{Border, Options, quantize};
use featherlite::quant::recipe::{Recipe, Scheme};
use featherlite::quant::report::html;
use featherlite::quant::run::Sample;
use featherlite::quant::statistics::Statistics;
use featherlite::{DType, Model as Runnable};

use super::outcome::Outcome;
use super::samples::SampleOptions;
use crate::exit::usage;
use crate::files;
use crate::session::threads;
use crate::terminal::Terminal;

/// The heading of options that say what becomes of the network.
pub(crate) const HEADING: &str = "Quantization";
/// The heading of options about samples and ranges.
pub(crate) const CALIBRATION: &str = "Calibration";
/// The heading of options about what is lost.
pub(crate) const ACCURACY: &str = "Accuracy";
/// The group of the options that ask for quantization.
pub(crate) const HOW: &str = "how";

/// How a network is quantized.
#[derive(Args)]
#[command(next_help_heading = HEADING)]
pub(crate) struct Quantization {
    #[command(flatten)]
    how: How,
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
    #[arg(long, value_name = "RULE", default_value = "min-max", help_heading = CALIBRATION)]
    observer: Observer,
    /// Statistics made before; several are merged
    #[arg(long, short, value_name = "FILE", help_heading = CALIBRATION)]
    statistics: Vec<PathBuf>,
    /// Threads of the calibration
    #[arg(long, value_name = "N", default_value = "0", value_parser = threads, help_heading = CALIBRATION)]
    threads: usize,
    /// Try to lose less, and keep what helps on the samples: equalize (channels brought to like ranges), ranges (activations
    /// give up rare values for finer steps), round (errors of weights make up for each other), bias (mean errors taken back),
    /// all, or none [default: all if there are samples]
    #[arg(long, value_name = "STEP", value_delimiter = ',', help_heading = ACCURACY)]
    improve: Option<Vec<String>>,
    /// Say for each operator what is stored, what it computes in, and what that is expected to cost
    #[arg(long, help_heading = ACCURACY)]
    explain: bool,
    /// List the error of every operator on the samples, and name the worst
    #[arg(long, help_heading = ACCURACY)]
    debug: bool,
    /// Write these errors as an HTML page with plots
    #[arg(long, value_name = "FILE", help_heading = ACCURACY)]
    report: Option<PathBuf>,
    /// Samples that errors are measured on
    #[arg(long, value_name = "N", default_value_t = 16, help_heading = ACCURACY)]
    debug_samples: usize,
    #[command(flatten)]
    samples: SampleOptions,
}

/// What operators become: one scheme for all, or a recipe.
#[derive(Args)]
#[group(id = HOW, multiple = false)]
struct How {
    /// How all operators are quantized [default: int8]
    #[arg(long, value_name = "SCHEME")]
    scheme: Option<String>,
    /// A recipe: how each operator is quantized
    #[arg(long, value_name = "FILE")]
    recipe: Option<PathBuf>,
}

/// The type of inputs or outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Type {
    Float,
    Int8,
    Uint8,
    Int16,
}

impl Type {
    fn border(self) -> Border {
        match self {
            Self::Float => Border::Float,
            Self::Int8 => Border::Integer(DType::I8),
            Self::Uint8 => Border::Integer(DType::U8),
            Self::Int16 => Border::Integer(DType::I16),
        }
    }
}

/// What `--scheme` is if nothing is said.
const USUAL: &str = "int8";

impl Quantization {
    /// Whether an option asks for quantization by itself.
    pub(crate) fn is_asked(&self) -> bool {
        self.how.scheme.is_some() || self.how.recipe.is_some()
    }

    /// Quantizes a network, of which `float` is the file and `source` the place, and checks the file that it becomes.
    pub(crate) fn apply(
        &self,
        model: &Model,
        float: &Runnable,
        source: &Path,
        terminal: &Terminal,
    ) -> Result<Outcome> {
        let recipe = self.recipe()?;
        let options = self.options(&recipe)?;
        let samples = self.read_samples(float)?;
        let statistics = self.statistics(model, &samples, terminal)?;
        if recipe.needs_statistics() && statistics.is_none() {
            return Err(usage(
                "integer activations need samples of the inputs: --calibrate PATH (or --random 8 to try things out)",
            ));
        }
        let Improved { quantized, trials } =
            self.quantized(model, &recipe, statistics.as_ref(), &samples, &options, terminal)?;
        let mut remarks = match &statistics {
            Some(statistics) if recipe.needs_statistics() => advice(model, statistics),
            _ => Vec::new(),
        };
        if model.signatures.iter().any(|signature| signature.graph != 0) {
            remarks.push(
                "only the first signature's graph is quantized: choose one with --signature".to_owned(),
            );
        }
        remarks.iter().for_each(|remark| terminal.note(remark));
        let rows = match self.debug || self.report.is_some() {
            true => self.compare(model, &quantized, &samples, terminal)?,
            false => Vec::new(),
        };
        if let Some(path) = &self.report {
            let page = html(&format!("{} quantized", source.display()), &rows, &remarks);
            files::write(path, |file| file.write_all(page.as_bytes()))?;
        }
        let file = bytes::Bytes::from(export::to_bytes(&quantized.model)?);
        check(model, &quantized, &options, file.clone())?;
        let explanation =
            self.explain.then(|| super::show::explanation(model, &quantized, statistics.as_ref()));
        let rows = if self.debug { rows } else { Vec::new() };
        Ok(Outcome { quantized, file, float_bytes: float.bytes().len(), trials, rows, explanation })
    }

    /// The samples that are given; none if none are.
    pub(super) fn read_samples(&self, float: &Runnable) -> Result<Vec<Sample>> {
        if self.samples.is_empty() { Ok(Vec::new()) } else { self.samples.read(float) }
    }

    fn recipe(&self) -> Result<Recipe> {
        let mut recipe = match &self.how.recipe {
            None => {
                let name = self.how.scheme.as_deref().unwrap_or(USUAL);
                Recipe::all(Scheme::named(name).map_err(|error| usage(error.to_string()))?)?
            }
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
        let (inputs, outputs) = (self.input_type.border(), self.output_type.border());
        if (inputs, outputs) != (Border::Float, Border::Float) && !recipe.needs_statistics() {
            return Err(usage(
                "inputs and outputs become integers only where operators are: with an integer scheme",
            ));
        }
        let integers_only = self.integers_only;
        Ok(Options { observer: self.observer, inputs, outputs, integers_only, ..Options::default() })
    }

    /// Statistics from files and from samples, together.
    pub(super) fn statistics(
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
        options: &Options,
        terminal: &Terminal,
    ) -> Result<Improved> {
        let steps = match &self.improve {
            None => Step::ALL.to_vec(),
            Some(names) => steps(names)?,
        };
        if samples.is_empty() {
            if self.improve.is_some() && !steps.is_empty() {
                return Err(usage("--improve needs samples of the inputs: --calibrate PATH"));
            }
            return Ok(Improved {
                quantized: quantize(model, recipe, statistics, options)?,
                trials: Vec::new(),
            });
        }
        let bar = terminal.progress(steps.len() + 1);
        let improved = improve(model, recipe, statistics, samples, &steps, options, &|step| {
            bar.set_message(step.to_owned());
            bar.inc(1);
        })?;
        bar.finish_and_clear();
        Ok(improved)
    }

    /// Compares the result with the source on the samples.
    fn compare(
        &self,
        model: &Model,
        quantized: &featherlite::quant::quantize::Quantized,
        samples: &[Sample],
        terminal: &Terminal,
    ) -> Result<Vec<Comparison>> {
        if samples.is_empty() {
            return Err(usage("--debug and --report need samples of the inputs: --calibrate PATH"));
        }
        let samples: Vec<Sample> = samples.iter().take(self.debug_samples).cloned().collect();
        let bar = terminal.progress(samples.len());
        let rows = compare(model, quantized, &samples, &|done| bar.set_position(done as u64))?;
        bar.finish_and_clear();
        Ok(rows)
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
