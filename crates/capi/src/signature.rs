//! An interpreter seen through a signature of its model: tensors by name.

use std::ffi::{CString, c_char, c_int};
use std::ptr::{null, null_mut};

use featherlite::Signature;

use crate::border::{self, at, object};
use crate::graph_tensors::LockedGraph;
use crate::interpreter::{TfLiteInterpreter, c_string};
use crate::types::{TfLiteStatus, TfLiteTensor};

/// A signature with names as C has them.
pub(crate) struct SignatureNames {
    pub(crate) key: CString,
    subgraph: usize,
    inputs: Vec<(CString, usize)>,
    outputs: Vec<(CString, usize)>,
}

impl SignatureNames {
    pub(crate) fn new(signature: &Signature) -> Self {
        let sorted = |names: &[(String, usize)]| {
            let mut sorted = Vec::new();
            for (name, tensor) in names {
                let name = (c_string(name), *tensor);
                sorted.insert(sorted.partition_point(|other| *other < name), name);
            }
            sorted
        };
        Self {
            key: c_string(signature.key()),
            subgraph: signature.subgraph(),
            inputs: sorted(signature.inputs()),
            outputs: sorted(signature.outputs()),
        }
    }
}

/// An interpreter and one of its signatures.
pub struct TfLiteSignatureRunner {
    pub(crate) interpreter: *const TfLiteInterpreter,
    pub(crate) signature: usize,
}

impl TfLiteSignatureRunner {
    /// The interpreter.
    pub(crate) fn interpreter(&self) -> &TfLiteInterpreter {
        // SAFETY: a runner is given up before its interpreter.
        unsafe { &*self.interpreter }
    }

    fn names(&self) -> &SignatureNames {
        &self.interpreter().signatures[self.signature]
    }

    fn with_graph(&self, work: impl FnOnce(&mut LockedGraph<'_>) -> TfLiteStatus) -> TfLiteStatus {
        self.interpreter().with_graph(self.names().subgraph, work)
    }

    /// The tensor of this name.
    ///
    /// # Safety
    /// `name` is null or a string.
    unsafe fn tensor(&self, names: &[(CString, usize)], name: *const c_char) -> Option<usize> {
        // SAFETY: the caller's promise.
        let name = unsafe { border::text(name) }?;
        names.iter().find(|(other, _)| other.to_bytes() == name.as_bytes()).map(|(_, tensor)| *tensor)
    }

    fn address(&self, tensor: Option<usize>) -> *mut TfLiteTensor {
        let graph = &self.interpreter().graphs[self.names().subgraph];
        tensor.map_or(null_mut(), |tensor| graph.table.address(tensor).cast())
    }
}

/// The number of inputs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteSignatureRunnerGetInputCount(runner: *const TfLiteSignatureRunner) -> usize {
    // SAFETY: the caller's promise.
    unsafe { object(runner) }.map_or(0, |runner| runner.names().inputs.len())
}

/// The name of an input, in the order of the alphabet; null if there is none of this number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteSignatureRunnerGetInputName(
    runner: *const TfLiteSignatureRunner,
    index: i32,
) -> *const c_char {
    // SAFETY: the caller's promise.
    let runner = unsafe { object(runner) };
    runner.and_then(|runner| at(&runner.names().inputs, index)).map_or(null(), |(name, _)| name.as_ptr())
}

/// Gives an input another shape; only sizes that the model leaves open may change.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteSignatureRunnerResizeInputTensor(
    runner: *mut TfLiteSignatureRunner,
    name: *const c_char,
    dims: *const c_int,
    length: i32,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    let (runner, dims) = unsafe { (object(runner), border::list(dims, length)) };
    let (Some(runner), Some(dims)) = (runner, dims) else { return TfLiteStatus::ERROR };
    // SAFETY: the caller's promise.
    let tensor = unsafe { runner.tensor(&runner.names().inputs, name) };
    runner.with_graph(|graph| match tensor {
        Some(tensor) => graph.resize_strict(tensor, dims),
        None => TfLiteStatus::ERROR,
    })
}

/// Plans the signature's subgraph, and gives its tensors memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteSignatureRunnerAllocateTensors(
    runner: *mut TfLiteSignatureRunner,
) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    match unsafe { object(runner) } {
        Some(runner) => runner.with_graph(|graph| graph.allocate()),
        None => TfLiteStatus::ERROR,
    }
}

/// An input by name; null if there is none of this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteSignatureRunnerGetInputTensor(
    runner: *mut TfLiteSignatureRunner,
    name: *const c_char,
) -> *mut TfLiteTensor {
    // SAFETY: the caller's promise.
    let Some(runner) = (unsafe { object(runner) }) else { return null_mut() };
    // SAFETY: the caller's promise.
    runner.address(unsafe { runner.tensor(&runner.names().inputs, name) })
}

/// Runs the signature.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteSignatureRunnerInvoke(runner: *mut TfLiteSignatureRunner) -> TfLiteStatus {
    // SAFETY: the caller's promise.
    let runner = unsafe { object(runner) };
    runner.map_or(TfLiteStatus::ERROR, |runner| runner.interpreter().invoke(runner.names().subgraph))
}

/// The number of outputs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteSignatureRunnerGetOutputCount(runner: *const TfLiteSignatureRunner) -> usize {
    // SAFETY: the caller's promise.
    unsafe { object(runner) }.map_or(0, |runner| runner.names().outputs.len())
}

/// The name of an output, in the order of the alphabet; null if there is none of this number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteSignatureRunnerGetOutputName(
    runner: *const TfLiteSignatureRunner,
    index: i32,
) -> *const c_char {
    // SAFETY: the caller's promise.
    let runner = unsafe { object(runner) };
    runner.and_then(|runner| at(&runner.names().outputs, index)).map_or(null(), |(name, _)| name.as_ptr())
}

/// An output by name; null if there is none of this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteSignatureRunnerGetOutputTensor(
    runner: *const TfLiteSignatureRunner,
    name: *const c_char,
) -> *const TfLiteTensor {
    // SAFETY: the caller's promise.
    let Some(runner) = (unsafe { object(runner) }) else { return null() };
    // SAFETY: the caller's promise.
    runner.address(unsafe { runner.tensor(&runner.names().outputs, name) })
}

/// Gives the runner up; its interpreter lives on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TfLiteSignatureRunnerDelete(runner: *mut TfLiteSignatureRunner) {
    // SAFETY: the caller's promise.
    unsafe { border::take_back(runner) };
}
