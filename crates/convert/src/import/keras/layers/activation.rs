//! Activations: by name, as settings of other layers, and as layers of their own.

use featherlite_ir::ValueId;
use featherlite_schema::BuiltinOperator;
use serde_json::Value;

use crate::build::Builder;
use crate::import::compose::activation as compose;
use crate::import::compose::activation::{clip, with_scalar};
use crate::import::compose::shape;
use crate::import::keras::config::{Config, shortened};
use crate::import::keras::context::{Context, Origin, constant};
use crate::import::keras::rules::Rule;
use crate::import::keras::slots::Slots;
use crate::{Error, Result};

pub(super) static RULES: &[Rule] = &[
    Rule::new(&["Activation"], "as the activation", |context| one(by_setting(context, "activation"))),
    Rule::new(&["ReLU"], "RELU, RELU6, LEAKY_RELU, MINIMUM, MAXIMUM", |context| one(relu_layer(context))),
    Rule::new(&["LeakyReLU"], "LEAKY_RELU", |context| one(leaky_relu_layer(context))),
    Rule::new(&["PReLU"], "PRELU", |context| one(prelu(context))).with_slots(|_| Ok(Slots::trained(1))),
    Rule::new(&["ELU"], "ELU", |context| one(elu_layer(context))),
    Rule::new(&["ThresholdedReLU"], "GREATER, SELECT_V2", |context| one(thresholded_relu(context))),
    Rule::new(&["Softmax"], "SOFTMAX", |context| one(softmax_layer(context))),
];

fn one(value: Result<ValueId>) -> Result<Vec<ValueId>> {
    value.map(|value| vec![value])
}

