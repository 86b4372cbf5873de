//! Times of single operators.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use clap::builder::BoolishValueParser;
use clap::{Args, ValueEnum};
use featherlite::Model;

use crate::files;
use crate::terminal::Terminal;

use super::Loaded;
use super::measure::Limits;

/// Where the profile goes.
#[derive(Args, Clone, Debug)]
#[command(rename_all = "snake_case", next_help_heading = "Profile of operators")]
pub(super) struct ProfileOptions {
    /// Run again after the measurement and print the time of each operator
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    #[arg(default_value = "false", value_parser = BoolishValueParser::new(), hide_possible_values = true)]
    pub(super) enable_op_profiling: bool,
    /// The form of the tables
    #[arg(long, value_name = "MODE", value_enum, default_value_t = Mode::Stdout)]
    op_profiling_output_mode: Mode,
    /// Write the tables to a file
    #[arg(long, value_name = "FILE", alias = "profiling_output_csv_file")]
    op_profiling_output_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mode {
    Stdout,
    Csv,
}

/// The times of one node.
struct Row {
    subgraph: usize,
    node: usize,
    operator: String,
    kernel: Option<&'static str>,
    first_us: f64,
    total_us: f64,
    calls: u64,
}

/// A table cell: how wide it is in the text form.
const WIDTHS: [usize; 6] = [24, 10, 10, 9, 9, 14];

impl ProfileOptions {
    /// Runs the model again with an observer, and prints what it saw.
    pub(super) fn run(&self, loaded: &mut Loaded, limits: &Limits, terminal: &mut Terminal) -> Result<()> {
        let seen = Arc::new(Mutex::new(Vec::<Row>::new()));
        let writer = Arc::clone(&seen);
        loaded.session.set_observer(Some(Box::new(move |event| {
            let mut rows = writer.lock().unwrap_or_else(PoisonError::into_inner);
            let time = event.duration.as_nanos() as f64 / 1e3;
            match rows.iter_mut().find(|row| (row.subgraph, row.node) == (event.subgraph, event.node)) {
                Some(row) => {
                    row.total_us += time;
                    row.calls += 1;
                }
                None => rows.push(Row {
                    subgraph: event.subgraph,
                    node: event.node,
                    operator: event.operator.to_owned(),
                    kernel: event.kernel,
                    first_us: time,
                    total_us: time,
                    calls: 1,
                }),
            }
        })));
        let entry = &loaded.entry;
        let session = &mut loaded.session;
        let samples = limits.measure(limits.num_runs.max(1), limits.min_secs, || entry.run(session))?;
        session.set_observer(None);
        let rows = seen.lock().unwrap_or_else(PoisonError::into_inner);
        let tables = Tables {
            rows: &rows,
            runs: samples.count() as f64,
            model: loaded.session.model(),
            csv: self.op_profiling_output_mode == Mode::Csv,
        };
        let mut text = Vec::new();
        tables.print(&samples.line(), &mut text)?;
        match &self.op_profiling_output_file {
            Some(path) => files::write(path, |file| file.write_all(&text)),
            None => Ok(terminal.write_all(&text)?),
        }
    }
}

/// The kernel and the least time in microseconds of each node that ran, by subgraph and node.
pub(super) type LeastTimes = BTreeMap<(usize, usize), (Option<&'static str>, f64)>;

/// Runs a model with an observer.
pub(super) fn least_times(loaded: &mut Loaded, limits: &Limits) -> Result<LeastTimes> {
    let seen = Arc::new(Mutex::new(LeastTimes::new()));
    let writer = Arc::clone(&seen);
    loaded.session.set_observer(Some(Box::new(move |event| {
        let time = event.duration.as_nanos() as f64 / 1e3;
        let mut seen = writer.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = seen.entry((event.subgraph, event.node)).or_insert((event.kernel, time));
        entry.1 = entry.1.min(time);
    })));
    let (entry, session) = (&loaded.entry, &mut loaded.session);
    limits.measure(1, limits.min_secs, || entry.run(session))?;
    session.set_observer(None);
    Ok(std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner)))
}

struct Tables<'r> {
    rows: &'r [Row],
    runs: f64,
    model: &'r Model,
    csv: bool,
}

