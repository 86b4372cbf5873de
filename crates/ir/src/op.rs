use featherlite_schema::BuiltinOperator;
use featherlite_schema::owned::{BuiltinOptions, BuiltinOptions2};

/// What an operator is called in a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Code {
    /// One of TensorFlow Lite's.
    Builtin(BuiltinOperator),
    /// Somebody's own.
    Custom(String),
}

/// An operator with its options.
#[derive(Clone, Debug, PartialEq)]
pub struct Op {
    /// What it is called.
    pub code: Code,
    /// Options of most builtin operators.
    pub options: Option<BuiltinOptions>,
    /// Options of the newer builtin operators.
    pub options_2: Option<BuiltinOptions2>,
    /// Options of a custom operator.
    pub custom_options: Vec<u8>,
}

impl Op {
    /// A builtin operator with default options.
    pub fn builtin(code: BuiltinOperator) -> Self {
        Self { code: Code::Builtin(code), options: None, options_2: None, custom_options: Vec::new() }
    }

    /// A builtin operator.
    pub fn with(code: BuiltinOperator, options: impl Into<BuiltinOptions>) -> Self {
        Self { options: Some(options.into()), ..Self::builtin(code) }
    }

    /// A builtin operator whose options are of the newer kind.
    pub fn with_2(code: BuiltinOperator, options: impl Into<BuiltinOptions2>) -> Self {
        Self { options_2: Some(options.into()), ..Self::builtin(code) }
    }

    /// A custom operator.
    pub fn custom(name: impl Into<String>, options: Vec<u8>) -> Self {
        Self { code: Code::Custom(name.into()), options: None, options_2: None, custom_options: options }
    }

    /// Whether it is this builtin operator.
    pub fn is(&self, code: BuiltinOperator) -> bool {
        self.code == Code::Builtin(code)
    }

    /// Its name, such as `CONV_2D`.
    pub fn name(&self) -> String {
        match &self.code {
            Code::Builtin(code) => format!("{code:?}"),
            Code::Custom(name) => name.clone(),
        }
    }
}

impl From<BuiltinOperator> for Op {
    fn from(code: BuiltinOperator) -> Self {
        Self::builtin(code)
    }
}
