//! REVERSE_SEQUENCE: reverses the first elements of each sequence of a batch, as many as it is long.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, Result};
use featherlite_schema::{BuiltinOperator, ReverseSequenceOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::gather::{self, Positions, Rows};
use crate::parts::rearrange::{ANY, INDEX};

/// REVERSE_SEQUENCE.
pub static OP: OpDef = OpDef {
    name: "REVERSE_SEQUENCE",
    code: Code::Builtin(BuiltinOperator::REVERSE_SEQUENCE),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "REVERSE_SEQUENCE",
    summary: "Reverses the first elements of each sequence of a batch, as many as it is long.",
    macs: None,
};

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(ANY), req(INDEX)], outputs: &[req(Types::SAME)], version: 1 }];

/// The input as `[outer, first, middle, second, inner]`, where `first` and `second` are the dimensions of sequences
/// and batch in the order in which they come.
#[derive(Clone, Copy)]
struct Layout {
    first: usize,
    middle: usize,
    second: usize,
    sequence_first: bool,
    inner: usize,
}

fn layout(node: &Node<'_>) -> Result<Layout> {
    let options: ReverseSequenceOptions<'_> = node.options();
    let (input, lengths) = (node.input(0)?.shape, node.input(1)?.shape);
    let (sequence, batch) = (input.axis(options.seq_dim().into())?, input.axis(options.batch_dim().into())?);
    if sequence == batch || lengths.dims() != [input.dim(batch)] {
        return Err(Error::invalid_shape(format!(
            "lengths {lengths} of sequences in dimension {sequence} of {input}, a batch in dimension {batch}"
        )));
    }
    let (low, high) = (sequence.min(batch), sequence.max(batch));
    let dims = input.dims();
    Ok(Layout {
        first: dims[low],
        middle: dims[low + 1..high].iter().product(),
        second: dims[high],
        sequence_first: sequence < batch,
        inner: dims[high + 1..].iter().product(),
    })
}

impl Rows for Layout {
    fn source(&self, lengths: Positions<'_>, row: usize) -> Result<usize> {
        let (second, above) = (row % self.second, row / self.second);
        let (middle, above) = (above % self.middle, above / self.middle);
        let (first, outer) = (above % self.first, above / self.first);
        let (at, size, batch) =
            if self.sequence_first { (first, self.first, second) } else { (second, self.second, first) };
        let length = lengths.at(batch, size + 1)?;
        let at = if at < length { length - 1 - at } else { at };
        let (first, second) = if self.sequence_first { (at, second) } else { (first, at) };
        Ok(((outer * self.first + first) * self.middle + middle) * self.second + second)
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    layout(node)?;
    Ok(Outputs::one(node.input(0)?.shape))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let layout = layout(plan.node)?;
    let shape = plan.node.input(0)?.shape;
    gather::kernel(plan, Box::new(layout), layout.inner, 1, shape)
}
