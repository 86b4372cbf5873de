//! How a filter or pooling window slides over an image.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::ops::Range;

use featherlite_base::{Error, ErrorKind, Result};
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
    /// Padding before the first element; negative where the first window begins inside the input.
    pub before: isize,
}

impl Window {
    /// The window over `input` elements.
    ///
    /// # Errors
    /// If size, stride or dilation is not positive, or the output size would be negative. (A VALID window that is
    /// a little larger than the input gives an empty output, as in TensorFlow Lite.)
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
            Padding::VALID if input >= extent => (input - extent) / stride + 1,
            Padding::VALID if extent - input < stride.saturating_mul(2) => 0,
            Padding::VALID => {
                return Err(Error::invalid_shape(format!(
                    "a window of {extent} elements does not fit an input of {input} without padding"
                )));
            }
            other => return Err(Error::unsupported(format!("padding {other:?}"))),
        };
        let needed = output.saturating_sub(1).saturating_mul(stride).saturating_add(extent);
        let before = if padding == Padding::SAME { needed.saturating_sub(input) / 2 } else { 0 };
        Ok(Self { input, output, size, stride, dilation, before: before as isize })
    }

    /// The input index under element `tap` of window `position`, or `None` in the padding.
    #[inline]
    pub fn at(&self, position: usize, tap: usize) -> Option<usize> {
        (position * self.stride + tap * self.dilation)
            .checked_add_signed(-self.before)
            .filter(|&index| index < self.input)
    }

    /// The position whose element `tap` is at input `index`, if there is one: [`Window::at`] the other way round.
    #[inline]
    pub fn position(&self, index: usize, tap: usize) -> Option<usize> {
        let distance = (index as isize + self.before).checked_sub_unsigned(tap * self.dilation)?;
        let distance =
            usize::try_from(distance).ok().filter(|distance| distance.is_multiple_of(self.stride))?;
        Some(distance / self.stride).filter(|&position| position < self.output)
    }

    /// The part of window `position` that lies in the input.
    pub fn span(&self, position: usize) -> Span {
        let start = position as isize * self.stride as isize - self.before;
        let taps_before =
            |index: isize| usize::try_from(index - start).unwrap_or(0).div_ceil(self.dilation).min(self.size);
        let (first, end) = (taps_before(0), taps_before(self.input as isize));
        let taps = first.min(end)..end;
        let first = start + (taps.start * self.dilation) as isize;
        Span { first: usize::try_from(first).unwrap_or(0), taps }
    }

    /// [`Window::span`] of all positions, for kernels that go over them often.
    ///
    /// # Errors
    /// If there is no memory for so many.
    pub fn spans(&self) -> Result<Box<[Span]>> {
        let mut spans = Vec::new();
        spans.try_reserve_exact(self.output).map_err(|_| {
            Error::new(ErrorKind::OutOfMemory, format!("no memory for {} positions of a window", self.output))
        })?;
        spans.extend((0..self.output).map(|position| self.span(position)));
        Ok(spans.into())
    }

    /// Whether no position reaches into the padding.
    pub fn is_inside(&self) -> bool {
        let extent = (self.size - 1) * self.dilation + 1;
        self.before == 0 && self.output.saturating_sub(1) * self.stride + extent <= self.input
    }
}

/// The elements of a window that lie in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The input index of the first of them.
    pub first: usize,
    /// Which elements of the window they are.
    pub taps: Range<usize>,
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
        assert_eq!(Window::new(5, 6, 1, 1, Padding::VALID).unwrap().output, 0);
        assert_eq!(Window::new(5, 8, 2, 1, Padding::VALID).unwrap().output, 0);
        assert!(Window::new(5, 9, 2, 1, Padding::VALID).is_err());
    }

    #[test]
    fn spans_are_the_taps_inside_the_input() {
        let mut inside = 0;
        for (input, size, stride, dilation) in (1..8).flat_map(|input| {
            (1..5).flat_map(move |size| {
                (1..4).flat_map(move |stride| (1..4).map(move |dilation| (input, size, stride, dilation)))
            })
        }) {
            for padding in [Padding::SAME, Padding::VALID] {
                let Ok(window) = Window::new(input, size, stride, dilation, padding) else { continue };
                let mut all = true;
                for (position, span) in window.spans().unwrap().iter().enumerate() {
                    for (tap, index) in (0..size).filter_map(|tap| Some((tap, window.at(position, tap)?))) {
                        assert_eq!(window.position(index, tap), Some(position));
                    }
                    let taps = (0..size).filter(|&tap| window.at(position, tap).is_some());
                    assert!(taps.eq(span.taps.clone()), "{window:?} {position} {span:?}");
                    if let Some(tap) = span.taps.clone().next() {
                        assert_eq!(window.at(position, tap), Some(span.first));
                    }
                    all &= span.taps == (0..size);
                }
                assert!(window.output == 0 || window.is_inside() == all, "{window:?}");
                inside += usize::from(all);
            }
        }
        assert!(inside > 0);
    }
}
