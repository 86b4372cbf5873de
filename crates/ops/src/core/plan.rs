use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;

use featherlite_base::{Error, Result};
#[cfg(target_arch = "x86_64")]
use featherlite_gemm::PackedI16;
use featherlite_gemm::{PackedF32, PackedI8};
use featherlite_simd::{Family, Level, Row};

use super::Node;

/// How kernels are chosen.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// The instructions that may be used.
    pub level: Level,
    /// Take the plain reference kernels.
    pub reference: bool,
    /// Threads that a run may use, at least 1.
    pub threads: usize,
}

/// Weights in the order in which a kernel reads them, shared by all sessions of a model.
pub trait Packed: Any + Send + Sync {
    /// Memory it takes, for the plan's report.
    fn bytes(&self) -> usize;
}

/// Weights that a kernel may find not to be made for it.
impl<T: Packed> Packed for Option<T> {
    fn bytes(&self) -> usize {
        self.as_ref().map_or(0, Packed::bytes)
    }
}

/// Where packed weights are kept: the runtime has one per node of a model.
pub trait SharedStore {
    /// What is stored under `key`, if anything.
    fn get(&self, key: &'static str) -> Option<Arc<dyn Any + Send + Sync>>;
    /// Stores a value of `bytes` bytes.
    fn put(&mut self, key: &'static str, value: Arc<dyn Any + Send + Sync>, bytes: usize);
}

/// What a planned node needs of the runtime.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Sizes of the scratch areas in bytes.
    pub scratch: Vec<usize>,
    /// Sizes of the state areas in bytes.
    pub state: Vec<usize>,
    /// The name of the chosen kernel, for operators that have several.
    pub kernel: Option<&'static str>,
}

/// The planning of one node: what is known, and what the kernel will need.
pub struct Plan<'a> {
    /// The node, all shapes known (unless the kernel allocates its outputs itself).
    pub node: &'a Node<'a>,
    /// How kernels are chosen.
    pub setup: Setup,
    needs: Needs,
    shared: &'a mut dyn SharedStore,
}

impl<'a> Plan<'a> {
    /// A plan for `node`.
    pub fn new(node: &'a Node<'a>, setup: Setup, shared: &'a mut dyn SharedStore) -> Self {
        Self { node, setup, needs: Needs::default(), shared }
    }

    /// Asks for scratch memory of `bytes` bytes, aligned to 64; returns the number to pass to
    /// [`Io::scratch`](featherlite_base::arena::Views::scratch). Its contents are undefined at the start of a run.
    pub fn scratch(&mut self, bytes: usize) -> usize {
        self.needs.scratch.push(bytes);
        self.needs.scratch.len() - 1
    }

    /// Asks for `bytes` bytes, aligned to 64, that last from run to run of a session; returns the number to pass to
    /// [`Io::state`](featherlite_base::arena::Views::state). They are zero at first and after a reset of the session.
    /// An operator that asks for this must have [`Effects::Some`](super::Effects).
    pub fn state(&mut self, bytes: usize) -> usize {
        self.needs.state.push(bytes);
        self.needs.state.len() - 1
    }

    /// The best kernel of a family for this set-up; its name goes to the plan's report.
    pub fn choose<F>(&mut self, family: &Family<F>) -> &'static Row<F> {
        let row = family.choose(self.setup.level, self.setup.reference);
        self.needs.kernel = Some(row.name);
        row
    }

    /// Makes packed weights, or finds those that another session of the model made. `key` tells apart the forms of
    /// one node: use the kernel's name. Only for values that depend on constants of the file alone
    /// ([`Tensor::is_constant`](super::Tensor)).
    ///
    /// # Errors
    /// Whatever `make` returns.
    pub fn shared<T: Packed>(
        &mut self,
        key: &'static str,
        make: impl FnOnce() -> Result<T>,
    ) -> Result<Arc<T>> {
        if let Some(found) = self.shared.get(key) {
            return found
                .downcast()
                .map_err(|_| Error::internal(format!("packed weights {key:?} have another type")));
        }
        let value = Arc::new(make()?);
        self.shared.put(key, value.clone(), value.bytes());
        Ok(value)
    }

    /// What was asked for.
    pub fn finish(self) -> Needs {
        self.needs
    }
}

/// Nothing is kept: for planning a node on its own, as tests do.
pub struct NoStore;

impl SharedStore for NoStore {
    fn get(&self, _: &'static str) -> Option<Arc<dyn Any + Send + Sync>> {
        None
    }

    fn put(&mut self, _: &'static str, _: Arc<dyn Any + Send + Sync>, _: usize) {}
}

impl Packed for PackedF32 {
    fn bytes(&self) -> usize {
        self.bytes()
    }
}

impl Packed for PackedI8 {
    fn bytes(&self) -> usize {
        self.bytes()
    }
}

#[cfg(target_arch = "x86_64")]
impl Packed for PackedI16 {
    fn bytes(&self) -> usize {
        self.bytes()
    }
}

/// Several matrices: groups of a convolution.
impl<T: Packed> Packed for Vec<T> {
    fn bytes(&self) -> usize {
        self.iter().map(T::bytes).sum()
    }
}

impl<T: Any + Send + Sync + Copy> Packed for Box<[T]> {
    fn bytes(&self) -> usize {
        size_of_val(&**self)
    }
}
