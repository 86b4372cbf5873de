//! One file of a checkpoint's tensors.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

use bytes::Bytes;

use crate::{Error, Result};

/// A file of tensors. A missing one is an error only for those who need it.
#[derive(Debug)]
pub(super) struct Shard {
    path: PathBuf,
    contents: Result<Contents>,
}

#[derive(Debug)]
enum Contents {
    File { file: File, size: u64 },
    Bytes(Bytes),
}

impl Shard {
    /// The file of this path.
    pub(super) fn open(path: PathBuf) -> Self {
        let open = || {
            let file = File::open(&path)?;
            let size = file.metadata()?.len();
            Ok(Contents::File { file, size })
        };
        Self { contents: open().map_err(|error| Error::io(&path, &error)), path }
    }

    /// A shard in memory, or a missing one.
    pub(super) fn of_bytes(path: PathBuf, contents: Option<Bytes>) -> Self {
        Self { path, contents: contents.map(Contents::Bytes).ok_or_else(|| Error::invalid("missing")) }
    }

    /// Some of its bytes.
    ///
    /// # Errors
    /// If the file is missing, ends before, or can not be read.
    pub(super) fn read(&self, offset: i64, count: usize) -> Result<Bytes> {
        let contents = self.contents.as_ref();
        let contents =
            contents.map_err(|error| error.clone().hint("a shard of the checkpoint is missing"))?;
        let size = contents.size();
        let cut_off = || Error::invalid(format!("{} has {size} bytes (is it cut off?)", self.path.display()));
        let start = u64::try_from(offset).map_err(|_| cut_off())?;
        let end = start.checked_add(count as u64).filter(|&end| end <= size).ok_or_else(cut_off)?;
        match contents {
            Contents::Bytes(bytes) => Ok(bytes.slice(start as usize..end as usize)),
            Contents::File { file, .. } => {
                let mut file = file;
                let mut bytes = vec![0; count];
                file.seek(SeekFrom::Start(start))
                    .and_then(|_| file.read_exact(&mut bytes))
                    .map_err(|error| Error::io(&self.path, &error))?;
                Ok(bytes.into())
            }
        }
    }
}

impl Contents {
    fn size(&self) -> u64 {
        match self {
            Self::File { size, .. } => *size,
            Self::Bytes(bytes) => bytes.len() as u64,
        }
    }
}
