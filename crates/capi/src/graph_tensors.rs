//! The tensors of a subgraph of an interpreter, and how they follow the session's memory.

use std::ffi::{c_int, c_void};

use featherlite::operator::arena::Slot;
use featherlite::{Session, SubgraphInfo};

use crate::border;
use crate::int_array::values;
use crate::report::Reporter;
use crate::tensor_table::{OwnedTensor, TensorTable};
use crate::types::{TfLiteCustomAllocation, TfLiteStatus, allocation};

/// What of a subgraph is the same as long as the interpreter lives.
#[derive(Default)]
pub(crate) struct GraphTensors {
    pub(crate) table: TensorTable,
    pub(crate) inputs: Vec<c_int>,
    pub(crate) outputs: Vec<c_int>,
    /// Tensors that keep their contents from run to run.
    pub(crate) variables: Vec<c_int>,
}

impl GraphTensors {
    pub(crate) fn new(graph: SubgraphInfo<'_>) -> Self {
        let numbers = |tensors: &[usize]| tensors.iter().map(|&tensor| border::number(tensor)).collect();
        let variables = graph.tensors().iter().enumerate().filter(|(_, info)| info.is_variable());
        Self {
            table: TensorTable::new(graph.tensors().iter().map(OwnedTensor::of_file)),
            inputs: numbers(graph.inputs()),
            outputs: numbers(graph.outputs()),
            variables: variables.map(|(tensor, _)| border::number(tensor)).collect(),
        }
    }
}

/// What of a subgraph changes: guarded by the interpreter's lock.
#[derive(Default)]
pub(crate) struct GraphRun {
    /// Whether its tensors have memory and it may run.
    pub(crate) is_ready: bool,
    /// Memory that the program lends, by tensor.
    pub(crate) lent: Vec<(usize, TfLiteCustomAllocation)>,
    /// Inputs whose contents are copied to the session before each run, by position.
    copied_inputs: Vec<usize>,
    /// Outputs whose contents are copied from the session after each run.
    copied_outputs: Vec<usize>,
}

/// A subgraph under the interpreter's lock.
pub(crate) struct LockedGraph<'a> {
    pub(crate) index: usize,
    pub(crate) tensors: &'a GraphTensors,
    pub(crate) run: &'a mut GraphRun,
    pub(crate) session: &'a mut Session,
    pub(crate) reporter: Reporter,
}

