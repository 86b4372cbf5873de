//! Neural networks as graphs.
