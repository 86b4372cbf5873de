//! Every pass on small graphs: which operators are left, and that they compute the same.

mod images;
mod loops;
mod sequences;

use featherlite_base::{DType, Quantization};
use featherlite_convert::build::{Builder, Size, Window};
use featherlite_convert::{Result, export, passes};
use featherlite_ir::{Graph, Model, Op, Value, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned;
use featherlite_testkit::Random;

const SAME: Window = Window { strides: [1, 1], dilations: [1, 1], is_same: true };

type Build = fn(&mut Builder<'_>, ValueId) -> Result<ValueId>;

struct Case {
    name: &'static str,
    input: &'static [usize],
    build: Build,
    /// The operators that are left.
    left: &'static [&'static str],
}

/// Runs a model on the same random numbers each time.
fn run(model: &Model) -> Vec<f32> {
    let ops = featherlite_ops::core::OpSet::new(featherlite_ops::ALL);
    let file = export::to_bytes(model).unwrap();
    let loaded = featherlite_runtime::Model::from_bytes(file, &ops).unwrap();
    let mut session = loaded.session().unwrap();
    let mut random = Random::new(7);
    session.input_mut::<f32>(0).unwrap().iter_mut().for_each(|x| *x = 2.0 * random.real() as f32);
    session.run().unwrap();
    session.output(0).unwrap().values::<f32>().unwrap().to_vec()
}

fn check(case: &Case) {
    let mut model = Model { graphs: vec![Graph::new("main")], ..Model::default() };
    let mut builder = Builder::new(&mut model, 0);
    let sizes: Vec<Size> = case.input.iter().copied().map(Size::Fixed).collect();
    let x = builder.input("x", DType::F32, &sizes);
    let y = (case.build)(&mut builder, x).unwrap_or_else(|error| panic!("{}: {error}", case.name));
    builder.rename(y, "y");
    builder.output(y);
    let before = run_or_skip(&model);
    let source = model.clone();
    passes::run(&mut model, None, |_, _| {}).unwrap_or_else(|error| panic!("{}: {error}", case.name));
    let left: Vec<String> = model.graphs[0].nodes().map(|(_, node)| node.op.name()).collect();
    assert_eq!(left, case.left, "{}:\n{source}\n{model}", case.name);
    assert_eq!(model.graphs[0].value(model.graphs[0].outputs[0]).name, "y", "{}", case.name);
    let Some(before) = before else { return };
    for (index, (after, before)) in run(&model).iter().zip(&before).enumerate() {
        let is_close = (after - before).abs() <= 1e-4 * before.abs().max(1.0);
        assert!(is_close, "{}: element {index} is {after}, was {before}\n{source}\n{model}", case.name);
    }
}

/// The source's results, unless it has an operator that only passes know.
fn run_or_skip(model: &Model) -> Option<Vec<f32>> {
    let is_custom = |op: &Op| matches!(op.code, featherlite_ir::Code::Custom(_));
    (!model.graphs[0].nodes().any(|(_, node)| is_custom(&node.op))).then(|| run(model))
}

fn numbers(count: usize) -> Vec<f32> {
    let mut random = Random::new(11);
    random.reals(count)
}

fn constant(b: &mut Builder<'_>, sizes: &[usize]) -> Result<ValueId> {
    b.constant(sizes, &numbers(sizes.iter().product()))
}

#[test]
fn graphs_get_simpler_and_compute_the_same() {
    images::CASES.iter().chain(sequences::CASES).chain(loops::CASES).for_each(check);
}

/// `x` in UINT8 and back, as ONNX writes it.
fn through_bytes(b: &mut Builder<'_>, x: ValueId, scale: f32, zero_point: i32) -> Result<ValueId> {
    let bytes = Value::new("bytes", DType::U8).with_quantization(Quantization::per_tensor(scale, zero_point));
    let bytes = b.add_values(B::QUANTIZE, &[Some(x)], vec![bytes])?[0];
    b.add_typed(B::DEQUANTIZE, &[bytes], DType::F32)
}

#[test]
fn networks_that_come_quantized_become_integers() -> Result<()> {
    let mut model = Model { graphs: vec![Graph::new("main")], ..Model::default() };
    let b = &mut Builder::new(&mut model, 0);
    let x = b.input("x", DType::F32, &[1, 3, 6, 6].map(Size::Fixed));
    let image = through_bytes(b, x, 1.0 / 64.0, 128)?;
    let weights: Vec<i8> = (0..108).map(|index| (index * 37 % 251 - 125) as i8).collect();
    let weights = b.constant(&[4, 3, 3, 3], &weights)?;
    let scales = vec![0.01, 0.02, 0.015, 0.005];
    b.graph_mut().value_mut(weights).quantization = Quantization::per_axis(scales, vec![0; 4], 0);
    let weights = b.add_typed(B::DEQUANTIZE, &[weights], DType::F32)?;
    // From ONNX's [out, in, h, w] to [out, h, w, in].
    let weights = b.transpose(weights, &[0, 2, 3, 1])?;
    let bias = b.constant(&[4], &[0.5f32, -1.0, 0.25, 2.0])?;
    let y = b.transpose(image, &[0, 2, 3, 1])?;
    let y = b.conv_2d(y, weights, Some(bias), SAME)?;
    let y = b.transpose(y, &[0, 3, 1, 2])?;
    let y = b.unary(B::RELU, y)?;
    let y = through_bytes(b, y, 0.15, 0)?;
    let z = b.binary(B::ADD, y, y)?;
    let z = through_bytes(b, z, 0.25, 0)?;
    let z = b.concatenation(&[y, z], 1)?;
    let z = through_bytes(b, z, 0.25, 0)?;
    let z = b.reduce(B::MEAN, z, &[2, 3], false)?;
    let z = through_bytes(b, z, 0.2, 10)?;
    let z = b.unary(B::LOGISTIC, z)?;
    let z = through_bytes(b, z, 1.0 / 255.0, 0)?;
    b.rename(z, "y");
    b.output(z);
    let before = run(&model);
    let source = model.clone();
    passes::run(&mut model, None, |_, _| {})?;
    let left: Vec<String> = model.graphs[0].nodes().map(|(_, node)| node.op.name()).collect();
    let expected = "TRANSPOSE QUANTIZE CONV_2D ADD QUANTIZE CONCATENATION MEAN LOGISTIC QUANTIZE DEQUANTIZE";
    assert_eq!(left.join(" "), expected, "{source}\n{model}");
    let after = run(&model);
    let steps = before.iter().zip(&after).map(|(before, after)| (before - after).abs() * 255.0);
    assert!(steps.fold(0.0, f32::max) <= 2.01, "{before:?} {after:?}");
    Ok(())
}

#[test]
fn passes_can_be_chosen() {
    let mut model = Model { graphs: vec![Graph::new("main")], ..Model::default() };
    let error = passes::run(&mut model, Some(&["layuot".into()]), |_, _| {}).unwrap_err();
    assert!(error.to_string().contains("the passes are dead_code, "), "{error}");
    passes::run(&mut model, Some(&["layout".into()]), |_, _| panic!("there is nothing to change")).unwrap();
}

#[test]
fn passes_are_documented() {
    let page = include_str!("../../../../docs/converting.md");
    let stage = |stage| if stage == passes::Stage::Tidy { "tidy" } else { "lower" };
    for pass in passes::PASSES {
        let row = format!("| `{}` | {} | {} |", pass.name, stage(pass.stage), pass.summary);
        assert!(page.contains(&row), "docs/converting.md lacks {row:?}");
    }
}

#[test]
fn graphs_of_different_sources_become_alike() {
    let text = |is_other: bool| {
        let mut model = Model { graphs: vec![Graph::new("main")], ..Model::default() };
        let mut b = Builder::new(&mut model, 0);
        let x = b.input("x", DType::F32, &[1, 4, 4, 2].map(Size::Fixed));
        let (op, shape, elements): (B, &[usize], [f32; 2]) =
            if is_other { (B::DIV, &[1, 1, 1, 2], [4.0, 8.0]) } else { (B::MUL, &[2], [0.25, 0.125]) };
        let constant = b.constant(shape, &elements).unwrap();
        let y = b.binary(op, x, constant).unwrap();
        let options =
            owned::ConcatenationOptions { axis: if is_other { -1 } else { 3 }, ..Default::default() };
        let y = b.add(Op::with(B::CONCATENATION, options), &[x, y]).unwrap();
        b.output(y);
        passes::run(&mut model, None, |_, _| {}).unwrap();
        model.text(featherlite_ir::Names::Numbers)
    };
    assert_eq!(text(false), text(true));
}

#[test]
fn shapes_are_computed_in_vectors() -> Result<()> {
    let text = |is_packed: bool| -> Result<String> {
        let mut model = Model { graphs: vec![Graph::new("main")], ..Model::default() };
        let mut b = Builder::new(&mut model, 0);
        let open = Size::Open("rows".into());
        let x = b.input("x", DType::F32, &[open.clone(), open, Size::Fixed(6)]);
        let shape = b.shape_of(x)?;
        let target = if is_packed {
            let [begin, end, step] = [0, 1, 1].map(|at| b.constant(&[1], &[at]));
            let options = owned::StridedSliceOptions { shrink_axis_mask: 1, ..Default::default() };
            let op = Op::with(B::STRIDED_SLICE, options);
            let rows = b.add_typed(op, &[shape, begin?, end?, step?], DType::I32)?;
            let (two, three) = (b.scalar(2i32)?, b.scalar(3i32)?);
            let options = owned::PackOptions { values_count: 4, axis: 0 };
            b.add(Op::with(B::PACK, options), &[rows, rows, two, three])?
        } else {
            let rows = b.slice(shape, &[0], &[1])?;
            let rest = b.constant(&[2], &[2, 3])?;
            b.concatenation(&[rows, rows, rest], 0)?
        };
        let y = b.add(Op::with(B::RESHAPE, owned::ReshapeOptions::default()), &[x, target])?;
        b.output(y);
        passes::run(&mut model, None, |_, _| {})?;
        Ok(model.text(featherlite_ir::Names::Numbers))
    };
    assert!(text(true)?.contains("CONCATENATION"), "{}", text(true)?);
    assert_eq!(text(true)?, text(false)?);
    Ok(())
}
