use bytes::Bytes;

use crate::Graph;

/// A network: its graphs, of which the first is the main one and others are called by operators or signatures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// The graphs. Options of control-flow operators refer to them by index.
    pub graphs: Vec<Graph>,
    /// Ways to call them by name.
    pub signatures: Vec<Signature>,
    /// What the network is, for people.
    pub description: String,
    /// Named data that files carry along.
    pub metadata: Vec<(String, Bytes)>,
}

/// A graph's inputs and outputs by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Signature {
    /// Its own name.
    pub key: String,
    /// The graph it calls.
    pub graph: usize,
    /// A name for each input of the graph.
    pub inputs: Vec<String>,
    /// A name for each output of the graph.
    pub outputs: Vec<String>,
}
