//! Functions from one architecture to another.

use crate::arch::{Arch, Block, HeadWidth, Middle, Padding};
use crate::family;
use crate::json::MAX_BLOCKS;

/// The multiple of `divisor` nearest to `value`, at least `divisor`, and not more than a tenth below `value`.
pub fn make_divisible(value: f64, divisor: usize) -> usize {
    let step = divisor.max(1) as f64;
    let nearest = ((value + step / 2.0) / step).floor() * step;
    let rounded = nearest.max(step);
    (if rounded < 0.9 * value { rounded + step } else { rounded }) as usize
}

/// Compound scaling (arXiv 1905.11946): depth grows by `alpha`, width by `beta`, resolution by `gamma` for each step of `phi`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compound {
    /// Growth of depth.
    pub alpha: f64,
    /// Growth of width.
    pub beta: f64,
    /// Growth of resolution.
    pub gamma: f64,
}

impl Default for Compound {
    /// EfficientNet's.
    fn default() -> Self {
        Self { alpha: 1.2, beta: 1.1, gamma: 1.15 }
    }
}

impl Compound {
    /// By what factor one step of `phi` multiplies the work: α·β²·γ².
    pub fn growth(self) -> f64 {
        self.alpha * self.beta.powi(2) * self.gamma.powi(2)
    }
}

/// Resolutions of compound scaling are multiples of this.
const RESOLUTION_STEP: f64 = 4.0;

