//! Recurrent cells.

use super::Family;

pub(super) const FAMILY: Family = Family { name: "recurrent", rows: &[] };
