//! The ZIP archive at the end of a model file.

/// A file in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its size when unpacked.
    pub size: usize,
    /// Its contents; `None` if they are compressed (the tools that write model metadata store them plainly).
    pub contents: Option<&'a [u8]>,
}

const END: &[u8] = b"PK\x05\x06";
const END_SIZE: usize = 22;
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_SIZE: usize = 46;
const LOCAL: &[u8] = b"PK\x03\x04";
const LOCAL_SIZE: usize = 30;
const STORED: usize = 0;

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
    let (method, stored) = (u16_at(directory, 10)?, u32_at(directory, 20)?);
    let (size, name_length) = (u32_at(directory, 24)?, u16_at(directory, 28)?);
    let skip = u16_at(directory, 30)? + u16_at(directory, 32)?;
    let local = model.get(shift.checked_add(u32_at(directory, 42)?)?..)?;
    let name = core::str::from_utf8(directory.get(ENTRY_SIZE..ENTRY_SIZE + name_length)?).ok()?;
    let contents = if method == STORED && local.starts_with(LOCAL) {
        let start = LOCAL_SIZE + u16_at(local, 26)? + u16_at(local, 28)?;
        Some(local.get(start..start.checked_add(stored)?)?)
    } else {
        None
    };
    Some((File { name, size, contents }, directory.get(ENTRY_SIZE + name_length + skip..)?))
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

    /// An archive of one stored file behind other bytes, offsets counted from `base`.
    fn archive(before: &[u8], base: usize) -> Vec<u8> {
        let (name, text) = (b"labels.txt", b"cat\ndog\n");
        let local_at = (before.len() - base) as u32;
        let mut file = before.to_vec();
        file.extend([LOCAL, &[0; 14], &[8, 0, 0, 0, 8, 0, 0, 0, 10, 0, 0, 0]].concat());
        file.extend([&name[..], text].concat());
        let directory_at = (file.len() - base) as u32;
        file.extend([ENTRY, &[0; 16], &[8, 0, 0, 0, 8, 0, 0, 0, 10, 0], &[0; 12]].concat());
        file.extend(local_at.to_le_bytes());
        file.extend(name);
        let size = (file.len() - base) as u32 - directory_at;
        file.extend([END, &[0, 0, 0, 0, 1, 0, 1, 0]].concat());
        file.extend(size.to_le_bytes());
        file.extend(directory_at.to_le_bytes());
        file.extend([0, 0]);
        file
    }

    #[test]
    fn files_are_found_wherever_offsets_count_from() {
        for base in [0, 100] {
            let file = archive(&[7; 100], base);
            let expected = File { name: "labels.txt", size: 8, contents: Some(b"cat\ndog\n") };
            assert_eq!(files(&file), [expected]);
        }
        assert_eq!(files(b"no archive"), []);
    }

    #[test]
    fn damage_is_survived() {
        let file = archive(&[7; 10], 0);
        for length in 0..file.len() {
            assert!(files(&file[..length]).is_empty());
        }
        for index in 10..file.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut damaged = file.clone();
                damaged[index] = value;
                files(&damaged);
            }
        }
    }
}
