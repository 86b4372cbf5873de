//! The first pass of the gradient behind a normalization: sums over all pixels.

use std::ops::Range;

use featherlite_simd::Level;

use super::Scale;
use crate::activation::{Function, Visit};
use crate::rounding::{Exact, Round};
use crate::{Place, parallel, scratch};

/// Elements that are added up in `f32` before the sums go on in `f64`.
const CHUNK: usize = 16 * 1024;

/// For each channel the sum of `g = dz * activation'(scale * y + offset)`, which is the gradient of the normalization's
/// offset, and of `g * (y - mean)`.
pub(crate) struct GradientSums {
    pub(crate) gradients: Vec<f64>,
    pub(crate) products: Vec<f64>,
}

impl GradientSums {
    fn new(channels: usize) -> Self {
        Self { gradients: vec![0.0; channels], products: vec![0.0; channels] }
    }

    /// Of all parts of the batch.
    pub(crate) fn shared(&self, place: &Place<'_>) -> Self {
        let channels = self.gradients.len();
        let own = [&self.gradients[..], &self.products].concat();
        let parts = place.gather(own).into_iter().map(|part| {
            let (gradients, products) = part.split_at(channels);
            Self { gradients: gradients.to_vec(), products: products.to_vec() }
        });
        Self::merge(channels, parts)
    }

    fn merge(channels: usize, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::new(channels);
        for part in parts {
            all.gradients.iter_mut().zip(part.gradients).for_each(|(sum, part)| *sum += part);
            all.products.iter_mut().zip(part.products).for_each(|(sum, part)| *sum += part);
        }
        all
    }
}

/// Takes the sums of gradients `dz` that belong to outputs `y` before the normalization.
pub(crate) struct Observer<'a> {
    y: &'a [f32],
    scale: &'a Scale,
    mean: Vec<f32>,
}

impl<'a> Observer<'a> {
    pub(crate) fn new(y: &'a [f32], scale: &'a Scale, mean: &[f32]) -> Self {
        let period = scale.period;
        let mut repeated = vec![0.0; period.len];
        if !mean.is_empty() {
            period.fill(&mut repeated, |channel| mean[channel]);
        }
        Self { y, scale, mean: repeated }
    }

    /// The sums over all pixels.
    pub(crate) fn total(&self, level: Level, dz: &[f32]) -> GradientSums {
        let chunk = self.scale.period.chunk(CHUNK);
        let parts = parallel::map(dz.chunks(chunk).enumerate().collect(), |(index, dz)| {
            let mut sums = self.begin();
            scratch::with(self.memory(), |memory| {
                memory.fill(0.0);
                self.add(level, index * chunk..index * chunk + dz.len(), dz, memory);
                self.fold(memory, &mut sums);
            });
            sums
        });
        self.merge(parts)
    }

    /// The sums of all `parts`, in order.
    pub(crate) fn merge(&self, parts: Vec<GradientSums>) -> GradientSums {
        GradientSums::merge(self.scale.period.channels, parts)
    }

    pub(crate) fn begin(&self) -> GradientSums {
        GradientSums::new(self.scale.period.channels)
    }

    /// Elements of the memory of [`Observer::add`].
    pub(crate) fn memory(&self) -> usize {
        2 * self.scale.period.len
    }

    /// Adds the gradients `dz` of the elements of `range`, whole pixels, to the sums in `memory`.
    pub(crate) fn add(&self, level: Level, range: Range<usize>, dz: &[f32], memory: &mut [f32]) {
        let (gradients, products) = memory.split_at_mut(self.scale.period.len);
        let Self { scale, mean, y } = self;
        scale.activation.visit(Add { level, scale, mean, y: &y[range], dz, gradients, products });
    }

    /// Moves the sums in `memory`, which must not have grown over too many elements, to `sums`.
    pub(crate) fn fold(&self, memory: &mut [f32], sums: &mut GradientSums) {
        let period = self.scale.period;
        let (gradients, products) = memory.split_at(period.len);
        period.fold(gradients, &mut sums.gradients);
        period.fold(products, &mut sums.products);
        memory.fill(0.0);
    }
}

struct Add<'a> {
    level: Level,
    scale: &'a Scale,
    mean: &'a [f32],
    y: &'a [f32],
    dz: &'a [f32],
    gradients: &'a mut [f32],
    products: &'a mut [f32],
}

impl Visit for Add<'_> {
    type Output = ();

    fn visit<F: Function>(self) {
        match &self.scale.levels {
            None => self.run::<F>(Exact),
            Some(levels) => self.run::<F>(levels.by_place()),
        }
    }
}

impl Add<'_> {
    fn run<F: Function>(self, rounding: impl Round) {
        let Self { level, scale: Scale { period, scale, offset, .. }, mean, y, dz, gradients, products } =
            self;
        let len = period.len;
        level.vectorize(
            #[inline(always)]
            || {
                let (scale, offset, mean) = (&scale[..len], &offset[..len], &mean[..len]);
                let (products, gradients) = (&mut products[..len], &mut gradients[..len]);
                let (mut pairs, mut dz_pairs) = (y.chunks_exact(2 * len), dz.chunks_exact(2 * len));
                for (pair, dz_pair) in pairs.by_ref().zip(dz_pairs.by_ref()) {
                    let ((a, b), (da, db)) = (pair.split_at(len), dz_pair.split_at(len));
                    let (b, db) = (&b[..len], &db[..len]);
                    for at in 0..len {
                        let (scale, offset, mean) = (scale[at], offset[at], mean[at]);
                        let ga = gradient::<F>(rounding, scale * a[at] + offset, da[at]);
                        let gb = gradient::<F>(rounding, scale * b[at] + offset, db[at]);
                        products[at] += ga * (a[at] - mean) + gb * (b[at] - mean);
                        gradients[at] += ga + gb;
                    }
                }
                for (y, dz) in pairs.remainder().chunks(len).zip(dz_pairs.remainder().chunks(len)) {
                    let len = y.len();
                    let dz = &dz[..len];
                    let (scale, offset, mean) = (&scale[..len], &offset[..len], &mean[..len]);
                    let (products, gradients) = (&mut products[..len], &mut gradients[..len]);
                    for at in 0..len {
                        let gradient = gradient::<F>(rounding, scale[at] * y[at] + offset[at], dz[at]);
                        products[at] += gradient * (y[at] - mean[at]);
                        gradients[at] += gradient;
                    }
                }
            },
        );
    }
}

/// Of a normalized element before its activation, which is then rounded.
#[inline(always)]
pub(super) fn gradient<F: Function>(rounding: impl Round, normalized: f32, dz: f32) -> f32 {
    dz * rounding.passes(F::value(normalized)) * F::derivative(normalized)
}
