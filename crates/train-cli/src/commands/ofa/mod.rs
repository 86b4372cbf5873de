//! Once-for-all: one network is trained, and others are taken out of it.

mod deploy;
mod fit;
mod latency;
mod opened;
mod sample;
mod search;
mod spaces;
mod train;

use anyhow::Result;
use clap::{Args, Subcommand};

/// Trains one network of which others are parts (once-for-all), and looks at the parts
#[derive(Args)]
#[command(after_help = "In this order:
  featherlite ofa spaces                                          # what spaces of networks there are
  featherlite ofa train recipe.toml photos/ -o runs/ofa           # the supernet, by progressive shrinking
  featherlite ofa sample runs/ofa photos/ -n 500                  # how good networks of the space are
  featherlite ofa fit-accuracy runs/ofa                           # what predicts it
  featherlite ofa latency runs/ofa --target laptop -o tables/     # how long their layers take, here or elsewhere
  featherlite ofa search runs/ofa/accuracy.safetensors --by latency --table tables/laptop-int8.json --limit 300,500 -o runs/ofa/found
  featherlite ofa deploy runs/ofa photos/ runs/ofa/found/300.choice.json -o small/ --table tables/laptop-int8.json")]
pub(crate) struct Ofa {
    #[command(subcommand)]
    command: OfaCommand,
}

#[derive(Subcommand)]
enum OfaCommand {
    Spaces(spaces::Spaces),
    Train(train::Train),
    Sample(sample::Sample),
    FitAccuracy(fit::FitAccuracy),
    Latency(latency::Latency),
    Search(search::Search),
    Deploy(deploy::Deploy),
}

impl Ofa {
    pub(crate) fn run(self) -> Result<bool> {
        match self.command {
            OfaCommand::Spaces(spaces) => spaces.run(),
            OfaCommand::Train(train) => train.run(),
            OfaCommand::Sample(sample) => sample.run(),
            OfaCommand::FitAccuracy(fit) => fit.run(),
            OfaCommand::Latency(latency) => latency.run(),
            OfaCommand::Deploy(deploy) => deploy.run(),
            OfaCommand::Search(search) => search.run(),
        }
    }
}
