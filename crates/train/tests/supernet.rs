//! A small supernet on a dataset that is made up: stripes, of which the direction is the class.

mod common;

use std::cell::Cell;
use std::path::Path;

use featherlite_arch::{BuildOptions, build_tflite};
use featherlite_data::{Dataset, Loader, LoaderOptions, Part, Random, Transform};
use featherlite_ofa::{Space, spaces};
use featherlite_ops::core::OpSet;
use featherlite_runtime::Model;
use featherlite_train::{Settings, Supernet, SupernetRecipe, processor};

use common::{Folder, idx};

const SIDE: usize = 24;
const CLASSES: usize = 2;

fn write_part(folder: &Path, part: &str, count: usize) {
    let pixel = |sample: usize, at: usize| {
        let way = if sample.is_multiple_of(CLASSES) { at / SIDE } else { at % SIDE };
        (if (way + sample / CLASSES).is_multiple_of(4) { 200 } else { 30 })
            + ((sample * 7 + at * 13) % 40) as u8
    };
    let pixels: Vec<u8> =
        (0..count).flat_map(|sample| (0..SIDE * SIDE).map(move |at| pixel(sample, at))).collect();
    let labels: Vec<u8> = (0..count).map(|sample| (sample % CLASSES) as u8).collect();
    let side = SIDE as u32;
    idx(&folder.join(format!("{part}-images-idx3-ubyte")), &[count as u32, side, side], &pixels);
    idx(&folder.join(format!("{part}-labels-idx1-ubyte")), &[count as u32], &labels);
}

fn dataset(folder: &Path) -> Dataset {
    write_part(folder, "train", 128);
    write_part(folder, "t10k", 40);
    Dataset::open(folder).unwrap()
}

const RECIPE: &str = r#"
space = "tiny.json"
batch = 32
seed = 3
calibration = 64
[optimizer]
kind = "sgd"
weight_decay = 1e-4
[data]
train = [{ scale = { low = -1.0, high = 1.0 } }]
evaluate = [{ scale = { low = -1.0, high = 1.0 } }]
[[phases]]
name = "full"
epochs = 4
learning_rate = 0.05
kernels = [7]
depths = [4]
expands = [6.0]
[[phases]]
name = "kernel"
epochs = 1
learning_rate = 0.02
kernels = [3, 5, 7]
depths = [4]
expands = [6.0]
[[phases]]
name = "depth"
epochs = 1.5
learning_rate = 0.02
kernels = [3, 5, 7]
depths = [2, 3, 4]
expands = [6.0]
networks = 2
[[phases]]
name = "expand"
epochs = 1
learning_rate = 0.02
kernels = [3, 5, 7]
depths = [2, 3, 4]
expands = [3.0, 4.0, 6.0]
networks = 2
"#;

/// The small space, narrower, of one stage less, for grey images.
fn recipe(folder: &Path, epochs: usize) -> (SupernetRecipe, Space) {
    let small = spaces::find("ofa-small").unwrap();
    let mut full = small.full.with_width(0.5).with_channels(1).with_resolution(SIDE);
    full.stages.truncate(3);
    let tiny = Space { name: "tiny".to_owned(), full, resolutions: vec![20, SIDE], ..small };
    std::fs::write(folder.join("tiny.json"), tiny.to_json()).unwrap();
    let text = RECIPE.replace("epochs = 1", &format!("epochs = {epochs}"));
    let recipe = SupernetRecipe::from_toml(&text).unwrap();
    let space = recipe.space(folder, CLASSES).unwrap();
    (recipe, space)
}

fn settings(folder: &Path) -> Settings {
    Settings { folder: folder.to_owned(), interval: 3, workers: 1, device: processor(), group: None }
}

