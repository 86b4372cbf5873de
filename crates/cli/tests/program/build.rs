use std::fs;

use featherlite::schema::{TensorType, owned};

use crate::harness::Folder;
use crate::models;

#[test]
fn a_crate_names_the_operators_of_its_models() {
    let folder = Folder::new();
    folder.write("score.tflite", models::score(0.5));
    let text = folder.run("build --models score.tflite --no-build").ok();
    assert!(text.contains("logistic::OP"), "{text}");
    assert_eq!(folder.list("."), ["score", "score.tflite"]);
    assert_eq!(
        folder.list("score"),
        [".cargo", ".gitignore", "Cargo.lock", "Cargo.toml", "build.rs", "src", "unwinding.ld"]
    );
    assert_eq!(folder.list("score/src"), ["main.rs", "npy.rs", "operators.rs", "random.rs", "system.rs"]);
    let operators = fs::read_to_string(folder.path().join("score/src/operators.rs")).unwrap();
    assert!(operators.contains("    &featherlite::ops::logistic::OP,"), "{operators}");
    // The list is the one that `ops` prints.
    let set = folder.run("ops score.tflite").ok();
    assert!(operators.contains(set.rsplit("only:\n").next().unwrap().trim_end()), "{set}");
}

#[test]
fn a_library_has_a_header_and_takes_the_place_of_an_older_one() {
    let folder = Folder::new();
    folder.run("build --all-operators --kind library --name all --no-build").ok();
    folder.write("all/src/operators.rs", "old");
    folder.run("build --all-operators --kind library --name all --no-build").ok();
    assert_eq!(folder.list("."), ["all"]);
    assert_eq!(folder.list("all/include"), ["featherlite.h"]);
    let operators = fs::read_to_string(folder.path().join("all/src/operators.rs")).unwrap();
    assert!(operators.contains("conv_2d::OP") && !operators.contains("conv_2d::INT8"), "{operators}");
}

#[test]
fn a_crate_can_do_without_the_standard_library() {
    let folder = Folder::new();
    folder.write("score.tflite", models::score(0.5));
    folder.run("build --models score.tflite --no-std --no-build").ok();
    let read = |name: &str| fs::read_to_string(folder.path().join("score").join(name)).unwrap();
    assert!(read("src/main.rs").contains("\n#![no_std]\n#![no_main]\n"));
    assert!(read("src/without_std.rs").contains("#[panic_handler]"));
    assert!(read("Cargo.toml").contains("default-features = false, features = [\"compact\"]"));
    let sources = folder.list("score/src");
    assert!(sources.iter().all(|file| !read(&format!("src/{file}")).contains("std::")), "{sources:?}");
}

#[test]
fn failures_leave_nothing() {
    let folder = Folder::new();
    folder.write("score.tflite", models::score(0.5));
    let code = owned::OperatorCode::custom("Mystery", 1);
    folder.write("custom.tflite", models::single(code, TensorType::FLOAT32));
    folder.write("taken/file", "somebody's");
    folder.run("build --models custom.tflite --no-build").fails(3, &["Mystery"]);
    folder.run("build --models absent.tflite --no-build").fails(1, &["absent.tflite"]);
    folder.run("build --models score.tflite --name a-b --no-build").fails(2, &["a-b", "--name"]);
    folder.run("build --models score.tflite --kind library --no-std --no-build").fails(2, &["--no-std"]);
    folder.run("build --models score.tflite -o taken --no-build").fails(1, &["taken", "--output-dir"]);
    folder
        .run("build --models score.tflite --featherlite taken --no-build")
        .fails(1, &["taken", "crates/featherlite"]);
    assert_eq!(folder.list("."), ["custom.tflite", "score.tflite", "taken"]);
}
