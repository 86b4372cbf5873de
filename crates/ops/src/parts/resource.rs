//! Handles of resources (variables, hash tables): a tensor of one number.

use alloc::format;

use featherlite_base::{Error, Result};

use crate::core::{Io, Node};

/// Checks that input `index` is one handle.
///
/// # Errors
/// If it has another number of elements.
pub fn check_handle(node: &Node<'_>, index: usize) -> Result<()> {
    let shape = node.input(index)?.shape;
    if shape.elements() == 1 {
        Ok(())
    } else {
        Err(Error::invalid_shape(format!("a handle of a resource has one element, not {shape}")))
    }
}

/// The number of the resource that input `index` stands for.
///
/// # Errors
/// If it has no element.
pub fn handle(io: &Io<'_>, index: usize) -> Result<i32> {
    let handle = io.input::<i32>(index)?.first().copied();
    handle.ok_or_else(|| Error::invalid_shape("a handle of a resource has no element"))
}
