"""Real models give their expected outputs."""

import json

import featherlite
import numpy as np
import pytest
from conftest import ZOO, files

CASES = [name for name in files() if (ZOO / name / "case.json").exists()]


@pytest.mark.parametrize("name", CASES)
def test_outputs(name):
    folder = ZOO / name
    interpreter = featherlite.Interpreter(str(folder / "model.tflite"))
    inputs = [np.load(path) for path in sorted(folder.glob("input_*.npy"))]
    details = interpreter.get_input_details()
    for detail, value in zip(details, inputs):
        interpreter.resize_tensor_input(detail["index"], value.shape)
    interpreter.allocate_tensors()
    for detail, value in zip(details, inputs):
        interpreter.set_tensor(detail["index"], value)
    interpreter.invoke()
    step = json.loads((folder / "case.json").read_text())["steps"][0]
    for number, detail in enumerate(interpreter.get_output_details()):
        tolerance = step["outputs"][number]["tolerance"]
        expected = np.load(folder / f"expected_{number}.npy")
        got = interpreter.get_tensor(detail["index"])
        assert got.dtype == expected.dtype and got.shape == expected.shape
        np.testing.assert_allclose(got, expected, tolerance.get("rtol", 0), tolerance.get("atol", 0))
