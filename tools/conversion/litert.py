"""Runs a `.tflite` file in LiteRT, one sample at a time. A process of its own, since LiteRT aborts on some files."""

import sys

import numpy as np


def fitted(array, shape):
    """The sample in the layout of the file, which may have the channels first or last."""
    for axes in ((0, 2, 3, 1), (0, 3, 1, 2)) if array.ndim == 4 and array.shape[1:] != tuple(shape)[1:] else ():
        if array.transpose(axes).shape[1:] == tuple(shape)[1:]:
            return np.ascontiguousarray(array.transpose(axes))
    return array


def quantized(array, detail):
    """A float sample as the integers that the input wants."""
    if array.dtype.kind != "f" or detail["dtype"] not in (np.int8, np.uint8, np.int16):
        return array.astype(detail["dtype"], copy=False)
    scale, zero = detail["quantization"]
    limits = np.iinfo(detail["dtype"])
    return np.clip(np.round(array / scale) + zero, limits.min, limits.max).astype(detail["dtype"])


def make(path, kernels):
    """An interpreter with its tensors allocated; `kernels` is `xnnpack`, `builtin` or `reference`."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    kind = {
        "xnnpack": OpResolverType.AUTO,
        "builtin": OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        "reference": OpResolverType.BUILTIN_REF,
    }[kernels]
    interpreter = Interpreter(path, experimental_op_resolver_type=kind, num_threads=1)
    interpreter.allocate_tensors()
    return interpreter


def run(interpreter, samples):
    """`output_0`, … with the samples along the first axis, as they come and as real numbers (`real_0`, …)."""
    results = {}
    details = interpreter.get_input_details()
    for index in range(len(samples[0])):
        for detail, array in zip(details, samples):
            value = fitted(array[index : index + 1], detail["shape"])
            interpreter.set_tensor(detail["index"], quantized(value, detail))
        # Fused recurrent layers keep their states from run to run.
        interpreter.reset_all_variables()
        interpreter.invoke()
        for number, detail in enumerate(interpreter.get_output_details()):
            raw = interpreter.get_tensor(detail["index"])
            scale, zero = detail["quantization"]
            real = raw if raw.dtype.kind == "f" or not scale else (raw.astype(np.float64) - zero) * scale
            results.setdefault(f"output_{number}", []).append(raw)
            results.setdefault(f"real_{number}", []).append(real)
    return {name: np.concatenate(arrays) for name, arrays in results.items()}


def main(path, inputs, output, kernels, count=None):
    stored = np.load(inputs)
    samples = [stored[name][: count and int(count)] for name in sorted(stored.files)]
    np.savez(output, **run(make(path, kernels), samples))


if __name__ == "__main__":
    main(*sys.argv[1:])
