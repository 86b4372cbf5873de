//! Variables: which tensor of the checkpoint each one is.
//!
//! The graph itself says so, by the nodes that restore it: `RestoreV2` reads tensors by name, and each is assigned to a
//! variable. This holds for every way of saving. Where a graph has no such nodes, a variable's own name is looked up.

use std::collections::HashMap;

use super::checkpoint::Checkpoint;
use super::expand::{self, Endpoint, Flat, FlatNode, Request};
use super::messages::{NodeDef, attr_value::Value};
use super::program::{Program, writes};
use super::tensor::{self, Contents, Tensor};
use crate::{Error, Result};

/// Operations that pass on a restored tensor.
const PASSED: &[&str] = &["Identity", "Reshape", "Cast"];

/// The variables of a graph.
pub(crate) struct Variables {
    /// Name of a variable's node to name of a tensor.
    restored: HashMap<String, String>,
    checkpoint: Option<Checkpoint>,
}

impl Variables {
    /// The variables of a program that `restore`, a node of its graph, restores.
    ///
    /// # Errors
    /// Graphs that can not be expanded.
    pub(crate) fn new(program: &Program<'_>, restore: &str, checkpoint: Option<Checkpoint>) -> Result<Self> {
        let mut variables = Self { restored: HashMap::new(), checkpoint };
        let body = program.main();
        if let Some(node) = body.nodes.iter().position(|node| node.def.name == restore) {
            let request = Request { body, cut: &[], results: &[], effects: &[node] };
            let flat =
                expand::expand(program, &request).map_err(|error| error.at("restoring the variables"))?;
            for node in &flat.nodes {
                if let Some((variable, key)) = restored(&flat, node) {
                    variables.restored.insert(variable, key);
                }
            }
        }
        Ok(variables)
    }

    /// None at all.
    pub(crate) fn none() -> Self {
        Self { restored: HashMap::new(), checkpoint: None }
    }

    /// The value of the variable that a `VarHandleOp` or `VariableV2` stands for.
    ///
    /// # Errors
    /// Variables that the checkpoint does not have.
    pub(crate) fn value(&self, variable: &NodeDef) -> Result<Tensor> {
        let Some(checkpoint) = &self.checkpoint else {
            return Err(Error::invalid(format!("the value of variable {:?} is not known", variable.name))
                .hint("a SavedModel keeps them in variables/variables.index and .data-…: is the folder complete?"));
        };
        let names =
            [self.restored.get(&variable.name).cloned(), shared_name(variable), Some(variable.name.clone())];
        for name in names.into_iter().flatten() {
            for key in [format!("{name}/.ATTRIBUTES/VARIABLE_VALUE"), name] {
                if checkpoint.contains(&key) {
                    return checkpoint.tensor(&key);
                }
            }
        }
        let key = self.restored.get(&variable.name).unwrap_or(&variable.name);
        checkpoint.tensor(key).map_err(|error| error.at(format!("variable {:?}", variable.name)))
    }
}

/// The name under which a variable's resource is shared.
pub(crate) fn shared_name(variable: &NodeDef) -> Option<String> {
    match variable.attr.get("shared_name")?.value.as_ref()? {
        Value::Text(name) if !name.is_empty() => Some(String::from_utf8_lossy(name).into_owned()),
        _ => None,
    }
}

/// The variable that a node restores, and the name of the tensor.
fn restored(flat: &Flat<'_>, assign: &FlatNode<'_>) -> Option<(String, String)> {
    if !writes(&assign.def.op) {
        return None;
    }
    let node = |endpoint: &Endpoint| match *endpoint {
        Endpoint::Output { node, output } => Some((flat.nodes.get(node)?, output)),
        Endpoint::Argument(_) => None,
    };
    let (variable, _) = node(assign.inputs.first()?)?;
    let mut source = node(assign.inputs.get(1)?)?;
    while PASSED.contains(&source.0.def.op.as_str()) {
        source = node(source.0.inputs.first()?)?;
    }
    let (restore, output) = source;
    let (names, _) = node(restore.inputs.get(1)?).filter(|_| restore.def.op == "RestoreV2")?;
    let Value::Tensor(names) = names.def.attr.get("value")?.value.as_ref()? else { return None };
    let Contents::Strings(names) = tensor::read(names).ok()?.contents else { return None };
    Some((variable.def.name.clone(), String::from_utf8_lossy(names.get(output)?).into_owned()))
}
