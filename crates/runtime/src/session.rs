use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering};

use featherlite_base::arena::{self, Block};
use featherlite_base::{DType, Element, ErrorKind, Shape, fixed_point};
use featherlite_ops::core::Setup;

use crate::calls::Others;
use crate::execute::Machine;
use crate::graph_plan::{GraphPlan, Place};
use crate::model::Inner;
use crate::plan::Context;
use crate::pool::Pool;
use crate::report::{MemoryReport, Observer, StepReport};
use crate::resources::Resources;
use crate::state::GraphState;
use crate::tensor_view::{TensorView, check_view};
use crate::{Error, Model, Result, SessionOptions, SignatureRunner, TensorInfo};

/// A planned model with its activations and state, ready to run any number of times.
///
/// ```no_run
/// # fn run(model: featherlite_runtime::Model) -> featherlite_runtime::Result<()> {
/// let mut session = model.session()?;
/// session.input_mut::<f32>(0)?.fill(0.5);
/// session.run()?;
/// let scores: &[f32] = session.output(0)?.values()?;
/// # Ok(()) }
/// ```
pub struct Session {
    pub(crate) model: Model,
    options: SessionOptions,
    setup: Setup,
    pub(crate) graphs: Vec<Option<Box<GraphState>>>,
    resources: Resources,
    pool: Pool,
    cancel: Arc<AtomicBool>,
    observer: Option<Observer>,
}

/// Cancels the runs of a session from another thread.
#[derive(Clone)]
pub struct CancelHandle(Arc<AtomicBool>);

