//! Weights of other programs.

use std::path::PathBuf;

use featherlite_arch::{
    Arch, BuildOptions, ImportOptions, Network, Padding, Tensor, Weights, build_tflite, find, import,
    read_torch,
};

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// A file that goes when the test ends.
struct File(PathBuf);

impl File {
    fn new(name: &str, contents: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("featherlite-arch-{}-{name}", std::process::id()));
        std::fs::write(&path, contents).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn small() -> (Arch, Network) {
    let arch = find("shufflenet_v2_0.5").unwrap().with_resolution(32).with_classes(3);
    let network = arch.network().unwrap();
    (arch, network)
}

/// The weights as torchvision calls and lays them, in a safetensors file.
fn as_torchvision(weights: &Weights) -> Weights {
    let mut renamed = Weights::default();
    for (name, tensor) in weights.iter() {
        let (layer, role) = name.rsplit_once('.').unwrap();
        let is_norm = ["gamma", "beta", "mean", "variance"].contains(&role);
        let branch = |branch: usize, conv: usize| format!("branch{branch}.{}", conv + usize::from(is_norm));
        let own = match layer.rsplit_once("blocks.").map(|(_, rest)| rest.splitn(3, '.').collect::<Vec<_>>())
        {
            None => match layer {
                "stem.conv" => format!("conv1.{}", usize::from(is_norm)),
                "head.conv" => format!("conv5.{}", usize::from(is_norm)),
                _ => "fc".to_owned(),
            },
            Some(parts) => {
                let inner = match parts[2] {
                    "shortcut.depthwise" => branch(1, 0),
                    "shortcut.project" => branch(1, 2),
                    "expand" => branch(2, 0),
                    "depthwise" => branch(2, 3),
                    _ => branch(2, 5),
                };
                format!("stage{}.{}.{inner}", parts[0].parse::<usize>().unwrap() + 2, parts[1])
            }
        };
        let end = match role {
            "kernel" | "gamma" => "weight",
            "beta" | "bias" => "bias",
            "mean" => "running_mean",
            _ => "running_var",
        };
        renamed.insert(format!("{own}.{end}"), channels_first(tensor));
    }
    renamed
}

/// `[out, kh, kw, in]` to `[out, in, kh, kw]`, and `[kh, kw, c]` to `[c, 1, kh, kw]`.
fn channels_first(tensor: &Tensor) -> Tensor {
    let at = |index: [usize; 4], sizes: [usize; 4]| {
        index.iter().zip(sizes).fold(0, |place, (index, size)| place * size + index)
    };
    let (sizes, is_depthwise) = match tensor.shape[..] {
        [out, rows, columns, channels] => ([out, channels, rows, columns], false),
        [rows, columns, channels] => ([channels, 1, rows, columns], true),
        _ => return tensor.clone(),
    };
    let mut values = Vec::new();
    for out in 0..sizes[0] {
        for channel in 0..sizes[1] {
            for row in 0..sizes[2] {
                for column in 0..sizes[3] {
                    let place = match is_depthwise {
                        true => at([0, row, column, out], [1, sizes[2], sizes[3], sizes[0]]),
                        false => at([out, row, column, channel], [sizes[0], sizes[2], sizes[3], sizes[1]]),
                    };
                    values.push(tensor.values[place]);
                }
            }
        }
    }
    Tensor { shape: sizes.to_vec(), values }
}

#[test]
fn names_and_layouts_are_translated() {
    let (arch, network) = small();
    let weights = network.initialize(5);
    let contents = as_torchvision(&weights).to_safetensors(None).unwrap();
    let file = File::new("torchvision.safetensors", &contents);
    let imported = import(&file.0, &arch.clone().with_classes(1000), ImportOptions::default()).unwrap();
    assert!(imported.report.is_complete(), "{:?}", imported.report);
    assert_eq!(imported.report.names, "torchvision ShuffleNetV2");
    assert_eq!(imported.report.unexpected, Vec::<String>::new());
    assert_eq!((imported.arch, imported.weights), (arch, weights));
}

#[test]
fn another_last_layer_is_found() {
    let (arch, network) = small();
    let weights = network.initialize(5);
    let mut renamed = Weights::default();
    for (name, tensor) in as_torchvision(&weights).iter() {
        renamed.insert(name.replace("fc.", "backbone_head."), tensor.clone());
    }
    let file = File::new("head.safetensors", &renamed.to_safetensors(None).unwrap());
    let imported = import(&file.0, &arch.with_classes(1000), ImportOptions::default()).unwrap();
    assert_eq!((imported.arch.classes, imported.weights), (3, weights));
}

#[test]
fn what_does_not_match_is_listed() {
    let (arch, network) = small();
    let mut source = as_torchvision(&network.initialize(5));
    let odd = Tensor { shape: vec![2, 2], values: vec![0.0; 4] };
    source.insert("conv5.0.weight", odd.clone());
    source.insert("extra", odd);
    let mut reduced = Weights::default();
    source.iter().filter(|(name, _)| !name.starts_with("conv1.")).for_each(|(name, tensor)| {
        reduced.insert(name, tensor.clone());
    });
    let file = File::new("odd.safetensors", &reduced.to_safetensors(None).unwrap());
    let options = ImportOptions { padding: Some(Padding::Same), epsilon: Some(0.5), ..Default::default() };
    let imported = import(&file.0, &arch, options).unwrap();
    let report = imported.report;
    assert!(!report.is_complete());
    assert_eq!(report.missing.len(), 5);
    assert_eq!(report.missing[0], "stem.conv.kernel (conv1.0.weight)");
    assert_eq!(report.misshapen[0].name, "head.conv.kernel");
    assert_eq!(report.misshapen[0].found, [2, 2]);
    assert_eq!(report.unexpected, ["extra"]);
    assert_eq!((imported.arch.padding, imported.arch.norm.epsilon), (Padding::Same, 0.5));
    imported.weights.check(&imported.arch.network().unwrap().weights()).unwrap();
    let other = find("mobilenet_v1").unwrap();
    let message = import(&data("archive.pth"), &other, ImportOptions::default()).unwrap_err().to_string();
    assert!(message.contains("mobilenet_v1") && message.contains("(a, n"), "{message}");
}

#[test]
fn both_formats_of_pytorch_are_read() {
    for name in ["archive.pth", "old.pth"] {
        let weights = read_torch(&std::fs::read(data(name)).unwrap()).unwrap();
        let tensor = weights.get("state_dict.module.a").unwrap();
        assert_eq!(
            (&tensor.shape[..], &tensor.values[..]),
            (&[3, 2][..], &[0.0, 3.0, 1.0, 4.0, 2.0, 5.0][..])
        );
        assert_eq!(weights.get("state_dict.module.n").unwrap().values, [1.5, -2.0]);
        assert!(weights.get("state_dict.module.count").is_err());
    }
}

#[test]
fn nothing_in_a_pickle_is_executed() {
    let arch = find("shufflenet_v2").unwrap();
    for name in ["archive.pth", "old.pth", "hostile.pth"] {
        let message = import(&data(name), &arch, ImportOptions::default()).unwrap_err().to_string();
        // Only its names are not those of any network.
        assert!(message.contains("no name of its"), "{message}");
    }
}

#[test]
fn damaged_files_are_refused() {
    let arch = find("shufflenet_v2").unwrap();
    for name in ["archive.pth", "old.pth"] {
        let contents = std::fs::read(data(name)).unwrap();
        for length in (0..contents.len()).step_by(31) {
            let file = File::new("cut.pth", &contents[..length]);
            assert!(import(&file.0, &arch, ImportOptions::default()).is_err(), "{name} {length}");
        }
        for place in (0..contents.len()).step_by(5) {
            let mut damaged = contents.clone();
            damaged[place] ^= 0x55;
            let file = File::new("damaged.pth", &damaged);
            let _ = import(&file.0, &arch, ImportOptions::default());
        }
    }
}

#[test]
fn models_are_taken_apart_in_order() {
    for name in ["mobilenet_v3_small_0.5", "mobilenet_v1_0.25", "efficientnet_b0"] {
        let arch = find(name).unwrap().with_resolution(32).with_classes(3);
        let network = arch.network().unwrap();
        let file = build_tflite(&network, &network.initialize(5), BuildOptions::default()).unwrap();
        let path = File::new(&format!("{name}.tflite"), &file);
        let imported = import(&path.0, &arch, ImportOptions::default()).unwrap();
        assert!(imported.report.is_complete(), "{:?}", imported.report);
        let again = build_tflite(&network, &imported.weights, BuildOptions::default()).unwrap();
        let path = File::new(&format!("{name}-again.tflite"), &again);
        let second = import(&path.0, &arch, ImportOptions::default()).unwrap();
        for (name, tensor) in imported.weights.iter() {
            let other = second.weights.get(name).unwrap();
            let differences =
                tensor.values.iter().zip(&other.values).map(|(left, right)| (left - right).abs());
            assert!(differences.fold(0f32, f32::max) < 1e-5, "{name}");
        }
    }
}

#[test]
fn models_with_relu_keep_it() {
    let relu6 = find("mobilenet_v1_0.25").unwrap().with_resolution(32).with_classes(2).with_channels(1);
    let relu = Arch::from_json(&relu6.to_json().replace("relu6", "relu")).unwrap();
    let network = relu.network().unwrap();
    let file = build_tflite(&network, &network.initialize(5), BuildOptions::default()).unwrap();
    let path = File::new("relu.tflite", &file);
    let imported = import(&path.0, &relu6, ImportOptions::default()).unwrap();
    assert_eq!((&imported.arch, imported.report.notes.len()), (&relu, 1), "{:?}", imported.report);
    let damaged = File::new("damaged.tflite", &file[..file.len() / 2]);
    assert!(import(&damaged.0, &relu6, ImportOptions::default()).is_err());
}
