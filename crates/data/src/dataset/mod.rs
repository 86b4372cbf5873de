//! Datasets: what their files are, which classes they have, how they are split.

mod arrays;
mod folder;
mod idx;
mod split;

use std::fs;
use std::path::{Path, PathBuf};

use split::Source;
pub use split::Split;

use crate::error::{Error, Result};
use crate::random::Random;

/// The parts of a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// What a network learns from.
    Train,
    /// What choices are made by.
    Validation,
    /// What is looked at last.
    Test,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    /// `train`, `validation` or `test`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }

    /// The part that a word of a file's or folder's name stands for.
    fn of(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "train" | "training" => Some(Self::Train),
            "val" | "valid" | "validation" => Some(Self::Validation),
            "test" | "t10k" => Some(Self::Test),
            _ => None,
        }
    }

    /// The first word of a name that stands for a part.
    fn within(name: &str) -> Option<Self> {
        name.split(|letter: char| !letter.is_ascii_alphanumeric()).find_map(Self::of)
    }
}

/// Which samples of the training part become the validation part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holdout {
    /// The last so many.
    Last(usize),
    /// So many, drawn by a seed.
    Random(usize, u64),
}

/// Images with classes, in up to three parts. Images of folders are read when they are asked for; those of arrays lie in memory.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// The names of the classes; labels are places in this list.
    pub classes: Vec<String>,
    /// What a user should know: classes without images, files that are no pictures.
    pub notes: Vec<String>,
    parts: [Option<Split>; 3],
}

impl Dataset {
    /// Opens a dataset, whose kind is seen from the files:
    ///
    /// - a folder with a folder of pictures for each class, or with such folders in `train`, `validation` and `test`;
    /// - a folder with files of the MNIST family (`train-images-idx3-ubyte`, …, plain or `.gz`), or one such file of images;
    /// - an `.npz` file or a folder of `.npy` files with arrays of images and labels: `x_train` and `y_train`, `test_images` and
    ///   `test_labels`, `x` and `y`, ….
    ///
    /// Without names of parts everything is the training part. A file `classes.txt` or `labels.txt` beside the data names the
    /// classes of arrays, one a line; otherwise their numbers do.
    ///
    /// # Errors
    ///
    /// If files can not be read, are damaged, or hold no images with classes.
    pub fn open(path: &Path) -> Result<Self> {
        Self::find(path).map_err(|error| error.in_file(path))
    }

    fn find(path: &Path) -> Result<Self> {
        let metadata = fs::metadata(path).map_err(|error| Error::read(&error))?;
        if !metadata.is_dir() {
            return match has_extension(path, "npz") {
                true => arrays::open_npz(path)?.with_names_beside(path.parent()),
                false => idx::open_file(path)?.with_names_beside(path.parent()),
            };
        }
        let entries = list(path)?;
        if let Some(dataset) = idx::open_folder(&entries)? {
            return dataset.with_names_beside(Some(path));
        }
        if entries.iter().any(|entry| has_extension(&entry.path, "npy")) {
            return arrays::open_folder(&entries)?.with_names_beside(Some(path));
        }
        folder::open(&entries)
    }

    pub(crate) fn new(classes: Vec<String>, notes: Vec<String>, parts: [Option<Split>; 3]) -> Self {
        let mut dataset = Self { classes, notes, parts };
        dataset.note_empty_classes();
        dataset
    }

    /// A dataset of arrays in memory: each part's images and labels.
    fn of_arrays(parts: [Option<(Source, Vec<u32>)>; 3]) -> Result<Self> {
        let greatest = parts.iter().flatten().flat_map(|(_, labels)| labels).max();
        let greatest = *greatest.ok_or_else(|| Error::invalid("there are no images"))?;
        if greatest > MOST_CLASSES {
            return Err(Error::damaged(format!("{greatest} is no number of a class")));
        }
        let mut splits = [const { None }; 3];
        for (split, part) in splits.iter_mut().zip(parts) {
            *split = part.map(|(source, labels)| Split::new(source, labels)).transpose()?;
        }
        Ok(Self::new((0..=greatest).map(|class| class.to_string()).collect(), Vec::new(), splits))
    }

