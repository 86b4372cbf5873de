//! Element types and shapes of what a node gives, by the runtime's own operators.
//!
//! Open sizes are followed by trial (see [`Dim`]): where an input's shape or contents depend on one, the operator is asked
//! once for each trial.

use std::sync::LazyLock;

use featherlite_base::{DType, Shape};
use featherlite_ir::{Code, Dim, Graph, Model, Op, TRIALS, Value, ValueId};
use featherlite_ops::ALL;
use featherlite_ops::core::{Called, Node, OpSet, Operator, Outputs, Tensor};
use featherlite_schema as schema;
use schema::owned;

use crate::{Error, Result};

/// Every operator there is.
pub(crate) static OPERATORS: LazyLock<OpSet> = LazyLock::new(|| OpSet::new(ALL));

/// The operator as the runtime knows it; `None` for custom operators that it does not have.
pub(crate) fn operator(op: &Op) -> Result<Option<Operator>> {
    match &op.code {
        Code::Custom(name) => Ok(OPERATORS.custom(name)),
        Code::Builtin(code) => match OPERATORS.builtin(*code) {
            Some(operator) => Ok(Some(operator)),
            None => Err(Error::unsupported(format!("there is no operator {}", op.name()))),
        },
    }
}

/// The element types of an operator's outputs.
///
/// # Errors
/// If it does not take inputs of these types, or they leave the types of outputs open.
pub(crate) fn output_types(op: &Op, inputs: &[Option<DType>], outputs: usize) -> Result<Vec<DType>> {
    let Some(Operator::Defined(parts)) = operator(op)? else {
        return Err(Error::internal(format!("the output types of {} must be given", op.name())));
    };
    let sigs = || parts.iter().flat_map(|part| part.sigs);
    sigs().find_map(|sig| sig.output_types(inputs.iter().copied(), outputs)).ok_or_else(|| {
        let types = inputs.iter().map(|dtype| dtype.map_or("absent", DType::name));
        let known: Vec<String> = sigs().map(ToString::to_string).collect();
        Error::unsupported(format!(
            "{} does not take ({}); it takes {}",
            op.name(),
            types.collect::<Vec<_>>().join(", "),
            known.join("; ")
        ))
    })
}

/// The form of an operator's options that operators read: a file of nothing else.
pub(crate) fn operator_file(op: &Op, inputs: &[Option<ValueId>]) -> Result<Vec<u8>> {
    let model = owned::Model {
        operator_codes: vec![operator_code(op, i32::MAX)],
        subgraphs: vec![owned::SubGraph {
            operators: vec![owned::Operator {
                inputs: inputs.iter().map(|input| input.map_or(-1, |id| id.index() as i32)).collect(),
                ..operator_table(op)
            }],
            ..owned::SubGraph::default()
        }],
        ..owned::Model::default()
    };
    Ok(model.write()?)
}

/// The operator's table, without inputs and outputs.
pub(crate) fn operator_table(op: &Op) -> owned::Operator {
    owned::Operator {
        builtin_options: op.options.clone(),
        builtin_options_2: op.options_2.clone(),
        custom_options: op.custom_options.clone(),
        ..owned::Operator::default()
    }
}

/// The operator's code.
pub(crate) fn operator_code(op: &Op, version: i32) -> owned::OperatorCode {
    match &op.code {
        Code::Builtin(code) => owned::OperatorCode::builtin(*code, version),
        Code::Custom(name) => owned::OperatorCode::custom(name, version),
    }
}

