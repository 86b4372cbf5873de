use serde_json::Value;

use crate::harness::{Folder, field};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn published_networks_are_listed() {
    let folder = Folder::new();
    let text = folder.run("arch list").ok();
    assert!(text.contains("MobileNetV2 0.35") && text.contains("59,285,808"), "{text}");
    let rows = json(&folder.run("arch list --json").ok());
    let row = rows.as_array().unwrap().iter().find(|row| row["name"] == "efficientnet_b0").unwrap();
    let found = ["resolution", "params", "macs"].map(|key| row[key].as_u64().unwrap());
    assert_eq!(found, [224, 5_288_548, 385_814_752]);
}

#[test]
fn a_network_is_shown_and_drawn() {
    let folder = Folder::new();
    let text = folder.run("arch show mobilenet_v3_small --html a.html --svg a.svg").ok();
    assert!(text.contains("blocks.2.0") && text.contains("se 24") && text.contains("2,542,856"), "{text}");
    assert_eq!(folder.list("."), ["a.html", "a.svg"]);
    let text = folder.run("arch show shufflenet_v2_0.5 --layers --classes 3").ok();
    assert!(text.contains("blocks.0.1.shuffle") && text.contains("1×1×3"), "{text}");
    let value =
        json(&folder.run("arch show mobilenet_v1 --width 0.25 --resolution 96 --classes 2 --json").ok());
    assert_eq!(value["layers"].as_array().unwrap().last().unwrap()["output"], Value::from(vec![1, 1, 2]));
    assert_eq!(value["arch"]["resolution"], 96);
}

#[test]
fn a_network_is_scaled_edited_built_and_run() {
    let folder = Folder::new();
    let text = folder
        .run("arch scale mobilenet_v2_0.35 --phi 0.5 --resolution 32 --channels 1 --total-stride 8 --classes 10 -o n.json")
        .ok();
    assert!(text.contains("_phi0.5") && text.contains("= 1.920"), "{text}");
    let text = std::fs::read_to_string(folder.path().join("n.json")).unwrap();
    folder.write("n.json", text.replace("\"classes\": 10", "\"classes\": 7"));
    let text = folder.run("arch build n.json -o n.tflite --softmax").ok();
    assert!(text.contains("n.tflite: mobilenet_v2_0.35"), "{text}");
    let text = folder.run("run n.tflite").ok();
    assert!(text.contains("probabilities") && text.contains("[1,7]"), "{text}");
    let values = json(&folder.run("arch compare n.json mobilenet_v1 --json").ok());
    assert_eq!(values.as_array().unwrap().len(), 2);
}

#[test]
fn untrained_networks_are_measured() {
    let folder = Folder::new();
    let text =
        folder.run("bench --arch mobilenet_v1_0.25_32 --num_runs 2 --min_secs 0 --warmup_min_secs 0").ok();
    assert!(field(&text, "median_us") > 0.0, "{text}");
}

#[test]
fn weights_are_imported_and_compared() {
    let folder = Folder::new();
    folder.run("arch build mobilenet_v3_small_0.35_32 -o a.tflite --classes 7 --seed 3").ok();
    let text = folder.run("arch import a.tflite --arch mobilenet_v3_small_0.35_32 -o a.safetensors").ok();
    assert!(text.contains("0 missing") && text.contains("7 classes") && text.contains("same "), "{text}");
    let text = folder.run("arch show a.safetensors").ok();
    assert!(text.contains("32×32×3, 7 classes"), "{text}");
    let text = folder.run("arch build a.safetensors -o b.tflite").ok();
    assert!(text.contains("b.tflite"), "{text}");
    folder.run("compare a.tflite b.tflite").ok();
    let outcome =
        folder.run("arch import a.safetensors --arch mobilenet_v3_small_32 -o c.safetensors --classes 9");
    assert_eq!((outcome.code, outcome.err.as_str()), (1, ""));
    assert!(
        outcome.out.contains("shape       stem.conv.") || outcome.out.contains("nothing is written"),
        "{}",
        outcome.out
    );
    assert!(!folder.path().join("c.safetensors").exists());
    let text = folder
        .run("arch import a.safetensors --arch mobilenet_v3_small_0.35_32 -o c.tflite --classes 9 --allow-missing --json")
        .ok();
    assert_eq!(json(&text)["misshapen"][0]["expected"], Value::from(vec![9, 1024]));
}

#[test]
fn mistakes_are_named() {
    let folder = Folder::new();
    folder.run("arch show mobilenet_v9").fails(2, &["mobilenet_v9", "mobilenet_v2"]);
    folder.run("arch show mobilenet_v2 --resolution 0").fails(2, &["resolution"]);
    folder.run("arch scale mobilenet_v2 --phi 20 --alpha 100").fails(2, &["at most"]);
    folder.run("arch scale mobilenet_v2 --phi 20 --gamma 100").fails(2, &["resolution"]);
    folder.run("arch show none.json").fails(1, &["none.json"]);
    folder.write("bad.json", "{\"name\": 1}");
    folder.run("arch show bad.json").fails(2, &["bad.json", "not an architecture"]);
    folder.write("bad.safetensors", "nothing");
    folder.run("arch build bad.safetensors -o x.tflite").fails(1, &["bad.safetensors"]);
    folder.write("bad.pth", "nothing");
    folder.run("arch import bad.pth --arch mobilenet_v2 -o x.tflite").fails(1, &["bad.pth"]);
    folder.run("arch import bad.doc --arch mobilenet_v2 -o x.tflite").fails(2, &["bad.doc", ".keras"]);
    folder.run("arch import bad.pth --arch mobilenet_v2 -o x.doc").fails(2, &["-o"]);
    folder.run("bench --arch nothing").fails(2, &["nothing"]);
}
