use alloc::format;
use alloc::vec::Vec;

use featherlite_base::arena::{Block, Parallel, cast, cast_mut};
use featherlite_base::{Element, Error, Result};
use featherlite_simd::{Family, Isa, Level, Row};

use crate::kernels::{self, I8Kernel, Target};
use crate::{Requantize, RowsMut, Weights, WindowRows};

/// Kernels for 8-bit activations and `i8` weights, best first.
pub static I8: Family<I8Kernel> = Family {
    name: "gemm_i8",
    rows: &[
        #[cfg(target_arch = "x86_64")]
        Row { name: "gemm_i8__avx512vnni_6x64", isa: Isa::Avx512Vnni, kernel: kernels::avx512vnni::I8 },
        #[cfg(target_arch = "x86_64")]
        Row { name: "gemm_i8__avxvnni_6x16", isa: Isa::AvxVnni, kernel: kernels::avxvnni::I8 },
        #[cfg(target_arch = "x86_64")]
        Row { name: "gemm_i8__avx2_6x16", isa: Isa::Avx2, kernel: kernels::avx2::I8 },
        #[cfg(target_arch = "aarch64")]
        Row { name: "gemm_i8__i8mm_6x16", isa: Isa::I8mm, kernel: kernels::i8mm::I8 },
        #[cfg(target_arch = "aarch64")]
        Row { name: "gemm_i8__dotprod_6x16", isa: Isa::Dotprod, kernel: kernels::dotprod::I8 },
        #[cfg(target_arch = "aarch64")]
        Row { name: "gemm_i8__neon_4x16", isa: Isa::Neon, kernel: kernels::neon::I8 },
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        Row { name: "gemm_i8__simd128_4x8", isa: Isa::Simd128, kernel: kernels::simd128::I8 },
        Row { name: "gemm_i8__scalar_4x8", isa: Isa::Scalar, kernel: kernels::scalar::I8 },
    ],
};

/// The type of 8-bit activations and results: `i8` or `u8`.
pub trait Byte: Element + sealed::Sealed {
    /// Whether it is `i8`.
    const SIGNED: bool;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for i8 {}
    impl Sealed for u8 {}
}

impl Byte for i8 {
    const SIGNED: bool = true;
}

impl Byte for u8 {
    const SIGNED: bool = false;
}

/// Vectors of per-column parameters are padded to a multiple of this many.
pub(crate) const PAD: usize = 64;

/// A kernel for 8-bit products that this processor can run.
#[derive(Clone, Copy)]
pub struct I8Gemm {
    row: &'static Row<I8Kernel>,
}

impl I8Gemm {
    /// The kernel of `row`.
    ///
    /// # Errors
    /// If the processor lacks its instructions.
    pub fn new(level: Level, row: &'static Row<I8Kernel>) -> Result<Self> {
        if level.has(row.isa) {
            Ok(Self { row })
        } else {
            Err(Error::unsupported(format!("{} needs {}", row.name, row.isa)))
        }
    }

    /// The best kernel for `level`.
    pub fn best(level: Level) -> Self {
        Self { row: I8.choose(level, false) }
    }

    /// The kernel's name.
    pub fn name(self) -> &'static str {
        self.row.name
    }

    /// What several pieces of a row are a multiple of (see [`Windows`](crate::Windows)).
    pub fn group(self) -> usize {
        self.row.kernel.layout.group
    }

    pub(crate) fn kernel(self) -> &'static I8Kernel {
        &self.row.kernel
    }

    /// Bytes that `n` channels of `k` inputs take packed.
    ///
    /// # Errors
    /// If that number overflows.
    pub fn packed_len(self, n: usize, k: usize) -> Result<usize> {
        self.row
            .kernel
            .layout
            .packed_len(n, k)
            .filter(|&len| len <= isize::MAX as usize)
            .ok_or_else(|| Error::invalid_shape(format!("{n} x {k} weights are too many")))
    }

    /// Packs weights whose numbers stand for `scale * (q - zero_point)` into memory of one's own.
    ///
    /// # Errors
    /// If there is no memory.
    pub fn pack(self, weights: Weights<'_, i8>, zero_point: i32) -> Result<PackedI8> {
        let mut block = Block::zeroed(self.packed_len(weights.n, weights.k)?)?;
        let mut sums = alloc::vec![0; weights.n];
        self.pack_into(weights, zero_point, cast_mut(block.as_mut_slice())?, &mut sums)?;
        Ok(PackedI8 { gemm: self, n: weights.n, k: weights.k, zero_point, block, sums })
    }

    /// Packs weights that change from run to run into `memory`, of [`I8Gemm::packed_len`] bytes, and `sums`, of `n`.
    ///
    /// # Errors
    /// If `memory` or `sums` has another size.
    pub fn pack_into<'a>(
        self,
        weights: Weights<'_, i8>,
        zero_point: i32,
        memory: &'a mut [i8],
        sums: &'a mut [i32],
    ) -> Result<PanelsI8<'a>> {
        let len = self.packed_len(weights.n, weights.k)?;
        if memory.len() != len || sums.len() != weights.n {
            return Err(Error::internal(format!(
                "{} bytes and {} sums for {len} packed weights of {} channels",
                memory.len(),
                sums.len(),
                weights.n
            )));
        }
        self.row.kernel.layout.pack(weights, memory);
        weights.add_up(sums);
        Ok(PanelsI8 { gemm: self, n: weights.n, k: weights.k, zero_point, data: memory, sums })
    }
}

