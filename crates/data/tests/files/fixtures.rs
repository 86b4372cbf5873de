//! Files of datasets, made for one test.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use featherlite_base::DType;
use featherlite_data::npy::{self, Array};
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A folder that goes when it is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("featherlite-data-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file, and the folders that it lies in.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // Some file systems wait for the disk when a file is written over.
        let _ = fs::remove_file(&path);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Writes a grey picture of one colour.
    pub(crate) fn picture(&self, name: &str, height: u32, width: u32, grey: u8) -> PathBuf {
        self.write(name, &png(height, width, grey))
    }

    pub(crate) fn npz(&self, name: &str, arrays: &[(&str, Array)]) -> PathBuf {
        let path = self.0.join(name);
        let mut archive = ZipWriter::new(File::create(&path).unwrap());
        for (name, array) in arrays {
            archive.start_file(format!("{name}.npy"), SimpleFileOptions::default()).unwrap();
            npy::write(&mut archive, array).unwrap();
        }
        archive.finish().unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn png(height: u32, width: u32, grey: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&vec![grey; (height * width) as usize]).unwrap();
    drop(writer);
    bytes
}

/// A file of the MNIST family.
pub(crate) fn idx(shape: &[u32], bytes: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, 8, shape.len() as u8];
    shape.iter().for_each(|size| file.extend(size.to_be_bytes()));
    file.extend(bytes);
    file
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn bytes(shape: &[usize], bytes: Vec<u8>) -> Array {
    Array { dtype: DType::U8, width: 1, shape: shape.to_vec(), bytes }
}

pub(crate) fn floats(shape: &[usize], values: &[f32]) -> Array {
    let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Array { dtype: DType::F32, width: 4, shape: shape.to_vec(), bytes }
}

pub(crate) fn numbers(shape: &[usize], values: &[i64]) -> Array {
    let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Array { dtype: DType::I64, width: 8, shape: shape.to_vec(), bytes }
}
