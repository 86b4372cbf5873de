"""Builds one Keras network: random weights, settled statistics, the three file formats, inputs and logits."""

import json
import os
import sys

import keras
import numpy as np

from . import networks, photos, small_keras

SETTLE, TRY = 16, 4


def create(network):
    """The model and, where its input is no picture, what makes inputs."""
    if hasattr(small_keras, network.source):
        return getattr(small_keras, network.source)()
    function = getattr(keras.applications, network.source)
    arguments = {"weights": None, "classifier_activation": None, "input_shape": (network.size, network.size, 3)}
    return function(**arguments), None


def all_layers(model):
    """Every layer, those inside other layers too."""
    return [layer for layer in model._flatten_layers() if not isinstance(layer, keras.Model)]


def scatter(model, seed):
    """Gives biases, scales and offsets values that are not all alike; kernels have theirs from their initializers."""
    generator = np.random.default_rng(seed)
    for layer in all_layers(model):
        if isinstance(layer, keras.layers.Normalization):
            continue
        for weight in layer.trainable_weights:
            shape = tuple(weight.shape)
            kind = weight.path.rsplit("/", 1)[-1]
            if kind == "gamma":
                weight.assign(generator.uniform(0.5, 1.5, shape).astype(np.float32))
            elif kind == "beta" or "bias" in kind:
                weight.assign(weight + generator.normal(0.0, 0.15, shape).astype(np.float32))


def settle(model, inputs):
    """One run in training mode, after which every moving average is that of `inputs`."""
    kept = []
    for layer in all_layers(model):
        for attribute in ("momentum", "rate", "drop_path_rate"):
            if isinstance(getattr(layer, attribute, None), float):
                kept.append((layer, attribute, getattr(layer, attribute)))
                setattr(layer, attribute, 0.0)
    model(inputs, training=True)
    for layer, attribute, value in kept:
        setattr(layer, attribute, value)


def centre(model, inputs):
    """Moves the bias of the last layer so that the mean logit of `inputs` is small, not a constant that hides all else."""
    layer = next(layer for layer in reversed(model.layers) if getattr(layer, "bias", None) is not None)
    logits = keras.ops.convert_to_numpy(model(inputs, training=False))
    mean = logits.mean(axis=tuple(range(logits.ndim - 1)))
    layer.bias.assign(layer.bias - 0.7 * mean.astype(np.float32))


def make_inputs(network, make, count, seed):
    """A list with one array for each input."""
    if make is not None:
        return make(count, seed)
    return [photos.scaled(photos.crops(count, network.size, seed), network.low, network.high)]


def as_argument(inputs):
    """What a model is called with: the array itself where there is one."""
    return inputs[0] if len(inputs) == 1 else inputs


def build(network, folder):
    """Writes `model.keras`, `model.h5`, `saved_model`, `inputs.npz`, `expected.npz` and `facts.json`."""
    keras.utils.set_random_seed(7)
    model, make = create(network)
    scatter(model, 11)
    sample = as_argument(make_inputs(network, make, SETTLE, 1))
    settle(model, sample)
    centre(model, sample)
    inputs = make_inputs(network, make, TRY, 2)
    logits = keras.ops.convert_to_numpy(model(as_argument(inputs), training=False))
    model.save(os.path.join(folder, "model.keras"))
    model.save(os.path.join(folder, "model.h5"))
    model.export(os.path.join(folder, "saved_model"), verbose=False)
    np.savez(os.path.join(folder, "inputs.npz"), **{f"input_{i}": array for i, array in enumerate(inputs)})
    np.savez(os.path.join(folder, "expected.npz"), output_0=logits)
    np.savez(os.path.join(folder, "weights.npz"), *model.get_weights())
    facts = {
        "parameters": model.count_params(),
        "largest_logit": float(np.abs(logits).max()),
        "variation": float(logits.std(axis=0).mean() / np.abs(logits).max()),
    }
    with open(os.path.join(folder, "facts.json"), "w", encoding="utf-8") as file:
        json.dump(facts, file, indent=1)


if __name__ == "__main__":
    build(networks.by_name(sys.argv[1]), sys.argv[2])
