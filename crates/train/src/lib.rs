#![recursion_limit = "256"]
//! Training of mobile networks, and training with quantization simulated, on [burn](https://burn.dev).
//!
//! A [`Recipe`] says what is trained and how; a [`Trainer`] does it. Networks come from `featherlite-arch`, images from
//! `featherlite-data`, the kernels of the processor from `featherlite-train-kernels`.

mod backend;
mod card;
pub mod compound;
mod computed;
mod device;
mod error;
mod files;
mod forward;
mod graph;
mod group;
mod loss;
mod optimizer;
mod parameters;
mod predictor;
mod qat;
mod recipe;
mod schedule;
mod subject;
mod supernet;
mod trainer;

pub use burn::tensor::Device;
pub use device::{device, processor};
pub use error::{Error, ErrorKind, Result};
pub use files::write_file;
pub use group::Group;
pub use optimizer::Optimizer;
pub use predictor::{Fit, Predictor};
pub use qat::{Fidelity, Qat};
pub use recipe::{Changes, Data, Distill, Recipe};
pub use schedule::Schedule;
pub use supernet::{Phase, Statistics, Supernet, SupernetRecipe, Tuning};
pub use trainer::{CHECKPOINT, Evaluation, Event, History, Line, Progress, Score, Settings, Trainer};
