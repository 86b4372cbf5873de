//! Running a plan: step after step, planning during the run what could not be planned before.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::any::Any;
use core::cell::Cell;
use core::sync::atomic::{AtomicBool, Ordering};

use featherlite_base::arena::{Block, Serial, Slot, Views};
use featherlite_base::{Error as BaseError, ErrorKind, Result as BaseResult, Shape};
use featherlite_ops::core::{Host, Io, Kernel, Node, Outputs, Plan, Setup, Tensor, Value};

use crate::arena;
use crate::calls::Others;
use crate::clock::Instant;
use crate::graph::NodeInfo;
use crate::graph_plan::{GraphPlan, Place, Step};
use crate::model::{Inner, NodeStore};
use crate::plan::{Context, too_large};
use crate::pool::Pool;
use crate::report::{Observer, OpEvent};
use crate::resources::Resources;
use crate::{Error, Result, SessionOptions};

/// Bytes of a computed tensor that shape functions and plans may look at during a run: what shapes, axes and sizes are
/// made of, not bulk data. They see more only if they know the shapes then.
const SMALL: usize = 4096;

/// A step that is planned during the run; its last plan is kept as long as nothing it depends on changes.
#[derive(Default)]
pub(crate) struct Late {
    key: Vec<u8>,
    /// The plan depends on the contents of inputs of up to so many bytes, not only on their shapes.
    shown: usize,
    planned: Option<Planned>,
}

struct Planned {
    kernel: Box<dyn Kernel>,
    /// The outputs' shapes, unless the kernel allocates them itself.
    shapes: Option<Vec<Shape>>,
    scratch: usize,
    /// Scratch areas, then state.
    extra: Vec<Block>,
}

/// Everything a run needs of its session.
pub(crate) struct Machine<'s> {
    pub(crate) model: &'s Inner,
    pub(crate) options: &'s SessionOptions,
    pub(crate) setup: Setup,
    pub(crate) others: Others<'s>,
    /// Steps that the run may still take.
    pub(crate) steps_left: u64,
    pub(crate) resources: &'s mut Resources,
    pub(crate) pool: &'s Pool,
    pub(crate) cancel: &'s AtomicBool,
    pub(crate) observer: &'s mut Option<Observer>,
}

