//! What the sessions of a model share.

#[cfg(feature = "std")]
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A value that one session uses at a time.
#[cfg(feature = "std")]
#[derive(Default)]
pub(crate) struct Lock<T>(Mutex<T>);

#[cfg(feature = "std")]
impl<T> Lock<T> {
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A value that one session uses at a time. Without the standard library a model and its sessions stay on one thread.
#[cfg(not(feature = "std"))]
#[derive(Default)]
pub(crate) struct Lock<T>(core::cell::RefCell<T>);

#[cfg(not(feature = "std"))]
impl<T> Lock<T> {
    pub(crate) fn lock(&self) -> core::cell::RefMut<'_, T> {
        self.0.borrow_mut()
    }
}
