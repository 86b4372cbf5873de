use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;

use featherlite_base::ErrorKind;
use featherlite_base::arena::Block;
use featherlite_ops::core::{OpSet, SharedStore};
use featherlite_schema as schema;

use crate::graph::{Constant, Copies, Graph};
use crate::lock::Lock;
use crate::signature::read_signatures;
use crate::{Error, NodeInfo, Result, Session, SessionOptions, Signature, TensorInfo, check};

/// A verified model and the operators it may use. Cloning is cheap; clones and sessions share the weights.
#[derive(Clone)]
pub struct Model {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    bytes: Arc<Bytes>,
    file: Option<String>,
    pub(crate) graphs: Vec<Graph>,
    pub(crate) signatures: Vec<Signature>,
    shared: Lock<Shared>,
}

pub(crate) enum Bytes {
    Static(&'static [u8]),
    Owned(Vec<u8>),
    #[cfg(feature = "std")]
    Mapped(memmap2::Mmap),
}

impl Bytes {
    fn get(&self) -> &[u8] {
        match self {
            Self::Static(bytes) => bytes,
            Self::Owned(bytes) => bytes,
            #[cfg(feature = "std")]
            Self::Mapped(map) => map,
        }
    }
}

type PackedWeights = Arc<dyn Any + Send + Sync>;

/// What is made from constants once for all sessions.
#[derive(Default)]
struct Shared {
    /// By subgraph, node and kernel; with their size in bytes.
    packed: BTreeMap<(usize, usize, &'static str), (PackedWeights, usize)>,
    folded: BTreeMap<(usize, usize), Arc<Block>>,
}

impl Model {
    /// Verifies a model in memory.
    ///
    /// # Errors
    /// If it is not a valid model.
    pub fn from_bytes(bytes: Vec<u8>, ops: &OpSet) -> Result<Self> {
        Self::new(Arc::new(Bytes::Owned(bytes)), None, ops)
    }

    /// Verifies a model that is part of the program.
    ///
    /// # Errors
    /// If it is not a valid model.
    pub fn from_static(bytes: &'static [u8], ops: &OpSet) -> Result<Self> {
        Self::new(Arc::new(Bytes::Static(bytes)), None, ops)
    }

    /// The same file with other operators. The file is shared; packed and folded weights are not.
    ///
    /// # Errors
    /// As [`Model::from_bytes`].
    pub fn with_ops(&self, ops: &OpSet) -> Result<Self> {
        Self::new(Arc::clone(&self.inner.bytes), self.inner.file.clone(), ops)
    }

    #[cfg_attr(not(feature = "std"), allow(clippy::arc_with_non_send_sync, reason = "on one thread then"))]
    pub(crate) fn new(bytes: Arc<Bytes>, file: Option<String>, ops: &OpSet) -> Result<Self> {
        let located = |error: Error| error.in_file(file.as_deref());
        let raw = bytes.get();
        let model = schema::Model::read(raw).map_err(|error| located(error.into()))?;
        let mut copies = Copies::new();
        let mut graphs = Vec::with_capacity(model.subgraphs().len());
        for (index, graph) in model.subgraphs().iter().enumerate() {
            graphs.push(Graph::read(model, raw, index, graph, ops, &mut copies).map_err(located)?);
        }
        if graphs.is_empty() {
            return Err(located(Error::new(ErrorKind::InvalidModel, "the model has no subgraphs")));
        }
        let signatures = read_signatures(model, &graphs).map_err(located)?;
        Ok(Self { inner: Arc::new(Inner { bytes, file, graphs, signatures, shared: Lock::default() }) })
    }

    /// A session with default options: one thread, the fastest kernels.
    ///
    /// # Errors
    /// If the model can not be planned: an operator is not supported, shapes do not fit, memory is short.
    pub fn session(&self) -> Result<Session> {
        self.session_with(SessionOptions::default())
    }

    /// A session.
    ///
    /// # Errors
    /// As [`Model::session`].
    pub fn session_with(&self, options: SessionOptions) -> Result<Session> {
        let mut session = Session::new(self, options)?;
        session.prepare(0)?;
        Ok(session)
    }

    /// A session that is planned when it is first used or prepared: for models that can only be planned after
    /// their inputs got other shapes.
    ///
    /// # Errors
    /// If threads can not be started, or the instruction set is not known.
    pub fn session_unplanned(&self, options: SessionOptions) -> Result<Session> {
        Session::new(self, options)
    }

