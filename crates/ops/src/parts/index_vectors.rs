//! The index vectors of StableHLO's gather and scatter: a tensor of coordinates, one dimension of which runs through
//! the components of a vector.

use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Error, Result, Shape};

use crate::core::Io;

/// Where the components of vectors are.
pub struct IndexVectors {
    /// The input that holds them.
    input: usize,
    wide: bool,
    /// Elements behind the dimension of components, and how many of these there are.
    inner: usize,
    components: usize,
    /// The dimension of the indexed tensor that each component counts along.
    map: Vec<usize>,
}

impl IndexVectors {
    /// Vectors in input `input`, along its dimension `vector_dim` (just behind the last: numbers instead of vectors).
    /// `map` names the dimension of a tensor of `rank` that each component is for.
    ///
    /// # Errors
    /// If these do not fit.
    pub fn new(
        input: usize,
        dtype: DType,
        shape: &Shape,
        vector_dim: i64,
        map: impl Iterator<Item = i64>,
        rank: usize,
    ) -> Result<Self> {
        let wrong = || Error::invalid_model(format!("vectors along dimension {vector_dim} of {shape}"));
        let map = dimensions(map, rank)?;
        let vector_dim =
            usize::try_from(vector_dim).ok().filter(|&dim| dim <= shape.rank()).ok_or_else(wrong)?;
        let (components, inner) = match shape.dims().get(vector_dim..) {
            Some([components, inner @ ..]) => (*components, inner.iter().product()),
            _ => (1, 1),
        };
        if components != map.len() {
            return Err(wrong());
        }
        Ok(Self { input, wide: dtype == DType::I64, inner, components, map })
    }

    /// Adds vector `number` to the coordinates in `at`.
    ///
    /// # Errors
    /// If the input is not there.
    pub fn add(&self, io: &Io<'_>, number: usize, at: &mut [i64]) -> Result<()> {
        let (outer, inner) = (number / self.inner, number % self.inner);
        for (component, &dim) in self.map.iter().enumerate() {
            let place = (outer * self.components + component) * self.inner + inner;
            let value = if self.wide {
                io.input::<i64>(self.input)?[place]
            } else {
                io.input::<i32>(self.input)?[place].into()
            };
            at[dim] = at[dim].saturating_add(value);
        }
        Ok(())
    }
}

/// The sizes of a tensor of vectors without the dimension of components.
pub fn batch_dims(shape: &Shape, vector_dim: i64) -> Vec<usize> {
    let mut dims = shape.dims().to_vec();
    if let Some(dim) = usize::try_from(vector_dim).ok().filter(|&dim| dim < dims.len()) {
        dims.remove(dim);
    }
    dims
}

/// A list of dimensions of a tensor of `rank` that are all different.
///
/// # Errors
/// If one is outside or comes twice.
pub fn dimensions(list: impl Iterator<Item = i64>, rank: usize) -> Result<Vec<usize>> {
    let mut dims = Vec::new();
    for dim in list {
        match usize::try_from(dim) {
            Ok(dim) if dim < rank && !dims.contains(&dim) => dims.push(dim),
            _ => {
                return Err(Error::invalid_model(format!(
                    "dimension {dim} in a list of dimensions of {rank}"
                )));
            }
        }
    }
    Ok(dims)
}
