//! Whether a conversion kept what a network computes: source and result are run on the same random inputs.

use std::collections::BTreeSet;

use featherlite_base::DType;
use featherlite_ir::{Model, Signature, Value, ValueId};
use featherlite_runtime::{Model as Runnable, SessionOptions};

use crate::infer::OPERATORS;
use crate::{Error, Result, export, passes};

/// How far apart source and result are in one output.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputError {
    /// The signature, if the model has any.
    pub signature: Option<String>,
    /// The output's name.
    pub output: String,
    /// The largest difference between elements.
    pub max_error: f32,
    /// The largest magnitude of the source's elements.
    pub max_value: f32,
}

impl OutputError {
    /// The error as a share of the largest magnitude; the error itself if that is zero.
    pub fn relative(&self) -> f32 {
        if self.max_value > 0.0 { self.max_error / self.max_value } else { self.max_error }
    }
}

/// Runs the graphs that signatures call (or the first) of a network and of the model that was made of it on the same inputs.
///
/// # Errors
/// If one of them does not run, or they give outputs of different sizes.
pub fn verify(source: &Model, result: &Runnable) -> Result<Vec<OutputError>> {
    let mut source = source.clone();
    // What only passes know how to compute.
    passes::run(&mut source, Some(&["erf".to_owned()]), |_, _| {})?;
    let entries = entries(&source)?;
    let calls = entries.iter().map(|entry| entry.graph).collect::<BTreeSet<_>>();
    let calls = calls.into_iter().map(|index| Call::new(&source, index)).collect::<Result<Vec<_>>>()?;
    let before = || {
        let loaded = Runnable::from_bytes(export::to_bytes(&source)?, &OPERATORS)?;
        run(&loaded, &calls)
    };
    let (expected, found) = std::thread::scope(|scope| {
        let before = scope.spawn(before);
        let found = run(result, &calls);
        (before.join().unwrap_or_else(|_| Err(Error::internal("the source's thread ended"))), found)
    });
    let (expected, found) = (expected?, found?);
    let mut errors = Vec::new();
    for entry in entries {
        let Some(call) = calls.iter().position(|call| call.graph == entry.graph) else { continue };
        for (position, output) in entry.outputs.into_iter().enumerate() {
            let (expected, found) = (&expected[call][position], &found[call][position]);
            if expected.len() != found.len() {
                let (left, right) = (expected.len(), found.len());
                return Err(Error::internal(format!("output {output:?} has {right} elements, not {left}")));
            }
            errors.push(compare(entry.signature.clone(), output, expected, found));
        }
    }
    Ok(errors)
}

/// A graph by the name under which it is called.
struct Entry {
    signature: Option<String>,
    graph: usize,
    outputs: Vec<String>,
}

fn entries(source: &Model) -> Result<Vec<Entry>> {
    let graph = source.graphs.first().ok_or_else(|| Error::invalid("the model has no graphs"))?;
    if source.signatures.is_empty() {
        let outputs = graph.outputs.iter().map(|&output| graph.value(output).name.clone()).collect();
        return Ok(vec![Entry { signature: None, graph: 0, outputs }]);
    }
    let entry = |signature: &Signature| Entry {
        signature: Some(signature.key.clone()),
        graph: signature.graph,
        outputs: signature.outputs.clone(),
    };
    Ok(source.signatures.iter().map(entry).collect())
}

/// Inputs for a graph.
struct Call {
    graph: usize,
    /// Sizes and contents.
    inputs: Vec<(Vec<usize>, Vec<u8>)>,
    outputs: usize,
}

/// Open sizes are tried as they are followed through the graph, but large inputs with a batch of one.
const MANY: usize = 1 << 16;

