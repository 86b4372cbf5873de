//! `featherlite build`: a small program or C library with no more operators than given models need.

mod cargo;
mod package;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};

use self::package::{Dependency, MARK, Package};
use crate::exit::usage;
use crate::session::open;
use crate::table::Table;
use crate::terminal::Terminal;
use crate::{files, operators, summary};

pub(super) const EXAMPLES: &str = "\
Examples:
  featherlite build --models model.tflite                        a program that runs it: model/model
  featherlite build --models a.tflite,b.tflite --kind library    a C library and its header: a/liba.so, a/a/include
  featherlite build --all-operators --kind library --name all    with every operator
  featherlite build --models model.tflite --no-std               smaller by a quarter: without Rust's standard library
  featherlite build --models model.tflite --no-build             the crate only, to change and to build by hand
The folder holds the crate, what was built of it, and for libraries `include/featherlite.h`. Cargo is needed.";

/// Build a small program or C library for given models
#[derive(Args)]
pub(crate) struct Build {
    /// The .tflite files that it shall run
    #[arg(long, value_name = "FILE", value_delimiter = ',', required_unless_present = "all_operators")]
    models: Vec<PathBuf>,
    /// Take every operator, whatever the models need
    #[arg(long)]
    all_operators: bool,
    /// What to build
    #[arg(long, value_name = "KIND", value_enum, default_value_t = Kind::Program)]
    kind: Kind,
    /// What it is called [default: as the first model]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The folder to make [default: the name]; an older one of this command is replaced
    #[arg(long, short = 'o', value_name = "DIR")]
    output_dir: Option<PathBuf>,
    /// Featherlite's sources [default: those this program was built from, or else its version on crates.io]
    #[arg(long, value_name = "DIR")]
    featherlite: Option<PathBuf>,
    /// The platform to build for, as Cargo calls it, such as aarch64-unknown-linux-gnu [default: this one]
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
    /// A program without Rust's standard library, on that of C (Linux and other Unix): smaller by a quarter, on one thread
    #[arg(long)]
    no_std: bool,
    /// Write the crate and do not build it
    #[arg(long)]
    no_build: bool,
}

/// Operators that are listed after a build; `src/operators.rs` has all of them.
const LISTED: usize = 30;

/// What is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Runs a model on .npy files
    Program,
    /// A shared library with the functions of featherlite.h
    Library,
}

impl Build {
    pub(crate) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        if self.no_std && self.kind == Kind::Library {
            return Err(usage(
                "--no-std is for programs; a library for C has the standard library".to_owned(),
            ));
        }
        let operators = self.operators()?;
        let name = self.name()?;
        let folder = self.output_dir.clone().unwrap_or_else(|| PathBuf::from(&name));
        ensure!(
            is_free(&folder),
            "{} exists and was not made by this command; --output-dir names another folder",
            folder.display()
        );
        let dependency = match &self.featherlite {
            Some(path) => Dependency::at(path)?,
            None => Dependency::default(),
        };
        let package = Package {
            name: &name,
            kind: self.kind,
            has_std: !self.no_std,
            dependency: &dependency,
            operators: &operators,
        };
        let temporary = files::Temporary::beside(&folder)?;
        package.write(temporary.path())?;
        let mut made = Vec::new();
        if !self.no_build {
            // Cargo looks at this to see what is new.
            let _ = fs::rename(folder.join("target"), temporary.path().join("target"));
            let built = cargo::build(temporary.path(), self.target.as_deref(), &dependency)?;
            made.push(copy_into(&built, temporary.path())?);
        }
        if self.kind == Kind::Library {
            made.push(PathBuf::from("include/featherlite.h"));
        }
        temporary.replace(&folder)?;
        report(terminal, &folder, &operators, &made)
    }

    /// The paths of the operators that are needed.
    fn operators(&self) -> Result<BTreeSet<&'static str>> {
        let mut all = BTreeSet::new();
        if self.all_operators {
            all.extend(
                featherlite::ops::PATHS.iter().map(|(path, _)| *path).filter(|path| path.ends_with("::OP")),
            );
        }
        for path in &self.models {
            let model = open(path)?;
            if let Some(fault) = model.unsupported().into_iter().next() {
                return Err(fault.into());
            }
            all.extend(operators::needed(&model));
        }
        Ok(all)
    }

    /// The name of the package: letters, digits and underscores.
    fn name(&self) -> Result<String> {
        let first =
            self.models.first().and_then(|path| path.file_stem()).unwrap_or("featherlite_all".as_ref());
        let name = match &self.name {
            Some(name) => name.clone(),
            None => first.to_string_lossy().replace(|c: char| !c.is_ascii_alphanumeric(), "_"),
        };
        let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
        let is_name = name.starts_with(is_letter) && name.chars().all(|c| is_letter(c) || c.is_ascii_digit());
        match is_name && !matches!(&*name, "featherlite" | "test" | "core" | "std" | "alloc") {
            true => Ok(name),
            false => Err(usage(format!("{name:?} can not be the name of a package; --name gives another"))),
        }
    }
}

/// Whether a folder is not there, is empty, or was made by this command.
fn is_free(folder: &Path) -> bool {
    match fs::read_dir(folder) {
        Ok(mut entries) => {
            let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
            entries.next().is_none() || manifest.starts_with(MARK)
        }
        Err(_) => !folder.exists(),
    }
}

/// Copies a file into a folder; the path there.
fn copy_into(file: &Path, folder: &Path) -> Result<PathBuf> {
    let name = PathBuf::from(file.file_name().context("a file without a name")?);
    fs::copy(file, folder.join(&name)).with_context(|| file.display().to_string())?;
    Ok(name)
}

fn report(
    terminal: &mut Terminal,
    folder: &Path,
    operators: &BTreeSet<&str>,
    made: &[PathBuf],
) -> Result<ExitCode> {
    let list: Vec<&str> = operators.iter().copied().take(LISTED).collect();
    let more = if operators.len() > LISTED { " …" } else { "" };
    let names = terminal.dim(format!("{}{more}", list.join(" ")));
    writeln!(terminal, "{} operators: {names}", operators.len())?;
    let mut table = Table::new("lr");
    for file in made.iter().map(|file| folder.join(file)) {
        let size = fs::metadata(&file).map_or(0, |data| data.len());
        table.row([file.display().to_string(), summary::bytes(size as usize)]);
    }
    table.print(terminal, "")?;
    writeln!(terminal, "{}", terminal.dim(format!("the crate is in {}", folder.display())))?;
    Ok(ExitCode::SUCCESS)
}
