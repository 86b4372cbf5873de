//! Sessions that are planned later, and their tensors by index.

use featherlite::schema::BuiltinOperator;
use featherlite::schema::owned::AddOptions;
use featherlite::{Session, SessionOptions};
use featherlite_testkit::{ModelBuilder, Op, constant, tensor};

type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// The tensors of `y = (x + c) + c`, in the order in which the model has them.
const X: usize = 0;
const C: usize = 1;
const SUM: usize = 2;
const Y: usize = 3;

fn unplanned() -> Result<Session> {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<f32>(&[1, 2]).named("x"));
    let c = graph.tensor(constant(&[2], &[1.0f32, 2.0]));
    let add = || Op::builtin(BuiltinOperator::ADD).options(AddOptions::default());
    let sum = graph.add(add(), &[x, c], tensor::<f32>(&[1, 2]));
    let y = graph.add(add(), &[sum, c], tensor::<f32>(&[1, 2]));
    graph.output(y);
    Ok(featherlite::from_bytes(model.build())?.session_unplanned(SessionOptions::default())?)
}

#[test]
fn a_session_is_planned_on_demand() -> Result {
    let mut session = unplanned()?;
    assert!(!session.is_prepared(0));
    assert!(session.tensor(Y).is_err());
    assert_eq!(session.tensor(C)?.values::<f32>()?, [1.0, 2.0]);
    session.resize_input(0, &[3, 2])?;
    assert_eq!(session.tensor_shape(0, X)?.dims(), [3, 2]);
    assert_eq!(session.tensor_shape(0, Y)?.dims(), [1, 2]);
    session.prepare(0)?;
    assert!(session.is_prepared(0));
    assert_eq!(session.tensor_shape(0, SUM)?.dims(), [3, 2]);
    assert_eq!(session.tensor_shape(0, Y)?.dims(), [3, 2]);
    session.input_mut::<f32>(0)?.fill(1.0);
    session.run()?;
    assert_eq!(session.output(0)?.values::<f32>()?, [3.0, 5.0, 3.0, 5.0, 3.0, 5.0]);
    session.resize_input(0, &[1, 2])?;
    assert!(!session.is_prepared(0));
    assert!(session.prepare(1).is_err());
    assert!(!session.is_prepared(1));
    assert!(session.tensor_shape(0, 4).is_err() && session.tensor_shape(1, 0).is_err());
    Ok(())
}

#[test]
fn tensors_can_be_written_by_index() -> Result {
    let mut session = unplanned()?;
    session.prepare(0)?;
    for tensor in [X, Y] {
        session.tensor_bytes_mut(0, tensor)?.fill(0);
    }
    assert!(session.tensor_bytes_mut(0, C).is_err(), "a constant");
    assert!(session.tensor_bytes_mut(0, SUM).is_err(), "not kept");
    assert!(session.tensor_bytes_mut(0, 4).is_err() && session.tensor_bytes_mut(1, 0).is_err());
    session.run()?;
    assert_eq!(session.output(0)?.values::<f32>()?, [2.0, 4.0]);
    Ok(())
}
