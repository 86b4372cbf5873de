//! Hash tables that are filled once: from numbers to strings or from strings to numbers.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::sync::Arc;

use featherlite_base::{DType, Error, Result};

use super::strings::Strings;
use crate::core::{Host, Io};

/// A table.
pub enum Table {
    /// Made but not filled: the element types of keys and values.
    Empty(DType, DType),
    /// Strings by number.
    Strings(BTreeMap<i64, Box<[u8]>>),
    /// Numbers by string.
    Numbers(BTreeMap<Box<[u8]>, i64>),
}

impl Table {
    /// The table with this number in the session.
    ///
    /// # Errors
    /// If no operator has made it.
    pub fn find(host: &mut dyn Host, number: i32) -> Result<Arc<Table>> {
        let object = host.object(number).as_ref().and_then(|object| object.downcast_ref::<Arc<Table>>());
        object.cloned().ok_or_else(|| Error::invalid_value(format!("there is no hash table {number}")))
    }

    /// Keeps the table in the session.
    pub fn keep(self, host: &mut dyn Host, number: i32) {
        *host.object(number) = Some(Box::new(Arc::new(self)));
    }

    /// Fills a table of these types from two inputs.
    ///
    /// # Errors
    /// If the types are others than the table's, or the inputs differ in length.
    pub fn fill(keys: DType, values: DType, io: &Io<'_>, (from, to): (usize, usize)) -> Result<Self> {
        let numbers = |index: usize| io.input::<i64>(index);
        let strings = |index: usize| Strings::new(io.input::<u8>(index)?);
        let (table, counts) = match (keys, values) {
            (DType::I64, DType::String) => {
                let (keys, values) = (numbers(from)?, strings(to)?);
                let mut table = BTreeMap::new();
                for (index, &key) in keys.iter().enumerate().take(values.len()) {
                    table.entry(key).or_insert(Box::from(values.get(index)?));
                }
                (Self::Strings(table), (keys.len(), values.len()))
            }
            (DType::String, DType::I64) => {
                let (keys, values) = (strings(from)?, numbers(to)?);
                let mut table = BTreeMap::new();
                for (index, &value) in values.iter().enumerate().take(keys.len()) {
                    table.entry(Box::from(keys.get(index)?)).or_insert(value);
                }
                (Self::Numbers(table), (keys.len(), values.len()))
            }
            _ => return Err(Error::unsupported(format!("a hash table from {keys} to {values}"))),
        };
        if counts.0 != counts.1 {
            return Err(Error::invalid_value(format!("{} keys for {} values", counts.0, counts.1)));
        }
        Ok(table)
    }

    /// Entries.
    pub fn len(&self) -> usize {
        match self {
            Self::Empty(..) => 0,
            Self::Strings(table) => table.len(),
            Self::Numbers(table) => table.len(),
        }
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
