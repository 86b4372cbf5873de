use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use clap::Args;
use featherlite_arch::Weights;
use featherlite_data::Dataset;
use featherlite_ofa::measure::{Scheme, Stopwatch, model, open};
use featherlite_ofa::{Choice, Space, Table};
use featherlite_train::{CHECKPOINT, Settings, Trainer, Tuning, write_file};
use serde::Serialize;

use super::super::run::{MODEL, WEIGHTS};
use super::opened::{Opened, Source};
use super::search::table;
use crate::interrupt;
use crate::progress::Display;
use crate::terminal::{note, result};

/// Makes a model file of a network that was found: takes it out of the supernet, trains it on, quantizes and measures it
#[derive(Args)]
#[command(
    after_help = "The network gets statistics of batch normalization of its own. It is trained on in floats for --epochs, then with quantization simulated for
--qat-epochs; without these it is quantized by what its layers give for training images. OUTPUT/float and OUTPUT/int8 are the folders of
these runs; the same command goes on with them. OUTPUT/model.tflite is the result, OUTPUT/deploy.json says how good and how quick it is.

Examples:
  featherlite ofa deploy runs/ofa photos/ runs/ofa/found/900.choice.json -o phone/
  featherlite ofa deploy runs/ofa photos/ runs/ofa/found/900.choice.json -o phone/ --epochs 5 --qat-epochs 2 --table tables/pixel-int8.json
  featherlite ofa deploy runs/ofa photos/ smallest -o tiny/ --qat-epochs 0"
)]
pub(crate) struct Deploy {
    #[command(flatten)]
    source: Source,
    /// The network: what `ofa search` wrote as .choice.json; or largest, or smallest
    network: String,
    /// The folder for the files
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    /// Passes over the data in floats
    #[arg(long, value_name = "N", default_value_t = Tuning::default().epochs)]
    epochs: usize,
    /// The peak of their learning rate
    #[arg(long, value_name = "X", default_value_t = Tuning::default().learning_rate)]
    learning_rate: f64,
    /// Passes with quantization simulated; 0 to quantize afterwards
    #[arg(long, value_name = "N", default_value_t = Tuning::default().qat_epochs)]
    qat_epochs: usize,
    /// The peak of their learning rate
    #[arg(long, value_name = "X", default_value_t = Tuning::default().qat_learning_rate)]
    qat_learning_rate: f64,
    /// What integers there will be: int8, int8-per-tensor, int4 (weights), int16x8
    #[arg(long, value_name = "NAME", default_value_t = Tuning::default().scheme)]
    scheme: String,
    /// Measured times of layers, to compare with
    #[arg(long, value_name = "FILE")]
    table: Option<PathBuf>,
    /// Threads of the runs that are measured [default: as in the table, or 1]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

/// What came of it, in a file.
#[derive(Serialize)]
struct Deployed {
    network: String,
    choice: Choice,
    parameters: u64,
    macs: u64,
    /// What accuracies are of.
    part: &'static str,
    /// As a part of the supernet.
    supernet_accuracy: f64,
    float: Measured,
    integer: Measured,
}

#[derive(Serialize)]
struct Measured {
    file: PathBuf,
    accuracy: f64,
    bytes: usize,
    /// Of activations.
    memory: usize,
    /// On a machine as quick as when the table was begun.
    microseconds: f64,
    /// By the table, if it is of these numbers.
    predicted: Option<f64>,
}

impl Deploy {
    pub(crate) fn run(self) -> Result<bool> {
        let Opened { recipe, supernet, dataset, part } = self.source.open()?;
        let table = self.table.as_deref().map(table).transpose()?;
        let choice = choice(&self.network, supernet.space())?;
        let (arch, weights) = supernet.extract(&choice)?;
        let supernet_accuracy = supernet.evaluate(&choice, &dataset, part)?.top_1;
        note(format!("{}: {:.2} % as a part of the supernet", arch.name, 100.0 * supernet_accuracy));

        let tuning = Tuning {
            epochs: self.epochs,
            learning_rate: self.learning_rate,
            qat_epochs: self.qat_epochs,
            qat_learning_rate: self.qat_learning_rate,
            scheme: self.scheme.clone(),
        };
        let recipe = recipe.deployed(&arch, &tuning);
        let folder = self.output.join("float");
        let mut float = self.trainer((&folder, &arch.name), &dataset, |settings| {
            Ok(Trainer::new(recipe.clone(), arch.clone(), &dataset, Some(weights), settings)?)
        })?;
        if self.epochs > 0 && !run(&mut float, "in floats")? {
            return Ok(false);
        }
        fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
        float.write_weights(&folder.join(WEIGHTS))?;
        let float_file = float.export()?;
        write_file(&folder.join(MODEL), &float_file)?;
        let file = match self.qat_epochs {
            0 => float.export_quantized(&self.scheme, &dataset, CALIBRATION)?,
            _ => {
                let folder = self.output.join(&self.scheme);
                let weights: Weights = float.weights()?;
                let mut trainer = self.trainer((&folder, &arch.name), &dataset, |settings| {
                    Ok(Trainer::new_qat(recipe, arch.clone(), &dataset, weights, settings)?)
                })?;
                if !run(&mut trainer, "with quantization simulated")? {
                    return Ok(false);
                }
                trainer.export()?
            }
        };
        let path = self.output.join(MODEL);
        write_file(&path, &file)?;

        let threads = self.threads.or(table.as_ref().map(|table| table.threads)).unwrap_or(1);
        let models = [open(float_file.clone())?, open(file.clone())?];
        let stopwatch = Stopwatch { threads, ..Stopwatch::default() };
        let yardstick =
            model(&supernet.space().yardstick()?, table.as_ref().map_or(Scheme::Int8, |table| table.scheme))?;
        let timed = stopwatch.networks(&models, &yardstick, &mut || ())?;
        let slower = table.as_ref().map_or(1.0, |table| table.slower(timed.yardstick));
        let measured = |index: usize, file: &[u8], path: PathBuf, scheme: Scheme| -> Result<Measured> {
            let predicted = table.iter().find(|table| table.scheme == scheme);
            Ok(Measured {
                file: path,
                accuracy: float.evaluate_file(file, &dataset, part)?.top_1,
                bytes: file.len(),
                memory: models[index].session()?.memory().arena,
                microseconds: timed.times[index] / slower,
                predicted: predicted.map(|table| table.predict(&arch)).transpose()?,
            })
        };
        let network = arch.network()?;
        let deployed = Deployed {
            network: arch.name.clone(),
            choice,
            parameters: network.parameters(),
            macs: network.macs(),
            part: part.name(),
            supernet_accuracy,
            float: measured(0, &float_file, folder.join(MODEL), Scheme::Float)?,
            integer: measured(1, &file, path, Scheme::Int8)?,
        };
        write_file(&self.output.join("deploy.json"), &serde_json::to_vec_pretty(&deployed)?)?;
        show(&deployed, &self.scheme, table.as_ref());
        if let Some(changed) = table.and_then(|table| table.changed(timed.yardstick)) {
            note(changed);
        }
        Ok(true)
    }

