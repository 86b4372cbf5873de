//! Another machine, reached by a command that runs commands there.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use featherlite::ofa::Space;
use serde_json::Value;

/// Prints the path of a new folder. Android has no /tmp.
const NEW_FOLDER: &str =
    "d=${TMPDIR:-/tmp}; test -w \"$d\" || d=/data/local/tmp; mktemp -d \"$d/featherlite.XXXXXX\"";

/// The space, as a file there.
const SPACE: &str = "space.json";

/// A machine with a copy of this program, which goes when this value does.
pub(super) struct Remote {
    /// The command, and what it needs before the command to run there.
    shell: Vec<String>,
    /// The folder there.
    folder: String,
}

impl Remote {
    /// Copies a program and a space there.
    pub(super) fn open(shell: &str, program: Option<&Path>, space: &Space) -> Result<Self> {
        let shell: Vec<String> = shell.split_whitespace().map(str::to_owned).collect();
        let mut remote = Self { shell, folder: String::new() };
        let folder = remote.call(NEW_FOLDER, &[]).context("a folder on the device")?;
        remote.folder = String::from_utf8_lossy(&folder).trim().to_owned();
        if remote.folder.is_empty() {
            bail!("{:?} ran, but printed no name of a folder", remote.shell.join(" "));
        }
        let program = match program {
            Some(program) => program.to_owned(),
            None => std::env::current_exe()?,
        };
        let named = || program.display().to_string();
        let contents = std::fs::read(&program).with_context(named)?;
        let there = remote.path("featherlite");
        remote.call(&format!("cat > {there} && chmod 755 {there}"), &contents).with_context(named)?;
        remote.call(&format!("{there} --version"), &[]).with_context(|| {
            format!(
                "{} does not run on the device: give --program a featherlite built for it as one file, \
                 as `cargo build --release --target aarch64-unknown-linux-musl` makes it",
                named()
            )
        })?;
        remote.send(SPACE, space.to_json().as_bytes())?;
        Ok(remote)
    }

    /// Writes a file there; its path.
    pub(super) fn send(&self, name: &str, contents: &[u8]) -> Result<String> {
        let path = self.path(name);
        self.call(&format!("cat > {path}"), contents)?;
        Ok(path)
    }

    /// What a measurement there gives.
    pub(super) fn measure(&self, what: &str, options: &str) -> Result<Value> {
        let (program, space) = (self.path("featherlite"), self.path(SPACE));
        let printed = self.call(&format!("{program} ofa latency {space} --only {what} {options}"), &[])?;
        serde_json::from_slice(&printed).context("what the remote program printed")
    }

    fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.folder)
    }

    /// Runs a command there; what it printed. What it says on standard error is seen here.
    fn call(&self, command: &str, input: &[u8]) -> Result<Vec<u8>> {
        let Some((program, before)) = self.shell.split_first() else {
            bail!("--remote needs a command, as in 'ssh host'")
        };
        let mut started = Command::new(program)
            .args(before)
            .arg(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| program.clone())?;
        let sent = started.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(input));
        let output = started.wait_with_output()?;
        if !output.status.success() {
            bail!("{} {command:?} ended with {}", self.shell.join(" "), output.status);
        }
        sent.with_context(|| format!("what {command:?} reads"))?;
        Ok(output.stdout)
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        if !self.folder.is_empty() {
            // What is left is in a folder for temporary files.
            let _ = self.call(&format!("rm -rf {}", self.folder), &[]);
        }
    }
}
