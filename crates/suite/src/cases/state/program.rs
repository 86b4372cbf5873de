//! Programs of whole numbers and lists of them: drawn, run plainly, and made models.

use std::collections::{BTreeMap, BTreeSet};

use featherlite::DType;
use featherlite::schema::BuiltinOperator;
use featherlite::schema::flexbuffer::MapBuilder;
use featherlite::schema::owned::{
    AddOptions, CallOnceOptions, ConcatenationOptions, IfOptions, ReducerOptions, StableHLOCompositeOptions,
    StablehloCaseOptions, SubOptions, VarHandleOptions, WhileOptions,
};
use featherlite_testkit::{ModelBuilder, Op, Random, Subgraph, TensorSpec, constant, tensor, tensor_of};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    /// Of any length.
    List,
    Bool,
}

/// A value: a number and a truth value are lists of one.
pub(super) type Numbers = Vec<i32>;

/// What steps are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    If,
    While,
    Case,
    Composite,
    /// Reads and assigns variables.
    Variable,
    Once,
}

/// A step. Slots are the inputs of a graph and what its steps give, in order.
#[derive(Debug)]
enum Step {
    Constant(Kind, Numbers),
    /// Of numbers, or of a list with each a number.
    Binary(BuiltinOperator, usize, usize),
    Less(usize, usize),
    Sum(usize),
    Join(usize, usize),
    If(usize, [usize; 2], Vec<usize>),
    While(usize, usize, Vec<usize>),
    Case(usize, Vec<usize>, Vec<usize>),
    Composite(usize, Vec<usize>),
    Read(usize),
    Assign(usize, usize),
    Once(usize),
}

#[derive(Debug, Default)]
struct Graph {
    /// The kinds of all slots; the first are those of the inputs.
    slots: Vec<Kind>,
    inputs: usize,
    /// Steps, and how many slots each gives.
    steps: Vec<(Step, usize)>,
    outputs: Vec<usize>,
}

impl Graph {
    fn push(&mut self, step: Step, kinds: &[Kind]) -> usize {
        self.steps.push((step, kinds.len()));
        self.slots.extend(kinds);
        self.slots.len() - kinds.len()
    }

    fn of_kind(&self, kind: Kind) -> Vec<usize> {
        (0..self.slots.len()).filter(|&slot| self.slots[slot] == kind).collect()
    }
}

/// Graphs that call each other; the first is the main one.
#[derive(Debug, Default)]
pub(super) struct Program {
    graphs: Vec<Graph>,
    variables: usize,
}

/// What a session keeps.
#[derive(Default)]
pub(super) struct World {
    variables: BTreeMap<usize, Numbers>,
    done: BTreeSet<usize>,
}

impl Program {
    /// A program with these inputs and outputs, in which calls of the given kinds occur.
    pub(super) fn draw(random: &mut Random, calls: &[Call], inputs: &[Kind], outputs: &[Kind]) -> Self {
        let mut program = Self { graphs: Vec::new(), variables: random.size(1..=2) };
        program.graph(random, calls, inputs, outputs, 3);
        program
    }

    /// Draws a graph; its number. Those that it calls come after it.
    fn graph(
        &mut self,
        random: &mut Random,
        calls: &[Call],
        inputs: &[Kind],
        outputs: &[Kind],
        depth: usize,
    ) -> usize {
        let number = self.graphs.len();
        self.graphs.push(Graph::default());
        let mut graph = Graph { slots: inputs.to_vec(), inputs: inputs.len(), ..Graph::default() };
        if number == 0 && calls.contains(&Call::Variable) {
            let assigned: Vec<usize> = (0..self.variables).collect();
            graph.push(Step::Once(self.assignments(random, &assigned)), &[]);
        }
        for _ in 0..random.size(0..=3) {
            self.step(random, &mut graph);
        }
        // The main graph calls each kind; others what they please while depth lasts.
        let wanted: Vec<Call> = match depth {
            0 => Vec::new(),
            _ if number == 0 => calls.to_vec(),
            _ => calls.iter().copied().filter(|_| random.once_in(2)).collect(),
        };
        for call in wanted {
            self.call(random, calls, &mut graph, call, depth - 1);
            if random.once_in(2) {
                self.step(random, &mut graph);
            }
        }
        graph.outputs = outputs.iter().map(|&kind| pick(random, &mut graph, kind)).collect();
        self.graphs[number] = graph;
        number
    }

