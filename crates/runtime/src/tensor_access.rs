//! Any tensor of a session by its index, for callers that know the file's tables.

use alloc::format;

use featherlite_base::Shape;
use featherlite_base::arena::Block;

use crate::graph_plan::{GraphPlan, Place};
use crate::{Error, Result, Session};

impl Session {
    /// Whether a subgraph is planned for the present shapes of its inputs.
    pub fn is_prepared(&self, subgraph: usize) -> bool {
        self.graphs.get(subgraph).and_then(Option::as_ref).is_some_and(|state| state.plan.is_some())
    }

    /// The present shape of any tensor: of an input, what it was resized to; of others, what the plan or the last run
    /// gave them, or what the file says if there is no plan.
    ///
    /// # Errors
    /// If there is no such tensor.
    pub fn tensor_shape(&self, subgraph: usize, tensor: usize) -> Result<Shape> {
        let declared = self.declared_shape(subgraph, tensor)?;
        let Some(Some(state)) = self.graphs.get(subgraph) else { return Ok(declared) };
        if let Some(input) =
            self.model.inner.graphs[subgraph].inputs.iter().position(|&input| input == tensor)
        {
            return Ok(state.input_shapes[input]);
        }
        Ok(state.plan.as_ref().map_or(declared, |plan| plan.shapes[tensor]))
    }

    fn declared_shape(&self, subgraph: usize, tensor: usize) -> Result<Shape> {
        let graph = self.model.inner.graphs.get(subgraph);
        let graph = graph.ok_or_else(|| Error::argument(format!("the model has no subgraph {subgraph}")))?;
        let info = graph.tensors.get(tensor).ok_or_else(|| {
            Error::argument(format!("the subgraph has no tensor {tensor} (it has {})", graph.tensors.len()))
        })?;
        Ok(info.shape())
    }

    /// The bytes of any tensor that has contents of its own, to write to. Kernels write them again in the next run, but for
    /// those of inputs and variables.
    ///
    /// # Errors
    /// If there is no such tensor, it is a constant, or its contents were not kept or are not there yet.
    pub fn tensor_bytes_mut(&mut self, subgraph: usize, tensor: usize) -> Result<&mut [u8]> {
        self.tensor_of(subgraph, tensor)?;
        let plan = self.graphs[subgraph].as_mut().and_then(|state| state.plan.as_mut());
        let constant = || Error::argument("the tensor is a constant of the model and can not be written");
        plan.and_then(|plan| plan.own_bytes(tensor)).ok_or_else(constant)
    }
}

impl GraphPlan {
    /// A tensor's bytes if the plan owns them.
    fn own_bytes(&mut self, tensor: usize) -> Option<&mut [u8]> {
        match &self.places[tensor] {
            &Place::Arena { offset, bytes } => self.arena.as_mut_slice().get_mut(offset..offset + bytes),
            &Place::Persistent { offset, bytes } => {
                self.persistent.as_mut_slice().get_mut(offset..offset + bytes)
            }
            Place::Dynamic => self.dynamic[tensor].as_mut().map(Block::as_mut_slice),
            Place::Nowhere | Place::Constant(_) | Place::Folded { .. } => None,
        }
    }
}
