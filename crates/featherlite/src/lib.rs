//! On-device deep learning: run TensorFlow Lite models with low latency and a small binary
