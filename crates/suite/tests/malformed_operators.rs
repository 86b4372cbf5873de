//! Operators with something wrong, each refused with an error of the right kind that names the operator and the numbers.

use featherlite::schema::owned::{
    Conv2DOptions, GatherOptions, Pool2DOptions, ReducerOptions, ReshapeOptions, SoftmaxOptions,
};
use featherlite::schema::{BuiltinOperator, Padding};
use featherlite::{ErrorKind, SessionOptions};
use featherlite_testkit::{ModelBuilder, Op, TensorSpec, constant, tensor};

/// A model of one operator: inputs that are fed or constants, and an output.
fn model(op: Op, inputs: &[TensorSpec], output: TensorSpec) -> ModelBuilder {
    with_indices(op, inputs, output, |inputs| inputs)
}

/// As [`model`], with the operator's list of inputs changed.
fn with_indices(
    op: Op,
    inputs: &[TensorSpec],
    output: TensorSpec,
    change: impl FnOnce(Vec<i32>) -> Vec<i32>,
) -> ModelBuilder {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let inputs: Vec<i32> = inputs.iter().map(|spec| graph.input(spec.clone())).collect();
    let output = graph.add(op, &change(inputs), output);
    graph.output(output);
    model
}

/// Loading, planning or running ends with this kind of error, and the message has these words.
#[track_caller]
fn refused(model: &ModelBuilder, kind: ErrorKind, words: &[&str]) {
    let options = SessionOptions { step_limit: 1000, ..SessionOptions::default() };
    let run = || featherlite::from_bytes(model.build())?.session_with(options)?.run();
    let error = run().expect_err("the model is malformed");
    let text = error.to_string();
    assert_eq!(error.kind(), kind, "{text}");
    assert!(words.iter().all(|word| text.contains(word)), "{words:?} are not all in: {text}");
}

fn conv(change: impl FnOnce(&mut Conv2DOptions)) -> Op {
    let mut options =
        Conv2DOptions { padding: Padding::VALID, stride_w: 1, stride_h: 1, ..Conv2DOptions::default() };
    change(&mut options);
    Op::builtin(BuiltinOperator::CONV_2D).options(options)
}

fn conv_model(op: Op) -> ModelBuilder {
    let filter = constant(&[2, 3, 3, 1], &[0.5f32; 18]);
    let bias = constant(&[2], &[0f32; 2]);
    model(op, &[tensor::<f32>(&[1, 8, 8, 1]), filter, bias], tensor::<f32>(&[1, 6, 6, 2]))
}

#[test]
fn wrong_numbers_of_inputs() {
    let vector = || tensor::<f32>(&[4]);
    let add = || Op::builtin(BuiltinOperator::ADD);
    refused(&model(add(), &[vector()], vector()), ErrorKind::Unsupported, &["ADD", "FLOAT32"]);
    let three = [vector(), vector(), vector()];
    refused(&model(add(), &three, vector()), ErrorKind::Unsupported, &["ADD", "FLOAT32"]);
    let none = with_indices(add(), &[vector()], vector(), |_| Vec::new());
    refused(&none, ErrorKind::Unsupported, &["ADD"]);
    let absent = with_indices(add(), &[vector(), vector()], vector(), |inputs| vec![inputs[0], -1]);
    refused(&absent, ErrorKind::Unsupported, &["ADD"]);
}

#[test]
fn indices_out_of_range() {
    let vector = || tensor::<f32>(&[4]);
    for index in [7, -2, i32::MAX, i32::MIN] {
        let add = Op::builtin(BuiltinOperator::ADD);
        let wrong = with_indices(add, &[vector(), vector()], vector(), |inputs| vec![inputs[0], index]);
        refused(&wrong, ErrorKind::InvalidModel, &["tensor", &index.to_string()]);
    }
    for index in [4, -1, i32::MAX] {
        let gather = Op::builtin(BuiltinOperator::GATHER).options(GatherOptions::default());
        let wrong = model(gather, &[vector(), tensor::<i32>(&[1])], tensor::<f32>(&[1]));
        let options = SessionOptions::default();
        let run = || {
            let mut session = featherlite::from_bytes(wrong.build())?.session_with(options)?;
            session.set_input_bytes(0, 1, &index.to_le_bytes())?;
            session.run()
        };
        let error = run().expect_err("the index is out of range");
        assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
        assert!(error.to_string().contains(&index.to_string()), "{error}");
    }
}

