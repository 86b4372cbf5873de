//! Temporary reader.
#![allow(missing_docs)]
use core::marker::PhantomData;

#[derive(Clone, Copy, Debug, Default)]
pub struct Table<'a> {
    pub(crate) b: &'a [u8],
    pub(crate) pos: usize,
}

pub trait Scalar: Copy {
    const N: usize;
    fn read(b: &[u8]) -> Option<Self>;
}
macro_rules! sc { ($($t:ty),*) => {$( impl Scalar for $t { const N: usize = size_of::<$t>(); fn read(b:&[u8])->Option<Self>{ Some(<$t>::from_le_bytes(b.get(..size_of::<$t>())?.try_into().ok()?)) } } )*} }
sc!(i8, u8, i16, u16, i32, u32, i64, u64, f32, f64);
impl Scalar for bool {
    const N: usize = 1;
    fn read(b: &[u8]) -> Option<Self> {
        Some(*b.first()? != 0)
    }
}

impl<'a> Table<'a> {
    fn at<T: Scalar>(&self, p: usize) -> Option<T> {
        T::read(self.b.get(p..)?)
    }
    fn field(&self, slot: usize) -> Option<usize> {
        let v: i32 = self.at(self.pos)?;
        let vt = usize::try_from(self.pos as i64 - i64::from(v)).ok()?;
        let n: u16 = self.at(vt)?;
        if slot + 2 > n as usize {
            return None;
        }
        let o: u16 = self.at(vt + slot)?;
        (o != 0).then_some(self.pos + o as usize)
    }
    fn indirect(&self, p: usize) -> Option<usize> {
        Some(p + self.at::<u32>(p)? as usize)
    }
    pub fn scalar<T: Scalar>(&self, slot: usize, d: T) -> T {
        self.field(slot).and_then(|p| self.at(p)).unwrap_or(d)
    }
    pub fn table(&self, slot: usize) -> Option<Table<'a>> {
        let p = self.indirect(self.field(slot)?)?;
        Some(Table { b: self.b, pos: p })
    }
    pub fn vector<T: Scalar>(&self, slot: usize) -> Vector<'a, T> {
        let g = || {
            let p = self.indirect(self.field(slot)?)?;
            let n = self.at::<u32>(p)? as usize;
            self.b.get(p + 4..p + 4 + n * T::N)
        };
        match g() {
            Some(b) => Vector { b, present: true, m: PhantomData },
            None => Vector { b: &[], present: false, m: PhantomData },
        }
    }
    pub fn string(&self, slot: usize) -> Option<&'a str> {
        let v: Vector<'a, u8> = self.vector(slot);
        if v.present { core::str::from_utf8(v.b).ok() } else { None }
    }
    pub fn tables<V>(&self, slot: usize) -> Tables<'a, V> {
        let g = || {
            let p = self.indirect(self.field(slot)?)?;
            let n = self.at::<u32>(p)? as usize;
            Some((p + 4, n))
        };
        let (p, n) = g().unwrap_or((0, 0));
        Tables { t: *self, p, n, m: PhantomData }
    }
    pub fn strings(&self, _slot: usize) -> Strings<'a> {
        Strings(PhantomData)
    }
}
#[derive(Clone, Copy, Debug)]
pub struct Strings<'a>(PhantomData<&'a ()>);
#[derive(Clone, Copy, Debug)]
pub struct Vector<'a, T> {
    b: &'a [u8],
    present: bool,
    m: PhantomData<T>,
}
impl<'a, T: Scalar + 'a> Vector<'a, T> {
    pub fn len(&self) -> usize {
        self.b.len() / T::N
    }
    pub fn is_empty(&self) -> bool {
        self.b.is_empty()
    }
    pub fn is_present(&self) -> bool {
        self.present
    }
    pub fn get(&self, i: usize) -> Option<T> {
        T::read(self.b.get(i * T::N..)?)
    }
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T> + 'a {
        self.b.chunks_exact(T::N).filter_map(|c| T::read(c)).collect::<alloc::vec::Vec<T>>().into_iter()
    }
    pub fn to_vec(&self) -> alloc::vec::Vec<T> {
        self.iter().collect()
    }
    pub fn bytes(&self) -> &'a [u8] {
        self.b
    }
}
#[derive(Clone, Copy, Debug)]
pub struct Tables<'a, V> {
    t: Table<'a>,
    p: usize,
    n: usize,
    m: PhantomData<V>,
}
impl<'a, V: From<Table<'a>>> Tables<'a, V> {
    pub fn len(&self) -> usize {
        self.n
    }
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }
    pub fn get(&self, i: usize) -> Option<V> {
        if i >= self.n {
            return None;
        }
        let p = self.t.indirect(self.p + 4 * i)?;
        Some(V::from(Table { b: self.t.b, pos: p }))
    }
    pub fn iter(self) -> impl Iterator<Item = V> + 'a
    where
        V: 'a,
    {
        (0..self.n).filter_map(move |i| self.get(i))
    }
}
pub trait OptionsTable<'a>: Default + From<Table<'a>> {
    const TAG: u8;
    const SECOND: bool;
}
