use alloc::format;

use featherlite_base::arena::{Block, Parallel, cast, cast_mut};
use featherlite_base::{Error, Result};
use featherlite_simd::{Family, Isa, Level, Row};

use crate::kernels::{self, F32Kernel};
use crate::{PieceRows, RowsMut, Weights};

/// Kernels for `f32`, best first.
pub static F32: Family<F32Kernel> = Family {
    name: "gemm_f32",
    rows: &[
        #[cfg(target_arch = "x86_64")]
        Row { name: "gemm_f32__avx512_6x64", isa: Isa::Avx512, kernel: kernels::avx512::F32 },
        #[cfg(target_arch = "x86_64")]
        Row { name: "gemm_f32__avx2_6x16", isa: Isa::Avx2, kernel: kernels::avx2::F32 },
        #[cfg(target_arch = "aarch64")]
        Row { name: "gemm_f32__neon_4x16", isa: Isa::Neon, kernel: kernels::neon::F32 },
        #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
        Row { name: "gemm_f32__simd128_4x8", isa: Isa::Simd128, kernel: kernels::simd128::F32 },
        Row { name: "gemm_f32__scalar_4x8", isa: Isa::Scalar, kernel: kernels::scalar::F32 },
    ],
};

/// What happens to the results: `clamp(sum + bias, min, max)`; NaN stays NaN.
#[derive(Clone, Copy, Debug)]
pub struct FinishF32<'a> {
    /// One for each column.
    pub bias: Option<&'a [f32]>,
    /// Lower bound.
    pub min: f32,
    /// Upper bound.
    pub max: f32,
}

/// A kernel for `f32` that this processor can run.
#[derive(Clone, Copy)]
pub struct F32Gemm {
    row: &'static Row<F32Kernel>,
}

impl F32Gemm {
    /// The kernel of `row`.
    ///
    /// # Errors
    /// If the processor lacks its instructions.
    pub fn new(level: Level, row: &'static Row<F32Kernel>) -> Result<Self> {
        if level.has(row.isa) {
            Ok(Self { row })
        } else {
            Err(Error::unsupported(format!("{} needs {}", row.name, row.isa)))
        }
    }

    /// The best kernel for `level`.
    pub fn best(level: Level) -> Self {
        Self { row: F32.choose(level, false) }
    }

    /// The kernel's name.
    pub fn name(self) -> &'static str {
        self.row.name
    }

    pub(crate) fn kernel(self) -> &'static F32Kernel {
        &self.row.kernel
    }

    /// Elements that `n` channels of `k` inputs take packed.
    ///
    /// # Errors
    /// If that number overflows.
    pub fn packed_len(self, n: usize, k: usize) -> Result<usize> {
        self.row
            .kernel
            .layout
            .packed_len(n, k)
            .filter(|&len| len <= isize::MAX as usize / size_of::<f32>())
            .ok_or_else(|| Error::invalid_shape(format!("{n} x {k} weights are too many")))
    }

    /// Packs weights into memory of one's own.
    ///
    /// # Errors
    /// If there is no memory.
    pub fn pack(self, weights: Weights<'_, f32>) -> Result<PackedF32> {
        let mut block = Block::zeroed(self.packed_len(weights.n, weights.k)? * size_of::<f32>())?;
        self.pack_into(weights, cast_mut(block.as_mut_slice())?)?;
        Ok(PackedF32 { gemm: self, n: weights.n, k: weights.k, block })
    }

    /// Packs weights that change from run to run into `memory`, of [`F32Gemm::packed_len`] elements.
    ///
    /// # Errors
    /// If `memory` has another size.
    pub fn pack_into<'a>(self, weights: Weights<'_, f32>, memory: &'a mut [f32]) -> Result<PanelsF32<'a>> {
        let len = self.packed_len(weights.n, weights.k)?;
        if memory.len() != len {
            return Err(Error::internal(format!("{} elements for {len} packed weights", memory.len())));
        }
        self.row.kernel.layout.pack(weights, memory);
        Ok(PanelsF32 { gemm: self, n: weights.n, k: weights.k, data: memory })
    }
}

/// Packed weights.
pub struct PackedF32 {
    gemm: F32Gemm,
    n: usize,
    k: usize,
    block: Block,
}

impl PackedF32 {
    /// The panels.
    pub fn panels(&self) -> PanelsF32<'_> {
        // A block is aligned for `f32` and was made a whole number of elements long.
        let data = cast(self.block.as_slice()).unwrap_or_default();
        PanelsF32 { gemm: self.gemm, n: self.n, k: self.k, data }
    }

    /// Memory it takes.
    pub fn bytes(&self) -> usize {
        self.block.len()
    }
}

/// Packed weights, borrowed.
#[derive(Clone, Copy)]
pub struct PanelsF32<'a> {
    gemm: F32Gemm,
    n: usize,
    k: usize,
    data: &'a [f32],
}

impl PanelsF32<'_> {
    /// Output channels.
    pub fn n(&self) -> usize {
        self.n
    }

    /// Inputs to each.
    pub fn k(&self) -> usize {
        self.k
    }

    /// `c = finish(a * weights^T)`.
    ///
    /// # Errors
    /// If sizes do not fit: `a` is `[m, k]`, `c` is `[m, n]`, the bias `[n]`.
    pub fn multiply<'a>(
        &self,
        parallel: &dyn Parallel,
        a: impl Into<PieceRows<'a, f32>>,
        finish: &FinishF32<'_>,
        c: RowsMut<'_, f32>,
    ) -> Result<()> {
        kernels::run_f32(self.gemm, parallel, a.into(), (self.data, self.n, self.k), finish, c)
    }
}
