//! A table of 256 bytes as 128 words of 16 bits in four vectors, of which an instruction looks 32 up in two.

use core::arch::x86_64::*;

use featherlite_simd::{Isa, Level};

use super::super::Table;

/// A table. That one exists proves that the processor has the instructions.
pub(crate) struct Words(Table);

impl Words {
    /// `None` if the processor lacks the instructions.
    pub(crate) fn new(level: Level, table: &Table) -> Option<Self> {
        level.has(Isa::Avx512).then_some(Self(*table))
    }

    /// Looks every byte up, as many as there are on both sides.
    pub(crate) fn look_up(&self, bytes: &[u8], results: &mut [u8]) {
        // SAFETY: the processor has the instructions, or there would be no `self`.
        unsafe { look_up(&self.0, bytes, results) }
    }
}

#[target_feature(enable = "avx512f,avx512bw")]
fn look_up(table: &Table, bytes: &[u8], results: &mut [u8]) {
    let vectors = Vectors::new(table);
    for (bytes, results) in bytes.chunks(64).zip(results.chunks_mut(64)) {
        let mask = !0 >> (64 - bytes.len().min(results.len()));
        // SAFETY: the mask leaves the bytes of the chunks, of which there is at least one.
        unsafe {
            let bytes = _mm512_maskz_loadu_epi8(mask, bytes.as_ptr().cast());
            _mm512_mask_storeu_epi8(results.as_mut_ptr().cast(), mask, vectors.look_up(bytes));
        }
    }
}

struct Vectors([__m512i; 4]);

impl Vectors {
    #[target_feature(enable = "avx512f")]
    fn new(table: &Table) -> Self {
        let mut vectors = [_mm512_setzero_si512(); 4];
        for (vector, part) in vectors.iter_mut().zip(table.as_chunks::<64>().0) {
            // SAFETY: a part has the size of a vector.
            *vector = unsafe { _mm512_loadu_si512(part.as_ptr().cast()) };
        }
        Self(vectors)
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn look_up(&self, bytes: __m512i) -> __m512i {
        let even = self.words(_mm512_and_si512(bytes, _mm512_set1_epi16(0xff)));
        let odd = self.words(_mm512_srli_epi16::<8>(bytes));
        _mm512_mask_blend_epi8(0xaaaa_aaaa_aaaa_aaaa, even, _mm512_slli_epi16::<8>(odd))
    }

    /// For words of which only the low byte is not 0, the results in the low bytes.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw")]
    fn words(&self, q: __m512i) -> __m512i {
        let [first, second, third, fourth] = self.0;
        // The low 6 bits of an index count.
        let index = _mm512_srli_epi16::<1>(q);
        let lower = _mm512_permutex2var_epi16(first, index, second);
        let upper = _mm512_permutex2var_epi16(third, index, fourth);
        let is_upper = _mm512_test_epi16_mask(q, _mm512_set1_epi16(0x80));
        let words = _mm512_mask_blend_epi16(is_upper, lower, upper);
        // A word holds the results of two neighbours.
        let is_second = _mm512_and_si512(q, _mm512_set1_epi16(1));
        _mm512_srlv_epi16(words, _mm512_slli_epi16::<3>(is_second))
    }
}
