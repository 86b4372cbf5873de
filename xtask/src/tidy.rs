//! The house rules that the compiler does not check.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::root;

/// The level of each crate: dependencies point to lower levels only (`ARCHITECTURE.md` has the same table).
const LEVELS: &[(&str, u32)] = &[
    ("featherlite-base", 0),
    ("featherlite-simd", 1),
    ("featherlite-schema", 1),
    ("featherlite-report", 1),
    ("featherlite-gemm", 2),
    ("featherlite-ir", 2),
    ("featherlite-ops", 3),
    ("featherlite-train-kernels", 3),
    ("featherlite-runtime", 4),
    ("featherlite-convert", 5),
    ("featherlite-data", 5),
    ("featherlite-quant", 6),
    ("featherlite-arch", 6),
    ("featherlite-ofa", 7),
    ("featherlite-train", 8),
    ("featherlite", 9),
    ("featherlite-capi", 10),
    ("featherlite-cli", 10),
    ("featherlite-python", 10),
    ("featherlite-train-cli", 10),
    ("featherlite-testkit", 10),
    ("featherlite-suite", 11),
    ("xtask", 11),
];

/// Crates that must build without the standard library.
const NO_STD: &[&str] = &["base", "schema", "gemm", "ops", "runtime", "featherlite"];

/// Where `unsafe` may be: a crate's folder, or a file name at the end of a path. In `capi` every argument is a C pointer.
const UNSAFE_FOLDERS: &[&str] = &[
    "crates/simd/src/",
    "crates/gemm/src/",
    "crates/train-kernels/src/vector/",
    "crates/capi/src/",
    "crates/capi/examples/",
];
const UNSAFE_FILES: &[(&str, &str)] = &[
    ("crates/base/src/arena.rs", "the arena: typed views of tensor memory"),
    ("crates/runtime/src/arena.rs", "the arena's users, and file mapping"),
    ("crates/runtime/src/threads.rs", "threads borrow a task for the time of one run"),
    ("crates/convert/src/import/file.rs", "file mapping"),
    ("crates/train-kernels/src/depthwise_conv_2d/backward.rs", "sums in registers, over raw lines"),
    ("crates/train-kernels/src/depthwise_conv_2d/forward.rs", "sums in registers, over raw lines"),
    ("crates/train-kernels/src/transposed_product.rs", "tiles of sums in registers, over raw rows"),
    ("crates/python/src/array.rs", "NumPy arrays, which are reached through NumPy's C interface"),
    ("crates/python/src/view.rs", "NumPy arrays over memory of a session"),
    ("crates/cli/src/commands/build/templates/library.rs", "functions that C calls"),
    ("crates/cli/src/commands/build/templates/main_libc.rs", "strings that C passes"),
    ("crates/cli/src/commands/build/templates/system_libc.rs", "functions of the C library"),
    ("crates/cli/src/commands/build/templates/without_std.rs", "the heap is the C library's"),
];

/// Longest file that needs no reason.
const LINES: usize = 600;

/// Longer files, each with the reason why it is still about one thing.
const LONG_FILES: &[(&str, &str)] =
    &[("crates/base/src/arena.rs", "all unsafe views of tensor memory are argued for in one place")];

/// File names that say nothing.
const VAGUE: &[&str] = &["utils.rs", "util.rs", "helpers.rs", "helper.rs", "common.rs", "misc.rs"];

pub(crate) fn run() -> Result<()> {
    let mut faults = Vec::new();
    levels(&mut faults)?;
    for path in sources()? {
        let text = fs::read_to_string(root().join(&path)).with_context(|| path.display().to_string())?;
        source(&path.to_string_lossy(), &text, &mut faults);
    }
    if faults.is_empty() {
        return Ok(());
    }
    for fault in &faults {
        eprintln!("{fault}");
    }
    bail!("{} places break the house rules", faults.len())
}

