//! `featherlite arch`: network architectures, what they cost, and untrained models of them.

mod build;
mod compare;
mod import;
mod list;
mod scale;
mod show;
pub(super) mod source;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use featherlite::arch::{Arch, Network};
use serde_json::{Value, json};

use crate::exit::after;
use crate::terminal::Terminal;

pub(super) const EXAMPLES: &str = "\
Names are those of `featherlite arch list`; the width of MobileNets and ShuffleNets is free, and a resolution may follow:
mobilenet_v1_0.25_96, shufflenet_v1_0.5_g3. Where a name is expected, a file does as well: an architecture as JSON
(`featherlite arch scale … -o net.json` writes one, to edit), or weights as .safetensors that carry their architecture.

Examples:
  featherlite arch list
  featherlite arch show mobilenet_v2_0.35 --resolution 96 --classes 10
  featherlite arch show efficientnet_b0 --html b0.html
  featherlite arch compare mobilenet_v2 mobilenet_v3_large shufflenet_v2_1.5
  featherlite arch scale efficientnet_b0 --phi 1
  featherlite arch build mobilenet_v3_small -o untrained.tflite      to measure its latency before training it
  featherlite arch import mobilenet_v2.keras --arch mobilenet_v2 -o mobilenet_v2.tflite
  featherlite bench --arch mobilenet_v3_small                       or at once";

/// Network architectures: what they are, what they cost, models of them
#[derive(Args)]
pub(crate) struct ArchCommand {
    #[command(subcommand)]
    command: Subcommands,
}

#[derive(Subcommand)]
enum Subcommands {
    #[command(after_help = after(list::EXAMPLES))]
    List(list::List),
    #[command(after_help = after(show::EXAMPLES))]
    Show(show::Show),
    #[command(after_help = after(compare::EXAMPLES))]
    Compare(compare::Compare),
    #[command(after_help = after(scale::EXAMPLES))]
    Scale(scale::Scale),
    #[command(after_help = after(build::EXAMPLES))]
    Build(build::Build),
    #[command(after_help = after(import::EXAMPLES))]
    Import(Box<import::Import>),
}

impl ArchCommand {
    pub(crate) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        match &self.command {
            Subcommands::List(command) => command.run(terminal),
            Subcommands::Show(command) => command.run(terminal),
            Subcommands::Compare(command) => command.run(terminal),
            Subcommands::Scale(command) => command.run(terminal),
            Subcommands::Build(command) => command.run(terminal),
            Subcommands::Import(command) => command.run(terminal),
        }
    }
}

/// What a network costs, as JSON.
fn costs_json(arch: &Arch, network: &Network) -> Value {
    let cost = network.cost();
    json!({
        "name": arch.name,
        "resolution": arch.resolution,
        "channels": arch.channels,
        "classes": arch.classes,
        "params": cost.parameters,
        "macs": cost.macs,
        "statistics": cost.statistics,
        "activations_read": cost.read,
        "activations_written": cost.written,
        "weights_read": cost.folded,
        "standard_convolution_macs": cost.standard_macs,
    })
}

/// A count with thousands apart.
fn count(value: u64) -> String {
    featherlite::arch::draw::grouped(value)
}
