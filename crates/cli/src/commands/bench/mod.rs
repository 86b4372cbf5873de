//! `featherlite bench`: how long a model takes, with the flags and result lines of TensorFlow's `benchmark_model`.

mod kernels;
pub(super) mod measure;
mod memory;
mod profile;
mod roofline;
mod sweep;
mod upstream;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;
use clap::builder::BoolishValueParser;
use featherlite::{Model, Session};
use featherlite_data::npy;

use crate::commands::arch::source;
use crate::entry::Entry;
use crate::exit::usage;
use crate::inputs::InputOptions;
use crate::session::{RunOptions, open};
use crate::terminal::Terminal;
use crate::{arrays, files};

use measure::{Limits, Samples};

pub(super) const EXAMPLES: &str = "\
Examples:
  featherlite bench model.tflite --threads 2
  featherlite bench --graph=model.tflite --num_threads=2 --min_secs=2
  featherlite bench model.tflite --enable_op_profiling
  featherlite bench model.tflite --sweep threads=1,2 kernels=reference,fast
  featherlite bench model.tflite --compare_kernels             every kernel for each shape, the chosen one marked
  featherlite bench model.tflite --roofline                    the share of the processor's peak, by layer
  featherlite bench --arch mobilenet_v3_small --threads 2       a network before anybody has trained it
  featherlite bench model.tflite --inputs=in --outputs=out      from in/input_0.npy to out/output_0.npy, …
Flags that TensorFlow's benchmark_model has beyond these are accepted and ignored with a note.";

/// Measure how long a model takes
#[derive(Args)]
#[command(rename_all = "snake_case")]
pub(crate) struct Bench {
    /// The .tflite file
    #[arg(required_unless_present_any = ["graph", "arch"], conflicts_with_all = ["graph", "arch"])]
    model: Option<PathBuf>,
    /// The .tflite file, as benchmark_model has it
    #[arg(long, value_name = "MODEL")]
    graph: Option<PathBuf>,
    /// A network of `featherlite arch list` with random weights, or an architecture as JSON
    #[arg(long, value_name = "NAME", conflicts_with = "graph")]
    arch: Option<String>,
    /// What to run [default: the main subgraph]
    #[arg(long, value_name = "KEY", alias = "signature")]
    signature_to_run_for: Option<String>,
    /// Load and plan the model but do not run it
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(default_value = "false", value_parser = BoolishValueParser::new(), hide_possible_values = true)]
    dry_run: bool,
    /// Also print the values of flags that were not given
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(default_value = "false", value_parser = BoolishValueParser::new(), hide_possible_values = true)]
    verbose: bool,
    /// Print the peak memory of the process
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(default_value = "false", value_parser = BoolishValueParser::new(), hide_possible_values = true)]
    report_peak_memory_footprint: bool,
    /// Read every input from input_0.npy, input_1.npy, … in this folder
    #[arg(long, value_name = "DIR")]
    inputs: Option<PathBuf>,
    /// Write the outputs of the last run to output_0.npy, output_1.npy, … in this folder
    #[arg(long, value_name = "DIR")]
    outputs: Option<PathBuf>,
    /// Append the bytes of all outputs of the last run to one file
    #[arg(long, value_name = "FILE")]
    output_filepath: Option<PathBuf>,
    /// Measure every combination, such as threads=1,2 kernels=reference,fast isa=scalar,avx2
    #[arg(long, value_name = "KEY=VALUE,…", num_args = 1..)]
    sweep: Vec<sweep::Axis>,
    /// Measure every kernel that there is for each operator's shapes, and mark those that run
    #[arg(long, conflicts_with = "sweep")]
    compare_kernels: bool,
    /// Compare with what the processor can do at most, and say what the slowest layers wait for
    #[arg(long, conflicts_with = "sweep")]
    roofline: bool,
    #[command(flatten)]
    run: RunOptions,
    #[command(flatten)]
    input: InputOptions,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    profile: profile::ProfileOptions,
    #[command(flatten)]
    layers: upstream::LayerOptions,
    #[command(flatten)]
    ignored: upstream::Ignored,
}

/// A session that is ready to run, and how long that took.
struct Loaded {
    session: Session,
    entry: Entry,
    load_us: f64,
}

