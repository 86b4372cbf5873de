//! The graph of layers that a network's description holds.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::calls;
use super::config::Config;
use crate::{Error, Result};

/// A network: layers, and how they are called.
#[derive(Debug)]
pub(super) struct Network {
    /// In the order of the file, which is that in which weights are numbered.
    pub(super) layers: Vec<Layer>,
    pub(super) inputs: Vec<Reference>,
    pub(super) outputs: Vec<Reference>,
    /// Whether the file has the input of a sequential model.
    begins_with_input: bool,
}

/// A layer, or an operation that Keras has recorded between layers.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) name: String,
    /// Such as `Conv2D`.
    pub(super) class: String,
    /// Where Keras has the class, such as `keras.layers`; old files do not tell.
    pub(super) module: String,
    pub(super) config: Map<String, Value>,
    /// A layer with several calls is shared: it has one set of weights.
    pub(super) calls: Vec<Call>,
    /// What a model that is used as a layer consists of.
    pub(super) network: Option<Network>,
}

/// What a layer is called with.
#[derive(Debug, Default)]
pub(super) struct Call {
    pub(super) args: Vec<Argument>,
    pub(super) kwargs: BTreeMap<String, Argument>,
}

/// One argument of a call.
#[derive(Clone, Debug)]
pub(super) enum Argument {
    Tensor(Reference),
    List(Vec<Argument>),
    Value(Value),
}

/// A tensor: the output of a call of a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Reference {
    pub(super) layer: usize,
    pub(super) call: usize,
    pub(super) output: usize,
}

/// The numbers of layers by their names.
pub(super) type Names = HashMap<String, usize>;

impl Layer {
    /// Reads a layer without its calls: `{"class_name": …, "config": {…}, …}`.
    pub(super) fn read(value: &Value) -> Result<Self> {
        let class =
            value["class_name"].as_str().ok_or_else(|| Error::invalid("a layer has no class_name"))?;
        let config = match &value["config"] {
            Value::Object(config) => config.clone(),
            // Keras 2.2 has a sequential model's layers there.
            layers @ Value::Array(_) => Map::from_iter([("layers".to_owned(), layers.clone())]),
            _ => Map::new(),
        };
        let name = value["name"].as_str().or_else(|| config.get("name")?.as_str()).unwrap_or(class);
        let network = match config.get("layers") {
            Some(Value::Array(_)) => Some(Network::read(name, &config, input_shape(value, &config))?),
            _ => None,
        };
        Ok(Self {
            name: name.to_owned(),
            class: class.to_owned(),
            module: value["module"].as_str().unwrap_or_default().to_owned(),
            config: if network.is_some() { without_layers(config) } else { config },
            calls: Vec::new(),
            network,
        })
    }

    pub(super) fn config(&self) -> Config<'_> {
        Config(&self.config)
    }

    /// Whether the numbers of the layer's calls include the one that made it: where tensors are arguments, and where they
    /// are inputs and outputs of a model.
    fn counts_own_call(&self, is_keras_2: bool) -> (bool, bool) {
        let Some(network) = &self.network else { return (false, false) };
        let is_functional = self.class != "Sequential";
        let as_keras_2 = is_functional || network.begins_with_input;
        if is_keras_2 { (as_keras_2, as_keras_2) } else { (false, is_functional) }
    }

    /// Whether this is a function of `keras.ops` rather than a layer. Where files do not say where a class is from, layers
    /// are told by a setting that all of them have.
    pub(super) fn is_operation(&self) -> bool {
        match self.module.as_str() {
            "" => {
                let is_layer = self.config.contains_key("trainable") || self.class == "InputLayer";
                !is_layer && self.network.is_none()
            }
            module => module.starts_with("keras.src.ops") || module.starts_with("keras.ops"),
        }
    }
}

fn without_layers(mut config: Map<String, Value>) -> Map<String, Value> {
    config.remove("layers");
    config
}

/// The shape that a model was built for, where the file says so.
fn input_shape<'a>(value: &'a Value, config: &'a Map<String, Value>) -> Option<&'a Value> {
    let first = || config.get("layers")?.get(0)?.get("config")?.get("batch_input_shape");
    let built = || value.get("build_config")?.get("input_shape").filter(|shape| shape.is_array());
    config.get("build_input_shape").or_else(first).or_else(built)
}

impl Network {
    fn read(name: &str, config: &Map<String, Value>, shape: Option<&Value>) -> Result<Self> {
        let values = config.get("layers").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let layers = values.iter().map(Layer::read).collect::<Result<Vec<_>>>()?;
        if config.contains_key("input_layers") {
            Self::functional(values, layers, config)
        } else {
            Self::sequential(name, layers, shape)
        }
    }

