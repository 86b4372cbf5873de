use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use featherlite_ofa::{Choice, Space, spaces};
use featherlite_train::write_file;

use crate::terminal::{note, result};

/// Lists the spaces of networks, or shows one; writes it, or one of its networks, as JSON
#[derive(Args)]
#[command(after_help = "Examples:
  featherlite ofa spaces
  featherlite ofa spaces ofa-mbv3 -o mine.json                                       to be changed
  featherlite ofa spaces runs/ofa --network runs/ofa/found/300.choice.json -o a.json   an architecture, for all commands that take one")]
pub(crate) struct Spaces {
    /// A space: its name, a JSON file, or the folder of a supernet
    space: Option<String>,
    /// One of its networks, in a file
    #[arg(long, value_name = "FILE", requires = "space")]
    network: Option<PathBuf>,
    /// Write the space, or the network, to this file
    #[arg(long, short, value_name = "FILE", requires = "space")]
    output: Option<PathBuf>,
}

impl Spaces {
    pub(crate) fn run(self) -> Result<bool> {
        let Some(source) = &self.space else {
            for (name, what) in spaces::NAMES {
                result(format!("{name:<16} {what}"));
            }
            return Ok(true);
        };
        let space = Space::open(source)?;
        if let Some(path) = &self.network {
            let named = || path.display().to_string();
            let choice =
                Choice::from_json(&std::fs::read_to_string(path).with_context(named)?).with_context(named)?;
            let arch = space.arch(&choice).with_context(named)?;
            result(format!("{}  {}", arch.name, costs(&space, &choice)?));
            return self.write(&arch.to_json());
        }
        if self.output.is_some() {
            return self.write(&space.to_json());
        }
        let Space { kernels, expands, depths, resolutions, .. } = &space;
        result(format!("{:.2e} networks for each of {} resolutions", space.size(), resolutions.len()));
        result(format!("kernels {kernels:?}, expansions {expands:?}, blocks of a stage {depths:?}"));
        result(format!("resolutions {resolutions:?}"));
        for (what, choice) in [("largest", space.largest()), ("smallest", space.smallest())] {
            result(format!("{what:<9} {}", costs(&space, &choice)?));
        }
        Ok(true)
    }

    fn write(&self, json: &str) -> Result<bool> {
        if let Some(path) = &self.output {
            write_file(path, json.as_bytes())?;
            note(format!("wrote {}", path.display()));
        }
        Ok(true)
    }
}

fn costs(space: &Space, choice: &Choice) -> Result<String> {
    let network = space.arch(choice)?.network()?;
    let (parameters, macs) = (network.parameters(), network.macs() as f64 / 1e6);
    Ok(format!("{macs:9.2} M MACs  {parameters:>10} parameters  at {}", choice.resolution))
}
