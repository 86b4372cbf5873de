//! PAD before a window that moves without padding: part of the window where TensorFlow's SAME pads just as much.

use featherlite_ir::{NodeId, Op, TRIALS, ValueId};
use featherlite_schema::BuiltinOperator as B;
use featherlite_schema::Padding;
use featherlite_schema::owned::BuiltinOptions;

use super::{Pass, Rewriter, Stage};
use crate::Result;

pub(super) const PASS: Pass = Pass::rules(
    "padding",
    Stage::Lower,
    "has convolutions and pools pad by themselves where SAME pads as much",
    &[rule, nothing],
);

/// A window of an operator with VALID padding.
struct Window {
    sizes: [usize; 2],
    strides: [usize; 2],
    dilations: [usize; 2],
    /// Whether it takes the largest element, which ignores what SAME adds.
    is_maximum: bool,
}

fn rule(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some((input, window)) = window(rewriter, id, Padding::VALID) else { return Ok(false) };
    let Some((paddings, source)) = padded(rewriter, input, window.is_maximum) else { return Ok(false) };
    let Some(shape) = &rewriter.graph().value(source).shape else { return Ok(false) };
    if shape.len() != 4 || paddings.len() != 4 || paddings[0] != [0, 0] || paddings[3] != [0, 0] {
        return Ok(false);
    }
    let is_same = (0..2).all(|axis| {
        let (size, stride) = (window.sizes[axis], window.strides[axis]);
        let reach = (size - 1) * window.dilations[axis] + 1;
        (0..TRIALS).all(|trial| {
            let length = shape[axis + 1].trial(trial);
            let steps = length.div_ceil(stride);
            let total = ((steps.max(1) - 1) * stride + reach).saturating_sub(length);
            paddings[axis + 1] == [(total / 2) as i64, (total - total / 2) as i64]
        })
    });
    // An open size may pad otherwise than its trials do.
    let is_certain = (1..3).all(|axis| shape[axis].size().is_some() || window.strides[axis - 1] == 1);
    if !is_same || !is_certain {
        return Ok(false);
    }
    let node = rewriter.graph().node(id);
    let (mut op, mut inputs, old) = (node.op.clone(), node.inputs.clone(), node.outputs[0]);
    set_padding(&mut op, Padding::SAME);
    inputs[0] = Some(source);
    let mut builder = rewriter.before(id);
    let like = builder.graph().value(old).clone();
    let new = builder.add_values(op, &inputs, vec![like])?[0];
    rewriter.replace(old, new);
    Ok(true)
}

/// The paddings of the PAD that made a value, and what it padded, if the window sees them as it sees those of SAME.
fn padded(rewriter: &Rewriter<'_>, value: ValueId, is_maximum: bool) -> Option<(Vec<[i64; 2]>, ValueId)> {
    let pairs = |value: Option<ValueId>| -> Option<Vec<[i64; 2]>> {
        Some(rewriter.integers(value?)?.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect())
    };
    if let Some((_, pad)) = rewriter.made_by(value, B::PADV2) {
        let filler = rewriter.scalar(pad.input(2)?)?;
        let fits = if is_maximum { filler <= f32::MIN } else { filler == 0.0 };
        return Some((pairs(pad.input(1))?, pad.input(0).filter(|_| fits)?));
    }
    let (_, pad) = rewriter.made_by(value, B::PAD)?;
    let source = pad.input(0)?;
    // Zeros do not change the largest of numbers that are not negative.
    (!is_maximum || is_not_negative(rewriter, source)).then_some((pairs(pad.input(1))?, source))
}

fn is_not_negative(rewriter: &Rewriter<'_>, value: ValueId) -> bool {
    use featherlite_schema::ActivationFunctionType as A;
    let graph = rewriter.graph();
    let Some(node) = graph.producer(value).map(|producer| graph.node(producer)) else { return false };
    let fused = super::rewriter::activation(&node.op);
    let codes = [B::RELU, B::RELU6, B::RELU_0_TO_1, B::LOGISTIC, B::SQUARE, B::ABS, B::SOFTMAX, B::EXP];
    matches!(fused, Some(A::RELU | A::RELU6)) || codes.iter().any(|&code| node.op.is(code))
}

fn window(rewriter: &Rewriter<'_>, id: NodeId, padding: Padding) -> Option<(ValueId, Window)> {
    let node = rewriter.graph().node(id);
    let sizes = |weights: ValueId| {
        let shape = rewriter.graph().value(weights).fixed_shape()?;
        Some([*shape.get(1)?, *shape.get(2)?].map(|size| size.max(1)))
    };
    let pair = |h: i32, w: i32| [h.max(1) as usize, w.max(1) as usize];
    let window = match node.op.options.as_ref()? {
        BuiltinOptions::Conv2DOptions(options) if options.padding == padding => Window {
            sizes: sizes(node.input(1)?)?,
            strides: pair(options.stride_h, options.stride_w),
            dilations: pair(options.dilation_h_factor, options.dilation_w_factor),
            is_maximum: false,
        },
        BuiltinOptions::DepthwiseConv2DOptions(options) if options.padding == padding => Window {
            sizes: sizes(node.input(1)?)?,
            strides: pair(options.stride_h, options.stride_w),
            dilations: pair(options.dilation_h_factor, options.dilation_w_factor),
            is_maximum: false,
        },
        BuiltinOptions::Pool2DOptions(options)
            if options.padding == padding && node.op.is(B::MAX_POOL_2D) =>
        {
            Window {
                sizes: pair(options.filter_height, options.filter_width),
                strides: pair(options.stride_h, options.stride_w),
                dilations: [1, 1],
                is_maximum: true,
            }
        }
        _ => return None,
    };
    Some((node.input(0)?, window))
}

fn set_padding(op: &mut Op, padding: Padding) {
    match op.options.as_mut() {
        Some(BuiltinOptions::Conv2DOptions(options)) => options.padding = padding,
        Some(BuiltinOptions::DepthwiseConv2DOptions(options)) => options.padding = padding,
        Some(BuiltinOptions::Pool2DOptions(options)) => options.padding = padding,
        _ => {}
    }
}

/// SAME that pads nothing is VALID.
fn nothing(rewriter: &mut Rewriter<'_>, id: NodeId) -> Result<bool> {
    let Some((input, window)) = window(rewriter, id, Padding::SAME) else { return Ok(false) };
    let Some(shape) = rewriter.graph().value(input).shape.as_deref().filter(|shape| shape.len() == 4) else {
        return Ok(false);
    };
    let pads_nothing = (0..2).all(|axis| {
        let reach = (window.sizes[axis] - 1) * window.dilations[axis] + 1;
        let whole = shape[axis + 1].size().is_some_and(|length| {
            let steps = length.div_ceil(window.strides[axis]).max(1);
            (steps - 1) * window.strides[axis] + reach <= length
        });
        reach == 1 || whole
    });
    if pads_nothing {
        set_padding(rewriter.graph_mut().op_mut(id), Padding::VALID);
    }
    Ok(pads_nothing)
}
