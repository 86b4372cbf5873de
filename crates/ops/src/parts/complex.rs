//! Real functions of complex numbers.

use alloc::boxed::Box;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{DType, Element};

use crate::core::{Io, Kernel, Sig, Types, req};

const COMPLEX64: Types = Types::of(&[DType::Complex64]);
const COMPLEX128: Types = Types::of(&[DType::Complex128]);
const F32: Types = Types::of(&[DType::F32]);
const F64: Types = Types::of(&[DType::F64]);

/// What such operators take.
pub const SIGS: &[Sig] = &[
    Sig { name: "complex64", inputs: &[req(COMPLEX64)], outputs: &[req(F32)], version: 1 },
    Sig { name: "complex128", inputs: &[req(COMPLEX128)], outputs: &[req(F64)], version: 1 },
];

/// Elements that one thread works on at a time.
const CHUNK: usize = 8 * 1024;

/// A kernel that applies a function of the real and the imaginary part, both of type `T`.
pub fn function<T: Element>(function: impl Fn(T, T) -> T + Send + Sync + 'static) -> Box<dyn Kernel> {
    Box::new(move |io: &mut Io<'_>| {
        let parts = io.input::<T>(0)?;
        for_each_chunk(io.parallel, io.output::<T>(0)?, CHUNK, |index, results| {
            let parts = &parts[2 * index * CHUNK..];
            for (result, number) in results.iter_mut().zip(parts.chunks_exact(2)) {
                *result = function(number[0], number[1]);
            }
        });
        Ok(())
    })
}
