//! What integer kernels ask of the scales around them, by operator.
//!
//! Which element types an operator takes stands in its `SIGS`; here is only what types do not say.

use featherlite_base::DType;
use featherlite_schema::BuiltinOperator as Op;

use crate::params::Params;

/// Where an operator has its weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighted {
    /// The input that the weights are applied to.
    pub data: usize,
    /// The input of the weights.
    pub weights: usize,
    /// The input of the bias, which may be absent.
    pub bias: usize,
    /// The dimension of the weights that counts the outputs' channels.
    pub axis: usize,
}

/// Operators that multiply by constants and add a bias.
pub fn weighted(op: Op) -> Option<Weighted> {
    let usual = Weighted { data: 0, weights: 1, bias: 2, axis: 0 };
    match op {
        Op::CONV_2D | Op::FULLY_CONNECTED => Some(usual),
        Op::DEPTHWISE_CONV_2D => Some(Weighted { axis: 3, ..usual }),
        Op::TRANSPOSE_CONV => Some(Weighted { data: 2, bias: 3, ..usual }),
        _ => None,
    }
}

/// Output parameters that a kernel is made for.
pub fn fixed_output(op: Op, dtype: DType) -> Option<Params> {
    let params = |scale: f32, zero_point: i32| Some(Params { scale, zero_point });
    match (op, dtype) {
        (Op::LOGISTIC | Op::SOFTMAX, DType::I8) => params(1.0 / 256.0, -128),
        (Op::TANH | Op::L2_NORMALIZATION, DType::I8) => params(1.0 / 128.0, 0),
        (Op::LOG_SOFTMAX, DType::I8) => params(16.0 / 256.0, 127),
        (Op::LOGISTIC | Op::SOFTMAX | Op::TANH, DType::I16) => params(1.0 / 32768.0, 0),
        _ => None,
    }
}

/// How an operator hands on the scale of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// Inputs and outputs may have any scales.
    Free,
    /// It moves or picks values of one input: outputs have its scale.
    Moves,
    /// It brings several inputs together: all of them have the scale of the output.
    Joins,
}

/// Whether an operator's inputs and outputs must have one scale.
pub fn sharing(op: Op) -> Sharing {
    match op {
        Op::RESHAPE
        | Op::TRANSPOSE
        | Op::SLICE
        | Op::STRIDED_SLICE
        | Op::SPLIT
        | Op::SPLIT_V
        | Op::PAD
        | Op::MIRROR_PAD
        | Op::MAX_POOL_2D
        | Op::AVERAGE_POOL_2D
        | Op::RESIZE_BILINEAR
        | Op::RESIZE_NEAREST_NEIGHBOR
        | Op::GATHER
        | Op::GATHER_ND
        | Op::UNPACK
        | Op::TILE
        | Op::SQUEEZE
        | Op::EXPAND_DIMS
        | Op::REDUCE_MAX
        | Op::REDUCE_MIN
        | Op::REVERSE_V2
        | Op::REVERSE_SEQUENCE
        | Op::SPACE_TO_DEPTH
        | Op::DEPTH_TO_SPACE
        | Op::SPACE_TO_BATCH_ND
        | Op::BATCH_TO_SPACE_ND
        | Op::BROADCAST_TO
        | Op::TOPK_V2 => Sharing::Moves,
        Op::CONCATENATION
        | Op::PACK
        | Op::MAXIMUM
        | Op::MINIMUM
        | Op::SELECT
        | Op::SELECT_V2
        | Op::PADV2
        | Op::DYNAMIC_UPDATE_SLICE => Sharing::Joins,
        _ => Sharing::Free,
    }
}

/// Whether an operator's kernels for small integers compute with the real numbers that these stand for, or ask only for shapes.
/// Others take the integers as they are, or take none.
pub fn minds_scales(op: Op) -> bool {
    let by_itself = matches!(
        op,
        Op::ADD
            | Op::SUB
            | Op::MUL
            | Op::DIV
            | Op::SQUARED_DIFFERENCE
            | Op::BATCH_MATMUL
            | Op::MEAN
            | Op::SUM
            | Op::REDUCE_PROD
            | Op::SOFTMAX
            | Op::LOG_SOFTMAX
            | Op::LOGISTIC
            | Op::TANH
            | Op::L2_NORMALIZATION
            | Op::HARD_SWISH
            | Op::RELU
            | Op::RELU6
            | Op::RELU_N1_TO_1
            | Op::RELU_0_TO_1
            | Op::LEAKY_RELU
            | Op::PRELU
            | Op::ELU
            | Op::GELU
            | Op::EXP
            | Op::LOG
            | Op::SQRT
            | Op::RSQRT
            | Op::ABS
            | Op::ARG_MAX
            | Op::ARG_MIN
            | Op::EQUAL
            | Op::NOT_EQUAL
            | Op::GREATER
            | Op::GREATER_EQUAL
            | Op::LESS
            | Op::LESS_EQUAL
            | Op::SHAPE
            | Op::RANK
    );
    by_itself || weighted(op).is_some() || sharing(op) != Sharing::Free
}

/// Whether an operator of TensorFlow Lite quantizes its input during the run for weights of this type. Its element types alone
/// do not say: some combinations are only refused when it runs.
pub fn takes_dynamic_weights(op: Op, dtype: DType) -> bool {
    op != Op::DEPTHWISE_CONV_2D || dtype == DType::I8
}
