use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

/// Elements of a cache line, which buffers begin at.
const LINE: usize = 16;

/// Buffers that are not in use.
static FREE: Mutex<Vec<Vec<f32>>> = Mutex::new(Vec::new());

/// Memory that training needs again in every step: a dropped buffer is kept for the next that asks for as much, because
/// fresh memory costs a system as much time as the kernels that write it.
pub struct Buffer {
    memory: Vec<f32>,
    start: usize,
    len: usize,
}

impl Buffer {
    /// `len` elements of unspecified contents, at the beginning of a cache line.
    pub fn new(len: usize) -> Self {
        let whole = len + LINE;
        let mut memory = take(&mut FREE.lock().unwrap_or_else(PoisonError::into_inner), whole);
        if memory.len() < whole {
            memory = vec![0.0; whole];
        }
        let start = memory.as_ptr().align_offset(LINE * size_of::<f32>()).min(LINE);
        Self { memory, start, len }
    }
}

/// The smallest free buffer of at least `len` elements which is not twice as long, or an empty one.
fn take(free: &mut Vec<Vec<f32>>, len: usize) -> Vec<f32> {
    let fits = free.iter().enumerate().filter(|(_, memory)| (len..2 * len).contains(&memory.len()));
    match fits.min_by_key(|(_, memory)| memory.len()) {
        Some((index, _)) => free.swap_remove(index),
        None => Vec::new(),
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let memory = std::mem::take(&mut self.memory);
        FREE.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
    }
}

impl Deref for Buffer {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.memory[self.start..self.start + self.len]
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.memory[self.start..self.start + self.len]
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer of {}", self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_that_fits_is_taken() {
        let mut free = vec![vec![0.0; 300], vec![0.0; 110], vec![0.0; 150]];
        assert_eq!(take(&mut free, 100).len(), 110);
        assert_eq!(take(&mut free, 100).len(), 150);
        assert_eq!(take(&mut free, 100).len(), 0);
        assert_eq!(free.len(), 1);
    }

    #[test]
    fn buffers_are_aligned_and_used_again() {
        let mut buffer = Buffer::new(123_457);
        buffer[123_456] = 5.0;
        assert_eq!(buffer.as_ptr() as usize % 64, 0);
        drop(buffer);
        assert_eq!(Buffer::new(123_457)[123_456], 5.0);
    }
}
