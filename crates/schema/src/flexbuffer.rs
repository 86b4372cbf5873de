//! FlexBuffers: the schema-less format in which custom operators keep their options.
//!
//! A value is found from the end of the buffer; everything is addressed by distances backwards, so a reader can only go
//! towards the start. Every access is range-checked; what does not make sense reads as `None`. The format is described in
//! the FlatBuffers documentation ("FlexBuffers").

use alloc::vec::Vec;
use core::fmt;

/// A value in a FlexBuffer.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    bytes: &'a [u8],
    /// Where the value, or the distance to it, is stored.
    at: usize,
    /// Bytes it is stored in.
    width: usize,
    /// Width of what it points to.
    inner: usize,
    kind: u8,
}

mod kind {
    pub(super) const NULL: u8 = 0;
    pub(super) const INT: u8 = 1;
    pub(super) const UINT: u8 = 2;
    pub(super) const FLOAT: u8 = 3;
    pub(super) const KEY: u8 = 4;
    pub(super) const STRING: u8 = 5;
    pub(super) const INDIRECT_INT: u8 = 6;
    pub(super) const INDIRECT_UINT: u8 = 7;
    pub(super) const INDIRECT_FLOAT: u8 = 8;
    pub(super) const MAP: u8 = 9;
    pub(super) const VECTOR: u8 = 10;
    pub(super) const VECTOR_INT: u8 = 11;
    pub(super) const VECTOR_KEY: u8 = 14;
    pub(super) const VECTOR_STRING: u8 = 15;
    pub(super) const VECTOR_INT2: u8 = 16;
    pub(super) const VECTOR_FLOAT4: u8 = 24;
    pub(super) const BLOB: u8 = 25;
    pub(super) const BOOL: u8 = 26;
    pub(super) const VECTOR_BOOL: u8 = 36;
}

/// The root value of a FlexBuffer; `None` if the buffer is too short or says nonsense.
pub fn root(bytes: &[u8]) -> Option<Value<'_>> {
    let width = usize::from(*bytes.last()?);
    let packed = *bytes.get(bytes.len().checked_sub(2)?)?;
    let at = bytes.len().checked_sub(2 + width)?;
    matches!(width, 1 | 2 | 4 | 8).then(|| Value::new(bytes, at, width, packed))
}

impl<'a> Value<'a> {
    fn new(bytes: &'a [u8], at: usize, width: usize, packed: u8) -> Self {
        Self { bytes, at, width, inner: 1 << (packed & 3), kind: packed >> 2 }
    }

    fn unsigned(&self, at: usize, width: usize) -> Option<u64> {
        let field = self.bytes.get(at..at.checked_add(width)?)?;
        let mut wide = [0u8; 8];
        wide.get_mut(..width)?.copy_from_slice(field);
        Some(u64::from_le_bytes(wide))
    }

    fn signed(&self, at: usize, width: usize) -> Option<i64> {
        let shift = 64 - 8 * u32::try_from(width).ok()?;
        Some(((self.unsigned(at, width)? << shift) as i64) >> shift)
    }

    fn float(&self, at: usize, width: usize) -> Option<f64> {
        let bits = self.unsigned(at, width)?;
        match width {
            4 => Some(f64::from(f32::from_bits(bits as u32))),
            8 => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// Where a value that is stored as a distance really is.
    fn target(&self) -> Option<usize> {
        self.at.checked_sub(usize::try_from(self.unsigned(self.at, self.width)?).ok()?)
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        self.kind == kind::NULL
    }

    /// An integer, or a float or bool converted to one.
    pub fn as_i64(&self) -> Option<i64> {
        match self.kind {
            kind::INT => self.signed(self.at, self.width),
            kind::UINT | kind::BOOL => i64::try_from(self.unsigned(self.at, self.width)?).ok(),
            kind::FLOAT => self.float(self.at, self.width).map(|value| value as i64),
            kind::INDIRECT_INT => self.signed(self.target()?, self.inner),
            kind::INDIRECT_UINT => i64::try_from(self.unsigned(self.target()?, self.inner)?).ok(),
            kind::INDIRECT_FLOAT => self.float(self.target()?, self.inner).map(|value| value as i64),
            _ => None,
        }
    }

    /// A number as a float.
    pub fn as_f64(&self) -> Option<f64> {
        match self.kind {
            kind::FLOAT => self.float(self.at, self.width),
            kind::INDIRECT_FLOAT => self.float(self.target()?, self.inner),
            _ => self.as_i64().map(|value| value as f64),
        }
    }

    /// A bool, or whether a number is not zero.
    pub fn as_bool(&self) -> Option<bool> {
        self.as_f64().map(|value| value != 0.0)
    }

    /// A string or key.
    pub fn as_str(&self) -> Option<&'a str> {
        let start = self.target()?;
        let text = match self.kind {
            kind::STRING => self.bytes.get(start..start.checked_add(self.length(start)?)?)?,
            kind::KEY => until_zero(self.bytes.get(start..)?),
            _ => return None,
        };
        core::str::from_utf8(text).ok()
    }

    /// The bytes of a blob or string.
    pub fn as_bytes(&self) -> Option<&'a [u8]> {
        let start = self.target()?;
        match self.kind {
            kind::BLOB | kind::STRING => self.bytes.get(start..start.checked_add(self.length(start)?)?),
            _ => None,
        }
    }

