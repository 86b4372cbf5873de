//! Loops and branches, as graphs that WHILE and IF call.
//!
//! Variables and values that a loop never changes are not carried round it: constants are written into its graphs.

use featherlite_base::DType;
use featherlite_ir::{Graph, Model, Op, Value, ValueId};
use featherlite_schema::{BuiltinOperator as B, owned};

use super::super::call::Call;
use super::super::expand::{Endpoint, Flat, Request, expand};
use super::super::operand::{Contents, List, Operand};
use super::super::refusal::refuse;
use super::super::translate::Translator;
use super::tensor_list::materialized;
use super::{Rule, any};
use crate::build::Builder;
use crate::{Error, Result};

pub(super) const RULES: &[Rule] = &[
    any(&["While", "StatelessWhile"], &[B::WHILE], while_loop),
    any(&["If", "StatelessIf"], &[B::IF], branch),
    any(&["Switch"], &[], switch),
    any(&["Merge"], &[], merge),
];

/// A function of the program without calls.
fn flat<'a>(translator: &Translator<'a>, name: &str) -> Result<Flat<'a>> {
    let body = translator.program.function(name)?;
    let (results, effects) = (body.results.clone(), body.effects.clone());
    let effects = if translator.is_stateless() { &[][..] } else { &effects };
    expand(translator.program, &Request { body, cut: &[], results: &results, effects })
}

/// How an operand gets into a graph that is called.
enum Passing<'a> {
    /// As it is, by what it is.
    Known(Operand<'a>),
    /// As this constant.
    Constant(Value),
    /// As an input like this value; `is_list` if it is the tensor of a list.
    Input { value: Value, is_list: bool },
    /// As a list of which the shape of elements is not known yet.
    Reserved(List),
}

