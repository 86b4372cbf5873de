//! Writing of FlatBuffers.
//!
//! Tables are written before what they refer to, so positions are final at once and offsets are filled in when their
//! target is written. The same data give the same bytes.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::{Error, ErrorKind, Result, Scalar};

/// Something that is written as a table.
pub(crate) trait Record {
    /// Its fields by number.
    fn fields(&self) -> Vec<Field<'_>>;
}

pub(crate) enum Field<'a> {
    Absent,
    /// Little-endian bytes, and how many of them.
    Scalar([u8; 8], usize),
    Vector {
        bytes: Vec<u8>,
        count: usize,
        align: usize,
    },
    /// Bytes that may be put outside of the FlatBuffer. Where they are then is what the next two fields say.
    Data {
        bytes: &'a [u8],
        align: usize,
    },
    /// Offset or size of data outside of the FlatBuffer.
    Place,
    String(&'a str),
    Strings(&'a [String]),
    Table(&'a dyn Record),
    Tables(Vec<&'a dyn Record>),
}

impl<'a> Field<'a> {
    pub(crate) fn scalar<T: Scalar>(value: T, default: T) -> Self {
        // Bytes are compared since -0 equals 0.
        if value.bytes() == default.bytes() { Self::Absent } else { Self::Scalar(value.bytes(), T::SIZE) }
    }

    /// A vector; `present` says whether it is written when it is empty.
    pub(crate) fn vector<T: Scalar>(elements: &[T], align: usize, present: bool) -> Self {
        if elements.is_empty() && !present { Self::Absent } else { Self::optional(Some(elements), align) }
    }

    pub(crate) fn optional<T: Scalar>(elements: Option<&[T]>, align: usize) -> Self {
        let Some(elements) = elements else { return Self::Absent };
        let mut bytes = Vec::with_capacity(elements.len() * T::SIZE);
        for element in elements {
            bytes.extend_from_slice(element.bytes().get(..T::SIZE).unwrap_or_default());
        }
        Self::Vector { bytes, count: elements.len(), align: align.max(T::SIZE) }
    }

    pub(crate) fn data(bytes: Option<&'a [u8]>, align: usize) -> Self {
        bytes.map_or(Self::Absent, |bytes| Self::Data { bytes, align })
    }

    pub(crate) fn string(text: &'a str) -> Self {
        if text.is_empty() { Self::Absent } else { Self::String(text) }
    }

    pub(crate) fn strings(texts: &'a [String]) -> Self {
        if texts.is_empty() { Self::Absent } else { Self::Strings(texts) }
    }

    pub(crate) fn table<R: Record>(table: Option<&'a R>) -> Self {
        table.map_or(Self::Absent, |table| Self::Table(table))
    }

    pub(crate) fn tables<R: Record>(tables: &'a [R], present: bool) -> Self {
        if tables.is_empty() && !present {
            return Self::Absent;
        }
        Self::Tables(tables.iter().map(|table| table as &dyn Record).collect())
    }

    /// Bytes that the field takes in its table.
    fn size(&self) -> usize {
        match self {
            Self::Absent | Self::Place => 0,
            Self::Scalar(_, size) => *size,
            _ => 4,
        }
    }
}

/// A file in pieces: long contents of buffers stay where the model has them, so that a large file is never in memory twice.
#[derive(Clone, Debug, Default)]
pub struct Pieces<'a> {
    own: Vec<u8>,
    /// In order.
    lent: Vec<Lent<'a>>,
}

#[derive(Clone, Copy, Debug)]
struct Lent<'a> {
    /// Where in the file it is.
    at: usize,
    /// The lent bytes up to its end, this one's included.
    total: usize,
    bytes: &'a [u8],
}

/// From this many bytes on, contents are lent.
const LONG: usize = 4096;

impl<'a> Pieces<'a> {
    /// The pieces in their order.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let mut done = 0;
        let own = |from: usize, to: usize| self.own.get(from..to).unwrap_or_default();
        let lent = self.lent.iter().flat_map(move |lent| {
            let end = lent.at - (lent.total - lent.bytes.len());
            [own(core::mem::replace(&mut done, end), end), lent.bytes]
        });
        let last = self.lent.last().map_or(0, |lent| lent.at + lent.bytes.len() - lent.total);
        lent.chain([own(last, self.own.len())])
    }

    /// The size of the file in bytes.
    pub fn len(&self) -> usize {
        self.own.len() + self.lent.last().map_or(0, |lent| lent.total)
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The whole file.
    pub fn concat(&self) -> Vec<u8> {
        let mut file = Vec::with_capacity(self.len());
        self.iter().for_each(|piece| file.extend_from_slice(piece));
        file
    }

    fn push(&mut self, bytes: &[u8]) {
        self.own.extend_from_slice(bytes);
    }

    fn lend(&mut self, bytes: &'a [u8]) {
        if bytes.len() < LONG {
            return self.push(bytes);
        }
        let total = self.lent.last().map_or(0, |lent| lent.total) + bytes.len();
        self.lent.push(Lent { at: self.len(), total, bytes });
    }

    /// Appends zeros up to a size of the file.
    fn pad(&mut self, to: usize) {
        self.own.resize(self.own.len() + to - self.len(), 0);
    }

    /// Overwrites what is not lent.
    fn fill(&mut self, at: usize, bytes: &[u8]) {
        let before = self.lent.partition_point(|lent| lent.at <= at);
        let lent = before.checked_sub(1).map_or(0, |last| self.lent[last].total);
        if let Some(place) = self.own.get_mut(at - lent..at - lent + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    }
}

/// A file with a FlatBuffer of `root`. If `outside` is set, data come after the FlatBuffer.
///
/// # Errors
/// If the FlatBuffer is larger than its offsets reach.
pub(crate) fn write(root: &dyn Record, identifier: [u8; 4], outside: bool) -> Result<Pieces<'_>> {
    let mut writer = Writer { out: Pieces::default(), lists: BTreeMap::new(), places: Vec::new(), outside };
    writer.out.push(&[0; 4]);
    writer.out.push(&identifier);
    let at = writer.table(root)?;
    writer.refer(0, at)?;
    for (place, bytes) in core::mem::take(&mut writer.places) {
        writer.align(DATA_ALIGN, 0);
        let at = writer.out.len() as u64;
        writer.out.fill(place, &at.to_le_bytes());
        writer.out.lend(bytes);
    }
    Ok(writer.out)
}

/// Readers take offsets for signed numbers.
const LIMIT: usize = i32::MAX as usize;

/// The alignment of data outside of the FlatBuffer: a cache line, and the widest vector register.
const DATA_ALIGN: usize = 64;

struct Writer<'a> {
    out: Pieces<'a>,
    /// Where lists of fields are; equal ones are written once.
    lists: BTreeMap<Vec<u16>, usize>,
    /// Data to be put after the FlatBuffer, and where to say their offset.
    places: Vec<(usize, &'a [u8])>,
    outside: bool,
}

impl<'a> Writer<'a> {
    fn table(&mut self, record: &'a dyn Record) -> Result<usize> {
        let mut fields = record.fields();
        let data = fields.iter().position(|field| matches!(field, Field::Data { .. }));
        let mut placed = None;
        if let (true, Some(index)) = (self.outside, data)
            && let Some([data, offset, size]) = fields.get_mut(index..index + 3)
            && let Field::Data { bytes, .. } = *data
            && !bytes.is_empty()
        {
            *data = Field::Absent;
            *offset = Field::Scalar([0; 8], 8);
            *size = Field::Scalar((bytes.len() as u64).to_le_bytes(), 8);
            placed = Some((index + 1, bytes));
        }

        // The widest first: then no field needs padding before it.
        let mut order: Vec<usize> = (0..fields.len()).filter(|&index| fields[index].size() > 0).collect();
        order.sort_by_key(|&index| Reverse(fields[index].size()));
        let mut offsets = vec![0; fields.len()];
        let mut size = 4;
        for &index in &order {
            offsets[index] = size;
            size += fields[index].size();
        }
        let list = self.list(&offsets, size);
        let has_wide = order.first().is_some_and(|&index| fields[index].size() == 8);
        self.align(if has_wide { 8 } else { 4 }, 4);
        let at = self.out.len();
        self.out.pad(at + size);
        self.out.fill(at, &((at - list) as u32).to_le_bytes());

        if let Some((index, bytes)) = placed {
            self.places.push((at + offsets[index], bytes));
        }
        for (field, offset) in fields.into_iter().zip(offsets) {
            let from = at + offset;
            let target = match field {
                Field::Absent | Field::Place => continue,
                Field::Scalar(bytes, size) => {
                    self.out.fill(from, bytes.get(..size).unwrap_or_default());
                    continue;
                }
                Field::Vector { bytes, count, align } => self.vector(&bytes, count, align)?,
                Field::Data { bytes, align } => {
                    let at = self.start(bytes.len(), bytes.len(), align)?;
                    self.out.lend(bytes);
                    at
                }
                Field::String(text) => self.string(text)?,
                Field::Table(record) => self.table(record)?,
                Field::Strings(texts) => self.each(texts.iter(), |writer, text| writer.string(text))?,
                Field::Tables(records) => self.each(records.into_iter(), Self::table)?,
            };
            self.refer(from, target)?;
        }
        Ok(at)
    }

    /// The list of where a table's fields are: its own size, the table's, an offset each.
    fn list(&mut self, offsets: &[usize], size: usize) -> usize {
        let used = offsets.iter().rposition(|&offset| offset != 0).map_or(0, |last| last + 1);
        let mut list = vec![4 + 2 * used as u16, size as u16];
        list.extend(offsets.iter().take(used).map(|&offset| offset as u16));
        if let Some(&at) = self.lists.get(&list) {
            return at;
        }
        self.align(2, 0);
        let at = self.out.len();
        for number in &list {
            self.out.push(&number.to_le_bytes());
        }
        self.lists.insert(list, at);
        at
    }

    fn vector(&mut self, bytes: &[u8], count: usize, align: usize) -> Result<usize> {
        let at = self.start(bytes.len(), count, align)?;
        self.out.push(bytes);
        Ok(at)
    }

    /// The beginning of a vector of `size` bytes, which are to follow.
    fn start(&mut self, size: usize, count: usize, align: usize) -> Result<usize> {
        self.align(align.max(4), 4);
        let at = self.out.len();
        // Checked before anything large is copied.
        let end = at.saturating_add(size);
        let count = u32::try_from(count).ok().filter(|_| end <= LIMIT).ok_or_else(too_large)?;
        self.out.push(&count.to_le_bytes());
        Ok(at)
    }

    fn string(&mut self, text: &str) -> Result<usize> {
        let at = self.vector(text.as_bytes(), text.len(), 1)?;
        // Readers in C want a zero behind it.
        self.out.push(&[0]);
        Ok(at)
    }

    /// A vector of offsets to what is written for each of `elements`.
    fn each<T>(
        &mut self,
        elements: impl ExactSizeIterator<Item = T>,
        write: impl Fn(&mut Self, T) -> Result<usize>,
    ) -> Result<usize> {
        let at = self.vector(&vec![0; 4 * elements.len()], elements.len(), 4)?;
        for (index, element) in elements.enumerate() {
            let target = write(self, element)?;
            self.refer(at + 4 + 4 * index, target)?;
        }
        Ok(at)
    }

    /// Pads so that what comes `ahead` bytes later is aligned.
    fn align(&mut self, align: usize, ahead: usize) {
        self.out.pad((self.out.len() + ahead).next_multiple_of(align) - ahead);
    }

    /// Lets the offset at `from` lead to `target`, which lies behind it.
    fn refer(&mut self, from: usize, target: usize) -> Result<()> {
        if target > LIMIT {
            return Err(too_large());
        }
        self.out.fill(from, &((target - from) as u32).to_le_bytes());
        Ok(())
    }
}

fn too_large() -> Error {
    let message =
        format!("a FlatBuffer can not be larger than {LIMIT} bytes; contents of buffers can follow it");
    Error::new(ErrorKind::TooLarge, message)
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use crate::owned::{Buffer, Model, Placement};
    use crate::{Conv2DOptions, Model as View, owned};

    #[test]
    fn buffers_are_aligned_and_absence_is_kept() {
        let data = [
            Some(vec![1u8; 3]),
            None,
            Some(vec![]),
            Some(vec![2; 40]),
            Some(vec![3; 5001]),
            Some(vec![4; 1 << 13]),
        ];
        let buffers = data.iter().map(|data| Buffer { data: data.clone().map(Into::into) }).collect();
        let model = Model { buffers, ..Default::default() };
        for (placement, align) in [(Placement::Inside, 16), (Placement::Outside, 64)] {
            let file = model.write_with(placement).unwrap();
            let view = View::read(&file).unwrap();
            for index in [0, 3, 4, 5] {
                let data = view.buffer_data(index).unwrap();
                assert_eq!((data.as_ptr() as usize - file.as_ptr() as usize) % align, 0);
            }
            assert_eq!(owned::Model::read(view).unwrap(), model);
        }
    }

    #[test]
    fn wide_fields_are_aligned_and_defaults_are_left_out() {
        let random = owned::RandomOptions { seed: 1, seed2: -1 };
        let operator = |options: owned::BuiltinOptions| owned::Operator {
            builtin_options: Some(options),
            ..Default::default()
        };
        let graph = owned::SubGraph {
            operators: vec![operator(random.into()), operator(owned::Conv2DOptions::default().into())],
            ..Default::default()
        };
        let file = Model { subgraphs: vec![graph], ..Default::default() }.write().unwrap();
        let seed = file.windows(8).position(|window| window == u64::MAX.to_le_bytes()).unwrap();
        assert_eq!(seed % 8, 0);
        let operators = View::read(&file).unwrap().subgraphs().get(0).unwrap().operators();
        let conv: Conv2DOptions<'_> = operators.get(1).unwrap().options().unwrap();
        assert_eq!((conv.dilation_w_factor(), conv.stride_w()), (1, 0));
    }
}