    /// A graph that only assigns constants.
    fn assignments(&mut self, random: &mut Random, variables: &[usize]) -> usize {
        let mut graph = Graph::default();
        for &variable in variables {
            let value = graph.push(Step::Constant(Kind::List, list(random)), &[Kind::List]);
            graph.push(Step::Assign(variable, value), &[]);
        }
        self.graphs.push(graph);
        self.graphs.len() - 1
    }

    fn step(&mut self, random: &mut Random, graph: &mut Graph) {
        use BuiltinOperator as Operator;
        let operators = [Operator::ADD, Operator::SUB, Operator::MINIMUM, Operator::MAXIMUM];
        match random.below(5) {
            0 => {
                let kind = random.pick(&[Kind::Number, Kind::List]);
                let value =
                    if kind == Kind::List { list(random) } else { vec![random.between(-9..=9) as i32] };
                graph.push(Step::Constant(kind, value), &[kind]);
            }
            1 => {
                let summed = pick(random, graph, Kind::List);
                graph.push(Step::Sum(summed), &[Kind::Number]);
            }
            2 => {
                // What is joined has no more than a few numbers, so that loops do not double lists.
                let list_slot = pick(random, graph, Kind::List);
                let short = graph.push(Step::Constant(Kind::List, list(random)), &[Kind::List]);
                let (a, b) = if random.once_in(2) { (list_slot, short) } else { (short, list_slot) };
                graph.push(Step::Join(a, b), &[Kind::List]);
            }
            _ => {
                let kind = random.pick(&[Kind::Number, Kind::List]);
                let (a, b) = (pick(random, graph, kind), pick(random, graph, Kind::Number));
                let (a, b) = if random.once_in(2) { (a, b) } else { (b, a) };
                graph.push(Step::Binary(random.pick(&operators), a, b), &[kind]);
            }
        }
    }

