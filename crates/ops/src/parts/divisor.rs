//! Divisions of integers, which can fail.

use alloc::boxed::Box;

use featherlite_base::{Element, Error, Result};

use crate::core::{Io, Kernel};

/// A kernel that runs `division` unless a divisor, an element of input 1, is `zero`. The output must not be in the
/// place of input 1.
pub fn checked<T: Element>(division: Box<dyn Kernel>, zero: T) -> Box<dyn Kernel> {
    Box::new(move |io: &mut Io<'_>| -> Result<()> {
        if let Some(index) = io.input::<T>(1)?.iter().position(|divisor| *divisor == zero) {
            return Err(Error::invalid_value(alloc::format!("element {index} of the divisor is zero")));
        }
        division.run(io)
    })
}
