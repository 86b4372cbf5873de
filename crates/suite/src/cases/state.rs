//! Variables, tables, and calls of subgraphs.

use super::Family;

pub(super) const FAMILY: Family = Family { name: "state", rows: &[] };
