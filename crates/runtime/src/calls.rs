//! Subgraphs that operators call: branches and loops, at plan time (for their shapes) and during a run.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, ErrorKind, Shape};
use featherlite_ops::core::{Called, Outputs, Tensor, Value};

use crate::execute::Machine;
use crate::graph::Graph;
use crate::model::Inner;
use crate::plan::Context;
use crate::state::GraphState;
use crate::{Error, Result};

/// Calls may be nested this deep, lest a file makes the stack overflow.
const MAX_DEPTH: usize = 64;

/// The other subgraphs of a session, while one of them is planned or runs. A subgraph that is in use is taken out, so that
/// one that calls itself is found out.
pub(crate) struct Others<'g> {
    pub(crate) graphs: &'g mut [Option<Box<GraphState>>],
    pub(crate) depth: usize,
    /// How many subgraphs may still be planned only to learn their shapes. More than a few times their number means that
    /// calls with different shapes alternate; then shapes are left to the run.
    plans: usize,
}

impl<'g> Others<'g> {
    pub(crate) fn new(graphs: &'g mut [Option<Box<GraphState>>]) -> Self {
        let plans = graphs.len().saturating_mul(4);
        Self { graphs, depth: 0, plans }
    }

    /// Takes subgraph `index` out.
    pub(crate) fn enter(&mut self, index: usize) -> Result<Box<GraphState>> {
        let Some(slot) = self.graphs.get_mut(index) else { return Err(no_subgraph(index)) };
        if self.depth == MAX_DEPTH {
            let message = format!("subgraphs call each other more than {MAX_DEPTH} deep");
            return Err(Error::new(ErrorKind::LimitReached, message));
        }
        let state = slot
            .take()
            .ok_or_else(|| Error::new(ErrorKind::InvalidModel, format!("subgraph {index} calls itself")))?;
        self.depth += 1;
        Ok(state)
    }

    /// Puts it back.
    pub(crate) fn leave(&mut self, index: usize, state: Box<GraphState>) {
        self.depth -= 1;
        self.graphs[index] = Some(state);
    }

