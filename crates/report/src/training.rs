//! The page of a training run.

use crate::matrix::Matrix;
use crate::page::{Column, Page};
use crate::plot::{Axis, Plot, Series};

/// What is known after an epoch. Accuracies are shares of 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Epoch {
    /// How many epochs have been trained.
    pub number: u64,
    /// Mean loss of its batches.
    pub loss: f64,
    /// Accuracy on its batches.
    pub accuracy: Option<f64>,
    /// Loss on the validation part.
    pub validation_loss: Option<f64>,
    /// Accuracy on the validation part.
    pub validation_accuracy: Option<f64>,
    /// Accuracy on the validation part with averaged weights.
    pub averaged_accuracy: Option<f64>,
    /// Learning rate of its last step.
    pub learning_rate: f64,
    /// How long it took.
    pub seconds: f64,
}

/// A step, for the finer curves.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Step {
    /// How many epochs have been trained, with fractions.
    pub epoch: f64,
    /// Loss of its batch.
    pub loss: f64,
    /// Its learning rate.
    pub learning_rate: f64,
}

/// A training run, finished or not.
#[derive(Clone, Debug, Default)]
pub struct Training<'a> {
    /// The title of the page.
    pub title: &'a str,
    /// What was trained with what: names and values.
    pub facts: Vec<(String, String)>,
    /// What a user should know.
    pub notes: Vec<String>,
    /// All epochs so far.
    pub epochs: &'a [Epoch],
    /// All steps so far, or some of them.
    pub steps: &'a [Step],
    /// What the classes of the validation part were taken for.
    pub confusion: Option<Matrix<'a>>,
}

impl Training<'_> {
    /// The page: facts, curves of loss, accuracy and learning rate, the confusion matrix, a table of epochs.
    pub fn html(&self) -> String {
        let mut page = Page::new(self.title);
        let columns = [Column::Text("what"), Column::Text("value")];
        page.table(&columns, self.facts.iter().map(|(name, value)| (false, [name, value])));
        page.list(&self.notes);
        page.heading("Loss");
        page.figure(&self.losses().svg());
        if self.epochs.iter().any(|epoch| epoch.accuracy.or(epoch.validation_accuracy).is_some()) {
            page.heading("Accuracy");
            page.figure(&self.accuracies().svg());
        }
        page.heading("Learning rate");
        page.figure(&self.learning_rates().svg());
        if let Some(matrix) = &self.confusion {
            page.heading("Classes (rows) taken for (columns)");
            page.figure(&matrix.svg());
        }
        page.heading("Epochs");
        self.table(&mut page);
        page.finish()
    }

    fn curve(&self, name: &str, value: impl Fn(&Epoch) -> Option<f64>) -> Series {
        Series::line(name, self.epochs.iter().filter_map(|epoch| Some((epoch.number as f64, value(epoch)?))))
    }

    fn losses(&self) -> Plot {
        Plot::new(Axis::linear("epoch"), Axis::logarithmic("loss"))
            .with(match self.steps.is_empty() {
                true => self.curve("training", |epoch| Some(epoch.loss)),
                false => Series::line("training", smoothed(self.steps)),
            })
            .with(self.curve("validation", |epoch| epoch.validation_loss))
    }

    fn accuracies(&self) -> Plot {
        let percent = |share: Option<f64>| share.map(|share| 100.0 * share);
        Plot::new(Axis::linear("epoch"), Axis::linear("%"))
            .with(self.curve("training", |epoch| percent(epoch.accuracy)))
            .with(self.curve("validation", |epoch| percent(epoch.validation_accuracy)))
            .with(self.curve("validation, averaged weights", |epoch| percent(epoch.averaged_accuracy)))
    }

    fn learning_rates(&self) -> Plot {
        Plot::new(Axis::linear("epoch"), Axis::linear("learning rate")).with(match self.steps.is_empty() {
            true => self.curve("", |epoch| Some(epoch.learning_rate)),
            false => Series::line("", self.steps.iter().map(|step| (step.epoch, step.learning_rate))),
        })
    }

    fn table(&self, page: &mut Page) {
        let columns = [
            Column::Number("epoch"),
            Column::Number("loss"),
            Column::Number("accuracy"),
            Column::Number("validation loss"),
            Column::Number("validation accuracy"),
            Column::Number("averaged weights"),
            Column::Number("learning rate"),
            Column::Number("seconds"),
        ];
        let number = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.4}"));
        let percent =
            |value: Option<f64>| value.map_or(String::new(), |share| format!("{:.2} %", 100.0 * share));
        let row = |epoch: &Epoch| {
            [
                epoch.number.to_string(),
                number(Some(epoch.loss)),
                percent(epoch.accuracy),
                number(epoch.validation_loss),
                percent(epoch.validation_accuracy),
                percent(epoch.averaged_accuracy),
                format!("{:.6}", epoch.learning_rate),
                format!("{:.1}", epoch.seconds),
            ]
        };
        page.table(&columns, self.epochs.iter().map(|epoch| (false, row(epoch))));
    }
}

/// Losses of steps, averaged over about the last fiftieth of what there is, so that a curve is seen.
fn smoothed(steps: &[Step]) -> Vec<(f64, f64)> {
    let keep = 1.0 - 1.0 / (steps.len() as f64 / 50.0).max(1.0);
    let (mut mean, mut weight) = (0.0, 0.0);
    let average = |step: &Step| {
        if step.loss.is_finite() {
            mean = keep * mean + (1.0 - keep) * step.loss;
            weight = keep * weight + (1.0 - keep);
        }
        (step.epoch, mean / weight)
    };
    steps.iter().map(average).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_drawn() {
        let epochs: Vec<Epoch> = (1..=10)
            .map(|number| Epoch {
                number,
                loss: 2.0 / number as f64,
                accuracy: Some(1.0 - 0.5 / number as f64),
                validation_accuracy: (number % 2 == 0).then_some(0.9),
                learning_rate: 0.1,
                ..Epoch::default()
            })
            .collect();
        let steps: Vec<Step> = (0..1000)
            .map(|step| Step { epoch: f64::from(step) / 100.0, loss: 1.0, learning_rate: 0.1 })
            .collect();
        let names = ["a".to_owned(), "b".to_owned()];
        let confusion = Some(Matrix { names: &names, counts: &[3, 1, 0, 2] });
        let facts = vec![("architecture".to_owned(), "<v1>".to_owned())];
        let training = Training {
            title: "Run",
            facts,
            epochs: &epochs,
            steps: &steps,
            confusion,
            ..Training::default()
        };
        let page = training.html();
        assert_eq!(page.matches("<svg").count(), 4);
        assert!(page.contains("&lt;v1&gt;") && page.contains("95.00 %") && !page.contains("NaN"));
        assert!(Training::default().html().ends_with("</html>\n"));
    }

    #[test]
    fn curves_are_smooth_and_unbiased() {
        let steps: Vec<Step> = (0..5000)
            .map(|step| Step { loss: if step % 2 == 0 { 1.0 } else { 3.0 }, ..Step::default() })
            .collect();
        let curve = smoothed(&steps);
        assert!(curve[100..].iter().all(|(_, loss)| (loss - 2.0).abs() < 0.05));
        assert_eq!(smoothed(&steps[..2]).len(), 2);
        let broken = Step { loss: f64::NAN, ..Step::default() };
        assert!(smoothed(&[broken, steps[0]])[1].1 == 1.0);
    }
}