impl CancelHandle {
    /// Makes the present run (or the next, if none is going on) end with an error of kind `Cancelled`, before its
    /// next operator.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Takes back a cancellation that no run has seen.
    pub fn withdraw(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

impl Session {
    pub(crate) fn new(model: &Model, options: SessionOptions) -> Result<Self> {
        let setup = options.setup()?;
        let pool = Pool::new(setup.threads)?;
        let state = |graph: &crate::graph::Graph| {
            let input_shapes = graph.inputs.iter().map(|&input| graph.tensors[input].shape).collect();
            Some(Box::new(GraphState::new(input_shapes)))
        };
        Ok(Self {
            graphs: model.inner.graphs.iter().map(state).collect(),
            model: model.clone(),
            options,
            setup,
            resources: Resources::default(),
            pool,
            cancel: Arc::default(),
            observer: None,
        })
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    fn machine(&mut self) -> Machine<'_> {
        Machine {
            model: &self.model.inner,
            options: &self.options,
            setup: self.setup,
            others: Others::new(&mut self.graphs),
            steps_left: self.options.step_limit,
            resources: &mut self.resources,
            pool: &self.pool,
            cancel: &self.cancel,
            observer: &mut self.observer,
        }
    }

    fn context(&self, index: usize) -> Context<'_> {
        Context {
            model: &self.model.inner,
            index,
            setup: self.setup,
            preserve_all: self.options.preserve_all_tensors,
            memory_limit: self.options.memory_limit,
        }
    }

    fn state(&mut self, index: usize) -> Result<&mut GraphState> {
        match self.graphs.get_mut(index) {
            Some(Some(state)) => Ok(state),
            _ => Err(Error::argument(format!("the model has no subgraph {index}"))),
        }
    }

    pub(crate) fn graph_state(&mut self, index: usize) -> Result<(Arc<Inner>, &mut GraphState)> {
        let model = Arc::clone(&self.model.inner);
        self.state(index).map(|state| (model, state))
    }

    /// Plans a subgraph unless its present plan still holds.
    fn plan(&mut self, index: usize) -> Result<&mut GraphPlan> {
        if index >= self.graphs.len() {
            return Err(Error::argument(format!("the model has no subgraph {index}")));
        }
        let planned = self.machine().with_state(index, |machine, state| {
            state.ensure_plan(&machine.context(index), &mut machine.others).map(|_| ())
        });
        planned.map_err(|error| self.model.inner.locate(error))?;
        let plan = self.graphs[index].as_mut().and_then(|state| state.plan.as_mut());
        plan.ok_or_else(|| Error::new(ErrorKind::Internal, "the plan vanished"))
    }

    /// Plans a subgraph with the present shapes of its inputs, unless that was done.
    ///
    /// # Errors
    /// If it can not be planned: an operator is not supported, shapes do not fit, memory is short.
    pub fn prepare(&mut self, subgraph: usize) -> Result<()> {
        self.plan(subgraph).map(|_| ())
    }

    /// The number of inputs of the main subgraph.
    pub fn input_count(&self) -> usize {
        self.model.inner.graphs[0].inputs.len()
    }

    /// The number of outputs of the main subgraph.
    pub fn output_count(&self) -> usize {
        self.model.inner.graphs[0].outputs.len()
    }

    /// What the file says of an input.
    ///
    /// # Errors
    /// If there is no such input.
    pub fn input_info(&self, input: usize) -> Result<&TensorInfo> {
        self.input_tensor(0, input).map(|tensor| &self.model.inner.graphs[0].tensors[tensor])
    }

    /// The present shape of an input.
    ///
    /// # Errors
    /// If there is no such input.
    pub fn input_shape(&self, input: usize) -> Result<Shape> {
        self.input_shape_of(0, input)
    }

    /// The present shape of an input of a subgraph.
    ///
    /// # Errors
    /// If there is no such subgraph or input.
    pub fn input_shape_of(&self, subgraph: usize, input: usize) -> Result<Shape> {
        self.input_tensor(subgraph, input)?;
        match self.graphs.get(subgraph) {
            Some(Some(state)) => Ok(state.input_shapes[input]),
            _ => Err(Error::argument(format!("the model has no subgraph {subgraph}"))),
        }
    }

    fn input_tensor(&self, subgraph: usize, input: usize) -> Result<usize> {
        let graph = self.model.inner.graphs.get(subgraph);
        let graph = graph.ok_or_else(|| Error::argument(format!("the model has no subgraph {subgraph}")))?;
        graph.inputs.get(input).copied().ok_or_else(|| {
            Error::argument(format!("the model has no input {input} (it has {})", graph.inputs.len()))
        })
    }

    pub(crate) fn input_position(&self, subgraph: usize, tensor: usize) -> Result<usize> {
        let graph = &self.model.inner.graphs[subgraph];
        graph.inputs.iter().position(|&input| input == tensor).ok_or_else(|| {
            Error::new(ErrorKind::InvalidModel, format!("tensor {tensor} is no input of subgraph {subgraph}"))
        })
    }

    /// Gives an input another shape. The model is planned anew before the next run, and its state starts afresh.
    ///
    /// # Errors
    /// If there is no such input or the shape has too many dimensions or elements. Whether the model can run with
    /// the shape shows when it is planned.
    pub fn resize_input(&mut self, input: usize, shape: &[usize]) -> Result<()> {
        self.resize_input_of(0, input, shape)
    }

    /// As [`Session::resize_input`], but only dimensions that the file leaves open may change.
    ///
    /// # Errors
    /// As [`Session::resize_input`], and if a fixed dimension would change.
    pub fn resize_input_strict(&mut self, input: usize, shape: &[usize]) -> Result<()> {
        let info = self.input_info(input)?;
        let declared_shape = info.shape();
        let declared = declared_shape.dims();
        let is_open =
            |dim: usize| info.shape_signature().is_some_and(|signature| signature.get(dim) == Some(&-1));
        let fits = shape.len() == declared.len()
            && (0..shape.len()).all(|dim| shape[dim] == declared[dim] || is_open(dim));
        if !fits {
            return Err(Error::argument(format!(
                "input {input} {:?} of shape {} (signature {:?}) can not be resized to {shape:?}",
                info.name(),
                info.shape(),
                info.shape_signature()
            )));
        }
        self.resize_input(input, shape)
    }

    /// As [`Session::resize_input`], for any subgraph.
    ///
    /// # Errors
    /// As [`Session::resize_input`].
    pub fn resize_input_of(&mut self, subgraph: usize, input: usize, shape: &[usize]) -> Result<()> {
        self.input_tensor(subgraph, input)?;
        let shape = Shape::new(shape)?;
        let state = self.state(subgraph)?;
        state.is_floating[input] = false;
        state.reshape_input(input, shape);
        Ok(())
    }

    /// The elements of an input, to write to. They keep their values from run to run.
    ///
    /// # Errors
    /// If there is no such input, its type is not `T`, or the model can not be planned.
    pub fn input_mut<T: Element>(&mut self, input: usize) -> Result<&mut [T]> {
        self.input_mut_of(0, input)
    }

    /// As [`Session::input_mut`], for any subgraph.
    ///
    /// # Errors
    /// As [`Session::input_mut`].
    pub fn input_mut_of<T: Element>(&mut self, subgraph: usize, input: usize) -> Result<&mut [T]> {
        let tensor = self.input_tensor(subgraph, input)?;
        let info = &self.model.inner.graphs[subgraph].tensors[tensor];
        check_view::<T>(info.dtype, &info.name)?;
        Ok(arena::cast_mut(self.plan(subgraph)?.input_bytes(tensor)?)?)
    }

    /// The bytes of an input, of whatever type it is, to write to. They keep their values from run to run.
    ///
    /// # Errors
    /// If there is no such input, or the model can not be planned.
    pub fn input_bytes_mut(&mut self, subgraph: usize, input: usize) -> Result<&mut [u8]> {
        let tensor = self.input_tensor(subgraph, input)?;
        self.plan(subgraph)?.input_bytes(tensor)
    }

    /// Sets an input from bytes; for strings, the packed form that TensorFlow Lite uses.
    ///
    /// # Errors
    /// If there is no such input, the number of bytes is wrong, or the model can not be planned.
    pub fn set_input_bytes(&mut self, subgraph: usize, input: usize, bytes: &[u8]) -> Result<()> {
        let tensor = self.input_tensor(subgraph, input)?;
        self.plan(subgraph)?.write(tensor, bytes)
    }

    /// Sets an input from real numbers, quantizing them if the input is quantized (values beyond its range are
    /// clipped).
    ///
    /// # Errors
    /// If there is no such input, the number of elements is wrong, or its type does not stand for real numbers.
    pub fn set_input_real(&mut self, input: usize, values: &[f32]) -> Result<()> {
        self.set_input_real_of(0, input, values)
    }

    /// As [`Session::set_input_real`], for any subgraph.
    ///
    /// # Errors
    /// As [`Session::set_input_real`].
    pub fn set_input_real_of(&mut self, subgraph: usize, input: usize, values: &[f32]) -> Result<()> {
        let tensor = self.input_tensor(subgraph, input)?;
        let info = &self.model.inner.graphs[subgraph].tensors[tensor];
        let (dtype, quantization) = (info.dtype, info.quantization.clone());
        let expected = self.input_shape_of(subgraph, input)?.elements();
        if values.len() != expected {
            return Err(Error::argument(format!(
                "input {input} takes {expected} elements, not {}",
                values.len()
            )));
        }
        let quantize = |least: i32, greatest: i32| {
            let affine = quantization.affine().map(|affine| (affine.scales[0], affine.zero_points[0]));
            move |value: f32| match affine {
                Some((scale, zero_point)) => {
                    fixed_point::quantize(value, scale, zero_point).clamp(least, greatest)
                }
                None => (value as i32).clamp(least, greatest),
            }
        };
        match dtype {
            DType::F32 => self.input_mut_of::<f32>(subgraph, input)?.copy_from_slice(values),
            DType::I8 => {
                fill(self.input_mut_of::<i8>(subgraph, input)?, values, quantize(-128, 127), |q| q as i8)
            }
            DType::U8 => {
                fill(self.input_mut_of::<u8>(subgraph, input)?, values, quantize(0, 255), |q| q as u8)
            }
            DType::I16 => {
                fill(self.input_mut_of::<i16>(subgraph, input)?, values, quantize(-32768, 32767), |q| {
                    q as i16
                })
            }
            DType::I32 => {
                fill(self.input_mut_of::<i32>(subgraph, input)?, values, quantize(i32::MIN, i32::MAX), |q| q)
            }
            DType::I64 => fill(self.input_mut_of::<i64>(subgraph, input)?, values, |x| x as i64, |q| q),
            DType::Bool => fill(self.input_mut_of::<u8>(subgraph, input)?, values, |x| x != 0.0, u8::from),
            other => {
                return Err(Error::argument(format!("input {input} of {other} does not take real numbers")));
            }
        }
        Ok(())
    }

    /// Runs the main subgraph.
    ///
    /// # Errors
    /// If the model can not be planned, the run is cancelled, or an operator meets values that it does not allow.
    pub fn run(&mut self) -> Result<()> {
        self.run_subgraph(0)
    }

    /// Runs a subgraph.
    ///
    /// # Errors
    /// As [`Session::run`], and if there is no such subgraph.
    pub fn run_subgraph(&mut self, subgraph: usize) -> Result<()> {
        let result = self.machine().run(subgraph);
        result.map_err(|error| {
            if error.kind() == ErrorKind::Cancelled {
                self.cancel.store(false, Ordering::Relaxed);
            }
            self.model.inner.locate(error)
        })
    }

    /// An output of the main subgraph as of the last run.
    ///
    /// # Errors
    /// If there is no such output, or it has no contents yet.
    pub fn output(&self, output: usize) -> Result<TensorView<'_>> {
        self.output_of(0, output)
    }

