//! Parameters and multiply-adds of published networks, counted by instantiating them in PyTorch and Keras (`data/counts.csv`).

use featherlite_arch::{Activation, Arch, Block, Middle, catalogue, find};

#[test]
fn every_published_network_counts_exactly() {
    let rows: Vec<Vec<&str>> =
        include_str!("data/counts.csv").lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), catalogue().len());
    let mut wrong = Vec::new();
    for row in rows {
        let [title, resolution, parameters, macs] = row[..] else { panic!("{row:?}") };
        let found = catalogue().iter().find(|row| row.title == title).unwrap_or_else(|| panic!("{title}"));
        let arch = found.arch();
        let network = arch.network().unwrap();
        let counted = [arch.resolution as u64, network.parameters(), network.macs()];
        let expected = [resolution, parameters, macs].map(|text| text.parse::<u64>().unwrap());
        if counted != expected {
            wrong.push(format!("{title}: {counted:?} instead of {expected:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A sub-network of Once-for-All's MobileNetV3 space (arXiv 1908.09791) with one kernel, expansion and depth everywhere.
fn once_for_all(kernel: usize, expand: f64, depth: usize) -> Arch {
    let mut arch = find("mobilenet_v3_large").unwrap();
    let se = arch.stages[2][0].se;
    // Output channels, stride, squeeze and excitation, hard-swish.
    let stages = [
        (24, 2, false, false),
        (40, 2, true, false),
        (80, 2, false, true),
        (112, 1, true, true),
        (160, 2, true, true),
    ];
    for (stage, (out, stride, has_se, is_late)) in arch.stages[1..].iter_mut().zip(stages) {
        let first = Block {
            kernel,
            out,
            stride,
            middle: Middle::TimesInput(expand),
            se: se.filter(|_| has_se),
            activation: if is_late { Activation::HardSwish } else { Activation::Relu },
            ..stage[0]
        };
        *stage = vec![first];
    }
    arch.head.hidden.as_mut().unwrap().bias = false;
    arch.with_depths(&[1, depth, depth, depth, depth, depth])
}

/// The same of its space after ProxylessNAS (arXiv 1812.00332), 1.3 times as wide.
fn proxyless(kernel: usize, expand: f64, depth: usize) -> Arch {
    let mut arch = find("mobilenet_v2").unwrap();
    for (stage, out) in arch.stages[1..].iter_mut().zip([24, 40, 80, 96, 192, 320]) {
        *stage = vec![Block { kernel, out, middle: Middle::TimesInput(expand), ..stage[0] }];
    }
    arch.with_width(1.3).with_depths(&[1, depth, depth, depth, depth, depth, 1])
}

#[test]
fn the_proxyless_space_is_expressible() {
    let cases = [(7, 6.0, 4, 7_942_056, 1_004_908_032), (3, 3.0, 2, 3_718_832, 265_526_256)];
    for (kernel, expand, depth, parameters, macs) in cases {
        let network = proxyless(kernel, expand, depth).network().unwrap();
        assert_eq!(
            [network.parameters(), network.macs()],
            [parameters, macs],
            "k{kernel} e{expand} d{depth}"
        );
    }
}

/// With moving averages parameters are those that Keras reports, but for the 7 values of EfficientNet's normalization of pixels.
#[test]
fn moving_averages_make_up_the_totals_of_keras() {
    let cases = [
        ("mobilenet_v1", 4_253_864),
        ("mobilenet_v2", 3_538_984),
        ("mobilenet_v2_1.4", 6_156_712),
        ("mobilenet_v3_large", 5_507_432),
        ("mobilenet_v3_small", 2_554_968),
        ("efficientnet_b0", 5_330_571 - 7),
        ("efficientnet_b1", 7_856_239 - 7),
        ("efficientnet_b2", 9_177_569 - 7),
        ("efficientnet_b3", 12_320_535 - 7),
        ("efficientnet_b4", 19_466_823 - 7),
    ];
    for (name, total) in cases {
        let cost = find(name).unwrap().network().unwrap().cost();
        assert_eq!(cost.parameters + cost.statistics, total, "{name}");
    }
}

#[test]
fn the_once_for_all_space_is_expressible() {
    let cases = [
        (7, 6.0, 4, 224, 7_664_760, 566_170_656),
        (3, 3.0, 2, 224, 3_410_792, 121_278_672),
        (5, 4.0, 3, 224, 4_551_792, 250_746_944),
        (7, 6.0, 4, 160, 7_664_760, 291_318_048),
    ];
    for (kernel, expand, depth, resolution, parameters, macs) in cases {
        let network = once_for_all(kernel, expand, depth).with_resolution(resolution).network().unwrap();
        assert_eq!(
            [network.parameters(), network.macs()],
            [parameters, macs],
            "k{kernel} e{expand} d{depth}"
        );
    }
}
