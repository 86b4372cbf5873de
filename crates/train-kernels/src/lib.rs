//! Forward and backward kernels for training mobile networks on a CPU.
//!
//! Everything works on plain slices and small structs of sizes. Activations are NHWC; weights lie as TensorFlow Lite
//! stores them: convolutions `[out, kh, kw, in / groups]`, depthwise convolutions `[kh, kw, channels]`. The caller owns
//! all results; what a kernel needs beside them it keeps in buffers of its thread.
//!
//! Each operator is a struct ([`Conv2d`], [`DepthwiseConv2d`], [`BatchNorm`], [`Activation`]) whose methods compute in `f32` at the
//! instruction-set [`Level`](featherlite_simd::Level) that they are given, and a module `reference` that says in few lines
//! what they compute, for `f32` and `f64`. [`ConvBatchNorm`] and [`ConvChain`] are what most layers and blocks of these networks
//! are made of: their parts hand each other what is still in the cache. Results are the same for every number of threads:
//! work is cut by sizes alone, and partial sums are added in order.
//!
//! ```
//! use featherlite_simd::Level;
//! use featherlite_train_kernels::{Conv2d, Nhwc, Window};
//!
//! let input = Nhwc { batch: 2, height: 5, width: 5, channels: 3 };
//! let conv = Conv2d { input, out_channels: 4, window: Window::symmetric(3, 2), groups: 1 };
//! let (x, w) = (vec![1.0; 150], vec![0.5; conv.weights_len()?]);
//! let mut y = vec![0.0; conv.output()?.len()?];
//! conv.forward(Level::detect(), &x, &w, &mut y)?;
//! # Ok::<(), featherlite_base::Error>(())
//! ```

pub mod activation;
pub mod batch_norm;
mod buffer;
pub mod conv_2d;
mod conv_batch_norm;
mod conv_chain;
pub mod depthwise_conv_2d;
pub mod fake_quantize;
mod float;
mod gate;
mod global_average_pool;
mod gradients;
mod look_up;
mod parallel;
mod peers;
pub mod requantize;
mod rounding;
mod scratch;
mod shape;
mod source;
mod transposed_product;
mod vector;

pub use activation::Activation;
pub use batch_norm::{BatchNorm, Norm, Statistics};
pub use buffer::Buffer;
pub use conv_2d::Conv2d;
pub use conv_batch_norm::{ConvBatchNorm, ConvBatchNormGradients, Convolution};
pub use conv_chain::{
    ConvChain, LayerGradients, LayerParameters, LayerState, PackedParameters, SavedLayerState,
};
pub use depthwise_conv_2d::DepthwiseConv2d;
pub use fake_quantize::FakeQuantize;
pub use float::Float;
pub use gate::ChannelGate;
pub use global_average_pool::GlobalAveragePool;
pub(crate) use gradients::Gradients;
pub use look_up::LookUp;
pub use peers::{Peers, Place};
pub use requantize::Requantize;
pub use rounding::Rounding;
pub use shape::{Nhwc, Padding, Window};
pub(crate) use source::Source;
