//! The sorted string table of a checkpoint's index.
//!
//! The format is that of LevelDB (`doc/table_format.md`): blocks of entries with shared key prefixes, each followed by a
//! byte for the compression and a masked CRC-32C; an index block; a footer of 48 bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::varint::Cursor;
use crate::{Error, Result};

const FOOTER: usize = 48;
const MAGIC: u64 = 0xdb47_7524_8b80_fb57;

/// Largest size of an uncompressed block that is believed.
const LARGEST_BLOCK: usize = 64 << 20;

/// All entries of the table in `file`.
///
/// # Errors
/// Damaged tables: places outside of the file, wrong checksums, entries that overrun their block.
pub(super) fn read(file: &[u8]) -> Result<BTreeMap<Vec<u8>, Vec<u8>>> {
    let index = index_handle(file).ok_or_else(|| damaged("no table footer (is the file cut off?)"))?;
    let mut entries = BTreeMap::new();
    let mut budget = file.len().saturating_mul(64).saturating_add(1 << 20);
    for (_, handle) in block_entries(&block(file, index)?, &mut budget)? {
        let handle = Handle::read(&mut Cursor::new(&handle)).ok_or_else(|| damaged("an index entry"))?;
        entries.extend(block_entries(&block(file, handle)?, &mut budget)?);
    }
    Ok(entries)
}

fn damaged(what: &str) -> Error {
    Error::invalid(format!("the checkpoint's index is damaged: {what}"))
}

/// Where a block lies.
#[derive(Clone, Copy)]
struct Handle {
    offset: usize,
    size: usize,
}

impl Handle {
    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        Some(Self { offset: cursor.size()?, size: cursor.size()? })
    }
}

fn index_handle(file: &[u8]) -> Option<Handle> {
    let footer = file.get(file.len().checked_sub(FOOTER)?..)?;
    let (handles, magic) = footer.split_at_checked(FOOTER - 8)?;
    if magic != MAGIC.to_le_bytes() {
        return None;
    }
    let mut cursor = Cursor::new(handles);
    let _meta_index = Handle::read(&mut cursor)?;
    Handle::read(&mut cursor)
}

/// Contents of a block, checked and uncompressed.
fn block(file: &[u8], handle: Handle) -> Result<Cow<'_, [u8]>> {
    let outside = || damaged("a block lies outside of the file");
    let mut cursor = Cursor::new(file.get(handle.offset..).ok_or_else(outside)?);
    let checked = cursor.take(handle.size.checked_add(1).ok_or_else(outside)?).ok_or_else(outside)?;
    let crc =
        cursor.take(4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes).ok_or_else(outside)?;
    if super::masked(crc32c::crc32c(checked)) != crc {
        return Err(damaged("the checksum of a block is wrong"));
    }
    match checked.split_last() {
        Some((0, contents)) => Ok(Cow::Borrowed(contents)),
        Some((1, contents)) => uncompress(contents).map(Cow::Owned),
        _ => Err(damaged("a block with an unknown compression")),
    }
}

fn uncompress(contents: &[u8]) -> Result<Vec<u8>> {
    match snap::raw::decompress_len(contents) {
        Ok(size) if size <= LARGEST_BLOCK => {}
        _ => return Err(damaged("the size of a compressed block")),
    }
    snap::raw::Decoder::new().decompress_vec(contents).map_err(|_| damaged("a compressed block"))
}

/// Keys and values of a block. `budget` bounds what all entries together may take, since keys share prefixes.
fn block_entries(block: &[u8], budget: &mut usize) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let overrun = || damaged("an entry overruns its block");
    let mut cursor = Cursor::new(before_restarts(block).ok_or_else(overrun)?);
    let mut entries: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    while !cursor.is_empty() {
        let (shared, key_rest, value) = entry(&mut cursor).ok_or_else(overrun)?;
        let previous = entries.last().map_or(&[][..], |(key, _)| key);
        let key = [previous.get(..shared).ok_or_else(overrun)?, key_rest].concat();
        *budget = budget
            .checked_sub(key.len() + value.len())
            .ok_or_else(|| damaged("its entries take many times the size of the file"))?;
        entries.push((key, value.to_vec()));
    }
    Ok(entries)
}

fn entry<'a>(cursor: &mut Cursor<'a>) -> Option<(usize, &'a [u8], &'a [u8])> {
    let (shared, rest, value) = (cursor.size()?, cursor.size()?, cursor.size()?);
    Some((shared, cursor.take(rest)?, cursor.take(value)?))
}

/// The block without the list of restart points at its end.
fn before_restarts(block: &[u8]) -> Option<&[u8]> {
    let (rest, count) = block.split_at_checked(block.len().checked_sub(4)?)?;
    let count = usize::try_from(u32::from_le_bytes(count.try_into().ok()?)).ok()?;
    rest.get(..rest.len().checked_sub(count.checked_mul(4)?)?)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::masked;
    use super::read;

    /// A table with one block.
    pub(crate) fn table(entries: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut file = Vec::new();
        let data = push_block(&mut file, entries);
        let meta = push_block(&mut file, &[]);
        let index = push_block(&mut file, &[(b"\xff", &data)]);
        let mut footer = [meta, index].concat();
        footer.resize(40, 0);
        file.extend(footer);
        file.extend(super::MAGIC.to_le_bytes());
        file
    }

    /// Appends a block and returns its handle. Every key shares what it can with the one before.
    fn push_block(file: &mut Vec<u8>, entries: &[(&[u8], &[u8])]) -> Vec<u8> {
        let start = file.len();
        let mut previous: &[u8] = &[];
        for &(key, value) in entries {
            let shared = key.iter().zip(previous).take_while(|(a, b)| a == b).count();
            for size in [shared, key.len() - shared, value.len()] {
                file.extend(varint(size));
            }
            file.extend(&key[shared..]);
            file.extend(value);
            previous = key;
        }
        file.extend(0u32.to_le_bytes());
        file.extend(1u32.to_le_bytes());
        let size = file.len() - start;
        file.push(0);
        let crc = masked(crc32c::crc32c(&file[start..]));
        file.extend(crc.to_le_bytes());
        [varint(start), varint(size)].concat()
    }

    fn varint(mut value: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        while value >= 0x80 {
            bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    }

    #[test]
    fn prefixes_are_shared() {
        let file = table(&[(b"", b"header"), (b"layer/bias", b"1"), (b"layer/kernel", b"22")]);
        let entries = read(&file).unwrap();
        assert_eq!(entries.len(), 3);
        assert_eq!(entries[b"layer/kernel".as_slice()], b"22");
    }

    #[test]
    fn damage_is_found() {
        let file = table(&[(b"", b"header"), (b"layer/bias", b"1")]);
        for end in 0..file.len() {
            read(&file[..end]).unwrap_err();
        }
        let mut changed = file.clone();
        changed[4] ^= 1;
        assert!(read(&changed).unwrap_err().message().contains("checksum"));
    }
}
