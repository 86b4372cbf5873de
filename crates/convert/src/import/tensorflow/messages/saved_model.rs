//! The frame of a SavedModel: graphs with tags, signatures, and how variables are restored.

use std::collections::HashMap;

use prost::{Message, Oneof};

use super::graph::{GraphDef, OpList, Shape};

/// `SavedModel`: the file `saved_model.pb`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct SavedModel {
    #[prost(message, repeated, tag = "2")]
    pub(crate) meta_graphs: Vec<MetaGraph>,
}

/// `MetaGraphDef`: one graph with what belongs to it.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct MetaGraph {
    #[prost(message, optional, tag = "1")]
    pub(crate) info: Option<MetaInfo>,
    #[prost(message, optional, tag = "2")]
    pub(crate) graph: Option<GraphDef>,
    #[prost(message, optional, tag = "3")]
    pub(crate) saver: Option<Saver>,
    #[prost(map = "string, message", tag = "5")]
    pub(crate) signatures: HashMap<String, Signature>,
}

/// `MetaGraphDef.MetaInfoDef`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct MetaInfo {
    /// Definitions of the operations that the graph uses.
    #[prost(message, optional, tag = "2")]
    pub(crate) ops: Option<OpList>,
    #[prost(string, repeated, tag = "4")]
    pub(crate) tags: Vec<String>,
}

/// `SaverDef`: how the variables are restored.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Saver {
    #[prost(string, tag = "3")]
    pub(crate) restore_op: String,
}

/// `SignatureDef`: a way to call the graph, by names of arguments.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Signature {
    #[prost(map = "string, message", tag = "1")]
    pub(crate) inputs: HashMap<String, TensorInfo>,
    #[prost(map = "string, message", tag = "2")]
    pub(crate) outputs: HashMap<String, TensorInfo>,
}

/// `TensorInfo`: the tensor behind an argument.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct TensorInfo {
    #[prost(oneof = "tensor_info::Encoding", tags = "1, 4, 5")]
    pub(crate) encoding: Option<tensor_info::Encoding>,
    #[prost(int32, tag = "2")]
    pub(crate) dtype: i32,
    #[prost(message, optional, tag = "3")]
    pub(crate) shape: Option<Shape>,
}

/// The kinds of [`TensorInfo`].
pub(crate) mod tensor_info {
    use super::{Oneof, Unread};

    #[derive(Clone, PartialEq, Oneof)]
    pub(crate) enum Encoding {
        #[prost(string, tag = "1")]
        Name(String),
        #[prost(message, tag = "4")]
        Sparse(Unread),
        #[prost(message, tag = "5")]
        Composite(Unread),
    }
}

/// A message whose presence is all that counts.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Unread {}
