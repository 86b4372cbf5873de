//! Parameters and multiply-adds of published networks, counted by instantiating them in PyTorch and Keras (`data/counts.csv`).

use featherlite_arch::{catalogue, find};

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
