//! Networks of words: attention, normalization, tables.

use featherlite_base::DType;
use featherlite_convert::Result;
use featherlite_convert::build::Builder;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::owned;

use super::{Case, constant, numbers};

/// Mean, and the inverse of the deviation, along the last dimension of `[n, steps, size]`.
fn moments(b: &mut Builder<'_>, x: ValueId) -> Result<(ValueId, ValueId)> {
    let mean = b.reduce(B::MEAN, x, &[2], true)?;
    let squares = b.binary(B::SQUARED_DIFFERENCE, x, mean)?;
    let variance = b.reduce(B::MEAN, squares, &[2], true)?;
    let epsilon = b.scalar(1e-3f32)?;
    let variance = b.binary(B::ADD, variance, epsilon)?;
    let deviation = b.unary(B::SQRT, variance)?;
    let one = b.scalar(1f32)?;
    Ok((mean, b.binary(B::DIV, one, deviation)?))
}

const NORM: &[&str] = &["MEAN", "SQUARED_DIFFERENCE", "MEAN", "ADD", "RSQRT", "SUB", "MUL", "MUL", "ADD"];

/// `x` `[1, 5, 8]` times weights that start with the random number `first`, in two heads: `[1, 2, 5, 4]`.
fn heads(b: &mut Builder<'_>, x: ValueId, first: usize) -> Result<ValueId> {
    let weights = b.constant(&[8, 8], &numbers(first + 64)[first..])?;
    let y = b.fully_connected(x, weights, None)?;
    let y = b.reshape(y, &[1, 5, 2, 4])?;
    let bias = constant(b, &[2, 4])?;
    let y = b.binary(B::ADD, y, bias)?;
    b.transpose(y, &[0, 2, 1, 3])
}

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "layer normalization that subtracts last",
        input: &[1, 3, 6],
        build: |b, x| {
            let (mean, inverse) = moments(b, x)?;
            let (gamma, beta) = (constant(b, &[6])?, constant(b, &[6])?);
            let scale = b.binary(B::MUL, inverse, gamma)?;
            let product = b.binary(B::MUL, x, scale)?;
            let negated = b.unary(B::NEG, mean)?;
            let shift = b.binary(B::MUL, negated, scale)?;
            let shift = b.binary(B::ADD, shift, beta)?;
            b.binary(B::ADD, product, shift)
        },
        left: NORM,
    },
    Case {
        name: "layer normalization that scales gamma",
        input: &[1, 3, 6],
        build: |b, x| {
            let (mean, inverse) = moments(b, x)?;
            let (gamma, beta) = (constant(b, &[6])?, constant(b, &[6])?);
            let scale = b.binary(B::MUL, gamma, inverse)?;
            let centered = b.binary(B::SUB, x, mean)?;
            let product = b.binary(B::MUL, scale, centered)?;
            b.binary(B::ADD, product, beta)
        },
        left: NORM,
    },
    Case {
        name: "a sum of products that only looks like a normalization",
        input: &[1, 3, 6],
        build: |b, x| {
            let scale = constant(b, &[1, 3, 6])?;
            let product = b.binary(B::MUL, x, scale)?;
            let other = b.unary(B::ABS, x)?;
            let other = b.binary(B::MUL, other, scale)?;
            b.binary(B::SUB, product, other)
        },
        left: &["MUL", "ABS", "MUL", "SUB"],
    },
    Case {
        name: "the number that scales attention becomes part of weights",
        input: &[1, 5, 8],
        build: |b, x| {
            let (query, key) = (heads(b, x, 0)?, heads(b, x, 64)?);
            let key = b.transpose(key, &[0, 1, 3, 2])?;
            let options = owned::BatchMatMulOptions::default();
            let scores = b.add(Op::with(B::BATCH_MATMUL, options), &[query, key])?;
            let factor = b.scalar(0.5f32)?;
            let scores = b.binary(B::MUL, scores, factor)?;
            b.add(Op::with(B::SOFTMAX, owned::SoftmaxOptions { beta: 1.0 }), &[scores])
        },
        left: &[
            "FULLY_CONNECTED",
            "RESHAPE",
            "TRANSPOSE",
            "FULLY_CONNECTED",
            "RESHAPE",
            "TRANSPOSE",
            "BATCH_MATMUL",
            "SOFTMAX",
        ],
    },
    Case {
        name: "a product that rows are made for",
        input: &[2, 3, 4],
        build: |b, x| {
            let rows = b.reshape(x, &[6, 4])?;
            let weights = constant(b, &[5, 4])?;
            let y = b.fully_connected(rows, weights, None)?;
            let y = b.reshape(y, &[2, 3, 5])?;
            b.unary(B::RELU, y)
        },
        left: &["FULLY_CONNECTED"],
    },
    Case {
        name: "a product whose rows go elsewhere",
        input: &[2, 3, 4],
        build: |b, x| {
            let rows = b.reshape(x, &[6, 4])?;
            let weights = constant(b, &[5, 4])?;
            let y = b.fully_connected(rows, weights, None)?;
            let y = b.reshape(y, &[3, 2, 5])?;
            b.unary(B::NEG, y)
        },
        left: &["RESHAPE", "FULLY_CONNECTED", "RESHAPE", "NEG"],
    },
    Case {
        name: "gamma and beta before products",
        input: &[1, 3, 6],
        build: |b, x| {
            let (mean, inverse) = moments(b, x)?;
            let (gamma, beta) = (constant(b, &[6])?, constant(b, &[6])?);
            let y = b.binary(B::SUB, x, mean)?;
            let y = b.binary(B::MUL, y, inverse)?;
            let y = b.binary(B::MUL, y, gamma)?;
            let y = b.binary(B::ADD, y, beta)?;
            let (query, key) = (constant(b, &[4, 6])?, b.constant(&[4, 6], &numbers(48)[24..])?);
            let (query, key) = (b.fully_connected(y, query, None)?, b.fully_connected(y, key, None)?);
            b.binary(B::SUB, query, key)
        },
        left: &[
            "MEAN",
            "SQUARED_DIFFERENCE",
            "MEAN",
            "ADD",
            "RSQRT",
            "SUB",
            "MUL",
            "FULLY_CONNECTED",
            "FULLY_CONNECTED",
            "SUB",
        ],
    },
    Case {
        name: "a table that negative numbers count from the end of",
        input: &[2, 3],
        build: |b, x| {
            let (table, x) = (constant(b, &[7, 4])?, b.unary(B::ABS, x)?);
            let words = b.cast(x, DType::I32)?;
            let (zero, rows) = (b.scalar(0i32)?, b.scalar(7i32)?);
            let is_negative = b.binary(B::LESS, words, zero)?;
            let from_end = b.binary(B::ADD, words, rows)?;
            let rows = b.add_typed(B::SELECT_V2, &[is_negative, from_end, words], DType::I32)?;
            b.add(Op::with(B::GATHER, owned::GatherOptions::default()), &[table, rows])
        },
        left: &["ABS", "CAST", "GATHER"],
    },
    Case {
        name: "batch normalization that subtracts first, behind no product",
        input: &[1, 4, 3],
        build: |b, x| {
            let (mean, scale, beta) = (constant(b, &[3])?, constant(b, &[3])?, constant(b, &[3])?);
            let y = b.binary(B::SUB, x, mean)?;
            let y = b.binary(B::MUL, y, scale)?;
            let y = b.binary(B::ADD, y, beta)?;
            b.unary(B::RELU, y)
        },
        left: &["MUL", "ADD"],
    },
];
