use std::fs;

use featherlite::schema::BuiltinOperator;
use featherlite::schema::owned;
use featherlite_testkit::{ModelBuilder, Op, constant, tensor};

use crate::harness::Folder;

/// A model that TensorFlow would not write: a RELU apart from its sum, a RESHAPE that changes nothing.
fn loose() -> Vec<u8> {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<f32>(&[-1, 2]).named("x"));
    let one = graph.tensor(constant(&[2], &[1f32, -1.0]));
    let shape = graph.tensor(constant(&[2], &[-1i32, 2]));
    let add = Op::builtin(BuiltinOperator::ADD).options(owned::AddOptions::default());
    let sum = graph.add(add, &[x, one], tensor::<f32>(&[-1, 2]).named("sum"));
    let same = graph.add(Op::builtin(BuiltinOperator::RESHAPE), &[sum, shape], tensor::<f32>(&[-1, 2]));
    let y = graph.add(Op::builtin(BuiltinOperator::RELU), &[same], tensor::<f32>(&[-1, 2]).named("y"));
    graph.output(y);
    model.signature("serve", 0, &[("features", x)], &[("scores", y)]);
    model.build()
}

#[test]
fn a_model_is_optimized_and_compared_with_its_source() {
    let folder = Folder::new();
    folder.write("loose.tflite", loose());
    let text = folder.run("convert loose.tflite -o tight.tflite").ok();
    for part in ["1  ADD", "3 nodes became 1 operators", "same  serve scores", "TensorFlow Lite"] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    // Names and open sizes are those of the source.
    let text = folder.run("inspect tight.tflite").ok();
    for part in ["features", "scores", "?"] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    let report = folder.run("convert loose.tflite -o tight.tflite --json").ok();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!((&report["operator_count"], &report["operators"]["ADD"]), (&1.into(), &1.into()));
    assert_eq!(report["verified"][0]["relative_error"], 0.0);
}

#[test]
fn passes_are_chosen_and_shown() {
    let folder = Folder::new();
    folder.write("loose.tflite", loose());
    let text = folder.run("convert loose.tflite -o out.tflite --passes identity --dump-ir ir").ok();
    assert!(text.contains("3 nodes became 2 operators"), "{text}");
    let files = folder.list("ir");
    assert_eq!(files, ["000_import.txt", "001_identity.txt", "002_final.numbered.txt", "002_final.txt"]);
    let text = fs::read_to_string(folder.path().join("ir/001_identity.txt")).unwrap();
    assert!(text.contains("signature serve = main(features) -> (scores)"), "{text}");
    assert!(text.contains("y: FLOAT32[size0,2] = RELU(sum)"), "{text}");
    let numbered = fs::read_to_string(folder.path().join("ir/002_final.numbered.txt")).unwrap();
    assert!(numbered.contains("%2: FLOAT32[size0,2] = RELU(%1)"), "{numbered}");
    folder.run("convert loose.tflite -o out.tflite --passes").ok();
    folder.run("convert loose.tflite -o out.tflite --passes identiy").fails(2, &["identiy", "identity"]);
}

#[test]
fn inputs_change_their_layout_on_request() {
    let folder = Folder::new();
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<f32>(&[1, 3, 4, 5]).named("x"));
    let axes = graph.tensor(constant(&[4], &[0i32, 2, 3, 1]));
    let moved = graph.add(Op::builtin(BuiltinOperator::TRANSPOSE), &[x, axes], tensor::<f32>(&[1, 4, 5, 3]));
    let y = graph.add(Op::builtin(BuiltinOperator::ABS), &[moved], tensor::<f32>(&[1, 4, 5, 3]).named("y"));
    graph.output(y);
    folder.write("nchw.tflite", model.build());
    let kept = folder.run("convert nchw.tflite -o out.tflite --keep-nchw x").ok();
    assert!(kept.contains("TRANSPOSE is left 1 times"), "{kept}");
    let text = folder.run("convert nchw.tflite -o out.tflite --nhwc x").ok();
    assert!(text.contains("1 operators") && !text.contains("TRANSPOSE"), "{text}");
    folder.run("convert nchw.tflite -o out.tflite --nhwc z").fails(2, &["z", "x"]);
    folder.run("convert nchw.tflite -o out.tflite --keep-nchw z").fails(2, &["z", "x"]);
    folder.run("convert nchw.tflite -o out.tflite --keep-nchw x --nhwc x").fails(2, &["--keep-nchw", "x"]);
}

#[test]
fn failures_say_why_and_leave_nothing() {
    let folder = Folder::new();
    folder.write("loose.tflite", loose());
    folder.write("cut.tflite", &loose()[..200]);
    folder.write("text.onnx", b"not a model");
    folder.write("notes.txt", b"hello");
    folder.write("empty/notes.txt", b"hello");
    folder.run("convert absent.onnx -o out.tflite").fails(1, &["absent.onnx"]);
    folder.run("convert cut.tflite -o out.tflite").fails(1, &["cut.tflite"]);
    folder
        .run("convert notes.txt -o out.tflite")
        .fails(2, &["notes.txt", "format is not known", "SavedModel"]);
    folder.run("convert empty -o out.tflite").fails(2, &["empty", "saved_model.pb"]);
    folder.run("convert loose.tflite -o out.tflite --signature other").fails(2, &["other", "serve"]);
    folder.run("convert loose.tflite -o out.tflite --shape x").fails(2, &["INPUT=N,N"]);
    folder.run("convert loose.tflite -o out.tflite --dynamic depth").fails(2, &["depth", "batch"]);
    folder.run("convert loose.tflite -o absent/out.tflite").fails(1, &["absent"]);
    let left = folder.list(".");
    assert_eq!(left, ["cut.tflite", "empty", "loose.tflite", "notes.txt", "text.onnx"]);
}
