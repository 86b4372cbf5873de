//! Calling other subgraphs of the model: what branches and loops share.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Error, Result};

use crate::core::{Io, Kernel, Plan, Value};

/// The number of a subgraph as an options table has it.
///
/// # Errors
/// If it is negative; whether there is such a subgraph the runtime finds out.
pub fn index(number: i32) -> Result<usize> {
    usize::try_from(number).map_err(|_| Error::invalid_model(format!("subgraph {number} does not exist")))
}

/// The part of the operator's inputs and outputs that takes part in a call.
pub struct Arguments {
    first: usize,
    dtypes: Vec<DType>,
    /// Whether the plan knew the output's shape.
    is_placed: Vec<bool>,
}

impl Arguments {
    /// The inputs from number `first` on, and all outputs.
    ///
    /// # Errors
    /// If an input is missing.
    pub fn new(plan: &Plan<'_>, first: usize) -> Result<Self> {
        let node = plan.node;
        let inputs = first..node.inputs.len();
        Ok(Self {
            first,
            dtypes: inputs.map(|index| node.input(index).map(|input| input.dtype)).collect::<Result<_>>()?,
            is_placed: node.outputs.iter().map(|output| output.shape_known).collect(),
        })
    }

    /// The inputs' contents.
    ///
    /// # Errors
    /// None but defects.
    pub fn values<'a>(&self, io: &Io<'a>) -> Result<Vec<Value<'a>>> {
        let indices = (self.first..).zip(&self.dtypes);
        indices
            .map(|(index, &dtype)| {
                Ok(Value { dtype, shape: io.shapes[index], bytes: io.input::<u8>(index)? })
            })
            .collect()
    }

    /// Whether each output's shape was known at plan time.
    pub fn is_placed(&self) -> impl Iterator<Item = (usize, bool)> {
        self.is_placed.iter().copied().enumerate()
    }
}

/// A kernel that runs the subgraph that `choose` picks on the inputs from number `first` on.
///
/// # Errors
/// As [`Arguments::new`].
pub fn branch(
    plan: &Plan<'_>,
    first: usize,
    choose: impl Fn(&Io<'_>) -> Result<usize> + Send + Sync + 'static,
) -> Result<Box<dyn Kernel>> {
    let arguments = Arguments::new(plan, first)?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let subgraph = choose(io)?;
        let values = arguments.values(io)?;
        io.host.call(subgraph, &values)?;
        arguments.is_placed().try_for_each(|(output, is_placed)| {
            io.take_from_host(output, is_placed, |host| host.result(subgraph, output))
        })
    }))
}
