"""Conversion, quantization, measurement and inspection of models: the commands of `featherlite` as functions."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional, Union

import numpy as np

from ._native import Core, Network

Path = Union[str, "os.PathLike[str]"]
Sample = Union[np.ndarray, Sequence[np.ndarray], Mapping[str, np.ndarray]]


def convert(
    source: Union[Path, bytes],
    output: Optional[Path] = None,
    *,
    shapes: Optional[Mapping[str, Sequence[Union[int, str]]]] = None,
    dynamic: Sequence[str] = (),
    tag: Optional[str] = None,
    signatures: Sequence[str] = (),
    inputs: Sequence[str] = (),
    outputs: Sequence[str] = (),
    allow_custom: Sequence[str] = (),
    nhwc: Sequence[str] = (),
    passes: Optional[Sequence[str]] = None,
    verify: bool = True,
    tolerance: float = 1e-4,
) -> bytes:
    """Converts a TensorFlow, Keras or ONNX network to `.tflite`.

    >>> featherlite.convert("model.onnx", "model.tflite", shapes={"image": ["batch", 3, 224, 224]}, nhwc=["image"])

    Args:
        source: A SavedModel folder, or a `.pb`, `.keras`, `.h5`, `.onnx` or `.tflite` file; or the contents of the last.
        output: The file to write.
        shapes: Shapes of inputs; sizes that are names stay open.
        dynamic: Sizes to leave open: `batch`, `height`, `width`, or `INPUT:AXIS`.
        tag: The tag of the SavedModel's graph; `serve` if None.
        signatures: The signatures to convert; all if there are none.
        inputs: Where the graph begins, in place of the source's own inputs.
        outputs: Where the graph ends, in place of the source's own outputs.
        allow_custom: Operators of the source that become custom operators if there is no rule for them.
        nhwc: Channels-first inputs that become channels-last ones.
        passes: The passes to run, by name; all if None.
        verify: Run source and result on the same random inputs.
        tolerance: The largest difference, as a share of an output's largest magnitude.

    Returns:
        The contents of the `.tflite` file.

    Raises:
        ValueError: If the network can not be read or converted, or source and result differ by more than `tolerance`.
    """
    network = _network(
        source,
        shapes=shapes,
        dynamic=dynamic,
        tag=tag,
        signatures=signatures,
        inputs=inputs,
        outputs=outputs,
        allow_custom=allow_custom,
        nhwc=nhwc,
    )
    file, errors = network.convert(None if passes is None else list(passes), verify)
    for name, error, magnitude in errors:
        share = error / magnitude if magnitude > 0 else error
        if not share <= tolerance:
            raise ValueError(
                f"output {name!r} of the result is off by {share:.3g} of its largest magnitude, more than {tolerance:.3g}"
            )
    return _written(file, output)


def quantize(
    model: Union[Path, bytes],
    output: Optional[Path] = None,
    *,
    samples: Iterable[Sample] = (),
    scheme: str = "int8",
    recipe: Union[Path, Sequence[Mapping[str, Any]], None] = None,
    keep_float: Sequence[str] = (),
    input_type: str = "float32",
    output_type: str = "float32",
    integers_only: bool = False,
    observer: str = "min-max",
    improve: Optional[Sequence[str]] = None,
    threads: int = 1,
    **reading: Any,
) -> bytes:
    """Quantizes a floating-point network.

    >>> images = (load(path)[np.newaxis] for path in paths)
    >>> featherlite.quantize("model.tflite", "int8.tflite", samples=images)

    Args:
        model: A `.tflite` file, its contents, or what `convert` reads.
        output: The file to write.
        samples: Inputs to calibrate with, needed where activations become integers. Each is an array, a list of arrays in
            the order of the inputs, or a dictionary of arrays by their names; in real numbers, with the batch dimension.
        scheme: What all operators become: float16, dynamic, dynamic-int4, weight-only, weight-only-int4, int8,
            int8-per-tensor, int4, int16x8, int4-blockN, float.
        recipe: What each operator becomes, in place of a scheme: a JSON file or its contents as a list.
        keep_float: Regular expressions; operators of which an output's name matches stay in floating point.
        input_type: What inputs become: float32, int8, uint8, int16.
        output_type: What outputs become.
        integers_only: Fail if an operator would stay in floating point.
        observer: How ranges are chosen: min-max, moving-average, percentile[:P], mse, entropy.
        improve: Steps that lose less, kept if they help: equalize, ranges, round, bias; all if None, none if empty.
        threads: Threads of the calibration.
        **reading: Options of `convert` about the source: shapes, dynamic, tag, signatures, inputs, outputs, allow_custom,
            nhwc.

    Returns:
        The contents of the quantized `.tflite` file.

    Raises:
        ValueError: If the network can not be read or quantized, or samples do not fit it.
    """
    network = _network(model, **reading)
    names = network.inputs()
    if isinstance(recipe, (str, os.PathLike)):
        with open(recipe, encoding="utf-8") as text:
            recipe = json.load(text)
    how = {
        "scheme": scheme,
        "recipe": None if recipe is None else json.dumps(recipe),
        "keep_float": list(keep_float),
        "input_type": input_type,
        "output_type": output_type,
        "integers_only": integers_only,
        "observer": observer,
        "improve": None if improve is None else list(improve),
        "threads": threads,
    }
    file, _, _ = network.quantize([_arrays(sample, names) for sample in samples], how)
    return _written(file, output)


def bench(
    model: Union[Path, bytes],
    *,
    num_threads: int = 1,
    reference: bool = False,
    warmup_runs: int = 1,
    warmup_min_secs: float = 0.5,
    num_runs: int = 50,
    min_secs: float = 1.0,
    max_secs: float = 150.0,
) -> dict[str, Any]:
    """Measures how long a model takes, on inputs of zeros.

    >>> featherlite.bench("model.tflite", num_threads=2)["median_us"]

    Args:
        model: A `.tflite` file or its contents.
        num_threads: Threads that a run may use.
        reference: Run the plain kernels that define the results.
        warmup_runs: Least number of runs before the measurement.
        warmup_min_secs: Least seconds of runs before the measurement.
        num_runs: Least number of measured runs.
        min_secs: Least seconds of measured runs.
        max_secs: No run starts after so many seconds.

    Returns:
        Microseconds: `load_us` (opening and planning), `first_us` (the first run), `min_us`, `median_us`, `mean_us`, `p95_us`,
        `max_us`; and `runs`, the number of measured runs.

    Raises:
        ValueError: If the model can not be read.
        RuntimeError: If it can not be run.
    """
    start = time.perf_counter()
    core = _core(model, num_threads, reference)
    core.allocate(0)
    load = time.perf_counter() - start
    warmup = core.times(0, warmup_runs, warmup_min_secs, max_secs)
    times = np.array(core.times(0, num_runs, min_secs, max_secs))
    return {
        "load_us": load * 1e6,
        "first_us": warmup[0],
        "min_us": float(times.min()),
        "median_us": float(np.median(times)),
        "mean_us": float(times.mean()),
        "p95_us": float(np.percentile(times, 95)),
        "max_us": float(times.max()),
        "runs": len(times),
    }


def inspect(model: Union[Path, bytes], *, plan: bool = False, num_threads: int = 1) -> dict[str, Any]:
    """What is in a model.

    Args:
        model: A `.tflite` file or its contents.
        plan: Also plan the model, for its memory and the kernel of each operator.
        num_threads: Threads that the plan is made for.

    Returns:
        A dictionary as `featherlite inspect --json` prints: `file`, `bytes`, `schema_version`, `description`, `signatures`,
        `subgraphs` with `inputs`, `outputs`, `operators` and `tensors`, and `plan` if asked for.

    Raises:
        ValueError: If the model can not be read.
        RuntimeError: If it can not be planned.
    """
    core = _core(model, num_threads, False)
    result = core.inspect()
    if plan:
        result["plan"] = core.plan()
    return result


def _core(model: Union[Path, bytes], num_threads: int, reference: bool) -> Core:
    source = _source(model)
    if isinstance(source, bytes):
        return Core(None, source, num_threads, reference, False)
    return Core(source, None, num_threads, reference, False)


def _source(source: Union[Path, bytes]) -> Union[str, bytes]:
    return source if isinstance(source, bytes) else os.fsdecode(source)


def _network(
    source: Union[Path, bytes],
    *,
    shapes: Optional[Mapping[str, Sequence[Union[int, str]]]] = None,
    dynamic: Sequence[str] = (),
    tag: Optional[str] = None,
    signatures: Sequence[str] = (),
    inputs: Sequence[str] = (),
    outputs: Sequence[str] = (),
    allow_custom: Sequence[str] = (),
    nhwc: Sequence[str] = (),
) -> Network:
    if isinstance(source, bytes) and (shapes or dynamic or tag or signatures or inputs or outputs or allow_custom):
        raise ValueError("of the options about the source only nhwc goes with the contents of a file")
    reading = {
        "shapes": [(name, list(sizes)) for name, sizes in (shapes or {}).items()],
        "dynamic": list(dynamic),
        "tag": tag,
        "signatures": list(signatures),
        "inputs": list(inputs),
        "outputs": list(outputs),
        "allow_custom": list(allow_custom),
        "nhwc": list(nhwc),
    }
    return Network(_source(source), reading)


def _arrays(sample: Sample, names: Sequence[str]) -> list[np.ndarray]:
    """The arrays of a sample in the order of the inputs."""
    if isinstance(sample, Mapping):
        if set(sample) != set(names):
            raise ValueError(f"a sample has arrays for {sorted(sample)}, but the inputs are {sorted(names)}")
        sample = [sample[name] for name in names]
    elif isinstance(sample, np.ndarray):
        sample = [sample]
    return [np.asarray(array, dtype=np.float32, order="C") for array in sample]


def _written(file: bytes, output: Optional[Path]) -> bytes:
    if output is not None:
        with open(output, "wb") as target:
            target.write(file)
    return file
