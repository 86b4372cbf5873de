use alloc::format;

use featherlite_base::Shape;
use featherlite_base::arena::Slot;

use crate::graph_plan::Place;
use crate::{Error, Result, Session};

/// Where a planned tensor is at present, for programs in other languages that hold tensors by address.
///
/// The address is good until the session is dropped, its subgraph is planned anew (after
/// [`Session::resize_input`]), or, where [`Location::is_dynamic`], until the next run.
#[derive(Clone, Copy, Debug)]
pub struct Location {
    /// Its bytes; `None` if it has none yet.
    pub slot: Option<Slot>,
    /// Its present shape.
    pub shape: Shape,
    /// Whether shape and address are known only after a run.
    pub is_dynamic: bool,
    /// Whether it keeps its contents from run to run.
    pub is_persistent: bool,
}

impl Session {
    /// Where a tensor is. Intermediate tensors share memory with others unless the session preserves all tensors.
    ///
    /// # Errors
    /// If there is no such tensor, or the subgraph is not planned (see [`Session::prepare`]).
    pub fn location(&mut self, subgraph: usize, tensor: usize) -> Result<Location> {
        let (model, state) = self.graph_state(subgraph)?;
        if tensor >= model.graphs[subgraph].tensors.len() {
            return Err(Error::argument(format!("subgraph {subgraph} has no tensor {tensor}")));
        }
        let plan = state.plan.as_mut();
        let plan = plan.ok_or_else(|| Error::argument(format!("subgraph {subgraph} is not planned")))?;
        let place = &plan.places[tensor];
        let is_dynamic = matches!(place, Place::Dynamic);
        let is_persistent = matches!(place, Place::Persistent { .. });
        let has_bytes = match place {
            Place::Nowhere => false,
            Place::Dynamic => plan.dynamic[tensor].is_some(),
            _ => true,
        };
        let slot = has_bytes.then(|| plan.slot(&model, tensor)).transpose()?;
        Ok(Location { slot, shape: plan.shapes[tensor], is_dynamic, is_persistent })
    }
}
