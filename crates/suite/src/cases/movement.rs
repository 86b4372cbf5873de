//! Elements moved, repeated or left out, and shapes as values.

use super::Family;

pub(super) const FAMILY: Family = Family { name: "movement", rows: &[] };
