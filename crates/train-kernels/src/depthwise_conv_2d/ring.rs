/// The last lines of images, each with zeros to both sides, so that no tap needs a check.
#[derive(Clone, Copy)]
pub(super) struct Ring {
    lines: usize,
    /// Elements of a line with the zeros, and of the zeros to the left.
    line: usize,
    left: usize,
}

impl Ring {
    /// Of so many lines of pixels `before`, inside and behind the image.
    pub(super) fn new(lines: usize, [before, width, behind]: [usize; 3], channels: usize) -> Self {
        Self { lines, line: (before + width + behind) * channels, left: before * channels }
    }

    pub(super) fn len(&self) -> usize {
        self.lines * self.line
    }

    /// Where the first pixel of line `line` of the image is.
    pub(super) fn start(&self, line: usize) -> usize {
        line % self.lines * self.line + self.left
    }
}
