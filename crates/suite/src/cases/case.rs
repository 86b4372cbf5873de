use std::fmt;

use featherlite::ops::{self, core::Sig};
use featherlite::{Code, OpDef};
use featherlite_testkit::{ModelBuilder, Op, Random, TensorSpec, tensor_of};

use super::Value;

/// An operator with inputs, and the outputs that an oracle expects.
pub struct Case {
    /// What is run.
    pub node: Node,
    /// Its inputs.
    pub inputs: Vec<Input>,
    /// Its outputs.
    pub outputs: Vec<Output>,
    /// Further runs, for operators with state: contents of the inputs that are fed, and of the outputs.
    pub more_runs: Vec<(Vec<Value>, Vec<Value>)>,
}

/// What is run.
#[derive(Clone)]
pub enum Node {
    /// One operator.
    Operator(Box<Op>),
    /// A whole model, for operators that call subgraphs or share resources. All inputs are fed.
    Model(Box<ModelBuilder>),
}

/// An input of a case.
#[derive(Clone, Debug)]
pub struct Input {
    /// The tensor; `None` is an absent input.
    pub value: Option<Value>,
    /// Where its contents come from.
    pub role: Role,
}

/// Where the contents of an input come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// They are fed, or a constant of the model: both must give the same.
    Either,
    /// They are fed.
    Fed,
    /// A constant of the model.
    Constant,
    /// A variable: zero at first (whatever the value says), kept from run to run.
    Variable,
}

/// An output of a case.
#[derive(Clone, Debug)]
pub struct Output {
    /// What is expected.
    pub expected: Value,
    /// How close the contents must be.
    pub tolerance: Tolerance,
}

/// How close contents must be to what an oracle expects.
#[derive(Clone, Copy, Debug)]
pub enum Tolerance {
    /// The same.
    Exact,
    /// Off by `absolute + relative * |expected|` at most.
    Real {
        /// The part that does not depend on the number.
        absolute: f64,
        /// The part that grows with it.
        relative: f64,
    },
    /// Off by a number of quantization steps at most.
    Steps(i64),
    /// Shape and type alone are compared.
    Shape,
}

impl Case {
    /// A case of one operator.
    pub fn new(op: Op) -> Self {
        Self {
            node: Node::Operator(Box::new(op)),
            inputs: Vec::new(),
            outputs: Vec::new(),
            more_runs: Vec::new(),
        }
    }

    /// A case of a whole model.
    pub fn of_model(model: ModelBuilder) -> Self {
        Self {
            node: Node::Model(Box::new(model)),
            inputs: Vec::new(),
            outputs: Vec::new(),
            more_runs: Vec::new(),
        }
    }

    fn with(mut self, value: Option<Value>, role: Role) -> Self {
        self.inputs.push(Input { value, role });
        self
    }

    /// With an input that is fed, or a constant.
    #[must_use]
    pub fn input(self, value: Value) -> Self {
        self.with(Some(value), Role::Either)
    }

    /// With an input that is fed.
    #[must_use]
    pub fn fed(self, value: Value) -> Self {
        self.with(Some(value), Role::Fed)
    }

    /// With an input that is a constant.
    #[must_use]
    pub fn constant(self, value: Value) -> Self {
        self.with(Some(value), Role::Constant)
    }

    /// With an input that keeps its contents from run to run.
    #[must_use]
    pub fn variable(self, value: Value) -> Self {
        self.with(Some(value), Role::Variable)
    }

    /// With an input that is absent.
    #[must_use]
    pub fn absent(self) -> Self {
        self.with(None, Role::Constant)
    }

    /// With an output.
    #[must_use]
    pub fn output(mut self, expected: Value, tolerance: Tolerance) -> Self {
        self.outputs.push(Output { expected, tolerance });
        self
    }

    /// With an output that must be exact.
    #[must_use]
    pub fn exact(self, expected: Value) -> Self {
        self.output(expected, Tolerance::Exact)
    }

    /// With an output that must be close, relative and absolute alike.
    #[must_use]
    pub fn close(self, expected: Value, tolerance: f64) -> Self {
        self.output(expected, Tolerance::Real { absolute: tolerance, relative: tolerance })
    }

    /// With an output that may be off by a number of quantization steps.
    #[must_use]
    pub fn steps(self, expected: Value, steps: i64) -> Self {
        self.output(expected, Tolerance::Steps(steps))
    }

