// @generated from `tflite.fbs` by `cargo xtask gen`; do not edit.
//! Views of the tables, enums, and the layouts that verification walks.

#![allow(dead_code, non_upper_case_globals, unused_imports)]

use core::fmt;

use crate::table::{Scalar, Strings, Table, Tables, Variant, Vector};
use crate::verify::{Kind, Layout, field};

/// What a file of the format has in its bytes 4 to 7.
pub(crate) const IDENTIFIER: [u8; 4] = *b"TFL3";

/// The layout of the root table.
pub(crate) static ROOT: &Layout = &LAYOUT_OF_MODEL;

/// Element types of tensors.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct TensorType(pub i8);

impl TensorType {
    /// `FLOAT32`.
    pub const FLOAT32: Self = Self(0);
    /// `FLOAT16`.
    pub const FLOAT16: Self = Self(1);
    /// `INT32`.
    pub const INT32: Self = Self(2);
    /// `UINT8`.
    pub const UINT8: Self = Self(3);
    /// `INT64`.
    pub const INT64: Self = Self(4);
    /// `STRING`.
    pub const STRING: Self = Self(5);
    /// `BOOL`.
    pub const BOOL: Self = Self(6);
    /// `INT16`.
    pub const INT16: Self = Self(7);
    /// `COMPLEX64`.
    pub const COMPLEX64: Self = Self(8);
    /// `INT8`.
    pub const INT8: Self = Self(9);
    /// `FLOAT64`.
    pub const FLOAT64: Self = Self(10);
    /// `COMPLEX128`.
    pub const COMPLEX128: Self = Self(11);
    /// `UINT64`.
    pub const UINT64: Self = Self(12);
    /// `RESOURCE`.
    pub const RESOURCE: Self = Self(13);
    /// `VARIANT`.
    pub const VARIANT: Self = Self(14);
    /// `UINT32`.
    pub const UINT32: Self = Self(15);
    /// `UINT16`.
    pub const UINT16: Self = Self(16);
    /// `INT4`.
    pub const INT4: Self = Self(17);
    /// `BFLOAT16`.
    pub const BFLOAT16: Self = Self(18);
    /// `INT2`.
    pub const INT2: Self = Self(19);
    /// `UINT4`.
    pub const UINT4: Self = Self(20);
    /// `FLOAT8_E4M3FN`.
    pub const FLOAT8_E4M3FN: Self = Self(21);
    /// `FLOAT8_E5M2`.
    pub const FLOAT8_E5M2: Self = Self(22);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[
        (Self::FLOAT32, "FLOAT32"),
        (Self::FLOAT16, "FLOAT16"),
        (Self::INT32, "INT32"),
        (Self::UINT8, "UINT8"),
        (Self::INT64, "INT64"),
        (Self::STRING, "STRING"),
        (Self::BOOL, "BOOL"),
        (Self::INT16, "INT16"),
        (Self::COMPLEX64, "COMPLEX64"),
        (Self::INT8, "INT8"),
        (Self::FLOAT64, "FLOAT64"),
        (Self::COMPLEX128, "COMPLEX128"),
        (Self::UINT64, "UINT64"),
        (Self::RESOURCE, "RESOURCE"),
        (Self::VARIANT, "VARIANT"),
        (Self::UINT32, "UINT32"),
        (Self::UINT16, "UINT16"),
        (Self::INT4, "INT4"),
        (Self::BFLOAT16, "BFLOAT16"),
        (Self::INT2, "INT2"),
        (Self::UINT4, "UINT4"),
        (Self::FLOAT8_E4M3FN, "FLOAT8_E4M3FN"),
        (Self::FLOAT8_E5M2, "FLOAT8_E5M2"),
    ];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for TensorType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "TensorType({})", self.0),
        }
    }
}

impl Scalar for TensorType {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// How a dimension of a sparse tensor is stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct DimensionType(pub i8);

impl DimensionType {
    /// `DENSE`.
    pub const DENSE: Self = Self(0);
    /// `SPARSE_CSR`.
    pub const SPARSE_CSR: Self = Self(1);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] =
        &[(Self::DENSE, "DENSE"), (Self::SPARSE_CSR, "SPARSE_CSR")];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for DimensionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "DimensionType({})", self.0),
        }
    }
}

impl Scalar for DimensionType {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// The operators that the format knows by number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct BuiltinOperator(pub i32);

impl BuiltinOperator {
    /// `ADD`.
    pub const ADD: Self = Self(0);
    /// `AVERAGE_POOL_2D`.
    pub const AVERAGE_POOL_2D: Self = Self(1);
    /// `CONCATENATION`.
    pub const CONCATENATION: Self = Self(2);
    /// `CONV_2D`.
    pub const CONV_2D: Self = Self(3);
    /// `DEPTHWISE_CONV_2D`.
    pub const DEPTHWISE_CONV_2D: Self = Self(4);
    /// `DEPTH_TO_SPACE`.
    pub const DEPTH_TO_SPACE: Self = Self(5);
    /// `DEQUANTIZE`.
    pub const DEQUANTIZE: Self = Self(6);
    /// `EMBEDDING_LOOKUP`.
    pub const EMBEDDING_LOOKUP: Self = Self(7);
    /// `FLOOR`.
    pub const FLOOR: Self = Self(8);
    /// `FULLY_CONNECTED`.
    pub const FULLY_CONNECTED: Self = Self(9);
    /// `HASHTABLE_LOOKUP`.
    pub const HASHTABLE_LOOKUP: Self = Self(10);
    /// `L2_NORMALIZATION`.
    pub const L2_NORMALIZATION: Self = Self(11);
    /// `L2_POOL_2D`.
    pub const L2_POOL_2D: Self = Self(12);
    /// `LOCAL_RESPONSE_NORMALIZATION`.
    pub const LOCAL_RESPONSE_NORMALIZATION: Self = Self(13);
    /// `LOGISTIC`.
    pub const LOGISTIC: Self = Self(14);
    /// `LSH_PROJECTION`.
    pub const LSH_PROJECTION: Self = Self(15);
    /// `LSTM`.
    pub const LSTM: Self = Self(16);
    /// `MAX_POOL_2D`.
    pub const MAX_POOL_2D: Self = Self(17);
    /// `MUL`.
    pub const MUL: Self = Self(18);
    /// `RELU`.
    pub const RELU: Self = Self(19);
    /// `RELU_N1_TO_1`.
    pub const RELU_N1_TO_1: Self = Self(20);
    /// `RELU6`.
    pub const RELU6: Self = Self(21);
    /// `RESHAPE`.
    pub const RESHAPE: Self = Self(22);
    /// `RESIZE_BILINEAR`.
    pub const RESIZE_BILINEAR: Self = Self(23);
    /// `RNN`.
    pub const RNN: Self = Self(24);
    /// `SOFTMAX`.
    pub const SOFTMAX: Self = Self(25);
    /// `SPACE_TO_DEPTH`.
    pub const SPACE_TO_DEPTH: Self = Self(26);
    /// `SVDF`.
    pub const SVDF: Self = Self(27);
    /// `TANH`.
    pub const TANH: Self = Self(28);
    /// `CONCAT_EMBEDDINGS`.
    pub const CONCAT_EMBEDDINGS: Self = Self(29);
    /// `SKIP_GRAM`.
    pub const SKIP_GRAM: Self = Self(30);
    /// `CALL`.
    pub const CALL: Self = Self(31);
    /// An operator known by its name.
    pub const CUSTOM: Self = Self(32);
    /// `EMBEDDING_LOOKUP_SPARSE`.
    pub const EMBEDDING_LOOKUP_SPARSE: Self = Self(33);
    /// `PAD`.
    pub const PAD: Self = Self(34);
    /// `UNIDIRECTIONAL_SEQUENCE_RNN`.
    pub const UNIDIRECTIONAL_SEQUENCE_RNN: Self = Self(35);
    /// `GATHER`.
    pub const GATHER: Self = Self(36);
    /// `BATCH_TO_SPACE_ND`.
    pub const BATCH_TO_SPACE_ND: Self = Self(37);
    /// `SPACE_TO_BATCH_ND`.
    pub const SPACE_TO_BATCH_ND: Self = Self(38);
    /// `TRANSPOSE`.
    pub const TRANSPOSE: Self = Self(39);
    /// `MEAN`.
    pub const MEAN: Self = Self(40);
    /// `SUB`.
    pub const SUB: Self = Self(41);
    /// `DIV`.
    pub const DIV: Self = Self(42);
    /// `SQUEEZE`.
    pub const SQUEEZE: Self = Self(43);
    /// `UNIDIRECTIONAL_SEQUENCE_LSTM`.
    pub const UNIDIRECTIONAL_SEQUENCE_LSTM: Self = Self(44);
    /// `STRIDED_SLICE`.
    pub const STRIDED_SLICE: Self = Self(45);
    /// `BIDIRECTIONAL_SEQUENCE_RNN`.
    pub const BIDIRECTIONAL_SEQUENCE_RNN: Self = Self(46);
    /// `EXP`.
    pub const EXP: Self = Self(47);
    /// `TOPK_V2`.
    pub const TOPK_V2: Self = Self(48);
    /// `SPLIT`.
    pub const SPLIT: Self = Self(49);
    /// `LOG_SOFTMAX`.
    pub const LOG_SOFTMAX: Self = Self(50);
    /// `DELEGATE`.
    pub const DELEGATE: Self = Self(51);
    /// `BIDIRECTIONAL_SEQUENCE_LSTM`.
    pub const BIDIRECTIONAL_SEQUENCE_LSTM: Self = Self(52);
    /// `CAST`.
    pub const CAST: Self = Self(53);
    /// `PRELU`.
    pub const PRELU: Self = Self(54);
    /// `MAXIMUM`.
    pub const MAXIMUM: Self = Self(55);
    /// `ARG_MAX`.
    pub const ARG_MAX: Self = Self(56);
    /// `MINIMUM`.
    pub const MINIMUM: Self = Self(57);
    /// `LESS`.
    pub const LESS: Self = Self(58);
    /// `NEG`.
    pub const NEG: Self = Self(59);
    /// `PADV2`.
    pub const PADV2: Self = Self(60);
    /// `GREATER`.
    pub const GREATER: Self = Self(61);
    /// `GREATER_EQUAL`.
    pub const GREATER_EQUAL: Self = Self(62);
    /// `LESS_EQUAL`.
    pub const LESS_EQUAL: Self = Self(63);
    /// `SELECT`.
    pub const SELECT: Self = Self(64);
    /// `SLICE`.
    pub const SLICE: Self = Self(65);
    /// `SIN`.
    pub const SIN: Self = Self(66);
    /// `TRANSPOSE_CONV`.
    pub const TRANSPOSE_CONV: Self = Self(67);
    /// `SPARSE_TO_DENSE`.
    pub const SPARSE_TO_DENSE: Self = Self(68);
    /// `TILE`.
    pub const TILE: Self = Self(69);
    /// `EXPAND_DIMS`.
    pub const EXPAND_DIMS: Self = Self(70);
    /// `EQUAL`.
    pub const EQUAL: Self = Self(71);
    /// `NOT_EQUAL`.
    pub const NOT_EQUAL: Self = Self(72);
    /// `LOG`.
    pub const LOG: Self = Self(73);
    /// `SUM`.
    pub const SUM: Self = Self(74);
    /// `SQRT`.
    pub const SQRT: Self = Self(75);
    /// `RSQRT`.
    pub const RSQRT: Self = Self(76);
    /// `SHAPE`.
    pub const SHAPE: Self = Self(77);
    /// `POW`.
    pub const POW: Self = Self(78);
    /// `ARG_MIN`.
    pub const ARG_MIN: Self = Self(79);
    /// `FAKE_QUANT`.
    pub const FAKE_QUANT: Self = Self(80);
    /// `REDUCE_PROD`.
    pub const REDUCE_PROD: Self = Self(81);
    /// `REDUCE_MAX`.
    pub const REDUCE_MAX: Self = Self(82);
    /// `PACK`.
    pub const PACK: Self = Self(83);
    /// `LOGICAL_OR`.
    pub const LOGICAL_OR: Self = Self(84);
    /// `ONE_HOT`.
    pub const ONE_HOT: Self = Self(85);
    /// `LOGICAL_AND`.
    pub const LOGICAL_AND: Self = Self(86);
    /// `LOGICAL_NOT`.
    pub const LOGICAL_NOT: Self = Self(87);
    /// `UNPACK`.
    pub const UNPACK: Self = Self(88);
    /// `REDUCE_MIN`.
    pub const REDUCE_MIN: Self = Self(89);
    /// `FLOOR_DIV`.
    pub const FLOOR_DIV: Self = Self(90);
    /// `REDUCE_ANY`.
    pub const REDUCE_ANY: Self = Self(91);
    /// `SQUARE`.
    pub const SQUARE: Self = Self(92);
    /// `ZEROS_LIKE`.
    pub const ZEROS_LIKE: Self = Self(93);
    /// `FILL`.
    pub const FILL: Self = Self(94);
    /// `FLOOR_MOD`.
    pub const FLOOR_MOD: Self = Self(95);
    /// `RANGE`.
    pub const RANGE: Self = Self(96);
    /// `RESIZE_NEAREST_NEIGHBOR`.
    pub const RESIZE_NEAREST_NEIGHBOR: Self = Self(97);
    /// `LEAKY_RELU`.
    pub const LEAKY_RELU: Self = Self(98);
    /// `SQUARED_DIFFERENCE`.
    pub const SQUARED_DIFFERENCE: Self = Self(99);
    /// `MIRROR_PAD`.
    pub const MIRROR_PAD: Self = Self(100);
    /// `ABS`.
    pub const ABS: Self = Self(101);
    /// `SPLIT_V`.
    pub const SPLIT_V: Self = Self(102);
    /// `UNIQUE`.
    pub const UNIQUE: Self = Self(103);
    /// `CEIL`.
    pub const CEIL: Self = Self(104);
    /// `REVERSE_V2`.
    pub const REVERSE_V2: Self = Self(105);
    /// `ADD_N`.
    pub const ADD_N: Self = Self(106);
    /// `GATHER_ND`.
    pub const GATHER_ND: Self = Self(107);
    /// `COS`.
    pub const COS: Self = Self(108);
    /// `WHERE`.
    pub const WHERE: Self = Self(109);
    /// `RANK`.
    pub const RANK: Self = Self(110);
    /// `ELU`.
    pub const ELU: Self = Self(111);
    /// `REVERSE_SEQUENCE`.
    pub const REVERSE_SEQUENCE: Self = Self(112);
    /// `MATRIX_DIAG`.
    pub const MATRIX_DIAG: Self = Self(113);
    /// `QUANTIZE`.
    pub const QUANTIZE: Self = Self(114);
    /// `MATRIX_SET_DIAG`.
    pub const MATRIX_SET_DIAG: Self = Self(115);
    /// `ROUND`.
    pub const ROUND: Self = Self(116);
    /// `HARD_SWISH`.
    pub const HARD_SWISH: Self = Self(117);
    /// `IF`.
    pub const IF: Self = Self(118);
    /// `WHILE`.
    pub const WHILE: Self = Self(119);
    /// `NON_MAX_SUPPRESSION_V4`.
    pub const NON_MAX_SUPPRESSION_V4: Self = Self(120);
    /// `NON_MAX_SUPPRESSION_V5`.
    pub const NON_MAX_SUPPRESSION_V5: Self = Self(121);
    /// `SCATTER_ND`.
    pub const SCATTER_ND: Self = Self(122);
    /// `SELECT_V2`.
    pub const SELECT_V2: Self = Self(123);
    /// `DENSIFY`.
    pub const DENSIFY: Self = Self(124);
    /// `SEGMENT_SUM`.
    pub const SEGMENT_SUM: Self = Self(125);
    /// `BATCH_MATMUL`.
    pub const BATCH_MATMUL: Self = Self(126);
    /// In `deprecated_builtin_code`: see `builtin_code`.
    pub const PLACEHOLDER_FOR_GREATER_OP_CODES: Self = Self(127);
    /// `CUMSUM`.
    pub const CUMSUM: Self = Self(128);
    /// `CALL_ONCE`.
    pub const CALL_ONCE: Self = Self(129);
    /// `BROADCAST_TO`.
    pub const BROADCAST_TO: Self = Self(130);
    /// `RFFT2D`.
    pub const RFFT2D: Self = Self(131);
    /// `CONV_3D`.
    pub const CONV_3D: Self = Self(132);
    /// `IMAG`.
    pub const IMAG: Self = Self(133);
    /// `REAL`.
    pub const REAL: Self = Self(134);
    /// `COMPLEX_ABS`.
    pub const COMPLEX_ABS: Self = Self(135);
    /// `HASHTABLE`.
    pub const HASHTABLE: Self = Self(136);
    /// `HASHTABLE_FIND`.
    pub const HASHTABLE_FIND: Self = Self(137);
    /// `HASHTABLE_IMPORT`.
    pub const HASHTABLE_IMPORT: Self = Self(138);
    /// `HASHTABLE_SIZE`.
    pub const HASHTABLE_SIZE: Self = Self(139);
    /// `REDUCE_ALL`.
    pub const REDUCE_ALL: Self = Self(140);
    /// `CONV_3D_TRANSPOSE`.
    pub const CONV_3D_TRANSPOSE: Self = Self(141);
    /// `VAR_HANDLE`.
    pub const VAR_HANDLE: Self = Self(142);
    /// `READ_VARIABLE`.
    pub const READ_VARIABLE: Self = Self(143);
    /// `ASSIGN_VARIABLE`.
    pub const ASSIGN_VARIABLE: Self = Self(144);
    /// `BROADCAST_ARGS`.
    pub const BROADCAST_ARGS: Self = Self(145);
    /// `RANDOM_STANDARD_NORMAL`.
    pub const RANDOM_STANDARD_NORMAL: Self = Self(146);
    /// `BUCKETIZE`.
    pub const BUCKETIZE: Self = Self(147);
    /// `RANDOM_UNIFORM`.
    pub const RANDOM_UNIFORM: Self = Self(148);
    /// `MULTINOMIAL`.
    pub const MULTINOMIAL: Self = Self(149);
    /// `GELU`.
    pub const GELU: Self = Self(150);
    /// `DYNAMIC_UPDATE_SLICE`.
    pub const DYNAMIC_UPDATE_SLICE: Self = Self(151);
    /// `RELU_0_TO_1`.
    pub const RELU_0_TO_1: Self = Self(152);
    /// `UNSORTED_SEGMENT_PROD`.
    pub const UNSORTED_SEGMENT_PROD: Self = Self(153);
    /// `UNSORTED_SEGMENT_MAX`.
    pub const UNSORTED_SEGMENT_MAX: Self = Self(154);
    /// `UNSORTED_SEGMENT_SUM`.
    pub const UNSORTED_SEGMENT_SUM: Self = Self(155);
    /// `ATAN2`.
    pub const ATAN2: Self = Self(156);
    /// `UNSORTED_SEGMENT_MIN`.
    pub const UNSORTED_SEGMENT_MIN: Self = Self(157);
    /// `SIGN`.
    pub const SIGN: Self = Self(158);
    /// `BITCAST`.
    pub const BITCAST: Self = Self(159);
    /// `BITWISE_XOR`.
    pub const BITWISE_XOR: Self = Self(160);
    /// `RIGHT_SHIFT`.
    pub const RIGHT_SHIFT: Self = Self(161);
    /// `STABLEHLO_LOGISTIC`.
    pub const STABLEHLO_LOGISTIC: Self = Self(162);
    /// `STABLEHLO_ADD`.
    pub const STABLEHLO_ADD: Self = Self(163);
    /// `STABLEHLO_DIVIDE`.
    pub const STABLEHLO_DIVIDE: Self = Self(164);
    /// `STABLEHLO_MULTIPLY`.
    pub const STABLEHLO_MULTIPLY: Self = Self(165);
    /// `STABLEHLO_MAXIMUM`.
    pub const STABLEHLO_MAXIMUM: Self = Self(166);
    /// `STABLEHLO_RESHAPE`.
    pub const STABLEHLO_RESHAPE: Self = Self(167);
    /// `STABLEHLO_CLAMP`.
    pub const STABLEHLO_CLAMP: Self = Self(168);
    /// `STABLEHLO_CONCATENATE`.
    pub const STABLEHLO_CONCATENATE: Self = Self(169);
    /// `STABLEHLO_BROADCAST_IN_DIM`.
    pub const STABLEHLO_BROADCAST_IN_DIM: Self = Self(170);
    /// `STABLEHLO_CONVOLUTION`.
    pub const STABLEHLO_CONVOLUTION: Self = Self(171);
    /// `STABLEHLO_SLICE`.
    pub const STABLEHLO_SLICE: Self = Self(172);
    /// `STABLEHLO_CUSTOM_CALL`.
    pub const STABLEHLO_CUSTOM_CALL: Self = Self(173);
    /// `STABLEHLO_REDUCE`.
    pub const STABLEHLO_REDUCE: Self = Self(174);
    /// `STABLEHLO_ABS`.
    pub const STABLEHLO_ABS: Self = Self(175);
    /// `STABLEHLO_AND`.
    pub const STABLEHLO_AND: Self = Self(176);
    /// `STABLEHLO_COSINE`.
    pub const STABLEHLO_COSINE: Self = Self(177);
    /// `STABLEHLO_EXPONENTIAL`.
    pub const STABLEHLO_EXPONENTIAL: Self = Self(178);
    /// `STABLEHLO_FLOOR`.
    pub const STABLEHLO_FLOOR: Self = Self(179);
    /// `STABLEHLO_LOG`.
    pub const STABLEHLO_LOG: Self = Self(180);
    /// `STABLEHLO_MINIMUM`.
    pub const STABLEHLO_MINIMUM: Self = Self(181);
    /// `STABLEHLO_NEGATE`.
    pub const STABLEHLO_NEGATE: Self = Self(182);
    /// `STABLEHLO_OR`.
    pub const STABLEHLO_OR: Self = Self(183);
    /// `STABLEHLO_POWER`.
    pub const STABLEHLO_POWER: Self = Self(184);
    /// `STABLEHLO_REMAINDER`.
    pub const STABLEHLO_REMAINDER: Self = Self(185);
    /// `STABLEHLO_RSQRT`.
    pub const STABLEHLO_RSQRT: Self = Self(186);
    /// `STABLEHLO_SELECT`.
    pub const STABLEHLO_SELECT: Self = Self(187);
    /// `STABLEHLO_SUBTRACT`.
    pub const STABLEHLO_SUBTRACT: Self = Self(188);
    /// `STABLEHLO_TANH`.
    pub const STABLEHLO_TANH: Self = Self(189);
    /// `STABLEHLO_SCATTER`.
    pub const STABLEHLO_SCATTER: Self = Self(190);
    /// `STABLEHLO_COMPARE`.
    pub const STABLEHLO_COMPARE: Self = Self(191);
    /// `STABLEHLO_CONVERT`.
    pub const STABLEHLO_CONVERT: Self = Self(192);
    /// `STABLEHLO_DYNAMIC_SLICE`.
    pub const STABLEHLO_DYNAMIC_SLICE: Self = Self(193);
    /// `STABLEHLO_DYNAMIC_UPDATE_SLICE`.
    pub const STABLEHLO_DYNAMIC_UPDATE_SLICE: Self = Self(194);
    /// `STABLEHLO_PAD`.
    pub const STABLEHLO_PAD: Self = Self(195);
    /// `STABLEHLO_IOTA`.
    pub const STABLEHLO_IOTA: Self = Self(196);
    /// `STABLEHLO_DOT_GENERAL`.
    pub const STABLEHLO_DOT_GENERAL: Self = Self(197);
    /// `STABLEHLO_REDUCE_WINDOW`.
    pub const STABLEHLO_REDUCE_WINDOW: Self = Self(198);
    /// `STABLEHLO_SORT`.
    pub const STABLEHLO_SORT: Self = Self(199);
    /// `STABLEHLO_WHILE`.
    pub const STABLEHLO_WHILE: Self = Self(200);
    /// `STABLEHLO_GATHER`.
    pub const STABLEHLO_GATHER: Self = Self(201);
    /// `STABLEHLO_TRANSPOSE`.
    pub const STABLEHLO_TRANSPOSE: Self = Self(202);
    /// `DILATE`.
    pub const DILATE: Self = Self(203);
    /// `STABLEHLO_RNG_BIT_GENERATOR`.
    pub const STABLEHLO_RNG_BIT_GENERATOR: Self = Self(204);
    /// `REDUCE_WINDOW`.
    pub const REDUCE_WINDOW: Self = Self(205);
    /// `STABLEHLO_COMPOSITE`.
    pub const STABLEHLO_COMPOSITE: Self = Self(206);
    /// `STABLEHLO_SHIFT_LEFT`.
    pub const STABLEHLO_SHIFT_LEFT: Self = Self(207);
    /// `STABLEHLO_CBRT`.
    pub const STABLEHLO_CBRT: Self = Self(208);
    /// `STABLEHLO_CASE`.
    pub const STABLEHLO_CASE: Self = Self(209);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[
        (Self::ADD, "ADD"),
        (Self::AVERAGE_POOL_2D, "AVERAGE_POOL_2D"),
        (Self::CONCATENATION, "CONCATENATION"),
        (Self::CONV_2D, "CONV_2D"),
        (Self::DEPTHWISE_CONV_2D, "DEPTHWISE_CONV_2D"),
        (Self::DEPTH_TO_SPACE, "DEPTH_TO_SPACE"),
        (Self::DEQUANTIZE, "DEQUANTIZE"),
        (Self::EMBEDDING_LOOKUP, "EMBEDDING_LOOKUP"),
        (Self::FLOOR, "FLOOR"),
        (Self::FULLY_CONNECTED, "FULLY_CONNECTED"),
        (Self::HASHTABLE_LOOKUP, "HASHTABLE_LOOKUP"),
        (Self::L2_NORMALIZATION, "L2_NORMALIZATION"),
        (Self::L2_POOL_2D, "L2_POOL_2D"),
        (Self::LOCAL_RESPONSE_NORMALIZATION, "LOCAL_RESPONSE_NORMALIZATION"),
        (Self::LOGISTIC, "LOGISTIC"),
        (Self::LSH_PROJECTION, "LSH_PROJECTION"),
        (Self::LSTM, "LSTM"),
        (Self::MAX_POOL_2D, "MAX_POOL_2D"),
        (Self::MUL, "MUL"),
        (Self::RELU, "RELU"),
        (Self::RELU_N1_TO_1, "RELU_N1_TO_1"),
        (Self::RELU6, "RELU6"),
        (Self::RESHAPE, "RESHAPE"),
        (Self::RESIZE_BILINEAR, "RESIZE_BILINEAR"),
        (Self::RNN, "RNN"),
        (Self::SOFTMAX, "SOFTMAX"),
        (Self::SPACE_TO_DEPTH, "SPACE_TO_DEPTH"),
        (Self::SVDF, "SVDF"),
        (Self::TANH, "TANH"),
        (Self::CONCAT_EMBEDDINGS, "CONCAT_EMBEDDINGS"),
        (Self::SKIP_GRAM, "SKIP_GRAM"),
        (Self::CALL, "CALL"),
        (Self::CUSTOM, "CUSTOM"),
        (Self::EMBEDDING_LOOKUP_SPARSE, "EMBEDDING_LOOKUP_SPARSE"),
        (Self::PAD, "PAD"),
        (Self::UNIDIRECTIONAL_SEQUENCE_RNN, "UNIDIRECTIONAL_SEQUENCE_RNN"),
        (Self::GATHER, "GATHER"),
        (Self::BATCH_TO_SPACE_ND, "BATCH_TO_SPACE_ND"),
        (Self::SPACE_TO_BATCH_ND, "SPACE_TO_BATCH_ND"),
        (Self::TRANSPOSE, "TRANSPOSE"),
        (Self::MEAN, "MEAN"),
        (Self::SUB, "SUB"),
        (Self::DIV, "DIV"),
        (Self::SQUEEZE, "SQUEEZE"),
        (Self::UNIDIRECTIONAL_SEQUENCE_LSTM, "UNIDIRECTIONAL_SEQUENCE_LSTM"),
        (Self::STRIDED_SLICE, "STRIDED_SLICE"),
        (Self::BIDIRECTIONAL_SEQUENCE_RNN, "BIDIRECTIONAL_SEQUENCE_RNN"),
        (Self::EXP, "EXP"),
        (Self::TOPK_V2, "TOPK_V2"),
        (Self::SPLIT, "SPLIT"),
        (Self::LOG_SOFTMAX, "LOG_SOFTMAX"),
        (Self::DELEGATE, "DELEGATE"),
        (Self::BIDIRECTIONAL_SEQUENCE_LSTM, "BIDIRECTIONAL_SEQUENCE_LSTM"),
        (Self::CAST, "CAST"),
        (Self::PRELU, "PRELU"),
        (Self::MAXIMUM, "MAXIMUM"),
        (Self::ARG_MAX, "ARG_MAX"),
        (Self::MINIMUM, "MINIMUM"),
        (Self::LESS, "LESS"),
        (Self::NEG, "NEG"),
        (Self::PADV2, "PADV2"),
        (Self::GREATER, "GREATER"),
        (Self::GREATER_EQUAL, "GREATER_EQUAL"),
        (Self::LESS_EQUAL, "LESS_EQUAL"),
        (Self::SELECT, "SELECT"),
        (Self::SLICE, "SLICE"),
        (Self::SIN, "SIN"),
        (Self::TRANSPOSE_CONV, "TRANSPOSE_CONV"),
        (Self::SPARSE_TO_DENSE, "SPARSE_TO_DENSE"),
        (Self::TILE, "TILE"),
        (Self::EXPAND_DIMS, "EXPAND_DIMS"),
        (Self::EQUAL, "EQUAL"),
        (Self::NOT_EQUAL, "NOT_EQUAL"),
        (Self::LOG, "LOG"),
        (Self::SUM, "SUM"),
        (Self::SQRT, "SQRT"),
        (Self::RSQRT, "RSQRT"),
        (Self::SHAPE, "SHAPE"),
        (Self::POW, "POW"),
        (Self::ARG_MIN, "ARG_MIN"),
        (Self::FAKE_QUANT, "FAKE_QUANT"),
        (Self::REDUCE_PROD, "REDUCE_PROD"),
        (Self::REDUCE_MAX, "REDUCE_MAX"),
        (Self::PACK, "PACK"),
        (Self::LOGICAL_OR, "LOGICAL_OR"),
        (Self::ONE_HOT, "ONE_HOT"),
        (Self::LOGICAL_AND, "LOGICAL_AND"),
        (Self::LOGICAL_NOT, "LOGICAL_NOT"),
        (Self::UNPACK, "UNPACK"),
        (Self::REDUCE_MIN, "REDUCE_MIN"),
        (Self::FLOOR_DIV, "FLOOR_DIV"),
        (Self::REDUCE_ANY, "REDUCE_ANY"),
        (Self::SQUARE, "SQUARE"),
        (Self::ZEROS_LIKE, "ZEROS_LIKE"),
        (Self::FILL, "FILL"),
        (Self::FLOOR_MOD, "FLOOR_MOD"),
        (Self::RANGE, "RANGE"),
        (Self::RESIZE_NEAREST_NEIGHBOR, "RESIZE_NEAREST_NEIGHBOR"),
        (Self::LEAKY_RELU, "LEAKY_RELU"),
        (Self::SQUARED_DIFFERENCE, "SQUARED_DIFFERENCE"),
        (Self::MIRROR_PAD, "MIRROR_PAD"),
        (Self::ABS, "ABS"),
        (Self::SPLIT_V, "SPLIT_V"),
        (Self::UNIQUE, "UNIQUE"),
        (Self::CEIL, "CEIL"),
        (Self::REVERSE_V2, "REVERSE_V2"),
        (Self::ADD_N, "ADD_N"),
        (Self::GATHER_ND, "GATHER_ND"),
        (Self::COS, "COS"),
        (Self::WHERE, "WHERE"),
        (Self::RANK, "RANK"),
        (Self::ELU, "ELU"),
        (Self::REVERSE_SEQUENCE, "REVERSE_SEQUENCE"),
        (Self::MATRIX_DIAG, "MATRIX_DIAG"),
        (Self::QUANTIZE, "QUANTIZE"),
        (Self::MATRIX_SET_DIAG, "MATRIX_SET_DIAG"),
        (Self::ROUND, "ROUND"),
        (Self::HARD_SWISH, "HARD_SWISH"),
        (Self::IF, "IF"),
        (Self::WHILE, "WHILE"),
        (Self::NON_MAX_SUPPRESSION_V4, "NON_MAX_SUPPRESSION_V4"),
        (Self::NON_MAX_SUPPRESSION_V5, "NON_MAX_SUPPRESSION_V5"),
        (Self::SCATTER_ND, "SCATTER_ND"),
        (Self::SELECT_V2, "SELECT_V2"),
        (Self::DENSIFY, "DENSIFY"),
        (Self::SEGMENT_SUM, "SEGMENT_SUM"),
        (Self::BATCH_MATMUL, "BATCH_MATMUL"),
        (Self::PLACEHOLDER_FOR_GREATER_OP_CODES, "PLACEHOLDER_FOR_GREATER_OP_CODES"),
        (Self::CUMSUM, "CUMSUM"),
        (Self::CALL_ONCE, "CALL_ONCE"),
        (Self::BROADCAST_TO, "BROADCAST_TO"),
        (Self::RFFT2D, "RFFT2D"),
        (Self::CONV_3D, "CONV_3D"),
        (Self::IMAG, "IMAG"),
        (Self::REAL, "REAL"),
        (Self::COMPLEX_ABS, "COMPLEX_ABS"),
        (Self::HASHTABLE, "HASHTABLE"),
        (Self::HASHTABLE_FIND, "HASHTABLE_FIND"),
        (Self::HASHTABLE_IMPORT, "HASHTABLE_IMPORT"),
        (Self::HASHTABLE_SIZE, "HASHTABLE_SIZE"),
        (Self::REDUCE_ALL, "REDUCE_ALL"),
        (Self::CONV_3D_TRANSPOSE, "CONV_3D_TRANSPOSE"),
        (Self::VAR_HANDLE, "VAR_HANDLE"),
        (Self::READ_VARIABLE, "READ_VARIABLE"),
        (Self::ASSIGN_VARIABLE, "ASSIGN_VARIABLE"),
        (Self::BROADCAST_ARGS, "BROADCAST_ARGS"),
        (Self::RANDOM_STANDARD_NORMAL, "RANDOM_STANDARD_NORMAL"),
        (Self::BUCKETIZE, "BUCKETIZE"),
        (Self::RANDOM_UNIFORM, "RANDOM_UNIFORM"),
        (Self::MULTINOMIAL, "MULTINOMIAL"),
        (Self::GELU, "GELU"),
        (Self::DYNAMIC_UPDATE_SLICE, "DYNAMIC_UPDATE_SLICE"),
        (Self::RELU_0_TO_1, "RELU_0_TO_1"),
        (Self::UNSORTED_SEGMENT_PROD, "UNSORTED_SEGMENT_PROD"),
        (Self::UNSORTED_SEGMENT_MAX, "UNSORTED_SEGMENT_MAX"),
        (Self::UNSORTED_SEGMENT_SUM, "UNSORTED_SEGMENT_SUM"),
        (Self::ATAN2, "ATAN2"),
        (Self::UNSORTED_SEGMENT_MIN, "UNSORTED_SEGMENT_MIN"),
        (Self::SIGN, "SIGN"),
        (Self::BITCAST, "BITCAST"),
        (Self::BITWISE_XOR, "BITWISE_XOR"),
        (Self::RIGHT_SHIFT, "RIGHT_SHIFT"),
        (Self::STABLEHLO_LOGISTIC, "STABLEHLO_LOGISTIC"),
        (Self::STABLEHLO_ADD, "STABLEHLO_ADD"),
        (Self::STABLEHLO_DIVIDE, "STABLEHLO_DIVIDE"),
        (Self::STABLEHLO_MULTIPLY, "STABLEHLO_MULTIPLY"),
        (Self::STABLEHLO_MAXIMUM, "STABLEHLO_MAXIMUM"),
        (Self::STABLEHLO_RESHAPE, "STABLEHLO_RESHAPE"),
        (Self::STABLEHLO_CLAMP, "STABLEHLO_CLAMP"),
        (Self::STABLEHLO_CONCATENATE, "STABLEHLO_CONCATENATE"),
        (Self::STABLEHLO_BROADCAST_IN_DIM, "STABLEHLO_BROADCAST_IN_DIM"),
        (Self::STABLEHLO_CONVOLUTION, "STABLEHLO_CONVOLUTION"),
        (Self::STABLEHLO_SLICE, "STABLEHLO_SLICE"),
        (Self::STABLEHLO_CUSTOM_CALL, "STABLEHLO_CUSTOM_CALL"),
        (Self::STABLEHLO_REDUCE, "STABLEHLO_REDUCE"),
        (Self::STABLEHLO_ABS, "STABLEHLO_ABS"),
        (Self::STABLEHLO_AND, "STABLEHLO_AND"),
        (Self::STABLEHLO_COSINE, "STABLEHLO_COSINE"),
        (Self::STABLEHLO_EXPONENTIAL, "STABLEHLO_EXPONENTIAL"),
        (Self::STABLEHLO_FLOOR, "STABLEHLO_FLOOR"),
        (Self::STABLEHLO_LOG, "STABLEHLO_LOG"),
        (Self::STABLEHLO_MINIMUM, "STABLEHLO_MINIMUM"),
        (Self::STABLEHLO_NEGATE, "STABLEHLO_NEGATE"),
        (Self::STABLEHLO_OR, "STABLEHLO_OR"),
        (Self::STABLEHLO_POWER, "STABLEHLO_POWER"),
        (Self::STABLEHLO_REMAINDER, "STABLEHLO_REMAINDER"),
        (Self::STABLEHLO_RSQRT, "STABLEHLO_RSQRT"),
        (Self::STABLEHLO_SELECT, "STABLEHLO_SELECT"),
        (Self::STABLEHLO_SUBTRACT, "STABLEHLO_SUBTRACT"),
        (Self::STABLEHLO_TANH, "STABLEHLO_TANH"),
        (Self::STABLEHLO_SCATTER, "STABLEHLO_SCATTER"),
        (Self::STABLEHLO_COMPARE, "STABLEHLO_COMPARE"),
        (Self::STABLEHLO_CONVERT, "STABLEHLO_CONVERT"),
        (Self::STABLEHLO_DYNAMIC_SLICE, "STABLEHLO_DYNAMIC_SLICE"),
        (Self::STABLEHLO_DYNAMIC_UPDATE_SLICE, "STABLEHLO_DYNAMIC_UPDATE_SLICE"),
        (Self::STABLEHLO_PAD, "STABLEHLO_PAD"),
        (Self::STABLEHLO_IOTA, "STABLEHLO_IOTA"),
        (Self::STABLEHLO_DOT_GENERAL, "STABLEHLO_DOT_GENERAL"),
        (Self::STABLEHLO_REDUCE_WINDOW, "STABLEHLO_REDUCE_WINDOW"),
        (Self::STABLEHLO_SORT, "STABLEHLO_SORT"),
        (Self::STABLEHLO_WHILE, "STABLEHLO_WHILE"),
        (Self::STABLEHLO_GATHER, "STABLEHLO_GATHER"),
        (Self::STABLEHLO_TRANSPOSE, "STABLEHLO_TRANSPOSE"),
        (Self::DILATE, "DILATE"),
        (Self::STABLEHLO_RNG_BIT_GENERATOR, "STABLEHLO_RNG_BIT_GENERATOR"),
        (Self::REDUCE_WINDOW, "REDUCE_WINDOW"),
        (Self::STABLEHLO_COMPOSITE, "STABLEHLO_COMPOSITE"),
        (Self::STABLEHLO_SHIFT_LEFT, "STABLEHLO_SHIFT_LEFT"),
        (Self::STABLEHLO_CBRT, "STABLEHLO_CBRT"),
        (Self::STABLEHLO_CASE, "STABLEHLO_CASE"),
    ];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for BuiltinOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "BuiltinOperator({})", self.0),
        }
    }
}

