use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use featherlite_data::{Dataset, Part};
use featherlite_report::{Axis, Column, Page, Plot, Point, Series};
use featherlite_train::compound::{Found, Grid, candidate, name};
use featherlite_train::{Recipe, Trainer, write_file};

use super::run::Run;
use crate::terminal::{note, result};

/// What came of a candidate, in its folder.
const FOUND: &str = "found.json";

/// Searches how depth, width and resolution should grow together, and scales a family by what is best
#[derive(Args)]
#[command(
    after_help = "The recipe says what is scaled and how candidates are trained (give it few epochs). Every candidate is a run in a folder of its own
within --output; with --resume, what is done is not done again. Several machines share the work with --shard; copy their folders
together, and the same command with --resume makes the table of all.

Examples:
  featherlite compound base.toml photos/ -o runs/compound
  featherlite compound base.toml photos/ -o runs/compound --shard 2/4
  featherlite compound base.toml photos/ -o runs/compound --resume --family 3    # base-1.json … base-3.json by the best"
)]
pub(crate) struct CompoundSearch {
    #[command(flatten)]
    run: Run,
    /// The distance of neighbours on the grid of factors
    #[arg(long, value_name = "X", default_value = "0.1")]
    step: f64,
    /// How far α·β²·γ² may be from 2
    #[arg(long, value_name = "X", default_value = "0.1")]
    tolerance: f64,
    /// The exponent by which candidates are scaled
    #[arg(long, value_name = "X", default_value = "1")]
    phi: f64,
    /// Train only the I-th of N parts of the candidates
    #[arg(long, value_name = "I/N", value_parser = shard)]
    shard: Option<(usize, usize)>,
    /// Write architectures for exponents from 1 to N, scaled by the best factors
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    family: usize,
}

/// Reads `1/4`.
pub(crate) fn shard(text: &str) -> Result<(usize, usize), String> {
    let parts =
        text.split_once('/').and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
    match parts {
        Some((index, count)) if (1..=count).contains(&index) => Ok((index, count)),
        _ => Err("a part is such as 1/4".to_owned()),
    }
}

impl CompoundSearch {
    pub(crate) fn run(self) -> Result<bool> {
        let (recipe, dataset) = self.run.open()?;
        ensure!(
            dataset.part(Part::Validation).is_some(),
            "candidates are compared on the validation part: give the recipe a holdout"
        );
        let grid = Grid { step: self.step, tolerance: self.tolerance, ..Grid::default() };
        let candidates = grid.candidates()?;
        let (index, count) = self.shard.unwrap_or((1, 1));
        for (place, compound) in candidates.iter().enumerate() {
            let folder = self.run.output.join(name(compound));
            if place % count != index - 1 || (self.run.resume && folder.join(FOUND).exists()) {
                continue;
            }
            note(format!("{} ({} of {})", name(compound), place + 1, candidates.len()));
            let (recipe, arch) =
                candidate(&recipe, self.run.folder(), dataset.classes.len(), (self.phi, *compound))?;
            let network = arch.network()?;
            let mut trainer = self.run.trainer(&folder, &dataset, |settings| {
                Ok(Trainer::new(recipe, arch, &dataset, None, settings)?)
            })?;
            if !self.run.complete(&mut trainer, &folder, &dataset)? {
                return Ok(false);
            }
            if !self.run.processes.leads() {
                continue;
            }
            let score = trainer.evaluate(&dataset, Part::Validation)?.score;
            let found = Found {
                alpha: compound.alpha,
                beta: compound.beta,
                gamma: compound.gamma,
                parameters: network.parameters(),
                macs: network.macs(),
                accuracy: score.top_1,
            };
            write_file(&folder.join(FOUND), &serde_json::to_vec_pretty(&found)?)?;
        }
        if self.run.processes.leads() {
            self.report(&recipe, &dataset, candidates.len())?;
        }
        Ok(true)
    }

    /// The table and the plot of all candidates that are done, and the family.
    fn report(&self, recipe: &Recipe, dataset: &Dataset, candidates: usize) -> Result<()> {
        let mut all = found(&self.run.output)?;
        all.sort_by(|a, b| b.accuracy.total_cmp(&a.accuracy));
        let Some(best) = all.first() else { bail!("no candidate is done") };
        let mut csv = String::from("alpha,beta,gamma,parameters,macs,accuracy\n");
        for Found { alpha, beta, gamma, parameters, macs, accuracy } in &all {
            csv += &format!("{alpha},{beta},{gamma},{parameters},{macs},{accuracy}\n");
            result(format!(
                "α {alpha:<5} β {beta:<5} γ {gamma:<5} {:7.2} M MACs  {parameters:>9} parameters  {:.2} %",
                *macs as f64 / 1e6,
                100.0 * accuracy
            ));
        }
        note(format!(
            "{} of {candidates} candidates are done; the best: {}",
            all.len(),
            name(&best.compound())
        ));
        write_file(&self.run.output.join("compound.csv"), csv.as_bytes())?;
        write_file(&self.run.output.join("compound.html"), page(&all).as_bytes())?;
        for phi in 1..=self.family {
            let (_, arch) =
                candidate(recipe, self.run.folder(), dataset.classes.len(), (phi as f64, best.compound()))?;
            let arch_name = format!("{}-{phi}", arch.name);
            let path = self.run.output.join(format!("{arch_name}.json"));
            write_file(&path, arch.with_name(arch_name).to_json().as_bytes())?;
            note(format!("wrote {}", path.display()));
        }
        Ok(())
    }
}

/// What the folders of candidates say.
fn found(folder: &Path) -> Result<Vec<Found>> {
    let named = || folder.display().to_string();
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).with_context(named)? {
        paths.push(entry.with_context(named)?.path().join(FOUND));
    }
    paths.retain(|path| path.is_file());
    paths.sort();
    let read = |path: &PathBuf| {
        let named = || path.display().to_string();
        serde_json::from_str(&fs::read_to_string(path).with_context(named)?).with_context(named)
    };
    paths.iter().map(read).collect()
}

fn page(all: &[Found]) -> String {
    let mut page = Page::new("Compound scaling");
    let dot = |found: &Found| Point {
        x: found.macs as f64 / 1e6,
        y: 100.0 * found.accuracy,
        area: 30.0,
        name: name(&found.compound()),
    };
    let plot = Plot::new(Axis::linear("million MACs"), Axis::linear("%"))
        .with(Series::dots("", all.iter().map(dot).collect()));
    page.figure(&plot.svg());
    let columns = ["alpha", "beta", "gamma", "MACs", "parameters", "accuracy"].map(Column::Number);
    let row = |found: &Found| {
        [
            found.alpha.to_string(),
            found.beta.to_string(),
            found.gamma.to_string(),
            found.macs.to_string(),
            found.parameters.to_string(),
            format!("{:.2} %", 100.0 * found.accuracy),
        ]
    };
    page.table(&columns, all.iter().enumerate().map(|(place, found)| (place == 0, row(found))));
    page.finish()
}
