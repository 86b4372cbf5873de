//! Any bytes, imported as a Keras network.
//!
//! Without seeds it takes long to find the notation of HDF5: start from `crates/convert/tests/data/keras2` and `keras3`.

#![no_main]

use featherlite_convert::export;
use featherlite_convert::import::{Options, keras};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(model) = keras::from_bytes(bytes.to_vec(), &Options::default()) {
        model.check().expect("what an importer gives is in order");
        let _ = export::to_bytes(&model);
    }
});
