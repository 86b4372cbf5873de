use featherlite_base::Result;
use featherlite_simd::Level;

use crate::activation::bounded;
use crate::batch_norm::Period;
use crate::shape::check;

/// Levels that activations are rounded to, as if they were stored as integers: `scale * (q - zero_point)` with
/// `least <= q <= greatest`.
///
/// They are rounded in the two steps of TensorFlow Lite: a sum is multiplied by a fixed-point number and rounded, then shifted
/// right and rounded again. So each channel is rounded to a grid of `1 / grid` integers first, with halves going up, then to integers,
/// with halves going away from zero. Gradients pass straight through what is not clipped (arXiv 1712.05877, section 3).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rounding {
    /// Distance between levels.
    pub scale: f32,
    /// The integer that stands for 0.
    pub zero_point: i32,
    /// The least integer.
    pub least: i32,
    /// The greatest integer.
    pub greatest: i32,
}

/// What becomes of the value of an activation.
pub(crate) trait Round: Copy {
    /// The same for at most so many elements, which spares loops the question.
    fn part(self, len: usize) -> Self;
    /// Of the element at a place of the period.
    fn round(self, value: f32, at: usize) -> f32;
    /// 1 if the gradient passes, otherwise 0.
    fn passes(self, value: f32) -> f32;
}

/// Nothing.
#[derive(Clone, Copy)]
pub(crate) struct Exact;

impl Round for Exact {
    #[inline(always)]
    fn part(self, _: usize) -> Self {
        self
    }

    #[inline(always)]
    fn round(self, value: f32, _: usize) -> f32 {
        value
    }

    #[inline(always)]
    fn passes(self, _: f32) -> f32 {
        1.0
    }
}

/// A [`Rounding`] of a period of channels.
#[derive(Clone, Debug)]
pub(crate) struct Levels {
    scale: f32,
    least: f32,
    greatest: f32,
    grids: Vec<f32>,
    inverse: Vec<f32>,
}

impl Levels {
    /// `grids`: for each channel the power of two that is shifted by.
    pub(crate) fn new(rounding: Rounding, period: Period, grids: &[f32]) -> Result<Self> {
        check("rounding", &[("grids", grids.len(), period.channels)])?;
        let from_zero = |level: i32| level as f32 - rounding.zero_point as f32;
        let (mut repeated, mut inverse) = (vec![0.0; period.len], vec![0.0; period.len]);
        period.fill(&mut repeated, |channel| grids[channel]);
        // Powers of two have exact inverses.
        period.fill(&mut inverse, |channel| 1.0 / grids[channel]);
        Ok(Self {
            scale: rounding.scale,
            least: from_zero(rounding.least),
            greatest: from_zero(rounding.greatest),
            grids: repeated,
            inverse,
        })
    }

    pub(crate) fn by_place(&self) -> ByPlace<'_> {
        let &Self { scale, least, greatest, ref grids, ref inverse } = self;
        ByPlace { scale, least, greatest, grids, inverse }
    }

    /// Rounds whole pixels.
    pub(crate) fn apply(&self, level: Level, elements: &mut [f32]) {
        let by_place = self.by_place();
        level.vectorize(
            #[inline(always)]
            || {
                for elements in elements.chunks_mut(by_place.grids.len()) {
                    let rounding = by_place.part(elements.len());
                    for (at, element) in elements.iter_mut().enumerate() {
                        *element = rounding.round(*element, at);
                    }
                }
            },
        );
    }
}

/// [`Levels`] of each element of a period; they count from that of 0.
#[derive(Clone, Copy)]
pub(crate) struct ByPlace<'a> {
    scale: f32,
    least: f32,
    greatest: f32,
    grids: &'a [f32],
    inverse: &'a [f32],
}

impl Round for ByPlace<'_> {
    #[inline(always)]
    fn part(self, len: usize) -> Self {
        Self { grids: &self.grids[..len], inverse: &self.inverse[..len], ..self }
    }

    #[inline(always)]
    fn round(self, value: f32, at: usize) -> f32 {
        let fine = (value / self.scale * self.grids[at] + 0.5).floor() * self.inverse[at];
        self.scale * bounded(fine.round(), self.least, self.greatest)
    }

    #[inline(always)]
    fn passes(self, value: f32) -> f32 {
        let level = (value / self.scale).round();
        if (level >= self.least) & (level <= self.greatest) { 1.0 } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_rounded_and_clipped() {
        let rounding = Rounding { scale: 0.5, zero_point: -128, least: -128, greatest: 127 };
        let levels = Levels::new(rounding, Period::new(1), &[1.0]).unwrap();
        let levels = levels.by_place();
        let values = [-1.0, -0.25, 0.2, 0.25, 3.1, 127.5, 127.7, 127.8];
        assert_eq!(values.map(|x| levels.round(x, 0)), [0.0, 0.0, 0.0, 0.5, 3.0, 127.5, 127.5, 127.5]);
        assert_eq!(values.map(|x| levels.passes(x)), [0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn grids_decide_about_what_is_near_a_half() {
        let rounding = Rounding { scale: 1.0, zero_point: 0, least: -128, greatest: 127 };
        let levels = Levels::new(rounding, Period::new(2), &[2.0, 64.0]).unwrap();
        let mut values = [0.3, 0.3, -1.3, -1.3, 1.24, 1.24];
        levels.apply(Level::detect(), &mut values);
        assert_eq!(values, [1.0, 0.0, -2.0, -1.0, 1.0, 1.0]);
    }
}
