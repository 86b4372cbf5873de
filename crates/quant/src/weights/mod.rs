//! Constants in few bits.

mod blockwise;
mod channels;
mod half;
mod packing;

pub use blockwise::{Blocks, blockwise};
pub(crate) use channels::nearest;
pub use channels::{Granularity, Integers, integers, nearest_integers};
pub use half::halves;
pub use packing::{pack, unpack};
