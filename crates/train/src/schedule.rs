//! The learning rate over the course of training.

use serde::{Deserialize, Serialize};

/// How the rate goes down from its peak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Schedule {
    /// Half a cosine, to nothing at the end (arXiv 1608.03983).
    #[default]
    Cosine,
    /// Times `factor` for every `epochs` epochs, in steps.
    Exponential {
        /// What is left.
        factor: f64,
        /// After how long.
        epochs: f64,
    },
    /// A straight line to nothing at the end.
    Linear,
    /// The peak throughout.
    Constant,
}

impl Schedule {
    /// The share of the peak after `epoch` epochs of `epochs`, of which the first `warmup` rise to it in a line.
    pub fn share(&self, epoch: f64, epochs: f64, warmup: f64) -> f64 {
        if epoch < warmup {
            return (epoch / warmup).max(1e-3);
        }
        let way = ((epoch - warmup) / (epochs - warmup).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
        match *self {
            Self::Cosine => 0.5 * (1.0 + (std::f64::consts::PI * way).cos()),
            Self::Exponential { factor, epochs } => factor.powf(((epoch - warmup) / epochs).floor()),
            Self::Linear => 1.0 - way,
            Self::Constant => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_rise_and_fall() {
        assert_eq!(Schedule::Cosine.share(1.0, 10.0, 2.0), 0.5);
        assert_eq!(Schedule::Cosine.share(2.0, 10.0, 2.0), 1.0);
        assert!((Schedule::Cosine.share(6.0, 10.0, 2.0) - 0.5).abs() < 1e-12);
        assert!(Schedule::Cosine.share(10.0, 10.0, 2.0) < 1e-12);
        assert_eq!(Schedule::Linear.share(5.0, 10.0, 0.0), 0.5);
        assert_eq!(Schedule::Exponential { factor: 0.5, epochs: 2.0 }.share(5.0, 10.0, 0.0), 0.25);
    }
}
