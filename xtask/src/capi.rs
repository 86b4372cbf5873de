//! `libtensorflowlite_c` as a folder to link with: libraries, headers, and a file for pkg-config.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::root;

/// The compiler is asked to keep loops and calls as they are, which makes the library smaller: calls more than in the programs of
/// `featherlite build`, which need not have as many functions of their own.
const FLAGS: &str = "-Cllvm-args=-inline-threshold=20 -Cllvm-args=-unroll-runtime=false \
    -Cllvm-args=-force-vector-interleave=1 -Cllvm-args=-enable-epilogue-vectorization=false";

/// `--prefix DIR` says where to, `--target TRIPLE` for which platform.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let (mut prefix, mut target) = (root().join("target/capi"), None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let value = rest.next().with_context(|| format!("{argument} needs a value"))?;
        match *argument {
            "--prefix" => prefix = PathBuf::from(value),
            "--target" => target = Some(*value),
            _ => bail!("unknown argument {argument}; there are --prefix DIR and --target TRIPLE"),
        }
    }
    let built = build(target)?;
    let names = [
        "libtensorflowlite_c.so",
        "libtensorflowlite_c.dylib",
        "libtensorflowlite_c.a",
        "tensorflowlite_c.dll",
    ];
    fs::create_dir_all(prefix.join("lib/pkgconfig"))?;
    let prefix = fs::canonicalize(&prefix)?;
    for name in names.iter().filter(|name| built.join(name).exists()) {
        let to = prefix.join("lib").join(name);
        let bytes = fs::copy(built.join(name), &to).with_context(|| to.display().to_string())?;
        println!("{}: {bytes} bytes", to.display());
    }
    let capi = root().join("crates/capi");
    copy_folder(&capi.join("include"), &prefix.join("include"))?;
    let package = fs::read_to_string(capi.join("tensorflowlite_c.pc.in"))?;
    let package = package.replace("@PREFIX@", &prefix.display().to_string());
    fs::write(prefix.join("lib/pkgconfig/tensorflowlite_c.pc"), package)?;
    Ok(())
}

/// Builds the library; the folder where it is.
pub(crate) fn build(target: Option<&str>) -> Result<PathBuf> {
    let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let mut command = Command::new("cargo");
    // Without the kind of library that other crates use: with it, the crates would not be compiled as one.
    command.args(["rustc", "--lib", "--crate-type", "cdylib,staticlib"]);
    command.args(["--profile", "release-small", "-p", "featherlite-capi", "--features", "compact"]);
    command.current_dir(root()).env("RUSTFLAGS", FLAGS).arg("--target-dir").arg(folder.join("small"));
    if let Some(target) = target {
        command.args(["--target", target]);
    }
    command.arg("--").args(linked(target));
    ensure!(command.status().context("cargo build")?.success(), "the library could not be built");
    Ok(folder.join("small").join(target.unwrap_or_default()).join("release-small"))
}

/// What the linker shall do, as the programs of `featherlite build` have it.
fn linked(target: Option<&str>) -> Vec<String> {
    let is_ours = cfg!(all(target_arch = "x86_64", target_os = "linux", target_env = "gnu"));
    let is_here = target.is_none() && is_ours;
    // The linker that Rust brings along for this platform has these options.
    if !is_here && target != Some("x86_64-unknown-linux-gnu") {
        return Vec::new();
    }
    let script = root().join("crates/cli/src/commands/build/templates/unwinding.ld");
    let mut arguments = vec!["--icf=all".to_owned(), format!("-T,{}", script.display())];
    if is_here && has_packed_relocations() {
        arguments.push("-z,pack-relative-relocs".to_owned());
    }
    arguments.into_iter().map(|argument| format!("-Clink-arg=-Wl,{argument}")).collect()
}

include!("../../crates/cli/src/commands/build/templates/packed_relocations.rs");

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
