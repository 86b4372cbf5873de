use featherlite::schema::{TensorType, owned};

use crate::harness::Folder;
use crate::models;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("score.tflite", models::score(0.5));
    let code = owned::OperatorCode::custom("Mystery", 1);
    folder.write("custom.tflite", models::single(code, TensorType::FLOAT32));
    folder.write_npy("in/input_0.npy", &[2, 4], &[0.0; 8]);
    folder.write_npy("steps/step_0/input_0.npy", &[1, 4], &[0.0; 4]);
    folder.write_npy("steps/step_1/input_0.npy", &[1, 4], &[1.0; 4]);
    folder
}

#[test]
fn single_jobs_end_with_a_code() {
    let folder = folder();
    folder.run("conformance --model score.tflite --inputs in --outputs out").ok();
    assert!(folder.read_npy("out/output_0.npy").0.contains("(2, 4)"));
    let flags = "--inputs steps --outputs out --steps 2 --signatures score,-";
    folder.run(&format!("conformance --model score.tflite {flags}")).ok();
    assert_ne!(folder.read_npy("out/step_0/output_0.npy"), folder.read_npy("out/step_1/output_0.npy"));
    folder.run("conformance --model custom.tflite --inputs in --outputs out").fails(3, &["Mystery"]);
    folder.run("conformance --model score.tflite --inputs no --outputs out").fails(1, &["input_0.npy"]);
    assert_eq!(folder.run("conformance --model score.tflite").code, 2);
}

#[test]
fn batches_have_a_line_for_each_job() {
    let folder = folder();
    let jobs = [
        "one\tscore.tflite\tin\tout\t1\t-",
        "two\tcustom.tflite\tin\tout\t1\t-",
        "three\tmissing.tflite\tin\tout\t1\t-",
        "four\tscore.tflite\tsteps\tout\t2\tscore,score",
        "five\tscore.tflite\tin\tout\t1\tother",
        "six",
    ];
    folder.write("jobs", jobs.join("\n"));
    let out = folder.run("conformance --batch jobs").ok();
    let lines: Vec<Vec<&str>> = out.lines().map(|line| line.split('\t').collect()).collect();
    let status: Vec<&str> = lines.iter().map(|fields| fields[1]).collect();
    assert_eq!(status, ["ok", "unsupported", "error", "ok", "error", "error"], "{out}");
    assert!(lines.iter().all(|fields| fields.len() == 3), "{out}");
    assert!(lines[2][2].contains("missing.tflite"), "{out}");
}
