//! Building graphs: types, shapes and constants follow at once.

use featherlite_base::DType;
use featherlite_convert::build::{Builder, Size, Window};
use featherlite_convert::{Result, export, import};
use featherlite_ir::{Graph, Model, Names, Op};
use featherlite_schema::{BuiltinOperator as B, TensorType, owned};

fn model() -> Model {
    Model { graphs: vec![Graph::new("main")], ..Model::default() }
}

fn image(builder: &mut Builder<'_>) -> featherlite_ir::ValueId {
    let open = |name: &str| Size::Open(name.into());
    builder.input("image", DType::F32, &[open("batch"), open("height"), Size::Fixed(32), Size::Fixed(3)])
}

#[test]
fn shapes_follow_open_sizes() -> Result<()> {
    let mut model = model();
    let mut builder = Builder::new(&mut model, 0);
    let image = image(&mut builder);
    let weights = builder.constant(&[4, 3, 3, 3], &[0.5f32; 108])?;
    let window = Window { strides: [2, 2], is_same: true, ..Window::default() };
    let x = builder.conv_2d(image, weights, None, window)?;
    // Flattened by the arithmetic that sources write: the batch of the shape, and the rest.
    let shape = builder.shape_of(x)?;
    let [begin, end, steps] = [0, 1, 1].map(|index: i32| builder.constant(&[1], &[index]));
    let options = owned::StridedSliceOptions { shrink_axis_mask: 1, ..Default::default() };
    let batch = builder.add(Op::with(B::STRIDED_SLICE, options), &[shape, begin?, end?, steps?])?;
    let rest = builder.scalar(-1i32)?;
    let pack = owned::PackOptions { values_count: 2, axis: 0 };
    let flat = builder.add(Op::with(B::PACK, pack), &[batch, rest])?;
    let y = builder.add(Op::with(B::RESHAPE, owned::ReshapeOptions::default()), &[x, flat])?;
    builder.output(y);
    let text = model.text(Names::Own);
    assert!(text.contains("FLOAT32[batch,height/2,16,4] = CONV_2D"), "{text}");
    assert!(text.contains("[batch,32*height] = RESHAPE"), "{text}");
    model.check()?;

    // The same from the file, which says -1 where sizes are open.
    let file = export::to_bytes(&model)?;
    let read = import::tflite::from_bytes(file.into())?;
    assert_eq!(read.graphs[0].node_count(), model.graphs[0].node_count());
    let signature = &export::export(&read)?.subgraphs[0].tensors[0].shape_signature;
    assert_eq!(signature.as_deref(), Some(&[-1, -1, 32, 3][..]));
    Ok(())
}

#[test]
fn constants_are_folded() -> Result<()> {
    let mut model = model();
    let mut builder = Builder::new(&mut model, 0);
    let image = builder.input("image", DType::F32, &[2, 4, 6, 3].map(Size::Fixed));
    let shape = builder.shape_of(image)?;
    assert_eq!(builder.integers(shape), Some(vec![2, 4, 6, 3]));
    let weights = builder.constant(&[2, 3], &[1f32, 2.0, 3.0, 4.0, 5.0, 6.0])?;
    let weights = builder.transpose(weights, &[1, 0])?;
    assert_eq!(builder.elements::<f32>(weights), Some(&[1.0, 4.0, 2.0, 5.0, 3.0, 6.0][..]));
    let doubled = builder.binary(B::ADD, weights, weights)?;
    assert_eq!(builder.fixed_dims(doubled)?, [3, 2]);
    assert_eq!(builder.elements::<f32>(doubled).unwrap()[5], 12.0);
    assert_eq!(model.graphs[0].node_count(), 0);
    Ok(())
}

#[test]
fn faults_name_node_operator_and_operands() {
    let mut model = model();
    let mut builder = Builder::new(&mut model, 0);
    let image = image(&mut builder);
    builder.set_scope("block_1/conv");
    let weights = builder.constant(&[4, 3, 3, 5], &[0.5f32; 180]).unwrap();
    let error = builder.conv_2d(image, weights, None, Window::default()).unwrap_err();
    let text = error.to_string();
    for part in ["block_1/conv", "CONV_2D", "FLOAT32[?,?,32,3]", "FLOAT32[4,3,3,5]"] {
        assert!(text.contains(part), "{text}");
    }
    let integers = builder.constant(&[1], &[1i64]).unwrap();
    let error = builder.unary(B::LOGISTIC, integers).unwrap_err();
    assert!(error.message().contains("does not take (INT64)"), "{error}");
}

#[test]
fn exported_models_run() -> Result<()> {
    let mut model = model();
    let mut builder = Builder::new(&mut model, 0);
    let x = builder.input("x", DType::F32, &[Size::Open("n".into()), Size::Fixed(2)]);
    let weights = builder.constant(&[1, 2], &[2f32, -1.0])?;
    let y = builder.fully_connected(x, weights, None)?;
    let y = builder.cast(y, DType::I32)?;
    builder.rename(y, "y");
    builder.output(y);
    let file = export::export(&model)?;
    assert_eq!(file.subgraphs[0].tensors.last().unwrap().type_, TensorType::INT32);
    let ops = featherlite_ops::core::OpSet::new(featherlite_ops::ALL);
    let loaded = featherlite_runtime::Model::from_bytes(file.write()?, &ops)?;
    let mut session = loaded.session()?;
    session.resize_input(0, &[3, 2])?;
    session.input_mut::<f32>(0)?.copy_from_slice(&[1.0, 0.0, 0.0, 3.0, 5.0, 5.0]);
    session.run()?;
    assert_eq!(session.output(0)?.values::<i32>()?, [2, -3, 5]);
    Ok(())
}

#[test]
fn sizes_are_computed_as_sources_compute_them() -> Result<()> {
    let mut model = model();
    let mut builder = Builder::new(&mut model, 0);
    let image = image(&mut builder);
    let shape = builder.shape_of(image)?;
    let (first, last) = (builder.constant(&[3], &[0i32, 1, 2])?, builder.constant(&[1], &[3i32])?);
    let gather = || Op::with(B::GATHER, owned::GatherOptions { axis: 0, batch_dims: 0 });
    let outer = builder.add(gather(), &[shape, first])?;
    let outer = builder.reduce(B::REDUCE_PROD, outer, &[0], false)?;
    let inner = builder.add(gather(), &[shape, last])?;
    let inner = builder.reduce(B::REDUCE_PROD, inner, &[0], false)?;
    assert_eq!(builder.integers(inner), Some(vec![3]));
    let pack = owned::PackOptions { values_count: 2, axis: 0 };
    let target = builder.add(Op::with(B::PACK, pack), &[outer, inner])?;
    let y = builder.add(Op::with(B::RESHAPE, owned::ReshapeOptions::default()), &[image, target])?;
    let sizes: Vec<_> = (0..2).map(|trial| builder.graph().value(y).trial_shape(trial)).collect();
    let [batch, height] = [0, 1].map(|axis| builder.dims(image).unwrap()[axis]);
    let rows = |trial| batch.trial(trial) * height.trial(trial) * 32;
    assert_eq!(sizes, [Some(vec![rows(0), 3]), Some(vec![rows(1), 3])]);
    Ok(())
}
