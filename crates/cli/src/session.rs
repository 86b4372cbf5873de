//! The options that every command which runs a model has.

use std::path::Path;
use std::thread::available_parallelism;

use clap::{Args, ValueEnum};
use featherlite::{ErrorKind, Kernels, Model, Session, SessionOptions};

use crate::exit::usage;

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "How to run")]
pub(crate) struct RunOptions {
    /// Threads of a run; 0: one per processor
    #[arg(
        long,
        visible_alias = "num_threads",
        value_name = "N",
        default_value = "1",
        allow_hyphen_values = true
    )]
    #[arg(value_parser = threads)]
    pub(crate) threads: usize,
    /// The best kernels, or the plain ones
    #[arg(long, value_name = "SET", value_enum, default_value_t = KernelSet::Fast)]
    pub(crate) kernels: KernelSet,
    /// Highest instruction set, such as avx2 or scalar [default: all there is]
    #[arg(long, value_name = "LEVEL")]
    pub(crate) isa: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KernelSet {
    Fast,
    Reference,
}

impl KernelSet {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Reference => "reference",
        }
    }
}

/// A number of threads. `benchmark_model` has -1 for "the default".
pub(crate) fn threads(text: &str) -> Result<usize, String> {
    match text.parse::<i64>() {
        Ok(-1) => Ok(1),
        Ok(0) => Ok(available_parallelism().map_or(1, usize::from)),
        Ok(count @ 1..=1024) => Ok(count as usize),
        _ => Err("expected a number from 0 to 1024".to_owned()),
    }
}

impl RunOptions {
    pub(crate) fn options(&self) -> SessionOptions {
        SessionOptions {
            threads: self.threads,
            kernels: match self.kernels {
                KernelSet::Fast => Kernels::Fast,
                KernelSet::Reference => Kernels::Reference,
            },
            isa: self.isa.clone(),
            ..SessionOptions::default()
        }
    }

    pub(crate) fn session(&self, model: &Model) -> anyhow::Result<Session> {
        session(model, self.options())
    }
}

/// A session; options that this machine can not fulfil are wrong usage.
pub(crate) fn session(model: &Model, options: SessionOptions) -> anyhow::Result<Session> {
    model.session_with(options).map_err(|error| match error.kind() {
        ErrorKind::InvalidArgument => usage(error.to_string()),
        _ => error.into(),
    })
}

/// Opens a model with all operators.
pub(crate) fn open(path: &Path) -> anyhow::Result<Model> {
    Ok(featherlite::open(path)?)
}
