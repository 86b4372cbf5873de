use crate::harness::{Folder, field};
use crate::models;

const QUICK: &str = "--min_secs=0.02 --warmup_min_secs=0 --num_runs=5";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("score.tflite", models::score(0.5));
    folder
}

#[test]
fn kernels_are_compared_and_the_chosen_one_is_marked() {
    let folder = Folder::new();
    folder.write("dense.tflite", models::dense());
    let text = folder.run("bench dense.tflite --compare_kernels --min_secs=0.01").ok();
    let rows = |part: &str| text.lines().filter(|line| line.contains(part)).count();
    assert!(text.starts_with("FULLY_CONNECTED "), "{text}");
    assert!(rows("fully_connected_f32__gemm") >= 1 && rows("fully_connected_f32__reference") == 1, "{text}");
    assert_eq!(text.lines().filter(|line| line.trim_start().starts_with("*  ful")).count(), 1, "{text}");
}

#[test]
fn the_share_of_the_peak_is_told_where_the_peak_is_known() {
    let folder = Folder::new();
    folder.write("dense.tflite", models::dense());
    let outcome = folder.run(&format!("bench dense.tflite --roofline {QUICK}"));
    if outcome.code == 1 {
        return outcome.fails(1, &["the peak of this processor is not known"]);
    }
    let text = outcome.ok();
    assert!(text.contains("0 FULLY_CONNECTED  fully_connected_f32__"), "{text}");
    assert!(field(&text, "products") == 12.0 && field(&text, "percent_of_peak") > 0.0, "{text}");
}

#[test]
fn the_lines_of_benchmark_model_and_our_own_are_there() {
    let folder = folder();
    let flags = "--num_threads=1 --report_peak_memory_footprint=true --verbose=true";
    let out = folder.run(&format!("bench --graph=score.tflite {QUICK} {flags}")).ok();
    let parts = [
        "Graph: [score.tflite]",
        "Min num runs: [5]",
        "Running benchmark for at least 5 iterations and at least 0.02 seconds but terminate if exceeding 150 seconds.",
        "\ncount=",
        "Inference timings in us: Init: ",
        ", First inference: ",
        ", Warmup (avg): ",
        ", Inference (avg): ",
    ];
    for part in parts {
        assert!(out.contains(part), "no {part:?} in {out}");
    }
    let last = out.lines().last().unwrap();
    assert!(
        field(last, "runs") >= 5.0 && field(last, "load_us") > 0.0 && field(last, "first_us") > 0.0,
        "{last}"
    );
    assert!(field(last, "median_us") >= field(last, "min_us"), "{last}");
    if cfg!(target_os = "linux") {
        assert!(field(last, "peak_rss_kb") > 100.0, "{last}");
        assert!(out.contains("Memory footprint delta from the start of the tool (MB): init="), "{out}");
    }
}

#[test]
fn a_quick_model_fills_the_time_asked_for() {
    let folder = folder();
    let out = folder.run("bench score.tflite --min_secs=0.1 --warmup_min_secs=0.01").ok();
    let last = out.lines().last().unwrap();
    let covered = field(last, "runs") * field(last, "median_us") * 1e-6;
    assert!(covered > 0.005, "{last}");
}

#[test]
fn inputs_and_outputs_are_files() {
    let folder = folder();
    folder.write_npy("in/input_0.npy", &[2, 4], &[0.0; 8]);
    folder
        .run(&format!("bench score.tflite {QUICK} --inputs=in --outputs=out --output_filepath=all.bin"))
        .ok();
    let (header, bytes) = folder.read_npy("out/output_0.npy");
    assert!(header.contains("(2, 4)"), "{header}");
    assert_eq!(std::fs::read(folder.path().join("all.bin")).unwrap(), bytes);
    assert_eq!(folder.list("out"), ["output_0.npy"]);
    folder
        .run(&format!("bench score.tflite {QUICK} --inputs=out"))
        .fails(1, &["input_0.npy", "No such file"]);
}

#[test]
fn inputs_are_said_as_benchmark_model_has_it() {
    let folder = folder();
    let four: Vec<u8> = [1f32; 4].iter().flat_map(|value| value.to_le_bytes()).collect();
    folder.write("x.bin", &four);
    let out = |flags: &str| {
        folder.run(&format!("bench score.tflite {QUICK} --outputs=out {flags}")).ok();
        folder.read_npy("out/output_0.npy")
    };
    let ones = out("--input_layer_value_files=x:x.bin").1;
    assert_eq!(ones, out("--input_layer=anything --input_layer_value_range=anything,1,1").1);
    assert!(out("--input_layer=x --input_layer_shape=5,4").0.contains("(5, 4)"));
    let outcome = folder.run("bench score.tflite --input_layer_shape=a,b");
    outcome.fails(2, &["--input_layer_shape", "\"a,b\""]);
}

#[test]
fn operators_are_profiled() {
    let folder = folder();
    let out = folder.run(&format!("bench score.tflite {QUICK} --enable_op_profiling=true")).ok();
    for part in ["= Run Order =", "= Top by Computation Time =", "= Summary by node type =", "[times called]"]
    {
        assert!(out.contains(part), "no {part:?} in {out}");
    }
    assert!(out.lines().any(|line| line.contains("LOGISTIC") && line.contains("[score:0]:2")), "{out}");
    let flags = "--enable_op_profiling --op_profiling_output_mode=csv --op_profiling_output_file=ops.csv";
    folder.run(&format!("bench score.tflite {QUICK} {flags}")).ok();
    let csv = std::fs::read_to_string(folder.path().join("ops.csv")).unwrap();
    assert!(csv.contains("node type,first,avg ms,%,cdf%,times called,name,kernel\nMUL,"), "{csv}");
}

#[test]
fn sweeps_measure_every_combination() {
    let folder = folder();
    let out =
        folder.run(&format!("bench score.tflite {QUICK} --sweep threads=1,2 kernels=reference,fast")).ok();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 4, "{out}");
    assert!(lines[1].starts_with("threads=1 kernels=fast isa=all median_us="), "{out}");
    let outcome = folder.run("bench score.tflite --sweep speed=1");
    assert_eq!(outcome.code, 2, "{}", outcome.err);
}

#[test]
fn foreign_flags_are_ignored_with_a_note_and_dry_runs_do_not_run() {
    let folder = folder();
    let outcome = folder.run("bench --graph=score.tflite --use_xnnpack=true --use_gpu=false --dry_run=true");
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    assert_eq!(outcome.err.lines().filter(|line| line.contains("ignored")).count(), 2, "{}", outcome.err);
    assert!(!outcome.out.contains("count="), "{}", outcome.out);
}
