//! Folders of pictures: one for each class.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::split::{Source, Split};
use super::{Dataset, Found, Part, has_extension, list, name_of};
use crate::error::{Error, Result};
use crate::picture::EXTENSIONS;

/// Folders within folders are followed so far.
const DEPTH: usize = 16;

/// The folders of a part's classes, by name.
type ClassFolders = Vec<(String, PathBuf)>;

/// Opens a dataset of the paths in its folder.
pub(super) fn open(entries: &[Found]) -> Result<Dataset> {
    let folders = folders(entries);
    if folders.is_empty() {
        let pictures = entries.iter().filter(|entry| is_picture(&entry.path)).count();
        return Err(Error::invalid(match pictures {
            0 => "there are no images: neither folders of pictures, nor files of the MNIST family, nor .npy files".to_owned(),
            _ => format!("{pictures} pictures without classes: each class needs a folder of its own"),
        }));
    }
    let mut parts: [Option<ClassFolders>; 3] = [const { None }; 3];
    if folders.iter().all(|(name, _)| Part::of(name).is_some()) {
        for (name, folder) in &folders {
            let Some(part) = Part::of(name) else { continue };
            if parts[part as usize].replace(self::folders(&list(folder)?)).is_some() {
                return Err(Error::invalid(format!("there are two folders for the {} part", part.name())));
            }
        }
    } else {
        parts[Part::Train as usize] = Some(folders);
    }
    read(parts)
}

fn folders(entries: &[Found]) -> ClassFolders {
    let folders = entries.iter().filter(|entry| entry.is_folder);
    folders.map(|entry| (name_of(&entry.path), entry.path.clone())).collect()
}

fn read(parts: [Option<ClassFolders>; 3]) -> Result<Dataset> {
    let names: BTreeSet<&String> = parts.iter().flatten().flatten().map(|(name, _)| name).collect();
    let classes: Vec<String> = names.into_iter().cloned().collect();
    let mut walk = Walk::default();
    let mut splits = [const { None }; 3];
    for (split, folders) in splits.iter_mut().zip(&parts) {
        let Some(folders) = folders else { continue };
        let mut labels = Vec::new();
        walk.pictures.clear();
        for (name, folder) in folders {
            walk.folder(folder, 0)?;
            let label = classes.binary_search(name).unwrap_or_default() as u32;
            labels.resize(walk.pictures.len(), label);
        }
        if !labels.is_empty() {
            *split = Some(Split::new(Source::Files(std::mem::take(&mut walk.pictures)), labels)?);
        }
    }
    if splits.iter().all(Option::is_none) {
        return Err(Error::invalid(format!(
            "there are no pictures in the folders; pictures are {}",
            EXTENSIONS.join(", ")
        )));
    }
    Ok(Dataset::new(classes, walk.notes(), splits))
}

/// What is found in a folder and those within it.
#[derive(Default)]
struct Walk {
    pictures: Vec<PathBuf>,
    others: usize,
    /// The first that is no picture.
    other: Option<PathBuf>,
}

impl Walk {
    fn folder(&mut self, folder: &Path, depth: usize) -> Result<()> {
        for Found { path, is_folder, is_link } in list(folder)? {
            if is_folder && depth < DEPTH && !is_link {
                self.folder(&path, depth + 1)?;
            } else if !is_folder && is_picture(&path) {
                self.pictures.push(path);
            } else {
                self.others += 1;
                self.other.get_or_insert(path);
            }
        }
        Ok(())
    }

    fn notes(&self) -> Vec<String> {
        let first = self.other.iter();
        first
            .map(|path| format!("{} files are no pictures, such as {}", self.others, path.display()))
            .collect()
    }
}

fn is_picture(path: &Path) -> bool {
    EXTENSIONS.iter().any(|extension| has_extension(path, extension))
}
