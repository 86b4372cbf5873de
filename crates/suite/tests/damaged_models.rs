//! Damaged files are refused with an error or run: they do not make the program panic, hang or eat memory. The program
//! `damage` does the same to given models, with more patience.

use std::time::{Duration, Instant};

use featherlite::operator::{Custom, Error, Kernel, Node, Outputs, Plan};
use featherlite::schema::owned::{self, Placement};
use featherlite::{ErrorKind, Model, OpSet, SessionOptions, schema};
use featherlite_suite::models;
use featherlite_testkit::Random;

/// Changed variants of each file.
const FLIPS: usize = 1500;
/// A variant takes far less than a millisecond; this is for machines that do other things too.
const TIME_LIMIT: Duration = Duration::from_secs(10);
const MEMORY_LIMIT: usize = 32 << 20;

/// The custom operator of the models; that it can be planned is enough here.
struct Scale;

impl Custom for Scale {
    fn shapes(&self, node: &Node<'_>) -> Result<Outputs, Error> {
        Ok(Outputs::one(node.input(0)?.shape))
    }

    fn plan(&self, _: &mut Plan<'_>) -> Result<Box<dyn Kernel>, Error> {
        Ok(Box::new(|_: &mut featherlite::operator::Io<'_>| Ok(())))
    }
}

fn run(model: &Model) -> featherlite::Result<()> {
    let options =
        SessionOptions { memory_limit: MEMORY_LIMIT, step_limit: 1000, ..SessionOptions::default() };
    let mut session = model.session_with(options)?;
    session.run()?;
    session.run()
}

/// Opens, plans and runs one variant. An internal error would be a defect, found but not expected.
fn check(what: &str, open: impl FnOnce() -> featherlite::Result<Model>) -> bool {
    let start = Instant::now();
    let result = open().and_then(|model| run(&model));
    assert!(start.elapsed() < TIME_LIMIT, "{what}: {:?}", start.elapsed());
    match result {
        Ok(()) => true,
        Err(error) => {
            assert_ne!(error.kind(), ErrorKind::Internal, "{what}: {error}");
            false
        }
    }
}

/// The most memory that the process has had, where the system tells.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok()).unwrap_or(0) << 10
}

fn ops() -> OpSet {
    featherlite::all_ops().with_custom("Scale", Scale)
}

fn files() -> Vec<(String, Vec<u8>)> {
    let both = |(name, model): (&str, featherlite_testkit::ModelBuilder)| {
        [Placement::Inside, Placement::Outside]
            .map(|placement| (format!("{name} ({placement:?})"), model.build_with(placement)))
    };
    models::all().into_iter().flat_map(both).collect()
}

#[test]
fn undamaged_models_run_from_any_address() {
    for (name, file) in files() {
        for offset in [0, 1, 2, 4] {
            let mut shifted = vec![0; offset];
            shifted.extend(&file);
            // Tests end soon: what is leaked lives long enough.
            let shifted: &'static [u8] = shifted.leak();
            assert!(check(&name, || Model::from_static(&shifted[offset..], &ops())), "{name} at {offset}");
        }
    }
}

#[test]
fn models_that_are_cut_off_are_refused() {
    for (name, file) in files() {
        for length in 0..file.len() {
            let what = format!("{name} cut at {length}");
            check(&what, || Model::from_bytes(file[..length].to_vec(), &ops()));
        }
        assert!(!check(&name, || Model::from_bytes(file[..file.len() / 2].to_vec(), &ops())));
    }
}

#[test]
fn changed_bytes_do_no_harm() {
    let before = peak();
    let mut random = Random::new(11);
    for (name, file) in files() {
        let mut refused = 0;
        for _ in 0..FLIPS {
            let mut changed = file.clone();
            let mut what = name.clone();
            for _ in 0..=random.below(2) {
                let (place, mask) = (random.below(file.len()), 1 + random.below(255) as u8);
                changed[place] ^= mask;
                what += &format!(", byte {place} changed by {mask:#04x}");
            }
            if let Ok(view) = schema::Model::read(&changed) {
                // What is read is written again, unless it has tables that are not known.
                if let Ok(model) = owned::Model::read(view) {
                    model.write().unwrap();
                }
            }
            refused += usize::from(!check(&what, || Model::from_bytes(changed, &ops())));
        }
        assert!(refused > 0, "{name}: nothing was noticed");
    }
    let growth = peak().saturating_sub(before);
    // Activations up to their limit, of as many sessions as tests run at a time, and what the allocator keeps.
    assert!(growth < 6 * MEMORY_LIMIT, "memory grew by {growth} bytes");
}
