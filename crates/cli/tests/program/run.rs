use crate::harness::Folder;
use crate::models;

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("score.tflite", models::score(0.5));
    folder.write("quantized.tflite", models::quantized());
    folder.write("picture.tflite", models::picture());
    folder
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect()
}

#[test]
fn random_inputs_are_the_same_every_time() {
    let folder = folder();
    let without_time =
        |text: String| text.lines().filter(|line| !line.contains("took")).collect::<Vec<_>>().join("\n");
    let first = without_time(folder.run("run score.tflite").ok());
    assert!(first.contains("output 0 score  FLOAT32 [1,4]"), "{first}");
    assert!(first.contains("min") && first.contains("top ["), "{first}");
    assert_eq!(first, without_time(folder.run("run score.tflite").ok()));
    assert_ne!(first, without_time(folder.run("run score.tflite --seed 1").ok()));
    assert_eq!(first, without_time(folder.run("run score.tflite --kernels reference --threads 2").ok()));
}

#[test]
fn inputs_are_read_and_outputs_written() {
    let folder = folder();
    folder.write_npy("x.npy", &[1, 4], &[-0.25, 0.0, 100.0, -100.0]);
    for input in ["x.npy", "x=x.npy", "x:0=x.npy", "0=x.npy"] {
        let out = folder.run(&format!("run score.tflite -i {input} --output-dir out")).ok();
        assert!(out.contains("written to out"), "{out}");
        let (header, bytes) = folder.read_npy("out/output_0.npy");
        assert!(header.contains("'<f4'") && header.contains("(1, 4)"), "{header}");
        let values = floats(&bytes);
        let expected = [0.5, 0.622_459_3, 1.0, 0.0];
        assert!(
            values.iter().zip(expected).all(|(value, expected)| (value - expected).abs() < 1e-5),
            "{values:?}"
        );
    }
    assert_eq!(folder.list("out"), ["output_0.npy"]);
}

#[test]
fn signatures_are_found_by_name() {
    let folder = folder();
    folder.run("run score.tflite --signature score").ok();
    folder.run("run score.tflite --signature other").fails(2, &["\"other\"", "[\"score\"]"]);
    folder.run("run picture.tflite --signature other").fails(2, &["has none"]);
}

#[test]
fn open_dimensions_follow_the_file_and_others_need_a_flag() {
    let folder = folder();
    folder.write_npy("three.npy", &[3, 4], &[0.5; 12]);
    folder.write_npy("wide.npy", &[1, 8], &[0.5; 8]);
    assert!(folder.run("run score.tflite -i three.npy").ok().contains("[3,4]"));
    folder
        .run("run score.tflite -i wide.npy")
        .fails(1, &["input 0 \"x\"", "wide.npy has shape [1, 8]", "takes [1,4]", "--resize"]);
    // Planning for it finds out that it can not be.
    folder.run("run score.tflite -i wide.npy --resize").fails(1, &["score.tflite", "node 1 (ADD)", "[1,8]"]);
}

#[test]
fn real_numbers_are_quantized_and_clipping_is_noted() {
    let folder = folder();
    folder.write_npy("x.npy", &[4], &[0.0, 1.0, -0.3, 2.0]);
    folder.run("run quantized.tflite -i x.npy -o out").ok();
    let (header, bytes) = folder.read_npy("out/output_0.npy");
    assert!(header.contains("'|i1'"), "{header}");
    assert_eq!(bytes.iter().map(|&byte| byte as i8).collect::<Vec<_>>(), [3, -7, 6, -17]);
    folder.run("run quantized.tflite -i x.npy -o real --real").ok();
    let real = floats(&folder.read_npy("real/output_0.npy").1);
    assert!(real.iter().zip([0.0, -1.0, 0.3, -2.0]).all(|(found, value)| (found - value).abs() < 1e-6));
    folder.write_npy("large.npy", &[4], &[0.0, 255.0, -255.0, 2.0]);
    let outcome = folder.run("run quantized.tflite -i large.npy");
    assert!(outcome.code == 0 && outcome.err.starts_with("note: large.npy: 2 of 4"), "{}", outcome.err);
}

#[test]
fn pictures_are_inputs() {
    let folder = folder();
    folder.write("grey.pgm", b"P5 1 1 255\n\x33");
    folder.run("run picture.tflite -i grey.pgm -o out").ok();
    assert_eq!(floats(&folder.read_npy("out/output_0.npy").1), [-0.2; 12]);
    folder.run("run picture.tflite -i grey.pgm -o out --mean 1,11,21 --std 10").ok();
    assert_eq!(floats(&folder.read_npy("out/output_0.npy").1)[..4], [-5.0, -4.0, -3.0, -5.0]);
    folder
        .run("run score.tflite -i grey.pgm")
        .fails(1, &["input 0 \"x\"", "grey.pgm", "does not take a picture"]);
}
