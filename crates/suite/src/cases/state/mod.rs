//! Variables, tables, lists of tensors, and calls of subgraphs.

mod lists;
mod program;

use std::collections::BTreeMap;

use featherlite::DType;
use featherlite::schema::owned::{CallOnceOptions, HashtableOptions, VarHandleOptions};
use featherlite::schema::{BuiltinOperator, TensorType};
use featherlite_testkit::{ModelBuilder, Op, Random, TensorSpec, tensor_of};

use self::program::{Call, Kind, Numbers, Program, World};
use super::{Case, Elements, Family, Value, draw};

pub(super) const FAMILY: Family = Family {
    name: "state",
    rows: &[
        ("IF", |random| program(random, &[Call::If])),
        ("IF", |random| program(random, &[Call::If, Call::While, Call::Variable])),
        ("WHILE", |random| program(random, &[Call::While])),
        ("WHILE", |random| program(random, &[Call::While, Call::If])),
        ("STABLEHLO_CASE", |random| program(random, &[Call::Case])),
        ("STABLEHLO_COMPOSITE", |random| program(random, &[Call::Composite, Call::If])),
        ("VAR_HANDLE", |random| program(random, &[Call::Variable])),
        ("READ_VARIABLE", |random| program(random, &[Call::Variable, Call::If])),
        ("ASSIGN_VARIABLE", |random| program(random, &[Call::Variable, Call::While])),
        ("ASSIGN_VARIABLE", variable),
        ("CALL_ONCE", |random| program(random, &[Call::Variable, Call::Once, Call::While])),
        ("HASHTABLE", |random| table(random, true)),
        ("HASHTABLE_IMPORT", |random| table(random, false)),
        ("HASHTABLE_FIND", |random| table(random, true)),
        ("HASHTABLE_SIZE", |random| table(random, false)),
        ("TensorListElementShape", lists::lists),
        ("TensorListFromTensor", lists::lists),
        ("TensorListGetItem", lists::lists),
        ("TensorListLength", lists::lists),
        ("TensorListPopBack", lists::lists),
        ("TensorListPushBack", lists::lists),
        ("TensorListReserve", lists::lists),
        ("TensorListResize", lists::lists),
        ("TensorListSetItem", lists::lists),
        ("TensorListStack", lists::lists),
    ],
};

fn kinds(random: &mut Random, least: usize) -> Vec<Kind> {
    (0..random.size(least..=3)).map(|_| random.pick(&[Kind::Number, Kind::List])).collect()
}

/// Several runs of a drawn program.
fn program(random: &mut Random, calls: &[Call]) -> Case {
    let (inputs, outputs) = (kinds(random, 1), kinds(random, 1));
    let program = Program::draw(random, calls, &inputs, &outputs);
    let lengths: Vec<usize> = inputs.iter().map(|_| random.size(1..=4)).collect();
    let value = |kind: Kind, numbers: &Numbers| {
        let shape = if kind == Kind::List { vec![numbers.len()] } else { Vec::new() };
        Value::whole(DType::I32, &shape, numbers.iter().map(|&number| number.into()).collect())
    };
    let mut world = World::default();
    let mut run = || {
        let draw_input = |(&kind, &length): (&Kind, &usize)| {
            let count = if kind == Kind::List { length } else { 1 };
            (0..count).map(|_| random.between(-9..=9) as i32).collect()
        };
        let fed: Vec<Numbers> = inputs.iter().zip(&lengths).map(draw_input).collect();
        let given = program.run(&fed, &mut world);
        let values = |kinds: &[Kind], all: &[Numbers]| -> Vec<Value> {
            kinds.iter().zip(all).map(|(&kind, numbers)| value(kind, numbers)).collect()
        };
        (values(&inputs, &fed), values(&outputs, &given))
    };
    let (fed, given) = run();
    let more: Vec<_> = (0..2).map(|_| run()).collect();
    let mut case = Case::of_model(program.model(fed.iter().map(Value::spec).collect()));
    for value in fed {
        case = case.fed(value);
    }
    for value in given {
        case = case.exact(value);
    }
    more.into_iter().fold(case, |case, (fed, given)| case.then(fed, given))
}

fn builtin(operator: BuiltinOperator) -> Op {
    Op::builtin(operator)
}

fn handle() -> TensorSpec {
    tensor_of(DType::Resource, &[])
}

/// A model whose main graph comes after the graph that `CALL_ONCE` calls.
fn once() -> Op {
    builtin(BuiltinOperator::CALL_ONCE).options(CallOnceOptions { init_subgraph_index: 1 })
}

/// Gives the last value of a variable of any type, and assigns the next.
fn variable(random: &mut Random) -> Case {
    let dtype = random.pick(&[
        DType::F32,
        DType::F16,
        DType::F64,
        DType::I8,
        DType::U8,
        DType::I16,
        DType::I32,
        DType::I64,
        DType::Bool,
        DType::Complex64,
        DType::String,
    ]);
    let rank = random.below(4);
    let shape = draw::shape(random, rank, 4);
    let values: Vec<Value> = (0..4).map(|_| draw::any(random, dtype, &shape)).collect();
    let var_handle = || {
        let options = VarHandleOptions { shared_name: "kept".to_owned(), container: "place".to_owned() };
        builtin(BuiltinOperator::VAR_HANDLE).options(options)
    };
    let mut model = ModelBuilder::new();
    let mut main = model.subgraph("main");
    let next = main.input(values[1].spec());
    main.operator(once(), &[], &[]);
    let variable = main.add(var_handle(), &[], handle());
    let last = main.add(builtin(BuiltinOperator::READ_VARIABLE), &[variable], values[0].spec());
    main.operator(builtin(BuiltinOperator::ASSIGN_VARIABLE), &[variable, next], &[]);
    main.output(last);
    let mut first = model.subgraph("first");
    let variable = first.add(var_handle(), &[], handle());
    let value = first.tensor(values[0].spec().containing(values[0].bytes()));
    first.operator(builtin(BuiltinOperator::ASSIGN_VARIABLE), &[variable, value], &[]);
    let mut case = Case::of_model(model).fed(values[1].clone()).exact(values[0].clone());
    for pair in values[1..].windows(2) {
        case = case.then(vec![pair[1].clone()], vec![pair[0].clone()]);
    }
    case
}

