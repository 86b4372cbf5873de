//! NumPy's arrays of images and labels: the entries of an `.npz` file, or the `.npy` files of a folder.

use std::path::Path;

use featherlite_base::DType;

use super::split::Source;
use super::{Dataset, Found, Part, has_extension, name_of};
use crate::error::{Error, Result};
use crate::image::Size;
use crate::npy::{self, Array};
use crate::npz;

const IMAGES: &[&str] = &["x", "images", "image", "data"];
const LABELS: &[&str] = &["y", "labels", "label", "targets"];

/// Opens an `.npz` file.
pub(super) fn open_npz(path: &Path) -> Result<Dataset> {
    of_arrays(npz::read(path).map_err(|error| Error::read(&error))?)
}

/// Opens the `.npy` files among the paths in a folder.
pub(super) fn open_folder(entries: &[Found]) -> Result<Dataset> {
    let files = entries.iter().map(|entry| &entry.path).filter(|path| has_extension(path, "npy"));
    let arrays = files.map(|path| {
        let array = npy::read(path).map_err(|error| Error::read(&error).in_file(path))?;
        Ok((name_of(&path.with_extension("")), array))
    });
    of_arrays(arrays.collect::<Result<_>>()?)
}

fn of_arrays(arrays: Vec<(String, Array)>) -> Result<Dataset> {
    let names = arrays.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    let mut images = [const { None }; 3];
    let mut labels = [const { None }; 3];
    for (name, array) in arrays {
        let part = Part::within(&name).unwrap_or(Part::Train) as usize;
        let is = |list: &[&str]| {
            let mut words = name.split('_').map(str::to_ascii_lowercase);
            words.any(|word| list.contains(&word.as_str()))
        };
        let named = |error: Error| error.of(&name);
        if is(LABELS) {
            labels[part] = Some(labels_of(&array).map_err(named)?);
        } else if is(IMAGES) {
            images[part] = Some(images_of(array).map_err(named)?);
        }
    }
    let mut parts = [const { None }; 3];
    for (part, (images, labels)) in Part::ALL.into_iter().zip(images.into_iter().zip(labels)) {
        parts[part as usize] = match (images, labels) {
            (Some(images), Some(labels)) => Some((images, labels)),
            (None, None) => None,
            (Some(_), None) => return Err(Error::invalid(format!("images without labels among {names}"))),
            (None, Some(_)) => return Err(Error::invalid(format!("labels without images among {names}"))),
        };
    }
    if parts.iter().all(Option::is_none) {
        let message = "there are no images and labels, such as x_train and y_train, among";
        return Err(Error::invalid(format!("{message} {names}")));
    }
    Dataset::of_arrays(parts)
}

/// Images of `[n, height, width]`, `[n, height, width, channels]` or `[n, channels, height, width]`.
fn images_of(array: Array) -> Result<Source> {
    let is_colour = |channels: usize| matches!(channels, 1 | 3);
    let (size, is_channels_first) = match array.shape[..] {
        [_, height, width] => (Size { height, width, channels: 1 }, false),
        [_, height, width, channels] if is_colour(channels) => (Size { height, width, channels }, false),
        [_, channels, height, width] if is_colour(channels) => (Size { height, width, channels }, true),
        _ => {
            let message = format!("shape {:?} is none of images: [n, height, width, 1 or 3]", array.shape);
            return Err(Error::unsupported(message));
        }
    };
    if size.elements() == 0 {
        return Err(Error::damaged(format!("shape {:?} has no pixels", array.shape)));
    }
    Ok(match array.dtype {
        DType::U8 if is_channels_first => Source::Bytes(size, channels_last(&array.bytes, size)),
        DType::U8 => Source::Bytes(size, array.bytes),
        _ => {
            let values = array.real().ok_or_else(|| unsupported(&array))?;
            let values = if is_channels_first { channels_last(&values, size) } else { values };
            let are_shares = values.iter().all(|value| (0.0..=1.0).contains(value));
            Source::Floats(size, values, if are_shares { 255.0 } else { 1.0 })
        }
    })
}

fn unsupported(array: &Array) -> Error {
    Error::unsupported(format!("an array of {} holds no real numbers", array.dtype))
}

fn channels_last<T: Copy + Default>(values: &[T], size: Size) -> Vec<T> {
    let plane = size.height * size.width;
    let mut out = vec![T::default(); values.len()];
    for (from, to) in values.chunks_exact(size.elements()).zip(out.chunks_exact_mut(size.elements())) {
        for (channel, from) in from.chunks_exact(plane).enumerate() {
            to[channel..].iter_mut().step_by(size.channels).zip(from).for_each(|(to, &from)| *to = from);
        }
    }
    out
}

/// Labels of `[n]` or `[n, 1]`, or shares of classes, `[n, classes]`, of which the greatest counts.
fn labels_of(array: &Array) -> Result<Vec<u32>> {
    let values = array.real().ok_or_else(|| unsupported(array))?;
    let class = |value: f32| {
        let is_class = value >= 0.0 && value.fract() == 0.0 && value <= super::MOST_CLASSES as f32;
        is_class.then_some(value as u32).ok_or_else(|| Error::damaged(format!("{value} is no class")))
    };
    match array.shape[..] {
        [_] | [_, 1] => values.into_iter().map(class).collect(),
        [_, classes] if classes > 1 => {
            let greatest = |shares: &[f32]| {
                (0..shares.len()).rev().max_by(|&a, &b| shares[a].total_cmp(&shares[b])).unwrap_or(0) as u32
            };
            Ok(values.chunks_exact(classes).map(greatest).collect())
        }
        _ => Err(Error::unsupported(format!("shape {:?} is none of labels", array.shape))),
    }
}
