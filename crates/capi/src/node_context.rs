//! A node of a program's operator and its surroundings, as callbacks see them.
//!
//! Both structures begin with the fields of `TfLiteContext` and `TfLiteNode`, so that callbacks of either kind work: those
//! that go through functions, and older ones that read fields.

use std::ffi::{CString, c_int, c_void};
use std::ptr::null_mut;

use featherlite::operator::Node;

use crate::border::{self, number};
use crate::int_array::{of, release, values};
use crate::operator::TfLiteOperator;
use crate::report::Reporter;
use crate::tensor_table::OwnedTensor;
use crate::types::{TfLiteDelegate, TfLiteIntArray, TfLiteStatus, TfLiteTensor};

/// A node.
#[repr(C)]
pub struct TfLiteNode {
    /// Numbers of its inputs; -1 where an optional one is absent.
    pub inputs: *mut TfLiteIntArray,
    /// Numbers of its outputs.
    pub outputs: *mut TfLiteIntArray,
    /// Always empty.
    pub intermediates: *mut TfLiteIntArray,
    /// Numbers of tensors that it works with.
    pub temporaries: *mut TfLiteIntArray,
    /// What its operator keeps.
    pub user_data: *mut c_void,
    /// Always null.
    pub builtin_data: *mut c_void,
    /// Its options in the model.
    pub custom_initial_data: *const c_void,
    /// Bytes of them.
    pub custom_initial_data_size: c_int,
    /// Always null.
    pub delegate: *mut TfLiteDelegate,
    /// Always true.
    pub might_have_side_effect: bool,
}

type Context = TfLiteOpaqueContext;
type Refused = extern "C" fn() -> TfLiteStatus;

/// The surroundings of a node: the fields of `TfLiteContext`, then what is ours.
#[repr(C)]
pub struct TfLiteOpaqueContext {
    tensors_size: usize,
    get_execution_plan: unsafe extern "C" fn(*mut Context, *mut *mut TfLiteIntArray) -> TfLiteStatus,
    tensors: *mut TfLiteTensor,
    implementation: *mut c_void,
    resize_tensor: unsafe extern "C" fn(*mut Context, *mut TfLiteTensor, *mut TfLiteIntArray) -> TfLiteStatus,
    report_error: unsafe extern "C" fn(),
    add_tensors: unsafe extern "C" fn(*mut Context, c_int, *mut c_int) -> TfLiteStatus,
    get_node_and_registration: Refused,
    replace_node_subsets: Refused,
    recommended_num_threads: c_int,
    get_external_context: extern "C" fn(*mut Context, c_int) -> *mut c_void,
    set_external_context: extern "C" fn(*mut Context, c_int, *mut c_void),
    allow_fp32_relax_to_fp16: bool,
    profiler: *mut c_void,
    micro: [*mut c_void; 4],
    resize_tensor_explicit:
        unsafe extern "C" fn(*mut Context, *mut TfLiteTensor, c_int, *const c_int) -> TfLiteStatus,
    preview_delegate_partitioning: Refused,
    get_tensor: unsafe extern "C" fn(*const Context, c_int) -> *mut TfLiteTensor,
    get_eval_tensor: *mut c_void,
    get_model_metadata: Refused,
    acquire_subgraph_context: Refused,
    release_subgraph_context: Refused,
    // What follows is ours.
    pub(crate) reporter: Reporter,
    /// The tensors of the subgraph, by number, then those that the operator added. Only those of the node are filled in.
    pub(crate) own: Vec<OwnedTensor>,
    /// How many of them are the subgraph's.
    pub(crate) count: usize,
    pub(crate) node: TfLiteNode,
    pub(crate) operator: TfLiteOperator,
    /// The subgraph, and the node's number in it.
    pub(crate) index: (usize, usize),
    pub(crate) graph: GraphFacts,
}

/// What of the subgraph callbacks may ask for.
pub(crate) struct GraphFacts {
    pub(crate) name: CString,
    pub(crate) inputs: Vec<c_int>,
    pub(crate) outputs: Vec<c_int>,
    pub(crate) variables: Vec<c_int>,
    pub(crate) plan: *mut TfLiteIntArray,
    /// Names of the model's metadata, with where their contents lie in the file.
    pub(crate) metadata: Vec<(String, *const u8, usize)>,
}

