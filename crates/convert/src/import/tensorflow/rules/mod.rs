//! What TensorFlow's operations become, as tables by subject.

mod activation;
mod arithmetic;
mod branches;
mod comparison;
mod convolution;
mod custom;
mod fake_quant;
mod image;
mod indexing;
mod layout;
mod linear;
mod loops;
mod passing;
mod pooling;
mod random;
mod reduction;
mod segment;
mod shape;
mod signal;
mod state;
mod tensor_list;

use std::collections::HashMap;
use std::sync::LazyLock;

use featherlite_ir::ValueId;
use featherlite_schema::BuiltinOperator;

use super::call::Call;
use super::operand::Operand;
use crate::Result;

pub(crate) use custom::custom;
pub(crate) use state::store;

/// A rule for one or several operations.
pub(crate) struct Rule {
    /// The operations.
    pub(crate) names: &'static [&'static str],
    /// TFLite operators that they become, the main one first.
    pub(crate) operators: &'static [BuiltinOperator],
    how: How,
}

/// How a node is translated.
enum How {
    /// The same operands go into the main operator, which has no options.
    Same,
    /// By a function for nodes with one output.
    One(fn(&mut Call<'_, '_, '_>) -> Result<ValueId>),
    /// By a function that returns the outputs in order.
    Many(fn(&mut Call<'_, '_, '_>) -> Result<Vec<ValueId>>),
    /// By a function that also handles what is no tensor.
    Any(for<'a> fn(&mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>>),
}

const fn same(names: &'static [&'static str], operators: &'static [BuiltinOperator]) -> Rule {
    Rule { names, operators, how: How::Same }
}

const fn one(
    names: &'static [&'static str],
    operators: &'static [BuiltinOperator],
    rule: fn(&mut Call<'_, '_, '_>) -> Result<ValueId>,
) -> Rule {
    Rule { names, operators, how: How::One(rule) }
}

const fn many(
    names: &'static [&'static str],
    operators: &'static [BuiltinOperator],
    rule: fn(&mut Call<'_, '_, '_>) -> Result<Vec<ValueId>>,
) -> Rule {
    Rule { names, operators, how: How::Many(rule) }
}

const fn any(
    names: &'static [&'static str],
    operators: &'static [BuiltinOperator],
    rule: for<'a> fn(&mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>>,
) -> Rule {
    Rule { names, operators, how: How::Any(rule) }
}

impl Rule {
    /// Translates a node and returns its outputs.
    ///
    /// # Errors
    /// Operands and attributes that have no counterpart.
    pub(crate) fn apply<'a>(&self, call: &mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>> {
        match (&self.how, self.operators) {
            (How::Same, operators) => {
                let inputs = call.inputs()?;
                let operator = operators.first().copied().unwrap_or(BuiltinOperator::CUSTOM);
                Ok(vec![call.builder.add(operator, &inputs)?.into()])
            }
            (How::One(rule), _) => Ok(vec![rule(call)?.into()]),
            (How::Many(rule), _) => Ok(rule(call)?.into_iter().map(Operand::from).collect()),
            (How::Any(rule), _) => rule(call),
        }
    }
}

/// All tables.
const TABLES: &[&[Rule]] = &[
    activation::RULES,
    arithmetic::RULES,
    branches::RULES,
    comparison::RULES,
    convolution::RULES,
    fake_quant::RULES,
    image::RULES,
    indexing::RULES,
    layout::RULES,
    linear::RULES,
    loops::RULES,
    pooling::RULES,
    random::RULES,
    reduction::RULES,
    segment::RULES,
    shape::RULES,
    signal::RULES,
    state::RULES,
    tensor_list::RULES,
];

static BY_NAME: LazyLock<HashMap<&'static str, &'static Rule>> = LazyLock::new(|| {
    let rules = TABLES.iter().copied().flatten();
    rules.flat_map(|rule| rule.names.iter().map(move |&name| (name, rule))).collect()
});

/// The rule for an operation.
pub(crate) fn find(op: &str) -> Option<&'static Rule> {
    BY_NAME.get(op).copied()
}

/// All rules.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    TABLES.iter().copied().flatten()
}

/// All operations that have a rule.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    all().flat_map(|rule| rule.names.iter().copied())
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_operation_has_one_rule() {
        let mut names: Vec<_> = super::names().collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
