//! `featherlite ofa`: what measures is here, what trains and searches is in `featherlite-train`.

mod latency;
mod place;
mod remote;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::commands::train::Handed;
use crate::terminal::Terminal;

/// The command that is here.
const LATENCY: &str = "latency";

/// Runs a command of once-for-all, here or in the other program.
pub(super) fn run(handed: &Handed, terminal: &mut Terminal) -> Result<ExitCode> {
    let arguments = handed.arguments();
    match arguments.split_first() {
        Some((first, rest)) if first == LATENCY => {
            let name = OsString::from(format!("featherlite ofa {LATENCY}"));
            latency::Latency::parse_from(std::iter::once(&name).chain(rest)).run(terminal)
        }
        _ => handed.run("ofa"),
    }
}
