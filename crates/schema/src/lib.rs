//! Verified zero-copy reading of .tflite files, and a writer
