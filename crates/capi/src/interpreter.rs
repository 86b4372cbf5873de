//! Interpreters: a model with memory, ready to run.

use std::ffi::{CString, c_char, c_int};
use std::ptr::{null, null_mut};
use std::sync::{Mutex, TryLockError};

use featherlite::schema::BuiltinOperator;
use featherlite::{CancelHandle, Model, OpSet, Session, SessionOptions, all_ops};

use crate::border::{self, at, guard, number, object};
use crate::custom::CustomOperator;
use crate::graph_tensors::{GraphRun, GraphTensors, LockedGraph};
use crate::model::TfLiteModel;
use crate::options::TfLiteInterpreterOptions;
use crate::report::Reporter;
use crate::signature::{SignatureNames, TfLiteSignatureRunner};
use crate::types::{TfLiteStatus, TfLiteTensor};

/// A model with memory. Tensors and names lie outside of the lock, as programs hold their addresses.
pub struct TfLiteInterpreter {
    /// By subgraph; those that only operators run are empty.
    pub(crate) graphs: Vec<GraphTensors>,
    pub(crate) signatures: Vec<SignatureNames>,
    pub(crate) reporter: Reporter,
    cancel: Option<CancelHandle>,
    running: Mutex<Running>,
}

/// What only one thread may use at a time.
struct Running {
    session: Session,
    graphs: Vec<GraphRun>,
}

impl TfLiteInterpreter {
    fn new(model: &Model, options: &TfLiteInterpreterOptions, ops: Option<OpSet>) -> Option<Self> {
        let reporter = options.reporter;
        if options.delegates > 0 {
            reporter.error("delegates are not supported: make the interpreter without them");
            return None;
        }
        let model = match &ops {
            Some(ops) => reporter.kept(model.with_ops(ops))?,
            None => model.clone(),
        };
        let missing = model.subgraphs().flat_map(|graph| graph.nodes()).find(|node| {
            let version = featherlite::ops::ALL.iter().find(|op| op.name == node.name()).map(|op| op.version);
            let is_too_new = ops.is_none() && version.is_some_and(|version| node.version() > version);
            !node.is_custom() && (!node.is_known() || is_too_new)
        });
        if let Some(node) = missing {
            reporter.error(format!("there is no operator {} of version {}", node.name(), node.version()));
            return None;
        }
        let threads = usize::try_from(options.threads).unwrap_or_default().max(1);
        let session = SessionOptions { threads, ..SessionOptions::default() };
        let session = reporter.kept(model.session_unplanned(session))?;
        let used =
            |index| index == 0 || model.signatures().iter().any(|signature| signature.subgraph() == index);
        let graphs = model.subgraphs().enumerate();
        let graphs = graphs.map(
            |(index, graph)| if used(index) { GraphTensors::new(graph) } else { GraphTensors::default() },
        );
        let graphs: Vec<_> = graphs.collect();
        Some(Self {
            signatures: model.signatures().iter().map(SignatureNames::new).collect(),
            reporter,
            cancel: options.can_cancel.then(|| session.cancel_handle()),
            running: Mutex::new(Running {
                session,
                graphs: graphs.iter().map(|_| GraphRun::default()).collect(),
            }),
            graphs,
        })
    }