impl Scalar for BuiltinOperator {
    const SIZE: usize = i32::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i32::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// Values of the format's `StablehloPrecisionConfig`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct StablehloPrecisionConfig(pub u32);

impl StablehloPrecisionConfig {
    /// `DEFAULT`.
    pub const DEFAULT: Self = Self(0);
    /// `HIGH`.
    pub const HIGH: Self = Self(1);
    /// `HIGHEST`.
    pub const HIGHEST: Self = Self(2);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] =
        &[(Self::DEFAULT, "DEFAULT"), (Self::HIGH, "HIGH"), (Self::HIGHEST, "HIGHEST")];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for StablehloPrecisionConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "StablehloPrecisionConfig({})", self.0),
        }
    }
}

impl Scalar for StablehloPrecisionConfig {
    const SIZE: usize = u32::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(u32::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// Values of the format's `StablehloComparisonDirection`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct StablehloComparisonDirection(pub u32);

impl StablehloComparisonDirection {
    /// `STABLEHLO_COMPARISON_DIRECTION_EQ`.
    pub const STABLEHLO_COMPARISON_DIRECTION_EQ: Self = Self(0);
    /// `STABLEHLO_COMPARISON_DIRECTION_NE`.
    pub const STABLEHLO_COMPARISON_DIRECTION_NE: Self = Self(1);
    /// `STABLEHLO_COMPARISON_DIRECTION_GE`.
    pub const STABLEHLO_COMPARISON_DIRECTION_GE: Self = Self(2);
    /// `STABLEHLO_COMPARISON_DIRECTION_GT`.
    pub const STABLEHLO_COMPARISON_DIRECTION_GT: Self = Self(3);
    /// `STABLEHLO_COMPARISON_DIRECTION_LE`.
    pub const STABLEHLO_COMPARISON_DIRECTION_LE: Self = Self(4);
    /// `STABLEHLO_COMPARISON_DIRECTION_LT`.
    pub const STABLEHLO_COMPARISON_DIRECTION_LT: Self = Self(5);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[
        (Self::STABLEHLO_COMPARISON_DIRECTION_EQ, "STABLEHLO_COMPARISON_DIRECTION_EQ"),
        (Self::STABLEHLO_COMPARISON_DIRECTION_NE, "STABLEHLO_COMPARISON_DIRECTION_NE"),
        (Self::STABLEHLO_COMPARISON_DIRECTION_GE, "STABLEHLO_COMPARISON_DIRECTION_GE"),
        (Self::STABLEHLO_COMPARISON_DIRECTION_GT, "STABLEHLO_COMPARISON_DIRECTION_GT"),
        (Self::STABLEHLO_COMPARISON_DIRECTION_LE, "STABLEHLO_COMPARISON_DIRECTION_LE"),
        (Self::STABLEHLO_COMPARISON_DIRECTION_LT, "STABLEHLO_COMPARISON_DIRECTION_LT"),
    ];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for StablehloComparisonDirection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "StablehloComparisonDirection({})", self.0),
        }
    }
}

impl Scalar for StablehloComparisonDirection {
    const SIZE: usize = u32::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(u32::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// Values of the format's `StablehloComparisonType`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct StablehloComparisonType(pub u32);

impl StablehloComparisonType {
    /// `STABLEHLO_COMPARISON_TYPE_NOTYPE`.
    pub const STABLEHLO_COMPARISON_TYPE_NOTYPE: Self = Self(0);
    /// `STABLEHLO_COMPARISON_TYPE_FLOAT`.
    pub const STABLEHLO_COMPARISON_TYPE_FLOAT: Self = Self(1);
    /// `STABLEHLO_COMPARISON_TYPE_FLOAT_TOTAL_ORDER`.
    pub const STABLEHLO_COMPARISON_TYPE_FLOAT_TOTAL_ORDER: Self = Self(2);
    /// `STABLEHLO_COMPARISON_TYPE_SIGNED`.
    pub const STABLEHLO_COMPARISON_TYPE_SIGNED: Self = Self(3);
    /// `STABLEHLO_COMPARISON_TYPE_UNSIGNED`.
    pub const STABLEHLO_COMPARISON_TYPE_UNSIGNED: Self = Self(4);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[
        (Self::STABLEHLO_COMPARISON_TYPE_NOTYPE, "STABLEHLO_COMPARISON_TYPE_NOTYPE"),
        (Self::STABLEHLO_COMPARISON_TYPE_FLOAT, "STABLEHLO_COMPARISON_TYPE_FLOAT"),
        (Self::STABLEHLO_COMPARISON_TYPE_FLOAT_TOTAL_ORDER, "STABLEHLO_COMPARISON_TYPE_FLOAT_TOTAL_ORDER"),
        (Self::STABLEHLO_COMPARISON_TYPE_SIGNED, "STABLEHLO_COMPARISON_TYPE_SIGNED"),
        (Self::STABLEHLO_COMPARISON_TYPE_UNSIGNED, "STABLEHLO_COMPARISON_TYPE_UNSIGNED"),
    ];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for StablehloComparisonType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "StablehloComparisonType({})", self.0),
        }
    }
}

impl Scalar for StablehloComparisonType {
    const SIZE: usize = u32::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(u32::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// Generators of random numbers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct RngAlgorithm(pub i8);

impl RngAlgorithm {
    /// `DEFAULT`.
    pub const DEFAULT: Self = Self(0);
    /// `PHILOX`.
    pub const PHILOX: Self = Self(1);
    /// `THREEFRY`.
    pub const THREEFRY: Self = Self(2);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] =
        &[(Self::DEFAULT, "DEFAULT"), (Self::PHILOX, "PHILOX"), (Self::THREEFRY, "THREEFRY")];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for RngAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "RngAlgorithm({})", self.0),
        }
    }
}

impl Scalar for RngAlgorithm {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// How a window is placed at the borders.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Padding(pub i8);

impl Padding {
    /// Padded so that at stride 1 the size is kept.
    pub const SAME: Self = Self(0);
    /// Not padded.
    pub const VALID: Self = Self(1);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[(Self::SAME, "SAME"), (Self::VALID, "VALID")];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for Padding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "Padding({})", self.0),
        }
    }
}

impl Scalar for Padding {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// What is applied to the result of an operator.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ActivationFunctionType(pub i8);

impl ActivationFunctionType {
    /// `NONE`.
    pub const NONE: Self = Self(0);
    /// `RELU`.
    pub const RELU: Self = Self(1);
    /// `RELU_N1_TO_1`.
    pub const RELU_N1_TO_1: Self = Self(2);
    /// `RELU6`.
    pub const RELU6: Self = Self(3);
    /// `TANH`.
    pub const TANH: Self = Self(4);
    /// `SIGN_BIT`.
    pub const SIGN_BIT: Self = Self(5);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[
        (Self::NONE, "NONE"),
        (Self::RELU, "RELU"),
        (Self::RELU_N1_TO_1, "RELU_N1_TO_1"),
        (Self::RELU6, "RELU6"),
        (Self::TANH, "TANH"),
        (Self::SIGN_BIT, "SIGN_BIT"),
    ];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for ActivationFunctionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "ActivationFunctionType({})", self.0),
        }
    }
}

impl Scalar for ActivationFunctionType {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// How hashes are combined.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct LSHProjectionType(pub i8);

impl LSHProjectionType {
    /// `UNKNOWN`.
    pub const UNKNOWN: Self = Self(0);
    /// `SPARSE`.
    pub const SPARSE: Self = Self(1);
    /// `DENSE`.
    pub const DENSE: Self = Self(2);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] =
        &[(Self::UNKNOWN, "UNKNOWN"), (Self::SPARSE, "SPARSE"), (Self::DENSE, "DENSE")];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for LSHProjectionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "LSHProjectionType({})", self.0),
        }
    }
}

impl Scalar for LSHProjectionType {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// The order of the weights.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FullyConnectedOptionsWeightsFormat(pub i8);

impl FullyConnectedOptionsWeightsFormat {
    /// `DEFAULT`.
    pub const DEFAULT: Self = Self(0);
    /// `SHUFFLED4x16INT8`.
    pub const SHUFFLED4x16INT8: Self = Self(1);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] =
        &[(Self::DEFAULT, "DEFAULT"), (Self::SHUFFLED4x16INT8, "SHUFFLED4x16INT8")];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for FullyConnectedOptionsWeightsFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "FullyConnectedOptionsWeightsFormat({})", self.0),
        }
    }
}

impl Scalar for FullyConnectedOptionsWeightsFormat {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// Which cell an LSTM has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct LSTMKernelType(pub i8);

impl LSTMKernelType {
    /// `FULL`.
    pub const FULL: Self = Self(0);
    /// `BASIC`.
    pub const BASIC: Self = Self(1);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[(Self::FULL, "FULL"), (Self::BASIC, "BASIC")];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for LSTMKernelType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "LSTMKernelType({})", self.0),
        }
    }
}