/// Packed 8-bit weights.
pub struct PackedI8 {
    gemm: I8Gemm,
    n: usize,
    k: usize,
    zero_point: i32,
    block: Block,
    sums: Vec<i32>,
}

impl PackedI8 {
    /// The panels.
    pub fn panels(&self) -> PanelsI8<'_> {
        // Bytes can always be viewed as `i8`.
        let data = cast(self.block.as_slice()).unwrap_or_default();
        let Self { gemm, n, k, zero_point, ref sums, .. } = *self;
        PanelsI8 { gemm, n, k, zero_point, data, sums }
    }

    /// Memory it takes.
    pub fn bytes(&self) -> usize {
        self.block.len() + size_of_val(&*self.sums)
    }
}

/// Packed 8-bit weights, borrowed.
#[derive(Clone, Copy)]
pub struct PanelsI8<'a> {
    gemm: I8Gemm,
    n: usize,
    k: usize,
    zero_point: i32,
    data: &'a [i8],
    sums: &'a [i32],
}

impl<'a> PanelsI8<'a> {
    /// Output channels.
    pub fn n(&self) -> usize {
        self.n
    }

    /// Inputs to each.
    pub fn k(&self) -> usize {
        self.k
    }

    /// The sum of each channel's weights as stored.
    pub fn sums(&self) -> &'a [i32] {
        self.sums
    }

    /// What has to be added to raw accumulators of activations `A` with this zero point: bias and corrections.
    ///
    /// # Errors
    /// If the bias has another length than `n`.
    pub fn columns<A: Byte>(&self, bias: Option<&[i32]>, zero_point: i32) -> Result<Columns> {
        let mut constants = alloc::vec![0; Columns::len(self.n)];
        let largest = self.fill::<A>(bias, zero_point, &mut constants)?;
        Ok(Columns { constants, weights_zero_point: self.zero_point, signed: A::SIGNED, n: self.n, largest })
    }

    /// As [`PanelsI8::columns`], for parameters that change from run to run, in memory of [`Columns::len`] elements.
    ///
    /// # Errors
    /// As [`PanelsI8::columns`], or if `memory` has another size.
    pub fn columns_in<'m, A: Byte>(
        &self,
        bias: Option<&[i32]>,
        zero_point: i32,
        memory: &'m mut [i32],
    ) -> Result<Columns<&'m [i32]>> {
        let len = Columns::len(self.n);
        if memory.len() != len {
            return Err(Error::internal(format!("{} elements for {len} constants", memory.len())));
        }
        let largest = self.fill::<A>(bias, zero_point, memory)?;
        let weights_zero_point = self.zero_point;
        Ok(Columns { constants: memory, weights_zero_point, signed: A::SIGNED, n: self.n, largest })
    }

    /// The constants, and the largest of them without its sign.
    fn fill<A: Byte>(&self, bias: Option<&[i32]>, zero_point: i32, constants: &mut [i32]) -> Result<u32> {
        if let Some(bias) = bias.filter(|bias| bias.len() != self.n) {
            return Err(Error::internal(format!("{} bias values for {} channels", bias.len(), self.n)));
        }
        // sum((a - za) (b - zb)) = sum(a' b) - (za + offset) sum(b) - zb sum(a) + k za zb, where the kernel
        // sees a' = a + offset. Wrapping, since sums of more than 2^16 products may wrap in the reference too.
        let offset = self.gemm.kernel().sign.offset(A::SIGNED);
        let both = (self.k as i32).wrapping_mul(zero_point).wrapping_mul(self.zero_point);
        for (index, (constant, sum)) in constants.iter_mut().zip(self.sums).enumerate() {
            let correction = both.wrapping_sub(sum.wrapping_mul(zero_point.wrapping_add(offset)));
            *constant = correction.wrapping_add(bias.map_or(0, |bias| bias[index]));
        }
        Ok(constants.iter().map(|constant| constant.unsigned_abs()).max().unwrap_or(0))
    }

    /// `c = (a - za) * (weights - zb)^T + bias` in 32 bits.
    ///
    /// # Errors
    /// If sizes do not fit: `a` is `[m, k]`, `c` is `[m, n]`.
    pub fn multiply_i32<'r, A: Byte>(
        &self,
        parallel: &dyn Parallel,
        a: impl Into<WindowRows<'r, A>>,
        columns: &Columns<impl AsRef<[i32]>>,
        c: RowsMut<'_, i32>,
    ) -> Result<()> {
        self.run::<A, A>(parallel, a.into(), columns, Target::I32(c))
    }

    /// The same, requantized to 8 bits.
    ///
    /// # Errors
    /// As [`PanelsI8::multiply_i32`].
    pub fn multiply<'r, A: Byte, C: Byte>(
        &self,
        parallel: &dyn Parallel,
        a: impl Into<WindowRows<'r, A>>,
        columns: &Columns<impl AsRef<[i32]>>,
        requantize: &Requantize,
        c: RowsMut<'_, C>,
    ) -> Result<()> {
        let range = if C::SIGNED { -128..=127 } else { 0..=255 };
        if !range.contains(&requantize.min) || !range.contains(&requantize.max) {
            return Err(Error::internal(format!(
                "results in {}..={} do not fit {}",
                requantize.min,
                requantize.max,
                C::DTYPE
            )));
        }
        self.run(parallel, a.into(), columns, Target::Byte(c, requantize))
    }

    /// The same, scaled back to `f32`. `columns` are those of activations with the zero point 0, without bias.
    ///
    /// # Errors
    /// As [`PanelsI8::multiply_i32`], or if the finish is not for as many rows and columns.
    pub fn multiply_real<'r, A: Byte>(
        &self,
        parallel: &dyn Parallel,
        a: impl Into<WindowRows<'r, A>>,
        columns: &Columns<impl AsRef<[i32]>>,
        finish: &FinishReal<'_>,
        c: RowsMut<'_, f32>,
    ) -> Result<()> {
        self.run::<A, A>(parallel, a.into(), columns, Target::Real(c, finish, self.sums))
    }

    fn run<A: Byte, C: Byte>(
        &self,
        parallel: &dyn Parallel,
        a: WindowRows<'_, A>,
        columns: &Columns<impl AsRef<[i32]>>,
        target: Target<'_, '_, C>,
    ) -> Result<()> {
        kernels::run_i8(self.gemm, parallel, a, (self.data, self.n, self.k), columns.borrowed(), target)
    }
}

