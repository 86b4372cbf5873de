//! Batches of a dataset, as a recipe asks for them.

use featherlite_data::{Dataset, Loader, LoaderOptions, Part, Shard, Split, Transform};

use super::Settings;
use crate::recipe::{Data, Recipe};
use crate::subject::Subject;
use crate::{Error, Result};

/// Batches to learn from, and those by which choices are made.
pub(super) fn of(
    recipe: &Recipe,
    subject: &Subject,
    dataset: &Dataset,
    settings: &Settings,
) -> Result<(Loader, Option<Loader>)> {
    let split = dataset.train().map_err(|error| Error::recipe(error.to_string()))?;
    let train = training(&recipe.data, (recipe.batch, recipe.seed), split, settings)?;
    let validation = dataset.part(Part::Validation);
    let validation = validation.map(|split| evaluation_loader(recipe, split, settings)).transpose()?;
    for loader in [Some(&train), validation.as_ref()].into_iter().flatten() {
        check(loader, subject.input(), subject.name())?;
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

/// This process' part of shuffled batches to learn from.
pub(crate) fn training(
    data: &Data,
    (batch, seed): (usize, u64),
    split: &Split,
    settings: &Settings,
) -> Result<Loader> {
    let (index, count) = settings.among().part();
    if !batch.is_multiple_of(count) {
        return Err(Error::recipe(format!(
            "a batch of {batch} can not be shared equally by {count} processes"
        )));
    }
    let options = LoaderOptions {
        batch,
        shuffle: true,
        seed,
        drop_last: true,
        workers: settings.workers,
        transform: Transform::new(data.train.clone()),
        mix: data.mix,
        shard: Shard { index, count },
        ..LoaderOptions::default()
    };
    Loader::new(split, options).map_err(|error| Error::recipe(error.to_string()))
}

/// Batches to look at, in order or as a seed draws them.
pub(crate) fn looking(
    data: &Data,
    (batch, seed): (usize, Option<u64>),
    split: &Split,
    settings: &Settings,
) -> Result<Loader> {
    let options = LoaderOptions {
        batch,
        shuffle: seed.is_some(),
        seed: seed.unwrap_or_default(),
        workers: settings.workers,
        transform: Transform::new(data.evaluate.clone()),
        ..LoaderOptions::default()
    };
    Loader::new(split, options).map_err(|error| Error::recipe(error.to_string()))
}

/// Whether images have the height, width and channels that a network reads.
pub(crate) fn check(loader: &Loader, wanted: [usize; 3], network: &str) -> Result<()> {
    let size = loader.size();
    let found = [size.height, size.width, size.channels];
    match found == wanted {
        true => Ok(()),
        false => Err(Error::recipe(format!(
            "images are {found:?} (height, width, channels); {network} reads {wanted:?}"
        ))),
    }
}

/// Images to look at, in order.
pub(super) fn evaluation_loader(recipe: &Recipe, split: &Split, settings: &Settings) -> Result<Loader> {
    looking(&recipe.data, (recipe.batch.max(64), None), split, settings)
}
