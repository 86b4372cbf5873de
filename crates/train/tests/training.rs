//! Runs on a small dataset that is made up: coloured stripes, of which direction and period are the class.

mod common;

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use featherlite_arch::Arch;
use featherlite_data::{Dataset, Loader, LoaderOptions, Part};
use featherlite_ops::core::OpSet;
use featherlite_runtime::{Model, SessionOptions};
use featherlite_train::{Evaluation, Group, Recipe, Settings, Trainer, processor};

use common::{Folder, idx};

const SIDE: usize = 16;
const CLASSES: usize = 4;

fn write_part(folder: &Path, part: &str, count: usize) {
    let pixel = |sample: usize, at: usize| {
        let (row, column) = (at / SIDE, at % SIDE);
        let way = if sample.is_multiple_of(2) { row } else { column };
        let period = if sample % CLASSES < 2 { 3 } else { 5 };
        let noise = (sample * 31 + at * 17) * 2_654_435_761 % 97;
        (if (way + sample / CLASSES).is_multiple_of(period) { 150 } else { 40 }) + noise as u8
    };
    let pixels: Vec<u8> =
        (0..count).flat_map(|sample| (0..SIDE * SIDE).map(move |at| pixel(sample, at))).collect();
    let labels: Vec<u8> = (0..count).map(|sample| (sample % CLASSES) as u8).collect();
    let side = SIDE as u32;
    idx(&folder.join(format!("{part}-images-idx3-ubyte")), &[count as u32, side, side], &pixels);
    idx(&folder.join(format!("{part}-labels-idx1-ubyte")), &[count as u32], &labels);
}

fn dataset(folder: &Path) -> Dataset {
    write_part(folder, "train", 256);
    write_part(folder, "t10k", 96);
    Dataset::open(folder).unwrap()
}

fn recipe(arch: &str, changes: &str) -> Recipe {
    let text = format!(
        r#"
        arch = "{arch}"
        epochs = 4
        batch = 32
        seed = 3
        learning_rate = 0.05
        average = 0.9
        [network]
        channels = 1
        resolution = {SIDE}
        total_stride = 4
        head_channels = 64
        drop_path = 0.1
        momentum = 0.1
        [data]
        train = [{{ random_crop = {{ size = {SIDE}, padding = 1 }} }}, {{ scale = {{ low = -1.0, high = 1.0 }} }}]
        evaluate = [{{ scale = {{ low = -1.0, high = 1.0 }} }}]
        [qat]
        epochs = 1
        learning_rate = 0.01
        delay = 2
        {changes}
        "#
    );
    Recipe::from_toml(&text).unwrap()
}

fn settings(folder: &Path) -> Settings {
    Settings { folder: folder.to_owned(), interval: 3, workers: 1, device: processor(), group: None }
}

fn arch(recipe: &Recipe) -> Arch {
    recipe.arch(Path::new("."), CLASSES).unwrap()
}

#[test]
fn a_run_that_was_interrupted_ends_with_the_same_weights() {
    let folder = Folder::new("resume");
    let dataset = dataset(&folder.0);
    let recipe = recipe("mobilenet_v2_0.35", "");
    let mut whole =
        Trainer::new(recipe.clone(), arch(&recipe), &dataset, None, settings(&folder.0.join("whole")))
            .unwrap();
    assert!(whole.run(&|| false, &mut |_| {}).unwrap());

    let cut = folder.0.join("cut");
    let mut trainer = Trainer::new(recipe.clone(), arch(&recipe), &dataset, None, settings(&cut)).unwrap();
    for stop in [1, 7, 12, 13, u64::MAX] {
        let steps = std::cell::Cell::new(trainer.done());
        let finished = trainer.run(&|| steps.get() >= stop, &mut |_| steps.set(steps.get() + 1)).unwrap();
        assert_eq!(finished, stop == u64::MAX);
        trainer = Trainer::resume(&dataset, settings(&cut)).unwrap();
    }
    assert_eq!(trainer.weights().unwrap(), whole.weights().unwrap());
    assert_eq!(trainer.history(), whole.history());
}

#[test]
fn files_of_floats_give_the_same_scores() {
    let folder = Folder::new("floats");
    let dataset = dataset(&folder.0);
    for name in ["mobilenet_v2_0.35", "mobilenet_v3_small", "shufflenet_v1_0.25_g3", "shufflenet_v2_0.5"] {
        let recipe = Recipe { epochs: 1, ..recipe(name, "") };
        let mut trainer =
            Trainer::new(recipe.clone(), arch(&recipe), &dataset, None, settings(&folder.0)).unwrap();
        trainer.run(&|| false, &mut |_| {}).unwrap();
        let images = test_images(&dataset, &recipe);
        let computed = computed_scores(trainer.export().unwrap(), &images);
        let found = ratio(&computed, &trainer.scores(&images).unwrap());
        assert!(found > 90.0, "{name}: {found} dB");
    }
}

