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

/// Networks of the space that are drawn, at least, before a limit counts as one that hardly any keeps.
const TRIES: usize = 10_000;

/// Networks that are drawn for each that is wanted.
const DRAWS: usize = 20;

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
        let random = Random::of(&[self.seed, 0x6f66_6131]);
        let mut limited = Limited { space, limit, judge, random };
        let first = limited.random(self.population)?;
        let mut all = judged(limited.judge, first)?;
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
            let mut children = limited.children(mutants, &mut mutant)?;
            let mut between = |random: &mut Random| {
                let [a, b] = [0, 1].map(|_| &parents[random.below(parents.len())].choice);
                space.cross(a, b, random)
            };
            children.extend(limited.children(self.population.saturating_sub(mutants), &mut between)?);
            all.extend(judged(limited.judge, children)?);
        }
        let last = distinct(all);
        Ok(Found { best: last[0].clone(), last, history })
    }

    /// So many random networks that cost at most `limit`, the best first, or those that were found: what evolution has to beat.
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
        let random = Random::of(&[self.seed, 0x7261_6e64]);
        let mut limited = Limited { space, limit, judge, random };
        let drawn = limited.random(count)?;
        let mut all = judged(limited.judge, drawn)?;
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
}

/// Networks of a space that cost at most so much.
struct Limited<'a> {
    space: &'a Space,
    limit: f64,
    judge: &'a mut dyn Evaluate,
    random: Random,
}

/// What networks cost.
type Priced = Vec<(Choice, f64)>;

impl Limited<'_> {
    /// At most so many random networks. Where hardly any keep the limit the smallest is among them.
    fn random(&mut self, count: usize) -> Result<Priced> {
        let space = self.space;
        let (mut found, least) =
            self.draw(count, TRIES.max(DRAWS * count), &mut |random| space.draw(random))?;
        if found.len() < count {
            let smallest = space.smallest().canonical(space);
            let cost = self.judge.costs(std::slice::from_ref(&smallest))?[0];
            if cost <= self.limit {
                found.push((smallest, cost));
            } else if found.is_empty() {
                return Err(Error::new(format!(
                    "no network of the space {:?} is within the limit of {}: the smallest costs {:.4}",
                    space.name,
                    self.limit,
                    cost.min(least)
                )));
            }
        }
        Ok(found)
    }

    /// At most so many networks of those that `draw` gives. Where they hardly keep the limit there are fewer, or none: their parents do.
    fn children(&mut self, count: usize, draw: &mut dyn FnMut(&mut Random) -> Choice) -> Result<Priced> {
        Ok(self.draw(count, DRAWS * count, draw)?.0)
    }

    /// At most so many networks of those that `draw` gives, and what the cheapest of them all costs.
    fn draw(
        &mut self,
        count: usize,
        tries: usize,
        draw: &mut dyn FnMut(&mut Random) -> Choice,
    ) -> Result<(Priced, f64)> {
        let (mut found, mut least, mut tried) = (Vec::new(), f64::INFINITY, 0);
        while found.len() < count && tried < tries {
            let wanted = count - found.len();
            let drawn: Vec<Choice> =
                (0..wanted).map(|_| draw(&mut self.random).canonical(self.space)).collect();
            tried += wanted;
            for (cost, choice) in self.judge.costs(&drawn)?.into_iter().zip(drawn) {
                least = least.min(cost);
                if cost <= self.limit {
                    found.push((choice, cost));
                }
            }
        }
        Ok((found, least))
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
