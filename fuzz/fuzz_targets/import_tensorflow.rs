//! Any bytes, imported as a TensorFlow graph, as a SavedModel, and as the checkpoint of one.
//!
//! Start from the files in `crates/convert/tests/data/tensorflow`.

#![no_main]

use bytes::Bytes;
use featherlite_convert::import::{Options, tensorflow};
use featherlite_convert::{Result, export};
use libfuzzer_sys::fuzz_target;

/// A SavedModel with a variable.
static SAVED: &[u8] = include_bytes!("../../crates/convert/tests/data/tensorflow/v1/saved_model.pb");

fuzz_target!(|bytes: &[u8]| {
    let options = Options::default();
    let file = Bytes::copy_from_slice(bytes);
    check(tensorflow::from_graph_def(file.clone(), &options));
    check(tensorflow::from_saved_model(file.clone(), None, &options));
    check(tensorflow::from_saved_model(Bytes::from_static(SAVED), Some((bytes, &[file])), &options));
});

fn check(model: Result<featherlite_ir::Model>) {
    if let Ok(model) = model {
        model.check().expect("what an importer gives is in order");
        let _ = export::to_bytes(&model);
    }
}
