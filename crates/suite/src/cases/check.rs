use featherlite::schema::owned::{self, Placement};
use featherlite::{Kernels, Model, OpSet, Session, SessionOptions, schema};
use featherlite_simd::Level;
use featherlite_testkit::Random;

use super::{Case, Elements, Output, Tolerance, Value};

/// Runs a case with every kernel that this machine has, and compares with what is expected and with each other.
///
/// # Errors
/// What differs, or went wrong.
pub fn check(case: &Case, ops: &OpSet, random: &mut Random) -> Result<(), String> {
    let (model, fed) = case.model(random);
    let file = model.build();
    let model = open(&file, ops)?;
    let mut results: Vec<(String, Vec<Vec<Value>>)> = Vec::new();
    let threads = random.pick(&[1, 1, 3]);
    let preserve = random.once_in(4);
    for (name, options) in kernels(threads) {
        let options = SessionOptions { preserve_all_tensors: preserve, ..options };
        let found = run(&model, options, case, &fed).map_err(|error| format!("{name}: {error}"))?;
        compare(case, &found).map_err(|difference| format!("{name}: {difference}"))?;
        results.push((name, found));
    }
    let (first_name, first) = &results[0];
    for (name, other) in &results[1..] {
        same_integers(case, first, other)
            .map_err(|difference| format!("{first_name} and {name} differ: {difference}"))?;
    }
    let again = owned::Model::read(schema::Model::read(&file).map_err(text)?).map_err(text)?;
    let placement = random.pick(&[Placement::Inside, Placement::Outside]);
    let again = open(&again.write_with(placement).map_err(text)?, ops)?;
    let (_, options) = kernels(threads).swap_remove(0);
    let again = run(&again, options, case, &fed).map_err(|error| format!("written again: {error}"))?;
    if bits(&again) != bits(first) {
        return Err("the model gives something else when read and written again".to_owned());
    }
    Ok(())
}

/// What the best kernels of this machine give for a case that was made a model: the outputs of every run.
///
/// # Errors
/// What went wrong.
pub fn outputs(case: &Case, file: &[u8], fed: &[usize], ops: &OpSet) -> Result<Vec<Vec<Value>>, String> {
    run(&open(file, ops)?, SessionOptions::default(), case, fed)
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn open(file: &[u8], ops: &OpSet) -> Result<Model, String> {
    Model::from_bytes(file.to_vec(), ops).map_err(text)
}

/// Every choice of kernels: each instruction set of this machine, and the reference.
fn kernels(threads: usize) -> Vec<(String, SessionOptions)> {
    let fast = SessionOptions { threads, memory_limit: 256 << 20, ..SessionOptions::default() };
    let options = |isa: String| (isa.clone(), SessionOptions { isa: Some(isa), ..fast.clone() });
    let mut all: Vec<_> = Level::detect().isas().map(|isa| options(isa.to_string())).collect();
    all.reverse();
    all.push(("reference".to_owned(), SessionOptions { kernels: Kernels::Reference, ..fast }));
    all
}

/// The outputs of every run.
fn run(
    model: &Model,
    options: SessionOptions,
    case: &Case,
    fed: &[usize],
) -> Result<Vec<Vec<Value>>, String> {
    let mut session = model.session_with(options).map_err(text)?;
    let values =
        |index: &usize| case.inputs[*index].value.as_ref().expect("absent inputs are not fed").clone();
    let first: Vec<Value> = fed.iter().map(values).collect();
    let planned: Vec<_> =
        (0..case.outputs.len()).map(|index| Some(session.output(index).ok()?.shape())).collect();
    let mut found = vec![run_once(&mut session, &first, &case.outputs)?];
    for (index, (planned, value)) in planned.into_iter().zip(&found[0]).enumerate() {
        if let Some(planned) = planned.filter(|planned| planned.dims() != value.shape) {
            return Err(format!("output {index} has shape {:?}, planned was {planned}", value.shape));
        }
    }
    for (inputs, _) in &case.more_runs {
        found.push(run_once(&mut session, inputs, &case.outputs)?);
    }
    Ok(found)
}

fn run_once(session: &mut Session, inputs: &[Value], outputs: &[Output]) -> Result<Vec<Value>, String> {
    for (index, value) in inputs.iter().enumerate() {
        session.set_input_bytes(0, index, &value.bytes()).map_err(text)?;
    }
    session.run().map_err(text)?;
    let values = |(index, Output { expected, .. }): (usize, &Output)| {
        let view = session.output(index).map_err(text)?;
        let shape = view.shape();
        if view.dtype() != expected.dtype {
            return Err(format!("output {index} is of {}, not {}", view.dtype(), expected.dtype));
        }
        Ok(expected.with_bytes(shape.dims(), view.bytes()))
    };
    outputs.iter().enumerate().map(values).collect()
}

fn compare(case: &Case, found: &[Vec<Value>]) -> Result<(), String> {
    let first: Vec<Value> = case.outputs.iter().map(|output| output.expected.clone()).collect();
    let runs = std::iter::once(&first).chain(case.more_runs.iter().map(|(_, outputs)| outputs));
    for (number, (expected, found)) in runs.zip(found).enumerate() {
        for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
            close(expected, found, case.outputs[index].tolerance)
                .map_err(|difference| format!("run {number}, output {index}: {difference}"))?;
        }
    }
    Ok(())
}

