//! Elements picked or placed by their indices, and tables that are looked up.

mod gather;
mod lookup;
mod place;
mod scatter;
mod sparse;

use featherlite::DType;
use featherlite_testkit::Random;

use super::{Family, Value, draw};

pub(super) const FAMILY: Family = Family {
    name: "indexing",
    rows: &[
        ("GATHER", gather::gather),
        ("GATHER_ND", gather::gather_nd),
        ("STABLEHLO_GATHER", gather::gather_slices),
        ("SCATTER_ND", scatter::scatter_nd),
        ("STABLEHLO_SCATTER", scatter::scatter_slices),
        ("SEGMENT_SUM", |random| scatter::segments(random, scatter::Segments::SortedSum)),
        ("UNSORTED_SEGMENT_SUM", |random| scatter::segments(random, scatter::Segments::Sum)),
        ("UNSORTED_SEGMENT_PROD", |random| scatter::segments(random, scatter::Segments::Product)),
        ("UNSORTED_SEGMENT_MAX", |random| scatter::segments(random, scatter::Segments::Greatest)),
        ("UNSORTED_SEGMENT_MIN", |random| scatter::segments(random, scatter::Segments::Least)),
        ("ONE_HOT", place::one_hot),
        ("SPARSE_TO_DENSE", place::sparse_to_dense),
        ("DYNAMIC_UPDATE_SLICE", place::update_slice),
        ("MATRIX_DIAG", place::diagonal),
        ("MATRIX_SET_DIAG", place::set_diagonal),
        ("DENSIFY", sparse::densify),
        ("HASHTABLE_LOOKUP", lookup::table),
        ("LSH_PROJECTION", lookup::projection),
        ("SKIP_GRAM", lookup::grams),
    ],
};

/// Indices of one of these types.
fn indices(random: &mut Random, types: &[DType], shape: &[usize], elements: Vec<i64>) -> Value {
    Value::whole(random.pick(types), shape, elements)
}

/// Most often 32-bit indices.
const WIDE_SELDOM: &[DType] = &[DType::I32, DType::I32, DType::I32, DType::I64];

/// A shape of a rank whose sizes are all at least 1.
fn full_shape(random: &mut Random, rank: usize, limit: usize) -> Vec<usize> {
    draw::shape(random, rank, limit).into_iter().map(|size| size.max(1)).collect()
}
