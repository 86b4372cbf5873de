use featherlite::DType;
use featherlite::schema::BuiltinOperator;
use featherlite::schema::owned::{
    AddOptions, MaximumMinimumOptions, MulOptions, ScatterNdOptions, SegmentSumOptions,
    StablehloScatterOptions, UnsortedSegmentMaxOptions, UnsortedSegmentMinOptions,
    UnsortedSegmentProdOptions, UnsortedSegmentSumOptions,
};
use featherlite_testkit::{ModelBuilder, Op, Random, tensor_of};

use super::gather::{Vectors, numbers, places_among};
use super::{WIDE_SELDOM, full_shape, indices};
use crate::cases::movement::sizes;
use crate::cases::{Case, Elements, Value, draw};

type Reals = fn(f64, f64) -> f64;
type Integers = fn(i64, i64) -> i64;

/// Combines the updates that go to each element, in order, from what is there first.
fn combined(
    first: &Value,
    updates: &Value,
    to: &[Option<usize>],
    function: impl Fn(f64, f64) -> f64,
    whole: impl Fn(i64, i64) -> i64,
) -> Value {
    let mut result = first.clone();
    match (&mut result.elements, &updates.elements) {
        (Elements::Real(result), Elements::Real(updates)) => {
            for (update, place) in updates.iter().zip(to) {
                if let Some(place) = *place {
                    result[place] = function(result[place], *update);
                }
            }
        }
        (Elements::Whole(result), Elements::Whole(updates)) => {
            for (update, place) in updates.iter().zip(to) {
                if let Some(place) = *place {
                    result[place] = draw::wrap(first.dtype, whole(result[place], *update));
                }
            }
        }
        _ => panic!("neither real numbers nor integers"),
    }
    result
}

/// Numbers that few of make no more than the type holds, more or less.
fn updates(random: &mut Random, dtype: DType, shape: &[usize]) -> Value {
    match dtype {
        DType::F32 | DType::F16 | DType::Bf16 | DType::F64 => draw::real(random, dtype, shape, 4.0),
        _ => draw::any(random, dtype, shape),
    }
}

fn zeros(dtype: DType, shape: &[usize]) -> Value {
    let count = shape.iter().product();
    match dtype {
        DType::F32 => Value::float(shape, vec![0.0; count]),
        _ => Value::whole(dtype, shape, vec![0; count]),
    }
}

