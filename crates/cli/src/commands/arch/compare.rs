//! `featherlite arch compare`, and what `scale` prints.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use featherlite::arch::Arch;
use serde_json::Value;

use super::source::Changes;
use super::{costs_json, count};
use crate::summary::bytes;
use crate::table::Table;
use crate::terminal::Terminal;

pub(super) const EXAMPLES: &str = "\
Shares are those of the first network. Changes apply to each.

Examples:
  featherlite arch compare mobilenet_v2 mobilenet_v3_large efficientnet_b0
  featherlite arch compare mobilenet_v1_0.25 shufflenet_v2_0.5 --resolution 96 --classes 2";

/// Compare networks
#[derive(Args)]
pub(super) struct Compare {
    /// Names, .json or .safetensors files
    #[arg(value_name = "NAME", num_args = 2.., required = true)]
    sources: Vec<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    changes: Changes,
}

impl Compare {
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let archs: Result<Vec<Arch>> = self.sources.iter().map(|source| self.changes.open(source)).collect();
        print(&archs?, self.json, terminal)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A line for each network, with shares of the first.
pub(super) fn print(archs: &[Arch], json: bool, terminal: &mut Terminal) -> Result<()> {
    let networks = archs.iter().map(Arch::network).collect::<Result<Vec<_>, _>>()?;
    if json {
        let values = archs.iter().zip(&networks).map(|(arch, network)| costs_json(arch, network));
        return Ok(terminal.json(&Value::Array(values.collect()))?);
    }
    let mut table = Table::new("lrrrrrrrrr");
    let blocks = |arch: &Arch| arch.stages.iter().map(Vec::len).sum::<usize>().to_string();
    table.row(["", "image", "blocks", "parameters", "", "MACs", "", "float traffic", "", "MACs if standard"]);
    let Some(first) = networks.first().map(|network| network.cost()) else { return Ok(()) };
    for (arch, network) in archs.iter().zip(&networks) {
        let cost = network.cost();
        let share = |value: u64, of: u64| format!("{:.2}x", value as f64 / of.max(1) as f64);
        table.row([
            arch.name.clone(),
            arch.resolution.to_string(),
            blocks(arch),
            count(cost.parameters),
            share(cost.parameters, first.parameters),
            count(cost.macs),
            share(cost.macs, first.macs),
            bytes(cost.traffic().saturating_mul(4) as usize),
            share(cost.traffic(), first.traffic()),
            share(cost.standard_macs, cost.macs),
        ]);
    }
    Ok(table.print(terminal, "")?)
}
