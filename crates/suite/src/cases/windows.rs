//! Windows that slide over a space, by the definition of the paddings.

use featherlite::schema::Padding;
use featherlite_testkit::Random;

use super::draw;

/// Windows over the dimensions of a space.
pub(super) struct Windows {
    /// Sizes of the space.
    pub(super) space: Vec<usize>,
    /// Sizes of a window.
    pub(super) size: Vec<usize>,
    /// Distances between windows.
    pub(super) stride: Vec<usize>,
    /// Distances within a window.
    pub(super) dilation: Vec<usize>,
    /// What the first window lies before the space.
    pub(super) before: Vec<usize>,
    /// How many windows there are.
    pub(super) count: Vec<usize>,
    /// The padding that led to these numbers.
    pub(super) padding: Padding,
}

impl Windows {
    /// Windows of any size over a space of a rank.
    pub(super) fn draw(random: &mut Random, rank: usize, dilates: bool) -> Self {
        let padding = random.pick(&[Padding::SAME, Padding::VALID]);
        let mut sizes = |limit| (0..rank).map(|_| random.size(1..=limit)).collect::<Vec<_>>();
        let (size, stride) = (sizes(4), sizes(3));
        // Window and stride of 1 have kernels of their own.
        let is_point = random.once_in(5);
        let size = if is_point { vec![1; rank] } else { size };
        let stride = if random.once_in(2) { vec![1; rank] } else { stride };
        let dilation = if dilates && random.once_in(3) {
            (0..rank).map(|_| random.size(1..=3)).collect()
        } else {
            vec![1; rank]
        };
        let least =
            |axis: usize| if padding == Padding::SAME { 1 } else { (size[axis] - 1) * dilation[axis] + 1 };
        let space = (0..rank).map(|axis| least(axis) + random.below(7)).collect();
        Self::new(space, size, stride, dilation, padding)
    }

    /// By the definition of the paddings.
    pub(super) fn new(
        space: Vec<usize>,
        size: Vec<usize>,
        stride: Vec<usize>,
        dilation: Vec<usize>,
        padding: Padding,
    ) -> Self {
        let axes = |axis: usize| {
            let (space, stride, extent) = (space[axis], stride[axis], (size[axis] - 1) * dilation[axis] + 1);
            match padding {
                Padding::SAME => {
                    let count = space.div_ceil(stride);
                    (count, ((count.max(1) - 1) * stride + extent).saturating_sub(space) / 2)
                }
                _ => ((space + stride).saturating_sub(extent) / stride, 0),
            }
        };
        let (count, before) = (0..space.len()).map(axes).unzip();
        Self { space, size, stride, dilation, before, count, padding }
    }

    /// Elements of a window that lie in the space: which of the window, and where.
    pub(super) fn taps(&self, window: &[usize]) -> Vec<(usize, usize)> {
        let place = |tap: Vec<usize>| {
            let at: Option<Vec<usize>> = (0..tap.len())
                .map(|axis| {
                    let at = window[axis] * self.stride[axis] + tap[axis] * self.dilation[axis];
                    at.checked_sub(self.before[axis]).filter(|&at| at < self.space[axis])
                })
                .collect();
            Some((draw::place_of(&tap, &self.size), draw::place_of(&at?, &self.space)))
        };
        draw::indices(&self.size).filter_map(place).collect()
    }

    /// Elements of the space.
    pub(super) fn places(&self) -> usize {
        self.space.iter().product()
    }

    /// How many windows there are.
    pub(super) fn windows(&self) -> usize {
        self.count.iter().product()
    }
}
