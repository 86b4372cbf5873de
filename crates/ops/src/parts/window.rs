//! How a filter or pooling window slides over an image.

use alloc::format;

use featherlite_base::{Error, Result};
use featherlite_schema::Padding;

/// One spatial dimension of a sliding window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Input size.
    pub input: usize,
    /// Output size.
    pub output: usize,
    /// Window size, before dilation.
    pub size: usize,
    /// Distance between windows.
    pub stride: usize,
    /// Distance between elements of a window.
    pub dilation: usize,
    /// Padding before the first element.
    pub before: usize,
}

impl Window {
    /// The window over `input` elements.
    ///
    /// # Errors
    /// If size, stride or dilation is not positive, or the window does not fit a VALID input.
    pub fn new(input: usize, size: usize, stride: i32, dilation: i32, padding: Padding) -> Result<Self> {
        let positive = |what, value| match usize::try_from(value) {
            Ok(value) if value > 0 => Ok(value),
            _ => Err(Error::invalid_model(format!("{what} {value} must be positive"))),
        };
        let (stride, dilation) = (positive("stride", stride)?, positive("dilation", dilation)?);
        if size == 0 {
            return Err(Error::invalid_model("a window of size 0"));
        }
        let extent =
            (size - 1).checked_mul(dilation).and_then(|extent| extent.checked_add(1)).ok_or_else(|| {
                Error::invalid_model(format!("a window of {size} dilated by {dilation} overflows"))
            })?;
        let output = match padding {
            Padding::SAME => input.div_ceil(stride),
            Padding::VALID if input < extent => {
                return Err(Error::invalid_shape(format!(
                    "a window of {extent} elements does not fit an input of {input} without padding"
                )));
            }
            Padding::VALID => (input - extent) / stride + 1,
            other => return Err(Error::unsupported(format!("padding {other:?}"))),
        };
        let needed = output.saturating_sub(1).saturating_mul(stride).saturating_add(extent);
        let before = if padding == Padding::SAME { needed.saturating_sub(input) / 2 } else { 0 };
        Ok(Self { input, output, size, stride, dilation, before })
    }

    /// The input index under element `tap` of window `position`, or `None` in the padding.
    #[inline]
    pub fn at(&self, position: usize, tap: usize) -> Option<usize> {
        (position * self.stride + tap * self.dilation)
            .checked_sub(self.before)
            .filter(|&index| index < self.input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_padding_puts_the_odd_element_behind() {
        let window = Window::new(4, 3, 2, 1, Padding::SAME).unwrap();
        assert_eq!((window.output, window.before), (2, 0));
        let window = Window::new(5, 3, 2, 1, Padding::SAME).unwrap();
        assert_eq!((window.output, window.before), (3, 1));
        assert_eq!(window.at(0, 0), None);
        assert_eq!(window.at(2, 1), Some(4));
        assert_eq!(window.at(2, 2), None);
    }

    #[test]
    fn bad_attributes_are_errors() {
        for (size, stride, dilation) in [(0, 1, 1), (1, 0, 1), (1, 1, 0), (1, -1, 1), (7, 1, 1)] {
            assert!(Window::new(5, size, stride, dilation, Padding::VALID).is_err());
        }
    }
}