type Function = fn(&mut Builder<'_>, ValueId, Origin) -> Result<ValueId>;

/// The functions of `keras.activations`.
static FUNCTIONS: &[(&[&str], Function)] = &[
    (&["linear"], |_, x, _| Ok(x)),
    (&["relu"], |b, x, _| b.unary(BuiltinOperator::RELU, x)),
    (&["relu6"], |b, x, _| b.unary(BuiltinOperator::RELU6, x)),
    (&["leaky_relu"], |b, x, _| compose::leaky_relu(b, x, 0.2)),
    (&["sigmoid"], |b, x, _| b.unary(BuiltinOperator::LOGISTIC, x)),
    (&["tanh"], |b, x, _| b.unary(BuiltinOperator::TANH, x)),
    (&["silu", "swish"], |b, x, _| compose::swish(b, x)),
    (&["hard_silu", "hard_swish"], |b, x, _| b.unary(BuiltinOperator::HARD_SWISH, x)),
    (&["hard_sigmoid"], |b, x, origin| match origin.is_keras_2 {
        true => compose::hard_sigmoid_with(b, x, 0.2, 0.5),
        false => compose::hard_sigmoid(b, x),
    }),
    (&["hard_tanh"], |b, x, _| b.unary(BuiltinOperator::RELU_N1_TO_1, x)),
    (&["gelu"], |b, x, _| compose::gelu(b, x, false)),
    (&["elu"], |b, x, _| b.unary(BuiltinOperator::ELU, x)),
    (&["selu"], |b, x, _| compose::elu(b, x, 1.673_263_2, 1.050_701, 1.0)),
    (&["celu"], |b, x, _| compose::elu(b, x, 1.0, 1.0, 1.0)),
    (&["exponential", "exp"], |b, x, _| b.unary(BuiltinOperator::EXP, x)),
    (&["softplus"], |b, x, _| compose::softplus(b, x)),
    (&["softsign"], |b, x, _| compose::softsign(b, x)),
    (&["mish"], |b, x, _| compose::mish(b, x)),
    (&["log_sigmoid"], |b, x, _| compose::log_sigmoid(b, x)),
    (&["softmax"], |b, x, _| compose::softmax(b, x, -1)),
    (&["log_softmax"], |b, x, _| compose::log_softmax(b, x, -1)),
    (&["squareplus"], |b, x, _| squareplus(b, x)),
    (&["tanh_shrink"], |b, x, _| {
        let tanh = b.unary(BuiltinOperator::TANH, x)?;
        b.binary(BuiltinOperator::SUB, x, tanh)
    }),
    (&["soft_shrink"], |b, x, _| soft_shrink(b, x)),
    (&["hard_shrink"], |b, x, _| hard_shrink(b, x)),
    (&["sparse_sigmoid"], |b, x, _| {
        let x = b.unary(BuiltinOperator::RELU_N1_TO_1, x)?;
        let x = with_scalar(b, BuiltinOperator::ADD, x, 1.0)?;
        with_scalar(b, BuiltinOperator::MUL, x, 0.5)
    }),
    (&["sparse_plus"], |b, x, _| sparse_plus(b, x)),
    (&["glu"], |b, x, _| glu(b, x)),
];

/// The activation with this name.
///
/// # Errors
/// If there is none.
pub(in crate::import::keras) fn by_name(
    b: &mut Builder<'_>,
    name: &str,
    x: ValueId,
    origin: Origin,
) -> Result<ValueId> {
    let found = FUNCTIONS.iter().find(|(names, _)| names.contains(&name));
    let (_, function) = found.ok_or_else(|| {
        Error::unsupported(format!("the activation {name:?} is not one of keras.activations"))
            .hint("replace it by one of those, or by layers, and save the model again")
    })?;
    function(b, x, origin)
}

/// The activation that the setting `name` describes, on the first tensor.
fn by_setting(context: &mut Context<'_, '_>, name: &str) -> Result<ValueId> {
    let x = context.x()?;
    context.activation(name, x)
}

impl Context<'_, '_> {
    /// The activation that the setting `name` of the layer describes: a name, a function, or a layer.
    pub(in crate::import::keras) fn activation(&mut self, name: &str, x: ValueId) -> Result<ValueId> {
        let Some(value) = self.config().get(name) else { return Ok(x) };
        described(self.b, value, x, self.origin)
    }
}

/// The activation that `value` describes.
pub(in crate::import::keras) fn described(
    b: &mut Builder<'_>,
    value: &Value,
    x: ValueId,
    origin: Origin,
) -> Result<ValueId> {
    if let Some(name) = value.as_str() {
        return by_name(b, name.rsplit('>').next().unwrap_or(name), x, origin);
    }
    let name = value["config"].as_str().or_else(|| value["class_name"].as_str());
    let name = name.ok_or_else(|| Error::unsupported(format!("the activation {}", shortened(value))))?;
    let empty = serde_json::Map::new();
    let config = Config(value["config"].as_object().unwrap_or(&empty));
    match name {
        "ReLU" => relu(b, config, x),
        "LeakyReLU" => leaky_relu(b, config, x),
        "ELU" => elu(b, config, x),
        "Softmax" => compose::softmax(b, x, config.int_or("axis", -1)?),
        _ => by_name(b, name.rsplit('>').next().unwrap_or(name), x, origin),
    }
}

fn relu_layer(context: &mut Context<'_, '_>) -> Result<ValueId> {
    let x = context.x()?;
    relu(context.b, context.config(), x)
}

/// `clip(x, 0, max_value)`, with a slope below the threshold if there is one.
fn relu(b: &mut Builder<'_>, config: Config<'_>, x: ValueId) -> Result<ValueId> {
    let slope = config.float_or("negative_slope", 0.0)?;
    let threshold = config.float_or("threshold", 0.0)?;
    let most = config.float("max_value")?;
    if slope == 0.0 && threshold == 0.0 {
        return clip(b, x, Some(0.0), most);
    }
    let x = if threshold == 0.0 {
        compose::leaky_relu(b, x, slope)?
    } else {
        let below = with_scalar(b, BuiltinOperator::SUB, x, threshold)?;
        let below = with_scalar(b, BuiltinOperator::MUL, below, slope)?;
        // A value at the threshold counts as above it, where slope times distance is 0.
        let is_below = with_scalar(b, BuiltinOperator::LESS, x, threshold)?;
        b.add(BuiltinOperator::SELECT_V2, &[is_below, below, x])?
    };
    clip(b, x, None, most)
}

fn leaky_relu_layer(context: &mut Context<'_, '_>) -> Result<ValueId> {
    let x = context.x()?;
    leaky_relu(context.b, context.config(), x)
}

fn leaky_relu(b: &mut Builder<'_>, config: Config<'_>, x: ValueId) -> Result<ValueId> {
    let alpha = config.float("alpha")?.map_or_else(|| config.float_or("negative_slope", 0.3), Ok)?;
    compose::leaky_relu(b, x, alpha)
}

fn elu_layer(context: &mut Context<'_, '_>) -> Result<ValueId> {
    let x = context.x()?;
    elu(context.b, context.config(), x)
}

fn elu(b: &mut Builder<'_>, config: Config<'_>, x: ValueId) -> Result<ValueId> {
    compose::elu(b, x, config.float_or("alpha", 1.0)?, 1.0, 1.0)
}

fn thresholded_relu(context: &mut Context<'_, '_>) -> Result<ValueId> {
    let (x, threshold) = (context.x()?, context.config().float_or("theta", 1.0)?);
    compose::above(context.b, x, threshold, None)
}

/// Slopes of shape `x.shape[1:]`, with 1 along shared axes.
fn prelu(context: &mut Context<'_, '_>) -> Result<ValueId> {
    let (x, alpha) = (context.x()?, context.array(0)?);
    let alpha = constant(context.b, alpha)?;
    context.b.add(BuiltinOperator::PRELU, &[x, alpha])
}

fn softmax_layer(context: &mut Context<'_, '_>) -> Result<ValueId> {
    let mut x = context.x()?;
    if let Some(mask) = context.tensor(1, "mask") {
        x = super::attention::hide(context.b, x, mask.id)?;
    }
    match context.config().ints("axis")?.as_deref() {
        None => compose::softmax(context.b, x, -1),
        Some(&[axis]) => compose::softmax(context.b, x, axis),
        Some(axes) => softmax_along(context.b, x, axes),
    }
}

/// Softmax along several axes at once.
fn softmax_along(b: &mut Builder<'_>, x: ValueId, axes: &[i64]) -> Result<ValueId> {
    let rank = b.rank(x)?;
    let axes = axes.iter().map(|&axis| shape::axis(axis, rank)).collect::<Result<Vec<_>>>()?;
    let axes: Vec<i32> = axes.into_iter().map(|axis| axis as i32).collect();
    let most = b.reduce(BuiltinOperator::REDUCE_MAX, x, &axes, true)?;
    let shifted = b.binary(BuiltinOperator::SUB, x, most)?;
    let powers = b.unary(BuiltinOperator::EXP, shifted)?;
    let sum = b.reduce(BuiltinOperator::SUM, powers, &axes, true)?;
    b.binary(BuiltinOperator::DIV, powers, sum)
}

/// `(x + sqrt(x² + 4)) / 2`.
fn squareplus(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let square = b.unary(BuiltinOperator::SQUARE, x)?;
    let sum = with_scalar(b, BuiltinOperator::ADD, square, 4.0)?;
    let root = b.unary(BuiltinOperator::SQRT, sum)?;
    let sum = b.binary(BuiltinOperator::ADD, x, root)?;
    with_scalar(b, BuiltinOperator::MUL, sum, 0.5)
}

/// `x` moved towards 0 by 0.5.
fn soft_shrink(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let near = clip(b, x, Some(-0.5), Some(0.5))?;
    b.binary(BuiltinOperator::SUB, x, near)
}

/// `x` where it is further than 0.5 from 0.
fn hard_shrink(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let size = b.unary(BuiltinOperator::ABS, x)?;
    let is_far = with_scalar(b, BuiltinOperator::GREATER, size, 0.5)?;
    let zero = b.scalar(0f32)?;
    b.add(BuiltinOperator::SELECT_V2, &[is_far, x, zero])
}

/// 0 up to -1, `(x + 1)² / 4` up to 1, then `x`.
fn sparse_plus(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let middle = b.unary(BuiltinOperator::RELU_N1_TO_1, x)?;
    let middle = with_scalar(b, BuiltinOperator::ADD, middle, 1.0)?;
    let middle = b.unary(BuiltinOperator::SQUARE, middle)?;
    let middle = with_scalar(b, BuiltinOperator::MUL, middle, 0.25)?;
    let rest = with_scalar(b, BuiltinOperator::SUB, x, 1.0)?;
    let rest = b.unary(BuiltinOperator::RELU, rest)?;
    b.binary(BuiltinOperator::ADD, middle, rest)
}

/// The first half of the last axis times the sigmoid of the second.
fn glu(b: &mut Builder<'_>, x: ValueId) -> Result<ValueId> {
    let axis = b.rank(x)?.saturating_sub(1);
    let halves = shape::split(b, x, axis, 2)?;
    let gate = b.unary(BuiltinOperator::LOGISTIC, halves[1])?;
    b.binary(BuiltinOperator::MUL, halves[0], gate)
}
