use featherlite_base::{DType, Quantization};
use featherlite_ir::{Graph, Node, Value};
use featherlite_schema::owned::BuiltinOptions;

/// A node with its operands, as rules ask about it.
pub(super) struct Seen<'g> {
    inputs: Vec<Option<&'g Value>>,
    outputs: Vec<&'g Value>,
    options: Option<&'g BuiltinOptions>,
}

impl<'g> Seen<'g> {
    pub(super) fn new(graph: &'g Graph, node: &'g Node) -> Self {
        Self {
            inputs: node.inputs.iter().map(|input| input.map(|id| graph.value(id))).collect(),
            outputs: node.outputs.iter().map(|&id| graph.value(id)).collect(),
            options: node.op.options.as_ref(),
        }
    }

    pub(super) fn input(&self, index: usize) -> Option<&'g Value> {
        self.inputs.get(index).copied().flatten()
    }

    pub(super) fn output(&self, index: usize) -> Option<&'g Value> {
        self.outputs.get(index).copied()
    }

    pub(super) fn options(&self) -> Option<&'g BuiltinOptions> {
        self.options
    }

    /// How many inputs there are places for, absent ones included.
    pub(super) fn input_count(&self) -> usize {
        self.inputs.len()
    }

    pub(super) fn input_is(&self, index: usize, types: &[DType]) -> bool {
        self.input(index).is_some_and(|value| types.contains(&value.dtype))
    }

    pub(super) fn output_is(&self, index: usize, types: &[DType]) -> bool {
        self.output(index).is_some_and(|value| types.contains(&value.dtype))
    }

    pub(super) fn is_quantized(&self, input: usize) -> bool {
        self.input(input).is_some_and(|value| value.quantization != Quantization::None)
    }

    /// The rank of an input; 0 if it is absent or not known.
    pub(super) fn rank(&self, input: usize) -> usize {
        self.input(input).and_then(|value| value.shape.as_ref()).map_or(0, Vec::len)
    }

    /// Whether the first two inputs differ in shape, and an input has more than `rank` dimensions.
    pub(super) fn broadcasts_above(&self, rank: usize) -> bool {
        let shape = |input: usize| self.input(input).and_then(|value| value.shape.as_ref());
        self.input_count() > 1
            && shape(0) != shape(1)
            && (0..self.input_count()).any(|input| self.rank(input) > rank)
    }
}