fn close(expected: &Value, found: &Value, tolerance: Tolerance) -> Result<(), String> {
    if expected.shape != found.shape {
        return Err(format!("shape {:?}, not {:?}", found.shape, expected.shape));
    }
    let near = |place: usize, expected: f64, found: f64, limit: f64| {
        let is_near =
            expected == found || (expected.is_nan() && found.is_nan()) || (expected - found).abs() <= limit;
        if is_near {
            Ok(())
        } else {
            Err(format!("element {place} is {found}, not {expected} (± {limit:e})"))
        }
    };
    let real = |place: usize, expected: f64, found: f64| match tolerance {
        Tolerance::Real { absolute, relative } => {
            near(place, expected, found, absolute + relative * expected.abs())
        }
        _ => near(place, expected, found, 0.0),
    };
    if matches!(tolerance, Tolerance::Shape) {
        return Ok(());
    }
    match (&expected.elements, &found.elements) {
        (Elements::Real(expected), Elements::Real(found)) => {
            expected.iter().zip(found).enumerate().try_for_each(|(place, (&e, &f))| real(place, e, f))
        }
        (Elements::Complex(expected), Elements::Complex(found)) => {
            let pairs = expected.iter().flatten().zip(found.iter().flatten());
            pairs.enumerate().try_for_each(|(place, (&e, &f))| real(place / 2, e, f))
        }
        (Elements::Whole(expected), Elements::Whole(found)) => {
            let steps = if let Tolerance::Steps(steps) = tolerance { steps } else { 0 };
            let far = expected.iter().zip(found).position(|(e, f)| e.abs_diff(*f) > steps as u64);
            far.map_or(Ok(()), |place| {
                Err(format!("element {place} is {}, not {} (± {steps})", found[place], expected[place]))
            })
        }
        (expected, found) if expected == found => Ok(()),
        (expected, found) => Err(format!("{found:?}, not {expected:?}")),
    }
}

fn bits(runs: &[Vec<Value>]) -> Vec<Vec<u8>> {
    runs.iter().flatten().map(Value::bytes).collect()
}

/// Whether what is not a float has the same bits.
fn same_integers(case: &Case, first: &[Vec<Value>], other: &[Vec<Value>]) -> Result<(), String> {
    for (first, other) in first.iter().zip(other) {
        for ((first, other), output) in first.iter().zip(other).zip(&case.outputs) {
            let is_exact = !matches!(first.elements, Elements::Real(_) | Elements::Complex(_));
            if is_exact && !matches!(output.tolerance, Tolerance::Shape) {
                close(first, other, Tolerance::Exact)?;
            }
        }
    }
    Ok(())
}
