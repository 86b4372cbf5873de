//! The variables of layers, as a tree in the shape of the layers.

use std::collections::{BTreeMap, HashMap};

use super::network::{Layer, Network};
use super::slots::Slots;
use super::weight_file::{Array, WeightFile};
use crate::{Error, Result};

/// The variables of a layer and of the layers inside it.
#[derive(Debug, Default)]
pub(super) struct Variables {
    /// Its own, in the order in which it makes them.
    pub(super) own: Vec<Array>,
    /// By the attribute that holds the layer (`cell`); those of a model's layers by [`names`] under `layers`.
    pub(super) children: BTreeMap<String, Variables>,
}

/// Where the layers of a model are.
const LAYERS: &str = "layers";
/// The same in files of Keras 2.12 and 2.13.
const OLD_LAYERS: &str = "_layer_checkpoint_dependencies";
/// Layers in layers: more than this is not a network.
const DEPTH: usize = 64;

impl Variables {
    /// The child that an attribute `name` holds. Keras has made some of them private over time, with `_` in front.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.get(name).or_else(|| self.children.get(&format!("_{name}")))
    }

    /// The layers inside a model, by [`names`].
    pub(super) fn layers(&self) -> Option<&Self> {
        self.children.get(LAYERS).or_else(|| self.children.get(OLD_LAYERS))
    }
}

/// The names under which `model.weights.h5` has the layers of a network: the class in snake case, numbered.
pub(super) fn names(network: &Network) -> Vec<String> {
    names_of(network.layers.iter())
}

/// As [`names`], for any list of layers.
pub(super) fn names_of<'a>(layers: impl Iterator<Item = &'a Layer>) -> Vec<String> {
    let mut used = HashMap::new();
    layers.map(|layer| unique(&layer.class, layer.is_operation(), &mut used)).collect()
}

/// Classes that files call by another name than Python does.
const RENAMED: &[(&str, &str)] = &[("GroupQueryAttention", "GroupedQueryAttention")];

fn unique(class: &str, is_operation: bool, used: &mut HashMap<String, usize>) -> String {
    let renamed = RENAMED.iter().find(|(name, _)| *name == class);
    let name = snake_case(renamed.map_or(class, |(_, name)| name));
    if is_operation {
        return String::new();
    }
    let count = used.entry(name.clone()).or_insert(0);
    *count += 1;
    if *count == 1 { name } else { format!("{name}_{}", *count - 1) }
}

/// `Conv2DTranspose` as `conv2d_transpose`, by the rules of Keras: a capital that starts a word gets a line before it.
pub(super) fn snake_case(class: &str) -> String {
    let chars: Vec<char> = class.chars().filter(|char| char.is_alphanumeric() || *char == '_').collect();
    let mut words = String::new();
    let mut at = 0;
    while at < chars.len() {
        words.push(chars[at]);
        let starts_word = chars.get(at + 1).is_some_and(char::is_ascii_uppercase)
            && chars.get(at + 2).is_some_and(char::is_ascii_lowercase);
        at += 1;
        if starts_word {
            words.push('_');
            words.push(chars[at]);
            at += 1;
            while chars.get(at).is_some_and(char::is_ascii_lowercase) {
                words.push(chars[at]);
                at += 1;
            }
        }
    }
    let mut snake = String::new();
    let mut before = ' ';
    for char in words.chars() {
        if before.is_ascii_lowercase() && char.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.extend(char.to_lowercase());
        before = char;
    }
    snake
}

/// Reads `model.weights.h5`: groups named after attributes, each with its variables in `vars`.
pub(super) fn read(file: &WeightFile) -> Result<Variables> {
    let layers = if file.has_group(LAYERS) { LAYERS } else { OLD_LAYERS };
    let children = BTreeMap::from([(LAYERS.to_owned(), read_group(file, layers, DEPTH)?)]);
    Ok(Variables { own: Vec::new(), children })
}

fn read_group(file: &WeightFile, path: &str, depth: usize) -> Result<Variables> {
    if depth == 0 {
        return Err(Error::invalid(format!("the weights are nested too deeply: {path}")));
    }
    let mut variables = Variables::default();
    for name in file.names(path)?.0 {
        let inner = format!("{path}/{name}");
        if name == "vars" {
            variables.own = read_own(file, &inner)?;
        } else {
            variables.children.insert(name, read_group(file, &inner, depth - 1)?);
        }
    }
    Ok(variables)
}

/// The arrays `0`, `1`, … of a group; those with names come last, in the order of the names.
fn read_own(file: &WeightFile, path: &str) -> Result<Vec<Array>> {
    let mut names = file.names(path)?.1;
    names.sort_by_cached_key(|name| (name.parse::<usize>().unwrap_or(usize::MAX), name.clone()));
    names.iter().map(|name| file.array(&format!("{path}/{name}"))).collect()
}

/// Reads the weights of an `.h5` file with a whole model: for each layer a list of all its variables.
pub(super) fn read_lists(file: &WeightFile, network: &Network) -> Result<Variables> {
    let root = "model_weights";
    let stored = file.texts(root, "layer_names")?;
    let mut layers = Variables::default();
    for (layer, name) in network.layers.iter().zip(names(network)) {
        if layer.is_operation() || !stored.contains(&layer.name) {
            continue;
        }
        let group = format!("{root}/{}", layer.name);
        let arrays = file.texts(&group, "weight_names")?;
        let arrays =
            arrays.iter().map(|array| file.array(&format!("{group}/{array}"))).collect::<Result<Vec<_>>>()?;
        if !arrays.is_empty() {
            let slots = Slots::of(layer, arrays.len())?;
            let variables = slots.fill(arrays);
            let variables =
                variables.map_err(|error| Error::invalid(format!("layer {:?}: {error}", layer.name)))?;
            layers.children.insert(name, variables);
        }
    }
    Ok(Variables { own: Vec::new(), children: BTreeMap::from([(LAYERS.to_owned(), layers)]) })
}
