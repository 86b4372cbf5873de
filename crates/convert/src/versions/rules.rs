use featherlite_base::DType::{
    self, Bf16, Bool, Complex64, F8E4M3, F8E5M2, F16, F32, F64, I2, I4, I8, I16, I32, I64, String, U4, U8,
    U16, U32,
};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned::BuiltinOptions;

use super::conditions as is;
use super::seen::Seen;

/// The lowest version of an operator that can express a node: that of the first of its rules that holds.
pub(super) fn lowest(code: B, node: &Seen<'_>) -> i32 {
    let mut rules = RULES.iter().filter(|(codes, _)| codes.contains(&code)).flat_map(|(_, rules)| *rules);
    let holds = |Rule(_, when): &&Rule| when.iter().all(|when| when.holds(node));
    rules.find(holds).map_or(1, |&Rule(version, _)| version)
}

/// A version, and the conditions that need it when all of them hold.
struct Rule(i32, &'static [When]);

/// A condition on a node.
enum When {
    /// An input has one of these element types.
    In(usize, &'static [DType]),
    /// An output has one of these element types.
    Out(usize, &'static [DType]),
    /// The first input has more dimensions.
    RankAbove(usize),
    /// The first two inputs differ in shape, and an input has more dimensions.
    BroadcastAbove(usize),
    /// The options say so.
    Says(fn(&BuiltinOptions) -> bool),
    /// Operands and options together do.
    Is(fn(&Seen<'_>) -> bool),
}
use When::{BroadcastAbove, In, Is, Out, RankAbove, Says};

impl When {
    fn holds(&self, node: &Seen<'_>) -> bool {
        match self {
            In(index, types) => node.input_is(*index, types),
            Out(index, types) => node.output_is(*index, types),
            RankAbove(rank) => node.rank(0) > *rank,
            BroadcastAbove(rank) => node.broadcasts_above(*rank),
            Says(says) => node.options().is_some_and(says),
            Is(is) => is(node),
        }
    }
}

const F8: &[DType] = &[F8E4M3, F8E5M2];

/// What versions brought, by the rules of TensorFlow's converter. Of an operator's rules the first one that holds counts.
///
/// Two rules differ from its code in favour of what that says of itself: 16-bit activations ask for the version that brought
/// them whatever the weights, and for the one that brought types of biases only if such a type is given.
static RULES: &[(&[B], &[Rule])] = &[
    // Layers with weights.
    (
        &[B::CONV_2D],
        &[
            Rule(8, &[In(0, &[I16]), In(1, &[I8]), Is(is::bias_type_given)]),
            Rule(6, &[Is(is::grouped_convolution)]),
            Rule(4, &[In(0, &[I16]), Out(0, &[I16])]),
            Rule(3, &[In(0, &[I8]), In(1, &[I8]), Out(0, &[I8])]),
            Rule(7, &[In(0, &[I8]), In(1, &[I4]), Out(0, &[I8])]),
            Rule(5, &[In(0, &[F32]), In(1, &[I8]), Is(is::per_output_channel)]),
            Rule(2, &[In(0, &[F32]), In(1, &[I8])]),
        ],
    ),
    (
        &[B::DEPTHWISE_CONV_2D],
        &[
            Rule(5, &[In(0, &[I16]), Out(0, &[I16])]),
            Rule(6, &[In(0, &[F32]), In(1, &[I8]), Is(is::per_depthwise_channel)]),
            Rule(4, &[In(0, &[F32]), In(1, &[I8])]),
            Rule(3, &[In(0, &[I8]), In(1, &[I8]), Out(0, &[I8])]),
            Rule(7, &[In(0, &[I8]), In(1, &[I4]), Out(0, &[I8])]),
            Rule(2, &[Says(is::dilated)]),
        ],
    ),
    (
        &[B::FULLY_CONNECTED],
        &[
            Rule(14, &[In(1, &[I2])]),
            Rule(13, &[In(0, &[I16]), In(1, &[I4]), Out(0, &[I16])]),
            Rule(12, &[In(0, &[F32]), In(1, &[I8]), Out(0, &[F32]), Is(is::per_output_channel)]),
            Rule(11, &[In(0, &[I16]), In(1, &[I8]), Is(is::bias_type_given)]),
            Rule(7, &[In(0, &[I16]), Out(0, &[I16])]),
            Rule(6, &[Is(is::without_bias)]),
            Rule(5, &[Says(is::keeping_dimensions)]),
            Rule(4, &[In(0, &[I8]), In(1, &[I8]), Out(0, &[I8])]),
            Rule(10, &[In(0, &[I8]), In(1, &[I4]), Out(0, &[I8])]),
            Rule(9, &[In(0, &[F32]), In(1, &[I8]), Says(is::asymmetric)]),
            Rule(3, &[In(0, &[F32]), In(1, &[I8])]),
            Rule(2, &[Says(is::shuffled)]),
        ],
    ),
    (
        &[B::TRANSPOSE_CONV],
        &[
            Rule(5, &[In(2, &[I16]), In(1, &[I8]), Is(is::bias_type_given)]),
            Rule(4, &[Says(is::activated)]),
            Rule(3, &[Is(|node| node.input(3).is_some())]),
            Rule(2, &[In(1, &[I8])]),
        ],
    ),
    (
        &[B::BATCH_MATMUL],
        &[
            Rule(3, &[In(0, &[I16])]),
            Rule(2, &[In(0, &[I8])]),
            Rule(4, &[In(0, &[F32]), In(1, &[I8]), Says(is::asymmetric)]),
        ],
    ),
    (
        &[B::EMBEDDING_LOOKUP],
        &[Rule(5, &[In(1, &[I2])]), Rule(4, &[In(1, &[I4])]), Rule(4, &[Is(is::per_row)])],
    ),
    // Recurrent ones.
    (
        &[B::LSTM],
        &[
            Rule(5, &[Says(is::full_kernel), In(0, &[I16]), In(2, &[I8])]),
            Rule(4, &[Says(is::full_kernel), In(0, &[F32]), In(2, &[I8]), Says(is::asymmetric)]),
            Rule(3, &[Says(is::full_kernel), In(0, &[F32]), In(2, &[I8])]),
            Rule(2, &[Says(is::basic_kernel)]),
        ],
    ),
    (
        &[B::UNIDIRECTIONAL_SEQUENCE_LSTM],
        &[
            Rule(5, &[In(0, &[I16]), In(2, &[I8])]),
            Rule(4, &[Says(is::diagonal)]),
            Rule(3, &[In(0, &[F32]), In(2, &[I8]), Says(is::asymmetric)]),
            Rule(2, &[In(0, &[F32]), In(2, &[I8])]),
        ],
    ),
    (
        &[
            B::RNN,
            B::UNIDIRECTIONAL_SEQUENCE_RNN,
            B::BIDIRECTIONAL_SEQUENCE_RNN,
            B::BIDIRECTIONAL_SEQUENCE_LSTM,
        ],
        &[
            Rule(3, &[In(1, &[I8]), Out(0, &[F32]), Says(is::asymmetric)]),
            Rule(2, &[In(1, &[I8]), Out(0, &[F32])]),
        ],
    ),
    (
        &[B::SVDF],
        &[
            Rule(3, &[In(0, &[I8])]),
            Rule(4, &[In(0, &[F32]), In(1, &[I8]), Says(is::asymmetric)]),
            Rule(2, &[In(0, &[F32]), In(1, &[I8])]),
        ],
    ),
    // Arithmetic.
    (
        &[B::ADD],
        &[
            Rule(6, &[In(0, &[F16])]),
            Rule(5, &[In(0, &[I16]), Is(|node| !node.is_quantized(0))]),
            Rule(4, &[In(0, &[I64])]),
            Rule(3, &[In(0, &[I16]), Out(0, &[I16]), Says(is::any_scale)]),
            Rule(2, &[In(0, &[I8])]),
        ],
    ),
    (
        &[B::SUB],
        &[
            Rule(5, &[In(0, &[I16]), Out(0, &[I16]), Says(is::any_scale)]),
            Rule(4, &[In(0, &[I64])]),
            Rule(3, &[BroadcastAbove(4)]),
            Rule(2, &[In(0, &[I8])]),
        ],
    ),
    (
        &[B::MUL],
        &[
            Rule(8, &[In(0, &[F16])]),
            Rule(7, &[In(0, &[I16]), Is(|node| !node.is_quantized(0) && !node.is_quantized(1))]),
            Rule(7, &[In(0, &[U32])]),
            Rule(6, &[In(0, &[Complex64])]),
            Rule(5, &[In(0, &[I64])]),
            Rule(4, &[In(0, &[I16])]),
            Rule(3, &[Is(is::scaled_up)]),
            Rule(2, &[In(0, &[I8])]),
        ],
    ),
    (&[B::DIV], &[Rule(2, &[BroadcastAbove(4)])]),
    (&[B::FLOOR_DIV], &[Rule(3, &[In(0, &[I16, I8])]), Rule(2, &[In(0, &[F32])])]),
    (&[B::FLOOR_MOD], &[Rule(2, &[In(0, &[I16, I8])])]),
    (
        &[B::MAXIMUM, B::MINIMUM],
        &[Rule(4, &[In(0, &[I16]), Out(0, &[I16])]), Rule(3, &[BroadcastAbove(4)]), Rule(2, &[In(0, &[I8])])],
    ),
    (
        &[B::ABS],
        &[
            Rule(5, &[In(0, &[I32])]),
            Rule(3, &[In(0, &[I16]), Is(|node| node.is_quantized(0))]),
            Rule(4, &[In(0, &[I16])]),
            Rule(2, &[In(0, &[I8, U8])]),
        ],
    ),
    (&[B::SIGN], &[Rule(2, &[In(0, &[I32])])]),
    (&[B::SIN, B::COS], &[Rule(2, &[In(0, &[F16])])]),
    (&[B::EXP, B::LOG, B::SQRT, B::REDUCE_PROD], &[Rule(2, &[In(0, &[I8, I16])])]),
    (&[B::RELU], &[Rule(3, &[In(0, &[I16])]), Rule(2, &[In(0, &[I8, U8])])]),
    (&[B::LEAKY_RELU], &[Rule(2, &[In(0, &[I16])])]),
    (&[B::GELU], &[Rule(2, &[In(0, &[I8, U8])])]),
    (&[B::SOFTMAX], &[Rule(4, &[In(0, &[F16])]), Rule(3, &[In(0, &[I16])]), Rule(2, &[In(0, &[I8])])]),
    (
        &[B::TANH, B::LOGISTIC, B::MAX_POOL_2D, B::AVERAGE_POOL_2D],
        &[Rule(3, &[In(0, &[I16]), Out(0, &[I16])]), Rule(2, &[In(0, &[I8])])],
    ),
    (
        &[B::MEAN, B::MIRROR_PAD, B::REDUCE_MAX, B::REDUCE_MIN, B::RELU6, B::RSQRT],
        &[Rule(3, &[In(0, &[I16])]), Rule(2, &[In(0, &[I8])])],
    ),
    (&[B::LESS, B::GREATER_EQUAL], &[Rule(3, &[In(0, &[I16])]), Rule(2, &[In(0, &[I8])])]),
    (
        &[
            B::SPACE_TO_DEPTH,
            B::DEPTH_TO_SPACE,
            B::SUM,
            B::LOG_SOFTMAX,
            B::GREATER,
            B::LESS_EQUAL,
            B::SQUARED_DIFFERENCE,
        ],
        &[Rule(2, &[In(0, &[I8])])],
    ),
    (&[B::EQUAL], &[Rule(5, &[In(0, &[I16])]), Rule(3, &[In(0, &[String])]), Rule(2, &[In(0, &[I8])])]),
    (&[B::NOT_EQUAL], &[Rule(4, &[In(0, &[I16])]), Rule(3, &[In(0, &[String])]), Rule(2, &[In(0, &[I8])])]),
    (&[B::ARG_MAX, B::ARG_MIN], &[Rule(3, &[In(0, &[Bool])]), Rule(2, &[In(0, &[I8])])]),
    (
        &[B::TOPK_V2],
        &[
            Rule(3, &[In(0, &[I16])]),
            Rule(3, &[In(1, &[I16])]),
            Rule(3, &[Out(1, &[I16])]),
            Rule(2, &[In(0, &[I8])]),
        ],
    ),
    (&[B::L2_NORMALIZATION], &[Rule(2, &[Out(0, &[I8])])]),
    (&[B::RANGE], &[Rule(2, &[In(0, &[I64])])]),
    (
        &[B::SELECT],
        &[
            Rule(4, &[In(0, &[U32])]),
            Rule(3, &[Is(|node| (0..3).any(|input| node.rank(input) == 5))]),
            Rule(2, &[In(0, &[I8])]),
        ],
    ),
    (&[B::SELECT_V2], &[Rule(2, &[In(0, &[U32])])]),
    (&[B::WHERE], &[Rule(1, &[In(0, &[Bool])]), Rule(2, &[])]),
    // Element types.
    (
        &[B::CAST],
        &[
            Rule(9, &[In(0, F8)]),
            Rule(9, &[Out(0, F8)]),
            Rule(8, &[In(0, &[I2, U4])]),
            Rule(8, &[Out(0, &[I2, U4])]),
            Rule(7, &[In(0, &[Bf16])]),
            Rule(7, &[Out(0, &[Bf16])]),
            Rule(6, &[In(0, &[I4]), Out(0, &[F32])]),
            Rule(5, &[In(0, &[F64, F16])]),
            Rule(5, &[Out(0, &[F64, F16])]),
            Rule(4, &[In(0, &[U16])]),
            Rule(4, &[Out(0, &[U16])]),
            Rule(3, &[In(0, &[I8])]),
            Rule(3, &[Out(0, &[I8])]),
            Rule(2, &[In(0, &[U32])]),
            Rule(2, &[Out(0, &[U32])]),
        ],
    ),
    (
        &[B::QUANTIZE],
        &[
            Rule(5, &[In(0, &[U4])]),
            Rule(5, &[Out(0, &[U4])]),
            Rule(4, &[In(0, &[I4])]),
            Rule(4, &[Out(0, &[I4])]),
            Rule(3, &[Is(is::per_axis_after)]),
            Rule(2, &[Out(0, &[I16])]),
        ],
    ),
    (
        &[B::DEQUANTIZE],
        &[
            Rule(9, &[In(0, F8)]),
            Rule(8, &[In(0, &[U4])]),
            Rule(7, &[In(0, &[I2])]),
            Rule(6, &[In(0, &[I4])]),
            Rule(3, &[In(0, &[I16, F16])]),
            Rule(5, &[In(0, &[I8]), Is(is::per_axis_before)]),
            Rule(2, &[In(0, &[I8])]),
        ],
    ),
    (&[B::FAKE_QUANT], &[Rule(2, &[Says(is::narrow)])]),
    // Layout.
    (
        &[B::TRANSPOSE],
        &[
            Rule(9, &[In(0, &[F16])]),
            Rule(8, &[RankAbove(6)]),
            Rule(8, &[In(0, &[Bf16])]),
            Rule(7, &[In(0, &[I4])]),
            Rule(6, &[RankAbove(5)]),
            Rule(5, &[In(0, &[I16])]),
            Rule(4, &[RankAbove(4)]),
            Rule(3, &[In(0, &[Bool])]),
            Rule(2, &[In(0, &[I8])]),
        ],
    ),
    (
        &[B::SLICE],
        &[
            Rule(8, &[In(0, &[F16])]),
            Rule(7, &[In(0, &[I4])]),
            Rule(6, &[In(0, &[U32])]),
            Rule(5, &[RankAbove(4)]),
            Rule(4, &[In(0, &[I16])]),
            Rule(3, &[In(0, &[String])]),
            Rule(2, &[In(0, &[I8])]),
        ],
    ),
    (
        &[B::STRIDED_SLICE],
        &[
            Rule(8, &[Says(is::offset)]),
            Rule(7, &[In(0, &[U32])]),
            Rule(6, &[Says(is::reranked)]),
            Rule(5, &[In(0, &[String])]),
            Rule(4, &[RankAbove(4)]),
            Rule(3, &[In(0, &[Bool])]),
            Rule(2, &[In(0, &[I8])]),
        ],
    ),
    (
        &[B::DYNAMIC_UPDATE_SLICE],
        &[
            Rule(6, &[In(0, &[Bf16])]),
            Rule(5, &[In(0, &[I4])]),
            Rule(4, &[In(0, &[I16])]),
            Rule(3, &[In(0, &[F16])]),
            Rule(2, &[In(2, &[I64])]),
        ],
    ),
    (
        &[B::CONCATENATION],
        &[
            Rule(7, &[In(0, F8)]),
            Rule(6, &[In(0, &[F16])]),
            Rule(5, &[In(0, &[I4])]),
            Rule(4, &[In(0, &[U32])]),
            Rule(3, &[In(0, &[I16])]),
            Rule(2, &[In(0, &[I8])]),
        ],
    ),
    (
        &[B::SPLIT],
        &[
            Rule(5, &[In(1, F8)]),
            Rule(4, &[In(1, &[I16])]),
            Rule(3, &[In(1, &[I32])]),
            Rule(2, &[In(1, &[I8])]),
        ],
    ),
    (&[B::SPLIT_V], &[Rule(3, &[In(0, F8)]), Rule(2, &[In(0, &[I8])])]),
    (
        &[B::PACK],
        &[
            Rule(5, &[In(0, F8)]),
            Rule(4, &[In(0, &[U32])]),
            Rule(3, &[In(0, &[I16]), Out(0, &[I16])]),
            Rule(2, &[In(0, &[I8])]),
        ],
    ),
    (
        &[B::UNPACK],
        &[
            Rule(6, &[In(0, F8)]),
            Rule(5, &[In(0, &[F16, Bf16])]),
            Rule(4, &[In(0, &[I16]), Out(0, &[I16])]),
            Rule(3, &[In(0, &[Bool])]),
            Rule(2, &[In(0, &[I8, U8])]),
        ],
    ),
    (
        &[B::PAD, B::PADV2],
        &[
            Rule(6, &[In(0, F8)]),
            Rule(5, &[In(0, &[Bool])]),
            Rule(4, &[RankAbove(4)]),
            Rule(3, &[In(0, &[I16])]),
            Rule(2, &[In(0, &[I8])]),
        ],
    ),
    (
        &[B::SPACE_TO_BATCH_ND, B::BATCH_TO_SPACE_ND],
        &[Rule(4, &[In(0, &[I16])]), Rule(3, &[Is(|node| node.rank(0) != 4)]), Rule(2, &[In(0, &[I8])])],
    ),
    (
        &[B::GATHER],
        &[
            Rule(8, &[In(0, F8)]),
            Rule(7, &[In(0, &[I4])]),
            Rule(6, &[In(1, &[I16])]),
            Rule(5, &[Says(is::batched)]),
            Rule(4, &[In(0, &[I16])]),
            Rule(3, &[In(0, &[Bool])]),
            Rule(2, &[In(0, &[I8])]),
        ],
    ),
    (
        &[B::GATHER_ND],
        &[
            Rule(6, &[In(0, F8)]),
            Rule(5, &[In(0, &[Bool])]),
            Rule(4, &[In(1, &[I16])]),
            Rule(3, &[In(0, &[I16])]),
            Rule(2, &[In(0, &[String])]),
        ],
    ),
    (&[B::BROADCAST_TO], &[Rule(4, &[In(0, F8)]), Rule(3, &[In(0, &[I8, I16])]), Rule(2, &[])]),
    (
        &[B::FILL],
        &[
            Rule(5, &[In(1, F8)]),
            Rule(4, &[In(1, &[F16])]),
            Rule(3, &[In(1, &[I8, I16])]),
            Rule(2, &[In(1, &[Bool, String])]),
        ],
    ),
    (&[B::REVERSE_V2], &[Rule(4, &[In(0, F8)]), Rule(3, &[In(0, &[I8])]), Rule(2, &[In(0, &[Bool])])]),
    (&[B::TILE], &[Rule(3, &[In(0, &[I8])]), Rule(2, &[In(0, &[String])])]),
    (&[B::SQUEEZE], &[Rule(2, &[In(0, &[String])])]),
    (&[B::SPARSE_TO_DENSE], &[Rule(3, &[In(2, &[I8, U8])]), Rule(2, &[In(2, &[I64])])]),
    (
        &[B::RESIZE_BILINEAR],
        &[Rule(4, &[In(0, &[I16])]), Rule(3, &[Says(is::half_pixels)]), Rule(2, &[In(0, &[I8])])],
    ),
    (
        &[B::RESIZE_NEAREST_NEIGHBOR],
        &[Rule(4, &[In(0, &[I16])]), Rule(3, &[Says(is::moved_pixels)]), Rule(2, &[In(0, &[I8])])],
    ),
];

#[cfg(test)]
mod tests {
    use super::super::releases;
    use super::*;

    /// 16-bit LSTMs have rules, but no release has them.
    const WITHOUT_RELEASE: &[(B, i32)] = &[(B::LSTM, 5), (B::UNIDIRECTIONAL_SEQUENCE_LSTM, 5)];

    #[test]
    fn versions_have_releases() {
        for (codes, rules) in RULES {
            for (&code, Rule(version, _)) in
                codes.iter().flat_map(|code| rules.iter().map(move |rule| (code, rule)))
            {
                let has = releases::of(code, *version).is_some();
                assert_eq!(has, !WITHOUT_RELEASE.contains(&(code, *version)), "{code:?} {version}");
            }
        }
    }

    #[test]
    fn each_operator_has_one_list_of_rules() {
        let codes: Vec<B> = RULES.iter().flat_map(|(codes, _)| codes.iter().copied()).collect();
        for (index, code) in codes.iter().enumerate() {
            assert!(!codes[..index].contains(code), "{code:?} has two lists");
        }
    }
}
