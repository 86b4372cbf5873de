//! Kernels for instruction sets.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;

#[cfg(target_arch = "x86_64")]
pub(super) use avx2::Squares;

#[cfg(not(target_arch = "x86_64"))]
pub(super) use none::Squares;

#[cfg(not(target_arch = "x86_64"))]
mod none {
    use featherlite_simd::Level;

    /// There is no such kernel.
    #[derive(Clone, Copy, Debug)]
    pub(crate) enum Squares {}

    impl Squares {
        pub(crate) fn new(_: Level) -> Option<Self> {
            None
        }

        pub(crate) fn transpose(self, _: [usize; 2], _: (&[u8], usize), _: (&mut [u8], usize)) {
            match self {}
        }
    }
}
