//! Models as plain data: made from a view or from nothing, edited, and written.
//!
//! ```
//! use featherlite_schema::{BuiltinOperator, Model, TensorType, owned};
//!
//! let tensor = |name: &str| owned::Tensor { name: name.into(), shape: vec![1, 8], ..Default::default() };
//! let model = owned::Model {
//!     operator_codes: vec![owned::OperatorCode::builtin(BuiltinOperator::NEG, 1)],
//!     subgraphs: vec![owned::SubGraph {
//!         tensors: vec![tensor("x"), tensor("y")],
//!         inputs: vec![0],
//!         outputs: vec![1],
//!         operators: vec![owned::Operator { inputs: vec![0], outputs: vec![1], ..Default::default() }],
//!         ..Default::default()
//!     }],
//!     ..Default::default()
//! };
//! let file = model.write()?;
//! assert_eq!(owned::Model::read(Model::read(&file)?)?, model);
//! # Ok::<(), featherlite_schema::Error>(())
//! ```

use alloc::borrow::{Cow, ToOwned};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

pub use crate::generated::tflite_owned::*;
use crate::model::VERSION;
use crate::table::{Scalar, Strings, Table, Tables, Vector};
pub use crate::write::Pieces;
use crate::{BuiltinOperator, Error, ErrorKind, Result, generated, write};

/// Where the contents of buffers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Placement {
    /// In the FlatBuffer, unless it would become too large.
    #[default]
    Auto,
    /// In the FlatBuffer, which can not be larger than 2 GiB.
    Inside,
    /// After the FlatBuffer. Older readers do not know this.
    Outside,
}

/// Data of buffers above which a FlatBuffer is taken to be too large to hold them, leaving room for everything else.
const INSIDE_LIMIT: usize = 0x7000_0000;

impl<'a> Model<'a> {
    /// Takes over a model. Contents of buffers are not copied. An archive of files behind the model is no part of it.
    ///
    /// # Errors
    /// If it holds options that are not known, which would be lost.
    pub fn read(view: crate::Model<'a>) -> Result<Self> {
        let mut model = Self::from_view(view)?;
        for (index, buffer) in model.buffers.iter_mut().enumerate() {
            let data = view.buffer_data(index as u32)?;
            if !data.is_empty() {
                buffer.data = Some(Cow::Borrowed(data));
            }
        }
        for (graph, view_graph) in model.subgraphs.iter_mut().zip(view.subgraphs().iter()) {
            for (operator, view_operator) in graph.operators.iter_mut().zip(view_graph.operators().iter()) {
                operator.custom_options = view.custom_options(view_operator)?.to_vec();
            }
        }
        Ok(model)
    }

    /// The bytes of a `.tflite` file. Contents of buffers are aligned to 16 bytes at least.
    ///
    /// # Errors
    /// If the model is too large for the format.
    pub fn write(&self) -> Result<Vec<u8>> {
        self.write_with(Placement::Auto)
    }

    /// As [`Model::write`], with the contents of buffers where one wants them.
    ///
    /// # Errors
    /// As [`Model::write`].
    pub fn write_with(&self, placement: Placement) -> Result<Vec<u8>> {
        Ok(self.pieces(placement)?.concat())
    }

    /// As [`Model::write_with`], in pieces that are only put together where they are written.
    ///
    /// # Errors
    /// As [`Model::write`].
    pub fn pieces(&self, placement: Placement) -> Result<Pieces<'_>> {
        let data = self.buffers.iter().filter_map(|buffer| buffer.data.as_ref());
        let outside = match placement {
            Placement::Auto => data.fold(0usize, |sum, data| sum.saturating_add(data.len())) > INSIDE_LIMIT,
            Placement::Inside => false,
            Placement::Outside => true,
        };
        write::write(self, generated::tflite::IDENTIFIER, outside)
    }

    /// Adds a buffer and returns its index.
    pub fn add_buffer(&mut self, data: impl Into<Cow<'a, [u8]>>) -> u32 {
        self.buffers.push(Buffer { data: Some(data.into()) });
        self.buffers.len() as u32 - 1
    }
}

impl Default for Model<'_> {
    /// A model of the version that is written, with the empty buffer that tensors without contents refer to.
    fn default() -> Self {
        Self {
            version: VERSION,
            operator_codes: Vec::new(),
            subgraphs: Vec::new(),
            description: String::new(),
            buffers: [Buffer::default()].into(),
            metadata_buffer: Vec::new(),
            metadata: Vec::new(),
            signature_defs: Vec::new(),
            external_buffer_groups: Vec::new(),
            external_buffers: Vec::new(),
        }
    }
}

impl OperatorCode {
    /// The code of a builtin operator.
    pub fn builtin(operator: BuiltinOperator, version: i32) -> Self {
        // Readers from before `builtin_code` stop at a number that stands for all that they do not know.
        let known = operator.0.min(BuiltinOperator::PLACEHOLDER_FOR_GREATER_OP_CODES.0);
        Self {
            deprecated_builtin_code: i8::try_from(known).unwrap_or_default(),
            builtin_code: operator,
            version,
            ..Self::default()
        }
    }

    /// The code of a custom operator.
    pub fn custom(name: &str, version: i32) -> Self {
        Self { custom_code: name.to_owned(), ..Self::builtin(BuiltinOperator::CUSTOM, version) }
    }
}

pub(crate) fn text(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

pub(crate) fn strings(texts: Strings<'_>) -> Vec<String> {
    texts.iter().map(str::to_owned).collect()
}

pub(crate) fn optional<'a, T: Scalar + 'a, U>(
    vector: Vector<'a, T>,
    read: impl FnOnce(Vector<'a, T>) -> U,
) -> Option<U> {
    vector.is_present().then(|| read(vector))
}

pub(crate) fn each<'a, V: From<Table<'a>> + Default + 'a, T>(
    field: &str,
    views: Tables<'a, V>,
    read: impl Fn(V) -> Result<T>,
) -> Result<Vec<T>> {
    let read = |(index, view)| read(view).map_err(|error| error.within(field, Some(index)));
    views.iter().enumerate().map(read).collect()
}

pub(crate) fn unknown(union: &str, tag: u8) -> Error {
    let message = format!("table {tag} of the union {union} is not known, so it can not be taken over");
    Error::new(ErrorKind::Unknown, message)
}
