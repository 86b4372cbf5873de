//! Element types as NumPy has them.

use featherlite::DType;
use numpy::PyArrayDescr;
use pyo3::{Bound, PyResult, Python};

use crate::error;

/// The NumPy type that holds elements of `dtype`. Types below a byte are held in bytes, one each; 8-bit floats are given
/// as their bits.
pub(crate) fn descr(py: Python<'_>, dtype: DType) -> PyResult<Bound<'_, PyArrayDescr>> {
    let name = match dtype {
        DType::F16 => "float16",
        DType::F32 => "float32",
        DType::F64 => "float64",
        DType::I8 | DType::I4 | DType::I2 | DType::F8E4M3 | DType::F8E5M2 => "int8",
        DType::U8 | DType::U4 => "uint8",
        DType::I16 => "int16",
        DType::U16 => "uint16",
        DType::I32 => "int32",
        DType::U32 => "uint32",
        DType::I64 => "int64",
        DType::U64 => "uint64",
        DType::Bool => "bool",
        DType::Complex64 => "complex64",
        DType::Complex128 => "complex128",
        DType::String => "S",
        DType::Resource | DType::Variant => "O",
        DType::Bf16 => return Err(error::value("NumPy has no type for BFLOAT16")),
    };
    PyArrayDescr::new(py, name)
}

/// Whether NumPy has elements as the runtime has them.
pub(crate) fn is_plain(dtype: DType) -> bool {
    dtype.bits() >= 8 && !matches!(dtype, DType::Resource | DType::Bf16)
}
