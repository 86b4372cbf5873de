//! The `.keras` archive: a ZIP file with `config.json`, `metadata.json` and `model.weights.h5`.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use hdf5_reader::storage::{BytesStorage, DynStorage, RangeRequestStorage};
use zip::read::ZipFile;
use zip::{CompressionMethod, ZipArchive};

use crate::{Error, Result};

/// What an archive holds.
pub(super) struct Contents {
    /// The text of `config.json`.
    pub(super) config: Vec<u8>,
    /// The version of Keras, from `metadata.json`.
    pub(super) version: Option<String>,
    /// The bytes of `model.weights.h5`.
    pub(super) weights: DynStorage,
}

/// A network's description is text; Keras itself writes less than 1 MiB for its largest applications.
const MOST_CONFIG: u64 = 32 << 20;
/// DEFLATE can not shrink anything further.
const MOST_DEFLATED: u64 = 1032;
/// Unpacked weights are held in memory, so that they may be this much larger than what is stored.
const MOST_UNPACKED: u64 = 16;

/// Opens the archive in `file`. Weights that are stored as they are, as Keras writes them, are read from where they lie.
///
/// # Errors
/// If it is no ZIP archive, lacks one of the two files, or one of them is damaged or unpacks to more than can be.
pub(super) fn open(file: &DynStorage) -> Result<Contents> {
    let reader = BufReader::new(Cursor { file: file.clone(), position: 0 });
    let mut archive =
        ZipArchive::new(reader).map_err(|error| Error::invalid(format!("the .keras archive: {error}")))?;
    let config = {
        let name = "config.json";
        unpack(find(&mut archive, name)?, name, MOST_CONFIG)?
    };
    let version = version(&mut archive);
    let name = "model.weights.h5";
    let entry = find(&mut archive, name)?;
    if entry.compression() == CompressionMethod::Stored {
        let range = entry.data_start().map(|start| (start, entry.compressed_size()));
        let (start, length) =
            range.ok_or_else(|| Error::invalid(format!("{name}: not where the archive says")))?;
        return Ok(Contents { config, version, weights: section(file.clone(), start, length)? });
    }
    let most = entry.compressed_size().saturating_mul(MOST_UNPACKED).max(1 << 20);
    let weights = unpack(entry, name, most)?;
    Ok(Contents { config, version, weights: Arc::new(BytesStorage::new(weights)) })
}

fn version<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Option<String> {
    let name = "metadata.json";
    let metadata = unpack(find(archive, name).ok()?, name, 1 << 20).ok()?;
    let metadata: serde_json::Value = serde_json::from_slice(&metadata).ok()?;
    Some(metadata["keras_version"].as_str()?.to_owned())
}

fn find<'a, R: Read + Seek>(archive: &'a mut ZipArchive<R>, name: &str) -> Result<ZipFile<'a, R>> {
    archive.by_name(name).map_err(|error| Error::invalid(format!("the .keras archive: {name}: {error}")))
}

/// The contents of `entry`, which must be as long as it says and no longer than `most`.
fn unpack(mut entry: ZipFile<'_, impl Read>, name: &str, most: u64) -> Result<Vec<u8>> {
    let (size, stored) = (entry.size(), entry.compressed_size());
    if size > most || size / MOST_DEFLATED > stored {
        return Err(Error::invalid(format!(
            "{name}: {stored} bytes that claim to unpack to {size}, more than is read"
        )));
    }
    let mut contents = Vec::new();
    let read = entry.by_ref().take(size).read_to_end(&mut contents);
    read.map_err(|error| Error::invalid(format!("{name} in the .keras archive: {error}")))?;
    if contents.len() as u64 != size {
        return Err(Error::invalid(format!(
            "{name}: {} bytes where the archive says {size}",
            contents.len()
        )));
    }
    Ok(contents)
}

/// The `length` bytes of `file` from `start`, addressed from 0.
fn section(file: DynStorage, start: u64, length: u64) -> Result<DynStorage> {
    if start.checked_add(length).is_none_or(|end| end > file.len()) {
        return Err(Error::invalid("the .keras archive: model.weights.h5 ends behind the end of the file"));
    }
    let read = move |offset: u64, size| {
        let position =
            offset.checked_add(start).ok_or(hdf5_reader::error::Error::OffsetOutOfBounds(offset))?;
        Ok(file.read_range(position, size)?.to_vec())
    };
    Ok(Arc::new(RangeRequestStorage::new(length, read)))
}

/// A position in storage, to read from as from a file.
struct Cursor {
    file: DynStorage,
    position: u64,
}

impl Read for Cursor {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.file.len().saturating_sub(self.position);
        let size = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let bytes = self.file.read_range(self.position, size).map_err(io::Error::other)?;
        buffer[..size].copy_from_slice(&bytes);
        self.position += size as u64;
        Ok(size)
    }
}

impl Seek for Cursor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.file.len().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}
