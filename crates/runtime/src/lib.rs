//! Plans a TensorFlow Lite model once and runs it without allocating
