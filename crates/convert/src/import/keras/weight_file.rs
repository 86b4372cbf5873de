//! HDF5 files with weights.

use std::cell::Cell;

use bytes::Bytes;
use featherlite_base::DType;
use hdf5_reader::error::Error as Hdf5Error;
use hdf5_reader::group::Group;
use hdf5_reader::storage::DynStorage;
use hdf5_reader::{Datatype, Hdf5File, OpenOptions};

use crate::{Error, Result};

/// An array of numbers, row by row.
#[derive(Clone, Debug)]
pub(super) struct Array {
    pub(super) dtype: DType,
    pub(super) dims: Vec<usize>,
    /// The elements, little-endian.
    pub(super) bytes: Bytes,
}

/// An open file. What is read from it is bounded by its own size, so that a few bytes can not ask for all memory.
pub(super) struct WeightFile {
    file: Hdf5File,
    /// Bytes that may still be read.
    budget: Cell<u64>,
    /// Groups that may still be listed: a group can be inside itself.
    groups: Cell<u64>,
}

/// Compressed weights may take up this many times the bytes of the file.
const MOST_EXPANSION: u64 = 16;

impl WeightFile {
    pub(super) fn open(storage: DynStorage) -> Result<Self> {
        let length = storage.len();
        let budget = length.saturating_mul(MOST_EXPANSION).max(1 << 20);
        let most = usize::try_from(budget).unwrap_or(usize::MAX);
        let options =
            OpenOptions::default().with_max_read_bytes(most).with_max_chunk_bytes(most.min(1 << 30));
        let file =
            Hdf5File::from_storage_with_options(storage, options).map_err(|error| failed("", &error))?;
        // A group takes at least this many bytes of a file.
        let groups = length / 32;
        Ok(Self { file, budget: Cell::new(budget), groups: Cell::new(groups) })
    }

    /// The text attribute `name` of the group at `path`, if it has one.
    pub(super) fn text(&self, path: &str, name: &str) -> Result<Option<String>> {
        let group = self.file.group(path).map_err(|error| failed(path, &error))?;
        match group.attribute(name).and_then(|attribute| attribute.read_string()) {
            Ok(text) => Ok(Some(text)),
            Err(Hdf5Error::AttributeNotFound(_)) => Ok(None),
            Err(error) => Err(failed(&format!("{path}: attribute {name}"), &error)),
        }
    }

    /// The list of texts `name` of the group at `path`. Keras splits long ones into `name0`, `name1`, …
    pub(super) fn texts(&self, path: &str, name: &str) -> Result<Vec<String>> {
        let group = self.file.group(path).map_err(|error| failed(path, &error))?;
        let attributes = group.attributes().map_err(|error| failed(path, &error))?;
        let find = |name: &str| attributes.iter().find(|attribute| attribute.name == name);
        let parts = match find(name) {
            Some(whole) => vec![whole],
            None => (0..).map_while(|part| find(&format!("{name}{part}"))).collect(),
        };
        let mut texts = Vec::new();
        for part in parts {
            // An empty list has no element type of its own.
            if part.num_elements().is_ok_and(|elements| elements > 0) {
                let read = part.read_strings();
                texts.extend(read.map_err(|error| failed(&format!("{path}: attribute {name}"), &error))?);
            }
        }
        Ok(texts)
    }

    /// The names of the groups and of the arrays in the group at `path`; nothing where there is no such group.
    pub(super) fn names(&self, path: &str) -> Result<(Vec<String>, Vec<String>)> {
        let left = self.groups.get().checked_sub(1);
        self.groups
            .set(left.ok_or_else(|| Error::invalid(format!("{path}: more groups than the file can hold")))?);
        match self.file.group(path) {
            Ok(group) => group.member_names().map_err(|error| failed(path, &error)),
            Err(error) if is_absent(&error) => Ok(Default::default()),
            Err(error) => Err(failed(path, &error)),
        }
    }

    pub(super) fn has_group(&self, path: &str) -> bool {
        self.file.group(path).is_ok()
    }

    /// The array at `path`.
    pub(super) fn array(&self, path: &str) -> Result<Array> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let group: Group = self.file.group(folder).map_err(|error| failed(path, &error))?;
        let dataset = group.dataset(name).map_err(|error| failed(path, &error))?;
        let size = dataset.raw_byte_len().map_err(|error| failed(path, &error))?;
        let left = self.budget.get().checked_sub(size as u64);
        self.budget.set(left.ok_or_else(|| {
            Error::invalid(format!("{path}: the weights take up more than the file can hold"))
        })?);
        let dtype = element_type(dataset.dtype()).ok_or_else(|| {
            Error::unsupported(format!("{path}: weights of type {:?} are not read", dataset.dtype()))
        })?;
        let dims = dataset.shape().iter().map(|&dim| usize::try_from(dim)).collect::<Result<Vec<_>, _>>();
        let dims =
            dims.map_err(|_| Error::invalid(format!("{path}: an array of shape {:?}", dataset.shape())))?;
        let bytes = dataset.read_native_bytes().map_err(|error| failed(path, &error))?;
        Ok(Array { dtype, dims, bytes: little_endian(bytes, dtype).into() })
    }
}

fn is_absent(error: &Hdf5Error) -> bool {
    matches!(error, Hdf5Error::GroupNotFound(_) | Hdf5Error::DatasetNotFound(_))
}

fn failed(place: &str, error: &Hdf5Error) -> Error {
    let place = if place.is_empty() { String::new() } else { format!(" {place}:") };
    Error::invalid(format!("the HDF5 file:{place} {error}"))
}

fn element_type(datatype: &Datatype) -> Option<DType> {
    Some(match datatype {
        Datatype::FloatingPoint { size: 2, .. } => DType::F16,
        Datatype::FloatingPoint { size: 4, .. } => DType::F32,
        Datatype::FloatingPoint { size: 8, .. } => DType::F64,
        Datatype::FixedPoint { size: 1, signed: true, .. } => DType::I8,
        Datatype::FixedPoint { size: 1, signed: false, .. } => DType::U8,
        Datatype::FixedPoint { size: 2, signed: true, .. } => DType::I16,
        Datatype::FixedPoint { size: 2, signed: false, .. } => DType::U16,
        Datatype::FixedPoint { size: 4, signed: true, .. } => DType::I32,
        Datatype::FixedPoint { size: 4, signed: false, .. } => DType::U32,
        Datatype::FixedPoint { size: 8, signed: true, .. } => DType::I64,
        Datatype::FixedPoint { size: 8, signed: false, .. } => DType::U64,
        // h5py stores booleans as an enumeration of FALSE and TRUE.
        Datatype::Enum { base, .. } if matches!(**base, Datatype::FixedPoint { size: 1, .. }) => DType::Bool,
        _ => return None,
    })
}

/// Bytes of the machine's order to bytes of the file format's.
fn little_endian(mut bytes: Vec<u8>, dtype: DType) -> Vec<u8> {
    if cfg!(target_endian = "big") {
        bytes.chunks_exact_mut(dtype.bits() / 8).for_each(<[u8]>::reverse);
    }
    bytes
}
