//! Pools and other windows.

use super::Family;

pub(super) const FAMILY: Family = Family { name: "pooling", rows: &[] };
