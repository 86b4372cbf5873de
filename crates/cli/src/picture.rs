//! Pictures as inputs: from their pixels to the numbers that a model takes.

use std::path::Path;

use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};
use featherlite::metadata::Normalization;
use featherlite::{DType, Session, TensorInfo};
use featherlite_data::{Picture, Sides, Step, Transform};

use crate::exit::usage;

/// How pixels become numbers.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Pixels {
    /// What is subtracted from pixels of 0 to 255; one number, or one per channel
    #[arg(long, value_name = "X[,X,X]", value_delimiter = ',', allow_hyphen_values = true)]
    mean: Vec<f32>,
    /// What the difference is divided by [default: by the metadata or the type]
    #[arg(long, value_name = "X[,X,X]", value_delimiter = ',')]
    std: Vec<f32>,
    /// What the pixels 0 to 255 become; the same as a suitable --mean and --std
    #[arg(long, value_name = "LOW,HIGH", value_delimiter = ',', allow_hyphen_values = true)]
    #[arg(conflicts_with_all = ["mean", "std"])]
    range: Vec<f32>,
    /// Order of a picture's colours
    #[arg(long, value_enum, default_value_t = Order::Rgb)]
    channel_order: Order,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Order {
    #[default]
    Rgb,
    Bgr,
}

impl Pixels {
    /// The options given, otherwise what the model's metadata say; `None` leaves it to the input's type.
    pub(crate) fn normalization(&self, metadata: Option<Normalization>) -> Result<Option<Normalization>> {
        match self.range[..] {
            [] if self.mean.is_empty() && self.std.is_empty() => Ok(metadata),
            [] => {
                let or = |given: &[f32], default: f32| {
                    if given.is_empty() { vec![default] } else { given.to_vec() }
                };
                Ok(Some(Normalization { mean: or(&self.mean, 0.0), std: or(&self.std, 1.0) }))
            }
            [low, high] if low < high => {
                let std = 255.0 / (high - low);
                Ok(Some(Normalization { mean: vec![-low * std], std: vec![std] }))
            }
            _ => Err(usage("--range takes two numbers, the smaller one first")),
        }
    }

    /// Whether blue comes first.
    pub(crate) fn are_blue_first(&self) -> bool {
        self.channel_order == Order::Bgr
    }

    /// Reads a picture, with colours in the order that the options say.
    pub(crate) fn read(&self, path: &Path) -> Result<Picture> {
        let mut picture = Picture::read(path)?;
        if self.are_blue_first() {
            picture.swap_red_blue();
        }
        Ok(picture)
    }
}

/// Where an input has its rows, columns and channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The shape that the input must have.
    pub(crate) shape: Vec<usize>,
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) channels: usize,
    channels_first: bool,
    has_batch: bool,
}

impl Layout {
    /// The layout of an input that takes one picture. Sizes that the model leaves open become the picture's.
    pub(crate) fn of(info: &TensorInfo, picture: &Picture) -> Result<Self> {
        let layout = Self::of_many(info, (picture.height, picture.width))?;
        ensure!(layout.batch() == 1, "{}", takes_no(info));
        Ok(layout)
    }

    /// The layout of an input that takes pictures, as many as the model says. Sizes that it leaves open become those given.
    pub(crate) fn of_many(info: &TensorInfo, (height, width): (usize, usize)) -> Result<Self> {
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
        ensure!(columns > 0 && (!has_batch || shape[0] > 0), "{}", takes_no(info));
        for (index, size) in [(rows, height), (columns, width)] {
            if is_open(index) {
                shape[index] = size;
            }
        }
        let (height, width) = (shape[rows], shape[columns]);
        ensure!(height > 0 && width > 0, "input {:?} of shape {declared} has no pixels", info.name());
        let channels_first = channels == Some(1);
        let channels = channels.map_or(1, |index| shape[index]);
        Ok(Self { shape, height, width, channels, channels_first, has_batch })
    }

    /// How many pictures the input takes at once.
    pub(crate) fn batch(&self) -> usize {
        if self.has_batch { self.shape[0] } else { 1 }
    }

