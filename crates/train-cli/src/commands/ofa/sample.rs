use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use featherlite_data::Random;
use featherlite_ofa::Choice;
use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};

use super::super::compound::shard;
use super::opened::{Opened, Source};
use crate::interrupt;
use crate::terminal::note;

/// Looks at random networks of a trained supernet, for what predicts their accuracy
#[derive(Args)]
#[command(
    after_help = "Every network is a line of JSON: its number, what was chosen, the share of images that it names rightly. What the file has
already is not looked at again, so that the same command goes on with it. Several machines share the work with --shard; put their files
behind each other.

Examples:
  featherlite ofa sample runs/ofa photos/ -n 500
  featherlite ofa sample runs/ofa photos/ -n 500 --shard 2/4 -o part-2.jsonl
  featherlite ofa sample runs/ofa photos/ --networks runs/ofa/found/300.top.jsonl -o top.jsonl"
)]
pub(crate) struct Sample {
    #[command(flatten)]
    source: Source,
    /// Networks of all parts together
    #[arg(long, short = 'n', value_name = "N", default_value = "500")]
    count: u64,
    /// Look only at the I-th of N parts
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<(usize, usize)>,
    /// All draws follow from it
    #[arg(long, value_name = "N", default_value = "0")]
    seed: u64,
    /// Look at these instead of random ones: a network on each line, as `ofa search --top` writes them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["count", "seed"], requires = "output")]
    networks: Option<PathBuf>,
    /// Also look at each network with the statistics of the largest one, to see what statistics of its own are worth
    #[arg(long)]
    uncalibrated: bool,
    /// Where lines go [default: samples.jsonl in the folder of the run]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A network that was looked at.
#[derive(Serialize, Deserialize)]
pub(super) struct Sampled {
    /// Its number among those of the seed.
    number: u64,
    pub(super) choice: Choice,
    /// Share of images whose first class is right.
    pub(super) accuracy: f64,
    /// The same with the statistics of the largest network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uncalibrated: Option<f64>,
}

impl Sample {
    pub(crate) fn run(self) -> Result<bool> {
        let Opened { supernet, dataset, part, .. } = self.source.open()?;
        let space = supernet.space();
        let listed = match &self.networks {
            Some(path) => Some(
                Choice::list(&fs::read_to_string(path).with_context(|| named(path))?, space)
                    .with_context(|| named(path))?,
            ),
            None => None,
        };
        let draw = |number: u64| match &listed {
            Some(networks) => networks[number as usize].clone(),
            None => space.draw(&mut Random::of(&[self.seed, number])),
        };
        let path = self.output.clone().unwrap_or_else(|| self.source.supernet.join("samples.jsonl"));
        let done = done(&path)?;
        let (index, count) = self.shard.unwrap_or((1, 1));
        let wanted: Vec<u64> = (0..listed.as_ref().map_or(self.count, |networks| networks.len() as u64))
            .filter(|number| *number % count as u64 == index as u64 - 1 && !done.contains(number))
            .collect();
        let mut file =
            OpenOptions::new().create(true).append(true).open(&path).with_context(|| named(&path))?;
        let bar = ProgressBar::new(wanted.len() as u64);
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} networks  {msg}  {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let largest = match self.uncalibrated && !wanted.is_empty() {
            true => Some(supernet.statistics(&space.largest())?),
            false => None,
        };
        for number in wanted {
            if interrupt::is_asked() {
                note("interrupted; the same command goes on");
                return Ok(false);
            }
            let choice = draw(number);
            let accuracy = supernet.evaluate(&choice, &dataset, part)?.top_1;
            let uncalibrated = match &largest {
                Some(statistics) => Some(supernet.evaluate_with(&choice, statistics, &dataset, part)?.top_1),
                None => None,
            };
            let line = serde_json::to_string(&Sampled { number, choice, accuracy, uncalibrated })? + "\n";
            file.write_all(line.as_bytes()).and_then(|()| file.flush()).with_context(|| named(&path))?;
            bar.set_message(format!("{:.2} %", 100.0 * accuracy));
            bar.inc(1);
        }
        bar.finish_and_clear();
        note(format!("{} holds {} networks", path.display(), self::done(&path)?.len()));
        Ok(true)
    }
}

/// The numbers of networks that a file has already. A last line that was cut off does not count, and is taken away.
fn done(path: &Path) -> Result<BTreeSet<u64>> {
    let Ok(text) = fs::read_to_string(path) else { return Ok(BTreeSet::new()) };
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    if whole < text.len() {
        let file = OpenOptions::new().write(true).open(path).with_context(|| named(path))?;
        file.set_len(whole as u64).with_context(|| named(path))?;
    }
    Ok(read(&text[..whole], path)?.into_iter().map(|sampled| sampled.number).collect())
}

/// The networks of a file.
pub(super) fn samples(path: &Path) -> Result<Vec<Sampled>> {
    read(&fs::read_to_string(path).with_context(|| named(path))?, path)
}

fn read(text: &str, path: &Path) -> Result<Vec<Sampled>> {
    let lines = text.lines().enumerate().map(|(place, line)| {
        serde_json::from_str(line).with_context(|| format!("{}, line {}", named(path), place + 1))
    });
    lines.collect()
}

fn named(path: &Path) -> String {
    path.display().to_string()
}
