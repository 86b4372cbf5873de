//! The ZIP archive at the end of a model file.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use miniz_oxide::inflate::decompress_to_vec_with_limit;

use crate::{Error, ErrorKind, Result};

/// A file in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Its size in bytes when unpacked.
    pub size: usize,
    method: usize,
    stored: Option<&'a [u8]>,
}

const END: &[u8] = b"PK\x05\x06";
const END_SIZE: usize = 22;
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_SIZE: usize = 46;
const LOCAL: &[u8] = b"PK\x03\x04";
const LOCAL_SIZE: usize = 30;
/// Methods of compression: as it is, and DEFLATE.
const STORED: usize = 0;
const DEFLATED: usize = 8;
const ENCRYPTED: usize = 1;
/// DEFLATE can not shrink anything further.
const MOST_DEFLATED: usize = 1032;

impl<'a> File<'a> {
    /// Its contents, unpacked if they are compressed.
    ///
    /// # Errors
    /// If the archive is damaged, or compressed or encrypted in a way that is not supported.
    pub fn contents(&self) -> Result<Cow<'a, [u8]>> {
        let failed = |kind, message: &str| {
            let name = &self.name;
            Err(Error::new(kind, format!("file {name:?} at the end of the model: {message}")))
        };
        let Some(stored) = self.stored else {
            return failed(ErrorKind::InvalidModel, "its contents are not where the archive says");
        };
        match self.method {
            STORED => Ok(Cow::Borrowed(stored)),
            DEFLATED if self.size / MOST_DEFLATED > stored.len() => {
                failed(ErrorKind::InvalidModel, "it can not become as large as the archive says")
            }
            DEFLATED => match decompress_to_vec_with_limit(stored, self.size) {
                Ok(contents) if contents.len() == self.size => Ok(Cow::Owned(contents)),
                _ => failed(ErrorKind::InvalidModel, "its compressed contents are damaged"),
            },
            _ => failed(ErrorKind::Unsupported, "it is compressed or encrypted in a way that is not known"),
        }
    }
}

/// The files in the archive at the end of a model's bytes; none if there is no archive.
pub fn files(model: &[u8]) -> Vec<File<'_>> {
    let Some(end) = find_end(model) else { return Vec::new() };
    let (Some(count), Some(size), Some(start)) = (u16_at(end, 10), u32_at(end, 12), u32_at(end, 16)) else {
        return Vec::new();
    };
    // Offsets count from the start of the archive, which is the start of the file or where the archive was appended.
    let directory_end = model.len() - end.len();
    let Some(shift) = directory_end.checked_sub(size).and_then(|found| found.checked_sub(start)) else {
        return Vec::new();
    };
    let mut directory = &model[shift + start..directory_end];
    let mut files = Vec::new();
    for _ in 0..count {
        let Some((file, rest)) = entry(model, directory, shift) else { break };
        files.push(file);
        directory = rest;
    }
    files
}

/// The archive's last record, up to the end of the file. A comment of up to 64 KiB may follow it.
fn find_end(model: &[u8]) -> Option<&[u8]> {
    let last = model.len().checked_sub(END_SIZE)?;
    let first = last.saturating_sub(0xffff);
    let position = (first..=last).rev().find(|&at| model[at..].starts_with(END))?;
    Some(&model[position..])
}

