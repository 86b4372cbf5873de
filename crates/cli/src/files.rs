//! Output files and folders that are there whole or not at all.

use std::fs::{self, File};
use std::io::{BufWriter, Result, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use anyhow::Context;

/// Temporary files and folders that must go when the user interrupts the program.
static PENDING: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
static HANDLER: Once = Once::new();

const INTERRUPTED: i32 = 130;

fn pending() -> MutexGuard<'static, Vec<PathBuf>> {
    PENDING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes a file through `fill`: first under another name beside it, then, when it is complete, under its own.
pub(crate) fn write(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<()>,
) -> anyhow::Result<()> {
    write_and_check(path, fill, |_| Ok(()))
}

/// As [`write`]; `check` sees the complete file before it gets its name, which an error keeps from it.
pub(crate) fn write_and_check<T>(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<()>,
    check: impl FnOnce(&Path) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let temporary = temporary_beside(path);
    let result = put(path, &temporary, fill, check);
    if result.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    pending().retain(|other| *other != temporary);
    result
}

fn put<T>(
    path: &Path,
    temporary: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<()>,
    check: impl FnOnce(&Path) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let named = || path.display().to_string();
    let mut file = BufWriter::new(File::create(temporary).with_context(named)?);
    fill(&mut file).and_then(|()| file.flush()).with_context(named)?;
    drop(file);
    let checked = check(temporary)?;
    fs::rename(temporary, path).with_context(named)?;
    Ok(checked)
}

/// The temporary path beside another; what is there goes when the user interrupts the program.
fn temporary_beside(path: &Path) -> PathBuf {
    HANDLER.call_once(|| {
        // Without a handler an interrupt leaves what is temporary, never half of the real one.
        let _ = ctrlc::set_handler(|| {
            for path in pending().drain(..) {
                let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
            }
            std::process::exit(INTERRUPTED);
        });
    });
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    pending().push(temporary.clone());
    temporary
}

/// A folder that is filled under another name, beside its place; it goes unless it is put there.
pub(crate) struct Temporary(PathBuf);

impl Temporary {
    /// An empty one for the folder `path`.
    pub(crate) fn beside(path: &Path) -> anyhow::Result<Self> {
        let temporary = Self(temporary_beside(path));
        make_folder(&temporary.0)?;
        Ok(temporary)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Puts it in the place of `path`, which is replaced if it is there.
    pub(crate) fn replace(self, path: &Path) -> anyhow::Result<()> {
        let old = self.0.with_extension("old");
        let is_there = path.exists();
        let moved = || {
            if is_there {
                fs::rename(path, &old)?;
            }
            fs::rename(&self.0, path)
        };
        moved().with_context(|| path.display().to_string())?;
        if is_there {
            fs::remove_dir_all(&old).with_context(|| old.display().to_string())?;
        }
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
        pending().retain(|other| *other != self.0);
    }
}

/// Makes a folder and those above it.
pub(crate) fn make_folder(path: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(path).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_leaves_the_old_file() {
        let folder = std::env::temp_dir().join(format!("featherlite-files-{}", std::process::id()));
        make_folder(&folder).unwrap();
        let path = folder.join("out.npy");
        write(&path, |file| file.write_all(b"old")).unwrap();
        let failed = write(&path, |file| {
            file.write_all(b"half of the new")?;
            Err(std::io::Error::other("no more"))
        });
        assert!(format!("{:#}", failed.unwrap_err()).ends_with("out.npy: no more"));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_folder_is_replaced_whole_or_not_at_all() {
        let parent = std::env::temp_dir().join(format!("featherlite-folders-{}", std::process::id()));
        let folder = parent.join("made");
        for text in ["old", "new"] {
            let temporary = Temporary::beside(&folder).unwrap();
            fs::write(temporary.path().join("file"), text).unwrap();
            temporary.replace(&folder).unwrap();
            drop(Temporary::beside(&folder).unwrap());
            assert_eq!(fs::read_to_string(folder.join("file")).unwrap(), text);
            assert_eq!(fs::read_dir(&parent).unwrap().count(), 1);
        }
        fs::remove_dir_all(parent).unwrap();
    }
}
