//! The names of classes.

use std::path::Path;

use anyhow::{Context, Result};
use featherlite::Model;
use featherlite::metadata::Metadata;

/// The names in a file, one a line; without a file those in the model's metadata, if there are any.
pub(crate) fn of(model: &Model, file: Option<&Path>) -> Result<Vec<String>> {
    match file {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
            Ok(text.lines().map(|line| line.trim().to_owned()).collect())
        }
        None => Ok(Metadata::of(model)?.map(within).transpose()?.flatten().unwrap_or_default()),
    }
}

fn within(metadata: Metadata<'_>) -> Result<Option<Vec<String>>> {
    let outputs = (0..).map_while(|index| metadata.output(index));
    outputs.map(|output| metadata.labels(output)).find_map(Result::transpose).transpose().map_err(Into::into)
}