#[test]
fn strides_and_dilations_that_make_no_sense() {
    let whole = conv_model(conv(|_| {}));
    assert!(featherlite::from_bytes(whole.build()).and_then(|model| model.session()?.run()).is_ok());
    for stride in [0, -1, i32::MIN] {
        let wrong = conv_model(conv(|options| options.stride_h = stride));
        refused(&wrong, ErrorKind::InvalidModel, &["CONV_2D", "stride", &stride.to_string()]);
    }
    for dilation in [0, -3] {
        let wrong = conv_model(conv(|options| options.dilation_w_factor = dilation));
        refused(&wrong, ErrorKind::InvalidModel, &["CONV_2D", "dilation", &dilation.to_string()]);
    }
    for dilation in [5, 1000, i32::MAX] {
        let wrong = conv_model(conv(|options| options.dilation_h_factor = dilation));
        refused(&wrong, ErrorKind::InvalidShape, &["CONV_2D"]);
    }
    let pool = Op::builtin(BuiltinOperator::MAX_POOL_2D).options(Pool2DOptions {
        stride_w: 0,
        stride_h: 1,
        filter_width: 2,
        filter_height: 2,
        ..Pool2DOptions::default()
    });
    let wrong = model(pool, &[tensor::<f32>(&[1, 4, 4, 1])], tensor::<f32>(&[1, 4, 4, 1]));
    refused(&wrong, ErrorKind::InvalidModel, &["MAX_POOL_2D", "stride"]);
}

#[test]
fn shapes_that_overflow_or_are_negative() {
    let fill = Op::builtin(BuiltinOperator::FILL);
    let kinds = [(i32::MAX, ErrorKind::InvalidShape), (1 << 19, ErrorKind::OutOfMemory)];
    for (size, kind) in kinds {
        let mut huge = ModelBuilder::new();
        let mut graph = huge.subgraph("main");
        let shape = graph.tensor(constant(&[2], &[size; 2]));
        let value = graph.input(tensor::<f32>(&[]));
        let output = graph.add(fill.clone(), &[shape, value], tensor::<f32>(&[-1, -1]));
        graph.output(output);
        refused(&huge, kind, &[]);
    }
    let mut negative = ModelBuilder::new();
    let mut graph = negative.subgraph("main");
    let shape = graph.tensor(constant(&[1], &[-5i32]));
    let value = graph.input(tensor::<f32>(&[]));
    let output = graph.add(fill, &[shape, value], tensor::<f32>(&[-1]));
    graph.output(output);
    refused(&negative, ErrorKind::InvalidShape, &["FILL", "-5"]);
    let reshape = Op::builtin(BuiltinOperator::RESHAPE).options(ReshapeOptions { new_shape: vec![-1, -1] });
    let wrong = model(reshape, &[tensor::<f32>(&[4])], tensor::<f32>(&[2, 2]));
    refused(&wrong, ErrorKind::InvalidShape, &["RESHAPE", "-1"]);
}

#[test]
fn axes_out_of_range() {
    for axis in [3, -4, i32::MAX, i32::MIN] {
        let mean = Op::builtin(BuiltinOperator::MEAN).options(ReducerOptions { keep_dims: true });
        let mut wrong = ModelBuilder::new();
        let mut graph = wrong.subgraph("main");
        let x = graph.input(tensor::<f32>(&[2, 3, 4]));
        let axes = graph.tensor(constant(&[1], &[axis]));
        let output = graph.add(mean, &[x, axes], tensor::<f32>(&[2, 1, 4]));
        graph.output(output);
        refused(&wrong, ErrorKind::InvalidShape, &["MEAN", &axis.to_string()]);
    }
}

#[test]
fn ranks_that_do_not_fit() {
    let softmax = Op::builtin(BuiltinOperator::SOFTMAX).options(SoftmaxOptions { beta: 1.0 });
    let scalar = model(softmax, &[tensor::<f32>(&[])], tensor::<f32>(&[]));
    let result = featherlite::from_bytes(scalar.build()).and_then(|model| model.session()?.run());
    assert!(result.is_err_and(|error| error.kind() == ErrorKind::InvalidShape));
    let flat = model(conv(|_| {}), &[tensor::<f32>(&[8, 8])], tensor::<f32>(&[8, 8]));
    refused(&flat, ErrorKind::Unsupported, &["CONV_2D"]);
}
