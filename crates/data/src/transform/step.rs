//! The steps, by name, with their parameters.

use serde::{Deserialize, Serialize};

use super::{affine, color, crop, erase, rand_augment};
use crate::error::{Error, Result};
use crate::image::Image;
use crate::random::Random;

/// Height and width; in recipes `[height, width]`, or one number for both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Sides {
    /// Rows.
    pub height: usize,
    /// Pixels in a row.
    pub width: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Square(usize),
    Sides([usize; 2]),
}

impl From<Written> for Sides {
    fn from(written: Written) -> Self {
        match written {
            Written::Square(side) => side.into(),
            Written::Sides([height, width]) => Self { height, width },
        }
    }
}

impl From<Sides> for Written {
    fn from(Sides { height, width }: Sides) -> Self {
        if height == width { Self::Square(height) } else { Self::Sides([height, width]) }
    }
}

impl From<usize> for Sides {
    fn from(side: usize) -> Self {
        Self { height: side, width: side }
    }
}

/// A step of a transform. Steps that change colours come before those that normalize.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Step {
    /// To a size, whatever the proportions; bilinear as `tf.image.resize`.
    Resize {
        /// The new size.
        size: Sides,
        /// Whether all pixels count where images become smaller.
        #[serde(default)]
        antialias: bool,
    },
    /// So that the shorter side has a length; the proportions stay.
    ResizeShorter {
        /// The new length.
        size: usize,
        /// Whether all pixels count where images become smaller.
        #[serde(default)]
        antialias: bool,
    },
    /// The middle of the image.
    CenterCrop {
        /// The size of the part.
        size: Sides,
    },
    /// A part of random area and proportions, brought to a size ("Going deeper with convolutions", arXiv 1409.4842).
    RandomResizedCrop {
        /// The new size.
        size: Sides,
        /// Least and greatest share of the area.
        #[serde(default = "crop_scale")]
        scale: [f32; 2],
        /// Least and greatest width over height.
        #[serde(default = "crop_ratio")]
        ratio: [f32; 2],
        /// Whether all pixels count where images become smaller.
        #[serde(default)]
        antialias: bool,
    },
    /// A part at a random place.
    RandomCrop {
        /// The size of the part.
        size: Sides,
        /// How far the part may lie outside of the image.
        #[serde(default)]
        padding: usize,
        /// What is outside of the image.
        #[serde(default)]
        fill: f32,
    },
    /// Left and right in each other's place.
    HorizontalFlip {
        /// How often.
        #[serde(default = "half")]
        probability: f32,
    },
    /// Random changes of colour, in random order. Each is drawn from 1 - x to 1 + x times what it was, the hue from -x to x turns.
    ColorJitter {
        /// Share of change.
        #[serde(default)]
        brightness: f32,
        /// Share of change.
        #[serde(default)]
        contrast: f32,
        /// Share of change.
        #[serde(default)]
        saturation: f32,
        /// At most half a turn, 0.5.
        #[serde(default)]
        hue: f32,
    },
    /// Operations drawn from a list, all of one strength (arXiv 1909.13719).
    RandAugment {
        /// How many operations.
        operations: usize,
        /// Their strength, from 0 to 10.
        magnitude: f32,
        /// What comes from outside of the image.
        #[serde(default)]
        fill: f32,
    },
    /// Turns about the middle.
    Rotate {
        /// By so many degrees at most, to either side.
        degrees: f32,
        /// What comes from outside of the image.
        #[serde(default)]
        fill: f32,
    },
    /// A rectangle loses its contents (arXiv 1708.04896).
    RandomErasing {
        /// How often.
        #[serde(default = "half")]
        probability: f32,
        /// Least and greatest share of the area.
        #[serde(default = "erase_scale")]
        scale: [f32; 2],
        /// Least and greatest width over height.
        #[serde(default = "erase_ratio")]
        ratio: [f32; 2],
        /// What the rectangle holds then.
        #[serde(default)]
        fill: f32,
    },
    /// 1 (grey) or 3 (red, green, blue) numbers for each pixel.
    Channels {
        /// 1 or 3.
        count: usize,
    },
    /// Red and blue in each other's place.
    SwapRedBlue,
    /// Subtracts a mean and divides by a deviation; both one number, or one for each channel, in units of 0 to 255.
    Normalize {
        /// What is subtracted.
        mean: Vec<f32>,
        /// What the difference is divided by.
        std: Vec<f32>,
    },
    /// What 0 to 255 becomes.
    Scale {
        /// What 0 becomes.
        low: f32,
        /// What 255 becomes.
        high: f32,
    },
}

fn half() -> f32 {
    0.5
}

fn crop_scale() -> [f32; 2] {
    [0.08, 1.0]
}

fn crop_ratio() -> [f32; 2] {
    [3.0 / 4.0, 4.0 / 3.0]
}

fn erase_scale() -> [f32; 2] {
    [0.02, 0.33]
}

fn erase_ratio() -> [f32; 2] {
    [0.3, 3.3]
}

