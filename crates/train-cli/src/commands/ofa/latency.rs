use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

/// The program that runs networks, and so measures them.
const PROGRAM: &str = "featherlite";

/// Measures how long the layers of a space take, here or on another device
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Latency {
    /// See `featherlite ofa latency --help`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

impl Latency {
    /// It is a command of the other program, which can do without burn.
    pub(crate) fn run(self) -> Result<bool> {
        let program = beside().unwrap_or_else(|| PROGRAM.into());
        match Command::new(&program).args(["ofa", "latency"]).args(&self.arguments).status() {
            Ok(status) if status.success() => Ok(true),
            Ok(status) => std::process::exit(status.code().unwrap_or(1)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                bail!("{PROGRAM} is not installed: put it beside this program, or on the PATH")
            }
            Err(error) => Err(error).with_context(|| program.display().to_string()),
        }
    }
}

/// The other program where it lies beside this one.
fn beside() -> Option<PathBuf> {
    let path =
        std::env::current_exe().ok()?.with_file_name(format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX));
    path.is_file().then_some(path)
}