    /// Works on a subgraph, unless another thread does.
    pub(crate) fn with_graph(
        &self,
        index: usize,
        work: impl FnOnce(&mut LockedGraph<'_>) -> TfLiteStatus,
    ) -> TfLiteStatus {
        guard(TfLiteStatus::ERROR, || {
            let mut running = match self.running.try_lock() {
                Ok(running) => running,
                Err(TryLockError::WouldBlock) => {
                    self.reporter.error("another thread is using the interpreter");
                    return TfLiteStatus::ERROR;
                }
                Err(TryLockError::Poisoned(_)) => {
                    self.reporter.error("the interpreter is of no use after a defect of the library");
                    return TfLiteStatus::ERROR;
                }
            };
            let Running { session, graphs } = &mut *running;
            let (Some(tensors), Some(run)) = (self.graphs.get(index), graphs.get_mut(index)) else {
                return TfLiteStatus::ERROR;
            };
            work(&mut LockedGraph { index, tensors, run, session, reporter: self.reporter })
        })
    }

    /// Runs a subgraph.
    pub(crate) fn invoke(&self, index: usize) -> TfLiteStatus {
        let status = self.with_graph(index, |graph| {
            if let Some(cancel) = &self.cancel {
                cancel.withdraw();
            }
            graph.invoke()
        });
        if self.graphs.len() > 1 {
            self.follow_others(index);
        }
        status
    }

    /// A run may have planned other subgraphs anew, which it called.
    fn follow_others(&self, but: usize) {
        for index in
            (0..self.graphs.len()).filter(|&index| index != but && self.graphs[index].table.len() > 0)
        {
            self.with_graph(index, |graph| {
                if graph.run.is_ready {
                    graph.follow();
                }
                TfLiteStatus::OK
            });
        }
    }

    /// Cancels what runs now.
    pub(crate) fn cancel(&self) -> TfLiteStatus {
        match &self.cancel {
            Some(cancel) => {
                cancel.cancel();
                TfLiteStatus::OK
            }
            None => TfLiteStatus::ERROR,
        }
    }
}

/// The interpreter of a model, or null after the error was reported.
pub(crate) unsafe fn create(
    model: *const TfLiteModel,
    options: *const TfLiteInterpreterOptions,
    base: impl FnOnce() -> Option<OpSet>,
) -> *mut TfLiteInterpreter {
    guard(null_mut(), || {
        let default = TfLiteInterpreterOptions::default();
        // SAFETY: the caller's promise.
        let (model, options) = unsafe { (object(model), object(options).unwrap_or(&default)) };
        let Some(model) = model else {
            options.reporter.error("there is no model");
            return null_mut();
        };
        border::give(TfLiteInterpreter::new(&model.model, options, own_operators(options, base())))
    })
}

/// A set and the program's operators; `None` if it is ours alone.
fn own_operators(options: &TfLiteInterpreterOptions, base: Option<OpSet>) -> Option<OpSet> {
    // SAFETY: operators outlive the options that they were added to.
    let added = options.operators.iter().filter_map(|&operator| unsafe { object(operator) });
    let mut operators = options.registered.iter().chain(added).peekable();
    if base.is_none() && operators.peek().is_none() {
        return None;
    }
    Some(operators.fold(base.unwrap_or_else(all_ops), |set, operator| {
        let custom = CustomOperator::new(operator.clone(), options.reporter);
        match &operator.name {
            Some(name) => set.with_custom(&name.to_string_lossy(), custom),
            None => set.with_custom_builtin(BuiltinOperator(operator.code), custom),
        }
    }))
}

/// The tensor whose number stands at a place of a list of the main subgraph.
pub(crate) unsafe fn listed(
    interpreter: *const TfLiteInterpreter,
    list: impl FnOnce(&GraphTensors) -> &[c_int],
    index: i32,
) -> *mut TfLiteTensor {
    // SAFETY: the caller's promise.
    let Some(interpreter) = (unsafe { object(interpreter) }) else { return null_mut() };
    let graph = &interpreter.graphs[0];
    at(list(graph), index).map_or(null_mut(), |&tensor| graph.table.address(tensor as usize).cast())
}

/// The main subgraph, if there is an interpreter.
unsafe fn main_graph<'a>(interpreter: *const TfLiteInterpreter) -> Option<&'a GraphTensors> {
    // SAFETY: the caller's promise.
    unsafe { object(interpreter) }.map(|interpreter| &interpreter.graphs[0])
}

/// An interpreter of a model; null on failure. Model and options may be given up afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterCreate(
    model: *const TfLiteModel,
    options: *const TfLiteInterpreterOptions,
) -> *mut TfLiteInterpreter {
    // SAFETY: the caller's promise.
    unsafe { create(model, options, || None) }
}

/// Gives an interpreter up, with its tensors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterDelete(interpreter: *mut TfLiteInterpreter) {
    // SAFETY: the caller's promise.
    unsafe { border::take_back(interpreter) };
}

/// The number of inputs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterGetInputTensorCount(interpreter: *const TfLiteInterpreter) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { main_graph(interpreter) }.map_or(0, |graph| number(graph.inputs.len()))
}

/// The numbers of the input tensors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterInputTensorIndices(
    interpreter: *const TfLiteInterpreter,
) -> *const c_int {
    // SAFETY: the caller's promise.
    unsafe { main_graph(interpreter) }.map_or(null(), |graph| graph.inputs.as_ptr())
}