/// The file that a directory's first entry describes, and the rest of the directory.
fn entry<'a>(model: &'a [u8], directory: &'a [u8], shift: usize) -> Option<(File<'a>, &'a [u8])> {
    if !directory.starts_with(ENTRY) {
        return None;
    }
    let (flags, method, stored) = (u16_at(directory, 8)?, u16_at(directory, 10)?, u32_at(directory, 20)?);
    let (size, name_length) = (u32_at(directory, 24)?, u16_at(directory, 28)?);
    let skip = u16_at(directory, 30)? + u16_at(directory, 32)?;
    let contents = || {
        let local = model.get(shift.checked_add(u32_at(directory, 42)?)?..)?;
        let start = LOCAL_SIZE + u16_at(local, 26)? + u16_at(local, 28)?;
        let contents = local.get(start..start.checked_add(stored)?)?;
        local.starts_with(LOCAL).then_some(contents)
    };
    let file = File {
        name: String::from_utf8_lossy(directory.get(ENTRY_SIZE..ENTRY_SIZE + name_length)?),
        size,
        method: if flags & ENCRYPTED == 0 { method } else { usize::MAX },
        stored: contents(),
    };
    Some((file, directory.get(ENTRY_SIZE + name_length + skip..)?))
}

fn u16_at(bytes: &[u8], position: usize) -> Option<usize> {
    bytes.get(position..)?.first_chunk().copied().map(u16::from_le_bytes).map(usize::from)
}

fn u32_at(bytes: &[u8], position: usize) -> Option<usize> {
    bytes.get(position..)?.first_chunk().copied().map(u32::from_le_bytes).map(|value| value as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive behind `model`, with offsets that count from the start of the archive or of the model.
    fn append(model: &[u8], from_model: bool, entries: &[(&str, usize, &[u8], usize)]) -> Vec<u8> {
        let mut out = model.to_vec();
        let base = if from_model { 0 } else { model.len() };
        let u16s =
            |numbers: &[usize]| numbers.iter().flat_map(|&n| (n as u16).to_le_bytes()).collect::<Vec<_>>();
        let u32s =
            |numbers: &[usize]| numbers.iter().flat_map(|&n| (n as u32).to_le_bytes()).collect::<Vec<_>>();
        let mut directory = Vec::new();
        for &(name, method, stored, size) in entries {
            let at = out.len() - base;
            let sizes = u32s(&[0, stored.len(), size]);
            let names = u16s(&[name.len(), 0]);
            let head = u16s(&[20, 0, method, 0, 0]);
            out.extend([LOCAL, &head, &sizes, &names, name.as_bytes(), stored].concat());
            let rest = [u16s(&[0, 0, 0]), u32s(&[0, at])].concat();
            directory.extend([ENTRY, &u16s(&[20]), &head, &sizes, &names, &rest, name.as_bytes()].concat());
        }
        let (start, count) = (out.len() - base, entries.len());
        out.extend(&directory);
        out.extend(
            [END, &u16s(&[0, 0, count, count]), &u32s(&[directory.len(), start]), &u16s(&[0])].concat(),
        );
        out
    }

    #[test]
    fn plain_and_compressed_files_are_read() {
        // A literal block and a compressed one of DEFLATE, by its definition.
        let literal = [1, 3, 0, 0xfc, 0xff, b'a', b'b', b'c'];
        let entries = [("plain.txt", STORED, &b"cat\ndog"[..], 7), ("packed", DEFLATED, &literal[..], 3)];
        for from_model in [true, false] {
            let file = append(b"....TFL3", from_model, &entries);
            let found = files(&file);
            assert_eq!(found[0].name, "plain.txt");
            assert_eq!(*found[0].contents().unwrap(), *b"cat\ndog");
            assert_eq!((found[1].size, &*found[1].contents().unwrap()), (3, &b"abc"[..]));
        }
        assert!(files(b"....TFL3").is_empty());
    }

    #[test]
    fn sizes_that_can_not_be_are_refused() {
        let bomb =
            append(b"", true, &[("bomb", DEFLATED, &[1, 0, 0, 0xff, 0xff], 1 << 30), ("odd", 99, b"", 0)]);
        let found = files(&bomb);
        assert_eq!(found[0].contents().unwrap_err().kind(), ErrorKind::InvalidModel);
        assert_eq!(found[1].contents().unwrap_err().kind(), ErrorKind::Unsupported);
        for end in 0..bomb.len() {
            for file in files(&bomb[..end]) {
                let _ = file.contents();
            }
        }
    }
}
