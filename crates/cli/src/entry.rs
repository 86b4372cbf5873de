//! Which subgraph a command runs, and what its inputs and outputs are called.

use featherlite::{Model, Session, Signature, TensorInfo, TensorView};

use crate::exit::usage;

/// A subgraph with names for its inputs and outputs.
pub(crate) struct Entry {
    pub(crate) subgraph: usize,
    /// In the order of the subgraph's inputs.
    pub(crate) inputs: Vec<Port>,
    /// In the order of the subgraph's outputs.
    pub(crate) outputs: Vec<Port>,
}

/// An input or output.
pub(crate) struct Port {
    /// The name that a signature gives it, otherwise its tensor's.
    pub(crate) name: String,
    pub(crate) tensor: usize,
    tensor_name: String,
}

impl Entry {
    /// What a signature runs; without one, the main subgraph.
    pub(crate) fn find(model: &Model, key: Option<&str>) -> anyhow::Result<Self> {
        let signatures = model.signatures();
        let signature = match key {
            None => signatures.iter().find(|signature| signature.subgraph() == 0),
            Some(key) => {
                let found = signatures.iter().find(|signature| signature.key() == key);
                Some(found.ok_or_else(|| no_signature(model, key))?)
            }
        };
        let subgraph = signature.map_or(0, Signature::subgraph);
        let graph = model.subgraphs().nth(subgraph).ok_or_else(|| usage("the model has no subgraphs"))?;
        let port = |tensor: usize, names: &[(String, usize)]| {
            let tensor_name = graph.tensors()[tensor].name().to_owned();
            let named = names.iter().find(|(_, index)| *index == tensor).map(|(name, _)| name.clone());
            Port { name: named.unwrap_or_else(|| tensor_name.clone()), tensor, tensor_name }
        };
        let ports = |tensors: &[usize], names: &[(String, usize)]| {
            tensors.iter().map(|&tensor| port(tensor, names)).collect()
        };
        Ok(Self {
            subgraph,
            inputs: ports(graph.inputs(), signature.map_or(&[], Signature::inputs)),
            outputs: ports(graph.outputs(), signature.map_or(&[], Signature::outputs)),
        })
    }

    /// The position of the input of this name, tensor name or number.
    pub(crate) fn input(&self, wanted: &str) -> anyhow::Result<usize> {
        position(&self.inputs, "input", wanted)
    }

    /// The position of the output of this name, tensor name or number.
    pub(crate) fn output_position(&self, wanted: &str) -> anyhow::Result<usize> {
        position(&self.outputs, "output", wanted)
    }

    /// What the file says of an input.
    pub(crate) fn input_info<'m>(&self, model: &'m Model, position: usize) -> Option<&'m TensorInfo> {
        let graph = model.subgraphs().nth(self.subgraph)?;
        graph.tensors().get(self.inputs.get(position)?.tensor)
    }

    pub(crate) fn run(&self, session: &mut Session) -> anyhow::Result<()> {
        Ok(session.run_subgraph(self.subgraph)?)
    }

    pub(crate) fn output<'s>(&self, session: &'s Session, position: usize) -> anyhow::Result<TensorView<'s>> {
        Ok(session.output_of(self.subgraph, position)?)
    }
}

fn position(ports: &[Port], kind: &str, wanted: &str) -> anyhow::Result<usize> {
    let by_name = |name: fn(&Port) -> &str| ports.iter().position(|port| name(port) == wanted);
    by_name(|port| &port.name)
        .or_else(|| by_name(|port| &port.tensor_name))
        .or_else(|| wanted.parse().ok().filter(|&position| position < ports.len()))
        .ok_or_else(|| {
            let names: Vec<&str> = ports.iter().map(|port| port.name.as_str()).collect();
            usage(format!("the model has no {kind} {wanted:?}; it has {names:?}"))
        })
}

fn no_signature(model: &Model, key: &str) -> anyhow::Error {
    let keys: Vec<&str> = model.signatures().iter().map(Signature::key).collect();
    let file = model.file().map(|file| format!("{file}: ")).unwrap_or_default();
    usage(match keys.is_empty() {
        true => format!("{file}the model has no signature {key:?}; it has none: leave --signature out"),
        false => format!("{file}the model has no signature {key:?}; it has {keys:?}"),
    })
}
