//! Which versions nodes are written with, and the release that a file asks for.

use featherlite_base::DType::{self, Bool, F8E4M3, F16, F32, I4, I8, I16, I32, I64, U8};
use featherlite_base::Quantization;
use featherlite_convert::export;
use featherlite_ir::{Dim, Graph, Model, Node, Op, Value};
use featherlite_schema::owned::{self, BuiltinOptions};
use featherlite_schema::{BuiltinOperator as B, TensorType};

/// An operand: type, sizes, and its scales along an axis.
#[derive(Clone, Copy)]
struct Operand(DType, &'static [usize], &'static [f32], usize);

const fn plain(dtype: DType, sizes: &'static [usize]) -> Operand {
    Operand(dtype, sizes, &[], 0)
}

const fn scaled(dtype: DType, sizes: &'static [usize], scales: &'static [f32]) -> Operand {
    Operand(dtype, sizes, scales, 0)
}

impl Operand {
    fn value(self, name: String) -> Value {
        let Self(dtype, sizes, scales, axis) = self;
        let value = Value::new(name, dtype).with_shape(sizes.iter().copied().map(Dim::fixed).collect());
        match scales {
            [] => value,
            _ => value.with_quantization(Quantization::per_axis(scales.into(), vec![0; scales.len()], axis)),
        }
    }
}

fn model(op: Op, inputs: &[Option<Operand>], outputs: &[Operand]) -> Model {
    let mut graph = Graph::new("main");
    let mut value = |operand: &Operand| graph.add_value(operand.value(format!("{:?}", operand.0)));
    let inputs: Vec<_> = inputs.iter().map(|input| input.as_ref().map(&mut value)).collect();
    let outputs: Vec<_> = outputs.iter().map(&mut value).collect();
    graph.inputs = inputs.iter().flatten().copied().collect();
    graph.outputs.clone_from(&outputs);
    graph.push(Node { name: "node".into(), op, inputs, outputs, intermediates: Vec::new() });
    Model { graphs: vec![graph], ..Model::default() }
}

/// The version of the only node, and the release that the file asks for.
fn exported(op: Op, inputs: &[Option<Operand>], outputs: &[Operand]) -> (i32, String) {
    let model = model(op, inputs, outputs);
    let file = export::export(&model).unwrap();
    let metadata = file.metadata.iter().find(|entry| entry.name == "min_runtime_version").unwrap();
    let release = file.buffers[metadata.buffer as usize].data.as_ref().unwrap();
    let release = String::from_utf8_lossy(release).trim_end_matches('\0').to_owned();
    (file.operator_codes[0].version, release)
}

