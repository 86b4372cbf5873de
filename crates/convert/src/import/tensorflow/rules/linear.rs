//! Products of matrices.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as B, owned};

use super::super::call::Call;
use super::super::refusal::refuse;
use super::{Rule, one};
use crate::Result;
use crate::import::compose::einsum::einsum;

pub(super) const RULES: &[Rule] = &[
    one(&["MatMul"], &[B::FULLY_CONNECTED, B::BATCH_MATMUL], |call| {
        let adjoints = (call.bool_or("transpose_a", false)?, call.bool_or("transpose_b", false)?);
        product(call, adjoints)
    }),
    one(&["BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"], &[B::BATCH_MATMUL, B::FULLY_CONNECTED], |call| {
        let adjoints = (call.bool_or("adj_x", false)?, call.bool_or("adj_y", false)?);
        product(call, adjoints)
    }),
    one(&["Einsum"], &[B::BATCH_MATMUL, B::FULLY_CONNECTED], |call| {
        let (equation, operands) = (call.text_or("equation", "")?, call.inputs()?);
        match operands[..] {
            [x] => single(call, equation, x),
            [x, y] => einsum(call.builder, equation, x, y),
            _ => refuse("an Einstein sum of more than two operands", "write it as sums of two operands each"),
        }
    }),
];

/// A sum of one operand: some axes are summed, the others permuted.
fn single(call: &mut Call<'_, '_, '_>, equation: &str, x: ValueId) -> Result<ValueId> {
    let (input, output) = equation.split_once("->").unwrap_or((equation, equation));
    let labels: Vec<char> = input.chars().collect();
    let place = |label: char| labels.iter().position(|&own| own == label);
    let kept: Option<Vec<usize>> = output.chars().map(place).collect();
    let is_distinct = (1..labels.len()).all(|index| !labels[..index].contains(&labels[index]));
    let kept = kept.filter(|_| is_distinct && labels.len() == call.builder.rank(x).unwrap_or(0));
    let Some(mut axes) = kept else {
        return refuse(
            "an Einstein sum of one operand with ... or a diagonal",
            "write it as transpose and reduce_sum",
        );
    };
    let mut x = x;
    let summed: Vec<i32> =
        (0..labels.len()).filter(|axis| !axes.contains(axis)).map(|axis| axis as i32).collect();
    if !summed.is_empty() {
        x = call.builder.reduce(B::SUM, x, &summed, false)?;
        let before = |axis: usize| summed.iter().filter(|&&other| (other as usize) < axis).count();
        axes = axes.into_iter().map(|axis| axis - before(axis)).collect();
    }
    if axes.iter().enumerate().all(|(index, &axis)| index == axis) {
        Ok(x)
    } else {
        call.builder.transpose(x, &axes)
    }
}

/// A constant matrix on the right makes a fully connected layer, whose weights are `[out, in]`.
fn product(call: &mut Call<'_, '_, '_>, (is_left_turned, is_right_turned): (bool, bool)) -> Result<ValueId> {
    let (mut x, y) = (call.input(0)?, call.input(1)?);
    let b = &mut *call.builder;
    if b.is_constant(y) && b.rank(y)? == 2 {
        if is_left_turned {
            let rank = b.rank(x)?;
            let mut axes: Vec<usize> = (0..rank).collect();
            axes.swap(rank.saturating_sub(1), rank.saturating_sub(2));
            x = b.transpose(x, &axes)?;
        }
        let weights = if is_right_turned { y } else { b.transpose(y, &[1, 0])? };
        return b.fully_connected(x, weights, None);
    }
    let options =
        owned::BatchMatMulOptions { adj_x: is_left_turned, adj_y: is_right_turned, ..Default::default() };
    b.add(Op::with(B::BATCH_MATMUL, options), &[x, y])
}
