//! Verification of a FlatBuffer against the layout of its tables.

use alloc::format;

use crate::table::{Table, follow, list, read, slice};
use crate::{Error, ErrorKind, Result};

/// What a table is made of.
pub(crate) struct Layout {
    /// The fields by number.
    pub(crate) fields: &'static [Field],
}

pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

pub(crate) enum Kind {
    /// Not read.
    Unused,
    /// A scalar of as many bytes.
    Scalar(usize),
    /// A vector of scalars of as many bytes.
    Vector(usize),
    /// A vector of bytes that readers do not copy.
    Data,
    String,
    Strings,
    Table(&'static Layout),
    Tables(&'static Layout),
    /// One of the tables, by the tag in the field before, which counts from 1. What other tags stand for is not known,
    /// so nobody reads it.
    Union(&'static [&'static Layout]),
}

/// Shorthand for the generated layouts.
pub(crate) const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind }
}

/// How many times the size of a file all that is referred to may have.
pub(crate) const SHARING: usize = 4;

/// What a table costs besides its fields: readers keep something for each.
const TABLE_COST: usize = 16;

/// Checks that every offset that a reader can follow from the root table leads to what `root` says, inside of the file.
///
/// Tables and vectors may be referred to any number of times, and tables that are shared on several levels multiply.
/// Hence a budget for all that is visited: several times what a file without sharing could hold.
pub(crate) fn verify(file: &[u8], root: &Layout) -> Result<()> {
    let at = follow(file, 0).ok_or_else(|| outside(file, "the root table", 0, 4))?;
    Verifier { file, budget: file.len().saturating_mul(SHARING).saturating_add(1 << 20) }.table(at, root)
}

struct Verifier<'a> {
    file: &'a [u8],
    budget: usize,
}

impl Verifier<'_> {
    fn table(&mut self, at: usize, layout: &Layout) -> Result<()> {
        let file = self.file;
        let distance: i32 = read(file, at).ok_or_else(|| outside(file, "a table", at, 4))?;
        let vtable = i64::try_from(at).unwrap_or(i64::MAX) - i64::from(distance);
        let fields = usize::try_from(vtable).ok().and_then(|vtable| {
            let size = usize::from(read::<u16>(file, vtable)?);
            slice(file, vtable, size).filter(|_| size >= 4 && size.is_multiple_of(2))
        });
        if fields.is_none() {
            let message = format!("the table at {at} has no valid list of fields at {vtable}");
            return Err(Error::new(ErrorKind::Malformed, message));
        }
        self.pay(TABLE_COST)?;
        let table = Table::new(file, at);
        for (index, field) in layout.fields.iter().enumerate() {
            if let Some(at) = table.field(index) {
                self.field(table, index, at, field)?;
            }
        }
        Ok(())
    }

    fn field(&mut self, table: Table<'_>, index: usize, at: usize, field: &Field) -> Result<()> {
        let located = |error: Error| error.within(field.name, None);
        match field.kind {
            Kind::Unused => Ok(()),
            Kind::Scalar(size) => self.bytes("a number", at, size).map_err(located),
            Kind::Vector(size) => self.vector(at, size).and_then(|bytes| self.pay(bytes)).map_err(located),
            Kind::Data => self.vector(at, 1).map(|_| ()).map_err(located),
            Kind::String => self.offset(at).and_then(|at| self.string(at)).map_err(located),
            Kind::Table(layout) => self.offset(at).and_then(|at| self.table(at, layout)).map_err(located),
            Kind::Union(members) => {
                let tag = usize::from(table.scalar::<u8>(index.wrapping_sub(1), 0));
                match tag.checked_sub(1).and_then(|member| members.get(member)) {
                    Some(layout) => self.offset(at).and_then(|at| self.table(at, layout)).map_err(located),
                    None => Ok(()),
                }
            }
            Kind::Strings => self.each(at, field, |verifier, at| verifier.string(at)),
            Kind::Tables(layout) => self.each(at, field, |verifier, at| verifier.table(at, layout)),
        }
    }

    /// Checks a vector of offsets and what each leads to.
    fn each(
        &mut self,
        at: usize,
        field: &Field,
        mut check: impl FnMut(&mut Self, usize) -> Result<()>,
    ) -> Result<()> {
        let bytes = self.vector(at, 4).and_then(|bytes| self.pay(bytes).map(|()| bytes));
        let bytes = bytes.map_err(|error| error.within(field.name, None))?;
        let (start, _) = list(self.file, at).unwrap_or_default();
        for index in 0..bytes / 4 {
            let element = self.offset(start + 4 * index).and_then(|at| check(self, at));
            element.map_err(|error| error.within(field.name, Some(index)))?;
        }
        Ok(())
    }

    /// Checks the vector that the offset at `at` leads to; returns its size in bytes.
    fn vector(&self, at: usize, size: usize) -> Result<usize> {
        let target = self.offset(at)?;
        let (start, count) =
            list(self.file, at).ok_or_else(|| outside(self.file, "the length of a vector", target, 4))?;
        let what = "a vector";
        let bytes = count.checked_mul(size).ok_or_else(|| outside(self.file, what, start, usize::MAX))?;
        self.bytes(what, start, bytes)?;
        Ok(bytes)
    }

    fn string(&mut self, at: usize) -> Result<()> {
        let length: u32 =
            read(self.file, at).ok_or_else(|| outside(self.file, "the length of a string", at, 4))?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        self.bytes("a string", at.saturating_add(4), length)?;
        self.pay(length)
    }

    fn offset(&self, at: usize) -> Result<usize> {
        follow(self.file, at).ok_or_else(|| outside(self.file, "an offset", at, 4))
    }

    fn bytes(&self, what: &str, at: usize, count: usize) -> Result<()> {
        slice(self.file, at, count).map(|_| ()).ok_or_else(|| outside(self.file, what, at, count))
    }

    fn pay(&mut self, cost: usize) -> Result<()> {
        match self.budget.checked_sub(cost) {
            Some(rest) => {
                self.budget = rest;
                Ok(())
            }
            None => Err(too_complex(self.file)),
        }
    }
}

