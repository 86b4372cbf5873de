//! SavedModels and a frozen graph, against what TensorFlow computes (`tools/make_convert_fixtures.py`).

use std::path::PathBuf;

use bytes::Bytes;
use featherlite_convert::import::{Options, tensorflow};
use featherlite_convert::{Result, export, passes};
use featherlite_ir::Model;
use featherlite_ops::core::OpSet;
use featherlite_testkit::Random;
use serde_json::Value;

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/tensorflow").join(name)
}

fn read(name: &str) -> Bytes {
    std::fs::read(data(name)).unwrap().into()
}

/// The calls of a fixture: signature, inputs, outputs.
fn calls(name: &str) -> Value {
    serde_json::from_slice(&read(&format!("{name}.json"))).unwrap()
}

fn shape(tensor: &Value) -> Vec<usize> {
    tensor["shape"].as_array().unwrap().iter().map(|size| size.as_u64().unwrap() as usize).collect()
}

fn values(tensor: &Value) -> Vec<f32> {
    tensor["values"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap() as f32).collect()
}

/// Runs every signature of a converted model on the fixture's inputs and compares the outputs.
fn check(model: &Model, name: &str) {
    let ops = OpSet::new(featherlite_ops::ALL);
    let file = export::to_bytes(model).unwrap();
    let loaded = featherlite_runtime::Model::from_bytes(file, &ops).unwrap();
    for (key, call) in calls(name).as_object().unwrap() {
        let mut session = loaded.session().unwrap();
        let mut signature = session.signature(key).unwrap();
        let inputs = || call["inputs"].as_object().unwrap();
        for (input, tensor) in inputs() {
            signature.resize_input(input, &shape(tensor)).unwrap();
        }
        for (input, tensor) in inputs() {
            match signature.input_mut::<f32>(input) {
                Ok(floats) => floats.copy_from_slice(&values(tensor)),
                Err(_) => {
                    let integers: Vec<i32> = values(tensor).iter().map(|&value| value as i32).collect();
                    signature.input_mut::<i32>(input).unwrap().copy_from_slice(&integers);
                }
            }
        }
        signature.run().unwrap();
        for (output, tensor) in call["outputs"].as_object().unwrap() {
            let found = signature.output(output).unwrap();
            let expected = values(tensor);
            let scale = expected.iter().fold(1e-3f32, |scale, value| scale.max(value.abs()));
            assert_eq!(found.shape().dims(), shape(tensor), "{name} {key} {output}");
            for (found, expected) in found.values::<f32>().unwrap().iter().zip(&expected) {
                assert!(
                    (found - expected).abs() <= 1e-5 * scale,
                    "{name} {key} {output}: {found} {expected}"
                );
            }
        }
    }
}

#[test]
fn networks_compute_what_tensorflow_computes() -> Result<()> {
    for name in ["signatures", "image", "sequence", "v1", "frozen.pb", "trained.pb"] {
        // The error function has no operator, so that a graph with it runs after that pass only.
        for only in [Some(&["erf".to_owned()][..]), None] {
            let mut model = tensorflow::import(&data(name), &Options::default())?;
            passes::run(&mut model, only, |_, _| ())?;
            check(&model, name.trim_end_matches(".pb"));
        }
    }
    Ok(())
}

#[test]
fn simulated_quantization_becomes_integers() -> Result<()> {
    let mut model = tensorflow::import(&data("trained.pb"), &Options::default())?;
    passes::run(&mut model, None, |_, _| ())?;
    let left: Vec<String> = model.graphs[0].nodes().map(|(_, node)| node.op.name()).collect();
    assert_eq!(left, ["QUANTIZE", "CONV_2D", "DEQUANTIZE"], "{model}");
    Ok(())
}