impl Scalar for LSTMKernelType {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// How embeddings are joined.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct CombinerType(pub i8);

impl CombinerType {
    /// `SUM`.
    pub const SUM: Self = Self(0);
    /// `MEAN`.
    pub const MEAN: Self = Self(1);
    /// `SQRTN`.
    pub const SQRTN: Self = Self(2);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] =
        &[(Self::SUM, "SUM"), (Self::MEAN, "MEAN"), (Self::SQRTN, "SQRTN")];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for CombinerType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "CombinerType({})", self.0),
        }
    }
}

impl Scalar for CombinerType {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// Whether the border itself is mirrored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct MirrorPadMode(pub i8);

impl MirrorPadMode {
    /// `REFLECT`.
    pub const REFLECT: Self = Self(0);
    /// `SYMMETRIC`.
    pub const SYMMETRIC: Self = Self(1);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] =
        &[(Self::REFLECT, "REFLECT"), (Self::SYMMETRIC, "SYMMETRIC")];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for MirrorPadMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "MirrorPadMode({})", self.0),
        }
    }
}

impl Scalar for MirrorPadMode {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// How the elements of a window are joined.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ReduceWindowFunction(pub i32);

impl ReduceWindowFunction {
    /// `UNSUPPORTED`.
    pub const UNSUPPORTED: Self = Self(0);
    /// `ADD`.
    pub const ADD: Self = Self(1);
    /// `MUL`.
    pub const MUL: Self = Self(2);
    /// `MINIMUM`.
    pub const MINIMUM: Self = Self(3);
    /// `MAXIMUM`.
    pub const MAXIMUM: Self = Self(4);
    /// `ALL`.
    pub const ALL: Self = Self(5);
    /// `ANY`.
    pub const ANY: Self = Self(6);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[
        (Self::UNSUPPORTED, "UNSUPPORTED"),
        (Self::ADD, "ADD"),
        (Self::MUL, "MUL"),
        (Self::MINIMUM, "MINIMUM"),
        (Self::MAXIMUM, "MAXIMUM"),
        (Self::ALL, "ALL"),
        (Self::ANY, "ANY"),
    ];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for ReduceWindowFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "ReduceWindowFunction({})", self.0),
        }
    }
}

impl Scalar for ReduceWindowFunction {
    const SIZE: usize = i32::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i32::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// How options of custom operators are written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct CustomOptionsFormat(pub i8);

impl CustomOptionsFormat {
    /// `FLEXBUFFERS`.
    pub const FLEXBUFFERS: Self = Self(0);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[(Self::FLEXBUFFERS, "FLEXBUFFERS")];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for CustomOptionsFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "CustomOptionsFormat({})", self.0),
        }
    }
}

impl Scalar for CustomOptionsFormat {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// Quantization beyond one scale and zero point for each index of a dimension.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct QuantizationDetails(pub u8);

impl QuantizationDetails {
    /// No table.
    pub const NONE: Self = Self(0);
    /// [`CustomQuantization`](struct@CustomQuantization).
    pub const CustomQuantization: Self = Self(1);
    /// [`BlockwiseQuantization`](struct@BlockwiseQuantization).
    pub const BlockwiseQuantization: Self = Self(2);
    /// [`MultiAxisQuantization`](struct@MultiAxisQuantization).
    pub const MultiAxisQuantization: Self = Self(3);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[
        (Self::NONE, "NONE"),
        (Self::CustomQuantization, "CustomQuantization"),
        (Self::BlockwiseQuantization, "BlockwiseQuantization"),
        (Self::MultiAxisQuantization, "MultiAxisQuantization"),
    ];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for QuantizationDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "QuantizationDetails({})", self.0),
        }
    }
}

impl Scalar for QuantizationDetails {
    const SIZE: usize = u8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(u8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// Indices of a sparse dimension, in the narrowest type that holds them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SparseIndexVector(pub u8);

impl SparseIndexVector {
    /// No table.
    pub const NONE: Self = Self(0);
    /// [`Int32Vector`](struct@Int32Vector).
    pub const Int32Vector: Self = Self(1);
    /// [`Uint16Vector`](struct@Uint16Vector).
    pub const Uint16Vector: Self = Self(2);
    /// [`Uint8Vector`](struct@Uint8Vector).
    pub const Uint8Vector: Self = Self(3);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[
        (Self::NONE, "NONE"),
        (Self::Int32Vector, "Int32Vector"),
        (Self::Uint16Vector, "Uint16Vector"),
        (Self::Uint8Vector, "Uint8Vector"),
    ];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for SparseIndexVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "SparseIndexVector({})", self.0),
        }
    }
}

impl Scalar for SparseIndexVector {
    const SIZE: usize = u8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(u8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// The options of builtin operators.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct BuiltinOptions(pub u8);

impl BuiltinOptions {
    /// No table.
    pub const NONE: Self = Self(0);
    /// [`Conv2DOptions`](struct@Conv2DOptions).
    pub const Conv2DOptions: Self = Self(1);
    /// [`DepthwiseConv2DOptions`](struct@DepthwiseConv2DOptions).
    pub const DepthwiseConv2DOptions: Self = Self(2);
    /// [`ConcatEmbeddingsOptions`](struct@ConcatEmbeddingsOptions).
    pub const ConcatEmbeddingsOptions: Self = Self(3);
    /// [`LSHProjectionOptions`](struct@LSHProjectionOptions).
    pub const LSHProjectionOptions: Self = Self(4);
    /// [`Pool2DOptions`](struct@Pool2DOptions).
    pub const Pool2DOptions: Self = Self(5);
    /// [`SVDFOptions`](struct@SVDFOptions).
    pub const SVDFOptions: Self = Self(6);
    /// [`RNNOptions`](struct@RNNOptions).
    pub const RNNOptions: Self = Self(7);
    /// [`FullyConnectedOptions`](struct@FullyConnectedOptions).
    pub const FullyConnectedOptions: Self = Self(8);
    /// [`SoftmaxOptions`](struct@SoftmaxOptions).
    pub const SoftmaxOptions: Self = Self(9);
    /// [`ConcatenationOptions`](struct@ConcatenationOptions).
    pub const ConcatenationOptions: Self = Self(10);
    /// [`AddOptions`](struct@AddOptions).
    pub const AddOptions: Self = Self(11);
    /// [`L2NormOptions`](struct@L2NormOptions).
    pub const L2NormOptions: Self = Self(12);
    /// [`LocalResponseNormalizationOptions`](struct@LocalResponseNormalizationOptions).
    pub const LocalResponseNormalizationOptions: Self = Self(13);
    /// [`LSTMOptions`](struct@LSTMOptions).
    pub const LSTMOptions: Self = Self(14);
    /// [`ResizeBilinearOptions`](struct@ResizeBilinearOptions).
    pub const ResizeBilinearOptions: Self = Self(15);
    /// [`CallOptions`](struct@CallOptions).
    pub const CallOptions: Self = Self(16);
    /// [`ReshapeOptions`](struct@ReshapeOptions).
    pub const ReshapeOptions: Self = Self(17);
    /// [`SkipGramOptions`](struct@SkipGramOptions).
    pub const SkipGramOptions: Self = Self(18);
    /// [`SpaceToDepthOptions`](struct@SpaceToDepthOptions).
    pub const SpaceToDepthOptions: Self = Self(19);
    /// [`EmbeddingLookupSparseOptions`](struct@EmbeddingLookupSparseOptions).
    pub const EmbeddingLookupSparseOptions: Self = Self(20);
    /// [`MulOptions`](struct@MulOptions).
    pub const MulOptions: Self = Self(21);
    /// [`PadOptions`](struct@PadOptions).
    pub const PadOptions: Self = Self(22);
    /// [`GatherOptions`](struct@GatherOptions).
    pub const GatherOptions: Self = Self(23);
    /// [`BatchToSpaceNDOptions`](struct@BatchToSpaceNDOptions).
    pub const BatchToSpaceNDOptions: Self = Self(24);
    /// [`SpaceToBatchNDOptions`](struct@SpaceToBatchNDOptions).
    pub const SpaceToBatchNDOptions: Self = Self(25);
    /// [`TransposeOptions`](struct@TransposeOptions).
    pub const TransposeOptions: Self = Self(26);
    /// [`ReducerOptions`](struct@ReducerOptions).
    pub const ReducerOptions: Self = Self(27);
    /// [`SubOptions`](struct@SubOptions).
    pub const SubOptions: Self = Self(28);
    /// [`DivOptions`](struct@DivOptions).
    pub const DivOptions: Self = Self(29);
    /// [`SqueezeOptions`](struct@SqueezeOptions).
    pub const SqueezeOptions: Self = Self(30);
    /// [`SequenceRNNOptions`](struct@SequenceRNNOptions).
    pub const SequenceRNNOptions: Self = Self(31);
    /// [`StridedSliceOptions`](struct@StridedSliceOptions).
    pub const StridedSliceOptions: Self = Self(32);
    /// [`ExpOptions`](struct@ExpOptions).
    pub const ExpOptions: Self = Self(33);
    /// [`TopKV2Options`](struct@TopKV2Options).
    pub const TopKV2Options: Self = Self(34);
    /// [`SplitOptions`](struct@SplitOptions).
    pub const SplitOptions: Self = Self(35);
    /// [`LogSoftmaxOptions`](struct@LogSoftmaxOptions).
    pub const LogSoftmaxOptions: Self = Self(36);
    /// [`CastOptions`](struct@CastOptions).
    pub const CastOptions: Self = Self(37);
    /// [`DequantizeOptions`](struct@DequantizeOptions).
    pub const DequantizeOptions: Self = Self(38);
    /// [`MaximumMinimumOptions`](struct@MaximumMinimumOptions).
    pub const MaximumMinimumOptions: Self = Self(39);
    /// [`ArgMaxOptions`](struct@ArgMaxOptions).
    pub const ArgMaxOptions: Self = Self(40);
    /// [`LessOptions`](struct@LessOptions).
    pub const LessOptions: Self = Self(41);
    /// [`NegOptions`](struct@NegOptions).
    pub const NegOptions: Self = Self(42);
    /// [`PadV2Options`](struct@PadV2Options).
    pub const PadV2Options: Self = Self(43);
    /// [`GreaterOptions`](struct@GreaterOptions).
    pub const GreaterOptions: Self = Self(44);
    /// [`GreaterEqualOptions`](struct@GreaterEqualOptions).
    pub const GreaterEqualOptions: Self = Self(45);
    /// [`LessEqualOptions`](struct@LessEqualOptions).
    pub const LessEqualOptions: Self = Self(46);
    /// [`SelectOptions`](struct@SelectOptions).
    pub const SelectOptions: Self = Self(47);
    /// [`SliceOptions`](struct@SliceOptions).
    pub const SliceOptions: Self = Self(48);
    /// [`TransposeConvOptions`](struct@TransposeConvOptions).
    pub const TransposeConvOptions: Self = Self(49);
    /// [`SparseToDenseOptions`](struct@SparseToDenseOptions).
    pub const SparseToDenseOptions: Self = Self(50);
    /// [`TileOptions`](struct@TileOptions).
    pub const TileOptions: Self = Self(51);
    /// [`ExpandDimsOptions`](struct@ExpandDimsOptions).
    pub const ExpandDimsOptions: Self = Self(52);
    /// [`EqualOptions`](struct@EqualOptions).
    pub const EqualOptions: Self = Self(53);
    /// [`NotEqualOptions`](struct@NotEqualOptions).
    pub const NotEqualOptions: Self = Self(54);
    /// [`ShapeOptions`](struct@ShapeOptions).
    pub const ShapeOptions: Self = Self(55);
    /// [`PowOptions`](struct@PowOptions).
    pub const PowOptions: Self = Self(56);
    /// [`ArgMinOptions`](struct@ArgMinOptions).
    pub const ArgMinOptions: Self = Self(57);
    /// [`FakeQuantOptions`](struct@FakeQuantOptions).
    pub const FakeQuantOptions: Self = Self(58);
    /// [`PackOptions`](struct@PackOptions).
    pub const PackOptions: Self = Self(59);
    /// [`LogicalOrOptions`](struct@LogicalOrOptions).
    pub const LogicalOrOptions: Self = Self(60);
    /// [`OneHotOptions`](struct@OneHotOptions).
    pub const OneHotOptions: Self = Self(61);
    /// [`LogicalAndOptions`](struct@LogicalAndOptions).
    pub const LogicalAndOptions: Self = Self(62);
    /// [`LogicalNotOptions`](struct@LogicalNotOptions).
    pub const LogicalNotOptions: Self = Self(63);
    /// [`UnpackOptions`](struct@UnpackOptions).
    pub const UnpackOptions: Self = Self(64);
    /// [`FloorDivOptions`](struct@FloorDivOptions).
    pub const FloorDivOptions: Self = Self(65);
    /// [`SquareOptions`](struct@SquareOptions).
    pub const SquareOptions: Self = Self(66);
    /// [`ZerosLikeOptions`](struct@ZerosLikeOptions).
    pub const ZerosLikeOptions: Self = Self(67);
    /// [`FillOptions`](struct@FillOptions).
    pub const FillOptions: Self = Self(68);
    /// [`BidirectionalSequenceLSTMOptions`](struct@BidirectionalSequenceLSTMOptions).
    pub const BidirectionalSequenceLSTMOptions: Self = Self(69);
    /// [`BidirectionalSequenceRNNOptions`](struct@BidirectionalSequenceRNNOptions).
    pub const BidirectionalSequenceRNNOptions: Self = Self(70);
    /// [`UnidirectionalSequenceLSTMOptions`](struct@UnidirectionalSequenceLSTMOptions).
    pub const UnidirectionalSequenceLSTMOptions: Self = Self(71);
    /// [`FloorModOptions`](struct@FloorModOptions).
    pub const FloorModOptions: Self = Self(72);
    /// [`RangeOptions`](struct@RangeOptions).
    pub const RangeOptions: Self = Self(73);
    /// [`ResizeNearestNeighborOptions`](struct@ResizeNearestNeighborOptions).
    pub const ResizeNearestNeighborOptions: Self = Self(74);
    /// [`LeakyReluOptions`](struct@LeakyReluOptions).
    pub const LeakyReluOptions: Self = Self(75);
    /// [`SquaredDifferenceOptions`](struct@SquaredDifferenceOptions).
    pub const SquaredDifferenceOptions: Self = Self(76);
    /// [`MirrorPadOptions`](struct@MirrorPadOptions).
    pub const MirrorPadOptions: Self = Self(77);
    /// [`AbsOptions`](struct@AbsOptions).
    pub const AbsOptions: Self = Self(78);
    /// [`SplitVOptions`](struct@SplitVOptions).
    pub const SplitVOptions: Self = Self(79);
    /// [`UniqueOptions`](struct@UniqueOptions).
    pub const UniqueOptions: Self = Self(80);
    /// [`ReverseV2Options`](struct@ReverseV2Options).
    pub const ReverseV2Options: Self = Self(81);
    /// [`AddNOptions`](struct@AddNOptions).
    pub const AddNOptions: Self = Self(82);
    /// [`GatherNdOptions`](struct@GatherNdOptions).
    pub const GatherNdOptions: Self = Self(83);
    /// [`CosOptions`](struct@CosOptions).
    pub const CosOptions: Self = Self(84);
    /// [`WhereOptions`](struct@WhereOptions).
    pub const WhereOptions: Self = Self(85);
    /// [`RankOptions`](struct@RankOptions).
    pub const RankOptions: Self = Self(86);
    /// [`ReverseSequenceOptions`](struct@ReverseSequenceOptions).
    pub const ReverseSequenceOptions: Self = Self(87);
    /// [`MatrixDiagOptions`](struct@MatrixDiagOptions).
    pub const MatrixDiagOptions: Self = Self(88);
    /// [`QuantizeOptions`](struct@QuantizeOptions).
    pub const QuantizeOptions: Self = Self(89);
    /// [`MatrixSetDiagOptions`](struct@MatrixSetDiagOptions).
    pub const MatrixSetDiagOptions: Self = Self(90);
    /// [`HardSwishOptions`](struct@HardSwishOptions).
    pub const HardSwishOptions: Self = Self(91);
    /// [`IfOptions`](struct@IfOptions).
    pub const IfOptions: Self = Self(92);
    /// [`WhileOptions`](struct@WhileOptions).
    pub const WhileOptions: Self = Self(93);
    /// [`DepthToSpaceOptions`](struct@DepthToSpaceOptions).
    pub const DepthToSpaceOptions: Self = Self(94);
    /// [`NonMaxSuppressionV4Options`](struct@NonMaxSuppressionV4Options).
    pub const NonMaxSuppressionV4Options: Self = Self(95);
    /// [`NonMaxSuppressionV5Options`](struct@NonMaxSuppressionV5Options).
    pub const NonMaxSuppressionV5Options: Self = Self(96);
    /// [`ScatterNdOptions`](struct@ScatterNdOptions).
    pub const ScatterNdOptions: Self = Self(97);
    /// [`SelectV2Options`](struct@SelectV2Options).
    pub const SelectV2Options: Self = Self(98);
    /// [`DensifyOptions`](struct@DensifyOptions).
    pub const DensifyOptions: Self = Self(99);
    /// [`SegmentSumOptions`](struct@SegmentSumOptions).
    pub const SegmentSumOptions: Self = Self(100);
    /// [`BatchMatMulOptions`](struct@BatchMatMulOptions).
    pub const BatchMatMulOptions: Self = Self(101);
    /// [`CumsumOptions`](struct@CumsumOptions).
    pub const CumsumOptions: Self = Self(102);
    /// [`CallOnceOptions`](struct@CallOnceOptions).
    pub const CallOnceOptions: Self = Self(103);
    /// [`BroadcastToOptions`](struct@BroadcastToOptions).
    pub const BroadcastToOptions: Self = Self(104);
    /// [`Rfft2dOptions`](struct@Rfft2dOptions).
    pub const Rfft2dOptions: Self = Self(105);
    /// [`Conv3DOptions`](struct@Conv3DOptions).
    pub const Conv3DOptions: Self = Self(106);
    /// [`HashtableOptions`](struct@HashtableOptions).
    pub const HashtableOptions: Self = Self(107);
    /// [`HashtableFindOptions`](struct@HashtableFindOptions).
    pub const HashtableFindOptions: Self = Self(108);
    /// [`HashtableImportOptions`](struct@HashtableImportOptions).
    pub const HashtableImportOptions: Self = Self(109);
    /// [`HashtableSizeOptions`](struct@HashtableSizeOptions).
    pub const HashtableSizeOptions: Self = Self(110);
    /// [`VarHandleOptions`](struct@VarHandleOptions).
    pub const VarHandleOptions: Self = Self(111);
    /// [`ReadVariableOptions`](struct@ReadVariableOptions).
    pub const ReadVariableOptions: Self = Self(112);
    /// [`AssignVariableOptions`](struct@AssignVariableOptions).
    pub const AssignVariableOptions: Self = Self(113);
    /// [`RandomOptions`](struct@RandomOptions).
    pub const RandomOptions: Self = Self(114);
    /// [`BucketizeOptions`](struct@BucketizeOptions).
    pub const BucketizeOptions: Self = Self(115);
    /// [`GeluOptions`](struct@GeluOptions).
    pub const GeluOptions: Self = Self(116);
    /// [`DynamicUpdateSliceOptions`](struct@DynamicUpdateSliceOptions).
    pub const DynamicUpdateSliceOptions: Self = Self(117);
    /// [`UnsortedSegmentProdOptions`](struct@UnsortedSegmentProdOptions).
    pub const UnsortedSegmentProdOptions: Self = Self(118);
    /// [`UnsortedSegmentMaxOptions`](struct@UnsortedSegmentMaxOptions).
    pub const UnsortedSegmentMaxOptions: Self = Self(119);
    /// [`UnsortedSegmentMinOptions`](struct@UnsortedSegmentMinOptions).
    pub const UnsortedSegmentMinOptions: Self = Self(120);
    /// [`UnsortedSegmentSumOptions`](struct@UnsortedSegmentSumOptions).
    pub const UnsortedSegmentSumOptions: Self = Self(121);
    /// [`ATan2Options`](struct@ATan2Options).
    pub const ATan2Options: Self = Self(122);
    /// [`SignOptions`](struct@SignOptions).
    pub const SignOptions: Self = Self(123);
    /// [`BitcastOptions`](struct@BitcastOptions).
    pub const BitcastOptions: Self = Self(124);
    /// [`BitwiseXorOptions`](struct@BitwiseXorOptions).
    pub const BitwiseXorOptions: Self = Self(125);
    /// [`RightShiftOptions`](struct@RightShiftOptions).
    pub const RightShiftOptions: Self = Self(126);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[
        (Self::NONE, "NONE"),
        (Self::Conv2DOptions, "Conv2DOptions"),
        (Self::DepthwiseConv2DOptions, "DepthwiseConv2DOptions"),
        (Self::ConcatEmbeddingsOptions, "ConcatEmbeddingsOptions"),
        (Self::LSHProjectionOptions, "LSHProjectionOptions"),
        (Self::Pool2DOptions, "Pool2DOptions"),
        (Self::SVDFOptions, "SVDFOptions"),
        (Self::RNNOptions, "RNNOptions"),
        (Self::FullyConnectedOptions, "FullyConnectedOptions"),
        (Self::SoftmaxOptions, "SoftmaxOptions"),
        (Self::ConcatenationOptions, "ConcatenationOptions"),
        (Self::AddOptions, "AddOptions"),
        (Self::L2NormOptions, "L2NormOptions"),
        (Self::LocalResponseNormalizationOptions, "LocalResponseNormalizationOptions"),
        (Self::LSTMOptions, "LSTMOptions"),
        (Self::ResizeBilinearOptions, "ResizeBilinearOptions"),
        (Self::CallOptions, "CallOptions"),
        (Self::ReshapeOptions, "ReshapeOptions"),
        (Self::SkipGramOptions, "SkipGramOptions"),
        (Self::SpaceToDepthOptions, "SpaceToDepthOptions"),
        (Self::EmbeddingLookupSparseOptions, "EmbeddingLookupSparseOptions"),
        (Self::MulOptions, "MulOptions"),
        (Self::PadOptions, "PadOptions"),
        (Self::GatherOptions, "GatherOptions"),
        (Self::BatchToSpaceNDOptions, "BatchToSpaceNDOptions"),
        (Self::SpaceToBatchNDOptions, "SpaceToBatchNDOptions"),
        (Self::TransposeOptions, "TransposeOptions"),
        (Self::ReducerOptions, "ReducerOptions"),
        (Self::SubOptions, "SubOptions"),
        (Self::DivOptions, "DivOptions"),
        (Self::SqueezeOptions, "SqueezeOptions"),
        (Self::SequenceRNNOptions, "SequenceRNNOptions"),
        (Self::StridedSliceOptions, "StridedSliceOptions"),
        (Self::ExpOptions, "ExpOptions"),
        (Self::TopKV2Options, "TopKV2Options"),
        (Self::SplitOptions, "SplitOptions"),
        (Self::LogSoftmaxOptions, "LogSoftmaxOptions"),
        (Self::CastOptions, "CastOptions"),
        (Self::DequantizeOptions, "DequantizeOptions"),
        (Self::MaximumMinimumOptions, "MaximumMinimumOptions"),
        (Self::ArgMaxOptions, "ArgMaxOptions"),
        (Self::LessOptions, "LessOptions"),
        (Self::NegOptions, "NegOptions"),
        (Self::PadV2Options, "PadV2Options"),
        (Self::GreaterOptions, "GreaterOptions"),
        (Self::GreaterEqualOptions, "GreaterEqualOptions"),
        (Self::LessEqualOptions, "LessEqualOptions"),
        (Self::SelectOptions, "SelectOptions"),
        (Self::SliceOptions, "SliceOptions"),
        (Self::TransposeConvOptions, "TransposeConvOptions"),
        (Self::SparseToDenseOptions, "SparseToDenseOptions"),
        (Self::TileOptions, "TileOptions"),
        (Self::ExpandDimsOptions, "ExpandDimsOptions"),
        (Self::EqualOptions, "EqualOptions"),
        (Self::NotEqualOptions, "NotEqualOptions"),
        (Self::ShapeOptions, "ShapeOptions"),
        (Self::PowOptions, "PowOptions"),
        (Self::ArgMinOptions, "ArgMinOptions"),
        (Self::FakeQuantOptions, "FakeQuantOptions"),
        (Self::PackOptions, "PackOptions"),
        (Self::LogicalOrOptions, "LogicalOrOptions"),
        (Self::OneHotOptions, "OneHotOptions"),
        (Self::LogicalAndOptions, "LogicalAndOptions"),
        (Self::LogicalNotOptions, "LogicalNotOptions"),
        (Self::UnpackOptions, "UnpackOptions"),
        (Self::FloorDivOptions, "FloorDivOptions"),
        (Self::SquareOptions, "SquareOptions"),
        (Self::ZerosLikeOptions, "ZerosLikeOptions"),
        (Self::FillOptions, "FillOptions"),
        (Self::BidirectionalSequenceLSTMOptions, "BidirectionalSequenceLSTMOptions"),
        (Self::BidirectionalSequenceRNNOptions, "BidirectionalSequenceRNNOptions"),
        (Self::UnidirectionalSequenceLSTMOptions, "UnidirectionalSequenceLSTMOptions"),
        (Self::FloorModOptions, "FloorModOptions"),
        (Self::RangeOptions, "RangeOptions"),
        (Self::ResizeNearestNeighborOptions, "ResizeNearestNeighborOptions"),
        (Self::LeakyReluOptions, "LeakyReluOptions"),
        (Self::SquaredDifferenceOptions, "SquaredDifferenceOptions"),
        (Self::MirrorPadOptions, "MirrorPadOptions"),
        (Self::AbsOptions, "AbsOptions"),
        (Self::SplitVOptions, "SplitVOptions"),
        (Self::UniqueOptions, "UniqueOptions"),
        (Self::ReverseV2Options, "ReverseV2Options"),
        (Self::AddNOptions, "AddNOptions"),
        (Self::GatherNdOptions, "GatherNdOptions"),
        (Self::CosOptions, "CosOptions"),
        (Self::WhereOptions, "WhereOptions"),
        (Self::RankOptions, "RankOptions"),
        (Self::ReverseSequenceOptions, "ReverseSequenceOptions"),
        (Self::MatrixDiagOptions, "MatrixDiagOptions"),
        (Self::QuantizeOptions, "QuantizeOptions"),
        (Self::MatrixSetDiagOptions, "MatrixSetDiagOptions"),
        (Self::HardSwishOptions, "HardSwishOptions"),
        (Self::IfOptions, "IfOptions"),
        (Self::WhileOptions, "WhileOptions"),
        (Self::DepthToSpaceOptions, "DepthToSpaceOptions"),
        (Self::NonMaxSuppressionV4Options, "NonMaxSuppressionV4Options"),
        (Self::NonMaxSuppressionV5Options, "NonMaxSuppressionV5Options"),
        (Self::ScatterNdOptions, "ScatterNdOptions"),
        (Self::SelectV2Options, "SelectV2Options"),
        (Self::DensifyOptions, "DensifyOptions"),
        (Self::SegmentSumOptions, "SegmentSumOptions"),
        (Self::BatchMatMulOptions, "BatchMatMulOptions"),
        (Self::CumsumOptions, "CumsumOptions"),
        (Self::CallOnceOptions, "CallOnceOptions"),
        (Self::BroadcastToOptions, "BroadcastToOptions"),
        (Self::Rfft2dOptions, "Rfft2dOptions"),
        (Self::Conv3DOptions, "Conv3DOptions"),
        (Self::HashtableOptions, "HashtableOptions"),
        (Self::HashtableFindOptions, "HashtableFindOptions"),
        (Self::HashtableImportOptions, "HashtableImportOptions"),
        (Self::HashtableSizeOptions, "HashtableSizeOptions"),
        (Self::VarHandleOptions, "VarHandleOptions"),
        (Self::ReadVariableOptions, "ReadVariableOptions"),
        (Self::AssignVariableOptions, "AssignVariableOptions"),
        (Self::RandomOptions, "RandomOptions"),
        (Self::BucketizeOptions, "BucketizeOptions"),
        (Self::GeluOptions, "GeluOptions"),
        (Self::DynamicUpdateSliceOptions, "DynamicUpdateSliceOptions"),
        (Self::UnsortedSegmentProdOptions, "UnsortedSegmentProdOptions"),
        (Self::UnsortedSegmentMaxOptions, "UnsortedSegmentMaxOptions"),
        (Self::UnsortedSegmentMinOptions, "UnsortedSegmentMinOptions"),
        (Self::UnsortedSegmentSumOptions, "UnsortedSegmentSumOptions"),
        (Self::ATan2Options, "ATan2Options"),
        (Self::SignOptions, "SignOptions"),
        (Self::BitcastOptions, "BitcastOptions"),
        (Self::BitwiseXorOptions, "BitwiseXorOptions"),
        (Self::RightShiftOptions, "RightShiftOptions"),
    ];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for BuiltinOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "BuiltinOptions({})", self.0),
        }
    }
}

