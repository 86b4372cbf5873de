use std::fs;

use featherlite::schema::{BuiltinOperator, owned};
use featherlite_testkit::{ModelBuilder, Op, constant, tensor};

use crate::harness::Folder;

/// A dense layer and its softmax.
fn classifier() -> Vec<u8> {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<f32>(&[1, 32]).named("features"));
    let elements: Vec<f32> = (0..320).map(|index| (index * 37 % 101) as f32 / 50.0 - 1.0).collect();
    let weights = graph.tensor(constant(&[10, 32], &elements));
    let bias = graph.tensor(constant(&[10], &elements[..10]));
    let dense =
        Op::builtin(BuiltinOperator::FULLY_CONNECTED).options(owned::FullyConnectedOptions::default());
    let logits = graph.add(dense, &[x, weights, bias], tensor::<f32>(&[1, 10]).named("logits"));
    let softmax = Op::builtin(BuiltinOperator::SOFTMAX).options(owned::SoftmaxOptions { beta: 1.0 });
    let y = graph.add(softmax, &[logits], tensor::<f32>(&[1, 10]).named("scores"));
    graph.output(y);
    model.build()
}

/// A folder with the model and samples in two parts.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("model.tflite", classifier());
    for part in 0..2u32 {
        let mut state = part + 1;
        let values = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        });
        folder.write_npy(&format!("part{part}.npy"), &[100, 32], &values.take(3200).collect::<Vec<_>>());
    }
    folder
}

#[test]
fn a_model_is_quantized_and_runs_like_its_source() {
    let folder = folder();
    let text = folder.run("quantize model.tflite -o int8.tflite -c part0.npy --integers-only").ok();
    for part in ["INT8 by weights in INT8", "signal to quantization noise", "% of the floating-point model"] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    folder.run("compare model.tflite int8.tflite --tolerance 0.1").ok();
    let borders = "--input-type int8 --output-type uint8 --improve none";
    folder.run(&format!("quantize model.tflite -o bytes.tflite -c part0.npy {borders}")).ok();
    let text = folder.run("inspect bytes.tflite").ok();
    for part in ["features", "INT8  [1,32]", "scores", "UINT8  [1,10]"] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    for scheme in ["float16", "dynamic", "weight-only-int4", "int4-block32"] {
        folder.run(&format!("quantize model.tflite -o out.tflite --scheme {scheme}")).ok();
        folder.run("run out.tflite").ok();
    }
}

#[test]
fn statistics_of_parts_are_merged() {
    let folder = folder();
    folder.run("quantize model.tflite --calibrate-only -c part0.npy -o 0.json").ok();
    folder.run("quantize model.tflite --calibrate-only -c part1.npy -o 1.json").ok();
    let text = folder.run("quantize model.tflite --calibrate-only -s 0.json -s 1.json -o merged.json").ok();
    assert!(text.contains("200 samples, 3 tensors"), "{text}");
    folder.run("quantize model.tflite --calibrate-only -c part0.npy -c part1.npy -o both.json").ok();
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert!(read("merged.json") == read("both.json"));
    folder.run("quantize model.tflite -o int8.tflite -s merged.json --observer percentile:99").ok();
}

#[test]
fn errors_are_shown_and_drawn() {
    let folder = folder();
    let options = "--explain --debug --report page.html";
    let text = folder.run(&format!("quantize model.tflite -o int8.tflite -c part0.npy {options}")).ok();
    for part in ["SQNR", "worst:", "logits", "saturated", "dB"] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("logits") && !page.contains("http"));
}

#[test]
fn recipes_decide_by_operator() {
    let folder = folder();
    folder.write("recipe.json", r#"[{"scheme": "int8"}, {"operation": "SOFTMAX", "scheme": "float"}]"#);
    let text = folder.run("quantize model.tflite -o out.tflite -c part0.npy --recipe recipe.json").ok();
    assert!(text.contains("1  unchanged"), "{text}");
    let text = folder.run("quantize model.tflite -o out.tflite -c part0.npy --keep-float scores").ok();
    assert!(text.contains("1  unchanged"), "{text}");
}

#[test]
fn a_conversion_quantizes_as_the_command_does() {
    let folder = folder();
    let options = "-c part0.npy --input-type int8 --output-type uint8 --keep-float absent";
    let text =
        folder.run(&format!("convert model.tflite -o converted.tflite --quantize int8 {options}")).ok();
    for part in ["same  scores", "quantized", "INT8 by weights in INT8", "runs on"] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    folder.run(&format!("quantize model.tflite -o quantized.tflite {options}")).ok();
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert!(read("converted.tflite") == read("quantized.tflite"));

    let text = folder.run("convert model.tflite -o out.tflite --quantize dynamic --improve none --json").ok();
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["quantized"]["forms"][1]["reason"], "too few weights to be worth it", "{text}");
    folder.write("recipe.json", r#"[{"scheme": "int16x8"}]"#);
    folder
        .run("convert model.tflite -o out.tflite --recipe recipe.json -c part1.npy --input-type int16")
        .ok();
    assert!(folder.run("inspect out.tflite").ok().contains("INT16  [1,32]"));
}

#[test]
fn sources_are_read_as_a_conversion_reads_them() {
    let folder = folder();
    folder.run("quantize model.tflite -o out.tflite --scheme float16 --dynamic batch").ok();
    assert!(folder.run("inspect out.tflite").ok().contains("[?,32]"));
    folder.run("quantize out.tflite -o fixed.tflite --scheme float16 --shape features=3,32").ok();
    assert!(folder.run("inspect fixed.tflite").ok().contains("[3,32]"));
    let fails = |options: &str, parts: &[&str]| {
        folder
            .run(&format!("quantize model.tflite -o none.tflite --scheme float16 {options}"))
            .fails(2, parts);
    };
    fails("--shape x=1,32", &["--shape", "\"x\"", "features"]);
    fails("--shape features=1,33", &["features", "1,33", "1,32"]);
    fails("--dynamic features:2", &["features", "2 dimensions"]);
    fails("--inputs features", &["--inputs", "tflite"]);
}

#[test]
fn failures_say_why_and_leave_nothing() {
    let folder = folder();
    folder.write("wrong.json", r#"[{"scheme": "int9"}]"#);
    let before = folder.list(".");
    let fails = |options: &str, code: i32, parts: &[&str]| {
        folder.run(&format!("quantize model.tflite -o out.tflite {options}")).fails(code, parts);
    };
    fails("", 2, &["--calibrate"]);
    fails("--scheme int9", 2, &["int9", "int16x8"]);
    fails("--recipe wrong.json", 1, &["rule 0", "int9"]);
    fails("-c absent.npy", 1, &["absent.npy"]);
    fails("-c model.tflite", 1, &["not a picture"]);
    fails("--scheme float16 --input-type int8", 2, &["integer scheme"]);
    fails("--scheme dynamic --integers-only", 3, &["FULLY_CONNECTED"]);
    fails("--keep-float ( -c part0.npy", 2, &["regular expression"]);
    fails("-c part0.npy --input-type int16", 3, &["features", "INT16", "INT8"]);
    fails("-c part0.npy --output-type int8 --keep-float scores", 3, &["scores", "floating point"]);
    let alone = ["--integers-only", "-c part0.npy", "--improve all", "--output-type int8"];
    for option in alone {
        let outcome = folder.run(&format!("convert model.tflite -o out.tflite {option}"));
        assert_eq!(outcome.code, 2, "{option}");
        assert!(outcome.err.contains("--quantize"), "{option}: {}", outcome.err);
    }
    assert_eq!(folder.list("."), before);
}
