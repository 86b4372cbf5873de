//! `featherlite conformance`: runs models on given inputs and writes their outputs, for a judge to compare.

use std::any::Any;
use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use featherlite::{ErrorKind, Session, SessionOptions};
use featherlite_data::npy;

use crate::session::{RunOptions, open, session};
use crate::terminal::Terminal;
use crate::{arrays, files};

pub(super) const EXAMPLES: &str = "\
Inputs are read from DIR/input_0.npy, input_1.npy, … and outputs written likewise; with several steps, all in one session,
from and to DIR/step_0, step_1, …. A signature is a key or - for the main subgraph.

Each line of JOBS has an id, model, inputs folder, outputs folder, number of steps and comma list of signatures, separated
by tabs. For each a line is printed: id, ok|unsupported|error, message.

Examples:
  featherlite conformance --model model.tflite --inputs in --outputs out
  featherlite conformance --batch jobs.txt";

/// Run models on files of inputs for a conformance judge
#[derive(Args)]
pub(crate) struct Conformance {
    /// A file of jobs
    #[arg(long, value_name = "JOBS", conflicts_with_all = ["model", "inputs", "outputs"])]
    batch: Option<PathBuf>,
    /// The .tflite file of a single job
    #[arg(long, required_unless_present = "batch", requires_all = ["inputs", "outputs"])]
    model: Option<PathBuf>,
    /// Where its inputs are
    #[arg(long, value_name = "DIR")]
    inputs: Option<PathBuf>,
    /// Where its outputs go
    #[arg(long, value_name = "DIR")]
    outputs: Option<PathBuf>,
    /// How many times to run, on inputs of its own each time
    #[arg(long, value_name = "N", default_value_t = 1)]
    steps: usize,
    /// What each step runs
    #[arg(long, value_name = "KEY,…", value_delimiter = ',')]
    signatures: Vec<String>,
    #[command(flatten)]
    run: RunOptions,
}

/// Where a job's files are.
struct Job {
    model: PathBuf,
    inputs: PathBuf,
    outputs: PathBuf,
    /// One for each step; `-` is the main subgraph.
    signatures: Vec<String>,
}

impl Conformance {
    pub(crate) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        if let Some(jobs) = &self.batch {
            self.run_batch(jobs, terminal)?;
        } else if let (Some(model), Some(inputs), Some(outputs)) = (&self.model, &self.inputs, &self.outputs)
        {
            let mut signatures = self.signatures.clone();
            signatures.resize(self.steps, "-".to_owned());
            let (model, inputs, outputs) = (model.clone(), inputs.clone(), outputs.clone());
            Job { model, inputs, outputs, signatures }.run(self.run.options())?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn run_batch(&self, jobs: &Path, terminal: &mut Terminal) -> Result<()> {
        let text = std::fs::read_to_string(jobs).with_context(|| jobs.display().to_string())?;
        // A panic is reported as the job's error, once.
        panic::set_hook(Box::new(|_| {}));
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let bar = terminal.progress(lines.len());
        for line in lines {
            let fields: Vec<&str> = line.split('\t').collect();
            let work = || Job::parse(&fields)?.run(self.run.options());
            let result = panic::catch_unwind(AssertUnwindSafe(work))
                .unwrap_or_else(|payload| Err(anyhow!("panicked: {}", panic_message(&*payload))));
            let (status, message) = match result {
                Ok(()) => ("ok", String::new()),
                Err(error) if is_unsupported(&error) => ("unsupported", format!("{error:#}")),
                Err(error) => ("error", format!("{error:#}")),
            };
            let message = message.replace(['\t', '\n', '\r'], " ");
            writeln!(terminal, "{}\t{status}\t{message}", fields[0])?;
            terminal.flush()?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(())
    }
}

fn is_unsupported(error: &anyhow::Error) -> bool {
    error.downcast_ref::<featherlite::Error>().is_some_and(|error| error.kind() == ErrorKind::Unsupported)
}

fn panic_message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message")
}

impl Job {
    fn parse(fields: &[&str]) -> Result<Self> {
        let [_, model, inputs, outputs, steps, signatures] = fields else {
            bail!("the line has {} fields, not 6", fields.len());
        };
        let mut signatures: Vec<String> = signatures.split(',').map(str::to_owned).collect();
        signatures.resize(steps.parse().context("number of steps")?, "-".to_owned());
        Ok(Self { model: model.into(), inputs: inputs.into(), outputs: outputs.into(), signatures })
    }

    /// Runs all steps in one session.
    fn run(&self, options: SessionOptions) -> Result<()> {
        let model = open(&self.model)?;
        let mut session = session(&model, options)?;
        for (number, signature) in self.signatures.iter().enumerate() {
            let folder = |base: &Path| match self.signatures.len() {
                1 => base.to_owned(),
                _ => base.join(format!("step_{number}")),
            };
            let subgraph = match signature.as_str() {
                "-" => 0,
                key => session.signature(key)?.signature().subgraph(),
            };
            step(&mut session, subgraph, &folder(&self.inputs), &folder(&self.outputs))?;
        }
        Ok(())
    }
}

fn step(session: &mut Session, subgraph: usize, inputs: &Path, outputs: &Path) -> Result<()> {
    let model = session.model().clone();
    let graph = model.subgraphs().nth(subgraph).context("no such subgraph")?;
    let mut arrays = Vec::new();
    for input in 0..graph.inputs().len() {
        let path = inputs.join(format!("input_{input}.npy"));
        let array = npy::read(&path).with_context(|| path.display().to_string())?;
        session.resize_input_of(subgraph, input, &array.shape)?;
        arrays.push(array);
    }
    for (input, array) in arrays.iter().enumerate() {
        let info = &graph.tensors()[graph.inputs()[input]];
        session.set_input_bytes(subgraph, input, &arrays::to_tensor(array, info.dtype())?)?;
    }
    session.run_subgraph(subgraph)?;
    files::make_folder(outputs)?;
    for output in 0..graph.outputs().len() {
        let array = arrays::from_tensor(&session.output_of(subgraph, output)?)?;
        files::write(&outputs.join(format!("output_{output}.npy")), |file| npy::write(file, &array))?;
    }
    Ok(())
}
