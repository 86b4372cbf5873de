//! Subjects that several operators share.

pub mod activation;
pub mod affine;
pub mod arithmetic;
pub mod convolution;
pub mod dot;
pub mod elementwise;
pub mod fft;
pub mod hybrid;
pub mod integer;
pub mod lut;
pub mod patches;
pub mod quantized_sum;
pub mod rearrange;
pub mod relu;
pub mod requantize;
pub mod resource;
pub mod sigmoid_i16;
pub mod strided;
pub mod strings;
pub mod subbyte;
pub mod subgraph;
pub mod weights;
pub mod window;
