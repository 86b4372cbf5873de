//! Which networks there are.

use std::path::PathBuf;

use featherlite_arch::{Arch, BlockKind, Middle};
use serde::{Deserialize, Serialize};

use crate::{BlockChoice, Choice, Error, Result, spaces};

/// Networks that are parts of one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Space {
    /// What it is called.
    pub name: String,
    /// The network with all of everything. Its first stage is part of all networks as it is; blocks of the others have the greatest
    /// kernel and expansion.
    pub full: Arch,
    /// Kernels of blocks, the smallest first.
    pub kernels: Vec<usize>,
    /// How many times its input a block is wide in its middle, the least first.
    pub expands: Vec<f64>,
    /// Blocks of a stage, the fewest first; a stage of one block keeps it.
    pub depths: Vec<usize>,
    /// Rows and columns of images, the fewest first.
    pub resolutions: Vec<usize>,
}

/// The space of a supernet's run, in its folder.
const FILE: &str = "space.json";

impl Space {
    /// The space of a name, in a file, or of the run in a folder.
    ///
    /// # Errors
    /// If there is none.
    pub fn open(source: &str) -> Result<Self> {
        let mut path = PathBuf::from(source);
        if path.is_dir() {
            path.push(FILE);
        }
        if path.extension().is_none() {
            return spaces::find(source);
        }
        let named = |error: &dyn std::fmt::Display| Error::new(format!("{}: {error}", path.display()));
        let text = std::fs::read_to_string(&path).map_err(|error| named(&error))?;
        Self::from_json(&text).map_err(|error| named(&error))
    }

    /// Reads a space, and checks that it is one.
    ///
    /// # Errors
    /// If it is none.
    pub fn from_json(text: &str) -> Result<Self> {
        let space: Self =
            serde_json::from_str(text).map_err(|error| Error::new(format!("no space: {error}")))?;
        space.check()?;
        Ok(space)
    }

    /// It as text.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Checks that the parts fit the whole.
    ///
    /// # Errors
    /// If they do not.
    pub fn check(&self) -> Result<()> {
        let wrong = |what: &str| Err(Error::new(format!("the space {:?}: {what}", self.name)));
        let is_ascending = |list: &[usize]| list.is_sorted_by(|a, b| a < b) && list.first() > Some(&0);
        if !is_ascending(&self.kernels) || !is_ascending(&self.depths) || !is_ascending(&self.resolutions) {
            return wrong("kernels, depths and resolutions must ascend from at least 1");
        }
        if self.kernels.iter().any(|kernel| kernel % 2 == 0) {
            return wrong("kernels must be odd: smaller ones are the middle of larger ones");
        }
        if !self.expands.is_sorted_by(|a, b| a < b)
            || !self.expands.first().is_some_and(|&least| least >= 1.0)
        {
            return wrong("expansions must ascend from at least 1");
        }
        let (kernel, expand) = (self.kernels.last().copied(), self.expands.last().copied());
        let depth = self.depths.last().copied().unwrap_or(0);
        for (stage, blocks) in self.stages() {
            if blocks.len() != 1 && blocks.len() != depth {
                return wrong(&format!("stage {stage} has {} blocks, not 1 or {depth}", blocks.len()));
            }
            let is_full = blocks.iter().all(|block| {
                let times = match block.middle {
                    Middle::TimesInput(times) => Some(times),
                    _ => None,
                };
                block.kind == BlockKind::InvertedResidual && Some(block.kernel) == kernel && times == expand
            });
            if !is_full {
                return wrong(&format!(
                    "blocks of stage {stage} do not have the greatest kernel and expansion"
                ));
            }
        }
        self.full.network()?;
        Ok(())
    }

    /// The stages whose blocks are chosen, with their numbers.
    pub fn stages(&self) -> impl Iterator<Item = (usize, &[featherlite_arch::Block])> {
        self.full.stages.iter().enumerate().skip(1).map(|(stage, blocks)| (stage, &blocks[..]))
    }

    /// The blocks that can be chosen, of all stages.
    pub fn slots(&self) -> usize {
        self.stages().map(|(_, blocks)| blocks.len()).sum()
    }

    /// How many blocks a stage can have, by its place among those that are chosen.
    pub fn depths_of(&self, stage: usize) -> &[usize] {
        match self.full.stages.get(stage + 1) {
            Some(blocks) if blocks.len() > 1 => &self.depths,
            _ => &[1],
        }
    }

    /// The architecture of a part.
    ///
    /// # Errors
    /// If it is none of this space.
    pub fn arch(&self, choice: &Choice) -> Result<Arch> {
        self.accepts(choice)?;
        let mut arch = self.full.clone().with_resolution(choice.resolution);
        let mut slots = &choice.blocks[..];
        for (blocks, &depth) in arch.stages[1..].iter_mut().zip(&choice.depths) {
            let (own, behind) = slots.split_at(blocks.len());
            slots = behind;
            blocks.truncate(depth);
            for (block, BlockChoice { kernel, expand }) in blocks.iter_mut().zip(own) {
                (block.kernel, block.middle) = (*kernel, Middle::TimesInput(*expand));
            }
        }
        arch.name = format!("{}-{}", self.name, choice.short(self));
        Ok(arch)
    }

    /// Checks that a choice is one of this space.
    ///
    /// # Errors
    /// If it is not, with what is wrong.
    pub fn accepts(&self, choice: &Choice) -> Result<()> {
        let wrong =
            |what: String| Err(Error::new(format!("no network of the space {:?}: {what}", self.name)));
        let stages = self.stages().count();
        if choice.depths.len() != stages || choice.blocks.len() != self.slots() {
            let (depths, blocks) = (choice.depths.len(), choice.blocks.len());
            return wrong(format!(
                "{depths} depths and {blocks} blocks, where there are {stages} stages and {} blocks",
                self.slots()
            ));
        }
        if !self.resolutions.contains(&choice.resolution) {
            return wrong(format!("resolution {}", choice.resolution));
        }
        for (stage, depth) in choice.depths.iter().enumerate() {
            if !self.depths_of(stage).contains(depth) {
                return wrong(format!("depth {depth} of stage {}", stage + 1));
            }
        }
        let known = |block: &&BlockChoice| {
            !self.kernels.contains(&block.kernel) || !self.expands.contains(&block.expand)
        };
        match choice.blocks.iter().find(known) {
            Some(block) => wrong(format!("kernel {} with expansion {}", block.kernel, block.expand)),
            None => Ok(()),
        }
    }

    /// How many networks there are for each resolution; an estimate, as there may be more than numbers can count.
    pub fn size(&self) -> f64 {
        let choices = (self.kernels.len() * self.expands.len()) as f64;
        let of = |stage| self.depths_of(stage).iter().map(|&depth| choices.powi(depth as i32)).sum::<f64>();
        (0..self.stages().count()).map(of).product()
    }
}
