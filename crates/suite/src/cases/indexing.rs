//! Elements read and written by index.

use super::Family;

pub(super) const FAMILY: Family = Family { name: "indexing", rows: &[] };