impl<'a> LockedGraph<'a> {
    /// A tensor of the subgraph.
    fn tensor(&self, index: usize) -> &'a mut OwnedTensor {
        // SAFETY: the interpreter's lock is held, and callers name tensors of the subgraph, one at a time.
        unsafe { self.tensors.table.get(index) }
    }

    /// Gives input `position` a shape. Its contents are gone unless it has that shape already.
    pub(crate) fn resize(&mut self, position: i32, dims: &[c_int]) -> TfLiteStatus {
        let Some(&input) = border::at(&self.tensors.inputs, position) else {
            self.reporter.error(format!("there is no input {position} to resize"));
            return TfLiteStatus::ERROR;
        };
        let Ok(dims) = dims.iter().map(|&dim| usize::try_from(dim)).collect::<Result<Vec<_>, _>>() else {
            self.reporter.error(format!("input {position} can not be resized to {dims:?}"));
            return TfLiteStatus::ERROR;
        };
        if let Err(error) = featherlite::Shape::new(&dims) {
            self.reporter.error(format!("input {position}: {error}"));
            return TfLiteStatus::ERROR;
        }
        let tensor = self.tensor(input as usize);
        if self.run.is_ready && tensor.dims() == dims {
            return TfLiteStatus::OK;
        }
        if !tensor.is_dynamic() {
            tensor.tensor.data = std::ptr::null_mut();
        }
        tensor.set_dims(&dims);
        self.run.is_ready = false;
        TfLiteStatus::OK
    }

    /// As [`LockedGraph::resize`], by tensor, and only where the file leaves sizes open.
    pub(crate) fn resize_strict(&mut self, tensor: usize, dims: &[c_int]) -> TfLiteStatus {
        let input = self.tensors.inputs.iter().position(|&input| input == border::number(tensor));
        let form = &self.tensor(tensor).tensor;
        // SAFETY: both lists are null or lists of ours, and alive.
        let (signature, present) = unsafe { (values(form.dims_signature), values(form.dims)) };
        let is_open = |axis: usize| signature.get(axis) == Some(&-1);
        let fits = dims.len() == present.len()
            && (0..dims.len()).all(|axis| dims[axis] == present[axis] || is_open(axis));
        match input {
            Some(position) if fits => self.resize(border::number(position), dims),
            _ => {
                self.reporter.error(format!("an input of shape {present:?} can not be resized to {dims:?}"));
                TfLiteStatus::ERROR
            }
        }
    }

    /// Plans the subgraph with the shapes that its inputs have now.
    pub(crate) fn allocate(&mut self) -> TfLiteStatus {
        if self.run.is_ready {
            return TfLiteStatus::OK;
        }
        let model = self.session.model().clone();
        let graph = model.subgraphs().nth(self.index);
        let unresolved = graph.and_then(|graph| graph.nodes().iter().find(|node| !node.is_known()));
        if let Some(node) = unresolved {
            self.reporter.error(format!("no operator {} is registered", node.name()));
            return TfLiteStatus::UNRESOLVED_OPS;
        }
        let planned = self.plan();
        if let Err(error) = planned {
            self.reporter.error(error);
            self.follow();
            return TfLiteStatus::ERROR;
        }
        self.follow();
        if !self.lent_memory_suffices() {
            return TfLiteStatus::ERROR;
        }
        self.show_variables();
        self.run.is_ready = true;
        TfLiteStatus::OK
    }

    fn plan(&mut self) -> featherlite::Result<()> {
        for (position, &input) in self.tensors.inputs.iter().enumerate() {
            let dims = self.tensor(input as usize).dims();
            self.session.resize_input_of(self.index, position, &dims)?;
        }
        self.session.prepare(self.index)
    }

    /// Lets all tensors show where the session has them now.
    pub(crate) fn follow(&mut self) {
        self.run.copied_inputs.clear();
        self.run.copied_outputs.clear();
        for index in 0..self.tensors.table.len() {
            self.follow_one(index);
        }
    }

    fn follow_one(&mut self, index: usize) {
        let Ok(location) = self.session.location(self.index, index) else {
            let tensor = self.tensor(index);
            if !tensor.is_dynamic() {
                tensor.tensor.data = std::ptr::null_mut();
            }
            return;
        };
        let number = border::number(index);
        let input = self.tensors.inputs.iter().position(|&input| input == number);
        let is_output = self.tensors.outputs.contains(&number);
        let lent = self.run.lent.iter().find(|(tensor, _)| *tensor == index).map(|(_, lent)| *lent);
        let tensor = self.tensor(index);
        let is_text = tensor.dtype().is_some_and(|dtype| dtype.bits() == 0);
        tensor.set_dims(location.shape.dims());
        let is_copied = if let Some(lent) = lent {
            tensor.borrow(lent.data, allocation::CUSTOM);
            true
        } else if input.is_some() && is_text {
            true
        } else if location.is_dynamic {
            if !self.run.is_ready {
                tensor.drop_contents();
            }
            tensor.make_dynamic();
            true
        } else {
            let (data, bytes) =
                location.slot.map_or((std::ptr::null_mut(), 0), |slot| (slot.address(), slot.len()));
            let kind = match location.slot {
                Some(slot) if !slot.is_writable() => allocation::CONSTANT,
                _ if location.is_persistent => allocation::PERSISTENT,
                _ => allocation::ARENA,
            };
            tensor.borrow(data.cast::<c_void>(), kind);
            if is_text {
                tensor.tensor.bytes = bytes;
            }
            false
        };
        if is_copied && let Some(position) = input {
            self.run.copied_inputs.push(position);
        }
        if is_copied && is_output && input.is_none() {
            self.run.copied_outputs.push(index);
        }
    }

    /// Has a tensor live in memory of the program. It has contents once tensors are allocated again.
    pub(crate) fn lend(&mut self, tensor: c_int, memory: TfLiteCustomAllocation) -> TfLiteStatus {
        let lists = [&self.tensors.inputs, &self.tensors.outputs, &self.tensors.variables];
        if !lists.iter().any(|list| list.contains(&tensor)) {
            self.reporter
                .error(format!("tensor {tensor} is no input, output or variable, to be lent memory"));
            return TfLiteStatus::ERROR;
        }
        let index = tensor as usize;
        let bytes = self.tensor(index).tensor.bytes;
        if memory.bytes < bytes {
            self.reporter
                .error(format!("{} bytes were lent to tensor {index}, which has {bytes}", memory.bytes));
            return TfLiteStatus::ERROR;
        }
        self.run.lent.retain(|(other, _)| *other != index);
        self.run.lent.push((index, memory));
        self.run.is_ready = false;
        TfLiteStatus::OK
    }

    fn lent_memory_suffices(&self) -> bool {
        self.run.lent.iter().all(|(index, lent)| {
            let bytes = self.tensor(*index).tensor.bytes;
            let suffices = lent.bytes >= bytes;
            if !suffices {
                self.reporter
                    .error(format!("{} bytes were lent to tensor {index}, which has {bytes}", lent.bytes));
            }
            suffices
        })
    }

    /// Runs the subgraph.
    pub(crate) fn invoke(&mut self) -> TfLiteStatus {
        if !self.run.is_ready {
            self.reporter.error("the tensors have no memory: allocate them first");
            return TfLiteStatus::ERROR;
        }
        let result = self.copy_inputs().and_then(|()| self.session.run_subgraph(self.index));
        match result {
            Ok(()) => self.copy_outputs(),
            Err(error) if error.kind() == featherlite::ErrorKind::Cancelled => TfLiteStatus::CANCELLED,
            Err(error) => {
                self.reporter.error(error);
                TfLiteStatus::ERROR
            }
        }
    }

    /// Variables in memory of the program, each with where the session has it.
    fn lent_variables(&mut self) -> Vec<(TfLiteCustomAllocation, Slot)> {
        let (session, graph) = (&mut *self.session, self.index);
        let placed = self.run.lent.iter().filter_map(|&(index, lent)| {
            let location = session.location(graph, index).ok()?;
            location
                .slot
                .filter(|slot| location.is_persistent && slot.len() <= lent.bytes)
                .map(|slot| (lent, slot))
        });
        placed.collect()
    }

    /// Copies the variables that live in memory of the program there.
    pub(crate) fn show_variables(&mut self) {
        for (lent, slot) in self.lent_variables() {
            // SAFETY: both have so many bytes; the session is locked, and the program does not use its memory now.
            unsafe { lent.data.cast::<u8>().copy_from_nonoverlapping(slot.address(), slot.len()) };
        }
    }

    fn copy_inputs(&mut self) -> featherlite::Result<()> {
        for (lent, slot) in self.lent_variables() {
            // SAFETY: as above.
            unsafe { slot.address().copy_from_nonoverlapping(lent.data.cast(), slot.len()) };
        }
        for number in 0..self.run.copied_inputs.len() {
            let position = self.run.copied_inputs[number];
            let tensor = self.tensor(self.tensors.inputs[position] as usize);
            // SAFETY: the program does not change inputs during a run.
            self.session.set_input_bytes(self.index, position, unsafe { tensor.contents() })?;
        }
        Ok(())
    }

    fn copy_outputs(&mut self) -> TfLiteStatus {
        self.show_variables();
        for number in 0..self.run.copied_outputs.len() {
            let index = self.run.copied_outputs[number];
            let lent = self.run.lent.iter().find(|(tensor, _)| *tensor == index);
            let Ok(value) = self.session.tensor_of(self.index, index) else { continue };
            let tensor = self.tensor(index);
            tensor.set_dims(value.shape().dims());
            let Some((_, lent)) = lent else {
                if !tensor.own_contents(value.bytes()) {
                    self.reporter.error("there is no memory for an output");
                    return TfLiteStatus::ERROR;
                }
                continue;
            };
            if value.bytes().len() > lent.bytes {
                self.reporter.error(format!("output {index} does not fit the memory that was lent to it"));
                return TfLiteStatus::ERROR;
            }
            // SAFETY: the program lent at least as many bytes, and does not use them during a run.
            unsafe { copy_to(value.bytes(), lent.data) };
        }
        TfLiteStatus::OK
    }
}

/// Copies bytes to memory of the program.
///
/// # Safety
/// There are as many bytes, which nobody uses meanwhile.
unsafe fn copy_to(bytes: &[u8], target: *mut c_void) {
    // SAFETY: the caller's promise; the session's memory is not the program's.
    unsafe { target.cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
}
