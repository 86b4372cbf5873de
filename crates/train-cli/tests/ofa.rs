//! From a dataset to a network that was found, and its integers: all commands of once-for-all.

mod common;

use std::path::Path;
use std::process::{Command, Output};

use common::{Folder, write_dataset};

/// A supernet of small images, trained for next to nothing.
const RECIPE: &str = r#"
space = "space.json"
batch = 16
seed = 3
calibration = 32
[data]
train = [{ scale = { low = -1.0, high = 1.0 } }]
evaluate = [{ scale = { low = -1.0, high = 1.0 } }]
holdout = 16
[[phases]]
name = "full"
epochs = 1
learning_rate = 0.05
kernels = [5]
depths = [2]
expands = [3.0]
[[phases]]
name = "all"
epochs = 1
learning_rate = 0.02
kernels = [3, 5]
depths = [1, 2]
expands = [2.0, 3.0]
networks = 2
"#;

fn ofa(folder: &Path, arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_featherlite-train");
    Command::new(program).current_dir(folder).arg("ofa").args(arguments).output().unwrap()
}

fn says(folder: &Path, arguments: &[&str]) -> String {
    let output = ofa(folder, arguments);
    let [said, errors] =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    assert!(output.status.success(), "{arguments:?}: {errors}");
    said
}

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = ofa(folder, arguments);
    assert!(!output.status.success(), "{arguments:?} went well");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The space of small networks with two stages, less wide.
fn write_space(folder: &Path) {
    let mut space = featherlite_ofa::spaces::find("ofa-small").unwrap();
    space.name = "tiny".to_owned();
    (space.kernels, space.expands) = (vec![3, 5], vec![2.0, 3.0]);
    (space.depths, space.resolutions) = (vec![1, 2], vec![12, 16]);
    space.full.stages.truncate(3);
    for blocks in space.full.stages.iter_mut().skip(1) {
        blocks.truncate(2);
        for block in blocks {
            (block.kernel, block.out) = (5, 8);
            block.middle = featherlite_arch::Middle::TimesInput(3.0);
        }
    }
    space.full = space.full.with_resolution(16).with_channels(1);
    space.check().unwrap();
    std::fs::write(folder.join("space.json"), space.to_json()).unwrap();
}

/// A folder with a dataset, a space and a recipe.
fn prepared(name: &str) -> Folder {
    let folder = Folder::new(name);
    std::fs::create_dir(folder.0.join("data")).unwrap();
    write_dataset(&folder.0.join("data"));
    write_space(&folder.0);
    std::fs::write(folder.0.join("recipe.toml"), RECIPE).unwrap();
    folder
}

#[test]
fn two_processes_train_a_supernet_as_one_does() {
    let folder = prepared("ofa-processes");
    let train = ["train", "recipe.toml", "data", "-o"];
    says(&folder.0, &[&train[..], &["one"]].concat());
    says(&folder.0, &[&train[..], &["two", "--processes", "2"]].concat());
    let [one, two] = ["one", "two"].map(|name| {
        let file = std::fs::read(folder.0.join(name).join("supernet.safetensors")).unwrap();
        featherlite_arch::Weights::from_safetensors(&file).unwrap().0
    });
    for (name, tensor) in one.iter() {
        let other = &two.get(name).unwrap().values;
        let apart = tensor.values.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0f32, f32::max);
        assert!(apart < 1e-3, "{name}: {apart}");
    }
}

#[test]
fn from_a_dataset_to_integers() {
    let folder = prepared("ofa");
    let folder = &folder.0;
    says(folder, &["train", "recipe.toml", "data", "-o", "run"]);
    assert!(folder.join("run/supernet.safetensors").exists() && folder.join("run/space.json").exists());
    says(folder, &["sample", "run", "data", "-n", "20"]);
    let fitted = says(folder, &["fit-accuracy", "run", "--epochs", "5"]);
    assert!(fitted.contains("20 networks; of 4 held out"), "{fitted}");

    let quick = ["--population", "10", "--generations", "5"];
    let front = ["search", "run/accuracy.safetensors", "--front", "3", "--by", "memory", "-o", "found"];
    let found = says(folder, &[&front[..], &quick].concat());
    assert_eq!(found.lines().count(), 3, "{found}");
    let impossible = ["search", "run/accuracy.safetensors", "--limit", "10", "-o", "none"];
    let error = refused(folder, &[&impossible[..], &quick].concat());
    assert!(error.contains("limit of 10") && error.contains("smallest"), "{error}");

    let compared =
        ["search", "run/accuracy.safetensors", "--limit", "1e6", "--top", "3", "--random", "20", "-o", "top"];
    let compared = says(folder, &[&compared[..], &quick].concat());
    assert!(compared.contains("best of 20 random ones"), "{compared}");
    let listed = ["--networks", "top/1000000.top.jsonl", "--uncalibrated", "--test", "-o", "top.jsonl"];
    says(folder, &[&["sample", "run", "data"], &listed[..]].concat());
    let lines = std::fs::read_to_string(folder.join("top.jsonl")).unwrap();
    assert!(lines.lines().count() == 3 && lines.contains("\"uncalibrated\":"), "{lines}");

    let mut choices: Vec<_> =
        std::fs::read_dir(folder.join("found")).unwrap().map(|entry| entry.unwrap().path()).collect();
    choices.retain(|path| path.to_string_lossy().ends_with(".choice.json"));
    assert_eq!(choices.len(), 3);
    let choice = choices[0].to_string_lossy().into_owned();
    let shown = says(folder, &["spaces", "run", "--network", &choice, "-o", "arch.json"]);
    assert!(shown.contains("MACs") && folder.join("arch.json").exists(), "{shown}");
    let deployed = says(folder, &["deploy", "run", "data", &choice, "-o", "out"]);
    assert!(deployed.contains("float") && deployed.contains("int8"), "{deployed}");
    assert!(folder.join("out/model.tflite").exists());
    let report = std::fs::read_to_string(folder.join("out/deploy.json")).unwrap();
    assert!(report.contains("\"integer\"") && report.contains("\"supernet_accuracy\""), "{report}");
    let afterwards = says(folder, &["deploy", "run", "data", "smallest", "-o", "small", "--qat-epochs", "0"]);
    assert!(afterwards.contains("int8"), "{afterwards}");

    let error = refused(folder, &["deploy", "run", "data", "largest", "-o", "out", "--epochs", "1"]);
    assert!(error.contains("give another --output"), "{error}");
    let error = refused(folder, &["deploy", "run", "data", "run/space.json", "-o", "new"]);
    assert!(error.contains("space.json") && error.contains("no choice"), "{error}");
    let table = r#"{"device": "d", "space": "other", "scheme": "int8", "threads": 1, "layers": {}}"#;
    std::fs::write(folder.join("table.json"), table).unwrap();
    let by_table = [
        "search",
        "run/accuracy.safetensors",
        "--by",
        "latency",
        "--table",
        "table.json",
        "--limit",
        "9",
        "-o",
        "none",
    ];
    let error = refused(folder, &by_table);
    assert!(error.contains("is for other"), "{error}");
}
