//! Channels multiplied by a number for each image, as squeeze-and-excitation does (arXiv 1709.01507).

use featherlite_base::Result;
use featherlite_simd::Level;

use crate::batch_norm::Period;
use crate::shape::{check, product};
use crate::{Nhwc, parallel, scratch};

/// `y[n, h, w, c] = x[n, h, w, c] * gate[n, c]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChannelGate {
    /// Sizes of the input, and of the output.
    pub input: Nhwc,
}

impl ChannelGate {
    /// Writes the output.
    ///
    /// # Errors
    /// If the slices do not have the sizes.
    pub fn forward(&self, level: Level, x: &[f32], gate: &[f32], y: &mut [f32]) -> Result<()> {
        self.check(x.len(), gate.len(), &[("y", y.len())])?;
        if y.is_empty() {
            return Ok(());
        }
        let (image, channels) = (x.len() / self.input.batch, self.input.channels);
        let images = x.chunks(image).zip(gate.chunks(channels)).zip(y.chunks_mut(image)).collect();
        parallel::for_each(images, |((x, gate), y)| multiply(level, x, gate, y));
        Ok(())
    }

    /// Writes the gradients of `x` and `gate` that follow from the gradient `dy` of the output.
    ///
    /// # Errors
    /// If the slices do not have the sizes.
    pub fn backward(
        &self,
        level: Level,
        (x, gate, dy): (&[f32], &[f32], &[f32]),
        dx: &mut [f32],
        dgate: &mut [f32],
    ) -> Result<()> {
        self.check(x.len(), gate.len(), &[("dy", dy.len()), ("dx", dx.len())])?;
        check("channel_gate", &[("dgate", dgate.len(), gate.len())])?;
        if x.is_empty() {
            dgate.fill(0.0);
            return Ok(());
        }
        let (image, channels) = (x.len() / self.input.batch, self.input.channels);
        let inputs = x.chunks(image).zip(gate.chunks(channels)).zip(dy.chunks(image));
        let images = inputs.zip(dx.chunks_mut(image)).zip(dgate.chunks_mut(channels)).collect();
        parallel::for_each(images, |((((x, gate), dy), dx), dgate)| {
            multiply(level, dy, gate, dx);
            add_products(level, x, dy, dgate);
        });
        Ok(())
    }

    fn check(&self, x: usize, gate: usize, others: &[(&str, usize)]) -> Result<()> {
        let len = self.input.len()?;
        let gates = product(&[self.input.batch, self.input.channels])?;
        check("channel_gate", &[("x", x, len), ("gate", gate, gates)])?;
        let others: Vec<_> = others.iter().map(|&(name, found)| (name, found, len)).collect();
        check("channel_gate", &others)
    }
}

/// `y = x * gate` for the pixels of an image.
fn multiply(level: Level, x: &[f32], gate: &[f32], y: &mut [f32]) {
    let period = Period::new(gate.len());
    scratch::with(period.len, |repeated| {
        period.fill(repeated, |channel| gate[channel]);
        level.vectorize(
            #[inline(always)]
            || {
                for (x, y) in x.chunks(period.len).zip(y.chunks_mut(period.len)) {
                    for ((y, x), gate) in y.iter_mut().zip(x).zip(&*repeated) {
                        *y = x * gate;
                    }
                }
            },
        );
    });
}

/// For each channel the sum of `x * dy` over the pixels of an image.
fn add_products(level: Level, x: &[f32], dy: &[f32], sums: &mut [f32]) {
    let period = Period::new(sums.len());
    scratch::with(period.len, |products| {
        products.fill(0.0);
        level.vectorize(
            #[inline(always)]
            || {
                for (x, dy) in x.chunks(period.len).zip(dy.chunks(period.len)) {
                    for ((product, x), dy) in products.iter_mut().zip(x).zip(dy) {
                        *product += x * dy;
                    }
                }
            },
        );
        let mut folded = vec![0.0; sums.len()];
        period.fold(products, &mut folded);
        sums.iter_mut().zip(folded).for_each(|(sum, folded)| *sum = folded as f32);
    });
}
