//! Running operators of a program: callbacks as an operator of the runtime.

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ptr::{NonNull, null_mut};
use std::sync::{Arc, Mutex, PoisonError};

use featherlite::operator::{Custom, Error, Io, Kernel, Node, Outputs, Plan, Result, Tensor};
use featherlite::{DType, Shape};

use crate::node_context::TfLiteOpaqueContext;
use crate::operator::TfLiteOperator;
use crate::report::Reporter;
use crate::tensor_table::OwnedTensor;
use crate::types::{TfLiteStatus, allocation};

/// A node, which its kernels share.
type SharedNode = Arc<Mutex<CustomNode>>;

/// An operator of a program in one interpreter.
pub(crate) struct CustomOperator {
    operator: TfLiteOperator,
    reporter: Reporter,
    /// By subgraph and number.
    nodes: Mutex<BTreeMap<(usize, usize), SharedNode>>,
}

// SAFETY: the program's pointers in it are only handed to its callbacks, which run while the interpreter's lock is held.
unsafe impl Send for CustomOperator {}
// SAFETY: as above.
unsafe impl Sync for CustomOperator {}

/// A node with what its operator keeps.
///
/// The context lies at its address as long as the node, since callbacks keep it; nothing of it is borrowed while a callback
/// runs, which changes it through functions of the API.
struct CustomNode {
    context: NonNull<TfLiteOpaqueContext>,
    /// The outputs' shapes are known after a run only.
    at_run: bool,
}

// SAFETY: as `CustomOperator`.
unsafe impl Send for CustomNode {}

impl CustomOperator {
    pub(crate) fn new(operator: TfLiteOperator, reporter: Reporter) -> Self {
        Self { operator, reporter, nodes: Mutex::default() }
    }

    fn node(&self, node: &Node<'_>) -> Result<SharedNode> {
        let (lowest, highest) = self.operator.versions;
        if node.version < lowest || node.version > highest {
            let message =
                format!("version {} of an operator that is there from {lowest} to {highest}", node.version);
            return Err(Error::unsupported(message));
        }
        let mut nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Mutex::new(CustomNode::new(node, self.operator.clone(), self.reporter)));
        Ok(Arc::clone(nodes.entry(node.index).or_insert_with(new)))
    }
}

impl Custom for CustomOperator {
    fn shapes(&self, node: &Node<'_>) -> Result<Outputs> {
        let own = self.node(node)?;
        let mut own = own.lock().unwrap_or_else(PoisonError::into_inner);
        own.describe(node);
        own.prepare()
    }

