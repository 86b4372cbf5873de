//! Mixing the images of a batch, and their labels with them.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::image::Size;
use crate::random::Random;

/// Mixup (arXiv 1710.09412) and CutMix (arXiv 1905.04899): each image of a batch is mixed with the one before it.
/// If both have a positive parameter, each batch draws one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mix {
    /// The parameter of the beta distribution that shares are drawn from; 0 for none.
    #[serde(default)]
    pub mixup: f32,
    /// The same for the areas of CutMix.
    #[serde(default)]
    pub cutmix: f32,
    /// How many of the batches are mixed.
    #[serde(default = "always")]
    pub probability: f32,
}

fn always() -> f32 {
    1.0
}

/// What is done to the images of one batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mixing {
    /// So much of the image remains.
    Whole(f32),
    /// A rectangle becomes that of the other image: top, left, bottom, right.
    Part([usize; 4]),
}

impl Mix {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// Names what makes no sense.
    pub fn check(&self) -> Result<()> {
        let is_good = |value: f32| value >= 0.0 && value.is_finite();
        if !is_good(self.mixup) || !is_good(self.cutmix) {
            return Err(Error::invalid("mixup and cutmix must be at least 0"));
        }
        if !(0.0..=1.0).contains(&self.probability) {
            return Err(Error::invalid("the probability of mixing must be from 0 to 1"));
        }
        Ok(())
    }

    /// Draws what is done to a batch of images of a size.
    pub(crate) fn draw(&self, size: Size, random: &mut Random) -> Option<Mixing> {
        if (self.mixup <= 0.0 && self.cutmix <= 0.0) || !random.is_drawn(self.probability) {
            return None;
        }
        let is_cut = self.mixup <= 0.0 || (self.cutmix > 0.0 && random.is_drawn(0.5));
        if !is_cut {
            return Some(Mixing::Whole(random.beta(self.mixup)));
        }
        let side = (1.0 - random.beta(self.cutmix)).sqrt();
        let ends = |whole: usize, random: &mut Random| {
            let (middle, half) = (random.below(whole), (whole as f32 * side / 2.0) as usize);
            (middle.saturating_sub(half), (middle + half).min(whole))
        };
        let (top, bottom) = ends(size.height, random);
        let (left, right) = ends(size.width, random);
        Some(Mixing::Part([top, left, bottom, right]))
    }
}

impl Mixing {
    /// Mixes an image with another of the same size; the result is the share that remains.
    pub(crate) fn apply(self, pixels: &mut [f32], other: &[f32], size: Size) -> f32 {
        match self {
            Self::Whole(share) => {
                for (value, other) in pixels.iter_mut().zip(other) {
                    *value = *value * share + other * (1.0 - share);
                }
                share
            }
            Self::Part([top, left, bottom, right]) => {
                for row in top..bottom {
                    let line =
                        (row * size.width + left) * size.channels..(row * size.width + right) * size.channels;
                    pixels[line.clone()].copy_from_slice(&other[line]);
                }
                1.0 - ((bottom - top) * (right - left)) as f32 / (size.height * size.width) as f32
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { height: 8, width: 6, channels: 2 };

    #[test]
    fn shares_are_those_of_the_pixels() {
        for mix in [
            Mix { mixup: 0.4, cutmix: 0.0, probability: 1.0 },
            Mix { mixup: 0.0, cutmix: 1.0, probability: 1.0 },
        ] {
            for seed in 0..100 {
                let mixing = mix.draw(SIZE, &mut Random::of(&[seed])).unwrap();
                let mut pixels = [1.0; 96];
                let share = mixing.apply(&mut pixels, &[0.0; 96], SIZE);
                let found = pixels.iter().sum::<f32>() / 96.0;
                assert!((share - found).abs() < 1e-3, "{mixing:?} {share} {found}");
            }
        }
    }

    #[test]
    fn both_kinds_are_drawn_as_often_as_asked() {
        let mix = Mix { mixup: 0.2, cutmix: 1.0, probability: 0.5 };
        let drawn: Vec<_> = (0..1000).map(|seed| mix.draw(SIZE, &mut Random::of(&[seed]))).collect();
        let none = drawn.iter().filter(|mixing| mixing.is_none()).count();
        let whole = drawn.iter().filter(|mixing| matches!(mixing, Some(Mixing::Whole(_)))).count();
        assert!((450..550).contains(&none) && (200..300).contains(&whole), "{none} {whole}");
        assert_eq!(Mix::default().draw(SIZE, &mut Random::of(&[1])), None);
        assert!(Mix { mixup: -1.0, ..mix }.check().is_err());
    }
}
