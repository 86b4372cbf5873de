//! The crate that is written.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::Kind;
use crate::operators::set_expression;

/// The first line of a manifest, by which folders of ours are known.
pub(super) const MARK: &str = "# Made by `featherlite build`";

/// Where Featherlite comes from.
pub(super) enum Dependency {
    /// The folder of the facade's crate.
    Path(PathBuf),
    /// Published, of this program's version.
    Version,
}

impl Default for Dependency {
    /// The sources that this program was built from, if they are still there.
    fn default() -> Self {
        let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../featherlite");
        fs::canonicalize(beside).map_or(Self::Version, Self::Path)
    }
}

impl Dependency {
    /// The sources in a folder: of the workspace, or of the facade's crate.
    pub(super) fn at(folder: &Path) -> Result<Self> {
        let is_facade = |folder: &PathBuf| {
            let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
            manifest.contains("name = \"featherlite\"\n")
        };
        let mut folders = [folder.join("crates/featherlite"), folder.to_owned()].into_iter();
        let found = folders.find(is_facade).with_context(|| {
            format!(
                "{} is not a folder with Featherlite's sources, nor its crates/featherlite",
                folder.display()
            )
        })?;
        Ok(Self::Path(fs::canonicalize(found)?))
    }

    fn manifest_value(&self, has_std: bool) -> Result<String> {
        let version = env!("CARGO_PKG_VERSION");
        let features = format!(
            "default-features = false, features = [\"compact\"{}]",
            if has_std { ", \"std\"" } else { "" }
        );
        let Self::Path(path) = self else {
            return Ok(format!("{{ version = \"{version}\", {features} }}"));
        };
        let path = path.to_str().context("the path to Featherlite is not UTF-8")?;
        ensure!(!path.contains('\''), "{path}: a quotation mark in the path to Featherlite");
        Ok(format!("{{ path = '{path}', {features} }}"))
    }

    /// The versions of all packages that Featherlite was tested with.
    pub(super) fn lock_file(&self) -> Option<PathBuf> {
        let Self::Path(path) = self else { return None };
        let lock = path.parent()?.parent()?.join("Cargo.lock");
        lock.exists().then_some(lock)
    }
}

/// What is written.
pub(super) struct Package<'a> {
    pub(super) name: &'a str,
    pub(super) kind: Kind,
    /// Whether it uses Rust's standard library.
    pub(super) has_std: bool,
    pub(super) dependency: &'a Dependency,
    /// Paths in `featherlite::ops`.
    pub(super) operators: &'a BTreeSet<&'static str>,
}

const BUILD_SCRIPT: &str =
    concat!(include_str!("templates/build.rs"), include_str!("templates/packed_relocations.rs"));
const LINKER_SCRIPT: &str = include_str!("templates/unwinding.ld");
const CARGO_CONFIG: &str = include_str!("templates/config.toml");
const PROFILE: &str = include_str!("templates/profile.toml");
const PROGRAM: &str = include_str!("templates/program.rs");
const MAIN: &str = include_str!("templates/main.rs");
const MAIN_LIBC: &str = include_str!("templates/main_libc.rs");
const SYSTEM: &str = include_str!("templates/system.rs");
const SYSTEM_LIBC: &str = include_str!("templates/system_libc.rs");
const WITHOUT_STD: &str = include_str!("templates/without_std.rs");
const LIBRARY: &str = include_str!("templates/library.rs");
const HEADER: &str = include_str!("templates/featherlite.h");

impl Package<'_> {
    /// Writes the files into a folder.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let mut files = vec![
            ("Cargo.toml", self.manifest()?),
            (".cargo/config.toml", CARGO_CONFIG.to_owned()),
            ("build.rs", BUILD_SCRIPT.to_owned()),
            ("unwinding.ld", LINKER_SCRIPT.to_owned()),
            (".gitignore", "/target\n".to_owned()),
            ("src/operators.rs", self.operators()),
        ];
        match self.kind {
            Kind::Program => {
                files.extend([
                    ("src/main.rs", self.program()),
                    ("src/npy.rs", part(featherlite_data::NPY_SOURCE)),
                    (
                        "src/random.rs",
                        part(include_str!("../../random.rs")).replacen(
                            "use ",
                            "use alloc::vec::Vec;\n\nuse ",
                            1,
                        ),
                    ),
                    ("src/system.rs", if self.has_std { SYSTEM } else { SYSTEM_LIBC }.to_owned()),
                ]);
                if !self.has_std {
                    files.push(("src/without_std.rs", WITHOUT_STD.to_owned()));
                }
            }
            Kind::Library => files
                .extend([("src/lib.rs", LIBRARY.to_owned()), ("include/featherlite.h", HEADER.to_owned())]),
        }
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(&path, text).with_context(|| path.display().to_string())?;
        }
        if let Some(lock) = self.dependency.lock_file() {
            fs::copy(&lock, folder.join("Cargo.lock")).with_context(|| lock.display().to_string())?;
        }
        Ok(())
    }

    fn manifest(&self) -> Result<String> {
        let mut text = format!(
            "{MARK} {version}.\n\n[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n",
            version = env!("CARGO_PKG_VERSION"),
            name = self.name
        );
        if self.kind == Kind::Library {
            text.push_str("[lib]\ncrate-type = [\"cdylib\"]\n\n");
        }
        writeln!(text, "[dependencies]\nfeatherlite = {}", self.dependency.manifest_value(self.has_std)?)?;
        if !self.has_std {
            text.push_str("libc = { version = \"0.2\", default-features = false }\n");
        }
        text.push('\n');
        // A workspace of its own, wherever the folder lies.
        text.push_str("[workspace]\n\n");
        text.push_str(PROFILE);
        Ok(text)
    }

    fn program(&self) -> String {
        let text = PROGRAM.replace("PROGRAM", self.name);
        match self.has_std {
            true => text + MAIN,
            false => {
                let attributes = "#![no_std]\n#![no_main]\n\nextern crate alloc;\n\nmod without_std;\n";
                text.replacen("extern crate alloc;\n\n", attributes, 1) + MAIN_LIBC
            }
        }
    }

    fn operators(&self) -> String {
        format!(
            "//! The operators of this build.\n\n/// The set of operators.\npub fn set() -> featherlite::OpSet {{\n{}\n}}\n",
            set_expression(self.operators)
        )
    }
}

/// A module of this program as one of the written crate, which uses some of it and has no tests.
fn part(source: &str) -> String {
    let code = source.split("\n#[cfg(test)]").next().unwrap_or(source);
    let (doc, rest) = code.split_once("\n\n").unwrap_or(("", code));
    format!("{doc}\n#![allow(dead_code)]\n\n{rest}\n")
}
