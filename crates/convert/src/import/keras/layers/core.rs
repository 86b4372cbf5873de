//! Layers that multiply with a matrix or look something up, and those that do nothing when a network runs.

use featherlite_base::DType;
use featherlite_ir::ValueId;
use featherlite_schema::BuiltinOperator;

use crate::import::compose::activation::with_scalar;
use crate::import::compose::einsum::einsum_with_bias;
use crate::import::compose::shape;
use crate::import::keras::context::{Context, constant};
use crate::import::keras::network::Layer;
use crate::import::keras::rules::{Masking, Rule};
use crate::import::keras::slots::Slots;
use crate::{Error, Result};

pub(super) static RULES: &[Rule] = &[
    Rule::new(
        &[
            "ActivityRegularization",
            "AlphaDropout",
            "AugMix",
            "AutoContrast",
            "CutMix",
            "Dropout",
            "Equalization",
            "GaussianDropout",
            "GaussianNoise",
            "Identity",
            "MixUp",
            "RandAugment",
            "RandomBrightness",
            "RandomColorDegeneration",
            "RandomColorJitter",
            "RandomContrast",
            "RandomElasticTransform",
            "RandomErasing",
            "RandomFlip",
            "RandomGaussianBlur",
            "RandomGrayscale",
            "RandomHue",
            "RandomInvert",
            "RandomPerspective",
            "RandomPosterization",
            "RandomRotation",
            "RandomSaturation",
            "RandomSharpness",
            "RandomShear",
            "RandomTranslation",
            "RandomZoom",
            "Solarization",
            "SpatialDropout1D",
            "SpatialDropout2D",
            "SpatialDropout3D",
            "StochasticDepth",
        ],
        "none: they only act while a network is trained",
        |context| Ok(vec![context.x()?]),
    ),
    Rule::new(&["Dense"], "FULLY_CONNECTED", dense).with_slots(weights_and_bias),
    Rule::new(&["EinsumDense"], "FULLY_CONNECTED, BATCH_MATMUL, RESHAPE, TRANSPOSE", einsum_dense)
        .with_slots(|layer| Ok(Slots::trained(1 + usize::from(layer.config().get("bias_axes").is_some())))),
    Rule::new(&["LayerScale"], "MUL", layer_scale).with_slots(|_| Ok(Slots::trained(1))),
    Rule::new(&["Embedding"], "GATHER", embedding)
        .with_slots(|_| Ok(Slots::trained(1)))
        .with_masking(Masking::Makes),
    Rule::new(&["ReversibleEmbedding"], "GATHER, FULLY_CONNECTED", reversible_embedding).with_slots(
        |layer| Ok(Slots::trained(if layer.config().bool("tie_weights", true)? { 1 } else { 2 })),
    ),
    Rule::new(&["Masking"], "NOT_EQUAL, REDUCE_ANY, MUL", masking).with_masking(Masking::Makes),
];

fn weights_and_bias(layer: &Layer) -> Result<Slots> {
    Ok(Slots::trained(1 + usize::from(layer.config().bool("use_bias", true)?)))
}

/// Kernel `[in, out]`.
fn dense(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, kernel) = (context.x()?, context.variable(0)?);
    let bias = if context.config().bool("use_bias", true)? { Some(context.variable(1)?) } else { None };
    let weights = context.b.transpose(kernel, &[1, 0])?;
    let x = context.b.fully_connected(x, weights, bias)?;
    Ok(vec![context.activation("activation", x)?])
}

fn einsum_dense(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let equation = context.config().text("equation")?.ok_or_else(|| Error::invalid("it has no equation"))?;
    let (x, kernel) = (context.x()?, context.variable(0)?);
    let bias = if context.config().get("bias_axes").is_some() { Some(context.variable(1)?) } else { None };
    let x = einsum_with_bias(context.b, equation, x, kernel, bias)?;
    Ok(vec![context.activation("activation", x)?])
}

/// A factor for each channel (of `keras.applications.convnext`).
fn layer_scale(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, gamma) = (context.x()?, context.variable(0)?);
    Ok(vec![context.b.binary(BuiltinOperator::MUL, x, gamma)?])
}

/// Table `[words, size]`.
fn embedding(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, table) = (context.x()?, context.variable(0)?);
    if context.config().bool("mask_zero", false)? {
        let zero = context.b.scalar(0i32)?;
        let zero = context.b.cast(zero, context.b.dtype(x))?;
        context.mask = Some(context.b.binary(BuiltinOperator::NOT_EQUAL, x, zero)?);
    }
    let indices = context.b.cast(x, DType::I32)?;
    Ok(vec![shape::gather(context.b, table, indices, 0)?])
}

/// An embedding that also maps back, by its own table or by another kernel `[size, words]`.
fn reversible_embedding(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    if !context.bool(1, "reverse", false)? {
        return embedding(context);
    }
    let x = context.x()?;
    let weights = match context.config().bool("tie_weights", true)? {
        true => context.variable(0)?,
        false => {
            let kernel = context.array(1)?;
            let kernel = constant(context.b, kernel)?;
            context.b.transpose(kernel, &[1, 0])?
        }
    };
    let logits = context.b.fully_connected(x, weights, None)?;
    Ok(vec![match context.config().float("logit_soft_cap")? {
        None => logits,
        Some(cap) => {
            let x = with_scalar(context.b, BuiltinOperator::DIV, logits, cap)?;
            let x = context.b.unary(BuiltinOperator::TANH, x)?;
            with_scalar(context.b, BuiltinOperator::MUL, x, cap)?
        }
    }])
}

/// Steps whose features all have the mask's value are set to 0 and do not count.
fn masking(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    let (x, value) = (context.x()?, context.config().float_or("mask_value", 0.0)?);
    let differs = with_scalar(context.b, BuiltinOperator::NOT_EQUAL, x, value)?;
    let last = [shape::extents_of(context.b, x, 1)?.len() as i32 - 1];
    let counts = context.b.reduce(BuiltinOperator::REDUCE_ANY, differs, &last, true)?;
    let dtype = context.b.dtype(x);
    let factor = context.b.cast(counts, dtype)?;
    let masked = context.b.binary(BuiltinOperator::MUL, x, factor)?;
    context.mask = Some(shape::squeeze(context.b, counts, last[0] as usize)?);
    Ok(vec![masked])
}
