//! Networks run with all their values in sight.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use featherlite_convert::export;
use featherlite_ir::{Code, Graph, Model, Op, ValueId};
use featherlite_ops::core::{OpSet, Operator};
use featherlite_runtime::{Session, SessionOptions, TensorView};

use crate::Result;

static OPERATORS: LazyLock<OpSet> = LazyLock::new(|| OpSet::new(featherlite_ops::ALL));

/// The operator as the runtime knows it.
pub(crate) fn operator(op: &Op) -> Option<Operator> {
    match &op.code {
        Code::Builtin(code) => OPERATORS.builtin(*code),
        Code::Custom(name) => OPERATORS.custom(name),
    }
}

/// One input of a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Its shape.
    pub shape: Vec<usize>,
    /// Its real numbers; integers as such.
    pub values: Vec<f32>,
}

/// The inputs of one run, in the order of the main graph's inputs.
pub type Sample = Vec<Input>;

/// A network, ready to run with every value kept.
pub struct Runner {
    session: Session,
    /// The tensor of each value.
    tensors: BTreeMap<ValueId, usize>,
}

impl Runner {
    /// Plans the main graph of a network.
    ///
    /// # Errors
    /// If it can not be written or planned.
    pub fn new(model: &Model) -> Result<Self> {
        let mut numbered = model.clone();
        for graph in &mut numbered.graphs {
            let values: Vec<ValueId> = graph.values().map(|(id, _)| id).collect();
            for id in values {
                graph.value_mut(id).name = id.index().to_string();
            }
        }
        let file = export::to_bytes(&numbered)?;
        let runtime = featherlite_runtime::Model::from_bytes(file, &OPERATORS)?;
        let tensors = tensors(&runtime, &model.graphs[0]);
        let options = SessionOptions { preserve_all_tensors: true, ..SessionOptions::default() };
        Ok(Self { session: runtime.session_with(options)?, tensors })
    }

    /// Runs one sample.
    ///
    /// # Errors
    /// If it does not fit the network.
    pub fn run(&mut self, sample: &[Input]) -> Result<()> {
        for (index, input) in sample.iter().enumerate() {
            if self.session.input_shape(index)?.dims() != input.shape {
                self.session.resize_input(index, &input.shape)?;
            }
        }
        for (index, input) in sample.iter().enumerate() {
            self.session.set_input_real(index, &input.values)?;
        }
        self.session.reset();
        Ok(self.session.run()?)
    }

    /// What a value of the main graph holds; `None` if it is not part of what runs.
    pub fn value(&self, id: ValueId) -> Option<TensorView<'_>> {
        self.session.tensor(*self.tensors.get(&id)?).ok()
    }

    /// The real numbers of a value; `None` if it has none.
    pub fn real(&self, id: ValueId) -> Option<Vec<f32>> {
        self.value(id)?.to_real().ok()
    }
}

/// The tensor of each value, found by the numbers that stand as names.
fn tensors(runtime: &featherlite_runtime::Model, graph: &Graph) -> BTreeMap<ValueId, usize> {
    let Some(subgraph) = runtime.subgraphs().next() else { return BTreeMap::new() };
    let by_name: BTreeMap<&str, usize> =
        subgraph.tensors().iter().enumerate().map(|(index, tensor)| (tensor.name(), index)).collect();
    let find = |(id, _): (ValueId, _)| Some((id, *by_name.get(id.index().to_string().as_str())?));
    graph.values().filter_map(find).collect()
}
