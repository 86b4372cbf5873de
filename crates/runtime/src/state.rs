//! A subgraph in a session: the shapes of its inputs, its plan, and what its tensors hold.

use featherlite_base::ErrorKind;
use featherlite_base::Shape;
use featherlite_base::arena::Block;
use featherlite_ops::core::Value;

use crate::execute::check_dtype;
use crate::plan::{Context, GraphPlan, Place};
use crate::{Error, Result};

/// A subgraph in a session.
pub(crate) struct GraphState {
    pub(crate) input_shapes: Vec<Shape>,
    pub(crate) plan: Option<GraphPlan>,
}

impl GraphState {
    pub(crate) fn ensure_plan(&mut self, context: &Context<'_>) -> Result<&mut GraphPlan> {
        if self.plan.is_none() {
            self.plan = Some(context.plan(&self.input_shapes)?);
        }
        self.plan.as_mut().ok_or_else(|| Error::new(ErrorKind::Internal, "the plan vanished"))
    }

    /// Sets all inputs, resizing those whose shape differs.
    pub(crate) fn set_inputs(&mut self, context: &Context<'_>, values: &[Value<'_>]) -> Result<()> {
        let graph = context.graph();
        let shapes: Vec<Shape> = values.iter().map(|value| value.shape).collect();
        if self.input_shapes != shapes {
            self.input_shapes = shapes;
            self.plan = None;
        }
        for (&input, value) in graph.inputs.iter().zip(values) {
            check_dtype(graph.tensors[input].dtype, value.dtype, "an input of the subgraph")?;
        }
        let plan = self.ensure_plan(context)?;
        for (&input, value) in graph.inputs.iter().zip(values) {
            plan.write(input, value.bytes)?;
        }
        Ok(())
    }

    /// The present contents of a tensor, if it has any.
    pub(crate) fn value<'a>(&'a self, context: &Context<'a>, tensor: usize) -> Result<Option<Value<'a>>> {
        let info = &context.graph().tensors[tensor];
        let Some(plan) = &self.plan else { return Ok(None) };
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
}

impl GraphPlan {
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
            self.dynamic[tensor] = Some(Block::copy_of(bytes)?);
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
