//! The structures and numbers that the API shares with C programs.

use std::ffi::{c_char, c_int, c_void};

use featherlite::DType;

/// How a call went.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TfLiteStatus(pub c_int);

impl TfLiteStatus {
    /// Done.
    pub const OK: Self = Self(0);
    /// Failed.
    pub const ERROR: Self = Self(1);
    /// A delegate does not fit the runtime.
    pub const APPLICATION_ERROR: Self = Self(3);
    /// The model has a custom operator that nobody registered.
    pub const UNRESOLVED_OPS: Self = Self(7);
    /// The run was cancelled.
    pub const CANCELLED: Self = Self(8);
}

/// One scale and zero point: `real = scale * (q - zero_point)`; a scale of 0 if there are none, or several.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TfLiteQuantizationParams {
    /// The scale.
    pub scale: f32,
    /// The zero point.
    pub zero_point: i32,
}

/// Numbers with their count before them; `data` continues behind the structure.
#[repr(C)]
pub struct TfLiteIntArray {
    /// How many.
    pub size: c_int,
    /// The first is here.
    pub data: [c_int; 0],
}

/// As [`TfLiteIntArray`].
#[repr(C)]
pub struct TfLiteFloatArray {
    /// How many.
    pub size: c_int,
    /// The first is here.
    pub data: [f32; 0],
}

/// Scales and zero points along a dimension.
#[repr(C)]
pub struct TfLiteAffineQuantization {
    /// The scales.
    pub scale: *mut TfLiteFloatArray,
    /// As many zero points.
    pub zero_point: *mut TfLiteIntArray,
    /// The dimension.
    pub quantized_dimension: i32,
}

/// All of a tensor's quantization.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TfLiteQuantization {
    /// What `params` is: 0 nothing, 1 a [`TfLiteAffineQuantization`].
    pub kind: c_int,
    /// The parameters.
    pub params: *mut c_void,
}

/// A tensor, with the fields that C programs may read.
#[repr(C)]
pub struct TfLiteTensor {
    /// Its element type, a `TfLiteType`.
    pub kind: c_int,
    /// Its contents, if it has any now.
    pub data: *mut c_void,
    /// Its shape.
    pub dims: *mut TfLiteIntArray,
    /// Its quantization if that is one scale.
    pub params: TfLiteQuantizationParams,
    /// Whose memory `data` is.
    pub allocation_type: c_int,
    /// Bytes of `data`.
    pub bytes: usize,
    /// Not used.
    pub allocation: *const c_void,
    /// Its name.
    pub name: *const c_char,
    /// Always null.
    pub delegate: *mut TfLiteDelegate,
    /// Always -1.
    pub buffer_handle: c_int,
    /// Always false.
    pub data_is_stale: bool,
    /// Whether it keeps its contents from run to run.
    pub is_variable: bool,
    /// Its quantization.
    pub quantization: TfLiteQuantization,
    /// Always null.
    pub sparsity: *mut c_void,
    /// Its shape in the file with -1 for open sizes, if the file has it.
    pub dims_signature: *const TfLiteIntArray,
}

/// Whose memory a tensor's contents are (`TfLiteAllocationType`).
pub mod allocation {
    use std::ffi::c_int;

    /// Nobody's yet.
    pub const NONE: c_int = 0;
    /// The model's.
    pub const CONSTANT: c_int = 1;
    /// The interpreter's, used again in each run.
    pub const ARENA: c_int = 2;
    /// The interpreter's, kept from run to run.
    pub const PERSISTENT: c_int = 3;
    /// The tensor's own, by `malloc`.
    pub const DYNAMIC: c_int = 4;
    /// The program's.
    pub const CUSTOM: c_int = 6;
}

/// Code that takes over parts of a model; known by address only.
#[repr(C)]
pub struct TfLiteDelegate {
    private: [u8; 0],
}

/// Memory that a program lends to a tensor.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TfLiteCustomAllocation {
    /// Where.
    pub data: *mut c_void,
    /// How much.
    pub bytes: usize,
}

/// The API's number of each type, in the order of the schema's numbers.
const TYPES: [c_int; 23] =
    [1, 10, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23];

/// The API's number of an element type.
pub(crate) fn type_number(dtype: DType) -> c_int {
    TYPES.get(dtype as usize).copied().unwrap_or_default()
}

/// The element type of a number of the API.
pub(crate) fn type_of_number(number: c_int) -> Option<DType> {
    let code = TYPES.iter().position(|&other| other == number)?;
    u8::try_from(code).ok().and_then(DType::from_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_the_numbers_of_the_api() {
        for (dtype, number) in
            [(DType::F32, 1), (DType::I32, 2), (DType::I8, 9), (DType::F16, 10), (DType::I4, 18)]
        {
            assert_eq!(type_number(dtype), number);
        }
        for &dtype in DType::ALL {
            assert_eq!(type_of_number(type_number(dtype)), Some(dtype));
        }
        assert_eq!(type_of_number(0), None);
    }

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn the_tensor_has_the_layout_of_the_api() {
        let offsets = [
            std::mem::offset_of!(TfLiteTensor, data),
            std::mem::offset_of!(TfLiteTensor, allocation_type),
            std::mem::offset_of!(TfLiteTensor, bytes),
            std::mem::offset_of!(TfLiteTensor, is_variable),
            std::mem::offset_of!(TfLiteTensor, quantization),
            size_of::<TfLiteTensor>(),
        ];
        assert_eq!(offsets, [8, 32, 40, 77, 80, 112]);
    }
}
