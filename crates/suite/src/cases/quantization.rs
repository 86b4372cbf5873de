//! Conversions between element types, and quantization.

use super::Family;

pub(super) const FAMILY: Family = Family { name: "quantization", rows: &[] };
