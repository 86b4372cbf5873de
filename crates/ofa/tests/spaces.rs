//! Counts of published sub-networks, and what holds for all of a space.

use featherlite_data::Random;
use featherlite_ofa::{Choice, Encoding, Error, Evaluate, Evolution, Result, Space, layers, spaces};

/// Kernel, expansion, depth, resolution, parameters, multiply-adds; `None` where only these are published.
type Row = (usize, f64, usize, usize, Option<u64>, u64);

const MOBILENET_V3: &[Row] = &[
    (7, 6.0, 4, 224, Some(7_664_760), 566_170_656),
    (3, 3.0, 2, 224, Some(3_410_792), 121_278_672),
    (5, 4.0, 3, 224, Some(4_551_792), 250_746_944),
    (3, 6.0, 4, 224, Some(7_299_960), 433_141_536),
    (7, 3.0, 4, 224, Some(4_554_328), 292_708_368),
    (7, 6.0, 2, 224, Some(4_837_928), 282_627_744),
    (7, 6.0, 4, 160, None, 291_318_048),
    (7, 6.0, 4, 128, None, 188_248_320),
    (3, 3.0, 2, 160, None, 63_240_528),
    (3, 3.0, 2, 128, None, 41_476_224),
];
const WIDE: &[Row] =
    &[(7, 6.0, 4, 224, Some(10_701_632), 843_101_040), (3, 3.0, 2, 224, Some(4_602_456), 193_078_200)];
const PROXYLESS: &[Row] =
    &[(7, 6.0, 4, 224, Some(7_942_056), 1_004_908_032), (3, 3.0, 2, 224, Some(3_718_832), 265_526_256)];

#[test]
fn published_networks_count_exactly() {
    for (name, rows) in [("ofa-mbv3", MOBILENET_V3), ("ofa-mbv3-w1.2", WIDE), ("ofa-proxyless", PROXYLESS)] {
        let space = spaces::find(name).unwrap();
        for &(kernel, expand, depth, resolution, parameters, macs) in rows {
            let choice = space.even(resolution, kernel, expand, depth);
            let network = space.arch(&choice).unwrap().network().unwrap();
            assert_eq!(network.macs(), macs, "{name} k{kernel} e{expand} d{depth} at {resolution}");
            if let Some(parameters) = parameters {
                assert_eq!(network.parameters(), parameters, "{name} k{kernel} e{expand} d{depth}");
            }
        }
    }
}

#[test]
fn the_small_spaces_are_small() {
    for (name, parameters, macs) in
        [("ofa-small", 3_000_000, 60_000_000), ("ofa-small-w0.5", 250_000, 10_000_000)]
    {
        let space = spaces::find(name).unwrap();
        let arch = space.arch(&space.largest()).unwrap().with_classes(10).with_channels(1);
        let network = arch.network().unwrap();
        let found = (network.parameters(), network.macs());
        assert!(found.0 <= parameters && found.1 <= macs, "{name}: {found:?}");
        assert_eq!(space.full.resolution, *space.resolutions.last().unwrap());
    }
}

#[test]
fn spaces_are_as_large_as_published() {
    let space = spaces::find("ofa-mbv3").unwrap();
    assert_eq!((space.slots(), space.resolutions.len()), (20, 25));
    assert_eq!(space.size(), 7371f64.powi(5));
    assert_eq!(Space::from_json(&space.to_json()), Ok(space));
}

#[test]
fn all_that_is_drawn_is_of_the_space() {
    for (name, _) in spaces::NAMES {
        let space = spaces::find(name).unwrap();
        let mut random = Random::of(&[7]);
        let mut parent = space.draw(&mut random);
        for _ in 0..30 {
            let other = space.draw(&mut random);
            let child = space.cross(&parent, &other, &mut random);
            let mutant = space.mutate(&child, 0.1, 0.5, &mut random);
            for choice in [&parent, &other, &child, &mutant] {
                let arch = space.arch(choice).unwrap();
                assert_eq!(space.arch(&choice.canonical(&space)).unwrap(), arch);
                assert_eq!(arch.resolution, choice.resolution);
                arch.network().unwrap();
            }
            parent = mutant;
        }
    }
}

