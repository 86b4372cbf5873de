//! Which images of a dataset, and how they are brought to a model's size.

use anyhow::{Context, Result};
use clap::builder::TypedValueParser;
use clap::{Args, ValueEnum};
use featherlite_data::{Dataset, Part, Sides, Split, Step, Transform};

use crate::exit::usage;

#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Images")]
pub(super) struct ImageOptions {
    /// The part of the dataset [default: test; without one validation, otherwise train]
    #[arg(long, value_enum, value_name = "PART")]
    split: Option<SplitName>,
    /// So many images at most, evenly picked
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Take the middle of pictures, this share of the shorter side, instead of all with other proportions
    #[arg(long, value_name = "SHARE", value_parser = share)]
    crop: Option<f32>,
    /// Make pictures smaller as PIL and antialias=True do [default: as tf.image.resize and classify]
    #[arg(long)]
    antialias: bool,
    /// Images in a run, where the model leaves it open
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u16).range(1..).map(usize::from))]
    pub(super) batch: usize,
    /// Threads that read images; 0: none besides the one that runs models
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = clap::value_parser!(u16).range(..=256).map(usize::from))]
    pub(super) workers: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SplitName {
    Train,
    #[value(alias = "val")]
    Validation,
    Test,
}

fn share(text: &str) -> Result<f32, String> {
    let share = text.parse().ok().filter(|share| *share > 0.0 && *share <= 1.0);
    share.ok_or_else(|| "expected a number above 0, at most 1".to_owned())
}

/// The size and colours that a model takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Framing {
    pub(super) height: usize,
    pub(super) width: usize,
    pub(super) channels: usize,
}

impl ImageOptions {
    /// The part that was asked for.
    pub(super) fn split(&self, dataset: &Dataset) -> Result<(Part, Split)> {
        let part = match self.split {
            Some(SplitName::Train) => Some(Part::Train),
            Some(SplitName::Validation) => Some(Part::Validation),
            Some(SplitName::Test) => Some(Part::Test),
            None => [Part::Test, Part::Validation, Part::Train]
                .into_iter()
                .find(|&part| dataset.part(part).is_some()),
        };
        let part = part.context("the dataset is empty")?;
        let split = dataset.part(part).ok_or_else(|| {
            let parts = Part::ALL.into_iter().filter(|&part| dataset.part(part).is_some());
            let parts: Vec<&str> = parts.map(Part::name).collect();
            usage(format!("the dataset has no {} part; it has {}", part.name(), parts.join(", ")))
        })?;
        Ok((part, self.limit.map_or_else(|| split.clone(), |most| split.limit(most.max(1)))))
    }

    /// How many of a model's batches are prepared at once.
    pub(super) fn batches(&self, batch: usize) -> usize {
        const IMAGES: usize = 16;
        (IMAGES / batch).max(1)
    }

    /// What is done to images for a model.
    pub(super) fn transform(&self, framing: &Framing, is_blue_first: bool) -> Transform {
        let &Framing { height, width, channels } = framing;
        let mut steps = vec![Step::Channels { count: channels }];
        if is_blue_first {
            steps.push(Step::SwapRedBlue);
        }
        let size = Sides { height, width };
        match self.crop {
            None => steps.push(Step::Resize { size, antialias: self.antialias }),
            Some(share) => {
                let shorter = (height.max(width) as f32 / share).round() as usize;
                steps.push(Step::ResizeShorter { size: shorter, antialias: self.antialias });
                steps.push(Step::CenterCrop { size });
            }
        }
        Transform::new(steps)
    }
}
