//! Whether the parameters of steps make sense, before any image is read.

use super::{Sides, Step, Transform};
use crate::error::{Error, Result};

/// Larger sides are mistakes.
const MOST_SIDE: usize = 1 << 14;

impl Transform {
    /// Checks the parameters of all steps.
    ///
    /// # Errors
    ///
    /// Names the step and the parameter that makes no sense.
    pub fn check(&self) -> Result<()> {
        self.steps.iter().try_for_each(|step| step.check().map_err(|error| error.of(step.name())))
    }
}

fn expect(holds: bool, what: &str) -> Result<()> {
    if holds { Ok(()) } else { Err(Error::invalid(what)) }
}

fn sides(sides: Sides) -> Result<()> {
    let is_good = |side: usize| (1..=MOST_SIDE).contains(&side);
    expect(is_good(sides.height) && is_good(sides.width), &format!("size must be from 1 to {MOST_SIDE}"))
}

fn probability(value: f32) -> Result<()> {
    expect((0.0..=1.0).contains(&value), "probability must be from 0 to 1")
}

fn part(scale: [f32; 2], ratio: [f32; 2]) -> Result<()> {
    let is_ordered = |[low, high]: [f32; 2]| low > 0.0 && low <= high && high.is_finite();
    expect(is_ordered(scale) && scale[1] <= 1.0, "scale must be two ordered numbers above 0, at most 1")?;
    expect(is_ordered(ratio), "ratio must be two ordered numbers above 0")
}

impl Step {
    fn check(&self) -> Result<()> {
        match self {
            Self::Resize { size, .. } | Self::CenterCrop { size } => sides(*size),
            Self::ResizeShorter { size, .. } => sides((*size).into()),
            Self::RandomCrop { size, padding, fill } => {
                sides(*size)?;
                expect(*padding <= MOST_SIDE, "padding is too large")?;
                expect(fill.is_finite(), "fill must be a number")
            }
            Self::RandomResizedCrop { size, scale, ratio, .. } => {
                sides(*size)?;
                part(*scale, *ratio)
            }
            Self::HorizontalFlip { probability: value } => probability(*value),
            Self::ColorJitter { brightness, contrast, saturation, hue } => {
                let is_good = |value: &f32| *value >= 0.0 && value.is_finite();
                expect(
                    [brightness, contrast, saturation].into_iter().all(is_good),
                    "changes must be at least 0",
                )?;
                expect((0.0..=0.5).contains(hue), "hue must be from 0 to 0.5")
            }
            Self::RandAugment { operations, magnitude, fill } => {
                expect(*operations <= 100, "there are too many operations")?;
                expect((0.0..=10.0).contains(magnitude), "magnitude must be from 0 to 10")?;
                expect(fill.is_finite(), "fill must be a number")
            }
            Self::Rotate { degrees, fill } => {
                expect((0.0..=180.0).contains(degrees), "degrees must be from 0 to 180")?;
                expect(fill.is_finite(), "fill must be a number")
            }
            Self::RandomErasing { probability: value, scale, ratio, fill } => {
                probability(*value)?;
                part(*scale, *ratio)?;
                expect(fill.is_finite(), "fill must be a number")
            }
            Self::Channels { count } => expect(matches!(count, 1 | 3), "count must be 1 or 3"),
            Self::SwapRedBlue => Ok(()),
            Self::Normalize { mean, std } => {
                let counts = [mean.len(), std.len()];
                expect(
                    counts.iter().all(|count| matches!(count, 1 | 3)),
                    "mean and std are 1 or 3 numbers each",
                )?;
                expect(mean.iter().all(|value| value.is_finite()), "mean must be numbers")?;
                expect(std.iter().all(|&value| value > 0.0 && value.is_finite()), "std must be above 0")
            }
            Self::Scale { low, high } => {
                expect(low.is_finite() && high.is_finite() && low != high, "low and high must be two numbers")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_without_sense_are_named() {
        let message = |step: Step| Transform::new(vec![step]).check().unwrap_err().to_string();
        assert_eq!(message(Step::Channels { count: 4 }), "channels: count must be 1 or 3");
        assert!(
            message(Step::Resize { size: 0.into(), antialias: false }).starts_with("resize: size must be")
        );
        assert!(message(Step::HorizontalFlip { probability: f32::NAN }).contains("probability"));
        assert!(message(Step::Normalize { mean: vec![0.0], std: vec![0.0] }).contains("std must be above 0"));
        assert!(
            message(Step::RandAugment { operations: 2, magnitude: 11.0, fill: 0.0 }).contains("magnitude")
        );
        Transform::new(vec![Step::Scale { low: -1.0, high: 1.0 }]).check().unwrap();
    }
}
