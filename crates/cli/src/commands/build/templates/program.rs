//! Runs TensorFlow Lite models that need no other operators than those of `operators.rs`.
//!
//! usage: PROGRAM MODEL.tflite [-i INPUT.npy]… [-o FOLDER] [-t THREADS] [-n RUNS]
//!
//! Inputs without a file are random. Outputs are written to FOLDER as output_0.npy, output_1.npy, …

mod npy;
mod operators;
mod random;

use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use featherlite::{DType, Model, Session, SessionOptions, TensorView};

use npy::Array;
use random::Random;

const USAGE: &str = "usage: PROGRAM MODEL.tflite [-i INPUT.npy]… [-o FOLDER] [-t THREADS] [-n RUNS]";

/// Elements of an output that are shown.
const SHOWN: usize = 8;

struct Arguments {
    model: PathBuf,
    inputs: Vec<PathBuf>,
    outputs: Option<PathBuf>,
    threads: usize,
    runs: u32,
}

impl Arguments {
    fn read() -> Result<Self, Box<dyn Error>> {
        let (mut model, mut inputs, mut outputs, mut threads, mut runs) = (None, Vec::new(), None, 1, 1);
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value; {USAGE}"));
            match &*word {
                "-i" => inputs.push(value()?.into()),
                "-o" => outputs = Some(value()?.into()),
                "-t" => threads = value()?.parse()?,
                "-n" => runs = value()?.parse::<u32>()?.max(1),
                _ if model.is_none() && !word.starts_with('-') => model = Some(word.into()),
                _ => return Err(USAGE.into()),
            }
        }
        Ok(Self { model: model.ok_or(USAGE)?, inputs, outputs, threads, runs })
    }
}

fn main() -> ExitCode {
    match Arguments::read().and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let model = Model::open(&arguments.model, &operators::set())?;
    let mut session =
        model.session_with(SessionOptions { threads: arguments.threads, ..SessionOptions::default() })?;
    println!("ready after {}", microseconds(start.elapsed()));
    set_inputs(&mut session, &arguments.inputs)?;
    for number in 0..arguments.runs {
        let start = Instant::now();
        session.run()?;
        println!("run {number} took {}", microseconds(start.elapsed()));
    }
    for index in 0..session.output_count() {
        let output = session.output(index)?;
        println!("output {index} {:?} {} {}: {}", output.info().name(), output.dtype(), output.shape(), shown(&output));
        if let Some(folder) = &arguments.outputs {
            write(&output, &folder.join(format!("output_{index}.npy")))?;
        }
    }
    Ok(())
}

fn microseconds(time: Duration) -> String {
    format!("{:.1} us", time.as_secs_f64() * 1e6)
}

/// Sets inputs from files, in their order, and those that are left at random.
fn set_inputs(session: &mut Session, files: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    let mut arrays = Vec::new();
    for (index, file) in files.iter().enumerate().take(session.input_count()) {
        let array = npy::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let dtype = session.input_info(index)?.dtype();
        if array.dtype != dtype {
            return Err(format!("{} holds {}, input {index} takes {dtype}", file.display(), array.dtype).into());
        }
        session.resize_input(index, &array.shape)?;
        arrays.push(array);
    }
    let mut random = Random::new(0);
    for index in 0..session.input_count() {
        let (dtype, shape) = (session.input_info(index)?.dtype(), session.input_shape(index)?);
        match arrays.get(index) {
            Some(array) => session.set_input_bytes(0, index, &array.bytes)?,
            None => session.set_input_bytes(0, index, &random.bytes(dtype, shape.elements()))?,
        }
    }
    Ok(())
}

/// The first elements as real numbers, or the number of bytes if there are none.
fn shown(output: &TensorView<'_>) -> String {
    let Ok(values) = output.to_real() else { return format!("{} bytes", output.bytes().len()) };
    let more = if values.len() > SHOWN { " …" } else { "" };
    let values: Vec<String> = values.iter().take(SHOWN).map(|value| format!("{value}")).collect();
    format!("{}{more}", values.join(" "))
}

/// Writes an output to a file that is there whole or not at all.
fn write(output: &TensorView<'_>, path: &Path) -> Result<(), Box<dyn Error>> {
    let array = Array {
        dtype: output.dtype(),
        width: output.dtype().bits() / 8,
        shape: output.shape().dims().to_vec(),
        bytes: output.bytes().to_vec(),
    };
    let temporary = path.with_extension("npy.tmp");
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    let written = File::create(&temporary).and_then(|file| npy::write(file, &array));
    if let Err(error) = written.and_then(|()| fs::rename(&temporary, path)) {
        let _ = fs::remove_file(&temporary);
        return Err(format!("{}: {error}", path.display()).into());
    }
    Ok(())
}
