//! Loops. What a loop never changes is not carried round it if it is a constant or a variable.

use featherlite_base::DType;
use featherlite_ir::{Graph, Model, Op, ValueId};
use featherlite_schema::{BuiltinOperator as B, owned};

use super::super::call::Call;
use super::super::expand::{Endpoint, Flat};
use super::super::operand::{Contents, List, Operand};
use super::passing::{Passing, arguments, flat, passing, result, uses};
use super::tensor_list::materialized;
use super::{Rule, any};
use crate::build::Builder;
use crate::import::compose::shape::{extents, reshape};
use crate::{Error, Result};

pub(super) const RULES: &[Rule] = &[any(&["While", "StatelessWhile"], &[B::WHILE], while_loop)];

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
            let value = own(builder, value)?;
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

/// `value` as a tensor of its own: the next round's inputs are written while those of this one may still be read, so that a
/// loop must not give an input back in another place.
fn own(builder: &mut Builder<'_>, value: ValueId) -> Result<ValueId> {
    let graph = builder.graph();
    if graph.inputs.get(graph.outputs.len()) == Some(&value) || !graph.inputs.contains(&value) {
        return Ok(value);
    }
    let sizes = extents(builder, value)?;
    reshape(builder, value, &sizes)
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
