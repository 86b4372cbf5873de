use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use featherlite_base::{Error, Result, Shape};
use featherlite_schema::BuiltinOperator;
use featherlite_simd::KernelList;

use super::{Io, Node, Plan, Sig, signature};

/// What an operator is called in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// One of the schema's builtin operators.
    Builtin(BuiltinOperator),
    /// A custom operator, by name.
    Custom(&'static str),
}

/// What the outputs' shapes are.
#[derive(Clone, Debug, PartialEq)]
pub enum Outputs {
    /// One shape per output.
    Known(Vec<Shape>),
    /// They depend on input values that are not known yet. During a run the shape function is asked again, with all
    /// values; if it still answers this, the kernel makes its outputs itself with [`Io::allocate`].
    AtRun,
    /// They are those of other subgraphs of the model.
    Called(Called),
}

/// The subgraphs that make an operator's outputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Called {
    /// The subgraphs. If the shapes of their outputs are not known, or differ, the kernel makes its outputs itself.
    pub subgraphs: Vec<usize>,
    /// The first of the operator's inputs that are handed to the subgraphs.
    pub first_input: usize,
    /// Whether outputs become inputs again: only shapes that do not change from one to the next are known.
    pub is_loop: bool,
}

impl Outputs {
    /// The shape of a single output.
    pub fn one(shape: Shape) -> Self {
        Self::Known([shape].into())
    }
}

/// How outputs may share the memory of inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Memory {
    /// Outputs have memory of their own.
    Apart,
    /// Output 0 may be the memory of one of these inputs if sizes agree and nobody reads the input later. The kernel
    /// must go through [`Io::pair`](featherlite_base::arena::Views::pair).
    InPlace(&'static [usize]),
    /// Output 0 holds the very bytes of this input (a reshape); where memory is shared there is nothing to do.
    View(usize),
}

/// Whether running twice on the same inputs is the same as running once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effects {
    /// A function of its inputs: folded at plan time when they are constant.
    None,
    /// The same, and each element of output 0 is a function of the elements at its place of the inputs, broadcast to one
    /// shape: nodes of bytes may become tables.
    PerElement,
    /// A function of its inputs' shapes alone: folded at plan time when they are known.
    ShapeOnly,
    /// Reads or changes state, or draws random numbers: never folded.
    Some,
}

