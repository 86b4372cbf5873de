//! What an x86-64 processor says that it has, where there is no standard library to ask: the bits are those of the
//! instruction CPUID in Intel's manual (volume 2A), and of the register XCR0 (volume 1, chapter 13).
#![allow(unsafe_code)]

use core::arch::x86_64::{__cpuid, __cpuid_count, _xgetbv};

use crate::Isa;

/// Parts of the vector registers that the operating system saves: those of 256 bits, and all of AVX-512.
const SAVES_256: u64 = 0b110;
const SAVES_512: u64 = 0b1110_0110;

/// The bits of [`Isa`]s other than `Scalar`.
pub(crate) fn detect() -> u16 {
    let has = |register: u32, bits: &[u32]| bits.iter().all(|bit| register >> bit & 1 == 1);
    let leaves = __cpuid(0).eax;
    let basic = __cpuid(1).ecx;
    // FMA, OSXSAVE, AVX.
    if leaves < 7 || !has(basic, &[12, 27, 28]) {
        return 0;
    }
    let saved = saved();
    let extended = __cpuid_count(7, 0);
    let is_saved = |parts| saved & parts == parts;
    // AVX2.
    if !is_saved(SAVES_256) || !has(extended.ebx, &[5]) {
        return 0;
    }
    let mut found = Isa::Avx2.bit();
    // AVX-VNNI.
    if extended.eax >= 1 && has(__cpuid_count(7, 1).eax, &[4]) {
        found |= Isa::AvxVnni.bit();
    }
    // AVX-512 F, DQ, BW, VL; VNNI.
    if is_saved(SAVES_512) && has(extended.ebx, &[16, 17, 30, 31]) {
        found |= Isa::Avx512.bit();
        if has(extended.ecx, &[11]) {
            found |= Isa::Avx512Vnni.bit();
        }
    }
    found
}

/// The register XCR0.
fn saved() -> u64 {
    #[target_feature(enable = "xsave")]
    fn read() -> u64 {
        // SAFETY: register 0 exists wherever the instruction does.
        unsafe { _xgetbv(0) }
    }
    // SAFETY: OSXSAVE says that the instruction exists, and callers have looked at it.
    unsafe { read() }
}
