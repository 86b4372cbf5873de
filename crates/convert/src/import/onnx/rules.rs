//! The list of all rules.

use featherlite_ir::ValueId;
use featherlite_schema::BuiltinOperator as Tflite;

use super::call::Call;
use super::graph::Item;
use crate::Result;

/// How an operator of ONNX is translated.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    /// It is one of TFLite's, element by element, without attributes.
    Is(Tflite),
    /// It has one output. With the TFLite operators that come of it, for the documentation.
    One(fn(&mut Call<'_, '_>) -> Result<ValueId>, &'static str),
    /// It has several outputs.
    Many(fn(&mut Call<'_, '_>) -> Result<Vec<ValueId>>, &'static str),
    /// It has outputs that may be other than tensors, or absent.
    Items(fn(&mut Call<'_, '_>) -> Result<Vec<Option<Item>>>, &'static str),
}

impl Rule {
    /// The TFLite operators that come of it.
    pub(super) fn operators(self) -> String {
        match self {
            Self::Is(op) => format!("{op:?}"),
            Self::One(_, operators) | Self::Many(_, operators) | Self::Items(_, operators) => {
                operators.to_owned()
            }
        }
    }
}

/// An operator's name and its rule. Names outside of the standard domain have the domain in front.
pub(super) type Row = (&'static str, Rule);

/// All rules, by subject.
static SUBJECTS: &[&[Row]] = &[
    super::activation::ROWS,
    super::attention::ROWS,
    super::blocks::ROWS,
    super::constants::ROWS,
    super::control_flow::ROWS,
    super::convolution::ROWS,
    super::detection::ROWS,
    super::elementwise::ROWS,
    super::gather::ROWS,
    super::linear::ROWS,
    super::loss::ROWS,
    super::normalization::ROWS,
    super::pooling::ROWS,
    super::quantization::ROWS,
    super::recurrent::ROWS,
    super::reduction::ROWS,
    super::resize::ROWS,
    super::sampling::ROWS,
    super::scatter::ROWS,
    super::sequence::ROWS,
    super::shape::ROWS,
    super::slicing::ROWS,
    super::spectrum::ROWS,
    super::transposed::ROWS,
];

/// All rules.
pub(super) fn all() -> impl Iterator<Item = &'static Row> {
    SUBJECTS.iter().flat_map(|rows| rows.iter())
}

/// The rule of an operator.
pub(super) fn find(name: &str) -> Option<Rule> {
    all().find(|row| row.0 == name).map(|row| row.1)
}

/// The operator with a rule whose name is nearest, if it is near at all.
pub(super) fn nearest(name: &str) -> Option<&'static str> {
    let near = |candidate: &'static str| (distance(name, candidate), candidate);
    let (changes, candidate) = all().map(|row| near(row.0)).min()?;
    (changes <= 1 + name.len() / 4).then_some(candidate)
}

/// How many letters must be added, removed or replaced to get from `a` to `b`.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