/// The places of elements, each where it occurs first.
fn firsts<T: Ord + Clone>(elements: &[T]) -> BTreeMap<T, usize> {
    let mut places = BTreeMap::new();
    for (place, element) in elements.iter().enumerate() {
        places.entry(element.clone()).or_insert(place);
    }
    places
}

/// Looks keys up in a table that is filled once, from constants or from what is fed first, and tells its size.
fn table(random: &mut Random, from_constants: bool) -> Case {
    let types = [DType::I64, DType::String];
    let [key_type, value_type] = if random.once_in(2) { types } else { [types[1], types[0]] };
    let count = random.size(1..=6);
    // Few different keys, so that some occur twice and most are found.
    let draw_keys = |random: &mut Random, shape: &[usize]| {
        let count = shape.iter().product::<usize>();
        let numbers: Vec<i64> = (0..count).map(|_| random.between(-4..=4)).collect();
        let text = |number: &i64| format!("key {number}").into_bytes();
        let elements = match key_type {
            DType::I64 => Elements::Whole(numbers),
            _ => Elements::Text(numbers.iter().map(text).collect()),
        };
        Value::new(key_type, shape, elements)
    };
    let keys = draw_keys(random, &[count]);
    let values = draw::any(random, value_type, &[count]);
    let default = draw::any(random, value_type, &[1]);
    let rank = random.size(1..=3);
    let queries = draw::shape(random, rank, 3);
    let found = |asked: &Value| {
        let places: Vec<usize> = match (&keys.elements, &asked.elements) {
            (Elements::Whole(keys), Elements::Whole(asked)) => {
                let firsts = firsts(keys);
                asked.iter().map(|key| firsts.get(key).copied().unwrap_or(count)).collect()
            }
            (Elements::Text(keys), Elements::Text(asked)) => {
                let firsts = firsts(keys);
                asked.iter().map(|key| firsts.get(key).copied().unwrap_or(count)).collect()
            }
            _ => unreachable!("keys are of one type"),
        };
        // The default comes after the values.
        let all = match (&values.elements, &default.elements) {
            (Elements::Whole(values), Elements::Whole(default)) => {
                Elements::Whole([&**values, default].concat())
            }
            (Elements::Text(values), Elements::Text(default)) => {
                Elements::Text([&**values, default].concat())
            }
            _ => unreachable!("values are of one type"),
        };
        Value::new(value_type, &asked.shape, all.at(&places))
    };
    let size = match &keys.elements {
        Elements::Whole(keys) => firsts(keys).len(),
        Elements::Text(keys) => firsts(keys).len(),
        _ => unreachable!("keys are numbers or strings"),
    };
    let size = Value::whole(DType::I64, &[1], vec![size as i64]);
    let hashtable = || {
        let options = HashtableOptions {
            table_id: 7,
            key_dtype: TensorType(key_type as i8),
            value_dtype: TensorType(value_type as i8),
        };
        builtin(BuiltinOperator::HASHTABLE).options(options)
    };
    let import = || builtin(BuiltinOperator::HASHTABLE_IMPORT);
    let asked: Vec<Value> = (0..3).map(|_| draw_keys(random, &queries)).collect();
    let mut model = ModelBuilder::new();
    let mut main = model.subgraph("main");
    let query = main.input(asked[0].spec());
    let fed = (!from_constants).then(|| [main.input(keys.spec()), main.input(values.spec())]);
    if from_constants {
        main.operator(once(), &[], &[]);
    }
    let table = main.add(hashtable(), &[], tensor_of(DType::Resource, &[1]));
    if let Some([keys, values]) = fed {
        main.operator(import(), &[table, keys, values], &[]);
    }
    let constant = main.tensor(default.spec().containing(default.bytes()));
    let given = found(&asked[0]);
    let found_tensor =
        main.add(builtin(BuiltinOperator::HASHTABLE_FIND), &[table, query, constant], given.spec());
    let size_tensor = main.add(builtin(BuiltinOperator::HASHTABLE_SIZE), &[table], size.spec());
    main.output(found_tensor);
    main.output(size_tensor);
    if from_constants {
        let mut first = model.subgraph("first");
        let table = first.add(hashtable(), &[], tensor_of(DType::Resource, &[1]));
        let [keys, values] =
            [&keys, &values].map(|value| first.tensor(value.spec().containing(value.bytes())));
        first.operator(import(), &[table, keys, values], &[]);
    }
    let mut case = Case::of_model(model).fed(asked[0].clone());
    if !from_constants {
        case = case.fed(keys.clone()).fed(values.clone());
    }
    case = case.exact(given).exact(size.clone());
    for query in &asked[1..] {
        let mut inputs = vec![query.clone()];
        if !from_constants {
            // The table has been filled: these entries are left aside.
            inputs.push(draw_keys(random, &[count]));
            inputs.push(draw::any(random, value_type, &[count]));
        }
        case = case.then(inputs, vec![found(query), size.clone()]);
    }
    case
}
