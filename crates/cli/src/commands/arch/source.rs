//! Which architecture a command is about.

use std::path::Path;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use featherlite::arch::{self, Arch, BuildOptions, Padding, Rescale, Weights};

use crate::exit::usage;

/// What of an architecture is changed.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Changes to the architecture")]
pub(crate) struct Changes {
    /// So many times as many channels, rounded as the family does
    #[arg(long, value_name = "FACTOR", value_parser = factor)]
    width: Option<f64>,
    /// So many times as many blocks in each stage
    #[arg(long, value_name = "FACTOR", value_parser = factor)]
    depth: Option<f64>,
    /// Rows and columns of the images
    #[arg(long, value_name = "N")]
    resolution: Option<usize>,
    /// Channels of the images: 3 for colours, 1 for grey
    #[arg(long, value_name = "N")]
    channels: Option<usize>,
    /// How many classes there are
    #[arg(long, value_name = "N")]
    classes: Option<usize>,
    /// Channels of the head's convolution; its hidden layer follows in proportion
    #[arg(long, value_name = "N")]
    head_channels: Option<usize>,
    /// The stride of the first convolution
    #[arg(long, value_name = "N")]
    stem_stride: Option<usize>,
    /// For small images: strides become 1, the first ones first, until rows and columns shrink by no more than this
    #[arg(long, value_name = "N")]
    total_stride: Option<usize>,
    /// What happens to pixels first: they are multiplied by SCALE, and OFFSET is added
    #[arg(long, value_name = "SCALE,OFFSET", value_parser = rescale, allow_hyphen_values = true)]
    rescale: Option<Rescale>,
    /// How images are padded: as in TensorFlow, or as in PyTorch
    #[arg(long, value_name = "HOW", value_enum)]
    padding: Option<PaddingName>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum PaddingName {
    Same,
    Symmetric,
}

/// A positive number of moderate size.
pub(super) fn factor(text: &str) -> Result<f64, String> {
    let factor: f64 = text.parse().map_err(|_| "expected a number".to_owned())?;
    match (0.01..=100.0).contains(&factor) {
        true => Ok(factor),
        false => Err("expected a number from 0.01 to 100".to_owned()),
    }
}

/// Two numbers.
fn rescale(text: &str) -> Result<Rescale, String> {
    let numbers: Option<Vec<f32>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    match numbers.as_deref() {
        Some(&[scale, offset]) if scale.is_finite() && offset.is_finite() => {
            Ok(Rescale { scale: vec![scale], offset: vec![offset] })
        }
        _ => Err("expected two numbers, as in 0.0078431,-1".to_owned()),
    }
}

impl Changes {
    /// The architecture with the changes, and a name that says so.
    pub(crate) fn apply(&self, mut arch: Arch) -> Result<Arch> {
        let mut name = arch.name.clone();
        let mut note = |what: &str, value: &dyn std::fmt::Display| name += &format!("_{what}{value}");
        if let Some(width) = self.width {
            note("w", &width);
            arch = arch.with_width(width);
        }
        if let Some(depth) = self.depth {
            note("d", &depth);
            arch = arch.with_depth(depth);
        }
        if let Some(channels) = self.head_channels {
            note("h", &channels);
            arch = arch.with_head_channels(channels);
        }
        if let Some(stride) = self.stem_stride {
            note("stem", &stride);
            arch = arch.with_stem_stride(stride);
        }
        if let Some(stride) = self.total_stride {
            note("s", &stride);
            arch = arch.with_total_stride(stride);
        }
        if let Some(resolution) = self.resolution {
            note("", &resolution);
            arch = arch.with_resolution(resolution);
        }
        if let Some(padding) = self.padding() {
            arch = arch.with_padding(padding);
        }
        if let Some(rescale) = &self.rescale {
            arch.rescale = Some(rescale.clone());
        }
        let (channels, classes) = (arch.channels, arch.classes);
        let arch = arch.with_channels(self.channels.unwrap_or(channels));
        Ok(arch.with_classes(self.classes.unwrap_or(classes)).with_name(name))
    }

    /// How images are padded, if that is changed.
    pub(super) fn padding(&self) -> Option<Padding> {
        self.padding.map(|padding| match padding {
            PaddingName::Same => Padding::Same,
            PaddingName::Symmetric => Padding::Symmetric,
        })
    }

    /// Whether the number of classes is given.
    pub(super) fn has_classes(&self) -> bool {
        self.classes.is_some()
    }

    /// The architecture of this name, or in this file, with the changes.
    pub(crate) fn open(&self, source: &str) -> Result<Arch> {
        self.apply(open(source)?.0)
    }
}

/// The architecture of this name, or in this file; and the weights, if it is a file of weights.
pub(crate) fn open(source: &str) -> Result<(Arch, Option<Weights>)> {
    let path = Path::new(source);
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("json") => {
            let text = std::fs::read_to_string(path).with_context(|| source.to_owned())?;
            Ok((Arch::from_json(&text).with_context(|| source.to_owned())?, None))
        }
        Some("safetensors") => {
            let (weights, arch) = read_weights(path)?;
            let arch = arch.ok_or_else(|| {
                usage(format!("{source}: weights without architecture; `featherlite arch import` adds it"))
            })?;
            Ok((arch, Some(weights)))
        }
        _ => Ok((arch::find(source)?, None)),
    }
}

/// Weights, and their architecture if the file says it.
pub(super) fn read_weights(path: &Path) -> Result<(Weights, Option<Arch>)> {
    let named = || path.display().to_string();
    let contents = std::fs::read(path).with_context(named)?;
    Weights::from_safetensors(&contents).with_context(named)
}

/// The .tflite file of an architecture by name or in a file; with random weights if it has none.
pub(crate) fn untrained(source: &str) -> Result<Vec<u8>> {
    let (arch, weights) = open(source)?;
    let network = arch.network()?;
    let weights = weights.unwrap_or_else(|| network.initialize(0));
    Ok(arch::build_tflite(&network, &weights, BuildOptions::default())?)
}
