//! Copies that pick positions of each dimension from a list: mirrored borders, nearest neighbours, reversed orders.

use alloc::boxed::Box;
use alloc::vec::Vec;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{Error, Result, Shape};

use crate::core::{Io, Kernel};

/// Bytes that one thread writes at a time.
const CHUNK: usize = 64 * 1024;

/// A kernel that fills output 0 with elements of input 0, which has the shape `input`: `maps` gives for each dimension
/// the input's position at each position of the output.
///
/// # Errors
/// If a position lies outside the input.
pub fn kernel(input: &Shape, maps: &[Vec<usize>], element: usize) -> Result<Box<dyn Kernel>> {
    let mapped = Mapped::new(input, maps, element)?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (from, to) = (io.input::<u8>(0)?, io.output::<u8>(0)?);
        if to.is_empty() {
            return Ok(());
        }
        let Some(outer) = mapped.levels.first() else {
            mapped.row(from, to);
            return Ok(());
        };
        let rows = (CHUNK / outer.row).max(1);
        for_each_chunk(io.parallel, to, rows * outer.row, |index, part| {
            let count = part.len() / outer.row;
            mapped.level(0, &outer.starts[index * rows..][..count], from, part);
        });
        Ok(())
    }))
}

struct Mapped {
    /// All dimensions but those that make the rows.
    levels: Vec<Level>,
    /// A row of the output: where its parts start in a row of the input, and how long they are.
    parts: Vec<(usize, usize)>,
}

struct Level {
    /// Where each position starts in the input, in bytes.
    starts: Vec<usize>,
    /// Bytes of a position of the output.
    row: usize,
}

impl Mapped {
    fn new(input: &Shape, maps: &[Vec<usize>], element: usize) -> Result<Self> {
        let mut mapped = Self { levels: Vec::new(), parts: Vec::new() };
        let (mut from_row, mut to_row) = (element, element);
        for (&size, map) in input.dims().iter().zip(maps).rev() {
            if let Some(&position) = map.iter().find(|&&position| position >= size) {
                return Err(Error::internal(alloc::format!("position {position} of {input}")));
            }
            let plain =
                size == map.len() && map.iter().enumerate().all(|(index, &position)| index == position);
            if mapped.parts.is_empty() {
                // The innermost dimension whose positions move makes rows of parts.
                if !plain {
                    mapped.parts = joined(map, from_row);
                }
            } else {
                let starts = map.iter().map(|position| position * from_row).collect();
                mapped.levels.push(Level { starts, row: to_row });
            }
            from_row *= size;
            to_row *= map.len();
        }
        if mapped.parts.is_empty() {
            mapped.parts.push((0, to_row));
        }
        mapped.levels.reverse();
        Ok(mapped)
    }

    fn level(&self, level: usize, starts: &[usize], from: &[u8], to: &mut [u8]) {
        let mut last: Option<(usize, usize)> = None;
        let row = self.levels[level].row;
        for (index, &start) in starts.iter().enumerate() {
            let at = index * row;
            match last {
                // The same once more.
                Some((before, place)) if before == start => to.copy_within(place..place + row, at),
                _ => {
                    let (from, to) = (&from[start..], &mut to[at..at + row]);
                    match self.levels.get(level + 1) {
                        Some(inner) => self.level(level + 1, &inner.starts, from, to),
                        None => self.row(from, to),
                    }
                }
            }
            last = Some((start, at));
        }
    }

    fn row(&self, from: &[u8], mut to: &mut [u8]) {
        for &(start, bytes) in &self.parts {
            let (part, rest) = to.split_at_mut(bytes);
            part.copy_from_slice(&from[start..start + bytes]);
            to = rest;
        }
    }
}

/// Positions as parts: those that follow each other are one.
fn joined(map: &[usize], bytes: usize) -> Vec<(usize, usize)> {
    let mut parts: Vec<(usize, usize)> = Vec::with_capacity(map.len());
    for &position in map {
        match parts.last_mut() {
            Some((start, length)) if *start + *length == position * bytes => *length += bytes,
            _ => parts.push((position * bytes, bytes)),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn positions_are_picked_in_each_dimension() {
        let shape = Shape::new(&[2, 3, 2]).unwrap();
        let from: Vec<u8> = (0..12).collect();
        let maps = [vec![1, 1, 0], vec![2, 1, 0, 1, 2], vec![0, 1]];
        let mapped = Mapped::new(&shape, &maps, 1).unwrap();
        let mut found = vec![0u8; 30];
        mapped.level(0, &mapped.levels[0].starts, &from, &mut found);
        let mut expected = Vec::new();
        for &a in &maps[0] {
            for &b in &maps[1] {
                expected.extend(maps[2].iter().map(|c| from[a * 6 + b * 2 + c]));
            }
        }
        assert_eq!(found, expected);
        assert!(Mapped::new(&shape, &[vec![2], vec![0], vec![0]], 1).is_err());
    }
}
