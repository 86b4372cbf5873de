use alloc::format;

use crate::generated::tflite as generated;
use crate::table::{Scalar, Table, Variant, slice};
use crate::verify::verify;
use crate::{
    BuiltinOperator, BuiltinOptions, BuiltinOptions2, Error, ErrorKind, Model, Operator, OperatorCode, Result,
};

/// The version of the format that is read and written.
pub(crate) const VERSION: u32 = 3;

impl<'a> Model<'a> {
    /// Verifies a file and returns the view of its root table. The bytes may lie at any address; weights are not touched.
    ///
    /// # Errors
    /// If the file is not of this format, has another version, or anything in it leads outside of it, with the field
    /// that does.
    pub fn read(file: &'a [u8]) -> Result<Self> {
        if file.get(4..8) != Some(&generated::IDENTIFIER[..]) {
            return Err(Error::new(ErrorKind::NotThisFormat, "its bytes 4 to 7 are not \"TFL3\""));
        }
        verify(file, generated::ROOT)?;
        let model = Self::read_verified(file);
        if model.version() != VERSION {
            let message = format!("schema version {}; only {VERSION} is known", model.version());
            return Err(Error::new(ErrorKind::Version, message).within("version", None));
        }
        for index in 0..model.buffers().len() {
            model.buffer_data(index as u32)?;
        }
        for (index, graph) in model.subgraphs().iter().enumerate() {
            for (number, operator) in graph.operators().iter().enumerate() {
                model.custom_options(operator).map_err(|error| {
                    error.within("operators", Some(number)).within("subgraphs", Some(index))
                })?;
            }
        }
        Ok(model)
    }

    /// The view of a file that [`Model::read`] has found valid. Of other bytes it shows something or nothing.
    pub fn read_verified(file: &'a [u8]) -> Self {
        Self::from(Table::root(file))
    }

    /// The contents of buffer `index`, wherever in the file they are; empty if it has none.
    ///
    /// # Errors
    /// If there is no such buffer, or (in a file that is not verified) it lies outside of the file.
    pub fn buffer_data(self, index: u32) -> Result<&'a [u8]> {
        let (buffers, number) = (self.buffers(), index as usize);
        let buffer = buffers.get(number).ok_or_else(|| {
            let message = format!("there is no buffer {index}; there are {}", buffers.len());
            Error::new(ErrorKind::Malformed, message)
        })?;
        match self.outside(buffer.offset(), buffer.size()) {
            Ok(data) => Ok(data.unwrap_or_else(|| buffer.data().bytes())),
            Err(error) => Err(error.within("buffers", Some(number))),
        }
    }

    /// The contents of the buffer of the metadata entry `name`, if the model has one.
    pub fn metadata_entry(self, name: &str) -> Option<&'a [u8]> {
        let entry = self.metadata().iter().find(|entry| entry.name() == Some(name))?;
        self.buffer_data(entry.buffer()).ok()
    }

    /// The oldest version of the TensorFlow Lite runtime that is said to run the model, such as `1.14.0`.
    pub fn min_runtime_version(self) -> Option<&'a str> {
        let data = self.metadata_entry("min_runtime_version")?;
        let text = data.split(|&byte| byte == 0).next().unwrap_or_default();
        core::str::from_utf8(text).ok().filter(|text| !text.is_empty())
    }

    /// The options of a custom operator, wherever in the file they are; empty if it has none.
    ///
    /// # Errors
    /// If (in a file that is not verified) they lie outside of the file.
    pub fn custom_options(self, operator: Operator<'a>) -> Result<&'a [u8]> {
        let outside =
            self.outside(operator.large_custom_options_offset(), operator.large_custom_options_size());
        match outside {
            Ok(options) => Ok(options.unwrap_or_else(|| operator.custom_options().bytes())),
            Err(error) => Err(error.within("custom_options", None)),
        }
    }

    /// Bytes of the file outside of the FlatBuffer, if `offset` says that there are any.
    fn outside(self, offset: u64, size: u64) -> Result<Option<&'a [u8]>> {
        // Writers that set the offset later begin with 1.
        if offset <= 1 {
            return Ok(None);
        }
        let file = Table::from(self).file();
        let range = usize::try_from(offset).ok().zip(usize::try_from(size).ok());
        let bytes = range.and_then(|(at, count)| slice(file, at, count)).ok_or_else(|| {
            let message = format!(
                "{size} bytes at {offset} of the file end outside of its {} bytes (is it cut off?)",
                file.len()
            );
            Error::new(ErrorKind::Malformed, message)
        })?;
        Ok(Some(bytes))
    }
}

impl OperatorCode<'_> {
    /// The builtin operator. Files keep it in one field or, if they are older or for older readers, in another.
    pub fn builtin(self) -> BuiltinOperator {
        BuiltinOperator(self.builtin_code().0.max(i32::from(self.deprecated_builtin_code())))
    }
}

/// The tag of one of the two unions that options are in.
pub trait OptionsUnion: Scalar {
    /// The options of `operator`, if they are in this union and of this type.
    fn get<'a, V: Variant<'a, Union = Self>>(operator: Operator<'a>) -> Option<V>;
}

impl OptionsUnion for BuiltinOptions {
    fn get<'a, V: Variant<'a, Union = Self>>(operator: Operator<'a>) -> Option<V> {
        operator.builtin_options()
    }
}

impl OptionsUnion for BuiltinOptions2 {
    fn get<'a, V: Variant<'a, Union = Self>>(operator: Operator<'a>) -> Option<V> {
        operator.builtin_options_2()
    }
}

/// The options table of a builtin operator, all fields of which have their default value in the default view.
pub trait OptionsTable<'a>: Variant<'a, Union: OptionsUnion> {}

impl<'a, V: Variant<'a, Union: OptionsUnion>> OptionsTable<'a> for V {}

impl<'a> Operator<'a> {
    /// The options table, if the operator has one of this type.
    pub fn options<V: OptionsTable<'a>>(self) -> Option<V> {
        V::Union::get(self)
    }
}
