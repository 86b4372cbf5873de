//! Compiling and running programs in C.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder with programs and their models.
pub(crate) struct Programs {
    pub(crate) folder: PathBuf,
    compiler: String,
}

/// A compiled program.
pub(crate) struct Program<'a> {
    path: PathBuf,
    programs: &'a Programs,
}

impl Programs {
    /// A folder of this name; `None` if there is no C compiler, which is said.
    pub(crate) fn new(name: &str) -> Option<Self> {
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
        if !is_there(&compiler) {
            eprintln!("left out: there is no C compiler {compiler}");
            return None;
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        Some(Self { folder, compiler })
    }

    /// Compiles `tests/c/NAME.c`.
    pub(crate) fn compile(&self, name: &str) -> Program<'_> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = self.folder.join(name);
        let library = library();
        let status = Command::new(&self.compiler)
            .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-g", "-pthread", "-D_POSIX_C_SOURCE=200809L"])
            .arg("-I")
            .arg(here.join("include"))
            .arg(here.join("tests/c").join(name).with_extension("c"))
            .arg(&library)
            .arg(format!("-Wl,-rpath,{}", library.parent().unwrap().display()))
            .arg("-o")
            .arg(&path)
            .status()
            .unwrap();
        assert!(status.success(), "{name} does not compile");
        Program { path, programs: self }
    }
}

impl Program<'_> {
    /// Runs it, after the words of another command.
    pub(crate) fn run(&self, before: &[&str]) -> Output {
        let mut words = before.iter().map(|word| (*word).to_owned());
        let program = self.path.display().to_string();
        let first = words.next();
        let mut command = Command::new(first.as_ref().unwrap_or(&program));
        command.args(words);
        if first.is_some() {
            command.arg(&program);
        }
        command.arg(&self.programs.folder).output().unwrap()
    }
}

/// Whether a command can be started.
pub(crate) fn is_there(command: &str) -> bool {
    Command::new(command).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// The library: the one that `FEATHERLITE_CAPI` names, or the one that cargo builds before the tests.
pub(crate) fn library() -> PathBuf {
    if let Some(path) = std::env::var_os("FEATHERLITE_CAPI") {
        return PathBuf::from(path);
    }
    let test = std::env::current_exe().unwrap();
    let name = format!("{}tensorflowlite_c{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let folders = [test.parent().unwrap(), test.parent().unwrap().parent().unwrap()];
    let found = folders.iter().map(|folder| folder.join(&name)).find(|path| path.exists());
    found.expect("cargo builds the library with the tests")
}

/// The functions that the library exports; `None` without `nm`.
pub(crate) fn exported() -> Option<Vec<String>> {
    let output = Command::new("nm").args(["-D", "--defined-only"]).arg(library()).output().ok()?;
    let text = String::from_utf8(output.stdout).unwrap();
    Some(text.lines().filter_map(|line| line.split_whitespace().nth(2)).map(str::to_owned).collect())
}
