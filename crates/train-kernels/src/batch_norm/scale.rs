use featherlite_base::Result;
use featherlite_simd::Level;

use super::period::Period;
use super::range::Range;
use super::{BatchNorm, Norm};
use crate::Rounding;
use crate::activation::{Activation, Function, Visit};
use crate::parallel;
use crate::rounding::{Exact, Levels, Round};

/// Elements that a thread takes at once.
const CHUNK: usize = 32 * 1024;

/// `activation(scale * x + offset)`, the normalization as one multiplication and one addition; rounded and looked at if asked
/// for.
pub(crate) struct Scale {
    pub(super) period: Period,
    pub(super) activation: Activation,
    pub(super) scale: Vec<f32>,
    pub(super) offset: Vec<f32>,
    pub(super) levels: Option<Levels>,
    range: Option<Range>,
}

impl Scale {
    pub(crate) fn new(batch_norm: &BatchNorm, norm: &Norm<'_>) -> Self {
        let period = Period::new(batch_norm.channels);
        let (mut scale, mut offset) = (vec![0.0; period.len], vec![0.0; period.len]);
        if batch_norm.channels > 0 {
            period.fill(&mut scale, |channel| norm.scale(batch_norm.epsilon, channel).0 as f32);
            period.fill(&mut offset, |channel| norm.scale(batch_norm.epsilon, channel).1 as f32);
        }
        Self { period, activation: batch_norm.activation, scale, offset, levels: None, range: None }
    }

    /// With results rounded to levels; see [`Levels::new`].
    pub(crate) fn rounded(self, rounding: Option<(Rounding, &[f32])>) -> Result<Self> {
        let levels =
            rounding.map(|(rounding, grids)| Levels::new(rounding, self.period, grids)).transpose()?;
        Ok(Self { levels, ..self })
    }

    /// With a look at the range of results before they are rounded.
    pub(crate) fn observed(self, is_observed: bool) -> Self {
        Self { range: is_observed.then(Range::new), ..self }
    }

    /// The range so far, if it is looked at.
    pub(crate) fn range(&self) -> Option<[f32; 2]> {
        self.range.as_ref().map(Range::get)
    }

    /// Writes the results for `x`, whole pixels.
    pub(crate) fn apply(&self, level: Level, x: &[f32], y: &mut [f32]) {
        let Some(range) = &self.range else {
            return self.activation.visit(Apply { scale: self, levels: self.levels.as_ref(), level, x, y });
        };
        self.activation.visit(Apply { scale: self, levels: None, level, x, y: &mut *y });
        range.add(level, y);
        if let Some(levels) = &self.levels {
            levels.apply(level, y);
        }
    }

    /// As [`Scale::apply`] to everything, spread over threads.
    pub(crate) fn apply_all(&self, level: Level, x: &[f32], y: &mut [f32]) {
        let chunk = self.period.chunk(CHUNK);
        let chunks = x.chunks(chunk).zip(y.chunks_mut(chunk)).collect();
        parallel::for_each(chunks, |(x, y)| self.apply(level, x, y));
    }
}

struct Apply<'a> {
    scale: &'a Scale,
    levels: Option<&'a Levels>,
    level: Level,
    x: &'a [f32],
    y: &'a mut [f32],
}

impl Visit for Apply<'_> {
    type Output = ();

    fn visit<F: Function>(self) {
        match self.levels {
            None => self.run::<F>(Exact),
            Some(levels) => self.run::<F>(levels.by_place()),
        }
    }
}

impl Apply<'_> {
    fn run<F: Function>(self, rounding: impl Round) {
        let Self { scale: Scale { period, scale, offset, .. }, level, x, y, .. } = self;
        level.vectorize(
            #[inline(always)]
            || {
                for (x, y) in x.chunks(period.len).zip(y.chunks_mut(period.len)) {
                    let len = x.len();
                    let (y, scale, offset) = (&mut y[..len], &scale[..len], &offset[..len]);
                    let rounding = rounding.part(len);
                    for at in 0..len {
                        y[at] = rounding.round(F::value(scale[at] * x[at] + offset[at]), at);
                    }
                }
            },
        );
    }
}
