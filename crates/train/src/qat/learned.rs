//! Ranges of activations that gradients move: what is clipped at an end of a range pulls at this end.

use burn::tensor::{Device, Gradients, Tensor};

use super::Simulation;
use crate::Result;
use crate::forward::constant;
use crate::group::Among;
use crate::parameters::numbers;

/// The share of a range that it keeps in a step whatever gradients say.
const LEAST_SHARE: f32 = 0.9;

/// The ends of a step's range as a pass has them.
#[derive(Clone, Debug)]
pub(super) struct Ends {
    step: usize,
    low: Tensor<1>,
    high: Tensor<1>,
    elements: usize,
}

impl Ends {
    pub(super) fn new(step: usize, (low, high): (f32, f32), elements: usize, device: &Device) -> Self {
        let leaf = |end: f32| constant(vec![end], [1], device).require_grad();
        Self { step, low: leaf(low), high: leaf(high), elements }
    }

    /// `rounded`, which is `x` rounded and clipped, with the gradient of clipped elements going to the end that they are clipped at.
    /// `limits`: what is clipped lies at or beyond these numbers.
    pub(super) fn pulled(&self, x: &Tensor<4>, rounded: Tensor<4>, limits: (f32, f32)) -> Tensor<4> {
        let x = x.clone().detach();
        let (below, above) = (x.clone().lower_equal_elem(limits.0), x.greater_equal_elem(limits.1));
        // Nothing is added but the gradient.
        let pull = |end: &Tensor<1>| (end.clone() - end.clone().detach()).reshape([1, 1, 1, 1]);
        rounded + below.float() * pull(&self.low) + above.float() * pull(&self.high)
    }

    /// The gradients of both ends.
    fn pulls(&self, gradients: &Gradients) -> Result<[f32; 2]> {
        let pull = |end: &Tensor<1>| match end.grad(gradients) {
            Some(gradient) => numbers(gradient).map(|gradient| gradient.first().copied().unwrap_or(0.0)),
            None => Ok(0.0),
        };
        Ok([pull(&self.low)?, pull(&self.high)?])
    }

    /// Where the ends move to.
    fn moved(&self, (low, high): (f32, f32), pulls: [f32; 2], rate: f32) -> (f32, f32) {
        // A gradient is the sum over all elements; scaled so, its size does not depend on their number (arXiv 1902.08153).
        let rate = rate / (self.elements.max(1) as f32).sqrt();
        let (new_low, new_high) = (low - rate * pulls[0], high - rate * pulls[1]);
        // Zero stays within the range, and the range does not collapse.
        (new_low.min(LEAST_SHARE * low).min(0.0), new_high.max(LEAST_SHARE * high).max(0.0))
    }
}

impl Simulation {
    /// Moves the ranges of the last pass along their gradients, if they are learned now.
    pub(crate) fn learn(&mut self, gradients: &Gradients, rate: f32, among: &Among) -> Result<()> {
        let all = std::mem::take(&mut self.ends);
        let pulls: Result<Vec<[f32; 2]>> = all.iter().map(|ends| ends.pulls(gradients)).collect();
        let mut pulls = pulls?;
        among.average(pulls.as_flattened_mut());
        for (ends, pulls) in all.iter().zip(pulls) {
            if let Some(range) = self.ranges[ends.step] {
                self.ranges[ends.step] = Some(ends.moved(range, pulls, rate));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Distribution;
    use featherlite_train_kernels::FakeQuantize;

    use super::*;

    /// As in TensorFlow's fake quantization: a gradient goes through where nothing is clipped, otherwise to the end.
    #[test]
    fn gradients_go_to_the_ends_that_elements_are_clipped_at() {
        let device = crate::processor().autodiff();
        let x: Tensor<4> =
            Tensor::random([2, 5, 5, 3], Distribution::Normal(0.0, 1.0), &device).require_grad();
        let (scale, zero_point, least, greatest) = (0.01f32, -28, -128, 127);
        let real = |level: i32| scale * (level - zero_point) as f32;
        let ends = Ends::new(0, (real(least), real(greatest)), 150, &device);
        let of = |value: f32| constant(vec![value], [1], &device);
        let quantize = FakeQuantize::of_tensor(150, least, greatest);
        let rounded = crate::backend::fake_quantize(x.clone(), (of(scale), of(zero_point as f32)), quantize);
        let limits = (real(least) - 0.5 * scale, real(greatest) + 0.5 * scale);
        let y = ends.pulled(&x, rounded.clone(), limits);
        assert_eq!(numbers(y.clone().inner()).unwrap(), numbers(rounded.inner()).unwrap());

        let dy: Tensor<4> = Tensor::random([2, 5, 5, 3], Distribution::Normal(0.0, 1.0), &device);
        let gradients = (y * dy.clone()).sum().backward();
        let got = |tensor: Option<Tensor<1>>| numbers(tensor.unwrap()).unwrap()[0];
        let (mut low, mut high) = (0.0f64, 0.0f64);
        let (dx, values) = (x.grad(&gradients).unwrap(), numbers(x.clone().inner()).unwrap());
        for ((x, dx), dy) in values.iter().zip(numbers(dx).unwrap()).zip(numbers(dy.inner()).unwrap()) {
            let level = (x / scale).round() as i32 + zero_point;
            match level {
                level if level < least => low += f64::from(dy),
                level if level > greatest => high += f64::from(dy),
                _ => assert_eq!(dx, dy),
            }
            assert!((least..=greatest).contains(&level) || dx == 0.0);
        }
        assert!((f64::from(got(ends.low.grad(&gradients))) - low).abs() < 1e-5);
        assert!((f64::from(got(ends.high.grad(&gradients))) - high).abs() < 1e-5);
        assert!(low != 0.0 && high != 0.0);
    }
}
