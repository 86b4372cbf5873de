//! TensorFlow Lite Metadata: what a model is for, what its inputs and outputs are, which files belong to it.
//!
//! A model that has this keeps it in the buffer of the metadata entry [`NAME`] (see [`Model::metadata_entry`]).
//!
//! [`Model::metadata_entry`]: crate::Model::metadata_entry

use alloc::vec::Vec;

pub use crate::generated::metadata::*;
use crate::table::Table;
use crate::verify::verify;
use crate::{Error, ErrorKind, Result};

/// The name of the metadata entry.
pub const NAME: &str = "TFLITE_METADATA";

impl<'a> ModelMetadata<'a> {
    /// Verifies the contents of the buffer and returns the view of the root table.
    ///
    /// # Errors
    /// As [`Model::read`](crate::Model::read).
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        if bytes.get(4..8) != Some(&IDENTIFIER[..]) {
            return Err(Error::new(
                ErrorKind::NotThisFormat,
                "bytes 4 to 7 of model metadata are not \"M001\"",
            ));
        }
        verify(bytes, ROOT)?;
        Ok(Self::from(Table::root(bytes)))
    }
}

/// Metadata as plain data.
pub mod owned {
    use super::Vec;
    pub use crate::generated::metadata_owned::*;
    use crate::{Result, generated, write};

    impl ModelMetadata {
        /// Takes over metadata.
        ///
        /// # Errors
        /// If it holds tables that are not known, which would be lost.
        pub fn read(view: super::ModelMetadata<'_>) -> Result<Self> {
            Self::from_view(view)
        }

        /// The contents of the buffer.
        ///
        /// # Errors
        /// If it is too large for the format.
        pub fn write(&self) -> Result<Vec<u8>> {
            Ok(write::write(self, generated::metadata::IDENTIFIER, false)?.concat())
        }
    }
}
