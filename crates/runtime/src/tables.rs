//! Nodes whose bytes are a function of one operand's bytes, as tables: `x * sigmoid(x)` becomes one lookup.
//!
//! A table is what the nodes' own kernels compute of all 256 bytes, so that it holds the bits that they would give.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec;
use alloc::vec::Vec;

use featherlite_base::arena::{Block, Slot};
use featherlite_base::{DType, Result as BaseResult, Shape};
use featherlite_ops::core::{Effects, Kernel, NoStore, Node, Plan};
use featherlite_ops::parts::lut;

use crate::graph::NodeInfo;
use crate::graph_plan::Step;
use crate::plan::Context;
use crate::{Result, execute};

/// The bytes of a tensor of all bytes.
const BYTES: usize = 256;

/// How many nodes may lie between a tensor and the one that it is a function of.
const DEPTH: usize = 4;

/// The nodes of a subgraph that compute bytes from bytes one by one.
#[derive(Default)]
pub(crate) struct Tables {
    /// The node that computes a tensor.
    nodes: BTreeMap<usize, usize>,
    /// The nodes that look their results up, and the input that they still read.
    lookups: BTreeMap<usize, usize>,
}

impl Tables {
    /// Takes note of a node whose tensors have these shapes. If all its inputs are functions of one of them: a kernel that
    /// looks its result up.
    ///
    /// # Errors
    /// If a kernel fails on some byte.
    pub(crate) fn add(
        &mut self,
        context: &Context<'_>,
        node: usize,
        shapes: &[Shape],
        is_computed: impl Fn(usize) -> bool,
    ) -> Result<Option<Box<dyn Kernel>>> {
        let (graph, info) = (context.graph(), &context.graph().nodes[node]);
        let &[output] = &*info.outputs else { return Ok(None) };
        let is_byte = |tensor: usize| {
            let info = &graph.tensors[tensor];
            matches!(info.dtype, DType::I8 | DType::U8)
                && !info.is_variable
                && shapes[tensor] == shapes[output]
        };
        let is_per_element =
            context.operator(info)?.effects() == Effects::PerElement && info.inputs.len() <= 2;
        let is_computed =
            |input: &Option<usize>| input.is_some_and(|input| is_byte(input) && is_computed(input));
        if context.preserve_all || !is_per_element || !is_byte(output) || !info.inputs.iter().all(is_computed)
        {
            return Ok(None);
        }
        self.nodes.insert(output, node);
        let inputs = || info.inputs.iter().copied().flatten();
        let is_source = |&source: &usize| {
            inputs().any(|input| input != source)
                && inputs().all(|input| self.is_function(context, input, source, DEPTH))
        };
        let Some(source) = inputs().find(is_source) else { return Ok(None) };
        let position = inputs().position(|input| input == source).unwrap_or(0);
        let table = self.table(context, output, source)?;
        self.lookups.insert(node, position);
        Ok(Some(lut::look_up(context.setup.level, table, position)))
    }

    /// Whether a tensor is a function of `source`.
    fn is_function(&self, context: &Context<'_>, tensor: usize, source: usize, depth: usize) -> bool {
        let Some(node) = self.nodes.get(&tensor).filter(|_| tensor != source) else {
            return tensor == source;
        };
        let mut inputs = context.graph().nodes[*node].inputs.iter().flatten();
        depth > 0 && inputs.all(|&input| self.is_function(context, input, source, depth - 1))
    }

    /// The bytes of a tensor for all bytes of its source.
    fn table(&self, context: &Context<'_>, tensor: usize, source: usize) -> Result<Box<lut::Table>> {
        let mut table = Box::new([0; BYTES]);
        let Some(&node) = self.nodes.get(&tensor).filter(|_| tensor != source) else {
            (0..=u8::MAX).zip(&mut *table).for_each(|(byte, result)| *result = byte);
            return Ok(table);
        };
        let info = &context.graph().nodes[node];
        let inputs = info.inputs.iter().flatten().map(|&input| self.table(context, input, source));
        let inputs: Vec<_> = inputs.collect::<Result<_>>()?;
        let results = run(context, node, info, &inputs);
        let results = results.map_err(|error| error.at_node(context.index, node, &info.name))?;
        table.copy_from_slice(results.as_slice());
        Ok(table)
    }

    /// The nodes whose results nobody reads any more.
    pub(crate) fn unread<'s>(
        &self,
        context: &Context<'_>,
        steps: impl DoubleEndedIterator<Item = &'s Step>,
    ) -> BTreeSet<usize> {
        let graph = context.graph();
        let mut read: BTreeSet<usize> = graph.outputs.iter().copied().collect();
        let mut unread = BTreeSet::new();
        if self.lookups.is_empty() {
            return unread;
        }
        for step in steps.rev() {
            let info = &graph.nodes[step.node];
            let is_map = info.outputs.iter().all(|output| self.nodes.contains_key(output));
            if is_map && !info.outputs.iter().any(|output| read.contains(output)) {
                unread.insert(step.node);
                continue;
            }
            match self.lookups.get(&step.node) {
                Some(&position) => read.extend(info.inputs.get(position).copied().flatten()),
                None => read.extend(info.inputs.iter().flatten()),
            }
        }
        unread
    }
}

/// What a node computes of these bytes.
fn run(context: &Context<'_>, node: usize, info: &NodeInfo, inputs: &[Box<lut::Table>]) -> Result<Block> {
    let (operator, custom_options) = context.schema_operator(node)?;
    let shape = Shape::new(&[BYTES])?;
    let lookup = |tensor: usize| Some(context.tensor(tensor, shape, true, None, false));
    let tensors: Vec<_> = info.inputs.iter().map(|input| input.and_then(lookup)).collect();
    let outputs: Vec<_> = info.outputs.iter().filter_map(|&output| lookup(output)).collect();
    let node = Node {
        model: context.model.schema(),
        operator,
        index: (context.index, node),
        version: info.version,
        custom_options,
        inputs: &tensors,
        outputs: &outputs,
        tensor: &lookup,
    };
    let mut store = NoStore;
    let mut plan = Plan::new(&node, context.setup, &mut store);
    let kernel = context.operator(info)?.plan(&mut plan)?;
    let needs = plan.finish();
    let mut results = Block::zeroed(BYTES)?;
    let extra = needs.scratch.iter().chain(&needs.state).map(|&bytes| Block::zeroed(bytes));
    let mut extra: Vec<_> = extra.collect::<BaseResult<_>>()?;
    let mut slots: Vec<Slot> = inputs.iter().map(|table| Slot::constant(&**table)).collect();
    slots.push(results.slot(0, BYTES)?);
    for block in &mut extra {
        let bytes = block.len();
        slots.push(block.slot(0, bytes)?);
    }
    let sizes = (inputs.len(), 1, needs.scratch.len());
    execute::run_alone(&*kernel, &slots, sizes, &vec![shape; inputs.len()])?;
    Ok(results)
}
