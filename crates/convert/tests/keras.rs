//! Networks that Keras has written give what Keras computes.

use std::fs;
use std::path::{Path, PathBuf};

use featherlite_base::ErrorKind;
use featherlite_convert::import::{Options, keras};
use featherlite_convert::verify::{OutputError, verify};
use featherlite_convert::{export, passes};
use featherlite_ops::ALL;
use featherlite_ops::core::OpSet;
use featherlite_runtime::Model;
use serde_json::Value;

/// Sums are taken in another order than by Keras.
const TOLERANCE: f64 = 1e-5;

fn data(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder)
}

fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["keras2", "keras3"] {
        let entries = fs::read_dir(data(folder)).unwrap().map(|entry| entry.unwrap().path());
        files.extend(entries.filter(|path| path.extension().is_some_and(|extension| extension != "json")));
    }
    files.sort();
    files
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

/// The largest difference of an output from what Keras computes, as a part of the largest value.
fn difference(path: &Path) -> f64 {
    let imported = keras::import(path, &Options::default()).unwrap_or_else(|error| panic!("{error}"));
    imported.check().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let model = Model::from_bytes(export::to_bytes(&imported).unwrap(), &OpSet::new(ALL)).unwrap();
    let mut session = model.session().unwrap();
    let expected: Value = serde_json::from_slice(&fs::read(path.with_extension("json")).unwrap()).unwrap();
    let inputs = expected["inputs"].as_array().unwrap();
    for (index, input) in inputs.iter().enumerate() {
        let shape: Vec<usize> = numbers(&input["shape"]).iter().map(|&size| size as usize).collect();
        session.resize_input(index, &shape).unwrap();
    }
    for (index, input) in inputs.iter().enumerate() {
        let values: Vec<f32> = numbers(&input["values"]).iter().map(|&value| value as f32).collect();
        session.set_input_real(index, &values).unwrap();
    }
    session.run().unwrap();
    let mut worst = 0f64;
    for (index, output) in expected["outputs"].as_array().unwrap().iter().enumerate() {
        let (wanted, found) = (numbers(&output["values"]), session.output(index).unwrap().to_real().unwrap());
        assert_eq!(wanted.len(), found.len(), "{}: output {index}", path.display());
        let most = wanted.iter().fold(0f64, |most, value| most.max(value.abs()));
        let pairs = wanted.iter().zip(&found);
        worst = pairs.fold(worst, |worst, (a, &b)| worst.max((a - f64::from(b)).abs() / most));
    }
    worst
}

#[test]
fn networks_give_what_keras_computes() {
    let wrong: Vec<String> = files()
        .iter()
        .map(|path| (path, difference(path)))
        .filter(|(_, difference)| difference.is_nan() || *difference >= TOLERANCE)
        .map(|(path, difference)| format!("{}: {difference}", path.display()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn results_are_compared_with_their_sources() {
    for path in files() {
        let source = keras::import(&path, &Options::default()).unwrap();
        let mut model = source.clone();
        passes::run(&mut model, None, |_, _| {}).unwrap();
        let result = Model::from_bytes(export::to_bytes(&model).unwrap(), &OpSet::new(ALL)).unwrap();
        let errors = verify(&source, &result).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let worst = errors.iter().map(OutputError::relative).fold(0f32, f32::max);
        assert!(!errors.is_empty() && worst <= 1e-4, "{}: {worst}", path.display());
    }
}

#[test]
fn names_and_order_are_those_of_the_source() {
    for folder in ["keras2", "keras3"] {
        for extension in ["keras", "h5"] {
            let path = data(folder).join("graph").with_extension(extension);
            let model = keras::import(&path, &Options::default()).unwrap();
            assert_eq!(model.signatures[0].inputs, ["image", "extra"]);
            assert_eq!(model.signatures[0].outputs, ["pair", "pair_1", "last"]);
        }
    }
}

#[test]
fn damaged_files_are_refused() {
    for path in files() {
        let file = fs::read(&path).unwrap();
        for part in 0..16 {
            let cut = file[..file.len() * part / 16].to_vec();
            let error = keras::from_bytes(cut, &Options::default()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidModel, "{}: {error}", path.display());
        }
        let mut seed = 1u64;
        for _ in 0..64 {
            let mut file = file.clone();
            for _ in 0..4 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (seed >> 33) as usize % file.len();
                file[at] = (seed >> 24) as u8;
            }
            let _ = keras::from_bytes(file, &Options::default());
        }
    }
}

#[test]
fn layers_without_a_rule_are_named() {
    let mut file = fs::read(data("keras3").join("graph.h5")).unwrap();
    let (from, to) = (b"\"Concatenate\"", b"\"Konkatenate\"");
    let at = file.windows(from.len()).position(|window| window == from).unwrap();
    file[at..at + to.len()].copy_from_slice(to);
    let error = keras::from_bytes(file, &Options::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let text = error.to_string();
    for part in ["\"concatenate\"", "Konkatenate", "\"axis\":-1", "FLOAT32[?,24], FLOAT32[?,6]", "help: "] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn weights_are_listed_by_layer() {
    for folder in ["keras2", "keras3"] {
        let listed = |file: &str| {
            let layers = keras::weights(&data(folder).join(file)).unwrap();
            let variables = layers.into_iter().flat_map(|layer| {
                let place = (layer.name, layer.class);
                layer
                    .variables
                    .into_iter()
                    .map(move |variable| (place.clone(), variable.dims, variable.bytes))
            });
            variables.collect::<Vec<_>>()
        };
        let variables = listed("graph.keras");
        assert!(!variables.is_empty());
        assert_eq!(variables, listed("graph.h5"), "{folder}");
    }
    assert!(keras::weights(&data("keras3").join("graph.json")).is_err());
}
