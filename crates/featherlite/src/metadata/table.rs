//! Reading of FlatBuffers tables that are not part of the model's own schema. Whatever lies outside of the buffer
//! reads as absent.

/// A table, or what claims to be one.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    buffer: &'a [u8],
    position: usize,
}

impl<'a> Table<'a> {
    /// The root table of a buffer.
    pub(super) fn root(buffer: &'a [u8]) -> Option<Self> {
        Self::at(buffer, 0)
    }

    /// The table that the offset at `position` leads to.
    fn at(buffer: &'a [u8], position: usize) -> Option<Self> {
        let position = position.checked_add(read_u32(buffer, position)?)?;
        Some(Self { buffer, position })
    }

    fn field(&self, slot: usize) -> Option<usize> {
        let back = self.buffer.get(self.position..)?.first_chunk().copied().map(i32::from_le_bytes)?;
        let vtable = usize::try_from(self.position as i64 - i64::from(back)).ok()?;
        let read_u16 = |position: usize| {
            self.buffer.get(position..)?.first_chunk().copied().map(u16::from_le_bytes).map(usize::from)
        };
        let entry = 4 + 2 * slot;
        let offset = if entry + 2 <= read_u16(vtable)? { read_u16(vtable + entry)? } else { 0 };
        (offset != 0).then_some(self.position + offset)
    }

    pub(super) fn byte(&self, slot: usize) -> u8 {
        self.field(slot).and_then(|position| self.buffer.get(position).copied()).unwrap_or(0)
    }

    pub(super) fn table(&self, slot: usize) -> Option<Table<'a>> {
        Self::at(self.buffer, self.field(slot)?)
    }

    /// Where a vector's elements start, and how many there are.
    fn vector(&self, slot: usize) -> Option<(usize, usize)> {
        let start = Self::at(self.buffer, self.field(slot)?)?.position;
        Some((start + 4, read_u32(self.buffer, start)?))
    }

    pub(super) fn string(&self, slot: usize) -> Option<String> {
        let (start, length) = self.vector(slot)?;
        let bytes = self.buffer.get(start..start.checked_add(length)?)?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    pub(super) fn floats(&self, slot: usize) -> Vec<f32> {
        let bytes = self
            .vector(slot)
            .and_then(|(start, count)| self.buffer.get(start..start.checked_add(count.checked_mul(4)?)?));
        let (values, _) = bytes.unwrap_or_default().as_chunks();
        values.iter().copied().map(f32::from_le_bytes).collect()
    }

    pub(super) fn tables(&self, slot: usize) -> impl Iterator<Item = Table<'a>> {
        let (buffer, (start, count)) = (self.buffer, self.vector(slot).unwrap_or((0, 0)));
        (0..count).map_while(move |index| Self::at(buffer, start.checked_add(4 * index)?))
    }
}

fn read_u32(buffer: &[u8], position: usize) -> Option<usize> {
    buffer.get(position..)?.first_chunk().copied().map(u32::from_le_bytes).map(|value| value as usize)
}
