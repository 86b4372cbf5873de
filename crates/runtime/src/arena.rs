//! The runtime's uses of memory that the borrow checker can not follow: the mapped file, and the views of an
//! operator's tensors during a run.
#![allow(unsafe_code)]

use featherlite_base::arena::{Slot, Views};

use crate::graph_plan::{GraphPlan, Step};

/// Maps a file for reading.
#[cfg(feature = "std")]
pub(crate) fn map(file: &std::fs::File) -> std::io::Result<memmap2::Mmap> {
    // SAFETY: the mapping is private and read-only. That nobody changes the file while it is mapped is the documented
    // condition of `Model::open`; all values read from it are range-checked when they are used as sizes or indices
    // at open, and weights may hold any bits.
    unsafe { memmap2::Mmap::map(file) }
}

/// The memory of one step for one run.
pub(crate) fn views<'a>(plan: &'a GraphPlan, step: &'a Step) -> Views<'a> {
    let slots = &plan.slots[step.slots.clone()];
    // SAFETY: slots point into the plan's arena and persistent block, into blocks of the step and of dynamic tensors, or at
    // constants; the plan owns the first three and its session keeps the model. All stay in place while the plan is
    // borrowed, and only the running step uses them (`run` has the session exclusively). The memory planner gives
    // tensors that are alive at the same step disjoint ranges, but for outputs that it places exactly on
    // an input; inputs are read-only slots unless they are a variable that occurs once in the node, and a
    // node that writes one of its inputs is refused by the plan.
    unsafe { Views::new(slots, step.inputs, step.outputs, step.scratch) }
}

/// The memory of a kernel that runs on blocks of its own.
pub(crate) fn views_of(slots: &[Slot], (inputs, outputs, scratch): (usize, usize, usize)) -> Views<'_> {
    // SAFETY: the slots are constants and parts of separate blocks, which the only callers keep for the run.
    unsafe { Views::new(slots, inputs, outputs, scratch) }
}

/// Reads a tensor between steps.
pub(crate) fn read(_plan: &GraphPlan, slot: Slot) -> &[u8] {
    // SAFETY: `slot` belongs to the borrowed plan (or is a constant of its model), and no step runs while it is read.
    unsafe { slot.bytes() }
}
