use alloc::format;
use alloc::string::String;

use featherlite_base::ErrorKind;
use featherlite_ops::core::Setup;
use featherlite_simd::Level;

use crate::{Error, Result};

/// Which kernels run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kernels {
    /// The best for this processor.
    #[default]
    Fast,
    /// The plain reference kernels, which define the results.
    Reference,
}

/// How a session plans and runs.
#[derive(Clone, Debug)]
pub struct SessionOptions {
    /// Threads that a run may use; 1 runs on the caller's thread alone.
    pub threads: usize,
    /// Which kernels run.
    pub kernels: Kernels,
    /// Cut the instruction set down to a level such as `"avx2"`; by default the environment variable
    /// `FEATHERLITE_ISA`, otherwise all that the processor has.
    pub isa: Option<String>,
    /// Keep every tensor after a run, so that intermediate results can be read.
    pub preserve_all_tensors: bool,
    /// Bytes that activations, state and dynamic tensors may take together.
    pub memory_limit: usize,
    /// Operators that one run may execute, those in loops counted each time: the end of a loop that a damaged or hostile
    /// file would have go on for ever.
    pub step_limit: u64,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            threads: 1,
            kernels: Kernels::Fast,
            isa: None,
            preserve_all_tensors: false,
            memory_limit: 2 << 30,
            step_limit: 1 << 30,
        }
    }
}

impl SessionOptions {
    /// How kernels are to be chosen.
    pub(crate) fn setup(&self) -> Result<Setup> {
        #[cfg(feature = "std")]
        let default = || std::env::var("FEATHERLITE_ISA").ok().filter(|isa| !isa.is_empty());
        #[cfg(not(feature = "std"))]
        let default = || None;
        let wanted = self.isa.clone().or_else(default);
        let level = match wanted {
            None => Level::detect(),
            Some(name) => Level::named(&name).map_err(|error| {
                Error::new(ErrorKind::InvalidArgument, format!("instruction set {name:?}: {error}"))
            })?,
        };
        Ok(Setup { level, reference: self.kernels == Kernels::Reference, threads: self.threads.max(1) })
    }
}
