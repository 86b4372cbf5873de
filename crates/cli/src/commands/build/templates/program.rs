//! Runs TensorFlow Lite models that need no other operators than those of `operators.rs`.
//!
//! usage: PROGRAM MODEL.tflite [-i INPUT.npy]… [-o FOLDER] [-t THREADS] [-n RUNS]
//!
//! Inputs without a file are random. Outputs are written to FOLDER as output_0.npy, output_1.npy, …

extern crate alloc;

mod npy;
mod operators;
mod random;
mod system;

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::error::Error;

use featherlite::{DType, Session, SessionOptions, TensorView};

use npy::Array;
use random::Random;

const USAGE: &str = "usage: PROGRAM MODEL.tflite [-i INPUT.npy]… [-o FOLDER] [-t THREADS] [-n RUNS]";

/// Elements of an output that are shown.
const SHOWN: usize = 8;

struct Arguments {
    model: String,
    inputs: Vec<String>,
    outputs: Option<String>,
    threads: usize,
    runs: u32,
}

impl Arguments {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, Box<dyn Error>> {
        let (mut model, mut inputs, mut outputs, mut threads, mut runs) = (None, Vec::new(), None, 1, 1);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value; {USAGE}"));
            match &*word {
                "-i" => inputs.push(value()?),
                "-o" => outputs = Some(value()?),
                "-t" => threads = value()?.parse()?,
                "-n" => runs = value()?.parse::<u32>()?.max(1),
                _ if model.is_none() && !word.starts_with('-') => model = Some(word),
                _ => return Err(USAGE.into()),
            }
        }
        Ok(Self { model: model.ok_or(USAGE)?, inputs, outputs, threads, runs })
    }
}

/// The program, from the words behind its name to its exit status.
fn start(words: impl Iterator<Item = String>) -> u8 {
    match Arguments::read(words).and_then(|arguments| run(&arguments)) {
        Ok(()) => 0,
        Err(error) => {
            system::complain(format_args!("error: {error}\n"));
            1
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let start = system::microseconds();
    let model = system::open(&arguments.model, &operators::set())?;
    let mut session =
        model.session_with(SessionOptions { threads: arguments.threads, ..SessionOptions::default() })?;
    system::say(format_args!("ready after {:.1} us\n", system::microseconds() - start))?;
    set_inputs(&mut session, &arguments.inputs)?;
    for number in 0..arguments.runs {
        let start = system::microseconds();
        session.run()?;
        system::say(format_args!("run {number} took {:.1} us\n", system::microseconds() - start))?;
    }
    for index in 0..session.output_count() {
        let output = session.output(index)?;
        let (name, dtype, shape) = (output.info().name(), output.dtype(), output.shape());
        system::say(format_args!("output {index} {name:?} {dtype} {shape}: {}\n", shown(&output)))?;
        if let Some(folder) = &arguments.outputs {
            write(&output, folder, &format!("output_{index}.npy"))?;
        }
    }
    Ok(())
}

/// Sets inputs from files, in their order, and those that are left at random.
fn set_inputs(session: &mut Session, files: &[String]) -> Result<(), Box<dyn Error>> {
    let mut arrays = Vec::new();
    for (index, file) in files.iter().enumerate().take(session.input_count()) {
        let array = npy::parse(&system::read(file)?).map_err(|error| format!("{file}: {error}"))?;
        let dtype = session.input_info(index)?.dtype();
        if array.dtype != dtype {
            return Err(format!("{file} holds {}, input {index} takes {dtype}", array.dtype).into());
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

/// Writes an output to a file of a folder that is there whole or not at all.
fn write(output: &TensorView<'_>, folder: &str, name: &str) -> Result<(), Box<dyn Error>> {
    let array = Array {
        dtype: output.dtype(),
        width: output.dtype().bits() / 8,
        shape: output.shape().dims().to_vec(),
        bytes: Vec::new(),
    };
    let path = format!("{folder}/{name}");
    let lead = npy::lead(&array).map_err(|error| format!("{path}: {error}"))?;
    system::write(folder, &path, &[&lead[..], output.bytes()].concat())
}