/// Compares the dependencies between our crates with the table of levels.
fn levels(faults: &mut Vec<String>) -> Result<()> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .context("cargo metadata")?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let levels: BTreeMap<&str, u32> = LEVELS.iter().copied().collect();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(level) = levels.get(name) else {
            faults.push(format!("{name}: the crate is not in the table of levels"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let other = dependency["name"].as_str().unwrap_or_default();
            let is_dev = dependency["kind"].as_str() == Some("dev");
            if !is_dev && levels.get(other).is_some_and(|other| other >= level) {
                faults.push(format!("{name}: depends on {other}, which is not below it"));
            }
        }
    }
    for krate in NO_STD {
        let text = fs::read_to_string(root().join(format!("crates/{krate}/src/lib.rs")))?;
        if !text.contains("no_std") {
            faults.push(format!("crates/{krate}: a device crate must be no_std"));
        }
    }
    Ok(())
}

/// Rust sources of the workspace, from its folder.
fn sources() -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("crates"), PathBuf::from("xtask")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn source(path: &str, text: &str, faults: &mut Vec<String>) {
    let generated = text.starts_with("// @generated");
    let lines = text.lines().count();
    if lines > LINES && !generated && !LONG_FILES.iter().any(|(file, _)| *file == path) {
        faults.push(format!(
            "{path}: {lines} lines; is it still about one thing? (split it, or give a reason in tidy.rs)"
        ));
    }
    if VAGUE.iter().any(|name| path.ends_with(&format!("/{name}"))) {
        faults.push(format!("{path}: name the file after its subject"));
    }
    let is_tidy = path == "xtask/src/tidy.rs";
    let mut previous = "";
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        let mut fault = |what: &str| faults.push(format!("{path}:{}: {what}", number + 1));
        if !is_tidy {
            if uses_unsafe(code) && !may_be_unsafe(path) {
                fault("unsafe outside of the places that may have it");
            }
            if code.trim() == "#[ignore]" {
                fault("an ignored test needs a reason: #[ignore = \"…\"]");
            }
            if code.contains("use ")
                && code.trim_end().ends_with("::*;")
                && !generated
                && !may_glob(path, previous, code)
            {
                fault("glob import");
            }
            if ["/work/", "/root/", "/home/"].iter().any(|folder| line.contains(folder)) {
                fault("a path of somebody's machine");
            }
        }
        if !code.trim().is_empty() {
            previous = code;
        }
    }
}

fn uses_unsafe(code: &str) -> bool {
    const FORMS: &[&str] = &["{", "fn ", "impl", "trait ", "extern "];
    code.contains("allow(unsafe_code)") || FORMS.iter().any(|form| code.contains(&format!("unsafe {form}")))
}

fn may_be_unsafe(path: &str) -> bool {
    UNSAFE_FOLDERS.iter().any(|folder| path.starts_with(folder))
        || UNSAFE_FILES.iter().any(|(file, _)| *file == path)
        || (path.starts_with("crates/ops/src/") && path.contains("/kernels/"))
}

/// Tests see everything of their module; lists and preludes re-export.
fn may_glob(path: &str, previous: &str, code: &str) -> bool {
    code.trim_start().starts_with("pub use")
        || code.contains("super::*")
        || previous.contains("mod tests")
        || path.contains("/tests/")
        || path.contains("/kernels/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_found() {
        let check = |path: &str, text: &str| {
            let mut faults = Vec::new();
            source(path, text, &mut faults);
            faults.len()
        };
        assert_eq!(check("crates/ops/src/add.rs", "fn f() { unsafe { g() } }"), 1);
        assert_eq!(check("crates/ops/src/conv_2d/kernels/avx2.rs", "fn f() { unsafe { g() } }"), 0);
        assert_eq!(check("crates/ops/src/utils.rs", ""), 1);
        assert_eq!(check("crates/ops/src/add.rs", "// unsafe is not used here"), 0);
        assert_eq!(check("crates/ops/src/add.rs", "#[ignore]"), 1);
        assert_eq!(check("crates/ops/src/add.rs", &"\n".repeat(700)), 1);
        assert_eq!(check("crates/ops/src/add.rs", "use crate::core::*;"), 1);
    }

    #[test]
    fn the_levels_hold() {
        let mut faults = Vec::new();
        levels(&mut faults).unwrap();
        assert_eq!(faults, Vec::<String>::new());
    }
}