impl Scalar for BuiltinOptions {
    const SIZE: usize = u8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(u8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// The options of builtin operators that came after the first union was full.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct BuiltinOptions2(pub u8);

impl BuiltinOptions2 {
    /// No table.
    pub const NONE: Self = Self(0);
    /// [`StablehloConcatenateOptions`](struct@StablehloConcatenateOptions).
    pub const StablehloConcatenateOptions: Self = Self(1);
    /// [`StablehloBroadcastInDimOptions`](struct@StablehloBroadcastInDimOptions).
    pub const StablehloBroadcastInDimOptions: Self = Self(2);
    /// [`StablehloSliceOptions`](struct@StablehloSliceOptions).
    pub const StablehloSliceOptions: Self = Self(3);
    /// [`StablehloConvolutionOptions`](struct@StablehloConvolutionOptions).
    pub const StablehloConvolutionOptions: Self = Self(4);
    /// [`StablehloCustomCallOptions`](struct@StablehloCustomCallOptions).
    pub const StablehloCustomCallOptions: Self = Self(5);
    /// [`StablehloReduceOptions`](struct@StablehloReduceOptions).
    pub const StablehloReduceOptions: Self = Self(6);
    /// [`StablehloScatterOptions`](struct@StablehloScatterOptions).
    pub const StablehloScatterOptions: Self = Self(7);
    /// [`StablehloCompareOptions`](struct@StablehloCompareOptions).
    pub const StablehloCompareOptions: Self = Self(8);
    /// [`StablehloDynamicSliceOptions`](struct@StablehloDynamicSliceOptions).
    pub const StablehloDynamicSliceOptions: Self = Self(9);
    /// [`StablehloPadOptions`](struct@StablehloPadOptions).
    pub const StablehloPadOptions: Self = Self(10);
    /// [`StablehloIotaOptions`](struct@StablehloIotaOptions).
    pub const StablehloIotaOptions: Self = Self(11);
    /// [`StablehloDotGeneralOptions`](struct@StablehloDotGeneralOptions).
    pub const StablehloDotGeneralOptions: Self = Self(12);
    /// [`StablehloReduceWindowOptions`](struct@StablehloReduceWindowOptions).
    pub const StablehloReduceWindowOptions: Self = Self(13);
    /// [`StablehloSortOptions`](struct@StablehloSortOptions).
    pub const StablehloSortOptions: Self = Self(14);
    /// [`StablehloWhileOptions`](struct@StablehloWhileOptions).
    pub const StablehloWhileOptions: Self = Self(15);
    /// [`StablehloGatherOptions`](struct@StablehloGatherOptions).
    pub const StablehloGatherOptions: Self = Self(16);
    /// [`StablehloTransposeOptions`](struct@StablehloTransposeOptions).
    pub const StablehloTransposeOptions: Self = Self(17);
    /// [`DilateOptions`](struct@DilateOptions).
    pub const DilateOptions: Self = Self(18);
    /// [`StablehloRngBitGeneratorOptions`](struct@StablehloRngBitGeneratorOptions).
    pub const StablehloRngBitGeneratorOptions: Self = Self(19);
    /// [`ReduceWindowOptions`](struct@ReduceWindowOptions).
    pub const ReduceWindowOptions: Self = Self(20);
    /// [`StableHLOCompositeOptions`](struct@StableHLOCompositeOptions).
    pub const StableHLOCompositeOptions: Self = Self(21);
    /// [`StablehloShiftLeftOptions`](struct@StablehloShiftLeftOptions).
    pub const StablehloShiftLeftOptions: Self = Self(22);
    /// [`StablehloCaseOptions`](struct@StablehloCaseOptions).
    pub const StablehloCaseOptions: Self = Self(23);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[
        (Self::NONE, "NONE"),
        (Self::StablehloConcatenateOptions, "StablehloConcatenateOptions"),
        (Self::StablehloBroadcastInDimOptions, "StablehloBroadcastInDimOptions"),
        (Self::StablehloSliceOptions, "StablehloSliceOptions"),
        (Self::StablehloConvolutionOptions, "StablehloConvolutionOptions"),
        (Self::StablehloCustomCallOptions, "StablehloCustomCallOptions"),
        (Self::StablehloReduceOptions, "StablehloReduceOptions"),
        (Self::StablehloScatterOptions, "StablehloScatterOptions"),
        (Self::StablehloCompareOptions, "StablehloCompareOptions"),
        (Self::StablehloDynamicSliceOptions, "StablehloDynamicSliceOptions"),
        (Self::StablehloPadOptions, "StablehloPadOptions"),
        (Self::StablehloIotaOptions, "StablehloIotaOptions"),
        (Self::StablehloDotGeneralOptions, "StablehloDotGeneralOptions"),
        (Self::StablehloReduceWindowOptions, "StablehloReduceWindowOptions"),
        (Self::StablehloSortOptions, "StablehloSortOptions"),
        (Self::StablehloWhileOptions, "StablehloWhileOptions"),
        (Self::StablehloGatherOptions, "StablehloGatherOptions"),
        (Self::StablehloTransposeOptions, "StablehloTransposeOptions"),
        (Self::DilateOptions, "DilateOptions"),
        (Self::StablehloRngBitGeneratorOptions, "StablehloRngBitGeneratorOptions"),
        (Self::ReduceWindowOptions, "ReduceWindowOptions"),
        (Self::StableHLOCompositeOptions, "StableHLOCompositeOptions"),
        (Self::StablehloShiftLeftOptions, "StablehloShiftLeftOptions"),
        (Self::StablehloCaseOptions, "StablehloCaseOptions"),
    ];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for BuiltinOptions2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "BuiltinOptions2({})", self.0),
        }
    }
}

impl Scalar for BuiltinOptions2 {
    const SIZE: usize = u8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(u8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// Quantization parameters in a form that only their writer knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct CustomQuantization<'a>(Table<'a>);

impl<'a> From<Table<'a>> for CustomQuantization<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for CustomQuantization<'a> {
    type Union = QuantizationDetails;
    const TAG: QuantizationDetails = QuantizationDetails::CustomQuantization;
}

impl<'a> CustomQuantization<'a> {
    /// The field `custom`.
    pub fn custom(self) -> Vector<'a, u8> {
        self.0.vector(0)
    }
}

/// Scales for blocks of elements, kept in other tensors of the subgraph.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlockwiseQuantization<'a>(Table<'a>);

impl<'a> From<Table<'a>> for BlockwiseQuantization<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for BlockwiseQuantization<'a> {
    type Union = QuantizationDetails;
    const TAG: QuantizationDetails = QuantizationDetails::BlockwiseQuantization;
}

impl<'a> BlockwiseQuantization<'a> {
    /// Index of the tensor of scales.
    pub fn scales(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// Index of the tensor of zero points; -1 if all are 0.
    pub fn zero_points(self) -> i32 {
        self.0.scalar(1, 0)
    }

    /// Elements of the innermost dimension that share a scale.
    pub fn block_size(self) -> i32 {
        self.0.scalar(2, 0)
    }

    /// The block in each dimension.
    pub fn block_shape(self) -> Vector<'a, i32> {
        self.0.vector(3)
    }
}

/// Scales along several dimensions, kept in other tensors of the subgraph.
#[derive(Clone, Copy, Debug, Default)]
pub struct MultiAxisQuantization<'a>(Table<'a>);

impl<'a> From<Table<'a>> for MultiAxisQuantization<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for MultiAxisQuantization<'a> {
    type Union = QuantizationDetails;
    const TAG: QuantizationDetails = QuantizationDetails::MultiAxisQuantization;
}

impl<'a> MultiAxisQuantization<'a> {
    /// Index of the tensor of scales.
    pub fn scales(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// Index of the tensor of zero points; -1 if all are 0.
    pub fn zero_points(self) -> i32 {
        self.0.scalar(1, 0)
    }

    /// Elements that share a scale; 0 if there are no blocks.
    pub fn block_size(self) -> i32 {
        self.0.scalar(2, 0)
    }

    /// The dimensions that have scales of their own.
    pub fn quantized_dimensions(self) -> Vector<'a, i32> {
        self.0.vector(3)
    }
}

/// How the stored numbers `q` of a tensor stand for real ones: `scale * (q - zero_point)`, unless there are `details`.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuantizationParameters<'a>(Table<'a>);

impl<'a> From<Table<'a>> for QuantizationParameters<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> QuantizationParameters<'a> {
    /// Smallest real values seen, for information.
    pub fn min(self) -> Vector<'a, f32> {
        self.0.vector(0)
    }

    /// Largest real values seen, for information.
    pub fn max(self) -> Vector<'a, f32> {
        self.0.vector(1)
    }

    /// One scale, or one for each index of `quantized_dimension`.
    pub fn scale(self) -> Vector<'a, f32> {
        self.0.vector(2)
    }

    /// As many zero points as scales.
    pub fn zero_point(self) -> Vector<'a, i64> {
        self.0.vector(3)
    }

    /// Which table `details` is.
    pub fn details_type(self) -> QuantizationDetails {
        self.0.scalar(4, QuantizationDetails::NONE)
    }

    pub(crate) fn details_table(self) -> Option<Table<'a>> {
        self.0.table(5)
    }

    /// What takes the place of the fields above, if anything.
    /// `None` also if it is another table of the union.
    pub fn details<V: Variant<'a, Union = QuantizationDetails>>(self) -> Option<V> {
        self.0.variant(self.details_type(), 5)
    }

    /// The dimension that several scales belong to.
    pub fn quantized_dimension(self) -> i32 {
        self.0.scalar(6, 0)
    }
}

/// The format's table `Int32Vector`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Int32Vector<'a>(Table<'a>);

impl<'a> From<Table<'a>> for Int32Vector<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for Int32Vector<'a> {
    type Union = SparseIndexVector;
    const TAG: SparseIndexVector = SparseIndexVector::Int32Vector;
}

impl<'a> Int32Vector<'a> {
    /// The field `values`.
    pub fn values(self) -> Vector<'a, i32> {
        self.0.vector(0)
    }
}

/// The format's table `Uint16Vector`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Uint16Vector<'a>(Table<'a>);

impl<'a> From<Table<'a>> for Uint16Vector<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for Uint16Vector<'a> {
    type Union = SparseIndexVector;
    const TAG: SparseIndexVector = SparseIndexVector::Uint16Vector;
}

impl<'a> Uint16Vector<'a> {
    /// The field `values`.
    pub fn values(self) -> Vector<'a, u16> {
        self.0.vector(0)
    }
}

/// The format's table `Uint8Vector`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Uint8Vector<'a>(Table<'a>);

impl<'a> From<Table<'a>> for Uint8Vector<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for Uint8Vector<'a> {
    type Union = SparseIndexVector;
    const TAG: SparseIndexVector = SparseIndexVector::Uint8Vector;
}

impl<'a> Uint8Vector<'a> {
    /// The field `values`.
    pub fn values(self) -> Vector<'a, u8> {
        self.0.vector(0)
    }
}

/// A dimension of a sparse tensor.
#[derive(Clone, Copy, Debug, Default)]
pub struct DimensionMetadata<'a>(Table<'a>);

impl<'a> From<Table<'a>> for DimensionMetadata<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> DimensionMetadata<'a> {
    /// The field `format`.
    pub fn format(self) -> DimensionType {
        self.0.scalar(0, DimensionType::DENSE)
    }

    /// The size of a dense dimension.
    pub fn dense_size(self) -> i32 {
        self.0.scalar(1, 0)
    }

    /// Which table `array_segments` is.
    pub fn array_segments_type(self) -> SparseIndexVector {
        self.0.scalar(2, SparseIndexVector::NONE)
    }

    pub(crate) fn array_segments_table(self) -> Option<Table<'a>> {
        self.0.table(3)
    }

    /// For a sparse dimension: where the indices of each element of the dimension before begin and end.
    /// `None` also if it is another table of the union.
    pub fn array_segments<V: Variant<'a, Union = SparseIndexVector>>(self) -> Option<V> {
        self.0.variant(self.array_segments_type(), 3)
    }

    /// Which table `array_indices` is.
    pub fn array_indices_type(self) -> SparseIndexVector {
        self.0.scalar(4, SparseIndexVector::NONE)
    }

    pub(crate) fn array_indices_table(self) -> Option<Table<'a>> {
        self.0.table(5)
    }

    /// For a sparse dimension: the indices that are stored.
    /// `None` also if it is another table of the union.
    pub fn array_indices<V: Variant<'a, Union = SparseIndexVector>>(self) -> Option<V> {
        self.0.variant(self.array_indices_type(), 5)
    }
}

/// How the contents of a sparse tensor are laid out.
#[derive(Clone, Copy, Debug, Default)]
pub struct SparsityParameters<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SparsityParameters<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> SparsityParameters<'a> {
    /// The order of the dimensions in storage, those of the blocks last.
    pub fn traversal_order(self) -> Vector<'a, i32> {
        self.0.vector(0)
    }

    /// The tensor dimension that each block dimension divides.
    pub fn block_map(self) -> Vector<'a, i32> {
        self.0.vector(1)
    }

    /// One for each entry of `traversal_order`.
    pub fn dim_metadata(self) -> Tables<'a, DimensionMetadata<'a>> {
        self.0.tables(2)
    }
}

/// The type of what a VARIANT tensor holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct VariantSubType<'a>(Table<'a>);

impl<'a> From<Table<'a>> for VariantSubType<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> VariantSubType<'a> {
    /// The field `shape`.
    pub fn shape(self) -> Vector<'a, i32> {
        self.0.vector(0)
    }

    /// The field `type`.
    pub fn type_(self) -> TensorType {
        self.0.scalar(1, TensorType::FLOAT32)
    }

    /// The field `has_rank`.
    pub fn has_rank(self) -> bool {
        self.0.scalar(2, false)
    }
}

/// A tensor of a subgraph.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tensor<'a>(Table<'a>);

impl<'a> From<Table<'a>> for Tensor<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Tensor<'a> {
    /// Its size in each dimension.
    pub fn shape(self) -> Vector<'a, i32> {
        self.0.vector(0)
    }

    /// The field `type`.
    pub fn type_(self) -> TensorType {
        self.0.scalar(1, TensorType::FLOAT32)
    }

    /// Index of the buffer with its contents; 0 if it is not a constant.
    pub fn buffer(self) -> u32 {
        self.0.scalar(2, 0)
    }

    /// The field `name`.
    pub fn name(self) -> Option<&'a str> {
        self.0.string(3)
    }

    /// The field `quantization`.
    pub fn quantization(self) -> Option<QuantizationParameters<'a>> {
        self.0.table(4)
    }

    /// Whether it keeps its contents from run to run.
    pub fn is_variable(self) -> bool {
        self.0.scalar(5, false)
    }

    /// The field `sparsity`.
    pub fn sparsity(self) -> Option<SparsityParameters<'a>> {
        self.0.table(6)
    }

    /// The shape with -1 where the size is not fixed.
    pub fn shape_signature(self) -> Vector<'a, i32> {
        self.0.vector(7)
    }

    /// Whether an empty shape means a scalar rather than an unknown shape.
    pub fn has_rank(self) -> bool {
        self.0.scalar(8, false)
    }

    /// What a VARIANT tensor holds.
    pub fn variant_tensors(self) -> Tables<'a, VariantSubType<'a>> {
        self.0.tables(9)
    }

    /// The `id` of the external buffer with its contents; 0 if they are not in another file.
    pub fn external_buffer(self) -> u32 {
        self.0.scalar(10, 0)
    }
}

/// The format's table `StablehloGatherOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloGatherOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloGatherOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloGatherOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloGatherOptions;
}

impl<'a> StablehloGatherOptions<'a> {
    /// The field `offset_dims`.
    pub fn offset_dims(self) -> Vector<'a, i64> {
        self.0.vector(0)
    }

    /// The field `collapsed_slice_dims`.
    pub fn collapsed_slice_dims(self) -> Vector<'a, i64> {
        self.0.vector(1)
    }

    /// The field `start_index_map`.
    pub fn start_index_map(self) -> Vector<'a, i64> {
        self.0.vector(2)
    }

    /// The field `index_vector_dim`.
    pub fn index_vector_dim(self) -> i64 {
        self.0.scalar(3, 0)
    }

    /// The field `slice_sizes`.
    pub fn slice_sizes(self) -> Vector<'a, i64> {
        self.0.vector(4)
    }

    /// The field `indices_are_sorted`.
    pub fn indices_are_sorted(self) -> bool {
        self.0.scalar(5, false)
    }
}

/// The format's table `StablehloTransposeOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloTransposeOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloTransposeOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloTransposeOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloTransposeOptions;
}

impl<'a> StablehloTransposeOptions<'a> {
    /// The field `permutation`.
    pub fn permutation(self) -> Vector<'a, i64> {
        self.0.vector(0)
    }
}

/// The format's table `StablehloDotGeneralOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloDotGeneralOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloDotGeneralOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloDotGeneralOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloDotGeneralOptions;
}

impl<'a> StablehloDotGeneralOptions<'a> {
    /// The field `lhs_batching_dimensions`.
    pub fn lhs_batching_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(0)
    }

    /// The field `rhs_batching_dimensions`.
    pub fn rhs_batching_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(1)
    }

    /// The field `lhs_contracting_dimensions`.
    pub fn lhs_contracting_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(2)
    }

    /// The field `rhs_contracting_dimensions`.
    pub fn rhs_contracting_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(3)
    }

    /// The field `precision_config`.
    pub fn precision_config(self) -> Vector<'a, StablehloPrecisionConfig> {
        self.0.vector(4)
    }
}

/// The format's table `StablehloReduceWindowOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloReduceWindowOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloReduceWindowOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloReduceWindowOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloReduceWindowOptions;
}

impl<'a> StablehloReduceWindowOptions<'a> {
    /// The field `window_dimensions`.
    pub fn window_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(0)
    }

    /// The field `window_strides`.
    pub fn window_strides(self) -> Vector<'a, i64> {
        self.0.vector(1)
    }

    /// The field `base_dilations`.
    pub fn base_dilations(self) -> Vector<'a, i64> {
        self.0.vector(2)
    }

    /// The field `window_dilations`.
    pub fn window_dilations(self) -> Vector<'a, i64> {
        self.0.vector(3)
    }

    /// The field `padding`.
    pub fn padding(self) -> Vector<'a, i64> {
        self.0.vector(4)
    }

    /// The field `body_subgraph_index`.
    pub fn body_subgraph_index(self) -> i32 {
        self.0.scalar(5, 0)
    }
}

/// The format's table `StablehloWhileOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloWhileOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloWhileOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloWhileOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloWhileOptions;
}

impl<'a> StablehloWhileOptions<'a> {
    /// The field `cond_subgraph_index`.
    pub fn cond_subgraph_index(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// The field `body_subgraph_index`.
    pub fn body_subgraph_index(self) -> i32 {
        self.0.scalar(1, 0)
    }
}

/// The format's table `StablehloSortOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloSortOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloSortOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloSortOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloSortOptions;
}

impl<'a> StablehloSortOptions<'a> {
    /// The field `dimension`.
    pub fn dimension(self) -> i64 {
        self.0.scalar(0, 0)
    }

    /// The field `is_stable`.
    pub fn is_stable(self) -> bool {
        self.0.scalar(1, false)
    }

    /// The field `comparator_subgraph_index`.
    pub fn comparator_subgraph_index(self) -> i32 {
        self.0.scalar(2, 0)
    }
}

/// The format's table `StablehloConcatenateOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloConcatenateOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloConcatenateOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloConcatenateOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloConcatenateOptions;
}

impl<'a> StablehloConcatenateOptions<'a> {
    /// The field `dimension`.
    pub fn dimension(self) -> i64 {
        self.0.scalar(0, 0)
    }
}

/// The format's table `StablehloBroadcastInDimOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloBroadcastInDimOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloBroadcastInDimOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloBroadcastInDimOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloBroadcastInDimOptions;
}

impl<'a> StablehloBroadcastInDimOptions<'a> {
    /// The field `broadcast_dimensions`.
    pub fn broadcast_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(0)
    }
}

