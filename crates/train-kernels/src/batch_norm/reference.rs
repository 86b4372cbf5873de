//! What the methods of [`BatchNorm`] compute.

use featherlite_base::Result;

use super::{BatchNorm, Norm, Statistics};
use crate::Float;
use crate::activation::reference::{derivative, value};

/// See [`BatchNorm::statistics`].
///
/// # Errors
/// As there.
pub fn statistics<F: Float>(
    batch_norm: &BatchNorm,
    x: &[F],
    mean: &mut [F],
    variance: &mut [F],
) -> Result<()> {
    batch_norm.check_statistics(x.len(), mean.len(), variance.len())?;
    let rows = batch_norm.rows.max(1) as f64;
    for channel in 0..batch_norm.channels {
        let elements = || x.iter().skip(channel).step_by(batch_norm.channels).map(|x| x.to_f64());
        let average = elements().sum::<f64>() / rows;
        mean[channel] = F::from_f64(average);
        let squares: f64 = elements().map(|x| (x - average) * (x - average)).sum();
        variance[channel] = F::from_f64(squares / rows);
    }
    Ok(())
}

/// See [`BatchNorm::forward`].
///
/// # Errors
/// As there.
pub fn forward<F: Float>(batch_norm: &BatchNorm, x: &[F], norm: Norm<'_, F>, y: &mut [F]) -> Result<()> {
    batch_norm.check(x.len(), &norm, &[("y", y.len(), x.len())])?;
    for (index, (y, &x)) in y.iter_mut().zip(x).enumerate() {
        let channel = index % batch_norm.channels;
        let normalized = norm.gamma[channel] * distance(batch_norm, &norm, channel, x) + norm.beta[channel];
        *y = value(batch_norm.activation, normalized);
    }
    Ok(())
}

/// See [`BatchNorm::backward`].
///
/// # Errors
/// As there.
pub fn backward<F: Float>(
    batch_norm: &BatchNorm,
    (x, norm, dy): (&[F], Norm<'_, F>, &[F]),
    dx: &mut [F],
    dgamma: &mut [F],
    dbeta: &mut [F],
) -> Result<()> {
    batch_norm.check_backward(&(x, norm, dy), dx.len(), dgamma.len(), dbeta.len())?;
    let (zero, rows) = (F::from_f64(0.0), F::from_f64(batch_norm.rows.max(1) as f64));
    dgamma.fill(zero);
    dbeta.fill(zero);
    for (index, dx) in dx.iter_mut().enumerate() {
        let channel = index % batch_norm.channels;
        let distance = distance(batch_norm, &norm, channel, x[index]);
        let normalized = norm.gamma[channel] * distance + norm.beta[channel];
        *dx = dy[index] * derivative(batch_norm.activation, normalized);
        dgamma[channel] += *dx * distance;
        dbeta[channel] += *dx;
    }
    for (index, dx) in dx.iter_mut().enumerate() {
        let channel = index % batch_norm.channels;
        if batch_norm.statistics == Statistics::Batch {
            let distance = distance(batch_norm, &norm, channel, x[index]);
            *dx = *dx - (dbeta[channel] + distance * dgamma[channel]) / rows;
        }
        *dx = *dx * norm.gamma[channel] / deviation(batch_norm, &norm, channel);
    }
    Ok(())
}

/// Of `x` from the mean, in standard deviations.
fn distance<F: Float>(batch_norm: &BatchNorm, norm: &Norm<'_, F>, channel: usize, x: F) -> F {
    (x - norm.mean[channel]) / deviation(batch_norm, norm, channel)
}

fn deviation<F: Float>(batch_norm: &BatchNorm, norm: &Norm<'_, F>, channel: usize) -> F {
    F::from_f64((norm.variance[channel].to_f64() + f64::from(batch_norm.epsilon)).sqrt())
}