impl<'s> Machine<'s> {
    pub(crate) fn context(&self, index: usize) -> Context<'s> {
        Context {
            model: self.model,
            index,
            setup: self.setup,
            preserve_all: self.options.preserve_all_tensors,
            memory_limit: self.options.memory_limit,
        }
    }

    /// Runs a subgraph, planning it first if need be.
    pub(crate) fn run(&mut self, index: usize) -> Result<()> {
        self.with_state(index, |machine, state| machine.run_state(index, state))
    }

    pub(crate) fn run_plan(&mut self, index: usize, plan: &mut GraphPlan) -> Result<()> {
        // One more, so that a loop over an empty body ends too.
        let count = plan.steps.len() as u64 + 1;
        self.steps_left = self.steps_left.checked_sub(count).ok_or_else(|| {
            let message =
                format!("the run takes more than the session's limit of {} steps", self.options.step_limit);
            Error::new(ErrorKind::LimitReached, message)
        })?;
        self.check_cancelled()?;
        for number in 0..plan.steps.len() {
            self.check_cancelled()?;
            let start = self.observer.is_some().then(Instant::now);
            let result = if plan.steps[number].kernel.is_some() {
                self.run_step(plan, number)
            } else {
                self.run_late(index, plan, number)
            };
            if let Err(error) = result {
                let (node, info) = self.node_of(index, &plan.steps[number]);
                return Err(error.at_node(index, node, &info.name));
            }
            if let Some(start) = start {
                self.observe(index, &plan.steps[number], start);
            }
        }
        Ok(())
    }

    /// A step's node.
    fn node_of(&self, index: usize, step: &Step) -> (usize, &'s NodeInfo) {
        (step.node, &self.model.graphs[index].nodes[step.node])
    }

    /// Tells the observer of a step that began at `start`.
    #[cold]
    fn observe(&mut self, subgraph: usize, step: &Step, start: Instant) {
        let duration = start.elapsed();
        let (node, info) = self.node_of(subgraph, step);
        if let Some(observer) = self.observer.as_mut() {
            observer(&OpEvent { subgraph, node, operator: &info.name, kernel: step.kernel_name, duration });
        }
    }

    fn check_cancelled(&self) -> Result<()> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::Cancelled, "the run was cancelled"));
        }
        Ok(())
    }

    fn run_step(&mut self, plan: &GraphPlan, number: usize) -> Result<()> {
        let step = &plan.steps[number];
        let Some(kernel) = &step.kernel else {
            return Err(Error::new(ErrorKind::Internal, "the step has no kernel"));
        };
        let pool = self.pool;
        let shapes = &plan.step_shapes[step.shapes.clone()];
        let mut io = Io::new(arena::views(plan, step), shapes, pool.parallel(), self);
        kernel.run(&mut io)?;
        if !io.finish().is_empty() {
            return Err(Error::new(
                ErrorKind::Internal,
                "the kernel allocated an output that the plan had placed",
            ));
        }
        Ok(())
    }

    /// Plans and runs a step whose shapes depend on values.
    fn run_late(&mut self, index: usize, plan: &mut GraphPlan, number: usize) -> Result<()> {
        let context = self.context(index);
        let info = &context.graph().nodes[plan.steps[number].node];
        let mut late = plan.steps[number].late.take().unwrap_or_default();
        let result = self.run_late_with(&context, info, plan, number, &mut late);
        plan.steps[number].late = Some(late);
        result
    }

    fn run_late_with(
        &mut self,
        context: &Context<'s>,
        info: &'s NodeInfo,
        plan: &mut GraphPlan,
        number: usize,
        late: &mut Late,
    ) -> Result<()> {
        let key = self.late_key(info, plan, late.shown)?;
        if late.planned.is_none() || late.key != key {
            let (planned, shown) = self.plan_late(context, info, plan, number, late.planned.take())?;
            late.planned = Some(planned);
            late.key = if shown == late.shown { key } else { self.late_key(info, plan, shown)? };
            late.shown = shown;
        }
        let Some(planned) = &mut late.planned else {
            return Err(Error::new(ErrorKind::Internal, "the step was not planned"));
        };
        if let Some(shapes) = &planned.shapes {
            for (&output, &shape) in info.outputs.iter().zip(shapes) {
                let bytes = shape.bytes(context.graph().tensors[output].dtype)?;
                self.check_limit(plan, output, bytes)?;
                if plan.dynamic[output].as_ref().is_none_or(|block| block.len() != bytes) {
                    plan.dynamic[output] = Some(Block::zeroed(bytes)?);
                }
                (plan.shapes[output], plan.known[output]) = (shape, true);
            }
        }
        let mut slots = Vec::new();
        for &input in &info.inputs {
            slots.push(match input {
                Some(input) => plan.input_slot(context, info, input)?,
                None => Slot::EMPTY,
            });
        }
        for &output in &info.outputs {
            let slot = if planned.shapes.is_some() { plan.slot(self.model, output)? } else { Slot::EMPTY };
            slots.push(slot);
        }
        for block in &mut planned.extra {
            let bytes = block.len();
            slots.push(block.slot(0, bytes)?);
        }
        let shapes: Vec<Shape> =
            info.inputs.iter().map(|input| input.map_or(Shape::SCALAR, |i| plan.shapes[i])).collect();
        let pool = self.pool;
        let step = &mut plan.steps[number];
        (step.slots, step.scratch) = (plan.slots.len()..plan.slots.len() + slots.len(), planned.scratch);
        let length = plan.slots.len();
        plan.slots.extend(slots);
        let mut io = Io::new(arena::views(plan, &plan.steps[number]), &shapes, pool.parallel(), self);
        let outcome = planned.kernel.run(&mut io);
        let allocated = io.finish();
        plan.slots.truncate(length);
        outcome?;
        for (position, shape, block) in allocated {
            let output = *info.outputs.get(position).ok_or_else(|| {
                Error::new(
                    ErrorKind::Internal,
                    format!("the kernel allocated output {position}, which does not exist"),
                )
            })?;
            self.check_limit(plan, output, block.len())?;
            plan.dynamic[output] = Some(block);
            (plan.shapes[output], plan.known[output]) = (shape, true);
        }
        Ok(())
    }

    fn check_limit(&self, plan: &GraphPlan, output: usize, bytes: usize) -> Result<()> {
        let others: usize = plan
            .dynamic
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != output)
            .filter_map(|(_, block)| block.as_ref().map(Block::len))
            .sum();
        let total = others.saturating_add(bytes).saturating_add(plan.arena.len());
        if total > self.options.memory_limit {
            Err(too_large(total, self.options.memory_limit))
        } else {
            Ok(())
        }
    }

    /// Everything that the plan of a late step depends on: its inputs' shapes, and the contents of those of up to `shown`
    /// bytes.
    fn late_key(&self, info: &NodeInfo, plan: &mut GraphPlan, shown: usize) -> Result<Vec<u8>> {
        let mut key = Vec::new();
        for input in info.inputs.iter().flatten() {
            key.push(plan.shapes[*input].rank() as u8);
            for dim in plan.shapes[*input].dims() {
                key.extend_from_slice(&dim.to_le_bytes());
            }
            let changes = matches!(
                plan.places[*input],
                Place::Dynamic | Place::Arena { .. } | Place::Persistent { .. }
            );
            if shown > 0 && changes {
                let slot = plan.slot(self.model, *input)?;
                if slot.len() <= shown {
                    key.extend_from_slice(arena::read(plan, slot));
                }
            }
        }
        Ok(key)
    }

    /// Plans a step from its inputs' shapes, or if that is not enough from inputs' contents too, small ones first; the
    /// number is the most bytes that were looked at.
    fn plan_late(
        &self,
        context: &Context<'s>,
        info: &'s NodeInfo,
        plan: &mut GraphPlan,
        number: usize,
        old: Option<Planned>,
    ) -> Result<(Planned, usize)> {
        let node = plan.steps[number].node;
        let operator = context.operator(info)?;
        let (schema_operator, custom_options) = context.schema_operator(node)?;
        let mut slots = Vec::with_capacity(plan.shapes.len());
        for tensor in 0..plan.shapes.len() {
            slots.push(plan.slot(self.model, tensor)?);
        }
        let read: &GraphPlan = plan;
        let shown = Cell::new(0);
        let lookup = |tensor: usize| -> Option<Tensor<'_>> {
            let place = read.places.get(tensor)?;
            let constant = match place {
                Place::Constant(_) => true,
                Place::Folded { is_constant, .. } => *is_constant,
                _ => false,
            };
            let visible = match place {
                Place::Constant(_) | Place::Folded { .. } => true,
                Place::Dynamic | Place::Arena { .. } | Place::Persistent { .. } => {
                    shown.get() > 0 && read.known[tensor] && slots[tensor].len() <= shown.get()
                }
                Place::Nowhere => false,
            };
            let data = visible.then(|| arena::read(read, slots[tensor]));
            Some(context.tensor(tensor, read.shapes[tensor], read.known[tensor], data, constant))
        };
        let gather = || info.inputs.iter().map(|input| input.and_then(&lookup)).collect::<Vec<_>>();
        let (inputs, small_inputs, all_inputs);
        let mut outputs: Vec<_> = info.outputs.iter().filter_map(|&output| lookup(output)).collect();
        for output in &mut outputs {
            // What the file declares, not what the last run found.
            (output.shape_known, output.data) = (false, None);
        }
        for (output, &tensor) in outputs.iter_mut().zip(&info.outputs) {
            output.shape = context.graph().tensors[tensor].shape;
        }
        inputs = gather();
        let mut before = Node {
            model: context.model.schema(),
            operator: schema_operator,
            index: (context.index, node),
            version: info.version,
            custom_options,
            inputs: &inputs,
            outputs: &outputs,
            tensor: &lookup,
        };
        let mut found = operator.shapes(&before)?;
        if found == Outputs::AtRun {
            shown.set(SMALL);
            small_inputs = gather();
            before = Node { inputs: &small_inputs, ..before };
            found = operator.shapes(&before)?;
        }
        if found == Outputs::AtRun && before.inputs.iter().flatten().any(|input| input.data.is_none()) {
            shown.set(usize::MAX);
            all_inputs = gather();
            let with_all = Node { inputs: &all_inputs, ..before };
            found = operator.shapes(&with_all)?;
            if found == Outputs::AtRun {
                shown.set(SMALL);
            } else {
                before = with_all;
            }
        }
        let shapes = match found {
            Outputs::Known(shapes) if outputs.iter().all(|output| output.dtype.bits() > 0) => Some(shapes),
            _ => None,
        };
        let mut planned_outputs = outputs.clone();
        for (output, &shape) in planned_outputs.iter_mut().zip(shapes.iter().flatten()) {
            (output.shape, output.shape_known) = (shape, true);
        }
        let after = Node { outputs: &planned_outputs, ..before };
        let mut store = NodeStore { model: self.model, graph: context.index, node };
        let mut planning = Plan::new(&after, self.setup, &mut store);
        let kernel = operator.plan(&mut planning)?;
        let needs = planning.finish();
        let sizes: Vec<usize> = needs.scratch.iter().chain(&needs.state).copied().collect();
        // State survives a new plan as long as it has the same form.
        let extra = match old {
            Some(old) if old.extra.iter().map(Block::len).eq(sizes.iter().copied()) => old.extra,
            _ => sizes.into_iter().map(Block::zeroed).collect::<BaseResult<_>>()?,
        };
        let kernel_name = needs.kernel;
        let scratch = needs.scratch.len();
        let shown = shown.get();
        drop(slots);
        plan.steps[number].kernel_name = kernel_name;
        Ok((Planned { kernel, shapes, scratch, extra }, shown))
    }
}

