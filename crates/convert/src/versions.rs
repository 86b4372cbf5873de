//! Operator versions beyond what element types ask for, and the runtime release that a file needs.

use featherlite_ir::{Code, Graph, Node};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::{self, BuiltinOptions};

/// The version of a node whose element types need `version` at least: some shapes and options came later.
pub(crate) fn needed(graph: &Graph, node: &Node, version: i32) -> i32 {
    let Code::Builtin(code) = node.op.code else { return version };
    let rank = |input: usize| {
        node.input(input).and_then(|value| graph.value(value).shape.as_ref().map(Vec::len)).unwrap_or(0)
    };
    let by_option = match (&node.op.options, code) {
        (Some(BuiltinOptions::FullyConnectedOptions(options)), _) if options.keep_num_dims => 5,
        (Some(BuiltinOptions::DepthwiseConv2DOptions(options)), _)
            if (options.dilation_w_factor, options.dilation_h_factor) != (1, 1) =>
        {
            2
        }
        (Some(BuiltinOptions::ResizeBilinearOptions(options)), _) if options.half_pixel_centers => 3,
        (Some(BuiltinOptions::ResizeNearestNeighborOptions(options)), _)
            if options.half_pixel_centers || options.align_corners =>
        {
            3
        }
        (Some(BuiltinOptions::GatherOptions(options)), _) if options.batch_dims != 0 => 5,
        (Some(BuiltinOptions::StridedSliceOptions(options)), _) if options.offset => 8,
        (_, B::FULLY_CONNECTED) if node.input(2).is_none() => 6,
        (_, B::TRANSPOSE_CONV) if node.input(3).is_some() => 3,
        (_, B::BROADCAST_TO) => 2,
        (_, B::STRIDED_SLICE) if rank(0) > 4 => 4,
        (_, B::SLICE) if rank(0) > 4 => 5,
        (_, B::TRANSPOSE) if rank(0) > 5 => 6,
        (_, B::TRANSPOSE) if rank(0) > 4 => 4,
        (_, B::PAD | B::PADV2) if rank(0) > 4 => 3,
        (_, B::SPACE_TO_BATCH_ND | B::BATCH_TO_SPACE_ND) if rank(0) != 4 => 3,
        (_, B::REVERSE_V2) if rank(0) > 8 => 3,
        (_, B::SUB | B::DIV) if rank(0) > 4 || rank(1) > 4 => 3,
        (_, B::ADD | B::MUL) if rank(0) > 6 || rank(1) > 6 => 6,
        _ => 1,
    };
    version.max(by_option)
}

/// The first release of TensorFlow Lite that has a version of an operator; the lists hold versions 1, 2, ….
fn release(code: B, version: i32) -> (u32, u32) {
    let releases: &[(u32, u32)] = match code {
        B::CONV_2D => &[(1, 5), (1, 14), (1, 14), (2, 3), (2, 4), (2, 9), (2, 11), (2, 15)],
        B::DEPTHWISE_CONV_2D => &[(1, 5), (1, 12), (1, 14), (2, 2), (2, 3), (2, 3), (2, 11)],
        B::FULLY_CONNECTED => &[
            (1, 5),
            (1, 10),
            (1, 14),
            (1, 14),
            (2, 0),
            (2, 1),
            (2, 3),
            (2, 3),
            (2, 3),
            (2, 11),
            (2, 15),
            (2, 17),
            (2, 18),
            (2, 19),
        ],
        B::ADD => &[(1, 5), (1, 14), (2, 4), (2, 6), (2, 13), (2, 18)],
        B::MUL => &[(1, 5), (1, 14), (1, 15), (2, 3), (2, 6), (2, 11), (2, 13), (2, 18)],
        B::SUB => &[(1, 6), (1, 14), (2, 3), (2, 4), (2, 4)],
        B::BATCH_MATMUL => &[(2, 3), (2, 3), (2, 4), (2, 15)],
        B::GELU => &[(2, 9), (2, 9), (2, 19)],
        B::SELECT_V2 => &[(2, 2), (2, 13)],
        B::RESIZE_BILINEAR => &[(1, 7), (1, 14), (2, 2), (2, 5)],
        B::RESIZE_NEAREST_NEIGHBOR => &[(1, 13), (1, 14), (2, 3), (2, 4)],
        B::TRANSPOSE_CONV => &[(1, 9), (2, 2), (2, 3), (2, 13), (2, 16)],
        B::TRANSPOSE => &[(1, 6), (1, 14), (1, 15), (2, 3), (2, 4), (2, 12)],
        B::BROADCAST_TO => &[(2, 5), (2, 5), (2, 5), (2, 19)],
        B::CONV_3D | B::CUMSUM | B::RFFT2D => &[(2, 5)],
        B::HARD_SWISH | B::IF | B::WHILE => &[(1, 15)],
        B::VAR_HANDLE | B::READ_VARIABLE | B::ASSIGN_VARIABLE | B::CALL_ONCE => &[(2, 6)],
        B::DYNAMIC_UPDATE_SLICE => &[(2, 9), (2, 17)],
        B::UNIDIRECTIONAL_SEQUENCE_LSTM => &[(1, 13), (1, 14), (2, 3), (2, 14)],
        B::MEAN => &[(1, 6), (1, 14), (2, 4)],
        B::CONCATENATION => &[(1, 5), (1, 14), (2, 3), (2, 14)],
        B::SOFTMAX => &[(1, 5), (1, 14), (2, 3), (2, 20)],
        B::QUANTIZE => &[(1, 14), (1, 15), (2, 7)],
        B::DEQUANTIZE => &[(1, 13), (1, 14), (1, 15), (2, 2), (2, 7), (2, 18)],
        _ => &[(1, 14), (2, 3), (2, 5), (2, 9), (2, 13), (2, 18)],
    };
    let index = usize::try_from(version - 1).unwrap_or(0);
    releases.get(index).or(releases.last()).copied().unwrap_or((1, 5))
}

/// Bytes that the entry has in files.
const VERSION_BYTES: usize = 16;

/// The contents of the metadata `min_runtime_version`: the release as text, padded with zeros.
pub(crate) fn min_runtime_version(file: &owned::Model<'_>) -> Vec<u8> {
    let codes = file.operator_codes.iter();
    let newest = codes.map(|code| release(code.builtin_code, code.version)).max().unwrap_or((1, 5));
    let mut text = format!("{}.{}.0", newest.0, newest.1).into_bytes();
    text.resize(VERSION_BYTES, 0);
    text
}
