use crate::harness::Folder;
use crate::models;

#[test]
fn the_samples_are_recognised() {
    let folder = Folder::new();
    let out = folder.run("classify").ok();
    let mut right = 0;
    let lines: Vec<&str> = out.lines().collect();
    for (number, line) in lines.iter().enumerate() {
        if let Some((name, _)) = line.split_once(".png") {
            let letters = |text: &str| -> String {
                let text = text.split("  ").find(|part| !part.is_empty()).unwrap_or_default();
                text.chars().filter(|letter| letter.is_ascii_alphabetic()).collect::<String>().to_lowercase()
            };
            right += usize::from(letters(name) == letters(lines[number + 1]));
        }
    }
    assert!(right >= 8, "{right} right\n{out}");
    let last = lines.last().unwrap();
    assert!(
        last.contains("10 pictures") && last.contains("a run takes") && last.contains("memory:"),
        "{last}"
    );
}

#[test]
fn results_do_not_depend_on_kernels_and_threads() {
    let folder = Folder::new();
    let classes = |arguments: &str| -> Vec<String> {
        let out = folder.run(arguments).ok();
        out.lines().filter(|line| line.ends_with('%')).map(str::to_owned).collect()
    };
    let expected = classes("classify --top 10");
    assert_eq!(expected.len(), 100);
    assert_eq!(expected, classes("classify --top 10 --kernels reference"));
    assert_eq!(expected, classes("classify --top 10 --threads 2 --isa scalar"));
}

#[test]
fn pictures_and_labels_are_files() {
    let folder = Folder::new();
    folder.write("black.pgm", b"P5 2 1 255\n\x00\x00");
    folder.write("names", "zero\none\ntwo\nthree\n");
    folder.write("text.png", "not a picture");
    folder.write("score.tflite", models::score(0.5));
    let out = folder.run("classify black.pgm --labels names -k 10").ok();
    assert!(out.contains("black.pgm") && out.contains("three") && out.contains("class 9"), "{out}");
    folder.run("classify --labels missing").fails(1, &["missing", "No such file"]);
    folder.run("classify black.pgm --model score.tflite").fails(1, &["black.pgm", "does not take a picture"]);
    let outcome = folder.run("classify text.png black.pgm");
    assert_eq!(outcome.code, 1);
    assert!(outcome.err.contains("text.png") && outcome.out.contains("black.pgm"), "{}", outcome.err);
    assert_eq!(folder.run("classify --model score.tflite").code, 2);
}
