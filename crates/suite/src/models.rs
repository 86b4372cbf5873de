//! Small models, each with something that readers, planners and kernels may get wrong.

use featherlite::DType;
use featherlite::schema::owned::{self, CallOnceOptions, Conv2DOptions, VarHandleOptions, WhileOptions};
use featherlite::schema::{ActivationFunctionType, BuiltinOperator, Padding};
use featherlite_testkit::{ModelBuilder, Op, Random, constant, tensor, tensor_of};

/// Convolution with SAME padding, stride 2, bias and RELU: `[1,5,5,2]` to `[1,3,3,4]`. Filter and bias are those of
/// [`filter`].
pub fn conv_relu() -> ModelBuilder {
    let (filter, bias) = filter();
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<f32>(&[1, 5, 5, 2]).named("image"));
    let filter = graph.tensor(constant(&[4, 3, 3, 2], &filter).named("filter"));
    let bias = graph.tensor(constant(&[4], &bias).named("bias"));
    let y = graph.add(conv(), &[x, filter, bias], tensor::<f32>(&[1, 3, 3, 4]).named("features"));
    graph.output(y);
    model.signature("serving_default", 0, &[("image", x)], &[("features", y)]);
    model
}

/// [`conv_relu`] in 8-bit integers, with a scale for every output channel of the filter.
pub fn conv_relu_int8() -> ModelBuilder {
    let (filter, bias) = filter();
    let (input_scale, output_scale) = (1.0 / 64.0, 1.0 / 32.0);
    let scales: Vec<f32> = (0..4).map(|channel| (1.0 + channel as f32) / 256.0).collect();
    let rows = filter.chunks(18).zip(&scales);
    let filter: Vec<i8> = rows.flat_map(|(row, scale)| row.iter().map(move |w| (w / scale) as i8)).collect();
    let products: Vec<f32> = scales.iter().map(|scale| input_scale * scale).collect();
    let bias: Vec<i32> = bias.iter().zip(&products).map(|(bias, scale)| (bias / scale) as i32).collect();
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<i8>(&[1, 5, 5, 2]).named("image").quantized(input_scale, 3));
    let filter = constant(&[4, 3, 3, 2], &filter).named("filter").quantized_along(0, &scales, &[0; 4]);
    let filter = graph.tensor(filter);
    let bias = graph.tensor(constant(&[4], &bias).quantized_along(0, &products, &[0; 4]));
    let output = tensor::<i8>(&[1, 3, 3, 4]).quantized(output_scale, -128);
    let y = graph.add(conv().version(3), &[x, filter, bias], output);
    graph.output(y);
    model
}

fn conv() -> Op {
    Op::builtin(BuiltinOperator::CONV_2D).options(Conv2DOptions {
        padding: Padding::SAME,
        stride_w: 2,
        stride_h: 2,
        fused_activation_function: ActivationFunctionType::RELU,
        ..Conv2DOptions::default()
    })
}

/// Filter `[4,3,3,2]`, from -0.25 to 0.25, and bias of the convolutions.
pub fn filter() -> (Vec<f32>, Vec<f32>) {
    let filter = Random::new(1).reals(72).iter().map(|weight| weight / 4.0).collect();
    (filter, vec![0.5, -0.5, 0.25, 0.0])
}

/// Two outputs of sizes that are not known before: the first input, `[?,3]`, made flat, and the numbers below the
/// second.
pub fn dynamic() -> ModelBuilder {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<f32>(&[-1, 3]).named("x"));
    let count = graph.input(tensor::<i32>(&[]).named("count"));
    let shape = graph.tensor(constant(&[1], &[-1i32]));
    let (zero, one) = (graph.tensor(constant(&[], &[0i32])), graph.tensor(constant(&[], &[1i32])));
    let flat = graph.add(Op::builtin(BuiltinOperator::RESHAPE), &[x, shape], tensor::<f32>(&[-1]));
    let range = graph.add(Op::builtin(BuiltinOperator::RANGE), &[zero, count, one], tensor::<i32>(&[-1]));
    graph.output(flat);
    graph.output(range);
    model.signature("flatten", 0, &[("x", x), ("count", count)], &[("flat", flat), ("range", range)]);
    model
}

/// A custom operator `Scale` on two numbers; its options are the factor.
pub fn custom(factor: f32) -> ModelBuilder {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<f32>(&[2]));
    let y = graph.add(Op::custom("Scale", &factor.to_le_bytes()), &[x], tensor::<f32>(&[2]));
    graph.output(y);
    model
}

/// Adds its input to a variable, which begins with 100, and returns the sum.
pub fn sum() -> ModelBuilder {
    let handle = || {
        let options = VarHandleOptions { shared_name: "sum".to_owned(), ..VarHandleOptions::default() };
        Op::builtin(BuiltinOperator::VAR_HANDLE).options(options)
    };
    let resource = || tensor_of(DType::Resource, &[]);
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<f32>(&[1]).named("x"));
    let once = CallOnceOptions { init_subgraph_index: 1 };
    graph.operator(Op::builtin(BuiltinOperator::CALL_ONCE).options(once), &[], &[]);
    let variable = graph.add(handle(), &[], resource());
    let before = graph.add(Op::builtin(BuiltinOperator::READ_VARIABLE), &[variable], tensor::<f32>(&[1]));
    let after = graph.add(Op::builtin(BuiltinOperator::ADD), &[before, x], tensor::<f32>(&[1]));
    graph.operator(Op::builtin(BuiltinOperator::ASSIGN_VARIABLE), &[variable, after], &[]);
    graph.output(after);
    let mut graph = model.subgraph("init");
    let variable = graph.add(handle(), &[], resource());
    let start = graph.tensor(constant(&[1], &[100f32]));
    graph.operator(Op::builtin(BuiltinOperator::ASSIGN_VARIABLE), &[variable, start], &[]);
    model
}

/// Adds 300 to its input until it is 1000 or more.
pub fn climb() -> ModelBuilder {
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let x = graph.input(tensor::<f32>(&[1]).named("x"));
    let options = WhileOptions { cond_subgraph_index: 1, body_subgraph_index: 2 };
    let y = graph.add(Op::builtin(BuiltinOperator::WHILE).options(options), &[x], tensor::<f32>(&[1]));
    graph.output(y);
    let mut graph = model.subgraph("is small");
    let x = graph.input(tensor::<f32>(&[1]));
    let limit = graph.tensor(constant(&[1], &[1000f32]));
    let less = graph.add(Op::builtin(BuiltinOperator::LESS), &[x, limit], tensor_of(DType::Bool, &[1]));
    graph.output(less);
    let mut graph = model.subgraph("more");
    let x = graph.input(tensor::<f32>(&[1]));
    let step = graph.tensor(constant(&[], &[300f32]));
    let y = graph.add(Op::builtin(BuiltinOperator::ADD), &[x, step], tensor::<f32>(&[1]));
    graph.output(y);
    model
}

/// Every model of this module.
pub fn all() -> Vec<(&'static str, ModelBuilder)> {
    vec![
        ("conv_relu", conv_relu()),
        ("conv_relu_int8", conv_relu_int8()),
        ("dynamic", dynamic()),
        ("custom", custom(2.0)),
        ("sum", sum()),
        ("climb", climb()),
    ]
}

/// Metadata entries are buffers with a name.
pub fn add_metadata(model: &mut ModelBuilder, name: &str, contents: &[u8]) {
    let model = model.model_mut();
    let buffer = model.add_buffer(contents.to_vec());
    model.metadata.push(owned::Metadata { name: name.to_owned(), buffer });
}
