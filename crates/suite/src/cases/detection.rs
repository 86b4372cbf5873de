//! Boxes chosen from many.

use super::Family;

pub(super) const FAMILY: Family = Family { name: "detection", rows: &[] };
