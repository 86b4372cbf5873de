//! One form for what can be written in several, so that graphs from different sources become alike.

use featherlite_base::{DType, Quantization};
use featherlite_ir::{NodeId, Op, Value, ValueId};
use featherlite_schema::owned::{BuiltinOptions, DivOptions, MulOptions};
use featherlite_schema::{ActivationFunctionType, BuiltinOperator as B};

use super::layout::from_front;
use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "canonical",
    Stage::Tidy,
    "counts axes from the front, multiplies in place of dividing by constants and roots, drops leading ones of constants' \
     shapes, computes shapes in vectors",
    &[axis, quotient, root, leading_ones, shape],
);

/// Operators that broadcast their operands.
const BROADCASTING: &[B] =
    &[B::ADD, B::SUB, B::MUL, B::DIV, B::MAXIMUM, B::MINIMUM, B::SQUARED_DIFFERENCE, B::POW];

fn axis(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::CONCATENATION) else { return Ok(false) };
    let (Some(BuiltinOptions::ConcatenationOptions(options)), &[output]) =
        (&node.op.options, &node.outputs[..])
    else {
        return Ok(false);
    };
    let rank = rewriter.graph().value(output).shape.as_ref().map(Vec::len);
    let axis = rank.and_then(|rank| from_front(i64::from(options.axis), rank));
    let Some(axis) = axis.filter(|_| options.axis < 0) else { return Ok(false) };
    let mut options = options.clone();
    options.axis = axis as i32;
    let inputs: Vec<ValueId> = node.inputs.iter().flatten().copied().collect();
    rewriter.substitute(id, Op::with(B::CONCATENATION, options), &inputs)
}

fn quotient(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::DIV) else { return Ok(false) };
    let (Some(x), Some(divisor)) = (node.input(0), node.input(1)) else { return Ok(false) };
    let Some(BuiltinOptions::DivOptions(DivOptions { fused_activation_function })) = node.op.options else {
        return Ok(false);
    };
    let (Some(divisors), Some(sizes)) =
        (rewriter.floats(divisor), rewriter.graph().value(divisor).fixed_shape())
    else {
        return Ok(false);
    };
    let factors: Vec<f32> = divisors.iter().map(|divisor| 1.0 / divisor).collect();
    if !factors.iter().all(|factor| factor.is_normal()) {
        return Ok(false);
    }
    let factor = rewriter.before(id).constant(&sizes, &factors)?;
    let options = MulOptions { fused_activation_function };
    rewriter.substitute(id, Op::with(B::MUL, options), &[x, factor])
}

/// `y / sqrt(x)` as `y * rsqrt(x)`.
fn root(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::DIV) else { return Ok(false) };
    let (Some(y), Some(divisor)) = (node.input(0), node.input(1)) else { return Ok(false) };
    let Some(BuiltinOptions::DivOptions(DivOptions { fused_activation_function })) = node.op.options else {
        return Ok(false);
    };
    let root = rewriter.made_by(divisor, B::SQRT).filter(|_| rewriter.is_used_once(divisor));
    let Some(x) = root.and_then(|(_, root)| root.input(0)) else { return Ok(false) };
    let is_one = rewriter.scalar(y) == Some(1.0) && fused_activation_function == ActivationFunctionType::NONE;
    let is_alike = rewriter.graph().value(node.outputs[0]).shape == rewriter.graph().value(x).shape;
    if rewriter.graph().value(x).dtype != DType::F32 {
        return Ok(false);
    }
    if is_one && is_alike {
        return rewriter.substitute(id, B::RSQRT, &[x]);
    }
    let inverse = rewriter.before(id).unary(B::RSQRT, x)?;
    let options = MulOptions { fused_activation_function };
    rewriter.substitute(id, Op::with(B::MUL, options), &[y, inverse])
}

fn leading_ones(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let node = rewriter.graph().node(id);
    let is_broadcasting = BROADCASTING.iter().any(|&op| node.op.is(op));
    let (Some(x), Some(y), true) = (node.input(0), node.input(1), is_broadcasting) else { return Ok(false) };
    for (index, constant, other) in [(0, x, y), (1, y, x)] {
        let graph = rewriter.graph();
        let other_rank = graph.value(other).shape.as_ref().map_or(0, Vec::len);
        let Some(sizes) = shorter(graph.value(constant), other_rank) else { continue };
        let value = graph.value(constant);
        let (dtype, contents) = (value.dtype, value.constant.clone().unwrap_or_default());
        let new = rewriter.before(id).constant_bytes(dtype, &sizes, contents)?;
        rewriter.graph_mut().set_input(id, index, Some(new));
        return Ok(true);
    }
    Ok(false)
}

/// The shape of a constant vector or number without the ones before it, if the other operand has its rank.
fn shorter(value: &Value, other_rank: usize) -> Option<Vec<usize>> {
    value.constant.as_ref().filter(|_| matches!(value.quantization, Quantization::None))?;
    let sizes = value.fixed_shape()?;
    let first = sizes.iter().position(|&size| size != 1).unwrap_or(sizes.len());
    let is_vector = first > 0 && first + 1 >= sizes.len() && other_rank >= sizes.len();
    is_vector.then(|| sizes[first..].to_vec())
}

/// A shape that is packed of sizes, taken from shapes one by one, is a CONCATENATION of SLICEs.
fn shape(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(node) = rewriter.is(id, B::PACK) else { return Ok(false) };
    let Some(sizes) = node.inputs.iter().map(|&size| Size::of(rewriter, size?)).collect::<Option<Vec<_>>>()
    else {
        return Ok(false);
    };
    if sizes.iter().all(|size| matches!(size, Size::Known(_))) {
        return Ok(false);
    }
    let old = node.outputs[0];
    let mut builder = rewriter.before(id);
    let mut parts = Vec::new();
    for run in sizes.chunk_by(|a, b| matches!((a, b), (Size::Known(_), Size::Known(_)))) {
        let known: Vec<i32> = run
            .iter()
            .filter_map(|size| if let Size::Known(size) = size { Some(*size) } else { None })
            .collect();
        parts.push(match run[0] {
            Size::Known(_) => builder.constant(&[known.len()], &known)?,
            Size::Part(shape, axis) => builder.slice(shape, &[axis], &[1])?,
        });
    }
    let new = if let [whole] = parts[..] { whole } else { builder.concatenation(&parts, 0)? };
    rewriter.replace(old, new);
    Ok(true)
}

/// An element of a shape.
enum Size {
    Known(i32),
    /// An element of a vector.
    Part(ValueId, i32),
}

impl Size {
    fn of(rewriter: &Rewriter<'_>, value: ValueId) -> Option<Self> {
        let graph = rewriter.graph();
        if graph.value(value).dtype != DType::I32 || graph.value(value).shape.as_deref() != Some(&[]) {
            return None;
        }
        if let Some(known) = rewriter.integers(value) {
            return Some(Self::Known(*known.first()? as i32));
        }
        let (_, node) = rewriter.made_by(value, B::STRIDED_SLICE)?;
        let vector =
            node.input(0).filter(|&x| graph.value(x).shape.as_ref().is_some_and(|s| s.len() == 1))?;
        let begin = *rewriter.integers(node.input(1)?)?.first()?;
        let is_counted_from_front = begin >= 0;
        let is_masked = matches!(&node.op.options, Some(BuiltinOptions::StridedSliceOptions(options))
            if options.begin_mask != 0 || options.ellipsis_mask != 0 || options.new_axis_mask != 0);
        (is_counted_from_front && !is_masked).then_some(Self::Part(vector, begin as i32))
    }
}
