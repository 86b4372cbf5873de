use alloc::format;

use featherlite_base::{Error, Result};

/// Activations: `rows` rows of `width` elements, the first of each `stride` elements after that of the row before.
#[derive(Clone, Copy)]
pub struct Rows<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) rows: usize,
    pub(crate) width: usize,
    pub(crate) stride: usize,
}

impl<'a, T> Rows<'a, T> {
    /// Rows inside `data`, which may overlap.
    ///
    /// # Errors
    /// If the last row ends outside `data`.
    pub fn new(data: &'a [T], rows: usize, width: usize, stride: usize) -> Result<Self> {
        check(data.len(), rows, width, stride)?;
        Ok(Self { data, rows, width, stride })
    }

    /// Rows without gaps.
    ///
    /// # Errors
    /// If `data` is shorter than they are.
    pub fn dense(data: &'a [T], rows: usize, width: usize) -> Result<Self> {
        Self::new(data, rows, width, width)
    }
}

/// Activations as [`Rows`], whose rows are made of pieces that lie apart: the patches of an image, of which each line is
/// a piece.
#[derive(Clone, Copy)]
pub struct PieceRows<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) rows: usize,
    pub(crate) offsets: &'a [usize],
    pub(crate) piece: usize,
    pub(crate) stride: usize,
}

impl<'a, T> PieceRows<'a, T> {
    /// Rows inside `data`, which may overlap: from the start of a row on, pieces of `piece` elements at `offsets`.
    ///
    /// # Errors
    /// If the last row ends outside `data`.
    pub fn new(
        data: &'a [T],
        rows: usize,
        (offsets, piece): (&'a [usize], usize),
        stride: usize,
    ) -> Result<Self> {
        let last = offsets.iter().max().map_or(Some(0), |last| last.checked_add(piece));
        check(data.len(), rows, last.unwrap_or(usize::MAX), stride)?;
        Ok(Self { data, rows, offsets, piece, stride })
    }

    /// Elements of a row.
    pub(crate) fn width(&self) -> usize {
        self.offsets.len().saturating_mul(self.piece)
    }
}

impl<'a, T> From<Rows<'a, T>> for PieceRows<'a, T> {
    /// Rows of one piece.
    fn from(Rows { data, rows, width, stride }: Rows<'a, T>) -> Self {
        Self { data, rows, offsets: &[0], piece: width, stride }
    }
}

/// The windows of a convolution as rows of an 8-bit product, read where the image lies. Distances count elements.
#[derive(Clone, Copy, Debug)]
pub struct Windows {
    /// Lines of windows, and the distance between them.
    pub lines: (usize, usize),
    /// Windows of a line, and the distance between them.
    pub across: (usize, usize),
    /// Pieces of a window (lines of its filter), and the distance between them.
    pub pieces: (usize, usize),
    /// Elements of a piece, which lie together; a multiple of [`I8Gemm::group`](crate::I8Gemm::group) where there are several
    /// pieces.
    pub piece: usize,
}

/// Activations as [`Rows`], or [`Windows`] of several lines.
#[derive(Clone, Copy)]
pub struct WindowRows<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) rows: usize,
    pub(crate) width: usize,
    pub(crate) stride: usize,
    /// Rows of a line, and elements from line to line.
    pub(crate) line: usize,
    pub(crate) line_stride: usize,
    /// Elements of a piece, and elements from piece to piece of a row.
    pub(crate) piece: usize,
    pub(crate) piece_stride: usize,
}

impl<'a, T> WindowRows<'a, T> {
    /// Windows inside `data`, line after line; for weights that are not offset by a zero point.
    ///
    /// # Errors
    /// If the last window ends outside `data`.
    pub fn new(data: &'a [T], windows: &Windows) -> Result<Self> {
        let Windows { lines, across, pieces, piece } = *windows;
        let last = |(count, stride): (usize, usize)| count.checked_sub(1)?.checked_mul(stride);
        let is_empty = lines.0 == 0 || across.0 == 0;
        let end =
            [lines, across, pieces].into_iter().try_fold(piece, |end, part| end.checked_add(last(part)?));
        if !is_empty && end.is_none_or(|end| end > data.len()) {
            return Err(Error::internal(format!("{windows:?} do not fit {} elements", data.len())));
        }
        let size = |a: usize, b: usize| {
            a.checked_mul(b).ok_or_else(|| Error::internal(format!("{windows:?} are too many")))
        };
        Ok(Self {
            data,
            rows: size(lines.0, across.0)?,
            width: size(pieces.0, piece)?,
            stride: across.1,
            line: across.0.max(1),
            line_stride: lines.1,
            piece,
            piece_stride: pieces.1,
        })
    }
}

