//! The session behind `featherlite.Interpreter`.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};
use std::time::Instant;

use featherlite::{
    DType, Kernels, Model, Session, SessionOptions, Shape, Signature, SubgraphInfo, TensorInfo,
};
use numpy::{PyArrayDescrMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::types::{PyAnyMethods, PyDict, PyEllipsis, PyList, PyListMethods, PyTuple, PyTypeMethods};
use pyo3::{Bound, PyAny, PyResult, Python, intern, pyclass, pymethods};

use crate::{array, details, dtype, error, inspect, packed, strings, view};

/// A model with its session. One thread at a time may use it; another gets a `RuntimeError`.
#[pyclass(frozen, module = "featherlite._native")]
pub(crate) struct Core {
    /// `None` once it is closed.
    session: Mutex<Option<Session>>,
    pub(crate) views: Views,
}

/// The number of arrays over the session's memory.
#[derive(Default)]
pub(crate) struct Views(AtomicUsize);

impl Views {
    pub(crate) fn lend(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn give_back(&self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }

    /// That there are none, as whatever may move the memory demands.
    fn check(&self) -> PyResult<()> {
        match self.0.load(Ordering::Acquire) {
            0 => Ok(()),
            count => Err(error::runtime(format!(
                "There is at least 1 reference to internal data in the interpreter in the form of a numpy array or slice \
                 ({count} in all). Hold on to the function that tensor() returns, not to what that function returns."
            ))),
        }
    }
}

/// The session of a locked core.
pub(crate) struct Locked<'c>(MutexGuard<'c, Option<Session>>);

impl Locked<'_> {
    pub(crate) fn session(&mut self) -> PyResult<&mut Session> {
        self.0.as_mut().ok_or_else(|| PyValueError::new_err("the interpreter is closed"))
    }
}

/// A subgraph of a model.
pub(crate) fn subgraph(model: &Model, index: usize) -> PyResult<SubgraphInfo<'_>> {
    let missing = || {
        let count = model.subgraphs().len();
        error::value(format!("Invalid subgraph index {index}: the model has {count} subgraphs"))
    };
    model.subgraphs().nth(index).ok_or_else(missing)
}

/// A tensor of a model.
pub(crate) fn tensor(model: &Model, graph: usize, index: isize) -> PyResult<(usize, &TensorInfo)> {
    let tensors = subgraph(model, graph)?.tensors();
    let found = usize::try_from(index).ok().and_then(|index| Some((index, tensors.get(index)?)));
    found.ok_or_else(|| {
        error::value(format!("Invalid tensor index {index}: the subgraph has {} tensors", tensors.len()))
    })
}

impl Core {
    /// The session, unless another thread is using it.
    pub(crate) fn lock(&self) -> PyResult<Locked<'_>> {
        match self.session.try_lock() {
            Ok(guard) => Ok(Locked(guard)),
            Err(TryLockError::WouldBlock) => {
                Err(error::runtime("the interpreter is in use by another thread: give each thread its own"))
            }
            Err(TryLockError::Poisoned(_)) => {
                Err(error::runtime("an earlier call failed inside; make a new interpreter"))
            }
        }
    }
}

#[pymethods]
impl Core {
    #[new]
    #[pyo3(signature = (path, content, threads, reference, preserve_all))]
    fn new(
        py: Python<'_>,
        path: Option<PathBuf>,
        content: Option<Vec<u8>>,
        threads: usize,
        reference: bool,
        preserve_all: bool,
    ) -> PyResult<Self> {
        let kernels = if reference { Kernels::Reference } else { Kernels::Fast };
        let options =
            SessionOptions { threads, kernels, preserve_all_tensors: preserve_all, ..Default::default() };
        let open = || {
            let model = match (path, content) {
                (Some(path), _) => featherlite::open(path)?,
                (None, content) => featherlite::from_bytes(content.unwrap_or_default())?,
            };
            model.session_unplanned(options)
        };
        let session: featherlite::Result<Session> = py.detach(open);
        Ok(Self { session: Mutex::new(Some(session.map_err(error::value)?)), views: Views::default() })
    }

