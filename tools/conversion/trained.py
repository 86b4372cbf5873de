"""What the steps of `featherlite quantize --improve` gain on trained networks."""

import dataclasses
import json
import os
import shutil

import numpy as np

from . import photos, tflite_file
from .ours import Failed
from .quantization import decibels, run_litert

CALIBRATION, TEST = 128, 32
# By scheme: how many dB the steps must gain.
SCHEMES = {"int8": 0.0, "int8-per-tensor": 3.0, "int4": 3.0}


@dataclasses.dataclass(frozen=True)
class Trained:
    """A trained network, and what its input is."""

    name: str
    shape: tuple  # rows, columns and colours of a piece of a photo that serves as input
    low: float  # what a black pixel is
    high: float  # what a white pixel is
    input_shape: tuple = ()  # where it is another one than `shape`


# MLPerf Tiny and MediaPipe. Those that hear get photos in the range of their features.
NETWORKS = [
    Trained("efficientnet_lite0", (224, 224, 3), -127 / 128, 1.0),
    Trained("resnet8_fp32", (32, 32, 3), 0.0, 255.0),
    Trained("vww96_fp32", (96, 96, 3), 0.0, 1.0),
    Trained("kws_fp32", (49, 10, 1), -80.0, 25.0),
    Trained("ad01_fp32", (5, 128, 1), -60.0, 10.0, (640,)),
    Trained("mp_face_detection_short_range", (128, 128, 3), -1.0, 1.0),
    Trained("mp_face_landmark", (192, 192, 3), 0.0, 1.0),
    Trained("mp_hand_landmark_lite", (224, 224, 3), 0.0, 1.0),
    Trained("mp_palm_detection_lite", (192, 192, 3), 0.0, 1.0),
]


@dataclasses.dataclass
class Line:
    """Signal to noise ratios of one network in one scheme."""

    network: str
    scheme: str
    plain: float = None
    improved: float = None
    kept: str = ""
    failures: list = dataclasses.field(default_factory=list)


def samples(network, count, seed):
    """`[count, …]`: pieces of photos."""
    rows, columns, colours = network.shape
    pixels = photos.crops(count, max(rows, columns), seed, colours)[:, :rows, :columns]
    values = photos.scaled(pixels, network.low, network.high)
    return values.reshape(count, *(network.input_shape or network.shape))


def prepare(network, cache, program, zoo):
    """Float model and samples; the model is that of the folder `zoo`, or built."""
    os.makedirs(cache.path(network), exist_ok=True)
    if not cache.has(network, "float.tflite"):
        if zoo and os.path.exists(file := os.path.join(zoo, network.name, "model.tflite")):
            shutil.copyfile(file, cache.path(network, "float.tflite"))
        else:
            outcome = cache.module(network, "build_lite", cache.path(network, "model.onnx"), log="build.log")
            if outcome.code != 0:
                raise Failed(f"not built: {outcome.why()}")
            program.convert(cache.path(network, "model.onnx"), cache.path(network, "float.tflite"), "--nhwc", "input")
    np.save(cache.path(network, "learn.npy"), samples(network, CALIBRATION, 15))
    np.savez(cache.path(network, "test.npz"), input_0=samples(network, TEST, 16))


def outputs(network, cache, file, softmax):
    """All outputs as real numbers; those of a SOFTMAX as logits, which are known up to their mean."""
    results = run_litert(network, cache, file, "test.npz", "builtin")
    real = [results[f"real_{number}"] for number in range(len(results) // 2)]
    for number in softmax:
        logits = np.log(np.maximum(np.float64(real[number]), 1e-37))
        real[number] = logits - logits.mean(axis=-1, keepdims=True)
    return real


def quantize(network, cache, program, scheme, steps, softmax):
    """The mean dB of the outputs, and which steps were kept."""
    file = "ours_trained.tflite"
    # A SOFTMAX in 8 bits would hide what the network loses before it.
    names = [f"^{name}$" for name in softmax.values()]
    keep = [part for name in names for part in ("--keep-float", name)]
    outcome = program.call("quantize", cache.path(network, "float.tflite"), "-o", cache.path(network, file), "--scheme", scheme,
                           "--calibrate", cache.path(network, "learn.npy"), "--improve", steps, *keep)
    lines = [line for line in outcome.output.splitlines() if "signal to quantization noise" in line]
    kept = [line.split(":")[0] for line in lines[1:] if not line.endswith("not kept")]
    truth = outputs(network, cache, "float.tflite", softmax)
    found = outputs(network, cache, file, softmax)
    return float(np.mean([decibels(ours, theirs) for ours, theirs in zip(found, truth)])), ", ".join(kept)


def measure(network, cache, program, zoo):
    """The lines of a network."""
    try:
        prepare(network, cache, program, zoo)
    except Failed as failed:
        return [Line(network.name, "", failures=[str(failed)])]
    softmax = tflite_file.softmax_outputs(cache.path(network, "float.tflite"))
    lines = []
    for scheme, least in SCHEMES.items():
        line = Line(network.name, scheme)
        try:
            line.plain, _ = quantize(network, cache, program, scheme, "none", softmax)
            line.improved, line.kept = quantize(network, cache, program, scheme, "all", softmax)
            if line.improved - line.plain < least:
                line.failures.append(f"gains {line.improved - line.plain:.2f} dB")
        except Failed as failed:
            line.failures.append(str(failed))
        lines.append(line)
    return lines


def measure_all(options, cache, program):
    """All lines, with those of earlier runs for what was not chosen now; new ones are printed at once."""
    stored = os.path.join(cache.folder, "trained.json")
    lines = load(stored)
    for network in NETWORKS:
        if options.names and network.name not in options.names:
            continue
        lines[network.name] = measure(network, cache, program, options.zoo)
        save(lines, stored)
        for line in lines[network.name]:
            print(" ".join(cell.ljust(20) for cell in cells(line)), *line.failures, flush=True)
    return [line for network in NETWORKS for line in lines.get(network.name, [])]


def save(lines, path):
    """Keeps the lines as JSON."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump({name: [dataclasses.asdict(line) for line in own] for name, own in lines.items()}, file, indent=1)


def load(path):
    """Lines that [`save`] kept, by network."""
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return {name: [Line(**entry) for entry in own] for name, own in json.load(file).items()}


HEADER = ["network", "scheme", "without steps", "with steps", "gain", "steps that were kept"]


def cells(line):
    """The columns of a line: see [`HEADER`]."""
    number = lambda value: "-" if value is None else f"{value:.1f}"
    gain = None if line.improved is None else line.improved - line.plain
    return [line.network, line.scheme, number(line.plain), number(line.improved), number(gain), line.kept]
