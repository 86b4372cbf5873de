//! Functions of one number.

use super::Family;

pub(super) const FAMILY: Family = Family { name: "unary", rows: &[] };
