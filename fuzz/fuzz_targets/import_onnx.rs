//! Any bytes, imported as an ONNX network, optimized and written.

#![no_main]

use featherlite_convert::import::{Options, onnx};
use featherlite_convert::{export, passes};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(mut model) = onnx::from_bytes(bytes.to_vec().into(), &Options::default()) {
        model.check().expect("what an importer gives is in order");
        if passes::run(&mut model, None, |_, _| {}).is_ok() {
            let _ = export::to_bytes(&model);
        }
    }
});
