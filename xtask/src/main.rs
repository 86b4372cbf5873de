//! Development tasks, run as `cargo xtask TASK`.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod capi;
mod ci;
mod r#gen;
mod roofline;
mod size;
mod tidy;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};

const HELP: &str = "\
usage: cargo xtask TASK

  gen [--check]   write the generated files, or check that they are fresh
  tidy            check the house rules: crate levels, unsafe, file lengths, names
  bench […]       time models beside LiteRT and write docs/benchmarks.md (--shared DIR, --python PATH, and
                  the options of bench_peers.py, such as --secs)
  roofline […]    compare models with the processor's peak and write docs/roofline.md (--shared DIR)
  size […]        build a library with every operator and a program for one model, and check their sizes
                  (--shared DIR)
  capi […]        build libtensorflowlite_c with its headers (--prefix DIR, --target TRIPLE)
  ci              format, lints, generated files, tidy, documentation, tests";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["gen"] => r#gen::write(),
        ["gen", "--check"] => r#gen::check(),
        ["tidy"] => tidy::run(),
        ["bench", ref arguments @ ..] => bench::run(arguments),
        ["roofline", ref arguments @ ..] => roofline::run(arguments),
        ["size", ref arguments @ ..] => size::run(arguments),
        ["capi", ref arguments @ ..] => capi::run(arguments),
        ["ci"] => ci::run(),
        ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The program `featherlite`, built now.
fn release() -> Result<PathBuf> {
    let built = Command::new("cargo")
        .args(["build", "--release", "--quiet", "-p", "featherlite-cli"])
        .current_dir(root())
        .status()
        .context("cargo build")?;
    ensure!(built.success(), "the program could not be built");
    Ok(root().join("target/release/featherlite"))
}

/// The workspace's folder.
fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}
