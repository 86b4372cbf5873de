//! Random numbers.

use super::Family;

pub(super) const FAMILY: Family = Family { name: "random", rows: &[] };
