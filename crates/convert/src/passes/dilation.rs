//! Dilated convolutions written as SPACE_TO_BATCH_ND, a convolution, BATCH_TO_SPACE_ND (as old versions of TensorFlow do).

use featherlite_ir::{NodeId, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::Padding;
use featherlite_schema::owned::BuiltinOptions;

use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "dilation",
    Stage::Lower,
    "makes SPACE_TO_BATCH_ND, convolution, BATCH_TO_SPACE_ND one dilated convolution",
    &[rule],
);

fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some(found) = find(rewriter, id) else { return Ok(false) };
    let old = rewriter.graph().node(id).outputs[0];
    let mut op = rewriter.graph().node(found.conv).op.clone();
    let factors = [found.factors[0] as i32, found.factors[1] as i32];
    match op.options.as_mut() {
        Some(BuiltinOptions::Conv2DOptions(options)) => {
            (options.dilation_h_factor, options.dilation_w_factor) = (factors[0], factors[1]);
        }
        Some(BuiltinOptions::DepthwiseConv2DOptions(options)) => {
            (options.dilation_h_factor, options.dilation_w_factor) = (factors[0], factors[1]);
        }
        _ => return Ok(false),
    }
    let mut inputs = rewriter.graph().node(found.conv).inputs.clone();
    let mut builder = rewriter.before(id);
    // The padding that is cut off again stands for nothing.
    let amount = |axis: usize, side: usize| (found.paddings[axis][side] - found.crops[axis][side]) as usize;
    let amounts = [[0, 0], [amount(0, 0), amount(0, 1)], [amount(1, 0), amount(1, 1)], [0, 0]];
    let padded = if amounts.iter().flatten().any(|&amount| amount > 0) {
        builder.pad(found.input, &amounts)?
    } else {
        found.input
    };
    inputs[0] = Some(padded);
    let like = builder.graph().value(old).clone();
    let new = builder.add_values(op, &inputs, vec![like])?[0];
    if builder.graph().value(new).shape != builder.graph().value(old).shape {
        return Ok(false);
    }
    rewriter.replace(old, new);
    Ok(true)
}

struct Found {
    conv: NodeId,
    input: ValueId,
    factors: [i64; 2],
    paddings: [[i64; 2]; 2],
    crops: [[i64; 2]; 2],
}

fn find(rewriter: &Rewriter<'_>, id: NodeId) -> Option<Found> {
    let last = rewriter.is(id, B::BATCH_TO_SPACE_ND)?;
    let convolved = last.input(0).filter(|&value| rewriter.is_used_once(value))?;
    let codes = [B::CONV_2D, B::DEPTHWISE_CONV_2D];
    let (conv, node) = codes.iter().find_map(|&code| rewriter.made_by(convolved, code))?;
    let is_valid = match node.op.options.as_ref()? {
        BuiltinOptions::Conv2DOptions(options) => {
            options.padding == Padding::VALID && (options.stride_h, options.stride_w) == (1, 1)
        }
        BuiltinOptions::DepthwiseConv2DOptions(options) => {
            options.padding == Padding::VALID && (options.stride_h, options.stride_w) == (1, 1)
        }
        _ => false,
    };
    let (_, first) = rewriter.made_by(node.input(0)?, B::SPACE_TO_BATCH_ND).filter(|_| is_valid)?;
    let pair = |value: Option<ValueId>| <[i64; 2]>::try_from(rewriter.integers(value?)?).ok();
    let pairs = |value: Option<ValueId>| {
        let [a, b, c, d] = <[i64; 4]>::try_from(rewriter.integers(value?)?).ok()?;
        Some([[a, b], [c, d]])
    };
    let factors = pair(first.input(1))?;
    if pair(last.input(1))? != factors {
        return None;
    }
    let (paddings, crops) = (pairs(first.input(2))?, pairs(last.input(2))?);
    let fits = (0..2).all(|axis| (0..2).all(|side| paddings[axis][side] >= crops[axis][side]));
    fits.then_some(Found { conv, input: first.input(0)?, factors, paddings, crops })
}
