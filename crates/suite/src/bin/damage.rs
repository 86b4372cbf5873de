//! Damages models in many ways and checks that each is refused with an error or runs: no panic, no hang, little memory.
//!
//! `cargo run --release -p featherlite-suite --bin damage -- [--truncations N] [--flips N] [--seed N] MODEL…`
//!
//! Each model is cut off at random places, gets random bytes flipped (three quarters of the flips outside of the weights),
//! and is loaded from addresses that are 1, 2 and 4 bytes off. Every variant is opened, planned and run. One line
//! per model says how many were refused and how many ran, the longest time, and the most memory, as a multiple of the file;
//! the exit code is 1 if any variant panicked, took longer than 10 s, or made the process grow by more than 4 times the
//! file while it was loaded, or by more than the plan announced while it ran.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use featherlite::operator::arena::bytes_of_mut;
use featherlite::{ErrorKind, Model, OpSet, Session};
use featherlite_testkit::Random;

const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Runs are cancelled after this long, which is a legitimate end for a model whose shapes have become huge.
const PATIENCE: Duration = Duration::from_secs(4);
const MEMORY_FACTOR: usize = 4;
/// The allocator keeps some freed memory, and small files are smaller than any bookkeeping.
const MEMORY_SLACK: usize = 8 << 20;

struct Options {
    truncations: usize,
    flips: usize,
    seed: u64,
    models: Vec<PathBuf>,
}

fn options() -> Result<Options> {
    let mut options = Options { truncations: 50, flips: 200, seed: 1, models: Vec::new() };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || -> Result<u64> { Ok(arguments.next().context("a number is missing")?.parse()?) };
        match argument.as_str() {
            "--truncations" => options.truncations = number()? as usize,
            "--flips" => options.flips = number()? as usize,
            "--seed" => options.seed = number()?,
            flag if flag.starts_with('-') => bail!("unknown option {flag}"),
            path => options.models.push(path.into()),
        }
    }
    Ok(options)
}

#[derive(Default)]
struct Tally {
    refused: usize,
    ran: usize,
    cancelled: usize,
    longest: Duration,
    /// The most that the process grew while a variant was loaded.
    growth: usize,
    faults: Vec<String>,
}

impl Tally {
    /// Opens, plans and runs one variant.
    fn check(&mut self, what: &str, file: usize, open: impl FnOnce() -> featherlite::Result<Model>) {
        let before = resident();
        reset_peak();
        let start = Instant::now();
        let (mut loading, mut announced) = (0, 0);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let session = open().and_then(|model| model.session());
            loading = peak().saturating_sub(before);
            let mut session = session?;
            let result = run(&mut session);
            let memory = session.memory();
            announced = memory.arena + memory.persistent + memory.dynamic;
            result
        }));
        let elapsed = start.elapsed();
        let growth = peak().saturating_sub(before);
        match outcome {
            Ok(Ok(())) => self.ran += 1,
            Ok(Err(error)) if error.kind() == ErrorKind::Cancelled => self.cancelled += 1,
            Ok(Err(error)) if error.kind() == ErrorKind::Internal => {
                self.faults.push(format!("{what}: an internal error: {error}"));
            }
            Ok(Err(_)) => self.refused += 1,
            Err(_) => self.faults.push(format!("{what}: panic")),
        }
        if elapsed > TIME_LIMIT {
            self.faults.push(format!("{what}: took {elapsed:?}"));
        }
        if loading > MEMORY_FACTOR * file + MEMORY_SLACK {
            self.faults.push(format!("{what}: loading took {loading} bytes, the file has {file}"));
        }
        if growth > MEMORY_FACTOR * file + announced + MEMORY_SLACK {
            self.faults.push(format!("{what}: running took {growth} bytes, the plan announced {announced}"));
        }
        self.longest = self.longest.max(elapsed);
        self.growth = self.growth.max(loading);
    }
}

fn run(session: &mut Session) -> featherlite::Result<()> {
    let handle = session.cancel_handle();
    let (done, wait) = mpsc::channel::<()>();
    let watchdog = std::thread::spawn(move || {
        if wait.recv_timeout(PATIENCE) == Err(mpsc::RecvTimeoutError::Timeout) {
            handle.cancel();
        }
    });
    let result = session.run();
    drop(done);
    let _ = watchdog.join();
    result
}

fn check_model(path: &Path, options: &Options, ops: &OpSet) -> Result<Tally> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    let mut random = Random::new(options.seed);
    let weights = weights(&bytes)?;
    let mut tally = Tally::default();
    tally.check("undamaged", bytes.len(), || Model::from_bytes(bytes.clone(), ops));
    for offset in [1usize, 2, 4] {
        let shifted = bytes_of_mut(Vec::leak(vec![0u64; bytes.len().div_ceil(8) + 1]));
        shifted[offset..offset + bytes.len()].copy_from_slice(&bytes);
        let shifted: &'static [u8] = &shifted[offset..offset + bytes.len()];
        tally.check(&format!("offset {offset}"), bytes.len(), || Model::from_static(shifted, ops));
    }
    if tally.refused > 0 {
        tally.faults.push("the undamaged model was refused".to_owned());
    }
    for _ in 0..options.truncations {
        let length = random.below(bytes.len());
        let cut = bytes[..length].to_vec();
        tally.check(&format!("cut at {length}"), bytes.len(), || Model::from_bytes(cut, ops));
    }
    for number in 0..options.flips {
        let place = loop {
            let place = random.below(bytes.len());
            let in_weights = weights.iter().any(|range| range.contains(&place));
            if number % 4 == 0 || !in_weights {
                break place;
            }
        };
        let mut flipped = bytes.clone();
        let mask = 1 + random.below(255) as u8;
        flipped[place] ^= mask;
        let what = format!("byte {place} changed by {mask:#04x}");
        tally.check(&what, bytes.len(), || Model::from_bytes(flipped, ops));
    }
    Ok(tally)
}

/// Where the file has the contents of buffers.
fn weights(bytes: &[u8]) -> Result<Vec<std::ops::Range<usize>>> {
    let model = featherlite::schema::Model::read(bytes).map_err(|error| anyhow::anyhow!("{error}"))?;
    let start = bytes.as_ptr() as usize;
    let mut ranges = Vec::new();
    for index in 0..model.buffers().len() {
        if let Ok(data) = model.buffer_data(index as u32)
            && data.len() > 64
        {
            let offset = data.as_ptr() as usize - start;
            ranges.push(offset..offset + data.len());
        }
    }
    Ok(ranges)
}

/// A figure of `/proc/self/status` in bytes; 0 where there is none.
fn status(name: &str) -> usize {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes =
        line.and_then(|line| line.trim_start_matches(':').split_whitespace().next()?.parse().ok());
    kilobytes.unwrap_or(0usize) * 1024
}

fn resident() -> usize {
    status("VmRSS")
}

fn peak() -> usize {
    status("VmHWM")
}

/// Lets the peak start again at the present size, where the system can do that.
fn reset_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn main() -> Result<ExitCode> {
    let options = options()?;
    let ops = featherlite::all_ops();
    std::panic::set_hook(Box::new(|info| eprintln!("{info}")));
    let mut failed = false;
    for path in &options.models {
        let tally = check_model(path, &options, &ops)?;
        println!(
            "{}: refused {}, ran {}, cancelled {}, longest {:.2} s, most memory to load {:.1} MB",
            path.display(),
            tally.refused,
            tally.ran,
            tally.cancelled,
            tally.longest.as_secs_f64(),
            tally.growth as f64 / 1e6
        );
        for fault in &tally.faults {
            println!("  FAULT {fault}");
            failed = true;
        }
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