    fn with_names_beside(mut self, folder: Option<&Path>) -> Result<Self> {
        let files = ["classes.txt", "labels.txt"].map(|name| folder.unwrap_or(Path::new("")).join(name));
        if let Some(file) = files.iter().find(|file| file.is_file()) {
            let text = fs::read_to_string(file).map_err(|error| Error::read(&error).in_file(file))?;
            let names: Vec<String> = text.lines().map(|line| line.trim().to_owned()).collect();
            self.set_classes(names).map_err(|error| error.in_file(file))?;
        }
        Ok(self)
    }

    /// Names the classes anew; there may be more than labels use.
    ///
    /// # Errors
    ///
    /// If there are fewer names than classes.
    pub fn set_classes(&mut self, names: Vec<String>) -> Result<()> {
        let count = self.classes.len();
        if names.len() < count {
            return Err(Error::invalid(format!("{} names for {count} classes", names.len())));
        }
        self.classes = names;
        Ok(())
    }

    /// A part, if the dataset has it.
    pub fn part(&self, part: Part) -> Option<&Split> {
        self.parts[part as usize].as_ref()
    }

    /// The part that a program trains with.
    ///
    /// # Errors
    ///
    /// If there is none, or if it has a single class, of which nothing can be learnt.
    pub fn train(&self) -> Result<&Split> {
        let train =
            self.part(Part::Train).ok_or_else(|| Error::invalid("the dataset has no part for training"))?;
        if let [class] = &self.classes[..] {
            return Err(Error::invalid(format!(
                "the dataset has a single class, {class:?}: nothing can be learnt of it"
            )));
        }
        Ok(train)
    }

    /// Makes a validation part of samples that the training part gives up.
    ///
    /// # Errors
    ///
    /// If there is a validation part already, or if nothing would remain to train with.
    pub fn hold_out(&mut self, holdout: Holdout) -> Result<()> {
        if self.part(Part::Validation).is_some() {
            return Err(Error::invalid("the dataset has a validation part already"));
        }
        let train =
            self.part(Part::Train).ok_or_else(|| Error::invalid("the dataset has no part for training"))?;
        let (total, count) = match holdout {
            Holdout::Last(count) | Holdout::Random(count, _) => (train.len(), count),
        };
        if count == 0 || count >= total {
            return Err(Error::invalid(format!("{count} of {total} samples can not be held out")));
        }
        let mut order: Vec<usize> = (0..total).collect();
        if let Holdout::Random(_, seed) = holdout {
            Random::of(&[seed]).shuffle(&mut order);
        }
        let (kept, held) = order.split_at_mut(total - count);
        kept.sort_unstable();
        held.sort_unstable();
        let (kept, held) = (train.select(kept), train.select(held));
        self.parts[Part::Train as usize] = Some(kept);
        self.parts[Part::Validation as usize] = Some(held);
        self.note_empty_classes();
        Ok(())
    }

    fn note_empty_classes(&mut self) {
        for part in Part::ALL {
            let Some(split) = self.part(part) else { continue };
            let counts = split.class_counts(self.classes.len());
            let mut empty = self.classes.iter().zip(counts).filter(|(_, count)| *count == 0);
            if let Some((first, _)) = empty.next() {
                let more = match empty.count() {
                    0 => String::new(),
                    count => format!(" and {count} more"),
                };
                let note = format!("no images of class {first:?}{more} in the {} part", part.name());
                if !self.notes.contains(&note) {
                    self.notes.push(note);
                }
            }
        }
    }
}

/// Greater labels are refused: they are damaged.
const MOST_CLASSES: u32 = 1 << 20;

/// A file or folder within another.
struct Found {
    path: PathBuf,
    is_folder: bool,
    /// Links to folders may lead back to where they are.
    is_link: bool,
}

/// What is in a folder, by name, without what is hidden. The listing says what is a folder: files are not looked at.
fn list(folder: &Path) -> Result<Vec<Found>> {
    let failed = |error| Error::read(&error).in_file(folder);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let (path, kind) = (entry.path(), entry.file_type().map_err(failed)?);
        let is_link = kind.is_symlink();
        let is_folder = kind.is_dir() || (is_link && path.is_dir());
        found.push(Found { path, is_folder, is_link });
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}
