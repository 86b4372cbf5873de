//! Measuring every combination of some options.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::Result;
use clap::ValueEnum;

use crate::session::{KernelSet, RunOptions, threads};
use crate::terminal::Terminal;

use super::{Bench, result_line};

/// An option and the values to try.
#[derive(Clone, Debug)]
pub(super) enum Axis {
    Threads(Vec<usize>),
    Kernels(Vec<KernelSet>),
    Isa(Vec<String>),
}

impl FromStr for Axis {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (key, values) = text.split_once('=').ok_or("expected KEY=VALUE,…")?;
        let values = values.split(',');
        match key {
            "threads" => values.map(threads).collect::<Result<_, _>>().map(Self::Threads),
            "kernels" => values
                .map(|value| KernelSet::from_str(value, false))
                .collect::<Result<_, _>>()
                .map(Self::Kernels),
            "isa" => Ok(Self::Isa(values.map(str::to_owned).collect())),
            _ => Err("the keys are threads, kernels and isa".to_owned()),
        }
    }
}

impl Axis {
    /// The options with each of the values.
    fn apply(&self, options: &RunOptions) -> Vec<RunOptions> {
        let with = |change: &dyn Fn(&mut RunOptions)| {
            let mut options = options.clone();
            change(&mut options);
            options
        };
        match self {
            Self::Threads(values) => values.iter().map(|&value| with(&|o| o.threads = value)).collect(),
            Self::Kernels(values) => values.iter().map(|&value| with(&|o| o.kernels = value)).collect(),
            Self::Isa(values) => values.iter().map(|value| with(&|o| o.isa = Some(value.clone()))).collect(),
        }
    }
}

impl Bench {
    pub(super) fn run_sweep(&self, path: &Path, terminal: &mut Terminal) -> Result<ExitCode> {
        let combinations = self.sweep.iter().fold(vec![self.run.clone()], |combinations, axis| {
            combinations.iter().flat_map(|options| axis.apply(options)).collect()
        });
        for options in combinations {
            let mut loaded = self.load(path, &options, terminal)?;
            let (warmup, samples) = self.measure(&mut loaded, None)?;
            let isa = options.isa.as_deref().unwrap_or("all");
            let (threads, kernels) = (options.threads, options.kernels.name());
            let label = terminal.bold(format!("threads={threads} kernels={kernels} isa={isa}"));
            writeln!(terminal, "{label} {}", result_line(&loaded, &warmup, &samples))?;
            terminal.flush()?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
