#!/usr/bin/env python3
"""Runs the node cases of the `onnx` package's backend tests through the converter and the runtime.

    python3 -m venv venv && venv/bin/pip install onnx numpy
    cargo build --release --bin featherlite
    venv/bin/python tools/onnx_backend.py [--only REGEX] [--failed] [--by-op] [--write]

Each case is a model of one operator (or of the function that defines it) with inputs and expected outputs. It prints how many
pass, with --failed a line for every other; --write puts a table into docs/conversion.md.
"""
import argparse
import collections
import os
import re
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import onnx
from onnx import numpy_helper

warnings.filterwarnings("ignore")
from conversion import report

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def cases(pattern):
    from onnx.backend.test.case.node import collect_testcases

    for case in collect_testcases(None):
        if re.search(pattern, case.name):
            yield case


def array(value):
    if isinstance(value, onnx.TensorProto):
        return numpy_helper.to_array(value)
    return value


def storable(value):
    """As an .npy file can hold it: types that numpy lacks become bytes of the same size."""
    value = np.asarray(value)
    if value.dtype.kind == "V" or value.dtype.name in ("bfloat16", "int4", "uint4"):
        return None
    return np.ascontiguousarray(value).reshape(value.shape)


def is_parameter(index, value):
    """Whether it says how to compute, as axes, shapes and amounts do, which models have as constants."""
    if isinstance(value, (list, type(None))):
        return False
    value = np.asarray(value)
    is_list = value.ndim <= 1 and value.size <= 16
    return is_list and (index > 0 or value.ndim == 0 and value.dtype.kind == "i")


