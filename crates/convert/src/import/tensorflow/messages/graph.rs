//! Graphs, functions, attributes and tensors.

use std::collections::HashMap;

use bytes::Bytes;
use prost::{Message, Oneof};

/// `GraphDef`: nodes, and the functions that they call.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct GraphDef {
    #[prost(message, repeated, tag = "1")]
    pub(crate) node: Vec<NodeDef>,
    #[prost(message, optional, tag = "2")]
    pub(crate) library: Option<FunctionLibrary>,
}

/// `NodeDef`: one operation.
///
/// An input is `node`, `node:output` or `^node` (control) in a graph; `argument`, `node:output_name:index` or `^node` in a
/// function.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct NodeDef {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(string, tag = "2")]
    pub(crate) op: String,
    #[prost(string, repeated, tag = "3")]
    pub(crate) input: Vec<String>,
    #[prost(map = "string, message", tag = "5")]
    pub(crate) attr: HashMap<String, AttrValue>,
}

/// `FunctionDefLibrary`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct FunctionLibrary {
    #[prost(message, repeated, tag = "1")]
    pub(crate) function: Vec<FunctionDef>,
}

/// `FunctionDef`: arguments, nodes, and which outputs of nodes are returned.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct FunctionDef {
    #[prost(message, optional, tag = "1")]
    pub(crate) signature: Option<OpDef>,
    #[prost(message, repeated, tag = "3")]
    pub(crate) node_def: Vec<NodeDef>,
    /// Name of a result to an output, written as the input of a node.
    #[prost(map = "string, string", tag = "4")]
    pub(crate) ret: HashMap<String, String>,
    /// Nodes that run for their effects.
    #[prost(map = "string, string", tag = "6")]
    pub(crate) control_ret: HashMap<String, String>,
}

/// `OpDef`: names and types of the inputs and outputs of an operation or function.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct OpDef {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(message, repeated, tag = "2")]
    pub(crate) input_arg: Vec<ArgDef>,
    #[prost(message, repeated, tag = "3")]
    pub(crate) output_arg: Vec<ArgDef>,
}

/// `OpDef.ArgDef`. An argument may stand for several tensors: as many as the attribute `number_attr` says, or one for each
/// type in the list `type_list_attr`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ArgDef {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(int32, tag = "3")]
    pub(crate) r#type: i32,
    #[prost(string, tag = "4")]
    pub(crate) type_attr: String,
    #[prost(string, tag = "5")]
    pub(crate) number_attr: String,
    #[prost(string, tag = "6")]
    pub(crate) type_list_attr: String,
}

/// `OpList`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct OpList {
    #[prost(message, repeated, tag = "1")]
    pub(crate) op: Vec<OpDef>,
}

/// `AttrValue`: the value of an attribute.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct AttrValue {
    #[prost(oneof = "attr_value::Value", tags = "1, 2, 3, 4, 5, 6, 7, 8, 10")]
    pub(crate) value: Option<attr_value::Value>,
}

/// The kinds of [`AttrValue`].
pub(crate) mod attr_value {
    use super::{AttrList, Bytes, NameAttrList, Oneof, Shape, TensorContents};

    #[derive(Clone, PartialEq, Oneof)]
    pub(crate) enum Value {
        #[prost(message, tag = "1")]
        List(AttrList),
        #[prost(bytes = "bytes", tag = "2")]
        Text(Bytes),
        #[prost(int64, tag = "3")]
        Int(i64),
        #[prost(float, tag = "4")]
        Float(f32),
        #[prost(bool, tag = "5")]
        Bool(bool),
        #[prost(int32, tag = "6")]
        Type(i32),
        #[prost(message, tag = "7")]
        Shape(Shape),
        #[prost(message, tag = "8")]
        Tensor(TensorContents),
        #[prost(message, tag = "10")]
        Function(NameAttrList),
    }
}

/// `AttrValue.ListValue`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct AttrList {
    #[prost(bytes = "bytes", repeated, tag = "2")]
    pub(crate) text: Vec<Bytes>,
    #[prost(int64, repeated, tag = "3")]
    pub(crate) int: Vec<i64>,
    #[prost(float, repeated, tag = "4")]
    pub(crate) float: Vec<f32>,
    #[prost(bool, repeated, tag = "5")]
    pub(crate) bool: Vec<bool>,
    #[prost(int32, repeated, tag = "6")]
    pub(crate) r#type: Vec<i32>,
    #[prost(message, repeated, tag = "7")]
    pub(crate) shape: Vec<Shape>,
    #[prost(message, repeated, tag = "9")]
    pub(crate) function: Vec<NameAttrList>,
}

/// `NameAttrList`: a function, with the attributes that it is called with.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct NameAttrList {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
}

/// `TensorShapeProto`. A size of -1 is not known.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Shape {
    #[prost(message, repeated, tag = "2")]
    pub(crate) dim: Vec<Dimension>,
    #[prost(bool, tag = "3")]
    pub(crate) unknown_rank: bool,
}

/// `TensorShapeProto.Dim`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Dimension {
    #[prost(int64, tag = "1")]
    pub(crate) size: i64,
}

/// `TensorProto`: a constant. Either `content` holds all elements, or one of the lists holds them, where the last element
/// is repeated up to the size of the shape.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct TensorContents {
    #[prost(int32, tag = "1")]
    pub(crate) dtype: i32,
    #[prost(message, optional, tag = "2")]
    pub(crate) tensor_shape: Option<Shape>,
    #[prost(bytes = "bytes", tag = "4")]
    pub(crate) content: Bytes,
    #[prost(float, repeated, tag = "5")]
    pub(crate) float_val: Vec<f32>,
    #[prost(double, repeated, tag = "6")]
    pub(crate) double_val: Vec<f64>,
    /// Elements of 32 bits and less, signed and unsigned.
    #[prost(int32, repeated, tag = "7")]
    pub(crate) int_val: Vec<i32>,
    #[prost(bytes = "bytes", repeated, tag = "8")]
    pub(crate) string_val: Vec<Bytes>,
    /// Real and imaginary parts in turn.
    #[prost(float, repeated, tag = "9")]
    pub(crate) scomplex_val: Vec<f32>,
    #[prost(int64, repeated, tag = "10")]
    pub(crate) int64_val: Vec<i64>,
    #[prost(bool, repeated, tag = "11")]
    pub(crate) bool_val: Vec<bool>,
    /// Bits of the 16-bit floats.
    #[prost(int32, repeated, tag = "13")]
    pub(crate) half_val: Vec<i32>,
    #[prost(uint32, repeated, tag = "16")]
    pub(crate) uint32_val: Vec<u32>,
    #[prost(uint64, repeated, tag = "17")]
    pub(crate) uint64_val: Vec<u64>,
}
