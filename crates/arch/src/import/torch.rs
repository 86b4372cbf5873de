//! PyTorch's files (`.pth`, `.pt`): a pickle whose tensors lie outside of it, in a ZIP archive or, before PyTorch 1.6, behind it.

use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::pickle::{Id, Object, Pickle};
use crate::tensor_file::FloatType;
use crate::weights::Tensor;
use crate::{Error, Result};

/// Dictionaries in dictionaries: more than this is no state dict.
const DEPTH: usize = 8;
/// Tensors may share values, so that they may be this many times as large together as the file.
const MOST_SHARED: usize = 4;
/// The number that the first pickle of the old format is.
const MAGIC: &[u8] = &[0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/// Tensors by name. Those of dictionaries inside of others have the names of both, with a dot between.
///
/// # Errors
/// If the file is damaged, or holds no tensors by name.
pub(super) fn read(contents: &[u8]) -> Result<BTreeMap<String, Tensor>> {
    let file = if contents.starts_with(b"PK\x03\x04") { archive(contents)? } else { old(contents)? };
    let mut collection = Collection {
        tensors: BTreeMap::new(),
        values: contents.len().saturating_mul(MOST_SHARED),
        names: contents.len().saturating_mul(DEPTH),
    };
    file.collect(file.pickle.root, "", DEPTH, &mut collection)?;
    let tensors = collection.tensors;
    match tensors.is_empty() {
        true => Err(Error::invalid(
            "the file holds no tensors by name: save them with torch.save(model.state_dict(), FILE)",
        )),
        false => Ok(tensors),
    }
}

/// Tensors so far, and how much more the file can hold.
struct Collection {
    tensors: BTreeMap<String, Tensor>,
    values: usize,
    /// Bytes of names, those of dictionaries included.
    names: usize,
}

/// The pickle, and the bytes of what lies outside of it.
struct File {
    pickle: Pickle,
    storages: HashMap<String, Vec<u8>>,
}

fn archive(contents: &[u8]) -> Result<File> {
    let damaged = |error: zip::result::ZipError| Error::invalid(format!("the archive: {error}"));
    let mut archive = ZipArchive::new(Cursor::new(contents)).map_err(damaged)?;
    let mut pickle = None;
    let mut storages = HashMap::new();
    // PyTorch stores without compression, so that nothing is larger than the file.
    let mut left = contents.len() as u64;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(damaged)?;
        let name = entry.name().map_err(damaged)?.into_owned();
        let Some((_, inner)) = name.split_once('/') else { continue };
        let is_pickle = inner == "data.pkl";
        let Some(key) = inner.strip_prefix("data/").or(is_pickle.then_some("")) else { continue };
        left = left
            .checked_sub(entry.size())
            .ok_or_else(|| Error::invalid(format!("{name}: larger than the file")))?;
        let mut bytes = Vec::new();
        let size = entry.size();
        let read = entry.by_ref().take(size).read_to_end(&mut bytes);
        read.map_err(|error| Error::invalid(format!("{name}: {error}")))?;
        if is_pickle {
            pickle = Some(Pickle::read(&bytes).map_err(|error| error.at(&name))?);
        } else {
            storages.insert(key.to_owned(), bytes);
        }
    }
    let pickle =
        pickle.ok_or_else(|| Error::invalid("the archive has no data.pkl: it is not one of PyTorch's"))?;
    Ok(File { pickle, storages })
}

/// The old format: pickles of a magic number, a version, the machine, the object, the keys of storages; then the storages.
fn old(contents: &[u8]) -> Result<File> {
    let mut rest = contents;
    let mut next = || -> Result<Pickle> {
        let pickle = Pickle::read(rest)?;
        rest = &rest[pickle.length..];
        Ok(pickle)
    };
    let magic = next()?;
    if !matches!(magic.object(magic.root), Object::Bytes(bytes) if bytes == MAGIC) {
        return Err(Error::invalid("it is none of PyTorch's files"));
    }
    next()?;
    next()?;
    let pickle = next()?;
    let keys = next()?;
    let widths = widths(&pickle);
    let mut storages = HashMap::new();
    for &key in keys.elements(keys.root).unwrap_or_default() {
        let key = keys.text(key).ok_or_else(|| Error::invalid("the key of a storage is no text"))?;
        let width =
            widths.get(key).ok_or_else(|| Error::invalid(format!("storage {key}: of no known type")))?;
        let (head, behind) = rest.split_at_checked(8).ok_or_else(|| Error::invalid("the file ends early"))?;
        let count = u64::from_le_bytes(head.try_into().unwrap_or_default());
        let bytes = usize::try_from(count).ok().and_then(|count| count.checked_mul(*width));
        let split = bytes.and_then(|bytes| behind.split_at_checked(bytes));
        let (bytes, behind) =
            split.ok_or_else(|| Error::invalid(format!("storage {key}: the file ends early")))?;
        storages.insert(key.to_owned(), bytes.to_vec());
        rest = behind;
    }
    Ok(File { pickle, storages })
}

/// How many bytes an element takes, for each storage.
fn widths(pickle: &Pickle) -> HashMap<String, usize> {
    let storages = pickle.all().filter_map(|object| match object {
        Object::Persistent(id) => storage(pickle, *id),
        _ => None,
    });
    storages.map(|(name, key)| (key.to_owned(), width(name))).collect()
}

fn width(storage: &str) -> usize {
    match storage {
        "DoubleStorage" | "LongStorage" => 8,
        "FloatStorage" | "IntStorage" => 4,
        "HalfStorage" | "BFloat16Storage" | "ShortStorage" => 2,
        _ => 1,
    }
}

