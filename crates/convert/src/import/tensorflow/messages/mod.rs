//! The protocol-buffer messages of TensorFlow that the importer reads.
//!
//! Declared by hand with the fields that matter; all others are skipped while decoding. Field numbers are those of the
//! `.proto` files in `tensorflow/core/framework` and `tensorflow/core/protobuf`. Contents of tensors are `Bytes`, which
//! share the memory of the file.

mod bundle;
mod graph;
mod saved_model;

pub(crate) use bundle::{BundleEntry, BundleHeader};
#[cfg(test)]
pub(crate) use graph::Dimension;
pub(crate) use graph::{
    AttrList, AttrValue, FunctionDef, GraphDef, NodeDef, OpDef, OpList, Shape, TensorContents, attr_value,
};
pub(crate) use saved_model::{MetaGraph, SavedModel, Signature, TensorInfo, tensor_info};

use std::fmt;

use prost::Message;

use crate::{Error, Result};

/// Decodes one message; `what` names it in errors.
pub(crate) fn decode<M: Message + Default>(bytes: bytes::Bytes, what: impl fmt::Display) -> Result<M> {
    M::decode(bytes).map_err(|error| Error::invalid(format!("{what} is damaged: {error}")))
}
