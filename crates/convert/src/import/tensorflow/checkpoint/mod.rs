//! The values of variables: a TensorBundle checkpoint.
//!
//! `variables.index` is a [table](table) from names to places; the tensors lie in shards
//! `variables.data-00000-of-00001`. Each tensor is read by itself, so that it can be let go of once it is in another layout.

mod shard;
mod table;
mod varint;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use shard::Shard;

use super::messages::{self, BundleEntry, BundleHeader};
use super::tensor::{self, Contents, Tensor};
use crate::import::file;
use crate::{Error, Result};

/// A checkpoint with its shards open.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    entries: BTreeMap<String, BundleEntry>,
    shards: BTreeMap<i32, Shard>,
}

impl Checkpoint {
    /// Opens the checkpoint `<prefix>.index` with `<prefix>.data-…`.
    ///
    /// # Errors
    /// Files that can not be read and damaged indices.
    pub(crate) fn open(prefix: &Path) -> Result<Self> {
        let path = with_suffix(prefix, ".index");
        let index = file::map(&path)?;
        Self::read(&index, |shard, count| {
            Shard::open(with_suffix(prefix, &format!(".data-{shard:05}-of-{count:05}")))
        })
        .map_err(|error| error.at(path.display()))
    }

    /// A checkpoint in memory.
    ///
    /// # Errors
    /// Damaged indices.
    pub(crate) fn from_bytes(index: &[u8], shards: &[Bytes]) -> Result<Self> {
        Self::read(index, |shard, _| {
            let contents = usize::try_from(shard).ok().and_then(|shard| shards.get(shard));
            Shard::of_bytes(format!("shard {shard}").into(), contents.cloned())
        })
    }

    fn read(index: &[u8], shard: impl Fn(i32, i32) -> Shard) -> Result<Self> {
        let mut entries = table::read(index)?;
        let header =
            entries.remove(&[][..]).ok_or_else(|| Error::invalid("the checkpoint's index has no header"))?;
        let header: BundleHeader = messages::decode(header.into(), "the header of the checkpoint's index")?;
        if header.endianness != 0 {
            return Err(Error::unsupported("the checkpoint was written on a big-endian machine"));
        }
        let entries = decode(entries)?;
        let mut shards = BTreeMap::new();
        for entry in entries.values().filter(|entry| (0..header.num_shards).contains(&entry.shard_id)) {
            shards.entry(entry.shard_id).or_insert_with(|| shard(entry.shard_id, header.num_shards));
        }
        Ok(Self { entries, shards })
    }

