//! Models in files.

use alloc::format;
use alloc::string::ToString;
use alloc::sync::Arc;
use std::fs::File;
use std::path::Path;

use featherlite_base::ErrorKind;
use featherlite_ops::core::OpSet;

use crate::model::Bytes;
use crate::{Error, Model, Result};

impl Model {
    /// Maps and verifies a `.tflite` file. Weights are read from the mapping when they are used; the file must not
    /// be changed while the model lives.
    ///
    /// # Errors
    /// If the file can not be read or is not a valid model.
    pub fn open(path: impl AsRef<Path>, ops: &OpSet) -> Result<Self> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let failed = |error: std::io::Error| {
            Error::new(ErrorKind::Io, format!("cannot read the model: {error}")).in_file(Some(&name))
        };
        let file = File::open(path).map_err(failed)?;
        if !file.metadata().map_err(failed)?.is_file() {
            return Err(
                Error::new(ErrorKind::Io, "cannot read the model: not a regular file").in_file(Some(&name))
            );
        }
        let bytes = Bytes::Mapped(crate::arena::map(&file).map_err(failed)?);
        Self::new(Arc::new(bytes), Some(name), ops)
    }
}
