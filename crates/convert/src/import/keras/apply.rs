//! One call of a layer: its rule, and what becomes of masks.

use featherlite_ir::ValueId;
use featherlite_schema::BuiltinOperator;
use serde_json::Value;

use super::config::shortened;
use super::context::{Context, Tensor};
use super::rules::{self, Masking};
use super::run;
use crate::{Error, Result};

/// Adds the nodes of a call and returns what the layer gives, with masks.
///
/// # Errors
/// If there is no rule for the layer, or the rule refuses; it names the layer, its settings and what it is called with.
pub(super) fn tensors(context: &mut Context<'_, '_>) -> Result<Vec<Tensor>> {
    if let Some(network) = &context.layer.network {
        let (inputs, variables) = (context.tensors(), context.variables);
        return run::network(context.b, network, variables, &inputs, context.origin);
    }
    let rule = rules::find(context.layer).ok_or_else(|| unknown(context))?;
    let masks: Vec<ValueId> = context.tensors().iter().filter_map(|tensor| tensor.mask).collect();
    let values = rule.import(context).map_err(|error| described(error, context))?;
    let mask = match rule.masking() {
        Masking::Passes => combined(context, &masks)?,
        Masking::Ends => None,
        Masking::Makes => context.mask,
    };
    Ok(values
        .into_iter()
        .enumerate()
        .map(|(index, id)| Tensor { id, mask: mask.filter(|_| index == 0) })
        .collect())
}

/// As [`tensors`], without masks.
pub(super) fn values(context: &mut Context<'_, '_>) -> Result<Vec<ValueId>> {
    Ok(tensors(context)?.into_iter().map(|tensor| tensor.id).collect())
}

/// The steps that count in all tensors.
fn combined(context: &mut Context<'_, '_>, masks: &[ValueId]) -> Result<Option<ValueId>> {
    let Some((&first, rest)) = masks.split_first() else { return Ok(None) };
    let mut mask = first;
    for &other in rest {
        if other != mask {
            mask = context.b.binary(BuiltinOperator::LOGICAL_AND, mask, other)?;
        }
    }
    Ok(Some(mask))
}

fn unknown(context: &Context<'_, '_>) -> Error {
    let class = &context.layer.class;
    let error = Error::unsupported(format!("there is no rule for layers of class {class}"));
    let hint = match class.as_str() {
        "Lambda" => {
            "the Python code in a Lambda layer can not be read: replace it by layers or by functions of keras.ops, or export \
             the model with model.export(\"saved_model\") and convert that"
        }
        _ => {
            "export the model with model.export(\"saved_model\") and convert that, or end the network before this layer"
        }
    };
    described(error, context).hint(hint)
}

/// The error with the layer, its settings and the tensors that it is called with.
fn described(error: Error, context: &Context<'_, '_>) -> Error {
    let layer = context.layer;
    let tensors = context.tensors();
    let shape = |tensor: &Tensor| {
        let sizes = context.b.dims(tensor.id).map(|dims| {
            dims.iter()
                .map(|dim| dim.size().map_or("?".to_owned(), |size| size.to_string()))
                .collect::<Vec<_>>()
                .join(",")
        });
        format!("{}[{}]", context.b.dtype(tensor.id), sizes.unwrap_or_else(|_| "?".to_owned()))
    };
    let tensors: Vec<String> = tensors.iter().map(shape).collect();
    let is_telling =
        |name: &str| !name.ends_with("initializer") && !name.ends_with("regularizer") && name != "dtype";
    let settings =
        layer.config.iter().filter(|(name, value)| is_telling(name) && !value.is_null() && *name != "name");
    let settings: serde_json::Map<String, Value> =
        settings.map(|(name, value)| (name.clone(), value.clone())).collect();
    let settings = shortened(&Value::Object(settings));
    error.at(format!("layer {:?} ({} {settings} of {})", layer.name, layer.class, tensors.join(", ")))
}