impl Call {
    fn new(source: &Model, index: usize) -> Result<Self> {
        let graph = &source.graphs[index];
        let elements = |input: &ValueId| {
            graph.value(*input).trial_shape(0).map_or(0, |sizes| sizes.iter().product::<usize>())
        };
        let is_large = graph.inputs.iter().map(elements).sum::<usize>() > MANY;
        let input = |(position, &input): (usize, &ValueId)| {
            let value = graph.value(input);
            let mut sizes = value.trial_shape(0).ok_or_else(|| {
                Error::unsupported(format!("the shape of input {:?} is not known", value.name))
            })?;
            let batch = value.shape.as_ref().and_then(|shape| shape.first());
            if let (true, Some(size), Some(batch)) = (is_large, sizes.first_mut(), batch)
                && batch.size().is_none()
            {
                *size = 1;
            }
            let contents = contents(value, sizes.iter().product(), position)?;
            Ok((sizes, contents))
        };
        let inputs = graph.inputs.iter().enumerate().map(input).collect::<Result<_>>()?;
        Ok(Self { graph: index, inputs, outputs: graph.outputs.len() })
    }
}

/// The outputs of each call, in real numbers; none of those that are no numbers.
fn run(model: &Runnable, calls: &[Call]) -> Result<Vec<Vec<Vec<f32>>>> {
    let mut session = model.session_with(SessionOptions::default())?;
    let mut results = Vec::with_capacity(calls.len());
    for call in calls {
        for (position, (sizes, _)) in call.inputs.iter().enumerate() {
            session.resize_input_of(call.graph, position, sizes)?;
        }
        for (position, (_, contents)) in call.inputs.iter().enumerate() {
            session.set_input_bytes(call.graph, position, contents)?;
        }
        session.run_subgraph(call.graph)?;
        let output = |position| {
            let output = session.output_of(call.graph, position)?;
            Ok(if output.dtype().bits() == 0 { Vec::new() } else { output.to_real()? })
        };
        results.push((0..call.outputs).map(output).collect::<Result<_>>()?);
    }
    Ok(results)
}

fn compare(signature: Option<String>, output: String, expected: &[f32], found: &[f32]) -> OutputError {
    let (mut max_error, mut max_value) = (0f32, 0f32);
    for (&expected, &found) in expected.iter().zip(found) {
        max_value = max_value.max(expected.abs());
        // Infinities and NaN that both have are no difference.
        if expected.to_bits() != found.to_bits() && !(expected.is_nan() && found.is_nan()) {
            let error = (expected - found).abs();
            max_error = if error.is_nan() { f32::INFINITY } else { max_error.max(error) };
        }
    }
    OutputError { signature, output, max_error, max_value }
}

/// Random contents for an input: reals from 0 to 1, small integers that may be indices.
fn contents(value: &Value, elements: usize, position: usize) -> Result<Vec<u8>> {
    let mut state = 0x9E37_79B9_7F4A_7C15u64.wrapping_mul(position as u64 + 1);
    let mut real = || {
        // Xorshift64* (Vigna, arXiv 1402.6246).
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        (state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40) as f32 / (1 << 24) as f32
    };
    let mut bytes = Vec::new();
    match value.dtype {
        DType::F32 => (0..elements).for_each(|_| bytes.extend(real().to_le_bytes())),
        DType::F64 => (0..elements).for_each(|_| bytes.extend(f64::from(real()).to_le_bytes())),
        DType::I32 => (0..elements).for_each(|_| bytes.extend(((real() * 4.0) as i32).to_le_bytes())),
        DType::I64 => (0..elements).for_each(|_| bytes.extend(((real() * 4.0) as i64).to_le_bytes())),
        DType::Bool => (0..elements).for_each(|_| bytes.push(u8::from(real() < 0.5))),
        DType::I8 | DType::U8 => (0..elements).for_each(|_| bytes.push((real() * 256.0) as u8)),
        other => {
            let size = other.storage_bytes(elements).ok_or_else(|| {
                Error::unsupported(format!("input {:?} of {other} can not be made up", value.name))
            })?;
            bytes.resize(size, 0);
        }
    }
    Ok(bytes)
}
