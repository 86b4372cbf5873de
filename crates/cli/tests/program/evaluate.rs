use std::fs;
use std::path::Path;

use featherlite::schema::{BuiltinOperator, TensorType, owned};
use serde_json::Value;

use crate::harness::Folder;
use crate::models::{self, Builder};

/// The mean of each channel, of any number of pictures of 4 x 4 colours, whose channels lie along `axis`.
fn channel_means(axis: usize, name: &str, folder: &Folder) {
    let mut builder = Builder::default();
    let (mut shape, axes) = if axis == 1 { (vec![1, 3, 4, 4], [2, 3]) } else { (vec![1, 4, 4, 3], [1, 2]) };
    let x = builder.tensor("x", TensorType::FLOAT32, &shape);
    shape[0] = -1;
    builder.last().shape_signature = Some(shape);
    let axes = builder.integers("axes", &[2], &axes);
    let y = builder.tensor("y", TensorType::FLOAT32, &[1, 3]);
    builder.last().shape_signature = Some(vec![-1, 3]);
    builder.operator(owned::OperatorCode::builtin(BuiltinOperator::MEAN, 1), &[x, axes], &[y]);
    folder.write(name, builder.finish(&[x], &[y]));
}

fn picture(colour: [u8; 3]) -> Vec<u8> {
    let mut file = b"P6 4 4 255\n".to_vec();
    (0..16).for_each(|_| file.extend(colour));
    file
}

/// Five pictures of three colours; one of the blue ones is rather green.
fn colours() -> Folder {
    let folder = Folder::new();
    for (name, colour) in [
        ("blue/1", [1, 2, 200]),
        ("blue/2", [1, 180, 120]),
        ("green/1", [9, 90, 3]),
        ("red/1", [77, 7, 7]),
        ("red/2", [250, 9, 10]),
    ] {
        folder.write(&format!("colours/{name}.ppm"), picture(colour));
    }
    channel_means(3, "last.tflite", &folder);
    channel_means(1, "first.tflite", &folder);
    folder.write("rgb.txt", "red\ngreen\nblue\n");
    folder
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_embedded_model_knows_the_samples() {
    let folder = Folder::new();
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    for entry in fs::read_dir(assets.join("samples")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        folder.write(&format!("test/{name}/1.png"), fs::read(path).unwrap());
    }
    folder.write("m.tflite", fs::read(assets.join("fashion_mnist_int8.tflite")).unwrap());
    let found = json(&folder.run("evaluate m.tflite . --json").ok());
    let model = &found["models"][0];
    assert_eq!((&found["part"], &model["images"]), (&"test".into(), &10.into()));
    assert!(model["top1"].as_f64().unwrap() >= 0.8 && model["top5"].as_f64().unwrap() >= 0.9, "{model}");
    assert!(model["latency_us"]["p95"].as_f64().unwrap() >= model["latency_us"]["p50"].as_f64().unwrap());
    let text = folder.run("evaluate m.tflite . --workers 3").ok();
    assert!(text.contains("10 images of the test part, 10 classes") && text.contains("ankle_boot"), "{text}");
}

#[test]
fn answers_are_counted_by_class() {
    let folder = colours();
    let found = json(&folder.run("evaluate last.tflite colours --labels rgb.txt --json").ok());
    let model = &found["models"][0];
    assert_eq!(found["classes"], json(r#"["blue", "green", "red"]"#));
    assert_eq!(model["confusion"], json("[[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 2, 0]]"));
    assert_eq!((&model["top1"], &model["top5"]), (&0.8.into(), &1.0.into()));
    assert_eq!(model["classes"][1]["precision"], 0.5);
    let text = folder.run("evaluate last.tflite colours --labels rgb.txt").ok();
    assert!(text.contains("80.00 %") && text.contains("green (1)"), "{text}");
    // Without names the order decides, which is another one; reversed colours are wrong but for those of green.
    let top1 = |arguments: &str| json(&folder.run(arguments).ok())["models"][0]["top1"].as_f64().unwrap();
    assert_eq!(top1("evaluate last.tflite colours --json"), 0.2);
    assert_eq!(top1("evaluate last.tflite colours --json --channel-order bgr"), 0.8);
    assert_eq!(top1("evaluate last.tflite colours --json --labels rgb.txt --limit 2"), 1.0);
}

#[test]
fn models_with_other_layouts_and_batches_agree() {
    let folder = colours();
    folder.write("colours/red/0.ppm", "P6 damaged");
    for options in
        ["", "--batch 2", "--batch 4 --workers 0", "--batch 9 --workers 2", "--crop 0.5 --antialias"]
    {
        let arguments = format!(
            "evaluate last.tflite first.tflite colours --labels rgb.txt --range -1,1 --json {options}"
        );
        let outcome = folder.run(&arguments);
        assert_eq!(outcome.code, 0, "{}", outcome.err);
        assert!(outcome.err.contains("1 images can not be read") && outcome.err.contains("0.ppm"));
        let found = json(&outcome.out);
        for model in found["models"].as_array().unwrap() {
            assert_eq!((&model["top1"], &model["images"]), (&0.8.into(), &5.into()), "{options}");
            assert_eq!(model["agreement_with_first"], 1.0);
        }
    }
}

#[test]
fn integers_are_calibrated_on_the_same_dataset() {
    let folder = colours();
    folder.run(
        "quantize last.tflite -o int8.tflite -c colours --range -1,1 --input-type int8 --output-type int8",
    );
    let text =
        folder.run("evaluate last.tflite int8.tflite colours --labels rgb.txt --range -1,1 --json").ok();
    let model = &json(&text)["models"][1];
    assert_eq!((&model["input_type"], &model["top1"]), (&"INT8".into(), &0.8.into()));
    assert_eq!(model["agreement_with_first"], 1.0);
}

#[test]
fn the_page_has_plots() {
    let folder = colours();
    let text = folder
        .run("evaluate last.tflite first.tflite colours --labels rgb.txt --report page.html --per-class")
        .ok();
    assert!(text.contains("as first") && text.contains("Classes of first.tflite"), "{text}");
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    assert_eq!(page.matches("<svg").count(), 3);
    assert!(page.contains("blue taken for green: 1 (50.0 %)") && page.contains("first.tflite 80.00 %"));
    assert!(folder.list(".").iter().all(|name| !name.ends_with(".tmp")));
}

#[test]
fn what_can_not_be_evaluated_is_said() {
    let folder = colours();
    folder.write("score.tflite", models::score(0.5));
    folder.write("two.txt", "red\ngreen\n");
    folder.write("many/a/1.ppm", picture([1, 2, 3]));
    let run = |arguments: &str| folder.run(&format!("evaluate {arguments}"));
    run("score.tflite colours").fails(1, &["score.tflite", "does not take a picture"]);
    run("last.tflite colours --split test").fails(2, &["the dataset has no test part; it has train"]);
    run("last.tflite missing").fails(1, &["missing", "No such file"]);
    run("last.tflite many --labels two.txt").fails(2, &["3 outputs", "class \"a\" is not among its labels"]);
    run("last.tflite many --label-offset 3").fails(2, &["class \"a\" would be output 3"]);
    run("last.tflite colours --output scores").fails(2, &["no output \"scores\""]);
    assert_eq!(run("last.tflite colours --crop 2").code, 2);
    assert_eq!(run("last.tflite colours --range 1,0").code, 2);
    assert_eq!(run("last.tflite").code, 2);
}
