#!/usr/bin/env python3
"""Builds every published network untrained, runs it in LiteRT, and compares the outputs with ours.

    cargo build --release
    python3 tools/arch_litert.py [--featherlite target/release/featherlite] [--tolerance 1e-4] [NAME...]

needs numpy and ai-edge-litert. LiteRT runs in a process of its own for each network. The difference is the largest one as a
share of the largest magnitude. The exit code says whether any network fails or differs.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile

import numpy as np


def litert(model, images, logits):
    """Writes what LiteRT gives."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=model, num_threads=2)
    runner = interpreter.get_signature_runner("serving_default")
    np.save(logits, runner(image=np.load(images))["logits"])


def compare(program, name, folder):
    """The difference for one network, and the size of its file."""
    model, images, theirs = (os.path.join(folder, file) for file in ("m.tflite", "x.npy", "theirs.npy"))
    built = subprocess.run([program, "arch", "build", name, "-o", model, "--json"], check=True, capture_output=True)
    size = json.loads(built.stdout)
    shape = (1, size["resolution"], size["resolution"], size["channels"])
    np.save(images, np.random.default_rng(0).uniform(-1, 1, shape).astype("f4"))
    process = multiprocessing.get_context("spawn").Process(target=litert, args=(model, images, theirs))
    process.start()
    process.join()
    if process.exitcode != 0:
        raise RuntimeError(f"LiteRT ended with {process.exitcode}")
    subprocess.run([program, "run", model, "-i", images, "-o", folder], check=True, stdout=subprocess.DEVNULL)
    ours, theirs = np.load(os.path.join(folder, "output_0.npy")), np.load(theirs)
    if ours.shape != theirs.shape or not np.isfinite(theirs).all() or np.ptp(theirs) == 0:
        raise RuntimeError(f"outputs make no sense: {ours.shape}, {theirs.shape}")
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max()), size["bytes"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all of `featherlite arch list`")
    parser.add_argument("--featherlite", default="target/release/featherlite", metavar="FILE")
    parser.add_argument("--tolerance", type=float, default=1e-4)
    options = parser.parse_args()
    program = options.featherlite
    listed = subprocess.run([program, "arch", "list", "--json"], check=True, capture_output=True)
    names = options.names or [row["name"] for row in json.loads(listed.stdout)]
    failed = 0
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            try:
                difference, size = compare(program, name, folder)
            except (RuntimeError, subprocess.CalledProcessError) as error:
                verdict, failed = f"FAILED: {error}", failed + 1
            else:
                is_same = difference <= options.tolerance
                failed += not is_same
                verdict = f"{'same' if is_same else 'DIFFERS'}  {difference:.1e}  {size / 1e6:.1f} MB"
        print(f"{name:26} {verdict}", flush=True)
    print(f"{len(names) - failed} of {len(names)} networks run in LiteRT and give the same")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
