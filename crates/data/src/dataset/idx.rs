//! The files of the MNIST family: arrays of bytes, images and labels apart, plain or compressed by gzip.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::split::Source;
use super::{Dataset, Found, Part, has_extension, name_of};
use crate::error::{Error, Result};
use crate::image::Size;
use crate::npz::MOST_BYTES;

/// Opens the files among the paths in a folder; `None` if there is none.
pub(super) fn open_folder(entries: &[Found]) -> Result<Option<Dataset>> {
    let mut parts = [const { None }; 3];
    let mut found = [const { None::<&Path> }; 3];
    for path in entries.iter().map(|entry| &entry.path).filter(|path| is_images(path)) {
        let part = Part::within(&name_of(path)).unwrap_or(Part::Train) as usize;
        // The same file, plain and compressed, is no contradiction.
        if let Some(other) = found[part].filter(|other| other.with_extension("") != path.with_extension("")) {
            let kept = other.display();
            return Err(Error::invalid(format!("{} and {kept} are the same part", path.display())));
        }
        if found[part].is_none() {
            found[part] = Some(path);
            parts[part] = Some(pair(path)?);
        }
    }
    if parts.iter().all(Option::is_none) { Ok(None) } else { Dataset::of_arrays(parts).map(Some) }
}

/// Opens one file of images, with the labels beside it.
pub(super) fn open_file(path: &Path) -> Result<Dataset> {
    if !is_images(path) {
        return Err(Error::unsupported(
            "not a dataset: that is a folder, an .npz file, or a file of images of the MNIST family (…images-idx3-ubyte)",
        ));
    }
    let mut parts = [const { None }; 3];
    let part = Part::within(&name_of(path)).unwrap_or(Part::Train);
    parts[part as usize] = Some(pair(path)?);
    Dataset::of_arrays(parts)
}

fn is_images(path: &Path) -> bool {
    let name = name_of(path);
    name.contains("images") && name.contains("idx") && path.is_file()
}

/// The images of a file, and the labels of the one beside it.
fn pair(path: &Path) -> Result<(Source, Vec<u32>)> {
    let (shape, pixels) = read(path).map_err(|error| error.in_file(path))?;
    let size = match shape[..] {
        [_, height, width] => Size { height, width, channels: 1 },
        [_, height, width, channels @ (1 | 3)] => Size { height, width, channels },
        _ => return Err(Error::unsupported(format!("shape {shape:?} is none of images")).in_file(path)),
    };
    if size.elements() == 0 {
        return Err(
            Error::damaged(format!("images of {} x {} pixels", size.height, size.width)).in_file(path)
        );
    }
    let labels_path = labels_beside(path)
        .ok_or_else(|| Error::invalid("there is no file of labels beside it").in_file(path))?;
    let (shape, labels) = read(&labels_path).map_err(|error| error.in_file(&labels_path))?;
    if shape.len() != 1 {
        let message = format!("shape {shape:?} is none of labels");
        return Err(Error::unsupported(message).in_file(&labels_path));
    }
    let labels: Vec<u32> = labels.into_iter().map(u32::from).collect();
    Ok((Source::Bytes(size, pixels), labels))
}

fn labels_beside(path: &Path) -> Option<PathBuf> {
    let name = name_of(path).replace("images", "labels");
    let name = name.replace("idx3", "idx1").replace("idx4", "idx1");
    let plain = name.strip_suffix(".gz").unwrap_or(&name).to_owned();
    let candidates = [name.clone(), plain.clone(), format!("{plain}.gz")];
    candidates.iter().map(|name| path.with_file_name(name)).find(|path| path.is_file())
}

/// Shape and bytes of a file.
fn read(path: &Path) -> Result<(Vec<usize>, Vec<u8>)> {
    let file = BufReader::new(File::open(path).map_err(|error| Error::read(&error))?);
    match has_extension(path, "gz") {
        true => read_from(MultiGzDecoder::new(file)),
        false => read_from(file),
    }
}

fn read_from(mut from: impl Read) -> Result<(Vec<usize>, Vec<u8>)> {
    let mut number = || {
        let mut bytes = [0; 4];
        from.read_exact(&mut bytes).map(|()| bytes).map_err(|error| Error::read(&error))
    };
    let [0, 0, kind, rank @ 1..=4] = number()? else {
        return Err(Error::damaged("not a file of the MNIST family"));
    };
    if kind != 8 {
        return Err(Error::unsupported(format!("elements of kind {kind:#x}; bytes (0x8) are supported")));
    }
    let shape = (0..rank).map(|_| Ok(u32::from_be_bytes(number()?) as usize)).collect::<Result<Vec<_>>>()?;
    let total = shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size));
    let total = total
        .filter(|&total| total as u64 <= MOST_BYTES)
        .ok_or_else(|| Error::damaged(format!("shape {shape:?} is too large")))?;
    let mut bytes = Vec::new();
    from.take(total as u64).read_to_end(&mut bytes).map_err(|error| Error::read(&error))?;
    if bytes.len() != total {
        return Err(Error::damaged(format!("the file ends after {} of {total} elements", bytes.len())));
    }
    Ok((shape, bytes))
}
