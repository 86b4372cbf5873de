use core::fmt;

use crate::{Bf16, F16};

macro_rules! dtypes {
    ($($variant:ident = $code:literal, $name:literal, $bits:literal;)*) => {
        /// The element type of a tensor. The numbers are those of `TensorType` in the TFLite schema.
        #[repr(u8)]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum DType {
            $(#[doc = concat!("`", $name, "`.")] $variant = $code,)*
        }

        impl DType {
            /// All types, in the order of their schema numbers.
            pub const ALL: &'static [DType] = &[$(DType::$variant),*];

            /// The type with this schema number.
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(DType::$variant),)* _ => None }
            }

            /// The schema's name, such as `FLOAT32`.
            pub const fn name(self) -> &'static str {
                match self { $(DType::$variant => $name,)* }
            }

            /// Bits an element takes in memory; 0 where elements have no fixed size (strings, variants).
            pub const fn bits(self) -> usize {
                match self { $(DType::$variant => $bits,)* }
            }
        }
    };
}

dtypes! {
    F32 = 0, "FLOAT32", 32;
    F16 = 1, "FLOAT16", 16;
    I32 = 2, "INT32", 32;
    U8 = 3, "UINT8", 8;
    I64 = 4, "INT64", 64;
    String = 5, "STRING", 0;
    Bool = 6, "BOOL", 8;
    I16 = 7, "INT16", 16;
    Complex64 = 8, "COMPLEX64", 64;
    I8 = 9, "INT8", 8;
    F64 = 10, "FLOAT64", 64;
    Complex128 = 11, "COMPLEX128", 128;
    U64 = 12, "UINT64", 64;
    Resource = 13, "RESOURCE", 32;
    Variant = 14, "VARIANT", 0;
    U32 = 15, "UINT32", 32;
    U16 = 16, "UINT16", 16;
    I4 = 17, "INT4", 4;
    Bf16 = 18, "BFLOAT16", 16;
    I2 = 19, "INT2", 2;
    U4 = 20, "UINT4", 4;
    F8E4M3 = 21, "FLOAT8_E4M3FN", 8;
    F8E5M2 = 22, "FLOAT8_E5M2", 8;
}

impl DType {
    /// Bytes that `elements` elements take; sub-byte types are packed, low bits first. `None` if the type has no
    /// fixed element size or the size does not fit `usize`.
    pub const fn storage_bytes(self, elements: usize) -> Option<usize> {
        match self.bits() {
            0 => None,
            bits if bits < 8 => Some(elements.div_ceil(8 / bits)),
            bits => elements.checked_mul(bits / 8),
        }
    }

    /// Alignment in bytes that a typed view of this type needs.
    pub const fn align(self) -> usize {
        match self.bits() {
            64 if matches!(self, DType::Complex64) => 4,
            128 | 64 => 8,
            bits if bits >= 16 => bits / 8,
            _ => 1,
        }
    }

    /// Whether values are integers that may carry a scale and a zero point.
    pub const fn is_quantizable(self) -> bool {
        matches!(
            self,
            DType::I8 | DType::U8 | DType::I16 | DType::I32 | DType::I64 | DType::I4 | DType::I2 | DType::U4
        )
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A complex number of two `f32`, as TFLite stores `COMPLEX64`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Complex64 {
    /// Real part.
    pub re: f32,
    /// Imaginary part.
    pub im: f32,
}

mod sealed {
    pub trait Sealed {}
}

/// A Rust type that tensor memory can be viewed as.
///
/// Every bit pattern must be a valid value, which is why `BOOL` is viewed as `u8`; sub-byte types are viewed as
/// their packed bytes.
pub trait Element: sealed::Sealed + Copy + Send + Sync + PartialEq + fmt::Debug + Default + 'static {
    /// The tensor type this is the natural view of.
    const DTYPE: DType;

    /// Whether a tensor of type `dtype` may be viewed as `Self`.
    fn views(dtype: DType) -> bool {
        dtype == Self::DTYPE
    }
}

macro_rules! elements {
    ($($ty:ty => $dtype:ident $(| $also:ident)*;)*) => {$(
        impl sealed::Sealed for $ty {}
        impl Element for $ty {
            const DTYPE: DType = DType::$dtype;
            fn views(dtype: DType) -> bool {
                matches!(dtype, DType::$dtype $(| DType::$also)*)
            }
        }
    )*};
}

elements! {
    f32 => F32;
    f64 => F64;
    F16 => F16;
    Bf16 => Bf16;
    i8 => I8;
    u8 => U8 | Bool | I4 | I2 | U4 | String | F8E4M3 | F8E5M2 | Variant;
    i16 => I16;
    u16 => U16;
    i32 => I32 | Resource;
    u32 => U32;
    i64 => I64;
    u64 => U64;
    Complex64 => Complex64;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_round_trip_and_sizes_are_packed() {
        for &dtype in DType::ALL {
            assert_eq!(DType::from_code(dtype as u8), Some(dtype));
        }
        assert_eq!(DType::from_code(200), None);
        assert_eq!(DType::I4.storage_bytes(3), Some(2));
        assert_eq!(DType::I2.storage_bytes(5), Some(2));
        assert_eq!(DType::F32.storage_bytes(3), Some(12));
        assert_eq!(DType::F32.storage_bytes(usize::MAX), None);
        assert_eq!(DType::String.storage_bytes(3), None);
    }
}
