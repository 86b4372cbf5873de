//! Any bytes, opened as a model, planned and run: the fast kernels first, then the reference.
//!
//! Half of the inputs are damaged further in the model's own terms (indices, shapes, types, constants), which bytes that
//! change at random rarely do.

#![no_main]

use std::sync::LazyLock;

use featherlite::OpSet;
use featherlite_suite::cases;
use featherlite_testkit::Random;
use libfuzzer_sys::fuzz_target;

static OPS: LazyLock<OpSet> = LazyLock::new(featherlite::all_ops);

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    let seed = bytes.iter().fold(0u64, |sum, &byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    if seed % 2 == 0 {
        check(&cases::damaged(bytes, &mut Random::new(seed)));
    }
});

fn check(file: &[u8]) {
    if let Err(error) = cases::run_damaged(file, &OPS) {
        panic!("{error}");
    }
}