    /// The run in a folder, or the one that `begin` makes.
    fn trainer(
        &self,
        (folder, network): (&Path, &str),
        dataset: &Dataset,
        begin: impl FnOnce(Settings) -> Result<Trainer>,
    ) -> Result<Trainer> {
        if !folder.join(CHECKPOINT).exists() {
            return begin(self.source.settings(folder));
        }
        let trainer = Trainer::resume(dataset, self.source.settings(folder))?;
        let other = trainer.name();
        ensure!(other == network, "{} holds the run of {other}: give another --output", folder.display());
        Ok(trainer)
    }
}

/// Training images by which a network is quantized that is not trained on.
const CALIBRATION: usize = 200;

/// Runs to the end; whether it came there.
fn run(trainer: &mut Trainer, how: &str) -> Result<bool> {
    note(format!("training on, {how}"));
    let mut display = Display::new(trainer.done(), trainer.steps());
    let finished = trainer.run(&interrupt::is_asked, &mut |event| display.show(&event));
    display.finish();
    let finished = finished?;
    if !finished {
        note("interrupted; the same command goes on");
    }
    Ok(finished)
}

/// A network by name, or in a file.
fn choice(source: &str, space: &Space) -> Result<Choice> {
    match source {
        "largest" => return Ok(space.largest()),
        "smallest" => return Ok(space.smallest()),
        _ => {}
    }
    let text = fs::read_to_string(source).with_context(|| source.to_owned())?;
    let choice = Choice::from_json(&text).and_then(|choice| space.accepts(&choice).map(|()| choice));
    choice.with_context(|| format!("{source} (`ofa search` writes choices as .choice.json)"))
}

fn show(deployed: &Deployed, scheme: &str, table: Option<&Table>) {
    let Deployed { part, float, integer, .. } = deployed;
    result(format!(
        "{:<10} {part:>12} {:>12} {:>12} {:>12} {:>12}",
        "", "file", "memory", "measured", "predicted"
    ));
    for (name, measured) in [("float", float), (scheme, integer)] {
        let Measured { accuracy, bytes, memory, microseconds, predicted, .. } = measured;
        let predicted = predicted.map_or(String::new(), |predicted| {
            format!("{predicted:>9.1} µs ({:+.1} %)", 100.0 * (predicted / microseconds - 1.0))
        });
        result(format!(
            "{name:<10} {:>10.2} % {:>9.1} kB {:>9.1} kB {microseconds:>9.1} µs {predicted:>12}",
            100.0 * accuracy,
            *bytes as f64 / 1e3,
            *memory as f64 / 1e3
        ));
    }
    if let Some(table) = table {
        note(format!("predicted by the table of {}, {}", table.device, table.scheme.name()));
    }
    note(format!("wrote {}", integer.file.display()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_named_or_read() {
        let space = featherlite_ofa::spaces::find("ofa-small").unwrap();
        assert_eq!(choice("smallest", &space).unwrap(), space.smallest());
        let error = choice("nowhere.json", &space).unwrap_err();
        assert!(format!("{error:#}").contains("nowhere.json"), "{error:#}");
    }
}