    /// With a further run.
    #[must_use]
    pub fn then(mut self, inputs: Vec<Value>, outputs: Vec<Value>) -> Self {
        self.more_runs.push((inputs, outputs));
        self
    }

    /// The combination of element types that the case is, in the table of its operator.
    pub fn sig(&self) -> Option<&'static Sig> {
        let Node::Operator(op) = &self.node else { return None };
        let code = op.code();
        let is_op = |def: &&&OpDef| match def.code {
            Code::Builtin(operator) => operator == code.builtin_code && code.custom_code.is_empty(),
            Code::Custom(name) => name == code.custom_code,
        };
        let inputs = self.inputs.iter().map(|input| Some(input.value.as_ref()?.dtype));
        let outputs = self.outputs.iter().map(|output| output.expected.dtype);
        let sigs = ops::ALL.iter().find(is_op)?.sigs;
        sigs.iter().find(|sig| sig.admits_types(inputs.clone(), outputs.clone()))
    }

    /// The lowest version of the operator that has the case's types.
    fn version(&self) -> i32 {
        self.sig().map_or(1, |sig| sig.version)
    }

    /// The case as a model, and which of its inputs are fed. Where inputs may be constants or not, and whether the
    /// shapes of outputs are declared, is drawn.
    pub fn model(&self, random: &mut Random) -> (ModelBuilder, Vec<usize>) {
        let op = match &self.node {
            Node::Model(model) => return ((**model).clone(), (0..self.inputs.len()).collect()),
            Node::Operator(op) => (**op).clone().version(self.version().max(op.code().version)),
        };
        // Constants alone would be folded, and no kernel of the plan would run.
        let all_may_be_fed = random.once_in(2);
        let mut model = ModelBuilder::new();
        let mut graph = model.subgraph("main");
        let mut fed = Vec::new();
        let mut tensors = Vec::new();
        for (index, Input { value, role }) in self.inputs.iter().enumerate() {
            let Some(value) = value else {
                tensors.push(-1);
                continue;
            };
            let spec = value.spec().named(&format!("input {index}"));
            let is_fed = match role {
                Role::Fed => true,
                Role::Constant | Role::Variable => false,
                Role::Either => all_may_be_fed || random.once_in(2),
            };
            if is_fed {
                fed.push(index);
            }
            tensors.push(match role {
                _ if is_fed => graph.input(spec),
                Role::Variable => graph.tensor(spec.variable()),
                _ => graph.tensor(spec.containing(value.bytes())),
            });
        }
        let is_declared = random.once_in(2);
        let outputs: Vec<i32> = self
            .outputs
            .iter()
            .enumerate()
            .map(|(index, output)| {
                let spec = if is_declared { output.expected.spec() } else { undeclared(&output.expected) };
                graph.tensor(spec.named(&format!("output {index}")))
            })
            .collect();
        graph.operator(op, &tensors, &outputs);
        outputs.into_iter().for_each(|output| graph.output(output));
        (model, fed)
    }
}

/// The declaration of a tensor, with every size open but that of an axis with scales of its own.
fn undeclared(value: &Value) -> TensorSpec {
    let mut shape = vec![-1; value.shape.len()];
    if let Some(scales) = value.scales.as_ref().filter(|scales| scales.scales.len() > 1) {
        shape[scales.axis] = scales.scales.len() as i32;
    }
    let spec = tensor_of(value.dtype, &shape);
    match &value.scales {
        None => spec,
        Some(scales) => spec.quantized_along(scales.axis as i32, &scales.scales, &scales.zero_points),
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.node {
            Node::Operator(op) => writeln!(f, "{op:?}")?,
            Node::Model(_) => writeln!(f, "a model")?,
        }
        let mut line = |what: &str, value: &Value, detail: &dyn fmt::Debug| {
            let text = format!("{:?}", value.elements);
            let text: String = text.chars().take(300).collect();
            writeln!(f, "  {what} {} {:?} {detail:?} {:?} {text}", value.dtype, value.shape, value.scales)
        };
        for input in &self.inputs {
            match &input.value {
                Some(value) => line("input", value, &input.role)?,
                None => line("absent input", &Value::list(&[]), &"")?,
            }
        }
        self.outputs.iter().try_for_each(|output| line("output", &output.expected, &output.tolerance))
    }
}