    /// As [`Session::output`], for any subgraph.
    ///
    /// # Errors
    /// As [`Session::output`].
    pub fn output_of(&self, subgraph: usize, output: usize) -> Result<TensorView<'_>> {
        let graph = self.model.inner.graphs.get(subgraph);
        let graph = graph.ok_or_else(|| Error::argument(format!("the model has no subgraph {subgraph}")))?;
        let tensor = *graph.outputs.get(output).ok_or_else(|| {
            Error::argument(format!("the model has no output {output} (it has {})", graph.outputs.len()))
        })?;
        self.tensor_of(subgraph, tensor)
    }

    /// Any tensor of the main subgraph: constants, inputs and outputs at any time; intermediate results after a run of
    /// a session that preserves all tensors.
    ///
    /// # Errors
    /// If there is no such tensor or its contents were not kept.
    pub fn tensor(&self, tensor: usize) -> Result<TensorView<'_>> {
        self.tensor_of(0, tensor)
    }

    /// As [`Session::tensor`], for any subgraph.
    ///
    /// # Errors
    /// As [`Session::tensor`].
    pub fn tensor_of(&self, subgraph: usize, tensor: usize) -> Result<TensorView<'_>> {
        let graph = self.model.inner.graphs.get(subgraph);
        let graph = graph.ok_or_else(|| Error::argument(format!("the model has no subgraph {subgraph}")))?;
        let info = graph.tensors.get(tensor).ok_or_else(|| {
            Error::argument(format!("the subgraph has no tensor {tensor} (it has {})", graph.tensors.len()))
        })?;
        let Some(Some(state)) = self.graphs.get(subgraph) else {
            return Err(Error::argument(format!("the model has no subgraph {subgraph}")));
        };
        let place = state.plan.as_ref().map(|plan| (&plan.places[tensor], plan.kept[tensor]));
        if let Some((Place::Arena { .. }, false)) = place {
            return Err(Error::argument(
                "the tensor's memory is used again during a run; a session with preserve_all_tensors keeps it",
            )
            .at_tensor(subgraph, tensor, &info.name));
        }
        let value = state.value(&self.context(subgraph), tensor)?;
        let value = value.ok_or_else(|| {
            Error::argument("the tensor has no contents yet: run the model first")
                .at_tensor(subgraph, tensor, &info.name)
        })?;
        Ok(TensorView { info, value })
    }

    /// The model seen through one of its signatures.
    ///
    /// # Errors
    /// If there is no such signature; the error lists those there are.
    pub fn signature(&mut self, key: &str) -> Result<SignatureRunner<'_>> {
        let found = self.model.signatures().iter().find(|signature| signature.key() == key).cloned();
        let signature = found.ok_or_else(|| {
            let known: Vec<&str> = self.model.signatures().iter().map(|signature| signature.key()).collect();
            Error::argument(format!("the model has no signature {key:?}; it has {known:?}"))
        })?;
        self.plan(signature.subgraph)?;
        Ok(SignatureRunner::new(self, signature))
    }

    /// Puts all state back to where it was before the first run: variable tensors, resource variables, the operators'
    /// own state, and whether initialisers have run.
    pub fn reset(&mut self) {
        self.resources.reset();
        self.reset_variables();
    }

    /// Puts variable tensors and the operators' own state back to where they were before the first run, but not
    /// resource variables.
    pub fn reset_variables(&mut self) {
        for index in 0..self.graphs.len() {
            let model = Arc::clone(&self.model.inner);
            let context = Context {
                model: &model,
                index,
                setup: self.setup,
                preserve_all: false,
                memory_limit: usize::MAX,
            };
            if let Some(Some(state)) = self.graphs.get_mut(index)
                && let Some(plan) = &mut state.plan
            {
                plan.initialise_variables(&context);
                plan.forget_late_state();
            }
        }
    }

    /// A handle that cancels runs from another thread.
    pub fn cancel_handle(&self) -> CancelHandle {
        CancelHandle(Arc::clone(&self.cancel))
    }

    /// Calls `observer` after every operator of every run; `None` stops that. Without an observer no time is taken.
    pub fn set_observer(&mut self, observer: Option<Observer>) {
        self.observer = observer;
    }

    /// What the session needs in memory.
    pub fn memory(&self) -> MemoryReport {
        let (packed_weights, folded_weights) = self.model.inner.shared_bytes();
        let mut report = MemoryReport {
            packed_weights,
            folded_weights,
            mapped_weights: self.model.inner.constant_bytes(),
            ..MemoryReport::default()
        };
        for plan in self.graphs.iter().flatten().filter_map(|state| state.plan.as_ref()) {
            report.arena += plan.arena.len();
            report.arena_tensors += plan.arena_tensors;
            report.arena_bound += plan.arena_bound;
            report.persistent += plan.persistent.len();
            report.dynamic += plan.dynamic.iter().flatten().map(Block::len).sum::<usize>();
        }
        report
    }

    /// The operators of a subgraph's plan in the order in which they run; those folded at plan time are gone, and
    /// those that would only give their operand another shape.
    pub fn steps(&self, subgraph: usize) -> Vec<StepReport> {
        let Some(Some(state)) = self.graphs.get(subgraph) else { return Vec::new() };
        let nodes = &self.model.inner.graphs[subgraph].nodes;
        let steps = state.plan.iter().flat_map(|plan| &plan.steps);
        steps
            .map(|step| StepReport {
                node: step.node,
                operator: nodes[step.node].name.clone(),
                kernel: step.kernel_name,
                is_dynamic: step.kernel.is_none(),
            })
            .collect()
    }
}

fn fill<T, Q>(target: &mut [T], values: &[f32], quantize: impl Fn(f32) -> Q, narrow: impl Fn(Q) -> T) {
    target.iter_mut().zip(values).for_each(|(target, &value)| *target = narrow(quantize(value)));
}
