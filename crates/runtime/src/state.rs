//! A subgraph in a session: the shapes of its inputs, its plan, and what its tensors hold.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use featherlite_base::arena::Block;
use featherlite_base::{ErrorKind, Shape};
use featherlite_ops::core::Value;

use crate::calls::Others;
use crate::carry::Carry;
use crate::graph_plan::{GraphPlan, Place};
use crate::plan::Context;
use crate::{Error, Result};

/// A subgraph in a session.
pub(crate) struct GraphState {
    pub(crate) input_shapes: Vec<Shape>,
    /// Inputs of a loop's body whose shape changes from one iteration to the next: what depends on them is planned
    /// during the run, so that the rest need not be planned anew.
    pub(crate) is_floating: Vec<bool>,
    pub(crate) plan: Option<GraphPlan>,
    pub(crate) carry: Option<Carry>,
}

impl GraphState {
    pub(crate) fn new(input_shapes: Vec<Shape>) -> Self {
        Self { is_floating: vec![false; input_shapes.len()], input_shapes, plan: None, carry: None }
    }

    /// Gives all inputs new shapes; the plan is dropped where it does not hold for them. `anew` forgets which inputs'
    /// shapes used to change.
    pub(crate) fn reshape(&mut self, shapes: impl Iterator<Item = Shape>, anew: bool) {
        for (position, shape) in shapes.enumerate() {
            self.reshape_input(position, shape);
        }
        if anew && self.plan.is_none() {
            self.is_floating.fill(false);
        }
    }

    pub(crate) fn reshape_input(&mut self, position: usize, shape: Shape) {
        if self.input_shapes[position] != shape {
            self.input_shapes[position] = shape;
            if !self.is_floating[position] {
                self.forget_plan();
            }
        }
    }

    pub(crate) fn forget_plan(&mut self) {
        (self.plan, self.carry) = (None, None);
    }

    pub(crate) fn ensure_plan(
        &mut self,
        context: &Context<'_>,
        others: &mut Others<'_>,
    ) -> Result<&mut GraphPlan> {
        if self.plan.is_none() {
            self.plan = Some(context.plan(&self.input_shapes, &self.is_floating, others)?);
        }
        self.plan.as_mut().ok_or_else(|| Error::new(ErrorKind::Internal, "the plan vanished"))
    }

    /// Sets inputs, resizing those whose shape differs. `value` gives the contents of each; those without are left
    /// as they are.
    pub(crate) fn set_inputs<'v>(
        &mut self,
        context: &Context<'_>,
        value: impl Fn(usize) -> Option<Result<Value<'v>>>,
        others: &mut Others<'_>,
    ) -> Result<()> {
        let graph = context.graph();
        for position in 0..graph.inputs.len() {
            if let Some(value) = value(position) {
                self.reshape_input(position, value?.shape);
            }
        }
        self.ensure_plan(context, others)?;
        for (position, &input) in graph.inputs.iter().enumerate() {
            if let (Some(value), Some(plan)) = (value(position), &mut self.plan) {
                let value = value?;
                plan.write(input, value.bytes)?;
                plan.shapes[input] = value.shape;
            }
        }
        Ok(())
    }

    /// The present contents of a tensor, if it has any.
    pub(crate) fn value<'a>(&'a self, context: &Context<'a>, tensor: usize) -> Result<Option<Value<'a>>> {
        let info = &context.graph().tensors[tensor];
        let Some(plan) = &self.plan else {
            let constant = info.constant.as_ref().filter(|_| !info.is_variable);
            let bytes = constant.map(|constant| context.model.constant(constant));
            return Ok(bytes.map(|bytes| Value { dtype: info.dtype, shape: info.shape, bytes }));
        };
        let bytes = match &plan.places[tensor] {
            Place::Nowhere => return Ok(None),
            Place::Constant(constant) => context.model.constant(constant),
            Place::Folded { block, .. } => block.as_slice(),
            &Place::Arena { offset, bytes } => {
                plan.arena.as_slice().get(offset..offset + bytes).unwrap_or_default()
            }
            &Place::Persistent { offset, bytes } => {
                plan.persistent.as_slice().get(offset..offset + bytes).unwrap_or_default()
            }
            Place::Dynamic => match &plan.dynamic[tensor] {
                Some(block) => block.as_slice(),
                None => return Ok(None),
            },
        };
        Ok(Some(Value { dtype: info.dtype, shape: plan.shapes[tensor], bytes }))
    }

    /// The contents of a tensor that must have some.
    pub(crate) fn present<'a>(&'a self, context: &Context<'a>, tensor: usize) -> Result<Value<'a>> {
        self.value(context, tensor)?
            .ok_or_else(|| Error::new(ErrorKind::Internal, format!("tensor {tensor} has no contents")))
    }
}

impl GraphPlan {
    /// The shape of a tensor if it was known at plan time.
    pub(crate) fn known_shape(&self, tensor: usize) -> Option<Shape> {
        (self.known[tensor] && !matches!(self.places[tensor], Place::Dynamic)).then_some(self.shapes[tensor])
    }

    /// The bytes of an input, to write to.
    pub(crate) fn input_bytes(&mut self, tensor: usize) -> Result<&mut [u8]> {
        match &self.places[tensor] {
            &Place::Arena { offset, bytes } => Ok(&mut self.arena.as_mut_slice()[offset..offset + bytes]),
            &Place::Persistent { offset, bytes } => {
                Ok(&mut self.persistent.as_mut_slice()[offset..offset + bytes])
            }
            Place::Dynamic => Ok(self.dynamic[tensor].as_mut().map(Block::as_mut_slice).unwrap_or_default()),
            _ => Err(Error::argument("the input is a constant of the model and can not be set")),
        }
    }

    pub(crate) fn write(&mut self, tensor: usize, bytes: &[u8]) -> Result<()> {
        if matches!(self.places[tensor], Place::Dynamic) {
            match &mut self.dynamic[tensor] {
                Some(block) if block.len() == bytes.len() => block.as_mut_slice().copy_from_slice(bytes),
                block => *block = Some(Block::copy_of(bytes)?),
            }
            self.known[tensor] = true;
            return Ok(());
        }
        let target = self.input_bytes(tensor)?;
        if target.len() != bytes.len() {
            return Err(Error::argument(format!(
                "the input takes {} bytes, not {}",
                target.len(),
                bytes.len()
            )));
        }
        target.copy_from_slice(bytes);
        Ok(())
    }
}
