//! Python's pickles, as far as they hold plain data. A pickle is a program: this reader carries out the part of it that makes
//! numbers, texts, lists, tuples and dictionaries, and nothing that would call Python. What a call would have given is
//! [`Object::Call`]: the name of the function, and its arguments.

use std::collections::HashMap;

use crate::{Error, Result};

/// An object by its number in a [`Pickle`].
pub(super) type Id = usize;

/// What a pickle makes. Objects refer to others by number, so that shared ones and cycles are no matter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    /// Bytes, and integers beyond 64 bits.
    Bytes(Vec<u8>),
    List(Vec<Id>),
    Tuple(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    /// A class or function: `torch.FloatStorage`.
    Global(String),
    /// What a function would have given.
    Call(Id, Id),
    /// Something that lies outside of the pickle.
    Persistent(Id),
}

/// All objects of a pickle, and where it ends.
pub(super) struct Pickle {
    objects: Vec<Object>,
    pub(super) root: Id,
    /// How many bytes it takes up.
    pub(super) length: usize,
}

impl Pickle {
    /// Reads the pickle at the start of `bytes`.
    ///
    /// # Errors
    /// If it ends early, or does what no pickle of plain data does.
    pub(super) fn read(bytes: &[u8]) -> Result<Self> {
        let mut machine = Machine {
            bytes,
            position: 0,
            stack: Vec::new(),
            marks: Vec::new(),
            memo: HashMap::new(),
            objects: Vec::new(),
        };
        let root = loop {
            if let Some(root) =
                machine.step().map_err(|error| error.at(format!("pickle, byte {}", machine.position)))?
            {
                break root;
            }
        };
        Ok(Self { objects: machine.objects, root, length: machine.position })
    }

    /// Every object that was made.
    pub(super) fn all(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter()
    }

    pub(super) fn object(&self, id: Id) -> &Object {
        self.objects.get(id).unwrap_or(&Object::None)
    }

    pub(super) fn text(&self, id: Id) -> Option<&str> {
        match self.object(id) {
            Object::Text(text) => Some(text),
            _ => None,
        }
    }

    /// An integer that is no less than 0.
    pub(super) fn size(&self, id: Id) -> Option<usize> {
        match self.object(id) {
            Object::Int(value) => usize::try_from(*value).ok(),
            _ => None,
        }
    }

    /// The elements of a list or tuple.
    pub(super) fn elements(&self, id: Id) -> Option<&[Id]> {
        match self.object(id) {
            Object::List(elements) | Object::Tuple(elements) => Some(elements),
            _ => None,
        }
    }
}

/// The stack machine that pickles are programs for.
struct Machine<'a> {
    bytes: &'a [u8],
    position: usize,
    stack: Vec<Id>,
    /// Heights of the stack where marks are.
    marks: Vec<usize>,
    memo: HashMap<u64, Id>,
    objects: Vec<Object>,
}

impl<'a> Machine<'a> {
    /// Carries out one instruction; the root if it was the last one.
    fn step(&mut self) -> Result<Option<Id>> {
        let code = self.take(1)?[0];
        match code {
            b'.' => return self.pop().map(Some),
            0x80 => drop(self.take(1)?),
            0x95 => drop(self.take(8)?),
            b'(' => self.marks.push(self.stack.len()),
            b'0' => drop(self.pop()?),
            b'1' => drop(self.pop_mark()?),
            b'2' => {
                let top = self.top()?;
                self.stack.push(top);
            }
            b'N' => self.push(Object::None),
            0x88 | 0x89 => self.push(Object::Bool(code == 0x88)),
            b'I' | b'L' | b'F' | b'S' | b'V' => self.line_of(code)?,
            b'J' => {
                let bytes = self.array()?;
                self.push(Object::Int(i64::from(i32::from_le_bytes(bytes))));
            }
            b'K' => self.sized(1, Self::small)?,
            b'M' => self.sized(2, Self::small)?,
            0x8a => self.sized(1, Self::long)?,
            0x8b => self.sized(4, Self::long)?,
            b'G' => {
                let bytes = self.array()?;
                self.push(Object::Float(f64::from_be_bytes(bytes)));
            }
            0x8c | b'U' => self.sized(1, Self::string)?,
            b'X' | b'T' => self.sized(4, Self::string)?,
            0x8d => self.sized(8, Self::string)?,
            b'C' => self.sized(1, Self::raw)?,
            b'B' => self.sized(4, Self::raw)?,
            0x8e | 0x96 => self.sized(8, Self::raw)?,
            b']' => self.push(Object::List(Vec::new())),
            b'}' => self.push(Object::Dict(Vec::new())),
            b')' => self.push(Object::Tuple(Vec::new())),
            b'l' | 0x8f | 0x91 => self.gather(code)?,
            b't' => {
                let elements = self.pop_mark()?;
                self.push(Object::Tuple(elements));
            }
            b'd' => {
                let elements = self.pop_mark()?;
                self.push(Object::Dict(pairs(&elements)));
            }
            0x85..=0x87 => self.tuple(usize::from(code - 0x84))?,
            b'a' => {
                let element = self.pop()?;
                self.extend(vec![element])?;
            }
            b'e' | 0x90 => {
                let elements = self.pop_mark()?;
                self.extend(elements)?;
            }
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.set(&[key, value])?;
            }
            b'u' => {
                let elements = self.pop_mark()?;
                self.set(&elements)?;
            }
            b'c' => {
                let name = format!("{}.{}", self.line()?, self.line()?);
                self.push(Object::Global(name));
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let name = self.joined(module, name)?;
                self.push(Object::Global(name));
            }
            b'R' | 0x81 => {
                let (arguments, function) = (self.pop()?, self.pop()?);
                self.push(Object::Call(function, arguments));
            }
            // The state of an object changes nothing that is read here.
            b'b' => drop(self.pop()?),
            b'Q' => {
                let id = self.pop()?;
                self.push(Object::Persistent(id));
            }
            b'q' | b'r' | 0x94 | b'p' => self.remember(code)?,
            b'h' | b'j' | b'g' => self.recall(code)?,
            _ => return Err(Error::invalid(format!("instruction {code:#04x} is not one of plain data"))),
        }
        Ok(None)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let end = self.position.checked_add(count);
        let taken = end.and_then(|end| self.bytes.get(self.position..end));
        let taken = taken.ok_or_else(|| Error::invalid("it ends early"))?;
        self.position += count;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn number(&mut self, width: usize) -> Result<u64> {
        let mut bytes = [0; 8];
        bytes[..width].copy_from_slice(self.take(width)?);
        Ok(u64::from_le_bytes(bytes))
    }

