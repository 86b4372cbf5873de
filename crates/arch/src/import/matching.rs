//! Finds whose names a file has, and takes the weights.

use std::collections::BTreeMap;

use super::names::{Convention, Place, Style, conventions, places};
use super::{ImportOptions, ImportReport, Imported, Misshapen, Source, adapted};
use crate::arch::Arch;
use crate::network::{Kind, Network, Role, Weight};
use crate::weights::{Tensor, Weights};
use crate::{Error, Result};

/// The last layer.
const CLASSIFIER: &str = "classifier";
/// What names in files of checkpoints begin with, on top of those of the network.
const WRAPPERS: &[&str] = &["state_dict.", "model_state_dict.", "state_dict_ema.", "model.", "module."];

pub(super) fn import(mut source: Source, arch: &Arch, options: ImportOptions) -> Result<Imported> {
    unwrap(&mut source.tensors);
    let network = arch.network()?;
    let convention = match source.style {
        Style::Own => None,
        style => {
            let candidates = conventions().filter(|convention| convention.style == style);
            let counted = candidates
                .map(|convention| (Names::find(&network, Some(convention), &source).0.len(), convention));
            let best = counted.max_by_key(|(count, _)| *count).filter(|(count, _)| *count > 0);
            let (_, convention) = best.ok_or_else(|| unknown(&source, arch))?;
            Some(convention)
        }
    };
    let (names, _) = Names::find(&network, convention, &source);
    let classes =
        names.get("classifier.bias").and_then(|name| source.tensors.get(name)?.shape.last().copied());
    let padding = convention.map_or(arch.padding, |convention| convention.padding);
    let own_epsilon = convention.map_or(arch.norm.epsilon, |convention| convention.epsilon);
    let epsilon = source.epsilon.unwrap_or(own_epsilon);
    let (arch, network) = adapted(arch, options, padding, epsilon, classes, source.rescale.clone())?;
    let mut report = ImportReport {
        format: source.format.to_owned(),
        names: convention.map_or("Featherlite", |convention| convention.name).to_owned(),
        is_whole: source.is_whole,
        notes: std::mem::take(&mut source.notes),
        ..ImportReport::default()
    };
    let (names, wanted) = Names::find(&network, convention, &source);
    let weights = take(&network, &mut source, &names, &wanted, &mut report);
    Ok(Imported { arch, weights, report })
}

/// For each weight of the network the name of a tensor that the source has.
struct Names;

type Found = BTreeMap<String, String>;

impl Names {
    /// Names that were found; and for those that were not, what they would have been.
    fn find(network: &Network, convention: Option<&Convention>, source: &Source) -> (Found, Found) {
        let places = places(network);
        let (mut found, mut wanted, mut used) = (Found::new(), Found::new(), Vec::new());
        for (index, layer) in network.layers.iter().enumerate() {
            let weights = network.weights_of(index);
            if weights.is_empty() {
                continue;
            }
            let mut candidates = match convention {
                None => vec![(layer.name.clone(), String::new())],
                Some(convention) => candidates(convention, &places[index]),
            };
            if layer.name == CLASSIFIER {
                candidates.extend(lone_matrix(source, &used));
            }
            let is_free = |name: &String| source.tensors.contains_key(name) && !used.contains(name);
            let style = source.style;
            let kernel =
                |(layer, norm): &&(String, String)| is_free(&style.weight(layer, norm, Role::Kernel));
            let Some((own, norm)) = candidates.iter().find(kernel).or(candidates.first()) else { continue };
            for weight in weights {
                let name = style.weight(own, norm, weight.role);
                match source.tensors.contains_key(&name) && !used.contains(&name) {
                    true => {
                        used.push(name.clone());
                        found.insert(weight.name, name);
                    }
                    false => drop(wanted.insert(weight.name, name)),
                }
            }
        }
        (found, wanted)
    }
}

/// The layer with the only matrix that is left: who trains a network for other classes calls its last layer by another name.
fn lone_matrix(source: &Source, used: &[String]) -> Option<(String, String)> {
    let suffix = source.style.weight("", "", Role::Kernel);
    let is_left = |(name, tensor): &(&String, &Tensor)| tensor.shape.len() == 2 && !used.contains(name);
    let mut left = source.tensors.iter().filter(is_left).filter_map(|(name, _)| name.strip_suffix(&suffix));
    let layer = left.next()?;
    left.next().is_none().then(|| (layer.to_owned(), String::new()))
}

/// What a layer may be called: itself, and its normalization.
fn candidates(convention: &Convention, place: &Place<'_>) -> Vec<(String, String)> {
    let rules = convention.rules.iter().filter(|rule| place.is(rule));
    rules.map(|rule| (place.name(rule.1), place.name(rule.2))).collect()
}

