//! Kernels that apply a function to every element.

use alloc::boxed::Box;

use featherlite_base::Element;
use featherlite_base::arena::{Pair, for_each_chunk};

use crate::core::{Io, Kernel};

/// Elements that one thread works on at a time.
const CHUNK: usize = 4 * 1024;

/// A kernel that applies `function` to every element of input 0; it may run in place.
pub fn unary<T: Element>(function: impl Fn(T) -> T + Send + Sync + 'static) -> Box<dyn Kernel> {
    Box::new(move |io: &mut Io<'_>| {
        match io.pair::<T, T>(0, 0)? {
            Pair::InPlace(data) => for_each_chunk(io.parallel, data, CHUNK, |_, part| {
                part.iter_mut().for_each(|x| *x = function(*x));
            }),
            Pair::Apart(from, to) => for_each_chunk(io.parallel, to, CHUNK, |index, part| {
                let from = &from[index * CHUNK..];
                part.iter_mut().zip(from).for_each(|(to, from)| *to = function(*from));
            }),
        }
        Ok(())
    })
}
