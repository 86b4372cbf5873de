use featherlite_base::{Error, Result};

/// The sizes of activations, `[batch, height, width, channels]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Nhwc {
    /// Images.
    pub batch: usize,
    /// Lines of an image.
    pub height: usize,
    /// Pixels of a line.
    pub width: usize,
    /// Numbers of a pixel.
    pub channels: usize,
}

impl Nhwc {
    /// Number of elements.
    ///
    /// # Errors
    /// If it overflows.
    pub fn len(&self) -> Result<usize> {
        product(&[self.batch, self.height, self.width, self.channels])
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        [self.batch, self.height, self.width, self.channels].contains(&0)
    }

    /// Pixels of the whole batch.
    ///
    /// # Errors
    /// If their number overflows.
    pub fn pixels(&self) -> Result<usize> {
        product(&[self.batch, self.height, self.width])
    }
}

/// Lines and pixels of zeros around an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Padding {
    /// Lines above.
    pub top: usize,
    /// Pixels to the left.
    pub left: usize,
    /// Lines below.
    pub bottom: usize,
    /// Pixels to the right.
    pub right: usize,
}

/// How the filter of a convolution moves over an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// Height and width of the filter.
    pub kernel: [usize; 2],
    /// Distance between its positions, down and across.
    pub stride: [usize; 2],
    /// Zeros around the image.
    pub padding: Padding,
}

impl Window {
    /// A square filter with half its size of padding on every side.
    pub fn symmetric(kernel: usize, stride: usize) -> Self {
        let pad = kernel / 2;
        let padding = Padding { top: pad, left: pad, bottom: pad, right: pad };
        Self { kernel: [kernel; 2], stride: [stride; 2], padding }
    }

    /// Whether every output is made of the one input at its place.
    pub fn is_pointwise(&self) -> bool {
        self.kernel == [1, 1] && self.stride == [1, 1] && self.padding == Padding::default()
    }

    /// Height and width of the result for an image of `size`.
    ///
    /// # Errors
    /// If the filter is empty or larger than the padded image, a stride is 0, or sizes overflow.
    pub fn output(&self, size: [usize; 2]) -> Result<[usize; 2]> {
        let Padding { top, left, bottom, right } = self.padding;
        let mut output = [0; 2];
        for (axis, (before, after)) in [(top, bottom), (left, right)].into_iter().enumerate() {
            let (kernel, stride) = (self.kernel[axis], self.stride[axis]);
            let padded = size[axis].checked_add(before).and_then(|size| size.checked_add(after));
            let steps = padded.and_then(|padded| padded.checked_sub(kernel)?.checked_div(stride));
            match steps {
                Some(steps) if kernel > 0 => output[axis] = steps + 1,
                _ => return Err(Error::invalid_shape(format!("{self:?} does not fit an image of {size:?}"))),
            }
        }
        Ok(output)
    }

    /// The sizes of the result for activations of `input` with `channels` channels.
    ///
    /// # Errors
    /// As [`Window::output`], and if the activations have too many elements.
    pub(crate) fn output_of(&self, input: Nhwc, channels: usize) -> Result<Nhwc> {
        input.len()?;
        let [height, width] = self.output([input.height, input.width])?;
        let output = Nhwc { batch: input.batch, height, width, channels };
        output.len()?;
        Ok(output)
    }

    /// The line or pixel of an image of `size` that tap `tap` of the filter reads for output `position`, if it is not padding;
    /// `axis` is 0 for lines and 1 for pixels.
    pub(crate) fn source(&self, axis: usize, size: usize, position: usize, tap: usize) -> Option<usize> {
        let before = [self.padding.top, self.padding.left][axis];
        let at = (position * self.stride[axis] + tap).checked_sub(before)?;
        (at < size).then_some(at)
    }
}

pub(crate) fn product(sizes: &[usize]) -> Result<usize> {
    sizes
        .iter()
        .try_fold(1usize, |product, &size| product.checked_mul(size))
        .filter(|&product| product <= isize::MAX as usize / size_of::<f64>())
        .ok_or_else(|| Error::invalid_shape(format!("{sizes:?} are too many elements")))
}

/// Compares the lengths of slices, each with its name, with those they should have.
pub(crate) fn check(operator: &str, slices: &[(&str, usize, usize)]) -> Result<()> {
    match slices.iter().find(|(_, found, expected)| found != expected) {
        None => Ok(()),
        Some((name, found, expected)) => Err(Error::invalid_shape(format!(
            "{operator}: {name} has {found} elements where {expected} are expected"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_count_positions_of_the_filter() {
        assert_eq!(Window::symmetric(3, 2).output([7, 8]).unwrap(), [4, 4]);
        assert_eq!(Window::symmetric(5, 1).output([1, 9]).unwrap(), [1, 9]);
        let same = Padding { bottom: 1, right: 1, ..Padding::default() };
        assert_eq!(Window { padding: same, ..Window::symmetric(3, 2) }.output([8, 8]).unwrap(), [4, 4]);
    }

    #[test]
    fn windows_that_do_not_fit_are_errors() {
        assert!(Window::symmetric(0, 1).output([4, 4]).is_err());
        assert!(Window::symmetric(3, 0).output([4, 4]).is_err());
        assert!(Window { padding: Padding::default(), ..Window::symmetric(5, 1) }.output([4, 9]).is_err());
        assert!(Nhwc { batch: usize::MAX, height: 2, width: 1, channels: 1 }.len().is_err());
    }
}