impl<'a, T> From<Rows<'a, T>> for WindowRows<'a, T> {
    /// One line of rows of one piece.
    fn from(Rows { data, rows, width, stride }: Rows<'a, T>) -> Self {
        Self { data, rows, width, stride, line: rows.max(1), line_stride: 0, piece: width, piece_stride: 0 }
    }
}

/// Results: as [`Rows`], to write to, without overlap.
pub struct RowsMut<'a, T> {
    pub(crate) data: &'a mut [T],
    pub(crate) rows: usize,
    pub(crate) width: usize,
    pub(crate) stride: usize,
}

impl<'a, T> RowsMut<'a, T> {
    /// Rows inside `data`.
    ///
    /// # Errors
    /// If rows overlap or the last ends outside `data`.
    pub fn new(data: &'a mut [T], rows: usize, width: usize, stride: usize) -> Result<Self> {
        check(data.len(), rows, width, stride)?;
        if stride < width && rows > 1 {
            return Err(Error::internal(format!("rows of {width} elements overlap at a stride of {stride}")));
        }
        Ok(Self { data, rows, width, stride })
    }

    /// Rows without gaps.
    ///
    /// # Errors
    /// If `data` is shorter than they are.
    pub fn dense(data: &'a mut [T], rows: usize, width: usize) -> Result<Self> {
        Self::new(data, rows, width, width)
    }
}

/// Weights before packing: `n` output channels of `k` elements.
#[derive(Clone, Copy)]
pub struct Weights<'a, T> {
    pub(crate) data: &'a [T],
    pub(crate) n: usize,
    pub(crate) k: usize,
    /// Whether `data` is `[k, n]` rather than `[n, k]`.
    pub(crate) is_transposed: bool,
}

impl<'a, T> Weights<'a, T> {
    /// Row-major `[n, k]`, as convolutions and fully-connected store them.
    ///
    /// # Errors
    /// If `data` has another number of elements.
    pub fn new(data: &'a [T], n: usize, k: usize) -> Result<Self> {
        Self::exact(data, n, k, false)
    }

    /// Row-major `[k, n]`: the right-hand side of a plain matrix product.
    ///
    /// # Errors
    /// If `data` has another number of elements.
    pub fn transposed(data: &'a [T], n: usize, k: usize) -> Result<Self> {
        Self::exact(data, n, k, true)
    }

    fn exact(data: &'a [T], n: usize, k: usize, is_transposed: bool) -> Result<Self> {
        if n.checked_mul(k) != Some(data.len()) {
            return Err(Error::internal(format!("{} weights for {n} channels of {k}", data.len())));
        }
        Ok(Self { data, n, k, is_transposed })
    }
}

impl Weights<'_, i8> {
    /// Writes the sum of the weights of each channel, of which `sums` has as many, wrapping.
    pub(crate) fn add_up(&self, sums: &mut [i32]) {
        self.sums(sums, |weight| weight.into());
    }

    /// The most that the weights of a channel add up to without their signs.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn largest_sum(&self) -> i32 {
        if self.k > (i32::MAX / 128) as usize {
            return i32::MAX;
        }
        let mut sums = alloc::vec![0; self.n];
        self.sums(&mut sums, |weight| i32::from(weight).abs());
        sums.into_iter().max().unwrap_or(0)
    }

    fn sums(&self, sums: &mut [i32], of: impl Fn(i8) -> i32) {
        let Self { data, n, k, is_transposed } = *self;
        sums.fill(0);
        if data.is_empty() {
            return;
        }
        if is_transposed {
            for input in data.chunks(n) {
                for (sum, &x) in sums.iter_mut().zip(input) {
                    *sum = sum.wrapping_add(of(x));
                }
            }
        } else {
            for (sum, channel) in sums.iter_mut().zip(data.chunks(k)) {
                *sum = channel.iter().fold(0i32, |sum, &x| sum.wrapping_add(of(x)));
            }
        }
    }
}

fn check(len: usize, rows: usize, width: usize, stride: usize) -> Result<()> {
    let end = match rows.checked_sub(1) {
        None => Some(0),
        Some(last) => last.checked_mul(stride).and_then(|start| start.checked_add(width)),
    };
    if end.is_none_or(|end| end > len) {
        return Err(Error::internal(format!(
            "{rows} rows of {width} elements at a stride of {stride} do not fit {len}"
        )));
    }
    Ok(())
}
