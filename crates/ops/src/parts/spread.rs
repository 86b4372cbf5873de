//! Padding that may also be negative, and between elements: what StableHLO calls low, high and interior padding.

use alloc::format;
use alloc::vec::Vec;

use featherlite_base::arena::Parallel;
use featherlite_base::{Error, Result, Shape};

use super::pad;
use super::strided::{Axis, Copy};

/// How one dimension is padded.
#[derive(Clone, Copy, Debug)]
pub struct Padding {
    /// Elements before the first; negative cuts.
    pub low: i64,
    /// Elements behind the last; negative cuts.
    pub high: i64,
    /// Elements between neighbours.
    pub interior: i64,
}

/// A planned padding.
pub struct Spread {
    /// The shape of the result.
    pub shape: Shape,
    copy: Copy,
}

impl Spread {
    /// Plans for elements of `element` bytes; there must be one padding for each dimension.
    ///
    /// # Errors
    /// If there is not, an amount between elements is negative, or a size is out of range.
    pub fn new(input: &Shape, paddings: &[Padding], element: usize) -> Result<Self> {
        if paddings.len() != input.rank() {
            return Err(Error::invalid_model(format!("{} paddings for {input}", paddings.len())));
        }
        let (mut dims, mut parts) = (Vec::new(), Vec::new());
        for (&size, padding) in input.dims().iter().zip(paddings) {
            let step = padding.interior.checked_add(1).filter(|&step| step > 0);
            let wrong = || Error::invalid_model(format!("{padding:?} of {size} elements"));
            let step = step.ok_or_else(wrong)?;
            let size = size as i64;
            let spread = match size {
                0 => Some(0),
                _ => step.checked_mul(size - 1).and_then(|reach| reach.checked_add(1)),
            };
            let padded = spread.and_then(|size| size.checked_add(padding.low)?.checked_add(padding.high));
            // What is cut to less than nothing is empty.
            let padded = padded.ok_or_else(wrong)?.max(0);
            // Element `i` lands at `low + i * step`.
            let first = padding.low.saturating_neg().max(0).div_ceil_positive(step).min(size);
            let end = padded.saturating_sub(padding.low).max(0).div_ceil_positive(step).clamp(first, size);
            dims.push(usize::try_from(padded).map_err(|_| wrong())?);
            parts.push((
                first as usize,
                (end - first) as usize,
                step as usize,
                first.saturating_mul(step).saturating_add(padding.low),
            ));
        }
        let shape = Shape::new(&dims)?;
        let (from_steps, to_steps) = (input.strides(), shape.strides());
        let (mut axes, mut from, mut to) = (Vec::new(), 0, 0);
        for (axis, &(first, size, step, at)) in parts.iter().enumerate() {
            axes.push(Axis {
                size,
                from: from_steps[axis] as isize,
                to: if size > 1 { step * to_steps[axis] } else { to_steps[axis] },
            });
            if size > 0 {
                from += first * from_steps[axis];
                to += at as usize * to_steps[axis];
            }
        }
        if shape.elements() == 0 || axes.iter().any(|axis| axis.size == 0) {
            (axes, from, to) = (alloc::vec![Axis::default()], 0, 0);
        }
        Ok(Self { shape, copy: Copy::new(element, &axes, from, to)? })
    }

    /// Fills the target with `value` and copies the source into it.
    ///
    /// # Errors
    /// If the sizes do not fit.
    pub fn run(&self, parallel: &dyn Parallel, from: &[u8], value: &[u8], to: &mut [u8]) -> Result<()> {
        pad::fill(to, value);
        self.copy.run(parallel, from, to)
    }
}

trait DivCeil {
    /// `self / by`, rounded up, of non-negative numbers.
    fn div_ceil_positive(self, by: Self) -> Self;
}

impl DivCeil for i64 {
    fn div_ceil_positive(self, by: Self) -> Self {
        self / by + i64::from(self % by != 0)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use featherlite_base::arena::Serial;

    use super::*;

    #[test]
    fn elements_land_where_the_definition_puts_them() {
        for size in 0..4i64 {
            for low in -3..3 {
                for high in -3..3 {
                    for interior in 0..3 {
                        let shape = Shape::new(&[size as usize]).unwrap();
                        let spread = Spread::new(&shape, &[Padding { low, high, interior }], 1).unwrap();
                        let from: Vec<u8> = (1..=size as u8).collect();
                        let length = (size + (size - 1).max(0) * interior + low + high).max(0);
                        let mut expected = vec![9; length as usize];
                        for index in 0..size {
                            let place = usize::try_from(low + index * (interior + 1)).ok();
                            if let Some(place) = place.and_then(|place| expected.get_mut(place)) {
                                *place = index as u8 + 1;
                            }
                        }
                        let mut found = vec![0; length as usize];
                        spread.run(&Serial, &from, &[9], &mut found).unwrap();
                        assert_eq!(found, expected, "{size} {low} {high} {interior}");
                    }
                }
            }
        }
    }
}
