//! Lists of tensors, which VARIANT tensors hold: plain bytes, so that they are copied, kept and dropped like any other
//! contents.
//!
//! The bytes are numbers of 32 bits (element type, item shape, number of items), then for each item its rank and
//! dimensions, or -1 for one that was never set, and its elements. An item shape without dimensions stands for any.

use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Error, Result, Shape};

use crate::core::{Io, Types};

/// What holds a list.
pub const LIST: Types = Types::of(&[DType::Variant]);
/// A number or a shape.
pub const I32: Types = Types::of(&[DType::I32]);
/// What lists may hold.
pub const ITEM: Types = Types::SIZED;

/// The longest list.
const MAX_LENGTH: usize = 1 << 20;

/// A tensor in a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item<'a> {
    /// Its shape.
    pub shape: Shape,
    /// Its elements.
    pub bytes: &'a [u8],
}

/// A list.
#[derive(Clone, Debug, PartialEq)]
pub struct List<'a> {
    /// The type of all items.
    pub dtype: DType,
    /// The shape that items must have: -1 for sizes that are open, none at all for any shape.
    pub shape: Vec<i32>,
    /// The items; `None` where none was set.
    pub items: Vec<Option<Item<'a>>>,
}

/// Takes bytes apart.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or_else(no_list)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<i32> {
        Ok(i32::from_le_bytes(self.take(4)?.try_into().map_err(|_| no_list())?))
    }
}

fn no_list() -> Error {
    Error::invalid_value("the variant tensor holds no list")
}

impl<'a> List<'a> {
    /// The list in input `input`.
    ///
    /// # Errors
    /// If it holds none.
    pub fn of(io: &Io<'a>, input: usize) -> Result<Self> {
        Self::read(io.input(input)?)
    }

    fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut reader = Reader(bytes);
        let code = reader.number()?;
        let dtype = u8::try_from(code).ok().and_then(item_type).ok_or_else(no_list)?;
        let rank = usize::try_from(reader.number()?).map_err(|_| no_list())?;
        let shape = (0..rank).map(|_| reader.number()).collect::<Result<_>>()?;
        let count = check_length(reader.number()?)?;
        let mut items = Vec::new();
        for _ in 0..count {
            let Ok(rank) = usize::try_from(reader.number()?) else {
                items.push(None);
                continue;
            };
            let mut dims = Vec::new();
            for _ in 0..rank {
                dims.push(usize::try_from(reader.number()?).map_err(|_| no_list())?);
            }
            let shape = Shape::new(&dims)?;
            items.push(Some(Item { shape, bytes: reader.take(shape.bytes(dtype)?)? }));
        }
        Ok(Self { dtype, shape, items })
    }

    /// Makes output `output`.
    ///
    /// # Errors
    /// If the list is too long, or there is no memory.
    pub fn write(&self, io: &mut Io<'_>, output: usize) -> Result<()> {
        check_length(self.items.len())?;
        let item_length =
            |item: &Option<Item<'_>>| 4 + item.map_or(0, |item| 4 * item.shape.rank() + item.bytes.len());
        let length = self
            .items
            .iter()
            .fold(4 * (3 + self.shape.len()), |sum, item| sum.saturating_add(item_length(item)));
        let mut rest = io.allocate_bytes(output, Shape::SCALAR, length)?;
        let mut put = |bytes: &[u8]| {
            if let Some(place) = rest.split_off_mut(..bytes.len()) {
                place.copy_from_slice(bytes);
            }
        };
        let number = |number: usize| (number as i32).to_le_bytes();
        put(&number(self.dtype as usize));
        put(&number(self.shape.len()));
        self.shape.iter().for_each(|size| put(&size.to_le_bytes()));
        put(&number(self.items.len()));
        for item in &self.items {
            match item {
                None => put(&(-1i32).to_le_bytes()),
                Some(item) => {
                    put(&number(item.shape.rank()));
                    item.shape.dims().iter().for_each(|&size| put(&number(size)));
                    put(item.bytes);
                }
            }
        }
        Ok(())
    }

    /// Puts an item in its place, behind the others if need be.
    ///
    /// # Errors
    /// If it is of another type, or the list gets too long.
    pub fn set(&mut self, index: usize, dtype: DType, item: Item<'a>) -> Result<()> {
        if dtype != self.dtype {
            return Err(Error::invalid_value(format!("an item of {dtype} for a list of {}", self.dtype)));
        }
        self.resize(self.items.len().max(index.saturating_add(1)))?;
        if let Some(place) = self.items.get_mut(index) {
            *place = Some(item);
        }
        Ok(())
    }

    /// Drops items at the end, or adds ones that are not set.
    ///
    /// # Errors
    /// If the list gets too long.
    pub fn resize(&mut self, length: usize) -> Result<()> {
        self.items.resize(check_length(length)?, None);
        Ok(())
    }

    /// The shape of all items, as far as the list, the items and `hint` tell.
    ///
    /// # Errors
    /// If they differ.
    pub fn common_shape(&self, hint: &[i32]) -> Result<Vec<i32>> {
        let mut items = self.items.iter().flatten();
        let first = items.next().map(|item| item.shape);
        if let Some(other) = items.find(|item| Some(item.shape) != first) {
            return Err(Error::invalid_value(format!("items of the shape {} and others", other.shape)));
        }
        let dims = first.map_or(Vec::new(), |shape| shape.dims().iter().map(|&size| size as i32).collect());
        merge(&merge(hint, &self.shape)?, &dims)
    }

    /// Makes output `output` of item `index`; zeros if it was not set.
    ///
    /// # Errors
    /// If there is no such item, its shape is not known, or there is no memory.
    pub fn give(&self, io: &mut Io<'_>, output: usize, index: i32, hint: &[i32]) -> Result<()> {
        let item = usize::try_from(index).ok().and_then(|index| self.items.get(index));
        let item = item
            .ok_or_else(|| Error::invalid_value(format!("item {index} of a list of {}", self.items.len())))?;
        if let Some(item) = item {
            io.allocate_bytes(output, item.shape, item.bytes.len())?.copy_from_slice(item.bytes);
            return Ok(());
        }
        let mut dims = merge(hint, &self.shape)?;
        if dims.is_empty() || dims.iter().any(|&size| size < 0) {
            dims = self.common_shape(hint)?;
            if self.items.iter().all(Option::is_none) {
                return Err(Error::invalid_value(format!("the shape of item {index} is not known")));
            }
        }
        let shape = known(&dims)?;
        io.allocate_bytes(output, shape, shape.bytes(self.dtype)?)?;
        Ok(())
    }
}

