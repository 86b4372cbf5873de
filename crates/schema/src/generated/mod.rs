//! What `cargo xtask gen` makes of the declarations of the formats.

pub(crate) mod metadata;
pub(crate) mod metadata_owned;
pub(crate) mod tflite;
pub(crate) mod tflite_owned;