    /// The number of elements of a vector or map that starts at `start`.
    fn length(&self, start: usize) -> Option<usize> {
        usize::try_from(self.unsigned(start.checked_sub(self.inner)?, self.inner)?).ok()
    }

    /// The number of elements of a vector or map; 0 for everything else.
    pub fn len(&self) -> usize {
        let length = match self.kind {
            kind::VECTOR_INT2..=kind::VECTOR_FLOAT4 => {
                Some(usize::from((self.kind - kind::VECTOR_INT2) / 3 + 2))
            }
            kind::MAP | kind::VECTOR | kind::VECTOR_INT..=kind::VECTOR_STRING | kind::VECTOR_BOOL => {
                self.target().and_then(|start| self.length(start))
            }
            _ => None,
        };
        // No vector has more elements than the buffer has bytes.
        length.filter(|&length| length <= self.bytes.len()).unwrap_or(0)
    }

    /// Whether [`Value::len`] is 0.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Element `index` of a vector, or value `index` of a map.
    pub fn at(&self, index: usize) -> Option<Value<'a>> {
        let length = self.len();
        if index >= length {
            return None;
        }
        let start = self.target()?;
        let at = start.checked_add(index.checked_mul(self.inner)?)?;
        let packed = match self.kind {
            kind::MAP | kind::VECTOR => {
                *self.bytes.get(start.checked_add(length.checked_mul(self.inner)? + index)?)?
            }
            kind::VECTOR_INT..=kind::VECTOR_STRING => (self.kind - kind::VECTOR_INT + kind::INT) << 2,
            kind::VECTOR_INT2..=kind::VECTOR_FLOAT4 => ((self.kind - kind::VECTOR_INT2) % 3 + kind::INT) << 2,
            _ => kind::BOOL << 2,
        };
        Some(Value::new(self.bytes, at, self.inner, packed))
    }

    /// The elements of a vector, or values of a map.
    pub fn iter(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let value = *self;
        (0..value.len()).filter_map(move |index| value.at(index))
    }

    /// Key `index` of a map.
    fn key(&self, index: usize) -> Option<&'a str> {
        let start = self.target()?;
        let keys_at = start.checked_sub(self.inner.checked_mul(3)?)?;
        let keys = keys_at.checked_sub(usize::try_from(self.unsigned(keys_at, self.inner)?).ok()?)?;
        let width_at = start.checked_sub(self.inner * 2)?;
        let width = usize::try_from(self.unsigned(width_at, self.inner)?).ok()?;
        if !matches!(width, 1 | 2 | 4 | 8) {
            return None;
        }
        let at = keys.checked_add(index.checked_mul(width)?)?;
        Value::new(self.bytes, at, width, (kind::VECTOR_KEY - kind::VECTOR_INT + kind::INT) << 2).as_str()
    }

    /// Keys and values of a map.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, Value<'a>)> + use<'a> {
        let map = *self;
        let length = if map.kind == kind::MAP { map.len() } else { 0 };
        (0..length).filter_map(move |index| Some((map.key(index)?, map.at(index)?)))
    }

    /// The value that a map has under `key`.
    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        self.entries().find(|(name, _)| *name == key).map(|(_, value)| value)
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            kind::NULL => f.write_str("null"),
            kind::BOOL => write!(f, "{:?}", self.as_bool().unwrap_or_default()),
            kind::FLOAT | kind::INDIRECT_FLOAT => write!(f, "{:?}", self.as_f64().unwrap_or_default()),
            kind::KEY | kind::STRING => write!(f, "{:?}", self.as_str().unwrap_or_default()),
            kind::BLOB => write!(f, "{:?}", self.as_bytes().unwrap_or_default()),
            kind::INT | kind::UINT | kind::INDIRECT_INT | kind::INDIRECT_UINT => {
                write!(f, "{}", self.as_i64().unwrap_or_default())
            }
            // Nested values are not followed: a hostile buffer may nest without end.
            kind::MAP => write!(f, "map of {}", self.len()),
            _ => write!(f, "vector of {}", self.len()),
        }
    }
}

fn until_zero(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// Writes a map of scalars and strings, as custom operators expect for their options.
#[derive(Default)]
pub struct MapBuilder<'k> {
    entries: Vec<(&'k str, Entry<'k>)>,
}