def with_constants(model, inputs, which):
    """The model with some inputs as constants."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    graph = model.graph
    for index in which:
        tensor = numpy_helper.from_array(np.asarray(array(inputs[index])), graph.input[index].name)
        graph.initializer.append(tensor)
    kept = [info for index, info in enumerate(graph.input) if index not in which]
    del graph.input[:]
    graph.input.extend(kept)
    return model


def compare(found, expected, rtol, atol):
    expected = np.asarray(expected)
    if found.shape != expected.shape:
        return f"shape {found.shape}, expected {expected.shape}"
    if found.dtype != expected.dtype:
        return f"type {found.dtype}, expected {expected.dtype}"
    if expected.dtype.kind in "fc":
        if expected.dtype.kind == "f":
            found, expected = found.astype(np.float64), expected.astype(np.float64)
        if np.allclose(found, expected, rtol=rtol, atol=atol, equal_nan=True):
            return None
        with np.errstate(all="ignore"):
            error = np.nanmax(np.abs(found.astype(np.complex128) - expected))
        return f"values differ by {error:.3g}"
    if np.array_equal(found, expected):
        return None
    return f"values differ: {found.ravel()[:6]} expected {expected.ravel()[:6]}"


class Runner:
    def __init__(self, cli, folder):
        self.cli = cli
        self.folder = folder

    def convert(self, model):
        source, target = os.path.join(self.folder, "m.onnx"), os.path.join(self.folder, "m.tflite")
        onnx.save(model, source)
        if os.path.exists(target):
            os.remove(target)
        command = [self.cli, "convert", source, "-o", target, "--no-verify"]
        done = subprocess.run(command, capture_output=True, text=True)
        return None if done.returncode == 0 else " ".join(done.stderr.replace(source + ": ", "").split())

    def run(self, case):
        """What is wrong, and whether parameters had to be made constants."""
        error = self.run_model(case, case.model, frozenset())
        if error is None:
            return None, False
        parameters = frozenset(
            index for index, value in enumerate(case.data_sets[0][0]) if is_parameter(index, array(value))
        )
        if not parameters or len(case.data_sets) != 1:
            return error, False
        model = with_constants(case.model, case.data_sets[0][0], parameters)
        other = self.run_model(case, model, parameters)
        return (None, True) if other is None else (other, False)

    def run_model(self, case, model, constants):
        error = self.convert(model)
        if error:
            return f"convert: {error}"
        for inputs, outputs in case.data_sets:
            error = self.run_data(case, inputs, outputs, constants)
            if error:
                return error
        return None

    def run_data(self, case, inputs, outputs, constants):
        command = [self.cli, "run", os.path.join(self.folder, "m.tflite"), "--output-dir", self.folder, "--resize"]
        names = [info.name for info in case.model.graph.input]
        for index, (name, value) in enumerate(zip(names, inputs)):
            if index in constants:
                continue
            value = storable(array(value))
            if value is None:
                return "skip: the input's type has no .npy form"
            path = os.path.join(self.folder, f"input_{index}.npy")
            np.save(path, value)
            command += ["-i", f"{name}={path}"]
        for name in os.listdir(self.folder):
            if name.startswith("output_"):
                os.remove(os.path.join(self.folder, name))
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            return "run: " + " ".join(done.stderr.split())
        for index, expected in enumerate(outputs):
            path = os.path.join(self.folder, f"output_{index}.npy")
            if not os.path.exists(path):
                return f"run: no output {index}: " + " ".join(done.stdout.split())[:100]
            expected = array(expected)
            if isinstance(expected, (list, tuple)):
                return "skip: the output is a sequence"
            rtol, atol = getattr(case, "rtol", None) or 1e-3, getattr(case, "atol", None) or 1e-5
            error = compare(np.load(path), expected, rtol, max(atol, 1e-5))
            if error:
                return f"output {index}: {error}"
        return None


def reason(error):
    """Why a case does not pass: what the program says, without the node and the way out."""
    error = re.sub(r"^(convert|run): (error: )?", "", error)
    error = re.sub(r"^node \S+: \w+ of [\w.]+ \d+ (\(.*?\)): (?=\S)", "", error)
    error = re.sub(r"/\S+/(?=\w+\.npy)", "", error).split(" help: ")[0].replace("|", "\\|")
    return error if len(error) <= 120 else error[:117] + "..."


def converted():
    """The operators of ONNX that become operators of TensorFlow Lite, from docs/operators.md."""
    with open(os.path.join(ROOT, "docs", "operators.md"), encoding="utf-8") as file:
        rows = [line.split("|") for line in file.read().split("# Sources")[1].splitlines() if line.startswith("|")]
    return {name for row in rows for name in re.findall(r"[\w.:]+", row[3])}


def write(table, passed, helped):
    """The operators with cases that do not pass, with a reason for each, in docs/conversion.md."""
    total = sum(len(errors) for errors in table.values())
    whole = sum(not any(errors) for errors in table.values())
    with_rule = [error for op in converted() for error in table.get(op, [])]
    share = with_rule.count(None) / len(with_rule)
    text = (
        f"onnx {onnx.__version__}: {passed} of {total} cases pass ({passed / total:.1%}), {helped} of them with parameters as constants. "
        f"Of the {len(with_rule)} cases of single operators that become operators of TensorFlow Lite, {share:.1%} pass. "
        f"All cases of {whole} operators pass; the others:"
    )
    rows = []
    for op, errors in sorted(table.items()):
        reasons = collections.Counter(reason(error) for error in errors if error)
        if reasons:
            often = [why + (f" ({count})" if count > 1 else "") for why, count in reasons.most_common(3)]
            rows.append([op, f"{errors.count(None)} / {len(errors)}", "; ".join(often)])
    marks = ("<!-- backend: made by tools/onnx_backend.py --write -->", "<!-- end of backend -->")
    report.replace(text + "\n\n" + report.table(["operator", "passed", "why others do not"], rows), marks)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="cases whose name has this in it (a regular expression)")
    parser.add_argument("--failed", action="store_true", help="list the cases that do not pass")
    parser.add_argument("--by-op", action="store_true", help="a table by operator")
    parser.add_argument("--write", action="store_true", help="put the operators with cases that do not pass into docs/conversion.md")
    parser.add_argument("--cli", default=os.path.join(ROOT, "target/release/featherlite"))
    options = parser.parse_args()
    results, helped = [], 0
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(options.cli, folder)
        for case in cases(options.only):
            is_helped = False
            try:
                error, is_helped = runner.run(case)
            except Exception as exception:  # a case that this script can not express
                error = f"script: {exception!r}"
            helped += is_helped
            nodes = case.model.graph.node
            op = nodes[0].op_type if len(nodes) == 1 else "functions"
            results.append((op, case.name, error))
    passed = sum(error is None for _, _, error in results)
    if options.failed:
        for op, name, error in results:
            if error:
                print(f"{name}: {error}")
    table = collections.defaultdict(list)
    for op, _, error in results:
        table[op].append(error)
    if options.by_op:
        for op, errors in sorted(table.items()):
            print(f"{op:32} {errors.count(None)}/{len(errors)}")
    if options.write:
        write(table, passed, helped)
    print(f"{passed} of {len(results)} passed, {helped} of them with parameters (axes, shapes, …) as constants")
    return 0


if __name__ == "__main__":
    sys.exit(main())
