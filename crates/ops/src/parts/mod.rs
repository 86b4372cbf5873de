//! Subjects that several operators share.

pub mod activation;
pub mod elementwise;
pub mod hybrid;
pub mod lut;
pub mod requantize;
pub mod window;
