use serde_json::Value;

use crate::harness::Folder;

/// As quick as it gets: what is measured does not matter here.
const QUICK: &str = "--rounds 1 --turn 0 --schemes int8";

fn layers(folder: &Folder, file: &str) -> usize {
    let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
    let table: Value = serde_json::from_str(&text).unwrap();
    assert_eq!([&table["space"], &table["scheme"]], ["ofa-small", "int8"]);
    let layers = table["layers"].as_object().unwrap();
    assert!(layers.values().all(|time| time.as_f64().unwrap() > 0.0), "{text}");
    layers.len()
}

#[test]
fn layers_are_measured_and_tables_completed() {
    let folder = Folder::new();
    let text = folder.run(&format!("ofa latency ofa-small --target t --resolutions 20 {QUICK}")).ok();
    assert!(text.contains("t-int8.json: 69 layers"), "{text}");
    assert_eq!((layers(&folder, "t-int8.json"), folder.list(".")), (69, vec!["t-int8.json".to_owned()]));
    let before = std::fs::read_to_string(folder.path().join("t-int8.json")).unwrap();
    let text =
        folder.run(&format!("ofa latency ofa-small --target t --resolutions 20,24 --verify 3 {QUICK}")).ok();
    assert!(text.contains("3 networks") && text.contains("rank correlation"), "{text}");
    assert!(layers(&folder, "t-int8.json") > 69);
    assert_eq!(folder.list("."), ["t-int8.csv", "t-int8.html", "t-int8.json"]);
    // What was there has not been measured again.
    let after = std::fs::read_to_string(folder.path().join("t-int8.json")).unwrap();
    let kept = before.lines().filter(|line| line.contains("20x20x")).map(|line| line.trim_end_matches(','));
    kept.for_each(|line| assert!(after.contains(line), "{line}"));
    folder.run("ofa latency ofa-small --target t --threads 2 --schemes int8").fails(1, &["another --target"]);
}

#[cfg(unix)]
#[test]
fn another_machine_is_reached_by_a_command() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new();
    folder.write("shell", "#!/bin/sh\nTMPDIR=$PWD/there exec sh -c \"$1\"\n");
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path().join("shell"), executable).unwrap();
    std::fs::create_dir(folder.path().join("there")).unwrap();
    let quick = format!("--remote ./shell --resolutions 20 --verify 2 {QUICK}");
    let text = folder.run(&format!("ofa latency ofa-small --target far {quick}")).ok();
    assert!(text.contains("far, int8: 2 networks"), "{text}");
    assert_eq!(layers(&folder, "far-int8.json"), 69);
    folder.write("other", "exit 3");
    let refused = folder.run(&format!("ofa latency ofa-small --target x --program other {quick}"));
    assert_eq!(refused.code, 1);
    assert!(
        refused.err.contains("does not run on the device") && refused.err.contains("musl"),
        "{}",
        refused.err
    );
    folder.run("ofa latency ofa-small --remote false").fails(1, &["a folder on the device", "false"]);
    // Nothing is left on the device.
    assert!(folder.list("there").is_empty());
}

#[test]
fn wrong_questions_are_answered() {
    let folder = Folder::new();
    folder.run("ofa latency ofa-smal").fails(1, &["ofa-small"]);
    folder.run("ofa latency ofa-small --resolutions 21").fails(2, &["21", "[20, 24, 28, 32]"]);
    folder.write("space.json", "{}");
    folder.run("ofa latency space.json").fails(1, &["space.json: no space"]);
    assert!(folder.run("ofa latency --help").ok().contains("--remote"));
}