    /// Layers with calls that refer to each other by name.
    fn functional(values: &[Value], mut layers: Vec<Layer>, config: &Map<String, Value>) -> Result<Self> {
        let names: Names =
            layers.iter().enumerate().map(|(index, layer)| (layer.name.clone(), index)).collect();
        if names.len() != layers.len() {
            return Err(Error::invalid("two layers of one model have the same name"));
        }
        for (layer, value) in layers.iter_mut().zip(values) {
            layer.calls = calls::read(&value["inbound_nodes"], &names)
                .map_err(|error| Error::invalid(format!("layer {:?}: {error}", layer.name)))?;
            if layer.class == "InputLayer" {
                layer.calls = vec![Call::default()];
            }
        }
        let inputs = calls::references(&config["input_layers"], &names)?;
        let outputs = calls::references(config.get("output_layers").unwrap_or(&Value::Null), &names)?;
        let is_keras_2 = !values.iter().any(|layer| layer["inbound_nodes"][0].is_object());
        let mut network = Self { layers, inputs, outputs, begins_with_input: true };
        network.number_calls(is_keras_2)?;
        Ok(network)
    }

    /// A chain of layers. An input is put before it where the file has none.
    fn sequential(name: &str, mut layers: Vec<Layer>, shape: Option<&Value>) -> Result<Self> {
        let begins_with_input = layers.first().is_some_and(|layer| layer.class == "InputLayer");
        if !begins_with_input {
            let first = layers.first().map_or(name, |layer| &layer.name);
            let config = json!({"name": format!("{first}_input"), "batch_shape": shape});
            layers.insert(0, Layer::read(&json!({"class_name": "InputLayer", "config": config}))?);
        }
        for (index, layer) in layers.iter_mut().enumerate() {
            let call = match index.checked_sub(1) {
                None => Call::default(),
                Some(before) => {
                    let previous = Reference { layer: before, call: 0, output: 0 };
                    Call { args: vec![Argument::Tensor(previous)], kwargs: BTreeMap::new() }
                }
            };
            layer.calls = vec![call];
        }
        let at = |layer| vec![Reference { layer, call: 0, output: 0 }];
        Ok(Self { inputs: at(0), outputs: at(layers.len() - 1), layers, begins_with_input })
    }

    /// Calls are numbered from 0 here. Keras counts the call that made a model among those of the model when it is used as
    /// a layer, so that the numbers of the others start from 1: Keras 2 everywhere, Keras 3 only where a model says what
    /// its inputs and outputs are, and not for sequential models.
    fn number_calls(&mut self, is_keras_2: bool) -> Result<()> {
        let counts_own: Vec<(bool, bool)> =
            self.layers.iter().map(|layer| layer.counts_own_call(is_keras_2)).collect();
        let shift = |reference: &mut Reference, counts: bool| {
            reference.call = reference.call.wrapping_sub(usize::from(counts));
        };
        self.for_each_argument(&mut |reference| shift(reference, counts_own[reference.layer].0));
        self.for_each_end(&mut |reference| shift(reference, counts_own[reference.layer].1));
        let calls: Vec<usize> = self.layers.iter().map(|layer| layer.calls.len()).collect();
        let mut lost = None;
        let mut check = |reference: &mut Reference| {
            if reference.call >= calls[reference.layer] {
                lost = Some(reference.layer);
            }
        };
        self.for_each_argument(&mut check);
        self.for_each_end(&mut check);
        let Some(layer) = lost else { return Ok(()) };
        let name = &self.layers[layer].name;
        Err(Error::invalid(format!(
            "a tensor is said to come from a call of layer {name:?} that is not there"
        )))
    }

    fn for_each_end(&mut self, visit: &mut impl FnMut(&mut Reference)) {
        self.inputs.iter_mut().chain(&mut self.outputs).for_each(visit);
    }

    fn for_each_argument(&mut self, visit: &mut impl FnMut(&mut Reference)) {
        for call in self.layers.iter_mut().flat_map(|layer| &mut layer.calls) {
            for argument in call.args.iter_mut().chain(call.kwargs.values_mut()) {
                argument.for_each_reference(visit);
            }
        }
    }
}

impl Argument {
    fn for_each_reference(&mut self, visit: &mut impl FnMut(&mut Reference)) {
        match self {
            Self::Tensor(reference) => visit(reference),
            Self::List(items) => items.iter_mut().for_each(|item| item.for_each_reference(visit)),
            Self::Value(_) => {}
        }
    }

    /// The tensors among the argument.
    pub(super) fn references(&self, found: &mut Vec<Reference>) {
        match self {
            Self::Tensor(reference) => found.push(*reference),
            Self::List(items) => items.iter().for_each(|item| item.references(found)),
            Self::Value(_) => {}
        }
    }
}
