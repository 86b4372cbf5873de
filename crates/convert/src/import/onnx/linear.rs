//! Matrix products.

use featherlite_base::DType;
use featherlite_ir::{Dim, Op, ValueId};
use featherlite_schema::{BuiltinOperator as Tflite, owned};

use super::call::Call;
use super::rules::Row;
use super::rules::Rule::One;
use crate::import::compose::einsum as compose;
use crate::{Error, Result};

pub(super) static ROWS: &[Row] = &[
    ("Einsum", One(einsum, "TRANSPOSE, RESHAPE, FULLY_CONNECTED, BATCH_MATMUL")),
    ("Gemm", One(gemm, "FULLY_CONNECTED, BATCH_MATMUL, MUL, ADD")),
    ("MatMul", One(|c| matmul(c, c.input(0)?, c.input(1)?), "FULLY_CONNECTED, BATCH_MATMUL")),
    ("com.microsoft:FusedMatMul", One(fused_matmul, "BATCH_MATMUL, MUL")),
    ("com.microsoft:MatMulNBits", One(matmul_bits, "FULLY_CONNECTED")),
];

/// alpha * a * b + beta * c, where a and b may be transposed.
fn gemm(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (mut a, b) = (c.input(0)?, c.input(1)?);
    let (alpha, beta) = (c.attributes.float_or("alpha", 1.0)?, c.attributes.float_or("beta", 1.0)?);
    let dtype = c.dtype(a);
    if c.attributes.flag("transA")? {
        a = c.b.transpose(a, &[1, 0])?;
    }
    a = c.b.cast(a, DType::F32)?;
    let mut b = c.b.cast(b, DType::F32)?;
    if alpha != 1.0 {
        let scaled = if c.b.is_constant(b) { &mut b } else { &mut a };
        *scaled = c.with_scalar(Tflite::MUL, *scaled, f64::from(alpha))?;
    }
    let is_transposed = c.attributes.flag("transB")?;
    let mut bias = c.optional(2)?;
    if let Some(value) = bias {
        let value = c.b.cast(value, DType::F32)?;
        bias = Some(if beta == 1.0 { value } else { c.with_scalar(Tflite::MUL, value, f64::from(beta))? });
    }
    let product = if c.b.is_constant(b) {
        let weights = if is_transposed { b } else { c.b.transpose(b, &[1, 0])? };
        let outputs = c.size(weights, 0)?;
        // A bias for each output goes into the layer; any other is added behind it.
        let (fused, added) = match bias.map(|bias| c.b.fixed_dims(bias)).transpose()? {
            Some(dims) if dims == [outputs] || dims == [1, outputs] => (bias, None),
            _ => (None, bias),
        };
        let fused = fused.map(|bias| c.reshape(bias, &[Dim::fixed(outputs)])).transpose()?;
        bias = added;
        c.b.fully_connected(a, weights, fused)?
    } else {
        let options = owned::BatchMatMulOptions { adj_y: is_transposed, ..Default::default() };
        c.b.add(Op::with(Tflite::BATCH_MATMUL, options), &[a, b])?
    };
    let sum = bias.map_or(Ok(product), |bias| c.binary(Tflite::ADD, product, bias))?;
    c.b.cast(sum, dtype)
}

/// As NumPy's `matmul`: vectors are rows on the left and columns on the right, outer dimensions broadcast.
pub(super) fn matmul(c: &mut Call<'_, '_>, a: ValueId, b: ValueId) -> Result<ValueId> {
    let dtype = c.dtype(a);
    let (a, b) = (c.b.cast(a, DType::F32)?, c.b.cast(b, DType::F32)?);
    let (rank_a, rank_b) = (c.rank(a)?, c.rank(b)?);
    if rank_a == 0 || rank_b == 0 {
        return Err(Error::invalid("a scalar in a matrix product"));
    }
    let a = if rank_a == 1 { c.expand(a, 0)? } else { a };
    let b = if rank_b == 1 { c.expand(b, 1)? } else { b };
    let mut product = if c.b.is_constant(b) && c.rank(b)? == 2 {
        let weights = c.b.transpose(b, &[1, 0])?;
        c.b.fully_connected(a, weights, None)?
    } else {
        c.b.add(Op::with(Tflite::BATCH_MATMUL, owned::BatchMatMulOptions::default()), &[a, b])?
    };
    if rank_b == 1 {
        product = c.squeeze(product, &[c.rank(product)? - 1])?;
    }
    if rank_a == 1 {
        let axis = c.rank(product)? - if rank_b == 1 { 1 } else { 2 };
        product = c.squeeze(product, &[axis])?;
    }
    c.b.cast(product, dtype)
}

fn fused_matmul(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let (a, b, alpha) = (c.input(0)?, c.input(1)?, c.attributes.float_or("alpha", 1.0)?);
    if c.attributes.flag("transBatchA")? || c.attributes.flag("transBatchB")? {
        return Err(Error::unsupported("transposed batches"));
    }
    let options = owned::BatchMatMulOptions {
        adj_x: c.attributes.flag("transA")?,
        adj_y: c.attributes.flag("transB")?,
        ..Default::default()
    };
    let product = c.b.add(Op::with(Tflite::BATCH_MATMUL, options), &[a, b])?;
    if alpha == 1.0 { Ok(product) } else { c.with_scalar(Tflite::MUL, product, f64::from(alpha)) }
}

