//! Planning a subgraph: shapes, folded constants, kernels, and where every tensor is.

use alloc::format;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use featherlite_base::arena::{Block, Slot};
use featherlite_base::{Error as BaseError, ErrorKind, Result as BaseResult, Shape};
use featherlite_ops::core::{Effects, Memory, Needs, Node, Operator, Outputs, Plan, Setup, Tensor};
use featherlite_schema as schema;

use crate::calls::Others;
use crate::execute;
use crate::graph::{Graph, NodeInfo};
use crate::graph_plan::{GraphPlan, Place, Step};
use crate::liveness::Groups;
use crate::memory::{Request, lower_bound, place};
use crate::model::{Inner, NodeStore};
use crate::tables::Tables;
use crate::{Error, Result};

/// What planning is given.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) model: &'a Inner,
    pub(crate) index: usize,
    pub(crate) setup: Setup,
    pub(crate) preserve_all: bool,
    pub(crate) memory_limit: usize,
}

/// Constants are folded if the result is not much larger than what it is made of.
const FOLD_GROWTH: usize = 16;
const FOLD_FREE: usize = 1 << 20;

impl<'a> Context<'a> {
    pub(crate) fn graph(&self) -> &'a Graph {
        &self.model.graphs[self.index]
    }

    /// The tensor as operators see it; `data` are its contents if they are known.
    pub(crate) fn tensor(
        &self,
        index: usize,
        shape: Shape,
        shape_known: bool,
        data: Option<&'a [u8]>,
        is_constant: bool,
    ) -> Tensor<'a> {
        let info = &self.graph().tensors[index];
        let sparsity = if info.is_sparse {
            let graph = self.model.schema().subgraphs().get(self.index);
            graph.and_then(|graph| graph.tensors().get(index)).and_then(|tensor| tensor.sparsity())
        } else {
            None
        };
        Tensor {
            name: &info.name,
            dtype: info.dtype,
            shape,
            shape_known,
            is_open: info.signature.as_ref().is_some_and(|signature| signature.contains(&-1)),
            quantization: &info.quantization,
            data,
            is_constant,
            is_variable: info.is_variable,
            sparsity,
        }
    }

    pub(crate) fn schema_operator(&self, node: usize) -> Result<(schema::Operator<'a>, &'a [u8])> {
        let model = self.model.schema();
        let operator = model.subgraphs().get(self.index).and_then(|graph| graph.operators().get(node));
        let operator =
            operator.ok_or_else(|| Error::new(ErrorKind::Internal, "the operator vanished from the file"))?;
        Ok((operator, model.custom_options(operator)?))
    }

    pub(crate) fn operator(&self, info: &'a NodeInfo) -> BaseResult<&'a Operator> {
        info.operator.as_ref().ok_or_else(|| {
            let advice = if info.is_custom {
                "a custom operator that was not registered (OpSet::with_custom does it)"
            } else {
                "not in the model's operator set"
            };
            let dtype = |tensor: usize| self.graph().tensors[tensor].dtype.name();
            let inputs: Vec<&str> = info.inputs.iter().map(|input| input.map_or("absent", dtype)).collect();
            let outputs: Vec<&str> = info.outputs.iter().map(|&output| dtype(output)).collect();
            BaseError::unsupported(format!(
                "version {} with element types ({}) -> ({}) is not supported: {advice}",
                info.version,
                inputs.join(", "),
                outputs.join(", ")
            ))
        })
    }

    /// Plans the subgraph for inputs of these shapes.
    pub(crate) fn plan(
        &self,
        input_shapes: &[Shape],
        is_floating: &[bool],
        others: &mut Others<'_>,
    ) -> Result<GraphPlan> {
        let mut draft = Draft::new(self, input_shapes, is_floating);
        for (index, node) in self.graph().nodes.iter().enumerate() {
            draft.node(index, node, others).map_err(|error| error.at_node(self.index, index, &node.name))?;
        }
        for &output in &self.graph().outputs {
            if matches!(draft.places[output], Place::Nowhere) && !draft.defined[output] {
                let name = &self.graph().tensors[output].name;
                let message = "the output has no value: no operator writes it";
                return Err(Error::new(ErrorKind::InvalidModel, message).at_tensor(self.index, output, name));
            }
        }
        draft.place_all()
    }
}

