//! Convolutions.

use super::Family;

pub(super) const FAMILY: Family = Family { name: "convolution", rows: &[] };