    fn plan(&self, plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
        let own = self.node(plan.node)?;
        Ok(Box::new(move |io: &mut Io<'_>| own.lock().unwrap_or_else(PoisonError::into_inner).run(io)))
    }
}

impl CustomNode {
    fn new(node: &Node<'_>, operator: TfLiteOperator, reporter: Reporter) -> Self {
        let context = NonNull::from(Box::leak(TfLiteOpaqueContext::new(node, operator, reporter)));
        let mut own = Self { context, at_run: false };
        own.describe(node);
        let operator = own.context().operator.clone();
        // SAFETY: the context is alive, and not borrowed.
        let kept = unsafe { operator.call_init(context.as_ptr(), node.custom_options) };
        own.context().node.user_data = kept;
        own
    }

    /// The context, while no callback runs.
    fn context(&mut self) -> &mut TfLiteOpaqueContext {
        // SAFETY: leaked by `new`, and borrowed only as long as the node is.
        unsafe { self.context.as_mut() }
    }

    /// Fills in the tensors as they are known now.
    fn describe(&mut self, node: &Node<'_>) {
        let context = self.context();
        let [inputs, outputs, _] = context.lists();
        for (&index, tensor) in inputs.iter().zip(node.inputs) {
            if let (Some(own), Some(tensor)) = (context.tensor(index), tensor) {
                describe_tensor(own, tensor, false);
            }
        }
        for (&index, tensor) in outputs.iter().zip(node.outputs) {
            if let Some(own) = context.tensor(index) {
                describe_tensor(own, tensor, true);
            }
        }
        context.publish();
    }

    /// Asks the operator for the shapes of its outputs.
    fn prepare(&mut self) -> Result<Outputs> {
        let status = self.call(|operator, context, node| {
            // SAFETY: the context is alive, and nobody borrows it.
            unsafe { operator.call_prepare(context, node) }
        });
        self.check(status, "to be prepared")?;
        let context = self.context();
        let [_, outputs, _] = context.lists();
        let mut shapes = Vec::new();
        for index in outputs {
            let Some(tensor) = context.tensor(index) else { continue };
            if tensor.is_dynamic() {
                self.at_run = true;
                return Ok(Outputs::AtRun);
            }
            shapes.push(Shape::new(&tensor.dims())?);
        }
        self.at_run = false;
        Ok(Outputs::Known(shapes))
    }

    /// Calls the operator, with nothing borrowed.
    fn call(
        &mut self,
        callback: impl FnOnce(
            &TfLiteOperator,
            *mut TfLiteOpaqueContext,
            *mut crate::node_context::TfLiteNode,
        ) -> TfLiteStatus,
    ) -> TfLiteStatus {
        let operator = self.context().operator.clone();
        let context = self.context.as_ptr();
        // SAFETY: the context is alive; this makes an address only.
        let node = unsafe { &raw mut (*context).node };
        callback(&operator, context, node)
    }

    fn check(&mut self, status: TfLiteStatus, what: &str) -> Result<()> {
        if status == TfLiteStatus::OK {
            return Ok(());
        }
        let name = self.context().operator.label();
        Err(Error::invalid_value(format!("the operator {name} refused {what}, with status {}", status.0)))
    }

    fn run(&mut self, io: &mut Io<'_>) -> Result<()> {
        self.place(io)?;
        let status = self.call(|operator, context, node| {
            // SAFETY: the context is alive, and nobody borrows it.
            unsafe { operator.call_invoke(context, node) }
        });
        self.check(status, "to run")?;
        self.hand_over(io)
    }

    /// Shows the operator where its tensors are in this run.
    fn place(&mut self, io: &mut Io<'_>) -> Result<()> {
        let at_run = self.at_run;
        let context = self.context();
        let [inputs, outputs, temporaries] = context.lists();
        for (position, &index) in inputs.iter().enumerate() {
            let Some(tensor) = context.tensor(index) else { continue };
            let is_variable = tensor.tensor.is_variable;
            let (data, bytes) = match is_variable.then(|| io.variable::<u8>(position)) {
                Some(Ok(bytes)) => (bytes.as_mut_ptr(), bytes.len()),
                _ => {
                    let bytes = io.input::<u8>(position)?;
                    (bytes.as_ptr().cast_mut(), bytes.len())
                }
            };
            if let Some(shape) = io.shapes.get(position) {
                tensor.set_dims(shape.dims());
            }
            tensor.borrow(data.cast::<c_void>(), tensor.tensor.allocation_type);
            tensor.tensor.bytes = bytes;
        }
        for (position, &index) in outputs.iter().enumerate() {
            let Some(tensor) = context.tensor(index) else { continue };
            if !at_run {
                let bytes = io.output::<u8>(position)?;
                tensor.borrow(bytes.as_mut_ptr().cast(), allocation::ARENA);
            } else if !tensor.is_dynamic() {
                let bytes = tensor.tensor.bytes;
                tensor.make_dynamic();
                if !tensor.resize_contents(bytes) {
                    return Err(no_memory());
                }
            }
        }
        for index in temporaries {
            let Some(tensor) = context.tensor(index) else { continue };
            let bytes = tensor.bytes_of_shape();
            if tensor.is_dynamic() && tensor.tensor.data.is_null() && !tensor.resize_contents(bytes) {
                return Err(no_memory());
            }
        }
        Ok(())
    }

    /// Copies the outputs that the operator made itself.
    fn hand_over(&mut self, io: &mut Io<'_>) -> Result<()> {
        if !self.at_run {
            return Ok(());
        }
        let context = self.context();
        let [_, outputs, _] = context.lists();
        for (position, &index) in outputs.iter().enumerate() {
            let Some(tensor) = context.tensor(index) else { continue };
            let shape = Shape::new(&tensor.dims())?;
            // SAFETY: the callback is over.
            let contents = unsafe { tensor.contents() };
            io.allocate_bytes(position, shape, contents.len())?.copy_from_slice(contents);
        }
        Ok(())
    }
}

impl Drop for CustomNode {
    fn drop(&mut self) {
        let kept = self.context().node.user_data;
        let operator = self.context().operator.clone();
        // SAFETY: `kept` is what the operator made; the context was leaked by `new` and nobody has it afterwards.
        unsafe {
            operator.call_free(self.context.as_ptr(), kept);
            drop(Box::from_raw(self.context.as_ptr()));
        }
    }
}

fn no_memory() -> Error {
    Error::new(featherlite::ErrorKind::OutOfMemory, "there is no memory for a tensor of an operator")
}

/// Gives a tensor of the context the form of the runtime's.
fn describe_tensor(own: &mut OwnedTensor, tensor: &Tensor<'_>, is_output: bool) {
    *own = OwnedTensor::new(tensor.name, tensor.dtype, tensor.shape.dims(), tensor.quantization);
    own.tensor.is_variable = tensor.is_variable;
    if let Some(data) = tensor.data.filter(|_| !is_output) {
        own.borrow(data.as_ptr().cast_mut().cast(), allocation::CONSTANT);
        own.tensor.bytes = data.len();
    } else if tensor.is_variable {
        own.borrow(null_mut(), allocation::PERSISTENT);
    } else if !is_output || tensor.dtype != DType::String {
        own.borrow(null_mut(), allocation::ARENA);
    }
}
