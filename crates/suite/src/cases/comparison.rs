//! Comparisons, logic and choices.

use super::Family;

pub(super) const FAMILY: Family = Family { name: "comparison", rows: &[] };