/// The shapes of a node's outputs; `None` where they depend on values that are not known, or for operators that the runtime
/// does not have.
///
/// # Errors
/// If inputs or options contradict the operator's definition.
pub(crate) fn shapes(
    model: &Model,
    graph: &Graph,
    op: &Op,
    inputs: &[Option<ValueId>],
    outputs: &[Value],
) -> Result<Vec<Option<Vec<Dim>>>> {
    let unknown = || Ok(vec![None; outputs.len()]);
    let Some(operator) = operator(op)? else { return unknown() };
    let values = || inputs.iter().flatten().map(|&input| graph.value(input));
    if values().any(|value| value.shape.is_none()) {
        return unknown();
    }
    let file = operator_file(op, inputs)?;
    let is_open = |value: &Value| value.trials.is_some() || value.fixed_shape().is_none();
    let trials = if values().any(is_open) { TRIALS } else { 1 };
    let mut found: Vec<Vec<Shape>> = Vec::with_capacity(TRIALS);
    for trial in 0..trials {
        let query = Query { graph, op, inputs, outputs, file: &file, trial };
        match query.ask(&operator)? {
            Outputs::Known(shapes) => found.push(shapes),
            Outputs::AtRun => return unknown(),
            Outputs::Called(called) => return called_shapes(model, &called, outputs.len()),
        }
    }
    if trials == 1 {
        found.push(found[0].clone());
    }
    Ok((0..outputs.len()).map(|output| join(&found[0][output], &found[1][output])).collect())
}

fn join(first: &Shape, second: &Shape) -> Option<Vec<Dim>> {
    let sizes = first.dims().iter().zip(second.dims());
    (first.rank() == second.rank()).then(|| sizes.map(|(&a, &b)| Dim::from_trials([a, b])).collect())
}

/// The shapes that called graphs give, if they agree.
fn called_shapes(model: &Model, called: &Called, outputs: usize) -> Result<Vec<Option<Vec<Dim>>>> {
    let graphs = called.subgraphs.iter().map(|&index| {
        let graph = model.graphs.get(index);
        graph.ok_or_else(|| Error::internal(format!("the called graph {index} does not exist")))
    });
    let graphs = graphs.collect::<Result<Vec<_>>>()?;
    let shape = |graph: &Graph, output: usize| {
        graph.outputs.get(output).and_then(|&output| graph.value(output).shape.clone())
    };
    Ok((0..outputs)
        .map(|output| {
            let first = shape(graphs.first()?, output)?;
            graphs.iter().all(|graph| shape(graph, output).as_ref() == Some(&first)).then_some(first)
        })
        .collect())
}

/// One question to an operator.
struct Query<'q> {
    graph: &'q Graph,
    op: &'q Op,
    inputs: &'q [Option<ValueId>],
    outputs: &'q [Value],
    file: &'q [u8],
    trial: usize,
}

impl Query<'_> {
    fn ask(&self, operator: &Operator) -> Result<Outputs> {
        let model = schema::Model::read_verified(self.file);
        let graph = model.subgraphs().get(0).unwrap_or_default();
        let table = graph.operators().get(0).unwrap_or_default();
        let inputs = self.inputs.iter().map(|input| match input {
            Some(input) => self.tensor(self.graph.value(*input)).map(Some),
            None => Ok(None),
        });
        let inputs = inputs.collect::<Result<Vec<_>>>()?;
        let outputs = self.outputs.iter().map(|value| self.tensor(value)).collect::<Result<Vec<_>>>()?;
        let node = Node {
            model,
            operator: table,
            index: (0, 0),
            version: 1,
            custom_options: &self.op.custom_options,
            inputs: &inputs,
            outputs: &outputs,
            tensor: &|index| {
                let (_, value) = self.graph.values().nth(index)?;
                self.tensor(value).ok()
            },
        };
        operator.check(&node)?;
        Ok(operator.shapes(&node)?)
    }

    fn tensor<'v>(&self, value: &'v Value) -> Result<Tensor<'v>> {
        let sizes = value.trial_shape(self.trial);
        let data = value.trial_contents(self.trial).map(|contents| &contents[..]);
        Ok(Tensor {
            name: &value.name,
            dtype: value.dtype,
            shape: Shape::new(sizes.as_deref().unwrap_or_default())?,
            shape_known: sizes.is_some(),
            is_open: value.fixed_shape().is_none(),
            quantization: &value.quantization,
            data,
            is_constant: value.constant.is_some(),
            is_variable: value.is_variable,
            sparsity: None,
        })
    }
}
