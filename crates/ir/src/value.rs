use std::hash::{Hash, Hasher};

use bytes::Bytes;
use featherlite_base::arena::Block;
use featherlite_base::{DType, Quantization, Result};

use crate::dim::{Dim, TRIALS};

/// Every element type can be viewed at this alignment.
const ALIGNMENT: usize = 16;

/// A tensor of a graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// Its name, for people; those of a graph's inputs and outputs are kept in files.
    pub name: String,
    /// Its element type.
    pub dtype: DType,
    /// Its sizes; `None` while they are not known, or if they depend on the values of other tensors.
    pub shape: Option<Vec<Dim>>,
    /// How its numbers stand for real ones.
    pub quantization: Quantization,
    /// Its contents if it is a constant, dense, aligned for the element type.
    pub constant: Option<Bytes>,
    /// Its contents under each trial of the open sizes, if they are known but not the same (a shape, say).
    pub trials: Option<[Bytes; TRIALS]>,
    /// Whether it keeps its contents from run to run (the state of a recurrent operator).
    pub is_variable: bool,
}

impl Value {
    /// A value whose sizes are not known.
    pub fn new(name: impl Into<String>, dtype: DType) -> Self {
        Self {
            name: name.into(),
            dtype,
            shape: None,
            quantization: Quantization::None,
            constant: None,
            trials: None,
            is_variable: false,
        }
    }

    /// With these sizes.
    #[must_use]
    pub fn with_shape(self, shape: Vec<Dim>) -> Self {
        Self { shape: Some(shape), ..self }
    }

    /// With contents: as many bytes as type and shape say, aligned (see [`aligned`]).
    #[must_use]
    pub fn with_constant(self, contents: Bytes) -> Self {
        Self { constant: Some(contents), ..self }
    }

    /// Quantized.
    #[must_use]
    pub fn with_quantization(self, quantization: Quantization) -> Self {
        Self { quantization, ..self }
    }

    /// Its sizes, if none of them is open.
    pub fn fixed_shape(&self) -> Option<Vec<usize>> {
        self.shape.as_ref()?.iter().map(|dim| dim.size()).collect()
    }

    /// Its sizes under one trial of the open ones.
    pub fn trial_shape(&self, trial: usize) -> Option<Vec<usize>> {
        Some(self.shape.as_ref()?.iter().map(|dim| dim.trial(trial)).collect())
    }

    /// Its contents under one trial of the open sizes, if they are known.
    pub fn trial_contents(&self, trial: usize) -> Option<&Bytes> {
        self.constant.as_ref().or_else(|| Some(&self.trials.as_ref()?[trial]))
    }
}

/// Contents of a constant as a key: equal if all bytes are. Only some of them are hashed, since weights are large and seldom
/// equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents<'a>(pub &'a [u8]);

impl Hash for Contents<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        const PIECE: usize = 64;
        self.0.len().hash(state);
        let last = self.0.len().saturating_sub(PIECE);
        for start in [0, last / 2, last] {
            self.0[start..].iter().take(PIECE).for_each(|byte| state.write_u8(*byte));
        }
    }
}

/// These bytes, copied if they lie where elements of some types could not be read.
///
/// # Errors
/// If there is no memory for the copy.
pub fn aligned(bytes: Bytes) -> Result<Bytes> {
    if (bytes.as_ptr() as usize).is_multiple_of(ALIGNMENT) {
        return Ok(bytes);
    }
    Ok(Bytes::from_owner(Copied(Block::copy_of(&bytes)?)))
}

struct Copied(Block);

impl AsRef<[u8]> for Copied {
    fn as_ref(&self) -> &[u8] {
        self.0.as_slice()
    }
}
