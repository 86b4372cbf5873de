//! Everything that a change must pass, but for the runs against data that is not in the repository.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{r#gen, root, tidy};

/// The steps that are cargo commands.
const STEPS: &[(&str, &[&str])] = &[
    ("format", &["fmt", "--all", "--check"]),
    ("lints", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]),
    // On their own: in the workspace their features would be joined with those of the host crates.
    (
        "device crates",
        &[
            "clippy",
            "--quiet",
            "-p",
            "featherlite",
            "-p",
            "featherlite-runtime",
            "-p",
            "featherlite-simd",
            "--no-default-features",
            "--",
            "-D",
            "warnings",
        ],
    ),
    ("tests", &["test", "--workspace", "--quiet"]),
];

pub(crate) fn run() -> Result<()> {
    step("generated files");
    r#gen::check()?;
    step("tidy");
    tidy::run()?;
    for (name, arguments) in STEPS {
        step(name);
        cargo(arguments, &[])?;
    }
    step("documentation");
    cargo(&["doc", "--workspace", "--no-deps", "--quiet"], &[("RUSTDOCFLAGS", "-D warnings")])
}

fn step(name: &str) {
    println!("== {name}");
}

fn cargo(arguments: &[&str], environment: &[(&str, &str)]) -> Result<()> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo)
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(root())
        .status()
        .with_context(|| format!("cargo {}", arguments.join(" ")))?;
    ensure!(status.success(), "cargo {} failed", arguments.join(" "));
    Ok(())
}
