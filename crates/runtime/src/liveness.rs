//! From when to when tensors are needed, and which of them may share memory.

use alloc::vec;
use alloc::vec::Vec;

use featherlite_base::Result;
use featherlite_ops::core::Memory;

use crate::graph::{Graph, NodeInfo};
use crate::graph_plan::{Place, Step};
use crate::memory::Request;
use crate::plan::Context;

/// Tensors in the arena, joined into groups that share one place.
pub(crate) struct Groups {
    /// The group of each tensor that lives in the arena.
    of: Vec<Option<usize>>,
    bytes: Vec<usize>,
    groups: Vec<Group>,
    scratch: Vec<Request>,
    kept: Vec<bool>,
}

struct Group {
    request: Request,
    /// The last step that reads it. Inputs stay in place until the end even so.
    last_use: usize,
    /// Holds an input of a graph that users run, who may expect to find it unchanged after a run.
    has_input: bool,
}

impl Groups {
    /// Finds out how long every tensor of the arena is needed. Step `n` is time `n + 1`; inputs are there at time 0, and
    /// they, outputs and everything that is to be preserved stay to the end.
    pub(crate) fn new<'s>(
        context: &Context<'_>,
        steps: impl Iterator<Item = &'s Step> + Clone,
        shapes: &[featherlite_base::Shape],
        places: &[Place],
        defined: &[bool],
    ) -> Result<Self> {
        let graph = context.graph();
        let end = steps.clone().count() + 1;
        let count = graph.tensors.len();
        let in_arena = |tensor: usize| {
            defined[tensor] && matches!(places[tensor], Place::Nowhere) && !graph.tensors[tensor].is_variable
        };
        let mut kept = vec![context.preserve_all; count];
        for &tensor in graph.inputs.iter().chain(&graph.outputs) {
            kept[tensor] = true;
        }
        let is_called_only = context.model.is_called_only(context.index);
        let mut first: Vec<Option<usize>> = vec![None; count];
        let mut last = vec![0usize; count];
        for &input in &graph.inputs {
            first[input] = Some(0);
        }
        for (number, step) in steps.clone().enumerate() {
            let info = &graph.nodes[step.node];
            for &tensor in info.inputs.iter().flatten() {
                last[tensor] = number + 1;
            }
            for &tensor in &info.outputs {
                first[tensor] = first[tensor].or(Some(number + 1));
                last[tensor] = last[tensor].max(number + 1);
            }
        }
        let mut groups = Self {
            of: vec![None; count],
            bytes: vec![0; count],
            groups: Vec::new(),
            scratch: Vec::new(),
            kept,
        };
        for tensor in (0..count).filter(|&tensor| in_arena(tensor)) {
            let Some(first) = first[tensor] else { continue };
            let bytes = shapes[tensor].bytes(graph.tensors[tensor].dtype)?;
            let is_output = context.preserve_all || graph.outputs.contains(&tensor);
            let last_use = if is_output { end } else { last[tensor] };
            let last = if groups.kept[tensor] { end } else { last_use };
            groups.bytes[tensor] = bytes;
            groups.of[tensor] = Some(groups.groups.len());
            let has_input = graph.inputs.contains(&tensor) && !is_called_only;
            groups.groups.push(Group { request: Request { bytes, first, last }, last_use, has_input });
        }
        for (number, step) in steps.enumerate() {
            if step.kernel.is_some() {
                groups.share(context, graph, &graph.nodes[step.node], number + 1);
            }
        }
        Ok(groups)
    }

    /// Puts output 0 of a node on one of its inputs if the operator allows it and nobody can tell.
    fn share(&mut self, context: &Context<'_>, graph: &Graph, info: &NodeInfo, time: usize) {
        let Some(operator) = &info.operator else { return };
        let (candidates, is_view): (&[usize], bool) = match operator.memory() {
            Memory::Apart => return,
            Memory::InPlace(inputs) => (inputs, false),
            Memory::View(0) => (&[0], true),
            Memory::View(_) => return,
        };
        let Some(target) = info.outputs.first().and_then(|&output| self.of[output]) else { return };
        for &candidate in candidates {
            let Some(input) = info.inputs.get(candidate).copied().flatten() else { continue };
            let Some(source) = self.of[input] else { continue };
            let output = info.outputs[0];
            let same_size = self.bytes[input] == self.bytes[output]
                && graph.tensors[input].dtype.bits() == graph.tensors[output].dtype.bits();
            let group = &self.groups[source];
            let allowed = if is_view {
                !(group.has_input && graph.outputs.contains(&output))
            } else {
                let uses =
                    info.inputs.iter().flatten().filter(|&&other| self.of[other] == Some(source)).count();
                !context.preserve_all && group.last_use == time && !group.has_input && uses == 1
            };
            if same_size && allowed && self.bytes[output] > 0 && source != target {
                let Group { request: Request { last, .. }, last_use, .. } = self.groups[target];
                let shared = &mut self.groups[source];
                shared.request.last = shared.request.last.max(last);
                shared.last_use = shared.last_use.max(last_use);
                if !is_view {
                    self.kept[input] = false;
                }
                self.groups[target].request = Request { bytes: 0, first: 0, last: 0 };
                self.of[output] = Some(source);
                return;
            }
        }
    }

    /// Whether a node's result is where its operand is already, as it is: there is nothing to run.
    pub(crate) fn is_alias(&self, info: &NodeInfo) -> bool {
        let is_view = info.operator.as_ref().is_some_and(|operator| operator.memory() == Memory::View(0));
        let place = |tensor: Option<usize>| tensor.and_then(|tensor| self.of[tensor]);
        let (input, output) = (info.inputs.first().copied().flatten(), info.outputs.first().copied());
        is_view && place(output).is_some() && place(input) == place(output)
    }

    /// Reserves scratch memory for the time of one step; returns its request's number.
    pub(crate) fn scratch(&mut self, step: usize, bytes: usize) -> usize {
        self.scratch.push(Request { bytes, first: step + 1, last: step + 1 });
        self.groups.len() + self.scratch.len() - 1
    }

    /// All that must be placed: groups, then scratch.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.tensor_requests().into_iter().chain(self.scratch.iter().copied()).collect()
    }

    /// The groups of tensors, without scratch.
    pub(crate) fn tensor_requests(&self) -> Vec<Request> {
        self.groups.iter().map(|group| group.request).collect()
    }

    /// The request that holds the tensor, if it lives in the arena.
    pub(crate) fn group(&self, tensor: usize) -> Option<usize> {
        self.of[tensor]
    }

    /// The tensor's size.
    pub(crate) fn bytes(&self, tensor: usize) -> usize {
        self.bytes[tensor]
    }

    /// Tensors whose contents are still there after a run.
    pub(crate) fn kept(&self) -> Vec<bool> {
        self.kept.clone()
    }
}
