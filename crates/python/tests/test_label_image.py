"""The example labels pictures the same with either package."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import MODULES, ZOO

EXAMPLE = Path(__file__).parents[1] / "examples" / "label_image.py"
MODEL = ZOO / "efficientnet_lite0_int8" / "model.tflite"


@pytest.mark.skipif(not MODEL.exists(), reason="the models are not beside the checkout")
def test_the_same_labels(tmp_path):
    image = pytest.importorskip("PIL.Image")
    rows, columns = np.mgrid[0:300, 0:400]
    pixels = np.stack([rows % 256, columns % 256, (rows * columns // 97) % 256], -1).astype(np.uint8)
    image.fromarray(pixels).save(tmp_path / "picture.png")
    labels = tmp_path / "labels.txt"
    labels.write_text("\n".join(f"label {index}" for index in range(1001)))
    outputs = []
    for package in MODULES.values():
        arguments = ["-m", MODEL, "-i", tmp_path / "picture.png", "-l", labels, "--package", package]
        result = subprocess.run(
            [sys.executable, EXAMPLE, *map(str, arguments)], capture_output=True, text=True, check=True
        )
        lines = [line for line in result.stdout.splitlines() if re.match(r"[\d.]+: ", line)]
        assert len(lines) == 5
        outputs.append(lines)
    ours, theirs = ([line.split(": ") for line in lines] for lines in outputs)
    assert [label for _, label in ours][:1] == [label for _, label in theirs][:1]
    for (score, _), (other, _) in zip(ours, theirs):
        assert abs(float(score) - float(other)) < 0.01
