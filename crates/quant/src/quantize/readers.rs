//! What becomes of a value before anything else reads it: errors count behind that.

use featherlite_ir::{Code, Graph, Node, ValueId};
use featherlite_schema::BuiltinOperator;

use crate::observer::Function;

/// The function of a single number that all readers of a value have in common; the identity if there is no such.
pub(super) fn function(graph: &Graph, value: ValueId) -> Function {
    if graph.is_output(value) {
        return identity;
    }
    let readers: Vec<&Node> = graph.users(value).iter().map(|&user| graph.node(user)).collect();
    match readers[..] {
        [only] => elementwise(only).unwrap_or(identity),
        [first, second] if is_gate(graph, value, first, second) || is_gate(graph, value, second, first) => {
            swish
        }
        _ => identity,
    }
}

/// Whether `product` multiplies the value by its own LOGISTIC, which nothing else reads.
fn is_gate(graph: &Graph, value: ValueId, logistic: &Node, product: &Node) -> bool {
    let Some(&gate) = logistic.outputs.first() else { return false };
    let reads = |input: ValueId| product.inputs.contains(&Some(input));
    logistic.op.is(BuiltinOperator::LOGISTIC)
        && product.op.is(BuiltinOperator::MUL)
        && graph.users(gate).len() == 1
        && reads(gate)
        && reads(value)
}

fn elementwise(node: &Node) -> Option<Function> {
    let Code::Builtin(code) = node.op.code else { return None };
    Some(match code {
        BuiltinOperator::LOGISTIC => logistic,
        BuiltinOperator::TANH => f64::tanh,
        BuiltinOperator::HARD_SWISH => hard_swish,
        BuiltinOperator::RELU => |x| x.max(0.0),
        BuiltinOperator::RELU6 => |x| x.clamp(0.0, 6.0),
        _ => return None,
    })
}

pub(super) fn identity(x: f64) -> f64 {
    x
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn swish(x: f64) -> f64 {
    x * logistic(x)
}

fn hard_swish(x: f64) -> f64 {
    x * (x + 3.0).clamp(0.0, 6.0) / 6.0
}
