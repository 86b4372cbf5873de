"""Converts one form of one network and compares the result with the framework and with TensorFlow's file."""

import dataclasses
import os
import shutil

import numpy as np

from . import tflite_file
from .ours import Failed

LARGEST_ERROR = 1e-4
LARGEST_SIZE = 1.01
SMALLEST_SPEEDUP = 10.0
LARGEST_MEMORY = 0.25
SMALLEST_VARIATION = 0.01
FORMS = {
    "keras": "model.keras",
    "h5": "model.h5",
    "h5 of Keras 2": "model_v2.h5",
    "SavedModel": "saved_model",
    "SavedModel of Keras 2": "saved_model_v2",
    "ONNX": "model.onnx",
    "ONNX by dynamo": "model_dynamo.onnx",
    "ONNX by tf2onnx": "model_tensorflow.onnx",
    "ONNX by Keras on torch": "model_torch.onnx",
}
# Forms of a network that must give the same graph. Other exporters to ONNX compute some constants in another way.
MEETING = ["keras", "h5", "h5 of Keras 2", "SavedModel", "SavedModel of Keras 2", "ONNX"]


@dataclasses.dataclass
class Line:
    """What one conversion gave. Figures that do not apply are None."""

    network: str
    form: str
    operators: int = None
    tf_operators: int = None
    transposes: int = None
    bytes: int = None
    tf_bytes: int = None
    seconds: float = None
    tf_seconds: float = None
    kilobytes: int = None
    tf_kilobytes: int = None
    errors: dict = dataclasses.field(default_factory=dict)  # by runtime: max |a - b| / max |b|
    failures: list = dataclasses.field(default_factory=list)


def forms(network, cache):
    """The forms in which the network exists, with their files."""
    return {form: cache.path(network, file) for form, file in FORMS.items() if cache.has(network, file)}


def file_name(form):
    """The form as part of a file's name."""
    return form.replace(" ", "_").lower()


def relative_error(ours, theirs):
    """max |a - b| / max |b|, infinite where the shapes differ or something is no number."""
    ours = np.asarray(ours, np.float64)
    if ours.shape != theirs.shape:
        ours = ours.transpose(0, 3, 1, 2) if ours.ndim == 4 else ours
    if ours.shape != theirs.shape:
        return float("inf")
    error = np.abs(ours - theirs).max() / np.abs(theirs).max()
    return float(error) if np.isfinite(error) else float("inf")


def convert(network, form, source, cache, program, tries):
    """One line of the table."""
    line = Line(network.name, form)
    output = cache.path(network, f"ours_{file_name(form)}.tflite")
    dump = cache.path(network, f"dump_{file_name(form)}")
    if os.path.exists(output):
        os.remove(output)
    shutil.rmtree(dump, ignore_errors=True)
    try:
        # TensorFlow does not compare its result with the source either.
        layout = ("--nhwc", "input") if network.framework == "keras" and form == "ONNX" else ()
        outcome = program.convert(source, output, "--no-verify", *layout, tries=tries)
        program.convert(source, output, "--dump-ir", dump, *layout)
    except Failed as failed:
        # The page is about networks, not about where they lie on this machine.
        folder = os.path.join(os.path.dirname(output), "")
        line.failures.append(f"convert: {failed}".replace(folder, ""))
        return line
    line.seconds, line.kilobytes = outcome.seconds, outcome.kilobytes
    line.operators, line.bytes = sum(tflite_file.operators(output).values()), tflite_file.size(output)
    line.transposes = tflite_file.inner_transposes(output)
    run(line, network, output, cache, program)
    compare(line, network, cache)
    return line


def run(line, network, output, cache, program):
    """Runs the file in every runtime and notes the errors."""
    inputs, expected = cache.arrays(network, "inputs.npz"), cache.arrays(network, "expected.npz")[0]
    try:
        line.errors["ours"] = relative_error(program.run(output, inputs)["output_0"], expected)
    except (Failed, KeyError) as failed:
        line.failures.append(f"run: {failed}")
    for kernels, count in (("xnnpack", len(expected)), ("reference", 1)):
        results = cache.path(network, "litert.npz")
        arguments = (output, cache.path(network, "inputs.npz"), results, kernels, str(count))
        outcome = cache.module(network, "litert", *arguments, log="litert.log")
        if outcome.code != 0:
            line.failures.append(f"LiteRT {kernels}: {outcome.why()}")
            continue
        line.errors[f"LiteRT {kernels}"] = relative_error(np.load(results)["output_0"], expected[:count])


def compare(line, network, cache):
    """Holds the line against the limits."""
    for runtime, error in line.errors.items():
        if not error <= LARGEST_ERROR:
            line.failures.append(f"{runtime}: error {error:.1e}")
    if network.is_cnn and line.form.startswith("ONNX") and line.transposes:
        line.failures.append(f"{line.transposes} TRANSPOSE")
    variation = cache.read_json(network, "facts.json")["variation"]
    if variation < SMALLEST_VARIATION:
        line.failures.append(f"the logits hardly depend on the input: {variation:.4f}")
    theirs = cache.read_json(network, "tf.json")
    if "seconds" in theirs:
        compare_with_tensorflow(line, theirs, cache.path(network, "tf.tflite"))


def compare_with_tensorflow(line, theirs, file):
    """Operators, size, time and memory."""
    line.tf_operators, line.tf_bytes = sum(tflite_file.operators(file).values()), tflite_file.size(file)
    line.tf_seconds, line.tf_kilobytes = theirs["seconds"], theirs["kilobytes"]
    limits = [
        ("operators", line.operators, line.tf_operators),
        ("bytes", line.bytes, LARGEST_SIZE * line.tf_bytes),
        ("seconds", line.seconds, line.tf_seconds / SMALLEST_SPEEDUP),
        ("kilobytes", line.kilobytes, LARGEST_MEMORY * line.tf_kilobytes),
    ]
    line.failures += [f"{what} {value:.5g} > {limit:.5g}" for what, value, limit in limits if value > limit]


def lowered(network, form, cache):
    """The graph after the last pass, with numbers for names, as `--dump-ir` wrote it; None where it did not."""
    folder = cache.path(network, f"dump_{file_name(form)}")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    for name in (name for name in names if name.endswith("_final.numbered.txt")):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return file.read()
    return None