fn to_base(error: Error) -> BaseError {
    BaseError::new(error.kind(), error.to_string())
}

impl Host for Machine<'_> {
    fn call_once(&mut self, subgraph: usize) -> BaseResult<()> {
        if !self.resources.first_call(subgraph) {
            return Ok(());
        }
        self.run(subgraph).map_err(|error| {
            self.resources.undo_call(subgraph);
            to_base(error)
        })
    }

    fn call(&mut self, subgraph: usize, arguments: &[Value<'_>]) -> BaseResult<()> {
        self.call_with(subgraph, arguments).map_err(to_base)
    }

    fn result(&self, subgraph: usize, index: usize) -> BaseResult<Value<'_>> {
        let graph = self.model.graphs.get(subgraph);
        let tensor = graph.and_then(|graph| graph.outputs.get(index).copied());
        self.value_of(subgraph, tensor).map_err(to_base)
    }

    fn repeat(&mut self, condition: usize, body: usize, arguments: &[Value<'_>]) -> BaseResult<()> {
        self.repeat_with(condition, body, arguments).map_err(to_base)
    }

    fn carried(&self, body: usize, index: usize) -> BaseResult<Value<'_>> {
        let graph = self.model.graphs.get(body);
        let tensor = graph.and_then(|graph| graph.inputs.get(index).copied());
        self.value_of(body, tensor).map_err(to_base)
    }

    fn resource(&mut self, container: &str, shared_name: &str) -> i32 {
        self.resources.number(container, shared_name)
    }

    fn read_variable(&self, resource: i32) -> Option<Value<'_>> {
        self.resources.read(resource)
    }

    fn assign_variable(&mut self, resource: i32, value: Value<'_>) -> BaseResult<()> {
        self.resources.assign(resource, value, self.options.memory_limit)
    }

    fn object(&mut self, number: i32) -> &mut Option<Box<dyn Any + Send>> {
        self.resources.object(number)
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}