pub(super) fn scatter_nd(random: &mut Random) -> Case {
    let types = [DType::F32, DType::I8, DType::U8, DType::I16, DType::I32, DType::I64, DType::Bool];
    let dtype = random.pick(&types);
    let (rank, rows_rank) = (random.size(1..=4), random.below(3));
    let shape = full_shape(random, rank, 5);
    let (count, rows) = (random.size(1..=rank), draw::shape(random, rows_rank, 4));
    let total = rows.iter().product::<usize>();
    let positions: Vec<i64> =
        (0..total).flat_map(|_| shape[..count].to_vec()).map(|size| random.below(size) as i64).collect();
    let updates = updates(random, dtype, &[&rows[..], &shape[count..]].concat());
    let to: Vec<Option<usize>> = draw::indices(&updates.shape)
        .map(|index| {
            let row = draw::place_of(&index[..rows.len()], &rows) * count;
            let start = positions[row..row + count].iter().map(|&position| position as usize);
            let index: Vec<usize> = start.chain(index[rows.len()..].iter().copied()).collect();
            Some(draw::place_of(&index, &shape))
        })
        .collect();
    let is_bool = dtype == DType::Bool;
    let add = |a: i64, b: i64| if is_bool { a | b } else { a.wrapping_add(b) };
    let expected = combined(&zeros(dtype, &shape), &updates, &to, |a, b| a + b, add);
    let positions = indices(random, WIDE_SELDOM, &[&rows[..], &[count]].concat(), positions);
    let shape = Value::whole(positions.dtype, &[rank], sizes(&shape));
    Case::new(Op::builtin(BuiltinOperator::SCATTER_ND).options(ScatterNdOptions {}))
        .input(positions)
        .input(updates)
        .input(shape)
        .close(expected, 1e-5)
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Segments {
    SortedSum,
    Sum,
    Product,
    Greatest,
    Least,
}

pub(super) fn segments(random: &mut Random, kind: Segments) -> Case {
    let dtype = random.pick(&[DType::F32, DType::I32]);
    let is_sorted = kind == Segments::SortedSum;
    let ids_rank = if is_sorted { 1 } else { random.size(1..=2) };
    let (ids_shape, rest) = (full_shape(random, ids_rank, 8), random.below(3));
    let slice = full_shape(random, rest, 5);
    let count = ids_shape.iter().product::<usize>();
    let mut segments = random.size(1..=6);
    let ids: Vec<i64> = if is_sorted {
        let mut id = 0;
        (0..count as i64)
            .map(|index| {
                id += i64::from(index > 0 && random.once_in(2));
                id
            })
            .collect()
    } else {
        (0..count).map(|_| random.between(-1..=segments as i64 - 1)).collect()
    };
    if is_sorted {
        segments = ids[count - 1] as usize + 1;
    }
    let data = updates(random, dtype, &[&ids_shape[..], &slice].concat());
    let output = [&[segments], &slice[..]].concat();
    let size: usize = slice.iter().product();
    let to: Vec<Option<usize>> = (0..data.elements.len())
        .map(|place| usize::try_from(ids[place / size]).ok().map(|id| id * size + place % size))
        .collect();
    let (real, whole) = match kind {
        Segments::SortedSum | Segments::Sum => (0.0, 0),
        Segments::Product => (1.0, 1),
        Segments::Greatest => (f64::from(f32::MIN), i64::from(i32::MIN)),
        Segments::Least => (f64::from(f32::MAX), i64::from(i32::MAX)),
    };
    let total = output.iter().product();
    let first = match dtype {
        DType::F32 => Value::float(&output, vec![real; total]),
        _ => Value::whole(dtype, &output, vec![whole; total]),
    };
    let (real, whole): (Reals, Integers) = match kind {
        Segments::SortedSum | Segments::Sum => (|a, b| a + b, i64::wrapping_add),
        Segments::Product => (|a, b| a * b, i64::wrapping_mul),
        Segments::Greatest => (f64::max, i64::max),
        Segments::Least => (f64::min, i64::min),
    };
    let expected = combined(&first, &data, &to, real, whole);
    let ids = Value::ints(&ids_shape, &ids);
    let op = match kind {
        Segments::SortedSum => Op::builtin(BuiltinOperator::SEGMENT_SUM).options(SegmentSumOptions {}),
        Segments::Sum => {
            Op::builtin(BuiltinOperator::UNSORTED_SEGMENT_SUM).options(UnsortedSegmentSumOptions {})
        }
        Segments::Product => {
            Op::builtin(BuiltinOperator::UNSORTED_SEGMENT_PROD).options(UnsortedSegmentProdOptions {})
        }
        Segments::Greatest => {
            Op::builtin(BuiltinOperator::UNSORTED_SEGMENT_MAX).options(UnsortedSegmentMaxOptions {})
        }
        Segments::Least => {
            Op::builtin(BuiltinOperator::UNSORTED_SEGMENT_MIN).options(UnsortedSegmentMinOptions {})
        }
    };
    let case = Case::new(op).input(data).input(ids);
    let case = if is_sorted { case } else { case.input(Value::int(segments as i64)) };
    case.close(expected, 1e-5)
}

/// What a body makes of two numbers; the second alone if it has no operator.
struct Body {
    op: Option<Op>,
    real: Reals,
    whole: Integers,
}

fn body(random: &mut Random, dtype: DType) -> Body {
    let stablehlo = random.once_in(2);
    let either = |stable: BuiltinOperator, plain: Op| if stablehlo { Op::builtin(stable) } else { plain };
    let plain = |op| Op::builtin(op);
    if dtype == DType::Bool && random.once_in(2) {
        let any = random.once_in(2);
        let (stable, plain) = if any {
            (BuiltinOperator::STABLEHLO_OR, plain(BuiltinOperator::LOGICAL_OR))
        } else {
            (BuiltinOperator::STABLEHLO_AND, plain(BuiltinOperator::LOGICAL_AND))
        };
        let whole = if any { |a, b| a | b } else { |a: i64, b: i64| a & b };
        return Body { op: Some(either(stable, plain)), real: |_, b| b, whole };
    }
    match random.below(if dtype == DType::Bool { 1 } else { 5 }) {
        0 => Body { op: None, real: |_, b| b, whole: |_, b| b },
        1 => Body {
            op: Some(either(
                BuiltinOperator::STABLEHLO_ADD,
                Op::builtin(BuiltinOperator::ADD).options(AddOptions::default()),
            )),
            real: |a, b| a + b,
            whole: i64::wrapping_add,
        },
        2 => Body {
            op: Some(either(
                BuiltinOperator::STABLEHLO_MULTIPLY,
                Op::builtin(BuiltinOperator::MUL).options(MulOptions::default()),
            )),
            real: |a, b| a * b,
            whole: i64::wrapping_mul,
        },
        3 => Body {
            op: Some(either(
                BuiltinOperator::STABLEHLO_MAXIMUM,
                Op::builtin(BuiltinOperator::MAXIMUM).options(MaximumMinimumOptions {}),
            )),
            real: f64::max,
            whole: i64::max,
        },
        _ => Body {
            op: Some(either(
                BuiltinOperator::STABLEHLO_MINIMUM,
                Op::builtin(BuiltinOperator::MINIMUM).options(MaximumMinimumOptions {}),
            )),
            real: f64::min,
            whole: i64::min,
        },
    }
}

pub(super) fn scatter_slices(random: &mut Random) -> Case {
    let common = [DType::F32, DType::I32, DType::I64, DType::I8, DType::U8, DType::I16];
    let all = [DType::F16, DType::Bf16, DType::F64, DType::U16, DType::U32, DType::U64, DType::Bool];
    let dtype = if random.once_in(3) { random.pick(&all) } else { random.pick(&common) };
    let rank = random.size(1..=4);
    let shape = full_shape(random, rank, 5);
    let vectors = Vectors::draw(random, &shape);
    let inserted: Vec<usize> = (0..rank).filter(|_| random.once_in(2)).collect();
    let own: Vec<usize> = (0..rank).filter(|dim| !inserted.contains(dim)).collect();
    let total = vectors.batch.len() + own.len();
    let window_dims = places_among(random, own.len(), total);
    let mut window =
        own.iter().map(|&dim| if random.once_in(2) { shape[dim] } else { 1 }).collect::<Vec<_>>();
    window.iter_mut().zip(&own).for_each(|(size, &dim)| *size = (*size).min(shape[dim]));
    let (mut batch, mut sizes) = (vectors.batch.iter(), window.iter());
    let update_shape: Vec<usize> = (0..total)
        .map(|dim| if window_dims.contains(&dim) { sizes.next() } else { batch.next() })
        .map(|size| *size.expect("as many dimensions as there are"))
        .collect();
    let (input, updates) = (updates(random, dtype, &shape), updates(random, dtype, &update_shape));
    let to: Vec<Option<usize>> = draw::indices(&update_shape)
        .map(|index| {
            let batch: Vec<usize> =
                (0..total).filter(|dim| !window_dims.contains(dim)).map(|dim| index[dim]).collect();
            let mut place = vectors.at(&batch, rank);
            own.iter().zip(&window_dims).for_each(|(&dim, &at)| place[dim] += index[at] as i64);
            let inside = place.iter().zip(&shape).all(|(&place, &size)| (0..size as i64).contains(&place));
            let place: Vec<usize> = place.iter().map(|&place| place as usize).collect();
            inside.then(|| draw::place_of(&place, &shape))
        })
        .collect();
    let Body { op, real, whole } = body(random, dtype);
    // Each step is rounded to the type.
    let step = |a: f64, b: f64| match dtype {
        DType::F64 => real(a, b),
        _ => Value::real(dtype, &[], vec![real(a, b)]).to_real()[0],
    };
    let expected = combined(&input, &updates, &to, step, whole);
    let options = StablehloScatterOptions {
        indices_are_sorted: false,
        update_window_dims: numbers(&window_dims),
        inserted_window_dims: numbers(&inserted),
        scatter_dims_to_operand_dims: numbers(&vectors.map),
        index_vector_dim: vectors.dim as i64,
        unique_indices: false,
        update_computation_subgraph_index: 1,
    };
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let inputs = [&input, &vectors.value, &updates].map(|value| graph.input(value.spec()));
    let scatter = Op::builtin(BuiltinOperator::STABLEHLO_SCATTER).options_2(options);
    let output = graph.add(scatter, &inputs, expected.spec());
    graph.output(output);
    let mut graph = model.subgraph("body");
    let arguments = [(); 2].map(|()| graph.input(tensor_of(dtype, &[])));
    let result = match op {
        Some(op) => graph.add(op, &arguments, tensor_of(dtype, &[])),
        None => arguments[1],
    };
    graph.output(result);
    let case = Case::of_model(model).fed(input).fed(vectors.value).fed(updates);
    if dtype == DType::F32 { case.close(expected, 1e-5) } else { case.exact(expected) }
}
