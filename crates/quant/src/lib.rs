//! Quantization of networks.
