//! Times training steps of a small MobileNetV2 as the trainer does them: batches made ready, forward, cross-entropy, backward, SGD with
//! momentum.
//!
//! `cargo run --release -p featherlite-train --example step -- RESOLUTION BATCH THREADS SECONDS`
//!
//! `tools/train_step_torch.py` times the same network in PyTorch; `crates/train-kernels/examples/step.rs` the kernels alone.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use featherlite_arch::{Activation, Arch, Padding, find};
use featherlite_data::Dataset;
use featherlite_train::{Event, Recipe, Settings, Trainer, processor};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const CLASSES: usize = 10;
/// Steps that are not counted.
const WARM_UP: usize = 3;

/// The network of `tools/train_step_torch.py`.
fn arch(resolution: usize) -> Result<Arch, Box<dyn Error>> {
    let large = resolution >= 64;
    let mut arch = find("mobilenet_v2_1.0")?.with_classes(CLASSES).with_padding(Padding::Symmetric);
    arch.resolution = resolution;
    (arch.stem.out, arch.stem.stride) = (16, if large { 2 } else { 1 });
    arch.stages.truncate(5);
    let table = [(16, 1, 1), (24, 2, if large { 2 } else { 1 }), (32, 2, 2), (64, 3, 2), (96, 2, 1)];
    for (stage, (out, repeats, stride)) in arch.stages.iter_mut().zip(table) {
        stage.truncate(repeats);
        stage.iter_mut().for_each(|block| block.out = out);
        stage[0].stride = stride;
    }
    arch.head.dropout = 0.0;
    if let Some(conv) = &mut arch.head.conv {
        (conv.out, conv.activation) = (256, Activation::Relu6);
    }
    Ok(arch)
}

/// Random images as IDX files.
fn write_images(folder: &Path, resolution: usize, count: usize) -> std::io::Result<()> {
    let file = |sizes: &[usize], bytes: &mut dyn Iterator<Item = u8>| {
        let mut contents = vec![0, 0, 8, sizes.len() as u8];
        contents.extend(sizes.iter().flat_map(|&size| (size as u32).to_be_bytes()));
        contents.extend(bytes);
        contents
    };
    let pixels = count * resolution * resolution * 3;
    let mut noise = (0..pixels).map(|at| ((at * 2_654_435_761) >> 7) as u8);
    std::fs::create_dir_all(folder)?;
    let images = file(&[count, resolution, resolution, 3], &mut noise);
    std::fs::write(folder.join("train-images-idx4-ubyte"), images)?;
    let labels = file(&[count], &mut (0..count).map(|at| (at % CLASSES) as u8));
    std::fs::write(folder.join("train-labels-idx1-ubyte"), labels)
}

fn main() -> Result<(), Box<dyn Error>> {
    let numbers: Vec<usize> = std::env::args().skip(1).map(|text| text.parse()).collect::<Result<_, _>>()?;
    let [resolution, batch, threads, seconds] = numbers[..] else {
        return Err("RESOLUTION BATCH THREADS SECONDS".into());
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
    let folder = std::env::temp_dir().join(format!("featherlite-step-{}", std::process::id()));
    write_images(&folder, resolution, 8 * batch)?;
    let dataset = Dataset::open(&folder)?;
    let recipe = Recipe::from_toml(&format!(
        r#"
        arch = "mobilenet_v2_1.0"
        epochs = 100000
        batch = {batch}
        learning_rate = 0.01
        schedule = {{ kind = "constant" }}
        optimizer = {{ kind = "sgd", nesterov = false }}
        data = {{ train = [{{ scale = {{ low = -1.0, high = 1.0 }} }}] }}
        "#
    ))?;
    let settings = Settings {
        folder: folder.join("run"),
        interval: u64::MAX,
        workers: 1,
        device: processor(),
        group: None,
    };
    let mut trainer = Trainer::new(recipe, arch(resolution)?, &dataset, None, settings)?;
    let begun = Instant::now();
    let (mut last, mut times) = (begun, Vec::new());
    let limit = Duration::from_secs(seconds as u64);
    pool.install(|| {
        trainer.run(&|| begun.elapsed() > limit, &mut |event| {
            if let Event::Step(_) = event {
                times.push(last.elapsed().as_secs_f64() * 1e3);
            }
            last = Instant::now();
        })
    })?;
    std::fs::remove_dir_all(&folder)?;
    let mut times = times.split_off(WARM_UP.min(times.len()));
    times.sort_by(f64::total_cmp);
    let median = times.get(times.len() / 2).copied().unwrap_or(f64::NAN);
    println!(
        "{resolution}x{resolution} batch {batch}, {threads} threads: {median:.1} ms a step, {:.1} images/s",
        batch as f64 / median * 1e3
    );
    Ok(())
}