#[test]
fn training_learns() {
    let folder = Folder::new("learns");
    let dataset = dataset(&folder.0);
    let recipe = Recipe { epochs: 12, ..recipe("mobilenet_v2_0.35", "") };
    let mut trainer =
        Trainer::new(recipe.clone(), arch(&recipe), &dataset, None, settings(&folder.0)).unwrap();
    assert!(trainer.run(&|| false, &mut |_| {}).unwrap());
    let Evaluation { score, confusion, .. } = trainer.evaluate(&dataset, Part::Test).unwrap();
    assert_eq!((score.images, confusion.iter().sum::<u64>()), (96, 96));
    assert!(score.top_1 > 0.8, "{score:?}");
}

/// The real scores that a file gives for images.
fn computed_scores(file: Vec<u8>, images: &[f32]) -> Vec<f32> {
    let model = Model::from_bytes(file, &OpSet::new(featherlite_ops::ALL)).unwrap();
    let mut session = model.session_with(SessionOptions::default()).unwrap();
    let mut scores = Vec::new();
    for image in images.chunks_exact(SIDE * SIDE) {
        session.set_input_real(0, image).unwrap();
        session.run().unwrap();
        scores.extend(session.output(0).unwrap().to_real().unwrap());
    }
    scores
}

/// How near what is simulated is to what the integer network computes for an image, in decibels, layer by layer.
fn by_layer(trainer: &Trainer, image: &[f32]) -> Vec<(String, f64)> {
    let model = Model::from_bytes(trainer.export().unwrap(), &OpSet::new(featherlite_ops::ALL)).unwrap();
    let options = SessionOptions { preserve_all_tensors: true, ..SessionOptions::default() };
    let mut session = model.session_with(options).unwrap();
    session.set_input_real(0, image).unwrap();
    session.run().unwrap();
    let tensors = model.subgraphs().next().unwrap().tensors();
    let computed = |name: &str| {
        let index = tensors.iter().position(|tensor| tensor.name() == name)?;
        session.tensor(index).ok()?.to_real().ok()
    };
    let simulated = trainer.activations(image).unwrap();
    simulated
        .iter()
        .filter_map(|(name, values)| Some((name.clone(), ratio(&computed(name)?, values))))
        .collect()
}

/// Signal to noise, in decibels.
fn ratio(signal: &[f32], other: &[f32]) -> f64 {
    let power = |values: &mut dyn Iterator<Item = f32>| values.map(|x| f64::from(x * x)).sum::<f64>();
    let noise = power(&mut signal.iter().zip(other).map(|(a, b)| a - b));
    10.0 * (power(&mut signal.iter().copied()) / noise.max(1e-30)).log10()
}

/// Images of which every layer is looked at.
const LOOKED: usize = 16;

/// What training simulates is what the integer kernels compute, to the bit, in every layer.
#[test]
fn simulated_scores_are_those_of_the_integer_network() {
    let folder = Folder::new("fidelity");
    let dataset = dataset(&folder.0);
    for (name, scheme) in [
        ("mobilenet_v1_0.25", "int8"),
        ("mobilenet_v2_0.35", "int8-per-tensor"),
        ("mobilenet_v3_small", "int8"),
        ("shufflenet_v1_0.25_g3", "int8"),
        ("shufflenet_v2_0.5", "int8"),
        ("efficientnet_b0", "int8"),
        ("efficientnet_lite0", "int4"),
        ("mobilenet_v2_0.35", "int16x8"),
        ("shufflenet_v1_0.25_g3", "int16x8"),
        ("shufflenet_v2_0.5", "int16x8"),
        ("efficientnet_b0", "int16x8"),
        ("efficientnet_lite0", "int16x8"),
    ] {
        let mut recipe = recipe(name, &format!("scheme = {scheme:?}"));
        if name.starts_with("efficientnet") {
            recipe.network.width = Some(0.35);
        }
        let images = test_images(&dataset, &recipe);
        let start = arch(&recipe).network().unwrap().initialize(5);
        let mut trainer =
            Trainer::new_qat(recipe.clone(), arch(&recipe), &dataset, start, settings(&folder.0)).unwrap();
        trainer.run(&|| false, &mut |_| {}).unwrap();
        let layers: Vec<(String, f64)> =
            images.chunks(SIDE * SIDE).take(LOOKED).flat_map(|image| by_layer(&trainer, image)).collect();
        let worst = layers.iter().map(|(_, ratio)| *ratio).fold(f64::INFINITY, f64::min);
        let computed = computed_scores(trainer.export().unwrap(), &images);
        let found = ratio(&computed, &trainer.scores(&images).unwrap());
        assert!(worst > 150.0 && found > 150.0, "{name} {scheme}: {found} dB, {layers:#?}");
    }
}