/// Operators without options, by the types of their operands.
#[test]
fn element_types_and_ranks() {
    const V: &[usize] = &[1];
    const FOUR: &[usize] = &[1, 2, 3, 4];
    const FIVE: &[usize] = &[1, 1, 2, 3, 4];
    const SIX: &[usize] = &[1, 1, 1, 2, 3, 4];
    let permutation = |rank| plain(I32, rank);
    let half = |dtype| scaled(dtype, FOUR, &[0.5]);
    let cases: &[(B, &[Operand], Operand, i32, &str)] = &[
        (B::RELU, &[plain(F32, FOUR)], plain(F32, FOUR), 1, "1.5.0"),
        (B::RELU, &[half(I8)], half(I8), 2, "2.1.0"),
        (B::RELU, &[half(I16)], half(I16), 3, "2.5.0"),
        (B::LOGISTIC, &[half(U8)], half(U8), 1, "1.14.0"),
        (B::LOGISTIC, &[half(I8)], half(I8), 2, "1.14.0"),
        (B::MEAN, &[half(I8), plain(I32, V)], half(I8), 2, "1.14.0"),
        (B::TRANSPOSE, &[plain(F32, FOUR), permutation(&[4])], plain(F32, FOUR), 1, "1.6.0"),
        (B::TRANSPOSE, &[plain(F32, FIVE), permutation(&[5])], plain(F32, FIVE), 4, "2.3.0"),
        (B::TRANSPOSE, &[plain(F32, SIX), permutation(&[6])], plain(F32, SIX), 6, "2.12.0"),
        (B::TRANSPOSE, &[plain(I16, SIX), permutation(&[6])], plain(I16, SIX), 6, "2.12.0"),
        (B::TRANSPOSE, &[plain(I16, FIVE), permutation(&[5])], plain(I16, FIVE), 5, "2.4.0"),
        (B::TRANSPOSE, &[plain(I4, FOUR), permutation(&[4])], plain(I4, FOUR), 7, "2.14.4"),
        (B::PAD, &[plain(F32, FIVE), plain(I32, &[5, 2])], plain(F32, FIVE), 4, "2.6.0"),
        (B::PAD, &[half(I8), plain(I32, &[4, 2])], half(I8), 2, "1.14.0"),
        (B::SUB, &[plain(F32, FIVE), plain(F32, FIVE)], plain(F32, FIVE), 1, "1.6.0"),
        (B::SUB, &[plain(F32, FIVE), plain(F32, V)], plain(F32, FIVE), 3, "2.3.0"),
        (B::SUB, &[plain(I64, V), plain(I64, V)], plain(I64, V), 4, "2.4.0"),
        (B::MAXIMUM, &[half(I8), half(I8)], half(I8), 2, "1.14.0"),
        (B::ADD, &[plain(I64, V), plain(I64, V)], plain(I64, V), 4, "2.6.0"),
        (B::ADD, &[plain(I16, V), plain(I16, V)], plain(I16, V), 5, "2.13.0"),
        (B::ADD, &[plain(F16, V), plain(F16, V)], plain(F16, V), 6, "2.23.0"),
        (B::MUL, &[half(I8), half(I8)], scaled(I8, FOUR, &[0.5]), 2, "1.14.0"),
        (B::MUL, &[half(I8), half(I8)], scaled(I8, FOUR, &[0.25]), 3, "1.15.0"),
        (B::MUL, &[half(U8), half(U8)], scaled(U8, FOUR, &[0.125]), 3, "1.15.0"),
        (B::MUL, &[half(I16), half(I16)], half(I16), 4, "2.3.0"),
        (B::MUL, &[plain(I16, V), plain(I16, V)], plain(I16, V), 7, "2.13.0"),
        (B::ABS, &[half(I16)], half(I16), 3, "2.5.0"),
        (B::ABS, &[plain(I16, V)], plain(I16, V), 4, "2.6.0"),
        (B::CAST, &[plain(F32, V)], plain(I32, V), 1, "1.5.0"),
        (B::CAST, &[plain(U8, V)], plain(F16, V), 5, "2.12.0"),
        (B::CAST, &[plain(I4, V)], plain(F32, V), 6, "2.15.0"),
        (B::PACK, &[plain(F8E4M3, V)], plain(F8E4M3, &[1, 1]), 5, "2.23.0"),
        (B::WHERE, &[plain(Bool, V)], plain(I64, &[1, 1]), 1, "1.14.0"),
        (B::WHERE, &[plain(F32, V)], plain(I64, &[1, 1]), 2, "2.8.0"),
        (B::BROADCAST_TO, &[plain(F32, V), plain(I32, V)], plain(F32, V), 2, "2.5.0"),
        (B::BROADCAST_TO, &[half(I8), plain(I32, &[4])], half(I8), 3, "2.5.0"),
        (
            B::SPACE_TO_BATCH_ND,
            &[plain(F32, FOUR), plain(I32, &[2]), plain(I32, &[2, 2])],
            plain(F32, FOUR),
            1,
            "1.6.0",
        ),
        (B::QUANTIZE, &[plain(F32, V)], scaled(I8, V, &[0.5]), 1, "1.14.0"),
        (B::QUANTIZE, &[plain(F32, V)], scaled(I16, V, &[0.5]), 2, "1.15.0"),
        (B::QUANTIZE, &[plain(F32, &[2, 3])], scaled(I8, &[2, 3], &[0.5, 0.25]), 3, "2.7.0"),
        (B::DEQUANTIZE, &[plain(F16, V)], plain(F32, V), 3, "1.15.0"),
        (B::DEQUANTIZE, &[half(I8)], plain(F32, FOUR), 2, "1.14.0"),
        (B::DEQUANTIZE, &[scaled(I8, &[2, 3], &[0.5, 0.25])], plain(F32, &[2, 3]), 5, "2.7.0"),
        (B::FILL, &[plain(I32, V), plain(Bool, &[])], plain(Bool, V), 2, "2.3.0"),
        (B::EMBEDDING_LOOKUP, &[plain(I32, V), plain(F32, &[2, 3])], plain(F32, &[1, 3]), 1, "1.13.0"),
        (
            B::EMBEDDING_LOOKUP,
            &[plain(I32, V), scaled(I8, &[2, 3], &[0.5, 0.25])],
            plain(F32, &[1, 3]),
            4,
            "2.18.0",
        ),
    ];
    for &(code, inputs, output, version, release) in cases {
        let inputs: Vec<_> = inputs.iter().copied().map(Some).collect();
        let found = exported(Op::builtin(code), &inputs, &[output]);
        let types: Vec<_> = inputs.iter().flatten().map(|operand| (operand.0, operand.1.len())).collect();
        assert_eq!(found, (version, release.to_owned()), "{code:?} {types:?}");
    }
}

