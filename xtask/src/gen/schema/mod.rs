//! Readers and writers of FlatBuffers, from their declarations.
//!
//! For each `.fbs` file two are made: the views (with enums and the layouts that verification walks) and the owned
//! tables (with how they are read from views and taken apart for the writer).

mod owned;
mod parse;
mod views;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Generated;

const CRATE: &str = "crates/schema";

/// The formats: a declaration file and the module of its views.
const FORMATS: &[&str] = &["tflite", "metadata"];

pub(super) fn generate(root: &Path) -> Result<Vec<Generated>> {
    let mut files = Vec::new();
    for format in FORMATS {
        let path = Path::new(CRATE).join(format!("{format}.fbs"));
        let read = || -> Result<parse::Schema> { parse::parse(&fs::read_to_string(root.join(&path))?) };
        let schema = read().with_context(|| path.display().to_string())?;
        let folder = Path::new(CRATE).join("src/generated");
        files.push(Generated {
            path: folder.join(format!("{format}.rs")),
            contents: views::write(&schema, format)?,
        });
        files.push(Generated {
            path: folder.join(format!("{format}_owned.rs")),
            contents: owned::write(&schema, format)?,
        });
    }
    Ok(files)
}

/// The first lines of a generated file.
fn head(format: &str, what: &str) -> String {
    format!("// @generated from `{format}.fbs` by `cargo xtask gen`; do not edit.\n//! {what}\n\n")
}

/// A field's name as Rust can have it.
fn identifier(name: &str) -> String {
    if name == "type" { "type_".to_owned() } else { name.to_owned() }
}

/// Doc comment lines, or `otherwise` if there are none.
fn docs(lines: &[String], otherwise: &str) -> String {
    if lines.is_empty() {
        return format!("/// {otherwise}\n");
    }
    lines.iter().map(|line| format!("/// {line}\n")).collect()
}
