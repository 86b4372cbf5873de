//! The model and the pictures that `featherlite classify` has with it; `assets/README.md` says where they come from.

use anyhow::Result;
use featherlite::{Model, all_ops};

static MODEL: &[u8] = include_bytes!("../assets/fashion_mnist_int8.tflite");

macro_rules! samples {
    ($($name:literal),*) => {
        /// A picture of each class.
        pub(crate) const SAMPLES: &[(&str, &[u8])] =
            &[$((concat!($name, ".png"), include_bytes!(concat!("../assets/samples/", $name, ".png")))),*];
    };
}

samples!(
    "t_shirt_top",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle_boot"
);

/// Opens the model.
pub(crate) fn model() -> Result<Model> {
    Ok(Model::from_static(MODEL, &all_ops())?)
}
