//! `featherlite run`: one run of a model on given or random inputs.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::Args;
use featherlite_data::npy;

use crate::entry::Entry;
use crate::inputs::InputOptions;
use crate::session::{RunOptions, open};
use crate::table::Table;
use crate::terminal::Terminal;
use crate::{arrays, files, summary};

pub(super) const EXAMPLES: &str = "\
Examples:
  featherlite run model.tflite                                  on random inputs
  featherlite run model.tflite -i photo.jpg                     on a picture, brought to the input's size
  featherlite run model.tflite -i x=x.npy -i y=y.npy --output-dir out
  featherlite run model.tflite --signature encode -i text=text.npy --real --output-dir out";

/// Run a model once and show its outputs
#[derive(Args)]
pub(crate) struct Run {
    /// The .tflite file
    model: PathBuf,
    /// What to run [default: the main subgraph]
    #[arg(long, value_name = "KEY")]
    signature: Option<String>,
    /// Write output_0.npy, output_1.npy, … to this folder
    #[arg(long, short = 'o', value_name = "DIR")]
    output_dir: Option<PathBuf>,
    /// Write quantized outputs as real numbers
    #[arg(long, requires = "output_dir")]
    real: bool,
    /// How many of an output's largest numbers to show
    #[arg(long, value_name = "K", default_value_t = 5)]
    top: usize,
    #[command(flatten)]
    inputs: InputOptions,
    #[command(flatten)]
    run: RunOptions,
}

impl Run {
    pub(crate) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let model = open(&self.model)?;
        let entry = Entry::find(&model, self.signature.as_deref())?;
        let mut session = self.run.session(&model)?;
        let inputs = self.inputs.read(&session, &entry)?;
        inputs.set(&mut session, &entry, terminal)?;
        let start = Instant::now();
        entry.run(&mut session)?;
        let elapsed = start.elapsed().as_secs_f64();
        for (position, port) in entry.outputs.iter().enumerate() {
            let view = entry.output(&session, position)?;
            let heading = terminal.bold(format!("output {position} {}", port.name));
            let quantization = summary::quantization(view.info());
            let line = format!("{heading}  {} {}  {quantization}", view.dtype(), view.shape());
            writeln!(terminal, "{}", line.trim_end())?;
            let mut lines = Table::new("l");
            summary::contents(&view, self.top).into_iter().for_each(|line| lines.row([line]));
            lines.print(terminal, "  ")?;
            if let Some(folder) = &self.output_dir {
                let array =
                    if self.real { arrays::from_tensor_real(&view) } else { arrays::from_tensor(&view) }?;
                let path = folder.join(format!("output_{position}.npy"));
                files::make_folder(folder)?;
                files::write(&path, |file| npy::write(file, &array))?;
                writeln!(terminal, "  {}", terminal.dim(format!("written to {}", path.display())))?;
            }
        }
        let first = terminal.dim(format!("first run took {}", summary::time(elapsed)));
        writeln!(terminal, "{first}")?;
        Ok(ExitCode::SUCCESS)
    }
}
