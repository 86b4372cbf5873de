use alloc::format;

use crate::generated::tflite as generated;
use crate::table::{Scalar, Table, Variant, slice};
use crate::verify::{SHARING, too_complex, verify};
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
        let mut options_left = file.len().saturating_mul(SHARING);
        for (index, graph) in model.subgraphs().iter().enumerate() {
            for (number, operator) in graph.operators().iter().enumerate() {
                let options = model.custom_options(operator).and_then(|options| {
                    // Options are copied by readers, so their sharing is bounded as that of tables is.
                    options_left.checked_sub(options.len()).ok_or_else(|| too_complex(file))
                });
                options_left = options.map_err(|error| {
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

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;
    use crate::owned::{self, Placement};
    use crate::{Conv2DOptions, CustomOptionsFormat, Padding, SoftmaxOptions, TensorType};

    /// A model with a bit of everything that files have.
    fn sample() -> owned::Model<'static> {
        let tensor = |name: &str, buffer| owned::Tensor {
            name: name.into(),
            shape: vec![1, 4],
            shape_signature: Some(vec![-1, 4]),
            type_: TensorType::INT8,
            buffer,
            quantization: Some(owned::QuantizationParameters {
                scale: vec![0.5],
                zero_point: vec![-3],
                ..Default::default()
            }),
            ..Default::default()
        };
        let conv = owned::Conv2DOptions { stride_w: 2, padding: Padding::VALID, ..Default::default() };
        let operators = vec![
            owned::Operator {
                inputs: vec![0, 1, -1],
                outputs: vec![2],
                builtin_options: Some(conv.into()),
                ..Default::default()
            },
            owned::Operator {
                opcode_index: 1,
                inputs: vec![2],
                outputs: vec![3],
                custom_options: vec![7; 5],
                custom_options_format: CustomOptionsFormat::FLEXBUFFERS,
                ..Default::default()
            },
        ];
        let mut model = owned::Model {
            operator_codes: vec![
                owned::OperatorCode::builtin(BuiltinOperator::CONV_2D, 3),
                owned::OperatorCode::custom("Special", 1),
            ],
            description: "a sample".into(),
            ..Default::default()
        };
        let weights = model.add_buffer(vec![1u8, 2, 3, 4]);
        let version = model.add_buffer(b"1.14.0\0\0".as_slice());
        model.metadata.push(owned::Metadata { name: "min_runtime_version".into(), buffer: version });
        model.subgraphs.push(owned::SubGraph {
            tensors: vec![tensor("in", 0), tensor("weights", weights), tensor("mid", 0), tensor("out", 0)],
            inputs: vec![0],
            outputs: vec![3],
            operators,
            name: "main".into(),
            ..Default::default()
        });
        model.signature_defs.push(owned::SignatureDef {
            signature_key: "serving_default".into(),
            inputs: vec![owned::TensorMap { name: "x".into(), tensor_index: 0 }],
            ..Default::default()
        });
        model
    }

    #[test]
    fn fields_read_as_they_were_written() {
        let file = sample().write().unwrap();
        let model = Model::read(&file).unwrap();
        let graph = model.subgraphs().get(0).unwrap();
        let conv = graph.operators().get(0).unwrap();
        let options: Conv2DOptions<'_> = conv.options().unwrap();
        assert_eq!((options.padding(), options.stride_w(), options.stride_h()), (Padding::VALID, 2, 0));
        assert_eq!(options.dilation_w_factor(), 1, "the default of the format");
        assert!(conv.options::<SoftmaxOptions<'_>>().is_none());
        assert_eq!(conv.inputs().to_vec(), [0, 1, -1]);
        assert_eq!(model.custom_options(graph.operators().get(1).unwrap()).unwrap(), [7; 5]);
        assert_eq!(model.operator_codes().get(1).unwrap().custom_code(), Some("Special"));
        let weights = graph.tensors().get(1).unwrap();
        assert_eq!(model.buffer_data(weights.buffer()).unwrap(), [1, 2, 3, 4]);
        assert_eq!(weights.quantization().unwrap().zero_point().get(0), Some(-3));
        assert!(weights.shape_signature().is_present());
        assert_eq!(model.min_runtime_version(), Some("1.14.0"));
        assert!(model.buffer_data(9).is_err());
    }

    #[test]
    fn the_larger_of_both_builtin_codes_counts() {
        let code = |deprecated_builtin_code, code| {
            let code = owned::OperatorCode {
                deprecated_builtin_code,
                builtin_code: BuiltinOperator(code),
                ..Default::default()
            };
            let file = owned::Model { operator_codes: vec![code], ..Default::default() }.write().unwrap();
            Model::read(&file).unwrap().operator_codes().get(0).unwrap().builtin()
        };
        assert_eq!(code(3, 0), BuiltinOperator::CONV_2D, "a file from before the wide code");
        assert_eq!(code(127, 150), BuiltinOperator::GELU);
        assert_eq!(code(3, 3), BuiltinOperator::CONV_2D);
        let gelu = owned::OperatorCode::builtin(BuiltinOperator::GELU, 1);
        assert_eq!((gelu.deprecated_builtin_code, gelu.builtin_code), (127, BuiltinOperator::GELU));
    }

    #[test]
    fn bytes_may_lie_at_any_address() {
        let model = sample();
        let file = model.write().unwrap();
        for offset in 1..8 {
            let mut shifted = vec![0; offset];
            shifted.extend_from_slice(&file);
            assert_eq!(owned::Model::read(Model::read(&shifted[offset..]).unwrap()).unwrap(), model);
        }
    }

    #[test]
    fn damaged_files_are_refused_or_read_without_panic() {
        for placement in [Placement::Inside, Placement::Outside] {
            let file = sample().write_with(placement).unwrap();
            let visit = |file: &[u8]| {
                let model = Model::read(file);
                if let Ok(model) = model {
                    let _ = owned::Model::read(model);
                }
                let unverified = Model::read_verified(file).subgraphs().get(0).unwrap_or_default();
                let _ = (unverified.name(), unverified.operators().get(1).unwrap_or_default().inputs());
                model.map(|_| ())
            };
            for end in 0..file.len() {
                let _ = visit(&file[..end]);
            }
            assert!(visit(&file[..file.len() / 2]).is_err());
            let mut damaged = file.clone();
            for position in 0..file.len() {
                for value in [0, 1, 4, 0x7f, 0x80, 0xff, file[position].wrapping_add(4)] {
                    damaged[position] = value;
                    let _ = visit(&damaged);
                }
                damaged[position] = file[position];
            }
        }
    }

    #[test]
    fn errors_name_the_field() {
        let mut file = sample().write().unwrap();
        let inputs: Vec<u8> = [3i32, 0, 1, -1].iter().flat_map(|number| number.to_le_bytes()).collect();
        let at = file.windows(inputs.len()).position(|window| window == inputs).unwrap();
        file[at + 3] = 0x70;
        let error = Model::read(&file).map(|_| ()).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Malformed, "subgraphs[0].operators[0].inputs"));
        assert!(error.to_string().starts_with("subgraphs[0].operators[0].inputs: a vector of"), "{error}");
        assert_eq!(Model::read(b"GIF89a..").map(|_| ()).unwrap_err().kind(), ErrorKind::NotThisFormat);
        let other = owned::Model { version: 4, ..Default::default() }.write().unwrap();
        assert_eq!(Model::read(&other).map(|_| ()).unwrap_err().kind(), ErrorKind::Version);
    }

    #[test]
    fn buffers_outside_of_the_flatbuffer_are_bounded() {
        let file = sample().write_with(Placement::Outside).unwrap();
        let model = Model::read(&file).unwrap();
        let (offset, size) = model.buffers().get(1).map(|buffer| (buffer.offset(), buffer.size())).unwrap();
        assert_eq!((offset % 64, size), (0, 4));
        let at = file.windows(8).position(|window| window == offset.to_le_bytes()).unwrap();
        for wrong in [file.len() as u64 - 3, u64::MAX, u64::MAX - 3, 1 << 32] {
            let mut damaged = file.clone();
            damaged[at..at + 8].copy_from_slice(&wrong.to_le_bytes());
            let error = Model::read(&damaged).map(|_| ()).unwrap_err();
            assert_eq!((error.kind(), error.field()), (ErrorKind::Malformed, "buffers[1]"));
        }
    }
}
