//! What goes into graphs that WHILE and IF call, and comes out of them.
//!
//! Variables are known by themselves, and constants are written into the graph; all else is an input.

use featherlite_base::DType;
use featherlite_ir::{Value, ValueId};

use super::super::expand::{Endpoint, Flat, Request, expand};
use super::super::operand::{Contents, List, Operand};
use super::super::translate::Translator;
use super::tensor_list::materialized;
use crate::Result;
use crate::build::Builder;

/// A function of the program without calls.
pub(super) fn flat<'a>(translator: &Translator<'a>, name: &str) -> Result<Flat<'a>> {
    let body = translator.program.function(name)?;
    let (results, effects) = (body.results.clone(), body.effects.clone());
    let effects = if translator.is_stateless() { &[][..] } else { &effects };
    expand(translator.program, &Request { body, cut: &[], results: &results, effects })
}

/// How an operand gets into a graph that is called.
pub(super) enum Passing<'a> {
    /// As it is, by what it is.
    Known(Operand<'a>),
    /// As this constant.
    Constant(Value),
    /// As an input like this value; `is_list` if it is the tensor of a list.
    Input { value: Value, is_list: bool },
    /// As a list of which the shape of elements is not known yet.
    Reserved(List),
}

/// How `operand` is passed; one that is invariant is the same in every round of a loop.
pub(super) fn passing<'a>(builder: &Builder<'_>, operand: &Operand<'a>, is_invariant: bool) -> Passing<'a> {
    let (id, is_list) = match operand {
        Operand::Tensor(value) => (*value, false),
        Operand::List(List { contents: Contents::Stacked(value), .. }) => (*value, true),
        Operand::List(list) => return Passing::Reserved(list.clone()),
        other => return Passing::Known(other.clone()),
    };
    let value = builder.graph().value(id);
    if is_invariant && value.constant.is_some() && !is_list {
        return Passing::Constant(value.clone());
    }
    let input = Value { shape: value.shape.clone(), ..Value::new(&value.name, value.dtype) };
    Passing::Input { value: input, is_list }
}

/// The arguments of a called graph; what is passed as an input becomes one.
pub(super) fn arguments<'a>(builder: &mut Builder<'_>, passing: &[Passing<'a>]) -> Result<Vec<Operand<'a>>> {
    let mut arguments = Vec::with_capacity(passing.len());
    for one in passing {
        arguments.push(match one {
            Passing::Known(operand) => operand.clone(),
            Passing::Constant(value) => Operand::Tensor(builder.graph_mut().add_value(value.clone())),
            Passing::Input { value, is_list } => {
                let id = builder.input_of(value.clone());
                match is_list {
                    true => Operand::List(List { contents: Contents::Stacked(id), dtype: value.dtype }),
                    false => Operand::Tensor(id),
                }
            }
            Passing::Reserved(list) => {
                let element = match &list.contents {
                    Contents::Reserved { element, .. } => element.clone(),
                    Contents::Stacked(_) => None,
                };
                let count = builder.input("count", DType::I32, &[]);
                Operand::List(List { contents: Contents::Reserved { count, element }, dtype: list.dtype })
            }
        });
    }
    Ok(arguments)
}

/// The tensor of a result, which a called graph gives back.
pub(super) fn result(builder: &mut Builder<'_>, operand: &Operand<'_>, like: &[ValueId]) -> Result<ValueId> {
    match operand {
        Operand::List(list) => materialized(builder, list, like),
        other => other.tensor(),
    }
}

/// Whether a graph reads an argument.
pub(super) fn uses(flat: &Flat<'_>, index: usize) -> bool {
    let argument = Endpoint::Argument(index);
    flat.nodes.iter().any(|node| node.inputs.contains(&argument))
}
