use featherlite::schema::{BuiltinOperator, TensorType, owned};

use crate::harness::Folder;
use crate::models;

#[test]
fn help_has_examples_and_exit_codes() {
    let folder = Folder::new();
    let help = folder.run("--help").ok();
    assert!(help.contains("Exit codes: 0 done; 1 an error"), "{help}");
    for command in ["classify", "run", "bench", "inspect", "compare", "ops", "conformance"] {
        assert!(help.contains(&format!("  {command}")), "{help}");
        let help = folder.run(&format!("{command} --help")).ok();
        assert!(help.contains(&format!("  featherlite {command}")), "{help}");
        assert!(help.contains("Exit codes"), "{help}");
    }
    assert!(folder.run("--version").ok().starts_with("featherlite "));
}

#[test]
fn wrong_usage_is_code_2() {
    let folder = Folder::new();
    folder.write("score.tflite", models::score(0.5));
    for arguments in
        ["", "fly", "run", "run score.tflite --speed 3", "classify --model score.tflite", "bench"]
    {
        let outcome = folder.run(arguments);
        assert_eq!(outcome.code, 2, "{arguments}: {}", outcome.err);
    }
    folder.run("run score.tflite --isa avx9").fails(2, &["\"avx9\"", "it has: scalar"]);
    folder.run("run score.tflite -i z=x.npy").fails(2, &["no input \"z\"", "[\"x\"]"]);
    folder.run("run score.tflite -i a.npy -i b.npy").fails(1, &["a.npy"]);
}

#[test]
fn files_that_are_no_models_are_named() {
    let folder = Folder::new();
    let model = models::score(0.5);
    folder.write("text.tflite", "not a model at all");
    folder.write("empty.tflite", "");
    folder.write("half.tflite", &model[..model.len() / 2]);
    for command in ["run", "inspect", "bench", "compare", "ops"] {
        folder.run(&format!("{command} missing.tflite")).fails(1, &["missing.tflite", "No such file"]);
        for file in ["text.tflite", "empty.tflite", "half.tflite"] {
            folder.run(&format!("{command} {file}")).fails(1, &[file, "complete .tflite file"]);
        }
        folder.run(&format!("{command} .")).fails(1, &["not a regular file"]);
    }
}

#[test]
fn inputs_that_do_not_fit_are_named() {
    let folder = Folder::new();
    folder.write("score.tflite", models::score(0.5));
    folder.write("text.npy", "not an array");
    folder.write("text.png", "not a picture");
    folder.write("cut.png", b"\x89PNG\r\n\x1a\n");
    // The header of an array of 64-bit integers.
    let header = "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 4), }\n";
    let mut array = b"\x93NUMPY\x01\x00".to_vec();
    array.extend((header.len() as u16).to_le_bytes());
    array.extend(header.as_bytes());
    array.extend([0; 32]);
    folder.write("integers.npy", array);
    let run = |file: &str| folder.run(&format!("run score.tflite -i {file}"));
    run("missing.npy").fails(1, &["input 0 \"x\"", "missing.npy", "No such file"]);
    run("text.npy").fails(1, &["text.npy", "not an .npy file"]);
    run("text.png").fails(1, &["text.png", "not a picture", "PNG, JPEG"]);
    run("cut.png").fails(1, &["cut.png", "damaged"]);
    run("integers.npy").fails(1, &["integers.npy", "takes FLOAT32", "holds INT64"]);
}

#[test]
fn what_is_not_supported_is_code_3() {
    let folder = Folder::new();
    let neg = |version| owned::OperatorCode::builtin(BuiltinOperator::NEG, version);
    folder.write(
        "custom.tflite",
        models::single(owned::OperatorCode::custom("Mystery", 4), TensorType::FLOAT32),
    );
    folder.write("version.tflite", models::single(neg(999), TensorType::FLOAT32));
    folder.write("type.tflite", models::single(neg(1), TensorType::STRING));
    let parts =
        ["custom.tflite", "node 0 (Mystery)", "version 4", "(FLOAT32) -> (FLOAT32)", "featherlite ops"];
    folder.run("run custom.tflite").fails(3, &parts);
    folder.run("run version.tflite").fails(3, &["node 0 (NEG)", "version 999", "versions up to"]);
    folder.run("bench type.tflite").fails(3, &["node 0 (NEG)", "(STRING) -> (STRING)", "supported: "]);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = Folder::new();
    folder.write("clothes.tflite", include_bytes!("../../assets/fashion_mnist_int8.tflite"));
    for arguments in ["ops --json", "inspect clothes.tflite", "inspect clothes.tflite --json", "classify"] {
        let (out, err) = (std::process::Stdio::piped(), std::process::Stdio::piped());
        let mut child = folder.command(arguments).stdout(out).stderr(err).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), err.as_str()), (Some(0), ""), "{arguments}");
    }
}
