//! Images in other sizes.

use super::Family;

pub(super) const FAMILY: Family = Family { name: "resize", rows: &[] };
