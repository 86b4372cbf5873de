//! What a `.tflite` file can run on.

use std::collections::BTreeSet;

use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::{TensorType, owned};

use crate::Exported;
use crate::infer::OPERATORS;
use crate::versions::{Release, first_release};

/// A runtime, and whether it has what a file needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// What the runtime is called.
    pub name: &'static str,
    /// The first release that has the versions of the file's operators, where releases are counted.
    pub from: Option<Release>,
    /// What it lacks, sorted: operators, custom ones among them, and element types of operators that it has. The file runs
    /// if nothing is.
    pub lacks: Vec<String>,
}

impl Target {
    fn new(name: &'static str, from: Option<Release>, file: &Exported<'_>, lacks: Lacks) -> Self {
        let operators = file.subgraphs.iter().flat_map(|graph| {
            graph.operators.iter().map(move |operator| Operator::new(file, graph, operator))
        });
        let lacks: BTreeSet<String> = operators.flatten().filter_map(|operator| lacks(&operator)).collect();
        Self { name, from, lacks: lacks.into_iter().collect() }
    }

    /// Whether the file runs.
    pub fn runs(&self) -> bool {
        self.lacks.is_empty()
    }
}

/// The runtimes that there are, and what each lacks for a file.
pub fn of(file: &Exported<'_>) -> Vec<Target> {
    let release = first_release(file);
    vec![
        Target::new("Featherlite (native, C, Python, browser)", None, file, featherlite_lacks),
        Target::new("TensorFlow Lite, LiteRT", Some(release), file, lite_lacks),
        Target::new("TensorFlow Lite for Microcontrollers", None, file, micro_lacks),
    ]
}

/// What a runtime lacks for an operator.
type Lacks = fn(&Operator<'_>) -> Option<String>;

/// An operator of a file with the element types of its operands.
struct Operator<'f> {
    code: B,
    /// The name of a custom operator.
    custom: &'f str,
    inputs: Vec<TensorType>,
    types: Vec<TensorType>,
}

impl<'f> Operator<'f> {
    /// `None` if the file contradicts itself.
    fn new(file: &'f Exported<'_>, graph: &owned::SubGraph, operator: &owned::Operator) -> Option<Self> {
        let code = file.operator_codes.get(operator.opcode_index as usize)?;
        let types = |tensors: &[i32]| -> Vec<TensorType> {
            let tensors = tensors.iter().filter_map(|&index| graph.tensors.get(usize::try_from(index).ok()?));
            tensors.map(|tensor| tensor.type_).collect()
        };
        let inputs = types(&operator.inputs);
        let types = inputs.iter().copied().chain(types(&operator.outputs)).collect();
        Some(Self { code: code.builtin_code, custom: &code.custom_code, inputs, types })
    }

    fn is_custom(&self) -> bool {
        self.code == B::CUSTOM
    }

    fn name(&self) -> String {
        if self.is_custom() { format!("custom {}", self.custom) } else { format!("{:?}", self.code) }
    }

    /// Whether floats are multiplied by integers.
    fn is_hybrid(&self) -> bool {
        const WEIGHTED: &[B] = &[
            B::CONV_2D,
            B::DEPTHWISE_CONV_2D,
            B::TRANSPOSE_CONV,
            B::FULLY_CONNECTED,
            B::BATCH_MATMUL,
            B::SVDF,
            B::UNIDIRECTIONAL_SEQUENCE_LSTM,
        ];
        let is = |types: &[TensorType]| self.inputs.iter().any(|dtype| types.contains(dtype));
        WEIGHTED.contains(&self.code)
            && is(&[TensorType::FLOAT32])
            && is(&[TensorType::INT8, TensorType::UINT8, TensorType::INT4, TensorType::INT2])
    }
}

fn featherlite_lacks(operator: &Operator<'_>) -> Option<String> {
    let has = match operator.is_custom() {
        true => OPERATORS.custom(operator.custom).is_some(),
        false => OPERATORS.builtin(operator.code).is_some(),
    };
    (!has).then(|| operator.name())
}

/// The custom operators that TensorFlow Lite comes with.
const LITE_CUSTOM: &[&str] =
    &["AudioSpectrogram", "Mfcc", "NumericVerify", "TFLite_Detection_PostProcess", "aeq.hadamard_rotation"];

fn lite_lacks(operator: &Operator<'_>) -> Option<String> {
    (operator.is_custom() && !LITE_CUSTOM.contains(&operator.custom)).then(|| operator.name())
}

fn micro_lacks(operator: &Operator<'_>) -> Option<String> {
    let has = match operator.is_custom() {
        true => MICRO_CUSTOM.contains(&operator.custom),
        false => MICRO.contains(&operator.code),
    };
    if !has {
        return Some(operator.name());
    }
    if operator.is_hybrid() {
        return Some(format!("{} of float activations and integer weights", operator.name()));
    }
    let takes = |dtype: &TensorType| {
        MICRO_TYPES.contains(dtype) || (*dtype == TensorType::UINT8 && MICRO_UINT8.contains(&operator.code))
    };
    let lacked = operator.types.iter().find(|dtype| !takes(dtype))?;
    Some(format!("{} of {}", operator.name(), lacked.name().unwrap_or("unknown types")))
}

