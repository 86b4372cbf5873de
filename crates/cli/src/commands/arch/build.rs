//! `featherlite arch build`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use featherlite::arch::{BuildOptions, build_tflite};
use serde_json::json;

use super::source::{self, Changes};
use super::{costs_json, count};
use crate::files;
use crate::summary::bytes;
use crate::terminal::Terminal;

pub(super) const EXAMPLES: &str = "\
Without weights they are random: the model is as large and as quick as a trained one. Its input is `image`
[1, resolution, resolution, channels], its output `logits` [1, classes].

Examples:
  featherlite arch build mobilenet_v3_small -o untrained.tflite
  featherlite arch build mobilenet_v2_0.35 -o untrained.tflite --resolution 96 --classes 10
  featherlite arch build net.json -o net.tflite --weights net.safetensors
  featherlite arch build trained.safetensors -o trained.tflite --softmax";

/// Write a .tflite model of a network
#[derive(Args)]
pub(super) struct Build {
    /// A name, a .json or .safetensors file
    #[arg(value_name = "NAME")]
    source: String,
    /// The .tflite file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Weights as .safetensors [default: those of NAME if it is such a file, else random ones]
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Where random weights start from
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Give probabilities instead of logits
    #[arg(long)]
    softmax: bool,
    /// Leave the number of images open instead of 1
    #[arg(long)]
    open_batch: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    changes: Changes,
}

impl Build {
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let (arch, own) = source::open(&self.source)?;
        let arch = self.changes.apply(arch)?;
        let network = arch.network()?;
        let (weights, named) = match &self.weights {
            Some(path) => (source::read_weights(path)?.0, path.display().to_string()),
            None => (own.unwrap_or_else(|| network.initialize(self.seed)), self.source.clone()),
        };
        let options = BuildOptions { softmax: self.softmax, open_batch: self.open_batch };
        let file = build_tflite(&network, &weights, options).context(named)?;
        files::write(&self.output, |out| out.write_all(&file))?;
        let path = self.output.display();
        if self.json {
            let mut value = costs_json(&arch, &network);
            value["file"] = json!(path.to_string());
            value["bytes"] = json!(file.len());
            terminal.json(&value)?;
        } else {
            let (parameters, macs) = (count(network.parameters()), count(network.macs()));
            writeln!(
                terminal,
                "{path}: {}, {parameters} parameters, {macs} MACs, {}",
                arch.name,
                bytes(file.len())
            )?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
