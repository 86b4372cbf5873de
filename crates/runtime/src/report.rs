use alloc::boxed::Box;
use alloc::string::String;
use core::time::Duration;

/// What a session needs in memory, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryReport {
    /// The arena: inputs, outputs, intermediate tensors and scratch of all planned subgraphs.
    pub arena: usize,
    /// What tensors take of the arena; the rest is scratch of kernels that found no gap between them.
    pub arena_tensors: usize,
    /// The most that tensors alive at one step take together; no arena can be smaller.
    pub arena_bound: usize,
    /// State that is kept from run to run.
    pub persistent: usize,
    /// Tensors whose size is only known during a run, as of the last run.
    pub dynamic: usize,
    /// Weights that are read where the file is.
    pub mapped_weights: usize,
    /// Weights in the order that kernels want, shared by all sessions of the model.
    pub packed_weights: usize,
    /// Constants that were expanded or computed at plan time, shared likewise.
    pub folded_weights: usize,
}

/// One operator of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepReport {
    /// Index of the node in its subgraph.
    pub node: usize,
    /// The operator's name.
    pub operator: String,
    /// The kernel that was chosen, where there is a choice.
    pub kernel: Option<&'static str>,
    /// Whether shapes are only known during a run.
    pub is_dynamic: bool,
}

/// What is called after every operator of a run.
pub type Observer = Box<dyn FnMut(&OpEvent<'_>) + Send>;

/// An operator that has just run, as observers see it.
#[derive(Clone, Copy, Debug)]
pub struct OpEvent<'a> {
    /// Index of the subgraph.
    pub subgraph: usize,
    /// Index of the node in it.
    pub node: usize,
    /// The operator's name.
    pub operator: &'a str,
    /// The kernel that was chosen, where there is a choice.
    pub kernel: Option<&'static str>,
    /// How long it ran; zero without the standard library, which has the clock.
    pub duration: Duration,
}
