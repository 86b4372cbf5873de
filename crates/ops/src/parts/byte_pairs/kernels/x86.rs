//! What both instruction sets of x86-64 are told.

use featherlite_base::fixed_point::Multiplier;
use featherlite_gemm::Requantize;
use featherlite_simd::{Isa, Level};

use super::super::{Pairs, Terms};
use super::{avx2, avx512};

/// No sum is larger: two bytes' differences times `2^19`.
const LARGEST_SUM: u64 = (2 * 255) << 19;

/// No product is larger.
const LARGEST_PRODUCT: u64 = 255 * 255;

/// Computes as many results as there are of everything.
type Run = unsafe fn(&InVectors, &[u8], &[u8], &mut [u8]);

/// How pairs become bytes. That it exists proves that the processor has the instructions.
pub(crate) struct InVectors {
    /// What makes unsigned bytes of both.
    pub(super) flip: u8,
    /// Those of the unsigned bytes.
    pub(super) zero_points: [i16; 2],
    /// Those of a sum.
    pub(super) terms: Terms,
    pub(super) requantize: Requantize,
    run: Run,
}

impl InVectors {
    /// Multiplies; `None` if the processor lacks the instructions, or they would not be enough.
    pub(crate) fn product(
        level: Level,
        is_signed: bool,
        pairs: &Pairs,
        requantize: Requantize,
    ) -> Option<Self> {
        let run = choose(level, [avx512::products, avx2::products])?;
        let terms = Terms { factor: Multiplier::from_real(0.0), is_negative: [false; 2] };
        Self::new(is_signed, pairs, (terms, LARGEST_PRODUCT), requantize, run)
    }

    /// Adds terms; `None` if the processor lacks the instructions, or they would not be enough.
    pub(crate) fn sum(
        level: Level,
        is_signed: bool,
        pairs: &Pairs,
        terms: Terms,
        requantize: Requantize,
    ) -> Option<Self> {
        let run = choose(level, [avx512::sums, avx2::sums])?;
        Self::new(is_signed, pairs, (terms, LARGEST_SUM), requantize, run)
    }

    /// The way for sums or products of which none is larger than `largest`; `None` where they are not small.
    fn new(
        is_signed: bool,
        pairs: &Pairs,
        (terms, largest): (Terms, u64),
        requantize: Requantize,
        run: Run,
    ) -> Option<Self> {
        let flip = if is_signed { 128 } else { 0 };
        let zero_points = pairs.zero_points.map(|zero_point| zero_point as i16 + i16::from(flip));
        let is_small = requantize.is_small(largest);
        is_small.then_some(Self { flip, zero_points, terms, requantize, run })
    }

    /// Computes as many results as there are of everything.
    pub(crate) fn run(&self, a: &[u8], b: &[u8], results: &mut [u8]) {
        // SAFETY: the processor has the instructions, or there would be no `self`.
        unsafe { (self.run)(self, a, b, results) }
    }
}

/// The better of two kernels, for AVX-512 and for AVX2, that the processor can run.
fn choose(level: Level, kernels: [Run; 2]) -> Option<Run> {
    let can_run = [Isa::Avx512, Isa::Avx2].map(|isa| level.has(isa));
    kernels.into_iter().zip(can_run).find_map(|(run, can_run)| can_run.then_some(run))
}
