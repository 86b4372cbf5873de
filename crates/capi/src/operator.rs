//! Operators that programs bring along.

/// An operator of a program's own.
pub struct TfLiteOperator {
    _private: (),
}
