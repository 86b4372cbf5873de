//! TensorFlow, Keras and ONNX networks to optimized `.tflite` models.

pub mod import;