impl Tables<'_> {
    fn print(&self, timings: &str, out: &mut Vec<u8>) -> Result<()> {
        let order: Vec<&Row> = self.rows.iter().collect();
        let mut slowest = order.clone();
        slowest.sort_by(|a, b| b.total_us.total_cmp(&a.total_us));
        slowest.truncate(10);
        writeln!(out, "Profiling Info for Regular Benchmark Runs:")?;
        self.nodes("Run Order", &order, out)?;
        self.nodes("Top by Computation Time", &slowest, out)?;
        writeln!(out, "Number of nodes executed: {}", order.len())?;
        self.kinds(out)?;
        writeln!(out, "\nTimings (microseconds): {timings}")?;
        writeln!(out, "{} nodes observed\n", order.len())?;
        Ok(())
    }

    fn heading(&self, title: &str, names: &[&str], out: &mut Vec<u8>) -> Result<()> {
        if self.csv {
            writeln!(out, "{title}")?;
        } else {
            writeln!(out, "{0} {title} {0}", "=".repeat(30))?;
        }
        let brackets = |name: &&str| if self.csv { (*name).to_owned() } else { format!("[{name}]") };
        self.line(&names.iter().map(brackets).collect::<Vec<_>>(), out)
    }

    fn line(&self, cells: &[String], out: &mut Vec<u8>) -> Result<()> {
        if self.csv {
            writeln!(out, "{}", cells.join(","))?;
            return Ok(());
        }
        for (cell, width) in cells.iter().zip(WIDTHS.iter().chain(std::iter::repeat(&0))) {
            write!(out, "\t{cell:>width$}")?;
        }
        Ok(writeln!(out)?)
    }

    fn total(&self) -> f64 {
        self.rows.iter().map(|row| row.total_us).sum::<f64>().max(f64::MIN_POSITIVE)
    }

    fn percent(&self, share: f64) -> String {
        let unit = if self.csv { "" } else { "%" };
        format!("{:.3}{unit}", 100.0 * share / self.total())
    }

    fn nodes(&self, title: &str, rows: &[&Row], out: &mut Vec<u8>) -> Result<()> {
        let names = ["node type", "first", "avg ms", "%", "cdf%", "times called", "name", "kernel"];
        self.heading(title, &names, out)?;
        let mut sum = 0.0;
        for row in rows {
            sum += row.total_us;
            let cells = [
                row.operator.clone(),
                format!("{:.3}", row.first_us / 1e3),
                format!("{:.3}", row.total_us / self.runs / 1e3),
                self.percent(row.total_us),
                self.percent(sum),
                format!("{}", (row.calls as f64 / self.runs).round()),
                self.name(row),
                row.kernel.unwrap_or("").to_owned(),
            ];
            self.line(&cells, out)?;
        }
        Ok(writeln!(out)?)
    }

    /// A node's outputs and its number, as benchmark_model names it.
    fn name(&self, row: &Row) -> String {
        let graph = self.model.subgraphs().nth(row.subgraph);
        let outputs = graph.map(|graph| {
            let outputs = graph.nodes().get(row.node).map_or(&[][..], |node| node.outputs());
            let names = outputs.iter().map(|&output| graph.tensors()[output].name().replace(',', ";"));
            names.collect::<Vec<_>>().join(if self.csv { ";" } else { ", " })
        });
        let place = if row.subgraph == 0 { String::new() } else { format!("{}/", row.subgraph) };
        format!("[{}]:{place}{}", outputs.unwrap_or_default(), row.node)
    }

    fn kinds(&self, out: &mut Vec<u8>) -> Result<()> {
        let mut kinds: Vec<(&str, u64, f64, u64)> = Vec::new();
        for row in self.rows {
            match kinds.iter_mut().find(|kind| kind.0 == row.operator) {
                Some(kind) => {
                    (kind.1, kind.2, kind.3) = (kind.1 + 1, kind.2 + row.total_us, kind.3 + row.calls)
                }
                None => kinds.push((&row.operator, 1, row.total_us, row.calls)),
            }
        }
        kinds.sort_by(|a, b| b.2.total_cmp(&a.2));
        let names = ["Node type", "count", "avg ms", "avg %", "cdf %", "times called"];
        self.heading("Summary by node type", &names, out)?;
        let mut sum = 0.0;
        for (operator, count, total, calls) in kinds {
            sum += total;
            let cells = [
                operator.to_owned(),
                count.to_string(),
                format!("{:.3}", total / self.runs / 1e3),
                self.percent(total),
                self.percent(sum),
                format!("{}", (calls as f64 / self.runs).round()),
            ];
            self.line(&cells, out)?;
        }
        Ok(())
    }
}
