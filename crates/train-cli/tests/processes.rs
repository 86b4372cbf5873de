//! Two processes of the program train as one does.

mod common;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use featherlite_arch::Weights;

use common::{Folder, write_dataset};

const RECIPE: &str = r#"
arch = "mobilenet_v3_small"
epochs = 1
batch = 32
seed = 3
learning_rate = 0.05
[network]
width = 0.35
channels = 1
resolution = 16
total_stride = 4
head_channels = 32
[data]
train = [{ scale = { low = -1.0, high = 1.0 } }]
evaluate = [{ scale = { low = -1.0, high = 1.0 } }]
"#;

fn train(folder: &Path, name: &str, options: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_featherlite-train"))
        .arg("train")
        .args([folder.join("recipe.toml"), folder.join("data"), PathBuf::from("-o"), folder.join(name)])
        .args(options)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn weights(folder: &Path, name: &str) -> Weights {
    let file = std::fs::read(folder.join(name).join("weights.safetensors")).unwrap();
    Weights::from_safetensors(&file).unwrap().0
}

#[test]
fn two_processes_train_as_one_does() {
    let folder = Folder::new("processes");
    std::fs::create_dir(folder.0.join("data")).unwrap();
    write_dataset(&folder.0.join("data"));
    std::fs::write(folder.0.join("recipe.toml"), RECIPE).unwrap();
    train(&folder.0, "one", &[]);
    let output = train(&folder.0, "two", &["--processes", "2"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.matches("wrote ").count(), 1, "{said}");
    let [one, two] = ["one", "two"].map(|name| weights(&folder.0, name));
    for (name, tensor) in one.iter() {
        let other = &two.get(name).unwrap().values;
        let apart = tensor.values.iter().zip(other).map(|(a, b)| (a - b).abs()).fold(0f32, f32::max);
        assert!(apart < 1e-3, "{name}: {apart}");
    }
}