impl Arch {
    /// Under another name.
    #[must_use]
    pub fn with_name(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// For images of so many rows and columns.
    #[must_use]
    pub fn with_resolution(self, resolution: usize) -> Self {
        Self { resolution, ..self }
    }

    /// For images of so many channels.
    #[must_use]
    pub fn with_channels(self, channels: usize) -> Self {
        Self { channels, ..self }
    }

    /// With so many scores.
    #[must_use]
    pub fn with_classes(self, classes: usize) -> Self {
        Self { classes, ..self }
    }

    /// Padded in this way.
    #[must_use]
    pub fn with_padding(self, padding: Padding) -> Self {
        Self { padding, ..self }
    }

    /// With this stride of the stem's convolution.
    #[must_use]
    pub fn with_stem_stride(mut self, stride: usize) -> Self {
        self.stem.stride = stride;
        self
    }

    /// With so many channels of the head: those of its convolution, and of its hidden layer in proportion.
    #[must_use]
    pub fn with_head_channels(mut self, channels: usize) -> Self {
        let Some(conv) = &mut self.head.conv else { return self };
        if let Some(hidden) = &mut self.head.hidden {
            hidden.out =
                make_divisible(hidden.out as f64 * channels as f64 / conv.out as f64, self.scaling.divisor);
        }
        conv.out = channels;
        self
    }

    /// `width` times as wide, rounded as the family does.
    #[must_use]
    pub fn with_width(mut self, width: f64) -> Self {
        let divisor = self.scaling.divisor;
        let wide = |channels: usize| make_divisible(channels as f64 * width, divisor);
        if self.scaling.stem {
            self.stem.out = wide(self.stem.out);
        }
        for block in self.stages.iter_mut().flatten() {
            block.out = wide(block.out);
            if let Middle::Channels(channels) = &mut block.middle {
                *channels = wide(*channels);
            }
        }
        let is_head_scaled = match self.scaling.head {
            HeadWidth::Scaled => true,
            HeadWidth::Widened => width > 1.0,
            HeadWidth::Fixed => false,
        };
        if let Some(conv) = self.head.conv.as_mut().filter(|_| is_head_scaled) {
            conv.out = wide(conv.out);
        }
        self
    }

    /// `depth` times as many blocks in each stage, rounded up; what is added are copies of the stage's last block.
    #[must_use]
    pub fn with_depth(mut self, depth: f64) -> Self {
        let last = self.stages.len().saturating_sub(1);
        for (index, stage) in self.stages.iter_mut().enumerate() {
            let is_outer = index == 0 || index == last;
            if self.scaling.outer_depth || !is_outer {
                let blocks = (stage.len() as f64 * depth).ceil().max(1.0) as usize;
                resize(stage, blocks);
            }
        }
        self
    }

    /// With so many blocks in each stage, in order; stages beyond the list stay.
    #[must_use]
    pub fn with_depths(mut self, depths: &[usize]) -> Self {
        for (stage, &blocks) in self.stages.iter_mut().zip(depths) {
            resize(stage, blocks.max(1));
        }
        self
    }

    /// `phi` steps of compound scaling; resolutions are rounded to multiples of 4.
    #[must_use]
    pub fn scaled(self, phi: f64, compound: Compound) -> Self {
        let Compound { alpha, beta, gamma } = compound;
        let resolution = self.resolution as f64 * gamma.powf(phi);
        let resolution = ((resolution / RESOLUTION_STEP).round() * RESOLUTION_STEP).max(RESOLUTION_STEP);
        self.with_width(beta.powf(phi)).with_depth(alpha.powf(phi)).with_resolution(resolution as usize)
    }

    /// By how much rows and columns shrink from the image to the end of the last stage.
    pub fn total_stride(&self) -> usize {
        let pool = if self.stem.pool { 2 } else { 1 };
        let blocks = self.stages.iter().flatten().map(|block| block.stride);
        blocks.fold(self.stem.stride.saturating_mul(pool), usize::saturating_mul)
    }

    /// For small images: strides (the stem's, its pool, those of blocks) become 1, the first ones first, until rows and columns
    /// shrink by no more than `stride`.
    #[must_use]
    pub fn with_total_stride(mut self, stride: usize) -> Self {
        let stride = stride.max(1);
        if self.total_stride() > stride {
            self.stem.stride = 1;
        }
        if self.total_stride() > stride {
            self.stem.pool = false;
        }
        let strides = self.stages.iter().flatten().filter(|block| block.stride > 1).count();
        for _ in 0..strides {
            let is_too_much = self.total_stride() > stride;
            if let Some(block) =
                self.stages.iter_mut().flatten().find(|block| is_too_much && block.stride > 1)
            {
                block.stride = 1;
            }
        }
        self
    }
}

/// Drops the last blocks of a stage, or repeats its last one without stride.
fn resize(stage: &mut Vec<Block>, blocks: usize) {
    let Some(&last) = stage.last() else { return };
    // More than any network may have is refused with the network, and takes no memory before.
    stage.resize(blocks.min(MAX_BLOCKS + 1), family::repeated(last));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiples_are_not_far_below() {
        let cases = [(8.4, 8), (11.2, 16), (33.6, 32), (1.0, 8), (12.0, 16), (89.6, 88)];
        for (value, expected) in cases {
            assert_eq!(make_divisible(value, 8), expected, "{value}");
        }
    }

    #[test]
    fn the_efficientnets_grow_by_two() {
        assert!((Compound::default().growth() - 2.0).abs() < 0.1);
    }

    #[test]
    fn small_images_keep_their_size_at_first() {
        for row in crate::catalogue() {
            let arch = row.arch().with_resolution(32).with_total_stride(8);
            assert_eq!(arch.total_stride(), 8, "{}", row.title);
            let network = arch.network().unwrap();
            let pool = network.layers.iter().find(|layer| layer.name == "head.pool").unwrap();
            assert_eq!(network.layers[pool.inputs[0]].output[..2], [4, 4], "{}", row.title);
        }
    }

    #[test]
    fn compound_scaling_doubles_the_work() {
        let base = family::efficientnet(0).unwrap();
        let scaled = base.clone().scaled(1.0, Compound::default());
        let ratio = scaled.network().unwrap().macs() as f64 / base.network().unwrap().macs() as f64;
        assert!((1.6..2.6).contains(&ratio), "{ratio}");
    }
}
