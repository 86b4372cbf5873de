//! Lists of tensors: several are made from each other, and all that can be asked of one is.

use featherlite::DType;
use featherlite_testkit::{ModelBuilder, Op, Random, Subgraph, constant, tensor_of};

use super::super::{Case, Value, draw};

/// A list as the oracle has it; all items have one shape.
#[derive(Clone)]
struct List {
    tensor: i32,
    /// Whether the list says which shape items have.
    knows_shape: bool,
    items: Vec<Option<Value>>,
}

struct Drawn<'r> {
    random: &'r mut Random,
    dtype: DType,
    shape: Vec<usize>,
    lists: Vec<List>,
    /// Tensors to look at, and what they must hold.
    outputs: Vec<(i32, Value)>,
}

fn number(graph: &mut Subgraph<'_>, number: usize) -> i32 {
    graph.tensor(constant(&[], &[number as i32]))
}

impl Drawn<'_> {
    fn hint(&mut self, graph: &mut Subgraph<'_>) -> i32 {
        let dims: Vec<i32> = self.shape.iter().map(|&size| size as i32).collect();
        graph.tensor(constant(&[dims.len() as i32], &dims))
    }

    fn list(&mut self, graph: &mut Subgraph<'_>, name: &str, options: &[u8], inputs: &[i32]) -> i32 {
        graph.add(Op::custom(name, options), inputs, tensor_of(DType::Variant, &[]))
    }

    fn output(&mut self, graph: &mut Subgraph<'_>, name: &str, inputs: &[i32], expected: Value) {
        let tensor = graph.tensor(open(&expected));
        graph.operator(Op::custom(name, &[]), inputs, &[tensor]);
        self.outputs.push((tensor, expected));
    }

    /// Makes a list from one that there is.
    fn step(&mut self, graph: &mut Subgraph<'_>, (item_tensor, item): (i32, &Value)) {
        let mut list = self.lists[self.random.below(self.lists.len())].clone();
        let length = list.items.len();
        match self.random.below(4) {
            0 => {
                let index = self.random.below(length + 2);
                list.items.resize(length.max(index + 1), None);
                list.items[index] = Some(item.clone());
                let index = number(graph, index);
                list.tensor = self.list(graph, "TensorListSetItem", &[], &[list.tensor, index, item_tensor]);
            }
            1 => {
                list.items.push(Some(item.clone()));
                list.tensor = self.list(graph, "TensorListPushBack", &[], &[list.tensor, item_tensor]);
            }
            2 if matches!(list.items.last(), Some(Some(_))) => {
                let last = list.items.pop().flatten().expect("a last item");
                let hint = self.hint(graph);
                let rest = graph.tensor(tensor_of(DType::Variant, &[]));
                let popped = graph.tensor(open(&last));
                let op = Op::custom("TensorListPopBack", &[]);
                graph.operator(op, &[list.tensor, hint], &[rest, popped]);
                list.tensor = rest;
                self.outputs.push((popped, last));
            }
            _ => {
                let longer = self.random.below(length + 3);
                list.items.resize(longer, None);
                let longer = number(graph, longer);
                list.tensor = self.list(graph, "TensorListResize", &[], &[list.tensor, longer]);
            }
        }
        self.lists.push(list);
    }

    /// Asks all that can be asked of a list.
    fn look(&mut self, graph: &mut Subgraph<'_>, list: &List) {
        let length = list.items.len();
        let whole = |shape: &[usize], numbers: Vec<i64>| Value::whole(DType::I32, shape, numbers);
        self.output(graph, "TensorListLength", &[list.tensor], whole(&[], vec![length as i64]));
        let dims: Vec<i64> = self.shape.iter().map(|&size| size as i64).collect();
        let said = if list.knows_shape && !dims.is_empty() {
            whole(&[dims.len()], dims)
        } else {
            whole(&[], vec![-1])
        };
        self.output(graph, "TensorListElementShape", &[list.tensor], said);
        let zeros = Value::whole(self.dtype, &self.shape, vec![0; self.shape.iter().product()]);
        let item = |item: &Option<Value>| item.clone().unwrap_or(zeros.clone());
        let rows = list.items.iter().flat_map(|row| item(row).to_whole().to_vec()).collect();
        // Single numbers do not make a dimension.
        let inner = if self.shape == [1] { &[][..] } else { &self.shape };
        let stacked = Value::whole(self.dtype, &[&[length], inner].concat(), rows);
        let hint = self.hint(graph);
        self.output(graph, "TensorListStack", &[list.tensor, hint], stacked);
        // The shape of an item that is not set must be known.
        let is_known = |index: &usize| list.items[*index].is_some() || !self.shape.is_empty();
        let places: Vec<usize> = (0..length).filter(is_known).collect();
        if !places.is_empty() {
            let place = self.random.pick(&places);
            let expected = item(&list.items[place]);
            let index = number(graph, place);
            self.output(graph, "TensorListGetItem", &[list.tensor, index, hint], expected);
        }
    }
}

/// The declaration of a tensor, with every size open.
fn open(value: &Value) -> featherlite_testkit::TensorSpec {
    tensor_of(value.dtype, &vec![-1; value.shape.len()])
}

pub(super) fn lists(random: &mut Random) -> Case {
    let dtype = random.pick(&[DType::I32, DType::I64, DType::Bool, DType::I8]);
    let rank = random.below(3);
    let shape = draw::shape(random, rank, 3);
    let count = random.below(4);
    let rows = draw::any(random, dtype, &[&[count], &*shape].concat());
    let item = draw::any(random, dtype, &shape);
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let (rows_tensor, item_tensor) = (graph.input(rows.spec()), graph.input(item.spec()));
    let mut drawn = Drawn { random, dtype, shape, lists: Vec::new(), outputs: Vec::new() };
    let length: usize = drawn.shape.iter().product();
    let row = |index: usize| {
        let row = rows.to_whole()[index * length..(index + 1) * length].to_vec();
        Some(Value::whole(dtype, &item.shape, row))
    };
    let hint = drawn.hint(&mut graph);
    let tensor = drawn.list(&mut graph, "TensorListFromTensor", &[], &[rows_tensor, hint]);
    drawn.lists.push(List { tensor, knows_shape: true, items: (0..count).map(row).collect() });
    let (knows_shape, reserved) = (drawn.random.once_in(2), drawn.random.below(4));
    let said = if knows_shape { hint } else { graph.tensor(constant(&[], &[-1i32])) };
    let length = number(&mut graph, reserved);
    let tensor = drawn.list(&mut graph, "TensorListReserve", &[dtype as u8], &[said, length]);
    drawn.lists.push(List { tensor, knows_shape, items: vec![None; reserved] });
    for _ in 0..drawn.random.size(1..=6) {
        drawn.step(&mut graph, (item_tensor, &item));
    }
    for _ in 0..2 {
        let list = drawn.lists[drawn.random.below(drawn.lists.len())].clone();
        drawn.look(&mut graph, &list);
    }
    let outputs = drawn.outputs;
    outputs.iter().for_each(|(tensor, _)| graph.output(*tensor));
    let case = Case::of_model(model).fed(rows).fed(item);
    outputs.into_iter().fold(case, |case, (_, expected)| case.exact(expected))
}
