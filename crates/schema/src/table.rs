//! FlatBuffers: tables, vectors and strings in place.
//!
//! Everything is read byte by byte through checked slices, so the bytes may lie at any address and damaged ones read
//! as absent instead of panicking; `verify` is what tells damage from absence.

use core::fmt;
use core::marker::PhantomData;

/// A number, bool or enum as FlatBuffers store it.
pub trait Scalar: Copy + Default + PartialEq {
    /// Bytes that it takes.
    const SIZE: usize;

    /// The value of `SIZE` little-endian bytes; the default if there are not as many.
    fn read(bytes: &[u8]) -> Self;

    /// Its little-endian bytes, padded with zeros.
    fn bytes(self) -> [u8; 8];
}

macro_rules! number {
    ($($number:ty)*) => {$(
        impl Scalar for $number {
            const SIZE: usize = size_of::<$number>();

            fn read(bytes: &[u8]) -> Self {
                bytes.try_into().map_or_else(|_| Self::default(), Self::from_le_bytes)
            }

            fn bytes(self) -> [u8; 8] {
                let mut bytes = [0; 8];
                bytes[..Self::SIZE].copy_from_slice(&self.to_le_bytes());
                bytes
            }
        }
    )*};
}

number! { i8 u8 i16 u16 i32 u32 i64 u64 f32 f64 }

impl Scalar for bool {
    const SIZE: usize = 1;

    fn read(bytes: &[u8]) -> Self {
        u8::read(bytes) != 0
    }

    fn bytes(self) -> [u8; 8] {
        u8::from(self).bytes()
    }
}

/// A table of a FlatBuffer: fields by number, each of which may be absent.
#[derive(Clone, Copy, Default)]
pub struct Table<'a> {
    file: &'a [u8],
    at: usize,
}

impl<'a> Table<'a> {
    pub(crate) fn new(file: &'a [u8], at: usize) -> Self {
        Self { file, at }
    }

    /// The root table.
    pub(crate) fn root(file: &'a [u8]) -> Self {
        Self { file, at: follow(file, 0).unwrap_or(usize::MAX) }
    }

    /// The bytes that the table is part of.
    pub(crate) fn file(&self) -> &'a [u8] {
        self.file
    }

    /// Where field `index` is, if it is there.
    pub(crate) fn field(&self, index: usize) -> Option<usize> {
        let distance: i32 = read(self.file, self.at)?;
        let vtable = self.at.checked_add_signed(isize::try_from(distance).ok()?.checked_neg()?)?;
        let slot = 4 + 2 * index;
        if slot + 2 > usize::from(read::<u16>(self.file, vtable)?) {
            return None;
        }
        match read::<u16>(self.file, vtable.checked_add(slot)?)? {
            0 => None,
            offset => self.at.checked_add(usize::from(offset)),
        }
    }

    pub(crate) fn scalar<T: Scalar>(&self, index: usize, default: T) -> T {
        self.field(index).and_then(|at| read(self.file, at)).unwrap_or(default)
    }

    pub(crate) fn table<V: From<Table<'a>>>(&self, index: usize) -> Option<V> {
        let at = follow(self.file, self.field(index)?)?;
        Some(V::from(Self { file: self.file, at }))
    }

    pub(crate) fn variant<V: Variant<'a>>(&self, tag: V::Union, index: usize) -> Option<V> {
        if tag == V::TAG { self.table(index) } else { None }
    }

    pub(crate) fn vector<T: Scalar>(&self, index: usize) -> Vector<'a, T> {
        let bytes =
            self.list(index).and_then(|(at, count)| slice(self.file, at, count.checked_mul(T::SIZE)?));
        Vector { bytes, element: PhantomData }
    }

    pub(crate) fn string(&self, index: usize) -> Option<&'a str> {
        self.field(index).and_then(|at| string(self.file, at))
    }

    pub(crate) fn tables<V>(&self, index: usize) -> Tables<'a, V> {
        let (at, count) = self.list(index).unwrap_or_default();
        Tables { file: self.file, at, count, view: PhantomData }
    }

    pub(crate) fn strings(&self, index: usize) -> Strings<'a> {
        let (at, count) = self.list(index).unwrap_or_default();
        Strings { file: self.file, at, count }
    }

    /// Where the elements of a vector begin, and how many there are.
    fn list(&self, index: usize) -> Option<(usize, usize)> {
        list(self.file, self.field(index)?)
    }
}

impl fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "table at {}", self.at)
    }
}

/// A table that is a member of a union.
pub trait Variant<'a>: Default + From<Table<'a>> {
    /// The union's tag.
    type Union: Scalar;
    /// The tag that stands for this table.
    const TAG: Self::Union;
}

