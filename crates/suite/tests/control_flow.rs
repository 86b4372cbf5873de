//! Branches, loops and calls between subgraphs: what they give, and how models without end are refused.

use featherlite::schema::owned::{
    ConcatenationOptions, IfOptions, SubOptions, VarHandleOptions, WhileOptions,
};
use featherlite::schema::{BuiltinOperator, TensorType};
use featherlite::{DType, ErrorKind, Kernels, Session, SessionOptions};
use featherlite_testkit::{ModelBuilder, Op, TensorSpec, constant, tensor, tensor_of};

type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

fn session(model: &ModelBuilder) -> featherlite::Result<Session> {
    featherlite::from_bytes(model.build())?.session()
}

/// The kind of the error that planning or the first run ends with.
fn failure(model: &ModelBuilder, options: SessionOptions) -> Option<ErrorKind> {
    let run = || featherlite::from_bytes(model.build())?.session_with(options.clone())?.run();
    run().err().map(|error| error.kind())
}

fn op(operator: BuiltinOperator) -> Op {
    Op::builtin(operator)
}

fn loop_of(condition: i32, body: i32) -> Op {
    op(BuiltinOperator::WHILE)
        .options(WhileOptions { cond_subgraph_index: condition, body_subgraph_index: body })
}

fn branch(then: i32, otherwise: i32) -> Op {
    op(BuiltinOperator::IF).options(IfOptions { then_subgraph_index: then, else_subgraph_index: otherwise })
}

fn int() -> TensorSpec {
    tensor::<i32>(&[])
}

fn bool() -> TensorSpec {
    tensor_of(DType::Bool, &[])
}

/// A subgraph that says whether its first input, a whole number, is below `limit`.
fn below(model: &mut ModelBuilder, limit: i32, others: &[TensorSpec]) {
    let mut graph = model.subgraph("below");
    let count = graph.input(int());
    others.iter().for_each(|other| _ = graph.input(other.clone()));
    let limit = graph.tensor(constant(&[], &[limit]));
    let less = graph.add(op(BuiltinOperator::LESS), &[count, limit], bool());
    graph.output(less);
}

/// A loop that counts its first value to the second input of the model, with more values carried along.
fn main_loop(model: &mut ModelBuilder, carried: &[(TensorSpec, TensorSpec)]) {
    let mut graph = model.subgraph("main");
    let mut inputs = vec![graph.input(int())];
    inputs.extend(carried.iter().map(|(input, _)| graph.input(input.clone())));
    let mut outputs = vec![graph.tensor(int())];
    outputs.extend(carried.iter().map(|(_, output)| graph.tensor(output.clone())));
    graph.operator(loop_of(1, 2), &inputs, &outputs);
    outputs.iter().for_each(|&output| graph.output(output));
}

#[test]
fn values_of_a_loop_may_change_places() -> Result {
    // (n, a, b, c) becomes (n + 1, b, c, a + b): every value is read after another has taken its place.
    let vector = || tensor::<f32>(&[3]);
    let mut model = ModelBuilder::new();
    main_loop(&mut model, &[(vector(), vector()), (vector(), vector()), (vector(), vector())]);
    below(&mut model, 7, &[vector(), vector(), vector()]);
    let mut graph = model.subgraph("body");
    let count = graph.input(int());
    let [a, b, c] = [(); 3].map(|()| graph.input(vector()));
    let one = graph.tensor(constant(&[], &[1i32]));
    let next = graph.add(op(BuiltinOperator::ADD), &[count, one], int());
    let sum = graph.add(op(BuiltinOperator::ADD), &[a, b], vector());
    [next, b, c, sum].into_iter().for_each(|output| graph.output(output));

    let expected = |mut count: i32| {
        let mut values = [[1f32, 2.0, 3.0], [10.0, 20.0, 30.0], [100.0, 200.0, 300.0]];
        while count < 7 {
            let [a, b, c] = values;
            values = [b, c, [a[0] + b[0], a[1] + b[1], a[2] + b[2]]];
            count += 1;
        }
        values
    };
    for preserve_all_tensors in [false, true] {
        let model = featherlite::from_bytes(model.build())?;
        let options = SessionOptions { preserve_all_tensors, ..Default::default() };
        let mut session = model.session_with(options)?;
        for start in [0, 6, 3, 7, 1] {
            session.input_mut::<i32>(0)?[0] = start;
            for (input, scale) in [(1, 1.0), (2, 10.0), (3, 100.0)] {
                session.input_mut::<f32>(input)?.copy_from_slice(&[1.0 * scale, 2.0 * scale, 3.0 * scale]);
            }
            session.run()?;
            for (output, expected) in expected(start).iter().enumerate() {
                assert_eq!(session.output(output + 1)?.values::<f32>()?, expected, "from {start}");
            }
        }
    }
    Ok(())
}