    /// Reads a number of `width` bytes, for what is done with it.
    fn sized(&mut self, width: usize, with: fn(&mut Self, u64) -> Result<()>) -> Result<()> {
        let value = self.number(width)?;
        with(self, value)
    }

    /// The rest of a line, without its end.
    fn line(&mut self) -> Result<&'a str> {
        let rest = &self.bytes[self.position..];
        let end =
            rest.iter().position(|&byte| byte == b'\n').ok_or_else(|| Error::invalid("it ends early"))?;
        let line = std::str::from_utf8(self.take(end)?).map_err(|_| Error::invalid("a line is no text"))?;
        self.take(1)?;
        Ok(line.trim_end_matches('\r'))
    }

    /// A number or text as a line of text, as the oldest pickles have them.
    fn line_of(&mut self, code: u8) -> Result<()> {
        let line = self.line()?;
        let object = match (code, line) {
            (b'I', "00") => Some(Object::Bool(false)),
            (b'I', "01") => Some(Object::Bool(true)),
            (b'I' | b'L', _) => line.trim_end_matches('L').parse().ok().map(Object::Int),
            (b'F', _) => line.parse().ok().map(Object::Float),
            _ => Some(Object::Text(line.trim_matches(['\'', '"']).to_owned())),
        };
        self.push(object.ok_or_else(|| Error::invalid(format!("{line:?} is no number")))?);
        Ok(())
    }

    fn small(&mut self, value: u64) -> Result<()> {
        self.push(Object::Int(value as i64));
        Ok(())
    }

    fn long(&mut self, length: u64) -> Result<()> {
        let bytes = self.take(usize::try_from(length).unwrap_or(usize::MAX))?;
        let object = match bytes.len() {
            0 => Object::Int(0),
            length @ 1..=8 => {
                let fill = if bytes[length - 1] & 0x80 != 0 { 0xff } else { 0 };
                let mut wide = [fill; 8];
                wide[..length].copy_from_slice(bytes);
                Object::Int(i64::from_le_bytes(wide))
            }
            _ => Object::Bytes(bytes.to_vec()),
        };
        self.push(object);
        Ok(())
    }

    fn string(&mut self, length: u64) -> Result<()> {
        let bytes = self.take(usize::try_from(length).unwrap_or(usize::MAX))?;
        self.push(Object::Text(String::from_utf8_lossy(bytes).into_owned()));
        Ok(())
    }

    fn raw(&mut self, length: u64) -> Result<()> {
        let bytes = self.take(usize::try_from(length).unwrap_or(usize::MAX))?;
        self.push(Object::Bytes(bytes.to_vec()));
        Ok(())
    }

    fn push(&mut self, object: Object) {
        self.objects.push(object);
        self.stack.push(self.objects.len() - 1);
    }

    fn pop(&mut self) -> Result<Id> {
        let lowest = self.marks.last().copied().unwrap_or(0);
        if self.stack.len() <= lowest {
            return Err(Error::invalid("it takes more from its stack than is there"));
        }
        self.stack.pop().ok_or_else(|| Error::invalid("its stack is empty"))
    }

    fn top(&self) -> Result<Id> {
        self.stack.last().copied().ok_or_else(|| Error::invalid("its stack is empty"))
    }

    /// What lies above the last mark.
    fn pop_mark(&mut self) -> Result<Vec<Id>> {
        let height = self.marks.pop().ok_or_else(|| Error::invalid("it has no mark on its stack"))?;
        Ok(self.stack.split_off(height.min(self.stack.len())))
    }

    fn tuple(&mut self, count: usize) -> Result<()> {
        let mut elements = (0..count).map(|_| self.pop()).collect::<Result<Vec<_>>>()?;
        elements.reverse();
        self.push(Object::Tuple(elements));
        Ok(())
    }

    /// A list of what lies above the mark; an empty one for sets, which begin empty.
    fn gather(&mut self, code: u8) -> Result<()> {
        let elements = if code == 0x8f { Vec::new() } else { self.pop_mark()? };
        self.push(Object::List(elements));
        Ok(())
    }

    fn extend(&mut self, elements: Vec<Id>) -> Result<()> {
        let top = self.top()?;
        match &mut self.objects[top] {
            Object::List(list) => list.extend(elements),
            // Lists of classes of their own are not read.
            Object::Call(..) => {}
            _ => return Err(Error::invalid("it adds elements to what is no list")),
        }
        Ok(())
    }

    /// Sets entries of the dictionary on top. One that a call makes (`OrderedDict()`) becomes a plain one.
    fn set(&mut self, elements: &[Id]) -> Result<()> {
        let top = self.top()?;
        if let Object::Call(function, _) = self.objects[top]
            && matches!(&self.objects[function], Object::Global(name) if name == "collections.OrderedDict")
        {
            self.objects[top] = Object::Dict(Vec::new());
        }
        match &mut self.objects[top] {
            Object::Dict(entries) => entries.extend(pairs(elements)),
            Object::Call(..) => {}
            _ => return Err(Error::invalid("it sets entries of what is no dictionary")),
        }
        Ok(())
    }

    fn joined(&self, module: Id, name: Id) -> Result<String> {
        match (&self.objects[module], &self.objects[name]) {
            (Object::Text(module), Object::Text(name)) => Ok(format!("{module}.{name}")),
            _ => Err(Error::invalid("the name of a class is no text")),
        }
    }

    fn slot(&mut self, code: u8) -> Result<u64> {
        match code {
            b'q' | b'h' => self.number(1),
            b'r' | b'j' => self.number(4),
            0x94 => Ok(self.memo.len() as u64),
            _ => self.line()?.parse().map_err(|_| Error::invalid("a place in its memory is no number")),
        }
    }

    fn remember(&mut self, code: u8) -> Result<()> {
        let (slot, top) = (self.slot(code)?, self.top()?);
        self.memo.insert(slot, top);
        Ok(())
    }

    fn recall(&mut self, code: u8) -> Result<()> {
        let slot = self.slot(code)?;
        let id = self.memo.get(&slot).ok_or_else(|| Error::invalid("it recalls what it never remembered"))?;
        self.stack.push(*id);
        Ok(())
    }
}

