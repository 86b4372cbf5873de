//! The time that operators take, where there is a clock.

#[cfg(feature = "std")]
pub(crate) use std::time::Instant;

/// Without the standard library nothing is known of time.
#[cfg(not(feature = "std"))]
pub(crate) struct Instant;

#[cfg(not(feature = "std"))]
impl Instant {
    pub(crate) fn now() -> Self {
        Self
    }

    pub(crate) fn elapsed(&self) -> core::time::Duration {
        core::time::Duration::ZERO
    }
}
