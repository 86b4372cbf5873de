use crate::harness::Folder;
use crate::models;

#[test]
fn a_changed_weight_is_found() {
    let folder = Folder::new();
    folder.write("old.tflite", models::score(0.5));
    folder.write("new.tflite", models::score(0.6));
    let outcome = folder.run("compare old.tflite new.tflite");
    assert_eq!(outcome.code, 1, "{}", outcome.err);
    let line = outcome.out.lines().find(|line| line.starts_with("first difference:")).unwrap();
    assert!(line.contains("node 1 (ADD), tensor 4 \"shifted\""), "{line}");
    assert!(outcome.out.contains("constant 2 \"shift\": max |a-b| 0.1"), "{}", outcome.out);
    assert!(outcome.out.contains("in 1 of 4 elements"), "{}", outcome.out);
    folder.run("compare old.tflite new.tflite --tolerance 0.5").ok();
}

#[test]
fn a_model_agrees_with_itself() {
    let folder = Folder::new();
    folder.write("score.tflite", models::score(0.5));
    let out = folder.run("compare score.tflite").ok();
    assert!(out.contains("3 of 3 layers matched by position"), "{out}");
    assert!(out.contains("no difference"), "{out}");
    folder.run("compare score.tflite --threads 1,2 --kernels fast").ok();
    folder.run("compare score.tflite --kernels fast,reference --isa scalar").ok();
    let all = folder.run("compare score.tflite score.tflite --all").ok();
    assert_eq!(all.lines().filter(|line| line.ends_with("same")).count(), 4, "{all}");
}

#[test]
fn layers_are_matched_by_name_where_the_graphs_differ() {
    let folder = Folder::new();
    folder.write("score.tflite", models::score(0.5));
    folder.write("quantized.tflite", models::quantized());
    let outcome = folder.run("compare score.tflite quantized.tflite");
    assert_eq!(outcome.code, 1, "{}", outcome.err);
    assert!(outcome.out.contains("0 of 3 layers matched by name"), "{}", outcome.out);
    assert!(outcome.out.contains("output 0 score  max |a-b|"), "{}", outcome.out);
}
