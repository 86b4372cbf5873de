//! Whether a conversion kept what a network computes: source and result are run on the same random inputs.

use featherlite_base::DType;
use featherlite_ir::{Graph, Model, ValueId};
use featherlite_runtime::{Session, SessionOptions};

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

/// Runs the graphs that signatures call (or the first) of both models on the same inputs.
///
/// # Errors
/// If one of them does not run, or they give outputs of different sizes.
pub fn verify(source: &Model, result: &Model) -> Result<Vec<OutputError>> {
    let mut source = source.clone();
    // What only passes know how to compute.
    passes::run(&mut source, Some(&["erf".to_owned()]), |_, _| {})?;
    let [mut before, mut after] = [session(&source)?, session(result)?];
    let mut errors = Vec::new();
    let entries = source
        .signatures
        .iter()
        .map(|signature| (Some(signature.key.clone()), signature.graph, signature.outputs.clone()));
    let mut entries: Vec<_> = entries.collect();
    if entries.is_empty() {
        let graph = source.graphs.first().ok_or_else(|| Error::invalid("the model has no graphs"))?;
        let names = graph.outputs.iter().map(|&output| graph.value(output).name.clone()).collect();
        entries.push((None, 0, names));
    }
    for (signature, index, names) in entries {
        let graph = &source.graphs[index];
        for (position, &input) in graph.inputs.iter().enumerate() {
            let contents = contents(graph, input, position)?;
            for session in [&mut before, &mut after] {
                let sizes = graph.value(input).trial_shape(0).unwrap_or_default();
                session.resize_input_of(index, position, &sizes)?;
                session.set_input_bytes(index, position, &contents)?;
            }
        }
        before.run_subgraph(index)?;
        after.run_subgraph(index)?;
        for (position, output) in names.into_iter().enumerate() {
            let (expected, found) = (before.output_of(index, position)?, after.output_of(index, position)?);
            if expected.dtype().bits() == 0 {
                continue;
            }
            let (expected, found) = (expected.to_real()?, found.to_real()?);
            if expected.len() != found.len() {
                let (left, right) = (expected.len(), found.len());
                return Err(Error::internal(format!("output {output:?} has {right} elements, not {left}")));
            }
            errors.push(compare(signature.clone(), output, &expected, &found));
        }
    }
    Ok(errors)
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

fn session(model: &Model) -> Result<Session> {
    let loaded = featherlite_runtime::Model::from_bytes(export::to_bytes(model)?, &OPERATORS)?;
    Ok(loaded.session_with(SessionOptions::default())?)
}

/// Random contents for an input: reals from 0 to 1, small integers that may be indices.
fn contents(graph: &Graph, input: ValueId, position: usize) -> Result<Vec<u8>> {
    let value = graph.value(input);
    let sizes = value
        .trial_shape(0)
        .ok_or_else(|| Error::unsupported(format!("the shape of input {:?} is not known", value.name)))?;
    let elements = sizes.iter().product::<usize>();
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
