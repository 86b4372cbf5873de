"""Full int8 quantization: the signal to noise ratio of our files, TensorFlow's and ai-edge-quantizer's, and their bits."""

import dataclasses
import os

import numpy as np

from . import networks, photos
from .ours import Failed

CALIBRATION, TEST, EXACT = 64, 16, 2
BEHIND = {"TensorFlow": 0.0, "ai-edge-quantizer": 0.3}  # dB that ours may be behind


@dataclasses.dataclass
class Line:
    """What the three quantizers gave on one network."""

    network: str
    decibels: dict = dataclasses.field(default_factory=dict)  # by quantizer
    bits: str = "-"  # how our runtime and LiteRT's reference kernels compare on our file
    failures: list = dataclasses.field(default_factory=list)


def subjects():
    """The convolutional networks that TensorFlow's converter can quantize too."""
    return [network for network in networks.NETWORKS if network.framework == "keras" and network.is_cnn]


def decibels(result, truth):
    """Signal to quantization noise ratio."""
    noise = np.square(np.float64(result) - truth).sum()
    return float(10 * np.log10(np.square(np.float64(truth)).sum() / noise)) if noise else float("inf")


def write_samples(network, cache):
    """`calibration.npz` and `test.npz`: crops that differ from each other and from all others."""
    for name, count, seed in (("calibration", CALIBRATION, 5), ("test", TEST, 6), ("exact", EXACT, 7)):
        if not cache.has(network, f"{name}.npz"):
            pixels = photos.crops(count, network.size, seed)
            np.savez(cache.path(network, f"{name}.npz"), input_0=photos.scaled(pixels, network.low, network.high))


def run_litert(network, cache, file, samples, kernels):
    """Outputs of LiteRT, or [`Failed`]."""
    results = cache.path(network, "litert.npz")
    arguments = (cache.path(network, file), cache.path(network, samples), results, kernels)
    outcome = cache.module(network, "litert", *arguments, log="litert.log")
    if outcome.code != 0:
        raise Failed(f"{file} in LiteRT {kernels}: {outcome.why()}")
    return dict(np.load(results))


def truth(network, cache):
    """Logits of the float network on the test crops."""
    if not cache.has(network, "truth.npz"):
        result = run_litert(network, cache, "tf.tflite", "test.npz", "xnnpack")
        np.savez(cache.path(network, "truth.npz"), output_0=result["output_0"])
    return cache.arrays(network, "truth.npz")[0]


def others(network, cache):
    """Makes the files of the other two quantizers; by name, their file or what failed."""
    made = {}
    sources = {"TensorFlow": ("tf_quantize", "saved_model", "tf_int8.tflite"),
               "ai-edge-quantizer": ("aeq_quantize", "tf.tflite", "aeq_int8.tflite")}
    for name, (module, source, file) in sources.items():
        if not cache.has(network, file):
            arguments = (cache.path(network, source), cache.path(network, "calibration.npz"), cache.path(network, file))
            cache.module(network, module, *arguments, log=f"{module}.log")
        made[name] = file if cache.has(network, file) else None
    return made


def quantize(network, cache, program):
    """Our file: full int8, with int8 inputs and outputs."""
    output = cache.path(network, "ours_int8.tflite")
    if os.path.exists(output):
        os.remove(output)
    samples = cache.path(network, "calibration.npy")
    if not os.path.exists(samples):
        np.save(samples, cache.arrays(network, "calibration.npz")[0])
    integers = ("--integers-only", "--input-type", "int8", "--output-type", "int8")
    program.call("quantize", cache.path(network, "saved_model"), "-o", output, "--calibrate", samples, *integers)
    return "ours_int8.tflite"


def compare_bits(network, cache, program, file):
    """Runs our file in both runtimes; LiteRT's reference kernels abort where a network's ranges are degenerate."""
    ours = program.run(cache.path(network, file), cache.arrays(network, "exact.npz"))["output_0"]
    theirs = run_litert(network, cache, file, "exact.npz", "reference")["output_0"]
    differing = int((ours != theirs).sum())
    return "same" if not differing else f"{differing} of {ours.size} differ"


def measure(network, cache, program):
    """One line of the table."""
    line = Line(network.name)
    write_samples(network, cache)
    logits = truth(network, cache)
    files = others(network, cache)
    try:
        files["ours"] = quantize(network, cache, program)
    except Failed as failed:
        line.failures.append(f"quantize: {failed}")
    for name, file in files.items():
        if file is None:
            continue
        try:
            line.decibels[name] = decibels(run_litert(network, cache, file, "test.npz", "builtin")["real_0"], logits)
        except Failed as failed:
            if name == "ours":
                line.failures.append(str(failed))
    if "ours" in line.decibels:
        compare(line, network, cache, program)
    return line


def compare(line, network, cache, program):
    """Holds ours against the others."""
    for name, margin in BEHIND.items():
        if name in line.decibels and line.decibels["ours"] < line.decibels[name] - margin:
            line.failures.append(f"{line.decibels['ours']:.1f} dB; {name} has {line.decibels[name]:.1f}")
    try:
        line.bits = compare_bits(network, cache, program, "ours_int8.tflite")
    except Failed as failed:
        line.bits = str(failed)
    if line.bits != "same":
        line.failures.append(f"bits: {line.bits}")
