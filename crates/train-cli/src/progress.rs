//! What a user sees of a run.

use crate::terminal::{note, speaks};
use std::io::{IsTerminal, stderr};
use std::time::Instant;

use featherlite_report::terminal::bars;
use featherlite_train::{Event, Line};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar, and a line for each epoch.
pub(crate) struct Display {
    bar: ProgressBar,
    started: Instant,
    images: u64,
    skipped: usize,
    /// Losses and shares of right answers, line by line.
    losses: Vec<f64>,
    shares: Vec<f64>,
}

/// Letters of a curve.
const WIDTH: usize = 30;

impl Display {
    pub(crate) fn new(done: u64, steps: u64) -> Self {
        let target = if speaks() && stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(steps), target).with_position(done);
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} steps  {msg}  {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, started: Instant::now(), images: 0, skipped: 0, losses: Vec::new(), shares: Vec::new() }
    }

    pub(crate) fn show(&mut self, event: &Event<'_>) {
        match event {
            Event::Step(progress) => {
                self.images += progress.batch as u64;
                self.bar.set_position(progress.step);
                self.bar.set_message(format!("loss {:.3}  {:.0} images/s", progress.loss, self.speed()));
            }
            Event::Line(line) => self.line(line),
            Event::Skipped(what) => {
                self.skipped += 1;
                self.bar.suspend(|| note(format!("skipped: {what}")));
            }
        }
    }

    fn line(&mut self, line: &Line) {
        self.losses.push(line.loss);
        self.shares.push(line.accuracy);
        let Line { epoch, loss, accuracy, learning_rate, .. } = line;
        let validation = line.validation.map_or(String::new(), |score| {
            format!("  validation: loss {:.4}, {:.2} %", score.loss, 100.0 * score.top_1)
        });
        let text = format!(
            "epoch {epoch:6.2}  loss {loss:.4}  {:.2} % right  rate {learning_rate:.5}  {:.0} images/s{validation}",
            100.0 * accuracy,
            self.speed()
        );
        self.bar.suspend(|| note(&text));
        if line.validation.is_some() {
            let curves = format!("loss {}  right {}", bars(&self.losses, WIDTH), bars(&self.shares, WIDTH));
            self.bar.suspend(|| note(curves));
        }
    }

    fn speed(&self) -> f64 {
        self.images as f64 / self.started.elapsed().as_secs_f64().max(1e-9)
    }

    pub(crate) fn finish(self) {
        self.bar.finish_and_clear();
        if self.skipped > 0 {
            note(format!("{} images could not be read", self.skipped));
        }
    }
}
