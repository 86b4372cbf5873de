//! Temporary: reading of `.tflite` files, to be replaced by the verified reader.
#![no_std]
#![allow(missing_docs)]
extern crate alloc;
pub mod flexbuffer;
mod table;
mod views;
pub use table::*;
pub use views::*;

#[derive(Debug, Clone)]
pub struct Error(&'static str);
impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.0)
    }
}

impl<'a> Model<'a> {
    pub fn read(b: &'a [u8]) -> Result<Self, Error> {
        if b.get(4..8) != Some(b"TFL3") {
            return Err(Error("no TFL3 identifier"));
        }
        Ok(Self::read_verified(b))
    }
    pub fn read_verified(b: &'a [u8]) -> Self {
        let p = b.get(..4).map_or(0, |x| u32::from_le_bytes([x[0], x[1], x[2], x[3]]) as usize);
        Model(Table { b, pos: p })
    }
    pub fn buffer_data(self, index: u32) -> Result<&'a [u8], Error> {
        let buffer = self.buffers().get(index as usize).ok_or(Error("no such buffer"))?;
        if buffer.offset() > 1 {
            return self
                .0
                .b
                .get(buffer.offset() as usize..(buffer.offset() + buffer.size()) as usize)
                .ok_or(Error("outside"));
        }
        Ok(buffer.data().bytes())
    }
    pub fn custom_options(self, operator: Operator<'a>) -> Result<&'a [u8], Error> {
        Ok(operator.custom_options().bytes())
    }
}
impl OperatorCode<'_> {
    pub fn builtin(self) -> BuiltinOperator {
        BuiltinOperator(self.builtin_code().0.max(i32::from(self.deprecated_builtin_code())))
    }
}
impl<'a> Operator<'a> {
    pub fn options<V: OptionsTable<'a>>(self) -> Option<V> {
        let (tag, table) = if V::SECOND {
            (self.builtin_options2_type(), self.builtin_options2_table())
        } else {
            (self.builtin_options_type(), self.builtin_options_table())
        };
        table.filter(|_| tag == V::TAG).map(V::from)
    }
}
impl<'a> QuantizationParameters<'a> {
    pub fn details<V: From<Table<'a>>>(self) -> Option<V> {
        if self.details_type() == 2 { self.details_table().map(V::from) } else { None }
    }
}
