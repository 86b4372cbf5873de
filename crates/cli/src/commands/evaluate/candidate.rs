//! A model that is evaluated.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use featherlite::metadata::{Metadata, Normalization};
use featherlite::{DType, Session, TensorInfo};
use featherlite_data::{Dataset, Size, Tally, rank};

use super::Evaluate;
use super::classes::Classes;
use super::images::Framing;
use crate::commands::bench::measure::Samples;
use crate::entry::Entry;
use crate::exit::usage;
use crate::labels;
use crate::picture::{Layout, set};
use crate::session::open;

/// A model, and what was found out about it.
pub(super) struct Candidate {
    pub(super) name: String,
    /// Bytes of the file.
    pub(super) bytes: u64,
    pub(super) notes: Vec<String>,
    pub(super) tally: Tally,
    /// Times of runs.
    pub(super) times: Samples,
    /// What each image that could be read was taken for, if it is a class.
    answers: Vec<Option<usize>>,
    pub(super) input_type: DType,
    session: Session,
    entry: Entry,
    layout: Layout,
    normalization: Option<Normalization>,
    labels: Vec<String>,
    output: usize,
    /// The output of each class.
    outputs: Vec<usize>,
    /// The class of each output.
    classes: Vec<Option<usize>>,
}

impl Candidate {
    pub(super) fn open(
        path: &Path,
        options: &Evaluate,
        dataset: &Dataset,
        size: Option<Size>,
    ) -> Result<Self> {
        Self::new(path, options, dataset, size).with_context(|| path.display().to_string())
    }

    fn new(path: &Path, options: &Evaluate, dataset: &Dataset, size: Option<Size>) -> Result<Self> {
        let bytes = std::fs::metadata(path)?.len();
        let model = open(path)?;
        let entry = Entry::find(&model, None)?;
        if entry.inputs.len() != 1 {
            return Err(usage(format!(
                "the model has {} inputs where a classifier has one",
                entry.inputs.len()
            )));
        }
        let info = entry.input_info(&model, 0).context("the model has no input")?;
        let layout = layout(info, options.images.batch, size)?;
        let metadata = Metadata::of(&model)?;
        let declared = metadata.and_then(|metadata| metadata.input(0)).and_then(Normalization::of);
        let normalization = options.pixels.normalization(declared)?;
        let labels = labels::of(&model, options.labels.as_deref())?;
        let input_type = info.dtype();
        let mut session = options.run.session(&model)?;
        session.resize_input_of(entry.subgraph, 0, &layout.shape)?;
        // The first run plans, and finds the shapes of outputs.
        entry.run(&mut session)?;
        let scores = scores(&session, &entry, layout.batch())?;
        let output = match &options.output {
            Some(name) => entry.output_position(name)?,
            None => pick(&scores, [labels.len(), dataset.classes.len(), dataset.classes.len() + 1]),
        };
        // One score is that of the second of two classes.
        let count = scores.get(output).map_or(0, |&count| if count == 1 { 2 } else { count });
        let Classes { outputs, note } =
            Classes::find(&dataset.classes, &labels, count, options.label_offset)?;
        let mut classes = vec![None; count];
        outputs.iter().enumerate().for_each(|(class, &output)| classes[output] = Some(class));
        let name = path.display().to_string();
        Ok(Self {
            notes: note.map(|note| format!("{name}: {note}")).into_iter().collect(),
            name,
            bytes,
            tally: Tally::new(dataset.classes.len()),
            times: Samples::new(),
            answers: Vec::new(),
            input_type,
            session,
            entry,
            layout,
            normalization,
            labels,
            output,
            outputs,
            classes,
        })
    }

    /// How many images a run takes.
    pub(super) fn batch(&self) -> usize {
        self.layout.batch()
    }

    /// The images that the model takes.
    pub(super) fn framing(&self) -> Framing {
        let Layout { height, width, channels, .. } = self.layout;
        Framing { height, width, channels }
    }

