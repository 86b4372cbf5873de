//! What tests of training have in common.

use std::path::{Path, PathBuf};

/// A folder that is gone when the test ends.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("featherlite-train-{name}-{}", std::process::id()));
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
pub(crate) fn idx(path: &Path, sizes: &[u32], bytes: &[u8]) {
    let mut contents = vec![0, 0, 8, sizes.len() as u8];
    contents.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    contents.extend(bytes);
    std::fs::write(path, contents).unwrap();
}
