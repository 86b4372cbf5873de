use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::any::Any;
use core::ops::Deref;

use featherlite_base::arena::{Block, Pair, Parallel, Views, cast_mut};
use featherlite_base::{DType, Element, Error, Result, Shape};

/// What an operator may ask of the runtime during a run, beyond its memory.
pub trait Host {
    /// Runs a subgraph that initialises state, unless that was done before (CALL_ONCE).
    ///
    /// # Errors
    /// If there is no such subgraph, or its run fails.
    fn call_once(&mut self, subgraph: usize) -> Result<()>;

    /// Runs a subgraph (a branch): copies the arguments to its inputs, resizing them where shapes differ. The results are
    /// then to be had from [`Host::result`].
    ///
    /// # Errors
    /// If there is no such subgraph, arguments do not fit, or its run fails.
    fn call(&mut self, subgraph: usize, arguments: &[Value<'_>]) -> Result<()>;

    /// Output `index` of a subgraph as the last [`Host::call`] left it.
    ///
    /// # Errors
    /// If there is no such output.
    fn result(&self, subgraph: usize, index: usize) -> Result<Value<'_>>;

    /// Runs a loop: as long as the subgraph `condition` finds the carried values to be true, the subgraph `body`
    /// makes the next ones from them. The first are the arguments; the last are then to be had from [`Host::carried`].
    ///
    /// # Errors
    /// If there are no such subgraphs, arguments do not fit, a run fails, or a limit of the session is reached.
    fn repeat(&mut self, condition: usize, body: usize, arguments: &[Value<'_>]) -> Result<()>;

    /// Value `index` that the loop over `body` carries, as the last [`Host::repeat`] left it.
    ///
    /// # Errors
    /// If there is no such value.
    fn carried(&self, body: usize, index: usize) -> Result<Value<'_>>;

    /// The number of the resource variable of this name; made on first use.
    fn resource(&mut self, container: &str, shared_name: &str) -> i32;

    /// The contents of a resource variable; `None` before its first assignment.
    fn read_variable(&self, resource: i32) -> Option<Value<'_>>;

    /// Replaces the contents of a resource variable.
    ///
    /// # Errors
    /// If there is no memory.
    fn assign_variable(&mut self, resource: i32, value: Value<'_>) -> Result<()>;

    /// What operators keep in the session under a number of the model's choice (a hash table); gone after a reset.
    fn object(&mut self, number: i32) -> &mut Option<Box<dyn Any + Send>>;

    /// Whether the run was cancelled: to be asked by kernels that loop for long.
    fn is_cancelled(&self) -> bool;
}

/// A tensor's contents, borrowed.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    /// Element type.
    pub dtype: DType,
    /// Shape.
    pub shape: Shape,
    /// Contents.
    pub bytes: &'a [u8],
}

/// The memory and helpers of one operator for one run.
///
/// Inputs, outputs, scratch and state are taken through the methods of [`Views`].
pub struct Io<'a> {
    views: Views<'a>,
    /// The threads to spread work over.
    pub parallel: &'a dyn Parallel,
    /// The runtime.
    pub host: &'a mut dyn Host,
    /// The present shapes of the inputs, for kernels that run on shapes not known at plan time.
    pub shapes: &'a [Shape],
    allocated: Vec<(usize, Shape, Block)>,
}

impl<'a> Io<'a> {
    /// Memory and helpers for one run of one operator.
    pub fn new(
        views: Views<'a>,
        shapes: &'a [Shape],
        parallel: &'a dyn Parallel,
        host: &'a mut dyn Host,
    ) -> Self {
        Self { views, parallel, host, shapes, allocated: Vec::new() }
    }

    /// Makes the memory of an output whose shape was not known before (see
    /// [`Outputs::AtRun`](super::Outputs::AtRun)), zeroed.
    ///
    /// # Errors
    /// If there is no memory.
    pub fn allocate<T: Element>(&mut self, output: usize, shape: Shape) -> Result<&mut [T]> {
        self.allocate_bytes(output, shape, shape.elements() * size_of::<T>()).and_then(cast_mut)
    }

    /// As [`Io::allocate`], for types without a fixed element size (strings).
    ///
    /// # Errors
    /// If there is no memory.
    pub fn allocate_bytes(&mut self, output: usize, shape: Shape, bytes: usize) -> Result<&mut [u8]> {
        self.allocated.push((output, shape, Block::zeroed(bytes)?));
        match self.allocated.last_mut() {
            Some((_, _, block)) => Ok(block.as_mut_slice()),
            None => Err(Error::internal("allocation vanished")),
        }
    }

    /// Copies the bytes of an input to an output, or does nothing where they share memory.
    ///
    /// # Errors
    /// If sizes differ.
    pub fn copy(&mut self, input: usize, output: usize) -> Result<()> {
        if let Pair::Apart(from, to) = self.views.pair::<u8, u8>(input, output)? {
            if from.len() != to.len() {
                return Err(Error::internal(format!("copy of {} bytes to {}", from.len(), to.len())));
            }
            to.copy_from_slice(from);
        }
        Ok(())
    }

    /// Copies a value that the host holds to an output. `is_placed` says whether the plan knew the output's shape;
    /// otherwise its memory is made now.
    ///
    /// # Errors
    /// Whatever `read` returns; if the value does not fit the output; if there is no memory.
    pub fn take_from_host(
        &mut self,
        output: usize,
        is_placed: bool,
        read: impl for<'h> FnOnce(&'h dyn Host) -> Result<Value<'h>>,
    ) -> Result<()> {
        let value = read(&*self.host)?;
        if !is_placed {
            self.allocated.push((output, value.shape, Block::copy_of(value.bytes)?));
            return Ok(());
        }
        let to = self.views.output::<u8>(output)?;
        if to.len() != value.bytes.len() {
            return Err(Error::invalid_value(format!(
                "a value of shape {} ({} bytes) for output {output} of {} bytes",
                value.shape,
                value.bytes.len(),
                to.len()
            )));
        }
        to.copy_from_slice(value.bytes);
        Ok(())
    }

    /// The outputs that the kernel allocated: number, shape, memory.
    pub fn finish(self) -> Vec<(usize, Shape, Block)> {
        self.allocated
    }
}

impl<'a> Deref for Io<'a> {
    type Target = Views<'a>;

    fn deref(&self) -> &Views<'a> {
        &self.views
    }
}
