//! Kernels that work on each row (along the innermost dimension) by itself.

use alloc::boxed::Box;

use featherlite_base::arena::{Pair, for_each_chunk};
use featherlite_base::{Element, Error, Result, Shape};

use crate::core::{Io, Kernel, Node, Outputs};

/// Elements that one thread works on at a time, about.
const CHUNK: usize = 4 * 1024;

/// A kernel that turns each row of input 0 into a row of output 0, apart from it.
pub fn map<T: Element, U: Element>(
    shape: Shape,
    function: impl Fn(&[T], &mut [U]) + Send + Sync + 'static,
) -> Box<dyn Kernel> {
    let (depth, chunk) = sizes(shape);
    Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<T>(0)?, io.output::<U>(0)?);
        for_each_chunk(io.parallel, output, chunk, |index, output| {
            let input = input[index * chunk..].chunks(depth);
            input.zip(output.chunks_mut(depth)).for_each(|(from, to)| function(from, to));
        });
        Ok(())
    })
}

/// A kernel that changes each row of input 0 in place, which is where output 0 may be.
pub fn update<T: Element>(
    shape: Shape,
    function: impl Fn(&mut [T]) + Send + Sync + 'static,
) -> Box<dyn Kernel> {
    let (depth, chunk) = sizes(shape);
    Box::new(move |io: &mut Io<'_>| {
        let (input, output) = match io.pair::<T, T>(0, 0)? {
            Pair::InPlace(data) => (None, data),
            Pair::Apart(input, output) => (Some(input), output),
        };
        for_each_chunk(io.parallel, output, chunk, |index, output| {
            if let Some(input) = input {
                output.copy_from_slice(&input[index * chunk..][..output.len()]);
            }
            output.chunks_mut(depth).for_each(&function);
        });
        Ok(())
    })
}

/// The shape function of operators whose output has the shape of input 0, which has an innermost dimension.
///
/// # Errors
/// If it has none, or is missing.
pub fn same_shape(node: &Node<'_>) -> Result<Outputs> {
    let shape = node.input(0)?.shape;
    if shape.rank() == 0 {
        Err(Error::invalid_shape("the input is a scalar"))
    } else {
        Ok(Outputs::one(shape))
    }
}

/// The greatest number of a row; what is not a number does not count.
#[inline]
pub fn greatest(row: &[f32]) -> f32 {
    row.iter().fold(f32::MIN, |greatest, &x| if x > greatest { x } else { greatest })
}

/// The length of a row, and of some of them together.
fn sizes(shape: Shape) -> (usize, usize) {
    let depth = shape.last().max(1);
    (depth, depth * (CHUNK / depth).max(1))
}
