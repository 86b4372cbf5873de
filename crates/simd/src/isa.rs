use core::fmt;

/// A set of vector instructions that kernels are written for. Each includes those below it on the same architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Isa {
    /// Whatever the compilation target guarantees; plain Rust.
    Scalar,
    /// x86-64: AVX2 and FMA.
    Avx2,
    /// x86-64: AVX2 with 8-bit dot products.
    AvxVnni,
    /// x86-64: AVX-512 F, BW, DQ, VL.
    Avx512,
    /// x86-64: AVX-512 with 8-bit dot products.
    Avx512Vnni,
    /// AArch64: the base vector instructions.
    Neon,
    /// AArch64: 8-bit dot products.
    Dotprod,
    /// AArch64: 8-bit matrix products.
    I8mm,
    /// WebAssembly: 128-bit vectors.
    Simd128,
}

impl Isa {
    /// All levels, each after those it includes.
    pub const ALL: &'static [Isa] = &[
        Isa::Scalar,
        Isa::Avx2,
        Isa::AvxVnni,
        Isa::Avx512,
        Isa::Avx512Vnni,
        Isa::Neon,
        Isa::Dotprod,
        Isa::I8mm,
        Isa::Simd128,
    ];

    /// The name that the environment variable `FEATHERLITE_ISA` and kernel names use.
    pub const fn name(self) -> &'static str {
        match self {
            Isa::Scalar => "scalar",
            Isa::Avx2 => "avx2",
            Isa::AvxVnni => "avxvnni",
            Isa::Avx512 => "avx512",
            Isa::Avx512Vnni => "avx512vnni",
            Isa::Neon => "neon",
            Isa::Dotprod => "dotprod",
            Isa::I8mm => "i8mm",
            Isa::Simd128 => "simd128",
        }
    }

    pub(crate) const fn bit(self) -> u16 {
        1 << self as u16
    }

    /// The levels that running at this one switches on, itself included.
    const fn included(self) -> u16 {
        let lower = match self {
            Isa::Scalar => return Isa::Scalar.bit(),
            Isa::Avx2 | Isa::Neon | Isa::Simd128 => Isa::Scalar.bit(),
            Isa::AvxVnni | Isa::Avx512 => Isa::Avx2.included(),
            Isa::Avx512Vnni => Isa::Avx512.included() | Isa::AvxVnni.bit(),
            Isa::Dotprod => Isa::Neon.included(),
            Isa::I8mm => Isa::Dotprod.included(),
        };
        lower | self.bit()
    }
}

impl fmt::Display for Isa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Proof that the processor has the instructions of some [`Isa`]s: a set of levels found by detection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    has: u16,
}

/// The level asked for is not one of this machine's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLevel {
    available: Level,
}

impl fmt::Display for UnknownLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this machine does not have that instruction-set level; it has: ")?;
        for (index, isa) in self.available.isas().enumerate() {
            write!(f, "{}{isa}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl core::error::Error for UnknownLevel {}

impl Level {
    /// Plain Rust only.
    pub const SCALAR: Level = Level { has: Isa::Scalar.bit() };

    /// Everything that this processor has.
    pub fn detect() -> Self {
        Self { has: Isa::Scalar.bit() | detect() }
    }

    /// This processor's level, cut down to the one named (such as `avx2`).
    ///
    /// # Errors
    /// If the name is unknown or the processor lacks the level; the error lists those it has.
    pub fn named(name: &str) -> Result<Self, UnknownLevel> {
        let available = Self::detect();
        let isa = Isa::ALL.iter().copied().find(|isa| isa.name() == name && available.has(*isa));
        let isa = isa.ok_or(UnknownLevel { available })?;
        Ok(Self { has: isa.included() & available.has })
    }

    /// Whether kernels for `isa` may run.
    pub const fn has(self, isa: Isa) -> bool {
        self.has & isa.bit() != 0
    }

    /// The levels in this set, plain first.
    pub fn isas(self) -> impl Iterator<Item = Isa> {
        Isa::ALL.iter().copied().filter(move |&isa| self.has(isa))
    }

    /// The most capable level of the set.
    pub fn best(self) -> Isa {
        self.isas().last().unwrap_or(Isa::Scalar)
    }
}

#[cfg(all(target_arch = "x86_64", feature = "std"))]
fn detect() -> u16 {
    use std::arch::is_x86_feature_detected as has;
    let mut found = 0;
    if has!("avx2") && has!("fma") {
        found |= Isa::Avx2.bit();
        if has!("avxvnni") {
            found |= Isa::AvxVnni.bit();
        }
        if has!("avx512f") && has!("avx512bw") && has!("avx512dq") && has!("avx512vl") {
            found |= Isa::Avx512.bit();
            if has!("avx512vnni") {
                found |= Isa::Avx512Vnni.bit();
            }
        }
    }
    found
}

#[cfg(all(target_arch = "x86_64", not(feature = "std")))]
fn detect() -> u16 {
    crate::cpuid::detect()
}

#[cfg(all(target_arch = "aarch64", feature = "std"))]
fn detect() -> u16 {
    use std::arch::is_aarch64_feature_detected as has;
    let mut found = 0;
    if has!("neon") {
        found |= Isa::Neon.bit();
        if has!("dotprod") {
            found |= Isa::Dotprod.bit();
            if has!("i8mm") {
                found |= Isa::I8mm.bit();
            }
        }
    }
    found
}

#[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", feature = "std"))))]
fn detect() -> u16 {
    if cfg!(all(target_arch = "wasm32", target_feature = "simd128")) {
        Isa::Simd128.bit()
    } else if cfg!(all(target_arch = "aarch64", target_feature = "i8mm", target_feature = "dotprod")) {
        Isa::I8mm.included()
    } else if cfg!(all(target_arch = "aarch64", target_feature = "dotprod")) {
        Isa::Dotprod.included()
    } else if cfg!(all(target_arch = "aarch64", target_feature = "neon")) {
        Isa::Neon.bit()
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn every_detected_level_can_be_named_and_includes_scalar() {
        for isa in Level::detect().isas() {
            let level = Level::named(isa.name()).unwrap();
            assert!(level.has(isa) && level.has(Isa::Scalar));
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn the_processor_says_what_the_standard_library_says() {
        assert_eq!(crate::cpuid::detect(), detect());
    }

    #[test]
    fn an_absent_level_says_what_there_is() {
        let error = Level::named("mmx").unwrap_err();
        assert!(error.to_string().contains("it has: scalar"), "{error}");
    }
}
