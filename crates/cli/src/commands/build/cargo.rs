//! Running Cargo.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::package::Dependency;

/// Builds the crate in a folder; the program or library that came of it.
pub(super) fn build(folder: &Path, target: Option<&str>, dependency: &Dependency) -> Result<PathBuf> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(["build", "--release", "--message-format=json-render-diagnostics"]);
    let is_local = matches!(dependency, Dependency::Path(_));
    if is_local {
        command.arg("--offline");
    }
    if let Some(target) = target {
        command.args(["--target", target]);
    }
    command.current_dir(folder).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().context("cargo could not be started; https://rustup.rs installs it")?;
    if !output.status.success() {
        bail!(
            "cargo could not build the crate (its messages are above); {}",
            if is_local {
                "if packages are missing, `cargo fetch` in Featherlite's folder downloads them"
            } else {
                "--featherlite DIR builds with local sources, --no-build writes the crate only"
            }
        );
    }
    artifact(&String::from_utf8_lossy(&output.stdout), folder).context("cargo did not say what it built")
}

/// The file that Cargo's messages say was made of the package in `folder`.
fn artifact(messages: &str, folder: &Path) -> Option<PathBuf> {
    let manifest = std::fs::canonicalize(folder.join("Cargo.toml")).ok()?;
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let ours = |message: &Value| {
        message["reason"] == "compiler-artifact"
            && message["manifest_path"].as_str().is_some_and(|path| Path::new(path) == manifest)
    };
    let message = messages.rev().find(ours)?;
    let file = message["executable"].as_str().or(message["filenames"][0].as_str())?;
    Some(PathBuf::from(file))
}