impl Step {
    /// The name in recipes.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Resize { .. } => "resize",
            Self::ResizeShorter { .. } => "resize_shorter",
            Self::CenterCrop { .. } => "center_crop",
            Self::RandomResizedCrop { .. } => "random_resized_crop",
            Self::RandomCrop { .. } => "random_crop",
            Self::HorizontalFlip { .. } => "horizontal_flip",
            Self::ColorJitter { .. } => "color_jitter",
            Self::RandAugment { .. } => "rand_augment",
            Self::Rotate { .. } => "rotate",
            Self::RandomErasing { .. } => "random_erasing",
            Self::Channels { .. } => "channels",
            Self::SwapRedBlue => "swap_red_blue",
            Self::Normalize { .. } => "normalize",
            Self::Scale { .. } => "scale",
        }
    }

    pub(super) fn apply(&self, image: &mut Image, spare: &mut Image, random: &mut Random) -> Result<()> {
        match self {
            Self::Resize { size, antialias } => crop::resize(image, spare, *size, *antialias),
            Self::ResizeShorter { size, antialias } => {
                let sides = Sides { height: image.size.height, width: image.size.width };
                crop::resize(image, spare, crop::with_shorter(sides, *size), *antialias);
            }
            Self::CenterCrop { size } => return crop::center(image, spare, *size),
            Self::RandomResizedCrop { size, scale, ratio, antialias } => {
                crop::random_part(image, spare, (*scale, *ratio), random);
                crop::resize(image, spare, *size, *antialias);
            }
            Self::RandomCrop { size, padding, fill } => {
                return crop::random(image, spare, *size, (*padding, *fill), random);
            }
            Self::HorizontalFlip { probability } => {
                if random.is_drawn(*probability) {
                    crop::flip(image);
                }
            }
            Self::ColorJitter { brightness, contrast, saturation, hue } => {
                color::jitter(image, [*brightness, *contrast, *saturation], *hue, random);
            }
            Self::RandAugment { operations, magnitude, fill } => {
                rand_augment::apply(image, spare, (*operations, *magnitude / 10.0, *fill), random);
            }
            Self::Rotate { degrees, fill } => {
                let angle = random.between(-degrees, *degrees).to_radians();
                affine::apply(image, spare, affine::rotation(angle), *fill);
            }
            Self::RandomErasing { probability, scale, ratio, fill } => {
                if random.is_drawn(*probability) {
                    erase::apply(image, (*scale, *ratio), *fill, random);
                }
            }
            Self::Channels { count } => image.set_channels(*count),
            Self::SwapRedBlue => color::swap_red_blue(image),
            Self::Normalize { mean, std } => return normalize(image, mean, std),
            Self::Scale { low, high } => {
                let slope = (high - low) / 255.0;
                image.pixels.iter_mut().for_each(|value| *value = *value * slope + low);
            }
        }
        Ok(())
    }
}

fn normalize(image: &mut Image, mean: &[f32], std: &[f32]) -> Result<()> {
    let channels = image.size.channels;
    for list in [mean, std] {
        let count = list.len();
        if count != 1 && count != channels {
            return Err(Error::invalid(format!("{count} numbers of mean or std for {channels} channels")));
        }
    }
    for channel in 0..channels {
        let (mean, std) = (mean[channel % mean.len()], std[channel % std.len()]);
        let values = image.pixels[channel..].iter_mut().step_by(channels);
        values.for_each(|value| *value = (*value - mean) / std);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Size;
    use crate::transform::Transform;

    #[test]
    fn recipes_name_steps() {
        let recipe = r#"[
            {"random_resized_crop": {"size": [32, 48], "scale": [0.2, 1.0]}},
            {"horizontal_flip": {}},
            {"rand_augment": {"operations": 2, "magnitude": 9}},
            {"channels": {"count": 3}},
            "swap_red_blue",
            {"normalize": {"mean": [127.5], "std": [127.5]}}
        ]"#;
        let transform: Transform = serde_json::from_str(recipe).unwrap();
        assert_eq!(transform.steps[1], Step::HorizontalFlip { probability: 0.5 });
        assert_eq!(transform.output_size(None), Some(Size { height: 32, width: 48, channels: 3 }));
        let written = serde_json::to_string(&transform).unwrap();
        assert_eq!(serde_json::from_str::<Transform>(&written).unwrap(), transform);
        assert!(serde_json::from_str::<Step>(r#"{"horizontal_flip": {"chance": 1}}"#).is_err());
        assert!(serde_json::from_str::<Step>(r#"{"resize": {"size": 32}}"#).is_ok());
    }

    #[test]
    fn numbers_are_normalized_by_channel() {
        let mut image = Image {
            size: Size { height: 1, width: 2, channels: 3 },
            pixels: vec![0.0, 10.0, 20.0, 30.0, 40.0, 50.0],
        };
        normalize(&mut image, &[0.0, 10.0, 20.0], &[10.0]).unwrap();
        assert_eq!(image.pixels, [0.0, 0.0, 0.0, 3.0, 3.0, 3.0]);
        assert!(normalize(&mut image, &[0.0, 1.0], &[1.0]).is_err());
    }
}
