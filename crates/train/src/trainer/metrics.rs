//! What is measured while a network is trained.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::parameters::numbers;

/// One line of the record.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Steps done.
    pub step: u64,
    /// Epochs done.
    pub epoch: f64,
    /// Mean loss of the steps since the last line.
    pub loss: f64,
    /// Share of their images whose first class was right.
    pub accuracy: f64,
    /// The learning rate of the last of them.
    pub learning_rate: f64,
    /// What the images that choices are made by gave, if they were looked at.
    pub validation: Option<Score>,
}

/// How good a network is on a set of images.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Images.
    pub images: usize,
    /// Mean cross-entropy.
    pub loss: f64,
    /// Share of images whose first class was right.
    pub top_1: f64,
    /// Share of images whose class was among the first five.
    pub top_5: f64,
}

/// All lines of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// In order.
    pub lines: Vec<Line>,
}

impl History {
    /// The best score on the images that choices are made by, and after how many steps it was.
    pub fn best(&self) -> Option<(u64, Score)> {
        let scored = self.lines.iter().filter_map(|line| Some((line.step, line.validation?)));
        scored.max_by(|(_, a), (_, b)| a.top_1.total_cmp(&b.top_1))
    }

    /// One JSON object a line.
    pub fn to_jsonl(&self) -> String {
        let lines = self.lines.iter().map(|line| serde_json::to_string(line).unwrap_or_default() + "\n");
        lines.collect()
    }

    /// Comma-separated values with a heading.
    pub fn to_csv(&self) -> String {
        let mut text = String::from(
            "step,epoch,loss,accuracy,learning_rate,validation_loss,validation_top_1,validation_top_5\n",
        );
        for line in &self.lines {
            let Line { step, epoch, loss, accuracy, learning_rate, validation } = line;
            let score = validation
                .map_or(",,".to_owned(), |score| format!("{},{},{}", score.loss, score.top_1, score.top_5));
            text += &format!("{step},{epoch},{loss},{accuracy},{learning_rate},{score}\n");
        }
        text
    }
}

/// Sums that become a [`Line`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sums {
    pub(crate) loss: f64,
    pub(crate) right: usize,
    pub(crate) images: usize,
    pub(crate) steps: usize,
}

impl Sums {
    /// Takes in a step.
    pub(crate) fn add(&mut self, loss: f64, right: usize, images: usize) {
        self.loss += loss;
        self.right += right;
        self.images += images;
        self.steps += 1;
    }
}

impl Score {
    /// Takes in the scores of images of these labels; `seen` is called with each label and the class that is first.
    pub(crate) fn add(
        &mut self,
        loss: f64,
        scores: &[f32],
        labels: &[u32],
        seen: &mut dyn FnMut(usize, usize),
    ) {
        let classes = scores.len() / labels.len().max(1);
        self.loss += loss * labels.len() as f64;
        self.images += labels.len();
        for (row, &label) in scores.chunks_exact(classes.max(1)).zip(labels) {
            let label = label as usize;
            let rank = row.iter().filter(|&&other| other > row[label]).count();
            self.top_1 += f64::from(u8::from(rank == 0));
            self.top_5 += f64::from(u8::from(rank < 5));
            seen(label, first(row));
        }
    }

    /// Of sums over images the means.
    pub(crate) fn mean(mut self) -> Self {
        let images = self.images.max(1) as f64;
        for sum in [&mut self.loss, &mut self.top_1, &mut self.top_5] {
            *sum /= images;
        }
        self
    }
}

/// The class with the greatest score.
fn first(row: &[f32]) -> usize {
    row.iter().enumerate().fold(0, |best, (class, score)| if *score > row[best] { class } else { best })
}

/// How many images have the greatest score for their label.
pub(crate) fn right(scores: Tensor<2>, labels: &[u32]) -> Result<usize> {
    let classes = scores.dims()[1].max(1);
    let scores = numbers(scores)?;
    let rows = scores.chunks_exact(classes).zip(labels);
    Ok(rows.filter(|&(row, &label)| first(row) == label as usize).count())
}
