//! Running the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder that goes when the test ends.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("featherlite-test-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Writes an array of 32-bit floats.
    pub(crate) fn write_npy(&self, name: &str, shape: &[usize], values: &[f32]) {
        let dims: Vec<String> = shape.iter().map(|dim| format!("{dim},")).collect();
        let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}), }}\n", dims.join(" "));
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        values.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
        self.write(name, bytes);
    }

    /// The bytes of an `.npy` file after its header, and the header.
    pub(crate) fn read_npy(&self, name: &str) -> (String, Vec<u8>) {
        let bytes = fs::read(self.0.join(name)).unwrap();
        let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        (String::from_utf8(bytes[10..start].to_vec()).unwrap(), bytes[start..].to_vec())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Names of the files in a folder of it.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let entries = fs::read_dir(self.0.join(name)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_featherlite"));
        command.current_dir(&self.0).args(arguments.split_whitespace()).stdin(Stdio::null());
        command.env_remove("FEATHERLITE_ISA");
        command
    }

    /// Runs the program in the folder, with arguments separated by blanks.
    pub(crate) fn run(&self, arguments: &str) -> Outcome {
        let output = self.command(arguments).output().unwrap();
        Outcome {
            arguments: arguments.to_owned(),
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What the program said.
pub(crate) struct Outcome {
    arguments: String,
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Outcome {
    /// The output of a run that ended well and silently.
    pub(crate) fn ok(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "featherlite {}\n{}", self.arguments, self.out);
        self.out
    }

    /// Asserts that the run failed with `code` and one line that has all of `parts`.
    pub(crate) fn fails(self, code: i32, parts: &[&str]) {
        let Self { arguments, code: found, err, out } = self;
        assert_eq!(found, code, "featherlite {arguments}\n{out}{err}");
        assert_eq!(err.lines().count(), 1, "featherlite {arguments}: {err}");
        assert!(err.starts_with("error: "), "featherlite {arguments}: {err}");
        for part in parts {
            assert!(err.contains(part), "featherlite {arguments}: no {part:?} in {err}");
        }
    }
}

/// The number after `name=` in a line of results.
pub(crate) fn field(text: &str, name: &str) -> f64 {
    let found = text.split([' ', '\n']).find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    found.unwrap_or_else(|| panic!("no {name}= in {text}")).parse().unwrap()
}
