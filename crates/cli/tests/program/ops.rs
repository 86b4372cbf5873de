use featherlite::schema::{TensorType, owned};
use serde_json::Value;

use crate::harness::Folder;
use crate::models;

#[test]
fn all_operators_are_listed() {
    let folder = Folder::new();
    let text = folder.run("ops").ok();
    assert!(text.contains("LOGISTIC up to version"), "{text}");
    let value: Value = serde_json::from_str(&folder.run("ops --json").ok()).unwrap();
    let names: Vec<&str> =
        value.as_array().unwrap().iter().filter_map(|op| op["operator"].as_str()).collect();
    assert!(names.is_sorted() && names.contains(&"SVDF"), "{names:?}");
}

#[test]
fn a_models_operators_become_an_operator_set() {
    let folder = Folder::new();
    folder.write("score.tflite", models::score(0.5));
    let text = folder.run("ops score.tflite").ok();
    assert!(text.contains("LOGISTIC  1 x  v1  (FLOAT32) -> (FLOAT32)"), "{text}");
    assert!(text.contains("    &featherlite::ops::logistic::OP,"), "{text}");
}

#[test]
fn what_is_missing_is_named() {
    let folder = Folder::new();
    let code = owned::OperatorCode::custom("Mystery", 1);
    folder.write("custom.tflite", models::single(code, TensorType::FLOAT32));
    let outcome = folder.run("ops custom.tflite");
    assert_eq!((outcome.code, outcome.err.as_str()), (3, ""));
    assert!(outcome.out.contains("Mystery") && outcome.out.contains("  no\n"), "{}", outcome.out);
    let outcome = folder.run("ops custom.tflite --json");
    let value: Value = serde_json::from_str(&outcome.out).unwrap();
    assert_eq!((outcome.code, &value["supported"]), (3, &Value::Bool(false)));
    assert!(value["operators"][0]["reason"].as_str().unwrap().contains("not registered"), "{value}");
}
