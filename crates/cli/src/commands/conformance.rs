//! `featherlite conformance`: runs models on given inputs and writes their outputs, for a judge to compare.
//!
//! Batch mode reads jobs from a file, one a line (`id, model, inputs, outputs, steps, signatures`, tab-separated), and prints one
//! line per job: `id, ok|unsupported|error, message`. All steps of a job run in one session.

use std::io::Write;
use std::path::{Path, PathBuf};

use featherlite::{DType, ErrorKind, Model, OpSet, Session, SessionOptions};

use crate::npy::{self, Array};

/// What happened to a job.
pub(crate) enum Failure {
    Unsupported(String),
    Error(String),
}

impl From<featherlite::Error> for Failure {
    fn from(error: featherlite::Error) -> Self {
        match error.kind() {
            ErrorKind::Unsupported => Self::Unsupported(error.to_string()),
            _ => Self::Error(error.to_string()),
        }
    }
}

fn at(path: &Path) -> impl Fn(std::io::Error) -> Failure {
    move |error| Failure::Error(format!("{}: {error}", path.display()))
}

/// Where a job's files are.
pub(crate) struct Job {
    pub(crate) model: PathBuf,
    pub(crate) inputs: PathBuf,
    pub(crate) outputs: PathBuf,
    /// One per step; `-` is the main subgraph.
    pub(crate) signatures: Vec<String>,
}

/// Runs every job of a file, printing one line for each.
pub(crate) fn batch(jobs: &Path, ops: &OpSet, options: &SessionOptions) -> std::io::Result<()> {
    let text = std::fs::read_to_string(jobs)?;
    let mut out = std::io::stdout().lock();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let fields: Vec<&str> = line.split('\t').collect();
        let outcome = match Job::parse(&fields) {
            Some(job) => job.run(ops, options),
            None => Err(Failure::Error("the line does not have six fields".to_owned())),
        };
        let (status, message) = match outcome {
            Ok(()) => ("ok", String::new()),
            Err(Failure::Unsupported(message)) => ("unsupported", message),
            Err(Failure::Error(message)) => ("error", message),
        };
        let message = message.replace(['\t', '\n', '\r'], " ");
        writeln!(out, "{}\t{status}\t{message}", fields[0])?;
        out.flush()?;
    }
    Ok(())
}

impl Job {
    fn parse(fields: &[&str]) -> Option<Self> {
        let [_, model, inputs, outputs, steps, signatures] = fields else { return None };
        let mut signatures: Vec<String> = signatures.split(',').map(str::to_owned).collect();
        signatures.resize(steps.parse().ok()?, "-".to_owned());
        Some(Self { model: model.into(), inputs: inputs.into(), outputs: outputs.into(), signatures })
    }

    /// Runs all steps in one session.
    pub(crate) fn run(&self, ops: &OpSet, options: &SessionOptions) -> Result<(), Failure> {
        let model = Model::open(&self.model, ops)?;
        let mut session = model.session_with(options.clone())?;
        for (number, signature) in self.signatures.iter().enumerate() {
            let folder = |base: &Path| match self.signatures.len() {
                1 => base.to_owned(),
                _ => base.join(format!("step_{number}")),
            };
            let outputs = folder(&self.outputs);
            std::fs::create_dir_all(&outputs).map_err(at(&outputs))?;
            let subgraph = match signature.as_str() {
                "-" => 0,
                key => session.signature(key)?.signature().subgraph(),
            };
            step(&mut session, subgraph, &folder(&self.inputs), &outputs)?;
        }
        Ok(())
    }
}

