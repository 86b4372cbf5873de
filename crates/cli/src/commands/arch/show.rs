//! `featherlite arch show`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use featherlite::arch::{Arch, Cost, Network, draw};
use serde_json::{Value, json};

use super::source::Changes;
use super::{costs_json, count};
use crate::files;
use crate::summary::bytes;
use crate::table::Table;
use crate::terminal::Terminal;

pub(super) const EXAMPLES: &str = "\
Memory traffic counts the elements of activations that layers read and write, and of weights that they read; batch
normalization is folded. The column `standard` has the multiply-adds if depthwise convolutions and the 1×1 convolutions behind
them were one standard convolution each.

Examples:
  featherlite arch show mobilenet_v2_0.35
  featherlite arch show shufflenet_v2 --resolution 28 --channels 1 --classes 10 --total-stride 8
  featherlite arch show efficientnet_b0 --layers                   every layer instead of blocks
  featherlite arch show efficientnet_b0 --html b0.html --svg b0.svg
  featherlite arch show mobilenet_v3_small --json";

/// Show a network: its blocks, parameters, multiply-adds, memory traffic
#[derive(Args)]
pub(super) struct Show {
    /// A name, a .json or .safetensors file
    #[arg(value_name = "NAME")]
    source: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// A line for each layer instead of each block
    #[arg(long)]
    layers: bool,
    /// Write a page with a drawing and all layers
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the drawing alone
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    #[command(flatten)]
    changes: Changes,
}

impl Show {
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let arch = self.changes.open(&self.source)?;
        let network = arch.network()?;
        if let Some(path) = &self.html {
            files::write(path, |out| out.write_all(draw::html(&arch, &network).as_bytes()))?;
        }
        if let Some(path) = &self.svg {
            files::write(path, |out| out.write_all(draw::svg(&network).as_bytes()))?;
        }
        match self.json {
            true => terminal.json(&as_json(&arch, &network)?)?,
            false => self.print(&arch, &network, terminal)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    fn print(&self, arch: &Arch, network: &Network, terminal: &mut Terminal) -> Result<()> {
        let image = shape([arch.resolution, arch.resolution, arch.channels]);
        writeln!(terminal, "{}: {image}, {} classes", terminal.bold(&arch.name), arch.classes)?;
        let mut table = Table::new("lllrrrr");
        table.row(["", "output", "layers", "parameters", "MACs", "traffic", "standard"]);
        let mut row = |name: &str, output: [usize; 3], text: String, cost: Cost| {
            let [parameters, macs, traffic, standard] =
                [cost.parameters, cost.macs, cost.traffic(), cost.standard_macs].map(count);
            table.row([name.to_owned(), shape(output), text, parameters, macs, traffic, standard]);
        };
        if self.layers {
            for (index, layer) in network.layers.iter().enumerate() {
                row(&layer.name, layer.output, layer.label(), network.cost_of(index));
            }
        } else {
            for section in network.sections() {
                row(&section.name, section.output, section.describe(network), section.cost);
            }
        }
        let cost = network.cost();
        row("total", [1, 1, arch.classes], String::new(), cost);
        table.print(terminal, "")?;
        print_totals(&cost, terminal)
    }
}

fn print_totals(cost: &Cost, terminal: &mut Terminal) -> Result<()> {
    let size = |elements: u64, each: u64| bytes(elements.saturating_mul(each) as usize);
    writeln!(
        terminal,
        "\nparameters  {}, and {} moving averages; weights {} in float, {} in 8 bits",
        count(cost.parameters),
        count(cost.statistics),
        size(cost.folded, 4),
        size(cost.folded, 1)
    )?;
    writeln!(
        terminal,
        "MACs        {}; {:.1} times as many, {}, with standard convolutions",
        count(cost.macs),
        cost.standard_macs as f64 / cost.macs.max(1) as f64,
        count(cost.standard_macs)
    )?;
    writeln!(
        terminal,
        "traffic     {} in float, {} in 8 bits; {:.1} MACs for each element",
        size(cost.traffic(), 4),
        size(cost.traffic(), 1),
        cost.macs as f64 / cost.traffic().max(1) as f64
    )?;
    Ok(())
}

fn shape([rows, columns, channels]: [usize; 3]) -> String {
    format!("{rows}×{columns}×{channels}")
}

fn as_json(arch: &Arch, network: &Network) -> Result<Value> {
    let mut value = costs_json(arch, network);
    let blocks = network.sections().into_iter().map(|section| {
        json!({
            "name": section.name,
            "input": section.input,
            "output": section.output,
            "layers": section.describe(network),
            "params": section.cost.parameters,
            "macs": section.cost.macs,
            "traffic": section.cost.traffic(),
            "standard_convolution_macs": section.cost.standard_macs,
        })
    });
    value["blocks"] = blocks.collect();
    let layers = network.layers.iter().enumerate().map(|(index, layer)| {
        let cost = network.cost_of(index);
        json!({
            "name": layer.name,
            "computes": layer.label(),
            "inputs": layer.inputs,
            "output": layer.output,
            "params": cost.parameters,
            "macs": cost.macs,
            "traffic": cost.traffic(),
        })
    });
    value["layers"] = layers.collect();
    value["arch"] = serde_json::from_str(&arch.to_json())?;
    Ok(value)
}