/// Runs a kernel outside of a session, on so many inputs, outputs and scratch areas: folding of constants.
pub(crate) fn run_alone(
    kernel: &dyn Kernel,
    slots: &[Slot],
    sizes: (usize, usize, usize),
    shapes: &[Shape],
) -> Result<()> {
    let views: Views<'_> = arena::views_of(slots, sizes);
    let mut host = Nobody::default();
    kernel.run(&mut Io::new(views, shapes, &Serial, &mut host))?;
    Ok(())
}

/// There is no session while constants are folded.
#[derive(Default)]
struct Nobody {
    object: Option<Box<dyn Any + Send>>,
}

impl Nobody {
    fn refuse<T>() -> BaseResult<T> {
        Err(BaseError::internal("an operator without effects asked for its session"))
    }
}

impl Host for Nobody {
    fn call_once(&mut self, _: usize) -> BaseResult<()> {
        Self::refuse()
    }

    fn call(&mut self, _: usize, _: &[Value<'_>]) -> BaseResult<()> {
        Self::refuse()
    }

    fn result(&self, _: usize, _: usize) -> BaseResult<Value<'_>> {
        Self::refuse()
    }

    fn repeat(&mut self, _: usize, _: usize, _: &[Value<'_>]) -> BaseResult<()> {
        Self::refuse()
    }

    fn carried(&self, _: usize, _: usize) -> BaseResult<Value<'_>> {
        Self::refuse()
    }

    fn resource(&mut self, _: &str, _: &str) -> i32 {
        -1
    }

    fn read_variable(&self, _: i32) -> Option<Value<'_>> {
        None
    }

    fn assign_variable(&mut self, _: i32, _: Value<'_>) -> BaseResult<()> {
        Self::refuse()
    }

    fn object(&mut self, _: i32) -> &mut Option<Box<dyn Any + Send>> {
        &mut self.object
    }

    fn is_cancelled(&self) -> bool {
        false
    }
}