fn step(session: &mut Session, subgraph: usize, inputs: &Path, outputs: &Path) -> Result<(), Failure> {
    let model = session.model().clone();
    let graph =
        model.subgraphs().nth(subgraph).ok_or_else(|| Failure::Error("no such subgraph".to_owned()))?;
    let mut arrays = Vec::new();
    for input in 0..graph.inputs().len() {
        let path = inputs.join(format!("input_{input}.npy"));
        let array = npy::read(&path).map_err(at(&path))?;
        session.resize_input_of(subgraph, input, &array.shape)?;
        arrays.push(array);
    }
    for (input, array) in arrays.iter().enumerate() {
        let info = &graph.tensors()[graph.inputs()[input]];
        session.set_input_bytes(subgraph, input, &to_tensor(array, info.dtype())?)?;
    }
    session.run_subgraph(subgraph)?;
    for output in 0..graph.outputs().len() {
        let path = outputs.join(format!("output_{output}.npy"));
        let array = from_tensor(&session.output_of(subgraph, output)?);
        let file = std::fs::File::create(&path).map_err(at(&path))?;
        npy::write(std::io::BufWriter::new(file), &array).map_err(at(&path))?;
    }
    Ok(())
}

/// The bytes that a tensor of type `dtype` has for an array.
fn to_tensor(array: &Array, dtype: DType) -> Result<Vec<u8>, Failure> {
    match (array.dtype, dtype) {
        (DType::String, DType::String) => Ok(pack_strings(array)),
        // NumPy has no 4-bit integers: one byte each there, two values a byte here.
        (DType::I8, DType::I4) => Ok(array
            .bytes
            .chunks(2)
            .map(|pair| (pair[0] & 0xf) | pair.get(1).map_or(0, |high| high << 4))
            .collect()),
        (found, expected) if found == expected => Ok(array.bytes.clone()),
        (DType::I32, DType::Resource) => Ok(array.bytes.clone()),
        (found, expected) => {
            Err(Failure::Error(format!("the input takes {expected}, the file holds {found}")))
        }
    }
}

fn from_tensor(view: &featherlite::TensorView<'_>) -> Array {
    let shape = view.shape().dims().to_vec();
    match view.dtype() {
        DType::String => unpack_strings(view.bytes(), shape),
        DType::I4 => {
            let sign = |nibble: u8| (((nibble << 4) as i8) >> 4) as u8;
            let mut bytes: Vec<u8> =
                view.bytes().iter().flat_map(|&byte| [sign(byte & 0xf), sign(byte >> 4)]).collect();
            bytes.truncate(view.shape().elements());
            Array { dtype: DType::I8, width: 1, shape, bytes }
        }
        dtype => Array { dtype, width: dtype.bits() / 8, shape, bytes: view.bytes().to_vec() },
    }
}

/// TensorFlow Lite's form of a string tensor: the number of strings, the offset of each and of the end, the bytes.
fn pack_strings(array: &Array) -> Vec<u8> {
    let count = array.shape.iter().product::<usize>();
    let strings: Vec<&[u8]> = (0..count)
        .map(|index| {
            let padded = &array.bytes[index * array.width..(index + 1) * array.width];
            let length = padded.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
            &padded[..length]
        })
        .collect();
    let mut bytes = (count as i32).to_le_bytes().to_vec();
    let mut offset = 4 * (count + 2);
    for string in &strings {
        bytes.extend((offset as i32).to_le_bytes());
        offset += string.len();
    }
    bytes.extend((offset as i32).to_le_bytes());
    bytes.extend(strings.concat());
    bytes
}

fn unpack_strings(bytes: &[u8], shape: Vec<usize>) -> Array {
    let number = |index: usize| {
        let bytes = bytes.get(4 * index..4 * index + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, i32::from_le_bytes) as usize
    };
    let strings: Vec<&[u8]> = (0..number(0))
        .map(|index| bytes.get(number(index + 1)..number(index + 2)).unwrap_or_default())
        .collect();
    let width = strings.iter().map(|string| string.len()).max().unwrap_or(0).max(1);
    let mut padded = Vec::with_capacity(strings.len() * width);
    for string in strings {
        padded.extend_from_slice(string);
        padded.resize(padded.len().next_multiple_of(width), 0);
    }
    Array { dtype: DType::String, width, shape, bytes: padded }
}