/// Takes the weights out of the source; what it lacks is random.
fn take(
    network: &Network,
    source: &mut Source,
    names: &Found,
    wanted: &Found,
    report: &mut ImportReport,
) -> Weights {
    let mut weights = network.initialize(0);
    for weight in network.weights() {
        let Some(name) = names.get(&weight.name) else {
            let called = wanted.get(&weight.name).map(|name| format!(" ({name})")).unwrap_or_default();
            report.missing.push(format!("{}{called}", weight.name));
            continue;
        };
        let Some(tensor) = source.tensors.remove(name) else { continue };
        let found = tensor.shape.clone();
        match in_our_layout(source.style, tensor, &weight, &network.layers[weight.layer].kind) {
            Some(tensor) => {
                report.matched += 1;
                weights.insert(weight.name, tensor);
            }
            None => report.misshapen.push(Misshapen {
                name: weight.name,
                expected: weight.shape,
                source: name.clone(),
                found,
            }),
        }
    }
    report.unexpected.extend(source.tensors.keys().cloned());
    weights
}

/// The tensor in our layout; `None` if its sizes do not fit.
fn in_our_layout(style: Style, tensor: Tensor, weight: &Weight, kind: &Kind) -> Option<Tensor> {
    let is_depthwise = matches!(kind, Kind::Conv(conv) if conv.depthwise);
    let axes: &[usize] = match (style, weight.role, tensor.shape.len()) {
        (Style::Keras, Role::Kernel, 4) => &[3, 0, 1, 2],
        (Style::Keras, Role::Kernel, 2) => &[1, 0],
        (Style::Torch, Role::Kernel, 4) if is_depthwise => &[1, 2, 3, 0],
        (Style::Torch, Role::Kernel, 4) => &[0, 2, 3, 1],
        (_, _, rank) => &[0, 1, 2, 3][..rank.min(4)],
    };
    let tensor = permuted(tensor, axes)?;
    let is_fit = match (&weight.shape[..], &tensor.shape[..]) {
        (&[rows, columns, channels], shape) if is_depthwise && shape.len() == 4 => {
            shape == [1, rows, columns, channels]
        }
        // A 1×1 convolution that is a dense layer here.
        (&[out, channels], shape) if shape.len() == 4 => shape == [out, 1, 1, channels],
        (expected, shape) => expected == shape,
    };
    is_fit.then(|| Tensor { shape: weight.shape.clone(), values: tensor.values })
}

/// The tensor with its dimensions permuted: dimension `i` of the result is dimension `axes[i]`.
fn permuted(tensor: Tensor, axes: &[usize]) -> Option<Tensor> {
    if axes.len() != tensor.shape.len() || tensor.values.len() != tensor.shape.iter().product::<usize>() {
        return None;
    }
    if axes.iter().enumerate().all(|(index, &axis)| index == axis) {
        return Some(tensor);
    }
    let mut strides = vec![1usize; axes.len()];
    for axis in (1..axes.len()).rev() {
        strides[axis - 1] = strides[axis] * tensor.shape[axis];
    }
    let shape: Vec<usize> = axes.iter().map(|&axis| tensor.shape[axis]).collect();
    let mut values = Vec::with_capacity(tensor.values.len());
    for number in 0..tensor.values.len() {
        let (mut rest, mut place) = (number, 0);
        for (&axis, &size) in axes.iter().zip(&shape).rev() {
            place += rest % size * strides[axis];
            rest /= size;
        }
        values.push(tensor.values[place]);
    }
    Some(Tensor { shape, values })
}

/// Takes off what names of a checkpoint begin with; other parts of it (optimizers) go.
fn unwrap(tensors: &mut BTreeMap<String, Tensor>) {
    while let Some(wrapper) =
        WRAPPERS.iter().find(|wrapper| tensors.keys().any(|name| name.starts_with(**wrapper)))
    {
        let inner = std::mem::take(tensors).into_iter();
        *tensors = inner
            .filter_map(|(name, tensor)| Some((name.strip_prefix(wrapper)?.to_owned(), tensor)))
            .collect();
    }
}

fn unknown(source: &Source, arch: &Arch) -> Error {
    let names: Vec<&str> = source.tensors.keys().take(4).map(String::as_str).collect();
    Error::argument(format!(
        "no name of its {} tensors ({}, …) is one that Keras, torchvision or timm has for {}",
        source.tensors.len(),
        names.join(", "),
        arch.name
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dimensions_are_permuted() {
        let tensor = Tensor { shape: vec![2, 3], values: vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0] };
        let expected = Tensor { shape: vec![3, 2], values: vec![0.0, 3.0, 1.0, 4.0, 2.0, 5.0] };
        assert_eq!(permuted(tensor, &[1, 0]), Some(expected));
    }

    #[test]
    fn checkpoints_are_unwrapped() {
        let tensor = Tensor { shape: vec![], values: vec![0.0] };
        let names = ["state_dict.module.fc.weight", "optimizer.fc.weight"];
        let mut tensors = names.map(|name| (name.to_owned(), tensor.clone())).into();
        unwrap(&mut tensors);
        assert_eq!(tensors.keys().collect::<Vec<_>>(), ["fc.weight"]);
    }
}
