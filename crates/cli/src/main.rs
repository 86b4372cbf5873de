//! The `featherlite` command.

mod arrays;
mod assets;
mod commands;
mod entry;
mod exit;
mod files;
mod inputs;
mod labels;
mod macs;
mod operators;
mod picture;
mod random;
mod session;
mod summary;
mod table;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use commands::Command;
use terminal::Terminal;

/// Runs, inspects, measures and compares TensorFlow Lite models.
#[derive(Parser)]
#[command(name = "featherlite", version, after_help = exit::HELP, max_term_width = 110)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut terminal = Terminal::new();
    let result =
        arguments.command.run(&mut terminal).and_then(|code| Ok(terminal.finish().map(|()| code)?));
    exit::code(result, &terminal)
}
