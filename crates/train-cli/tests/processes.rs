//! Two processes of the program train as one does.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use featherlite_arch::Weights;

const SIDE: usize = 16;

/// A folder that is gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("featherlite-train-cli-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An IDX file of bytes.
fn idx(path: &Path, sizes: &[u32], bytes: &[u8]) {
    let mut contents = vec![0, 0, 8, sizes.len() as u8];
    contents.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    contents.extend(bytes);
    std::fs::write(path, contents).unwrap();
}

/// Stripes along rows and columns.
fn write_dataset(folder: &Path) {
    let pixel = |sample: usize, at: usize| {
        let way = if sample.is_multiple_of(2) { at / SIDE } else { at % SIDE };
        (if (way + sample).is_multiple_of(3) { 200 } else { 30 }) + ((sample * 7 + at * 13) % 40) as u8
    };
    for (part, count) in [("train", 64), ("t10k", 16)] {
        let pixels: Vec<u8> =
            (0..count).flat_map(|sample| (0..SIDE * SIDE).map(move |at| pixel(sample, at))).collect();
        let labels: Vec<u8> = (0..count).map(|sample| (sample % 2) as u8).collect();
        let side = SIDE as u32;
        idx(&folder.join(format!("{part}-images-idx3-ubyte")), &[count as u32, side, side], &pixels);
        idx(&folder.join(format!("{part}-labels-idx1-ubyte")), &[count as u32], &labels);
    }
}

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
