use serde_json::Value;

use crate::harness::Folder;
use crate::models;

#[test]
fn the_graph_is_shown() {
    let folder = Folder::new();
    folder.write("score.tflite", models::score(0.5));
    let text = folder.run("inspect score.tflite").ok();
    for part in ["signature score", "subgraph 0 main: 3 operators", "[?,4]", "MUL v1", "constant 4 B", "t0"] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
    let text = folder.run("inspect score.tflite --plan").ok();
    for part in ["arena", "weights in the file", "alive at once", "steps"] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}

#[test]
fn json_has_the_same() {
    let folder = Folder::new();
    folder.write("quantized.tflite", models::quantized());
    let value: Value =
        serde_json::from_str(&folder.run("inspect quantized.tflite --json --plan").ok()).unwrap();
    let graph = &value["subgraphs"][0];
    assert_eq!(graph["operators"][1]["operator"], "NEG");
    assert_eq!(graph["operators"][0]["version"], 2);
    assert_eq!(graph["tensors"][0]["quantization"]["zero_points"][0], 3);
    assert_eq!(graph["tensors"][0]["dtype"], "INT8");
    assert_eq!(value["plan"]["steps"].as_array().unwrap().len(), 3);
    assert!(value["plan"]["arena_bytes"].as_u64().unwrap() >= 16);
    assert_eq!(value["metadata"], Value::Null);
}

#[test]
fn metadata_and_files_are_shown() {
    let folder = Folder::new();
    folder.write("clothes.tflite", include_bytes!("../../assets/fashion_mnist_int8.tflite"));
    let text = folder.run("inspect clothes.tflite").ok();
    for part in [
        "metadata     TFLITE_METADATA",
        "file         labels.txt (76 B)",
        "name      Fashion-MNIST classifier",
        "padding: SAME, stride_w: ",
    ] {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
    let value: Value = serde_json::from_str(&folder.run("inspect clothes.tflite --json").ok()).unwrap();
    assert_eq!(value["files"][0]["name"], "labels.txt");
    assert_eq!(value["metadata"]["outputs"][0]["files"][0], "labels.txt");
}