#[test]
fn names_and_order_are_those_of_the_source() -> Result<()> {
    let model = tensorflow::import(&data("signatures"), &Options::default())?;
    let keys: Vec<&str> = model.signatures.iter().map(|signature| signature.key.as_str()).collect();
    assert_eq!(keys, ["add", "count", "loop"]);
    assert_eq!(model.signatures[0].inputs, ["zeta", "alpha"]);
    assert_eq!(model.signatures[0].outputs, ["b", "y"]);
    let options = Options { signatures: vec!["loop".into()], ..Options::default() };
    let model = tensorflow::import(&data("signatures"), &options)?;
    assert_eq!(model.signatures.len(), 1);
    Ok(())
}

#[test]
fn networks_can_be_cut() -> Result<()> {
    let options = Options { outputs: vec!["MatMul".into()], ..Options::default() };
    let model = tensorflow::import(&data("frozen.pb"), &options)?;
    assert_eq!(model.signatures[0].outputs, ["MatMul"]);
    let options =
        Options { inputs: vec!["MatMul".into()], shapes: vec![shape_of("MatMul")], ..Options::default() };
    let model = tensorflow::import(&data("frozen.pb"), &options)?;
    assert_eq!(model.signatures[0].inputs, ["MatMul"]);
    assert_eq!(model.graphs[0].node_count(), 1);
    Ok(())
}

fn shape_of(name: &str) -> (String, Vec<featherlite_convert::build::Size>) {
    (name.into(), [2, 4].map(featherlite_convert::build::Size::Fixed).to_vec())
}

#[test]
fn faults_name_what_is_wrong() {
    let refused =
        |name: &str, options: Options| tensorflow::import(&data(name), &options).unwrap_err().to_string();
    let options = || Options::default();
    let text = refused("signatures", Options { signatures: vec!["sub".into()], ..options() });
    assert!(text.contains("\"sub\"") && text.contains("\"add\""), "{text}");
    let text = refused("v1", Options { tag: Some("train".into()), ..options() });
    assert!(text.contains("\"train\"") && text.contains("serve"), "{text}");
    let text = refused("frozen.pb", Options { outputs: vec!["scores".into()], ..options() });
    assert!(text.contains("\"scores\" does not exist"), "{text}");
    let text = refused("variables", options());
    assert!(text.contains("variables"), "{text}");
    let text =
        tensorflow::from_saved_model(read("v1/saved_model.pb"), None, &options()).unwrap_err().to_string();
    assert!(text.contains("the value of variable \"w\" is not known"), "{text}");
    let index = read("v1/variables/variables.index");
    let text = tensorflow::from_saved_model(read("v1/saved_model.pb"), Some((&index, &[])), &options());
    let text = text.unwrap_err().to_string();
    assert!(text.contains("a shard of the checkpoint is missing"), "{text}");
}

/// Damaged files are refused or converted, never a panic.
#[test]
fn damaged_files_do_not_panic() {
    let mut random = Random::new(2026);
    for name in ["signatures", "image", "sequence", "v1"] {
        let whole = [
            read(&format!("{name}/saved_model.pb")),
            read(&format!("{name}/variables/variables.index")),
            read(&format!("{name}/variables/variables.data-00000-of-00001")),
        ];
        for _ in 0..150 {
            let [model, index, shard] = whole.clone();
            let (model, index) = match random.below(8) {
                0 => (model, damaged(&index, &mut random)),
                _ => (damaged(&model, &mut random), index),
            };
            let _ = tensorflow::from_saved_model(model, Some((&index, &[shard])), &Options::default());
        }
    }
    let whole = read("frozen.pb");
    for end in 0..whole.len() {
        let _ = tensorflow::from_graph_def(whole.slice(..end), &Options::default());
    }
    for _ in 0..400 {
        let _ = tensorflow::from_graph_def(damaged(&whole, &mut random), &Options::default());
    }
}

fn damaged(file: &Bytes, random: &mut Random) -> Bytes {
    let mut file = file.to_vec();
    for _ in 0..random.size(1..=4) {
        let at = random.below(file.len());
        match random.below(4) {
            0 => file[at] = random.below(256) as u8,
            1 => file[at] = [0, 1, 0x7f, 0x80, 0xff][random.below(5)],
            2 => file[at] ^= 1 << random.below(8),
            _ => file.truncate(at + 1),
        }
    }
    file.into()
}
