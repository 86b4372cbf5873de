//! The `featherlite` command.

mod commands;
mod npy;

use std::path::Path;
use std::process::ExitCode;

use commands::conformance;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let options = featherlite::SessionOptions::default();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [_, "conformance", "--batch", jobs] => {
            match conformance::batch(Path::new(jobs), &featherlite::all_ops(), &options) {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            }
        }
        _ => ExitCode::FAILURE,
    }
}
