"""Full int8 quantization: the signal to noise ratio of our files, TensorFlow's and ai-edge-quantizer's, and their bits."""

import dataclasses
import os

import numpy as np

from . import networks, photos, tflite_file
from .ours import Failed

CALIBRATION, TEST, EXACT = 64, 16, 2
BEHIND = {"TensorFlow": 0.0, "ai-edge-quantizer": 0.3}  # dB that ours may be behind


@dataclasses.dataclass
class Line:
    """What the three quantizers gave on one network."""

    network: str
    decibels: dict = dataclasses.field(default_factory=dict)  # by quantizer
    bits: str = "-"  # how our runtime and LiteRT's reference kernels compare on our file
    notes: list = dataclasses.field(default_factory=list)  # what the others could not do
    failures: list = dataclasses.field(default_factory=list)


def subjects():
    """The convolutional networks."""
    return [network for network in networks.NETWORKS if network.is_quantized]


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


def run_builtin(network, cache, file):
    """Outputs on the test crops; those of an unchanged file are kept."""
    kept = f"{file}.outputs.npz"
    if not cache.is_newer(network, kept, file):
        np.savez(cache.path(network, kept), output_0=run_litert(network, cache, file, "test.npz", "builtin")["real_0"])
    return cache.arrays(network, kept)[0]


def source(network):
    """Which file our program quantizes, and with which options."""
    return ("saved_model", ()) if network.framework == "keras" else ("model.onnx", ("--nhwc", "input"))


def float_file(network, cache, program):
    """The float network as a `.tflite` file: TensorFlow's where there is one, otherwise ours."""
    if network.framework == "keras":
        return "tf.tflite"
    if not cache.has(network, "float.tflite"):
        file, options = source(network)
        program.convert(cache.path(network, file), cache.path(network, "float.tflite"), *options)
    return "float.tflite"


def truth(network, cache, float_model):
    """Logits of the float network on the test crops."""
    if not cache.has(network, "truth.npz"):
        result = run_litert(network, cache, float_model, "test.npz", "xnnpack")
        np.savez(cache.path(network, "truth.npz"), output_0=result["output_0"])
    return cache.arrays(network, "truth.npz")[0]


def others(network, cache, float_model, line):
    """Makes the files of the other two quantizers, or notes why there is none; files by name."""
    jobs = {"ai-edge-quantizer": ("aeq_quantize", float_model, "aeq_int8.tflite")}
    if network.framework == "keras":
        jobs["TensorFlow"] = ("tf_quantize", "saved_model", "tf_int8.tflite")
    made = {}
    for name, (module, file, output) in jobs.items():
        failed = f"{module}.failed"
        if not cache.has(network, output) and not cache.has(network, failed):
            arguments = (cache.path(network, file), cache.path(network, "calibration.npz"), cache.path(network, output))
            outcome = cache.module(network, module, *arguments, log=f"{module}.log")
            if outcome.code != 0:
                with open(cache.path(network, failed), "w", encoding="utf-8") as report:
                    report.write(outcome.why())
        if cache.has(network, output):
            made[name] = output
        else:
            with open(cache.path(network, failed), encoding="utf-8") as report:
                line.notes.append(f"{name} makes no file: {report.read()}")
    return made


def quantize(network, cache, program):
    """Our file: full int8, with int8 inputs and outputs."""
    output = cache.path(network, "ours_int8.tflite")
    if os.path.exists(output):
        os.remove(output)
    samples = cache.path(network, "calibration.npy")
    if not os.path.exists(samples):
        np.save(samples, cache.arrays(network, "calibration.npz")[0])
    file, options = source(network)
    integers = ("--integers-only", "--input-type", "int8", "--output-type", "int8")
    program.call("quantize", cache.path(network, file), "-o", output, "--calibrate", samples, *options, *integers)
    return "ours_int8.tflite"


def compare_bits(network, cache, program, file):
    """Runs our file on the same integers in both runtimes; LiteRT's kernels abort where a network's ranges are degenerate."""
    scale, zero = tflite_file.input_parameters(cache.path(network, file))
    pictures = np.clip(np.round(cache.arrays(network, "exact.npz")[0] / scale) + zero, -128, 127).astype(np.int8)
    np.savez(cache.path(network, "exact_int8.npz"), input_0=pictures)
    ours = program.run(cache.path(network, file), [pictures])["output_0"]
    theirs = run_litert(network, cache, file, "exact_int8.npz", "reference")["output_0"]
    differing = int((ours != theirs).sum())
    return "same" if not differing else f"{differing} of {ours.size} differ"


def measure(network, cache, program):
    """One line of the table."""
    line = Line(network.name)
    write_samples(network, cache)
    try:
        float_model = float_file(network, cache, program)
        logits = truth(network, cache, float_model)
        files = others(network, cache, float_model, line)
        files["ours"] = quantize(network, cache, program)
    except Failed as failed:
        line.failures.append(f"{failed}")
        return line
    for name, file in files.items():
        try:
            line.decibels[name] = decibels(run_builtin(network, cache, file), logits)
        except Failed as failed:
            (line.failures if name == "ours" else line.notes).append(f"{name}: {failed}")
    if "ours" in line.decibels:
        compare(line, network, cache, program)
    return line


def compare(line, network, cache, program):
    """Holds ours against the others."""
    for name, margin in BEHIND.items():
        if name in line.decibels and line.decibels["ours"] < line.decibels[name] - margin:
            line.failures.append(f"{line.decibels['ours']:.2f} dB; {name} has {line.decibels[name]:.2f}")
    try:
        line.bits = compare_bits(network, cache, program, "ours_int8.tflite")
        if line.bits != "same":
            line.failures.append(f"bits: {line.bits}")
    except Failed as failed:
        line.bits = "LiteRT aborts"
        line.notes.append(f"LiteRT's reference kernels do not run our file: {failed}")
