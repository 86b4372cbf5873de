//! Memory that a kernel needs beside its operands: buffers that each thread keeps and reuses.

use std::cell::RefCell;

/// Elements of a cache line, which buffers begin at.
const LINE: usize = 16;

thread_local! {
    static FREE: RefCell<Vec<Vec<f32>>> = const { RefCell::new(Vec::new()) };
}

/// Runs `task` with `len` elements of unspecified contents.
///
/// A task may ask for more, and may wait for other tasks that do: each gets a buffer of its own.
pub(crate) fn with<R>(len: usize, task: impl FnOnce(&mut [f32]) -> R) -> R {
    let mut buffer = FREE.with_borrow_mut(|free| take(free, len + LINE));
    if buffer.len() < len + LINE {
        buffer.resize(len + LINE, 0.0);
    }
    let start = buffer.as_ptr().align_offset(LINE * size_of::<f32>()).min(LINE);
    let result = task(&mut buffer[start..start + len]);
    FREE.with_borrow_mut(|free| free.push(buffer));
    result
}

/// The smallest free buffer of at least `len` elements, or the largest.
fn take(free: &mut Vec<Vec<f32>>, len: usize) -> Vec<f32> {
    let cost = |buffer: &Vec<f32>| {
        if buffer.len() >= len { (0, buffer.len()) } else { (1, usize::MAX - buffer.len()) }
    };
    let best = free.iter().enumerate().min_by_key(|(_, buffer)| cost(buffer));
    best.map(|(index, _)| index).map(|index| free.swap_remove(index)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_are_aligned_and_apart() {
        with(100, |outer| {
            outer.fill(1.0);
            with(50, |inner| inner.fill(2.0));
            assert_eq!(outer.as_ptr() as usize % 64, 0);
            assert_eq!(outer, [1.0; 100]);
        });
    }
}
