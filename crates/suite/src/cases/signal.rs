//! Audio and other signals.

use super::Family;

pub(super) const FAMILY: Family = Family { name: "signal", rows: &[] };
