//! Mobile network architectures as values.
//!
//! An [`Arch`] says what a network is: stem, stages of blocks, head, resolution, classes. Families ([`family`]) are functions that make
//! one, scaling ([`Arch::with_width`], [`Arch::with_depth`], [`Arch::scaled`]) makes another of it. [`Arch::network`] lowers it to a
//! [`Network`]: a flat list of primitive layers, which everything else reads: counting, drawing, [`Weights`], training.
//!
//! ```
//! let arch = featherlite_arch::find("mobilenet_v2_0.35")?.with_classes(10).with_resolution(96);
//! let network = arch.network()?;
//! println!("{} parameters, {} MACs", network.parameters(), network.macs());
//! let weights = network.initialize(1);
//! assert_eq!(weights.get("stem.conv.kernel")?.shape, [16, 3, 3, 3]);
//! # Ok::<(), featherlite_arch::Error>(())
//! ```

mod activation;
mod arch;
mod build;
mod catalogue;
mod cost;
pub mod draw;
mod error;
pub mod family;
mod import;
mod initialize;
mod json;
mod lower;
mod network;
mod random;
mod scale;
mod sections;
mod tensor_file;
mod weights;

pub use activation::Activation;
pub use arch::{
    Arch, BatchNorm, Block, BlockKind, Head, HeadConv, HeadWidth, Hidden, Middle, Padding, Rescale, Scaling,
    SqueezeExcite, SqueezeOf, Stem,
};
pub use build::{BuildOptions, build, build_tflite};
pub use catalogue::{Row, catalogue, find};
pub use cost::Cost;
pub use error::{Error, Result};
pub use featherlite_base::ErrorKind;
pub use import::{ImportOptions, ImportReport, Imported, Misshapen, import, read_torch};
pub use network::{Conv, Dense, Kind, Layer, Network, Pads, Pool, Role, Weight};
pub use scale::{Compound, make_divisible};
pub use sections::Section;
pub use weights::{Tensor, Weights};