/// A plan in the making.
struct Draft<'c, 'a> {
    context: &'c Context<'a>,
    shapes: Vec<Shape>,
    known: Vec<bool>,
    defined: Vec<bool>,
    /// Variables that a node writes.
    written: Vec<bool>,
    /// What variables start with where a node on constants makes it.
    initial: Vec<(usize, Arc<Block>)>,
    places: Vec<Place>,
    steps: Vec<(Step, Needs)>,
    tables: Tables,
}

impl<'c, 'a> Draft<'c, 'a> {
    fn new(context: &'c Context<'a>, input_shapes: &[Shape], is_floating: &[bool]) -> Self {
        let tensors = &context.graph().tensors;
        let mut draft = Self {
            context,
            shapes: tensors.iter().map(|tensor| tensor.shape).collect(),
            known: tensors.iter().map(|tensor| tensor.constant.is_some() || tensor.is_variable).collect(),
            defined: tensors.iter().map(|tensor| tensor.constant.is_some() || tensor.is_variable).collect(),
            written: vec![false; tensors.len()],
            initial: Vec::new(),
            places: tensors
                .iter()
                .map(|tensor| match &tensor.constant {
                    Some(constant) if !tensor.is_variable => Place::Constant(constant.clone()),
                    _ => Place::Nowhere,
                })
                .collect(),
            steps: Vec::new(),
            tables: Tables::default(),
        };
        for ((&input, &shape), &floating) in context.graph().inputs.iter().zip(input_shapes).zip(is_floating)
        {
            if tensors[input].constant.is_none() {
                draft.shapes[input] = shape;
                draft.known[input] = true;
                draft.defined[input] = true;
                if tensors[input].dtype.bits() == 0 || floating {
                    draft.places[input] = Place::Dynamic;
                    draft.known[input] = false;
                }
            }
        }
        draft
    }

