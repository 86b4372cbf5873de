//! State that belongs to a session rather than to a subgraph: resource variables, and which initialisers have run.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use core::any::Any;

use featherlite_base::arena::Block;
use featherlite_base::{DType, Error, ErrorKind, Result, Shape};
use featherlite_ops::core::Value;

#[derive(Default)]
pub(crate) struct Resources {
    /// By container, then by name.
    numbers: BTreeMap<String, BTreeMap<String, i32>>,
    objects: BTreeMap<i32, Option<Box<dyn Any + Send>>>,
    variables: BTreeMap<i32, Variable>,
    initialised: BTreeSet<usize>,
}

struct Variable {
    dtype: DType,
    shape: Shape,
    block: Block,
}

impl Resources {
    pub(crate) fn number(&mut self, container: &str, shared_name: &str) -> i32 {
        let known = self.numbers.get(container).and_then(|names| names.get(shared_name));
        known.copied().unwrap_or_else(|| {
            let next = self.numbers.values().map(BTreeMap::len).sum::<usize>() as i32;
            self.numbers.entry(container.to_owned()).or_default().insert(shared_name.to_owned(), next);
            next
        })
    }

    pub(crate) fn object(&mut self, number: i32) -> &mut Option<Box<dyn Any + Send>> {
        self.objects.entry(number).or_default()
    }

    pub(crate) fn read(&self, resource: i32) -> Option<Value<'_>> {
        self.variables.get(&resource).map(|variable| Value {
            dtype: variable.dtype,
            shape: variable.shape,
            bytes: variable.block.as_slice(),
        })
    }

    pub(crate) fn assign(&mut self, resource: i32, value: Value<'_>, limit: usize) -> Result<()> {
        if let Some(variable) = self.variables.get_mut(&resource)
            && variable.block.len() == value.bytes.len()
        {
            variable.block.as_mut_slice().copy_from_slice(value.bytes);
            (variable.dtype, variable.shape) = (value.dtype, value.shape);
            return Ok(());
        }
        let others: usize = self.variables.values().map(|variable| variable.block.len()).sum();
        if others.saturating_add(value.bytes.len()) > limit {
            return Err(Error::new(
                ErrorKind::OutOfMemory,
                format!("variables pass the limit of {limit} bytes"),
            ));
        }
        let block = Block::copy_of(value.bytes)?;
        self.variables.insert(resource, Variable { dtype: value.dtype, shape: value.shape, block });
        Ok(())
    }

    /// Whether the initialiser has not run yet; from now on it has.
    pub(crate) fn first_call(&mut self, subgraph: usize) -> bool {
        self.initialised.insert(subgraph)
    }

    /// Forgets a call that failed.
    pub(crate) fn undo_call(&mut self, subgraph: usize) {
        self.initialised.remove(&subgraph);
    }

    /// As if nothing had run.
    pub(crate) fn reset(&mut self) {
        self.variables.clear();
        self.objects.clear();
        self.initialised.clear();
    }
}
