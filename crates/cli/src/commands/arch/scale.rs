//! `featherlite arch scale`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use featherlite::arch::Compound;

use super::compare;
use super::source::{Changes, factor};
use crate::files;
use crate::terminal::Terminal;

pub(super) const EXAMPLES: &str = "\
Compound scaling (EfficientNet): depth grows by alpha^phi, width by beta^phi, resolution by gamma^phi (rounded to multiples of 4).
One step of phi costs about alpha * beta^2 * gamma^2 times as much.

Examples:
  featherlite arch scale efficientnet_b0 --phi 1
  featherlite arch scale mobilenet_v2 --phi 2 --alpha 1.1 --beta 1.2 --gamma 1.1
  featherlite arch scale mobilenet_v3_small --phi -1 -o smaller.json
  featherlite arch scale mobilenet_v2_0.35 --phi 0 --classes 10 -o net.json      to edit";

/// Scale a network's depth, width and resolution together
#[derive(Args)]
pub(super) struct Scale {
    /// A name, a .json or .safetensors file
    #[arg(value_name = "NAME")]
    source: String,
    /// How many steps
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = steps)]
    phi: f64,
    /// Growth of depth for each step
    #[arg(long, value_name = "FACTOR", default_value_t = Compound::default().alpha, value_parser = factor)]
    alpha: f64,
    /// Growth of width for each step
    #[arg(long, value_name = "FACTOR", default_value_t = Compound::default().beta, value_parser = factor)]
    beta: f64,
    /// Growth of resolution for each step
    #[arg(long, value_name = "FACTOR", default_value_t = Compound::default().gamma, value_parser = factor)]
    gamma: f64,
    /// Write the scaled architecture as JSON
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    changes: Changes,
}

/// A number of steps, perhaps negative.
fn steps(text: &str) -> Result<f64, String> {
    let steps: f64 = text.parse().map_err(|_| "expected a number".to_owned())?;
    match (-20.0..=20.0).contains(&steps) {
        true => Ok(steps),
        false => Err("expected a number from -20 to 20".to_owned()),
    }
}

impl Scale {
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let base = self.changes.open(&self.source)?;
        let compound = Compound { alpha: self.alpha, beta: self.beta, gamma: self.gamma };
        let name = format!("{}_phi{}", base.name, self.phi);
        let scaled = base.clone().scaled(self.phi, compound).with_name(name);
        scaled.network()?;
        if let Some(path) = &self.output {
            files::write(path, |out| writeln!(out, "{}", scaled.to_json()))?;
        }
        compare::print(&[base, scaled], self.json, terminal)?;
        if !self.json {
            let growth = compound.growth();
            writeln!(
                terminal,
                "alpha * beta^2 * gamma^2 = {growth:.3}, to the power of phi {:.3}",
                growth.powf(self.phi)
            )?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