#[test]
fn values_of_a_loop_may_grow() -> Result {
    // (n, list) becomes (n + 1, list and n), with a part of the body that has nothing to do with the list's size.
    let list = || tensor::<i32>(&[-1]);
    let mut model = ModelBuilder::new();
    main_loop(&mut model, &[(tensor::<i32>(&[1]), list())]);
    below(&mut model, 5, &[list()]);
    let mut graph = model.subgraph("body");
    let (count, values) = (graph.input(int()), graph.input(list()));
    let one = graph.tensor(constant(&[], &[1i32]));
    let next = graph.add(op(BuiltinOperator::ADD), &[count, one], int());
    let shape = graph.tensor(constant(&[1], &[1i32]));
    let row = graph.add(op(BuiltinOperator::RESHAPE), &[count, shape], tensor::<i32>(&[1]));
    let join = op(BuiltinOperator::CONCATENATION).options(ConcatenationOptions::default());
    let longer = graph.add(join, &[values, row], list());
    graph.output(next);
    graph.output(longer);

    let mut session = session(&model)?;
    for start in [2, 0, 5, 4] {
        session.input_mut::<i32>(0)?[0] = start;
        session.input_mut::<i32>(1)?[0] = 77;
        session.run()?;
        let expected: Vec<i32> = [77].into_iter().chain(start..5).collect();
        assert_eq!(session.output(1)?.values::<i32>()?, expected);
        assert_eq!(session.output(1)?.shape().dims(), [expected.len()]);
    }
    Ok(())
}

#[test]
fn lists_of_tensors_are_carried_by_loops() -> Result {
    // (n, list) becomes (n + 1, list and n): a list grows, the one that it is made from stays as it was.
    let list = || tensor_of(DType::Variant, &[]);
    let custom = |name: &str, options: &[u8]| Op::custom(name, options);
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let start = graph.input(int());
    let any = graph.tensor(constant(&[], &[-1i32]));
    let two = graph.tensor(constant(&[], &[2i32]));
    let first = graph.add(custom("TensorListReserve", &[DType::I32 as u8]), &[any, two], list());
    let (count, last) = (graph.tensor(int()), graph.tensor(list()));
    graph.operator(loop_of(1, 2), &[start, first], &[count, last]);
    for list in [last, first] {
        let none = graph.tensor(constant::<i32>(&[0], &[]));
        let rows = graph.add(custom("TensorListStack", &[]), &[list, none], tensor::<i32>(&[-1]));
        graph.output(rows);
    }
    below(&mut model, 5, &[list()]);
    let mut graph = model.subgraph("body");
    let (count, values) = (graph.input(int()), graph.input(list()));
    let one = graph.tensor(constant(&[], &[1i32]));
    let next = graph.add(op(BuiltinOperator::ADD), &[count, one], int());
    let longer = graph.add(custom("TensorListPushBack", &[]), &[values, count], list());
    graph.output(next);
    graph.output(longer);

    let mut session = session(&model)?;
    for start in [2, 5, 0] {
        session.input_mut::<i32>(0)?[0] = start;
        session.run()?;
        let expected: Vec<i32> = [0, 0].into_iter().chain(start..5).collect();
        assert_eq!(session.output(0)?.values::<i32>()?, expected);
        assert_eq!(session.output(1)?.values::<i32>()?, [0, 0]);
    }
    Ok(())
}