fn passing<'a>(builder: &Builder<'_>, operand: &Operand<'a>, is_invariant: bool) -> Passing<'a> {
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
fn arguments<'a>(builder: &mut Builder<'_>, passing: &[Passing<'a>]) -> Result<Vec<Operand<'a>>> {
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
fn result(builder: &mut Builder<'_>, operand: &Operand<'_>, like: &[ValueId]) -> Result<ValueId> {
    match operand {
        Operand::List(list) => materialized(builder, list, like),
        other => other.tensor(),
    }
}

fn while_loop<'a>(call: &mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>> {
    let translator = call.translator;
    let (condition, body) =
        (flat(translator, call.function("cond")?)?, flat(translator, call.function("body")?)?);
    let is_invariant = |index: usize| body.results.get(index) == Some(&Endpoint::Argument(index));
    let mut state = call.operands.to_vec();
    settle_shapes(call, &body, &mut state, &is_invariant)?;

    let is_used = |index: usize| !is_invariant(index) || uses(&body, index) || uses(&condition, index);
    let passing: Vec<Passing<'a>> = state
        .iter()
        .enumerate()
        .map(|(index, operand)| match is_used(index) {
            true => passing(call.builder, operand, is_invariant(index)),
            false => Passing::Known(Operand::Absent),
        })
        .collect();
    let is_carried = |index: usize| matches!(passing[index], Passing::Input { .. });
    let carried: Vec<usize> = (0..state.len()).filter(|&index| is_carried(index)).collect();

    let scope = call.builder.scope().to_owned();
    let (cond_index, ()) = call.builder.subgraph(&format!("{scope}/cond"), |builder| {
        let arguments = arguments(builder, &passing)?;
        let results = translator.translate(builder, &condition, &arguments)?;
        let go_on =
            results.first().ok_or_else(|| Error::invalid("a condition without a result"))?.tensor()?;
        builder.output(go_on);
        Ok(())
    })?;
    let (body_index, ()) = call.builder.subgraph(&format!("{scope}/body"), |builder| {
        let arguments = arguments(builder, &passing)?;
        let results = translator.translate(builder, &body, &arguments)?;
        for &index in &carried {
            let operand =
                results.get(index).ok_or_else(|| Error::invalid("a loop body with too few results"))?;
            let value = result(builder, operand, &[])?;
            builder.output(value);
        }
        Ok(())
    })?;
    call.builder.set_scope(scope);

    let inputs =
        carried.iter().map(|&index| result(call.builder, &state[index], &[])).collect::<Result<Vec<_>>>()?;
    let types: Vec<DType> = inputs.iter().map(|&input| call.builder.dtype(input)).collect();
    let options = owned::WhileOptions {
        cond_subgraph_index: cond_index as i32,
        body_subgraph_index: body_index as i32,
    };
    let inputs: Vec<_> = inputs.into_iter().map(Some).collect();
    let outputs = call.builder.add_as(Op::with(B::WHILE, options), &inputs, &types)?;
    for (&index, &value) in carried.iter().zip(&outputs).filter(|(index, _)| !is_invariant(**index)) {
        state[index] = match &state[index] {
            Operand::List(List { dtype, .. }) => {
                Operand::List(List { contents: Contents::Stacked(value), dtype: *dtype })
            }
            _ => value.into(),
        };
    }
    Ok(state)
}

/// Whether a graph reads an argument.
fn uses(flat: &Flat<'_>, index: usize) -> bool {
    let argument = Endpoint::Argument(index);
    flat.nodes.iter().any(|node| node.inputs.contains(&argument))
}

/// Translates the body once, aside, to learn of what shape the elements of new lists are, and which values change their
/// shape from round to round: the shapes of those are not known.
fn settle_shapes<'a>(
    call: &mut Call<'_, '_, 'a>,
    body: &Flat<'a>,
    state: &mut [Operand<'a>],
    is_invariant: &impl Fn(usize) -> bool,
) -> Result<()> {
    let is_new = |operand: &Operand<'_>| {
        matches!(operand, Operand::List(List { contents: Contents::Reserved { .. }, .. }))
    };
    if !state.iter().any(is_new) {
        return Ok(());
    }
    let mut graph = Graph::new("aside");
    graph.share_open_sizes(call.builder.graph());
    let mut model = Model { graphs: vec![graph], ..Model::default() };
    let mut aside = Builder::new(&mut model, 0);
    let passing: Vec<_> = state
        .iter()
        .enumerate()
        .map(|(index, operand)| passing(call.builder, operand, is_invariant(index)))
        .collect();
    let results = call.translator.aside(|| {
        let arguments = arguments(&mut aside, &passing)?;
        call.translator.translate(&mut aside, body, &arguments)
    })?;
    let tensors: Vec<ValueId> = state.iter().filter_map(|operand| operand.tensor().ok()).collect();
    for (operand, learnt) in state.iter_mut().zip(&results) {
        let (Operand::List(list), Operand::List(learnt)) = (&mut *operand, learnt) else { continue };
        if let (Contents::Reserved { count, .. }, Contents::Reserved { element, .. }) =
            (&list.contents, &learnt.contents)
        {
            list.contents = Contents::Reserved { count: *count, element: element.clone() };
            list.contents = Contents::Stacked(materialized(call.builder, list, &tensors)?);
        }
    }
    Ok(())
}

fn branch<'a>(call: &mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>> {
    let translator = call.translator;
    let (condition, operands) = (call.input(0)?, call.operands.get(1..).unwrap_or_default());
    let [then, otherwise] =
        [flat(translator, call.function("then_branch")?)?, flat(translator, call.function("else_branch")?)?];
    if let Some(&[is_true]) = call.builder.integers(condition).as_deref() {
        let taken = if is_true != 0 { &then } else { &otherwise };
        return translator.translate(call.builder, taken, operands);
    }
    let is_used = |index: usize| {
        let argument = Endpoint::Argument(index);
        [&then, &otherwise].iter().any(|flat| uses(flat, index) || flat.results.contains(&argument))
    };
    let passing: Vec<_> = operands
        .iter()
        .enumerate()
        .map(|(index, operand)| match is_used(index) {
            true => passing(call.builder, operand, true),
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
            inputs.push(Some(result(call.builder, operand, &[])?));
        }
    }
    let scope = call.builder.scope().to_owned();
    let mut built = Vec::new();
    for (name, flat) in [("then", &then), ("else", &otherwise)] {
        built.push(call.builder.subgraph(&format!("{scope}/{name}"), |builder| {
            let arguments = arguments(builder, &passing)?;
            let results = translator.translate(builder, flat, &arguments)?;
            let mut kinds = Vec::new();
            for operand in results {
                let value = result(builder, &operand, &[])?;
                builder.output(value);
                kinds.push((builder.dtype(value), matches!(operand, Operand::List(_))));
            }
            Ok(kinds)
        })?);
    }
    call.builder.set_scope(scope);
    let [(then_index, kinds), (else_index, others)] = &built[..] else {
        return Err(Error::internal("two branches"));
    };
    if kinds != others {
        return refuse("its branches give results of different types", "cast them to one type");
    }
    let options =
        owned::IfOptions { then_subgraph_index: *then_index as i32, else_subgraph_index: *else_index as i32 };
    let types: Vec<DType> = kinds.iter().map(|(dtype, _)| *dtype).collect();
    let outputs = call.builder.add_as(Op::with(B::IF, options), &inputs, &types)?;
    let operand = |(value, &(dtype, is_list)): (ValueId, &(DType, bool))| match is_list {
        true => Operand::List(List { contents: Contents::Stacked(value), dtype }),
        false => value.into(),
    };
    Ok(outputs.into_iter().zip(kinds).map(operand).collect())
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
