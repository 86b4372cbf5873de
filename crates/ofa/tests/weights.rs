//! Weights that networks share.

use featherlite_arch::{Arch, BuildOptions, Weights, build_tflite};
use featherlite_data::Random;
use featherlite_ofa::{Choice, Space, matrix, spaces};
use featherlite_ops::core::OpSet;
use featherlite_runtime::Model;

/// The small space for few classes, which runs quickly.
fn space() -> Space {
    let space = spaces::find("ofa-small").unwrap();
    Space { full: space.full.clone().with_classes(5), ..space }
}

/// Weights with importance that differs, and statistics as after training.
fn weights(space: &Space) -> Weights {
    let mut weights = space.initialize(3).unwrap();
    let names: Vec<String> = weights.iter().map(|(name, _)| name.to_owned()).collect();
    let mut random = Random::of(&[5]);
    for name in names {
        let tensor = weights.get_mut(&name).unwrap();
        for value in &mut tensor.values {
            *value += match name.rsplit('.').next() {
                Some("gamma" | "variance") => random.between(-0.5, 0.5),
                Some("beta" | "mean" | "bias") => random.between(-0.2, 0.2),
                Some(role) if role.starts_with("matrix") => 0.1 * random.normal(),
                _ => 0.0,
            };
        }
    }
    weights
}

fn run(arch: &Arch, weights: &Weights) -> Vec<f32> {
    let file = build_tflite(&arch.network().unwrap(), weights, BuildOptions::default()).unwrap();
    let model = Model::from_bytes(file, &OpSet::new(featherlite_ops::ALL)).unwrap();
    let mut session = model.session().unwrap();
    let mut random = Random::of(&[9]);
    session.input_mut::<f32>(0).unwrap().fill_with(|| random.between(-1.0, 1.0));
    session.run().unwrap();
    session.output(0).unwrap().to_real().unwrap()
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    let largest = a.iter().fold(1e-6f32, |largest, a| largest.max(a.abs()));
    a.iter().zip(b).map(|(a, b)| (a - b).abs() / largest).fold(0.0, f32::max)
}

#[test]
fn the_published_supernet_has_as_many_parameters() {
    let space = spaces::find("ofa-mbv3").unwrap();
    let matrices: usize = space.matrices().unwrap().iter().map(|(_, kernel)| kernel.pow(4)).sum();
    assert_eq!(matrices, 14_120);
    assert_eq!(space.full.network().unwrap().parameters() + matrices as u64, 7_678_880);
}

#[test]
fn the_largest_part_is_the_whole() {
    let (space, choice) = (space(), space().largest());
    let weights = weights(&space);
    let part = space.extract(&weights, &choice).unwrap();
    for (name, tensor) in part.iter() {
        assert_eq!(tensor, weights.get(name).unwrap(), "{name}");
    }
}

/// Every part has the weights of its own network, and kernels are what the matrices make of the middle of larger ones.
#[test]
fn parts_are_networks() {
    let space = space();
    let weights = weights(&space);
    let mut random = Random::of(&[1]);
    for _ in 0..20 {
        let choice = space.draw(&mut random);
        let network = space.arch(&choice).unwrap().network().unwrap();
        space.extract(&weights, &choice).unwrap().check(&network.weights()).unwrap();
    }
}

#[test]
fn blocks_that_are_added_begin_with_nothing() {
    let space = space();
    let weights = space.initialize(3).unwrap();
    let gamma = |block: &str| &weights.get(&format!("blocks.{block}.project.gamma")).unwrap().values;
    // The first blocks of later stages make more channels, so that there is no way around them.
    for stage in 1..5 {
        for block in 0..4 {
            let begins = if stage > 1 && block == 0 { 1.0 } else { 0.0 };
            assert!(gamma(&format!("{stage}.{block}")).iter().all(|&gamma| gamma == begins));
        }
    }
}

#[test]
fn smaller_kernels_are_the_middle_of_larger_ones_until_matrices_learn() {
    let space = space();
    let mut weights = space.initialize(3).unwrap();
    let layer = "blocks.2.0.depthwise";
    let at = |weights: &Weights, kernel: usize| {
        let choice = space.even(32, kernel, 6.0, 4);
        space.extract(weights, &choice).unwrap().get(&format!("{layer}.kernel")).unwrap().clone()
    };
    let full = at(&weights, 7);
    let channels = full.shape[2];
    for kernel in [5, 3] {
        let (part, border) = (at(&weights, kernel), (7 - kernel) / 2);
        for row in 0..kernel {
            for column in 0..kernel {
                let [small, large] = [(row * kernel + column), (row + border) * 7 + column + border]
                    .map(|place| place * channels);
                assert_eq!(part.values[small..small + channels], full.values[large..large + channels]);
            }
        }
    }
    // The first of the smallest kernel is twice the second of the middle of the transformed one.
    let five = at(&weights, 5);
    let values = &mut weights.get_mut(&matrix(layer, 5, 3)).unwrap().values;
    (values[0], values[1]) = (0.0, 2.0);
    let expected: Vec<f32> =
        five.values[7 * channels..8 * channels].iter().map(|value| 2.0 * value).collect();
    assert_eq!(at(&weights, 3).values[..channels], expected);
}

#[test]
fn sorting_leaves_the_full_network_as_it_is() {
    let space = space();
    let mut weights = weights(&space);
    let largest = space.largest();
    let arch = space.arch(&largest).unwrap();
    let before = run(&arch, &space.extract(&weights, &largest).unwrap());
    space.sort_channels(&mut weights, &[]).unwrap();
    let after = run(&arch, &space.extract(&weights, &largest).unwrap());
    assert!(distance(&before, &after) < 1e-5, "{before:?} {after:?}");
    let sums = importance(&weights, "blocks.2.1");
    assert!(sums.is_sorted_by(|a, b| a >= b), "{sums:?}");
}

/// After networks with an expansion were trained, sorting does not take their channels away from them.
#[test]
fn sorting_leaves_trained_widths_as_they_are() {
    let space = space();
    let mut weights = weights(&space);
    let narrow = space.even(32, 7, 4.0, 4);
    let run_narrow =
        |weights: &Weights| run(&space.arch(&narrow).unwrap(), &without_se(&space, weights, &narrow));
    let before = run_narrow(&weights);
    space.sort_channels(&mut weights, &[4.0]).unwrap();
    assert!(distance(&before, &run_narrow(&weights)) < 1e-5);
    let sums = importance(&weights, "blocks.2.1");
    let bound = space.middle(24, 4.0);
    assert!(sums[..bound].is_sorted_by(|a, b| a >= b) && sums[bound..].is_sorted_by(|a, b| a >= b));
}

/// Squeeze and excitation of a narrow network has fewer channels in its own middle, and sorting these changes which; here its gates are all 1.
fn without_se(space: &Space, weights: &Weights, choice: &Choice) -> Weights {
    let mut part = space.extract(weights, choice).unwrap();
    let names: Vec<String> = part.iter().map(|(name, _)| name.to_owned()).collect();
    for name in names.iter().filter(|name| name.contains("se.expand")) {
        let value = if name.ends_with("bias") { 3.0 } else { 0.0 };
        part.get_mut(name).unwrap().values.fill(value);
    }
    part
}

fn importance(weights: &Weights, block: &str) -> Vec<f32> {
    let project = weights.get(&format!("{block}.project.kernel")).unwrap();
    let columns = *project.shape.last().unwrap();
    let mut sums = vec![0.0; columns];
    for row in project.values.chunks(columns) {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value.abs());
    }
    sums
}