/// The first input chooses between the difference of the others and the sum of their halves, in subgraphs that call a
/// third.
fn choice() -> ModelBuilder {
    let pair = || tensor::<f32>(&[2]);
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let condition = graph.input(bool());
    let (a, b) = (graph.input(pair()), graph.input(pair()));
    let y = graph.add(branch(1, 2), &[condition, a, b], pair());
    graph.output(y);
    for subtracts in [true, false] {
        let mut graph = model.subgraph("branch");
        let (a, b) = (graph.input(pair()), graph.input(pair()));
        let y = if subtracts {
            let options = SubOptions::default();
            graph.add(op(BuiltinOperator::SUB).options(options), &[a, b], pair())
        } else {
            let half = graph.tensor(constant(&[], &[0.5f32]));
            let halves = [a, b].map(|x| graph.add(op(BuiltinOperator::MUL), &[x, half], pair()));
            graph.add(op(BuiltinOperator::ADD), &halves, pair())
        };
        graph.output(y);
    }
    model
}

#[test]
fn a_condition_chooses_a_branch() -> Result {
    for kernels in [Kernels::Fast, Kernels::Reference] {
        let model = featherlite::from_bytes(choice().build())?;
        let mut session = model.session_with(SessionOptions { kernels, ..Default::default() })?;
        for (condition, expected) in [(true, [-2.0, 5.0]), (false, [2.0, 1.5]), (true, [-2.0, 5.0])] {
            session.set_input_bytes(0, 0, &[u8::from(condition)])?;
            session.input_mut::<f32>(1)?.copy_from_slice(&[1.0, 4.0]);
            session.input_mut::<f32>(2)?.copy_from_slice(&[3.0, -1.0]);
            session.run()?;
            assert_eq!(session.output(0)?.values::<f32>()?, expected);
        }
    }
    Ok(())
}

#[test]
fn subgraphs_must_not_call_themselves() {
    // Subgraph 0 calls 1, and 1 calls 0, 1 or 2; 2 and 3 pass their input on.
    for callee in 0..=2 {
        for is_loop in [false, true] {
            let mut model = ModelBuilder::new();
            for callee in [1, callee] {
                let mut graph = model.subgraph("caller");
                let condition = graph.input(bool());
                let call = if is_loop { loop_of(3, callee) } else { branch(callee, 3) };
                let inputs = [condition, condition];
                let y = graph.add(call, if is_loop { &inputs[1..] } else { &inputs }, bool());
                graph.output(y);
            }
            for _ in 0..2 {
                let mut graph = model.subgraph("as it is");
                let x = graph.input(bool());
                graph.output(x);
            }
            // The input is false: the loop ends at once, and the branch that is not taken counts too.
            let expected = (callee < 2).then_some(ErrorKind::InvalidModel);
            assert_eq!(failure(&model, SessionOptions::default()), expected, "{callee} {is_loop}");
        }
    }
}

#[test]
fn calls_have_a_greatest_depth() {
    let nested = |depth: i32| {
        let mut model = ModelBuilder::new();
        for callee in 1..=depth {
            let mut graph = model.subgraph("caller");
            let condition = graph.input(bool());
            let y = graph.add(branch(callee, callee), &[condition, condition], bool());
            graph.output(y);
        }
        let mut graph = model.subgraph("last");
        let x = graph.input(bool());
        graph.output(x);
        model
    };
    assert_eq!(failure(&nested(20), SessionOptions::default()), None);
    assert_eq!(failure(&nested(2000), SessionOptions::default()), Some(ErrorKind::LimitReached));
}

