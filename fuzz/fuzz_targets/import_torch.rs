//! Any bytes, read as a PyTorch file.
//!
//! Start from `crates/arch/tests/data`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(weights) = featherlite_arch::read_torch(bytes) {
        for (name, tensor) in weights.iter() {
            assert_eq!(tensor.shape.iter().product::<usize>(), tensor.values.len(), "{name}");
        }
    }
});
