//! Biases that take back the mean error of rounded weights (M. Nagel et al., arXiv 1906.04721, section 4.2, with means that
//! were seen instead of derived ones).

use super::moments::Moments;
use crate::weights::Integers;

/// What is to be added to the bias of each output channel.
pub(super) fn correction(moments: &Moments, weights: &[f32], integers: &Integers) -> Vec<f32> {
    let linear = &moments.linear;
    let mut correction = vec![0f32; linear.groups * linear.outputs];
    for group in 0..linear.groups {
        let means: Vec<f64> = moments.mean(group).collect();
        for output in 0..linear.outputs {
            let channel = linear.channel(group, output);
            let scale = integers.scales[if integers.scales.len() == 1 { 0 } else { channel }];
            let error = |(k, mean): (usize, &f64)| {
                let position = linear.position(group, output, k);
                f64::from(weights[position] - f32::from(integers.values[position]) * scale) * mean
            };
            correction[channel] = means.iter().enumerate().map(error).sum::<f64>() as f32;
        }
    }
    correction
}
