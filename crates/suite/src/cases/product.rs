//! Matrix products and lookups of rows.

use super::Family;

pub(super) const FAMILY: Family = Family { name: "product", rows: &[] };
