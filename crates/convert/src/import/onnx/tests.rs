//! Whole models, built here and run.

use bytes::Bytes;
use featherlite_ir::Names;
use featherlite_runtime::Model as File;
use prost::Message;

use super::from_bytes;
use super::proto::{self, AttributeType};
use crate::import::Options;
use crate::infer::OPERATORS;
use crate::{Result, export, passes};

const INT64: i32 = 7;
const BOOL: i32 = 9;

fn tensor(name: &str, dims: &[i64], values: &[f32]) -> proto::Tensor {
    let raw_data = values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>().into();
    proto::Tensor { name: name.into(), dims: dims.into(), data_type: 1, raw_data, ..Default::default() }
}

fn integers(name: &str, dims: &[i64], values: &[i64]) -> proto::Tensor {
    let (dims, int64_data) = (dims.into(), values.into());
    proto::Tensor { name: name.into(), dims, data_type: INT64, int64_data, ..Default::default() }
}

fn info(name: &str, elem_type: i32, dims: &[i64]) -> proto::ValueInfo {
    let dimension = |&dim: &i64| match dim {
        -1 => proto::DimensionValue::Name("batch".into()),
        dim => proto::DimensionValue::Size(dim),
    };
    let dim = dims.iter().map(|dim| proto::Dimension { value: Some(dimension(dim)) }).collect();
    let tensor = proto::TensorType { elem_type, shape: Some(proto::TensorShape { dim }) };
    let r#type = proto::Type { value: Some(proto::TypeValue::Tensor(tensor)) };
    proto::ValueInfo { name: name.into(), r#type: Some(r#type) }
}

fn node(op: &str, inputs: &[&str], outputs: &[&str]) -> proto::Node {
    let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    proto::Node { op_type: op.into(), input: list(inputs), output: list(outputs), ..Default::default() }
}

impl proto::Node {
    fn with(mut self, name: &str, r#type: AttributeType, set: impl FnOnce(&mut proto::Attribute)) -> Self {
        let mut attribute =
            proto::Attribute { name: name.into(), r#type: r#type as i32, ..Default::default() };
        set(&mut attribute);
        self.attribute.push(attribute);
        self
    }

    fn ints(self, name: &str, values: &[i64]) -> Self {
        self.with(name, AttributeType::Ints, |attribute| attribute.ints = values.into())
    }

    fn int(self, name: &str, value: i64) -> Self {
        self.with(name, AttributeType::Int, |attribute| attribute.i = value)
    }

    fn float(self, name: &str, value: f32) -> Self {
        self.with(name, AttributeType::Float, |attribute| attribute.f = value)
    }

    fn graph(self, name: &str, graph: proto::Graph) -> Self {
        self.with(name, AttributeType::Graph, |attribute| attribute.g = Some(graph))
    }

    fn refers(self, name: &str, r#type: AttributeType, to: &str) -> Self {
        self.with(name, r#type, |attribute| attribute.ref_attr_name = to.into())
    }
}

fn graph(
    inputs: &[proto::ValueInfo],
    nodes: &[proto::Node],
    outputs: &[proto::ValueInfo],
    initializer: &[proto::Tensor],
) -> proto::Graph {
    proto::Graph {
        input: inputs.into(),
        node: nodes.into(),
        output: outputs.into(),
        initializer: initializer.into(),
        ..Default::default()
    }
}

fn model(version: i64, graph: proto::Graph) -> proto::Model {
    let opset_import = vec![proto::OperatorSet { domain: String::new(), version }];
    proto::Model { ir_version: 8, opset_import, graph: Some(graph), ..Default::default() }
}

fn import(model: &proto::Model) -> Result<featherlite_ir::Model> {
    from_bytes(model.encode_to_vec().into(), &Options::default())
}

/// What a model gives after all passes, and its text.
fn run(model: &proto::Model, inputs: &[&[u8]]) -> (Vec<Vec<f32>>, String) {
    let mut imported = import(model).unwrap();
    passes::run(&mut imported, None, |_, _| {}).unwrap();
    let text = imported.text(Names::Own);
    let file = File::from_bytes(export::to_bytes(&imported).unwrap(), &OPERATORS).unwrap();
    let mut session = file.session().unwrap();
    for (index, bytes) in inputs.iter().enumerate() {
        session.set_input_bytes(0, index, bytes).unwrap();
    }
    session.run().unwrap();
    let count = imported.graphs[0].outputs.len();
    let output = |index: usize| session.output(index).unwrap().to_real().unwrap();
    ((0..count).map(output).collect(), text)
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

#[test]
fn images_keep_their_layout_outside_and_lose_it_inside() {
    let ones = tensor("w", &[2, 1, 1, 1], &[1.0, 2.0]);
    let statistics = [
        tensor("gamma", &[2], &[1.0, 1.0]),
        tensor("beta", &[2], &[0.0, -1.0]),
        tensor("mean", &[2], &[0.0, 0.0]),
        tensor("variance", &[2], &[1.0, 1.0]),
    ];
    let constants = [&[ones], &statistics[..]].concat();
    let nodes = [
        node("Conv", &["x", "w"], &["a"]).ints("pads", &[0, 0, 0, 0]),
        node("BatchNormalization", &["a", "gamma", "beta", "mean", "variance"], &["b"]).float("epsilon", 0.0),
        node("Relu", &["b"], &["c"]),
        node("MaxPool", &["c"], &["y"]).ints("kernel_shape", &[2, 2]).ints("strides", &[2, 2]),
    ];
    let (x, y) = (info("x", 1, &[1, 1, 2, 2]), info("y", 1, &[1, 2, 1, 1]));
    let (outputs, text) =
        run(&model(13, graph(&[x], &nodes, &[y], &constants)), &[&bytes(&[1.0, -2.0, 3.0, 0.5])]);
    assert_eq!(outputs, [[3.0, 5.0]]);
    assert_eq!(text.matches("CONV_2D").count(), 1, "{text}");
    assert!(!text.contains("MUL") && !text.contains("= RELU"), "{text}");
}

#[test]
fn attributes_became_inputs() {
    let x = info("x", 1, &[1, 4]);
    let bounds =
        [integers("starts", &[1], &[1]), integers("ends", &[1], &[i64::MAX]), integers("axes", &[1], &[-1])];
    let old = node("Slice", &["x"], &["y"]).ints("starts", &[1]).ints("ends", &[i64::MAX]).ints("axes", &[1]);
    let new = node("Slice", &["x", "starts", "ends", "axes"], &["y"]);
    for (version, node, constants) in [(9, old, &[][..]), (13, new, &bounds[..])] {
        let graph = graph(std::slice::from_ref(&x), &[node], &[info("y", 1, &[1, 3])], constants);
        assert_eq!(run(&model(version, graph), &[&bytes(&[0.0, 1.0, 2.0, 3.0])]).0, [[1.0, 2.0, 3.0]]);
    }
    // Before version 13, softmax is over all dimensions from the axis on.
    let x = info("x", 1, &[1, 2, 1, 2]);
    for (version, expected) in [(11, 0.25), (13, 0.5)] {
        let node = node("Softmax", &["x"], &["y"]).int("axis", 1);
        let graph = graph(std::slice::from_ref(&x), &[node], &[info("y", 1, &[1, 2, 1, 2])], &[]);
        assert_eq!(run(&model(version, graph), &[&bytes(&[1.0; 4])]).0, [[expected; 4]]);
    }
}

#[test]
fn functions_are_imported_in_place_of_calls() {
    let call = proto::Node { domain: "own".into(), ..node("Scaled", &["x"], &["y"]).float("factor", 3.0) };
    let body = [
        node("Constant", &[], &["f"]).refers("value_float", AttributeType::Float, "factor"),
        node("Mul", &["in", "f"], &["out"]),
    ];
    let function = proto::Function {
        name: "Scaled".into(),
        domain: "own".into(),
        input: vec!["in".into()],
        output: vec!["out".into()],
        node: body.into(),
        opset_import: vec![proto::OperatorSet { domain: String::new(), version: 17 }],
        ..Default::default()
    };
    let graph = graph(&[info("x", 1, &[2])], std::slice::from_ref(&call), &[info("y", 1, &[2])], &[]);
    let mut model = model(17, graph);
    model.functions.push(function);
    assert_eq!(run(&model, &[&bytes(&[1.0, 2.0])]).0, [[3.0, 6.0]]);

    model.functions[0].node =
        vec![proto::Node { input: vec!["in".into()], output: vec!["out".into()], ..call.clone() }];
    let message = import(&model).unwrap_err().to_string();
    assert!(message.contains("one that calls itself"), "{message}");
    // Each level calls the next twice: more nodes than any file has.
    let twice = |level: usize| {
        let inner = |input: &str, output: &str| proto::Node {
            domain: "own".into(),
            ..node(&format!("F{}", level + 1), &[input], &[output])
        };
        proto::Function {
            name: format!("F{level}"),
            node: vec![inner("in", "mid"), inner("mid", "out")],
            ..model.functions[0].clone()
        }
    };
    let mut levels: Vec<_> = (0..25).map(twice).collect();
    levels.push(proto::Function {
        name: "F25".into(),
        node: vec![node("Identity", &["in"], &["out"])],
        ..levels[0].clone()
    });
    levels[0].name = "Scaled".into();
    model.functions = levels;
    assert!(import(&model).unwrap_err().to_string().contains("nodes after functions"));
}

#[test]
fn branches_and_loops() {
    let branch = |op: &str| graph(&[], &[node(op, &["x"], &["r"])], &[info("r", 1, &[2])], &[]);
    let choice =
        node("If", &["c"], &["y"]).graph("then_branch", branch("Neg")).graph("else_branch", branch("Abs"));
    let inputs = [info("x", 1, &[2]), info("c", BOOL, &[])];
    let choose = model(13, graph(&inputs, &[choice], &[info("y", 1, &[2])], &[]));
    let x = bytes(&[-1.0, 2.0]);
    assert_eq!(run(&choose, &[&x, &[1]]).0, [[1.0, -2.0]]);
    assert_eq!(run(&choose, &[&x, &[0]]).0, [[1.0, 2.0]]);

    // Doubles a state and collects it.
    let body = graph(
        &[info("i", INT64, &[]), info("go", BOOL, &[]), info("s", 1, &[1])],
        &[
            node("Identity", &["go"], &["on"]),
            node("Add", &["s", "s"], &["next"]),
            node("Mul", &["next", "x"], &["seen"]),
        ],
        &[info("on", BOOL, &[]), info("next", 1, &[1]), info("seen", 1, &[1])],
        &[],
    );
    let repeat = node("Loop", &["n", "", "x"], &["last", "all"]).graph("body", body);
    let outputs = [info("last", 1, &[1]), info("all", 1, &[3, 1])];
    let known =
        graph(&[info("x", 1, &[1])], std::slice::from_ref(&repeat), &outputs, &[integers("n", &[], &[3])]);
    let computed = graph(&[info("x", 1, &[1]), info("n", INT64, &[])], &[repeat], &outputs, &[]);
    let (results, text) = run(&model(13, known), &[&bytes(&[1.0])]);
    assert_eq!(results, [vec![8.0], vec![2.0, 4.0, 8.0]]);
    assert!(!text.contains("WHILE"), "{text}");
    let (results, text) = run(&model(13, computed), &[&bytes(&[1.0]), &3i64.to_le_bytes()]);
    assert_eq!(results, [vec![8.0], vec![2.0, 4.0, 8.0]]);
    assert!(text.contains("WHILE"), "{text}");
}

#[test]
fn recurrent_layers_step_in_both_directions() {
    // h' = relu(x + h): sums from either end.
    let layer = node("RNN", &["x", "w", "r"], &["y", "last"])
        .int("hidden_size", 1)
        .with("direction", AttributeType::String, |attribute| {
            attribute.s = Bytes::from_static(b"bidirectional")
        })
        .with("activations", AttributeType::Strings, |attribute| attribute.strings = vec!["Relu".into(); 2]);
    let ones = [tensor("w", &[2, 1, 1], &[1.0; 2]), tensor("r", &[2, 1, 1], &[1.0; 2])];
    let outputs = [info("y", 1, &[3, 2, 1, 1]), info("last", 1, &[2, 1, 1])];
    let model = model(14, graph(&[info("x", 1, &[3, 1, 1])], &[layer], &outputs, &ones));
    let results = run(&model, &[&bytes(&[1.0, 2.0, 3.0])]).0;
    assert_eq!(results, [vec![1.0, 6.0, 3.0, 5.0, 6.0, 3.0], vec![6.0, 6.0]]);
}

#[test]
fn scales_become_those_of_tensors() {
    let bytes_of = |name: &str, code: i32, dims: &[i64], values: &[u8]| {
        let raw_data = Bytes::copy_from_slice(values);
        proto::Tensor {
            name: name.into(),
            dims: dims.into(),
            data_type: code,
            raw_data,
            ..Default::default()
        }
    };
    let (uint8, int8) = (2, 3);
    let constants = [
        tensor("half", &[], &[0.5]),
        bytes_of("zero", uint8, &[], &[100]),
        bytes_of("w", int8, &[2, 1, 1, 1], &[2, 0xfc]),
        tensor("scales", &[2], &[0.5, 0.25]),
    ];
    let nodes = [
        node("QuantizeLinear", &["x", "half", "zero"], &["q"]),
        node("DequantizeLinear", &["q", "half", "zero"], &["d"]),
        node("DequantizeLinear", &["w", "scales"], &["v"]).int("axis", 0),
        node("Conv", &["d", "v"], &["y"]),
    ];
    let (x, y) = (info("x", 1, &[1, 1, 1, 2]), info("y", 1, &[1, 2, 1, 2]));
    let imported =
        import(&model(13, graph(std::slice::from_ref(&x), &nodes, std::slice::from_ref(&y), &constants)))
            .unwrap();
    let text = imported.text(Names::Own);
    assert!(text.contains("{0.5, 100} = QUANTIZE") && text.contains("INT8[2,1,1,1]{2 along 0}"), "{text}");
    let (results, _) = run(&model(13, graph(&[x], &nodes, &[y], &constants)), &[&bytes(&[1.5, -1000.0])]);
    assert_eq!(results, [[1.5, -50.0, -1.5, 50.0]]);
}

#[test]
fn blocks_of_four_bits_are_unpacked() {
    // Two outputs of four inputs in blocks of two; 8 stands for 0 unless said otherwise.
    let packed = Bytes::from_static(&[0x98, 0xa9, 0x87, 0x68]);
    let weights = proto::Tensor {
        name: "b".into(),
        dims: vec![2, 2, 1],
        data_type: 2,
        raw_data: packed,
        ..Default::default()
    };
    let scales = tensor("s", &[4], &[1.0, 2.0, 1.0, 0.5]);
    let product = node("MatMulNBits", &["x", "b", "s"], &["y"])
        .int("K", 4)
        .int("N", 2)
        .int("bits", 4)
        .int("block_size", 2);
    let product = proto::Node { domain: "com.microsoft".into(), ..product };
    let graph = graph(&[info("x", 1, &[1, 4])], &[product], &[info("y", 1, &[1, 2])], &[weights, scales]);
    // Rows are 0 1 2 4 and -1 0 0 -1.
    assert_eq!(run(&model(13, graph), &[&bytes(&[1.0, 10.0, 100.0, 1000.0])]).0, [[4210.0, -1001.0]]);
}

#[test]
fn refusals_name_everything() {
    let unknown = node("Sofmax", &["x"], &["y"]).int("axis", 2);
    let tail = node("Relu", &["x"], &["z"]);
    let graph = graph(&[info("x", 1, &[-1, 4])], &[unknown, tail], &[info("y", 1, &[-1, 4])], &[]);
    let model = model(13, graph);
    let message = import(&model).unwrap_err().to_string();
    for part in [
        "node \"y\": Sofmax of ai.onnx 13 (FLOAT32[?,4]; axis = 2)",
        "nearest name with a rule is Softmax",
        "--allow-custom Sofmax",
    ] {
        assert!(message.contains(part), "{message}");
    }
    let file: Bytes = model.encode_to_vec().into();
    let custom = Options { custom: vec!["Sofmax".into()], ..Options::default() };
    assert!(from_bytes(file.clone(), &custom).unwrap().text(Names::Own).contains("Sofmax"));
    let cut = Options { outputs: vec!["z".into()], ..Options::default() };
    assert_eq!(from_bytes(file, &cut).unwrap().signatures[0].outputs, ["z"]);
}

#[test]
fn damaged_files_are_refused() {
    let nodes =
        [node("Reshape", &["x", "s"], &["y"]), node("Transpose", &["y"], &["z"]).ints("perm", &[1, 0])];
    let graph =
        graph(&[info("x", 1, &[2, 3])], &nodes, &[info("z", 1, &[2, 3])], &[integers("s", &[2], &[3, 2])]);
    let file = model(13, graph).encode_to_vec();
    for length in 0..file.len() {
        let _ = from_bytes(Bytes::copy_from_slice(&file[..length]), &Options::default());
    }
    for at in 0..file.len() {
        for value in [0, 0x7f, 0xff] {
            let mut damaged = file.clone();
            damaged[at] = value;
            let _ = from_bytes(damaged.into(), &Options::default());
        }
    }
}
