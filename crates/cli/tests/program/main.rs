//! The program as its users see it: run with files in a folder of its own, judged by exit code and output.

mod arch;
mod bench;
mod build;
mod classify;
mod compare;
mod conformance;
mod convert;
mod errors;
mod evaluate;
mod harness;
mod inspect;
mod models;
mod ofa;
mod ops;
mod quantize;
mod run;