    fn call(&mut self, random: &mut Random, calls: &[Call], graph: &mut Graph, call: Call, depth: usize) {
        let kinds = [Kind::Number, Kind::List];
        let draw_kinds =
            |random: &mut Random, least| (0..random.size(least..=3)).map(|_| random.pick(&kinds)).collect();
        let (taken, given): (Vec<Kind>, Vec<Kind>) = (draw_kinds(random, 0), draw_kinds(random, 1));
        // TensorFlow Lite's composite takes something.
        let taken = match call {
            Call::Composite if taken.is_empty() && !random.once_in(8) => vec![Kind::Number],
            _ => taken,
        };
        let arguments = |random: &mut Random, graph: &mut Graph, taken: &[Kind]| -> Vec<usize> {
            taken.iter().map(|&kind| pick(random, graph, kind)).collect()
        };
        match call {
            Call::If => {
                let [a, b] = [(); 2].map(|()| pick(random, graph, Kind::Number));
                let condition = graph.push(Step::Less(a, b), &[Kind::Bool]);
                let branches = [(); 2].map(|()| self.graph(random, calls, &taken, &given, depth));
                let arguments = arguments(random, graph, &taken);
                graph.push(Step::If(condition, branches, arguments), &given);
            }
            Call::Case => {
                let index = pick(random, graph, Kind::Number);
                // Most numbers are none of a branch: bring them near.
                let [least, greatest] = [-1, 3]
                    .map(|bound| graph.push(Step::Constant(Kind::Number, vec![bound]), &[Kind::Number]));
                let index = graph.push(Step::Binary(BuiltinOperator::MAXIMUM, index, least), &[Kind::Number]);
                let index =
                    graph.push(Step::Binary(BuiltinOperator::MINIMUM, index, greatest), &[Kind::Number]);
                let count = random.size(1..=3);
                let branches = (0..count).map(|_| self.graph(random, calls, &taken, &given, depth)).collect();
                let arguments = arguments(random, graph, &taken);
                graph.push(Step::Case(index, branches, arguments), &given);
            }
            Call::Composite => {
                let callee = self.graph(random, calls, &taken, &given, depth);
                let arguments = arguments(random, graph, &taken);
                graph.push(Step::Composite(callee, arguments), &given);
            }
            Call::While => {
                // A counter that goes up, and more values that change.
                let carried: Vec<Kind> = [Kind::Number].into_iter().chain(taken).collect();
                let limit = random.between(-5..=5) as i32;
                let mut condition =
                    Graph { slots: carried.clone(), inputs: carried.len(), ..Graph::default() };
                let end = condition.push(Step::Constant(Kind::Number, vec![limit]), &[Kind::Number]);
                condition.outputs = vec![condition.push(Step::Less(0, end), &[Kind::Bool])];
                self.graphs.push(condition);
                let condition = self.graphs.len() - 1;
                let body = self.graph(random, calls, &carried, &carried, depth);
                let body_graph = &mut self.graphs[body];
                if !random.once_in(4) {
                    // Values that change places get lost in TensorFlow Lite: most stay in theirs.
                    let stays = |(place, output): (usize, &mut usize)| {
                        if *output < carried.len() {
                            *output = place;
                        }
                    };
                    body_graph.outputs.iter_mut().enumerate().for_each(stays);
                }
                let one = body_graph.push(Step::Constant(Kind::Number, vec![1]), &[Kind::Number]);
                body_graph.outputs[0] =
                    body_graph.push(Step::Binary(BuiltinOperator::ADD, 0, one), &[Kind::Number]);
                let mut arguments = arguments(random, graph, &carried);
                let turns = random.between(0..=4) as i32;
                let start = graph.push(Step::Constant(Kind::Number, vec![limit - turns]), &[Kind::Number]);
                arguments[0] =
                    graph.push(Step::Binary(BuiltinOperator::MAXIMUM, arguments[0], start), &[Kind::Number]);
                graph.push(Step::While(condition, body, arguments), &carried);
            }
            Call::Variable => {
                for _ in 0..random.size(1..=3) {
                    let variable = random.below(self.variables);
                    if random.once_in(2) {
                        graph.push(Step::Read(variable), &[Kind::List]);
                    } else {
                        let value = pick(random, graph, Kind::List);
                        graph.push(Step::Assign(variable, value), &[]);
                    }
                }
            }
            Call::Once => {
                let variable = random.below(self.variables);
                let callee = self.assignments(random, &[variable]);
                graph.push(Step::Once(callee), &[]);
            }
        }
    }

    /// What the main graph gives.
    pub(super) fn run(&self, inputs: &[Numbers], world: &mut World) -> Vec<Numbers> {
        self.run_graph(0, inputs.to_vec(), world)
    }