/// There is no hard-swish of 16 bits, as in TensorFlow Lite: that is said before training begins.
#[test]
fn networks_that_can_not_be_all_integers_are_refused() {
    let folder = Folder::new("no-kernel");
    let dataset = dataset(&folder.0);
    let recipe = recipe("mobilenet_v3_small", "scheme = \"int16x8\"");
    let start = arch(&recipe).network().unwrap().initialize(5);
    let refused = Trainer::new_qat(recipe.clone(), arch(&recipe), &dataset, start, settings(&folder.0));
    let error = refused.err().unwrap().to_string();
    assert!(error.contains("\"stem.conv\" (HARD_SWISH): it has no INT16 kernel"), "{error}");
}

/// Two processes that have halves of a batch make the step of one that has all of it, in floats and with quantization simulated. (One step: after
/// more, networks that have hardly begun to learn are apart by what differs in the last bit, which in some elements decides about the gradient of relu.)
#[test]
fn steps_of_two_processes_are_those_of_one() {
    let folder = Folder::new("group");
    let dataset = dataset(&folder.0);
    for (name, simulates) in
        [("mobilenet_v3_small", false), ("efficientnet_b0", false), ("mobilenet_v1_0.25", true)]
    {
        let mut recipe = Recipe { average: 0.0, clip: 1.0, ..recipe(name, "learn_ranges = true") };
        recipe.network.width = (name == "efficientnet_b0").then_some(0.35);
        let start = || arch(&recipe).network().unwrap().initialize(5);
        let run = |group: Option<Arc<Group>>| {
            let index = group.as_ref().map_or(9, |group| group.index());
            let own = folder.0.join(format!("{name}-{index}"));
            let settings = Settings { group, ..settings(&own) };
            let mut trainer = match simulates {
                true => Trainer::new_qat(recipe.clone(), arch(&recipe), &dataset, start(), settings),
                false => Trainer::new(recipe.clone(), arch(&recipe), &dataset, Some(start()), settings),
            }
            .unwrap();
            let steps = std::cell::Cell::new(0);
            // Only one of them is asked to stop.
            let stops = || index != 1 && steps.get() > 0;
            assert!(!trainer.run(&stops, &mut |_| steps.set(steps.get() + 1)).unwrap());
            assert_eq!(own.join("metrics.csv").exists(), index != 1, "only the first process keeps files");
            trainer.weights().unwrap()
        };
        let alone = run(None);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let [first, second] = std::thread::scope(|scope| {
            let other = scope.spawn(|| run(Some(Group::join(&address, 1, 2, name).unwrap())));
            [run(Some(Group::lead(&listener, 2, name).unwrap())), other.join().unwrap()]
        });
        assert_eq!(first, second, "{name}");
        for (layer, tensor) in alone.iter() {
            let [joint, start] = [&first, &start()].map(|weights| weights.get(layer).unwrap().values.clone());
            let greatest =
                |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0f32, f32::max);
            let (apart, moved) = (greatest(&tensor.values, &joint), greatest(&joint, &start));
            assert!(apart <= 1e-6 + 0.005 * moved, "{name} {layer}: {apart} of {moved}");
        }
    }
}

/// Frozen layers keep their weights, and the statistics of their batch normalization.
#[test]
fn frozen_layers_stay_as_they_are() {
    let folder = Folder::new("frozen");
    let dataset = dataset(&folder.0);
    let freeze = vec!["stem".to_owned(), "blocks.1.0.depthwise".to_owned()];
    let recipe = Recipe { epochs: 1, average: 0.0, freeze, ..recipe("mobilenet_v2_0.35", "") };
    let start = arch(&recipe).network().unwrap().initialize(5);
    let mut trainer =
        Trainer::new(recipe.clone(), arch(&recipe), &dataset, Some(start.clone()), settings(&folder.0))
            .unwrap();
    trainer.run(&|| false, &mut |_| {}).unwrap();
    let weights = trainer.weights().unwrap();
    for (name, before) in start.iter() {
        let is_frozen = recipe.freeze.iter().any(|layer| name.starts_with(layer));
        assert_eq!(weights.get(name).unwrap() == before, is_frozen, "{name}");
    }
}