unsafe extern "C" {
    /// Has a list of arguments that is open; defined in `variadic.c`.
    pub(crate) fn featherlite_report_error();
}

impl TfLiteOpaqueContext {
    /// The surroundings of a node.
    pub(crate) fn new(node: &Node<'_>, operator: TfLiteOperator, reporter: Reporter) -> Box<Self> {
        let graph = node.model.subgraphs().get(node.index.0).unwrap_or_default();
        let (inputs, outputs): (Vec<c_int>, Vec<c_int>) =
            (node.operator.inputs().iter().collect(), node.operator.outputs().iter().collect());
        let tensors = graph.tensors().iter();
        let variables = tensors.enumerate().filter(|(_, tensor)| tensor.is_variable());
        let plan: Vec<c_int> = (0..graph.operators().len()).map(number).collect();
        let buffers = node.model.buffers();
        let metadata = node.model.metadata().iter().filter_map(|entry| {
            let bytes = buffers.get(entry.buffer() as usize)?.data().bytes();
            Some((entry.name()?.to_owned(), bytes.as_ptr(), bytes.len()))
        });
        let empty = || OwnedTensor::new("", featherlite::DType::F32, &[0], &featherlite::Quantization::None);
        let own: Vec<_> = (0..graph.tensors().len()).map(|_| empty()).collect();
        Box::new(Self {
            tensors_size: own.len(),
            get_execution_plan,
            tensors: null_mut(),
            implementation: null_mut(),
            resize_tensor,
            report_error: featherlite_report_error,
            add_tensors,
            get_node_and_registration: refuse,
            replace_node_subsets: refuse,
            recommended_num_threads: 1,
            get_external_context,
            set_external_context,
            allow_fp32_relax_to_fp16: false,
            profiler: null_mut(),
            micro: [null_mut(); 4],
            resize_tensor_explicit,
            preview_delegate_partitioning: refuse,
            get_tensor,
            get_eval_tensor: null_mut(),
            get_model_metadata: refuse,
            acquire_subgraph_context: refuse,
            release_subgraph_context: refuse,
            reporter,
            count: own.len(),
            own,
            node: TfLiteNode {
                inputs: of::<TfLiteIntArray>(&inputs),
                outputs: of::<TfLiteIntArray>(&outputs),
                intermediates: of::<TfLiteIntArray>(&[]),
                temporaries: of::<TfLiteIntArray>(&[]),
                user_data: null_mut(),
                builtin_data: null_mut(),
                custom_initial_data: node.custom_options.as_ptr().cast(),
                custom_initial_data_size: number(node.custom_options.len()),
                delegate: null_mut(),
                might_have_side_effect: true,
            },
            operator,
            index: node.index,
            graph: GraphFacts {
                name: crate::interpreter::c_string(graph.name().unwrap_or_default()),
                inputs: graph.inputs().iter().collect(),
                outputs: graph.outputs().iter().collect(),
                variables: variables.map(|(tensor, _)| number(tensor)).collect(),
                plan: of::<TfLiteIntArray>(&plan),
                metadata: metadata.collect(),
            },
        })
    }

    /// Shows callbacks where the tensors are; to be called whenever there may be more of them.
    pub(crate) fn publish(&mut self) {
        self.tensors_size = self.own.len();
        self.tensors = self.own.as_mut_ptr().cast();
    }

    /// Numbers of the node's inputs, outputs and temporaries.
    pub(crate) fn lists(&self) -> [Vec<c_int>; 3] {
        let node = &self.node;
        // SAFETY: lists of ours, which live as long as the node.
        [node.inputs, node.outputs, node.temporaries].map(|list| unsafe { values(list) }.to_vec())
    }

    /// A tensor by number.
    pub(crate) fn tensor(&mut self, index: c_int) -> Option<&mut OwnedTensor> {
        usize::try_from(index).ok().and_then(|index| self.own.get_mut(index))
    }

