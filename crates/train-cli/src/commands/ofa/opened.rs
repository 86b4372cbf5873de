//! A trained supernet with the data that it was trained on.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use clap::Args;
use featherlite_data::{Dataset, Holdout, Part};
use featherlite_train::{Settings, Supernet, SupernetRecipe, processor};

use crate::interrupt;
use crate::terminal::note;

/// What commands are about that look at networks of a supernet.
#[derive(Args)]
pub(super) struct Source {
    /// The folder of the supernet's run
    pub(super) supernet: PathBuf,
    /// The dataset that it was trained on
    dataset: PathBuf,
    /// Look at the test part, not at the validation part, by which choices are made
    #[arg(long)]
    test: bool,
    /// Threads that prepare images
    #[arg(long, value_name = "N", default_value = "1")]
    workers: usize,
}

/// It, ready to be looked at.
pub(super) struct Opened {
    pub(super) recipe: SupernetRecipe,
    pub(super) supernet: Supernet,
    pub(super) dataset: Dataset,
    /// What is looked at.
    pub(super) part: Part,
}

impl Source {
    pub(super) fn open(&self) -> Result<Opened> {
        let recipe = Supernet::recipe_of(&self.supernet)?;
        let mut dataset = Dataset::open(&self.dataset)?;
        dataset.notes.iter().for_each(note);
        if dataset.part(Part::Validation).is_none() && recipe.data.holdout > 0 {
            dataset.hold_out(Holdout::Random(recipe.data.holdout, recipe.seed))?;
        }
        let part = if self.test { Part::Test } else { Part::Validation };
        ensure!(
            dataset.part(part).is_some(),
            "the dataset has no {} part to look at{}",
            part.name(),
            if self.test { "" } else { ": give the recipe a holdout" }
        );
        interrupt::watch()?;
        let supernet = Supernet::resume(&dataset, self.settings(&self.supernet))?;
        Ok(Opened { recipe, supernet, dataset, part })
    }

    /// How a run in a folder takes place.
    pub(super) fn settings(&self, folder: &Path) -> Settings {
        Settings {
            folder: folder.to_owned(),
            interval: 200,
            workers: self.workers,
            device: processor(),
            group: None,
        }
    }
}