/// Everything that a device needs to know of an operator, or of a part of one: the same operator for fewer combinations of
/// element types, with no code for others.
pub struct OpDef {
    /// TensorFlow Lite's name, such as `CONV_2D`.
    pub name: &'static str,
    /// What it is called in a file.
    pub code: Code,
    /// The highest version that is implemented.
    pub version: i32,
    /// The combinations of element types that are implemented.
    pub sigs: &'static [Sig],
    /// Its kernel families, for the documentation; empty if it has only one kernel.
    pub kernels: &'static [&'static dyn KernelList],
    /// How outputs may share memory with inputs.
    pub memory: Memory,
    /// Whether it can be folded.
    pub effects: Effects,
    /// The shapes of the outputs.
    pub shapes: fn(&Node<'_>) -> Result<Outputs>,
    /// Checks attributes, precomputes everything, chooses a kernel.
    pub plan: fn(&mut Plan<'_>) -> Result<Box<dyn Kernel>>,
}

/// What only a host needs to know of an operator: plain data in a static of its own, so that the linker drops it
/// from devices.
pub struct HostDef {
    /// The operator's name.
    pub name: &'static str,
    /// One sentence for the documentation.
    pub summary: &'static str,
    /// Multiply-accumulate operations of one run, if the operator is dominated by them.
    pub macs: Option<fn(&Node<'_>) -> u64>,
}

/// A planned operator, ready to run any number of times.
pub trait Kernel: Send + Sync {
    /// Computes the outputs.
    ///
    /// # Errors
    /// If values found at run time are not allowed; never for what the plan could have known.
    fn run(&self, io: &mut Io<'_>) -> Result<()>;
}

impl<F: Fn(&mut Io<'_>) -> Result<()> + Send + Sync> Kernel for F {
    fn run(&self, io: &mut Io<'_>) -> Result<()> {
        self(io)
    }
}

/// An operator of the user's own.
pub trait Custom: Send + Sync {
    /// The shapes of the outputs.
    ///
    /// # Errors
    /// If the inputs or options are not what the operator expects.
    fn shapes(&self, node: &Node<'_>) -> Result<Outputs>;

    /// Checks the node and prepares a kernel.
    ///
    /// # Errors
    /// As [`Custom::shapes`].
    fn plan(&self, plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>>;

    /// Whether running twice on the same inputs differs from running once.
    fn effects(&self) -> Effects {
        Effects::Some
    }
}

/// A builtin operator, or one of the user's.
#[derive(Clone)]
pub enum Operator {
    /// Described by a static, or in parts by several.
    Defined(Vec<&'static OpDef>),
    /// The user's.
    Custom(Arc<dyn Custom>),
}

impl Operator {
    /// Whether it can be folded.
    pub fn effects(&self) -> Effects {
        match self {
            Self::Defined(parts) => parts[0].effects,
            Self::Custom(custom) => custom.effects(),
        }
    }

    /// How outputs may share memory with inputs.
    pub fn memory(&self) -> Memory {
        match self {
            Self::Defined(parts) => parts[0].memory,
            Self::Custom(_) => Memory::Apart,
        }
    }

    /// Checks version and element types.
    ///
    /// # Errors
    /// `Unsupported`, naming what the node has and what there is.
    pub fn check(&self, node: &Node<'_>) -> Result<()> {
        let Self::Defined(parts) = self else { return Ok(()) };
        let version = parts[0].version;
        if node.version > version {
            return Err(Error::unsupported(format!(
                "version {} is not supported; versions up to {version} are",
                node.version
            )));
        }
        if let Some(sig) = parts.iter().flat_map(|part| part.sigs).find(|sig| sig.admits(node)) {
            return match sig.misplaced_sparse(node) {
                Some(input) => {
                    Err(Error::unsupported(format!("input {input} is a sparse constant without DENSIFY")))
                }
                None => Ok(()),
            };
        }
        let list = |tensors: &mut dyn Iterator<Item = Option<&'static str>>| {
            tensors.map(|name| name.unwrap_or("absent")).collect::<Vec<_>>().join(", ")
        };
        Err(Error::unsupported(format!(
            "version {} with element types ({}) -> ({}) is not supported; supported: {}",
            node.version,
            list(&mut node.inputs.iter().map(|tensor| tensor.as_ref().map(|tensor| tensor.dtype.name()))),
            list(&mut node.outputs.iter().map(|tensor| Some(tensor.dtype.name()))),
            signature::describe(parts.iter().flat_map(|part| part.sigs))
        )))
    }

    /// The shapes of the outputs.
    ///
    /// # Errors
    /// If the node contradicts the operator's definition.
    pub fn shapes(&self, node: &Node<'_>) -> Result<Outputs> {
        let outputs = match self {
            Self::Defined(parts) => (parts[0].shapes)(node),
            Self::Custom(custom) => custom.shapes(node),
        }?;
        match &outputs {
            Outputs::Known(shapes) if shapes.len() != node.outputs.len() => Err(Error::invalid_model(
                format!("the operator gives {} outputs, the file names {}", shapes.len(), node.outputs.len()),
            )),
            _ => Ok(outputs),
        }
    }

    /// Plans the node.
    ///
    /// # Errors
    /// If the node contradicts the operator's definition or is not supported.
    pub fn plan(&self, plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
        match self {
            Self::Defined(parts) => {
                let takes = |part: &&&OpDef| part.sigs.iter().any(|sig| sig.admits(plan.node));
                (parts.iter().find(takes).unwrap_or(&parts[0]).plan)(plan)
            }
            Self::Custom(custom) => custom.plan(plan),
        }
    }
}

/// The operators that models may use.
///
/// Only what is named here is linked into a program; `all_ops()` of the facade names everything. Operators whose code
/// for some element types is large can be named in parts, such as `conv_2d::INT8`; a set may have several of one.
#[derive(Clone, Default)]
pub struct OpSet {
    builtin: BTreeMap<i32, Vec<&'static OpDef>>,
    custom: BTreeMap<String, Operator>,
    /// The user's operators for builtin codes, which come before ours.
    replaced: BTreeMap<i32, Operator>,
}

impl OpSet {
    /// A set of these operators.
    pub fn new(defs: &[&'static OpDef]) -> Self {
        defs.iter().fold(Self::default(), |set, def| set.with(def))
    }

    /// This set and one more operator.
    #[must_use]
    pub fn with(mut self, def: &'static OpDef) -> Self {
        match def.code {
            Code::Builtin(code) => self.builtin.entry(code.0).or_default().push(def),
            Code::Custom(name) => {
                self.custom.insert(name.to_owned(), Operator::Defined([def].into()));
            }
        }
        self
    }

    /// This set and a custom operator of the user's, found by the name it has in model files.
    #[must_use]
    pub fn with_custom(mut self, name: &str, operator: impl Custom + 'static) -> Self {
        self.custom.insert(name.to_owned(), Operator::Custom(Arc::new(operator)));
        self
    }

    /// This set and an operator of the user's in place of a builtin one.
    #[must_use]
    pub fn with_custom_builtin(mut self, code: BuiltinOperator, operator: impl Custom + 'static) -> Self {
        self.replaced.insert(code.0, Operator::Custom(Arc::new(operator)));
        self
    }

    /// The operator for a builtin code.
    pub fn builtin(&self, code: BuiltinOperator) -> Option<Operator> {
        if let Some(replaced) = self.replaced.get(&code.0) {
            return Some(replaced.clone());
        }
        self.builtin.get(&code.0).map(|parts| Operator::Defined(parts.clone()))
    }

    /// The operator for a custom name.
    pub fn custom(&self, name: &str) -> Option<Operator> {
        self.custom.get(name).cloned()
    }

    /// The descriptions of all operators in the set but the user's.
    pub fn defs(&self) -> impl Iterator<Item = &'static OpDef> {
        let custom = self.custom.values().filter_map(|operator| match operator {
            Operator::Defined(parts) => Some(parts),
            Operator::Custom(_) => None,
        });
        self.builtin.values().chain(custom).flatten().copied()
    }
}