#[derive(Clone, Copy)]
enum Entry<'k> {
    Int(i64),
    Float(f64),
    Bool(bool),
    String(&'k str),
    Ints(&'k [i64]),
}

impl<'k> MapBuilder<'k> {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an integer.
    #[must_use]
    pub fn int(mut self, key: &'k str, value: i64) -> Self {
        self.entries.push((key, Entry::Int(value)));
        self
    }

    /// Adds a float.
    #[must_use]
    pub fn float(mut self, key: &'k str, value: f64) -> Self {
        self.entries.push((key, Entry::Float(value)));
        self
    }

    /// Adds a bool.
    #[must_use]
    pub fn bool(mut self, key: &'k str, value: bool) -> Self {
        self.entries.push((key, Entry::Bool(value)));
        self
    }

    /// Adds a string.
    #[must_use]
    pub fn string(mut self, key: &'k str, value: &'k str) -> Self {
        self.entries.push((key, Entry::String(value)));
        self
    }

    /// Adds a vector of integers.
    #[must_use]
    pub fn ints(mut self, key: &'k str, values: &'k [i64]) -> Self {
        self.entries.push((key, Entry::Ints(values)));
        self
    }

    /// The buffer. All fields are 8 bytes wide, which is larger than need be and simple.
    pub fn build(mut self) -> Vec<u8> {
        const WIDTH: usize = 8;
        self.entries.sort_by_key(|(key, _)| *key);
        let mut out = Vec::new();
        let mut places = Vec::new();
        for (key, entry) in &self.entries {
            let key_at = out.len();
            out.extend_from_slice(key.as_bytes());
            out.push(0);
            let mut start = 0;
            let begin = |out: &mut Vec<u8>, count: usize| {
                out.resize(out.len().next_multiple_of(WIDTH), 0);
                out.extend_from_slice(&(count as u64).to_le_bytes());
            };
            match entry {
                Entry::String(text) => {
                    begin(&mut out, text.len());
                    start = out.len();
                    out.extend_from_slice(text.as_bytes());
                    out.push(0);
                }
                Entry::Ints(values) => {
                    begin(&mut out, values.len());
                    start = out.len();
                    values.iter().for_each(|value| out.extend_from_slice(&value.to_le_bytes()));
                }
                _ => {}
            }
            places.push((key_at, start));
        }
        out.resize(out.len().next_multiple_of(WIDTH), 0);
        let count = self.entries.len() as u64;
        let push = |out: &mut Vec<u8>, value: u64| out.extend_from_slice(&value.to_le_bytes());
        push(&mut out, count);
        let keys = out.len();
        for (key_at, _) in &places {
            let distance = (out.len() - key_at) as u64;
            push(&mut out, distance);
        }
        let distance = (out.len() - keys) as u64;
        push(&mut out, distance);
        push(&mut out, WIDTH as u64);
        push(&mut out, count);
        let values = out.len();
        for ((_, entry), (_, start)) in self.entries.iter().zip(&places) {
            let field = match *entry {
                Entry::Int(value) => value as u64,
                Entry::Float(value) => value.to_bits(),
                Entry::Bool(value) => u64::from(value),
                Entry::String(_) | Entry::Ints(_) => (out.len() - start) as u64,
            };
            push(&mut out, field);
        }
        const LOG_WIDTH: u8 = 3;
        for (_, entry) in &self.entries {
            let kind = match entry {
                Entry::Int(_) => kind::INT,
                Entry::Float(_) => kind::FLOAT,
                Entry::Bool(_) => kind::BOOL,
                Entry::String(_) => kind::STRING,
                Entry::Ints(_) => kind::VECTOR_INT,
            };
            out.push((kind << 2) | LOG_WIDTH);
        }
        let distance = (out.len() - values) as u64;
        push(&mut out, distance);
        out.push((kind::MAP << 2) | LOG_WIDTH);
        out.push(WIDTH as u8);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        MapBuilder::new()
            .int("window", -7)
            .float("scale", 0.25)
            .bool("flag", true)
            .string("name", "mel")
            .build()
    }

    #[test]
    fn a_map_reads_back() {
        let bytes = sample();
        let map = root(&bytes).unwrap();
        assert_eq!(map.len(), 4);
        assert_eq!(map.get("window").unwrap().as_i64(), Some(-7));
        assert_eq!(map.get("scale").unwrap().as_f64(), Some(0.25));
        assert_eq!(map.get("flag").unwrap().as_bool(), Some(true));
        assert_eq!(map.get("name").unwrap().as_str(), Some("mel"));
        assert!(map.get("absent").is_none());
    }

    #[test]
    fn narrow_typed_vectors_read() {
        // [1, 2, 3] as a vector of one-byte integers, from the format's description.
        let bytes = [3u8, 1, 2, 3, 3, kind::VECTOR_INT << 2, 1];
        let vector = root(&bytes).unwrap();
        assert_eq!(vector.iter().filter_map(|value| value.as_i64()).collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn damaged_buffers_never_panic() {
        let bytes = sample();
        let visit = |bytes: &[u8]| {
            if let Some(value) = root(bytes) {
                for (_, value) in value.entries() {
                    let _ = (value.as_i64(), value.as_f64(), value.as_str(), value.as_bytes(), value.at(1));
                }
            }
        };
        for end in 0..bytes.len() {
            visit(&bytes[..end]);
        }
        let mut damaged = bytes.clone();
        for position in 0..bytes.len() {
            for value in [0, 1, 8, 127, 255] {
                damaged[position] = value;
                visit(&damaged);
            }
            damaged[position] = bytes[position];
        }
    }
}
