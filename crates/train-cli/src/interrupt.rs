//! Ctrl-C ends a run after its step, with a checkpoint; twice ends it at once.

use crate::terminal::note;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

static ASKED: AtomicBool = AtomicBool::new(false);

/// From now on interrupts are noted.
pub(crate) fn watch() -> Result<()> {
    ctrlc::set_handler(|| {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(super::INTERRUPTED));
        }
        note("\ninterrupted: ending with a checkpoint (once more to end at once)");
    })
    .context("interrupts can not be watched")
}

/// Whether there was one.
pub(crate) fn is_asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}
