//! Running something again and again, and the statistics of its times.

use std::io::Write;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;

use crate::terminal::Terminal;

/// How often and how long.
#[derive(Args, Clone, Debug)]
#[command(rename_all = "snake_case", next_help_heading = "How long to measure")]
pub(super) struct Limits {
    /// Least number of runs before the measurement
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true)]
    pub(super) warmup_runs: i64,
    /// Least seconds of runs before the measurement
    #[arg(long, value_name = "SECS", default_value_t = 0.5, allow_negative_numbers = true)]
    pub(super) warmup_min_secs: f64,
    /// Least number of measured runs
    #[arg(long, value_name = "N", default_value_t = 50, allow_negative_numbers = true)]
    pub(super) num_runs: i64,
    /// Least seconds of measured runs
    #[arg(long, value_name = "SECS", default_value_t = 1.0, allow_negative_numbers = true)]
    pub(super) min_secs: f64,
    /// No run starts after so many seconds
    #[arg(long, value_name = "SECS", default_value_t = 150.0, allow_negative_numbers = true)]
    pub(super) max_secs: f64,
    /// Seconds between runs
    #[arg(long, value_name = "SECS", default_value_t = -1.0, allow_negative_numbers = true)]
    run_delay: f64,
    /// Runs a second, instead of a delay between them
    #[arg(long, value_name = "HERTZ", default_value_t = -1.0, allow_negative_numbers = true)]
    run_frequency: f64,
}

impl Limits {
    pub(super) fn announce(&self, least_runs: i64, least_secs: f64, terminal: &mut Terminal) -> Result<()> {
        writeln!(
            terminal,
            "Running benchmark for at least {least_runs} iterations and at least {least_secs} seconds but terminate \
             if exceeding {} seconds.",
            self.max_secs
        )?;
        Ok(terminal.flush()?)
    }

    pub(super) fn print(&self, terminal: &mut Terminal) -> Result<()> {
        writeln!(terminal, "Min num runs: [{}]", self.num_runs)?;
        writeln!(terminal, "Min runs duration (seconds): [{}]", self.min_secs)?;
        writeln!(terminal, "Max runs duration (seconds): [{}]", self.max_secs)?;
        writeln!(terminal, "Inter-run delay (seconds): [{}]", self.run_delay)?;
        writeln!(terminal, "Number of prorated runs per second: [{}]", self.run_frequency)?;
        writeln!(terminal, "Min warmup runs: [{}]", self.warmup_runs)?;
        writeln!(terminal, "Min warmup runs duration (seconds): [{}]", self.warmup_min_secs)?;
        Ok(())
    }

    /// Times `run` until both limits are reached. Much longer runs than the shortest were interrupted: the time that
    /// another program had the processor does not count, within limits.
    pub(super) fn measure(
        &self,
        least_runs: i64,
        least_secs: f64,
        mut run: impl FnMut() -> Result<()>,
    ) -> Result<Samples> {
        let seconds = |seconds: f64| Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX);
        let (least, most) = (seconds(least_secs), seconds(self.max_secs));
        let delay = (self.run_delay > 0.0).then(|| seconds(self.run_delay));
        let period = (self.run_frequency > 0.0).then(|| seconds(1.0 / self.run_frequency));
        let mut samples = Samples::new();
        let begin = Instant::now();
        let mut next = begin;
        // The end of one run is the start of the next: reading the clock takes as long as the smallest models.
        let mut start = begin;
        loop {
            run()?;
            let end = Instant::now();
            samples.add(end - start);
            start = end;
            let elapsed = end - begin;
            let undisturbed = samples.undisturbed >= least.as_secs_f64() * 1e6 || elapsed / PATIENCE >= least;
            let has_lasted = elapsed >= least && (undisturbed || period.is_some() || delay.is_some());
            if elapsed > most || (samples.count >= least_runs.max(1) as u64 && has_lasted) {
                return Ok(samples);
            }
            if let Some(period) = period {
                next += period;
                sleep(next.saturating_duration_since(end));
                start = Instant::now();
            } else if let Some(delay) = delay {
                sleep(delay);
                start = Instant::now();
            }
        }
    }
}

/// The times of many runs. Beyond a number that statistics gain nothing from, only every second, fourth, … is kept.
pub(in crate::commands) struct Samples {
    kept: Vec<f64>,
    stride: u64,
    count: u64,
    first: f64,
    last: f64,
    least: f64,
    greatest: f64,
    sum: f64,
    squares: f64,
    /// The sum without what other programs took.
    undisturbed: f64,
}

const MOST_KEPT: usize = 1 << 16;

