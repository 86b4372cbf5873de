//! Instruction-set levels, their detection, and kernel tables
