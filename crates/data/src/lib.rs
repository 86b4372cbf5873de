//! Datasets of images: folders, files of the MNIST family, NumPy's arrays; augmentation as data; batches that worker threads prepare.
//!
//! A [`Dataset`] has up to three [`Split`]s. A [`Transform`] is a list of steps that recipes can name. A [`Loader`] makes batches of
//! them, in the same way whatever the number of threads, and from any batch on: every random draw depends on the seed, the epoch and
//! the sample alone.
//!
//! ```no_run
//! use featherlite_data::{Dataset, Loader, LoaderOptions, Part, Step, Transform};
//!
//! let dataset = Dataset::open("fashion-mnist".as_ref())?;
//! let transform = Transform::new(vec![
//!     Step::RandomCrop { size: 28.into(), padding: 2, fill: 0.0 },
//!     Step::HorizontalFlip { probability: 0.5 },
//!     Step::Scale { low: -1.0, high: 1.0 },
//! ]);
//! let options = LoaderOptions { batch: 64, shuffle: true, transform, ..LoaderOptions::default() };
//! let loader = Loader::new(dataset.part(Part::Test).expect("a part to read"), options)?;
//! for batch in loader.epoch(0) {
//!     let batch = batch?;
//!     println!("{:?} {:?}", batch.shape(), batch.labels);
//! }
//! # Ok::<(), featherlite_data::Error>(())
//! ```

extern crate alloc;

mod dataset;
mod error;
mod image;
mod loader;
mod mix;
pub mod npy;
mod npy_format;
pub mod npz;
mod picture;
mod random;
pub mod resize;
mod tally;
mod transform;

pub use featherlite_base::DType;

pub use dataset::{Dataset, Holdout, Part, Split};
pub use error::{Error, ErrorKind, Result};
pub use image::{Image, Size};
pub use loader::{Batch, Batches, Loader, LoaderOptions, Shard, Skipped};
pub use mix::Mix;
pub use picture::{EXTENSIONS, Picture};
pub use random::Random;
pub use tally::{Tally, rank};
pub use transform::{Sides, Step, Transform};

/// The source of [`npy::Array`], [`npy::parse`] and [`npy::lead`], which needs nothing but `crate::DType`, for programs that write
/// programs.
pub const NPY_SOURCE: &str = include_str!("npy_format.rs");