/// Ranges that gradients move are those of the exported file.
#[test]
fn ranges_are_learned() {
    let folder = Folder::new("ranges");
    let dataset = dataset(&folder.0);
    let run = |changes: &str| {
        let recipe = recipe("mobilenet_v2_0.35", changes);
        let folder = folder.0.join(changes.len().to_string());
        let start = arch(&recipe).network().unwrap().initialize(5);
        let mut trainer =
            Trainer::new_qat(recipe.clone(), arch(&recipe), &dataset, start, settings(&folder)).unwrap();
        trainer.run(&|| false, &mut |_| {}).unwrap();
        let images = test_images(&dataset, &recipe);
        let computed = computed_scores(trainer.export().unwrap(), &images);
        let found = ratio(&computed, &trainer.scores(&images).unwrap());
        assert!(found > 150.0, "{changes}: {found} dB");
        computed
    };
    assert_ne!(run("learn_ranges = true\nfreeze_ranges = 0.3"), run("freeze_ranges = 0.3"));
}

/// What is behind the scores in an exported network is computed in integers, too.
#[test]
fn probabilities_are_those_of_the_scores() {
    let folder = Folder::new("probabilities");
    let dataset = dataset(&folder.0);
    let recipe = Recipe { probabilities: true, ..recipe("mobilenet_v1_0.25", "") };
    let start = arch(&recipe).network().unwrap().initialize(5);
    let mut trainer =
        Trainer::new_qat(recipe.clone(), arch(&recipe), &dataset, start, settings(&folder.0)).unwrap();
    trainer.run(&|| false, &mut |_| {}).unwrap();
    let images = test_images(&dataset, &recipe);
    let scores = trainer.scores(&images).unwrap();
    let computed = computed_scores(trainer.export().unwrap(), &images);
    assert_eq!(computed.len(), scores.len());
    for (computed, scores) in computed.chunks(CLASSES).zip(scores.chunks(CLASSES)) {
        let sum: f32 = scores.iter().map(|score| score.exp()).sum();
        for (computed, score) in computed.iter().zip(scores) {
            assert!((computed - score.exp() / sum).abs() < 1.5 / 256.0, "{computed} {score}");
        }
    }
}

/// A network of a file learns on in integers, and goes on where it was interrupted.
#[test]
fn networks_of_files_are_trained_with_quantization() {
    let folder = Folder::new("import");
    let dataset = dataset(&folder.0);
    let recipe = Recipe { epochs: 8, ..recipe("mobilenet_v2_0.35", "") };
    let mut float =
        Trainer::new(recipe.clone(), arch(&recipe), &dataset, None, settings(&folder.0.join("float")))
            .unwrap();
    float.run(&|| false, &mut |_| {}).unwrap();
    let file = folder.0.join("float.tflite");
    float.write_model(&file).unwrap();

    let recipe = Recipe { arch: String::new(), ..recipe };
    let of = |name: &str| settings(&folder.0.join(name));
    let mut whole = Trainer::import_qat(recipe.clone(), &file, &dataset, of("whole")).unwrap();
    assert_eq!((whole.input(), whole.classes()), ([SIDE, SIDE, 1], CLASSES));
    let images = test_images(&dataset, &recipe);
    let found = ratio(&float.scores(&images).unwrap(), &whole.scores(&images).unwrap());
    assert!(found > 25.0, "before the first step, with weights rounded: {found} dB");
    whole.run(&|| false, &mut |_| {}).unwrap();
    let computed = computed_scores(whole.export().unwrap(), &images);
    let found = ratio(&computed, &whole.scores(&images).unwrap());
    assert!(found > 150.0, "simulated beside computed: {found} dB");
    let integers = folder.0.join("integers.tflite");
    whole.write_model(&integers).unwrap();
    let error = Trainer::import_qat(recipe.clone(), &integers, &dataset, of("refused")).err().unwrap();
    assert!(error.to_string().contains("only networks of float32 can be trained"), "{error}");
    assert!(!folder.0.join("refused").exists());
    let right = |trainer: &Trainer| trainer.evaluate(&dataset, Part::Test).unwrap().score.top_1;
    assert!(right(&whole) > right(&float) - 0.1, "{} {}", right(&whole), right(&float));

    let mut cut = Trainer::import_qat(recipe, &file, &dataset, of("cut")).unwrap();
    let steps = std::cell::Cell::new(0);
    assert!(!cut.run(&|| steps.get() >= 3, &mut |_| steps.set(steps.get() + 1)).unwrap());
    let mut cut = Trainer::resume(&dataset, of("cut")).unwrap();
    cut.run(&|| false, &mut |_| {}).unwrap();
    assert_eq!(cut.weights().unwrap(), whole.weights().unwrap());
}

fn test_images(dataset: &Dataset, recipe: &Recipe) -> Vec<f32> {
    let options =
        LoaderOptions { batch: 32, transform: recipe.evaluate_transform(), ..LoaderOptions::default() };
    let loader = Loader::new(dataset.part(Part::Test).unwrap(), options).unwrap();
    loader.epoch(0).flat_map(|batch| batch.unwrap().images).collect()
}