/// The element types that operators of TensorFlow Lite for Microcontrollers compute in, one or the other.
const MICRO_TYPES: &[TensorType] = &[
    TensorType::FLOAT32,
    TensorType::INT8,
    TensorType::INT16,
    TensorType::INT4,
    TensorType::INT32,
    TensorType::INT64,
    TensorType::BOOL,
    TensorType::RESOURCE,
];

/// Its operators that take `UINT8` besides.
const MICRO_UINT8: &[B] = &[
    B::BROADCAST_TO,
    B::CALL_ONCE,
    B::CAST,
    B::CONCATENATION,
    B::DEQUANTIZE,
    B::IF,
    B::QUANTIZE,
    B::RESHAPE,
    B::SHAPE,
    B::SQUEEZE,
    B::WHILE,
];

/// The operators of TensorFlow Lite for Microcontrollers, as of October 2026.
const MICRO: &[B] = &[
    B::ABS,
    B::ADD,
    B::ADD_N,
    B::ARG_MAX,
    B::ARG_MIN,
    B::ASSIGN_VARIABLE,
    B::AVERAGE_POOL_2D,
    B::BATCH_MATMUL,
    B::BATCH_TO_SPACE_ND,
    B::BROADCAST_ARGS,
    B::BROADCAST_TO,
    B::CALL_ONCE,
    B::CAST,
    B::CEIL,
    B::CONCATENATION,
    B::CONV_2D,
    B::COS,
    B::CUMSUM,
    B::DEPTHWISE_CONV_2D,
    B::DEPTH_TO_SPACE,
    B::DEQUANTIZE,
    B::DIV,
    B::DYNAMIC_UPDATE_SLICE,
    B::ELU,
    B::EMBEDDING_LOOKUP,
    B::EQUAL,
    B::EXP,
    B::EXPAND_DIMS,
    B::FILL,
    B::FLOOR,
    B::FLOOR_DIV,
    B::FLOOR_MOD,
    B::FULLY_CONNECTED,
    B::GATHER,
    B::GATHER_ND,
    B::GREATER,
    B::GREATER_EQUAL,
    B::HARD_SWISH,
    B::IF,
    B::L2_NORMALIZATION,
    B::L2_POOL_2D,
    B::LEAKY_RELU,
    B::LESS,
    B::LESS_EQUAL,
    B::LOG,
    B::LOGICAL_AND,
    B::LOGICAL_NOT,
    B::LOGICAL_OR,
    B::LOGISTIC,
    B::LOG_SOFTMAX,
    B::MAXIMUM,
    B::MAX_POOL_2D,
    B::MEAN,
    B::MINIMUM,
    B::MIRROR_PAD,
    B::MUL,
    B::NEG,
    B::NOT_EQUAL,
    B::PACK,
    B::PAD,
    B::PADV2,
    B::PRELU,
    B::QUANTIZE,
    B::READ_VARIABLE,
    B::REDUCE_ALL,
    B::REDUCE_MAX,
    B::REDUCE_MIN,
    B::RELU,
    B::RELU6,
    B::RESHAPE,
    B::RESIZE_BILINEAR,
    B::RESIZE_NEAREST_NEIGHBOR,
    B::REVERSE_V2,
    B::ROUND,
    B::RSQRT,
    B::SELECT_V2,
    B::SHAPE,
    B::SIN,
    B::SLICE,
    B::SOFTMAX,
    B::SPACE_TO_BATCH_ND,
    B::SPACE_TO_DEPTH,
    B::SPLIT,
    B::SPLIT_V,
    B::SQRT,
    B::SQUARE,
    B::SQUARED_DIFFERENCE,
    B::SQUEEZE,
    B::STRIDED_SLICE,
    B::SUB,
    B::SUM,
    B::SVDF,
    B::TANH,
    B::TRANSPOSE,
    B::TRANSPOSE_CONV,
    B::UNIDIRECTIONAL_SEQUENCE_LSTM,
    B::UNPACK,
    B::VAR_HANDLE,
    B::WHILE,
    B::ZEROS_LIKE,
];

/// Its custom operators.
const MICRO_CUSTOM: &[&str] = &[
    "CIRCULAR_BUFFER",
    "SignalDelay",
    "SignalEnergy",
    "SignalFftAutoScale",
    "SignalFilterBank",
    "SignalFilterBankLog",
    "SignalFilterBankSpectralSubtraction",
    "SignalFilterBankSquareRoot",
    "SignalFramer",
    "SignalIrfft",
    "SignalOverlapAdd",
    "SignalPCAN",
    "SignalRfft",
    "SignalStacker",
    "SignalWindow",
    "TFLite_Detection_PostProcess",
];