/// Layers with weights: the image or row, the weights, whether there is a bias, and the options.
/// An operator with options, inputs and an output, and the version that it needs.
type OptionsCase = (B, BuiltinOptions, Vec<Option<Operand>>, Operand, i32);

#[test]
fn layers() {
    const IMAGE: &[usize] = &[1, 4, 4, 2];
    const OUT: &[usize] = &[1, 4, 4, 2];
    const FILTERS: &[usize] = &[2, 3, 3, 2];
    const HALF: &[f32] = &[0.5];
    const TWO: &[f32] = &[0.5, 0.25];
    let conv = |bias_type| {
        BuiltinOptions::from(owned::Conv2DOptions { quantized_bias_type: bias_type, ..Default::default() })
    };
    let plain_conv = || conv(TensorType::FLOAT32);
    let depthwise = |dilation| {
        BuiltinOptions::from(owned::DepthwiseConv2DOptions {
            dilation_w_factor: dilation,
            dilation_h_factor: dilation,
            ..Default::default()
        })
    };
    let product = |keep_num_dims, asymmetric_quantize_inputs| {
        BuiltinOptions::from(owned::FullyConnectedOptions {
            keep_num_dims,
            asymmetric_quantize_inputs,
            ..Default::default()
        })
    };
    let f32 = |sizes| plain(F32, sizes);
    let i8 = |sizes| scaled(I8, sizes, HALF);
    let i16 = |sizes| scaled(I16, sizes, HALF);
    let (bias, wide_bias) = (plain(I32, &[2]), plain(I64, &[2]));
    let depthwise_filters = Operand(I8, &[1, 3, 3, 2], TWO, 3);
    let cases: Vec<OptionsCase> = vec![
        (B::CONV_2D, plain_conv(), vec![Some(f32(IMAGE)), Some(f32(FILTERS)), Some(f32(&[2]))], f32(OUT), 1),
        (B::CONV_2D, plain_conv(), vec![Some(f32(IMAGE)), Some(i8(FILTERS)), Some(f32(&[2]))], f32(OUT), 2),
        (B::CONV_2D, plain_conv(), vec![Some(i8(IMAGE)), Some(i8(FILTERS)), Some(bias)], i8(OUT), 3),
        (B::CONV_2D, plain_conv(), vec![Some(i16(IMAGE)), Some(i8(FILTERS)), Some(wide_bias)], i16(OUT), 4),
        (
            B::CONV_2D,
            plain_conv(),
            vec![Some(f32(IMAGE)), Some(scaled(I8, FILTERS, TWO)), Some(f32(&[2]))],
            f32(OUT),
            5,
        ),
        (B::CONV_2D, plain_conv(), vec![Some(i8(IMAGE)), Some(i8(&[2, 3, 3, 1])), Some(bias)], i8(OUT), 6),
        (
            B::CONV_2D,
            plain_conv(),
            vec![Some(i8(IMAGE)), Some(scaled(I4, FILTERS, TWO)), Some(bias)],
            i8(OUT),
            7,
        ),
        (
            B::CONV_2D,
            conv(TensorType::INT32),
            vec![Some(i16(IMAGE)), Some(i8(FILTERS)), Some(bias)],
            i16(OUT),
            8,
        ),
        (
            B::DEPTHWISE_CONV_2D,
            depthwise(1),
            vec![Some(f32(IMAGE)), Some(f32(&[1, 3, 3, 2])), Some(f32(&[2]))],
            f32(OUT),
            1,
        ),
        (
            B::DEPTHWISE_CONV_2D,
            depthwise(2),
            vec![Some(f32(IMAGE)), Some(f32(&[1, 3, 3, 2])), Some(f32(&[2]))],
            f32(OUT),
            2,
        ),
        (
            B::DEPTHWISE_CONV_2D,
            depthwise(2),
            vec![Some(i8(IMAGE)), Some(depthwise_filters), Some(bias)],
            i8(OUT),
            3,
        ),
        (
            B::DEPTHWISE_CONV_2D,
            depthwise(1),
            vec![Some(f32(IMAGE)), Some(depthwise_filters), Some(f32(&[2]))],
            f32(OUT),
            6,
        ),
        (
            B::FULLY_CONNECTED,
            product(false, false),
            vec![Some(f32(&[1, 3])), Some(f32(&[2, 3])), Some(f32(&[2]))],
            f32(&[1, 2]),
            1,
        ),
        (
            B::FULLY_CONNECTED,
            product(false, false),
            vec![Some(f32(&[1, 3])), Some(f32(&[2, 3])), None],
            f32(&[1, 2]),
            1,
        ),
        (
            B::FULLY_CONNECTED,
            product(true, false),
            vec![Some(f32(&[1, 3])), Some(f32(&[2, 3]))],
            f32(&[1, 2]),
            6,
        ),
        (
            B::FULLY_CONNECTED,
            product(true, false),
            vec![Some(i8(&[1, 3])), Some(i8(&[2, 3])), Some(bias)],
            i8(&[1, 2]),
            5,
        ),
        (
            B::FULLY_CONNECTED,
            product(false, false),
            vec![Some(i8(&[1, 3])), Some(i8(&[2, 3])), Some(bias)],
            i8(&[1, 2]),
            4,
        ),
        (
            B::FULLY_CONNECTED,
            product(false, false),
            vec![Some(f32(&[1, 3])), Some(i8(&[2, 3])), Some(f32(&[2]))],
            f32(&[1, 2]),
            3,
        ),
        (
            B::FULLY_CONNECTED,
            product(false, true),
            vec![Some(f32(&[1, 3])), Some(i8(&[2, 3])), Some(f32(&[2]))],
            f32(&[1, 2]),
            9,
        ),
        (
            B::FULLY_CONNECTED,
            product(false, true),
            vec![Some(f32(&[1, 3])), Some(scaled(I8, &[2, 3], TWO)), Some(f32(&[2]))],
            f32(&[1, 2]),
            12,
        ),
        (
            B::FULLY_CONNECTED,
            product(false, false),
            vec![Some(i16(&[1, 3])), Some(i8(&[2, 3])), Some(wide_bias)],
            i16(&[1, 2]),
            7,
        ),
    ];
    for (code, options, inputs, output, version) in cases {
        let op = Op { options: Some(options), ..Op::builtin(code) };
        let context =
            format!("{op:?} {:?}", inputs.iter().map(|input| input.map(|it| it.0)).collect::<Vec<_>>());
        assert_eq!(exported(op, &inputs, &[output]).0, version, "{context}");
    }
}

