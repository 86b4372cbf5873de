//! The HTML page about a run.

use featherlite_arch::Arch;
use featherlite_report::Matrix;
use featherlite_report::training::{Epoch, Step, Training};
use featherlite_train::{Line, Trainer};

/// Curves of the run so far, and what the classes of the images looked at were taken for.
pub(crate) fn html(trainer: &Trainer, classes: &[String], confusion: Option<&[u64]>) -> String {
    let lines = &trainer.history().lines;
    let steps: Vec<Step> = lines
        .iter()
        .map(|line| Step { epoch: line.epoch, loss: line.loss, learning_rate: line.learning_rate })
        .collect();
    let [height, width, channels] = trainer.input();
    let mut facts = vec![
        ("network".to_owned(), trainer.name().to_owned()),
        ("images".to_owned(), format!("{height} by {width} pixels of {channels} channels")),
        ("steps".to_owned(), format!("{} of {}", trainer.done(), trainer.steps())),
    ];
    if let Some(Ok(network)) = trainer.arch().map(Arch::network) {
        facts.push(("parameters".to_owned(), network.parameters().to_string()));
        facts.push(("multiply-adds".to_owned(), network.macs().to_string()));
    }
    if let Some((step, score)) = trainer.history().best() {
        facts.push((
            "best on validation".to_owned(),
            format!("{:.2} % after step {step}", 100.0 * score.top_1),
        ));
    }
    let training = Training {
        title: &format!("Training of {}", trainer.name()),
        facts,
        notes: Vec::new(),
        epochs: &lines.iter().filter_map(epoch).collect::<Vec<_>>(),
        steps: &steps,
        confusion: confusion.map(|counts| Matrix { names: classes, counts }),
    };
    training.html()
}

/// The line at the end of an epoch.
fn epoch(line: &Line) -> Option<Epoch> {
    let score = line.validation?;
    Some(Epoch {
        number: line.epoch.round() as u64,
        loss: line.loss,
        accuracy: Some(line.accuracy),
        validation_loss: Some(score.loss),
        validation_accuracy: Some(score.top_1),
        learning_rate: line.learning_rate,
        ..Epoch::default()
    })
}
