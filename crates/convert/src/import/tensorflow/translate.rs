//! Node by node into the operators of TFLite.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use featherlite_base::ErrorKind;
use featherlite_ir::ValueId;

use super::call::Call;
use super::expand::{Endpoint, Flat, FlatNode};
use super::messages::NodeDef;
use super::operand::Operand;
use super::program::{Program, writes};
use super::tensor::Tensor;
use super::variables::Variables;
use super::{refusal, rules};
use crate::build::Builder;
use crate::import::Options;
use crate::{Error, Result};

/// Deepest nesting of loops and branches.
const DEEPEST: usize = 12;

/// What nodes are translated with.
pub(crate) struct Translator<'a> {
    pub(crate) program: &'a Program<'a>,
    pub(crate) options: &'a Options,
    variables: Variables,
    /// Variables that the network changes when it runs, by the names of their nodes.
    changed: HashSet<&'a str>,
    /// Variables that are constants: what they are in each graph.
    frozen: RefCell<HashMap<(usize, &'a str), ValueId>>,
    depth: Cell<usize>,
    /// How many bodies of loops are being translated aside.
    probes: Cell<usize>,
}

impl<'a> Translator<'a> {
    /// A translator of one program.
    pub(crate) fn new(program: &'a Program<'a>, variables: Variables, options: &'a Options) -> Self {
        Self {
            program,
            options,
            variables,
            changed: HashSet::new(),
            frozen: RefCell::default(),
            depth: Cell::new(0),
            probes: Cell::new(0),
        }
    }

    /// Takes note of the variables that these nodes change: they are state, not constants.
    pub(crate) fn note_changes(&mut self, flat: &Flat<'a>) {
        for node in
            flat.nodes.iter().filter(|node| writes(&node.def.op) || self.program.node_writes(node.def))
        {
            for endpoint in &node.inputs {
                if let Endpoint::Output { node, .. } = *endpoint
                    && let Some(variable) = flat.nodes.get(node).filter(|node| is_variable(node.def))
                {
                    self.changed.insert(&variable.def.name);
                }
            }
        }
    }

    /// Names of the variables that are state.
    pub(crate) fn is_state(&self, variable: &NodeDef) -> bool {
        self.changed.contains(variable.name.as_str())
    }

    /// Whether nothing changes any variable.
    pub(crate) fn is_stateless(&self) -> bool {
        self.changed.is_empty()
    }

    /// The value that a variable starts with.
    ///
    /// # Errors
    /// Variables that the checkpoint does not have.
    pub(crate) fn initial(&self, variable: &NodeDef) -> Result<Tensor> {
        self.variables.value(variable)
    }

    /// A variable that never changes, as a constant.
    ///
    /// # Errors
    /// Variables that the checkpoint does not have.
    pub(crate) fn frozen(&self, builder: &mut Builder<'_>, variable: &'a NodeDef) -> Result<ValueId> {
        let key = (builder.graph_index(), variable.name.as_str());
        if let Some(&value) = self.frozen.borrow().get(&key) {
            return Ok(value);
        }
        let value = constant(builder, &self.initial(variable)?)?;
        builder.rename(value, &variable.name);
        self.frozen.borrow_mut().insert(key, value);
        Ok(value)
    }

    /// Adds what the nodes stand for to a graph, and returns the results.
    ///
    /// # Errors
    /// Nodes that have no translation.
    pub(crate) fn translate(
        &self,
        builder: &mut Builder<'_>,
        flat: &Flat<'a>,
        arguments: &[Operand<'a>],
    ) -> Result<Vec<Operand<'a>>> {
        if self.depth.get() >= DEEPEST {
            return Err(Error::new(
                ErrorKind::LimitReached,
                format!("loops and branches nested {DEEPEST} deep"),
            ));
        }
        self.depth.set(self.depth.get() + 1);
        let results = self.translate_nodes(builder, flat, arguments);
        self.depth.set(self.depth.get() - 1);
        results
    }

    fn translate_nodes(
        &self,
        builder: &mut Builder<'_>,
        flat: &Flat<'a>,
        arguments: &[Operand<'a>],
    ) -> Result<Vec<Operand<'a>>> {
        let mut outputs: Vec<Vec<Operand<'a>>> = Vec::with_capacity(flat.nodes.len());
        let find = |outputs: &[Vec<Operand<'a>>], endpoint: Endpoint| match endpoint {
            Endpoint::Argument(index) => arguments.get(index).cloned().unwrap_or(Operand::Absent),
            Endpoint::Output { node, output } => {
                outputs.get(node).and_then(|outputs| outputs.get(output)).cloned().unwrap_or(Operand::Absent)
            }
        };
        for node in &flat.nodes {
            let operands: Vec<_> = node.inputs.iter().map(|&endpoint| find(&outputs, endpoint)).collect();
            builder.set_scope(&node.name);
            let translated = self.node(builder, node, &operands);
            outputs.push(translated.map_err(|error| refusal::at_node(error, builder, node, &operands))?);
        }
        Ok(flat.results.iter().map(|&endpoint| find(&outputs, endpoint)).collect())
    }

    fn node(
        &self,
        builder: &mut Builder<'_>,
        node: &FlatNode<'a>,
        operands: &[Operand<'a>],
    ) -> Result<Vec<Operand<'a>>> {
        let op = node.def.op.as_str();
        let is_dead = operands.iter().any(|operand| matches!(operand, Operand::Dead));
        if is_dead && op != "Merge" {
            return Ok(vec![Operand::Dead; 2]);
        }
        let mut call = Call { builder, translator: self, node, operands };
        match rules::find(op) {
            Some(rule) => rule.apply(&mut call),
            None if self.options.custom.iter().any(|custom| custom == op) => rules::custom(&mut call),
            None => Err(refusal::no_rule(op)),
        }
    }

    /// Runs `build` for another model, whose graphs have numbers of their own and are thrown away: it is only asked what
    /// shapes come out.
    pub(crate) fn aside<T>(&self, build: impl FnOnce() -> T) -> T {
        let frozen = self.frozen.take();
        self.probes.set(self.probes.get() + 1);
        let built = build();
        self.probes.set(self.probes.get() - 1);
        self.frozen.replace(frozen);
        built
    }

    /// Whether what is translated now will be thrown away.
    pub(crate) fn is_probing(&self) -> bool {
        self.probes.get() > 0
    }
}

/// Whether a node stands for a variable.
pub(crate) fn is_variable(node: &NodeDef) -> bool {
    matches!(node.op.as_str(), "VarHandleOp" | "VariableV2" | "Variable")
}

/// A constant of the graph.
///
/// # Errors
/// If there is no memory for it.
pub(crate) fn constant(builder: &mut Builder<'_>, tensor: &Tensor) -> Result<ValueId> {
    let (dtype, bytes) = tensor.stored();
    builder.constant_bytes(dtype, &tensor.dims, bytes)
}
