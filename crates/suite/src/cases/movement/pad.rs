use featherlite::DType;
use featherlite::schema::owned::{MirrorPadOptions, PadOptions, PadV2Options, StablehloPadOptions};
use featherlite::schema::{BuiltinOperator, MirrorPadMode};
use featherlite_testkit::{Op, Random};

use super::{TEXT_AND_PACKED, any_but, any_shape, moved, moved_or, zero};
use crate::cases::{Case, Value, draw, range};

/// Amounts before and behind each dimension, as an input.
fn amounts(random: &mut Random, types: &[DType], pairs: &[[usize; 2]]) -> Value {
    let dtype = random.pick(types);
    let (_, greatest) = range(dtype);
    let elements = pairs.iter().flatten().map(|&amount| (amount as i64).min(greatest)).collect();
    Value::whole(dtype, &[pairs.len(), 2], elements)
}

/// An input, amounts, and what surrounding it with `value` gives.
fn padded(random: &mut Random, value: Option<&Value>, input: &Value) -> (Value, Value) {
    let pairs: Vec<[usize; 2]> = input
        .shape
        .iter()
        .map(|_| [0; 2].map(|_| if random.once_in(2) { random.below(4) } else { 0 }))
        .collect();
    let types = [DType::I32, DType::I32, DType::I32, DType::I64, DType::I16, DType::I8, DType::Bool];
    let amounts = amounts(random, &types, &pairs);
    let pairs: Vec<&[i64]> = amounts.to_whole().chunks(2).collect();
    let shape: Vec<usize> =
        input.shape.iter().zip(&pairs).map(|(size, pair)| size + (pair[0] + pair[1]) as usize).collect();
    let zero = zero(input.dtype, Some(input));
    let expected = moved_or(input, value.unwrap_or(&zero), &shape, |index| {
        let source =
            index.iter().zip(&pairs).zip(&input.shape).map(|((&index, pair), &size)| {
                index.checked_sub(pair[0] as usize).filter(|&index| index < size)
            });
        source.collect()
    });
    (amounts, expected)
}

pub(super) fn pad(random: &mut Random) -> Case {
    let shape = any_shape(random, 0..=5);
    let input = any_but(random, TEXT_AND_PACKED, &shape);
    let (amounts, expected) = padded(random, None, &input);
    Case::new(Op::builtin(BuiltinOperator::PAD).options(PadOptions {}))
        .input(input)
        .input(amounts)
        .exact(expected)
}

pub(super) fn pad_with_value(random: &mut Random) -> Case {
    let shape = any_shape(random, 0..=5);
    let input = any_but(random, TEXT_AND_PACKED, &shape);
    let value = draw::any(random, input.dtype, &[]);
    let value = Value { scales: input.scales.clone(), ..value };
    let (amounts, expected) = padded(random, Some(&value), &input);
    Case::new(Op::builtin(BuiltinOperator::PADV2).options(PadV2Options {}))
        .input(input)
        .input(amounts)
        .input(value)
        .exact(expected)
}

pub(super) fn mirror(random: &mut Random) -> Case {
    let shape = any_shape(random, 1..=5);
    let input = any_but(random, TEXT_AND_PACKED, &shape);
    let mode = random.pick(&[MirrorPadMode::REFLECT, MirrorPadMode::SYMMETRIC]);
    let offset = usize::from(mode == MirrorPadMode::REFLECT);
    let pairs: Vec<[usize; 2]> = shape
        .iter()
        .map(|&size| [0; 2].map(|_| random.below((size.saturating_sub(offset) + 1).min(5))))
        .collect();
    let output: Vec<usize> =
        shape.iter().zip(&pairs).map(|(size, [before, behind])| before + size + behind).collect();
    let expected = moved(&input, &output, |index| {
        let source = index.iter().zip(&pairs).zip(&shape).map(|((&index, [before, _]), &size)| {
            // Walk back from the edge that was passed.
            match index as i64 - *before as i64 {
                place @ ..0 => (-place) as usize - 1 + offset,
                place if place as usize >= size => 2 * size - 1 - offset - place as usize,
                place => place as usize,
            }
        });
        source.collect()
    });
    let amounts = amounts(random, &[DType::I32, DType::I64], &pairs);
    Case::new(Op::builtin(BuiltinOperator::MIRROR_PAD).options(MirrorPadOptions { mode }))
        .input(input)
        .input(amounts)
        .exact(expected)
}

pub(super) fn spread(random: &mut Random) -> Case {
    let shape = any_shape(random, 1..=5);
    let input = any_but(random, TEXT_AND_PACKED, &shape);
    let value = draw::any(random, input.dtype, &[]);
    let value = Value { scales: input.scales.clone(), ..value };
    let (mut low, mut high, mut interior, mut output) = (vec![], vec![], vec![], vec![]);
    for &size in &shape {
        let between = if random.once_in(2) { 0 } else { random.between(0..=2) };
        let spread = size as i64 + (size as i64 - 1).max(0) * between;
        let before = random.between(-(spread / 2)..=2).max(-3);
        let behind = random.between(-((spread + before.min(0)) / 2)..=2).max(-3);
        low.push(before);
        high.push(behind);
        interior.push(between);
        output.push((spread + before + behind).max(0) as usize);
    }
    let expected = moved_or(&input, &value, &output, |index| {
        let source = (0..index.len()).map(|axis| {
            let (place, step) = (index[axis] as i64 - low[axis], interior[axis] + 1);
            let source = (place >= 0 && place % step == 0).then(|| (place / step) as usize);
            source.filter(|&source| source < shape[axis])
        });
        source.collect()
    });
    let options =
        StablehloPadOptions { edge_padding_low: low, edge_padding_high: high, interior_padding: interior };
    Case::new(Op::builtin(BuiltinOperator::STABLEHLO_PAD).options_2(options))
        .input(input)
        .input(value)
        .exact(expected)
}