    fn close(&self) -> PyResult<()> {
        let mut locked = self.lock()?;
        self.views.check()?;
        *locked.0 = None;
        Ok(())
    }

    fn allocate(&self, py: Python<'_>, graph: usize) -> PyResult<()> {
        let mut locked = self.lock()?;
        self.views.check()?;
        let session = locked.session()?;
        py.detach(|| session.prepare(graph)).map_err(error::runtime)
    }

    fn is_allocated(&self, graph: usize) -> PyResult<bool> {
        Ok(self.lock()?.session()?.is_prepared(graph))
    }

    fn invoke(&self, py: Python<'_>, graph: usize) -> PyResult<()> {
        let mut locked = self.lock()?;
        self.views.check()?;
        let session = locked.session()?;
        if !session.is_prepared(graph) {
            return Err(error::runtime(
                "Invoke called on model that is not ready: call allocate_tensors() first",
            ));
        }
        py.detach(|| session.run_subgraph(graph)).map_err(error::runtime)
    }

    /// The microseconds that each of many runs takes.
    fn times(
        &self,
        py: Python<'_>,
        graph: usize,
        least_runs: usize,
        least_secs: f64,
        most_secs: f64,
    ) -> PyResult<Vec<f64>> {
        let mut locked = self.lock()?;
        self.views.check()?;
        let session = locked.session()?;
        py.detach(|| times(session, graph, least_runs, least_secs, most_secs)).map_err(error::runtime)
    }