/// A vector of numbers, bools or enums; empty if it is absent.
#[derive(Clone, Copy)]
pub struct Vector<'a, T> {
    bytes: Option<&'a [u8]>,
    element: PhantomData<T>,
}

impl<'a, T: Scalar + 'a> Vector<'a, T> {
    /// The number of elements.
    pub fn len(&self) -> usize {
        self.bytes().len() / T::SIZE
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.bytes().is_empty()
    }

    /// Whether the file has the vector, be it empty.
    pub fn is_present(&self) -> bool {
        self.bytes.is_some()
    }

    /// Element `index`.
    pub fn get(&self, index: usize) -> Option<T> {
        slice(self.bytes(), index.checked_mul(T::SIZE)?, T::SIZE).map(T::read)
    }

    /// The elements.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T> + DoubleEndedIterator + Clone + use<'a, T> {
        self.bytes().chunks_exact(T::SIZE).map(T::read)
    }

    /// The elements, copied.
    pub fn to_vec(&self) -> alloc::vec::Vec<T> {
        self.iter().collect()
    }

    /// The elements as the file has them: little-endian, at any address.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes.unwrap_or_default()
    }
}

impl<'a, T: Scalar + fmt::Debug + 'a> fmt::Debug for Vector<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// A vector of tables; empty if it is absent.
#[derive(Clone, Copy)]
pub struct Tables<'a, V> {
    file: &'a [u8],
    at: usize,
    count: usize,
    view: PhantomData<V>,
}

impl<'a, V: From<Table<'a>> + Default> Tables<'a, V> {
    /// The number of tables.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Table `index`.
    pub fn get(&self, index: usize) -> Option<V> {
        let at = element(self.file, self.at, self.count, index)?;
        Some(V::from(Table { file: self.file, at }))
    }

    /// The tables.
    pub fn iter(self) -> impl ExactSizeIterator<Item = V> + DoubleEndedIterator + use<'a, V> {
        (0..self.count).map(move |index| self.get(index).unwrap_or_default())
    }
}

impl<'a, V: From<Table<'a>> + Default + fmt::Debug> fmt::Debug for Tables<'a, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tables = Tables { view: PhantomData::<V>, ..*self };
        f.debug_list().entries(tables.iter()).finish()
    }
}

/// A vector of strings; empty if it is absent.
#[derive(Clone, Copy)]
pub struct Strings<'a> {
    file: &'a [u8],
    at: usize,
    count: usize,
}

impl<'a> Strings<'a> {
    /// The number of strings.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// String `index`.
    pub fn get(&self, index: usize) -> Option<&'a str> {
        text(self.file, element(self.file, self.at, self.count, index)?)
    }

    /// The strings.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        (0..self.count).map(move |index| self.get(index).unwrap_or_default())
    }
}

impl fmt::Debug for Strings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// `count` bytes from `at`.
pub(crate) fn slice(file: &[u8], at: usize, count: usize) -> Option<&[u8]> {
    file.get(at..at.checked_add(count)?)
}

/// The number at `at`.
pub(crate) fn read<T: Scalar>(file: &[u8], at: usize) -> Option<T> {
    slice(file, at, T::SIZE).map(T::read)
}

/// Where the offset at `at` leads.
pub(crate) fn follow(file: &[u8], at: usize) -> Option<usize> {
    at.checked_add(usize::try_from(read::<u32>(file, at)?).ok()?)
}

/// Where the elements of the vector that the offset at `at` leads to begin, and how many there are.
pub(crate) fn list(file: &[u8], at: usize) -> Option<(usize, usize)> {
    let at = follow(file, at)?;
    Some((at.checked_add(4)?, usize::try_from(read::<u32>(file, at)?).ok()?))
}

/// Where element `index` of a vector of offsets leads.
fn element(file: &[u8], at: usize, count: usize, index: usize) -> Option<usize> {
    if index >= count {
        return None;
    }
    follow(file, at.checked_add(index.checked_mul(4)?)?)
}

/// The string that the offset at `at` leads to.
fn string(file: &[u8], at: usize) -> Option<&str> {
    text(file, follow(file, at)?)
}

/// The string at `at`. Files are read by programs that take any bytes for a name; of one that is not UTF-8 we see what
/// comes before the first fault.
fn text(file: &[u8], at: usize) -> Option<&str> {
    let bytes = slice(file, at.checked_add(4)?, usize::try_from(read::<u32>(file, at)?).ok()?)?;
    bytes.utf8_chunks().next().map_or(Some(""), |chunk| Some(chunk.valid()))
}
