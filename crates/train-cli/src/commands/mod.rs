mod compound;
mod ofa;
mod processes;
mod qat;
mod run;
mod train;

use anyhow::Result;
use clap::Subcommand;

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    Train(train::Train),
    Qat(qat::Qat),
    Compound(compound::CompoundSearch),
    Ofa(ofa::Ofa),
}

impl Command {
    /// Whether it came to its end.
    pub(crate) fn run(self) -> Result<bool> {
        match self {
            Self::Train(train) => train.run(),
            Self::Qat(qat) => qat.run(),
            Self::Compound(search) => search.run(),
            Self::Ofa(ofa) => ofa.run(),
        }
    }
}
