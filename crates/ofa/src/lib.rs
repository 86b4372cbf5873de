//! Once-for-all (arXiv 1908.09791): one network is trained so that others, parts of it, need no training of their own, and the
//! one that fits a device is found.
//!
//! A [`Space`] says which parts there are, a [`Choice`] is one of them; [`Space::arch`] makes an architecture of it, which can be
//! counted, printed, built and measured like any other.
//!
//! ```
//! use featherlite_data::Random;
//! use featherlite_ofa::spaces;
//!
//! let space = spaces::find("ofa-mbv3")?;
//! let choice = space.draw(&mut Random::of(&[1]));
//! let network = space.arch(&choice)?.network()?;
//! assert!(network.macs() <= space.arch(&space.largest())?.network()?.macs());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod agreement;
mod choice;
mod costs;
mod encode;
mod error;
mod keys;
pub mod measure;
mod search;
mod sort;
mod space;
pub mod spaces;
mod table;
mod weights;

pub use agreement::Agreement;
pub use choice::{BlockChoice, Choice};
pub use costs::Costs;
pub use encode::Encoding;
pub use error::{Error, Result};
pub use keys::{Layer, Parts, layers};
pub use search::{Candidate, Evaluate, Evolution, Found, Progress};
pub use space::Space;
pub use table::Table;
pub use weights::matrix;
