//! One network of a space.

use featherlite_data::Random;
use serde::{Deserialize, Serialize};

use crate::{Error, Result, Space};

/// What is chosen of a block.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockChoice {
    /// Rows and columns of its depthwise convolution.
    pub kernel: usize,
    /// How many times its input its middle is wide.
    pub expand: f64,
}

/// A part of a space's full network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Rows and columns of images.
    pub resolution: usize,
    /// How many blocks each stage has: the first of it.
    pub depths: Vec<usize>,
    /// Kernel and expansion of every block that there may be, stage by stage; of those beyond a depth they mean nothing.
    pub blocks: Vec<BlockChoice>,
}

impl Choice {
    /// Reads one from JSON: by itself, or as what something else, as a search's result, has as `choice`.
    ///
    /// # Errors
    /// If there is none.
    pub fn from_json(text: &str) -> Result<Self> {
        let wrong = |error: serde_json::Error| Error::new(format!("no choice of a network: {error}"));
        let mut value: serde_json::Value = serde_json::from_str(text).map_err(wrong)?;
        let value = value.get_mut("choice").map(serde_json::Value::take).unwrap_or(value);
        serde_json::from_value(value).map_err(wrong)
    }

    /// Reads those of a file with one on each line, which must be of a space.
    ///
    /// # Errors
    /// If a line has none, or one of another space; it is named by its number.
    pub fn list(text: &str, space: &Space) -> Result<Vec<Self>> {
        let read = |(place, line): (usize, &str)| {
            let choice = Self::from_json(line).and_then(|choice| space.accepts(&choice).map(|()| choice));
            choice.map_err(|error| Error::new(format!("line {}: {error}", place + 1)))
        };
        text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(read).collect()
    }

    /// A few characters that tell it from others: resolution, then for each stage its blocks as kernel and expansion.
    pub fn short(&self, space: &Space) -> String {
        let mut text = format!("r{}", self.resolution);
        for (_, blocks) in self.stages(space) {
            text.push('_');
            for BlockChoice { kernel, expand } in blocks {
                text += &format!("{kernel}{expand}");
            }
        }
        text
    }

    /// For each stage its number among those that are chosen, and the blocks that it has.
    pub fn stages<'a>(&'a self, space: &'a Space) -> impl Iterator<Item = (usize, &'a [BlockChoice])> {
        let mut slots = &self.blocks[..];
        space.stages().zip(&self.depths).enumerate().map(move |(stage, ((_, all), &depth))| {
            let (own, behind) = slots.split_at(all.len().min(slots.len()));
            slots = behind;
            (stage, &own[..depth.min(own.len())])
        })
    }

    /// The same network with the smallest of everything where it means nothing, so that equal networks are equal.
    pub fn canonical(&self, space: &Space) -> Self {
        let mut this = self.clone();
        let least = BlockChoice { kernel: space.kernels[0], expand: space.expands[0] };
        let mut start = 0;
        for ((_, all), &depth) in space.stages().zip(&self.depths) {
            this.blocks[start + depth..start + all.len()].fill(least);
            start += all.len();
        }
        this
    }
}

impl Space {
    /// The full network, at the greatest resolution.
    pub fn largest(&self) -> Choice {
        self.uniform(usize::MAX)
    }

    /// The smallest network, at the smallest resolution.
    pub fn smallest(&self) -> Choice {
        self.uniform(0)
    }

    /// The `rank`th, or last, of every list.
    fn uniform(&self, rank: usize) -> Choice {
        let block = BlockChoice { kernel: *at(&self.kernels, rank), expand: *at(&self.expands, rank) };
        Choice {
            resolution: *at(&self.resolutions, rank),
            depths: (0..self.stages().count()).map(|stage| *at(self.depths_of(stage), rank)).collect(),
            blocks: vec![block; self.slots()],
        }
    }

    /// A network with the same kernel, expansion and depth everywhere.
    pub fn even(&self, resolution: usize, kernel: usize, expand: f64, depth: usize) -> Choice {
        let stages = 0..self.stages().count();
        let depths = stages.map(|stage| if self.depths_of(stage) == [1] { 1 } else { depth });
        Choice {
            resolution,
            depths: depths.collect(),
            blocks: vec![BlockChoice { kernel, expand }; self.slots()],
        }
    }

    /// Any network: every choice is drawn by itself, all with the same probability.
    pub fn draw(&self, random: &mut Random) -> Choice {
        let resolution = *pick(&self.resolutions, random);
        self.draw_at(resolution, random)
    }

    /// Any network for images of this size.
    pub fn draw_at(&self, resolution: usize, random: &mut Random) -> Choice {
        let depths = (0..self.stages().count()).map(|stage| *pick(self.depths_of(stage), random)).collect();
        let blocks = (0..self.slots()).map(|_| self.draw_block(random)).collect();
        Choice { resolution, depths, blocks }
    }

    fn draw_block(&self, random: &mut Random) -> BlockChoice {
        BlockChoice { kernel: *pick(&self.kernels, random), expand: *pick(&self.expands, random) }
    }

    /// A network near another one: each block and each depth is drawn anew with a probability, the resolution with another.
    pub fn mutate(&self, parent: &Choice, rate: f32, resolution_rate: f32, random: &mut Random) -> Choice {
        let mut child = parent.clone();
        if random.is_drawn(resolution_rate) {
            child.resolution = *pick(&self.resolutions, random);
        }
        for block in &mut child.blocks {
            if random.is_drawn(rate) {
                *block = self.draw_block(random);
            }
        }
        for (stage, depth) in child.depths.iter_mut().enumerate() {
            if random.is_drawn(rate) {
                *depth = *pick(self.depths_of(stage), random);
            }
        }
        child
    }

    /// A network that has every choice from one of two others.
    pub fn cross(&self, a: &Choice, b: &Choice, random: &mut Random) -> Choice {
        let mut child = a.clone();
        if random.is_drawn(0.5) {
            child.resolution = b.resolution;
        }
        for (own, &other) in child.blocks.iter_mut().zip(&b.blocks) {
            if random.is_drawn(0.5) {
                *own = other;
            }
        }
        for (own, &other) in child.depths.iter_mut().zip(&b.depths) {
            if random.is_drawn(0.5) {
                *own = other;
            }
        }
        child
    }
}

fn at<T>(list: &[T], rank: usize) -> &T {
    &list[rank.min(list.len() - 1)]
}

fn pick<'a, T>(list: &'a [T], random: &mut Random) -> &'a T {
    &list[random.below(list.len())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spaces;

    #[test]
    fn lists_are_read_and_wrong_lines_named() {
        let space = spaces::find("ofa-small").unwrap();
        let [a, b] = [space.smallest(), space.largest()];
        let text = |choice: &Choice| serde_json::to_string(choice).unwrap();
        let file = format!("{}\n{{\"choice\": {}, \"score\": 0.5}}\n\n", text(&a), text(&b));
        assert_eq!(Choice::list(&file, &space), Ok(vec![a, b.clone()]));
        let other = Choice { resolution: 21, ..b };
        let error = Choice::list(&format!("{file}{}", text(&other)), &space).unwrap_err().to_string();
        assert!(error.contains("line 4") && error.contains("21"), "{error}");
        assert!(Choice::from_json("{}").is_err() && Choice::from_json("[").is_err());
    }
}
