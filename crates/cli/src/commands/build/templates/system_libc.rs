//! The platform, by its C library alone: files, what is said, the time.

use alloc::boxed::Box;
use alloc::ffi::CString;
use alloc::format;
use alloc::vec::Vec;
use core::error::Error;
use core::ffi::{CStr, c_int};
use core::fmt::{Arguments, Write};

use featherlite::{Model, OpSet};

type Result<T, E = Box<dyn Error>> = core::result::Result<T, E>;

pub fn open(path: &str, ops: &OpSet) -> Result<Model> {
    Ok(Model::from_bytes(read(path)?, ops).map_err(|error| format!("{path}: {error}"))?)
}

/// A stream of the C library.
struct File(*mut libc::FILE);

impl File {
    fn open(path: &str, mode: &CStr) -> Result<Self> {
        let name = CString::new(path)?;
        // SAFETY: both are strings of C.
        let file = unsafe { libc::fopen(name.as_ptr(), mode.as_ptr()) };
        if file.is_null() { Err(failed(path)) } else { Ok(Self(file)) }
    }

    /// Writes out what is left.
    fn close(self, path: &str) -> Result<()> {
        // SAFETY: it is open.
        let is_closed = unsafe { libc::fflush(self.0) } == 0;
        if is_closed { Ok(()) } else { Err(failed(path)) }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // SAFETY: it is open, and nobody has it any more.
        unsafe { libc::fclose(self.0) };
    }
}

/// What the C library says of its last failure.
fn failed(path: &str) -> Box<dyn Error> {
    // SAFETY: the number is this thread's, and the text stays until the next call.
    #[cfg(target_os = "linux")]
    let reason = unsafe { CStr::from_ptr(libc::strerror(*libc::__errno_location())) }.to_string_lossy();
    #[cfg(not(target_os = "linux"))]
    let reason = "it can not be opened, read or written";
    format!("{path}: {reason}").into()
}

pub fn read(path: &str) -> Result<Vec<u8>> {
    const STEP: usize = 1 << 20;
    let file = File::open(path, c"rb")?;
    let mut bytes = Vec::new();
    loop {
        let start = bytes.len();
        bytes.resize(start + STEP, 0);
        let part = &mut bytes[start..];
        // SAFETY: there is room for so many bytes, and the file is open.
        let count = unsafe { libc::fread(part.as_mut_ptr().cast(), 1, STEP, file.0) };
        bytes.truncate(start + count);
        if count < STEP {
            break;
        }
    }
    // SAFETY: the file is open.
    if unsafe { libc::ferror(file.0) } != 0 { Err(failed(path)) } else { Ok(bytes) }
}

/// Writes a file, which is there whole or not at all, and makes its folder.
pub fn write(folder: &str, path: &str, bytes: &[u8]) -> Result<()> {
    let (name, temporary) = (CString::new(path)?, format!("{path}.tmp"));
    let ends = folder.match_indices('/').map(|(end, _)| end).chain([folder.len()]);
    for end in ends.filter(|&end| end > 0) {
        let part = CString::new(&folder[..end])?;
        // SAFETY: a string of C. Where a folder is there already, or can not be made, the file will tell.
        unsafe { libc::mkdir(part.as_ptr(), 0o777) };
    }
    let written = File::open(&temporary, c"wb").and_then(|file| {
        // SAFETY: so many bytes are there, and the file is open.
        let count = unsafe { libc::fwrite(bytes.as_ptr().cast(), 1, bytes.len(), file.0) };
        if count < bytes.len() { Err(failed(path)) } else { file.close(path) }
    });
    let temporary = CString::new(temporary)?;
    // SAFETY: both are strings of C.
    let is_there = written.is_ok() && unsafe { libc::rename(temporary.as_ptr(), name.as_ptr()) } == 0;
    if !is_there {
        let reason = written.err().unwrap_or_else(|| failed(path));
        // SAFETY: a string of C.
        unsafe { libc::remove(temporary.as_ptr()) };
        return Err(reason);
    }
    Ok(())
}

/// Standard output or standard error, by its number.
struct Stream(c_int);

impl Write for Stream {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        let mut bytes = text.as_bytes();
        while !bytes.is_empty() {
            // SAFETY: so many bytes are there.
            let count = unsafe { libc::write(self.0, bytes.as_ptr().cast(), bytes.len()) };
            match usize::try_from(count) {
                Ok(count @ 1..) => bytes = bytes.get(count..).unwrap_or_default(),
                _ => return Err(core::fmt::Error),
            }
        }
        Ok(())
    }
}

pub fn say(text: Arguments<'_>) -> Result<()> {
    // As one piece.
    Stream(1).write_str(&format!("{text}")).map_err(|_| failed("standard output"))
}

pub fn complain(text: Arguments<'_>) {
    let _ = Stream(2).write_fmt(text);
}

/// Since some moment in the past.
pub fn microseconds() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: there is room for the time.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut time) };
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}
