//! What is measured while a network is trained.

use serde::{Deserialize, Serialize};

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
pub(super) struct Sums {
    pub(super) loss: f64,
    pub(super) right: usize,
    pub(super) images: usize,
    pub(super) steps: usize,
}
