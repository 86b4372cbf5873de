// @generated: temporary.
#![allow(non_upper_case_globals, dead_code, unreachable_pub)]
#![allow(missing_docs)]
use crate::table::*;
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct TensorType(pub i8);
impl TensorType {
    pub const FLOAT32: Self = Self(0);
    pub const FLOAT16: Self = Self(1);
    pub const INT32: Self = Self(2);
    pub const UINT8: Self = Self(3);
    pub const INT64: Self = Self(4);
    pub const STRING: Self = Self(5);
    pub const BOOL: Self = Self(6);
    pub const INT16: Self = Self(7);
    pub const COMPLEX64: Self = Self(8);
    pub const INT8: Self = Self(9);
    pub const FLOAT64: Self = Self(10);
    pub const COMPLEX128: Self = Self(11);
    pub const UINT64: Self = Self(12);
    pub const RESOURCE: Self = Self(13);
    pub const VARIANT: Self = Self(14);
    pub const UINT32: Self = Self(15);
    pub const UINT16: Self = Self(16);
    pub const INT4: Self = Self(17);
    pub const BFLOAT16: Self = Self(18);
    pub const INT2: Self = Self(19);
    pub const UINT4: Self = Self(20);
    pub const FLOAT8_E4M3FN: Self = Self(21);
    pub const FLOAT8_E5M2: Self = Self(22);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "FLOAT32",
            1 => "FLOAT16",
            2 => "INT32",
            3 => "UINT8",
            4 => "INT64",
            5 => "STRING",
            6 => "BOOL",
            7 => "INT16",
            8 => "COMPLEX64",
            9 => "INT8",
            10 => "FLOAT64",
            11 => "COMPLEX128",
            12 => "UINT64",
            13 => "RESOURCE",
            14 => "VARIANT",
            15 => "UINT32",
            16 => "UINT16",
            17 => "INT4",
            18 => "BFLOAT16",
            19 => "INT2",
            20 => "UINT4",
            21 => "FLOAT8_E4M3FN",
            22 => "FLOAT8_E5M2",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for TensorType {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "TensorType({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct QuantizationDetails(pub u8);
impl QuantizationDetails {
    pub const NONE: Self = Self(0);
    pub const CustomQuantization: Self = Self(1);
    pub const BlockwiseQuantization: Self = Self(2);
    pub const MultiAxisQuantization: Self = Self(3);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "NONE",
            1 => "CustomQuantization",
            2 => "BlockwiseQuantization",
            3 => "MultiAxisQuantization",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for QuantizationDetails {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "QuantizationDetails({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct DimensionType(pub i8);
impl DimensionType {
    pub const DENSE: Self = Self(0);
    pub const SPARSE_CSR: Self = Self(1);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "DENSE",
            1 => "SPARSE_CSR",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for DimensionType {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "DimensionType({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SparseIndexVector(pub u8);
impl SparseIndexVector {
    pub const NONE: Self = Self(0);
    pub const Int32Vector: Self = Self(1);
    pub const Uint16Vector: Self = Self(2);
    pub const Uint8Vector: Self = Self(3);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "NONE",
            1 => "Int32Vector",
            2 => "Uint16Vector",
            3 => "Uint8Vector",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for SparseIndexVector {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "SparseIndexVector({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct BuiltinOperator(pub i32);
impl BuiltinOperator {
    pub const ADD: Self = Self(0);
    pub const AVERAGE_POOL_2D: Self = Self(1);
    pub const CONCATENATION: Self = Self(2);
    pub const CONV_2D: Self = Self(3);
    pub const DEPTHWISE_CONV_2D: Self = Self(4);
    pub const DEPTH_TO_SPACE: Self = Self(5);
    pub const DEQUANTIZE: Self = Self(6);
    pub const EMBEDDING_LOOKUP: Self = Self(7);
    pub const FLOOR: Self = Self(8);
    pub const FULLY_CONNECTED: Self = Self(9);
    pub const HASHTABLE_LOOKUP: Self = Self(10);
    pub const L2_NORMALIZATION: Self = Self(11);
    pub const L2_POOL_2D: Self = Self(12);
    pub const LOCAL_RESPONSE_NORMALIZATION: Self = Self(13);
    pub const LOGISTIC: Self = Self(14);
    pub const LSH_PROJECTION: Self = Self(15);
    pub const LSTM: Self = Self(16);
    pub const MAX_POOL_2D: Self = Self(17);
    pub const MUL: Self = Self(18);
    pub const RELU: Self = Self(19);
    pub const RELU_N1_TO_1: Self = Self(20);
    pub const RELU6: Self = Self(21);
    pub const RESHAPE: Self = Self(22);
    pub const RESIZE_BILINEAR: Self = Self(23);
    pub const RNN: Self = Self(24);
    pub const SOFTMAX: Self = Self(25);
    pub const SPACE_TO_DEPTH: Self = Self(26);
    pub const SVDF: Self = Self(27);
    pub const TANH: Self = Self(28);
    pub const CONCAT_EMBEDDINGS: Self = Self(29);
    pub const SKIP_GRAM: Self = Self(30);
    pub const CALL: Self = Self(31);
    pub const CUSTOM: Self = Self(32);
    pub const EMBEDDING_LOOKUP_SPARSE: Self = Self(33);
    pub const PAD: Self = Self(34);
    pub const UNIDIRECTIONAL_SEQUENCE_RNN: Self = Self(35);
    pub const GATHER: Self = Self(36);
    pub const BATCH_TO_SPACE_ND: Self = Self(37);
    pub const SPACE_TO_BATCH_ND: Self = Self(38);
    pub const TRANSPOSE: Self = Self(39);
    pub const MEAN: Self = Self(40);
    pub const SUB: Self = Self(41);
    pub const DIV: Self = Self(42);
    pub const SQUEEZE: Self = Self(43);
    pub const UNIDIRECTIONAL_SEQUENCE_LSTM: Self = Self(44);
    pub const STRIDED_SLICE: Self = Self(45);
    pub const BIDIRECTIONAL_SEQUENCE_RNN: Self = Self(46);
    pub const EXP: Self = Self(47);
    pub const TOPK_V2: Self = Self(48);
    pub const SPLIT: Self = Self(49);
    pub const LOG_SOFTMAX: Self = Self(50);
    pub const DELEGATE: Self = Self(51);
    pub const BIDIRECTIONAL_SEQUENCE_LSTM: Self = Self(52);
    pub const CAST: Self = Self(53);
    pub const PRELU: Self = Self(54);
    pub const MAXIMUM: Self = Self(55);
    pub const ARG_MAX: Self = Self(56);
    pub const MINIMUM: Self = Self(57);
    pub const LESS: Self = Self(58);
    pub const NEG: Self = Self(59);
    pub const PADV2: Self = Self(60);
    pub const GREATER: Self = Self(61);
    pub const GREATER_EQUAL: Self = Self(62);
    pub const LESS_EQUAL: Self = Self(63);
    pub const SELECT: Self = Self(64);
    pub const SLICE: Self = Self(65);
    pub const SIN: Self = Self(66);
    pub const TRANSPOSE_CONV: Self = Self(67);
    pub const SPARSE_TO_DENSE: Self = Self(68);
    pub const TILE: Self = Self(69);
    pub const EXPAND_DIMS: Self = Self(70);
    pub const EQUAL: Self = Self(71);
    pub const NOT_EQUAL: Self = Self(72);
    pub const LOG: Self = Self(73);
    pub const SUM: Self = Self(74);
    pub const SQRT: Self = Self(75);
    pub const RSQRT: Self = Self(76);
    pub const SHAPE: Self = Self(77);
    pub const POW: Self = Self(78);
    pub const ARG_MIN: Self = Self(79);
    pub const FAKE_QUANT: Self = Self(80);
    pub const REDUCE_PROD: Self = Self(81);
    pub const REDUCE_MAX: Self = Self(82);
    pub const PACK: Self = Self(83);
    pub const LOGICAL_OR: Self = Self(84);
    pub const ONE_HOT: Self = Self(85);
    pub const LOGICAL_AND: Self = Self(86);
    pub const LOGICAL_NOT: Self = Self(87);
    pub const UNPACK: Self = Self(88);
    pub const REDUCE_MIN: Self = Self(89);
    pub const FLOOR_DIV: Self = Self(90);
    pub const REDUCE_ANY: Self = Self(91);
    pub const SQUARE: Self = Self(92);
    pub const ZEROS_LIKE: Self = Self(93);
    pub const FILL: Self = Self(94);
    pub const FLOOR_MOD: Self = Self(95);
    pub const RANGE: Self = Self(96);
    pub const RESIZE_NEAREST_NEIGHBOR: Self = Self(97);
    pub const LEAKY_RELU: Self = Self(98);
    pub const SQUARED_DIFFERENCE: Self = Self(99);
    pub const MIRROR_PAD: Self = Self(100);
    pub const ABS: Self = Self(101);
    pub const SPLIT_V: Self = Self(102);
    pub const UNIQUE: Self = Self(103);
    pub const CEIL: Self = Self(104);
    pub const REVERSE_V2: Self = Self(105);
    pub const ADD_N: Self = Self(106);
    pub const GATHER_ND: Self = Self(107);
    pub const COS: Self = Self(108);
    pub const WHERE: Self = Self(109);
    pub const RANK: Self = Self(110);
    pub const ELU: Self = Self(111);
    pub const REVERSE_SEQUENCE: Self = Self(112);
    pub const MATRIX_DIAG: Self = Self(113);
    pub const QUANTIZE: Self = Self(114);
    pub const MATRIX_SET_DIAG: Self = Self(115);
    pub const ROUND: Self = Self(116);
    pub const HARD_SWISH: Self = Self(117);
    pub const IF: Self = Self(118);
    pub const WHILE: Self = Self(119);
    pub const NON_MAX_SUPPRESSION_V4: Self = Self(120);
    pub const NON_MAX_SUPPRESSION_V5: Self = Self(121);
    pub const SCATTER_ND: Self = Self(122);
    pub const SELECT_V2: Self = Self(123);
    pub const DENSIFY: Self = Self(124);
    pub const SEGMENT_SUM: Self = Self(125);
    pub const BATCH_MATMUL: Self = Self(126);
    pub const PLACEHOLDER_FOR_GREATER_OP_CODES: Self = Self(127);
    pub const CUMSUM: Self = Self(128);
    pub const CALL_ONCE: Self = Self(129);
    pub const BROADCAST_TO: Self = Self(130);
    pub const RFFT2D: Self = Self(131);
    pub const CONV_3D: Self = Self(132);
    pub const IMAG: Self = Self(133);
    pub const REAL: Self = Self(134);
    pub const COMPLEX_ABS: Self = Self(135);
    pub const HASHTABLE: Self = Self(136);
    pub const HASHTABLE_FIND: Self = Self(137);
    pub const HASHTABLE_IMPORT: Self = Self(138);
    pub const HASHTABLE_SIZE: Self = Self(139);
    pub const REDUCE_ALL: Self = Self(140);
    pub const CONV_3D_TRANSPOSE: Self = Self(141);
    pub const VAR_HANDLE: Self = Self(142);
    pub const READ_VARIABLE: Self = Self(143);
    pub const ASSIGN_VARIABLE: Self = Self(144);
    pub const BROADCAST_ARGS: Self = Self(145);
    pub const RANDOM_STANDARD_NORMAL: Self = Self(146);
    pub const BUCKETIZE: Self = Self(147);
    pub const RANDOM_UNIFORM: Self = Self(148);
    pub const MULTINOMIAL: Self = Self(149);
    pub const GELU: Self = Self(150);
    pub const DYNAMIC_UPDATE_SLICE: Self = Self(151);
    pub const RELU_0_TO_1: Self = Self(152);
    pub const UNSORTED_SEGMENT_PROD: Self = Self(153);
    pub const UNSORTED_SEGMENT_MAX: Self = Self(154);
    pub const UNSORTED_SEGMENT_SUM: Self = Self(155);
    pub const ATAN2: Self = Self(156);
    pub const UNSORTED_SEGMENT_MIN: Self = Self(157);
    pub const SIGN: Self = Self(158);
    pub const BITCAST: Self = Self(159);
    pub const BITWISE_XOR: Self = Self(160);
    pub const RIGHT_SHIFT: Self = Self(161);
    pub const STABLEHLO_LOGISTIC: Self = Self(162);
    pub const STABLEHLO_ADD: Self = Self(163);
    pub const STABLEHLO_DIVIDE: Self = Self(164);
    pub const STABLEHLO_MULTIPLY: Self = Self(165);
    pub const STABLEHLO_MAXIMUM: Self = Self(166);
    pub const STABLEHLO_RESHAPE: Self = Self(167);
    pub const STABLEHLO_CLAMP: Self = Self(168);
    pub const STABLEHLO_CONCATENATE: Self = Self(169);
    pub const STABLEHLO_BROADCAST_IN_DIM: Self = Self(170);
    pub const STABLEHLO_CONVOLUTION: Self = Self(171);
    pub const STABLEHLO_SLICE: Self = Self(172);
    pub const STABLEHLO_CUSTOM_CALL: Self = Self(173);
    pub const STABLEHLO_REDUCE: Self = Self(174);
    pub const STABLEHLO_ABS: Self = Self(175);
    pub const STABLEHLO_AND: Self = Self(176);
    pub const STABLEHLO_COSINE: Self = Self(177);
    pub const STABLEHLO_EXPONENTIAL: Self = Self(178);
    pub const STABLEHLO_FLOOR: Self = Self(179);
    pub const STABLEHLO_LOG: Self = Self(180);
    pub const STABLEHLO_MINIMUM: Self = Self(181);
    pub const STABLEHLO_NEGATE: Self = Self(182);
    pub const STABLEHLO_OR: Self = Self(183);
    pub const STABLEHLO_POWER: Self = Self(184);
    pub const STABLEHLO_REMAINDER: Self = Self(185);
    pub const STABLEHLO_RSQRT: Self = Self(186);
    pub const STABLEHLO_SELECT: Self = Self(187);
    pub const STABLEHLO_SUBTRACT: Self = Self(188);
    pub const STABLEHLO_TANH: Self = Self(189);
    pub const STABLEHLO_SCATTER: Self = Self(190);
    pub const STABLEHLO_COMPARE: Self = Self(191);
    pub const STABLEHLO_CONVERT: Self = Self(192);
    pub const STABLEHLO_DYNAMIC_SLICE: Self = Self(193);
    pub const STABLEHLO_DYNAMIC_UPDATE_SLICE: Self = Self(194);
    pub const STABLEHLO_PAD: Self = Self(195);
    pub const STABLEHLO_IOTA: Self = Self(196);
    pub const STABLEHLO_DOT_GENERAL: Self = Self(197);
    pub const STABLEHLO_REDUCE_WINDOW: Self = Self(198);
    pub const STABLEHLO_SORT: Self = Self(199);
    pub const STABLEHLO_WHILE: Self = Self(200);
    pub const STABLEHLO_GATHER: Self = Self(201);
    pub const STABLEHLO_TRANSPOSE: Self = Self(202);
    pub const DILATE: Self = Self(203);
    pub const STABLEHLO_RNG_BIT_GENERATOR: Self = Self(204);
    pub const REDUCE_WINDOW: Self = Self(205);
    pub const STABLEHLO_COMPOSITE: Self = Self(206);
    pub const STABLEHLO_SHIFT_LEFT: Self = Self(207);
    pub const STABLEHLO_CBRT: Self = Self(208);
    pub const STABLEHLO_CASE: Self = Self(209);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "ADD",
            1 => "AVERAGE_POOL_2D",
            2 => "CONCATENATION",
            3 => "CONV_2D",
            4 => "DEPTHWISE_CONV_2D",
            5 => "DEPTH_TO_SPACE",
            6 => "DEQUANTIZE",
            7 => "EMBEDDING_LOOKUP",
            8 => "FLOOR",
            9 => "FULLY_CONNECTED",
            10 => "HASHTABLE_LOOKUP",
            11 => "L2_NORMALIZATION",
            12 => "L2_POOL_2D",
            13 => "LOCAL_RESPONSE_NORMALIZATION",
            14 => "LOGISTIC",
            15 => "LSH_PROJECTION",
            16 => "LSTM",
            17 => "MAX_POOL_2D",
            18 => "MUL",
            19 => "RELU",
            20 => "RELU_N1_TO_1",
            21 => "RELU6",
            22 => "RESHAPE",
            23 => "RESIZE_BILINEAR",
            24 => "RNN",
            25 => "SOFTMAX",
            26 => "SPACE_TO_DEPTH",
            27 => "SVDF",
            28 => "TANH",
            29 => "CONCAT_EMBEDDINGS",
            30 => "SKIP_GRAM",
            31 => "CALL",
            32 => "CUSTOM",
            33 => "EMBEDDING_LOOKUP_SPARSE",
            34 => "PAD",
            35 => "UNIDIRECTIONAL_SEQUENCE_RNN",
            36 => "GATHER",
            37 => "BATCH_TO_SPACE_ND",
            38 => "SPACE_TO_BATCH_ND",
            39 => "TRANSPOSE",
            40 => "MEAN",
            41 => "SUB",
            42 => "DIV",
            43 => "SQUEEZE",
            44 => "UNIDIRECTIONAL_SEQUENCE_LSTM",
            45 => "STRIDED_SLICE",
            46 => "BIDIRECTIONAL_SEQUENCE_RNN",
            47 => "EXP",
            48 => "TOPK_V2",
            49 => "SPLIT",
            50 => "LOG_SOFTMAX",
            51 => "DELEGATE",
            52 => "BIDIRECTIONAL_SEQUENCE_LSTM",
            53 => "CAST",
            54 => "PRELU",
            55 => "MAXIMUM",
            56 => "ARG_MAX",
            57 => "MINIMUM",
            58 => "LESS",
            59 => "NEG",
            60 => "PADV2",
            61 => "GREATER",
            62 => "GREATER_EQUAL",
            63 => "LESS_EQUAL",
            64 => "SELECT",
            65 => "SLICE",
            66 => "SIN",
            67 => "TRANSPOSE_CONV",
            68 => "SPARSE_TO_DENSE",
            69 => "TILE",
            70 => "EXPAND_DIMS",
            71 => "EQUAL",
            72 => "NOT_EQUAL",
            73 => "LOG",
            74 => "SUM",
            75 => "SQRT",
            76 => "RSQRT",
            77 => "SHAPE",
            78 => "POW",
            79 => "ARG_MIN",
            80 => "FAKE_QUANT",
            81 => "REDUCE_PROD",
            82 => "REDUCE_MAX",
            83 => "PACK",
            84 => "LOGICAL_OR",
            85 => "ONE_HOT",
            86 => "LOGICAL_AND",
            87 => "LOGICAL_NOT",
            88 => "UNPACK",
            89 => "REDUCE_MIN",
            90 => "FLOOR_DIV",
            91 => "REDUCE_ANY",
            92 => "SQUARE",
            93 => "ZEROS_LIKE",
            94 => "FILL",
            95 => "FLOOR_MOD",
            96 => "RANGE",
            97 => "RESIZE_NEAREST_NEIGHBOR",
            98 => "LEAKY_RELU",
            99 => "SQUARED_DIFFERENCE",
            100 => "MIRROR_PAD",
            101 => "ABS",
            102 => "SPLIT_V",
            103 => "UNIQUE",
            104 => "CEIL",
            105 => "REVERSE_V2",
            106 => "ADD_N",
            107 => "GATHER_ND",
            108 => "COS",
            109 => "WHERE",
            110 => "RANK",
            111 => "ELU",
            112 => "REVERSE_SEQUENCE",
            113 => "MATRIX_DIAG",
            114 => "QUANTIZE",
            115 => "MATRIX_SET_DIAG",
            116 => "ROUND",
            117 => "HARD_SWISH",
            118 => "IF",
            119 => "WHILE",
            120 => "NON_MAX_SUPPRESSION_V4",
            121 => "NON_MAX_SUPPRESSION_V5",
            122 => "SCATTER_ND",
            123 => "SELECT_V2",
            124 => "DENSIFY",
            125 => "SEGMENT_SUM",
            126 => "BATCH_MATMUL",
            127 => "PLACEHOLDER_FOR_GREATER_OP_CODES",
            128 => "CUMSUM",
            129 => "CALL_ONCE",
            130 => "BROADCAST_TO",
            131 => "RFFT2D",
            132 => "CONV_3D",
            133 => "IMAG",
            134 => "REAL",
            135 => "COMPLEX_ABS",
            136 => "HASHTABLE",
            137 => "HASHTABLE_FIND",
            138 => "HASHTABLE_IMPORT",
            139 => "HASHTABLE_SIZE",
            140 => "REDUCE_ALL",
            141 => "CONV_3D_TRANSPOSE",
            142 => "VAR_HANDLE",
            143 => "READ_VARIABLE",
            144 => "ASSIGN_VARIABLE",
            145 => "BROADCAST_ARGS",
            146 => "RANDOM_STANDARD_NORMAL",
            147 => "BUCKETIZE",
            148 => "RANDOM_UNIFORM",
            149 => "MULTINOMIAL",
            150 => "GELU",
            151 => "DYNAMIC_UPDATE_SLICE",
            152 => "RELU_0_TO_1",
            153 => "UNSORTED_SEGMENT_PROD",
            154 => "UNSORTED_SEGMENT_MAX",
            155 => "UNSORTED_SEGMENT_SUM",
            156 => "ATAN2",
            157 => "UNSORTED_SEGMENT_MIN",
            158 => "SIGN",
            159 => "BITCAST",
            160 => "BITWISE_XOR",
            161 => "RIGHT_SHIFT",
            162 => "STABLEHLO_LOGISTIC",
            163 => "STABLEHLO_ADD",
            164 => "STABLEHLO_DIVIDE",
            165 => "STABLEHLO_MULTIPLY",
            166 => "STABLEHLO_MAXIMUM",
            167 => "STABLEHLO_RESHAPE",
            168 => "STABLEHLO_CLAMP",
            169 => "STABLEHLO_CONCATENATE",
            170 => "STABLEHLO_BROADCAST_IN_DIM",
            171 => "STABLEHLO_CONVOLUTION",
            172 => "STABLEHLO_SLICE",
            173 => "STABLEHLO_CUSTOM_CALL",
            174 => "STABLEHLO_REDUCE",
            175 => "STABLEHLO_ABS",
            176 => "STABLEHLO_AND",
            177 => "STABLEHLO_COSINE",
            178 => "STABLEHLO_EXPONENTIAL",
            179 => "STABLEHLO_FLOOR",
            180 => "STABLEHLO_LOG",
            181 => "STABLEHLO_MINIMUM",
            182 => "STABLEHLO_NEGATE",
            183 => "STABLEHLO_OR",
            184 => "STABLEHLO_POWER",
            185 => "STABLEHLO_REMAINDER",
            186 => "STABLEHLO_RSQRT",
            187 => "STABLEHLO_SELECT",
            188 => "STABLEHLO_SUBTRACT",
            189 => "STABLEHLO_TANH",
            190 => "STABLEHLO_SCATTER",
            191 => "STABLEHLO_COMPARE",
            192 => "STABLEHLO_CONVERT",
            193 => "STABLEHLO_DYNAMIC_SLICE",
            194 => "STABLEHLO_DYNAMIC_UPDATE_SLICE",
            195 => "STABLEHLO_PAD",
            196 => "STABLEHLO_IOTA",
            197 => "STABLEHLO_DOT_GENERAL",
            198 => "STABLEHLO_REDUCE_WINDOW",
            199 => "STABLEHLO_SORT",
            200 => "STABLEHLO_WHILE",
            201 => "STABLEHLO_GATHER",
            202 => "STABLEHLO_TRANSPOSE",
            203 => "DILATE",
            204 => "STABLEHLO_RNG_BIT_GENERATOR",
            205 => "REDUCE_WINDOW",
            206 => "STABLEHLO_COMPOSITE",
            207 => "STABLEHLO_SHIFT_LEFT",
            208 => "STABLEHLO_CBRT",
            209 => "STABLEHLO_CASE",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for BuiltinOperator {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "BuiltinOperator({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct BuiltinOptions(pub u8);
impl BuiltinOptions {
    pub const NONE: Self = Self(0);
    pub const Conv2DOptions: Self = Self(1);
    pub const DepthwiseConv2DOptions: Self = Self(2);
    pub const ConcatEmbeddingsOptions: Self = Self(3);
    pub const LSHProjectionOptions: Self = Self(4);
    pub const Pool2DOptions: Self = Self(5);
    pub const SVDFOptions: Self = Self(6);
    pub const RNNOptions: Self = Self(7);
    pub const FullyConnectedOptions: Self = Self(8);
    pub const SoftmaxOptions: Self = Self(9);
    pub const ConcatenationOptions: Self = Self(10);
    pub const AddOptions: Self = Self(11);
    pub const L2NormOptions: Self = Self(12);
    pub const LocalResponseNormalizationOptions: Self = Self(13);
    pub const LSTMOptions: Self = Self(14);
    pub const ResizeBilinearOptions: Self = Self(15);
    pub const CallOptions: Self = Self(16);
    pub const ReshapeOptions: Self = Self(17);
    pub const SkipGramOptions: Self = Self(18);
    pub const SpaceToDepthOptions: Self = Self(19);
    pub const EmbeddingLookupSparseOptions: Self = Self(20);
    pub const MulOptions: Self = Self(21);
    pub const PadOptions: Self = Self(22);
    pub const GatherOptions: Self = Self(23);
    pub const BatchToSpaceNDOptions: Self = Self(24);
    pub const SpaceToBatchNDOptions: Self = Self(25);
    pub const TransposeOptions: Self = Self(26);
    pub const ReducerOptions: Self = Self(27);
    pub const SubOptions: Self = Self(28);
    pub const DivOptions: Self = Self(29);
    pub const SqueezeOptions: Self = Self(30);
    pub const SequenceRNNOptions: Self = Self(31);
    pub const StridedSliceOptions: Self = Self(32);
    pub const ExpOptions: Self = Self(33);
    pub const TopKV2Options: Self = Self(34);
    pub const SplitOptions: Self = Self(35);
    pub const LogSoftmaxOptions: Self = Self(36);
    pub const CastOptions: Self = Self(37);
    pub const DequantizeOptions: Self = Self(38);
    pub const MaximumMinimumOptions: Self = Self(39);
    pub const ArgMaxOptions: Self = Self(40);
    pub const LessOptions: Self = Self(41);
    pub const NegOptions: Self = Self(42);
    pub const PadV2Options: Self = Self(43);
    pub const GreaterOptions: Self = Self(44);
    pub const GreaterEqualOptions: Self = Self(45);
    pub const LessEqualOptions: Self = Self(46);
    pub const SelectOptions: Self = Self(47);
    pub const SliceOptions: Self = Self(48);
    pub const TransposeConvOptions: Self = Self(49);
    pub const SparseToDenseOptions: Self = Self(50);
    pub const TileOptions: Self = Self(51);
    pub const ExpandDimsOptions: Self = Self(52);
    pub const EqualOptions: Self = Self(53);
    pub const NotEqualOptions: Self = Self(54);
    pub const ShapeOptions: Self = Self(55);
    pub const PowOptions: Self = Self(56);
    pub const ArgMinOptions: Self = Self(57);
    pub const FakeQuantOptions: Self = Self(58);
    pub const PackOptions: Self = Self(59);
    pub const LogicalOrOptions: Self = Self(60);
    pub const OneHotOptions: Self = Self(61);
    pub const LogicalAndOptions: Self = Self(62);
    pub const LogicalNotOptions: Self = Self(63);
    pub const UnpackOptions: Self = Self(64);
    pub const FloorDivOptions: Self = Self(65);
    pub const SquareOptions: Self = Self(66);
    pub const ZerosLikeOptions: Self = Self(67);
    pub const FillOptions: Self = Self(68);
    pub const BidirectionalSequenceLSTMOptions: Self = Self(69);
    pub const BidirectionalSequenceRNNOptions: Self = Self(70);
    pub const UnidirectionalSequenceLSTMOptions: Self = Self(71);
    pub const FloorModOptions: Self = Self(72);
    pub const RangeOptions: Self = Self(73);
    pub const ResizeNearestNeighborOptions: Self = Self(74);
    pub const LeakyReluOptions: Self = Self(75);
    pub const SquaredDifferenceOptions: Self = Self(76);
    pub const MirrorPadOptions: Self = Self(77);
    pub const AbsOptions: Self = Self(78);
    pub const SplitVOptions: Self = Self(79);
    pub const UniqueOptions: Self = Self(80);
    pub const ReverseV2Options: Self = Self(81);
    pub const AddNOptions: Self = Self(82);
    pub const GatherNdOptions: Self = Self(83);
    pub const CosOptions: Self = Self(84);
    pub const WhereOptions: Self = Self(85);
    pub const RankOptions: Self = Self(86);
    pub const ReverseSequenceOptions: Self = Self(87);
    pub const MatrixDiagOptions: Self = Self(88);
    pub const QuantizeOptions: Self = Self(89);
    pub const MatrixSetDiagOptions: Self = Self(90);
    pub const HardSwishOptions: Self = Self(91);
    pub const IfOptions: Self = Self(92);
    pub const WhileOptions: Self = Self(93);
    pub const DepthToSpaceOptions: Self = Self(94);
    pub const NonMaxSuppressionV4Options: Self = Self(95);
    pub const NonMaxSuppressionV5Options: Self = Self(96);
    pub const ScatterNdOptions: Self = Self(97);
    pub const SelectV2Options: Self = Self(98);
    pub const DensifyOptions: Self = Self(99);
    pub const SegmentSumOptions: Self = Self(100);
    pub const BatchMatMulOptions: Self = Self(101);
    pub const CumsumOptions: Self = Self(102);
    pub const CallOnceOptions: Self = Self(103);
    pub const BroadcastToOptions: Self = Self(104);
    pub const Rfft2dOptions: Self = Self(105);
    pub const Conv3DOptions: Self = Self(106);
    pub const HashtableOptions: Self = Self(107);
    pub const HashtableFindOptions: Self = Self(108);
    pub const HashtableImportOptions: Self = Self(109);
    pub const HashtableSizeOptions: Self = Self(110);
    pub const VarHandleOptions: Self = Self(111);
    pub const ReadVariableOptions: Self = Self(112);
    pub const AssignVariableOptions: Self = Self(113);
    pub const RandomOptions: Self = Self(114);
    pub const BucketizeOptions: Self = Self(115);
    pub const GeluOptions: Self = Self(116);
    pub const DynamicUpdateSliceOptions: Self = Self(117);
    pub const UnsortedSegmentProdOptions: Self = Self(118);
    pub const UnsortedSegmentMaxOptions: Self = Self(119);
    pub const UnsortedSegmentMinOptions: Self = Self(120);
    pub const UnsortedSegmentSumOptions: Self = Self(121);
    pub const ATan2Options: Self = Self(122);
    pub const SignOptions: Self = Self(123);
    pub const BitcastOptions: Self = Self(124);
    pub const BitwiseXorOptions: Self = Self(125);
    pub const RightShiftOptions: Self = Self(126);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "NONE",
            1 => "Conv2DOptions",
            2 => "DepthwiseConv2DOptions",
            3 => "ConcatEmbeddingsOptions",
            4 => "LSHProjectionOptions",
            5 => "Pool2DOptions",
            6 => "SVDFOptions",
            7 => "RNNOptions",
            8 => "FullyConnectedOptions",
            9 => "SoftmaxOptions",
            10 => "ConcatenationOptions",
            11 => "AddOptions",
            12 => "L2NormOptions",
            13 => "LocalResponseNormalizationOptions",
            14 => "LSTMOptions",
            15 => "ResizeBilinearOptions",
            16 => "CallOptions",
            17 => "ReshapeOptions",
            18 => "SkipGramOptions",
            19 => "SpaceToDepthOptions",
            20 => "EmbeddingLookupSparseOptions",
            21 => "MulOptions",
            22 => "PadOptions",
            23 => "GatherOptions",
            24 => "BatchToSpaceNDOptions",
            25 => "SpaceToBatchNDOptions",
            26 => "TransposeOptions",
            27 => "ReducerOptions",
            28 => "SubOptions",
            29 => "DivOptions",
            30 => "SqueezeOptions",
            31 => "SequenceRNNOptions",
            32 => "StridedSliceOptions",
            33 => "ExpOptions",
            34 => "TopKV2Options",
            35 => "SplitOptions",
            36 => "LogSoftmaxOptions",
            37 => "CastOptions",
            38 => "DequantizeOptions",
            39 => "MaximumMinimumOptions",
            40 => "ArgMaxOptions",
            41 => "LessOptions",
            42 => "NegOptions",
            43 => "PadV2Options",
            44 => "GreaterOptions",
            45 => "GreaterEqualOptions",
            46 => "LessEqualOptions",
            47 => "SelectOptions",
            48 => "SliceOptions",
            49 => "TransposeConvOptions",
            50 => "SparseToDenseOptions",
            51 => "TileOptions",
            52 => "ExpandDimsOptions",
            53 => "EqualOptions",
            54 => "NotEqualOptions",
            55 => "ShapeOptions",
            56 => "PowOptions",
            57 => "ArgMinOptions",
            58 => "FakeQuantOptions",
            59 => "PackOptions",
            60 => "LogicalOrOptions",
            61 => "OneHotOptions",
            62 => "LogicalAndOptions",
            63 => "LogicalNotOptions",
            64 => "UnpackOptions",
            65 => "FloorDivOptions",
            66 => "SquareOptions",
            67 => "ZerosLikeOptions",
            68 => "FillOptions",
            69 => "BidirectionalSequenceLSTMOptions",
            70 => "BidirectionalSequenceRNNOptions",
            71 => "UnidirectionalSequenceLSTMOptions",
            72 => "FloorModOptions",
            73 => "RangeOptions",
            74 => "ResizeNearestNeighborOptions",
            75 => "LeakyReluOptions",
            76 => "SquaredDifferenceOptions",
            77 => "MirrorPadOptions",
            78 => "AbsOptions",
            79 => "SplitVOptions",
            80 => "UniqueOptions",
            81 => "ReverseV2Options",
            82 => "AddNOptions",
            83 => "GatherNdOptions",
            84 => "CosOptions",
            85 => "WhereOptions",
            86 => "RankOptions",
            87 => "ReverseSequenceOptions",
            88 => "MatrixDiagOptions",
            89 => "QuantizeOptions",
            90 => "MatrixSetDiagOptions",
            91 => "HardSwishOptions",
            92 => "IfOptions",
            93 => "WhileOptions",
            94 => "DepthToSpaceOptions",
            95 => "NonMaxSuppressionV4Options",
            96 => "NonMaxSuppressionV5Options",
            97 => "ScatterNdOptions",
            98 => "SelectV2Options",
            99 => "DensifyOptions",
            100 => "SegmentSumOptions",
            101 => "BatchMatMulOptions",
            102 => "CumsumOptions",
            103 => "CallOnceOptions",
            104 => "BroadcastToOptions",
            105 => "Rfft2dOptions",
            106 => "Conv3DOptions",
            107 => "HashtableOptions",
            108 => "HashtableFindOptions",
            109 => "HashtableImportOptions",
            110 => "HashtableSizeOptions",
            111 => "VarHandleOptions",
            112 => "ReadVariableOptions",
            113 => "AssignVariableOptions",
            114 => "RandomOptions",
            115 => "BucketizeOptions",
            116 => "GeluOptions",
            117 => "DynamicUpdateSliceOptions",
            118 => "UnsortedSegmentProdOptions",
            119 => "UnsortedSegmentMaxOptions",
            120 => "UnsortedSegmentMinOptions",
            121 => "UnsortedSegmentSumOptions",
            122 => "ATan2Options",
            123 => "SignOptions",
            124 => "BitcastOptions",
            125 => "BitwiseXorOptions",
            126 => "RightShiftOptions",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for BuiltinOptions {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "BuiltinOptions({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct BuiltinOptions2(pub u8);
impl BuiltinOptions2 {
    pub const NONE: Self = Self(0);
    pub const StablehloConcatenateOptions: Self = Self(1);
    pub const StablehloBroadcastInDimOptions: Self = Self(2);
    pub const StablehloSliceOptions: Self = Self(3);
    pub const StablehloConvolutionOptions: Self = Self(4);
    pub const StablehloCustomCallOptions: Self = Self(5);
    pub const StablehloReduceOptions: Self = Self(6);
    pub const StablehloScatterOptions: Self = Self(7);
    pub const StablehloCompareOptions: Self = Self(8);
    pub const StablehloDynamicSliceOptions: Self = Self(9);
    pub const StablehloPadOptions: Self = Self(10);
    pub const StablehloIotaOptions: Self = Self(11);
    pub const StablehloDotGeneralOptions: Self = Self(12);
    pub const StablehloReduceWindowOptions: Self = Self(13);
    pub const StablehloSortOptions: Self = Self(14);
    pub const StablehloWhileOptions: Self = Self(15);
    pub const StablehloGatherOptions: Self = Self(16);
    pub const StablehloTransposeOptions: Self = Self(17);
    pub const DilateOptions: Self = Self(18);
    pub const StablehloRngBitGeneratorOptions: Self = Self(19);
    pub const ReduceWindowOptions: Self = Self(20);
    pub const StableHLOCompositeOptions: Self = Self(21);
    pub const StablehloShiftLeftOptions: Self = Self(22);
    pub const StablehloCaseOptions: Self = Self(23);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "NONE",
            1 => "StablehloConcatenateOptions",
            2 => "StablehloBroadcastInDimOptions",
            3 => "StablehloSliceOptions",
            4 => "StablehloConvolutionOptions",
            5 => "StablehloCustomCallOptions",
            6 => "StablehloReduceOptions",
            7 => "StablehloScatterOptions",
            8 => "StablehloCompareOptions",
            9 => "StablehloDynamicSliceOptions",
            10 => "StablehloPadOptions",
            11 => "StablehloIotaOptions",
            12 => "StablehloDotGeneralOptions",
            13 => "StablehloReduceWindowOptions",
            14 => "StablehloSortOptions",
            15 => "StablehloWhileOptions",
            16 => "StablehloGatherOptions",
            17 => "StablehloTransposeOptions",
            18 => "DilateOptions",
            19 => "StablehloRngBitGeneratorOptions",
            20 => "ReduceWindowOptions",
            21 => "StableHLOCompositeOptions",
            22 => "StablehloShiftLeftOptions",
            23 => "StablehloCaseOptions",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for BuiltinOptions2 {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "BuiltinOptions2({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct StablehloPrecisionConfig(pub i32);
impl StablehloPrecisionConfig {
    pub const DEFAULT: Self = Self(0);
    pub const HIGH: Self = Self(1);
    pub const HIGHEST: Self = Self(2);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "DEFAULT",
            1 => "HIGH",
            2 => "HIGHEST",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for StablehloPrecisionConfig {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "StablehloPrecisionConfig({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct StablehloComparisonDirection(pub i32);
impl StablehloComparisonDirection {
    pub const STABLEHLO_COMPARISON_DIRECTION_EQ: Self = Self(0);
    pub const STABLEHLO_COMPARISON_DIRECTION_NE: Self = Self(1);
    pub const STABLEHLO_COMPARISON_DIRECTION_GE: Self = Self(2);
    pub const STABLEHLO_COMPARISON_DIRECTION_GT: Self = Self(3);
    pub const STABLEHLO_COMPARISON_DIRECTION_LE: Self = Self(4);
    pub const STABLEHLO_COMPARISON_DIRECTION_LT: Self = Self(5);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "STABLEHLO_COMPARISON_DIRECTION_EQ",
            1 => "STABLEHLO_COMPARISON_DIRECTION_NE",
            2 => "STABLEHLO_COMPARISON_DIRECTION_GE",
            3 => "STABLEHLO_COMPARISON_DIRECTION_GT",
            4 => "STABLEHLO_COMPARISON_DIRECTION_LE",
            5 => "STABLEHLO_COMPARISON_DIRECTION_LT",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for StablehloComparisonDirection {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "StablehloComparisonDirection({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct StablehloComparisonType(pub i32);
impl StablehloComparisonType {
    pub const STABLEHLO_COMPARISON_TYPE_NOTYPE: Self = Self(0);
    pub const STABLEHLO_COMPARISON_TYPE_FLOAT: Self = Self(1);
    pub const STABLEHLO_COMPARISON_TYPE_FLOAT_TOTAL_ORDER: Self = Self(2);
    pub const STABLEHLO_COMPARISON_TYPE_SIGNED: Self = Self(3);
    pub const STABLEHLO_COMPARISON_TYPE_UNSIGNED: Self = Self(4);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "STABLEHLO_COMPARISON_TYPE_NOTYPE",
            1 => "STABLEHLO_COMPARISON_TYPE_FLOAT",
            2 => "STABLEHLO_COMPARISON_TYPE_FLOAT_TOTAL_ORDER",
            3 => "STABLEHLO_COMPARISON_TYPE_SIGNED",
            4 => "STABLEHLO_COMPARISON_TYPE_UNSIGNED",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for StablehloComparisonType {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "StablehloComparisonType({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct RngAlgorithm(pub i32);
impl RngAlgorithm {
    pub const DEFAULT: Self = Self(0);
    pub const PHILOX: Self = Self(1);
    pub const THREEFRY: Self = Self(2);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "DEFAULT",
            1 => "PHILOX",
            2 => "THREEFRY",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for RngAlgorithm {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "RngAlgorithm({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Padding(pub i8);
impl Padding {
    pub const SAME: Self = Self(0);
    pub const VALID: Self = Self(1);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "SAME",
            1 => "VALID",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for Padding {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "Padding({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ActivationFunctionType(pub i8);
impl ActivationFunctionType {
    pub const NONE: Self = Self(0);
    pub const RELU: Self = Self(1);
    pub const RELU_N1_TO_1: Self = Self(2);
    pub const RELU6: Self = Self(3);
    pub const TANH: Self = Self(4);
    pub const SIGN_BIT: Self = Self(5);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "NONE",
            1 => "RELU",
            2 => "RELU_N1_TO_1",
            3 => "RELU6",
            4 => "TANH",
            5 => "SIGN_BIT",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for ActivationFunctionType {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "ActivationFunctionType({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct LSHProjectionType(pub i8);
impl LSHProjectionType {
    pub const UNKNOWN: Self = Self(0);
    pub const SPARSE: Self = Self(1);
    pub const DENSE: Self = Self(2);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "UNKNOWN",
            1 => "SPARSE",
            2 => "DENSE",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for LSHProjectionType {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "LSHProjectionType({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FullyConnectedOptionsWeightsFormat(pub i8);
impl FullyConnectedOptionsWeightsFormat {
    pub const DEFAULT: Self = Self(0);
    pub const SHUFFLED4x16INT8: Self = Self(1);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "DEFAULT",
            1 => "SHUFFLED4x16INT8",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for FullyConnectedOptionsWeightsFormat {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "FullyConnectedOptionsWeightsFormat({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct LSTMKernelType(pub i8);
impl LSTMKernelType {
    pub const FULL: Self = Self(0);
    pub const BASIC: Self = Self(1);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "FULL",
            1 => "BASIC",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for LSTMKernelType {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "LSTMKernelType({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct CombinerType(pub i8);
impl CombinerType {
    pub const SUM: Self = Self(0);
    pub const MEAN: Self = Self(1);
    pub const SQRTN: Self = Self(2);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "SUM",
            1 => "MEAN",
            2 => "SQRTN",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for CombinerType {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "CombinerType({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct MirrorPadMode(pub i8);
impl MirrorPadMode {
    pub const REFLECT: Self = Self(0);
    pub const SYMMETRIC: Self = Self(1);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "REFLECT",
            1 => "SYMMETRIC",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for MirrorPadMode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "MirrorPadMode({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ReduceWindowFunction(pub i32);
impl ReduceWindowFunction {
    pub const UNSUPPORTED: Self = Self(0);
    pub const ADD: Self = Self(1);
    pub const MUL: Self = Self(2);
    pub const MINIMUM: Self = Self(3);
    pub const MAXIMUM: Self = Self(4);
    pub const ALL: Self = Self(5);
    pub const ANY: Self = Self(6);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "UNSUPPORTED",
            1 => "ADD",
            2 => "MUL",
            3 => "MINIMUM",
            4 => "MAXIMUM",
            5 => "ALL",
            6 => "ANY",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for ReduceWindowFunction {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "ReduceWindowFunction({})", self.0),
        }
    }
}
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct CustomOptionsFormat(pub i8);
impl CustomOptionsFormat {
    pub const FLEXBUFFERS: Self = Self(0);
    pub fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "FLEXBUFFERS",
            _ => return None,
        })
    }
}
impl core::fmt::Debug for CustomOptionsFormat {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.name() {
            Some(n) => f.write_str(n),
            None => write!(f, "CustomOptionsFormat({})", self.0),
        }
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct CustomQuantization<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for CustomQuantization<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> CustomQuantization<'a> {
    pub fn custom(self) -> Vector<'a, u8> {
        self.0.vector(4)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct BlockwiseQuantization<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for BlockwiseQuantization<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> BlockwiseQuantization<'a> {
    pub fn scales(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn zero_points(self) -> i32 {
        self.0.scalar(6, 0)
    }
    pub fn block_size(self) -> i32 {
        self.0.scalar(8, 0)
    }
    pub fn block_shape(self) -> Vector<'a, i32> {
        self.0.vector(10)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct MultiAxisQuantization<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for MultiAxisQuantization<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> MultiAxisQuantization<'a> {
    pub fn scales(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn zero_points(self) -> i32 {
        self.0.scalar(6, 0)
    }
    pub fn block_size(self) -> i32 {
        self.0.scalar(8, 0)
    }
    pub fn quantized_dimensions(self) -> Vector<'a, i32> {
        self.0.vector(10)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct QuantizationParameters<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for QuantizationParameters<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> QuantizationParameters<'a> {
    pub fn min(self) -> Vector<'a, f32> {
        self.0.vector(4)
    }
    pub fn max(self) -> Vector<'a, f32> {
        self.0.vector(6)
    }
    pub fn scale(self) -> Vector<'a, f32> {
        self.0.vector(8)
    }
    pub fn zero_point(self) -> Vector<'a, i64> {
        self.0.vector(10)
    }
    pub fn details_type(self) -> u8 {
        self.0.scalar(12, 0)
    }
    pub fn details_table(self) -> Option<Table<'a>> {
        self.0.table(14)
    }
    pub fn quantized_dimension(self) -> i32 {
        self.0.scalar(16, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct Int32Vector<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for Int32Vector<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> Int32Vector<'a> {
    pub fn values(self) -> Vector<'a, i32> {
        self.0.vector(4)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct Uint16Vector<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for Uint16Vector<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> Uint16Vector<'a> {
    pub fn values(self) -> Vector<'a, u16> {
        self.0.vector(4)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct Uint8Vector<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for Uint8Vector<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> Uint8Vector<'a> {
    pub fn values(self) -> Vector<'a, u8> {
        self.0.vector(4)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct DimensionMetadata<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for DimensionMetadata<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> DimensionMetadata<'a> {
    pub fn format(self) -> DimensionType {
        DimensionType(self.0.scalar(4, 0))
    }
    pub fn dense_size(self) -> i32 {
        self.0.scalar(6, 0)
    }
    pub fn array_segments_type(self) -> u8 {
        self.0.scalar(8, 0)
    }
    pub fn array_segments_table(self) -> Option<Table<'a>> {
        self.0.table(10)
    }
    pub fn array_indices_type(self) -> u8 {
        self.0.scalar(12, 0)
    }
    pub fn array_indices_table(self) -> Option<Table<'a>> {
        self.0.table(14)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct SparsityParameters<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SparsityParameters<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> SparsityParameters<'a> {
    pub fn traversal_order(self) -> Vector<'a, i32> {
        self.0.vector(4)
    }
    pub fn block_map(self) -> Vector<'a, i32> {
        self.0.vector(6)
    }
    pub fn dim_metadata(self) -> Tables<'a, DimensionMetadata<'a>> {
        self.0.tables(8)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct VariantSubType<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for VariantSubType<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> VariantSubType<'a> {
    pub fn shape(self) -> Vector<'a, i32> {
        self.0.vector(4)
    }
    pub fn type_(self) -> TensorType {
        TensorType(self.0.scalar(6, 0))
    }
    pub fn has_rank(self) -> bool {
        self.0.scalar(8, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct Tensor<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for Tensor<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> Tensor<'a> {
    pub fn shape(self) -> Vector<'a, i32> {
        self.0.vector(4)
    }
    pub fn type_(self) -> TensorType {
        TensorType(self.0.scalar(6, 0))
    }
    pub fn buffer(self) -> u32 {
        self.0.scalar(8, 0)
    }
    pub fn name(self) -> Option<&'a str> {
        self.0.string(10)
    }
    pub fn quantization(self) -> Option<QuantizationParameters<'a>> {
        self.0.table(12).map(From::from)
    }
    pub fn is_variable(self) -> bool {
        self.0.scalar(14, false)
    }
    pub fn sparsity(self) -> Option<SparsityParameters<'a>> {
        self.0.table(16).map(From::from)
    }
    pub fn shape_signature(self) -> Vector<'a, i32> {
        self.0.vector(18)
    }
    pub fn has_rank(self) -> bool {
        self.0.scalar(20, false)
    }
    pub fn variant_tensors(self) -> Tables<'a, VariantSubType<'a>> {
        self.0.tables(22)
    }
    pub fn external_buffer(self) -> u32 {
        self.0.scalar(24, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloGatherOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloGatherOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloGatherOptions<'a> {
    const TAG: u8 = 16;
    const SECOND: bool = true;
}
impl<'a> StablehloGatherOptions<'a> {
    pub fn offset_dims(self) -> Vector<'a, i64> {
        self.0.vector(4)
    }
    pub fn collapsed_slice_dims(self) -> Vector<'a, i64> {
        self.0.vector(6)
    }
    pub fn start_index_map(self) -> Vector<'a, i64> {
        self.0.vector(8)
    }
    pub fn index_vector_dim(self) -> i64 {
        self.0.scalar(10, 0)
    }
    pub fn slice_sizes(self) -> Vector<'a, i64> {
        self.0.vector(12)
    }
    pub fn indices_are_sorted(self) -> bool {
        self.0.scalar(14, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloTransposeOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloTransposeOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloTransposeOptions<'a> {
    const TAG: u8 = 17;
    const SECOND: bool = true;
}
impl<'a> StablehloTransposeOptions<'a> {
    pub fn permutation(self) -> Vector<'a, i64> {
        self.0.vector(4)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloDotGeneralOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloDotGeneralOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloDotGeneralOptions<'a> {
    const TAG: u8 = 12;
    const SECOND: bool = true;
}
impl<'a> StablehloDotGeneralOptions<'a> {
    pub fn lhs_batching_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(4)
    }
    pub fn rhs_batching_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(6)
    }
    pub fn lhs_contracting_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(8)
    }
    pub fn rhs_contracting_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(10)
    }
    pub fn precision_config(self) -> Vector<'a, u32> {
        self.0.vector(12)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloReduceWindowOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloReduceWindowOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloReduceWindowOptions<'a> {
    const TAG: u8 = 13;
    const SECOND: bool = true;
}
impl<'a> StablehloReduceWindowOptions<'a> {
    pub fn window_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(4)
    }
    pub fn window_strides(self) -> Vector<'a, i64> {
        self.0.vector(6)
    }
    pub fn base_dilations(self) -> Vector<'a, i64> {
        self.0.vector(8)
    }
    pub fn window_dilations(self) -> Vector<'a, i64> {
        self.0.vector(10)
    }
    pub fn padding(self) -> Vector<'a, i64> {
        self.0.vector(12)
    }
    pub fn body_subgraph_index(self) -> i32 {
        self.0.scalar(14, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloWhileOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloWhileOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloWhileOptions<'a> {
    const TAG: u8 = 15;
    const SECOND: bool = true;
}
impl<'a> StablehloWhileOptions<'a> {
    pub fn cond_subgraph_index(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn body_subgraph_index(self) -> i32 {
        self.0.scalar(6, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloSortOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloSortOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloSortOptions<'a> {
    const TAG: u8 = 14;
    const SECOND: bool = true;
}
impl<'a> StablehloSortOptions<'a> {
    pub fn dimension(self) -> i64 {
        self.0.scalar(4, 0)
    }
    pub fn is_stable(self) -> bool {
        self.0.scalar(6, false)
    }
    pub fn comparator_subgraph_index(self) -> i32 {
        self.0.scalar(8, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloConcatenateOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloConcatenateOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloConcatenateOptions<'a> {
    const TAG: u8 = 1;
    const SECOND: bool = true;
}
impl<'a> StablehloConcatenateOptions<'a> {
    pub fn dimension(self) -> i64 {
        self.0.scalar(4, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloBroadcastInDimOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloBroadcastInDimOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloBroadcastInDimOptions<'a> {
    const TAG: u8 = 2;
    const SECOND: bool = true;
}
impl<'a> StablehloBroadcastInDimOptions<'a> {
    pub fn broadcast_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(4)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloCompareOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloCompareOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloCompareOptions<'a> {
    const TAG: u8 = 8;
    const SECOND: bool = true;
}
impl<'a> StablehloCompareOptions<'a> {
    pub fn comparison_direction(self) -> u32 {
        self.0.scalar(4, 0)
    }
    pub fn compare_type(self) -> u32 {
        self.0.scalar(6, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloDynamicSliceOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloDynamicSliceOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloDynamicSliceOptions<'a> {
    const TAG: u8 = 9;
    const SECOND: bool = true;
}
impl<'a> StablehloDynamicSliceOptions<'a> {
    pub fn slice_sizes(self) -> Vector<'a, i64> {
        self.0.vector(4)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloPadOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloPadOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloPadOptions<'a> {
    const TAG: u8 = 10;
    const SECOND: bool = true;
}
impl<'a> StablehloPadOptions<'a> {
    pub fn edge_padding_low(self) -> Vector<'a, i64> {
        self.0.vector(4)
    }
    pub fn edge_padding_high(self) -> Vector<'a, i64> {
        self.0.vector(6)
    }
    pub fn interior_padding(self) -> Vector<'a, i64> {
        self.0.vector(8)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloIotaOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloIotaOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloIotaOptions<'a> {
    const TAG: u8 = 11;
    const SECOND: bool = true;
}
impl<'a> StablehloIotaOptions<'a> {
    pub fn iota_dimension(self) -> i64 {
        self.0.scalar(4, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloCustomCallOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloCustomCallOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloCustomCallOptions<'a> {
    const TAG: u8 = 5;
    const SECOND: bool = true;
}
impl<'a> StablehloCustomCallOptions<'a> {
    pub fn call_target_name(self) -> Option<&'a str> {
        self.0.string(4)
    }
    pub fn has_side_effect(self) -> bool {
        self.0.scalar(6, false)
    }
    pub fn backend_config(self) -> Option<&'a str> {
        self.0.string(8)
    }
    pub fn api_version(self) -> i32 {
        self.0.scalar(10, 0)
    }
    pub fn called_computations(self) -> Vector<'a, i32> {
        self.0.vector(12)
    }
    pub fn custom_attributes(self) -> Vector<'a, u8> {
        self.0.vector(14)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloReduceOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloReduceOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloReduceOptions<'a> {
    const TAG: u8 = 6;
    const SECOND: bool = true;
}
impl<'a> StablehloReduceOptions<'a> {
    pub fn dimensions(self) -> Vector<'a, i64> {
        self.0.vector(4)
    }
    pub fn body_subgraph_index(self) -> i32 {
        self.0.scalar(6, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloSliceOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloSliceOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloSliceOptions<'a> {
    const TAG: u8 = 3;
    const SECOND: bool = true;
}
impl<'a> StablehloSliceOptions<'a> {
    pub fn start_indices(self) -> Vector<'a, i64> {
        self.0.vector(4)
    }
    pub fn limit_indices(self) -> Vector<'a, i64> {
        self.0.vector(6)
    }
    pub fn strides(self) -> Vector<'a, i64> {
        self.0.vector(8)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloConvolutionOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloConvolutionOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloConvolutionOptions<'a> {
    const TAG: u8 = 4;
    const SECOND: bool = true;
}
impl<'a> StablehloConvolutionOptions<'a> {
    pub fn window_strides(self) -> Vector<'a, i64> {
        self.0.vector(4)
    }
    pub fn padding(self) -> Vector<'a, i64> {
        self.0.vector(6)
    }
    pub fn lhs_dilation(self) -> Vector<'a, i64> {
        self.0.vector(8)
    }
    pub fn rhs_dilation(self) -> Vector<'a, i64> {
        self.0.vector(10)
    }
    pub fn window_reversal(self) -> Vector<'a, bool> {
        self.0.vector(12)
    }
    pub fn input_batch_dimension(self) -> i64 {
        self.0.scalar(14, 0)
    }
    pub fn input_feature_dimension(self) -> i64 {
        self.0.scalar(16, 0)
    }
    pub fn input_spatial_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(18)
    }
    pub fn kernel_input_feature_dimension(self) -> i64 {
        self.0.scalar(20, 0)
    }
    pub fn kernel_output_feature_dimension(self) -> i64 {
        self.0.scalar(22, 0)
    }
    pub fn kernel_spatial_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(24)
    }
    pub fn output_batch_dimension(self) -> i64 {
        self.0.scalar(26, 0)
    }
    pub fn output_feature_dimension(self) -> i64 {
        self.0.scalar(28, 0)
    }
    pub fn output_spatial_dimensions(self) -> Vector<'a, i64> {
        self.0.vector(30)
    }
    pub fn feature_group_count(self) -> i64 {
        self.0.scalar(32, 0)
    }
    pub fn batch_group_count(self) -> i64 {
        self.0.scalar(34, 0)
    }
    pub fn precision_config(self) -> Vector<'a, u32> {
        self.0.vector(36)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloScatterOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloScatterOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloScatterOptions<'a> {
    const TAG: u8 = 7;
    const SECOND: bool = true;
}
impl<'a> StablehloScatterOptions<'a> {
    pub fn indices_are_sorted(self) -> bool {
        self.0.scalar(4, false)
    }
    pub fn update_window_dims(self) -> Vector<'a, i64> {
        self.0.vector(6)
    }
    pub fn inserted_window_dims(self) -> Vector<'a, i64> {
        self.0.vector(8)
    }
    pub fn scatter_dims_to_operand_dims(self) -> Vector<'a, i64> {
        self.0.vector(10)
    }
    pub fn index_vector_dim(self) -> i64 {
        self.0.scalar(12, 0)
    }
    pub fn unique_indices(self) -> bool {
        self.0.scalar(14, false)
    }
    pub fn update_computation_subgraph_index(self) -> i32 {
        self.0.scalar(16, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloCaseOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloCaseOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloCaseOptions<'a> {
    const TAG: u8 = 23;
    const SECOND: bool = true;
}
impl<'a> StablehloCaseOptions<'a> {
    pub fn branch_subgraph_indices(self) -> Vector<'a, i32> {
        self.0.vector(4)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloRngBitGeneratorOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloRngBitGeneratorOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloRngBitGeneratorOptions<'a> {
    const TAG: u8 = 19;
    const SECOND: bool = true;
}
impl<'a> StablehloRngBitGeneratorOptions<'a> {
    pub fn algorithm(self) -> i8 {
        self.0.scalar(4, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct Conv2DOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for Conv2DOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for Conv2DOptions<'a> {
    const TAG: u8 = 1;
    const SECOND: bool = false;
}
impl<'a> Conv2DOptions<'a> {
    pub fn padding(self) -> Padding {
        Padding(self.0.scalar(4, 0))
    }
    pub fn stride_w(self) -> i32 {
        self.0.scalar(6, 0)
    }
    pub fn stride_h(self) -> i32 {
        self.0.scalar(8, 0)
    }
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(10, 0))
    }
    pub fn dilation_wfactor(self) -> i32 {
        self.0.scalar(12, 1)
    }
    pub fn dilation_hfactor(self) -> i32 {
        self.0.scalar(14, 1)
    }
    pub fn quantized_bias_type(self) -> TensorType {
        TensorType(self.0.scalar(16, 0))
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct Conv3DOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for Conv3DOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for Conv3DOptions<'a> {
    const TAG: u8 = 106;
    const SECOND: bool = false;
}
impl<'a> Conv3DOptions<'a> {
    pub fn padding(self) -> Padding {
        Padding(self.0.scalar(4, 0))
    }
    pub fn stride_d(self) -> i32 {
        self.0.scalar(6, 0)
    }
    pub fn stride_w(self) -> i32 {
        self.0.scalar(8, 0)
    }
    pub fn stride_h(self) -> i32 {
        self.0.scalar(10, 0)
    }
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(12, 0))
    }
    pub fn dilation_dfactor(self) -> i32 {
        self.0.scalar(14, 1)
    }
    pub fn dilation_wfactor(self) -> i32 {
        self.0.scalar(16, 1)
    }
    pub fn dilation_hfactor(self) -> i32 {
        self.0.scalar(18, 1)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct Pool2DOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for Pool2DOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for Pool2DOptions<'a> {
    const TAG: u8 = 5;
    const SECOND: bool = false;
}
impl<'a> Pool2DOptions<'a> {
    pub fn padding(self) -> Padding {
        Padding(self.0.scalar(4, 0))
    }
    pub fn stride_w(self) -> i32 {
        self.0.scalar(6, 0)
    }
    pub fn stride_h(self) -> i32 {
        self.0.scalar(8, 0)
    }
    pub fn filter_width(self) -> i32 {
        self.0.scalar(10, 0)
    }
    pub fn filter_height(self) -> i32 {
        self.0.scalar(12, 0)
    }
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(14, 0))
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct DepthwiseConv2DOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for DepthwiseConv2DOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for DepthwiseConv2DOptions<'a> {
    const TAG: u8 = 2;
    const SECOND: bool = false;
}
impl<'a> DepthwiseConv2DOptions<'a> {
    pub fn padding(self) -> Padding {
        Padding(self.0.scalar(4, 0))
    }
    pub fn stride_w(self) -> i32 {
        self.0.scalar(6, 0)
    }
    pub fn stride_h(self) -> i32 {
        self.0.scalar(8, 0)
    }
    pub fn depth_multiplier(self) -> i32 {
        self.0.scalar(10, 0)
    }
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(12, 0))
    }
    pub fn dilation_wfactor(self) -> i32 {
        self.0.scalar(14, 1)
    }
    pub fn dilation_hfactor(self) -> i32 {
        self.0.scalar(16, 1)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct ConcatEmbeddingsOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ConcatEmbeddingsOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ConcatEmbeddingsOptions<'a> {
    const TAG: u8 = 3;
    const SECOND: bool = false;
}
impl<'a> ConcatEmbeddingsOptions<'a> {
    pub fn num_channels(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn num_columns_per_channel(self) -> Vector<'a, i32> {
        self.0.vector(6)
    }
    pub fn embedding_dim_per_channel(self) -> Vector<'a, i32> {
        self.0.vector(8)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct LSHProjectionOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for LSHProjectionOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for LSHProjectionOptions<'a> {
    const TAG: u8 = 4;
    const SECOND: bool = false;
}
impl<'a> LSHProjectionOptions<'a> {
    pub fn type_(self) -> i8 {
        self.0.scalar(4, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct SVDFOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SVDFOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SVDFOptions<'a> {
    const TAG: u8 = 6;
    const SECOND: bool = false;
}
impl<'a> SVDFOptions<'a> {
    pub fn rank(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(6, 0))
    }
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(8, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct RNNOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for RNNOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for RNNOptions<'a> {
    const TAG: u8 = 7;
    const SECOND: bool = false;
}
impl<'a> RNNOptions<'a> {
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(4, 0))
    }
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(6, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct SequenceRNNOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SequenceRNNOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SequenceRNNOptions<'a> {
    const TAG: u8 = 31;
    const SECOND: bool = false;
}
impl<'a> SequenceRNNOptions<'a> {
    pub fn time_major(self) -> bool {
        self.0.scalar(4, false)
    }
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(6, 0))
    }
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(8, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct BidirectionalSequenceRNNOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for BidirectionalSequenceRNNOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for BidirectionalSequenceRNNOptions<'a> {
    const TAG: u8 = 70;
    const SECOND: bool = false;
}
impl<'a> BidirectionalSequenceRNNOptions<'a> {
    pub fn time_major(self) -> bool {
        self.0.scalar(4, false)
    }
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(6, 0))
    }
    pub fn merge_outputs(self) -> bool {
        self.0.scalar(8, false)
    }
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(10, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct FullyConnectedOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for FullyConnectedOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for FullyConnectedOptions<'a> {
    const TAG: u8 = 8;
    const SECOND: bool = false;
}
impl<'a> FullyConnectedOptions<'a> {
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(4, 0))
    }
    pub fn weights_format(self) -> FullyConnectedOptionsWeightsFormat {
        FullyConnectedOptionsWeightsFormat(self.0.scalar(6, 0))
    }
    pub fn keep_num_dims(self) -> bool {
        self.0.scalar(8, false)
    }
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(10, false)
    }
    pub fn quantized_bias_type(self) -> TensorType {
        TensorType(self.0.scalar(12, 0))
    }
    pub fn quant_spec(self) -> Vector<'a, u8> {
        self.0.vector(14)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct SoftmaxOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SoftmaxOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SoftmaxOptions<'a> {
    const TAG: u8 = 9;
    const SECOND: bool = false;
}
impl<'a> SoftmaxOptions<'a> {
    pub fn beta(self) -> f32 {
        self.0.scalar(4, 0.0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct ConcatenationOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ConcatenationOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ConcatenationOptions<'a> {
    const TAG: u8 = 10;
    const SECOND: bool = false;
}
impl<'a> ConcatenationOptions<'a> {
    pub fn axis(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(6, 0))
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct AddOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for AddOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for AddOptions<'a> {
    const TAG: u8 = 11;
    const SECOND: bool = false;
}
impl<'a> AddOptions<'a> {
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(4, 0))
    }
    pub fn pot_scale_int16(self) -> bool {
        self.0.scalar(6, true)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct MulOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for MulOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for MulOptions<'a> {
    const TAG: u8 = 21;
    const SECOND: bool = false;
}
impl<'a> MulOptions<'a> {
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(4, 0))
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct L2NormOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for L2NormOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for L2NormOptions<'a> {
    const TAG: u8 = 12;
    const SECOND: bool = false;
}
impl<'a> L2NormOptions<'a> {
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(4, 0))
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct LocalResponseNormalizationOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for LocalResponseNormalizationOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for LocalResponseNormalizationOptions<'a> {
    const TAG: u8 = 13;
    const SECOND: bool = false;
}
impl<'a> LocalResponseNormalizationOptions<'a> {
    pub fn radius(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn bias(self) -> f32 {
        self.0.scalar(6, 0.0)
    }
    pub fn alpha(self) -> f32 {
        self.0.scalar(8, 0.0)
    }
    pub fn beta(self) -> f32 {
        self.0.scalar(10, 0.0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct LSTMOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for LSTMOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for LSTMOptions<'a> {
    const TAG: u8 = 14;
    const SECOND: bool = false;
}
impl<'a> LSTMOptions<'a> {
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(4, 0))
    }
    pub fn cell_clip(self) -> f32 {
        self.0.scalar(6, 0.0)
    }
    pub fn proj_clip(self) -> f32 {
        self.0.scalar(8, 0.0)
    }
    pub fn kernel_type(self) -> LSTMKernelType {
        LSTMKernelType(self.0.scalar(10, 0))
    }
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(12, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct UnidirectionalSequenceLSTMOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for UnidirectionalSequenceLSTMOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for UnidirectionalSequenceLSTMOptions<'a> {
    const TAG: u8 = 71;
    const SECOND: bool = false;
}
impl<'a> UnidirectionalSequenceLSTMOptions<'a> {
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(4, 0))
    }
    pub fn cell_clip(self) -> f32 {
        self.0.scalar(6, 0.0)
    }
    pub fn proj_clip(self) -> f32 {
        self.0.scalar(8, 0.0)
    }
    pub fn time_major(self) -> bool {
        self.0.scalar(10, false)
    }
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(12, false)
    }
    pub fn diagonal_recurrent_tensors(self) -> bool {
        self.0.scalar(14, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct BidirectionalSequenceLSTMOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for BidirectionalSequenceLSTMOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for BidirectionalSequenceLSTMOptions<'a> {
    const TAG: u8 = 69;
    const SECOND: bool = false;
}
impl<'a> BidirectionalSequenceLSTMOptions<'a> {
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(4, 0))
    }
    pub fn cell_clip(self) -> f32 {
        self.0.scalar(6, 0.0)
    }
    pub fn proj_clip(self) -> f32 {
        self.0.scalar(8, 0.0)
    }
    pub fn merge_outputs(self) -> bool {
        self.0.scalar(10, false)
    }
    pub fn time_major(self) -> bool {
        self.0.scalar(12, true)
    }
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(14, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct ResizeBilinearOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ResizeBilinearOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ResizeBilinearOptions<'a> {
    const TAG: u8 = 15;
    const SECOND: bool = false;
}
impl<'a> ResizeBilinearOptions<'a> {
    pub fn align_corners(self) -> bool {
        self.0.scalar(8, false)
    }
    pub fn half_pixel_centers(self) -> bool {
        self.0.scalar(10, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct ResizeNearestNeighborOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ResizeNearestNeighborOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ResizeNearestNeighborOptions<'a> {
    const TAG: u8 = 74;
    const SECOND: bool = false;
}
impl<'a> ResizeNearestNeighborOptions<'a> {
    pub fn align_corners(self) -> bool {
        self.0.scalar(4, false)
    }
    pub fn half_pixel_centers(self) -> bool {
        self.0.scalar(6, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct CallOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for CallOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for CallOptions<'a> {
    const TAG: u8 = 16;
    const SECOND: bool = false;
}
impl<'a> CallOptions<'a> {
    pub fn subgraph(self) -> u32 {
        self.0.scalar(4, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct PadOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for PadOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for PadOptions<'a> {
    const TAG: u8 = 22;
    const SECOND: bool = false;
}
impl<'a> PadOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct PadV2Options<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for PadV2Options<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for PadV2Options<'a> {
    const TAG: u8 = 43;
    const SECOND: bool = false;
}
impl<'a> PadV2Options<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct ReshapeOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ReshapeOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ReshapeOptions<'a> {
    const TAG: u8 = 17;
    const SECOND: bool = false;
}
impl<'a> ReshapeOptions<'a> {
    pub fn new_shape(self) -> Vector<'a, i32> {
        self.0.vector(4)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct SpaceToBatchNDOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SpaceToBatchNDOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SpaceToBatchNDOptions<'a> {
    const TAG: u8 = 25;
    const SECOND: bool = false;
}
impl<'a> SpaceToBatchNDOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct BatchToSpaceNDOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for BatchToSpaceNDOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for BatchToSpaceNDOptions<'a> {
    const TAG: u8 = 24;
    const SECOND: bool = false;
}
impl<'a> BatchToSpaceNDOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct SkipGramOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SkipGramOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SkipGramOptions<'a> {
    const TAG: u8 = 18;
    const SECOND: bool = false;
}
impl<'a> SkipGramOptions<'a> {
    pub fn ngram_size(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn max_skip_size(self) -> i32 {
        self.0.scalar(6, 0)
    }
    pub fn include_all_ngrams(self) -> bool {
        self.0.scalar(8, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct SpaceToDepthOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SpaceToDepthOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SpaceToDepthOptions<'a> {
    const TAG: u8 = 19;
    const SECOND: bool = false;
}
impl<'a> SpaceToDepthOptions<'a> {
    pub fn block_size(self) -> i32 {
        self.0.scalar(4, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct DepthToSpaceOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for DepthToSpaceOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for DepthToSpaceOptions<'a> {
    const TAG: u8 = 94;
    const SECOND: bool = false;
}
impl<'a> DepthToSpaceOptions<'a> {
    pub fn block_size(self) -> i32 {
        self.0.scalar(4, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct SubOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SubOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SubOptions<'a> {
    const TAG: u8 = 28;
    const SECOND: bool = false;
}
impl<'a> SubOptions<'a> {
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(4, 0))
    }
    pub fn pot_scale_int16(self) -> bool {
        self.0.scalar(6, true)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct DivOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for DivOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for DivOptions<'a> {
    const TAG: u8 = 29;
    const SECOND: bool = false;
}
impl<'a> DivOptions<'a> {
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(4, 0))
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct TopKV2Options<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for TopKV2Options<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for TopKV2Options<'a> {
    const TAG: u8 = 34;
    const SECOND: bool = false;
}
impl<'a> TopKV2Options<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct EmbeddingLookupSparseOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for EmbeddingLookupSparseOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for EmbeddingLookupSparseOptions<'a> {
    const TAG: u8 = 20;
    const SECOND: bool = false;
}
impl<'a> EmbeddingLookupSparseOptions<'a> {
    pub fn combiner(self) -> i8 {
        self.0.scalar(4, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct GatherOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for GatherOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for GatherOptions<'a> {
    const TAG: u8 = 23;
    const SECOND: bool = false;
}
impl<'a> GatherOptions<'a> {
    pub fn axis(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn batch_dims(self) -> i32 {
        self.0.scalar(6, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct TransposeOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for TransposeOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for TransposeOptions<'a> {
    const TAG: u8 = 26;
    const SECOND: bool = false;
}
impl<'a> TransposeOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct ExpOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ExpOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ExpOptions<'a> {
    const TAG: u8 = 33;
    const SECOND: bool = false;
}
impl<'a> ExpOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct CosOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for CosOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for CosOptions<'a> {
    const TAG: u8 = 84;
    const SECOND: bool = false;
}
impl<'a> CosOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct ReducerOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ReducerOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ReducerOptions<'a> {
    const TAG: u8 = 27;
    const SECOND: bool = false;
}
impl<'a> ReducerOptions<'a> {
    pub fn keep_dims(self) -> bool {
        self.0.scalar(4, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct SqueezeOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SqueezeOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SqueezeOptions<'a> {
    const TAG: u8 = 30;
    const SECOND: bool = false;
}
impl<'a> SqueezeOptions<'a> {
    pub fn squeeze_dims(self) -> Vector<'a, i32> {
        self.0.vector(4)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct SplitOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SplitOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SplitOptions<'a> {
    const TAG: u8 = 35;
    const SECOND: bool = false;
}
impl<'a> SplitOptions<'a> {
    pub fn num_splits(self) -> i32 {
        self.0.scalar(4, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct SplitVOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SplitVOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SplitVOptions<'a> {
    const TAG: u8 = 79;
    const SECOND: bool = false;
}
impl<'a> SplitVOptions<'a> {
    pub fn num_splits(self) -> i32 {
        self.0.scalar(4, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StridedSliceOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StridedSliceOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StridedSliceOptions<'a> {
    const TAG: u8 = 32;
    const SECOND: bool = false;
}
impl<'a> StridedSliceOptions<'a> {
    pub fn begin_mask(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn end_mask(self) -> i32 {
        self.0.scalar(6, 0)
    }
    pub fn ellipsis_mask(self) -> i32 {
        self.0.scalar(8, 0)
    }
    pub fn new_axis_mask(self) -> i32 {
        self.0.scalar(10, 0)
    }
    pub fn shrink_axis_mask(self) -> i32 {
        self.0.scalar(12, 0)
    }
    pub fn offset(self) -> bool {
        self.0.scalar(14, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct LogSoftmaxOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for LogSoftmaxOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for LogSoftmaxOptions<'a> {
    const TAG: u8 = 36;
    const SECOND: bool = false;
}
impl<'a> LogSoftmaxOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct CastOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for CastOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for CastOptions<'a> {
    const TAG: u8 = 37;
    const SECOND: bool = false;
}
impl<'a> CastOptions<'a> {
    pub fn in_data_type(self) -> TensorType {
        TensorType(self.0.scalar(4, 0))
    }
    pub fn out_data_type(self) -> TensorType {
        TensorType(self.0.scalar(6, 0))
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct DequantizeOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for DequantizeOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for DequantizeOptions<'a> {
    const TAG: u8 = 38;
    const SECOND: bool = false;
}
impl<'a> DequantizeOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct MaximumMinimumOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for MaximumMinimumOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for MaximumMinimumOptions<'a> {
    const TAG: u8 = 39;
    const SECOND: bool = false;
}
impl<'a> MaximumMinimumOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct TileOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for TileOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for TileOptions<'a> {
    const TAG: u8 = 51;
    const SECOND: bool = false;
}
impl<'a> TileOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct ArgMaxOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ArgMaxOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ArgMaxOptions<'a> {
    const TAG: u8 = 40;
    const SECOND: bool = false;
}
impl<'a> ArgMaxOptions<'a> {
    pub fn output_type(self) -> TensorType {
        TensorType(self.0.scalar(4, 0))
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct ArgMinOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ArgMinOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ArgMinOptions<'a> {
    const TAG: u8 = 57;
    const SECOND: bool = false;
}
impl<'a> ArgMinOptions<'a> {
    pub fn output_type(self) -> TensorType {
        TensorType(self.0.scalar(4, 0))
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct GreaterOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for GreaterOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for GreaterOptions<'a> {
    const TAG: u8 = 44;
    const SECOND: bool = false;
}
impl<'a> GreaterOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct GreaterEqualOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for GreaterEqualOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for GreaterEqualOptions<'a> {
    const TAG: u8 = 45;
    const SECOND: bool = false;
}
impl<'a> GreaterEqualOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct LessOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for LessOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for LessOptions<'a> {
    const TAG: u8 = 41;
    const SECOND: bool = false;
}
impl<'a> LessOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct LessEqualOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for LessEqualOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for LessEqualOptions<'a> {
    const TAG: u8 = 46;
    const SECOND: bool = false;
}
impl<'a> LessEqualOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct NegOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for NegOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for NegOptions<'a> {
    const TAG: u8 = 42;
    const SECOND: bool = false;
}
impl<'a> NegOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct SelectOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SelectOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SelectOptions<'a> {
    const TAG: u8 = 47;
    const SECOND: bool = false;
}
impl<'a> SelectOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct SliceOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SliceOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SliceOptions<'a> {
    const TAG: u8 = 48;
    const SECOND: bool = false;
}
impl<'a> SliceOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct TransposeConvOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for TransposeConvOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for TransposeConvOptions<'a> {
    const TAG: u8 = 49;
    const SECOND: bool = false;
}
impl<'a> TransposeConvOptions<'a> {
    pub fn padding(self) -> Padding {
        Padding(self.0.scalar(4, 0))
    }
    pub fn stride_w(self) -> i32 {
        self.0.scalar(6, 0)
    }
    pub fn stride_h(self) -> i32 {
        self.0.scalar(8, 0)
    }
    pub fn fused_activation_function(self) -> ActivationFunctionType {
        ActivationFunctionType(self.0.scalar(10, 0))
    }
    pub fn quantized_bias_type(self) -> TensorType {
        TensorType(self.0.scalar(12, 0))
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct ExpandDimsOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ExpandDimsOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ExpandDimsOptions<'a> {
    const TAG: u8 = 52;
    const SECOND: bool = false;
}
impl<'a> ExpandDimsOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct SparseToDenseOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SparseToDenseOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SparseToDenseOptions<'a> {
    const TAG: u8 = 50;
    const SECOND: bool = false;
}
impl<'a> SparseToDenseOptions<'a> {
    pub fn validate_indices(self) -> bool {
        self.0.scalar(4, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct EqualOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for EqualOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for EqualOptions<'a> {
    const TAG: u8 = 53;
    const SECOND: bool = false;
}
impl<'a> EqualOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct NotEqualOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for NotEqualOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for NotEqualOptions<'a> {
    const TAG: u8 = 54;
    const SECOND: bool = false;
}
impl<'a> NotEqualOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct ShapeOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ShapeOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ShapeOptions<'a> {
    const TAG: u8 = 55;
    const SECOND: bool = false;
}
impl<'a> ShapeOptions<'a> {
    pub fn out_type(self) -> TensorType {
        TensorType(self.0.scalar(4, 0))
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct RankOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for RankOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for RankOptions<'a> {
    const TAG: u8 = 86;
    const SECOND: bool = false;
}
impl<'a> RankOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct PowOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for PowOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for PowOptions<'a> {
    const TAG: u8 = 56;
    const SECOND: bool = false;
}
impl<'a> PowOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct FakeQuantOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for FakeQuantOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for FakeQuantOptions<'a> {
    const TAG: u8 = 58;
    const SECOND: bool = false;
}
impl<'a> FakeQuantOptions<'a> {
    pub fn min(self) -> f32 {
        self.0.scalar(4, 0.0)
    }
    pub fn max(self) -> f32 {
        self.0.scalar(6, 0.0)
    }
    pub fn num_bits(self) -> i32 {
        self.0.scalar(8, 0)
    }
    pub fn narrow_range(self) -> bool {
        self.0.scalar(10, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct PackOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for PackOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for PackOptions<'a> {
    const TAG: u8 = 59;
    const SECOND: bool = false;
}
impl<'a> PackOptions<'a> {
    pub fn values_count(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn axis(self) -> i32 {
        self.0.scalar(6, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct LogicalOrOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for LogicalOrOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for LogicalOrOptions<'a> {
    const TAG: u8 = 60;
    const SECOND: bool = false;
}
impl<'a> LogicalOrOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct OneHotOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for OneHotOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for OneHotOptions<'a> {
    const TAG: u8 = 61;
    const SECOND: bool = false;
}
impl<'a> OneHotOptions<'a> {
    pub fn axis(self) -> i32 {
        self.0.scalar(4, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct AbsOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for AbsOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for AbsOptions<'a> {
    const TAG: u8 = 78;
    const SECOND: bool = false;
}
impl<'a> AbsOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct HardSwishOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for HardSwishOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for HardSwishOptions<'a> {
    const TAG: u8 = 91;
    const SECOND: bool = false;
}
impl<'a> HardSwishOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct LogicalAndOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for LogicalAndOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for LogicalAndOptions<'a> {
    const TAG: u8 = 62;
    const SECOND: bool = false;
}
impl<'a> LogicalAndOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct LogicalNotOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for LogicalNotOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for LogicalNotOptions<'a> {
    const TAG: u8 = 63;
    const SECOND: bool = false;
}
impl<'a> LogicalNotOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct UnpackOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for UnpackOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for UnpackOptions<'a> {
    const TAG: u8 = 64;
    const SECOND: bool = false;
}
impl<'a> UnpackOptions<'a> {
    pub fn num(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn axis(self) -> i32 {
        self.0.scalar(6, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct FloorDivOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for FloorDivOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for FloorDivOptions<'a> {
    const TAG: u8 = 65;
    const SECOND: bool = false;
}
impl<'a> FloorDivOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct SquareOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SquareOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SquareOptions<'a> {
    const TAG: u8 = 66;
    const SECOND: bool = false;
}
impl<'a> SquareOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct ZerosLikeOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ZerosLikeOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ZerosLikeOptions<'a> {
    const TAG: u8 = 67;
    const SECOND: bool = false;
}
impl<'a> ZerosLikeOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct FillOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for FillOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for FillOptions<'a> {
    const TAG: u8 = 68;
    const SECOND: bool = false;
}
impl<'a> FillOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct FloorModOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for FloorModOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for FloorModOptions<'a> {
    const TAG: u8 = 72;
    const SECOND: bool = false;
}
impl<'a> FloorModOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct RangeOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for RangeOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for RangeOptions<'a> {
    const TAG: u8 = 73;
    const SECOND: bool = false;
}
impl<'a> RangeOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct LeakyReluOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for LeakyReluOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for LeakyReluOptions<'a> {
    const TAG: u8 = 75;
    const SECOND: bool = false;
}
impl<'a> LeakyReluOptions<'a> {
    pub fn alpha(self) -> f32 {
        self.0.scalar(4, 0.0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct SquaredDifferenceOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SquaredDifferenceOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SquaredDifferenceOptions<'a> {
    const TAG: u8 = 76;
    const SECOND: bool = false;
}
impl<'a> SquaredDifferenceOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct MirrorPadOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for MirrorPadOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for MirrorPadOptions<'a> {
    const TAG: u8 = 77;
    const SECOND: bool = false;
}
impl<'a> MirrorPadOptions<'a> {
    pub fn mode(self) -> MirrorPadMode {
        MirrorPadMode(self.0.scalar(4, 0))
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct UniqueOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for UniqueOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for UniqueOptions<'a> {
    const TAG: u8 = 80;
    const SECOND: bool = false;
}
impl<'a> UniqueOptions<'a> {
    pub fn idx_out_type(self) -> TensorType {
        TensorType(self.0.scalar(4, 2))
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct ReverseV2Options<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ReverseV2Options<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ReverseV2Options<'a> {
    const TAG: u8 = 81;
    const SECOND: bool = false;
}
impl<'a> ReverseV2Options<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct AddNOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for AddNOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for AddNOptions<'a> {
    const TAG: u8 = 82;
    const SECOND: bool = false;
}
impl<'a> AddNOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct GatherNdOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for GatherNdOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for GatherNdOptions<'a> {
    const TAG: u8 = 83;
    const SECOND: bool = false;
}
impl<'a> GatherNdOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct WhereOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for WhereOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for WhereOptions<'a> {
    const TAG: u8 = 85;
    const SECOND: bool = false;
}
impl<'a> WhereOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct ReverseSequenceOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ReverseSequenceOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ReverseSequenceOptions<'a> {
    const TAG: u8 = 87;
    const SECOND: bool = false;
}
impl<'a> ReverseSequenceOptions<'a> {
    pub fn seq_dim(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn batch_dim(self) -> i32 {
        self.0.scalar(6, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct MatrixDiagOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for MatrixDiagOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for MatrixDiagOptions<'a> {
    const TAG: u8 = 88;
    const SECOND: bool = false;
}
impl<'a> MatrixDiagOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct QuantizeOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for QuantizeOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for QuantizeOptions<'a> {
    const TAG: u8 = 89;
    const SECOND: bool = false;
}
impl<'a> QuantizeOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct MatrixSetDiagOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for MatrixSetDiagOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for MatrixSetDiagOptions<'a> {
    const TAG: u8 = 90;
    const SECOND: bool = false;
}
impl<'a> MatrixSetDiagOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct IfOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for IfOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for IfOptions<'a> {
    const TAG: u8 = 92;
    const SECOND: bool = false;
}
impl<'a> IfOptions<'a> {
    pub fn then_subgraph_index(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn else_subgraph_index(self) -> i32 {
        self.0.scalar(6, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct CallOnceOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for CallOnceOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for CallOnceOptions<'a> {
    const TAG: u8 = 103;
    const SECOND: bool = false;
}
impl<'a> CallOnceOptions<'a> {
    pub fn init_subgraph_index(self) -> i32 {
        self.0.scalar(4, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct WhileOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for WhileOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for WhileOptions<'a> {
    const TAG: u8 = 93;
    const SECOND: bool = false;
}
impl<'a> WhileOptions<'a> {
    pub fn cond_subgraph_index(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn body_subgraph_index(self) -> i32 {
        self.0.scalar(6, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct NonMaxSuppressionV4Options<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for NonMaxSuppressionV4Options<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for NonMaxSuppressionV4Options<'a> {
    const TAG: u8 = 95;
    const SECOND: bool = false;
}
impl<'a> NonMaxSuppressionV4Options<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct NonMaxSuppressionV5Options<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for NonMaxSuppressionV5Options<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for NonMaxSuppressionV5Options<'a> {
    const TAG: u8 = 96;
    const SECOND: bool = false;
}
impl<'a> NonMaxSuppressionV5Options<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct ScatterNdOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ScatterNdOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ScatterNdOptions<'a> {
    const TAG: u8 = 97;
    const SECOND: bool = false;
}
impl<'a> ScatterNdOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct SelectV2Options<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SelectV2Options<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SelectV2Options<'a> {
    const TAG: u8 = 98;
    const SECOND: bool = false;
}
impl<'a> SelectV2Options<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct DensifyOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for DensifyOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for DensifyOptions<'a> {
    const TAG: u8 = 99;
    const SECOND: bool = false;
}
impl<'a> DensifyOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct SegmentSumOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SegmentSumOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SegmentSumOptions<'a> {
    const TAG: u8 = 100;
    const SECOND: bool = false;
}
impl<'a> SegmentSumOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct BatchMatMulOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for BatchMatMulOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for BatchMatMulOptions<'a> {
    const TAG: u8 = 101;
    const SECOND: bool = false;
}
impl<'a> BatchMatMulOptions<'a> {
    pub fn adj_x(self) -> bool {
        self.0.scalar(4, false)
    }
    pub fn adj_y(self) -> bool {
        self.0.scalar(6, false)
    }
    pub fn asymmetric_quantize_inputs(self) -> bool {
        self.0.scalar(8, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct CumsumOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for CumsumOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for CumsumOptions<'a> {
    const TAG: u8 = 102;
    const SECOND: bool = false;
}
impl<'a> CumsumOptions<'a> {
    pub fn exclusive(self) -> bool {
        self.0.scalar(4, false)
    }
    pub fn reverse(self) -> bool {
        self.0.scalar(6, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct BroadcastToOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for BroadcastToOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for BroadcastToOptions<'a> {
    const TAG: u8 = 104;
    const SECOND: bool = false;
}
impl<'a> BroadcastToOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct Rfft2dOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for Rfft2dOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for Rfft2dOptions<'a> {
    const TAG: u8 = 105;
    const SECOND: bool = false;
}
impl<'a> Rfft2dOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct HashtableOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for HashtableOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for HashtableOptions<'a> {
    const TAG: u8 = 107;
    const SECOND: bool = false;
}
impl<'a> HashtableOptions<'a> {
    pub fn table_id(self) -> i32 {
        self.0.scalar(4, 0)
    }
    pub fn key_dtype(self) -> i8 {
        self.0.scalar(6, 0)
    }
    pub fn value_dtype(self) -> i8 {
        self.0.scalar(8, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct HashtableFindOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for HashtableFindOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for HashtableFindOptions<'a> {
    const TAG: u8 = 108;
    const SECOND: bool = false;
}
impl<'a> HashtableFindOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct HashtableImportOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for HashtableImportOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for HashtableImportOptions<'a> {
    const TAG: u8 = 109;
    const SECOND: bool = false;
}
impl<'a> HashtableImportOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct HashtableSizeOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for HashtableSizeOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for HashtableSizeOptions<'a> {
    const TAG: u8 = 110;
    const SECOND: bool = false;
}
impl<'a> HashtableSizeOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct VarHandleOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for VarHandleOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for VarHandleOptions<'a> {
    const TAG: u8 = 111;
    const SECOND: bool = false;
}
impl<'a> VarHandleOptions<'a> {
    pub fn container(self) -> Option<&'a str> {
        self.0.string(4)
    }
    pub fn shared_name(self) -> Option<&'a str> {
        self.0.string(6)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadVariableOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ReadVariableOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ReadVariableOptions<'a> {
    const TAG: u8 = 112;
    const SECOND: bool = false;
}
impl<'a> ReadVariableOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct AssignVariableOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for AssignVariableOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for AssignVariableOptions<'a> {
    const TAG: u8 = 113;
    const SECOND: bool = false;
}
impl<'a> AssignVariableOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for RandomOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for RandomOptions<'a> {
    const TAG: u8 = 114;
    const SECOND: bool = false;
}
impl<'a> RandomOptions<'a> {
    pub fn seed(self) -> i64 {
        self.0.scalar(4, 0)
    }
    pub fn seed2(self) -> i64 {
        self.0.scalar(6, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct BucketizeOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for BucketizeOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for BucketizeOptions<'a> {
    const TAG: u8 = 115;
    const SECOND: bool = false;
}
impl<'a> BucketizeOptions<'a> {
    pub fn boundaries(self) -> Vector<'a, f32> {
        self.0.vector(4)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct GeluOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for GeluOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for GeluOptions<'a> {
    const TAG: u8 = 116;
    const SECOND: bool = false;
}
impl<'a> GeluOptions<'a> {
    pub fn approximate(self) -> bool {
        self.0.scalar(4, false)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct DynamicUpdateSliceOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for DynamicUpdateSliceOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for DynamicUpdateSliceOptions<'a> {
    const TAG: u8 = 117;
    const SECOND: bool = false;
}
impl<'a> DynamicUpdateSliceOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct UnsortedSegmentProdOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for UnsortedSegmentProdOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for UnsortedSegmentProdOptions<'a> {
    const TAG: u8 = 118;
    const SECOND: bool = false;
}
impl<'a> UnsortedSegmentProdOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct UnsortedSegmentMaxOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for UnsortedSegmentMaxOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for UnsortedSegmentMaxOptions<'a> {
    const TAG: u8 = 119;
    const SECOND: bool = false;
}
impl<'a> UnsortedSegmentMaxOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct UnsortedSegmentSumOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for UnsortedSegmentSumOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for UnsortedSegmentSumOptions<'a> {
    const TAG: u8 = 121;
    const SECOND: bool = false;
}
impl<'a> UnsortedSegmentSumOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct ATan2Options<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ATan2Options<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ATan2Options<'a> {
    const TAG: u8 = 122;
    const SECOND: bool = false;
}
impl<'a> ATan2Options<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct UnsortedSegmentMinOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for UnsortedSegmentMinOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for UnsortedSegmentMinOptions<'a> {
    const TAG: u8 = 120;
    const SECOND: bool = false;
}
impl<'a> UnsortedSegmentMinOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct SignOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SignOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for SignOptions<'a> {
    const TAG: u8 = 123;
    const SECOND: bool = false;
}
impl<'a> SignOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct BitcastOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for BitcastOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for BitcastOptions<'a> {
    const TAG: u8 = 124;
    const SECOND: bool = false;
}
impl<'a> BitcastOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct BitwiseXorOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for BitwiseXorOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for BitwiseXorOptions<'a> {
    const TAG: u8 = 125;
    const SECOND: bool = false;
}
impl<'a> BitwiseXorOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct RightShiftOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for RightShiftOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for RightShiftOptions<'a> {
    const TAG: u8 = 126;
    const SECOND: bool = false;
}
impl<'a> RightShiftOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct DilateOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for DilateOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for DilateOptions<'a> {
    const TAG: u8 = 18;
    const SECOND: bool = true;
}
impl<'a> DilateOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct ReduceWindowOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ReduceWindowOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for ReduceWindowOptions<'a> {
    const TAG: u8 = 20;
    const SECOND: bool = true;
}
impl<'a> ReduceWindowOptions<'a> {
    pub fn reduce_function(self) -> i32 {
        self.0.scalar(4, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct OperatorCode<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for OperatorCode<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OperatorCode<'a> {
    pub fn deprecated_builtin_code(self) -> i8 {
        self.0.scalar(4, 0)
    }
    pub fn custom_code(self) -> Option<&'a str> {
        self.0.string(6)
    }
    pub fn version(self) -> i32 {
        self.0.scalar(8, 1)
    }
    pub fn builtin_code(self) -> BuiltinOperator {
        BuiltinOperator(self.0.scalar(10, 0))
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StableHLOCompositeOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StableHLOCompositeOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StableHLOCompositeOptions<'a> {
    const TAG: u8 = 21;
    const SECOND: bool = true;
}
impl<'a> StableHLOCompositeOptions<'a> {
    pub fn name(self) -> Option<&'a str> {
        self.0.string(4)
    }
    pub fn decomposition_subgraph_index(self) -> i32 {
        self.0.scalar(6, 0)
    }
    pub fn composite_attributes(self) -> Vector<'a, u8> {
        self.0.vector(8)
    }
    pub fn composite_attributes_format(self) -> i8 {
        self.0.scalar(10, 0)
    }
    pub fn version(self) -> i32 {
        self.0.scalar(12, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct StablehloShiftLeftOptions<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for StablehloShiftLeftOptions<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> OptionsTable<'a> for StablehloShiftLeftOptions<'a> {
    const TAG: u8 = 22;
    const SECOND: bool = true;
}
impl<'a> StablehloShiftLeftOptions<'a> {}
#[derive(Clone, Copy, Debug, Default)]
pub struct Operator<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for Operator<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> Operator<'a> {
    pub fn opcode_index(self) -> u32 {
        self.0.scalar(4, 0)
    }
    pub fn inputs(self) -> Vector<'a, i32> {
        self.0.vector(6)
    }
    pub fn outputs(self) -> Vector<'a, i32> {
        self.0.vector(8)
    }
    pub fn builtin_options_type(self) -> u8 {
        self.0.scalar(10, 0)
    }
    pub fn builtin_options_table(self) -> Option<Table<'a>> {
        self.0.table(12)
    }
    pub fn custom_options(self) -> Vector<'a, u8> {
        self.0.vector(14)
    }
    pub fn custom_options_format(self) -> i8 {
        self.0.scalar(16, 0)
    }
    pub fn mutating_variable_inputs(self) -> Vector<'a, bool> {
        self.0.vector(18)
    }
    pub fn intermediates(self) -> Vector<'a, i32> {
        self.0.vector(20)
    }
    pub fn large_custom_options_offset(self) -> u64 {
        self.0.scalar(22, 0)
    }
    pub fn large_custom_options_size(self) -> u64 {
        self.0.scalar(24, 0)
    }
    pub fn builtin_options2_type(self) -> u8 {
        self.0.scalar(26, 0)
    }
    pub fn builtin_options2_table(self) -> Option<Table<'a>> {
        self.0.table(28)
    }
    pub fn debug_metadata_index(self) -> i32 {
        self.0.scalar(30, -1)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct SubGraph<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SubGraph<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> SubGraph<'a> {
    pub fn tensors(self) -> Tables<'a, Tensor<'a>> {
        self.0.tables(4)
    }
    pub fn inputs(self) -> Vector<'a, i32> {
        self.0.vector(6)
    }
    pub fn outputs(self) -> Vector<'a, i32> {
        self.0.vector(8)
    }
    pub fn operators(self) -> Tables<'a, Operator<'a>> {
        self.0.tables(10)
    }
    pub fn name(self) -> Option<&'a str> {
        self.0.string(12)
    }
    pub fn debug_metadata_index(self) -> i32 {
        self.0.scalar(14, -1)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct Buffer<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for Buffer<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> Buffer<'a> {
    pub fn data(self) -> Vector<'a, u8> {
        self.0.vector(4)
    }
    pub fn offset(self) -> u64 {
        self.0.scalar(6, 0)
    }
    pub fn size(self) -> u64 {
        self.0.scalar(8, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct ExternalBufferGroup<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ExternalBufferGroup<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> ExternalBufferGroup<'a> {
    pub fn name(self) -> Option<&'a str> {
        self.0.string(4)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct ExternalBuffer<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for ExternalBuffer<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> ExternalBuffer<'a> {
    pub fn id(self) -> u32 {
        self.0.scalar(4, 0)
    }
    pub fn group(self) -> u32 {
        self.0.scalar(6, 0)
    }
    pub fn offset(self) -> u64 {
        self.0.scalar(8, 0)
    }
    pub fn packing(self) -> Option<&'a str> {
        self.0.string(12)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct Metadata<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for Metadata<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> Metadata<'a> {
    pub fn name(self) -> Option<&'a str> {
        self.0.string(4)
    }
    pub fn buffer(self) -> u32 {
        self.0.scalar(6, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct TensorMap<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for TensorMap<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> TensorMap<'a> {
    pub fn name(self) -> Option<&'a str> {
        self.0.string(4)
    }
    pub fn tensor_index(self) -> u32 {
        self.0.scalar(6, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct SignatureDef<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for SignatureDef<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> SignatureDef<'a> {
    pub fn inputs(self) -> Tables<'a, TensorMap<'a>> {
        self.0.tables(4)
    }
    pub fn outputs(self) -> Tables<'a, TensorMap<'a>> {
        self.0.tables(6)
    }
    pub fn signature_key(self) -> Option<&'a str> {
        self.0.string(8)
    }
    pub fn subgraph_index(self) -> u32 {
        self.0.scalar(12, 0)
    }
}
#[derive(Clone, Copy, Debug, Default)]
pub struct Model<'a>(pub Table<'a>);
impl<'a> From<Table<'a>> for Model<'a> {
    fn from(t: Table<'a>) -> Self {
        Self(t)
    }
}
impl<'a> Model<'a> {
    pub fn version(self) -> u32 {
        self.0.scalar(4, 0)
    }
    pub fn operator_codes(self) -> Tables<'a, OperatorCode<'a>> {
        self.0.tables(6)
    }
    pub fn subgraphs(self) -> Tables<'a, SubGraph<'a>> {
        self.0.tables(8)
    }
    pub fn description(self) -> Option<&'a str> {
        self.0.string(10)
    }
    pub fn buffers(self) -> Tables<'a, Buffer<'a>> {
        self.0.tables(12)
    }
    pub fn metadata_buffer(self) -> Vector<'a, i32> {
        self.0.vector(14)
    }
    pub fn metadata(self) -> Tables<'a, Metadata<'a>> {
        self.0.tables(16)
    }
    pub fn signature_defs(self) -> Tables<'a, SignatureDef<'a>> {
        self.0.tables(18)
    }
    pub fn external_buffer_groups(self) -> Tables<'a, ExternalBufferGroup<'a>> {
        self.0.tables(20)
    }
    pub fn external_buffers(self) -> Tables<'a, ExternalBuffer<'a>> {
        self.0.tables(22)
    }
}
