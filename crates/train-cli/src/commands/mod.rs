mod train;

use anyhow::Result;
use clap::Subcommand;

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    Train(train::Train),
}

impl Command {
    /// Whether it came to its end.
    pub(crate) fn run(self) -> Result<bool> {
        match self {
            Self::Train(train) => train.run(),
        }
    }
}