/// A loop that does not end.
fn endless() -> ModelBuilder {
    let mut model = ModelBuilder::new();
    main_loop(&mut model, &[]);
    below(&mut model, i32::MAX, &[]);
    let mut graph = model.subgraph("as it is");
    let x = graph.input(int());
    graph.output(x);
    model
}

#[test]
fn loops_without_end_are_ended() -> Result {
    let options = SessionOptions { step_limit: 1000, ..Default::default() };
    assert_eq!(failure(&endless(), options), Some(ErrorKind::LimitReached));

    let model = featherlite::from_bytes(endless().build())?;
    let mut session = model.session_with(SessionOptions { step_limit: u64::MAX, ..Default::default() })?;
    let cancel = session.cancel_handle();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(20));
            cancel.cancel();
        });
        assert_eq!(session.run().unwrap_err().kind(), ErrorKind::Cancelled);
    });
    Ok(())
}

#[test]
fn calls_must_fit_their_subgraphs() {
    type Damage = (&'static str, fn(&mut ModelBuilder));
    let broken: [Damage; 6] = [
        ("a subgraph that is not there", |model| {
            let options = IfOptions { then_subgraph_index: 9, else_subgraph_index: 2 };
            model.model_mut().subgraphs[0].operators[0].builtin_options = Some(options.into());
        }),
        ("a negative subgraph", |model| {
            let options = IfOptions { then_subgraph_index: 1, else_subgraph_index: -1 };
            model.model_mut().subgraphs[0].operators[0].builtin_options = Some(options.into());
        }),
        ("an input too few", |model| _ = model.model_mut().subgraphs[0].operators[0].inputs.pop()),
        ("an output too few", |model| _ = model.model_mut().subgraphs[1].outputs.pop()),
        ("another type", |model| model.model_mut().subgraphs[0].tensors[1].type_ = TensorType::INT32),
        ("a condition of another type", |model| {
            model.model_mut().subgraphs[0].tensors[0].type_ = TensorType::INT32;
        }),
    ];
    for (name, damage) in broken {
        let mut model = choice();
        damage(&mut model);
        let kind = failure(&model, SessionOptions::default());
        let expected = [ErrorKind::InvalidModel, ErrorKind::InvalidShape, ErrorKind::Unsupported];
        assert!(kind.is_some_and(|kind| expected.contains(&kind)), "{name}: {kind:?}");
    }
}

#[test]
fn variables_must_have_a_value_when_they_are_read() -> Result {
    let handle = || {
        let options = VarHandleOptions { shared_name: "v".to_owned(), ..VarHandleOptions::default() };
        op(BuiltinOperator::VAR_HANDLE).options(options)
    };
    let resource = || tensor_of(DType::Resource, &[]);
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("read");
    let variable = graph.add(handle(), &[], resource());
    let value = graph.add(op(BuiltinOperator::READ_VARIABLE), &[variable], tensor::<f32>(&[-1]));
    graph.output(value);
    let mut graph = model.subgraph("write");
    let x = graph.input(tensor::<f32>(&[-1]));
    let variable = graph.add(handle(), &[], resource());
    graph.operator(op(BuiltinOperator::ASSIGN_VARIABLE), &[variable, x], &[]);

    let mut session = session(&model)?;
    for _ in 0..2 {
        assert_eq!(session.run().unwrap_err().kind(), ErrorKind::InvalidValue);
        // The shape of a variable is that of its last value.
        for values in [&[1.5f32, 2.5][..], &[-1.0], &[0.0, 1.0, 2.0]] {
            session.resize_input_of(1, 0, &[values.len()])?;
            session.input_mut_of::<f32>(1, 0)?.copy_from_slice(values);
            session.run_subgraph(1)?;
            session.run()?;
            assert_eq!(session.output(0)?.values::<f32>()?, values);
        }
        session.reset();
    }
    Ok(())
}
