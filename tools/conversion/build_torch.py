"""Builds one PyTorch network: random weights, settled statistics, ONNX by both exporters, inputs and logits."""

import json
import os
import sys
import warnings

import numpy as np
import torch
import torchvision
from torch import nn

from . import networks, photos, small_torch

SETTLE, TRY = 16, 4
EXPORTERS = {"model.onnx": (False, 17), "model_dynamo.onnx": (True, 18)}


def create(network):
    """The model, in evaluation mode."""
    if hasattr(small_torch, network.source):
        return getattr(small_torch, network.source)().eval()
    return getattr(torchvision.models, network.source)(weights=None).eval()


def make_inputs(network, count, seed):
    """`[count, 3, size, size]` for pictures, `[count, steps, features]` otherwise."""
    if not network.size:
        return small_torch.sequence(count, seed)
    pixels = photos.scaled(photos.crops(count, network.size, seed), network.low, network.high)
    return np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))


def scatter(model):
    """Gives biases, scales and offsets values that are not all alike."""
    with torch.no_grad():
        for module in model.modules():
            is_norm = isinstance(module, (nn.BatchNorm2d, nn.LayerNorm))
            if is_norm:
                module.weight.uniform_(0.5, 1.5)
            if isinstance(getattr(module, "bias", None), torch.Tensor):
                module.bias.add_(0.15 * torch.randn_like(module.bias))


def settle(model, inputs):
    """One run in training mode, after which every moving average is that of `inputs`."""
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    kept = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
        norm.train()
    with torch.no_grad():
        model(inputs)
    for norm, momentum in zip(norms, kept):
        norm.momentum = momentum
    model.eval()


def centre(model, inputs):
    """Moves the bias of the last linear layer so that the mean logit of `inputs` is small."""
    heads = [module for module in model.modules() if isinstance(module, (nn.Linear, nn.Conv2d)) and module.bias is not None]
    with torch.no_grad():
        logits = model(inputs)
        heads[-1].bias.sub_(0.7 * logits.mean(dim=[axis for axis in range(logits.dim()) if axis != 1]))


def export(model, example, path, is_dynamo, opset, **arguments):
    """Writes ONNX; what the exporter cannot do is noted beside it."""
    try:
        torch.onnx.export(model, (example,), path, opset_version=opset, dynamo=is_dynamo, input_names=["input"],
                          output_names=["logits"], **arguments)
    except Exception as error:  # an exporter fails in many ways, and a network without its file is reported as such
        with open(path + ".failed", "w", encoding="utf-8") as file:
            file.write(f"{type(error).__name__}: {error}\n")


def write(folder, model, inputs):
    """Writes the ONNX files, `inputs.npz`, `expected.npz` and `facts.json`."""
    with torch.no_grad():
        logits = model(torch.from_numpy(inputs)).numpy()
    example = torch.from_numpy(inputs[:1])
    for name, (is_dynamo, opset) in EXPORTERS.items():
        export(model, example, os.path.join(folder, name), is_dynamo, opset)
    np.savez(os.path.join(folder, "inputs.npz"), input_0=inputs)
    np.savez(os.path.join(folder, "expected.npz"), output_0=logits)
    facts = {
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "largest_logit": float(np.abs(logits).max()),
        "variation": float(logits.std(axis=0).mean() / np.abs(logits).max()),
    }
    with open(os.path.join(folder, "facts.json"), "w", encoding="utf-8") as file:
        json.dump(facts, file, indent=1)


def build(network, folder):
    """A network of torchvision or of `small_torch`."""
    torch.manual_seed(7)
    model = create(network)
    scatter(model)
    sample = torch.from_numpy(make_inputs(network, SETTLE, 1))
    settle(model, sample)
    if network.name != "torch_squeezenet1_1":  # its logits are past a RELU and a mean
        centre(model, sample)
    write(folder, model, make_inputs(network, TRY, 2))


def build_twin(folder):
    """`model.onnx` of the Keras network `twin`, with its weights and every node that training needs."""
    weights = np.load(os.path.join(folder, "weights.npz"))
    model = small_torch.Twin().eval()
    model.take_keras_weights([weights[name] for name in weights.files])
    inputs = np.ascontiguousarray(np.load(os.path.join(folder, "inputs.npz"))["input_0"].transpose(0, 3, 1, 2))
    with torch.no_grad():
        logits = model(torch.from_numpy(inputs)).numpy()
    expected = np.load(os.path.join(folder, "expected.npz"))["output_0"]
    np.testing.assert_allclose(logits, expected, rtol=0, atol=1e-5 * np.abs(expected).max())
    kept = {"training": torch.onnx.TrainingMode.PRESERVE, "dynamic_axes": {"input": {0: "batch"}}}
    export(model, torch.from_numpy(inputs[:1]), os.path.join(folder, "model.onnx"), False, 17, **kept)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    # The fused attention of inference mode has no ONNX operator.
    torch.backends.mha.set_fastpath_enabled(False)
    if sys.argv[1] == "twin":
        build_twin(sys.argv[2])
    else:
        build(networks.by_name(sys.argv[1]), sys.argv[2])