/// The format's table `StablehloCompareOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloCompareOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloCompareOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloCompareOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloCompareOptions;
}

impl<'a> StablehloCompareOptions<'a> {
    /// The field `comparison_direction`.
    pub fn comparison_direction(self) -> StablehloComparisonDirection {
        self.0.scalar(0, StablehloComparisonDirection::STABLEHLO_COMPARISON_DIRECTION_EQ)
    }

    /// The field `compare_type`.
    pub fn compare_type(self) -> StablehloComparisonType {
        self.0.scalar(1, StablehloComparisonType::STABLEHLO_COMPARISON_TYPE_NOTYPE)
    }
}

/// The format's table `StablehloDynamicSliceOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloDynamicSliceOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloDynamicSliceOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloDynamicSliceOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloDynamicSliceOptions;
}

impl<'a> StablehloDynamicSliceOptions<'a> {
    /// The field `slice_sizes`.
    pub fn slice_sizes(self) -> Vector<'a, i64> {
        self.0.vector(0)
    }
}

/// The format's table `StablehloPadOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloPadOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloPadOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloPadOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloPadOptions;
}

impl<'a> StablehloPadOptions<'a> {
    /// The field `edge_padding_low`.
    pub fn edge_padding_low(self) -> Vector<'a, i64> {
        self.0.vector(0)
    }

    /// The field `edge_padding_high`.
    pub fn edge_padding_high(self) -> Vector<'a, i64> {
        self.0.vector(1)
    }

    /// The field `interior_padding`.
    pub fn interior_padding(self) -> Vector<'a, i64> {
        self.0.vector(2)
    }
}

/// The format's table `StablehloIotaOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloIotaOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloIotaOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloIotaOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloIotaOptions;
}

impl<'a> StablehloIotaOptions<'a> {
    /// The field `iota_dimension`.
    pub fn iota_dimension(self) -> i64 {
        self.0.scalar(0, 0)
    }
}

/// The format's table `StablehloCustomCallOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloCustomCallOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloCustomCallOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloCustomCallOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloCustomCallOptions;
}

impl<'a> StablehloCustomCallOptions<'a> {
    /// The field `call_target_name`.
    pub fn call_target_name(self) -> Option<&'a str> {
        self.0.string(0)
    }

    /// The field `has_side_effect`.
    pub fn has_side_effect(self) -> bool {
        self.0.scalar(1, false)
    }

    /// The field `backend_config`.
    pub fn backend_config(self) -> Option<&'a str> {
        self.0.string(2)
    }

    /// The field `api_version`.
    pub fn api_version(self) -> i32 {
        self.0.scalar(3, 0)
    }

    /// The field `called_computations`.
    pub fn called_computations(self) -> Vector<'a, i32> {
        self.0.vector(4)
    }

    /// The field `custom_attributes`.
    pub fn custom_attributes(self) -> Vector<'a, u8> {
        self.0.vector(5)
    }
}

/// The format's table `StablehloReduceOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloReduceOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloReduceOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloReduceOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloReduceOptions;
}

impl<'a> StablehloReduceOptions<'a> {
    /// The field `dimensions`.
    pub fn dimensions(self) -> Vector<'a, i64> {
        self.0.vector(0)
    }

    /// The field `body_subgraph_index`.
    pub fn body_subgraph_index(self) -> i32 {
        self.0.scalar(1, 0)
    }
}

/// The format's table `StablehloSliceOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloSliceOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloSliceOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloSliceOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloSliceOptions;
}

impl<'a> StablehloSliceOptions<'a> {
    /// The field `start_indices`.
    pub fn start_indices(self) -> Vector<'a, i64> {
        self.0.vector(0)
    }

    /// The field `limit_indices`.
    pub fn limit_indices(self) -> Vector<'a, i64> {
        self.0.vector(1)
    }

    /// The field `strides`.
    pub fn strides(self) -> Vector<'a, i64> {
        self.0.vector(2)
    }
}

/// The format's table `StablehloConvolutionOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloConvolutionOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloConvolutionOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloConvolutionOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloConvolutionOptions;
}

impl<'a> StablehloConvolutionOptions<'a> {
    /// The field `window_strides`.
    pub fn window_strides(self) -> Vector<'a, i64> {
        self.0.vector(0)
    }

    /// The field `padding`.
    pub fn padding(self) -> Vector<'a, i64> {
        self.0.vector(1)
    }

    /// The field `lhs_dilation`.
    pub fn lhs_dilation(self) -> Vector<'a, i64> {
        self.0.vector(2)
    }

    /// The field `rhs_dilation`.
    pub fn rhs_dilation(self) -> Vector<'a, i64> {
        self.0.vector(3)
    }

    /// The field `window_reversal`.
    pub fn window_reversal(self) -> Vector<'a, bool> {
        self.0.vector(4)
    }

    /// The field `input_batch_dimension`.
    pub fn input_batch_dimension(self) -> i64 {
        self.0.scalar(5, 0)
    }

    /// The field `input_feature_dimension`.
    pub fn input_feature_dimension(self) -> i64 {
        self.0.scalar(6, 0)
    }

    /// The field `input_spatial_dimensions`.
    pub fn input_spatial_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(7)
    }

    /// The field `kernel_input_feature_dimension`.
    pub fn kernel_input_feature_dimension(self) -> i64 {
        self.0.scalar(8, 0)
    }

    /// The field `kernel_output_feature_dimension`.
    pub fn kernel_output_feature_dimension(self) -> i64 {
        self.0.scalar(9, 0)
    }

    /// The field `kernel_spatial_dimensions`.
    pub fn kernel_spatial_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(10)
    }

    /// The field `output_batch_dimension`.
    pub fn output_batch_dimension(self) -> i64 {
        self.0.scalar(11, 0)
    }

    /// The field `output_feature_dimension`.
    pub fn output_feature_dimension(self) -> i64 {
        self.0.scalar(12, 0)
    }

    /// The field `output_spatial_dimensions`.
    pub fn output_spatial_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(13)
    }

    /// The field `feature_group_count`.
    pub fn feature_group_count(self) -> i64 {
        self.0.scalar(14, 0)
    }

    /// The field `batch_group_count`.
    pub fn batch_group_count(self) -> i64 {
        self.0.scalar(15, 0)
    }

    /// The field `precision_config`.
    pub fn precision_config(self) -> Vector<'a, StablehloPrecisionConfig> {
        self.0.vector(16)
    }
}

/// The format's table `StablehloScatterOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloScatterOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloScatterOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloScatterOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloScatterOptions;
}

impl<'a> StablehloScatterOptions<'a> {
    /// The field `indices_are_sorted`.
    pub fn indices_are_sorted(self) -> bool {
        self.0.scalar(0, false)
    }

    /// The field `update_window_dims`.
    pub fn update_window_dims(self) -> Vector<'a, i64> {
        self.0.vector(1)
    }

    /// The field `inserted_window_dims`.
    pub fn inserted_window_dims(self) -> Vector<'a, i64> {
        self.0.vector(2)
    }

    /// The field `scatter_dims_to_operand_dims`.
    pub fn scatter_dims_to_operand_dims(self) -> Vector<'a, i64> {
        self.0.vector(3)
    }

    /// The field `index_vector_dim`.
    pub fn index_vector_dim(self) -> i64 {
        self.0.scalar(4, 0)
    }

    /// The field `unique_indices`.
    pub fn unique_indices(self) -> bool {
        self.0.scalar(5, false)
    }

    /// The field `update_computation_subgraph_index`.
    pub fn update_computation_subgraph_index(self) -> i32 {
        self.0.scalar(6, 0)
    }
}

/// The format's table `StablehloCaseOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloCaseOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloCaseOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloCaseOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloCaseOptions;
}

impl<'a> StablehloCaseOptions<'a> {
    /// The field `branch_subgraph_indices`.
    pub fn branch_subgraph_indices(self) -> Vector<'a, i32> {
        self.0.vector(0)
    }
}

/// The format's table `StablehloRngBitGeneratorOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloRngBitGeneratorOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloRngBitGeneratorOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloRngBitGeneratorOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloRngBitGeneratorOptions;
}

impl<'a> StablehloRngBitGeneratorOptions<'a> {
    /// The field `algorithm`.
    pub fn algorithm(self) -> RngAlgorithm {
        self.0.scalar(0, RngAlgorithm::DEFAULT)
    }
}

/// The format's table `Conv2DOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Conv2DOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for Conv2DOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for Conv2DOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::Conv2DOptions;
}

impl<'a> Conv2DOptions<'a> {
    /// The field `padding`.
    pub fn padding(self) -> Padding {
        self.0.scalar(0, Padding::SAME)
    }

    /// The field `stride_w`.
    pub fn stride_w(self) -> i32 {
        self.0.scalar(1, 0)
    }

    /// The field `stride_h`.
    pub fn stride_h(self) -> i32 {
        self.0.scalar(2, 0)
    }

    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(3, ActivationFunctionType::NONE)
    }

    /// The field `dilation_w_factor`; 1 if it is absent.
    pub fn dilation_w_factor(self) -> i32 {
        self.0.scalar(4, 1)
    }

    /// The field `dilation_h_factor`; 1 if it is absent.
    pub fn dilation_h_factor(self) -> i32 {
        self.0.scalar(5, 1)
    }

    /// The field `quantized_bias_type`.
    pub fn quantized_bias_type(self) -> TensorType {
        self.0.scalar(6, TensorType::FLOAT32)
    }
}

/// The format's table `Conv3DOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Conv3DOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for Conv3DOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for Conv3DOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::Conv3DOptions;
}

impl<'a> Conv3DOptions<'a> {
    /// The field `padding`.
    pub fn padding(self) -> Padding {
        self.0.scalar(0, Padding::SAME)
    }

    /// The field `stride_d`.
    pub fn stride_d(self) -> i32 {
        self.0.scalar(1, 0)
    }

    /// The field `stride_w`.
    pub fn stride_w(self) -> i32 {
        self.0.scalar(2, 0)
    }

    /// The field `stride_h`.
    pub fn stride_h(self) -> i32 {
        self.0.scalar(3, 0)
    }

    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(4, ActivationFunctionType::NONE)
    }

    /// The field `dilation_d_factor`; 1 if it is absent.
    pub fn dilation_d_factor(self) -> i32 {
        self.0.scalar(5, 1)
    }

    /// The field `dilation_w_factor`; 1 if it is absent.
    pub fn dilation_w_factor(self) -> i32 {
        self.0.scalar(6, 1)
    }

    /// The field `dilation_h_factor`; 1 if it is absent.
    pub fn dilation_h_factor(self) -> i32 {
        self.0.scalar(7, 1)
    }
}

/// The format's table `Pool2DOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pool2DOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for Pool2DOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for Pool2DOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::Pool2DOptions;
}

impl<'a> Pool2DOptions<'a> {
    /// The field `padding`.
    pub fn padding(self) -> Padding {
        self.0.scalar(0, Padding::SAME)
    }

    /// The field `stride_w`.
    pub fn stride_w(self) -> i32 {
        self.0.scalar(1, 0)
    }

    /// The field `stride_h`.
    pub fn stride_h(self) -> i32 {
        self.0.scalar(2, 0)
    }

    /// The field `filter_width`.
    pub fn filter_width(self) -> i32 {
        self.0.scalar(3, 0)
    }

    /// The field `filter_height`.
    pub fn filter_height(self) -> i32 {
        self.0.scalar(4, 0)
    }

    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(5, ActivationFunctionType::NONE)
    }
}

/// The format's table `DepthwiseConv2DOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct DepthwiseConv2DOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for DepthwiseConv2DOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for DepthwiseConv2DOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::DepthwiseConv2DOptions;
}

impl<'a> DepthwiseConv2DOptions<'a> {
    /// The field `padding`.
    pub fn padding(self) -> Padding {
        self.0.scalar(0, Padding::SAME)
    }

    /// The field `stride_w`.
    pub fn stride_w(self) -> i32 {
        self.0.scalar(1, 0)
    }

    /// The field `stride_h`.
    pub fn stride_h(self) -> i32 {
        self.0.scalar(2, 0)
    }

    /// The field `depth_multiplier`.
    pub fn depth_multiplier(self) -> i32 {
        self.0.scalar(3, 0)
    }

    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(4, ActivationFunctionType::NONE)
    }

    /// The field `dilation_w_factor`; 1 if it is absent.
    pub fn dilation_w_factor(self) -> i32 {
        self.0.scalar(5, 1)
    }

    /// The field `dilation_h_factor`; 1 if it is absent.
    pub fn dilation_h_factor(self) -> i32 {
        self.0.scalar(6, 1)
    }
}

/// The format's table `ConcatEmbeddingsOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConcatEmbeddingsOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ConcatEmbeddingsOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ConcatEmbeddingsOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ConcatEmbeddingsOptions;
}

impl<'a> ConcatEmbeddingsOptions<'a> {
    /// The field `num_channels`.
    pub fn num_channels(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// The field `num_columns_per_channel`.
    pub fn num_columns_per_channel(self) -> Vector<'a, i32> {
        self.0.vector(1)
    }

    /// The field `embedding_dim_per_channel`.
    pub fn embedding_dim_per_channel(self) -> Vector<'a, i32> {
        self.0.vector(2)
    }
}

/// The format's table `LSHProjectionOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LSHProjectionOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for LSHProjectionOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for LSHProjectionOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::LSHProjectionOptions;
}

impl<'a> LSHProjectionOptions<'a> {
    /// The field `type`.
    pub fn type_(self) -> LSHProjectionType {
        self.0.scalar(0, LSHProjectionType::UNKNOWN)
    }
}

/// The format's table `SVDFOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SVDFOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SVDFOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SVDFOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SVDFOptions;
}

impl<'a> SVDFOptions<'a> {
    /// The field `rank`.
    pub fn rank(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(1, ActivationFunctionType::NONE)
    }

    /// The field `asymmetric_quantize_inputs`.
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(2, false)
    }
}

/// The format's table `RNNOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct RNNOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for RNNOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for RNNOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::RNNOptions;
}

impl<'a> RNNOptions<'a> {
    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(0, ActivationFunctionType::NONE)
    }

    /// The field `asymmetric_quantize_inputs`.
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(1, false)
    }
}

/// The format's table `SequenceRNNOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SequenceRNNOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SequenceRNNOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SequenceRNNOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SequenceRNNOptions;
}

impl<'a> SequenceRNNOptions<'a> {
    /// The field `time_major`.
    pub fn time_major(self) -> bool {
        self.0.scalar(0, false)
    }

    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(1, ActivationFunctionType::NONE)
    }

    /// The field `asymmetric_quantize_inputs`.
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(2, false)
    }
}

/// The format's table `BidirectionalSequenceRNNOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct BidirectionalSequenceRNNOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for BidirectionalSequenceRNNOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for BidirectionalSequenceRNNOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::BidirectionalSequenceRNNOptions;
}

impl<'a> BidirectionalSequenceRNNOptions<'a> {
    /// The field `time_major`.
    pub fn time_major(self) -> bool {
        self.0.scalar(0, false)
    }

    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(1, ActivationFunctionType::NONE)
    }

    /// The field `merge_outputs`.
    pub fn merge_outputs(self) -> bool {
        self.0.scalar(2, false)
    }

    /// The field `asymmetric_quantize_inputs`.
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(3, false)
    }
}

/// The format's table `FullyConnectedOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct FullyConnectedOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for FullyConnectedOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for FullyConnectedOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::FullyConnectedOptions;
}

impl<'a> FullyConnectedOptions<'a> {
    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(0, ActivationFunctionType::NONE)
    }

    /// The field `weights_format`.
    pub fn weights_format(self) -> FullyConnectedOptionsWeightsFormat {
        self.0.scalar(1, FullyConnectedOptionsWeightsFormat::DEFAULT)
    }

    /// The field `keep_num_dims`.
    pub fn keep_num_dims(self) -> bool {
        self.0.scalar(2, false)
    }

    /// The field `asymmetric_quantize_inputs`.
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(3, false)
    }

    /// The field `quantized_bias_type`.
    pub fn quantized_bias_type(self) -> TensorType {
        self.0.scalar(4, TensorType::FLOAT32)
    }

    /// The field `quant_spec`.
    pub fn quant_spec(self) -> Vector<'a, u8> {
        self.0.vector(5)
    }
}

/// The format's table `SoftmaxOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SoftmaxOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SoftmaxOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SoftmaxOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SoftmaxOptions;
}

impl<'a> SoftmaxOptions<'a> {
    /// The field `beta`.
    pub fn beta(self) -> f32 {
        self.0.scalar(0, 0.0)
    }
}

/// The format's table `ConcatenationOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConcatenationOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ConcatenationOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ConcatenationOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ConcatenationOptions;
}

impl<'a> ConcatenationOptions<'a> {
    /// The field `axis`.
    pub fn axis(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(1, ActivationFunctionType::NONE)
    }
}

/// The format's table `AddOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct AddOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for AddOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for AddOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::AddOptions;
}

impl<'a> AddOptions<'a> {
    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(0, ActivationFunctionType::NONE)
    }

    /// The field `pot_scale_int16`; true if it is absent.
    pub fn pot_scale_int16(self) -> bool {
        self.0.scalar(1, true)
    }
}

/// The format's table `MulOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct MulOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for MulOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for MulOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::MulOptions;
}

impl<'a> MulOptions<'a> {
    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(0, ActivationFunctionType::NONE)
    }
}

/// The format's table `L2NormOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct L2NormOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for L2NormOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for L2NormOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::L2NormOptions;
}

impl<'a> L2NormOptions<'a> {
    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(0, ActivationFunctionType::NONE)
    }
}

/// The format's table `LocalResponseNormalizationOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalResponseNormalizationOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for LocalResponseNormalizationOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for LocalResponseNormalizationOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::LocalResponseNormalizationOptions;
}

impl<'a> LocalResponseNormalizationOptions<'a> {
    /// The field `radius`.
    pub fn radius(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// The field `bias`.
    pub fn bias(self) -> f32 {
        self.0.scalar(1, 0.0)
    }

    /// The field `alpha`.
    pub fn alpha(self) -> f32 {
        self.0.scalar(2, 0.0)
    }

    /// The field `beta`.
    pub fn beta(self) -> f32 {
        self.0.scalar(3, 0.0)
    }
}

/// The format's table `LSTMOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LSTMOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for LSTMOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for LSTMOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::LSTMOptions;
}

impl<'a> LSTMOptions<'a> {
    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(0, ActivationFunctionType::NONE)
    }

    /// The field `cell_clip`.
    pub fn cell_clip(self) -> f32 {
        self.0.scalar(1, 0.0)
    }

    /// The field `proj_clip`.
    pub fn proj_clip(self) -> f32 {
        self.0.scalar(2, 0.0)
    }

    /// The field `kernel_type`.
    pub fn kernel_type(self) -> LSTMKernelType {
        self.0.scalar(3, LSTMKernelType::FULL)
    }

    /// The field `asymmetric_quantize_inputs`.
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(4, false)
    }
}

/// The format's table `UnidirectionalSequenceLSTMOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnidirectionalSequenceLSTMOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for UnidirectionalSequenceLSTMOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for UnidirectionalSequenceLSTMOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::UnidirectionalSequenceLSTMOptions;
}

impl<'a> UnidirectionalSequenceLSTMOptions<'a> {
    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(0, ActivationFunctionType::NONE)
    }

    /// The field `cell_clip`.
    pub fn cell_clip(self) -> f32 {
        self.0.scalar(1, 0.0)
    }

    /// The field `proj_clip`.
    pub fn proj_clip(self) -> f32 {
        self.0.scalar(2, 0.0)
    }

    /// The field `time_major`.
    pub fn time_major(self) -> bool {
        self.0.scalar(3, false)
    }

    /// The field `asymmetric_quantize_inputs`.
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(4, false)
    }

    /// The field `diagonal_recurrent_tensors`.
    pub fn diagonal_recurrent_tensors(self) -> bool {
        self.0.scalar(5, false)
    }
}

/// The format's table `BidirectionalSequenceLSTMOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct BidirectionalSequenceLSTMOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for BidirectionalSequenceLSTMOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for BidirectionalSequenceLSTMOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::BidirectionalSequenceLSTMOptions;
}

impl<'a> BidirectionalSequenceLSTMOptions<'a> {
    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(0, ActivationFunctionType::NONE)
    }

    /// The field `cell_clip`.
    pub fn cell_clip(self) -> f32 {
        self.0.scalar(1, 0.0)
    }

    /// The field `proj_clip`.
    pub fn proj_clip(self) -> f32 {
        self.0.scalar(2, 0.0)
    }

    /// The field `merge_outputs`.
    pub fn merge_outputs(self) -> bool {
        self.0.scalar(3, false)
    }

    /// The field `time_major`; true if it is absent.
    pub fn time_major(self) -> bool {
        self.0.scalar(4, true)
    }

    /// The field `asymmetric_quantize_inputs`.
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(5, false)
    }
}

/// The format's table `ResizeBilinearOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ResizeBilinearOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ResizeBilinearOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ResizeBilinearOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ResizeBilinearOptions;
}

impl<'a> ResizeBilinearOptions<'a> {
    /// The field `align_corners`.
    pub fn align_corners(self) -> bool {
        self.0.scalar(2, false)
    }

    /// The field `half_pixel_centers`.
    pub fn half_pixel_centers(self) -> bool {
        self.0.scalar(3, false)
    }
}

/// The format's table `ResizeNearestNeighborOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ResizeNearestNeighborOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ResizeNearestNeighborOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ResizeNearestNeighborOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ResizeNearestNeighborOptions;
}

impl<'a> ResizeNearestNeighborOptions<'a> {
    /// The field `align_corners`.
    pub fn align_corners(self) -> bool {
        self.0.scalar(0, false)
    }

    /// The field `half_pixel_centers`.
    pub fn half_pixel_centers(self) -> bool {
        self.0.scalar(1, false)
    }
}

/// The format's table `CallOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct CallOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for CallOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for CallOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::CallOptions;
}

impl<'a> CallOptions<'a> {
    /// The field `subgraph`.
    pub fn subgraph(self) -> u32 {
        self.0.scalar(0, 0)
    }
}

/// The format's table `PadOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct PadOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for PadOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for PadOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::PadOptions;
}

/// The format's table `PadV2Options`.
#[derive(Clone, Copy, Debug, Default)]
pub struct PadV2Options<'a>(Table<'a>);

impl<'a> From<Table<'a>> for PadV2Options<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for PadV2Options<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::PadV2Options;
}

/// The format's table `ReshapeOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReshapeOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ReshapeOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ReshapeOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ReshapeOptions;
}

impl<'a> ReshapeOptions<'a> {
    /// The field `new_shape`.
    pub fn new_shape(self) -> Vector<'a, i32> {
        self.0.vector(0)
    }
}

/// The format's table `SpaceToBatchNDOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SpaceToBatchNDOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SpaceToBatchNDOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SpaceToBatchNDOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SpaceToBatchNDOptions;
}

/// The format's table `BatchToSpaceNDOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct BatchToSpaceNDOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for BatchToSpaceNDOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for BatchToSpaceNDOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::BatchToSpaceNDOptions;
}

/// The format's table `SkipGramOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SkipGramOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SkipGramOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SkipGramOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SkipGramOptions;
}

impl<'a> SkipGramOptions<'a> {
    /// The field `ngram_size`.
    pub fn ngram_size(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// The field `max_skip_size`.
    pub fn max_skip_size(self) -> i32 {
        self.0.scalar(1, 0)
    }

    /// The field `include_all_ngrams`.
    pub fn include_all_ngrams(self) -> bool {
        self.0.scalar(2, false)
    }
}

/// The format's table `SpaceToDepthOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SpaceToDepthOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SpaceToDepthOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SpaceToDepthOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SpaceToDepthOptions;
}

impl<'a> SpaceToDepthOptions<'a> {
    /// The field `block_size`.
    pub fn block_size(self) -> i32 {
        self.0.scalar(0, 0)
    }
}

/// The format's table `DepthToSpaceOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct DepthToSpaceOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for DepthToSpaceOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for DepthToSpaceOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::DepthToSpaceOptions;
}

impl<'a> DepthToSpaceOptions<'a> {
    /// The field `block_size`.
    pub fn block_size(self) -> i32 {
        self.0.scalar(0, 0)
    }
}

/// The format's table `SubOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SubOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SubOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SubOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SubOptions;
}

impl<'a> SubOptions<'a> {
    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(0, ActivationFunctionType::NONE)
    }

    /// The field `pot_scale_int16`; true if it is absent.
    pub fn pot_scale_int16(self) -> bool {
        self.0.scalar(1, true)
    }
}

