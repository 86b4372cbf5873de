//! Evolution of networks (arXiv 1908.09791, section 3.4; real et al., arXiv 1802.01548).

use featherlite_data::Random;
use serde::{Deserialize, Serialize};

use crate::{Choice, Error, Result, Space};

/// How networks are judged.
pub trait Evaluate {
    /// What each network costs, in the unit of the limit.
    ///
    /// # Errors
    /// If it is not known.
    fn costs(&mut self, choices: &[Choice]) -> Result<Vec<f64>>;

    /// How good each network is; the greater the better.
    ///
    /// # Errors
    /// If it is not known.
    fn scores(&mut self, choices: &[Choice]) -> Result<Vec<f64>>;
}

/// How a search goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evolution {
    /// Networks of a generation.
    pub population: usize,
    /// Generations.
    pub generations: usize,
    /// The share of the best that have children; they stay.
    pub parents: f64,
    /// The share of children that are near one parent; others are between two.
    pub mutants: f64,
    /// The probability that a mutant has a block, or a depth, of its own.
    pub mutation: f32,
    /// The probability that it has a resolution of its own.
    pub resolution_mutation: f32,
    /// All draws follow from it.
    pub seed: u64,
}

impl Default for Evolution {
    fn default() -> Self {
        Self {
            population: 100,
            generations: 500,
            parents: 0.25,
            mutants: 0.5,
            mutation: 0.1,
            resolution_mutation: 0.5,
            seed: 0,
        }
    }
}

/// A network with what is known of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The network.
    pub choice: Choice,
    /// What it costs.
    pub cost: f64,
    /// How good it is.
    pub score: f64,
}

/// Where a search is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Generations done.
    pub generation: usize,
    /// The best score so far.
    pub best: f64,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The best network within the limit.
    pub best: Candidate,
    /// The last generation, the best first, each network once.
    pub last: Vec<Candidate>,
    /// The best score after each generation.
    pub history: Vec<f64>,
}

/// Draws after which a limit counts as one that no network keeps.
const TRIES: usize = 10_000;

/// Children of two or of one that are drawn until one keeps the limit; then it is drawn from the whole space.
const CHILDREN: usize = 100;

impl Evolution {
    /// Seeks the best network of a space that costs at most `limit`.
    ///
    /// # Errors
    /// If no network is within the limit, the numbers make no search, or a network can not be judged.
    pub fn search(
        &self,
        space: &Space,
        limit: f64,
        judge: &mut dyn Evaluate,
        watch: &mut dyn FnMut(Progress),
    ) -> Result<Found> {
        self.check()?;
        let mut random = Random::of(&[self.seed, 0x6f66_6131]);
        let drawn =
            self.within(space, limit, judge, self.population, &mut |random| space.draw(random), &mut random)?;
        let mut all = judged(judge, drawn)?;
        let mut history = Vec::new();
        let survivors = ((self.population as f64 * self.parents).round() as usize).clamp(1, self.population);
        let mutants = (self.population as f64 * self.mutants).round() as usize;
        for generation in 0..=self.generations {
            all.sort_by(|a, b| b.score.total_cmp(&a.score));
            history.push(all[0].score);
            watch(Progress { generation, best: all[0].score });
            if generation == self.generations {
                break;
            }
            all.truncate(survivors);
            let parents = all.clone();
            let mut mutant = |random: &mut Random| {
                let parent = &parents[random.below(parents.len())].choice;
                space.mutate(parent, self.mutation, self.resolution_mutation, random)
            };
            let mut children = self.within(space, limit, judge, mutants, &mut mutant, &mut random)?;
            let mut between = |random: &mut Random| {
                let [a, b] = [0, 1].map(|_| &parents[random.below(parents.len())].choice);
                space.cross(a, b, random)
            };
            let rest = self.population.saturating_sub(mutants);
            children.extend(self.within(space, limit, judge, rest, &mut between, &mut random)?);
            all.extend(judged(judge, children)?);
        }
        let last = distinct(all);
        Ok(Found { best: last[0].clone(), last, history })
    }

    /// So many random networks that cost at most `limit`, the best first: what evolution has to beat.
    ///
    /// # Errors
    /// As [`Evolution::search`].
    pub fn random(
        &self,
        space: &Space,
        limit: f64,
        judge: &mut dyn Evaluate,
        count: usize,
    ) -> Result<Vec<Candidate>> {
        let mut random = Random::of(&[self.seed, 0x7261_6e64]);
        let drawn = self.within(space, limit, judge, count, &mut |random| space.draw(random), &mut random)?;
        let mut all = judged(judge, drawn)?;
        all.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(distinct(all))
    }

    fn check(&self) -> Result<()> {
        let shares =
            [self.parents, self.mutants, f64::from(self.mutation), f64::from(self.resolution_mutation)];
        if self.population == 0 || shares.iter().any(|share| !(0.0..=1.0).contains(share)) {
            return Err(Error::new("a search needs a population, and shares from 0 to 1"));
        }
        Ok(())
    }

    /// So many networks that `draw` gives, each within the limit.
    fn within(
        &self,
        space: &Space,
        limit: f64,
        judge: &mut dyn Evaluate,
        count: usize,
        draw: &mut dyn FnMut(&mut Random) -> Choice,
        random: &mut Random,
    ) -> Result<Vec<(Choice, f64)>> {
        let mut found = Vec::new();
        let (mut least, mut tries) = (f64::INFINITY, 0);
        while found.len() < count {
            let wanted = count - found.len();
            let drawn: Vec<Choice> = (0..wanted)
                .map(|_| {
                    let choice = if tries < CHILDREN * count { draw(random) } else { space.draw(random) };
                    choice.canonical(space)
                })
                .collect();
            tries += wanted;
            for (choice, cost) in
                judge.costs(&drawn)?.into_iter().zip(drawn).map(|(cost, choice)| (choice, cost))
            {
                least = least.min(cost);
                if cost <= limit {
                    found.push((choice, cost));
                }
            }
            if tries > TRIES.max(2 * CHILDREN * count) && found.is_empty() {
                let smallest = judge.costs(&[space.smallest()])?[0];
                if smallest <= limit {
                    found.push((space.smallest().canonical(space), smallest));
                    continue;
                }
                return Err(Error::new(format!(
                    "no network of the space {:?} is within the limit of {limit}: the smallest costs {:.4}",
                    space.name,
                    smallest.min(least)
                )));
            }
        }
        Ok(found)
    }
}

/// The first of those that are equal.
fn distinct(all: Vec<Candidate>) -> Vec<Candidate> {
    let mut kept: Vec<Candidate> = Vec::with_capacity(all.len());
    for candidate in all {
        if kept.iter().all(|other| other.choice != candidate.choice) {
            kept.push(candidate);
        }
    }
    kept
}

fn judged(judge: &mut dyn Evaluate, drawn: Vec<(Choice, f64)>) -> Result<Vec<Candidate>> {
    let choices: Vec<Choice> = drawn.iter().map(|(choice, _)| choice.clone()).collect();
    let scores = judge.scores(&choices)?;
    let candidates = drawn.into_iter().zip(scores);
    Ok(candidates.map(|((choice, cost), score)| Candidate { choice, cost, score }).collect())
}
