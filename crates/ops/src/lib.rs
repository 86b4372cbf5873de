//! Every TensorFlow Lite operator, one file each