/// The format's table `DivOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct DivOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for DivOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for DivOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::DivOptions;
}

impl<'a> DivOptions<'a> {
    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(0, ActivationFunctionType::NONE)
    }
}

/// The format's table `TopKV2Options`.
#[derive(Clone, Copy, Debug, Default)]
pub struct TopKV2Options<'a>(Table<'a>);

impl<'a> From<Table<'a>> for TopKV2Options<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for TopKV2Options<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::TopKV2Options;
}

/// The format's table `EmbeddingLookupSparseOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct EmbeddingLookupSparseOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for EmbeddingLookupSparseOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for EmbeddingLookupSparseOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::EmbeddingLookupSparseOptions;
}

impl<'a> EmbeddingLookupSparseOptions<'a> {
    /// The field `combiner`.
    pub fn combiner(self) -> CombinerType {
        self.0.scalar(0, CombinerType::SUM)
    }
}

/// The format's table `GatherOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct GatherOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for GatherOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for GatherOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::GatherOptions;
}

impl<'a> GatherOptions<'a> {
    /// The field `axis`.
    pub fn axis(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// The field `batch_dims`.
    pub fn batch_dims(self) -> i32 {
        self.0.scalar(1, 0)
    }
}

/// The format's table `TransposeOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct TransposeOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for TransposeOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for TransposeOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::TransposeOptions;
}

/// The format's table `ExpOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExpOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ExpOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ExpOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ExpOptions;
}

/// The format's table `CosOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct CosOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for CosOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for CosOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::CosOptions;
}

/// The format's table `ReducerOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReducerOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ReducerOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ReducerOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ReducerOptions;
}

impl<'a> ReducerOptions<'a> {
    /// The field `keep_dims`.
    pub fn keep_dims(self) -> bool {
        self.0.scalar(0, false)
    }
}

/// The format's table `SqueezeOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SqueezeOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SqueezeOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SqueezeOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SqueezeOptions;
}

impl<'a> SqueezeOptions<'a> {
    /// The field `squeeze_dims`.
    pub fn squeeze_dims(self) -> Vector<'a, i32> {
        self.0.vector(0)
    }
}

/// The format's table `SplitOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SplitOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SplitOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SplitOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SplitOptions;
}

impl<'a> SplitOptions<'a> {
    /// The field `num_splits`.
    pub fn num_splits(self) -> i32 {
        self.0.scalar(0, 0)
    }
}

/// The format's table `SplitVOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SplitVOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SplitVOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SplitVOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SplitVOptions;
}

impl<'a> SplitVOptions<'a> {
    /// The field `num_splits`.
    pub fn num_splits(self) -> i32 {
        self.0.scalar(0, 0)
    }
}

/// The format's table `StridedSliceOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StridedSliceOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StridedSliceOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StridedSliceOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::StridedSliceOptions;
}

impl<'a> StridedSliceOptions<'a> {
    /// The field `begin_mask`.
    pub fn begin_mask(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// The field `end_mask`.
    pub fn end_mask(self) -> i32 {
        self.0.scalar(1, 0)
    }

    /// The field `ellipsis_mask`.
    pub fn ellipsis_mask(self) -> i32 {
        self.0.scalar(2, 0)
    }

    /// The field `new_axis_mask`.
    pub fn new_axis_mask(self) -> i32 {
        self.0.scalar(3, 0)
    }

    /// The field `shrink_axis_mask`.
    pub fn shrink_axis_mask(self) -> i32 {
        self.0.scalar(4, 0)
    }

    /// The field `offset`.
    pub fn offset(self) -> bool {
        self.0.scalar(5, false)
    }
}

/// The format's table `LogSoftmaxOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogSoftmaxOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for LogSoftmaxOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for LogSoftmaxOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::LogSoftmaxOptions;
}

/// The format's table `CastOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct CastOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for CastOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for CastOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::CastOptions;
}

impl<'a> CastOptions<'a> {
    /// The field `in_data_type`.
    pub fn in_data_type(self) -> TensorType {
        self.0.scalar(0, TensorType::FLOAT32)
    }

    /// The field `out_data_type`.
    pub fn out_data_type(self) -> TensorType {
        self.0.scalar(1, TensorType::FLOAT32)
    }
}

/// The format's table `DequantizeOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct DequantizeOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for DequantizeOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for DequantizeOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::DequantizeOptions;
}

/// The format's table `MaximumMinimumOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct MaximumMinimumOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for MaximumMinimumOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for MaximumMinimumOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::MaximumMinimumOptions;
}

/// The format's table `TileOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct TileOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for TileOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for TileOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::TileOptions;
}

/// The format's table `ArgMaxOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ArgMaxOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ArgMaxOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ArgMaxOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ArgMaxOptions;
}

impl<'a> ArgMaxOptions<'a> {
    /// The field `output_type`.
    pub fn output_type(self) -> TensorType {
        self.0.scalar(0, TensorType::FLOAT32)
    }
}

/// The format's table `ArgMinOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ArgMinOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ArgMinOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ArgMinOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ArgMinOptions;
}

impl<'a> ArgMinOptions<'a> {
    /// The field `output_type`.
    pub fn output_type(self) -> TensorType {
        self.0.scalar(0, TensorType::FLOAT32)
    }
}

/// The format's table `GreaterOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct GreaterOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for GreaterOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for GreaterOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::GreaterOptions;
}

/// The format's table `GreaterEqualOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct GreaterEqualOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for GreaterEqualOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for GreaterEqualOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::GreaterEqualOptions;
}

/// The format's table `LessOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LessOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for LessOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for LessOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::LessOptions;
}

/// The format's table `LessEqualOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LessEqualOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for LessEqualOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for LessEqualOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::LessEqualOptions;
}

/// The format's table `NegOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NegOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for NegOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for NegOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::NegOptions;
}

/// The format's table `SelectOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SelectOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SelectOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SelectOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SelectOptions;
}

/// The format's table `SliceOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SliceOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SliceOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SliceOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SliceOptions;
}

/// The format's table `TransposeConvOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct TransposeConvOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for TransposeConvOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for TransposeConvOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::TransposeConvOptions;
}

impl<'a> TransposeConvOptions<'a> {
    /// The field `padding`.
    pub fn padding(self) -> Padding {
        self.0.scalar(0, Padding::SAME)
    }

    /// The field `stride_w`.
    pub fn stride_w(self) -> i32 {
        self.0.scalar(1, 0)
    }

    /// The field `stride_h`.
    pub fn stride_h(self) -> i32 {
        self.0.scalar(2, 0)
    }

    /// The field `fused_activation_function`.
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        self.0.scalar(3, ActivationFunctionType::NONE)
    }

    /// The field `quantized_bias_type`.
    pub fn quantized_bias_type(self) -> TensorType {
        self.0.scalar(4, TensorType::FLOAT32)
    }
}

/// The format's table `ExpandDimsOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExpandDimsOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ExpandDimsOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ExpandDimsOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ExpandDimsOptions;
}

/// The format's table `SparseToDenseOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SparseToDenseOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SparseToDenseOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SparseToDenseOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SparseToDenseOptions;
}

impl<'a> SparseToDenseOptions<'a> {
    /// The field `validate_indices`.
    pub fn validate_indices(self) -> bool {
        self.0.scalar(0, false)
    }
}

/// The format's table `EqualOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct EqualOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for EqualOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for EqualOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::EqualOptions;
}

/// The format's table `NotEqualOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NotEqualOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for NotEqualOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for NotEqualOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::NotEqualOptions;
}

/// The format's table `ShapeOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShapeOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ShapeOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ShapeOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ShapeOptions;
}

impl<'a> ShapeOptions<'a> {
    /// The field `out_type`.
    pub fn out_type(self) -> TensorType {
        self.0.scalar(0, TensorType::FLOAT32)
    }
}

/// The format's table `RankOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct RankOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for RankOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for RankOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::RankOptions;
}

/// The format's table `PowOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct PowOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for PowOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for PowOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::PowOptions;
}

/// The format's table `FakeQuantOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct FakeQuantOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for FakeQuantOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for FakeQuantOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::FakeQuantOptions;
}

impl<'a> FakeQuantOptions<'a> {
    /// The field `min`.
    pub fn min(self) -> f32 {
        self.0.scalar(0, 0.0)
    }

    /// The field `max`.
    pub fn max(self) -> f32 {
        self.0.scalar(1, 0.0)
    }

    /// The field `num_bits`.
    pub fn num_bits(self) -> i32 {
        self.0.scalar(2, 0)
    }

    /// The field `narrow_range`.
    pub fn narrow_range(self) -> bool {
        self.0.scalar(3, false)
    }
}

/// The format's table `PackOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct PackOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for PackOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for PackOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::PackOptions;
}

impl<'a> PackOptions<'a> {
    /// The field `values_count`.
    pub fn values_count(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// The field `axis`.
    pub fn axis(self) -> i32 {
        self.0.scalar(1, 0)
    }
}

/// The format's table `LogicalOrOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogicalOrOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for LogicalOrOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for LogicalOrOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::LogicalOrOptions;
}

/// The format's table `OneHotOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct OneHotOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for OneHotOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for OneHotOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::OneHotOptions;
}

impl<'a> OneHotOptions<'a> {
    /// The field `axis`.
    pub fn axis(self) -> i32 {
        self.0.scalar(0, 0)
    }
}

/// The format's table `AbsOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct AbsOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for AbsOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for AbsOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::AbsOptions;
}

/// The format's table `HardSwishOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct HardSwishOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for HardSwishOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for HardSwishOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::HardSwishOptions;
}

/// The format's table `LogicalAndOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogicalAndOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for LogicalAndOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for LogicalAndOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::LogicalAndOptions;
}

/// The format's table `LogicalNotOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogicalNotOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for LogicalNotOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for LogicalNotOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::LogicalNotOptions;
}

/// The format's table `UnpackOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnpackOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for UnpackOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for UnpackOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::UnpackOptions;
}

impl<'a> UnpackOptions<'a> {
    /// The field `num`.
    pub fn num(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// The field `axis`.
    pub fn axis(self) -> i32 {
        self.0.scalar(1, 0)
    }
}

/// The format's table `FloorDivOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct FloorDivOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for FloorDivOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for FloorDivOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::FloorDivOptions;
}

/// The format's table `SquareOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SquareOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SquareOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SquareOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SquareOptions;
}

/// The format's table `ZerosLikeOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ZerosLikeOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ZerosLikeOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ZerosLikeOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ZerosLikeOptions;
}

/// The format's table `FillOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct FillOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for FillOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for FillOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::FillOptions;
}

/// The format's table `FloorModOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct FloorModOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for FloorModOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for FloorModOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::FloorModOptions;
}

/// The format's table `RangeOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct RangeOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for RangeOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for RangeOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::RangeOptions;
}

/// The format's table `LeakyReluOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LeakyReluOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for LeakyReluOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for LeakyReluOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::LeakyReluOptions;
}

impl<'a> LeakyReluOptions<'a> {
    /// The field `alpha`.
    pub fn alpha(self) -> f32 {
        self.0.scalar(0, 0.0)
    }
}

/// The format's table `SquaredDifferenceOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SquaredDifferenceOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SquaredDifferenceOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SquaredDifferenceOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SquaredDifferenceOptions;
}

/// The format's table `MirrorPadOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct MirrorPadOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for MirrorPadOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for MirrorPadOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::MirrorPadOptions;
}

impl<'a> MirrorPadOptions<'a> {
    /// The field `mode`.
    pub fn mode(self) -> MirrorPadMode {
        self.0.scalar(0, MirrorPadMode::REFLECT)
    }
}

/// The format's table `UniqueOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct UniqueOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for UniqueOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for UniqueOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::UniqueOptions;
}

impl<'a> UniqueOptions<'a> {
    /// The field `idx_out_type`; INT32 if it is absent.
    pub fn idx_out_type(self) -> TensorType {
        self.0.scalar(0, TensorType::INT32)
    }
}

/// The format's table `ReverseV2Options`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReverseV2Options<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ReverseV2Options<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ReverseV2Options<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ReverseV2Options;
}

/// The format's table `AddNOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct AddNOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for AddNOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for AddNOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::AddNOptions;
}

/// The format's table `GatherNdOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct GatherNdOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for GatherNdOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for GatherNdOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::GatherNdOptions;
}

/// The format's table `WhereOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct WhereOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for WhereOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for WhereOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::WhereOptions;
}

/// The format's table `ReverseSequenceOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReverseSequenceOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ReverseSequenceOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ReverseSequenceOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ReverseSequenceOptions;
}

impl<'a> ReverseSequenceOptions<'a> {
    /// The field `seq_dim`.
    pub fn seq_dim(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// The field `batch_dim`.
    pub fn batch_dim(self) -> i32 {
        self.0.scalar(1, 0)
    }
}

/// The format's table `MatrixDiagOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct MatrixDiagOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for MatrixDiagOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for MatrixDiagOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::MatrixDiagOptions;
}

/// The format's table `QuantizeOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct QuantizeOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for QuantizeOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for QuantizeOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::QuantizeOptions;
}

/// The format's table `MatrixSetDiagOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct MatrixSetDiagOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for MatrixSetDiagOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for MatrixSetDiagOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::MatrixSetDiagOptions;
}

/// The format's table `IfOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct IfOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for IfOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for IfOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::IfOptions;
}

impl<'a> IfOptions<'a> {
    /// The field `then_subgraph_index`.
    pub fn then_subgraph_index(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// The field `else_subgraph_index`.
    pub fn else_subgraph_index(self) -> i32 {
        self.0.scalar(1, 0)
    }
}

/// The format's table `CallOnceOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct CallOnceOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for CallOnceOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for CallOnceOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::CallOnceOptions;
}

impl<'a> CallOnceOptions<'a> {
    /// The field `init_subgraph_index`.
    pub fn init_subgraph_index(self) -> i32 {
        self.0.scalar(0, 0)
    }
}

/// The format's table `WhileOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct WhileOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for WhileOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for WhileOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::WhileOptions;
}

impl<'a> WhileOptions<'a> {
    /// The field `cond_subgraph_index`.
    pub fn cond_subgraph_index(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// The field `body_subgraph_index`.
    pub fn body_subgraph_index(self) -> i32 {
        self.0.scalar(1, 0)
    }
}

/// The format's table `NonMaxSuppressionV4Options`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NonMaxSuppressionV4Options<'a>(Table<'a>);

impl<'a> From<Table<'a>> for NonMaxSuppressionV4Options<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for NonMaxSuppressionV4Options<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::NonMaxSuppressionV4Options;
}

/// The format's table `NonMaxSuppressionV5Options`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NonMaxSuppressionV5Options<'a>(Table<'a>);

impl<'a> From<Table<'a>> for NonMaxSuppressionV5Options<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for NonMaxSuppressionV5Options<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::NonMaxSuppressionV5Options;
}

/// The format's table `ScatterNdOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScatterNdOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ScatterNdOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ScatterNdOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ScatterNdOptions;
}

/// The format's table `SelectV2Options`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SelectV2Options<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SelectV2Options<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SelectV2Options<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SelectV2Options;
}

/// The format's table `DensifyOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct DensifyOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for DensifyOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for DensifyOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::DensifyOptions;
}

/// The format's table `SegmentSumOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SegmentSumOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SegmentSumOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SegmentSumOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SegmentSumOptions;
}

/// The format's table `BatchMatMulOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct BatchMatMulOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for BatchMatMulOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for BatchMatMulOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::BatchMatMulOptions;
}

impl<'a> BatchMatMulOptions<'a> {
    /// The field `adj_x`.
    pub fn adj_x(self) -> bool {
        self.0.scalar(0, false)
    }

    /// The field `adj_y`.
    pub fn adj_y(self) -> bool {
        self.0.scalar(1, false)
    }

    /// The field `asymmetric_quantize_inputs`.
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(2, false)
    }
}

/// The format's table `CumsumOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct CumsumOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for CumsumOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for CumsumOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::CumsumOptions;
}

impl<'a> CumsumOptions<'a> {
    /// The field `exclusive`.
    pub fn exclusive(self) -> bool {
        self.0.scalar(0, false)
    }

    /// The field `reverse`.
    pub fn reverse(self) -> bool {
        self.0.scalar(1, false)
    }
}

/// The format's table `BroadcastToOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct BroadcastToOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for BroadcastToOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for BroadcastToOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::BroadcastToOptions;
}

/// The format's table `Rfft2dOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rfft2dOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for Rfft2dOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for Rfft2dOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::Rfft2dOptions;
}

/// The format's table `HashtableOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct HashtableOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for HashtableOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for HashtableOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::HashtableOptions;
}

impl<'a> HashtableOptions<'a> {
    /// The field `table_id`.
    pub fn table_id(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// The field `key_dtype`.
    pub fn key_dtype(self) -> TensorType {
        self.0.scalar(1, TensorType::FLOAT32)
    }

    /// The field `value_dtype`.
    pub fn value_dtype(self) -> TensorType {
        self.0.scalar(2, TensorType::FLOAT32)
    }
}

/// The format's table `HashtableFindOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct HashtableFindOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for HashtableFindOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for HashtableFindOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::HashtableFindOptions;
}

/// The format's table `HashtableImportOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct HashtableImportOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for HashtableImportOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for HashtableImportOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::HashtableImportOptions;
}

/// The format's table `HashtableSizeOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct HashtableSizeOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for HashtableSizeOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for HashtableSizeOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::HashtableSizeOptions;
}

/// The format's table `VarHandleOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct VarHandleOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for VarHandleOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for VarHandleOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::VarHandleOptions;
}

impl<'a> VarHandleOptions<'a> {
    /// The field `container`.
    pub fn container(self) -> Option<&'a str> {
        self.0.string(0)
    }

    /// The field `shared_name`.
    pub fn shared_name(self) -> Option<&'a str> {
        self.0.string(1)
    }
}

/// The format's table `ReadVariableOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadVariableOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ReadVariableOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ReadVariableOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ReadVariableOptions;
}

/// The format's table `AssignVariableOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct AssignVariableOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for AssignVariableOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for AssignVariableOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::AssignVariableOptions;
}

/// The format's table `RandomOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for RandomOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for RandomOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::RandomOptions;
}

impl<'a> RandomOptions<'a> {
    /// The field `seed`.
    pub fn seed(self) -> i64 {
        self.0.scalar(0, 0)
    }

    /// The field `seed2`.
    pub fn seed2(self) -> i64 {
        self.0.scalar(1, 0)
    }
}

/// The format's table `BucketizeOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct BucketizeOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for BucketizeOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for BucketizeOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::BucketizeOptions;
}

impl<'a> BucketizeOptions<'a> {
    /// The field `boundaries`.
    pub fn boundaries(self) -> Vector<'a, f32> {
        self.0.vector(0)
    }
}

/// The format's table `GeluOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct GeluOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for GeluOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for GeluOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::GeluOptions;
}

impl<'a> GeluOptions<'a> {
    /// The field `approximate`.
    pub fn approximate(self) -> bool {
        self.0.scalar(0, false)
    }
}

/// The format's table `DynamicUpdateSliceOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct DynamicUpdateSliceOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for DynamicUpdateSliceOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for DynamicUpdateSliceOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::DynamicUpdateSliceOptions;
}

/// The format's table `UnsortedSegmentProdOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnsortedSegmentProdOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for UnsortedSegmentProdOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for UnsortedSegmentProdOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::UnsortedSegmentProdOptions;
}

/// The format's table `UnsortedSegmentMaxOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnsortedSegmentMaxOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for UnsortedSegmentMaxOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for UnsortedSegmentMaxOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::UnsortedSegmentMaxOptions;
}

/// The format's table `UnsortedSegmentSumOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnsortedSegmentSumOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for UnsortedSegmentSumOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for UnsortedSegmentSumOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::UnsortedSegmentSumOptions;
}

/// The format's table `ATan2Options`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ATan2Options<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ATan2Options<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ATan2Options<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::ATan2Options;
}

/// The format's table `UnsortedSegmentMinOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnsortedSegmentMinOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for UnsortedSegmentMinOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for UnsortedSegmentMinOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::UnsortedSegmentMinOptions;
}

/// The format's table `SignOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SignOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SignOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SignOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::SignOptions;
}

/// The format's table `BitcastOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct BitcastOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for BitcastOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for BitcastOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::BitcastOptions;
}

/// The format's table `BitwiseXorOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct BitwiseXorOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for BitwiseXorOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for BitwiseXorOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::BitwiseXorOptions;
}

/// The format's table `RightShiftOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct RightShiftOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for RightShiftOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for RightShiftOptions<'a> {
    type Union = BuiltinOptions;
    const TAG: BuiltinOptions = BuiltinOptions::RightShiftOptions;
}

/// The format's table `DilateOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct DilateOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for DilateOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for DilateOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::DilateOptions;
}

/// The format's table `ReduceWindowOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReduceWindowOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ReduceWindowOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ReduceWindowOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::ReduceWindowOptions;
}

impl<'a> ReduceWindowOptions<'a> {
    /// The field `reduce_function`.
    pub fn reduce_function(self) -> ReduceWindowFunction {
        self.0.scalar(0, ReduceWindowFunction::UNSUPPORTED)
    }
}

/// An operator and its version, referred to by the nodes of all subgraphs.
#[derive(Clone, Copy, Debug, Default)]
pub struct OperatorCode<'a>(Table<'a>);

impl<'a> From<Table<'a>> for OperatorCode<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> OperatorCode<'a> {
    /// The builtin operator as older readers know it: at most 127.
    pub fn deprecated_builtin_code(self) -> i8 {
        self.0.scalar(0, 0)
    }

    /// The name of a custom operator.
    pub fn custom_code(self) -> Option<&'a str> {
        self.0.string(1)
    }

    /// The version of the operator that is needed.
    pub fn version(self) -> i32 {
        self.0.scalar(2, 1)
    }

    /// The builtin operator; files older than this field have 0, and the code above.
    pub fn builtin_code(self) -> BuiltinOperator {
        self.0.scalar(3, BuiltinOperator::ADD)
    }
}

/// The format's table `StableHLOCompositeOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StableHLOCompositeOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StableHLOCompositeOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StableHLOCompositeOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StableHLOCompositeOptions;
}

impl<'a> StableHLOCompositeOptions<'a> {
    /// The field `name`.
    pub fn name(self) -> Option<&'a str> {
        self.0.string(0)
    }

    /// The field `decomposition_subgraph_index`.
    pub fn decomposition_subgraph_index(self) -> i32 {
        self.0.scalar(1, 0)
    }

    /// The field `composite_attributes`.
    pub fn composite_attributes(self) -> Vector<'a, u8> {
        self.0.vector(2)
    }

    /// The field `composite_attributes_format`.
    pub fn composite_attributes_format(self) -> CustomOptionsFormat {
        self.0.scalar(3, CustomOptionsFormat::FLEXBUFFERS)
    }

    /// The field `version`.
    pub fn version(self) -> i32 {
        self.0.scalar(4, 0)
    }
}

/// The format's table `StablehloShiftLeftOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloShiftLeftOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for StablehloShiftLeftOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for StablehloShiftLeftOptions<'a> {
    type Union = BuiltinOptions2;
    const TAG: BuiltinOptions2 = BuiltinOptions2::StablehloShiftLeftOptions;
}

/// A node of a subgraph.
#[derive(Clone, Copy, Debug, Default)]
pub struct Operator<'a>(Table<'a>);