#[test]
fn a_run_that_was_interrupted_in_every_phase_ends_with_the_same_weights() {
    let folder = Folder::new("resume");
    let dataset = dataset(&folder.0);
    let (recipe, space) = recipe(&folder.0, 1);
    let run = |name: &str| {
        Supernet::new(recipe.clone(), space.clone(), &dataset, settings(&folder.0.join(name))).unwrap()
    };
    let mut whole = run("whole");
    assert!(whole.run(&|| false, &mut |_| {}).unwrap());
    assert_eq!((whole.done(), whole.steps()), (30, 30));
    let mut cut = run("cut");
    for stop in [5, 16, 18, 23, 26, 28, u64::MAX] {
        let steps = Cell::new(cut.done());
        let finished = cut.run(&|| steps.get() >= stop, &mut |_| steps.set(steps.get() + 1)).unwrap();
        assert_eq!(finished, stop == u64::MAX);
        cut = Supernet::resume(&dataset, settings(&folder.0.join("cut"))).unwrap();
    }
    assert_eq!(cut.weights().unwrap(), whole.weights().unwrap());
    assert_eq!(cut.history(), whole.history());
}

#[test]
fn networks_learn_together_and_can_be_taken_out() {
    let folder = Folder::new("learns");
    let dataset = dataset(&folder.0);
    let (recipe, space) = recipe(&folder.0, 8);
    let mut supernet =
        Supernet::new(recipe, space.clone(), &dataset, settings(&folder.0.join("run"))).unwrap();
    supernet.run(&|| false, &mut |_| {}).unwrap();
    let mut random = Random::of(&[1]);
    for choice in [space.largest(), space.smallest(), space.draw(&mut random), space.draw(&mut random)] {
        let score = supernet.evaluate(&choice, &dataset, Part::Test).unwrap();
        assert!(score.images == 40 && score.top_1 > 0.8, "{choice:?}: {score:?}");

        let (arch, weights) = supernet.extract(&choice).unwrap();
        let file = build_tflite(&arch.network().unwrap(), &weights, BuildOptions::default()).unwrap();
        let model = Model::from_bytes(file, &OpSet::new(featherlite_ops::ALL)).unwrap();
        let mut session = model.session().unwrap();
        let steps = format!(
            "[{{ \"resize\": {{ \"size\": {}, \"antialias\": false }} }}, {{ \"scale\": {{ \"low\": -1.0, \"high\": 1.0 }} }}]",
            arch.resolution
        );
        let transform = Transform::new(serde_json::from_str(&steps).unwrap());
        let options = LoaderOptions { batch: 1, transform, ..LoaderOptions::default() };
        let loader = Loader::new(dataset.part(Part::Test).unwrap(), options).unwrap();
        let mut right = 0;
        for image in loader.epoch(0) {
            let image = image.unwrap();
            session.input_mut::<f32>(0).unwrap().copy_from_slice(&image.images);
            session.run().unwrap();
            let scores = session.output(0).unwrap().to_real().unwrap();
            right += usize::from((scores[1] > scores[0]) == (image.labels[0] == 1));
        }
        assert_eq!(right as f64 / 40.0, score.top_1, "{choice:?}");
    }
}

#[test]
fn recipes_that_do_not_fit_their_space_are_errors() {
    let folder = Folder::new("errors");
    recipe(&folder.0, 1);
    let error = |text: &str| {
        let recipe = SupernetRecipe::from_toml(text);
        recipe.and_then(|recipe| recipe.space(&folder.0, CLASSES).map(|_| ())).unwrap_err().to_string()
    };
    assert!(error(&RECIPE.replace("kernels = [7]", "kernels = [9]")).contains("\"full\""));
    assert!(error(&RECIPE.replace("networks = 2", "nets = 2")).contains("nets"));
    assert!(error(&RECIPE.replace("tiny.json", "ofa-none")).contains("ofa-small"));
    assert!(error(&RECIPE.replace("batch = 32", "batch = 0")).contains("batch"));
    assert!(error(&RECIPE.replace("epochs = 4", "epochs = -0.5")).contains("\"full\""));
    assert!(error(&RECIPE.replace("epochs = 4", "epochs = 4\nwarmup = 5")).contains("warmup"));
}
