//! The values that a loop carries: outputs of its body that become inputs of the next iteration.

use alloc::vec::Vec;

use featherlite_base::Shape;
use featherlite_base::arena::Block;

use crate::Result;
use crate::calls::{Others, is_same_form};
use crate::graph::Graph;
use crate::graph_plan::{GraphPlan, Place};
use crate::plan::Context;
use crate::state::GraphState;

/// How the outputs of a planned body become its inputs.
pub(crate) struct Carry {
    /// Within the arena: from, to, bytes. What is in its place already is not listed.
    moves: Vec<(usize, usize, usize)>,
    /// Room to bring the moves' sources to safety, if one move would overwrite the source of a later one.
    aside: Option<Block>,
    /// All others, by position.
    others: Vec<usize>,
}

impl Carry {
    fn new(graph: &Graph, plan: &GraphPlan) -> Result<Self> {
        let (mut moves, mut others) = (Vec::new(), Vec::new());
        for (position, (&input, &output)) in graph.inputs.iter().zip(&graph.outputs).enumerate() {
            match (&plan.places[output], &plan.places[input]) {
                _ if output == input => {}
                (Place::Arena { offset: from, bytes }, Place::Arena { offset: to, bytes: room })
                    if bytes == room =>
                {
                    if from != to && *bytes > 0 {
                        moves.push((*from, *to, *bytes));
                    }
                }
                _ => others.push(position),
            }
        }
        let clash = |(from, _, from_bytes): (usize, usize, usize),
                     (_, to, to_bytes): (usize, usize, usize)| {
            from < to + to_bytes && to < from + from_bytes
        };
        let unsafe_order =
            (1..moves.len()).any(|later| moves[..later].iter().any(|&earlier| clash(moves[later], earlier)));
        let bytes = moves.iter().map(|(_, _, bytes)| bytes).sum();
        let aside = if unsafe_order { Some(Block::zeroed(bytes)?) } else { None };
        Ok(Self { moves, aside, others })
    }

    fn run_moves(&mut self, arena: &mut [u8]) {
        let Some(aside) = &mut self.aside else {
            self.moves.iter().for_each(|&(from, to, bytes)| arena.copy_within(from..from + bytes, to));
            return;
        };
        let aside = aside.as_mut_slice();
        let mut start = 0;
        for &(from, _, bytes) in &self.moves {
            aside[start..start + bytes].copy_from_slice(&arena[from..from + bytes]);
            start += bytes;
        }
        let mut start = 0;
        for &(_, to, bytes) in &self.moves {
            arena[to..to + bytes].copy_from_slice(&aside[start..start + bytes]);
            start += bytes;
        }
    }
}

impl GraphState {
    /// Makes the outputs of the run that has just ended the inputs of the next. An input whose shape turns out to change
    /// is planned for that from now on.
    pub(crate) fn carry(&mut self, context: &Context<'_>, others: &mut Others<'_>) -> Result<()> {
        let graph = context.graph();
        let Some(plan) = &self.plan else { return Ok(()) };
        let shapes: Vec<Shape> = graph.outputs.iter().map(|&output| plan.shapes[output]).collect();
        let mut changed = false;
        for (position, &shape) in shapes.iter().enumerate() {
            if !is_same_form(self.input_shapes[position], shape) && !self.is_floating[position] {
                self.is_floating[position] = true;
                changed = true;
            }
        }
        if changed {
            return self.carry_over(context, others);
        }
        if self.carry.is_none() {
            self.carry = Some(Carry::new(graph, plan)?);
        }
        let (Some(plan), Some(carry)) = (&mut self.plan, &mut self.carry) else { return Ok(()) };
        // Everything is read before anything that is still to be read may be overwritten.
        let mut blocks = Vec::with_capacity(carry.others.len());
        for &position in &carry.others {
            blocks.push(plan.hand_over(context, graph, position)?);
        }
        carry.run_moves(plan.arena.as_mut_slice());
        for (&position, block) in carry.others.iter().zip(blocks) {
            let input = graph.inputs[position];
            match &plan.places[input] {
                Place::Dynamic => {
                    (plan.dynamic[input], plan.known[input]) = (Some(block), true);
                    plan.shapes[input] = shapes[position];
                    self.input_shapes[position] = shapes[position];
                }
                _ => plan.write(input, block.as_slice())?,
            }
        }
        Ok(())
    }

    /// As [`GraphState::carry`], to a new plan.
    fn carry_over(&mut self, context: &Context<'_>, others: &mut Others<'_>) -> Result<()> {
        let graph = context.graph();
        let mut values = Vec::with_capacity(graph.outputs.len());
        for &output in &graph.outputs {
            let value = self.present(context, output)?;
            values.push((value.shape, Block::copy_of(value.bytes)?));
        }
        self.forget_plan();
        for (position, (shape, _)) in values.iter().enumerate() {
            self.input_shapes[position] = *shape;
        }
        let plan = self.ensure_plan(context, others)?;
        for (&input, (shape, block)) in graph.inputs.iter().zip(values) {
            plan.write(input, block.as_slice())?;
            plan.shapes[input] = shape;
        }
        Ok(())
    }
}

impl GraphPlan {
    /// The contents of output `position`: its own block where it has one that nobody else needs, or a copy.
    fn hand_over(&mut self, context: &Context<'_>, graph: &Graph, position: usize) -> Result<Block> {
        let output = graph.outputs[position];
        let once = graph.outputs.iter().filter(|&&other| other == output).count() == 1;
        if once
            && !graph.inputs.contains(&output)
            && matches!(self.places[output], Place::Dynamic)
            && let Some(block) = self.dynamic[output].take()
        {
            return Ok(block);
        }
        let slot = self.slot(context.model, output)?;
        Ok(Block::copy_of(crate::arena::read(self, slot))?)
    }
}
