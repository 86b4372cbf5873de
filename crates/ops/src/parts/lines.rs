//! Convolution as a matrix product of patches that are not gathered: a patch is made of pieces of the image's lines, which
//! are read where they lie.
//!
//! Where windows reach into the padding the lines are copied with it, as many at a time as stay in the cache. That pays
//! where there are few output channels to share the work of gathering; where there are few output columns it does not,
//! since products have the rows of one output line.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ops::Range;
use core::sync::atomic::{AtomicBool, Ordering};

use featherlite_base::arena::{Parallel, for_each_chunk_with};
use featherlite_base::{Error, Result};
use featherlite_gemm::PieceRows;

use crate::parts::window::Window;

/// Bytes of copied lines that stay in the cache beside the weights; patches whose own lines are more than some times that
/// are gathered.
const TILE_BYTES: usize = 64 * 1024;
const MOST_TILES: usize = 4;
/// The least output columns and the most output channels for which patches are not gathered.
const COLUMNS: usize = 12;
const CHANNELS: usize = 64;

/// The patches of an NHWC image under a two-dimensional window, in its lines.
pub struct Lines {
    rows: Window,
    columns: Window,
    channels: usize,
    /// Elements of a line, padding included.
    line: usize,
    /// Where in the lines the pieces of a patch begin, and elements of a piece.
    offsets: Box<[usize]>,
    piece: usize,
    /// Whether no window reaches into the padding, so that nothing is copied.
    is_inside: bool,
    /// Output lines that are computed from one copy of the lines below them.
    tile: usize,
}

impl Lines {
    /// The patches of `depth` channels out of `channels`, to be multiplied with weights of `outputs` channels; `None` where
    /// gathering them is better.
    pub fn new(
        [rows, columns]: [Window; 2],
        channels: usize,
        depth: usize,
        outputs: usize,
        threads: usize,
    ) -> Option<Self> {
        if columns.output < COLUMNS || outputs > CHANNELS || rows.output == 0 {
            return None;
        }
        let is_inside = rows.is_inside() && columns.is_inside();
        let line = channels * if is_inside { columns.input } else { reach(&columns, columns.output) };
        let most = MOST_TILES * TILE_BYTES / size_of::<f32>();
        if !is_inside && reach(&rows, 1).checked_mul(line).is_none_or(|lines| lines > most) {
            return None;
        }
        let is_dense = columns.dilation == 1 && depth == channels;
        let (pieces, piece) = if is_dense { (1, columns.size * depth) } else { (columns.size, depth) };
        let offsets = (0..rows.size).flat_map(|row| {
            (0..pieces).map(move |column| row * rows.dilation * line + column * columns.dilation * channels)
        });
        let offsets: Vec<usize> = offsets.collect();
        let fitting = (TILE_BYTES / size_of::<f32>() / line.max(1)).saturating_sub(reach(&rows, 1));
        let tile = if is_inside { 1 } else { (fitting / rows.stride + 1).min(rows.output.div_ceil(threads)) };
        Some(Self { rows, columns, channels, line, offsets: offsets.into(), piece, is_inside, tile })
    }

    /// Elements that one thread copies at a time.
    pub fn scratch(&self) -> usize {
        if self.is_inside { 0 } else { reach(&self.rows, self.tile) * self.line }
    }

    /// Calls `multiply` with the patches of each output line, of the channels from `first` on, and with the part of `output`
    /// that they give, of `channels` elements for each patch.
    ///
    /// `scratch` has [`Lines::scratch`] elements for each thread.
    ///
    /// # Errors
    /// If `image` is not as large as the shapes say, or `multiply` fails.
    pub fn multiply(
        &self,
        parallel: &dyn Parallel,
        (image, first): (&[f32], usize),
        scratch: &mut [f32],
        (output, channels): (&mut [f32], usize),
        multiply: impl Fn(PieceRows<'_, f32>, &mut [f32]) -> Result<()> + Sync,
    ) -> Result<()> {
        if image.len() != self.rows.input * self.columns.input * self.channels {
            return Err(Error::internal("an image of another size"));
        }
        let width = self.columns.output * channels;
        let (pieces, stride) = ((&*self.offsets, self.piece), self.columns.stride * self.channels);
        let failed = AtomicBool::new(false);
        let part = self.scratch();
        for_each_chunk_with(parallel, output, self.tile * width, scratch, part, |index, output, scratch| {
            let first_row = index * self.tile * self.rows.stride;
            let lines = if self.is_inside {
                &image[first_row * self.line..]
            } else {
                let lines = &mut scratch[..reach(&self.rows, output.len() / width) * self.line];
                self.copy(image, first_row, lines);
                lines
            };
            for (row, output) in output.chunks_mut(width).enumerate() {
                let lines = &lines[row * self.rows.stride * self.line + first..];
                let rows = PieceRows::new(lines, self.columns.output, pieces, stride);
                if rows.and_then(|rows| multiply(rows, output)).is_err() {
                    failed.store(true, Ordering::Relaxed);
                }
            }
        });
        if failed.into_inner() { Err(Error::internal("matrix product of lines failed")) } else { Ok(()) }
    }

    /// Copies padded lines from `first` on.
    fn copy(&self, image: &[f32], first: usize, lines: &mut [f32]) {
        let (from, to) = inside(&self.columns, 0..self.line / self.channels);
        let (from, to) = (from * self.channels, to.start * self.channels..to.end * self.channels);
        for (row, line) in (first..).zip(lines.chunks_exact_mut(self.line)) {
            let (row, is_there) = inside(&self.rows, row..row + 1);
            if is_there.is_empty() {
                line.fill(0.0);
                continue;
            }
            let input = &image[row * self.columns.input * self.channels + from..];
            line[..to.start].fill(0.0);
            line[to.clone()].copy_from_slice(&input[..to.len()]);
            line[to.end..].fill(0.0);
        }
    }
}

/// Elements from the start of the first to the end of the last of some neighbouring windows.
fn reach(window: &Window, windows: usize) -> usize {
    (windows.max(1) - 1) * window.stride + (window.size - 1) * window.dilation + 1
}

/// Which of some padded positions lie in the input, counted from the first of them, and the input index of the first that does.
fn inside(window: &Window, padded: Range<usize>) -> (usize, Range<usize>) {
    let index =
        |position: usize| (position as isize - window.before).clamp(0, window.input as isize) as usize;
    let (from, to) = (index(padded.start), index(padded.end));
    let start = ((from as isize + window.before) as usize).saturating_sub(padded.start);
    (from, start..start + to.saturating_sub(from))
}
