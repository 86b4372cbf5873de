//! The layers of a block.

use super::Lowering;
use crate::arch::{Block, BlockKind, Middle, SqueezeExcite, SqueezeOf};
use crate::network::Kind;
use crate::scale::make_divisible;
use crate::{Activation, Error, Result};

/// Windows of the average that ShuffleNetV1 joins to a block that shrinks the image.
const SHORTCUT_KERNEL: usize = 3;

impl Lowering<'_> {
    /// Adds a block behind `x`.
    pub(super) fn block(&mut self, x: usize, block: &Block, drop_rate: f64) -> Result<usize> {
        match block.kind {
            BlockKind::Separable => self.separable(x, block),
            BlockKind::InvertedResidual => self.inverted_residual(x, block, drop_rate),
            BlockKind::ShuffleV1 => self.shuffle_v1(x, block, drop_rate),
            BlockKind::ShuffleV2 => self.shuffle_v2(x, block),
        }
    }

    fn separable(&mut self, x: usize, block: &Block) -> Result<usize> {
        let x = self.depthwise(x, block.kernel, block.stride, block.activation)?;
        let x = self.squeeze_excite(x, block, self.channels(x));
        self.pointwise("project", x, block.out, block.groups[1], block.activation)
    }

    fn inverted_residual(&mut self, x: usize, block: &Block, drop_rate: f64) -> Result<usize> {
        let channels = self.channels(x);
        let middle = self.middle(x, block)?;
        let wide = match middle == channels {
            true => x,
            false => self.pointwise("expand", x, middle, block.groups[0], block.activation)?,
        };
        let wide = self.depthwise(wide, block.kernel, block.stride, block.activation)?;
        let wide = self.squeeze_excite(wide, block, channels);
        let projected = self.pointwise("project", wide, block.out, block.groups[1], Activation::Linear)?;
        if block.stride != 1 || channels != block.out {
            return Ok(projected);
        }
        Ok(self.add(x, projected, drop_rate, Activation::Linear))
    }

    fn shuffle_v1(&mut self, x: usize, block: &Block, drop_rate: f64) -> Result<usize> {
        let [_, _, channels] = self.shape(x);
        let middle = self.middle(x, block)?;
        let is_sum = block.stride == 1 && channels == block.out;
        let out = if is_sum { block.out } else { block.out.saturating_sub(channels) };
        if out == 0 {
            return Err(Error::argument(format!("{}{channels} to {} channels", self.scope, block.out)));
        }
        // The average of what is not negative needs no activation when it is joined: only the branch does.
        let (last, end) = match is_sum {
            true => (Activation::Linear, block.activation),
            false => (block.activation, Activation::Linear),
        };
        let branch = self.pointwise("expand", x, middle, block.groups[0], block.activation)?;
        let branch = self.shuffle(branch, block.groups[1]);
        let branch = self.depthwise(branch, block.kernel, block.stride, Activation::Linear)?;
        let branch = self.squeeze_excite(branch, block, channels);
        let branch = self.pointwise("project", branch, out, block.groups[1], last)?;
        if is_sum {
            return Ok(self.add(x, branch, drop_rate, end));
        }
        let shortcut = match block.stride {
            1 => x,
            stride => self.pool("shortcut", Kind::AveragePool, x, SHORTCUT_KERNEL, stride),
        };
        Ok(self.concat(shortcut, branch))
    }

    fn shuffle_v2(&mut self, x: usize, block: &Block) -> Result<usize> {
        let [rows, columns, channels] = self.shape(x);
        let middle = self.middle(x, block)?;
        if !block.out.is_multiple_of(2) {
            return Err(Error::argument(format!("{}halves of {} channels", self.scope, block.out)));
        }
        let half = block.out / 2;
        let is_split = block.stride == 1 && channels == block.out;
        let (left, right) = match is_split {
            true => {
                let mut part =
                    |name: &str, start| self.push(name, Kind::Slice { start }, &[x], [rows, columns, half]);
                (part("left", 0), part("right", half))
            }
            false => {
                let scope = self.scope.clone();
                self.scope += "shortcut.";
                let left = self.depthwise(x, block.kernel, block.stride, Activation::Linear)?;
                let left = self.pointwise("project", left, half, 1, block.activation)?;
                self.scope = scope;
                (left, x)
            }
        };
        let right = self.pointwise("expand", right, middle, block.groups[0], block.activation)?;
        let right = self.depthwise(right, block.kernel, block.stride, Activation::Linear)?;
        let right = self.squeeze_excite(right, block, half);
        let right = self.pointwise("project", right, half, block.groups[1], block.activation)?;
        let joined = self.concat(left, right);
        Ok(self.shuffle(joined, 2))
    }

    fn add(&mut self, x: usize, branch: usize, drop_rate: f64, activation: Activation) -> usize {
        let shape = self.shape(x);
        self.push("add", Kind::Add { drop_rate, activation }, &[x, branch], shape)
    }

    fn concat(&mut self, left: usize, right: usize) -> usize {
        let [rows, columns, channels] = self.shape(left);
        let channels = channels + self.channels(right);
        self.push("concat", Kind::Concat, &[left, right], [rows, columns, channels])
    }

    /// A shuffle of channels, unless it would change nothing.
    fn shuffle(&mut self, x: usize, groups: usize) -> usize {
        let shape = self.shape(x);
        match groups {
            1 => x,
            _ => self.push("shuffle", Kind::ChannelShuffle { groups }, &[x], shape),
        }
    }

    /// Squeeze and excitation of `x`, if the block has it; `input` is how many channels the block reads.
    fn squeeze_excite(&mut self, x: usize, block: &Block, input: usize) -> usize {
        let Some(SqueezeExcite { ratio, of, divisor, activation, gate }) = block.se else { return x };
        let shape = self.shape(x);
        let channels = match of {
            SqueezeOf::Input => input,
            SqueezeOf::Middle => shape[2],
        } as f64;
        let squeezed = match divisor {
            0 | 1 => ((channels * ratio).floor() as usize).max(1),
            _ => make_divisible(channels * ratio, divisor),
        };
        let pooled = self.global_pool("se.pool", x);
        let reduced = self.dense("se.reduce", pooled, squeezed, true, activation);
        let gates = self.dense("se.expand", reduced, shape[2], true, gate);
        self.push("se.scale", Kind::Multiply, &[x, gates], shape)
    }

    /// How many channels the middle of a block has.
    fn middle(&self, x: usize, block: &Block) -> Result<usize> {
        let middle = match block.middle {
            Middle::TimesInput(times) => {
                make_divisible(self.channels(x) as f64 * times, self.arch.scaling.divisor) as f64
            }
            Middle::TimesOutput(times) => (block.out as f64 * times).round(),
            Middle::Channels(channels) => channels as f64,
        };
        match (1.0..=65536.0).contains(&middle) {
            true => Ok(middle as usize),
            false => Err(Error::argument(format!("{}{middle} channels in the middle", self.scope))),
        }
    }
}
