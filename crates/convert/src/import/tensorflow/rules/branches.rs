//! Branches.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as B, owned};

use super::super::call::Call;
use super::super::expand::{Endpoint, Flat};
use super::super::operand::{Contents, List, Operand};
use super::super::refusal::refuse;
use super::super::translate::Translator;
use super::passing::{Passing, arguments, flat, passing, result, uses};
use super::{Rule, any};
use crate::build::Builder;
use crate::{Error, Result};

pub(super) const RULES: &[Rule] = &[
    any(&["If", "StatelessIf"], &[B::IF], branch),
    any(&["Case", "StatelessCase"], &[B::IF], case),
    any(&["Switch"], &[], switch),
    any(&["Merge"], &[], merge),
];

/// One of several graphs of the same operands.
struct Branches<'a, 'f> {
    translator: &'f Translator<'a>,
    flats: &'f [Flat<'a>],
}

fn branch<'a>(call: &mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>> {
    let condition = call.input(0)?;
    let names = [call.function("then_branch")?, call.function("else_branch")?];
    let flats = names.into_iter().map(|name| flat(call.translator, name)).collect::<Result<Vec<_>>>()?;
    let branches = Branches { translator: call.translator, flats: &flats };
    branches.choose(call.builder, condition, call.operands.get(1..).unwrap_or_default(), 0)
}

/// The branch with the number of the first operand; the last one for all other numbers.
fn case<'a>(call: &mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>> {
    let index = call.index_input(0)?;
    let names = call.functions("branches")?;
    let flats = names.into_iter().map(|name| flat(call.translator, name)).collect::<Result<Vec<_>>>()?;
    let branches = Branches { translator: call.translator, flats: &flats };
    let mut operands = call.operands.get(1..).unwrap_or_default().to_vec();
    operands.push(index.into());
    branches.number(call.builder, &operands, 0)
}

impl<'a> Branches<'a, '_> {
    /// The branch whose number is the last operand, which is not below `first`.
    fn number(
        &self,
        builder: &mut Builder<'_>,
        operands: &[Operand<'a>],
        first: usize,
    ) -> Result<Vec<Operand<'a>>> {
        let [.., index] = operands else { return Err(Error::internal("a case without a number")) };
        if first + 1 >= self.flats.len() {
            return self.translate(builder, operands, first);
        }
        let number = builder.scalar(first as i32)?;
        let condition = builder.binary(B::EQUAL, index.tensor()?, number)?;
        self.choose(builder, condition, operands, first)
    }

    fn translate(
        &self,
        builder: &mut Builder<'_>,
        operands: &[Operand<'a>],
        number: usize,
    ) -> Result<Vec<Operand<'a>>> {
        let flat = self.flats.get(number).ok_or_else(|| Error::invalid("a case without branches"))?;
        self.translator.translate(builder, flat, operands)
    }

    /// Branch `first` where the condition holds, else the one behind it, or the choice between those behind it.
    fn choose(
        &self,
        builder: &mut Builder<'_>,
        condition: ValueId,
        operands: &[Operand<'a>],
        first: usize,
    ) -> Result<Vec<Operand<'a>>> {
        let has_more = first + 2 < self.flats.len();
        let build = |builder: &mut Builder<'_>, operands: &[Operand<'a>], is_first: bool| match is_first {
            true => self.translate(builder, operands, first),
            false if has_more => self.number(builder, operands, first + 1),
            false => self.translate(builder, operands, first + 1),
        };
        if let Some(&[is_true]) = builder.integers(condition).as_deref() {
            return build(builder, operands, is_true != 0);
        }
        let is_used = |index: usize| {
            let argument = Endpoint::Argument(index);
            self.flats.iter().any(|flat| uses(flat, index) || flat.results.contains(&argument))
                || has_more && index + 1 == operands.len()
        };
        let passing: Vec<_> = operands
            .iter()
            .enumerate()
            .map(|(index, operand)| match is_used(index) {
                true => passing(builder, operand, true),
                false => Passing::Known(Operand::Absent),
            })
            .collect();
        if passing.iter().any(|passing| matches!(passing, Passing::Reserved(_))) {
            return refuse(
                "a list is made before a branch and filled in it",
                "fill the TensorArray outside of tf.cond",
            );
        }
        let mut inputs = vec![Some(condition)];
        for (operand, passing) in operands.iter().zip(&passing) {
            if matches!(passing, Passing::Input { .. }) {
                inputs.push(Some(result(builder, operand, &[])?));
            }
        }
        let scope = builder.scope().to_owned();
        let mut graph = |name: &str, is_first: bool| {
            builder.subgraph(&format!("{scope}/{name}"), |builder| {
                let arguments = arguments(builder, &passing)?;
                let results = build(builder, &arguments, is_first)?;
                results.iter().map(|operand| give(builder, operand)).collect::<Result<Vec<_>>>()
            })
        };
        let (then, kinds) = graph("then", true)?;
        let (otherwise, others) = graph("else", false)?;
        builder.set_scope(scope);
        if kinds != others {
            return refuse("its branches give results of different types", "cast them to one type");
        }
        let options =
            owned::IfOptions { then_subgraph_index: then as i32, else_subgraph_index: otherwise as i32 };
        let types: Vec<DType> = kinds.iter().map(|(dtype, _)| *dtype).collect();
        let outputs = builder.add_as(Op::with(B::IF, options), &inputs, &types)?;
        let operand = |(value, &(dtype, is_list)): (ValueId, &(DType, bool))| match is_list {
            true => Operand::List(List { contents: Contents::Stacked(value), dtype }),
            false => value.into(),
        };
        Ok(outputs.into_iter().zip(&kinds).map(operand).collect())
    }
}

/// Makes a result an output of the graph; its type, and whether it stands for a list.
fn give(builder: &mut Builder<'_>, operand: &Operand<'_>) -> Result<(DType, bool)> {
    let value = result(builder, operand, &[])?;
    builder.output(value);
    Ok((builder.dtype(value), matches!(operand, Operand::List(_))))
}

/// A branch of TensorFlow 1 whose condition is known: only one output is alive.
fn switch<'a>(call: &mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>> {
    let condition = call.input(1)?;
    let Some(&[is_true]) = call.builder.integers(condition).as_deref() else {
        return refuse(
            "a branch of TensorFlow 1 whose condition is computed",
            "export the model with tf.compat.v1.enable_control_flow_v2() or from a tf.function",
        );
    };
    let alive = call.operand(0)?.clone();
    Ok(if is_true != 0 { vec![Operand::Dead, alive] } else { vec![alive, Operand::Dead] })
}

fn merge<'a>(call: &mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>> {
    let alive = call.operands.iter().position(|operand| !matches!(operand, Operand::Dead));
    let Some(index) = alive else { return Ok(vec![Operand::Dead, Operand::Dead]) };
    let number = call.builder.scalar(index as i32)?;
    Ok(vec![call.operand(index)?.clone(), number.into()])
}
