//! The graph after each pass, as files.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use featherlite::ir::{Model, Names};

use crate::exit::usage;
use crate::files;

/// Text forms of the graph, one file for each pass that changed something.
pub(super) struct Dump {
    folder: Option<PathBuf>,
    number: usize,
    failed: Option<anyhow::Error>,
}

impl Dump {
    pub(super) fn new(folder: Option<&Path>, model: &Model) -> Result<Self> {
        if let Some(folder) = folder {
            if folder.is_file() {
                return Err(usage(format!("--dump-ir: {} is a file", folder.display())));
            }
            files::make_folder(folder)?;
        }
        let mut dump = Self { folder: folder.map(Path::to_owned), number: 0, failed: None };
        dump.write("import", model);
        Ok(dump)
    }

    pub(super) fn write(&mut self, pass: &str, model: &Model) {
        let Some(folder) = &self.folder else { return };
        let names = [("", Names::Own), (".numbered", Names::Numbers)];
        for (suffix, names) in names.into_iter().take(if pass == "final" { 2 } else { 1 }) {
            let path = folder.join(format!("{:03}_{pass}{suffix}.txt", self.number));
            let written = files::write(&path, |out| out.write_all(model.text(names).as_bytes()));
            if let Err(error) = written {
                self.failed.get_or_insert(error);
            }
        }
        self.number += 1;
    }

    pub(super) fn finish(self) -> Result<()> {
        self.failed.map_or(Ok(()), Err)
    }
}