/// The type of items that a file names.
pub fn item_type(code: u8) -> Option<DType> {
    DType::from_code(code).filter(|dtype| dtype.bits() >= 8 && *dtype != DType::Resource)
}

fn check_length(length: impl TryInto<usize> + core::fmt::Display + Copy) -> Result<usize> {
    length
        .try_into()
        .ok()
        .filter(|&count: &usize| count <= MAX_LENGTH)
        .ok_or_else(|| Error::invalid_value(format!("a list of {length} items, not 0 to {MAX_LENGTH}")))
}

/// The shape that an input says: none for a scalar, which stands for any.
///
/// # Errors
/// None but defects.
pub fn hint(io: &Io<'_>, input: usize) -> Result<Vec<i32>> {
    let is_vector = io.shapes.get(input).is_some_and(|shape| shape.rank() > 0);
    Ok(if is_vector { io.input::<i32>(input)?.to_vec() } else { Vec::new() })
}

/// The one number of an input.
///
/// # Errors
/// If there is not one.
pub fn number(io: &Io<'_>, input: usize) -> Result<i32> {
    match io.input::<i32>(input)? {
        &[number] => Ok(number),
        other => Err(Error::invalid_value(format!("{} numbers where one is needed", other.len()))),
    }
}

/// What two shapes with open sizes have in common.
///
/// # Errors
/// If they contradict each other.
pub fn merge(a: &[i32], b: &[i32]) -> Result<Vec<i32>> {
    if a.is_empty() || b.is_empty() {
        return Ok([a, b].concat());
    }
    let fits = |(&a, &b): (&i32, &i32)| match (a, b) {
        (-1, size) | (size, -1) => Some(size),
        _ => (a == b).then_some(a),
    };
    let merged = if a.len() == b.len() { a.iter().zip(b).map(fits).collect() } else { None };
    merged.ok_or_else(|| Error::invalid_value(format!("items of the shapes {a:?} and {b:?}")))
}

/// A shape without open sizes.
///
/// # Errors
/// If there are any.
pub fn known(dims: &[i32]) -> Result<Shape> {
    let sizes: Option<Vec<usize>> = dims.iter().map(|&size| usize::try_from(size).ok()).collect();
    Shape::new(&sizes.ok_or_else(|| Error::invalid_value(format!("the shape {dims:?} is not known")))?)
}
