//! `featherlite ofa latency`: how long the layers of a space take on a device.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Parser, ValueEnum};
use featherlite::ofa::measure::{Scheme, Stopwatch};
use featherlite::ofa::{Agreement, Choice, Space, Table};
use featherlite_data::Random;
use featherlite_report::{Axis, Page, Plot, Point, Series};

use super::place::Place;
use super::remote::Remote;
use crate::exit::{after, usage};
use crate::files;
use crate::session::threads;
use crate::terminal::Terminal;

const EXAMPLES: &str = "\
The layers are measured inside of networks of the space, with what runs before and after them, in turns with a network that stays
the same: times are of a machine as quick as when the table was begun, even where it is quicker now and slower then. A table that
is there already is completed. The time of a network is then the sum of its layers: `featherlite ofa search --by latency --table
FOLDER/NAME-int8.json`.

Examples:
  featherlite ofa latency runs/ofa --target laptop -o tables/
  featherlite ofa latency ofa-mbv3 --target laptop --resolutions 160,192,224 --schemes int8 -o tables/
  featherlite ofa latency runs/ofa --target laptop -o tables/ --verify 50          are sums what networks take?
  featherlite ofa latency runs/ofa --target pi --remote 'ssh pi' --program target/aarch64-unknown-linux-musl/release/featherlite
  featherlite ofa latency runs/ofa --target pixel --remote 'adb shell' --program featherlite-android";

/// Measure how long the layers of a space of networks take, here or on another device
#[derive(Parser)]
#[command(after_help = after(EXAMPLES), max_term_width = 110)]
pub(super) struct Latency {
    /// A space of `featherlite ofa spaces`, one as JSON, or the folder of a supernet
    space: String,
    /// What the device is called: tables are NAME-float.json and NAME-int8.json
    #[arg(long, value_name = "NAME", default_value = "local")]
    target: String,
    /// The folder for tables
    #[arg(long, short, value_name = "FOLDER", default_value = ".")]
    output: PathBuf,
    /// What networks compute with
    #[arg(long, value_name = "SCHEME,…", value_enum, value_delimiter = ',', default_value = "float,int8")]
    schemes: Vec<Numbers>,
    /// Rows and columns of images, from those of the space [default: all]
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    resolutions: Vec<usize>,
    /// Threads of a run
    #[arg(long, value_name = "N", default_value = "1", value_parser = threads)]
    threads: usize,
    /// How often each network takes its turn
    #[arg(long, value_name = "N", default_value_t = Stopwatch::default().rounds)]
    rounds: usize,
    /// How long a turn lasts
    #[arg(long, value_name = "MS", default_value_t = Stopwatch::default().turn.as_millis() as u64)]
    turn: u64,
    /// Also measure so many random networks, and compare with what the table predicts
    #[arg(long, value_name = "N", default_value_t = 0)]
    verify: usize,
    /// Which networks these are
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Measure these networks and compare: one on each line, as `ofa search --top` writes them
    #[arg(long, value_name = "FILE", conflicts_with = "verify")]
    networks: Option<PathBuf>,
    /// What runs a command on the device: 'ssh host' or 'adb shell'
    #[arg(long, value_name = "COMMAND")]
    remote: Option<String>,
    /// This program, built for the device, as one file without libraries [default: this one]
    #[arg(long, value_name = "FILE", requires = "remote")]
    program: Option<PathBuf>,
    /// Print what one measurement gives; for use by --remote
    #[arg(long, value_enum, hide = true)]
    only: Option<Only>,
}

/// The schemes, as options have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Numbers {
    Float,
    Int8,
}

/// What a remote program is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Only {
    Layers,
    Networks,
}

