//! Data types, shapes, quantization parameters, fixed-point arithmetic and the arena's memory views