/// Products of more than two tensors are taken one after the other, with all letters that are still needed kept.
fn einsum(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let equation = c.attributes.string("equation")?.ok_or_else(|| super::attributes::missing("equation"))?;
    let equation: String = equation.chars().filter(|letter| !letter.is_whitespace()).collect();
    let (terms, result) = match equation.split_once("->") {
        Some((terms, result)) => (terms, result.to_owned()),
        None => (&*equation, implicit_result(&equation)),
    };
    let mut terms: Vec<String> = terms.split(',').map(str::to_owned).collect();
    let mut values = c.all_inputs()?;
    if terms.len() != values.len() {
        return Err(Error::invalid(format!("{} terms for {} inputs", terms.len(), values.len())));
    }
    if let [term] = &terms[..] {
        // The second factor is 1.
        let one = c.b.scalar(1f32)?;
        return compose::einsum(c.b, &format!("{term},->{result}"), values[0], one);
    }
    while let ([first, second, rest @ ..], [x, y, ..]) = (&terms[..], &values[..]) {
        let target = if rest.is_empty() {
            result.clone()
        } else {
            let is_needed =
                |letter: &char| result.contains(*letter) || rest.iter().any(|term| term.contains(*letter));
            let mut letters: Vec<char> = Vec::new();
            for letter in first.chars().chain(second.chars()).filter(is_needed) {
                if !letters.contains(&letter) {
                    letters.push(letter);
                }
            }
            letters.into_iter().collect()
        };
        let product = compose::einsum(c.b, &format!("{first},{second}->{target}"), *x, *y)?;
        terms.splice(..2, [target]);
        values.splice(..2, [product]);
        if terms.len() == 1 {
            break;
        }
    }
    Ok(values[0])
}

/// The letters that occur once, in alphabetical order.
fn implicit_result(terms: &str) -> String {
    let mut letters: Vec<char> = terms.chars().filter(char::is_ascii_alphabetic).collect();
    letters.sort_unstable();
    let dots = if terms.contains("...") { "..." } else { "" };
    let once = letters.iter().filter(|letter| terms.matches(**letter).count() == 1);
    format!("{dots}{}", once.collect::<String>())
}

/// Weights `[out, blocks, bytes]` of 4 bits, two a byte, with a scale and perhaps a zero point for each block.
fn matmul_bits(c: &mut Call<'_, '_>) -> Result<ValueId> {
    let x = c.input(0)?;
    let size = |name: &str| c.attributes.size_or(name, 0);
    let (inputs, outputs, bits, block) = (size("K")?, size("N")?, size("bits")?, size("block_size")?);
    let packed = c.input(1)?;
    let (Some(bytes), Some(scales)) = (c.b.elements::<u8>(packed), c.constant_reals(2, "the scales")?) else {
        return Err(Error::unsupported("weights that are no constants"));
    };
    let blocks = inputs.div_ceil(block.max(1));
    let count = outputs.checked_mul(blocks).filter(|&count| count == scales.len());
    let fits = count.and_then(|count| count.checked_mul(block / 2)) == Some(bytes.len());
    if bits != 4 || block == 0 || block % 2 != 0 || !fits {
        return Err(Error::unsupported(format!("weights of {bits} bits in blocks of {block}")));
    }
    let zeros = match c.optional(3)? {
        None => vec![8.0; scales.len()],
        Some(zeros) => block_zeros(c, zeros, outputs, blocks)?,
    };
    let value = |index: usize| {
        let (row, column) = (index / inputs, index % inputs);
        let of_block = row * blocks + column / block;
        let byte = bytes[of_block * (block / 2) + column % block / 2];
        let number = if column % 2 == 0 { byte & 15 } else { byte >> 4 };
        (f32::from(number) - zeros[of_block]) * scales[of_block]
    };
    let weights: Vec<f32> = (0..outputs * inputs).map(value).collect();
    let weights = c.b.constant(&[outputs, inputs], &weights)?;
    let bias = c.optional(5)?;
    c.b.fully_connected(x, weights, bias)
}

/// The zero points of blocks: two a byte, every row beginning with a new one, or real numbers.
fn block_zeros(c: &Call<'_, '_>, zeros: ValueId, outputs: usize, blocks: usize) -> Result<Vec<f32>> {
    let wrong = || Error::unsupported("zero points of another form than the blocks");
    if let Some(values) = c.b.elements::<f32>(zeros) {
        return Some(values.to_vec()).filter(|values| values.len() == outputs * blocks).ok_or_else(wrong);
    }
    let row = blocks.div_ceil(2);
    let bytes = c.b.elements::<u8>(zeros).filter(|bytes| bytes.len() == outputs * row).ok_or_else(wrong)?;
    let zero = |index: usize| {
        let (output, block) = (index / blocks, index % blocks);
        let byte = bytes[output * row + block / 2];
        f32::from(if block % 2 == 0 { byte & 15 } else { byte >> 4 })
    };
    Ok((0..outputs * blocks).map(zero).collect())
}
