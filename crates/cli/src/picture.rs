//! Pictures as inputs: from their pixels to the numbers that a model takes.

use anyhow::{Result, ensure};
use clap::Args;
use featherlite::metadata::Normalization;
use featherlite::{DType, Session, TensorInfo};
use featherlite_data::Picture;

/// How pixels become numbers.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Normalize {
    /// What is subtracted from pixels of 0 to 255; one number, or one per channel
    #[arg(long, value_name = "X[,X,X]", value_delimiter = ',', allow_hyphen_values = true)]
    mean: Vec<f32>,
    /// What the difference is divided by [default: by the metadata or the type]
    #[arg(long, value_name = "X[,X,X]", value_delimiter = ',')]
    std: Vec<f32>,
}

impl Normalize {
    /// The options given, otherwise what the model's metadata say; `None` leaves it to the input's type.
    pub(crate) fn or(&self, metadata: Option<Normalization>) -> Option<Normalization> {
        if self.mean.is_empty() && self.std.is_empty() {
            return metadata;
        }
        let or = |given: &[f32], default: f32| if given.is_empty() { vec![default] } else { given.to_vec() };
        Some(Normalization { mean: or(&self.mean, 0.0), std: or(&self.std, 1.0) })
    }
}

/// Where an input has its rows, columns and channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The shape that the input must have.
    pub(crate) shape: Vec<usize>,
    height: usize,
    width: usize,
    channels: usize,
    channels_first: bool,
}

impl Layout {
    /// The layout of an input that takes a picture. Sizes that the model leaves open become the picture's.
    pub(crate) fn of(info: &TensorInfo, picture: &Picture) -> Result<Self> {
        let declared = info.shape();
        let mut shape = declared.dims().to_vec();
        let open = info.shape_signature().unwrap_or_default();
        let is_open = |index: usize| open.get(index) == Some(&-1);
        let are_channels =
            |index: usize| matches!(declared.dims().get(index), Some(1 | 3)) && !is_open(index);
        let (rows, columns, channels) = match shape.len() {
            4 if are_channels(3) => (1, 2, Some(3)),
            4 if are_channels(1) => (2, 3, Some(1)),
            3 if are_channels(2) => (0, 1, Some(2)),
            // Grey pictures without a dimension for the channels.
            3 => (1, 2, None),
            _ => (0, 0, None),
        };
        let has_batch = rows > 0;
        ensure!(
            columns > 0 && (!has_batch || shape[0] == 1),
            "input {:?} of shape {declared} does not take a picture: that would be [1, height, width, 1 or 3]",
            info.name()
        );
        for (index, size) in [(rows, picture.height), (columns, picture.width)] {
            if is_open(index) {
                shape[index] = size;
            }
        }
        let (height, width) = (shape[rows], shape[columns]);
        ensure!(height > 0 && width > 0, "input {:?} of shape {declared} has no pixels", info.name());
        let channels_first = channels == Some(1);
        let channels = channels.map_or(1, |index| shape[index]);
        Ok(Self { shape, height, width, channels, channels_first })
    }

    /// The pixels in the input's size and order, as numbers from 0 to 255.
    fn pixels(&self, picture: &Picture) -> Vec<f32> {
        let resized = picture.resized(self.height, self.width, self.channels);
        if !self.channels_first {
            return resized;
        }
        let planes = (0..self.channels).map(|channel| resized.iter().skip(channel).step_by(self.channels));
        planes.flatten().copied().collect()
    }
}

/// Sets an input, which must have the layout's shape, to a picture.
pub(crate) fn feed(
    session: &mut Session,
    (subgraph, input): (usize, usize),
    picture: &Picture,
    layout: &Layout,
    normalization: Option<&Normalization>,
    dtype: DType,
) -> Result<()> {
    match normalization {
        Some(normalization) => {
            let values = normalized(picture, layout, normalization)?;
            Ok(session.set_input_real_of(subgraph, input, &values)?)
        }
        None => feed_raw(session, (subgraph, input), layout.pixels(picture), dtype),
    }
}

/// A picture as an input's real numbers.
pub(crate) fn normalized(
    picture: &Picture,
    layout: &Layout,
    Normalization { mean, std }: &Normalization,
) -> Result<Vec<f32>> {
    let mut values = layout.pixels(picture);
    let channels = layout.channels;
    for list in [mean, std] {
        let count = list.len();
        ensure!(
            count == 1 || count == channels,
            "{count} numbers of --mean or --std for {channels} channels"
        );
    }
    let plane = layout.height * layout.width;
    for (index, value) in values.iter_mut().enumerate() {
        let channel = if layout.channels_first { index / plane } else { index % channels };
        *value = (*value - mean[channel % mean.len()]) / std[channel % std.len()];
    }
    Ok(values)
}

/// Sets an input to pixels by its type alone: nearly every 8-bit model is made so that 0 to 255 are its whole range,
/// and floating-point ones mostly take 0 to 1.
fn feed_raw(
    session: &mut Session,
    (subgraph, input): (usize, usize),
    values: Vec<f32>,
    dtype: DType,
) -> Result<()> {
    match dtype {
        DType::U8 | DType::I8 => {
            let flip = if dtype == DType::I8 { 0x80 } else { 0 };
            let bytes: Vec<u8> = values.iter().map(|value| value.round() as u8 ^ flip).collect();
            session.set_input_bytes(subgraph, input, &bytes)?;
        }
        DType::I32 | DType::I64 => session.set_input_real_of(subgraph, input, &values)?,
        _ => {
            let shares: Vec<f32> = values.iter().map(|value| value / 255.0).collect();
            session.set_input_real_of(subgraph, input, &shares)?;
        }
    }
    Ok(())
}
