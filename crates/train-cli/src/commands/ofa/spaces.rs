use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use featherlite_ofa::{Choice, Space, spaces};
use featherlite_train::write_file;

use crate::terminal::{note, result};

/// Lists the spaces of networks, or writes one as JSON, to be changed
#[derive(Args)]
pub(crate) struct Spaces {
    /// A space
    name: Option<String>,
    /// Write it to this file
    #[arg(long, short, value_name = "FILE", requires = "name")]
    output: Option<PathBuf>,
}

impl Spaces {
    pub(crate) fn run(self) -> Result<bool> {
        let Some(name) = &self.name else {
            for (name, what) in spaces::NAMES {
                result(format!("{name:<16} {what}"));
            }
            return Ok(true);
        };
        let space = spaces::find(name)?;
        if let Some(path) = &self.output {
            write_file(path, space.to_json().as_bytes())?;
            note(format!("wrote {}", path.display()));
            return Ok(true);
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
}

fn costs(space: &Space, choice: &Choice) -> Result<String> {
    let network = space.arch(choice)?.network()?;
    let (parameters, macs) = (network.parameters(), network.macs() as f64 / 1e6);
    Ok(format!("{macs:9.2} M MACs  {parameters:>10} parameters  at {}", choice.resolution))
}