/// The class and the key of a storage: `("storage", torch.FloatStorage, "0", "cpu", 864)`.
fn storage(pickle: &Pickle, id: Id) -> Option<(&str, &str)> {
    let &[_, class, key, ..] = pickle.elements(id)? else { return None };
    let Object::Global(name) = pickle.object(class) else { return None };
    Some((name.rsplit('.').next()?, pickle.text(key)?))
}

impl File {
    /// Tensors of a dictionary and of those inside.
    fn collect(&self, id: Id, prefix: &str, depth: usize, collection: &mut Collection) -> Result<()> {
        let Object::Dict(entries) = self.pickle.object(id) else { return Ok(()) };
        if depth == 0 {
            return Ok(());
        }
        let most = || Error::invalid("more tensors than the file can hold");
        for &(key, value) in entries {
            collection.names = collection.names.checked_sub(1).ok_or_else(most)?;
            // Keys that are numbers are those of optimizers.
            let Some(key) = self.pickle.text(key) else { continue };
            let name = if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") };
            collection.names = collection.names.checked_sub(name.len()).ok_or_else(most)?;
            let Some(tensor) = self.tensor(value).map_err(|error| error.at(&name))? else {
                self.collect(value, &name, depth - 1, collection)?;
                continue;
            };
            collection.values = collection.values.checked_sub(tensor.values.len()).ok_or_else(most)?;
            collection.tensors.insert(name, tensor);
        }
        Ok(())
    }

    /// A tensor of floating-point numbers; `None` for anything else.
    fn tensor(&self, id: Id) -> Result<Option<Tensor>> {
        let Object::Call(function, arguments) = self.pickle.object(id) else { return Ok(None) };
        let Object::Global(name) = self.pickle.object(*function) else { return Ok(None) };
        let arguments = self.pickle.elements(*arguments).unwrap_or_default();
        match (name.as_str(), arguments) {
            // A parameter holds a tensor, never another parameter.
            (
                "torch._utils._rebuild_parameter" | "torch._utils._rebuild_parameter_with_state",
                &[inner, ..],
            ) => {
                let Object::Call(function, inner) = self.pickle.object(inner) else { return Ok(None) };
                let is_tensor =
                    matches!(self.pickle.object(*function), Object::Global(name) if name == REBUILD);
                if is_tensor {
                    self.rebuilt(self.pickle.elements(*inner).unwrap_or_default())
                } else {
                    Ok(None)
                }
            }
            (REBUILD, arguments) => self.rebuilt(arguments),
            _ => Ok(None),
        }
    }

    /// `(storage, offset, sizes, strides, …)`.
    fn rebuilt(&self, arguments: &[Id]) -> Result<Option<Tensor>> {
        let nonsense = || Error::invalid("a tensor that makes no sense");
        let &[data, offset, sizes, strides, ..] = arguments else { return Err(nonsense()) };
        let Object::Persistent(data) = self.pickle.object(data) else { return Err(nonsense()) };
        let (class, key) = storage(&self.pickle, *data).ok_or_else(nonsense)?;
        let dtype = match class {
            "DoubleStorage" => FloatType::F64,
            "FloatStorage" => FloatType::F32,
            "HalfStorage" => FloatType::F16,
            "BFloat16Storage" => FloatType::Bf16,
            _ => return Ok(None),
        };
        let list = |id| -> Option<Vec<usize>> {
            self.pickle.elements(id)?.iter().map(|&id| self.pickle.size(id)).collect()
        };
        let (shape, strides) = (list(sizes).ok_or_else(nonsense)?, list(strides).ok_or_else(nonsense)?);
        let offset = self.pickle.size(offset).ok_or_else(nonsense)?;
        let bytes =
            self.storages.get(key).ok_or_else(|| Error::invalid(format!("there is no storage {key}")))?;
        let values = strided(dtype, bytes, offset, &shape, &strides).ok_or_else(nonsense)?;
        Ok(Some(Tensor { shape, values }))
    }
}

const REBUILD: &str = "torch._utils._rebuild_tensor_v2";

/// Picks a tensor out of the bytes of its storage; `None` if it reaches beyond, or repeats values so that it is larger.
fn strided(
    dtype: FloatType,
    bytes: &[u8],
    offset: usize,
    shape: &[usize],
    strides: &[usize],
) -> Option<Vec<f32>> {
    let width = dtype.width();
    let len = shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size))?;
    if shape.len() != strides.len() || len > bytes.len() / width {
        return None;
    }
    let mut picked = Vec::with_capacity(len);
    let mut index = vec![0usize; shape.len()];
    for _ in 0..len {
        let mut places = index.iter().zip(strides);
        let place =
            places.try_fold(offset, |sum, (index, stride)| index.checked_mul(*stride)?.checked_add(sum))?;
        let start = place.checked_mul(width)?;
        picked.push(dtype.number(bytes.get(start..start.checked_add(width)?)?)?);
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            if index[axis] < shape[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
    Some(picked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strides_are_followed() {
        let bytes: Vec<u8> = (0..6u8).flat_map(|value| f32::from(value).to_le_bytes()).collect();
        let strided = |offset, shape: &[usize], strides: &[usize]| {
            super::strided(FloatType::F32, &bytes, offset, shape, strides)
        };
        assert_eq!(strided(0, &[3, 2], &[1, 3]), Some(vec![0.0, 3.0, 1.0, 4.0, 2.0, 5.0]));
        assert_eq!(strided(5, &[], &[]), Some(vec![5.0]));
        assert_eq!(strided(5, &[2], &[1]), None);
        assert_eq!(strided(0, &[7], &[0]), None);
        assert_eq!(strided(0, &[2], &[usize::MAX]), None);
    }

    #[test]
    fn other_files_are_refused() {
        for bytes in [&b""[..], b"PK\x03\x04", b"\x80\x02K\x01.", b"nothing at all"] {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
    }
}