fn pairs(elements: &[Id]) -> Vec<(Id, Id)> {
    elements.as_chunks().0.iter().map(|&[key, value]| (key, value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_data_is_read() {
        // pickle.dumps({"a": (1, -2.5, None), "b": [True, "x"]}, 2)
        let bytes = b"\x80\x02}q\x00(X\x01\x00\x00\x00aq\x01K\x01G\xc0\x04\x00\x00\x00\x00\x00\x00N\x87q\x02X\x01\x00\x00\x00bq\x03]q\x04(\x88X\x01\x00\x00\x00xq\x05eu.";
        let pickle = Pickle::read(bytes).unwrap();
        assert_eq!(pickle.length, bytes.len());
        let Object::Dict(entries) = pickle.object(pickle.root) else { panic!() };
        let entries: Vec<_> = entries
            .iter()
            .map(|&(key, value)| {
                let elements = pickle.elements(value).unwrap().iter();
                (pickle.text(key).unwrap(), elements.map(|&id| pickle.object(id).clone()).collect::<Vec<_>>())
            })
            .collect();
        let expected = [
            ("a", vec![Object::Int(1), Object::Float(-2.5), Object::None]),
            ("b", vec![Object::Bool(true), Object::Text("x".to_owned())]),
        ];
        assert_eq!(entries, expected);
    }

    #[test]
    fn nothing_is_called() {
        // os.system("x")
        let pickle = Pickle::read(b"cos\nsystem\n(S'x'\ntR.").unwrap();
        let &Object::Call(function, _) = pickle.object(pickle.root) else { panic!() };
        assert_eq!(pickle.object(function), &Object::Global("os.system".to_owned()));
    }

    #[test]
    fn damaged_pickles_are_refused() {
        let cases: &[&[u8]] = &[
            b"",
            b"\x80",
            b".",
            b"}",
            b"s.",
            b"h\x00.",
            b"t.",
            b"X\xff\xff\xff\xffa.",
            b"K\x01u.",
            b"\x8d\xff\xff\xff\xff\xff\xff\xff\xff.",
            b"cos",
            b"(0.",
            b"\xfe.",
        ];
        for bytes in cases {
            assert!(Pickle::read(bytes).is_err(), "{bytes:?}");
        }
    }
}