    /// For another number of pictures at once, if the shape says one.
    pub(crate) fn with_batch(mut self, batch: usize) -> Self {
        if self.has_batch {
            self.shape[0] = batch;
        }
        self
    }

    /// The pixels of a picture in the input's size and order, as numbers from 0 to 255.
    fn pixels(&self, picture: &Picture) -> Vec<f32> {
        self.arranged(picture.resized(self.height, self.width, self.channels))
    }

    /// Pixels of pictures, `[n, height, width, channels]`, in the input's order.
    pub(crate) fn arranged(&self, pixels: Vec<f32>) -> Vec<f32> {
        if !self.channels_first || self.channels == 1 {
            return pixels;
        }
        let planes = |picture: &[f32]| -> Vec<f32> {
            let plane = |channel| picture.iter().skip(channel).step_by(self.channels);
            (0..self.channels).flat_map(plane).copied().collect()
        };
        pixels.chunks_exact(self.height * self.width * self.channels).flat_map(planes).collect()
    }

    /// What brings images to the input's size and channels.
    pub(crate) fn transform(&self, pixels: &Pixels) -> Transform {
        let &Self { height, width, channels, .. } = self;
        let mut steps = vec![Step::Channels { count: channels }];
        if pixels.are_blue_first() {
            steps.push(Step::SwapRedBlue);
        }
        steps.push(Step::Resize { size: Sides { height, width }, antialias: false });
        Transform::new(steps)
    }

    /// Normalizes pixels in the input's order.
    pub(crate) fn normalize(
        &self,
        values: &mut [f32],
        Normalization { mean, std }: &Normalization,
    ) -> Result<()> {
        let channels = self.channels;
        for list in [mean, std] {
            let count = list.len();
            ensure!(
                count == 1 || count == channels,
                "{count} numbers of --mean or --std for {channels} channels"
            );
        }
        let stride = if self.channels_first { self.height * self.width } else { 1 };
        for (index, value) in values.iter_mut().enumerate() {
            let channel = index / stride % channels;
            *value = (*value - mean[channel % mean.len()]) / std[channel % std.len()];
        }
        Ok(())
    }
}

fn takes_no(info: &TensorInfo) -> String {
    format!(
        "input {:?} of shape {} does not take a picture: that would be [1, height, width, 1 or 3]",
        info.name(),
        info.shape()
    )
}

/// A picture as an input's real numbers.
pub(crate) fn normalized(
    picture: &Picture,
    layout: &Layout,
    normalization: &Normalization,
) -> Result<Vec<f32>> {
    let mut values = layout.pixels(picture);
    layout.normalize(&mut values, normalization)?;
    Ok(values)
}

/// Sets an input, which must have the layout's shape, to a picture.
pub(crate) fn feed(
    session: &mut Session,
    target: (usize, usize),
    picture: &Picture,
    layout: &Layout,
    normalization: Option<&Normalization>,
    dtype: DType,
) -> Result<()> {
    set(session, target, layout.pixels(picture), layout, normalization, dtype)
}

/// Sets an input, which must have the layout's shape, to numbers from 0 to 255 in the layout's order. Without a normalization
/// the type alone says what they become: nearly every 8-bit model is made so that 0 to 255 are its whole range, and floating-point
/// ones mostly take 0 to 1.
pub(crate) fn set(
    session: &mut Session,
    (subgraph, input): (usize, usize),
    mut values: Vec<f32>,
    layout: &Layout,
    normalization: Option<&Normalization>,
    dtype: DType,
) -> Result<()> {
    match (normalization, dtype) {
        (Some(normalization), _) => layout.normalize(&mut values, normalization)?,
        (None, DType::U8 | DType::I8) => {
            let flip = if dtype == DType::I8 { 0x80 } else { 0 };
            let bytes: Vec<u8> = values.iter().map(|value| value.round() as u8 ^ flip).collect();
            return Ok(session.set_input_bytes(subgraph, input, &bytes)?);
        }
        (None, DType::I32 | DType::I64) => {}
        (None, _) => values.iter_mut().for_each(|value| *value /= 255.0),
    }
    Ok(session.set_input_real_of(subgraph, input, &values)?)
}
