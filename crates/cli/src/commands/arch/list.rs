//! `featherlite arch list`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use featherlite::arch::catalogue;
use serde_json::Value;

use super::{costs_json, count};
use crate::table::Table;
use crate::terminal::Terminal;

pub(super) const EXAMPLES: &str = "\
Examples:
  featherlite arch list
  featherlite arch list --json | jq '.[] | select(.params < 3e6) | .name'";

/// List the published networks with parameters and multiply-adds
#[derive(Args)]
pub(super) struct List {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl List {
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let mut values = Vec::new();
        let mut table = Table::new("lrrrl");
        table.row(["name", "resolution", "parameters", "MACs", "known as"]);
        for row in catalogue() {
            let arch = row.arch();
            let network = arch.network()?;
            let cost = network.cost();
            let mut value = costs_json(&arch, &network);
            value["title"] = Value::from(row.title);
            values.push(value);
            let resolution = arch.resolution.to_string();
            let cells = [row.name, &resolution, &count(cost.parameters), &count(cost.macs), row.title];
            table.row(cells);
        }
        match self.json {
            true => terminal.json(&Value::Array(values))?,
            false => table.print(terminal, "")?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
