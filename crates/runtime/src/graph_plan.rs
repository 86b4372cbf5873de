//! A planned subgraph: its steps, and where every tensor is.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use featherlite_base::arena::{Block, Slot};
use featherlite_base::{DType, Result as BaseResult, Shape};
use featherlite_ops::core::Kernel;

use crate::execute;
use crate::graph::{Constant, NodeInfo};
use crate::model::Inner;
use crate::plan::Context;

/// Where a tensor's contents are.
#[derive(Clone)]
pub(crate) enum Place {
    /// Nowhere: nobody makes it.
    Nowhere,
    Constant(Constant),
    Folded {
        block: Arc<Block>,
        is_constant: bool,
    },
    Arena {
        offset: usize,
        bytes: usize,
    },
    Persistent {
        offset: usize,
        bytes: usize,
    },
    /// In a block of its own, made during the run.
    Dynamic,
}

/// An operator of the plan.
pub(crate) struct Step {
    pub(crate) node: usize,
    /// Absent if it can only be planned during a run.
    pub(crate) kernel: Option<Box<dyn Kernel>>,
    pub(crate) kernel_name: Option<&'static str>,
    /// Its part of the plan's slots: inputs, outputs, scratch, state.
    pub(crate) slots: Range<usize>,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) scratch: usize,
    /// Its inputs' shapes in the plan's list.
    pub(crate) shapes: Range<usize>,
    pub(crate) late: Option<execute::Late>,
}

/// A planned subgraph with its memory.
pub(crate) struct GraphPlan {
    pub(crate) shapes: Vec<Shape>,
    pub(crate) known: Vec<bool>,
    pub(crate) places: Vec<Place>,
    pub(crate) steps: Vec<Step>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) step_shapes: Vec<Shape>,
    pub(crate) arena: Block,
    pub(crate) arena_tensors: usize,
    pub(crate) arena_bound: usize,
    pub(crate) persistent: Block,
    pub(crate) dynamic: Vec<Option<Block>>,
    /// What variables start with, other than what the file says.
    pub(crate) initial: Vec<(usize, Arc<Block>)>,
    /// Tensors whose contents are still there after a run.
    pub(crate) kept: Vec<bool>,
}

impl GraphPlan {
    /// Where a tensor is at present.
    pub(crate) fn slot(&mut self, model: &Inner, tensor: usize) -> BaseResult<Slot> {
        match &self.places[tensor] {
            Place::Nowhere => Ok(Slot::EMPTY),
            Place::Constant(constant) => Ok(Slot::constant(model.constant(constant))),
            Place::Folded { block, .. } => Ok(Slot::constant(block.as_slice())),
            &Place::Arena { offset, bytes } => self.arena.slot(offset, bytes),
            &Place::Persistent { offset, bytes } => self.persistent.slot(offset, bytes),
            Place::Dynamic => match &mut self.dynamic[tensor] {
                Some(block) => {
                    let bytes = block.len();
                    block.slot(0, bytes)
                }
                None => Ok(Slot::EMPTY),
            },
        }
    }

    /// Where an input of a node is; only variables can be written through it, and only if the node has them once.
    pub(crate) fn input_slot(
        &mut self,
        context: &Context<'_>,
        info: &NodeInfo,
        input: usize,
    ) -> BaseResult<Slot> {
        let slot = self.slot(context.model, input)?;
        let once = info.inputs.iter().filter(|other| **other == Some(input)).count() == 1;
        Ok(if context.graph().tensors[input].is_variable && once { slot } else { slot.read_only() })
    }

    pub(crate) fn push_tensor_slots(&mut self, context: &Context<'_>, info: &NodeInfo) -> BaseResult<()> {
        for input in &info.inputs {
            let slot = match *input {
                None => Slot::EMPTY,
                Some(input) => self.input_slot(context, info, input)?,
            };
            self.slots.push(slot);
        }
        for &output in &info.outputs {
            let slot = self.slot(context.model, output)?;
            self.slots.push(slot);
        }
        Ok(())
    }

    /// Drops the plans of late steps, and with them the state of their operators.
    pub(crate) fn forget_late_state(&mut self) {
        for late in self.steps.iter_mut().filter_map(|step| step.late.as_mut()) {
            *late = execute::Late::default();
        }
    }

    /// Sets variables to what the file says, or to the number that stands for zero, and clears the operators' state.
    pub(crate) fn initialise_variables(&mut self, context: &Context<'_>) {
        self.persistent.as_mut_slice().fill(0);
        for (index, tensor) in context.graph().tensors.iter().enumerate() {
            let &Place::Persistent { offset, bytes } = &self.places[index] else { continue };
            let target = &mut self.persistent.as_mut_slice()[offset..offset + bytes];
            if let Some(data) = tensor.constant.as_ref().map(|constant| context.model.constant(constant)) {
                if data.len() == bytes {
                    target.copy_from_slice(data);
                }
            } else if let (DType::I8, Some(affine)) = (tensor.dtype, tensor.quantization.affine())
                && affine.scales.len() == 1
            {
                target.fill(affine.zero_points[0] as u8);
            }
        }
        for (variable, block) in &self.initial {
            if let &Place::Persistent { offset, bytes } = &self.places[*variable]
                && bytes == block.len()
            {
                self.persistent.as_mut_slice()[offset..offset + bytes].copy_from_slice(block.as_slice());
            }
        }
    }
}