    fn run_graph(&self, number: usize, inputs: Vec<Numbers>, world: &mut World) -> Vec<Numbers> {
        let graph = &self.graphs[number];
        let mut slots = inputs;
        let at = |slots: &[Numbers], places: &[usize]| -> Vec<Numbers> {
            places.iter().map(|&place| slots[place].clone()).collect()
        };
        for (step, _) in &graph.steps {
            match step {
                Step::Constant(_, value) => slots.push(value.clone()),
                Step::Binary(operator, a, b) => {
                    let is_list = graph.slots[*b] == Kind::List;
                    let (list, number) =
                        if is_list { (&slots[*b], slots[*a][0]) } else { (&slots[*a], slots[*b][0]) };
                    let apply = |&x: &i32| {
                        let (a, b) = if is_list { (number, x) } else { (x, number) };
                        match *operator {
                            BuiltinOperator::ADD => a.wrapping_add(b),
                            BuiltinOperator::SUB => a.wrapping_sub(b),
                            BuiltinOperator::MINIMUM => a.min(b),
                            _ => a.max(b),
                        }
                    };
                    let result = list.iter().map(apply).collect();
                    slots.push(result);
                }
                Step::Less(a, b) => slots.push(vec![i32::from(slots[*a] < slots[*b])]),
                Step::Sum(a) => slots.push(vec![slots[*a].iter().fold(0, |sum, x| sum.wrapping_add(*x))]),
                Step::Join(a, b) => slots.push([&*slots[*a], &*slots[*b]].concat()),
                Step::If(condition, branches, arguments) => {
                    let branch = branches[usize::from(slots[*condition][0] == 0)];
                    slots.extend(self.run_graph(branch, at(&slots, arguments), world));
                }
                Step::Case(index, branches, arguments) => {
                    // The last branch stands for all other numbers.
                    let branch = usize::try_from(slots[*index][0]).ok().and_then(|index| branches.get(index));
                    let branch = branch.unwrap_or(&branches[branches.len() - 1]);
                    slots.extend(self.run_graph(*branch, at(&slots, arguments), world));
                }
                Step::Composite(callee, arguments) => {
                    slots.extend(self.run_graph(*callee, at(&slots, arguments), world));
                }
                Step::While(condition, body, arguments) => {
                    let mut values = at(&slots, arguments);
                    while self.run_graph(*condition, values.clone(), world)[0][0] != 0 {
                        values = self.run_graph(*body, values, world);
                    }
                    slots.extend(values);
                }
                Step::Read(variable) => slots.push(world.variables[variable].clone()),
                Step::Assign(variable, value) => {
                    world.variables.insert(*variable, slots[*value].clone());
                }
                Step::Once(callee) => {
                    if world.done.insert(*callee) {
                        self.run_graph(*callee, Vec::new(), world);
                    }
                }
            }
        }
        at(&slots, &graph.outputs)
    }

    /// The program as a model, the main graph with these inputs.
    pub(super) fn model(&self, mut inputs: Vec<TensorSpec>) -> ModelBuilder {
        let mut model = ModelBuilder::new();
        for (number, graph) in self.graphs.iter().enumerate() {
            let mut subgraph = model.subgraph(&format!("graph {number}"));
            let specs = if number == 0 {
                std::mem::take(&mut inputs)
            } else {
                graph.slots[..graph.inputs].iter().map(|&kind| spec(kind)).collect()
            };
            let mut tensors: Vec<i32> = specs.into_iter().map(|spec| subgraph.input(spec)).collect();
            for (step, given) in &graph.steps {
                let kinds = &graph.slots[tensors.len()..][..*given];
                emit(&mut subgraph, kinds, step, &mut tensors);
            }
            graph.outputs.iter().for_each(|&output| subgraph.output(tensors[output]));
        }
        model
    }
}

/// A slot of a kind; a constant where there is none.
fn pick(random: &mut Random, graph: &mut Graph, kind: Kind) -> usize {
    let slots = graph.of_kind(kind);
    if !slots.is_empty() {
        return random.pick(&slots);
    }
    let value = if kind == Kind::List { list(random) } else { vec![random.between(-9..=9) as i32] };
    graph.push(Step::Constant(kind, value), &[kind])
}

fn list(random: &mut Random) -> Numbers {
    (0..random.size(1..=3)).map(|_| random.between(-9..=9) as i32).collect()
}

/// A tensor of a kind; lists have an open length.
pub(super) fn spec(kind: Kind) -> TensorSpec {
    match kind {
        Kind::Number => tensor::<i32>(&[]),
        Kind::List => tensor::<i32>(&[-1]),
        Kind::Bool => tensor_of(DType::Bool, &[]),
    }
}

