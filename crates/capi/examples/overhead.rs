//! What a run through the C API takes longer than one from Rust: `cargo run --release -p featherlite-capi --example overhead -- MODEL`.
#![allow(unsafe_code, clippy::print_stdout)]

use std::error::Error;
use std::ffi::CString;
use std::ptr::null;
use std::time::Instant;

use tensorflowlite_c::interpreter::{
    TfLiteInterpreterAllocateTensors, TfLiteInterpreterCreate, TfLiteInterpreterDelete,
    TfLiteInterpreterInvoke,
};
use tensorflowlite_c::model::{TfLiteModelCreateFromFile, TfLiteModelDelete};

const ROUNDS: usize = 200;
const RUNS: u32 = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: overhead MODEL")?;
    let mut session = featherlite::open(&path)?.session()?;
    let path = CString::new(path)?;
    // SAFETY: objects of the API, given back below.
    let (model, interpreter) = unsafe {
        let model = TfLiteModelCreateFromFile(path.as_ptr());
        let interpreter = TfLiteInterpreterCreate(model, null());
        TfLiteInterpreterAllocateTensors(interpreter);
        (model, interpreter)
    };
    let (mut rust, mut c) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..RUNS {
            session.run()?;
        }
        rust.push(start.elapsed().as_nanos() as f64 / f64::from(RUNS));
        let start = Instant::now();
        for _ in 0..RUNS {
            // SAFETY: the interpreter is alive.
            unsafe { TfLiteInterpreterInvoke(interpreter) };
        }
        c.push(start.elapsed().as_nanos() as f64 / f64::from(RUNS));
    }
    let [rust, c] = [rust, c].map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[ROUNDS / 2]
    });
    println!("Rust {rust:.1} ns, C {c:.1} ns, difference {:.1} ns", c - rust);
    // SAFETY: made above, and not used any longer.
    unsafe {
        TfLiteInterpreterDelete(interpreter);
        TfLiteModelDelete(model);
    }
    Ok(())
}
