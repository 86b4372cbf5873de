/// The last lines of images, each with zeros to both sides, so that no tap needs a check.
#[derive(Clone, Copy)]
pub(super) struct Ring {
    lines: usize,
    /// Elements of a line with the zeros, and of the zeros to the left and to the right.
    line: usize,
    left: usize,
    right: usize,
}

impl Ring {
    /// Of so many lines of pixels `before`, inside and behind the image.
    pub(super) fn new(lines: usize, [before, width, behind]: [usize; 3], channels: usize) -> Self {
        let [left, right] = [before, behind].map(|pixels| pixels * channels);
        Self { lines, line: left + width * channels + right, left, right }
    }

    pub(super) fn len(&self) -> usize {
        self.lines * self.line
    }

    /// Writes the zeros to both sides of all lines.
    pub(super) fn clear_sides(&self, memory: &mut [f32]) {
        for line in memory.chunks_exact_mut(self.line) {
            line[..self.left].fill(0.0);
            line[self.line - self.right..].fill(0.0);
        }
    }

    /// Where the first pixel of line `line` of the image is.
    pub(super) fn start(&self, line: usize) -> usize {
        line % self.lines * self.line + self.left
    }
}
