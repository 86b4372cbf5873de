//! What exported files run on.

use featherlite_base::{DType, Quantization};
use featherlite_convert::targets::{self, Target};
use featherlite_convert::{Release, Result, export};
use featherlite_ir::{Dim, Graph, Model, Node, Op, Value};
use featherlite_schema::BuiltinOperator as B;

/// A model of one operator after the other, of operands of one type.
fn model(dtype: DType, ops: &[Op]) -> Model {
    let mut graph = Graph::new("main");
    let mut value = |name: String| {
        let value = Value::new(name, dtype).with_shape(vec![Dim::fixed(2)]);
        let quantization =
            if dtype == DType::F32 { Quantization::None } else { Quantization::per_tensor(0.5, 0) };
        graph.add_value(value.with_quantization(quantization))
    };
    let values: Vec<_> = (0..=ops.len()).map(|index| value(format!("x{index}"))).collect();
    graph.inputs = vec![values[0]];
    graph.outputs = vec![values[ops.len()]];
    for (op, operands) in ops.iter().zip(values.windows(2)) {
        graph.push(Node::new(op.name(), op.clone(), &operands[..1], &operands[1..]));
    }
    Model { graphs: vec![graph], ..Model::default() }
}

/// What Featherlite, TensorFlow Lite and TensorFlow Lite for Microcontrollers say.
fn ask(model: &Model) -> Result<[Target; 3]> {
    Ok(targets::of(&export::export(model)?).try_into().unwrap())
}

#[test]
fn floats_run_everywhere() -> Result<()> {
    let targets = ask(&model(DType::F32, &[B::RELU.into(), B::HARD_SWISH.into()]))?;
    assert!(targets.iter().all(Target::runs), "{targets:?}");
    assert_eq!(targets.map(|target| target.from), [None, Some(Release(1, 15, 0)), None]);
    Ok(())
}

#[test]
fn operators_and_types_are_lacked() -> Result<()> {
    let ops = [
        B::GELU.into(),
        Op::custom("aeq.hadamard_rotation", Vec::new()),
        Op::custom("Strange", Vec::new()),
        B::RELU.into(),
    ];
    let [featherlite, lite, micro] = ask(&model(DType::F32, &ops))?;
    assert_eq!(featherlite.lacks, ["custom Strange"]);
    assert_eq!(lite.lacks, ["custom Strange"]);
    assert_eq!(lite.from, Some(Release(2, 9, 0)));
    assert_eq!(micro.lacks, ["GELU", "custom Strange", "custom aeq.hadamard_rotation"]);

    let [featherlite, lite, micro] = ask(&model(DType::U8, &[B::RELU.into(), B::LOGISTIC.into()]))?;
    assert!(featherlite.runs() && lite.runs());
    assert_eq!(micro.lacks, ["LOGISTIC of UINT8", "RELU of UINT8"]);
    Ok(())
}