    /// The shapes of the outputs of an operator that calls subgraphs.
    pub(crate) fn shapes(
        &mut self,
        context: &Context<'_>,
        called: &Called,
        inputs: &[Option<Tensor<'_>>],
        outputs: &[Tensor<'_>],
    ) -> Result<Outputs> {
        let mut arguments = Vec::new();
        for input in inputs.iter().skip(called.first_input) {
            let input = input.as_ref().ok_or_else(|| {
                Error::new(ErrorKind::InvalidModel, "an argument of the subgraph is missing")
            })?;
            arguments.push((input.dtype, input.shape));
        }
        let results: Vec<DType> = outputs.iter().map(|output| output.dtype).collect();
        let mut found: Option<Vec<Shape>> = None;
        let mut agree = true;
        for &subgraph in &called.subgraphs {
            let shapes = self.shapes_of(context, subgraph, &arguments, &results)?;
            agree &= shapes.is_some() && (found.is_none() || found == shapes);
            found = shapes;
        }
        let stays =
            |shapes: &[Shape]| shapes.iter().zip(&arguments).all(|(&to, &(_, from))| is_same_form(from, to));
        Ok(match found {
            Some(shapes) if agree && (!called.is_loop || stays(&shapes)) => Outputs::Known(shapes),
            _ => Outputs::AtRun,
        })
    }

    /// The shapes of a subgraph's outputs, if they are known before it runs.
    fn shapes_of(
        &mut self,
        context: &Context<'_>,
        index: usize,
        arguments: &[(DType, Shape)],
        results: &[DType],
    ) -> Result<Option<Vec<Shape>>> {
        check_call(context.model, index, arguments.iter().map(|(dtype, _)| *dtype), Some(results))?;
        let mut state = self.enter(index)?;
        let shapes = self.plan_called(&Context { index, ..*context }, &mut state, arguments);
        self.leave(index, state);
        shapes
    }

    fn plan_called(
        &mut self,
        context: &Context<'_>,
        state: &mut GraphState,
        arguments: &[(DType, Shape)],
    ) -> Result<Option<Vec<Shape>>> {
        state.reshape(arguments.iter().map(|(_, shape)| *shape), true);
        if state.plan.is_none() {
            match self.plans.checked_sub(1) {
                Some(rest) => self.plans = rest,
                None => return Ok(None),
            }
        }
        let plan = state.ensure_plan(context, self)?;
        Ok(context.graph().outputs.iter().map(|&output| plan.known_shape(output)).collect())
    }
}

fn no_subgraph(index: usize) -> Error {
    Error::new(ErrorKind::InvalidModel, format!("subgraph {index} does not exist"))
}

/// Whether a carried value of the one shape may take the place of one of the other: scalars and vectors of one
/// element pass for each other, as in TensorFlow Lite.
pub(crate) fn is_same_form(from: Shape, to: Shape) -> bool {
    from == to || (from.rank() <= 1 && to.rank() <= 1 && from.elements() == 1 && to.elements() == 1)
}

/// Checks number and element types of a subgraph's inputs and outputs.
fn check_call(
    model: &Inner,
    index: usize,
    arguments: impl ExactSizeIterator<Item = DType>,
    results: Option<&[DType]>,
) -> Result<()> {
    let graph = model.graphs.get(index).ok_or_else(|| no_subgraph(index))?;
    let check = |what: &str, tensors: &[usize], dtypes: &mut dyn ExactSizeIterator<Item = DType>| {
        if tensors.len() != dtypes.len() {
            return Err(format!("{} {what}, not {}", tensors.len(), dtypes.len()));
        }
        for (position, (&tensor, found)) in tensors.iter().zip(dtypes).enumerate() {
            let expected = graph.tensors[tensor].dtype;
            if !is_passable(expected, found) {
                return Err(format!("{expected}, not {found}, among its {what} at {position}"));
            }
        }
        Ok(())
    };
    let mut arguments = arguments;
    check("inputs", &graph.inputs, &mut arguments)
        .and_then(|()| match results {
            Some(results) => check("outputs", &graph.outputs, &mut results.iter().copied()),
            None => Ok(()),
        })
        .map_err(|text| Error::new(ErrorKind::InvalidModel, format!("subgraph {index} has {text}")))
}

/// Handles of resources are numbers, and some files say so.
fn is_passable(expected: DType, found: DType) -> bool {
    let plain = |dtype| if dtype == DType::Resource { DType::I32 } else { dtype };
    plain(expected) == plain(found)
}

impl<'s> Machine<'s> {
    /// Takes a subgraph's state out while it is used.
    pub(crate) fn with_state<T>(
        &mut self,
        index: usize,
        work: impl FnOnce(&mut Self, &mut GraphState) -> Result<T>,
    ) -> Result<T> {
        let mut state = self.others.enter(index)?;
        let result = work(self, &mut state);
        self.others.leave(index, state);
        result
    }

    /// Runs a subgraph whose inputs are set, planning it first if need be.
    pub(crate) fn run_state(&mut self, index: usize, state: &mut GraphState) -> Result<()> {
        let context = self.context(index);
        state.ensure_plan(&context, &mut self.others)?;
        match &mut state.plan {
            Some(plan) => self.run_plan(index, plan),
            None => Err(Error::new(ErrorKind::Internal, "the plan vanished")),
        }
    }

    pub(crate) fn call_with(&mut self, index: usize, arguments: &[Value<'_>]) -> Result<()> {
        check_call(self.model, index, arguments.iter().map(|argument| argument.dtype), None)?;
        let graph: &'s Graph = &self.model.graphs[index];
        self.with_state(index, |machine, state| {
            let context = machine.context(index);
            let used = |position: usize| graph.uses_input[position].then_some(Ok(arguments[position]));
            state.set_inputs(&context, used, &mut machine.others)?;
            machine.run_state(index, state)
        })
    }

    pub(crate) fn repeat_with(&mut self, condition: usize, body: usize, first: &[Value<'_>]) -> Result<()> {
        let dtypes = || first.iter().map(|value| value.dtype);
        let results: Vec<DType> = dtypes().collect();
        check_call(self.model, condition, dtypes(), Some(&[DType::Bool]))?;
        check_call(self.model, body, dtypes(), Some(&results))?;
        let model = self.model;
        let condition_graph: &'s Graph = &model.graphs[condition];
        let body_inputs: &'s [usize] = &model.graphs[body].inputs;
        let (body_context, condition_context) = (self.context(body), self.context(condition));
        self.with_state(body, |machine, state| {
            state.set_inputs(&body_context, |position| Some(Ok(first[position])), &mut machine.others)?;
            machine.with_state(condition, |machine, decision| {
                loop {
                    let used = |position: usize| {
                        condition_graph.uses_input[position]
                            .then(|| state.present(&body_context, body_inputs[position]))
                    };
                    decision.set_inputs(&condition_context, used, &mut machine.others)?;
                    machine.run_state(condition, decision)?;
                    let verdict = decision.present(&condition_context, condition_graph.outputs[0])?;
                    let &[verdict] = verdict.bytes else {
                        let message = format!("the loop's condition has the shape {}", verdict.shape);
                        return Err(Error::new(ErrorKind::InvalidShape, message));
                    };
                    if verdict == 0 {
                        return Ok(());
                    }
                    machine.run_state(body, state)?;
                    state.carry(&body_context, &mut machine.others)?;
                }
            })
        })
    }

    /// A tensor of a subgraph that was called.
    pub(crate) fn value_of(&self, index: usize, tensor: Option<usize>) -> Result<Value<'_>> {
        let (Some(Some(state)), Some(tensor)) = (self.others.graphs.get(index), tensor) else {
            return Err(no_subgraph(index));
        };
        state.present(&self.context(index), tensor)
    }
}
