use featherlite::DType;
use featherlite::schema::BuiltinOperator;
use featherlite::schema::owned::{
    DynamicUpdateSliceOptions, MatrixDiagOptions, MatrixSetDiagOptions, OneHotOptions, SparseToDenseOptions,
};
use featherlite_testkit::{Op, Random};

use super::{WIDE_SELDOM, full_shape, indices};
use crate::cases::movement::{
    TEXT, TEXT_AND_PACKED, any_but, any_shape, joined, like, moved, moved_or, sizes, zero,
};
use crate::cases::{Case, Value, draw};

pub(super) fn one_hot(random: &mut Random) -> Case {
    let shape = any_shape(random, 0..=3);
    let depth = if random.once_in(15) { 0 } else { random.size(1..=9) };
    let axis = random.below(shape.len() + 1);
    let count = shape.iter().product::<usize>();
    // Those outside have no place.
    let numbers: Vec<i64> = (0..count).map(|_| random.between(-1..=depth as i64)).collect();
    let on = any_but(random, TEXT_AND_PACKED, &[]);
    let off = like(&on, &[], draw::any(random, on.dtype, &[]).elements);
    let mut output = shape.clone();
    output.insert(axis, depth);
    let expected = moved_or(&on, &off, &output, |index| {
        let mut rest = index.to_vec();
        let place = rest.remove(axis);
        (numbers[draw::place_of(&rest, &shape)] == place as i64).then(Vec::new)
    });
    let axis = if axis == shape.len() && random.once_in(2) { -1 } else { axis as i32 };
    Case::new(Op::builtin(BuiltinOperator::ONE_HOT).options(OneHotOptions { axis }))
        .input(indices(random, WIDE_SELDOM, &shape, numbers))
        .input(Value::int(depth as i64))
        .input(on)
        .input(off)
        .exact(expected)
}

pub(super) fn sparse_to_dense(random: &mut Random) -> Case {
    let rank = random.size(1..=4);
    let shape = full_shape(random, rank, 6);
    let mut places: Vec<usize> = (0..shape.iter().product()).collect();
    random.shuffle(&mut places);
    places.truncate(random.below(9));
    if random.once_in(2) {
        places.sort_unstable();
    }
    // Without dimensions there is one position.
    let is_scalar = rank == 1 && !places.is_empty() && random.once_in(4);
    if is_scalar {
        places.truncate(1);
    }
    let positions: Vec<i64> =
        places.iter().flat_map(|&place| sizes(&draw::index_of(place, &shape))).collect();
    let mut positions_shape = vec![places.len(), rank];
    if is_scalar {
        positions_shape.clear();
    } else if rank == 1 && random.once_in(2) {
        positions_shape.pop();
    }
    let one_value = is_scalar || random.once_in(3);
    let values = any_but(random, TEXT_AND_PACKED, if one_value { &[] } else { &positions_shape[..1] });
    let other = like(&values, &[], draw::any(random, values.dtype, &[]).elements);
    let expected = moved_or(&values, &other, &shape, |index| {
        let place = draw::place_of(index, &shape);
        let number = places.iter().position(|&other| other == place)?;
        Some(if one_value { Vec::new() } else { vec![number] })
    });
    let positions = indices(random, WIDE_SELDOM, &positions_shape, positions);
    let shape = Value::whole(positions.dtype, &[rank], sizes(&shape));
    let options = SparseToDenseOptions { validate_indices: random.once_in(2) && places.is_sorted() };
    Case::new(Op::builtin(BuiltinOperator::SPARSE_TO_DENSE).options(options))
        .input(positions)
        .input(shape)
        .input(values)
        .input(other)
        .exact(expected)
}

pub(super) fn update_slice(random: &mut Random) -> Case {
    let shape = any_shape(random, 1..=5);
    let operand = any_but(random, TEXT, &shape);
    let size: Vec<usize> = shape
        .iter()
        .map(|&size| if random.once_in(12) { 0 } else { random.below(size) + usize::from(size > 0) })
        .collect();
    let update = like(&operand, &size, draw::any(random, operand.dtype, &size).elements);
    let start: Vec<i64> = shape.iter().map(|&size| random.between(-2..=size as i64 + 1)).collect();
    let pool = joined(&[&operand, &update]);
    let places: Vec<usize> = draw::indices(&shape)
        .map(|index| {
            // A part that would reach beyond an end is moved inside.
            let source = (0..index.len()).map(|axis| {
                let start = start[axis].clamp(0, (shape[axis] - size[axis]) as i64) as usize;
                index[axis].checked_sub(start).filter(|&place| place < size[axis])
            });
            match source.collect::<Option<Vec<usize>>>() {
                Some(source) => operand.elements.len() + draw::place_of(&source, &size),
                None => draw::place_of(&index, &shape),
            }
        })
        .collect();
    let expected = like(&operand, &shape, pool.at(&places));
    let options = DynamicUpdateSliceOptions {};
    Case::new(Op::builtin(BuiltinOperator::DYNAMIC_UPDATE_SLICE).options(options))
        .input(operand)
        .input(update)
        .input(indices(random, &[DType::I32, DType::I64], &[shape.len()], start))
        .exact(expected)
}

pub(super) fn diagonal(random: &mut Random) -> Case {
    let shape = any_shape(random, 1..=4);
    let input = any_but(random, TEXT_AND_PACKED, &shape);
    let output = [&shape[..], &shape[shape.len() - 1..]].concat();
    let expected = moved_or(&input, &zero(input.dtype, None), &output, |index| {
        let (column, rest) = index.split_last()?;
        (rest.last() == Some(column)).then(|| rest.to_vec())
    });
    Case::new(Op::builtin(BuiltinOperator::MATRIX_DIAG).options(MatrixDiagOptions {}))
        .input(input)
        .exact(expected)
}

pub(super) fn set_diagonal(random: &mut Random) -> Case {
    let shape = any_shape(random, 2..=5);
    let input = any_but(random, TEXT_AND_PACKED, &shape);
    let [outer @ .., rows, columns] = &shape[..] else { unreachable!("at least two dimensions") };
    let diagonal_shape = [outer, &[*rows.min(columns)]].concat();
    let diagonal = like(&input, &diagonal_shape, draw::any(random, input.dtype, &diagonal_shape).elements);
    let on_diagonal = |index: &[usize]| {
        let (column, rest) = index.split_last()?;
        (rest.last() == Some(column)).then(|| rest.to_vec())
    };
    let pool = joined(&[&input, &diagonal]);
    let places: Vec<usize> = draw::indices(&shape)
        .map(|index| match on_diagonal(&index) {
            Some(index) => input.elements.len() + draw::place_of(&index, &diagonal_shape),
            None => draw::place_of(&index, &shape),
        })
        .collect();
    let expected = moved(&like(&input, &[pool.len()], pool), &shape, |index| {
        vec![places[draw::place_of(index, &shape)]]
    });
    Case::new(Op::builtin(BuiltinOperator::MATRIX_SET_DIAG).options(MatrixSetDiagOptions {}))
        .input(input)
        .input(diagonal)
        .exact(expected)
}
