//! What tests of the program have in common.

use std::path::{Path, PathBuf};

const SIDE: usize = 16;

/// A folder that is gone when the test ends.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("featherlite-train-cli-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An IDX file of bytes.
fn idx(path: &Path, sizes: &[u32], bytes: &[u8]) {
    let mut contents = vec![0, 0, 8, sizes.len() as u8];
    contents.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    contents.extend(bytes);
    std::fs::write(path, contents).unwrap();
}

/// Stripes along rows and columns.
pub(crate) fn write_dataset(folder: &Path) {
    let pixel = |sample: usize, at: usize| {
        let way = if sample.is_multiple_of(2) { at / SIDE } else { at % SIDE };
        (if (way + sample).is_multiple_of(3) { 200 } else { 30 }) + ((sample * 7 + at * 13) % 40) as u8
    };
    for (part, count) in [("train", 64), ("t10k", 16)] {
        let pixels: Vec<u8> =
            (0..count).flat_map(|sample| (0..SIDE * SIDE).map(move |at| pixel(sample, at))).collect();
        let labels: Vec<u8> = (0..count).map(|sample| (sample % 2) as u8).collect();
        let side = SIDE as u32;
        idx(&folder.join(format!("{part}-images-idx3-ubyte")), &[count as u32, side, side], &pixels);
        idx(&folder.join(format!("{part}-labels-idx1-ubyte")), &[count as u32], &labels);
    }
}