#[test]
fn options() {
    let f32 = |sizes| Some(plain(F32, sizes));
    let image = || f32(&[1, 2, 2, 1]);
    let sum = |pot_scale_int16| owned::AddOptions { pot_scale_int16, ..Default::default() };
    let i16 = scaled(I16, &[1], &[0.5]);
    let cases: Vec<(Op, Vec<Option<Operand>>, Operand, i32)> = vec![
        (Op::with(B::ADD, sum(true)), vec![Some(i16), Some(i16)], i16, 1),
        (Op::with(B::ADD, sum(false)), vec![Some(i16), Some(i16)], i16, 3),
        (
            Op::with(
                B::RESIZE_BILINEAR,
                owned::ResizeBilinearOptions { half_pixel_centers: true, ..Default::default() },
            ),
            vec![image(), Some(plain(I32, &[2]))],
            plain(F32, &[1, 4, 4, 1]),
            3,
        ),
        (
            Op::with(B::GATHER, owned::GatherOptions { batch_dims: 1, axis: 1 }),
            vec![f32(&[2, 3]), Some(plain(I32, &[2, 1]))],
            plain(F32, &[2, 1]),
            5,
        ),
        (
            Op::with(B::GATHER, owned::GatherOptions::default()),
            vec![f32(&[2, 3]), Some(plain(I16, &[1]))],
            plain(F32, &[1, 3]),
            6,
        ),
        (
            Op::with(B::STRIDED_SLICE, owned::StridedSliceOptions { new_axis_mask: 1, ..Default::default() }),
            vec![f32(&[2]), Some(plain(I32, &[1])), Some(plain(I32, &[1])), Some(plain(I32, &[1]))],
            plain(F32, &[1, 2]),
            6,
        ),
        (
            Op::with(B::TRANSPOSE_CONV, owned::TransposeConvOptions::default()),
            vec![Some(plain(I32, &[4])), f32(&[1, 1, 1, 1]), image(), f32(&[1])],
            plain(F32, &[1, 2, 2, 1]),
            3,
        ),
    ];
    for (op, inputs, output, version) in cases {
        let context = format!("{op:?}");
        assert_eq!(exported(op, &inputs, &[output]).0, version, "{context}");
    }
}