impl Bench {
    pub(crate) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        for flag in self.ignored.given() {
            terminal
                .note(format!("--{flag} is benchmark_model's and is ignored: this runs on the processor"));
        }
        let arch = self.arch.as_ref().map(PathBuf::from);
        let path = self.model.as_ref().or(self.graph.as_ref()).or(arch.as_ref());
        let path = path.ok_or_else(|| usage("no model"))?;
        if !self.sweep.is_empty() {
            return self.run_sweep(path, terminal);
        }
        if self.compare_kernels {
            return self.compare_kernels(path, terminal);
        }
        if self.roofline {
            return self.roofline(path, terminal);
        }
        self.print_parameters(path, terminal)?;
        let before = memory::resident_kb();
        let mut loaded = self.load(path, &self.run, terminal)?;
        let after = memory::resident_kb();
        let megabytes = loaded.session.model().bytes().len() as f64 / 1e6;
        writeln!(terminal, "Loaded model {}", path.display())?;
        writeln!(terminal, "The input model file size (MB): {megabytes:.6}")?;
        writeln!(terminal, "Initialized session in {:.3}ms.", loaded.load_us / 1e3)?;
        if self.dry_run {
            writeln!(terminal, "Not run: --dry_run was given.")?;
            return Ok(ExitCode::SUCCESS);
        }
        let (warmup, samples) = self.measure(&mut loaded, Some(&mut *terminal))?;
        let peak = memory::peak_kb();
        writeln!(
            terminal,
            "Inference timings in us: Init: {:.0}, First inference: {:.0}, Warmup (avg): {}, Inference (avg): {}",
            loaded.load_us,
            warmup.first_us(),
            measure::six_digits(warmup.mean_us()),
            measure::six_digits(samples.mean_us())
        )?;
        if let (Some(before), Some(after), Some(peak)) = (before, after, peak) {
            writeln!(
                terminal,
                "Memory footprint delta from the start of the tool (MB): init={:.4} overall={:.4}",
                after.saturating_sub(before) as f64 / 1024.0,
                peak.saturating_sub(before) as f64 / 1024.0
            )?;
            if self.report_peak_memory_footprint {
                let peak = peak as f64 / 1024.0;
                writeln!(terminal, "Overall peak memory footprint (MB) via periodic monitoring: {peak:.4}")?;
            }
        }
        self.write_outputs(&loaded)?;
        if self.profile.enable_op_profiling {
            self.profile.run(&mut loaded, &self.limits, terminal)?;
        }
        let peak = peak.map(|peak| format!(" peak_rss_kb={peak}")).unwrap_or_default();
        writeln!(terminal, "{}{peak}", result_line(&loaded, &warmup, &samples))?;
        Ok(ExitCode::SUCCESS)
    }

    /// Opens, plans and feeds the model. Reading the inputs is not part of the time.
    fn load(&self, path: &Path, run: &RunOptions, terminal: &Terminal) -> Result<Loaded> {
        let file = self.arch.as_deref().map(source::untrained).transpose()?;
        let start = Instant::now();
        let model = match file {
            Some(file) => featherlite::from_bytes(file)?,
            None => open(path)?,
        };
        let mut session = run.session(&model)?;
        let load_us = start.elapsed().as_secs_f64() * 1e6;
        let entry = Entry::find(&model, self.signature_to_run_for.as_deref())?;
        self.input.read(&session, &entry)?.set(&mut session, &entry, terminal)?;
        self.layers.set(&mut session, &entry)?;
        self.read_inputs(&model, &mut session, &entry)?;
        Ok(Loaded { session, entry, load_us })
    }

    fn read_inputs(&self, model: &Model, session: &mut Session, entry: &Entry) -> Result<()> {
        let Some(folder) = &self.inputs else { return Ok(()) };
        let mut arrays = Vec::new();
        for input in 0..entry.inputs.len() {
            let path = folder.join(format!("input_{input}.npy"));
            let array = npy::read(&path).with_context(|| path.display().to_string())?;
            session.resize_input_of(entry.subgraph, input, &array.shape)?;
            arrays.push((path, array));
        }
        for (input, (path, array)) in arrays.iter().enumerate() {
            let Some(info) = entry.input_info(model, input) else { continue };
            let bytes = arrays::to_tensor(array, info.dtype()).with_context(|| path.display().to_string())?;
            session.set_input_bytes(entry.subgraph, input, &bytes)?;
        }
        Ok(())
    }

    /// Warms up and measures; nothing is printed while the clock runs.
    fn measure(
        &self,
        loaded: &mut Loaded,
        mut terminal: Option<&mut Terminal>,
    ) -> Result<(Samples, Samples)> {
        let mut phase = |loaded: &mut Loaded, least_runs, least_secs| -> Result<Samples> {
            if let Some(terminal) = &mut terminal {
                self.limits.announce(least_runs, least_secs, terminal)?;
            }
            let samples =
                self.limits.measure(least_runs, least_secs, || loaded.entry.run(&mut loaded.session))?;
            if let Some(terminal) = &mut terminal {
                writeln!(terminal, "{}\n", samples.line())?;
                terminal.flush()?;
            }
            Ok(samples)
        };
        // The first run may be the last of the warm-up.
        let warmup = phase(loaded, self.limits.warmup_runs.max(1), self.limits.warmup_min_secs)?;
        let samples = phase(loaded, self.limits.num_runs.max(1), self.limits.min_secs)?;
        Ok((warmup, samples))
    }

    fn write_outputs(&self, loaded: &Loaded) -> Result<()> {
        if self.outputs.is_none() && self.output_filepath.is_none() {
            return Ok(());
        }
        let mut all = Vec::new();
        for output in 0..loaded.entry.outputs.len() {
            let view = loaded.entry.output(&loaded.session, output)?;
            all.extend_from_slice(view.bytes());
            if let Some(folder) = &self.outputs {
                let array = arrays::from_tensor(&view)?;
                files::make_folder(folder)?;
                files::write(&folder.join(format!("output_{output}.npy")), |file| npy::write(file, &array))?;
            }
        }
        match &self.output_filepath {
            Some(path) => files::write(path, |file| file.write_all(&all)),
            None => Ok(()),
        }
    }

    fn print_parameters(&self, path: &Path, terminal: &mut Terminal) -> Result<()> {
        writeln!(terminal, "Log parameter values verbosely: [{}]", u8::from(self.verbose))?;
        writeln!(terminal, "Graph: [{}]", path.display())?;
        if self.verbose {
            self.limits.print(terminal)?;
        }
        writeln!(terminal, "Num threads: [{}]", self.run.threads)?;
        let isa = self.run.isa.as_deref().unwrap_or("all there is");
        writeln!(terminal, "Kernels: [{}]\nInstruction set: [{isa}]", self.run.kernels.name())?;
        Ok(())
    }
}

/// One line for programs to read.
fn result_line(loaded: &Loaded, warmup: &Samples, samples: &Samples) -> String {
    format!(
        "median_us={:.3} min_us={:.3} first_us={:.3} load_us={:.3} runs={}",
        samples.median_us(),
        samples.min_us(),
        warmup.first_us(),
        loaded.load_us,
        samples.count()
    )
}
