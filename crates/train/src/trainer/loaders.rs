//! Batches of a dataset, as a recipe asks for them.

use featherlite_data::{Dataset, Loader, LoaderOptions, Part, Shard, Split};

use super::Settings;
use crate::recipe::Recipe;
use crate::subject::Subject;
use crate::{Error, Result};

/// Batches to learn from, and those by which choices are made.
pub(super) fn of(
    recipe: &Recipe,
    subject: &Subject,
    dataset: &Dataset,
    settings: &Settings,
) -> Result<(Loader, Option<Loader>)> {
    let data = |error: featherlite_data::Error| Error::recipe(error.to_string());
    let split = dataset.train().map_err(data)?;
    let (index, count) = settings.among().part();
    if !recipe.batch.is_multiple_of(count) {
        return Err(shared_unequally(recipe.batch, count));
    }
    let shard = Shard { index, count };
    let options = LoaderOptions {
        batch: recipe.batch,
        shuffle: true,
        seed: recipe.seed,
        drop_last: true,
        workers: settings.workers,
        transform: recipe.train_transform(),
        mix: recipe.data.mix,
        shard,
        ..LoaderOptions::default()
    };
    let train = Loader::new(split, options).map_err(data)?;
    let validation = dataset.part(Part::Validation);
    let validation = validation.map(|split| evaluation_loader(recipe, split, settings)).transpose()?;
    for loader in [Some(&train), validation.as_ref()].into_iter().flatten() {
        let size = loader.size();
        let found = [size.height, size.width, size.channels];
        if found != subject.input() {
            return Err(Error::recipe(format!(
                "images are {found:?} (height, width, channels); {} reads {:?}",
                subject.name(),
                subject.input()
            )));
        }
    }
    if subject.classes() != dataset.classes.len() {
        return Err(Error::mismatch(format!(
            "{} gives {} scores; the dataset has {} classes",
            subject.name(),
            subject.classes(),
            dataset.classes.len()
        )));
    }
    Ok((train, validation))
}

/// The error of a batch that processes can not have equal parts of.
pub(crate) fn shared_unequally(batch: usize, count: usize) -> Error {
    Error::recipe(format!("a batch of {batch} can not be shared equally by {count} processes"))
}

/// Images to look at, in order.
pub(super) fn evaluation_loader(recipe: &Recipe, split: &Split, settings: &Settings) -> Result<Loader> {
    let options = LoaderOptions {
        batch: recipe.batch.max(64),
        workers: settings.workers,
        transform: recipe.evaluate_transform(),
        ..LoaderOptions::default()
    };
    Loader::new(split, options).map_err(|error| Error::recipe(error.to_string()))
}