    fn inspect<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        inspect::model(py, self.lock()?.session()?.model())
    }

    fn plan<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let mut locked = self.lock()?;
        self.views.check()?;
        inspect::plan(py, locked.session()?)
    }

    fn reset(&self) -> PyResult<()> {
        self.lock()?.session()?.reset();
        Ok(())
    }

    fn resize(&self, graph: usize, index: isize, dims: Vec<i64>, strict: bool) -> PyResult<()> {
        let mut locked = self.lock()?;
        self.views.check()?;
        let session = locked.session()?;
        let model = session.model().clone();
        let subgraph = subgraph(&model, graph)?;
        let inputs = subgraph.inputs();
        let position = inputs.iter().position(|&input| usize::try_from(index) == Ok(input));
        let position = position.ok_or_else(|| {
            error::runtime(format!(
                "tensor {index} is no input and can not be resized; the inputs are {inputs:?}"
            ))
        })?;
        let wrong = |_| error::runtime(format!("{dims:?} is no shape: sizes are 0 or more"));
        let dims =
            dims.iter().map(|&dim| usize::try_from(dim)).collect::<Result<Vec<_>, _>>().map_err(wrong)?;
        if strict {
            let input = inputs[position];
            check_strict(session, graph, input, &subgraph.tensors()[input], &dims)?;
        }
        session.resize_input_of(graph, position, &dims).map_err(error::runtime)
    }

    /// Copies an array to a tensor.
    fn set_tensor(&self, graph: usize, index: isize, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let mut locked = self.lock()?;
        let session = locked.session()?;
        let model = session.model().clone();
        let (index, info) = tensor(&model, graph, index)?;
        if info.dtype() == DType::String {
            return set_strings(session, graph, index, info, value);
        }
        let value = array::contiguous(value)?;
        let shape = session.tensor_shape(graph, index).map_err(error::value)?;
        check_value(info, index, shape, &value)?;
        require_allocated(session, graph)?;
        let target = session
            .tensor_bytes_mut(graph, index)
            .map_err(|error| error::value(format!("Cannot set tensor: {error}")))?;
        match info.dtype().bits() {
            0..8 => {
                let bytes = packed::pack(info.dtype(), &array::bytes(&value)?);
                let fits = bytes.len() == target.len();
                fits.then(|| target.copy_from_slice(&bytes)).ok_or_else(|| error::value("Cannot set tensor"))
            }
            _ => array::read(&value, target),
        }
    }

    /// A copy of a tensor.
    fn get_tensor<'py>(&self, py: Python<'py>, graph: usize, index: isize) -> PyResult<Bound<'py, PyAny>> {
        let mut locked = self.lock()?;
        let session = locked.session()?;
        let model = session.model().clone();
        let (index, info) = tensor(&model, graph, index)?;
        if !info.is_constant() || info.is_variable() {
            require_allocated(session, graph)?;
        }
        let view = session.tensor_of(graph, index).map_err(error::value)?;
        let (shape, bytes) = (view.shape(), view.bytes());
        if info.dtype() == DType::String {
            return string_array(py, shape, bytes);
        }
        let descr = dtype::descr(py, info.dtype())?;
        if descr.has_object() {
            return Err(error::value(format!("tensor {index} holds {}, which has no values", info.dtype())));
        }
        if info.dtype().bits() < 8 {
            let elements = packed::unpack(info.dtype(), bytes, shape.elements());
            return Ok(array::copy(descr, shape.dims(), &elements)?.into_any());
        }
        // The elements of a sparse constant are fewer than its shape says.
        let flat = [bytes.len() / descr.itemsize()];
        let is_dense = shape.bytes(info.dtype()).is_ok_and(|expected| expected == bytes.len());
        let dims = if is_dense { shape.dims() } else { &flat };
        let copy = array::copy(descr, dims, bytes)?;
        // A tensor of rank 0 is a NumPy scalar.
        if dims.is_empty() { copy.get_item(PyTuple::empty(py)) } else { Ok(copy.into_any()) }
    }

    /// An array over a tensor's memory.
    fn view<'py>(slf: Bound<'py, Self>, graph: usize, index: isize) -> PyResult<Bound<'py, PyAny>> {
        view::of(slf, graph, index)
    }

    fn tensor_details<'py>(
        &self,
        py: Python<'py>,
        graph: usize,
        index: isize,
    ) -> PyResult<Bound<'py, PyDict>> {
        details::tensor(py, self.lock()?.session()?, graph, index)
    }

    fn op_details<'py>(&self, py: Python<'py>, index: isize) -> PyResult<Bound<'py, PyDict>> {
        details::op(py, self.lock()?.session()?, index)
    }

    fn signatures<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        details::signatures(py, self.lock()?.session()?.model())
    }

    fn signature_subgraph(&self, key: &str) -> PyResult<usize> {
        let mut locked = self.lock()?;
        let mut signatures = locked.session()?.model().signatures().iter();
        let found = signatures.find(|signature| signature.key() == key).map(Signature::subgraph);
        found.ok_or_else(|| error::value(format!("the model has no signature {key:?}")))
    }

    fn inputs(&self, graph: usize) -> PyResult<Vec<usize>> {
        Ok(subgraph(self.lock()?.session()?.model(), graph)?.inputs().to_vec())
    }

    fn outputs(&self, graph: usize) -> PyResult<Vec<usize>> {
        Ok(subgraph(self.lock()?.session()?.model(), graph)?.outputs().to_vec())
    }

    fn tensor_count(&self, graph: usize) -> PyResult<usize> {
        Ok(subgraph(self.lock()?.session()?.model(), graph)?.tensors().len())
    }

    fn op_count(&self, graph: usize) -> PyResult<usize> {
        Ok(subgraph(self.lock()?.session()?.model(), graph)?.nodes().len())
    }

    fn subgraph_count(&self) -> PyResult<usize> {
        Ok(self.lock()?.session()?.model().subgraphs().len())
    }
}

/// Runs until there are as many runs and seconds as asked for, or `most_secs` are over; at least once.
fn times(
    session: &mut Session,
    graph: usize,
    least_runs: usize,
    least_secs: f64,
    most_secs: f64,
) -> featherlite::Result<Vec<f64>> {
    let begin = Instant::now();
    let mut times = Vec::with_capacity(least_runs.clamp(1, 1 << 16));
    // The end of one run is the start of the next: reading the clock takes as long as the smallest models.
    let mut start = begin;
    loop {
        session.run_subgraph(graph)?;
        let end = Instant::now();
        times.push((end - start).as_secs_f64() * 1e6);
        start = end;
        let elapsed = (end - begin).as_secs_f64();
        if elapsed >= most_secs || (times.len() >= least_runs && elapsed >= least_secs) {
            return Ok(times);
        }
    }
}

