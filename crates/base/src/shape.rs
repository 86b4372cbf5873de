use alloc::format;
use core::fmt;

use crate::{DType, Error, Result};

/// The highest tensor rank that is supported.
pub const MAX_RANK: usize = 8;

/// The size of a tensor in each dimension, outermost first (NHWC for images). Rank 0 is a scalar.
///
/// A shape can only be made when the number of its elements fits comfortably in memory arithmetic, so that
/// kernels may multiply its dimensions without checks.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    dims: [usize; MAX_RANK],
    rank: u8,
}

impl Shape {
    /// The shape of a scalar.
    pub const SCALAR: Shape = Shape { dims: [1; MAX_RANK], rank: 0 };

    /// A shape from its dimensions.
    ///
    /// # Errors
    /// If the rank exceeds [`MAX_RANK`] or the product of the non-zero dimensions exceeds 2^40 (or what `isize`
    /// holds).
    pub fn new(dims: &[usize]) -> Result<Self> {
        if dims.len() > MAX_RANK {
            return Err(Error::unsupported(format!(
                "rank {} of shape {dims:?} exceeds the supported {MAX_RANK}",
                dims.len()
            )));
        }
        const LIMIT: usize = if usize::BITS > 41 { 1 << 40 } else { usize::MAX >> 5 };
        let mut product = 1usize;
        for &dim in dims.iter().filter(|&&dim| dim != 0) {
            product = product
                .checked_mul(dim)
                .filter(|&product| product <= LIMIT)
                .ok_or_else(|| Error::invalid_shape(format!("shape {dims:?} has too many elements")))?;
        }
        let mut shape = Shape { dims: [1; MAX_RANK], rank: dims.len() as u8 };
        shape.dims[..dims.len()].copy_from_slice(dims);
        Ok(shape)
    }

    /// A shape from signed dimensions as the file stores them.
    ///
    /// # Errors
    /// As [`Shape::new`], and if a dimension is negative.
    pub fn from_signed(dims: impl ExactSizeIterator<Item = i64>) -> Result<Self> {
        let mut out = [0usize; MAX_RANK];
        let rank = dims.len();
        if rank > MAX_RANK {
            return Err(Error::unsupported(format!("rank {rank} exceeds the supported {MAX_RANK}")));
        }
        for (index, (slot, dim)) in out.iter_mut().zip(dims).enumerate() {
            *slot = usize::try_from(dim).map_err(|_| {
                Error::invalid_shape(format!("dimension {index} has the negative size {dim}"))
            })?;
        }
        Self::new(&out[..rank])
    }

    /// The dimensions.
    pub fn dims(&self) -> &[usize] {
        &self.dims[..self.rank()]
    }

    /// The number of dimensions.
    pub fn rank(&self) -> usize {
        usize::from(self.rank)
    }

    /// The number of elements; 1 for a scalar.
    pub fn elements(&self) -> usize {
        self.dims().iter().product()
    }

    /// The dimension counted from the front, or 1 beyond the rank.
    pub fn dim(&self, index: usize) -> usize {
        self.dims().get(index).copied().unwrap_or(1)
    }

    /// The dimension counted from the back (0 = innermost), or 1 beyond the rank.
    pub fn dim_from_end(&self, index: usize) -> usize {
        self.rank().checked_sub(index + 1).map_or(1, |index| self.dims[index])
    }

    /// The innermost dimension; 1 for a scalar.
    pub fn last(&self) -> usize {
        self.dim_from_end(0)
    }

    /// The product of all dimensions but the innermost.
    pub fn outer(&self) -> usize {
        self.dims().split_last().map_or(1, |(_, outer)| outer.iter().product())
    }

    /// Elements between two neighbours along each dimension, for dense row-major data.
    pub fn strides(&self) -> [usize; MAX_RANK] {
        let mut strides = [1; MAX_RANK];
        for index in (1..self.rank()).rev() {
            strides[index - 1] = strides[index] * self.dims[index];
        }
        strides
    }