/// An input; null if there is none of this number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterGetInputTensor(
    interpreter: *const TfLiteInterpreter,
    index: i32,
) -> *mut TfLiteTensor {
    // SAFETY: the caller's promise.
    unsafe { listed(interpreter, |graph| &graph.inputs, index) }
}

/// Gives an input another shape. Tensors must be allocated before they are used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterResizeInputTensor(
    interpreter: *mut TfLiteInterpreter,
    index: i32,
    dims: *const c_int,
    length: i32,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    let (interpreter, dims) = unsafe { (object(interpreter), border::list(dims, length)) };
    let (Some(interpreter), Some(dims)) = (interpreter, dims) else { return TfLiteStatus::ERROR };
    interpreter.with_graph(0, |graph| graph.resize(index, dims))
}

/// Plans the model with the present shapes of its inputs, and gives tensors memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterAllocateTensors(
    interpreter: *mut TfLiteInterpreter,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    match unsafe { object(interpreter) } {
        Some(interpreter) => interpreter.with_graph(0, |graph| graph.allocate()),
        None => TfLiteStatus::ERROR,
    }
}

/// Runs the model.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterInvoke(interpreter: *mut TfLiteInterpreter) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { object(interpreter) }.map_or(TfLiteStatus::ERROR, |interpreter| interpreter.invoke(0))
}

/// The number of outputs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterGetOutputTensorCount(interpreter: *const TfLiteInterpreter) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { main_graph(interpreter) }.map_or(0, |graph| number(graph.outputs.len()))
}

/// The numbers of the output tensors.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterOutputTensorIndices(
    interpreter: *const TfLiteInterpreter,
) -> *const c_int {
    // SAFETY: the caller's promise.
    unsafe { main_graph(interpreter) }.map_or(null(), |graph| graph.outputs.as_ptr())
}

/// An output; null if there is none of this number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterGetOutputTensor(
    interpreter: *const TfLiteInterpreter,
    index: i32,
) -> *const TfLiteTensor {
    // SAFETY: the caller's promise.
    unsafe { listed(interpreter, |graph| &graph.outputs, index) }
}

/// Any tensor of the main subgraph; null if there is none of this number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterGetTensor(
    interpreter: *const TfLiteInterpreter,
    index: c_int,
) -> *mut TfLiteTensor {
    // SAFETY: the caller's promise.
    let (graph, index) = (unsafe { main_graph(interpreter) }, usize::try_from(index));
    graph.zip(index.ok()).map_or(null_mut(), |(graph, index)| graph.table.address(index).cast())
}

/// Ends what another thread runs now, with the status `kTfLiteCancelled`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterCancel(interpreter: *const TfLiteInterpreter) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    unsafe { object(interpreter) }.map_or(TfLiteStatus::ERROR, TfLiteInterpreter::cancel)
}

/// The number of signatures.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterGetSignatureCount(interpreter: *const TfLiteInterpreter) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { object(interpreter) }.map_or(0, |interpreter| number(interpreter.signatures.len()))
}

/// The key of a signature; null if there is none of this number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterGetSignatureKey(
    interpreter: *const TfLiteInterpreter,
    index: i32,
) -> *const c_char {
    // SAFETY: the caller's promise.
    let interpreter = unsafe { object(interpreter) };
    let signature = interpreter.and_then(|interpreter| at(&interpreter.signatures, index));
    signature.map_or(null(), |signature| signature.key.as_ptr())
}

/// The interpreter seen through a signature, to be given up before the interpreter; null if there is no such signature.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteInterpreterGetSignatureRunner(
    interpreter: *const TfLiteInterpreter,
    key: *const c_char,
) -> *mut TfLiteSignatureRunner {
    // SAFETY: the caller's promise.
    let (found, key) = unsafe { (object(interpreter), border::text(key)) };
    let (Some(found), Some(key)) = (found, key) else { return null_mut() };
    let signature = found.signatures.iter().position(|signature| signature.key.to_bytes() == key.as_bytes());
    border::give(signature.map(|signature| TfLiteSignatureRunner { interpreter, signature }))
}

/// A C string of a name; zeros in it become spaces.
pub(crate) fn c_string(name: &str) -> CString {
    CString::new(name.replace('\0', " ")).unwrap_or_default()
}