/// Adds the operators of a step that gives values of these kinds.
fn emit(subgraph: &mut Subgraph<'_>, kinds: &[Kind], step: &Step, tensors: &mut Vec<i32>) {
    use BuiltinOperator as Operator;
    let at = |tensors: &[i32], places: &[usize]| -> Vec<i32> {
        places.iter().map(|&place| tensors[place]).collect()
    };
    let index = |graph: usize| graph as i32;
    let builtin = Op::builtin;
    let (op, inputs) = match step {
        Step::Constant(kind, value) => {
            let shape: &[i32] = if *kind == Kind::List { &[value.len() as i32] } else { &[] };
            tensors.push(subgraph.tensor(constant(shape, value)));
            return;
        }
        Step::Binary(operator, a, b) => {
            let op = match *operator {
                Operator::ADD => builtin(*operator).options(AddOptions::default()),
                Operator::SUB => builtin(*operator).options(SubOptions::default()),
                other => builtin(other),
            };
            (op, at(tensors, &[*a, *b]))
        }
        Step::Less(a, b) => (builtin(Operator::LESS), at(tensors, &[*a, *b])),
        Step::Sum(a) => {
            let axis = subgraph.tensor(constant(&[1], &[0i32]));
            (builtin(Operator::SUM).options(ReducerOptions::default()), vec![tensors[*a], axis])
        }
        Step::Join(a, b) => {
            let op = builtin(Operator::CONCATENATION).options(ConcatenationOptions::default());
            (op, at(tensors, &[*a, *b]))
        }
        Step::If(condition, branches, arguments) => {
            let [then_subgraph_index, else_subgraph_index] = branches.map(index);
            let options = IfOptions { then_subgraph_index, else_subgraph_index };
            let inputs = [vec![tensors[*condition]], at(tensors, arguments)].concat();
            (builtin(Operator::IF).options(options), inputs)
        }
        Step::While(condition, body, arguments) => {
            let options =
                WhileOptions { cond_subgraph_index: index(*condition), body_subgraph_index: index(*body) };
            (builtin(Operator::WHILE).options(options), at(tensors, arguments))
        }
        Step::Case(number, branches, arguments) => {
            let branch_subgraph_indices = branches.iter().copied().map(index).collect();
            let op =
                builtin(Operator::STABLEHLO_CASE).options_2(StablehloCaseOptions { branch_subgraph_indices });
            (op, [vec![tensors[*number]], at(tensors, arguments)].concat())
        }
        Step::Composite(callee, arguments) => {
            let options = StableHLOCompositeOptions {
                name: "drawn.composite".to_owned(),
                composite_attributes: MapBuilder::new().build(),
                decomposition_subgraph_index: index(*callee),
                ..StableHLOCompositeOptions::default()
            };
            (builtin(Operator::STABLEHLO_COMPOSITE).options_2(options), at(tensors, arguments))
        }
        Step::Read(variable) | Step::Assign(variable, _) => {
            let options =
                VarHandleOptions { shared_name: format!("v{variable}"), ..VarHandleOptions::default() };
            let handle = builtin(Operator::VAR_HANDLE).options(options);
            let handle = subgraph.add(handle, &[], tensor_of(DType::Resource, &[]));
            if let Step::Assign(_, value) = step {
                subgraph.operator(builtin(Operator::ASSIGN_VARIABLE), &[handle, tensors[*value]], &[]);
                return;
            }
            (builtin(Operator::READ_VARIABLE), vec![handle])
        }
        Step::Once(callee) => {
            let options = CallOnceOptions { init_subgraph_index: index(*callee) };
            subgraph.operator(builtin(Operator::CALL_ONCE).options(options), &[], &[]);
            return;
        }
    };
    let outputs: Vec<i32> = kinds
        .iter()
        .map(|&kind| match step {
            // TensorFlow Lite takes a variable for as large as the tensor that it is read to, unless that has no size.
            Step::Read(_) => subgraph.tensor(tensor::<i32>(&[])),
            _ => subgraph.tensor(spec(kind)),
        })
        .collect();
    subgraph.operator(op, &inputs, &outputs);
    tensors.extend(outputs);
}
