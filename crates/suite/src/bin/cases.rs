//! Writes drawn cases with the outputs of our kernels, for `tools/compare_litert.py`.
//!
//! `cases OUT [--seed N] [--count N] [OPERATOR…]` fills the folder with `NAME.tflite`, the contents of inputs and
//! outputs as `NAME.RUN.iK` and `NAME.RUN.oK`, and `cases.json`, which says what is in them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use featherlite_suite::cases::{self, Case, FAMILIES, Tolerance, Value};
use featherlite_testkit::Random;
use serde_json::{Value as Json, json};

fn main() -> Result<()> {
    let (mut out, mut seed, mut count, mut operators) = (None, 0, 20, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().context("a number is missing")?.parse().context("not a number");
        match argument.as_str() {
            "--seed" => seed = number()?,
            "--count" => count = number()?,
            _ if out.is_none() => out = Some(PathBuf::from(argument)),
            _ => operators.push(argument),
        }
    }
    let out = out.context("say into which folder to write")?;
    fs::create_dir_all(&out)?;
    let ops = featherlite::all_ops();
    let mut written = Vec::new();
    for family in FAMILIES {
        for (row, (operator, draw)) in family.rows.iter().enumerate() {
            if !operators.is_empty() && !operators.iter().any(|wanted| wanted == operator) {
                continue;
            }
            for number in seed..seed + count {
                let random = &mut cases::random_of(operator, row, number);
                let case = draw(random);
                let name = format!("{}_{row}_{number}", operator.to_lowercase());
                match write(&out, &name, &case, random, &ops) {
                    Ok(mut entry) => {
                        entry["family"] = json!(family.name);
                        entry["operator"] = json!(operator);
                        written.push(entry);
                    }
                    Err(error) => complain(&format!("{name}: {error}\n{case}")),
                }
            }
        }
    }
    fs::write(out.join("cases.json"), serde_json::to_string(&written)?)?;
    Ok(())
}

#[expect(clippy::print_stderr, reason = "a tool's messages")]
fn complain(line: &str) {
    eprintln!("{line}");
}

fn write(out: &Path, name: &str, case: &Case, random: &mut Random, ops: &featherlite::OpSet) -> Result<Json> {
    let (model, fed) = case.model(random);
    let file = model.build();
    let runs = cases::outputs(case, &file, &fed, ops).map_err(anyhow::Error::msg)?;
    fs::write(out.join(format!("{name}.tflite")), &file)?;
    let first: Vec<Value> = fed.iter().filter_map(|&index| case.inputs[index].value.clone()).collect();
    let inputs = std::iter::once(&first).chain(case.more_runs.iter().map(|(inputs, _)| inputs));
    for (run, (inputs, outputs)) in inputs.zip(&runs).enumerate() {
        for (kind, values) in [('i', inputs), ('o', outputs)] {
            for (index, value) in values.iter().enumerate() {
                fs::write(out.join(format!("{name}.{run}.{kind}{index}")), value.bytes())?;
            }
        }
    }
    let shapes_of = |values: &Vec<Value>| values.iter().map(|value| value.shape.clone()).collect();
    let shapes: Vec<Vec<Vec<usize>>> = runs.iter().map(shapes_of).collect();
    let types: Vec<&str> = runs[0].iter().map(|value| value.dtype.name()).collect();
    let tolerances: Vec<[f64; 2]> = case
        .outputs
        .iter()
        .map(|output| match output.tolerance {
            Tolerance::Real { absolute, relative } => [absolute, relative],
            Tolerance::Shape => [f64::MAX, 0.0],
            Tolerance::Exact | Tolerance::Steps(_) => [0.0, 0.0],
        })
        .collect();
    Ok(json!({
        "name": name,
        "runs": runs.len(),
        "inputs": fed.len(),
        "output_shapes": shapes,
        "output_types": types,
        "tolerances": tolerances,
        "text": case.to_string(),
    }))
}
