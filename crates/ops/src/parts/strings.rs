//! String tensors: the number of strings, the offset of each and of the end (`i32` each), then the bytes.

use alloc::format;

use featherlite_base::{Error, Result, Shape};

use crate::core::Io;

/// The strings of a tensor.
#[derive(Clone, Copy)]
pub struct Strings<'a> {
    bytes: &'a [u8],
    count: usize,
}

impl<'a> Strings<'a> {
    /// The strings in the contents of a tensor; none if it is empty.
    ///
    /// # Errors
    /// If the bytes are not a table of strings.
    pub fn new(bytes: &'a [u8]) -> Result<Self> {
        if bytes.is_empty() {
            return Ok(Self { bytes, count: 0 });
        }
        let wrong = || Error::invalid_value(format!("{} bytes are not a table of strings", bytes.len()));
        let strings = Self { bytes, count: 0 };
        let count = strings.number(0).filter(|&count| count <= bytes.len() / 4).ok_or_else(wrong)?;
        let strings = Self { bytes, count };
        if (0..count).any(|index| strings.range(index).is_none()) {
            return Err(wrong());
        }
        Ok(strings)
    }

    /// The strings of input `input`, one for each element of its shape.
    ///
    /// # Errors
    /// As [`Strings::new`], or if there are more or fewer.
    pub fn of(io: &Io<'a>, input: usize) -> Result<Self> {
        let strings = Self::new(io.input(input)?)?;
        match io.shapes.get(input) {
            Some(shape) if shape.elements() != strings.len() => Err(Error::invalid_value(format!(
                "{} strings in a tensor of the shape {shape}",
                strings.len()
            ))),
            _ => Ok(strings),
        }
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.count == 0
    }

    /// String `index`.
    ///
    /// # Errors
    /// If there is none.
    pub fn get(self, index: usize) -> Result<&'a [u8]> {
        self.range(index).filter(|_| index < self.count).ok_or_else(|| {
            Error::invalid_value(format!("string {index} of a tensor that has {}", self.count))
        })
    }

    fn range(self, index: usize) -> Option<&'a [u8]> {
        self.bytes.get(self.number(index + 1)?..self.number(index + 2)?)
    }

    fn number(self, index: usize) -> Option<usize> {
        let bytes = self.bytes.get(4 * index..4 * index + 4)?;
        usize::try_from(i32::from_le_bytes(bytes.try_into().ok()?)).ok()
    }
}

/// Makes output `output`, whose elements are the strings that `string` gives for each index.
///
/// # Errors
/// If `string` fails, the table is too large, or there is no memory.
pub fn write<'s>(
    io: &mut Io<'_>,
    output: usize,
    shape: Shape,
    string: impl Fn(usize) -> Result<&'s [u8]>,
) -> Result<()> {
    let count = shape.elements();
    let mut text = 0usize;
    for index in 0..count {
        text = text.saturating_add(string(index)?.len());
    }
    let mut table = Table::new(io, output, shape, text)?;
    (0..count).try_for_each(|index| table.push([string(index)?]))
}

/// An output that receives string after string.
pub struct Table<'t> {
    bytes: &'t mut [u8],
    /// Strings that it has.
    count: usize,
    /// Where the next one goes.
    end: usize,
}

impl<'t> Table<'t> {
    /// Makes output `output` for as many strings as `shape` has elements, of `text` bytes together.
    ///
    /// # Errors
    /// If the table is too large, or there is no memory.
    pub fn new(io: &'t mut Io<'_>, output: usize, shape: Shape, text: usize) -> Result<Self> {
        let count = shape.elements();
        let start = count.saturating_add(2).saturating_mul(4);
        let total = start.saturating_add(text);
        if i32::try_from(total).is_err() {
            return Err(Error::invalid_value(format!("{count} strings take {total} bytes")));
        }
        let bytes = io.allocate_bytes(output, shape, total)?;
        let mut table = Self { bytes, count: 0, end: start };
        table.put(0, count);
        table.put(1, start);
        Ok(table)
    }

    /// Appends a string, given in parts.
    ///
    /// # Errors
    /// If there is no room for it.
    pub fn push<'p>(&mut self, parts: impl IntoIterator<Item = &'p [u8]>) -> Result<()> {
        for part in parts {
            let place = self.bytes.get_mut(self.end..self.end + part.len());
            place.ok_or_else(|| Error::internal("a string has no room in its table"))?.copy_from_slice(part);
            self.end += part.len();
        }
        self.count += 1;
        self.put(self.count + 1, self.end);
        Ok(())
    }

    fn put(&mut self, index: usize, value: usize) {
        if let Some(place) = self.bytes.get_mut(4 * index..4 * index + 4) {
            place.copy_from_slice(&(value as i32).to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_checked() {
        let table: alloc::vec::Vec<u8> =
            [2i32, 16, 18, 19].iter().flat_map(|x| x.to_le_bytes()).chain(*b"abc").collect();
        let strings = Strings::new(&table).unwrap();
        assert_eq!(
            (strings.len(), strings.get(0).unwrap(), strings.get(1).unwrap()),
            (2, &b"ab"[..], &b"c"[..])
        );
        assert!(strings.get(2).is_err());
        assert!(Strings::new(&table[..18]).is_err());
        assert!(Strings::new(&[255; 8]).is_err());
        assert!(Strings::new(&[]).unwrap().is_empty());
    }
}
