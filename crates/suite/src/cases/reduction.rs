//! Reductions and what else runs along axes.

use super::Family;

pub(super) const FAMILY: Family = Family { name: "reduction", rows: &[] };
