//! `featherlite train`, `featherlite qat`, `featherlite compound` and `featherlite ofa`: they start `featherlite-train`, which is built on its own.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;

/// The other program.
const PROGRAM: &str = "featherlite-train";

/// What is handed over as it is
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Handed {
    /// Arguments of featherlite-train: see `featherlite train --help` when it is installed
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

impl Handed {
    /// The arguments.
    pub(super) fn arguments(&self) -> &[OsString] {
        &self.arguments
    }

    /// Runs a command of the other program; the result is its exit code.
    pub(crate) fn run(&self, command: &str) -> Result<ExitCode> {
        let program = beside().unwrap_or_else(|| PROGRAM.into());
        let status = match Command::new(&program).arg(command).args(&self.arguments).status() {
            Ok(status) => status,
            Err(error) if error.kind() == ErrorKind::NotFound => bail!(
                "{PROGRAM} is not installed: training comes as a program of its own, because it takes minutes to build\n\
                 build it with `cargo build --release -p featherlite-train-cli`, and put it beside this program or on the PATH"
            ),
            Err(error) => return Err(error).with_context(|| program.display().to_string()),
        };
        Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
    }
}

/// The other program where it lies beside this one.
fn beside() -> Option<PathBuf> {
    let path =
        std::env::current_exe().ok()?.with_file_name(format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX));
    path.is_file().then_some(path)
}
