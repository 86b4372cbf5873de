//! `docs/benchmarks.md`: how fast models run beside LiteRT with XNNPACK, measured in one interleaved run by
//! `bench_peers.py`.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{release, root};

const BENCH: &str =
    "--graph={model} --num_threads={threads} --min_secs={secs} --inputs={inputs} --outputs={outputs}";

/// `--shared DIR` says where `tools/bench_peers.py` and `zoo` are, `--python PATH` which interpreter has `ai-edge-litert`;
/// everything else is handed to `bench_peers.py`.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let (mut shared, mut python, mut others) =
        (root().join("../shared"), PathBuf::from("python3"), Vec::new());
    let mut arguments = arguments.iter();
    while let Some(&argument) = arguments.next() {
        let mut value =
            || arguments.next().map(PathBuf::from).with_context(|| format!("{argument} needs a value"));
        match argument {
            "--shared" => shared = value()?,
            "--python" => python = value()?,
            _ => others.push(argument),
        }
    }
    let tool = shared.join("tools/bench_peers.py");
    if !tool.exists() {
        bail!("{} is not there; --shared DIR says where the tools and models are", tool.display());
    }
    let program = release()?;
    let json = root().join("target/bench_peers.json");
    let ours = format!("{} bench {BENCH}", program.display());
    // The tool's exit code says that models were not rated; they are listed.
    Command::new(&python)
        .arg(&tool)
        .args(["--ours", &ours, "--json"])
        .arg(&json)
        .args(&others)
        .arg(shared.join("zoo"))
        .status()
        .with_context(|| python.display().to_string())?;
    let rows = fs::read_to_string(&json).context("bench_peers.py wrote no results")?;
    let rows: Vec<Value> = serde_json::from_str(&rows)?;
    let page = page(&rows, &program, &others)?;
    let path = root().join("docs/benchmarks.md");
    fs::write(&path, page).with_context(|| path.display().to_string())
}

fn page(rows: &[Value], program: &Path, others: &[&str]) -> Result<String> {
    let mut page = format!(
        "# Benchmarks\n\nMeasured on {} by `cargo xtask bench {}`, which runs LiteRT with XNNPACK and the program in turn, model by \
         model: the ratio (ours / LiteRT) is meaningful on a shared machine, the times are less so. Times are medians in \
         microseconds; *start* is loading and the first run, in milliseconds.\n\n",
        machine(),
        others.join(" "),
    );
    for threads in [1, 2] {
        let rated: Vec<f64> = rows
            .iter()
            .filter(|row| row["threads"] == threads)
            .filter_map(|row| row["ratio"].as_f64())
            .collect();
        if rated.is_empty() {
            continue;
        }
        let mean = (rated.iter().map(|ratio| ratio.ln()).sum::<f64>() / rated.len() as f64).exp();
        let slower = rated.iter().filter(|&&ratio| ratio > 1.0).count();
        let s = if threads == 1 { "" } else { "s" };
        let _ = writeln!(
            page,
            "- {threads} thread{s}: geometric mean {mean:.3} over {} models, {slower} of them slower than LiteRT.",
            rated.len()
        );
    }
    page.push_str(
        "\n| model | threads | LiteRT | ours | ratio | start, LiteRT | start, ours | peak memory, MB |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    let mut alone = Vec::new();
    for row in rows {
        let number = |name: &str| row[name].as_f64();
        let Some(ratio) = number("ratio") else {
            alone.push(row);
            continue;
        };
        let sum = |a: &str, b: &str| (number(a).unwrap_or(0.0) + number(b).unwrap_or(0.0)) / 1e3;
        let _ = writeln!(
            page,
            "| {} | {} | {:.1} | {:.1} | {ratio:.2} | {:.1} | {:.1} | {:.1} |",
            name(row),
            row["threads"],
            number("peer_us").unwrap_or(0.0),
            number("ours_median_us").unwrap_or(0.0),
            sum("peer_load_us", "peer_first_us"),
            sum("ours_load_us", "ours_first_us"),
            number("ours_peak_rss_kb").unwrap_or(0.0) / 1024.0,
        );
    }
    page.push_str(
        "\nModels that the tool does not rate, since LiteRT does not run them or its XNNPACK kernels give other results than its \
         reference kernels; ours were timed alone:\n\n| model | threads | LiteRT | ours | ratio | why |\n|---|---:|---:|---:|---:|---|\n",
    );
    for row in alone {
        let ours = time_alone(program, row)?;
        let theirs = row["peer_us"].as_f64();
        let column = |value: Option<f64>, digits: usize| {
            value.map_or("".to_owned(), |value| format!("{value:.digits$}"))
        };
        let why = row["peer_error"].as_str().or(row["error"].as_str()).unwrap_or("");
        let _ = writeln!(
            page,
            "| {} | {} | {} | {ours:.1} | {} | {why} |",
            name(row),
            row["threads"],
            column(theirs, 1),
            column(theirs.map(|theirs| ours / theirs), 2)
        );
    }
    Ok(page)
}

/// The median of a run of the program by itself, in microseconds.
fn time_alone(program: &Path, row: &Value) -> Result<f64> {
    let model = row["model"].as_str().context("a row without a model")?;
    let output = Command::new(program)
        .args([
            "bench",
            &format!("--graph={model}"),
            &format!("--num_threads={}", row["threads"]),
            "--min_secs=0.5",
        ])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let median = text.split_whitespace().find_map(|word| word.strip_prefix("median_us="));
    median.with_context(|| format!("{model} could not be timed"))?.parse().context("median_us")
}

fn name(row: &Value) -> &str {
    let model = row["model"].as_str().unwrap_or_default();
    model.trim_end_matches("/model.tflite").rsplit('/').next().unwrap_or(model)
}

/// The processor's name and how many it has.
pub(crate) fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name"));
    let model = model.and_then(|line| line.split_once(": ")).map_or("an unknown processor", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{cores} cores of {model}")
}
