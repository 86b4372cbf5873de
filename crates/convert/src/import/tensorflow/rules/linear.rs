//! Products of matrices.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator as B, owned};

use super::super::call::Call;
use super::{Rule, one};
use crate::Result;

pub(super) const RULES: &[Rule] = &[
    one(&["MatMul"], &[B::FULLY_CONNECTED, B::BATCH_MATMUL], |call| {
        let adjoints = (call.bool_or("transpose_a", false)?, call.bool_or("transpose_b", false)?);
        product(call, adjoints)
    }),
    one(&["BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"], &[B::BATCH_MATMUL, B::FULLY_CONNECTED], |call| {
        let adjoints = (call.bool_or("adj_x", false)?, call.bool_or("adj_y", false)?);
        product(call, adjoints)
    }),
];

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