/// How many times longer than asked for a measurement may last on a busy machine.
const PATIENCE: u32 = 3;

/// How many times longer than the shortest a run may take before the rest is put down to other programs.
const DISTURBED: f64 = 3.0;

impl Samples {
    pub(in crate::commands) fn new() -> Self {
        Self {
            kept: Vec::with_capacity(MOST_KEPT),
            stride: 1,
            count: 0,
            first: 0.0,
            last: 0.0,
            least: f64::INFINITY,
            greatest: 0.0,
            sum: 0.0,
            squares: 0.0,
            undisturbed: 0.0,
        }
    }

    pub(in crate::commands) fn add(&mut self, time: Duration) {
        let time = time.as_nanos() as f64 / 1e3;
        if self.count == 0 {
            self.first = time;
        }
        if self.count.is_multiple_of(self.stride) {
            if self.kept.len() == MOST_KEPT {
                let mut index = 0;
                self.kept.retain(|_| {
                    index += 1;
                    index % 2 == 1
                });
                self.stride *= 2;
            }
            self.kept.push(time);
        }
        self.count += 1;
        self.last = time;
        (self.least, self.greatest) = (self.least.min(time), self.greatest.max(time));
        self.sum += time;
        self.squares += time * time;
        self.undisturbed += time.min(DISTURBED * self.least);
    }

    pub(in crate::commands) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn first_us(&self) -> f64 {
        self.first
    }

    pub(super) fn min_us(&self) -> f64 {
        self.least
    }

    pub(in crate::commands) fn mean_us(&self) -> f64 {
        self.sum / self.count.max(1) as f64
    }

    pub(super) fn median_us(&self) -> f64 {
        self.quantile(0.5)
    }

    /// The time that a share of the runs takes at most, in microseconds.
    pub(in crate::commands) fn quantile(&self, share: f64) -> f64 {
        let mut sorted = self.kept.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let index = (share * sorted.len().saturating_sub(1) as f64).round() as usize;
        sorted.get(index).copied().unwrap_or(0.0)
    }

    fn deviation_us(&self) -> f64 {
        let mean = self.mean_us();
        (self.squares / self.count.max(1) as f64 - mean * mean).max(0.0).sqrt()
    }

    /// The statistics in benchmark_model's form.
    pub(super) fn line(&self) -> String {
        format!(
            "count={} first={:.0} curr={:.0} min={:.0} max={:.0} avg={} std={:.0} p5={:.0} median={:.0} p95={:.0}",
            self.count,
            self.first,
            self.last,
            self.least,
            self.greatest,
            six_digits(self.mean_us()),
            self.deviation_us(),
            self.quantile(0.05),
            self.median_us(),
            self.quantile(0.95)
        )
    }
}

/// Six significant digits, as C++ streams print.
pub(super) fn six_digits(value: f64) -> String {
    let before = if value >= 1.0 { value.log10() as usize + 1 } else { 1 };
    let text = format!("{value:.*}", 6usize.saturating_sub(before));
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_of_few_and_of_many_runs() {
        let mut samples = Samples::new();
        for micros in [30, 10, 20] {
            samples.add(Duration::from_micros(micros));
        }
        assert_eq!(
            samples.line(),
            "count=3 first=30 curr=20 min=10 max=30 avg=20 std=8 p5=10 median=20 p95=30"
        );
        let mut samples = Samples::new();
        for nanos in 0..1_000_000 {
            samples.add(Duration::from_nanos(nanos));
        }
        assert_eq!((samples.count(), samples.kept.len() <= MOST_KEPT), (1_000_000, true));
        assert!((samples.median_us() - 500.0).abs() < 0.1);
    }

    #[test]
    fn both_limits_hold() {
        let limits = Limits {
            warmup_runs: 1,
            warmup_min_secs: 0.0,
            num_runs: 5,
            min_secs: 0.0,
            max_secs: 150.0,
            run_delay: -1.0,
            run_frequency: -1.0,
        };
        assert_eq!(limits.measure(5, 0.0, || Ok(())).unwrap().count(), 5);
        let samples = limits.measure(1, 0.02, || Ok(())).unwrap();
        assert!(samples.sum >= 20e3, "{}", samples.sum);
        let stopped = Limits { max_secs: 0.01, ..limits }.measure(i64::MAX, 0.0, || Ok(())).unwrap();
        assert!(stopped.sum >= 10e3 && stopped.sum < 1e6);
    }

    #[test]
    fn six_digits_are_kept() {
        assert_eq!([0.5, 79732.34, 1234567.8, 20.0].map(six_digits), ["0.5", "79732.3", "1234568", "20"]);
    }
}
