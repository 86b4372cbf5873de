use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use featherlite_ofa::{BlockChoice, Candidate, Choice, Costs, Evaluate, Evolution, Found, Space, Table};
use featherlite_report::{Axis, Column, Page, Plot, Point, Series};
use featherlite_train::{Predictor, processor, write_file};

use crate::terminal::{note, result};

/// Seeks the most accurate networks of a space within limits, by evolution
#[derive(Args)]
#[command(
    after_help = "For each limit the network that is found is written as OUTPUT/LIMIT.json: an architecture that all commands take, and its choice.

Examples:
  featherlite ofa search runs/ofa/accuracy.safetensors --front 10 -o runs/ofa/found
  featherlite ofa search runs/ofa/accuracy.safetensors --by macs --limit 8e6,12e6,16e6 -o runs/ofa/found
  featherlite ofa search runs/ofa/accuracy.safetensors --by latency --table phone.json --limit 900 -o runs/ofa/found"
)]
pub(crate) struct Search {
    /// The predictor of accuracies
    predictor: PathBuf,
    /// What is limited
    #[arg(long, value_enum, default_value = "macs")]
    by: By,
    /// The most of it, one or several: multiply-adds, parameters, bytes, microseconds
    #[arg(long, value_name = "X[,X]", value_delimiter = ',', required_unless_present = "front")]
    limit: Vec<f64>,
    /// So many limits, from what the smallest network costs to what the largest does: a whole front
    #[arg(long, value_name = "N", conflicts_with = "limit", value_parser = clap::value_parser!(u64).range(2..))]
    front: Option<u64>,
    /// Measured times of layers, for --by latency
    #[arg(long, value_name = "FILE")]
    table: Option<PathBuf>,
    /// The folder for what is found
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    /// Networks of a generation
    #[arg(long, value_name = "N", default_value = "100")]
    population: usize,
    /// Generations
    #[arg(long, value_name = "N", default_value = "500")]
    generations: usize,
    /// The probability that a mutant has a block of its own
    #[arg(long, value_name = "X", default_value = "0.1")]
    mutation: f32,
    /// The share of the best that have children
    #[arg(long, value_name = "X", default_value = "0.25")]
    parents: f64,
    /// All draws follow from it
    #[arg(long, value_name = "N", default_value = "0")]
    seed: u64,
    /// Also write so many of the best of the last generation, as OUTPUT/LIMIT.top.jsonl
    #[arg(long, value_name = "N", default_value = "1", hide_default_value = true)]
    top: usize,
    /// Also draw so many networks within the limit, to compare; as many of the best as --top says go to OUTPUT/LIMIT.random.jsonl
    #[arg(long, value_name = "N")]
    random: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// Multiply-adds
    Macs,
    /// Parameters: bytes of weights in int8
    Parameters,
    /// Bytes of activations at once in int8
    Memory,
    /// Microseconds by a table, or what else it holds, as energy
    Latency,
}

/// Predicted accuracies, and costs.
struct Judge<'a> {
    predictor: &'a Predictor,
    costs: &'a Costs,
}

impl Evaluate for Judge<'_> {
    fn costs(&mut self, choices: &[Choice]) -> featherlite_ofa::Result<Vec<f64>> {
        choices.iter().map(|choice| self.costs.of(choice)).collect()
    }

    fn scores(&mut self, choices: &[Choice]) -> featherlite_ofa::Result<Vec<f64>> {
        self.predictor.predict(choices).map_err(|error| featherlite_ofa::Error::new(error.to_string()))
    }
}

impl Search {
    pub(crate) fn run(self) -> Result<bool> {
        let predictor = Predictor::read(&self.predictor, &processor())?;
        let space = predictor.known();
        let costs = match (self.by, &self.table) {
            (By::Macs, _) => Costs::macs(&space)?,
            (By::Parameters, _) => Costs::parameters(&space)?,
            (By::Memory, _) => Costs::memory(&space, 1)?,
            (By::Latency, Some(path)) => Costs::latency(&space, &table(path)?)?,
            (By::Latency, None) => bail!("--by latency needs --table: times of layers on the device"),
        };
        let evolution = Evolution {
            population: self.population,
            generations: self.generations,
            mutation: self.mutation,
            parents: self.parents,
            seed: self.seed,
            ..Evolution::default()
        };
        std::fs::create_dir_all(&self.output).with_context(|| self.output.display().to_string())?;
        let mut all = Vec::new();
        for limit in self.limits(&space, &costs)? {
            let started = Instant::now();
            let mut judge = Judge { predictor: &predictor, costs: &costs };
            let found = evolution.search(&space, limit, &mut judge, &mut |_| {})?;
            let Candidate { choice, cost, score } = &found.best;
            result(format!(
                "at most {limit:.4e}: {cost:.4e}, predicted {:.2} %  {}  ({:.1} s)",
                100.0 * score,
                choice.short(&space),
                started.elapsed().as_secs_f64()
            ));
            self.write(&space, limit, &found)?;
            if self.top > 1 {
                write_list(&self.output.join(format!("{limit}.top.jsonl")), &found.last, self.top)?;
            }
            if let Some(count) = self.random {
                let drawn = evolution.random(&space, limit, &mut judge, count)?;
                if let Some(best) = drawn.first() {
                    result(format!(
                        "  the best of {count} random ones: predicted {:.2} %",
                        100.0 * best.score
                    ));
                }
                write_list(&self.output.join(format!("{limit}.random.jsonl")), &drawn, self.top)?;
            }
            all.push((limit, found));
        }
        let path = self.output.join("search.html");
        write_file(&path, page(&space, &all).as_bytes())?;
        note(format!("wrote {}", path.display()));
        Ok(true)
    }

