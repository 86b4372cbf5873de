//! How large programs are: a library with every operator, the C API of TensorFlow Lite, and programs with the operators of one
//! model.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::{capi, release, root};

/// Bytes that a library with every operator may have.
const LIBRARY: u64 = 2_500_000;
/// Bytes that the C API may have.
const CAPI: u64 = 2_500_000;
/// Bytes that a program for MobileNetV2 in INT8 may have, with and without the standard library.
const PROGRAMS: [u64; 2] = [910_000, 700_000];

const MODEL: &str = "zoo/k_mobilenet_v2_int8/model.tflite";

/// `--shared DIR` says where the models are.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let shared = match arguments {
        [] => root().join("../shared"),
        ["--shared", folder] => PathBuf::from(folder),
        _ => bail!("unknown arguments; --shared DIR says where the models are"),
    };
    let model =
        fs::canonicalize(shared.join(MODEL)).with_context(|| shared.join(MODEL).display().to_string())?;
    let model = model.to_str().context("the path to the model is not UTF-8")?;
    let command = release()?;
    let library =
        build(&command, "all_operators", "liball_operators.so", &["--all-operators", "--kind", "library"])?;
    let options = ["--models", model, "--no-std"];
    let programs = [
        build(&command, "mobilenet_v2", "mobilenet_v2", &options[..2])?,
        build(&command, "mobilenet_v2_no_std", "mobilenet_v2_no_std", &options)?,
    ];
    for program in &programs {
        let status = Command::new(program).arg(model).status().context("the program could not be started")?;
        ensure!(status.success(), "the program does not run its model");
    }
    let [program, without_std] = programs;
    let capi = capi::build(None)?.join("libtensorflowlite_c.so");
    let mut is_small = true;
    for (what, file, limit) in [
        ("library with every operator", library, LIBRARY),
        ("C API of TensorFlow Lite", capi, CAPI),
        ("program for MobileNetV2 in INT8", program, PROGRAMS[0]),
        ("the same without the standard library", without_std, PROGRAMS[1]),
    ] {
        let size = fs::metadata(&file).with_context(|| file.display().to_string())?.len();
        println!("{what}: {size} bytes of {limit}");
        is_small &= size <= limit;
    }
    ensure!(is_small, "larger than allowed");
    Ok(())
}

/// Builds a crate with `featherlite build`; the path of `file` in its folder. Dependencies are compiled once for all.
fn build(command: &Path, name: &str, file: &str, options: &[&str]) -> Result<PathBuf> {
    let size = root().join("target/size");
    let folder = size.join(name);
    let status = Command::new(command)
        .args(["build", "--name", name])
        .args(["--featherlite".as_ref(), root().as_os_str(), "--output-dir".as_ref(), folder.as_os_str()])
        .args(options)
        .env("CARGO_TARGET_DIR", size.join("target"))
        .status()
        .context("featherlite build")?;
    ensure!(status.success(), "featherlite build failed");
    Ok(folder.join(file))
}