impl<'a> From<Table<'a>> for Operator<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Operator<'a> {
    /// Index into the operator codes of the model.
    pub fn opcode_index(self) -> u32 {
        self.0.scalar(0, 0)
    }

    /// Indices of its input tensors; -1 for an optional one that is absent.
    pub fn inputs(self) -> Vector<'a, i32> {
        self.0.vector(1)
    }

    /// Indices of its output tensors.
    pub fn outputs(self) -> Vector<'a, i32> {
        self.0.vector(2)
    }

    /// Which table `builtin_options` is.
    pub fn builtin_options_type(self) -> BuiltinOptions {
        self.0.scalar(3, BuiltinOptions::NONE)
    }

    pub(crate) fn builtin_options_table(self) -> Option<Table<'a>> {
        self.0.table(4)
    }

    /// Options of most builtin operators.
    /// `None` also if it is another table of the union.
    pub fn builtin_options<V: Variant<'a, Union = BuiltinOptions>>(self) -> Option<V> {
        self.0.variant(self.builtin_options_type(), 4)
    }

    /// Options of a custom operator, as a FlexBuffer or in a form of its own.
    pub fn custom_options(self) -> Vector<'a, u8> {
        self.0.vector(5)
    }

    /// The field `custom_options_format`.
    pub fn custom_options_format(self) -> CustomOptionsFormat {
        self.0.scalar(6, CustomOptionsFormat::FLEXBUFFERS)
    }

    /// Which inputs it changes; empty or as many as inputs.
    pub fn mutating_variable_inputs(self) -> Vector<'a, bool> {
        self.0.vector(7)
    }

    /// Tensors that stand for values inside of the operator: their quantization is used.
    pub fn intermediates(self) -> Vector<'a, i32> {
        self.0.vector(8)
    }

    /// Where in the file custom options are that lie outside of the FlatBuffer; valid above 1.
    pub fn large_custom_options_offset(self) -> u64 {
        self.0.scalar(9, 0)
    }

    /// The size of these in bytes.
    pub fn large_custom_options_size(self) -> u64 {
        self.0.scalar(10, 0)
    }

    /// Which table `builtin_options_2` is.
    pub fn builtin_options_2_type(self) -> BuiltinOptions2 {
        self.0.scalar(11, BuiltinOptions2::NONE)
    }

    pub(crate) fn builtin_options_2_table(self) -> Option<Table<'a>> {
        self.0.table(12)
    }

    /// Options of the newer builtin operators.
    /// `None` also if it is another table of the union.
    pub fn builtin_options_2<V: Variant<'a, Union = BuiltinOptions2>>(self) -> Option<V> {
        self.0.variant(self.builtin_options_2_type(), 12)
    }

    /// Index into the debug metadata of operators; -1 if there are none.
    pub fn debug_metadata_index(self) -> i32 {
        self.0.scalar(13, -1)
    }
}

/// A function: tensors, and the operators that compute them.
#[derive(Clone, Copy, Debug, Default)]
pub struct SubGraph<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SubGraph<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> SubGraph<'a> {
    /// The field `tensors`.
    pub fn tensors(self) -> Tables<'a, Tensor<'a>> {
        self.0.tables(0)
    }

    /// Indices of the input tensors.
    pub fn inputs(self) -> Vector<'a, i32> {
        self.0.vector(1)
    }

    /// Indices of the output tensors.
    pub fn outputs(self) -> Vector<'a, i32> {
        self.0.vector(2)
    }

    /// The nodes in the order in which they run.
    pub fn operators(self) -> Tables<'a, Operator<'a>> {
        self.0.tables(3)
    }

    /// The field `name`.
    pub fn name(self) -> Option<&'a str> {
        self.0.string(4)
    }

    /// Index into the debug metadata of subgraphs; -1 if there are none.
    pub fn debug_metadata_index(self) -> i32 {
        self.0.scalar(5, -1)
    }
}

/// Contents of a constant tensor, or other data.
#[derive(Clone, Copy, Debug, Default)]
pub struct Buffer<'a>(Table<'a>);

impl<'a> From<Table<'a>> for Buffer<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Buffer<'a> {
    /// The contents, if they are in the FlatBuffer.
    pub fn data(self) -> Vector<'a, u8> {
        self.0.vector(0)
    }

    /// Where in the file the contents are if they lie outside of the FlatBuffer; valid above 1.
    pub fn offset(self) -> u64 {
        self.0.scalar(1, 0)
    }

    /// The size of these in bytes.
    pub fn size(self) -> u64 {
        self.0.scalar(2, 0)
    }
}

/// A file with contents of buffers.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExternalBufferGroup<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ExternalBufferGroup<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> ExternalBufferGroup<'a> {
    /// The field `name`.
    pub fn name(self) -> Option<&'a str> {
        self.0.string(0)
    }
}

/// Contents of a constant in another file.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExternalBuffer<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ExternalBuffer<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> ExternalBuffer<'a> {
    /// The field `id`.
    pub fn id(self) -> u32 {
        self.0.scalar(0, 0)
    }

    /// Index of the file.
    pub fn group(self) -> u32 {
        self.0.scalar(1, 0)
    }

    /// Where in the file it begins.
    pub fn offset(self) -> u64 {
        self.0.scalar(2, 0)
    }

    /// Its size in bytes.
    pub fn length(self) -> u64 {
        self.0.scalar(3, 0)
    }

    /// How the contents are packed.
    pub fn packing(self) -> Option<&'a str> {
        self.0.string(4)
    }
}

/// Data about the model, by name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Metadata<'a>(Table<'a>);

impl<'a> From<Table<'a>> for Metadata<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Metadata<'a> {
    /// The field `name`.
    pub fn name(self) -> Option<&'a str> {
        self.0.string(0)
    }

    /// Index of the buffer that holds it.
    pub fn buffer(self) -> u32 {
        self.0.scalar(1, 0)
    }
}

/// A name for a tensor.
#[derive(Clone, Copy, Debug, Default)]
pub struct TensorMap<'a>(Table<'a>);

impl<'a> From<Table<'a>> for TensorMap<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> TensorMap<'a> {
    /// The field `name`.
    pub fn name(self) -> Option<&'a str> {
        self.0.string(0)
    }

    /// Index of the tensor in the subgraph of the signature.
    pub fn tensor_index(self) -> u32 {
        self.0.scalar(1, 0)
    }
}

/// A named entry point with named inputs and outputs.
#[derive(Clone, Copy, Debug, Default)]
pub struct SignatureDef<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SignatureDef<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> SignatureDef<'a> {
    /// The field `inputs`.
    pub fn inputs(self) -> Tables<'a, TensorMap<'a>> {
        self.0.tables(0)
    }

    /// The field `outputs`.
    pub fn outputs(self) -> Tables<'a, TensorMap<'a>> {
        self.0.tables(1)
    }

    /// The name.
    pub fn signature_key(self) -> Option<&'a str> {
        self.0.string(2)
    }

    /// The subgraph that it runs.
    pub fn subgraph_index(self) -> u32 {
        self.0.scalar(4, 0)
    }
}

/// The root of a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Model<'a>(Table<'a>);

impl<'a> From<Table<'a>> for Model<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> From<Model<'a>> for Table<'a> {
    fn from(root: Model<'a>) -> Self {
        root.0
    }
}

impl<'a> Model<'a> {
    /// The version of the schema: 3.
    pub fn version(self) -> u32 {
        self.0.scalar(0, 0)
    }

    /// The operators that nodes refer to.
    pub fn operator_codes(self) -> Tables<'a, OperatorCode<'a>> {
        self.0.tables(1)
    }

    /// The functions; the first is the main one.
    pub fn subgraphs(self) -> Tables<'a, SubGraph<'a>> {
        self.0.tables(2)
    }

    /// The field `description`.
    pub fn description(self) -> Option<&'a str> {
        self.0.string(3)
    }

    /// Contents of tensors; the first is empty and stands for none.
    pub fn buffers(self) -> Tables<'a, Buffer<'a>> {
        self.0.tables(4)
    }

    /// Indices of buffers with metadata, as it was before `metadata`.
    pub fn metadata_buffer(self) -> Vector<'a, i32> {
        self.0.vector(5)
    }

    /// Data about the model, by name.
    pub fn metadata(self) -> Tables<'a, Metadata<'a>> {
        self.0.tables(6)
    }

    /// The entry points.
    pub fn signature_defs(self) -> Tables<'a, SignatureDef<'a>> {
        self.0.tables(7)
    }

    /// Other files with contents of tensors.
    pub fn external_buffer_groups(self) -> Tables<'a, ExternalBufferGroup<'a>> {
        self.0.tables(8)
    }

    /// Contents of tensors in other files.
    pub fn external_buffers(self) -> Tables<'a, ExternalBuffer<'a>> {
        self.0.tables(9)
    }
}

static LAYOUT_OF_CUSTOM_QUANTIZATION: Layout = Layout { fields: &[field("custom", Kind::Vector(1))] };

static LAYOUT_OF_BLOCKWISE_QUANTIZATION: Layout = Layout {
    fields: &[
        field("scales", Kind::Scalar(4)),
        field("zero_points", Kind::Scalar(4)),
        field("block_size", Kind::Scalar(4)),
        field("block_shape", Kind::Vector(4)),
    ],
};

static LAYOUT_OF_MULTI_AXIS_QUANTIZATION: Layout = Layout {
    fields: &[
        field("scales", Kind::Scalar(4)),
        field("zero_points", Kind::Scalar(4)),
        field("block_size", Kind::Scalar(4)),
        field("quantized_dimensions", Kind::Vector(4)),
    ],
};

static LAYOUT_OF_QUANTIZATION_PARAMETERS: Layout = Layout {
    fields: &[
        field("min", Kind::Vector(4)),
        field("max", Kind::Vector(4)),
        field("scale", Kind::Vector(4)),
        field("zero_point", Kind::Vector(8)),
        field("details_type", Kind::Scalar(1)),
        field(
            "details",
            Kind::Union(&[
                &LAYOUT_OF_CUSTOM_QUANTIZATION,
                &LAYOUT_OF_BLOCKWISE_QUANTIZATION,
                &LAYOUT_OF_MULTI_AXIS_QUANTIZATION,
            ]),
        ),
        field("quantized_dimension", Kind::Scalar(4)),
    ],
};

static LAYOUT_OF_INT32_VECTOR: Layout = Layout { fields: &[field("values", Kind::Vector(4))] };

static LAYOUT_OF_UINT16_VECTOR: Layout = Layout { fields: &[field("values", Kind::Vector(2))] };

static LAYOUT_OF_UINT8_VECTOR: Layout = Layout { fields: &[field("values", Kind::Vector(1))] };

static LAYOUT_OF_DIMENSION_METADATA: Layout = Layout {
    fields: &[
        field("format", Kind::Scalar(1)),
        field("dense_size", Kind::Scalar(4)),
        field("array_segments_type", Kind::Scalar(1)),
        field(
            "array_segments",
            Kind::Union(&[&LAYOUT_OF_INT32_VECTOR, &LAYOUT_OF_UINT16_VECTOR, &LAYOUT_OF_UINT8_VECTOR]),
        ),
        field("array_indices_type", Kind::Scalar(1)),
        field(
            "array_indices",
            Kind::Union(&[&LAYOUT_OF_INT32_VECTOR, &LAYOUT_OF_UINT16_VECTOR, &LAYOUT_OF_UINT8_VECTOR]),
        ),
    ],
};

static LAYOUT_OF_SPARSITY_PARAMETERS: Layout = Layout {
    fields: &[
        field("traversal_order", Kind::Vector(4)),
        field("block_map", Kind::Vector(4)),
        field("dim_metadata", Kind::Tables(&LAYOUT_OF_DIMENSION_METADATA)),
    ],
};