/// Scale and zero point of a row of activations that was quantized on its own: `real = scale * (q - zero_point)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowScale {
    /// Real difference between neighbouring integers.
    pub scale: f32,
    /// The integer that stands for 0.
    pub zero_point: i32,
}

/// How 32-bit accumulators of quantized rows become `f32` results: the zero point is taken out, both scales are
/// multiplied, the bias is added, and the bounds hold.
#[derive(Clone, Copy, Debug)]
pub struct FinishReal<'a> {
    /// One for each row, or one for all.
    pub rows: &'a [RowScale],
    /// The scale of the weights of each column.
    pub scales: &'a [f32],
    /// One for each column.
    pub bias: Option<&'a [f32]>,
    /// Lower bound of results.
    pub min: f32,
    /// Upper bound of results.
    pub max: f32,
}

/// What is added to the accumulators of each column: bias and corrections for zero points.
#[derive(Clone, Copy, Debug)]
pub struct Columns<M = Vec<i32>> {
    /// One for each column, padded.
    pub(crate) constants: M,
    pub(crate) weights_zero_point: i32,
    pub(crate) signed: bool,
    pub(crate) n: usize,
    /// The largest constant, without its sign.
    largest: u32,
}

impl Columns {
    /// Elements that constants of `n` columns take.
    pub fn len(n: usize) -> usize {
        n.next_multiple_of(PAD)
    }
}

impl<M: AsRef<[i32]>> Columns<M> {
    fn borrowed(&self) -> Columns<&[i32]> {
        let Self { ref constants, weights_zero_point, signed, n, largest } = *self;
        Columns { constants: constants.as_ref(), weights_zero_point, signed, n, largest }
    }

    /// No sum over `k` inputs is larger, without its sign.
    pub(crate) fn largest_sum(&self, k: usize) -> u64 {
        // Activations are below 256 in the kernels' eyes, weights up to 128, and so is their zero point.
        let largest = if self.weights_zero_point == 0 { 256 * 128 } else { 2 * 256 * 128 };
        (k as u64).saturating_mul(largest).saturating_add(self.largest.into())
    }
}
