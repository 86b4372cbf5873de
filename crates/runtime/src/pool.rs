//! Where the tasks of an operator run.

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
    /// If threads can not be started, or there are none without the standard library.
    pub(crate) fn new(threads: usize) -> Result<Self> {
        if threads <= 1 {
            return Ok(Self::Serial(Serial));
        }
        #[cfg(feature = "std")]
        {
            let failed =
                |error| Error::new(ErrorKind::OutOfMemory, alloc::format!("cannot start threads: {error}"));
            Threads::new(threads).map(Self::Threads).map_err(failed)
        }
        #[cfg(not(feature = "std"))]
        Err(Error::new(ErrorKind::Unsupported, "threads need the standard library (feature `std`)"))
    }

    pub(crate) fn parallel(&self) -> &dyn Parallel {
        match self {
            Self::Serial(serial) => serial,
            #[cfg(feature = "std")]
            Self::Threads(threads) => threads,
        }
    }
}