    /// Gives a tensor a shape, and memory where it has its own.
    pub(crate) fn resize(&mut self, tensor: *const TfLiteTensor, dims: &[c_int]) -> TfLiteStatus {
        let dims: Result<Vec<usize>, _> = dims.iter().map(|&dim| usize::try_from(dim)).collect();
        let found = self.own.iter_mut().find(|own| std::ptr::eq(&raw const own.tensor, tensor));
        let (Some(found), Ok(dims)) = (found, dims) else { return TfLiteStatus::ERROR };
        if featherlite::Shape::new(&dims).is_err() {
            return TfLiteStatus::ERROR;
        }
        let (had, has_memory) = (found.tensor.bytes, !found.tensor.data.is_null());
        found.set_dims(&dims);
        if found.is_dynamic() {
            let bytes = found.tensor.bytes;
            if !found.resize_contents(bytes) {
                return TfLiteStatus::ERROR;
            }
        } else if has_memory && found.tensor.bytes > had {
            self.reporter.error("an operator resized a tensor during a run that is not dynamic");
            return TfLiteStatus::ERROR;
        }
        TfLiteStatus::OK
    }

    /// Adds tensors without form; the number of the first.
    pub(crate) fn add(&mut self, count: usize) -> usize {
        let first = self.own.len();
        for _ in 0..count {
            let mut tensor =
                OwnedTensor::new("", featherlite::DType::F32, &[0], &featherlite::Quantization::None);
            tensor.make_dynamic();
            self.own.push(tensor);
        }
        self.publish();
        first
    }
}

impl Drop for TfLiteOpaqueContext {
    fn drop(&mut self) {
        let node = &self.node;
        // SAFETY: lists that `new` made, and nobody has any longer.
        unsafe {
            for list in [node.inputs, node.outputs, node.intermediates, node.temporaries, self.graph.plan] {
                release(list);
            }
        }
    }
}

extern "C" fn refuse() -> TfLiteStatus {
    TfLiteStatus::ERROR
}

extern "C" fn get_external_context(_context: *mut Context, _kind: c_int) -> *mut c_void {
    null_mut()
}

extern "C" fn set_external_context(_context: *mut Context, _kind: c_int, _external: *mut c_void) {}

unsafe extern "C" fn get_execution_plan(
    context: *mut Context,
    plan: *mut *mut TfLiteIntArray,
) -> TfLiteStatus {
    // SAFETY: callbacks hand back the context that they got.
    unsafe {
        if context.is_null() || plan.is_null() {
            return TfLiteStatus::ERROR;
        }
        plan.write((*context).graph.plan);
    }
    TfLiteStatus::OK
}

/// Gives a tensor a shape; the list is given up.
pub(crate) unsafe extern "C" fn resize_tensor(
    context: *mut Context,
    tensor: *mut TfLiteTensor,
    dims: *mut TfLiteIntArray,
) -> TfLiteStatus {
    // SAFETY: callbacks hand back the context that they got, and a list of theirs.
    unsafe {
        let status = match border::object_mut(context) {
            Some(context) if !dims.is_null() => context.resize(tensor, values(dims)),
            _ => TfLiteStatus::ERROR,
        };
        release(dims);
        status
    }
}

unsafe extern "C" fn resize_tensor_explicit(
    context: *mut Context,
    tensor: *mut TfLiteTensor,
    length: c_int,
    dims: *const c_int,
) -> TfLiteStatus {
    // SAFETY: callbacks hand back the context that they got, and a list of theirs.
    let (context, dims) = unsafe { (border::object_mut(context), border::list(dims, length)) };
    context.zip(dims).map_or(TfLiteStatus::ERROR, |(context, dims)| context.resize(tensor, dims))
}

unsafe extern "C" fn add_tensors(context: *mut Context, count: c_int, first: *mut c_int) -> TfLiteStatus {
    // SAFETY: callbacks hand back the context that they got.
    let context = unsafe { border::object_mut(context) };
    let (Some(context), Ok(count)) = (context, usize::try_from(count)) else { return TfLiteStatus::ERROR };
    let number = number(context.add(count));
    if !first.is_null() {
        // SAFETY: the caller's promise.
        unsafe { first.write(number) };
    }
    TfLiteStatus::OK
}

/// A tensor by number; null if there is none.
pub(crate) unsafe extern "C" fn get_tensor(context: *const Context, index: c_int) -> *mut TfLiteTensor {
    // SAFETY: callbacks hand back the context that they got, which nobody borrows during the callback.
    let context = unsafe { border::object_mut(context.cast_mut()) };
    let found = context.and_then(|context| context.tensor(index));
    found.map_or(null_mut(), |tensor| &raw mut tensor.tensor)
}
