//! Small networks through every scheme.

use featherlite_base::{DType, Quantization};
use featherlite_convert::build::{Builder, Size, Window};
use featherlite_convert::export;
use featherlite_ir::{Graph, Model, Node, Op, Value, ValueId};
use featherlite_quant::calibrate::calibrate;
use featherlite_quant::check::check;
use featherlite_quant::improve::{Step, improve};
use featherlite_quant::metrics::Noise;
use featherlite_quant::quantize::{Border, Options, Quantized, quantize};
use featherlite_quant::recipe::{Recipe, Scheme};
use featherlite_quant::run::{Input, Runner, Sample};
use featherlite_quant::statistics::Statistics;
use featherlite_quant::{Error, ErrorKind, expand_halves};
use featherlite_schema::{BuiltinOperator as B, TensorType};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Numbers that look random, from -1 to 1.
fn noise(seed: u32) -> impl Iterator<Item = f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12345);
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    })
}

fn constant(builder: &mut Builder<'_>, sizes: &[usize], seed: u32, scale: f32) -> Result<ValueId> {
    let elements: Vec<f32> = noise(seed).take(sizes.iter().product()).map(|x| x * scale).collect();
    Ok(builder.constant(sizes, &elements)?)
}

fn network(build: impl FnOnce(&mut Builder<'_>, ValueId) -> Result<Vec<ValueId>>) -> Result<Model> {
    let mut model = Model { graphs: vec![Graph::new("main")], ..Model::default() };
    let mut builder = Builder::new(&mut model, 0);
    let x = builder.input("x", DType::F32, &[1, 8, 8, 4].map(Size::Fixed));
    let outputs = build(&mut builder, x)?;
    outputs.into_iter().for_each(|output| builder.output(output));
    model.check()?;
    Ok(model)
}

/// Convolutions, a pooling, a sum and a softmax.
fn classifier() -> Result<Model> {
    network(|b, x| {
        let (weights, bias) = (constant(b, &[16, 3, 3, 4], 1, 0.4)?, constant(b, &[16], 2, 0.2)?);
        let window = Window { is_same: true, ..Window::default() };
        let x = b.conv_2d(x, weights, Some(bias), window)?;
        let x = b.unary(B::RELU, x)?;
        let (weights, bias) = (constant(b, &[1, 3, 3, 16], 3, 0.6)?, constant(b, &[16], 4, 0.2)?);
        let y = b.depthwise_conv_2d(x, weights, Some(bias), window, 1)?;
        let x = b.binary(B::ADD, x, y)?;
        let x = b.unary(B::RELU6, x)?;
        let x = b.reduce(B::MEAN, x, &[1, 2], false)?;
        let (weights, bias) = (constant(b, &[10, 16], 5, 0.8)?, constant(b, &[10], 6, 0.3)?);
        let x = b.fully_connected(x, weights, Some(bias))?;
        Ok(vec![b.add(Op::with(B::SOFTMAX, featherlite_schema::owned::SoftmaxOptions { beta: 1.0 }), &[x])?])
    })
}

fn samples(count: u32) -> Vec<Sample> {
    let input = |seed| Input { shape: vec![1, 8, 8, 4], values: noise(seed + 100).take(256).collect() };
    (0..count).map(|seed| vec![input(seed)]).collect()
}

fn statistics(model: &Model) -> Result<Statistics> {
    Ok(calibrate(model, &samples(12), 2, &|_| {})?)
}

fn by(model: &Model, scheme: &str, options: &Options) -> Result<Quantized> {
    let recipe = Recipe::all(Scheme::named(scheme)?)?;
    Ok(quantize(model, &recipe, Some(&statistics(model)?), options)?)
}

/// Signal to noise of the first output over fresh samples, in dB.
fn ratio(model: &Model, quantized: &Model) -> Result<f64> {
    let (mut before, mut now) = (Runner::new(model)?, Runner::new(quantized)?);
    let mut noise = Noise::default();
    for sample in samples(20).split_off(12) {
        before.run(&sample)?;
        now.run(&sample)?;
        let output =
            |runner: &Runner, model: &Model| runner.real(model.graphs[0].outputs[0]).unwrap_or_default();
        noise.add(&output(&before, model), &output(&now, quantized));
    }
    Ok(noise.sqnr())
}

#[test]
fn every_scheme_computes_nearly_the_same() -> Result {
    let model = classifier()?;
    for (scheme, least) in [
        ("float", 100.0),
        ("float16", 50.0),
        ("dynamic", 30.0),
        ("weight-only", 30.0),
        ("int8", 28.0),
        ("int8-per-tensor", 22.0),
        ("int16x8", 30.0),
        ("int4", 10.0),
        ("weight-only-int4", 10.0),
        ("int4-block16", 10.0),
    ] {
        let quantized = by(&model, scheme, &Options::default())?;
        let found = ratio(&model, &quantized.model)?;
        assert!(found >= least, "{scheme}: {found:.1} dB");
    }
    Ok(())
}

#[test]
fn int8_has_only_integers_between_its_borders() -> Result {
    let quantized = by(&classifier()?, "int8", &Options { integers_only: true, ..Options::default() })?;
    let operators: Vec<String> = quantized.model.graphs[0].nodes().map(|(_, node)| node.op.name()).collect();
    assert_eq!(operators.first().map(String::as_str), Some("QUANTIZE"));
    assert_eq!(operators.last().map(String::as_str), Some("DEQUANTIZE"));
    let inner = &operators[1..operators.len() - 1];
    assert!(!inner.iter().any(|name| name.ends_with("QUANTIZE")), "{inner:?}");
    Ok(())
}

#[test]
fn borders_take_the_types_asked_for_and_keep_their_names() -> Result {
    let model = classifier()?;
    for (border, dtype) in [
        (Border::Float, DType::F32),
        (Border::Integer(DType::I8), DType::I8),
        (Border::Integer(DType::U8), DType::U8),
    ] {
        let quantized =
            by(&model, "int8", &Options { inputs: border, outputs: border, ..Options::default() })?;
        let graph = &quantized.model.graphs[0];
        for (now, before) in
            [(graph.inputs[0], model.graphs[0].inputs[0]), (graph.outputs[0], model.graphs[0].outputs[0])]
        {
            assert_eq!(graph.value(now).dtype, dtype);
            assert_eq!(graph.value(now).name, model.graphs[0].value(before).name);
        }
        assert!(ratio(&model, &quantized.model)? > 28.0);
    }
    Ok(())
}

#[test]
fn written_files_are_held_against_what_was_asked() -> Result {
    let model = classifier()?;
    let options = Options { integers_only: true, ..Options::default() };
    let schemes = ["int8", "int8-per-tensor", "int4", "int16x8"];
    for scheme in schemes {
        let quantized = by(&model, scheme, &options)?;
        check(&model, &quantized, &options, export::to_bytes(&quantized.model)?.into())?;
    }
    for scheme in ["float", "float16", "dynamic", "weight-only", "dynamic-int4", "weight-only-int4"] {
        let quantized = by(&model, scheme, &Options::default())?;
        check(&model, &quantized, &Options::default(), export::to_bytes(&quantized.model)?.into())?;
    }
    // A file of another scheme, or with other inputs.
    let quantized = by(&model, "int8", &options)?;
    for other in schemes.into_iter().skip(1) {
        let file = export::to_bytes(&by(&model, other, &options)?.model)?;
        assert!(check(&model, &quantized, &options, file.into()).is_err(), "{other}");
    }
    let wanted = Options { inputs: Border::Integer(DType::I8), ..options };
    let error = check(&model, &quantized, &wanted, export::to_bytes(&quantized.model)?.into()).unwrap_err();
    assert!(error.to_string().contains("an input of FLOAT32, not INT8"), "{error}");
    Ok(())
}

#[test]
fn what_has_no_integer_kernel_stays_float_or_is_named() -> Result {
    let model = network(|b, x| {
        let weights = constant(b, &[4, 1, 1, 4], 1, 0.5)?;
        let x = b.conv_2d(x, weights, None, Window::default())?;
        b.set_scope("the sine");
        let x = b.unary(B::SIN, x)?;
        let weights = constant(b, &[4, 1, 1, 4], 2, 0.5)?;
        Ok(vec![b.conv_2d(x, weights, None, Window::default())?])
    })?;
    let quantized = by(&model, "int8", &Options::default())?;
    let operators: Vec<String> = quantized.model.graphs[0].nodes().map(|(_, node)| node.op.name()).collect();
    let expected = ["QUANTIZE", "CONV_2D", "DEQUANTIZE", "SIN", "QUANTIZE", "CONV_2D", "DEQUANTIZE"];
    assert_eq!(operators, expected);
    let refused = by(&model, "int8", &Options { integers_only: true, ..Options::default() }).unwrap_err();
    let refused = refused.downcast_ref::<Error>().ok_or("another error")?;
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
    assert!(refused.to_string().contains("the sine"), "{refused}");
    Ok(())
}

#[test]
fn shapes_are_taken_of_integers() -> Result {
    let model = network(|b, x| {
        let weights = constant(b, &[4, 1, 1, 4], 1, 0.5)?;
        let x = b.conv_2d(x, weights, None, Window::default())?;
        let shape = b.graph_mut().add_value(Value::new("shape", DType::I32).with_shape(vec![4.into()]));
        let op = Op::with(B::SHAPE, featherlite_schema::owned::ShapeOptions { out_type: TensorType::INT32 });
        b.graph_mut().push(Node::new("shape", op, &[x], &[shape]));
        Ok(vec![x, shape])
    })?;
    let options = Options { integers_only: true, ..Options::default() };
    let quantized = by(&model, "int8", &options)?;
    check(&model, &quantized, &options, export::to_bytes(&quantized.model)?.into())?;
    Ok(())
}

#[test]
fn padding_before_a_maximum_does_not_widen_ranges() -> Result {
    let model = network(|b, x| {
        let (sizes, least) = (b.constant(&[4, 2], &[0i32, 0, 1, 1, 1, 1, 0, 0])?, b.scalar(f32::MIN)?);
        Ok(vec![b.add(Op::builtin(B::PADV2), &[x, sizes, least])?])
    })?;
    let quantized =
        by(&model, "int8", &Options { outputs: Border::Integer(DType::I8), ..Options::default() })?;
    let graph = &quantized.model.graphs[0];
    let output = graph.value(graph.outputs[0]);
    assert!(output.quantization.affine().is_some_and(|affine| affine.scales[0] < 0.01), "{output:?}");
    Ok(())
}

#[test]
fn concatenated_values_share_a_scale_or_are_requantized() -> Result {
    let model = network(|b, x| {
        let small = constant(b, &[4, 1, 1, 4], 1, 0.1)?;
        let small = b.conv_2d(x, small, None, Window::default())?;
        let large = constant(b, &[4, 1, 1, 4], 2, 3.0)?;
        let large = b.conv_2d(x, large, None, Window::default())?;
        let joined = b.concatenation(&[small, large], 3)?;
        // Read by something else as well, the small one keeps its fine steps.
        let alone = b.unary(B::RELU, small)?;
        Ok(vec![joined, alone])
    })?;
    let quantized = by(&model, "int8", &Options::default())?;
    let graph = &quantized.model.graphs[0];
    let (_, join) = graph.nodes().find(|(_, node)| node.op.is(B::CONCATENATION)).ok_or("no concatenation")?;
    let quantization = |value: ValueId| graph.value(value).quantization.clone();
    for input in join.inputs.iter().flatten() {
        assert_eq!(quantization(*input), quantization(join.outputs[0]));
    }
    let requantized = graph.producer(join.input(0).ok_or("no input")?).ok_or("no producer")?;
    assert!(graph.node(requantized).op.is(B::QUANTIZE));
    Ok(())
}

#[test]
fn a_bias_that_does_not_fit_widens_the_steps_of_its_weights() -> Result {
    let model = network(|b, x| {
        let weights = b.constant(&[2, 1, 1, 4], &[1e-12f32, 0.0, 0.0, 0.0, 0.5, 0.5, 0.5, 0.5])?;
        let bias = b.constant(&[2], &[2.0f32, 0.1])?;
        Ok(vec![b.conv_2d(x, weights, Some(bias), Window::default())?])
    })?;
    for scheme in ["int8", "int16x8"] {
        let quantized = by(&model, scheme, &Options::default())?;
        assert!(ratio(&model, &quantized.model)? > 35.0, "{scheme}");
    }
    Ok(())
}

#[test]
fn recipes_mix_schemes() -> Result {
    let model = classifier()?;
    let mut recipe = Recipe::all(Scheme::named("int8")?)?;
    recipe.add(".*", Some("FULLY_CONNECTED"), Scheme::FLOAT)?;
    recipe.add(".*", Some("DEPTHWISE_CONV_2D"), Scheme::named("int16x8")?)?;
    let quantized = quantize(&model, &recipe, Some(&statistics(&model)?), &Options::default())?;
    let graph = &quantized.model.graphs[0];
    let weights = |code: B, dtype: DType| {
        let found = graph.nodes().find(|(_, node)| node.op.is(code));
        found.and_then(|(_, node)| node.input(0)).is_some_and(|input| graph.value(input).dtype == dtype)
    };
    assert!(weights(B::CONV_2D, DType::I8));
    assert!(weights(B::DEPTHWISE_CONV_2D, DType::I16));
    assert!(weights(B::FULLY_CONNECTED, DType::F32));
    assert!(ratio(&model, &quantized.model)? > 28.0);
    Ok(())
}

#[test]
fn steps_that_do_not_help_are_not_kept() -> Result {
    let model = classifier()?;
    let statistics = statistics(&model)?;
    for scheme in ["int8-per-tensor", "int4", "weight-only-int4"] {
        let recipe = Recipe::all(Scheme { least_elements: 0, ..Scheme::named(scheme)? })?;
        let options = Options::default();
        let plain = quantize(&model, &recipe, Some(&statistics), &options)?;
        let improved =
            improve(&model, &recipe, Some(&statistics), &samples(12), Step::ALL, &options, &|_| {})?;
        let (before, after) = (ratio(&model, &plain.model)?, ratio(&model, &improved.quantized.model)?);
        assert!(after > before, "{scheme}: {before:.1} dB became {after:.1} dB");
        let kept = improved.trials.iter().filter(|(_, _, is_kept)| *is_kept).map(|(_, ratio, _)| *ratio);
        assert!(kept.is_sorted());
    }
    Ok(())
}

#[test]
fn a_network_in_half_precision_is_quantized_like_others() -> Result {
    let mut half = by(&classifier()?, "float16", &Options::default())?.model;
    expand_halves(&mut half)?;
    let quantized = by(&half, "int8", &Options { integers_only: true, ..Options::default() })?;
    assert!(ratio(&classifier()?, &quantized.model)? > 28.0);
    Ok(())
}

#[test]
fn other_networks_statistics_are_refused() -> Result {
    let model = classifier()?;
    let recipe = Recipe::all(Scheme::named("int8")?)?;
    let none = quantize(&model, &recipe, None, &Options::default()).unwrap_err();
    assert_eq!(none.kind(), ErrorKind::Statistics);
    let empty = Statistics::new("another");
    assert!(quantize(&model, &recipe, Some(&empty), &Options::default()).is_err());
    let float16 = Recipe::all(Scheme::named("float16")?)?;
    let quantized = quantize(&model, &float16, None, &Options::default())?;
    let halves: Vec<_> =
        quantized.model.graphs[0].values().filter(|(_, value)| value.dtype == DType::F16).collect();
    assert!(halves.len() >= 6);
    assert!(halves.iter().all(|(_, value)| value.quantization == Quantization::None));
    Ok(())
}