    /// What of the model its operator set can not run, one error for each node: an operator that is missing, a
    /// version or element types that it does not have. Shapes and attributes are only checked by a session.
    pub fn unsupported(&self) -> Vec<Error> {
        let graphs = 0..self.inner.graphs.len();
        graphs.flat_map(|index| check::unsupported(&self.inner, index)).collect()
    }

    /// The subgraphs; the first is the model's main one.
    pub fn subgraphs(&self) -> impl ExactSizeIterator<Item = SubgraphInfo<'_>> {
        self.inner.graphs.iter().map(|graph| SubgraphInfo { graph })
    }

    /// The signatures: entry points with named inputs and outputs.
    pub fn signatures(&self) -> &[Signature] {
        &self.inner.signatures
    }

    /// The path that the model was opened from.
    pub fn file(&self) -> Option<&str> {
        self.inner.file.as_deref()
    }

    /// The file's bytes.
    pub fn bytes(&self) -> &[u8] {
        self.inner.bytes.get()
    }

    /// The file's tables, for what the runtime does not need: descriptions, metadata, options.
    pub fn schema(&self) -> schema::Model<'_> {
        schema::Model::read_verified(self.bytes())
    }
}

impl Inner {
    pub(crate) fn schema(&self) -> schema::Model<'_> {
        schema::Model::read_verified(self.bytes.get())
    }

    pub(crate) fn constant<'a>(&'a self, constant: &'a Constant) -> &'a [u8] {
        match constant {
            Constant::File(range) => self.bytes.get().get(range.clone()).unwrap_or_default(),
            Constant::Aligned(block) => block.as_slice(),
        }
    }

    /// A constant that another session folded.
    pub(crate) fn folded(&self, graph: usize, tensor: usize) -> Option<Arc<Block>> {
        self.shared.lock().folded.get(&(graph, tensor)).cloned()
    }

    pub(crate) fn keep_folded(&self, graph: usize, tensor: usize, block: Arc<Block>) {
        self.shared.lock().folded.insert((graph, tensor), block);
    }

    /// Bytes of packed and of folded weights.
    pub(crate) fn shared_bytes(&self) -> (usize, usize) {
        let shared = self.shared.lock();
        (
            shared.packed.values().map(|(_, bytes)| bytes).sum(),
            shared.folded.values().map(|block| block.len()).sum(),
        )
    }

    /// Bytes of the file that constants are read from, each counted once.
    pub(crate) fn constant_bytes(&self) -> usize {
        let tensors = self.graphs.iter().flat_map(|graph| &graph.tensors);
        let mut ranges: Vec<_> = tensors
            .filter_map(|tensor| match &tensor.constant {
                Some(Constant::File(range)) => Some((range.start, range.end)),
                _ => None,
            })
            .collect();
        ranges.sort_unstable();
        ranges.dedup();
        ranges.iter().map(|(start, end)| end - start).sum()
    }

    /// Whether only operators run the subgraph, never users: its inputs then need not outlive their use.
    pub(crate) fn is_called_only(&self, graph: usize) -> bool {
        graph != 0 && self.signatures.iter().all(|signature| signature.subgraph != graph)
    }

    pub(crate) fn locate(&self, error: Error) -> Error {
        error.in_file(self.file.as_deref())
    }
}

/// The packed weights of one node.
pub(crate) struct NodeStore<'a> {
    pub(crate) model: &'a Inner,
    pub(crate) graph: usize,
    pub(crate) node: usize,
}

impl SharedStore for NodeStore<'_> {
    fn get(&self, key: &'static str) -> Option<Arc<dyn Any + Send + Sync>> {
        self.model.shared.lock().packed.get(&(self.graph, self.node, key)).map(|(value, _)| Arc::clone(value))
    }

    fn put(&mut self, key: &'static str, value: Arc<dyn Any + Send + Sync>, bytes: usize) {
        self.model.shared.lock().packed.insert((self.graph, self.node, key), (value, bytes));
    }
}

/// A subgraph of a model.
#[derive(Clone, Copy)]
pub struct SubgraphInfo<'a> {
    graph: &'a Graph,
}

impl<'a> SubgraphInfo<'a> {
    /// Its name; often empty.
    pub fn name(&self) -> &'a str {
        &self.graph.name
    }

    /// Its tensors.
    pub fn tensors(&self) -> &'a [TensorInfo] {
        &self.graph.tensors
    }

    /// Its operators in the order in which they run.
    pub fn nodes(&self) -> &'a [NodeInfo] {
        &self.graph.nodes
    }

    /// Indices of its input tensors.
    pub fn inputs(&self) -> &'a [usize] {
        &self.graph.inputs
    }

    /// Indices of its output tensors.
    pub fn outputs(&self) -> &'a [usize] {
        &self.graph.outputs
    }
}