    /// Names of the tensors.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Whether there is a tensor of this name.
    pub(crate) fn contains(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// The tensor of this name, read now.
    ///
    /// # Errors
    /// Missing tensors and shards, sizes that do not fit the shape, wrong checksums, partitioned and string tensors.
    pub(crate) fn tensor(&self, key: &str) -> Result<Tensor> {
        let entry = self.entries.get(key).ok_or_else(|| self.missing(key))?;
        self.load(entry).map_err(|error| error.at(format!("the checkpoint's tensor {key:?}")))
    }

    fn missing(&self, key: &str) -> Error {
        let some: Vec<_> = self.keys().take(5).collect();
        Error::invalid(format!(
            "the checkpoint has no tensor {key:?}; it has {}, among them {some:?}",
            self.entries.len()
        ))
    }

    fn load(&self, entry: &BundleEntry) -> Result<Tensor> {
        if !entry.slices.is_empty() {
            return Err(Error::unsupported("it is partitioned")
                .hint("save the model without a variable partitioner: each variable must be one tensor"));
        }
        let dtype = tensor::dtype(entry.dtype)?;
        let dims = tensor::dims(entry.shape.as_ref())?;
        let expected = tensor::storage(dtype, &dims)?;
        let place = || format!("{} bytes at {} of shard {}", entry.size, entry.offset, entry.shard_id);
        if usize::try_from(entry.size) != Ok(expected) {
            return Err(Error::invalid(format!(
                "{dtype:?} {dims:?} takes {expected} bytes, but there are {}",
                place()
            )));
        }
        let shard = self
            .shards
            .get(&entry.shard_id)
            .ok_or_else(|| Error::invalid(format!("no such shard: {}", place())))?;
        let bytes = shard.read(entry.offset, expected).map_err(|error| error.at(place()))?;
        if masked(crc32c::crc32c(&bytes)) != entry.crc32c {
            return Err(Error::invalid(format!("the checksum is wrong: {}", place())));
        }
        Ok(Tensor { dtype, dims, contents: Contents::Bytes(bytes) })
    }
}

/// Appends to a file name.
fn with_suffix(prefix: &Path, suffix: &str) -> PathBuf {
    let mut path = prefix.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// CRC-32C as it is stored: rotated and moved, so that a checksum of checksums is not trivial.
fn masked(crc: u32) -> u32 {
    crc.rotate_right(15).wrapping_add(0xa282_ead8)
}

fn decode(entries: BTreeMap<Vec<u8>, Vec<u8>>) -> Result<BTreeMap<String, BundleEntry>> {
    let decode = |(key, value): (Vec<u8>, Vec<u8>)| {
        let key = String::from_utf8_lossy(&key).into_owned();
        let entry =
            messages::decode(value.into(), format_args!("the entry {key:?} of the checkpoint's index"))?;
        Ok((key, entry))
    };
    entries.into_iter().map(decode).collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use prost::Message;

    use super::super::messages::{BundleEntry, BundleHeader, Dimension, Shape};
    use super::{Checkpoint, masked, table};

    fn checkpoint(change: impl Fn(&mut BundleEntry), shards: &[Bytes]) -> Checkpoint {
        let header = BundleHeader { num_shards: 1, endianness: 0 }.encode_to_vec();
        let shape = Shape { dim: vec![Dimension { size: 2 }], unknown_rank: false };
        let mut entry =
            BundleEntry { dtype: 1, shape: Some(shape), offset: 4, size: 8, ..BundleEntry::default() };
        entry.crc32c = masked(crc32c::crc32c(&floats()[4..]));
        change(&mut entry);
        let index = table::tests::table(&[(b"", &header), (b"w", &entry.encode_to_vec())]);
        Checkpoint::from_bytes(&index, shards).unwrap()
    }

    fn floats() -> Bytes {
        [0.0f32, 1.5, -2.0].iter().flat_map(|x| x.to_le_bytes()).collect()
    }

    #[test]
    fn a_tensor() {
        let tensor = checkpoint(|_| (), &[floats()]).tensor("w").unwrap();
        assert_eq!(tensor.dims, [2]);
        assert_eq!(tensor.stored().1, floats()[4..]);
    }

    #[test]
    fn hostile_entries() {
        type Change = fn(&mut BundleEntry);
        let cases: [(&str, Change); 6] = [
            ("checksum", |entry| entry.crc32c ^= 1),
            ("cut off", |entry| entry.offset = 8),
            ("cut off", |entry| entry.offset = -1),
            ("no such shard", |entry| entry.shard_id = 1),
            ("takes 8 bytes", |entry| entry.size = 12),
            ("negative", |entry| entry.shape.as_mut().unwrap().dim[0].size = -2),
        ];
        for (message, change) in cases {
            let error = checkpoint(change, &[floats()]).tensor("w").unwrap_err();
            assert!(error.message().contains(message), "{message}: {error}");
        }
    }

    #[test]
    fn missing_parts() {
        let error = checkpoint(|_| (), &[]).tensor("w").unwrap_err();
        assert!(error.to_string().contains("a shard of the checkpoint is missing"), "{error}");
        let error = checkpoint(|_| (), &[floats()]).tensor("v").unwrap_err();
        assert!(error.message().contains("no tensor \"v\""), "{error}");
    }
}
