//! A line of the output and the walk over its tiles that kernels share.

use super::super::Geometry;
use crate::parts::window::{Span, Window};

/// Pixels of a tile inside of the image.
#[cfg(target_arch = "aarch64")]
pub(super) const PIXELS: usize = 4;

/// What the sums of a line of the output are made from.
pub(crate) struct Line<'a, T> {
    pub(crate) geometry: &'a Geometry,
    /// `[height, width, channels]`.
    pub(crate) image: &'a [T],
    /// `[height, width, channels]` of the window.
    pub(crate) weights: &'a [T],
    /// The part of the line's windows that is inside of the image,
    pub(crate) rows: &'a Span,
    /// and that of each of its pixels.
    pub(crate) columns: &'a [Span],
}

#[cfg(target_arch = "aarch64")]
/// Neighbouring pixels, and the part of their windows inside of the image. Steps are in elements.
pub(super) struct Tile<T> {
    /// The first pixel.
    pub(super) x: usize,
    /// The first element under the window of the first pixel, and its weight.
    pub(super) input: *const T,
    pub(super) weights: *const T,
    /// The part of the window that is gone over.
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row_step: usize,
    pub(super) column_step: usize,
    /// From pixel to pixel in the input.
    pub(super) pixel_step: usize,
    /// From row to row of the weights.
    pub(super) weights_step: usize,
    pub(super) channels: usize,
}

impl<T> Line<'_, T> {
    /// Checks that sizes fit one another, and as many results, and that spans lie in the image.
    ///
    /// # Panics
    /// If not so.
    pub(super) fn check(&self, results: usize) {
        let Geometry { rows, columns, channels, .. } = *self.geometry;
        assert_eq!(self.image.len(), rows.input * columns.input * channels);
        assert_eq!(self.weights.len(), rows.size * columns.size * channels);
        assert_eq!(results, self.columns.len() * channels);
        assert!(is_inside(self.rows, &rows) && self.columns.iter().all(|span| is_inside(span, &columns)));
    }

    #[cfg(target_arch = "aarch64")]
    /// Calls `task` with tiles that cover the line, of channels from `first` on, and whether each has [`PIXELS`] or one:
    /// pixels whose window reaches outside of the image are tiles of their own.
    #[inline(always)]
    pub(super) fn for_each_tile(&self, first: usize, mut task: impl FnMut(&Tile<T>, bool)) {
        let Geometry { rows, columns: across, channels, .. } = *self.geometry;
        let spans = self.columns;
        let is_whole = |span: &Span| span.taps.len() == across.size;
        let start = spans.iter().position(is_whole).unwrap_or(spans.len());
        let end = start + spans[start..].iter().take_while(|span| is_whole(span)).count();
        let row = self.rows.first * across.input;
        let tile = |x: usize| {
            let span = &spans[x];
            let weight = self.rows.taps.start * across.size + span.taps.start;
            Tile {
                x,
                input: self.image.as_ptr().wrapping_add((row + span.first) * channels + first),
                weights: self.weights.as_ptr().wrapping_add(weight * channels + first),
                rows: self.rows.taps.len(),
                columns: span.taps.len(),
                row_step: rows.dilation * across.input * channels,
                column_step: across.dilation * channels,
                pixel_step: across.stride * channels,
                weights_step: across.size * channels,
                channels,
            }
        };
        let mut x = 0;
        while x < spans.len() {
            // Pixels that are left over at the end of the inner part share a tile with some that are done.
            let left = end.saturating_sub(x);
            if x >= start && left > 1 && end - start >= PIXELS {
                let from = x.min(end - PIXELS);
                assert_eq!(spans[from + PIXELS - 1].first, spans[from].first + (PIXELS - 1) * across.stride);
                task(&tile(from), true);
                x = from + PIXELS;
            } else {
                task(&tile(x), false);
                x += 1;
            }
        }
    }
}

/// Whether all that the span selects of the window lies in the image.
pub(super) fn is_inside(span: &Span, window: &Window) -> bool {
    let len = span.taps.len();
    len == 0 || span.taps.end <= window.size && span.first + (len - 1) * window.dilation < window.input
}
