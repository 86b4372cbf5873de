//! Nodes that become tables, and views that nothing is run for: the results are those of the nodes.

use featherlite::schema::owned::{MulOptions, ReshapeOptions};
use featherlite::schema::{ActivationFunctionType, BuiltinOperator};
use featherlite::{Kernels, Session, SessionOptions};
use featherlite_testkit::{ModelBuilder, Op, TensorSpec, tensor};

type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

fn bytes(shape: &[i32], scale: f32, zero_point: i64) -> TensorSpec {
    tensor::<i8>(shape).quantized(scale, zero_point)
}

fn product() -> Op {
    let options = MulOptions { fused_activation_function: ActivationFunctionType::NONE };
    Op::builtin(BuiltinOperator::MUL).version(2).options(options)
}

/// The result of a model for all bytes, and the operators that its plan runs.
fn run(model: &ModelBuilder, options: SessionOptions) -> Result<(Vec<i8>, Vec<String>)> {
    let mut session: Session = featherlite::from_bytes(model.build())?.session_with(options)?;
    let all: Vec<i8> = (i8::MIN..=i8::MAX).collect();
    session.input_mut::<i8>(0)?.copy_from_slice(&all);
    session.run()?;
    let steps = session.steps(0).into_iter().map(|step| step.operator).collect();
    Ok((session.output(0)?.values::<i8>()?.to_vec(), steps))
}

/// Runs a model as it is planned, with all its nodes, and with reference kernels.
fn check(model: &ModelBuilder, steps: &[&str]) -> Result {
    let (found, names) = run(model, SessionOptions::default())?;
    assert_eq!(names, steps);
    for options in [
        SessionOptions { preserve_all_tensors: true, ..SessionOptions::default() },
        SessionOptions { kernels: Kernels::Reference, ..SessionOptions::default() },
    ] {
        assert_eq!(run(model, options)?.0, found);
    }
    Ok(())
}

#[test]
fn products_with_a_gate_are_looked_up() -> Result {
    let shape = [1, 16, 16, 1];
    for is_swapped in [false, true] {
        let mut model = ModelBuilder::new();
        let mut graph = model.subgraph("main");
        let x = graph.input(bytes(&shape, 0.06, 3));
        let gate = graph.add(
            Op::builtin(BuiltinOperator::LOGISTIC).version(2),
            &[x],
            bytes(&shape, 1.0 / 256.0, -128),
        );
        let operands = if is_swapped { [gate, x] } else { [x, gate] };
        let y = graph.add(product(), &operands, bytes(&shape, 0.031, -117));
        graph.output(y);
        check(&model, &["MUL"])?;
    }
    Ok(())
}

#[test]
fn gates_that_others_read_are_computed() -> Result {
    let shape = [1, 256];
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(bytes(&shape, 0.06, 3));
    let gate =
        graph.add(Op::builtin(BuiltinOperator::LOGISTIC).version(2), &[x], bytes(&shape, 1.0 / 256.0, -128));
    let y = graph.add(product(), &[x, gate], bytes(&shape, 0.031, -117));
    let z = graph.add(product(), &[y, gate], bytes(&shape, 0.04, -100));
    graph.output(z);
    graph.output(gate);
    // The second product is no function of its operand alone.
    check(&model, &["LOGISTIC", "MUL", "MUL"])
}

#[test]
fn views_take_no_step() -> Result {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(bytes(&[1, 256], 0.06, 3));
    let tanh = |shape: &[i32]| (Op::builtin(BuiltinOperator::TANH).version(2), bytes(shape, 1.0 / 128.0, 0));
    let (op, spec) = tanh(&[1, 256]);
    let y = graph.add(op, &[x], spec);
    let reshape = Op::builtin(BuiltinOperator::RESHAPE).options(ReshapeOptions { new_shape: vec![2, 128] });
    let y = graph.add(reshape, &[y], bytes(&[2, 128], 1.0 / 128.0, 0));
    let op = Op::builtin(BuiltinOperator::LOGISTIC).version(2);
    let y = graph.add(op, &[y], bytes(&[2, 128], 1.0 / 256.0, -128));
    graph.output(y);
    check(&model, &["TANH", "LOGISTIC"])
}
