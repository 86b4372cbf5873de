//! The `featherlite-train` command, which `featherlite train` and `featherlite qat` start.

mod commands;
mod interrupt;
mod page;
mod progress;
mod terminal;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

use commands::Command;

/// Buffers of a step have the sizes of those of the step before: an allocator that keeps them spares the system's zeroed pages.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Trains mobile networks.
#[derive(Parser)]
#[command(name = "featherlite-train", version, max_term_width = 110)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// The exit code of a run that the user interrupted; it can be resumed.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    match Arguments::parse().command.run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(INTERRUPTED),
        Err(error) => {
            terminal::error(format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