    /// The names of classes; those that are only numbers are called as the model's labels.
    pub(super) fn class_names(&self, classes: &[String]) -> Vec<String> {
        let name = |(class, &output): (&String, &usize)| match self.labels.get(output) {
            Some(label) if class.parse::<usize>().is_ok() && !label.is_empty() => label.clone(),
            _ => class.clone(),
        };
        classes.iter().zip(&self.outputs).map(name).collect()
    }

    /// Runs the model on images, at most as many as it takes at once, and counts its answers.
    pub(super) fn classify(&mut self, pixels: &[f32], labels: &[u32]) -> Result<()> {
        let batch = self.batch();
        let elements = pixels.len() / labels.len().max(1);
        let mut values = pixels.to_vec();
        // What a small last batch lacks is the last image again.
        for _ in labels.len()..batch {
            values.extend_from_within(values.len() - elements..);
        }
        let values = self.layout.arranged(values);
        let target = (self.entry.subgraph, 0);
        let normalization = self.normalization.as_ref();
        set(&mut self.session, target, values, &self.layout, normalization, self.input_type)?;
        let start = Instant::now();
        self.entry.run(&mut self.session)?;
        self.times.add(start.elapsed());
        let scores = self.entry.output(&self.session, self.output)?.to_real()?;
        let rows = scores.chunks_exact((scores.len() / batch).max(1));
        for (row, &label) in rows.zip(labels) {
            match row {
                &[score] => self.count(&[1.0 - score, score], label as usize),
                _ => self.count(row, label as usize),
            }
        }
        Ok(())
    }

    fn count(&mut self, scores: &[f32], class: usize) {
        let best =
            (1..scores.len()).fold(0, |best, next| if scores[next] > scores[best] { next } else { best });
        let taken_for = self.classes.get(best).copied().flatten();
        let rank = self.outputs.get(class).map_or(usize::MAX, |&output| rank(scores, output));
        self.tally.add(class, taken_for, rank);
        self.answers.push(taken_for);
    }

    /// Microseconds for an image: the mean, and what half and 95 % of the runs take at most.
    pub(super) fn latency(&self) -> [f64; 3] {
        let times = &self.times;
        [times.mean_us(), times.quantile(0.5), times.quantile(0.95)].map(|time| time / self.batch() as f64)
    }

    /// The share of images for which another model has the same answer.
    pub(super) fn agreement(&self, other: &Self) -> f64 {
        let same = self.answers.iter().zip(&other.answers).filter(|(own, other)| own == other).count();
        same as f64 / self.answers.len().max(1) as f64
    }
}

/// What the input takes, for images of a size; `batch` images at once if the model leaves that open.
fn layout(info: &TensorInfo, batch: usize, size: Option<Size>) -> Result<Layout> {
    let open = info.shape_signature().unwrap_or_default();
    let has_open_sides = open.iter().skip(1).any(|&side| side == -1);
    let sides = match size {
        Some(size) => (size.height, size.width),
        None if has_open_sides => {
            return Err(usage(format!(
                "input {:?} of shape {} leaves the size of pictures open, and pictures have many; fix it with featherlite convert \
                 --shape",
                info.name(),
                info.shape()
            )));
        }
        None => (0, 0),
    };
    let layout = Layout::of_many(info, sides)?;
    Ok(if open.first() == Some(&-1) { layout.with_batch(batch) } else { layout })
}

/// How many scores each output has for an image.
fn scores(session: &Session, entry: &Entry, batch: usize) -> Result<Vec<usize>> {
    let count = |position| Ok(entry.output(session, position)?.shape().elements() / batch.max(1));
    (0..entry.outputs.len()).map(count).collect()
}

/// The first output with one of the numbers of scores, in their order; otherwise the first.
fn pick(scores: &[usize], wanted: [usize; 3]) -> usize {
    let find = |wanted: usize| scores.iter().position(|&count| count == wanted && wanted > 0);
    wanted.into_iter().find_map(find).unwrap_or(0)
}