impl Latency {
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let space = Space::open(&self.space)?;
        let resolutions = self.resolutions(&space)?;
        let mut place = match &self.remote {
            None => Place::here(space.clone(), self.stopwatch()),
            Some(shell) => Place::There(Remote::open(shell, self.program.as_deref(), &space)?),
        };
        let schemes = self.schemes.iter().map(|numbers| match numbers {
            Numbers::Float => Scheme::Float,
            Numbers::Int8 => Scheme::Int8,
        });
        if let Some(only) = self.only {
            return self.print(only, schemes.collect(), &mut place, &space, terminal);
        }
        let choices = self.choices(&space, &resolutions)?;
        files::make_folder(&self.output)?;
        for scheme in schemes {
            let table = self.complete(scheme, &space, &resolutions, &mut place, terminal)?;
            if !choices.is_empty() {
                self.compare(&table, &space, &choices, &mut place, terminal)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn resolutions(&self, space: &Space) -> Result<Vec<usize>> {
        if let Some(unknown) = self.resolutions.iter().find(|wanted| !space.resolutions.contains(wanted)) {
            let known = &space.resolutions;
            return Err(usage(format!(
                "{} has no images of {unknown} pixels a side; there are {known:?}",
                space.name
            )));
        }
        let all = self.resolutions.is_empty();
        Ok(space
            .resolutions
            .iter()
            .copied()
            .filter(|known| all || self.resolutions.contains(known))
            .collect())
    }

    fn stopwatch(&self) -> Stopwatch {
        Stopwatch { rounds: self.rounds, turn: Duration::from_millis(self.turn), threads: self.threads }
    }

    /// The options that a remote program needs.
    fn options(&self, scheme: Scheme) -> String {
        format!(
            "--schemes {} --threads {} --rounds {} --turn {}",
            scheme.name(),
            self.threads,
            self.rounds,
            self.turn
        )
    }

    /// Prints the result of one measurement as JSON.
    fn print(
        &self,
        only: Only,
        schemes: Vec<Scheme>,
        place: &mut Place,
        space: &Space,
        terminal: &mut Terminal,
    ) -> Result<ExitCode> {
        let (&[scheme], resolutions) = (&schemes[..], self.resolutions(space)?) else {
            return Err(usage("--only takes one scheme"));
        };
        let value = match (only, &resolutions[..]) {
            (Only::Layers, &[resolution]) => {
                serde_json::to_value(place.layers(scheme, resolution, "", &mut || ())?)?
            }
            (Only::Layers, _) => return Err(usage("--only layers takes one resolution")),
            (Only::Networks, _) => {
                let choices = self.choices(space, &resolutions)?;
                serde_json::to_value(place.networks(scheme, &choices, "", &mut || ())?)?
            }
        };
        terminal.json(&value)?;
        Ok(ExitCode::SUCCESS)
    }

    /// Measures what a table does not have yet.
    fn complete(
        &self,
        scheme: Scheme,
        space: &Space,
        resolutions: &[usize],
        place: &mut Place,
        terminal: &mut Terminal,
    ) -> Result<Table> {
        let path = self.path(scheme, "json");
        let mut table = Table::new(&self.target, space, scheme, self.threads);
        if path.exists() {
            let named = || path.display().to_string();
            let found =
                Table::from_json(&std::fs::read_to_string(&path).with_context(named)?).with_context(named)?;
            let of = |table: &Table| (table.device.clone(), table.space.clone(), table.scheme, table.threads);
            if of(&found) != of(&table) {
                bail!(
                    "{}: a table of {:?} for {} with {} threads; give this one another --target or --output",
                    path.display(),
                    found.device,
                    found.space,
                    found.threads
                );
            }
            table = found;
        }
        let mut missing = Vec::new();
        for &resolution in resolutions {
            if !table.covers(space, resolution)? {
                missing.push(resolution);
            }
        }
        let bar = terminal.silent_progress(missing.len() * place.turns_of_layers(space, self.rounds));
        for resolution in missing {
            bar.set_message(format!("{} {resolution}", scheme.name()));
            let options = format!("{} --resolutions {resolution}", self.options(scheme));
            table.add(place.layers(scheme, resolution, &options, &mut || bar.inc(1))?);
            files::write(&path, |file| file.write_all(table.to_json().as_bytes()))?;
        }
        bar.finish_and_clear();
        writeln!(terminal, "{}: {} layers of {}", path.display(), table.layers.len(), space.name)?;
        Ok(table)
    }

    fn path(&self, scheme: Scheme, extension: &str) -> PathBuf {
        self.output.join(format!("{}-{}.{extension}", self.target, scheme.name()))
    }

    /// The networks that are measured as such: those of a file, or random ones of any of these resolutions.
    fn choices(&self, space: &Space, resolutions: &[usize]) -> Result<Vec<Choice>> {
        if let Some(path) = &self.networks {
            let named = || path.display().to_string();
            let text = std::fs::read_to_string(path).with_context(named)?;
            return Choice::list(&text, space).with_context(named);
        }
        let of = |number: u64| {
            let mut random = Random::of(&[self.seed, number]);
            let resolution = resolutions[random.below(resolutions.len())];
            space.draw_at(resolution, &mut random)
        };
        Ok((0..self.verify as u64).map(of).collect())
    }

    /// Measures whole networks.
    fn compare(
        &self,
        table: &Table,
        space: &Space,
        choices: &[Choice],
        place: &mut Place,
        terminal: &mut Terminal,
    ) -> Result<()> {
        let bar = terminal.silent_progress(place.turns_of_networks(choices.len(), self.rounds));
        let options = self.options(table.scheme);
        let measured = place.networks(table.scheme, choices, &options, &mut || bar.inc(1))?;
        bar.finish_and_clear();
        let slower = table.slower(measured.yardstick);
        let mut pairs = Vec::new();
        for (choice, measured) in choices.iter().zip(measured.times) {
            pairs.push((table.predict(&space.arch(choice)?)?, measured / slower));
        }
        let agreement = Agreement::of(&pairs);
        writeln!(
            terminal,
            "{}, {}: {} networks; predictions are off by {:.1} % on average, rank correlation {:.3} (Kendall's τ {:.3})",
            self.target,
            table.scheme.name(),
            agreement.pairs,
            100.0 * agreement.relative,
            agreement.rho,
            agreement.tau
        )?;
        if let Some(changed) = table.changed(measured.yardstick) {
            writeln!(terminal, "{changed}")?;
        }
        let names: Vec<String> = choices.iter().map(|choice| choice.short(space)).collect();
        let path = self.path(table.scheme, "html");
        files::write(&path, |file| file.write_all(page(table, &names, &pairs, &agreement).as_bytes()))?;
        let path = self.path(table.scheme, "csv");
        files::write(&path, |file| {
            writeln!(file, "network,predicted_us,measured_us")?;
            let mut lines = names.iter().zip(&pairs);
            lines.try_for_each(|(name, (predicted, measured))| {
                writeln!(file, "{name},{predicted:.3},{measured:.3}")
            })
        })
    }
}

/// What was predicted against what was measured.
fn page(table: &Table, names: &[String], pairs: &[(f64, f64)], agreement: &Agreement) -> String {
    let mut page = Page::new(&format!("{} on {}, {}", table.space, table.device, table.scheme.name()));
    page.paragraph(&format!(
        "{} networks with {} threads. Predictions are off by {:.1} % on average; rank correlation {:.3}, Kendall's τ {:.3}.",
        agreement.pairs,
        table.threads,
        100.0 * agreement.relative,
        agreement.rho,
        agreement.tau
    ));
    let dots = names.iter().zip(pairs).map(|(name, &(predicted, measured))| Point {
        x: predicted,
        y: measured,
        area: 20.0,
        name: name.clone(),
    });
    let most = pairs.iter().fold(0.0, |most: f64, pair| most.max(pair.0).max(pair.1));
    let plot = Plot::new(Axis::linear("predicted, µs"), Axis::linear("measured, µs"))
        .with(Series::dots("", dots.collect()))
        .with(Series::line("equal", [(0.0, 0.0), (most, most)]));
    page.half("Sums of layers and whole networks", &plot.svg());
    page.finish()
}