    /// The limits that are given, or those of a front: each larger than the one before by the same factor, rounded up to three digits.
    fn limits(&self, space: &Space, costs: &Costs) -> Result<Vec<f64>> {
        let Some(count) = self.front else { return Ok(self.limit.clone()) };
        let (least, most) = (costs.of(&space.smallest())?, costs.of(&space.largest())?);
        let limit = |place: u64| least * (most / least).powf(place as f64 / (count - 1) as f64);
        Ok((0..count).map(|place| rounded_up(limit(place))).collect())
    }

    fn write(&self, space: &Space, limit: f64, found: &Found) -> Result<()> {
        let arch = space.arch(&found.best.choice)?;
        write_file(&self.output.join(format!("{limit}.json")), arch.to_json().as_bytes())?;
        let choice = serde_json::to_vec_pretty(&found.best)?;
        write_file(&self.output.join(format!("{limit}.choice.json")), &choice)?;
        Ok(())
    }
}

/// The first networks of a list, each a line.
fn write_list(path: &Path, networks: &[Candidate], count: usize) -> Result<()> {
    let mut text = String::new();
    for network in networks.iter().take(count) {
        text += &serde_json::to_string(network)?;
        text.push('\n');
    }
    write_file(path, text.as_bytes())?;
    Ok(())
}

pub(super) fn table(path: &Path) -> Result<Table> {
    let named = || path.display().to_string();
    Table::from_json(&std::fs::read_to_string(path).with_context(named)?).with_context(named)
}

/// The next number of three digits.
fn rounded_up(value: f64) -> f64 {
    let unit = 10f64.powf(value.log10().floor() - 2.0);
    // A little less, so that what has three digits stays.
    let rounded = (value / unit - 1e-6).ceil() * unit;
    // As decimal digits say it, whatever the unit was.
    format!("{rounded:.3e}").parse().unwrap_or(rounded)
}

/// The front, how it was found, and what the networks are.
fn page(space: &Space, all: &[(f64, Found)]) -> String {
    let mut page = Page::new(&format!("Networks of {}", space.name));
    let dot = |(limit, found): &(f64, Found)| Point {
        x: found.best.cost,
        y: 100.0 * found.best.score,
        area: 30.0,
        name: format!("at most {limit}"),
    };
    let front = Plot::new(Axis::linear("cost"), Axis::linear("predicted, %"))
        .with(Series::dots("", all.iter().map(dot).collect()));
    page.half("What was found", &front.svg());
    let mut history = Plot::new(Axis::linear("generation"), Axis::linear("best, %"));
    for (limit, found) in all {
        let points =
            found.history.iter().enumerate().map(|(generation, score)| (generation as f64, 100.0 * score));
        history = history.with(Series::line(&limit.to_string(), points));
    }
    page.half("How", &history.svg());
    for (limit, Found { best, .. }) in all {
        page.heading(&format!("At most {limit}"));
        page.paragraph(&format!("{} pixels a side; costs {:.4e}", best.choice.resolution, best.cost));
        let columns = [Column::Text("stage"), Column::Text("blocks: kernel, expansion")];
        let rows = best.choice.stages(space).map(|(stage, blocks)| {
            let block = |BlockChoice { kernel, expand }: &BlockChoice| format!("{kernel}×{kernel}, {expand}");
            let blocks: Vec<String> = blocks.iter().map(block).collect();
            (false, [(stage + 1).to_string(), blocks.join("; ")])
        });
        page.table(&columns, rows);
    }
    page.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_have_three_digits() {
        assert_eq!([1234.5, 100.0, 0.012345, 9.999e6].map(rounded_up), [1240.0, 100.0, 0.0124, 1e7]);
    }
}