    /// Contents that are known at plan time, and whether they are the same for all sessions.
    fn data<'d>(&'d self, tensor: usize) -> Option<(&'d [u8], bool)>
    where
        'a: 'd,
    {
        match &self.places[tensor] {
            Place::Constant(constant) => Some((self.context.model.constant(constant), true)),
            Place::Folded { block, is_constant } => Some((block.as_slice(), *is_constant)),
            _ => None,
        }
    }

    fn node(&mut self, index: usize, info: &'a NodeInfo, others: &mut Others<'_>) -> Result<()> {
        let operator = self.context.operator(info)?;
        let tensors = &self.context.graph().tensors;
        for &input in info.inputs.iter().flatten() {
            if !self.defined[input] {
                let message = "the input has no value: no earlier operator writes it and it is no constant";
                return Err(Error::new(ErrorKind::InvalidModel, message).at_tensor(
                    self.context.index,
                    input,
                    &tensors[input].name,
                ));
            }
        }
        for (position, &output) in info.outputs.iter().enumerate() {
            let is_new = match tensors[output].is_variable {
                true => !self.written[output],
                false => !self.defined[output],
            };
            if !is_new || info.outputs[..position].contains(&output) {
                let message = "the output is written a second time";
                return Err(Error::new(ErrorKind::InvalidModel, message).at_tensor(
                    self.context.index,
                    output,
                    &tensors[output].name,
                ));
            }
        }
        let (step, needs, fold) = self.describe(index, info, operator, others)?;
        for &output in &info.outputs {
            (self.defined[output], self.written[output]) = (true, true);
        }
        match fold {
            Fold::Alias => {
                let source = info.inputs[0].map(|input| self.places[input].clone());
                self.places[info.outputs[0]] = source.unwrap_or(Place::Nowhere);
            }
            Fold::Found(blocks) => self.fold(info, blocks, true),
            Fold::Run { is_constant } => {
                let blocks = self.run_now(info, &step, &needs)?;
                if info.outputs.iter().any(|&output| tensors[output].is_variable) {
                    self.initial.extend(info.outputs.iter().copied().zip(blocks));
                    return Ok(());
                }
                if is_constant {
                    for (&output, block) in info.outputs.iter().zip(&blocks) {
                        self.context.model.keep_folded(self.context.index, output, Arc::clone(block));
                    }
                }
                self.fold(info, blocks, is_constant);
            }
            Fold::No => {
                let is_computed = |tensor: usize| matches!(self.places[tensor], Place::Nowhere);
                let table = match step.kernel.is_some() && !self.context.setup.reference {
                    true => self.tables.add(self.context, index, &self.shapes, is_computed)?,
                    false => None,
                };
                self.steps.push(match table {
                    Some(kernel) => (
                        Step { kernel: Some(kernel), kernel_name: Some("table"), scratch: 0, ..step },
                        Needs::default(),
                    ),
                    None => (step, needs),
                });
            }
        }
        Ok(())
    }

    fn fold(&mut self, info: &NodeInfo, blocks: Vec<Arc<Block>>, is_constant: bool) {
        for (&output, block) in info.outputs.iter().zip(blocks) {
            self.places[output] = Place::Folded { block, is_constant };
        }
    }

    /// Checks the node, infers its shapes and plans its kernel.
    fn describe(
        &mut self,
        index: usize,
        info: &'a NodeInfo,
        operator: &Operator,
        others: &mut Others<'_>,
    ) -> Result<(Step, Needs, Fold)> {
        let (schema_operator, custom_options) = self.context.schema_operator(index)?;
        let lookup = |tensor: usize| -> Option<Tensor<'_>> {
            (tensor < self.shapes.len()).then(|| {
                let data = self.data(tensor);
                let is_constant = data.is_some_and(|(_, is_constant)| is_constant);
                let (shape, known) = (self.shapes[tensor], self.known[tensor]);
                self.context.tensor(tensor, shape, known, data.map(|(data, _)| data), is_constant)
            })
        };
        let inputs: Vec<_> = info.inputs.iter().map(|input| input.and_then(&lookup)).collect();
        let outputs: Vec<_> = info.outputs.iter().filter_map(|&output| lookup(output)).collect();
        let before = Node {
            model: self.context.model.schema(),
            operator: schema_operator,
            index: (self.context.index, index),
            version: info.version,
            custom_options,
            inputs: &inputs,
            outputs: &outputs,
            tensor: &lookup,
        };
        operator.check(&before)?;
        let ready = inputs.iter().flatten().all(|input| input.shape_known);
        let sized = outputs.iter().all(|output| output.dtype.bits() > 0);
        let shapes = if ready && sized { operator.shapes(&before)? } else { Outputs::AtRun };
        let shapes = match shapes {
            Outputs::Called(called) => others.shapes(self.context, &called, &inputs, &outputs)?,
            known => known,
        };
        let step = Step {
            node: index,
            kernel: None,
            kernel_name: None,
            slots: 0..0,
            inputs: inputs.len(),
            outputs: outputs.len(),
            scratch: 0,
            shapes: 0..0,
            late: None,
        };
        let Outputs::Known(shapes) = shapes else {
            if outputs.iter().any(|output| output.is_variable) {
                let message = "a variable tensor whose shape depends on values";
                return Err(Error::new(ErrorKind::Unsupported, message));
            }
            for &output in &info.outputs {
                self.places[output] = Place::Dynamic;
            }
            return Ok((Step { late: Some(execute::Late::default()), ..step }, Needs::default(), Fold::No));
        };
        let mut bytes = 0usize;
        let mut outputs = outputs.clone();
        for (output, &shape) in outputs.iter_mut().zip(&shapes) {
            if output.is_variable && output.shape != shape {
                let message = format!("the variable {:?} {} receives {shape}", output.name, output.shape);
                return Err(Error::new(ErrorKind::InvalidShape, message));
            }
            (output.shape, output.shape_known) = (shape, true);
            bytes = bytes.saturating_add(shape.bytes(output.dtype)?);
        }
        if bytes > self.context.memory_limit {
            return Err(too_large(bytes, self.context.memory_limit));
        }
        let fold = self.fold_kind(info, operator, &inputs, &outputs, bytes);
        let (kernel, needs) = if matches!(fold, Fold::Alias | Fold::Found(_)) {
            (None, Needs::default())
        } else {
            let after = Node { outputs: &outputs, ..before };
            let mut store = NodeStore { model: self.context.model, graph: self.context.index, node: index };
            let mut plan = Plan::new(&after, self.context.setup, &mut store);
            let kernel = operator.plan(&mut plan)?;
            (Some(kernel), plan.finish())
        };
        let step = Step { kernel, kernel_name: needs.kernel, scratch: needs.scratch.len(), ..step };
        for (&output, shape) in info.outputs.iter().zip(shapes) {
            (self.shapes[output], self.known[output]) = (shape, true);
        }
        Ok((step, needs, fold))
    }

    fn fold_kind(
        &self,
        info: &NodeInfo,
        operator: &Operator,
        inputs: &[Option<Tensor<'_>>],
        outputs: &[Tensor<'_>],
        bytes: usize,
    ) -> Fold {
        let all_known = inputs.iter().flatten().all(|input| input.data.is_some());
        let from: usize = inputs.iter().flatten().filter_map(|input| input.data).map(<[u8]>::len).sum();
        let is_variable = outputs.iter().any(|output| output.is_variable);
        let all_variable = outputs.iter().all(|output| output.is_variable);
        let small = bytes <= FOLD_FREE.max(from.saturating_mul(FOLD_GROWTH));
        match operator.effects() {
            Effects::None | Effects::PerElement if all_known && is_variable && all_variable => {
                return Fold::Run { is_constant: true };
            }
            Effects::None | Effects::PerElement
                if all_known && !inputs.is_empty() && !is_variable && small => {}
            Effects::ShapeOnly if !is_variable && small => return Fold::Run { is_constant: false },
            _ => return Fold::No,
        }
        let is_constant = inputs.iter().flatten().all(|input| input.is_constant);
        if let (Memory::View(0), Some(input)) = (operator.memory(), inputs.first().and_then(Option::as_ref))
            && input.data.is_some_and(|data| data.len() == bytes)
        {
            return Fold::Alias;
        }
        if is_constant {
            let found: Option<Vec<_>> = info
                .outputs
                .iter()
                .map(|&output| self.context.model.folded(self.context.index, output))
                .collect();
            if let Some(blocks) = found {
                return Fold::Found(blocks);
            }
        }
        Fold::Run { is_constant }
    }

    /// Runs a step on constants, once and for all.
    fn run_now(&self, info: &NodeInfo, step: &Step, needs: &Needs) -> Result<Vec<Arc<Block>>> {
        let mut blocks = Vec::with_capacity(info.outputs.len());
        for &output in &info.outputs {
            blocks
                .push(Block::zeroed(self.shapes[output].bytes(self.context.graph().tensors[output].dtype)?)?);
        }
        let mut extra = Vec::new();
        for &bytes in needs.scratch.iter().chain(&needs.state) {
            extra.push(Block::zeroed(bytes)?);
        }
        let mut slots = Vec::new();
        for input in &info.inputs {
            let data = input.and_then(|input| self.data(input));
            slots.push(data.map_or(Slot::EMPTY, |(data, _)| Slot::constant(data)));
        }
        for block in blocks.iter_mut().chain(&mut extra) {
            let bytes = block.len();
            slots.push(block.slot(0, bytes)?);
        }
        let shapes: Vec<Shape> =
            info.inputs.iter().map(|input| input.map_or(Shape::SCALAR, |i| self.shapes[i])).collect();
        let Some(kernel) = &step.kernel else {
            return Err(Error::new(ErrorKind::Internal, "the step has no kernel"));
        };
        execute::run_alone(&**kernel, &slots, (step.inputs, step.outputs, step.scratch), &shapes)?;
        Ok(blocks.into_iter().map(Arc::new).collect())
    }

    /// Gives every tensor its place and every step its slots.
    fn place_all(mut self) -> Result<GraphPlan> {
        let unread = self.tables.unread(self.context, self.steps.iter().map(|(step, _)| step));
        self.steps.retain(|(step, _)| !unread.contains(&step.node));
        let mut layout = Groups::new(
            self.context,
            self.steps.iter().map(|(step, _)| step),
            &self.shapes,
            &self.places,
            &self.defined,
        )?;
        let scratch_of: Vec<Vec<usize>> = self
            .steps
            .iter()
            .enumerate()
            .map(|(number, (_, needs))| {
                needs.scratch.iter().map(|&bytes| layout.scratch(number, bytes)).collect()
            })
            .collect();
        let requests: Vec<Request> = layout.requests();
        let tensors = layout.tensor_requests();
        let placed = place(&requests, tensors.len());
        let bound = lower_bound(&tensors);
        let graph = self.context.graph();
        let mut persistent = 0usize;
        let mut state_of: Vec<Vec<(usize, usize)>> = Vec::new();
        let mut reserve = |bytes: usize| {
            let offset = persistent.next_multiple_of(64);
            persistent = offset.saturating_add(bytes);
            (offset, bytes)
        };
        for (index, tensor) in graph.tensors.iter().enumerate() {
            if tensor.is_variable {
                let (offset, bytes) = reserve(tensor.shape.bytes(tensor.dtype)?);
                self.places[index] = Place::Persistent { offset, bytes };
            } else if let Some(group) = layout.group(index) {
                self.places[index] =
                    Place::Arena { offset: placed.offsets[group], bytes: layout.bytes(index) };
            }
        }
        for (_, needs) in &self.steps {
            state_of.push(needs.state.iter().map(|&bytes| reserve(bytes)).collect());
        }
        let total = placed.bytes.saturating_add(persistent);
        if total > self.context.memory_limit {
            return Err(too_large(total, self.context.memory_limit));
        }
        let mut plan = GraphPlan {
            kept: layout.kept(),
            shapes: self.shapes,
            known: self.known,
            places: self.places,
            steps: Vec::with_capacity(self.steps.len()),
            slots: Vec::new(),
            step_shapes: Vec::new(),
            arena: Block::zeroed(placed.bytes)?,
            arena_tensors: placed.tensor_bytes,
            arena_bound: bound,
            persistent: Block::zeroed(persistent)?,
            dynamic: graph.tensors.iter().map(|_| None).collect(),
            initial: self.initial,
        };
        plan.initialise_variables(self.context);
        for (number, (mut step, needs)) in self.steps.into_iter().enumerate() {
            let info = &graph.nodes[step.node];
            if step.kernel.is_some() && layout.is_alias(info) {
                continue;
            }
            let start = plan.slots.len();
            plan.push_tensor_slots(self.context, info)?;
            for (&group, &bytes) in scratch_of[number].iter().zip(&needs.scratch) {
                let slot = plan.arena.slot(placed.offsets[group], bytes)?;
                plan.slots.push(slot);
            }
            for &(offset, bytes) in &state_of[number] {
                let slot = plan.persistent.slot(offset, bytes)?;
                plan.slots.push(slot);
            }
            step.slots = start..plan.slots.len();
            let start = plan.step_shapes.len();
            for input in &info.inputs {
                plan.step_shapes.push(input.map_or(Shape::SCALAR, |input| plan.shapes[input]));
            }
            step.shapes = start..plan.step_shapes.len();
            plan.steps.push(step);
        }
        Ok(plan)
    }
}

/// What becomes of a node whose inputs are known at plan time.
enum Fold {
    No,
    /// The output is its input's very bytes.
    Alias,
    /// Another session has computed it.
    Found(Vec<Arc<Block>>),
    Run {
        is_constant: bool,
    },
}

pub(crate) fn too_large(bytes: usize, limit: usize) -> Error {
    Error::new(
        ErrorKind::OutOfMemory,
        format!("tensors take {bytes} bytes, more than the session's limit of {limit}"),
    )
}