static LAYOUT_OF_VARIANT_SUB_TYPE: Layout = Layout {
    fields: &[
        field("shape", Kind::Vector(4)),
        field("type", Kind::Scalar(1)),
        field("has_rank", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_TENSOR: Layout = Layout {
    fields: &[
        field("shape", Kind::Vector(4)),
        field("type", Kind::Scalar(1)),
        field("buffer", Kind::Scalar(4)),
        field("name", Kind::String),
        field("quantization", Kind::Table(&LAYOUT_OF_QUANTIZATION_PARAMETERS)),
        field("is_variable", Kind::Scalar(1)),
        field("sparsity", Kind::Table(&LAYOUT_OF_SPARSITY_PARAMETERS)),
        field("shape_signature", Kind::Vector(4)),
        field("has_rank", Kind::Scalar(1)),
        field("variant_tensors", Kind::Tables(&LAYOUT_OF_VARIANT_SUB_TYPE)),
        field("external_buffer", Kind::Scalar(4)),
    ],
};

static LAYOUT_OF_STABLEHLO_GATHER_OPTIONS: Layout = Layout {
    fields: &[
        field("offset_dims", Kind::Vector(8)),
        field("collapsed_slice_dims", Kind::Vector(8)),
        field("start_index_map", Kind::Vector(8)),
        field("index_vector_dim", Kind::Scalar(8)),
        field("slice_sizes", Kind::Vector(8)),
        field("indices_are_sorted", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_STABLEHLO_TRANSPOSE_OPTIONS: Layout =
    Layout { fields: &[field("permutation", Kind::Vector(8))] };

static LAYOUT_OF_STABLEHLO_DOT_GENERAL_OPTIONS: Layout = Layout {
    fields: &[
        field("lhs_batching_dimensions", Kind::Vector(8)),
        field("rhs_batching_dimensions", Kind::Vector(8)),
        field("lhs_contracting_dimensions", Kind::Vector(8)),
        field("rhs_contracting_dimensions", Kind::Vector(8)),
        field("precision_config", Kind::Vector(4)),
    ],
};

static LAYOUT_OF_STABLEHLO_REDUCE_WINDOW_OPTIONS: Layout = Layout {
    fields: &[
        field("window_dimensions", Kind::Vector(8)),
        field("window_strides", Kind::Vector(8)),
        field("base_dilations", Kind::Vector(8)),
        field("window_dilations", Kind::Vector(8)),
        field("padding", Kind::Vector(8)),
        field("body_subgraph_index", Kind::Scalar(4)),
    ],
};

static LAYOUT_OF_STABLEHLO_WHILE_OPTIONS: Layout = Layout {
    fields: &[field("cond_subgraph_index", Kind::Scalar(4)), field("body_subgraph_index", Kind::Scalar(4))],
};

static LAYOUT_OF_STABLEHLO_SORT_OPTIONS: Layout = Layout {
    fields: &[
        field("dimension", Kind::Scalar(8)),
        field("is_stable", Kind::Scalar(1)),
        field("comparator_subgraph_index", Kind::Scalar(4)),
    ],
};

static LAYOUT_OF_STABLEHLO_CONCATENATE_OPTIONS: Layout =
    Layout { fields: &[field("dimension", Kind::Scalar(8))] };

static LAYOUT_OF_STABLEHLO_BROADCAST_IN_DIM_OPTIONS: Layout =
    Layout { fields: &[field("broadcast_dimensions", Kind::Vector(8))] };

static LAYOUT_OF_STABLEHLO_COMPARE_OPTIONS: Layout = Layout {
    fields: &[field("comparison_direction", Kind::Scalar(4)), field("compare_type", Kind::Scalar(4))],
};

static LAYOUT_OF_STABLEHLO_DYNAMIC_SLICE_OPTIONS: Layout =
    Layout { fields: &[field("slice_sizes", Kind::Vector(8))] };

static LAYOUT_OF_STABLEHLO_PAD_OPTIONS: Layout = Layout {
    fields: &[
        field("edge_padding_low", Kind::Vector(8)),
        field("edge_padding_high", Kind::Vector(8)),
        field("interior_padding", Kind::Vector(8)),
    ],
};

static LAYOUT_OF_STABLEHLO_IOTA_OPTIONS: Layout =
    Layout { fields: &[field("iota_dimension", Kind::Scalar(8))] };

static LAYOUT_OF_STABLEHLO_CUSTOM_CALL_OPTIONS: Layout = Layout {
    fields: &[
        field("call_target_name", Kind::String),
        field("has_side_effect", Kind::Scalar(1)),
        field("backend_config", Kind::String),
        field("api_version", Kind::Scalar(4)),
        field("called_computations", Kind::Vector(4)),
        field("custom_attributes", Kind::Vector(1)),
    ],
};

static LAYOUT_OF_STABLEHLO_REDUCE_OPTIONS: Layout =
    Layout { fields: &[field("dimensions", Kind::Vector(8)), field("body_subgraph_index", Kind::Scalar(4))] };

static LAYOUT_OF_STABLEHLO_SLICE_OPTIONS: Layout = Layout {
    fields: &[
        field("start_indices", Kind::Vector(8)),
        field("limit_indices", Kind::Vector(8)),
        field("strides", Kind::Vector(8)),
    ],
};

static LAYOUT_OF_STABLEHLO_CONVOLUTION_OPTIONS: Layout = Layout {
    fields: &[
        field("window_strides", Kind::Vector(8)),
        field("padding", Kind::Vector(8)),
        field("lhs_dilation", Kind::Vector(8)),
        field("rhs_dilation", Kind::Vector(8)),
        field("window_reversal", Kind::Vector(1)),
        field("input_batch_dimension", Kind::Scalar(8)),
        field("input_feature_dimension", Kind::Scalar(8)),
        field("input_spatial_dimensions", Kind::Vector(8)),
        field("kernel_input_feature_dimension", Kind::Scalar(8)),
        field("kernel_output_feature_dimension", Kind::Scalar(8)),
        field("kernel_spatial_dimensions", Kind::Vector(8)),
        field("output_batch_dimension", Kind::Scalar(8)),
        field("output_feature_dimension", Kind::Scalar(8)),
        field("output_spatial_dimensions", Kind::Vector(8)),
        field("feature_group_count", Kind::Scalar(8)),
        field("batch_group_count", Kind::Scalar(8)),
        field("precision_config", Kind::Vector(4)),
    ],
};

static LAYOUT_OF_STABLEHLO_SCATTER_OPTIONS: Layout = Layout {
    fields: &[
        field("indices_are_sorted", Kind::Scalar(1)),
        field("update_window_dims", Kind::Vector(8)),
        field("inserted_window_dims", Kind::Vector(8)),
        field("scatter_dims_to_operand_dims", Kind::Vector(8)),
        field("index_vector_dim", Kind::Scalar(8)),
        field("unique_indices", Kind::Scalar(1)),
        field("update_computation_subgraph_index", Kind::Scalar(4)),
    ],
};

static LAYOUT_OF_STABLEHLO_CASE_OPTIONS: Layout =
    Layout { fields: &[field("branch_subgraph_indices", Kind::Vector(4))] };

static LAYOUT_OF_STABLEHLO_RNG_BIT_GENERATOR_OPTIONS: Layout =
    Layout { fields: &[field("algorithm", Kind::Scalar(1))] };

static LAYOUT_OF_CONV2_DOPTIONS: Layout = Layout {
    fields: &[
        field("padding", Kind::Scalar(1)),
        field("stride_w", Kind::Scalar(4)),
        field("stride_h", Kind::Scalar(4)),
        field("fused_activation_function", Kind::Scalar(1)),
        field("dilation_w_factor", Kind::Scalar(4)),
        field("dilation_h_factor", Kind::Scalar(4)),
        field("quantized_bias_type", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_CONV3_DOPTIONS: Layout = Layout {
    fields: &[
        field("padding", Kind::Scalar(1)),
        field("stride_d", Kind::Scalar(4)),
        field("stride_w", Kind::Scalar(4)),
        field("stride_h", Kind::Scalar(4)),
        field("fused_activation_function", Kind::Scalar(1)),
        field("dilation_d_factor", Kind::Scalar(4)),
        field("dilation_w_factor", Kind::Scalar(4)),
        field("dilation_h_factor", Kind::Scalar(4)),
    ],
};

static LAYOUT_OF_POOL2_DOPTIONS: Layout = Layout {
    fields: &[
        field("padding", Kind::Scalar(1)),
        field("stride_w", Kind::Scalar(4)),
        field("stride_h", Kind::Scalar(4)),
        field("filter_width", Kind::Scalar(4)),
        field("filter_height", Kind::Scalar(4)),
        field("fused_activation_function", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_DEPTHWISE_CONV2_DOPTIONS: Layout = Layout {
    fields: &[
        field("padding", Kind::Scalar(1)),
        field("stride_w", Kind::Scalar(4)),
        field("stride_h", Kind::Scalar(4)),
        field("depth_multiplier", Kind::Scalar(4)),
        field("fused_activation_function", Kind::Scalar(1)),
        field("dilation_w_factor", Kind::Scalar(4)),
        field("dilation_h_factor", Kind::Scalar(4)),
    ],
};

static LAYOUT_OF_CONCAT_EMBEDDINGS_OPTIONS: Layout = Layout {
    fields: &[
        field("num_channels", Kind::Scalar(4)),
        field("num_columns_per_channel", Kind::Vector(4)),
        field("embedding_dim_per_channel", Kind::Vector(4)),
    ],
};

static LAYOUT_OF_LSHPROJECTION_OPTIONS: Layout = Layout { fields: &[field("type", Kind::Scalar(1))] };

static LAYOUT_OF_SVDFOPTIONS: Layout = Layout {
    fields: &[
        field("rank", Kind::Scalar(4)),
        field("fused_activation_function", Kind::Scalar(1)),
        field("asymmetric_quantize_inputs", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_RNNOPTIONS: Layout = Layout {
    fields: &[
        field("fused_activation_function", Kind::Scalar(1)),
        field("asymmetric_quantize_inputs", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_SEQUENCE_RNNOPTIONS: Layout = Layout {
    fields: &[
        field("time_major", Kind::Scalar(1)),
        field("fused_activation_function", Kind::Scalar(1)),
        field("asymmetric_quantize_inputs", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_BIDIRECTIONAL_SEQUENCE_RNNOPTIONS: Layout = Layout {
    fields: &[
        field("time_major", Kind::Scalar(1)),
        field("fused_activation_function", Kind::Scalar(1)),
        field("merge_outputs", Kind::Scalar(1)),
        field("asymmetric_quantize_inputs", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_FULLY_CONNECTED_OPTIONS: Layout = Layout {
    fields: &[
        field("fused_activation_function", Kind::Scalar(1)),
        field("weights_format", Kind::Scalar(1)),
        field("keep_num_dims", Kind::Scalar(1)),
        field("asymmetric_quantize_inputs", Kind::Scalar(1)),
        field("quantized_bias_type", Kind::Scalar(1)),
        field("quant_spec", Kind::Vector(1)),
    ],
};

static LAYOUT_OF_SOFTMAX_OPTIONS: Layout = Layout { fields: &[field("beta", Kind::Scalar(4))] };

static LAYOUT_OF_CONCATENATION_OPTIONS: Layout =
    Layout { fields: &[field("axis", Kind::Scalar(4)), field("fused_activation_function", Kind::Scalar(1))] };

static LAYOUT_OF_ADD_OPTIONS: Layout = Layout {
    fields: &[field("fused_activation_function", Kind::Scalar(1)), field("pot_scale_int16", Kind::Scalar(1))],
};

static LAYOUT_OF_MUL_OPTIONS: Layout =
    Layout { fields: &[field("fused_activation_function", Kind::Scalar(1))] };

static LAYOUT_OF_L2_NORM_OPTIONS: Layout =
    Layout { fields: &[field("fused_activation_function", Kind::Scalar(1))] };

static LAYOUT_OF_LOCAL_RESPONSE_NORMALIZATION_OPTIONS: Layout = Layout {
    fields: &[
        field("radius", Kind::Scalar(4)),
        field("bias", Kind::Scalar(4)),
        field("alpha", Kind::Scalar(4)),
        field("beta", Kind::Scalar(4)),
    ],
};

static LAYOUT_OF_LSTMOPTIONS: Layout = Layout {
    fields: &[
        field("fused_activation_function", Kind::Scalar(1)),
        field("cell_clip", Kind::Scalar(4)),
        field("proj_clip", Kind::Scalar(4)),
        field("kernel_type", Kind::Scalar(1)),
        field("asymmetric_quantize_inputs", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_UNIDIRECTIONAL_SEQUENCE_LSTMOPTIONS: Layout = Layout {
    fields: &[
        field("fused_activation_function", Kind::Scalar(1)),
        field("cell_clip", Kind::Scalar(4)),
        field("proj_clip", Kind::Scalar(4)),
        field("time_major", Kind::Scalar(1)),
        field("asymmetric_quantize_inputs", Kind::Scalar(1)),
        field("diagonal_recurrent_tensors", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_BIDIRECTIONAL_SEQUENCE_LSTMOPTIONS: Layout = Layout {
    fields: &[
        field("fused_activation_function", Kind::Scalar(1)),
        field("cell_clip", Kind::Scalar(4)),
        field("proj_clip", Kind::Scalar(4)),
        field("merge_outputs", Kind::Scalar(1)),
        field("time_major", Kind::Scalar(1)),
        field("asymmetric_quantize_inputs", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_RESIZE_BILINEAR_OPTIONS: Layout = Layout {
    fields: &[
        field("new_height", Kind::Unused),
        field("new_width", Kind::Unused),
        field("align_corners", Kind::Scalar(1)),
        field("half_pixel_centers", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_RESIZE_NEAREST_NEIGHBOR_OPTIONS: Layout = Layout {
    fields: &[field("align_corners", Kind::Scalar(1)), field("half_pixel_centers", Kind::Scalar(1))],
};

static LAYOUT_OF_CALL_OPTIONS: Layout = Layout { fields: &[field("subgraph", Kind::Scalar(4))] };

static LAYOUT_OF_PAD_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_PAD_V2_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_RESHAPE_OPTIONS: Layout = Layout { fields: &[field("new_shape", Kind::Vector(4))] };

static LAYOUT_OF_SPACE_TO_BATCH_NDOPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_BATCH_TO_SPACE_NDOPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_SKIP_GRAM_OPTIONS: Layout = Layout {
    fields: &[
        field("ngram_size", Kind::Scalar(4)),
        field("max_skip_size", Kind::Scalar(4)),
        field("include_all_ngrams", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_SPACE_TO_DEPTH_OPTIONS: Layout = Layout { fields: &[field("block_size", Kind::Scalar(4))] };

static LAYOUT_OF_DEPTH_TO_SPACE_OPTIONS: Layout = Layout { fields: &[field("block_size", Kind::Scalar(4))] };

static LAYOUT_OF_SUB_OPTIONS: Layout = Layout {
    fields: &[field("fused_activation_function", Kind::Scalar(1)), field("pot_scale_int16", Kind::Scalar(1))],
};

static LAYOUT_OF_DIV_OPTIONS: Layout =
    Layout { fields: &[field("fused_activation_function", Kind::Scalar(1))] };

static LAYOUT_OF_TOP_KV2_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_EMBEDDING_LOOKUP_SPARSE_OPTIONS: Layout =
    Layout { fields: &[field("combiner", Kind::Scalar(1))] };

static LAYOUT_OF_GATHER_OPTIONS: Layout =
    Layout { fields: &[field("axis", Kind::Scalar(4)), field("batch_dims", Kind::Scalar(4))] };

static LAYOUT_OF_TRANSPOSE_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_EXP_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_COS_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_REDUCER_OPTIONS: Layout = Layout { fields: &[field("keep_dims", Kind::Scalar(1))] };

static LAYOUT_OF_SQUEEZE_OPTIONS: Layout = Layout { fields: &[field("squeeze_dims", Kind::Vector(4))] };

static LAYOUT_OF_SPLIT_OPTIONS: Layout = Layout { fields: &[field("num_splits", Kind::Scalar(4))] };

static LAYOUT_OF_SPLIT_VOPTIONS: Layout = Layout { fields: &[field("num_splits", Kind::Scalar(4))] };

static LAYOUT_OF_STRIDED_SLICE_OPTIONS: Layout = Layout {
    fields: &[
        field("begin_mask", Kind::Scalar(4)),
        field("end_mask", Kind::Scalar(4)),
        field("ellipsis_mask", Kind::Scalar(4)),
        field("new_axis_mask", Kind::Scalar(4)),
        field("shrink_axis_mask", Kind::Scalar(4)),
        field("offset", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_LOG_SOFTMAX_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_CAST_OPTIONS: Layout =
    Layout { fields: &[field("in_data_type", Kind::Scalar(1)), field("out_data_type", Kind::Scalar(1))] };

static LAYOUT_OF_DEQUANTIZE_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_MAXIMUM_MINIMUM_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_TILE_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_ARG_MAX_OPTIONS: Layout = Layout { fields: &[field("output_type", Kind::Scalar(1))] };

static LAYOUT_OF_ARG_MIN_OPTIONS: Layout = Layout { fields: &[field("output_type", Kind::Scalar(1))] };

static LAYOUT_OF_GREATER_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_GREATER_EQUAL_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_LESS_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_LESS_EQUAL_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_NEG_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_SELECT_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_SLICE_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_TRANSPOSE_CONV_OPTIONS: Layout = Layout {
    fields: &[
        field("padding", Kind::Scalar(1)),
        field("stride_w", Kind::Scalar(4)),
        field("stride_h", Kind::Scalar(4)),
        field("fused_activation_function", Kind::Scalar(1)),
        field("quantized_bias_type", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_EXPAND_DIMS_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_SPARSE_TO_DENSE_OPTIONS: Layout =
    Layout { fields: &[field("validate_indices", Kind::Scalar(1))] };

static LAYOUT_OF_EQUAL_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_NOT_EQUAL_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_SHAPE_OPTIONS: Layout = Layout { fields: &[field("out_type", Kind::Scalar(1))] };

static LAYOUT_OF_RANK_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_POW_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_FAKE_QUANT_OPTIONS: Layout = Layout {
    fields: &[
        field("min", Kind::Scalar(4)),
        field("max", Kind::Scalar(4)),
        field("num_bits", Kind::Scalar(4)),
        field("narrow_range", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_PACK_OPTIONS: Layout =
    Layout { fields: &[field("values_count", Kind::Scalar(4)), field("axis", Kind::Scalar(4))] };

static LAYOUT_OF_LOGICAL_OR_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_ONE_HOT_OPTIONS: Layout = Layout { fields: &[field("axis", Kind::Scalar(4))] };

static LAYOUT_OF_ABS_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_HARD_SWISH_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_LOGICAL_AND_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_LOGICAL_NOT_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_UNPACK_OPTIONS: Layout =
    Layout { fields: &[field("num", Kind::Scalar(4)), field("axis", Kind::Scalar(4))] };

static LAYOUT_OF_FLOOR_DIV_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_SQUARE_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_ZEROS_LIKE_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_FILL_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_FLOOR_MOD_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_RANGE_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_LEAKY_RELU_OPTIONS: Layout = Layout { fields: &[field("alpha", Kind::Scalar(4))] };

static LAYOUT_OF_SQUARED_DIFFERENCE_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_MIRROR_PAD_OPTIONS: Layout = Layout { fields: &[field("mode", Kind::Scalar(1))] };

static LAYOUT_OF_UNIQUE_OPTIONS: Layout = Layout { fields: &[field("idx_out_type", Kind::Scalar(1))] };

static LAYOUT_OF_REVERSE_V2_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_ADD_NOPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_GATHER_ND_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_WHERE_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_REVERSE_SEQUENCE_OPTIONS: Layout =
    Layout { fields: &[field("seq_dim", Kind::Scalar(4)), field("batch_dim", Kind::Scalar(4))] };

static LAYOUT_OF_MATRIX_DIAG_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_QUANTIZE_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_MATRIX_SET_DIAG_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_IF_OPTIONS: Layout = Layout {
    fields: &[field("then_subgraph_index", Kind::Scalar(4)), field("else_subgraph_index", Kind::Scalar(4))],
};

static LAYOUT_OF_CALL_ONCE_OPTIONS: Layout =
    Layout { fields: &[field("init_subgraph_index", Kind::Scalar(4))] };

static LAYOUT_OF_WHILE_OPTIONS: Layout = Layout {
    fields: &[field("cond_subgraph_index", Kind::Scalar(4)), field("body_subgraph_index", Kind::Scalar(4))],
};

static LAYOUT_OF_NON_MAX_SUPPRESSION_V4_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_NON_MAX_SUPPRESSION_V5_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_SCATTER_ND_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_SELECT_V2_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_DENSIFY_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_SEGMENT_SUM_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_BATCH_MAT_MUL_OPTIONS: Layout = Layout {
    fields: &[
        field("adj_x", Kind::Scalar(1)),
        field("adj_y", Kind::Scalar(1)),
        field("asymmetric_quantize_inputs", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_CUMSUM_OPTIONS: Layout =
    Layout { fields: &[field("exclusive", Kind::Scalar(1)), field("reverse", Kind::Scalar(1))] };

static LAYOUT_OF_BROADCAST_TO_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_RFFT2D_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_HASHTABLE_OPTIONS: Layout = Layout {
    fields: &[
        field("table_id", Kind::Scalar(4)),
        field("key_dtype", Kind::Scalar(1)),
        field("value_dtype", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_HASHTABLE_FIND_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_HASHTABLE_IMPORT_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_HASHTABLE_SIZE_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_VAR_HANDLE_OPTIONS: Layout =
    Layout { fields: &[field("container", Kind::String), field("shared_name", Kind::String)] };

static LAYOUT_OF_READ_VARIABLE_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_ASSIGN_VARIABLE_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_RANDOM_OPTIONS: Layout =
    Layout { fields: &[field("seed", Kind::Scalar(8)), field("seed2", Kind::Scalar(8))] };

static LAYOUT_OF_BUCKETIZE_OPTIONS: Layout = Layout { fields: &[field("boundaries", Kind::Vector(4))] };

static LAYOUT_OF_GELU_OPTIONS: Layout = Layout { fields: &[field("approximate", Kind::Scalar(1))] };

static LAYOUT_OF_DYNAMIC_UPDATE_SLICE_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_UNSORTED_SEGMENT_PROD_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_UNSORTED_SEGMENT_MAX_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_UNSORTED_SEGMENT_SUM_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_ATAN2_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_UNSORTED_SEGMENT_MIN_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_SIGN_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_BITCAST_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_BITWISE_XOR_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_RIGHT_SHIFT_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_DILATE_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_REDUCE_WINDOW_OPTIONS: Layout =
    Layout { fields: &[field("reduce_function", Kind::Scalar(4))] };

static LAYOUT_OF_OPERATOR_CODE: Layout = Layout {
    fields: &[
        field("deprecated_builtin_code", Kind::Scalar(1)),
        field("custom_code", Kind::String),
        field("version", Kind::Scalar(4)),
        field("builtin_code", Kind::Scalar(4)),
    ],
};

static LAYOUT_OF_STABLE_HLOCOMPOSITE_OPTIONS: Layout = Layout {
    fields: &[
        field("name", Kind::String),
        field("decomposition_subgraph_index", Kind::Scalar(4)),
        field("composite_attributes", Kind::Vector(1)),
        field("composite_attributes_format", Kind::Scalar(1)),
        field("version", Kind::Scalar(4)),
    ],
};

static LAYOUT_OF_STABLEHLO_SHIFT_LEFT_OPTIONS: Layout = Layout { fields: &[] };

static LAYOUT_OF_OPERATOR: Layout = Layout {
    fields: &[
        field("opcode_index", Kind::Scalar(4)),
        field("inputs", Kind::Vector(4)),
        field("outputs", Kind::Vector(4)),
        field("builtin_options_type", Kind::Scalar(1)),
        field(
            "builtin_options",
            Kind::Union(&[
                &LAYOUT_OF_CONV2_DOPTIONS,
                &LAYOUT_OF_DEPTHWISE_CONV2_DOPTIONS,
                &LAYOUT_OF_CONCAT_EMBEDDINGS_OPTIONS,
                &LAYOUT_OF_LSHPROJECTION_OPTIONS,
                &LAYOUT_OF_POOL2_DOPTIONS,
                &LAYOUT_OF_SVDFOPTIONS,
                &LAYOUT_OF_RNNOPTIONS,
                &LAYOUT_OF_FULLY_CONNECTED_OPTIONS,
                &LAYOUT_OF_SOFTMAX_OPTIONS,
                &LAYOUT_OF_CONCATENATION_OPTIONS,
                &LAYOUT_OF_ADD_OPTIONS,
                &LAYOUT_OF_L2_NORM_OPTIONS,
                &LAYOUT_OF_LOCAL_RESPONSE_NORMALIZATION_OPTIONS,
                &LAYOUT_OF_LSTMOPTIONS,
                &LAYOUT_OF_RESIZE_BILINEAR_OPTIONS,
                &LAYOUT_OF_CALL_OPTIONS,
                &LAYOUT_OF_RESHAPE_OPTIONS,
                &LAYOUT_OF_SKIP_GRAM_OPTIONS,
                &LAYOUT_OF_SPACE_TO_DEPTH_OPTIONS,
                &LAYOUT_OF_EMBEDDING_LOOKUP_SPARSE_OPTIONS,
                &LAYOUT_OF_MUL_OPTIONS,
                &LAYOUT_OF_PAD_OPTIONS,
                &LAYOUT_OF_GATHER_OPTIONS,
                &LAYOUT_OF_BATCH_TO_SPACE_NDOPTIONS,
                &LAYOUT_OF_SPACE_TO_BATCH_NDOPTIONS,
                &LAYOUT_OF_TRANSPOSE_OPTIONS,
                &LAYOUT_OF_REDUCER_OPTIONS,
                &LAYOUT_OF_SUB_OPTIONS,
                &LAYOUT_OF_DIV_OPTIONS,
                &LAYOUT_OF_SQUEEZE_OPTIONS,
                &LAYOUT_OF_SEQUENCE_RNNOPTIONS,
                &LAYOUT_OF_STRIDED_SLICE_OPTIONS,
                &LAYOUT_OF_EXP_OPTIONS,
                &LAYOUT_OF_TOP_KV2_OPTIONS,
                &LAYOUT_OF_SPLIT_OPTIONS,
                &LAYOUT_OF_LOG_SOFTMAX_OPTIONS,
                &LAYOUT_OF_CAST_OPTIONS,
                &LAYOUT_OF_DEQUANTIZE_OPTIONS,
                &LAYOUT_OF_MAXIMUM_MINIMUM_OPTIONS,
                &LAYOUT_OF_ARG_MAX_OPTIONS,
                &LAYOUT_OF_LESS_OPTIONS,
                &LAYOUT_OF_NEG_OPTIONS,
                &LAYOUT_OF_PAD_V2_OPTIONS,
                &LAYOUT_OF_GREATER_OPTIONS,
                &LAYOUT_OF_GREATER_EQUAL_OPTIONS,
                &LAYOUT_OF_LESS_EQUAL_OPTIONS,
                &LAYOUT_OF_SELECT_OPTIONS,
                &LAYOUT_OF_SLICE_OPTIONS,
                &LAYOUT_OF_TRANSPOSE_CONV_OPTIONS,
                &LAYOUT_OF_SPARSE_TO_DENSE_OPTIONS,
                &LAYOUT_OF_TILE_OPTIONS,
                &LAYOUT_OF_EXPAND_DIMS_OPTIONS,
                &LAYOUT_OF_EQUAL_OPTIONS,
                &LAYOUT_OF_NOT_EQUAL_OPTIONS,
                &LAYOUT_OF_SHAPE_OPTIONS,
                &LAYOUT_OF_POW_OPTIONS,
                &LAYOUT_OF_ARG_MIN_OPTIONS,
                &LAYOUT_OF_FAKE_QUANT_OPTIONS,
                &LAYOUT_OF_PACK_OPTIONS,
                &LAYOUT_OF_LOGICAL_OR_OPTIONS,
                &LAYOUT_OF_ONE_HOT_OPTIONS,
                &LAYOUT_OF_LOGICAL_AND_OPTIONS,
                &LAYOUT_OF_LOGICAL_NOT_OPTIONS,
                &LAYOUT_OF_UNPACK_OPTIONS,
                &LAYOUT_OF_FLOOR_DIV_OPTIONS,
                &LAYOUT_OF_SQUARE_OPTIONS,
                &LAYOUT_OF_ZEROS_LIKE_OPTIONS,
                &LAYOUT_OF_FILL_OPTIONS,
                &LAYOUT_OF_BIDIRECTIONAL_SEQUENCE_LSTMOPTIONS,
                &LAYOUT_OF_BIDIRECTIONAL_SEQUENCE_RNNOPTIONS,
                &LAYOUT_OF_UNIDIRECTIONAL_SEQUENCE_LSTMOPTIONS,
                &LAYOUT_OF_FLOOR_MOD_OPTIONS,
                &LAYOUT_OF_RANGE_OPTIONS,
                &LAYOUT_OF_RESIZE_NEAREST_NEIGHBOR_OPTIONS,
                &LAYOUT_OF_LEAKY_RELU_OPTIONS,
                &LAYOUT_OF_SQUARED_DIFFERENCE_OPTIONS,
                &LAYOUT_OF_MIRROR_PAD_OPTIONS,
                &LAYOUT_OF_ABS_OPTIONS,
                &LAYOUT_OF_SPLIT_VOPTIONS,
                &LAYOUT_OF_UNIQUE_OPTIONS,
                &LAYOUT_OF_REVERSE_V2_OPTIONS,
                &LAYOUT_OF_ADD_NOPTIONS,
                &LAYOUT_OF_GATHER_ND_OPTIONS,
                &LAYOUT_OF_COS_OPTIONS,
                &LAYOUT_OF_WHERE_OPTIONS,
                &LAYOUT_OF_RANK_OPTIONS,
                &LAYOUT_OF_REVERSE_SEQUENCE_OPTIONS,
                &LAYOUT_OF_MATRIX_DIAG_OPTIONS,
                &LAYOUT_OF_QUANTIZE_OPTIONS,
                &LAYOUT_OF_MATRIX_SET_DIAG_OPTIONS,
                &LAYOUT_OF_HARD_SWISH_OPTIONS,
                &LAYOUT_OF_IF_OPTIONS,
                &LAYOUT_OF_WHILE_OPTIONS,
                &LAYOUT_OF_DEPTH_TO_SPACE_OPTIONS,
                &LAYOUT_OF_NON_MAX_SUPPRESSION_V4_OPTIONS,
                &LAYOUT_OF_NON_MAX_SUPPRESSION_V5_OPTIONS,
                &LAYOUT_OF_SCATTER_ND_OPTIONS,
                &LAYOUT_OF_SELECT_V2_OPTIONS,
                &LAYOUT_OF_DENSIFY_OPTIONS,
                &LAYOUT_OF_SEGMENT_SUM_OPTIONS,
                &LAYOUT_OF_BATCH_MAT_MUL_OPTIONS,
                &LAYOUT_OF_CUMSUM_OPTIONS,
                &LAYOUT_OF_CALL_ONCE_OPTIONS,
                &LAYOUT_OF_BROADCAST_TO_OPTIONS,
                &LAYOUT_OF_RFFT2D_OPTIONS,
                &LAYOUT_OF_CONV3_DOPTIONS,
                &LAYOUT_OF_HASHTABLE_OPTIONS,
                &LAYOUT_OF_HASHTABLE_FIND_OPTIONS,
                &LAYOUT_OF_HASHTABLE_IMPORT_OPTIONS,
                &LAYOUT_OF_HASHTABLE_SIZE_OPTIONS,
                &LAYOUT_OF_VAR_HANDLE_OPTIONS,
                &LAYOUT_OF_READ_VARIABLE_OPTIONS,
                &LAYOUT_OF_ASSIGN_VARIABLE_OPTIONS,
                &LAYOUT_OF_RANDOM_OPTIONS,
                &LAYOUT_OF_BUCKETIZE_OPTIONS,
                &LAYOUT_OF_GELU_OPTIONS,
                &LAYOUT_OF_DYNAMIC_UPDATE_SLICE_OPTIONS,
                &LAYOUT_OF_UNSORTED_SEGMENT_PROD_OPTIONS,
                &LAYOUT_OF_UNSORTED_SEGMENT_MAX_OPTIONS,
                &LAYOUT_OF_UNSORTED_SEGMENT_MIN_OPTIONS,
                &LAYOUT_OF_UNSORTED_SEGMENT_SUM_OPTIONS,
                &LAYOUT_OF_ATAN2_OPTIONS,
                &LAYOUT_OF_SIGN_OPTIONS,
                &LAYOUT_OF_BITCAST_OPTIONS,
                &LAYOUT_OF_BITWISE_XOR_OPTIONS,
                &LAYOUT_OF_RIGHT_SHIFT_OPTIONS,
            ]),
        ),
        field("custom_options", Kind::Vector(1)),
        field("custom_options_format", Kind::Scalar(1)),
        field("mutating_variable_inputs", Kind::Vector(1)),
        field("intermediates", Kind::Vector(4)),
        field("large_custom_options_offset", Kind::Scalar(8)),
        field("large_custom_options_size", Kind::Scalar(8)),
        field("builtin_options_2_type", Kind::Scalar(1)),
        field(
            "builtin_options_2",
            Kind::Union(&[
                &LAYOUT_OF_STABLEHLO_CONCATENATE_OPTIONS,
                &LAYOUT_OF_STABLEHLO_BROADCAST_IN_DIM_OPTIONS,
                &LAYOUT_OF_STABLEHLO_SLICE_OPTIONS,
                &LAYOUT_OF_STABLEHLO_CONVOLUTION_OPTIONS,
                &LAYOUT_OF_STABLEHLO_CUSTOM_CALL_OPTIONS,
                &LAYOUT_OF_STABLEHLO_REDUCE_OPTIONS,
                &LAYOUT_OF_STABLEHLO_SCATTER_OPTIONS,
                &LAYOUT_OF_STABLEHLO_COMPARE_OPTIONS,
                &LAYOUT_OF_STABLEHLO_DYNAMIC_SLICE_OPTIONS,
                &LAYOUT_OF_STABLEHLO_PAD_OPTIONS,
                &LAYOUT_OF_STABLEHLO_IOTA_OPTIONS,
                &LAYOUT_OF_STABLEHLO_DOT_GENERAL_OPTIONS,
                &LAYOUT_OF_STABLEHLO_REDUCE_WINDOW_OPTIONS,
                &LAYOUT_OF_STABLEHLO_SORT_OPTIONS,
                &LAYOUT_OF_STABLEHLO_WHILE_OPTIONS,
                &LAYOUT_OF_STABLEHLO_GATHER_OPTIONS,
                &LAYOUT_OF_STABLEHLO_TRANSPOSE_OPTIONS,
                &LAYOUT_OF_DILATE_OPTIONS,
                &LAYOUT_OF_STABLEHLO_RNG_BIT_GENERATOR_OPTIONS,
                &LAYOUT_OF_REDUCE_WINDOW_OPTIONS,
                &LAYOUT_OF_STABLE_HLOCOMPOSITE_OPTIONS,
                &LAYOUT_OF_STABLEHLO_SHIFT_LEFT_OPTIONS,
                &LAYOUT_OF_STABLEHLO_CASE_OPTIONS,
            ]),
        ),
        field("debug_metadata_index", Kind::Scalar(4)),
    ],
};

static LAYOUT_OF_SUB_GRAPH: Layout = Layout {
    fields: &[
        field("tensors", Kind::Tables(&LAYOUT_OF_TENSOR)),
        field("inputs", Kind::Vector(4)),
        field("outputs", Kind::Vector(4)),
        field("operators", Kind::Tables(&LAYOUT_OF_OPERATOR)),
        field("name", Kind::String),
        field("debug_metadata_index", Kind::Scalar(4)),
    ],
};

static LAYOUT_OF_BUFFER: Layout = Layout {
    fields: &[field("data", Kind::Data), field("offset", Kind::Scalar(8)), field("size", Kind::Scalar(8))],
};

static LAYOUT_OF_EXTERNAL_BUFFER_GROUP: Layout = Layout { fields: &[field("name", Kind::String)] };

static LAYOUT_OF_EXTERNAL_BUFFER: Layout = Layout {
    fields: &[
        field("id", Kind::Scalar(4)),
        field("group", Kind::Scalar(4)),
        field("offset", Kind::Scalar(8)),
        field("length", Kind::Scalar(8)),
        field("packing", Kind::String),
    ],
};

static LAYOUT_OF_METADATA: Layout =
    Layout { fields: &[field("name", Kind::String), field("buffer", Kind::Scalar(4))] };

static LAYOUT_OF_TENSOR_MAP: Layout =
    Layout { fields: &[field("name", Kind::String), field("tensor_index", Kind::Scalar(4))] };

static LAYOUT_OF_SIGNATURE_DEF: Layout = Layout {
    fields: &[
        field("inputs", Kind::Tables(&LAYOUT_OF_TENSOR_MAP)),
        field("outputs", Kind::Tables(&LAYOUT_OF_TENSOR_MAP)),
        field("signature_key", Kind::String),
        field("deprecated_tag", Kind::Unused),
        field("subgraph_index", Kind::Scalar(4)),
    ],
};

static LAYOUT_OF_MODEL: Layout = Layout {
    fields: &[
        field("version", Kind::Scalar(4)),
        field("operator_codes", Kind::Tables(&LAYOUT_OF_OPERATOR_CODE)),
        field("subgraphs", Kind::Tables(&LAYOUT_OF_SUB_GRAPH)),
        field("description", Kind::String),
        field("buffers", Kind::Tables(&LAYOUT_OF_BUFFER)),
        field("metadata_buffer", Kind::Vector(4)),
        field("metadata", Kind::Tables(&LAYOUT_OF_METADATA)),
        field("signature_defs", Kind::Tables(&LAYOUT_OF_SIGNATURE_DEF)),
        field("external_buffer_groups", Kind::Tables(&LAYOUT_OF_EXTERNAL_BUFFER_GROUP)),
        field("external_buffers", Kind::Tables(&LAYOUT_OF_EXTERNAL_BUFFER)),
    ],
};
