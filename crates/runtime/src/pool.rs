//! Where the tasks of an operator run.

use alloc::format;

use featherlite_base::ErrorKind;
use featherlite_base::arena::{Parallel, Serial};

#[cfg(feature = "std")]
use crate::threads::Threads;
use crate::{Error, Result};

/// The threads of a session; none when it runs on the caller's thread alone.
pub(crate) enum Pool {
    Serial(Serial),
    #[cfg(feature = "std")]
    Threads(Threads),
}

impl Pool {
    /// A pool that runs on `threads` threads, the caller's included.
    ///
    /// # Errors
    /// If threads can not be started.
    pub(crate) fn new(threads: usize) -> Result<Self> {
        if threads <= 1 {
            return Ok(Self::Serial(Serial));
        }
        #[cfg(feature = "std")]
        let reason = match Threads::new(threads) {
            Ok(threads) => return Ok(Self::Threads(threads)),
            Err(error) => error,
        };
        #[cfg(not(feature = "std"))]
        let reason = "there are none without the standard library";
        Err(Error::new(ErrorKind::OutOfMemory, format!("cannot start threads: {reason}")))
    }

    pub(crate) fn parallel(&self) -> &dyn Parallel {
        match self {
            Self::Serial(serial) => serial,
            #[cfg(feature = "std")]
            Self::Threads(threads) => threads,
        }
    }
}