pub(crate) fn too_complex(file: &[u8]) -> Error {
    let message = format!("the tables of the file refer to far more than its {} bytes", file.len());
    Error::new(ErrorKind::TooComplex, message)
}

fn outside(file: &[u8], what: &str, at: usize, count: usize) -> Error {
    Error::new(
        ErrorKind::Malformed,
        format!("{what} of {count} bytes at {at} ends outside of the {} bytes of the file", file.len()),
    )
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use crate::{ErrorKind, Model};

    /// A file whose root table has one field: a vector of `count` subgraphs, all of them one subgraph, with `count`
    /// operators, all of them one operator.
    fn multiplied(count: u32) -> Vec<u8> {
        fn numbers(file: &mut Vec<u8>, numbers: &[u32]) {
            file.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        }
        fn repeated(file: &mut Vec<u8>, count: u32) {
            numbers(file, &[count]);
            let end = file.len() as u32 + 4 * count;
            for _ in 0..count {
                let here = file.len() as u32;
                numbers(file, &[end - here + 16]);
            }
        }
        let table = |file: &mut Vec<u8>, field: u16| {
            // Four numbers of 16 bits and two fillers: sizes, and one field at 4 if its turn comes.
            let list = [4 + 2 * (field + 1), 8, 0, 0, 0, 0, 0, 0];
            let slots = list
                .iter()
                .enumerate()
                .map(|(index, &slot)| if index == usize::from(2 + field) { 4 } else { slot });
            file.extend(slots.flat_map(u16::to_le_bytes));
            numbers(file, &[16, 4]);
        };
        let mut file = Vec::new();
        numbers(&mut file, &[24]);
        file.extend_from_slice(b"TFL3");
        table(&mut file, 2);
        repeated(&mut file, count);
        table(&mut file, 3);
        repeated(&mut file, count);
        table(&mut file, 0);
        file
    }

    #[test]
    fn shared_tables_do_not_multiply_work() {
        let kind = |count| Model::read(&multiplied(count)).map(|_| ()).unwrap_err().kind();
        // The version is not in the file, which is seen after all else.
        assert_eq!(kind(3), ErrorKind::Version);
        assert_eq!(kind(100_000), ErrorKind::TooComplex);
    }
}
