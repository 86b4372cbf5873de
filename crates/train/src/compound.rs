//! The search for compound scaling of the EfficientNet paper (arXiv 1905.11946, section 3.3): candidates for the growth of depth,
//! width and resolution that together double the work.

use std::path::Path;

use featherlite_arch::{Arch, Compound};
use featherlite_data::Step;
use serde::{Deserialize, Serialize};

use crate::recipe::Recipe;
use crate::{Error, Result};

/// A grid of candidates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// The distance of neighbours.
    pub step: f64,
    /// The greatest of each factor.
    pub most: f64,
    /// How far α·β²·γ² may be from 2.
    pub tolerance: f64,
}

impl Default for Grid {
    fn default() -> Self {
        Self { step: 0.1, most: 2.0, tolerance: 0.1 }
    }
}

impl Grid {
    /// The candidates in order: α, β, γ at least 1 with α·β²·γ² near 2.
    ///
    /// # Errors
    /// If numbers are not positive, or there is no candidate.
    pub fn candidates(&self) -> Result<Vec<Compound>> {
        if !(self.step > 0.0 && self.tolerance >= 0.0 && self.most >= 1.0 && self.most / self.step < 1e4) {
            return Err(Error::recipe(format!("{self:?} is no grid")));
        }
        let count = ((self.most - 1.0) / self.step + 1e-9) as usize;
        // Rounded, so that files are called 1.1 and not 1.1000000000000001.
        let value = |place: usize| ((1.0 + place as f64 * self.step) * 1e6).round() / 1e6;
        let mut candidates = Vec::new();
        for alpha in (0..=count).map(value) {
            for beta in (0..=count).map(value).take_while(|beta| beta * beta <= 2.0 + self.tolerance) {
                for gamma in (0..=count).map(value) {
                    let compound = Compound { alpha, beta, gamma };
                    if (compound.growth() - 2.0).abs() <= self.tolerance {
                        candidates.push(compound);
                    }
                }
            }
        }
        match candidates.is_empty() {
            false => Ok(candidates),
            true => Err(Error::recipe(format!(
                "no α·β²·γ² is within {} of 2: widen the tolerance",
                self.tolerance
            ))),
        }
    }
}

/// What came of a candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// Growth of depth.
    pub alpha: f64,
    /// Growth of width.
    pub beta: f64,
    /// Growth of resolution.
    pub gamma: f64,
    /// Parameters of the scaled network.
    pub parameters: u64,
    /// Multiply-adds of the scaled network.
    pub macs: u64,
    /// Share of validation images whose first class was right.
    pub accuracy: f64,
}

impl Found {
    /// The factors.
    pub fn compound(&self) -> Compound {
        Compound { alpha: self.alpha, beta: self.beta, gamma: self.gamma }
    }
}

/// What a candidate is called.
pub fn name(compound: &Compound) -> String {
    format!("a{}-b{}-g{}", compound.alpha, compound.beta, compound.gamma)
}

/// The architecture of a recipe, scaled, and the recipe that trains it: images are resized to what it reads.
///
/// # Errors
/// If the recipe's architecture can not be scaled so.
pub fn candidate(
    recipe: &Recipe,
    folder: &Path,
    classes: usize,
    (phi, compound): (f64, Compound),
) -> Result<(Recipe, Arch)> {
    let arch = recipe.arch(folder, classes)?.scaled(phi, compound);
    arch.network()?;
    let mut recipe = recipe.clone();
    for steps in [&mut recipe.data.train, &mut recipe.data.evaluate] {
        resize(steps, arch.resolution);
    }
    Ok((recipe, arch))
}

/// Puts a resize ahead of the first step that normalizes.
fn resize(steps: &mut Vec<Step>, side: usize) {
    let normalizes = |step: &Step| matches!(step, Step::Normalize { .. } | Step::Scale { .. });
    let place = steps.iter().position(normalizes).unwrap_or(steps.len());
    steps.insert(place, Step::Resize { size: side.into(), antialias: false });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_papers_choice_is_on_a_fine_grid() {
        let grid = Grid { step: 0.05, most: 2.0, tolerance: 0.1 };
        let candidates = grid.candidates().unwrap();
        assert!(candidates.contains(&Compound { alpha: 1.2, beta: 1.1, gamma: 1.15 }));
        assert!(candidates.iter().all(|compound| (compound.growth() - 2.0).abs() <= 0.1));
        assert_eq!(name(&candidates[0]), "a1-b1-g1.4");
    }

    #[test]
    fn grids_without_candidates_are_errors() {
        assert!(Grid { step: 0.5, most: 1.2, tolerance: 0.1 }.candidates().is_err());
        assert!(Grid { step: 0.0, ..Grid::default() }.candidates().is_err());
    }

    #[test]
    fn images_are_resized_to_what_the_candidate_reads() {
        let recipe = Recipe::from_toml(
            "arch = \"mobilenet_v2_0.35\"\nepochs = 1\nlearning_rate = 0.1\n[network]\nresolution = 28\n[data]\n\
             train = [{ horizontal_flip = {} }, { scale = { low = -1.0, high = 1.0 } }]",
        )
        .unwrap();
        let compound = Compound { alpha: 1.0, beta: 1.0, gamma: 1.4 };
        let (recipe, arch) = candidate(&recipe, Path::new("."), 10, (1.0, compound)).unwrap();
        assert_eq!(arch.resolution, 40);
        assert_eq!(recipe.data.train[1], Step::Resize { size: 40.into(), antialias: false });
        assert_eq!((recipe.data.train.len(), recipe.data.evaluate.len()), (3, 1));
    }
}