#[test]
fn encodings_have_the_published_length() {
    let space = spaces::find("ofa-mbv3").unwrap();
    let four = [128, 160, 192, 224];
    let encoding = Encoding::new(&space, &four).unwrap();
    assert_eq!(encoding.len(), 124);
    assert_eq!(Encoding::new(&space, &space.resolutions).unwrap().len(), 145);
    let choice = space.even(192, 5, 4.0, 3);
    let numbers = encoding.encode(&space, &choice).unwrap();
    // The first block has kernel 5 and expansion 4; the fourth is not there.
    assert_eq!(numbers[..3], [0.0, 1.0, 0.0]);
    assert_eq!(numbers[9..12], [0.0; 3]);
    assert_eq!(numbers[60..63], [0.0, 1.0, 0.0]);
    assert_eq!(numbers[120..], [0.0, 0.0, 1.0, 0.0]);
    assert_eq!(numbers.iter().sum::<f32>(), 2.0 * 15.0 + 1.0);
    assert!(encoding.encode(&space, &space.even(132, 5, 4.0, 3)).is_err());
}

#[test]
fn layers_have_the_published_keys() {
    let space = spaces::find("ofa-mbv3").unwrap();
    let keys: Vec<String> = layers(&space.arch(&space.even(224, 5, 4.0, 2)).unwrap())
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(keys.len(), 1 + 1 + 10 + 4);
    assert_eq!(keys[0], "Conv-input:224x224x3-output:112x112x16");
    assert_eq!(
        keys[1],
        "expanded_conv-input:112x112x16-output:112x112x16-expand:16-kernel:3-stride:1-idskip:1-se:0-hs:0"
    );
    assert_eq!(
        keys[4],
        "expanded_conv-input:56x56x24-output:28x28x40-expand:96-kernel:5-stride:2-idskip:0-se:1-hs:0"
    );
    let last = [
        "Conv_1-input:7x7x160-output:7x7x960",
        "AvgPool2D-input:7x7x960-output:1x1x960",
        "Conv_2-input:1x1x960-output:1x1x1280",
        "Logits-input:1x1x1280-output:1x1x1000",
    ];
    assert_eq!(keys[12..], last);
}

/// Costs are multiply-adds; the score is the number of kernels of 5 in blocks that are there.
struct Judge(Space);

impl Evaluate for Judge {
    fn costs(&mut self, choices: &[Choice]) -> Result<Vec<f64>> {
        let cost = |choice: &Choice| Ok(self.0.arch(choice)?.network().map_err(Error::from)?.macs() as f64);
        choices.iter().map(cost).collect()
    }

    fn scores(&mut self, choices: &[Choice]) -> Result<Vec<f64>> {
        let fives = |choice: &Choice| {
            choice.stages(&self.0).flat_map(|(_, blocks)| blocks).filter(|block| block.kernel == 5).count()
        };
        Ok(choices.iter().map(|choice| fives(choice) as f64).collect())
    }
}

#[test]
fn evolution_finds_what_is_best_within_a_limit() {
    let space = spaces::find("ofa-small").unwrap();
    let limit = 12e6;
    let evolution = Evolution { population: 30, generations: 40, ..Evolution::default() };
    let search = || evolution.search(&space, limit, &mut Judge(space.clone()), &mut |_| {}).unwrap();
    let found = search();
    assert_eq!(found, search(), "the same seed finds the same");
    assert!(found.best.cost <= limit && found.best.score >= 14.0, "{found:?}");
    assert!(found.history.is_sorted(), "the best stay");
}

#[test]
fn limits_that_hardly_any_network_keeps_are_searched_too() {
    let space = spaces::find("ofa-small").unwrap();
    let evolution = Evolution { population: 8, generations: 3, ..Evolution::default() };
    let mut judge = Judge(space.clone());
    let least = judge.costs(&[space.smallest()]).unwrap()[0];
    for limit in [least, 1.05 * least] {
        let found = evolution.search(&space, limit, &mut judge, &mut |_| {}).unwrap();
        assert!(found.best.cost <= limit, "{found:?}");
        assert_eq!(found.history.len(), 4);
        let random = evolution.random(&space, limit, &mut judge, 100).unwrap();
        assert!(!random.is_empty() && random.iter().all(|drawn| drawn.cost <= limit), "{random:?}");
    }
}

#[test]
fn limits_that_nothing_keeps_are_errors() {
    let space = spaces::find("ofa-small").unwrap();
    let evolution = Evolution { population: 4, generations: 1, ..Evolution::default() };
    let error = evolution.search(&space, 1.0, &mut Judge(space.clone()), &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("the smallest costs"), "{error}");
}
