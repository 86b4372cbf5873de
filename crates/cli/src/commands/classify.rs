//! `featherlite classify`: names what is in pictures.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;
use featherlite::metadata::{Metadata, Normalization};
use featherlite::{Model, Session};
use featherlite_data::Picture;

use crate::entry::Entry;
use crate::exit::{FAILED, is_broken_pipe, usage};
use crate::picture::{Layout, Pixels, feed};
use crate::session::{RunOptions, open};
use crate::summary::{bytes, largest, number, time};
use crate::table::Table;
use crate::terminal::Terminal;
use crate::{assets, labels};

pub(super) const EXAMPLES: &str = "\
Pictures are PNG, JPEG, BMP, PPM or PGM files. They are resized as tf.image.resize does (bilinear), and brought to numbers
as --mean and --std say, otherwise as the model's metadata do; otherwise 0 to 255 become the whole range of 8-bit inputs,
and 0 to 1 of others.

Examples:
  featherlite classify                                     the sample pictures, with the embedded model
  featherlite classify photo.jpg --model m.tflite --labels labels.txt
  featherlite classify *.png --model m.tflite --mean 127 --std 128 --top 3";

/// Name what is in pictures
#[derive(Args)]
pub(crate) struct Classify {
    /// The pictures [default: samples that are part of the program]
    #[arg(value_name = "PICTURE")]
    pictures: Vec<PathBuf>,
    /// The .tflite file of a classifier [default: one that is part of the program, for pieces of clothing]
    #[arg(long, short)]
    model: Option<PathBuf>,
    /// A file with the names of the classes, one a line [default: those in the model's metadata]
    #[arg(long, short, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// How many classes to name for each picture
    #[arg(long, short = 'k', value_name = "K", default_value_t = 3)]
    top: usize,
    #[command(flatten)]
    pixels: Pixels,
    #[command(flatten)]
    run: RunOptions,
}

impl Classify {
    pub(crate) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        if self.model.is_some() && self.pictures.is_empty() {
            return Err(usage("no picture was given: featherlite classify PICTURE… --model MODEL"));
        }
        let model = self.model.as_deref().map_or_else(assets::model, open)?;
        let mut classifier = Classifier::new(&model, self)?;
        let mut times = Vec::new();
        let mut failed = false;
        if self.pictures.is_empty() {
            for (name, bytes) in assets::SAMPLES {
                let picture = Picture::decode(bytes).with_context(|| (*name).to_owned())?;
                times.push(classifier.show(name, &picture, self.top, terminal)?);
            }
        }
        let bar = terminal.progress(self.pictures.len());
        for path in &self.pictures {
            let result = self.pixels.read(path).and_then(|picture| {
                classifier.show(&path.display().to_string(), &picture, self.top, terminal)
            });
            match result {
                Ok(time) => times.push(time),
                // The other pictures may still be good; a reader that is gone is not a fault of the picture.
                Err(error) if !is_broken_pipe(&error) => {
                    failed = true;
                    bar.suspend(|| terminal.error(format!("{error:#}")));
                }
                Err(error) => return Err(error),
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        classifier.print_cost(times, terminal)?;
        Ok(if failed { ExitCode::from(FAILED) } else { ExitCode::SUCCESS })
    }
}

/// A model that scores classes.
struct Classifier<'m> {
    model: &'m Model,
    session: Session,
    entry: Entry,
    normalization: Option<Normalization>,
    labels: Vec<String>,
    /// What to call the model.
    name: String,
    /// The output with the scores.
    output: usize,
}

impl<'m> Classifier<'m> {
    fn new(model: &'m Model, options: &Classify) -> Result<Self> {
        let entry = Entry::find(model, None)?;
        let session = options.run.session(model)?;
        if entry.inputs.len() != 1 {
            return Err(usage(format!(
                "the model has {} inputs where a classifier of pictures has one; featherlite run takes any",
                entry.inputs.len()
            )));
        }
        let metadata = Metadata::of(model)?;
        let labels = labels::of(model, options.labels.as_deref())?;
        let graph = model.subgraphs().next().context("the model has no subgraphs")?;
        let classes = |port: &crate::entry::Port| graph.tensors()[port.tensor].shape().elements();
        let output = entry.outputs.iter().position(|port| classes(port) == labels.len()).unwrap_or(0);
        let input = metadata.and_then(|metadata| metadata.input(0));
        let normalization = options.pixels.normalization(input.and_then(Normalization::of))?;
        let embedded =
            || metadata.and_then(|metadata| metadata.table().name()).unwrap_or("the model").to_owned();
        let name = model.file().map_or_else(embedded, str::to_owned);
        Ok(Self { model, session, entry, normalization, labels, name, output })
    }

    /// Classifies a picture and prints the best classes; the result is the time of the run in seconds.
    fn show(&mut self, name: &str, picture: &Picture, top: usize, terminal: &mut Terminal) -> Result<f64> {
        let info = self.entry.input_info(self.model, 0).context("the model has no input")?;
        let layout = Layout::of(info, picture).with_context(|| name.to_owned())?;
        self.session.resize_input_of(self.entry.subgraph, 0, &layout.shape)?;
        let normalization = self.normalization.as_ref();
        let target = (self.entry.subgraph, 0);
        feed(&mut self.session, target, picture, &layout, normalization, info.dtype())?;
        let start = Instant::now();
        self.entry.run(&mut self.session)?;
        let elapsed = start.elapsed().as_secs_f64();
        let scores = self.entry.output(&self.session, self.output)?.to_real()?;
        let are_shares = scores.iter().all(|score| (0.0..=1.001).contains(score));
        let mut table = Table::new("lr");
        for class in largest(&scores, top.max(1)) {
            let label = self.labels.get(class).cloned().unwrap_or_else(|| format!("class {class}"));
            let score = scores[class];
            let score = if are_shares { format!("{:.1} %", 100.0 * score) } else { number(score) };
            table.row([label, score]);
        }
        let title = terminal.bold(name);
        writeln!(terminal, "{title}  {}", terminal.dim(time(elapsed)))?;
        table.print(terminal, "  ")?;
        Ok(elapsed)
    }

    fn print_cost(&self, mut times: Vec<f64>, terminal: &mut Terminal) -> Result<()> {
        let Some(&first) = times.first() else { return Ok(()) };
        times.sort_unstable_by(f64::total_cmp);
        let memory = self.session.memory();
        let weights = memory.mapped_weights + memory.packed_weights + memory.folded_weights;
        let line = format!(
            "{} {} by {}: a run takes {} (median; the first took {}); memory: {} for tensors, {} for weights",
            times.len(),
            if times.len() == 1 { "picture" } else { "pictures" },
            self.name,
            time(times[times.len() / 2]),
            time(first),
            bytes(memory.arena + memory.persistent + memory.dynamic),
            bytes(weights)
        );
        Ok(writeln!(terminal, "{}", terminal.dim(line))?)
    }
}
