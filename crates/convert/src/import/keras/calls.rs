//! How layers are called, in the two notations of Keras.
//!
//! Keras 2 writes a call as a list of `[layer, call, output, {keyword arguments}]`. Keras 3 writes
//! `{"args": […], "kwargs": {…}}`, with tensors as `{"class_name": "__keras_tensor__", …}`.

use serde_json::Value;

use super::config::shortened;
use super::network::{Argument, Call, Names, Reference};
use crate::{Error, Result};

/// Stands for a layer where a first argument is no tensor.
const CONSTANT: &str = "_CONSTANT_VALUE";

/// Reads a layer's `inbound_nodes`.
pub(super) fn read(value: &Value, names: &Names) -> Result<Vec<Call>> {
    let nodes = value.as_array().map(Vec::as_slice).unwrap_or_default();
    nodes
        .iter()
        .map(|node| if node.is_object() { keras_3(node, names) } else { keras_2(node, names) })
        .collect()
}

/// The tensors of a list, a dictionary in the order of its keys, or a single `[layer, call, output]`.
pub(super) fn references(value: &Value, names: &Names) -> Result<Vec<Reference>> {
    if let Some(reference) = reference(value, names) {
        return Ok(vec![reference]);
    }
    let items: Vec<&Value> = match value {
        Value::Array(items) if !items.first().is_some_and(Value::is_string) => items.iter().collect(),
        Value::Object(items) => {
            let mut items: Vec<_> = items.iter().collect();
            items.sort_by_key(|(key, _)| *key);
            items.into_iter().map(|(_, item)| item).collect()
        }
        _ => return Err(Error::invalid(format!("{} is no tensor of this model", shortened(value)))),
    };
    let found = items.into_iter().map(|item| references(item, names)).collect::<Result<Vec<_>>>()?;
    Ok(found.concat())
}

fn keras_3(node: &Value, names: &Names) -> Result<Call> {
    let args = node["args"].as_array().map(Vec::as_slice).unwrap_or_default();
    let args = args.iter().map(|value| argument_3(value, names)).collect::<Result<_>>()?;
    let kwargs = node["kwargs"].as_object().into_iter().flatten();
    let kwargs =
        kwargs.map(|(key, value)| Ok((key.clone(), argument_3(value, names)?))).collect::<Result<_>>()?;
    Ok(Call { args, kwargs })
}

fn argument_3(value: &Value, names: &Names) -> Result<Argument> {
    match (value, value.get("class_name").and_then(Value::as_str)) {
        (_, Some("__keras_tensor__")) => {
            let history = &value["config"]["keras_history"];
            let found = reference(history, names);
            found.map(Argument::Tensor).ok_or_else(|| lost(history))
        }
        (_, Some("__tuple__" | "__list__")) => argument_3(&value["config"]["value"], names),
        (Value::Array(items), _) => {
            Ok(Argument::List(items.iter().map(|item| argument_3(item, names)).collect::<Result<_>>()?))
        }
        // A dictionary of tensors is a list in the order of its keys, as it is everywhere in Keras.
        (Value::Object(items), None) => {
            let mut items: Vec<_> = items.iter().collect();
            items.sort_by_key(|(key, _)| *key);
            let items =
                items.into_iter().map(|(_, item)| argument_3(item, names)).collect::<Result<Vec<_>>>()?;
            let is_constant = items.iter().all(|item| matches!(item, Argument::Value(_)));
            Ok(if is_constant { Argument::Value(value.clone()) } else { Argument::List(items) })
        }
        _ => Ok(Argument::Value(value.clone())),
    }
}

fn keras_2(node: &Value, names: &Names) -> Result<Call> {
    let entries = node.as_array().ok_or_else(|| lost(node))?;
    // The calls of recorded operations are not lists of tensors but one.
    let (entries, is_single) = match entries.first() {
        Some(Value::String(_)) => (std::slice::from_ref(node), true),
        _ => (entries.as_slice(), entries.len() == 1),
    };
    let mut args = Vec::new();
    let mut call = Call::default();
    for entry in entries {
        args.push(first_2(entry, names)?);
        for (key, value) in entry.get(3).and_then(Value::as_object).into_iter().flatten() {
            call.kwargs.insert(key.clone(), argument_2(value, names));
        }
    }
    call.args = if is_single { args } else { vec![Argument::List(args)] };
    Ok(call)
}

/// The tensor or constant at the start of `[layer, call, output, {…}]`.
fn first_2(entry: &Value, names: &Names) -> Result<Argument> {
    if entry.get(0).and_then(Value::as_str) == Some(CONSTANT) {
        return Ok(Argument::Value(entry[2].clone()));
    }
    let items = entry.as_array().filter(|items| items.len() >= 3);
    let head = items.map(|items| Value::Array(items[..3].to_vec()));
    head.and_then(|head| reference(&head, names)).map(Argument::Tensor).ok_or_else(|| lost(entry))
}

fn argument_2(value: &Value, names: &Names) -> Argument {
    if let Some(reference) = reference(value, names) {
        return Argument::Tensor(reference);
    }
    match value {
        Value::Array(items) => Argument::List(items.iter().map(|item| argument_2(item, names)).collect()),
        _ => Argument::Value(value.clone()),
    }
}

/// Reads `[layer, call, output]`.
fn reference(value: &Value, names: &Names) -> Option<Reference> {
    let [layer, call, output] = value.as_array()?.as_slice() else { return None };
    let number = |value: &Value| usize::try_from(value.as_u64()?).ok().filter(|&number| number < 1 << 24);
    Some(Reference { layer: *names.get(layer.as_str()?)?, call: number(call)?, output: number(output)? })
}

fn lost(value: &Value) -> Error {
    Error::invalid(format!("{} is no tensor of this model", shortened(value)))
}
