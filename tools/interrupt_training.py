#!/usr/bin/env python3
"""Kills a training run at random moments, resumes it, and compares with a run that was left alone.

    interrupt_training.py [--featherlite-train target/release/featherlite-train] [--kills 5] [--seed 1]

Nothing but Python is needed: images are made up. Both runs must end with the same weights, bit for bit, with simulated
quantization behind the float run.
"""

import argparse
import hashlib
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import time

SIDE, COUNT = 16, 1024
RECIPE = """
arch = "mobilenet_v2_0.35"
epochs = 6
batch = 32
seed = 7
learning_rate = 0.05
average = 0.99
[network]
channels = 1
resolution = 16
total_stride = 4
head_channels = 64
drop_path = 0.1
[data]
holdout = 128
train = [{ random_crop = { size = 16, padding = 1 } }, { horizontal_flip = {} }, { scale = { low = -1.0, high = 1.0 } }]
evaluate = [{ scale = { low = -1.0, high = 1.0 } }]
[qat]
epochs = 3
learning_rate = 0.01
delay = 8
"""


def write_idx(path, sizes, content):
    header = bytes([0, 0, 8, len(sizes)]) + b"".join(struct.pack(">I", size) for size in sizes)
    path.write_bytes(header + bytes(content))


def write_dataset(folder, generator):
    folder.mkdir()
    labels = [generator.randrange(4) for _ in range(COUNT)]
    pixels = bytearray()
    for label in labels:
        period = 3 if label < 2 else 5
        for at in range(SIDE * SIDE):
            line = at // SIDE if label % 2 else at % SIDE
            pixels.append(generator.randrange(90) + (150 if line % period == 0 else 20))
    write_idx(folder / "train-images-idx3-ubyte", [COUNT, SIDE, SIDE], pixels)
    write_idx(folder / "train-labels-idx1-ubyte", [COUNT], labels)


def digest(run):
    """Of everything that a run ends with."""
    files = ["weights.safetensors", "model.tflite", "metrics.jsonl", "qat/weights.safetensors", "qat/model.tflite"]
    return {name: hashlib.sha256((run / name).read_bytes()).hexdigest() for name in files}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--featherlite-train", default="target/release/featherlite-train")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    generator = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        write_dataset(folder / "data", generator)
        (folder / "recipe.toml").write_text(RECIPE)

        def command(run, *more):
            paths = [folder / "recipe.toml", folder / "data", "-o", folder / run]
            return [arguments.featherlite_train, "train", *paths, "--qat", "--interval", "10", *more]

        begun = time.monotonic()
        subprocess.run(command("whole"), check=True, capture_output=True)
        seconds = time.monotonic() - begun
        for kill in range(arguments.kills):
            wait = generator.uniform(0.05, 0.9 * seconds / arguments.kills)
            with subprocess.Popen(command("cut", "--resume"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
                time.sleep(wait)
                run.kill()
            left = sorted(path.name for path in (folder / "cut").rglob("*.part")) if (folder / "cut").exists() else []
            print(f"killed after {wait:.2f} s" + (f"; left behind: {left}" if left else ""))
        subprocess.run(command("cut", "--resume"), check=True, capture_output=True)
        same = digest(folder / "whole") == digest(folder / "cut")
        print(f"{'the same' if same else 'NOT the same'} weights, models and record (undisturbed: {seconds:.1f} s)")
        sys.exit(not same)


if __name__ == "__main__":
    main()
