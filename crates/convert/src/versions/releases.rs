use std::fmt;

use featherlite_schema::BuiltinOperator as B;

/// A release of TensorFlow Lite, such as 2.14.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release(pub u16, pub u16, pub u16);

impl Release {
    /// The first one that there was.
    pub const FIRST: Self = Self(1, 5, 0);
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// The first release that has a version of an operator; `None` if none has.
pub(super) fn of(code: B, version: i32) -> Option<Release> {
    let row = find(code)?;
    let index = usize::try_from(version.checked_sub(row.first)?).ok()?;
    row.releases.get(index).copied()
}

/// The highest version that a release has; 0 if none has the operator.
pub(super) fn highest(code: B) -> i32 {
    find(code).map_or(0, |row| row.first + row.releases.len() as i32 - 1)
}

fn find(code: B) -> Option<&'static Row> {
    RELEASES.iter().find(|row| row.code == code)
}

/// The releases that brought an operator's versions, from `first` on.
struct Row {
    code: B,
    first: i32,
    releases: &'static [Release],
}

const fn r(major: u16, minor: u16) -> Release {
    Release(major, minor, 0)
}

/// Facts from TensorFlow's list of operators and releases.
static RELEASES: &[Row] = &[
    Row { code: B::ABS, first: 1, releases: &[r(1, 13), r(2, 4), r(2, 5), r(2, 6), r(2, 12)] },
    Row { code: B::ADD, first: 1, releases: &[r(1, 5), r(1, 14), r(2, 4), r(2, 6), r(2, 13), r(2, 23)] },
    Row { code: B::ADD_N, first: 1, releases: &[r(1, 14)] },
    Row { code: B::ARG_MAX, first: 1, releases: &[r(1, 9), r(1, 14), r(2, 9)] },
    Row { code: B::ARG_MIN, first: 1, releases: &[r(1, 9), r(1, 14), r(2, 9)] },
    Row { code: B::ASSIGN_VARIABLE, first: 1, releases: &[r(2, 6)] },
    Row { code: B::ATAN2, first: 1, releases: &[r(2, 10)] },
    Row { code: B::AVERAGE_POOL_2D, first: 1, releases: &[r(1, 5), r(1, 14), r(2, 3)] },
    Row { code: B::BATCH_MATMUL, first: 1, releases: &[r(2, 3), r(2, 3), r(2, 4), r(2, 5)] },
    Row { code: B::BATCH_TO_SPACE_ND, first: 1, releases: &[r(1, 6), r(1, 14), r(2, 3), r(2, 12)] },
    Row { code: B::BIDIRECTIONAL_SEQUENCE_LSTM, first: 1, releases: &[r(1, 14), r(1, 14), r(1, 14)] },
    Row { code: B::BIDIRECTIONAL_SEQUENCE_RNN, first: 1, releases: &[r(1, 14), r(1, 14), r(2, 3)] },
    Row { code: B::BITCAST, first: 1, releases: &[r(2, 13)] },
    Row { code: B::BITWISE_XOR, first: 1, releases: &[r(2, 13)] },
    Row { code: B::BROADCAST_ARGS, first: 1, releases: &[r(2, 6)] },
    Row { code: B::BROADCAST_TO, first: 2, releases: &[r(2, 5), r(2, 5), r(2, 23)] },
    Row { code: B::BUCKETIZE, first: 1, releases: &[r(2, 8)] },
    Row { code: B::CALL_ONCE, first: 1, releases: &[r(2, 5)] },
    Row {
        code: B::CAST,
        first: 1,
        releases: &[r(1, 5), r(2, 7), r(2, 8), r(2, 9), r(2, 12), r(2, 15), r(2, 17), r(2, 21), r(2, 23)],
    },
    Row { code: B::CEIL, first: 1, releases: &[r(1, 14)] },
    Row { code: B::COMPLEX_ABS, first: 1, releases: &[r(2, 5)] },
    Row {
        code: B::CONCATENATION,
        first: 1,
        releases: &[r(1, 5), r(1, 14), r(2, 3), r(2, 14), r(2, 21), r(2, 23), r(2, 23)],
    },
    Row {
        code: B::CONV_2D,
        first: 1,
        releases: &[r(1, 5), r(1, 14), r(1, 14), r(2, 3), r(2, 4), r(2, 9), r(2, 11), r(2, 15)],
    },
    Row { code: B::CONV_3D, first: 1, releases: &[r(2, 5)] },
    Row { code: B::CONV_3D_TRANSPOSE, first: 1, releases: &[r(2, 6)] },
    Row { code: B::COS, first: 1, releases: &[r(1, 14), r(2, 23)] },
    Row { code: B::CUMSUM, first: 1, releases: &[r(2, 4)] },
    Row { code: B::DENSIFY, first: 1, releases: &[r(2, 2)] },
    Row {
        code: B::DEPTHWISE_CONV_2D,
        first: 1,
        releases: &[r(1, 5), r(1, 12), r(1, 14), r(2, 2), r(2, 3), r(2, 3), r(2, 11)],
    },
    Row { code: B::DEPTH_TO_SPACE, first: 1, releases: &[r(2, 1), r(2, 5)] },
    Row {
        code: B::DEQUANTIZE,
        first: 1,
        releases: &[
            Release(1, 13, 1),
            r(1, 14),
            r(1, 15),
            r(2, 2),
            r(2, 7),
            r(2, 18),
            r(2, 21),
            r(2, 22),
            r(2, 23),
        ],
    },
    Row { code: B::DILATE, first: 1, releases: &[r(2, 15)] },
    Row { code: B::DIV, first: 1, releases: &[r(1, 6), r(2, 3)] },
    Row {
        code: B::DYNAMIC_UPDATE_SLICE,
        first: 1,
        releases: &[r(2, 9), r(2, 17), r(2, 19), r(2, 20), r(2, 21), r(2, 22)],
    },
    Row { code: B::ELU, first: 1, releases: &[r(1, 14)] },
    Row {
        code: B::EMBEDDING_LOOKUP,
        first: 1,
        releases: &[r(1, 13), r(1, 14), r(1, 14), r(2, 18), r(2, 21)],
    },
    Row { code: B::EMBEDDING_LOOKUP_SPARSE, first: 1, releases: &[r(1, 5)] },
    Row { code: B::EQUAL, first: 1, releases: &[r(1, 14), r(1, 14), r(2, 3), r(2, 13), r(2, 21)] },
    Row { code: B::EXP, first: 1, releases: &[r(1, 7), r(2, 12)] },
    Row { code: B::EXPAND_DIMS, first: 1, releases: &[r(1, 10)] },
    Row { code: B::FAKE_QUANT, first: 1, releases: &[r(1, 5), r(1, 10)] },
    Row { code: B::FILL, first: 1, releases: &[r(1, 13), r(2, 3), r(2, 5), r(2, 12), r(2, 23)] },
    Row { code: B::FLOOR, first: 1, releases: &[r(1, 9)] },
    Row { code: B::FLOOR_DIV, first: 1, releases: &[r(1, 14), r(1, 14), r(2, 13)] },
    Row { code: B::FLOOR_MOD, first: 1, releases: &[r(1, 13), r(2, 13)] },
    Row {
        code: B::FULLY_CONNECTED,
        first: 1,
        releases: &[
            r(1, 5),
            r(1, 10),
            r(1, 14),
            r(1, 14),
            r(2, 0),
            r(2, 1),
            r(2, 3),
            r(2, 3),
            r(2, 3),
            r(2, 11),
            r(2, 15),
            r(2, 17),
            r(2, 18),
            r(2, 21),
        ],
    },
    Row {
        code: B::GATHER,
        first: 1,
        releases: &[r(1, 6), r(1, 14), r(1, 15), r(2, 4), r(2, 5), r(2, 13), r(2, 15), r(2, 23)],
    },
    Row {
        code: B::GATHER_ND,
        first: 1,
        releases: &[r(1, 14), r(2, 3), r(2, 5), r(2, 13), r(2, 16), r(2, 23)],
    },
    Row { code: B::GELU, first: 1, releases: &[r(2, 9), r(2, 9)] },
    Row { code: B::GREATER, first: 1, releases: &[r(1, 14), r(1, 14)] },
    Row { code: B::GREATER_EQUAL, first: 1, releases: &[r(1, 14), r(1, 14), r(2, 13)] },
    Row { code: B::HARD_SWISH, first: 1, releases: &[r(1, 15)] },
    Row { code: B::HASHTABLE, first: 1, releases: &[r(2, 5)] },
    Row { code: B::HASHTABLE_FIND, first: 1, releases: &[r(2, 5)] },
    Row { code: B::HASHTABLE_IMPORT, first: 1, releases: &[r(2, 5)] },
    Row { code: B::HASHTABLE_LOOKUP, first: 1, releases: &[r(1, 5)] },
    Row { code: B::HASHTABLE_SIZE, first: 1, releases: &[r(2, 5)] },
    Row { code: B::IF, first: 1, releases: &[r(1, 15)] },
    Row { code: B::IMAG, first: 1, releases: &[r(2, 5)] },
    Row { code: B::L2_NORMALIZATION, first: 1, releases: &[r(1, 5), r(1, 14)] },
    Row { code: B::L2_POOL_2D, first: 1, releases: &[r(1, 5)] },
    Row { code: B::LEAKY_RELU, first: 1, releases: &[Release(1, 13, 1), r(2, 3)] },
    Row { code: B::LESS, first: 1, releases: &[r(1, 14), r(1, 14), r(2, 13)] },
    Row { code: B::LESS_EQUAL, first: 1, releases: &[r(1, 14), r(1, 14)] },
    Row { code: B::LOCAL_RESPONSE_NORMALIZATION, first: 1, releases: &[r(1, 5)] },
    Row { code: B::LOG, first: 1, releases: &[r(1, 14), r(2, 15)] },
    Row { code: B::LOGICAL_AND, first: 1, releases: &[r(1, 11)] },
    Row { code: B::LOGICAL_NOT, first: 1, releases: &[r(1, 11)] },
    Row { code: B::LOGICAL_OR, first: 1, releases: &[r(1, 11)] },
    Row { code: B::LOGISTIC, first: 1, releases: &[r(1, 14), r(1, 14), r(2, 3)] },
    Row { code: B::LOG_SOFTMAX, first: 1, releases: &[r(1, 14), r(1, 14)] },
    Row { code: B::LSH_PROJECTION, first: 1, releases: &[r(1, 5)] },
    Row { code: B::LSTM, first: 1, releases: &[r(1, 7), r(1, 10), r(1, 14), r(2, 3)] },
    Row { code: B::MATRIX_DIAG, first: 1, releases: &[r(1, 14)] },
    Row { code: B::MATRIX_SET_DIAG, first: 1, releases: &[r(1, 14)] },
    Row { code: B::MAXIMUM, first: 1, releases: &[r(1, 14), r(1, 14), r(2, 3), r(2, 3)] },
    Row { code: B::MAX_POOL_2D, first: 1, releases: &[r(1, 5), r(1, 14), r(2, 3)] },
    Row { code: B::MEAN, first: 1, releases: &[r(1, 6), r(1, 14), r(2, 4)] },
    Row { code: B::MINIMUM, first: 1, releases: &[r(1, 14), r(1, 14), r(2, 3), r(2, 3)] },
    Row { code: B::MIRROR_PAD, first: 1, releases: &[Release(1, 13, 1), r(2, 3), r(2, 12)] },
    Row {
        code: B::MUL,
        first: 1,
        releases: &[r(1, 5), r(1, 14), r(1, 15), r(2, 3), r(2, 6), r(2, 11), r(2, 13), r(2, 23)],
    },
    Row { code: B::MULTINOMIAL, first: 1, releases: &[r(2, 8)] },
    Row { code: B::NEG, first: 1, releases: &[r(1, 9)] },
    Row { code: B::NON_MAX_SUPPRESSION_V4, first: 1, releases: &[r(2, 1)] },
    Row { code: B::NON_MAX_SUPPRESSION_V5, first: 1, releases: &[r(2, 1)] },
    Row { code: B::NOT_EQUAL, first: 1, releases: &[r(1, 14), r(1, 14), r(2, 3), r(2, 21)] },
    Row { code: B::ONE_HOT, first: 1, releases: &[r(1, 11)] },
    Row { code: B::PACK, first: 1, releases: &[r(1, 11), r(1, 14), r(2, 3), r(2, 13), r(2, 23)] },
    Row { code: B::PAD, first: 1, releases: &[r(1, 5), r(1, 14), r(2, 4), r(2, 6), r(2, 20), r(2, 23)] },
    Row { code: B::PADV2, first: 1, releases: &[r(1, 9), r(1, 14), r(2, 4), r(2, 6), r(2, 20), r(2, 23)] },
    Row { code: B::POW, first: 1, releases: &[r(1, 10)] },
    Row { code: B::PRELU, first: 1, releases: &[r(1, 8)] },
    Row {
        code: B::QUANTIZE,
        first: 1,
        releases: &[r(1, 14), r(1, 15), r(2, 7), r(2, 21), r(2, 21), r(2, 21)],
    },
    Row { code: B::RANDOM_STANDARD_NORMAL, first: 1, releases: &[r(2, 8)] },
    Row { code: B::RANDOM_UNIFORM, first: 1, releases: &[r(2, 8)] },
    Row { code: B::RANGE, first: 1, releases: &[r(1, 13), r(2, 14)] },
    Row { code: B::RANK, first: 1, releases: &[r(1, 14)] },
    Row { code: B::READ_VARIABLE, first: 1, releases: &[r(2, 6)] },
    Row { code: B::REAL, first: 1, releases: &[r(2, 5)] },
    Row { code: B::REDUCE_ALL, first: 1, releases: &[r(2, 6)] },
    Row { code: B::REDUCE_ANY, first: 1, releases: &[r(1, 11)] },
    Row { code: B::REDUCE_MAX, first: 1, releases: &[r(1, 11), r(1, 14), r(2, 5)] },
    Row { code: B::REDUCE_MIN, first: 1, releases: &[r(1, 11), r(1, 14), r(2, 5)] },
    Row { code: B::REDUCE_PROD, first: 1, releases: &[r(1, 11), r(2, 6)] },
    Row { code: B::REDUCE_WINDOW, first: 1, releases: &[r(2, 15)] },
    Row { code: B::RELU, first: 1, releases: &[r(1, 5), r(2, 1), r(2, 5)] },
    Row { code: B::RELU6, first: 1, releases: &[r(1, 5), r(1, 14), r(2, 5)] },
    Row { code: B::RELU_0_TO_1, first: 1, releases: &[r(2, 10)] },
    Row { code: B::RELU_N1_TO_1, first: 1, releases: &[r(1, 5)] },
    Row { code: B::RESHAPE, first: 1, releases: &[r(1, 5)] },
    Row { code: B::RESIZE_BILINEAR, first: 1, releases: &[r(1, 7), r(1, 14), r(2, 2), r(2, 5)] },
    Row {
        code: B::RESIZE_NEAREST_NEIGHBOR,
        first: 1,
        releases: &[Release(1, 13, 1), r(1, 14), r(2, 3), r(2, 4)],
    },
    Row { code: B::REVERSE_SEQUENCE, first: 1, releases: &[r(1, 14)] },
    Row { code: B::REVERSE_V2, first: 1, releases: &[r(1, 14), r(2, 2), r(2, 5), r(2, 23)] },
    Row { code: B::RFFT2D, first: 1, releases: &[r(2, 5)] },
    Row { code: B::RIGHT_SHIFT, first: 1, releases: &[r(2, 13)] },
    Row { code: B::RNN, first: 1, releases: &[r(1, 5), r(1, 14), r(2, 3)] },
    Row { code: B::ROUND, first: 1, releases: &[r(1, 14)] },
    Row { code: B::RSQRT, first: 1, releases: &[r(1, 10), r(2, 5), r(2, 15)] },
    Row { code: B::SCATTER_ND, first: 1, releases: &[r(2, 1)] },
    Row { code: B::SEGMENT_SUM, first: 1, releases: &[r(2, 2)] },
    Row { code: B::SELECT, first: 1, releases: &[r(1, 14), r(1, 14), r(2, 12), r(2, 12)] },
    Row { code: B::SELECT_V2, first: 1, releases: &[r(2, 2), r(2, 12)] },
    Row { code: B::SHAPE, first: 1, releases: &[r(1, 10)] },
    Row { code: B::SIGN, first: 1, releases: &[r(2, 11), r(2, 12)] },
    Row { code: B::SIN, first: 1, releases: &[r(1, 9), r(2, 23)] },
    Row { code: B::SKIP_GRAM, first: 1, releases: &[r(1, 5)] },
    Row {
        code: B::SLICE,
        first: 1,
        releases: &[r(1, 14), r(1, 14), r(1, 14), r(2, 4), r(2, 5), r(2, 14), r(2, 21), r(2, 23)],
    },
    Row { code: B::SOFTMAX, first: 1, releases: &[r(1, 5), r(1, 14), r(2, 3), r(2, 23)] },
    Row { code: B::SPACE_TO_BATCH_ND, first: 1, releases: &[r(1, 6), r(1, 14), r(2, 3), r(2, 12)] },
    Row { code: B::SPACE_TO_DEPTH, first: 1, releases: &[r(1, 5), r(1, 14)] },
    Row { code: B::SPARSE_TO_DENSE, first: 1, releases: &[r(1, 9), r(1, 14), r(1, 15)] },
    Row { code: B::SPLIT, first: 1, releases: &[r(1, 5), r(1, 14), r(1, 14), r(2, 3), r(2, 23)] },
    Row { code: B::SPLIT_V, first: 1, releases: &[Release(1, 13, 1), r(2, 3), r(2, 23)] },
    Row { code: B::SQRT, first: 1, releases: &[r(1, 10), r(2, 21)] },
    Row { code: B::SQUARE, first: 1, releases: &[r(1, 12)] },
    Row { code: B::SQUARED_DIFFERENCE, first: 1, releases: &[Release(1, 13, 1), r(2, 5)] },
    Row { code: B::SQUEEZE, first: 1, releases: &[r(1, 6), r(2, 5)] },
    Row { code: B::STABLEHLO_ADD, first: 1, releases: &[r(2, 16)] },
    Row { code: B::STABLEHLO_AND, first: 1, releases: &[r(2, 17)] },
    Row { code: B::STABLEHLO_CASE, first: 1, releases: &[r(2, 17)] },
    Row { code: B::STABLEHLO_COMPOSITE, first: 1, releases: &[r(2, 17)] },
    Row { code: B::STABLEHLO_GATHER, first: 1, releases: &[r(2, 16)] },
    Row { code: B::STABLEHLO_MAXIMUM, first: 1, releases: &[r(2, 16)] },
    Row { code: B::STABLEHLO_MINIMUM, first: 1, releases: &[r(2, 16)] },
    Row { code: B::STABLEHLO_MULTIPLY, first: 1, releases: &[r(2, 16)] },
    Row { code: B::STABLEHLO_PAD, first: 1, releases: &[r(2, 16)] },
    Row { code: B::STABLEHLO_REDUCE_WINDOW, first: 1, releases: &[r(2, 16)] },
    Row { code: B::STABLEHLO_RNG_BIT_GENERATOR, first: 1, releases: &[r(2, 15)] },
    Row { code: B::STABLEHLO_SCATTER, first: 1, releases: &[r(2, 15)] },
    Row { code: B::STABLEHLO_SHIFT_LEFT, first: 1, releases: &[r(2, 17)] },
    Row {
        code: B::STRIDED_SLICE,
        first: 1,
        releases: &[r(1, 6), r(1, 14), r(2, 1), r(2, 2), r(2, 5), r(2, 6), r(2, 14), r(2, 14)],
    },
    Row { code: B::SUB, first: 1, releases: &[r(1, 6), r(1, 14), r(2, 3), r(2, 4), r(2, 4)] },
    Row { code: B::SUM, first: 1, releases: &[r(1, 10), r(1, 15)] },
    Row { code: B::SVDF, first: 1, releases: &[r(1, 5), r(1, 14), r(2, 2), r(2, 3)] },
    Row { code: B::TANH, first: 1, releases: &[r(1, 14), r(1, 14), r(2, 3)] },
    Row { code: B::TILE, first: 1, releases: &[Release(1, 10, 1), r(2, 2), r(2, 8)] },
    Row { code: B::TOPK_V2, first: 1, releases: &[r(1, 7), r(1, 14), r(2, 13)] },
    Row {
        code: B::TRANSPOSE,
        first: 1,
        releases: &[
            r(1, 6),
            r(1, 14),
            r(1, 15),
            r(2, 3),
            r(2, 4),
            r(2, 12),
            Release(2, 14, 4),
            r(2, 22),
            r(2, 23),
        ],
    },
    Row { code: B::TRANSPOSE_CONV, first: 1, releases: &[r(1, 9), r(2, 2), r(2, 3), r(2, 13), r(2, 15)] },
    Row {
        code: B::UNIDIRECTIONAL_SEQUENCE_LSTM,
        first: 1,
        releases: &[Release(1, 13, 1), r(1, 14), r(2, 3), r(2, 12)],
    },
    Row { code: B::UNIDIRECTIONAL_SEQUENCE_RNN, first: 1, releases: &[r(1, 14), r(1, 14), r(2, 3)] },
    Row { code: B::UNIQUE, first: 1, releases: &[r(1, 14)] },
    Row { code: B::UNPACK, first: 1, releases: &[r(1, 11), r(1, 14), r(2, 2), r(2, 3), r(2, 22), r(2, 23)] },
    Row { code: B::UNSORTED_SEGMENT_MAX, first: 1, releases: &[r(2, 10)] },
    Row { code: B::UNSORTED_SEGMENT_MIN, first: 1, releases: &[r(2, 11)] },
    Row { code: B::UNSORTED_SEGMENT_PROD, first: 1, releases: &[r(2, 10)] },
    Row { code: B::UNSORTED_SEGMENT_SUM, first: 1, releases: &[r(2, 10)] },
    Row { code: B::VAR_HANDLE, first: 1, releases: &[r(2, 6)] },
    Row { code: B::WHERE, first: 1, releases: &[r(1, 14), r(2, 8)] },
    Row { code: B::WHILE, first: 1, releases: &[r(1, 15)] },
    Row { code: B::ZEROS_LIKE, first: 1, releases: &[r(1, 12)] },
];