/// That a subgraph's tensors have memory.
pub(crate) fn require_allocated(session: &Session, graph: usize) -> PyResult<()> {
    match session.is_prepared(graph) {
        true => Ok(()),
        false => Err(error::value("Tensor data is null. Run allocate_tensors() first")),
    }
}

/// That only sizes which the file leaves open change.
fn check_strict(
    session: &Session,
    graph: usize,
    index: usize,
    info: &TensorInfo,
    dims: &[usize],
) -> PyResult<()> {
    let present = session.tensor_shape(graph, index).map_err(error::runtime)?;
    let present = present.dims();
    let is_open = |dim: usize| info.shape_signature().is_some_and(|sizes| sizes.get(dim) == Some(&-1));
    let fits =
        dims.len() == present.len() && (0..dims.len()).all(|dim| dims[dim] == present[dim] || is_open(dim));
    fits.then_some(()).ok_or_else(|| {
        error::runtime(format!(
            "tensor {index} {:?} of shape {present:?} and signature {:?} can not be resized to {dims:?} strictly",
            info.name(),
            info.shape_signature()
        ))
    })
}

/// That a value has the tensor's shape and type.
fn check_value(
    info: &TensorInfo,
    index: usize,
    shape: Shape,
    value: &Bound<'_, PyUntypedArray>,
) -> PyResult<()> {
    let wrong =
        |what: String| error::value(format!("Cannot set tensor: {what} (tensor {index} {:?})", info.name()));
    let expected = dtype::descr(value.py(), info.dtype())?;
    if !value.dtype().is_equiv_to(&expected) {
        return Err(wrong(format!("Got value of type {} but expected type {expected}", value.dtype())));
    }
    if value.shape() != shape.dims() {
        return Err(wrong(format!("Dimension mismatch. Got shape {:?} but expected {shape}", value.shape())));
    }
    Ok(())
}

fn set_strings(
    session: &mut Session,
    graph: usize,
    index: usize,
    info: &TensorInfo,
    value: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let py = value.py();
    let Ok(value) = value.cast::<PyUntypedArray>() else {
        return Err(error::value(format!("strings come as a numpy array, not {}", value.get_type().name()?)));
    };
    if !b"SUO".contains(&value.dtype().kind()) {
        return Err(error::value(format!(
            "Cannot set tensor: Got value of type {} but expected strings (tensor {index} {:?})",
            value.dtype(),
            info.name()
        )));
    }
    let shape = session.tensor_shape(graph, index).map_err(error::value)?;
    if value.shape() != shape.dims() {
        return Err(error::value(format!(
            "Cannot set tensor: Dimension mismatch. Got shape {:?} but expected {shape} (tensor {index} {:?})",
            value.shape(),
            info.name()
        )));
    }
    let position = subgraph(session.model(), graph)?.inputs().iter().position(|&input| input == index);
    let position = position.ok_or_else(|| error::value("Cannot set tensor: it is no input"))?;
    require_allocated(session, graph)?;
    let packed = strings::write(value.call_method0(intern!(py, "ravel"))?.as_any())?;
    session.set_input_bytes(graph, position, &packed).map_err(error::value)
}

fn string_array<'py>(py: Python<'py>, shape: Shape, bytes: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    let strings: Bound<'py, PyList> = strings::read(py, bytes)?;
    let array = array::module(py)?.call_method1(intern!(py, "empty"), (strings.len(), "O"))?;
    array.set_item(PyEllipsis::get(py), strings)?;
    array.call_method1(intern!(py, "reshape"), (shape.dims().to_vec(),))
}
