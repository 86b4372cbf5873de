//! Every kernel that this processor has, on one size of product.
//!
//!     cargo run --release -p featherlite-gemm --example kernels -- ROWS COLUMNS DEPTH [KERNEL RUNS]
//!
//! prints how long a multiplication takes in picoseconds. With a kernel's name and a number of runs it multiplies as often
//! and prints nothing, for tools that count instructions.
#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use featherlite_base::arena::Serial;
use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{Error, Result};
use featherlite_gemm::{F32, F32Gemm, FinishF32, I8, I8Gemm, Requantize, Rows, RowsMut, Weights};
use featherlite_simd::Level;

#[derive(Clone, Copy)]
struct Size {
    rows: usize,
    columns: usize,
    depth: usize,
}

/// A kernel's name and its work.
type Job = (&'static str, Box<dyn FnMut() -> Result<()>>);

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize| {
        let argument = arguments.get(index).and_then(|argument| argument.parse::<usize>().ok());
        argument.ok_or_else(|| Error::internal("expected: ROWS COLUMNS DEPTH [KERNEL RUNS]"))
    };
    let size = Size { rows: number(0)?, columns: number(1)?, depth: number(2)? };
    for (name, mut run) in jobs(size)? {
        match arguments.get(3) {
            Some(kernel) if kernel == name => (0..number(4)?).try_for_each(|_| run())?,
            Some(_) => {}
            None => {
                let multiplications = (size.rows * size.columns * size.depth) as f64;
                println!("{name:28}{:8.1} ps", least_time(run)?.as_secs_f64() * 1e12 / multiplications);
            }
        }
    }
    Ok(())
}

fn jobs(size: Size) -> Result<Vec<Job>> {
    let level = Level::detect();
    let floats = F32.eligible(level).map(|row| Ok((row.name, float(F32Gemm::new(level, row)?, size)?)));
    let bytes = I8.eligible(level).map(|row| Ok((row.name, byte(I8Gemm::new(level, row)?, size)?)));
    floats.chain(bytes).collect()
}

fn float(gemm: F32Gemm, size: Size) -> Result<Box<dyn FnMut() -> Result<()>>> {
    let Size { rows, columns, depth } = size;
    let packed = gemm.pack(Weights::new(&vec![0.5; columns * depth], columns, depth)?)?;
    let (a, bias, mut c) = (vec![0.5; rows * depth], vec![1.0; columns], vec![0.0; rows * columns]);
    Ok(Box::new(move || {
        let finish = FinishF32 { bias: Some(&bias), min: 0.0, max: 6.0 };
        let (a, results) = (Rows::dense(&a, rows, depth)?, RowsMut::dense(&mut c, rows, columns)?);
        packed.panels().multiply(&Serial, a, &finish, results)?;
        black_box(&c);
        Ok(())
    }))
}

fn byte(gemm: I8Gemm, size: Size) -> Result<Box<dyn FnMut() -> Result<()>>> {
    let Size { rows, columns, depth } = size;
    let packed = gemm.pack(Weights::new(&vec![3i8; columns * depth], columns, depth)?, 0)?;
    let constants = packed.panels().columns::<i8>(Some(&vec![7; columns]), 5)?;
    let requantize = Requantize::new(&vec![Multiplier::from_real(0.01); columns], 3, (-128, 127))?;
    let (a, mut c) = (vec![2i8; rows * depth], vec![0i8; rows * columns]);
    Ok(Box::new(move || {
        let (a, results) = (Rows::dense(&a, rows, depth)?, RowsMut::dense(&mut c, rows, columns)?);
        packed.panels().multiply(&Serial, a, &constants, &requantize, results)?;
        black_box(&c);
        Ok(())
    }))
}

/// The shortest of the runs within a third of a second.
fn least_time(mut run: impl FnMut() -> Result<()>) -> Result<Duration> {
    let (start, mut least) = (Instant::now(), Duration::MAX);
    while start.elapsed() < Duration::from_millis(300) {
        let start = Instant::now();
        run()?;
        least = least.min(start.elapsed());
    }
    Ok(least)
}