    /// The dimensions of a rank-4 (NHWC) shape.
    ///
    /// # Errors
    /// If the rank is not 4.
    pub fn nhwc(&self) -> Result<[usize; 4]> {
        self.dims()
            .try_into()
            .map_err(|_| Error::invalid_shape(format!("expected 4 dimensions (NHWC), found {self}")))
    }

    /// The index of `axis`, which may count from the end when negative.
    ///
    /// # Errors
    /// If it lies outside the rank.
    pub fn axis(&self, axis: i64) -> Result<usize> {
        let rank = self.rank() as i64;
        let resolved = if axis < 0 { axis + rank } else { axis };
        if (0..rank).contains(&resolved) {
            Ok(resolved as usize)
        } else {
            Err(Error::invalid_shape(format!("axis {axis} is outside shape {self}")))
        }
    }

    /// This shape with dimension `index` replaced.
    ///
    /// # Errors
    /// As [`Shape::new`], or if `index` is outside the rank.
    pub fn with_dim(&self, index: usize, size: usize) -> Result<Self> {
        let mut dims = self.dims;
        match dims[..self.rank()].get_mut(index) {
            Some(dim) => *dim = size,
            None => return Err(Error::invalid_shape(format!("dimension {index} is outside shape {self}"))),
        }
        Self::new(&dims[..self.rank()])
    }

    /// The shape that NumPy-style broadcasting of `self` with `other` gives.
    ///
    /// # Errors
    /// If two dimensions differ and neither is 1.
    pub fn broadcast(&self, other: &Shape) -> Result<Self> {
        let rank = self.rank().max(other.rank());
        let mut dims = [1; MAX_RANK];
        for index in 0..rank {
            let (a, b) = (self.dim_from_end(index), other.dim_from_end(index));
            dims[rank - 1 - index] = match (a, b) {
                _ if a == b => a,
                (1, b) => b,
                (a, 1) => a,
                _ => return Err(Error::invalid_shape(format!("shapes {self} and {other} do not broadcast"))),
            };
        }
        Self::new(&dims[..rank])
    }

    /// Bytes that a dense tensor of this shape and type takes.
    ///
    /// # Errors
    /// If the type has no fixed element size.
    pub fn bytes(&self, dtype: DType) -> Result<usize> {
        dtype
            .storage_bytes(self.elements())
            .ok_or_else(|| Error::unsupported(format!("{dtype} elements have no fixed size")))
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (index, dim) in self.dims().iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            write!(f, "{dim}")?;
        }
        f.write_str("]")
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn shape(dims: &[usize]) -> Shape {
        Shape::new(dims).unwrap()
    }

    #[test]
    fn limits_hold() {
        assert!(Shape::new(&[1; 9]).is_err());
        assert!(Shape::new(&[1 << 30, 1 << 30]).is_err());
        assert!(Shape::new(&[usize::MAX, 0]).is_err());
        assert_eq!(shape(&[4, 0, 3]).elements(), 0);
        assert_eq!(Shape::SCALAR.elements(), 1);
        assert!(Shape::from_signed([-1i64].into_iter()).is_err());
    }

    #[test]
    fn broadcasting_follows_numpy() {
        assert_eq!(shape(&[4, 1, 3]).broadcast(&shape(&[5, 1])).unwrap(), shape(&[4, 5, 3]));
        assert_eq!(shape(&[0, 1]).broadcast(&shape(&[3])).unwrap(), shape(&[0, 3]));
        assert_eq!(Shape::SCALAR.broadcast(&shape(&[2])).unwrap(), shape(&[2]));
        let error = shape(&[2]).broadcast(&shape(&[3])).unwrap_err();
        assert_eq!(error.to_string(), "shapes [2] and [3] do not broadcast");
    }

    #[test]
    fn axes_and_strides() {
        let shape = shape(&[2, 3, 4]);
        assert_eq!(shape.strides()[..3], [12, 4, 1]);
        assert_eq!(shape.axis(-1).unwrap(), 2);
        assert!(shape.axis(3).is_err());
        assert_eq!((shape.outer(), shape.last(), shape.dim_from_end(7)), (6, 4, 1));
    }
}
