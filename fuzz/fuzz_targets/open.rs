//! Any bytes, opened as a model, read as owned data and written again.

#![no_main]

use featherlite::schema::owned::{self, Placement};
use featherlite::schema;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = featherlite::from_bytes(bytes.to_vec());
    if let Ok(model) = schema::Model::read(bytes).and_then(owned::Model::read)
        && let Ok(file) = model.write_with(Placement::Inside)
    {
        schema::Model::read(&file).expect("what was written can be read");
    }
});
