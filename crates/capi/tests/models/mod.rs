//! The models of the test programs.

use std::fs;
use std::path::Path;

use featherlite::DType;
use featherlite_schema::{BuiltinOperator, owned};
use featherlite_testkit::{ModelBuilder, Op, constant, tensor, tensor_of};

/// Writes all models to a folder.
pub(crate) fn write(folder: &Path) {
    let models = [
        ("add", add()),
        ("quantized", quantized()),
        ("signatures", signatures()),
        ("reshape", reshape()),
        ("custom", custom()),
        ("version", version()),
        ("sum", sum()),
        ("repeat", repeat()),
    ];
    for (name, model) in models {
        fs::write(folder.join(name).with_extension("tflite"), model.build()).unwrap();
    }
}

/// `y = x + [1, 2]`, for any number of rows.
fn add() -> ModelBuilder {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<f32>(&[1, 2]).named("x"));
    let one_two = graph.tensor(constant(&[2], &[1f32, 2.0]));
    let y = graph.add(Op::builtin(BuiltinOperator::ADD), &[x, one_two], tensor::<f32>(&[1, 2]).named("y"));
    graph.output(y);
    model
}

/// Integers to real numbers.
fn quantized() -> ModelBuilder {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<i8>(&[3]).named("x").quantized(0.5, -3));
    let y = graph.add(Op::builtin(BuiltinOperator::DEQUANTIZE).version(2), &[x], tensor::<f32>(&[3]));
    graph.output(y);
    model
}

/// Two subgraphs with a signature each; one input of the first has an open size.
fn signatures() -> ModelBuilder {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("first");
    let left = graph.input(tensor::<f32>(&[1]));
    let right = graph.input(tensor::<f32>(&[1]));
    let y = graph.add(Op::builtin(BuiltinOperator::SUB), &[left, right], tensor::<f32>(&[1]));
    graph.output(y);
    model.signature("subtract", 0, &[("right", right), ("left", left)], &[("difference", y)]);
    let mut graph = model.subgraph("second");
    let x = graph.input(tensor::<f32>(&[1]));
    let z = graph.add(Op::builtin(BuiltinOperator::NEG), &[x], tensor::<f32>(&[1]));
    graph.output(z);
    model.signature("negate", 1, &[("x", x)], &[("y", z)]);
    model.model_mut().subgraphs[0].tensors[left as usize].shape_signature = Some(vec![-1]);
    model
}

/// The shape of the output is an input.
fn reshape() -> ModelBuilder {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<f32>(&[6]));
    let shape = graph.input(tensor::<i32>(&[2]));
    let y = graph.add(Op::builtin(BuiltinOperator::RESHAPE), &[x, shape], tensor::<f32>(&[1, 1]));
    graph.output(y);
    model
}

/// An operator that only the program knows.
fn custom() -> ModelBuilder {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<f32>(&[3]).named("x"));
    let doubled =
        graph.add(Op::custom("Scale", &2f32.to_le_bytes()), &[x], tensor::<f32>(&[3]).named("doubled"));
    let y = graph.add(Op::custom("Scale", &5f32.to_le_bytes()), &[doubled], tensor::<f32>(&[3]).named("y"));
    graph.output(y);
    let file = model.model_mut();
    file.metadata.push(owned::Metadata { name: "note".into(), buffer: file.buffers.len() as u32 });
    file.buffers.push(owned::Buffer { data: Some(b"hello".into()) });
    model
}

/// A version of an operator that nobody has.
fn version() -> ModelBuilder {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<f32>(&[3]));
    let y = graph.add(Op::builtin(BuiltinOperator::ABS).version(99), &[x], tensor::<f32>(&[3]));
    graph.output(y);
    model
}

/// Reads a variable.
fn sum() -> ModelBuilder {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<f32>(&[2]));
    let state = graph.tensor(tensor::<f32>(&[2]).variable());
    let y = graph.add(Op::builtin(BuiltinOperator::ADD), &[x, state], tensor::<f32>(&[2]));
    graph.output(y);
    model
}

/// An operator with outputs whose shapes are values, one of strings.
fn repeat() -> ModelBuilder {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let text = graph.input(tensor_of(DType::String, &[1]));
    let count = graph.input(tensor::<i32>(&[1]));
    let repeated = graph.tensor(tensor_of(DType::String, &[1]));
    let numbers = graph.tensor(tensor::<i32>(&[1]));
    graph.operator(Op::custom("Repeat", &[]), &[text, count], &[repeated, numbers]);
    graph.output(repeated);
    graph.output(numbers);
    model
}
