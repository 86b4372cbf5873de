//! Contents of tensors in files beside the model.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use bytes::Bytes;

use super::proto;
use crate::import::file;
use crate::{Error, Result};

/// The folder of a model, and its files that have been mapped.
pub(super) struct Folder {
    root: Option<PathBuf>,
    files: HashMap<String, Bytes>,
}

impl Folder {
    /// The folder that `model` lies in.
    pub(super) fn of(model: &Path) -> Self {
        let parent = match model.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        Self { root: Some(parent.to_owned()), files: HashMap::new() }
    }

    /// For a model that is no file: nothing lies beside it.
    pub(super) fn none() -> Self {
        Self { root: None, files: HashMap::new() }
    }

    /// What a tensor of `length` bytes refers to: the keys `location`, `offset` and `length`.
    ///
    /// # Errors
    /// If the file is not within the folder, or shorter than that.
    pub(super) fn contents(&mut self, entries: &[proto::Entry], length: usize) -> Result<Bytes> {
        let value = |key| entries.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str());
        let number = |key| {
            let parse = |text: &str| {
                text.parse::<usize>()
                    .map_err(|_| Error::invalid(format!("external data with {key} {text:?}")))
            };
            value(key).map(parse).transpose()
        };
        let location = value("location").ok_or_else(|| Error::invalid("external data without a location"))?;
        let begin = number("offset")?.unwrap_or(0);
        let length = number("length")?.unwrap_or(length);
        let file = self.file(location)?;
        let end = begin.checked_add(length).filter(|&end| end <= file.len()).ok_or_else(|| {
            let size = file.len();
            Error::invalid(format!("{length} bytes at {begin} of {location:?}, which has {size}"))
        })?;
        Ok(file.slice(begin..end))
    }

    fn file(&mut self, location: &str) -> Result<Bytes> {
        if let Some(file) = self.files.get(location) {
            return Ok(file.clone());
        }
        let path = self.inside(location)?;
        let file = file::map(&path)?;
        self.files.insert(location.to_owned(), file.clone());
        Ok(file)
    }

    /// The path of a file that must lie in the folder, links followed.
    fn inside(&self, location: &str) -> Result<PathBuf> {
        let outside =
            || Error::invalid(format!("external data in {location:?}, which is outside the model's folder"));
        let Some(root) = &self.root else {
            return Err(Error::unsupported(format!(
                "external data in {location:?} of a model that is no file"
            )));
        };
        let relative = Path::new(location);
        if !relative.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err(outside());
        }
        let resolve = |path: &Path| path.canonicalize().map_err(|error| Error::io(path, &error));
        let path = resolve(&root.join(relative))?;
        if path.starts_with(resolve(root)?) { Ok(path) } else { Err(outside()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(pairs: &[(&str, &str)]) -> Vec<proto::Entry> {
        pairs.iter().map(|&(key, value)| proto::Entry { key: key.into(), value: value.into() }).collect()
    }

    #[test]
    fn only_what_lies_in_the_folder() {
        let root = std::env::temp_dir().join(format!("featherlite-onnx-{}", std::process::id()));
        std::fs::create_dir_all(root.join("model")).unwrap();
        std::fs::write(root.join("model/weights.bin"), [0, 1, 2, 3, 4, 5]).unwrap();
        std::fs::write(root.join("secret.bin"), [9]).unwrap();
        let mut folder = Folder::of(&root.join("model/model.onnx"));
        let mut contents = |pairs: &[(&str, &str)]| folder.contents(&entries(pairs), 2);
        let part = contents(&[("location", "weights.bin"), ("offset", "3"), ("length", "3")]).unwrap();
        assert_eq!(&part[..], [3, 4, 5]);
        assert_eq!(&contents(&[("location", "weights.bin")]).unwrap()[..], [0, 1]);
        for location in ["../secret.bin", "/etc/hostname", "absent.bin", ""] {
            contents(&[("location", location)]).unwrap_err();
        }
        for offset in ["5", "-1", "18446744073709551615"] {
            contents(&[("location", "weights.bin"), ("offset", offset)]).unwrap_err();
        }
        std::fs::remove_dir_all(&root).unwrap();
    }
}
